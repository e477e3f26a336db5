from dataclasses import asdict, replace
from itertools import pairwise

import numpy as np
import pytest

from models.values import (
    LINE_SLOTS,
    CardKind,
    Finding,
    FindingType,
    GapReason,
    Mined,
    Modality,
    Span,
    SpeakerRole,
    Transcript,
    Turn,
    Word,
)
from pipeline import concepts, cues, score, statements
from pipeline.draft import LEAST_FIRST, draft
from pipeline.merits import WEIGHTS, Features, weighed
from pipeline.text import words

TALK = [
    ("Ann", SpeakerRole.INTERVIEWER, "How do you know that the loaf is done?"),
    (
        "Ben",
        SpeakerRole.EXPERT,
        "You knock on the bottom of the loaf. It sounds hollow when the crumb is set. If it sounds dull, you put it "
        "back for five minutes. Never open the oven in the first ten minutes, because the steam escapes.",
    ),
    ("Ann", SpeakerRole.INTERVIEWER, "And what goes wrong with the dough?"),
    (
        "Ben",
        SpeakerRole.EXPERT,
        "Um, so beginners often add too much flour. You want to stop when the dough leaves the bowl. "
        "It sleeps like a bear in the cold room. I was there in the summer, and we had a lot of fun with the team.",
    ),
]


def transcript(*, suspect: str | None = None) -> Transcript:
    """The talk with half a second a word; the words of the text `suspect` are in doubt."""
    text = "\n".join(said for _, _, said in TALK)
    turns, at = [], 0
    for name, role, said in TALK:
        turns.append(Turn(name, role, at, at + len(said)))
        at += len(said) + 1
    doubted = range(text.index(suspect), text.index(suspect) + len(suspect)) if suspect else range(0)
    spoken, at = [], 0
    for number, part in enumerate(text.split()):
        at = text.index(part, at)
        doubt = "loop" if at in doubted else None
        spoken.append(Word(at, at + len(part), number / 2, number / 2 + 0.4, 0.9, doubt))
        at += len(part)
    return Transcript(text, tuple(turns), tuple(spoken))


@pytest.fixture(scope="module")
def mine(language, embedder):
    def mined(heard: Transcript) -> Mined:
        said, docs = statements.cut(heard, language)
        mentioned, things = concepts.find(said, docs)
        found = [*cues.find(said, docs), *mentioned]
        vectors = embedder.embed([one.text for one in said])
        return Mined(heard, tuple(score.score(said, found, vectors)), tuple(found), tuple(things), vectors)

    return mined


@pytest.fixture(scope="module")
def mined(mine):
    return mine(transcript())


@pytest.fixture(scope="module")
def drafted(language, embedder):
    def drafts_of(mined, *, share=1.0, cards_per_hour=12, talk_s=None, title_weights=WEIGHTS):
        return draft(
            mined,
            language,
            embedder,
            recording_id="r1",
            share=share,
            cards_per_hour=cards_per_hour,
            talk_s=talk_s,
            title_weights=title_weights,
        )

    return drafts_of


@pytest.fixture(scope="module")
def drafts(mined, drafted):
    return drafted(mined)


def noticed(mined: Mined, type_: FindingType, text: str, **more: object) -> Mined:
    """The same with one finding more."""
    start = mined.transcript.text.index(text)
    holder = next(one for one in mined.statements if one.start_char <= start < one.end_char)
    finding = Finding(type_, holder.index, start, start + len(text), text, "test", **more)
    return replace(mined, findings=(*mined.findings, finding))


def test_each_answer_gives_a_card(drafts):
    assert {one.content.evidence[0].question for one in drafts} == {TALK[0][2], TALK[2][2]}


def test_evidence_is_verbatim_in_order_and_never_overlaps(drafts, mined):
    text = mined.transcript.text
    for one in drafts:
        cited = one.content.evidence
        assert [evidence.index for evidence in cited] == list(range(len(cited)))
        assert all(text[evidence.start_char : evidence.end_char] == evidence.quote for evidence in cited)
        assert all(evidence.transcript_sha256 == mined.transcript.sha256 for evidence in cited)
    spans = sorted((e.start_char, e.end_char) for one in drafts for e in one.content.evidence)
    assert all(before[1] <= after[0] for before, after in pairwise(spans))


def test_a_card_cites_every_statement_of_its_passage(drafts, mined):
    for one in drafts:
        cited = {evidence.start_char for evidence in one.content.evidence}
        assert {mined.statements[number].start_char for number in one.passage.statements} <= cited


def test_every_line_is_made_of_the_words_of_its_evidence(drafts):
    said = 0
    for one in drafts:
        for line in (line for slot in LINE_SLOTS for line in one.content.lines(slot)):
            (index,) = line.evidence
            rest = iter(one.content.evidence[index].quote)
            assert all(char in rest for char in line.text)  # in the same order
            assert line.by == "machine"
            said += 1
    assert said >= 5


def test_slots_hold_what_the_expert_said(drafts):
    lines = {slot: [line.text for one in drafts for line in one.content.lines(slot)] for slot in LINE_SLOTS}
    assert "beginners often add too much flour" in lines["novice_errors"]
    assert any("Never open the oven" in text for text in lines["warnings"])
    assert "It sounds hollow when the crumb is set" in lines["cues"]
    assert "because the steam escapes" in lines["rationale"]
    assert not any("fun with the team" in text for texts in lines.values() for text in texts)
    cue = next(line for one in drafts for line in one.content.cues if "hollow" in line.text)
    assert cue.modality is Modality.HEARD


def test_evidence_knows_who_said_it_when_and_how_surely(drafts, mined):
    first = min((e for one in drafts for e in one.content.evidence), key=lambda e: e.start_char)
    spoken = mined.transcript.words_in(first.start_char, first.end_char)
    assert (first.start_s, first.end_s) == (spoken[0].start_s, spoken[-1].end_s)
    assert (first.speaker, first.confidence, first.suspect) == ("Ben", 0.9, False)


def test_evidence_says_why_its_statement_was_chosen(drafts, mined):
    reasons = {one.start_char: one.reasons for one in mined.statements}
    cited = [one for draft in drafts for one in draft.content.evidence]
    assert [one.reasons for one in cited] == [reasons[one.start_char] for one in cited]
    assert any(one.reasons for one in cited)


def test_without_times_seconds_and_confidence_are_unknown(mine, drafted):
    for one in drafted(mine(replace(transcript(), words=()))):
        assert {(e.start_s, e.end_s, e.confidence) for e in one.content.evidence} == {(None, None, None)}


def test_what_nobody_should_trust_carries_no_line(mine, drafted):
    found = drafted(mine(transcript(suspect="beginners often add")))
    cited = [e for one in found for e in one.content.evidence if "beginners" in e.quote]
    assert [e.suspect for e in cited] == [True]
    assert not any(one.content.novice_errors for one in found)


def test_titles_are_short_distinct_and_the_cards_own_words(drafts):
    for one in drafts:
        offered = [one.content.title, *one.content.title_choices]
        assert len(offered) == len(set(offered)) <= 3
        quoted = " ".join(e.quote for e in one.content.evidence).casefold()
        for title in offered:
            assert words(title) <= 12
            assert title[0].isupper()
            assert not title.endswith(".")
            assert all(word in quoted for word in title.casefold().split())


def test_titles_are_kept_with_their_merits_and_follow_other_weights(drafts, mined, drafted):
    for one in drafts:
        scores = [weighed(Features(**merits), WEIGHTS) for merits in one.content.title_merits]
        assert len(scores) == 1 + len(one.content.title_choices)
        assert scores[0] == max(scores)
    upside_down = Features(**{name: -weight for name, weight in asdict(WEIGHTS).items()})
    other = drafted(mined, title_weights=upside_down)
    assert {one.content.title for one in other} != {one.content.title for one in drafts}


def test_rank_falls_from_one_and_cards_without_a_line_come_last(drafts):
    ranks = [one.rank for one in drafts]
    assert ranks[0] == 1.0
    assert ranks == sorted(ranks, reverse=True)
    assert min(ranks) > 0
    filled = [any(one.content.lines(slot) for slot in LINE_SLOTS) for one in drafts]
    assert filled == sorted(filled, reverse=True)
    assert all(has_line or not one.first for one, has_line in zip(drafts, filled, strict=True))


def test_what_speaks_against_a_card_puts_it_later_and_is_told(mine, drafted):
    text = (
        "Never open the oven in the first ten minutes. We are planning to open a new shop in the town next year. "
        "Hopefully we will announce the upcoming course next month."
    )
    turns = (Turn("Ben", SpeakerRole.EXPERT, 0, 46), Turn("Ben", SpeakerRole.EXPERT, 46, len(text)))
    mined = mine(Transcript(text, turns))
    apart = tuple(replace(one, answer=min(1, one.index)) for one in mined.statements)
    early, late = drafted(replace(mined, statements=apart))
    assert (early.content.title, early.why_late) == ("Never open the oven in the first ten minutes", ())
    assert "it tells news or plans" in late.why_late


def test_what_is_refused_a_moment_later_makes_no_line_and_no_title(mine, drafted):
    text = (
        "You press the dough down with the flat hand. Rather than doing that, you lift the dough from below. "
        "Then you turn the bowl by a quarter."
    )
    (found,) = drafted(mine(Transcript(text, (Turn("Ben", SpeakerRole.EXPERT, 0, len(text)),))))
    told = [line.text for slot in LINE_SLOTS for line in found.content.lines(slot)]
    assert told
    named = [found.content.title, *found.content.title_choices, *told]
    assert not any("press" in one.lower() for one in named)
    assert "You press the dough down with the flat hand." in [one.quote for one in found.content.evidence]


def test_as_many_are_offered_first_as_the_hour_allows(mine, drafted):
    heard = transcript()
    many = "\n".join([heard.text] * 6)
    turns, at = [], 0
    for _ in range(6):
        turns += [replace(turn, start_char=turn.start_char + at, end_char=turn.end_char + at) for turn in heard.turns]
        at += len(heard.text) + 1
    long = mine(Transcript(many, tuple(turns)))
    assert sum(one.first for one in drafted(long, talk_s=10.0)) == LEAST_FIRST
    assert sum(one.first for one in drafted(long, talk_s=3600.0, cards_per_hour=5)) == 5
    assert sum(one.first for one in drafted(long)) == LEAST_FIRST  # 500 words are three minutes


def test_figures_of_speech_gaps_and_concepts_come_along(mined, drafted):
    start = mined.transcript.text.index("a bear")
    more = noticed(
        mined, FindingType.SIMILE, "sleeps like a bear", source=Span(start + 2, start + 6, "bear"), target=None
    )
    more = noticed(more, FindingType.GAP, "sounds dull", question="How dull is “dull”?", reason=GapReason.NO_THRESHOLD)
    found = drafted(more)
    (figure,) = [one for card in found for one in card.content.metaphors]
    card = next(card for card in found if card.content.metaphors)
    assert (figure.expression, figure.kind, figure.source, figure.target) == (
        "sleeps like a bear",
        "simile",
        "bear",
        None,
    )
    assert "sleeps like a bear" in card.content.evidence[figure.evidence[0]].quote
    (gap,) = [one for card in found for one in card.content.gaps if one.reason is GapReason.NO_THRESHOLD]
    assert (gap.slot, gap.question) == ("cues", "How dull is “dull”?")
    known = {one.id for one in mined.concepts}
    mentioned = [one for card in found for one in card.content.concepts]
    assert mentioned
    assert known.issuperset(mentioned)


def test_an_empty_slot_beside_a_full_one_is_asked_about_in_the_experts_words(mine, drafted):
    text = "You turn the loaf on the hot stone. You cover the basket with a wet cloth."
    found = drafted(mine(Transcript(text, (Turn("Ben", SpeakerRole.EXPERT, 0, len(text)),))))
    (gap,) = [gap for one in found for gap in one.content.gaps]
    assert (gap.reason, gap.slot) == (GapReason.EMPTY_SLOT, "cues")
    assert "You said “You turn the loaf on the hot stone”." in gap.question
    assert gap.said.quote == "You turn the loaf on the hot stone."
    assert 0 < gap.rank <= 1


def test_a_card_with_warnings_is_a_warning(drafts):
    kinds = {one.content.kind for one in drafts if one.content.warnings or one.content.novice_errors}
    assert CardKind.WARNING in kinds


def test_the_same_interview_gives_the_same_drafts(mined, drafted, drafts):
    assert drafted(mined) == drafts


@pytest.mark.parametrize(
    ("opening", "wanted"),
    [
        ("It goes right under the loaf.", ["You take the long wooden peel.", "It goes right under the loaf."]),
        ("It is important to lift the loaf.", ["It is important to lift the loaf."]),  # stands for nothing
        ("The peel goes under the loaf.", ["The peel goes under the loaf."]),
    ],
)
def test_an_opening_pronoun_brings_the_statement_before_it(opening, wanted, mine, drafted):
    rest = "The shop was on the corner of the old street, and we had a lot of people there each day. " * 40
    text = f"You take the long wooden peel. {opening} {rest.strip()}"
    mined = mine(Transcript(text, (Turn("Ben", SpeakerRole.EXPERT, 0, len(text)),)))
    scores = {opening: 9.0, "You take the long wooden peel.": -9.0}
    only = tuple(replace(one, score=scores.get(one.text, 0.0)) for one in mined.statements)
    found = drafted(replace(mined, statements=only), share=0.001)
    cited = [[e.quote for e in one.content.evidence] for one in found if opening in one.passage.text]
    assert cited[0][: len(wanted)] == wanted


LEANING = "If it goes dull, you open the small valve and wait."
SMALL_TALK = "The shop was on the corner of the old street, and we had a lot of people there each day."


@pytest.mark.parametrize(
    ("question", "before", "line", "cited"),
    [
        # the statement before names the thing, and is cited
        ("Do you trust him?", "You knock on the copper pan with a spoon.", True, True),
        # the question names the only thing, a few statements before
        ("How can you tell that a kettle is hot?", "Well, you know how that is, as I said to you.", True, False),
        # neither does: a question about nothing, about two things, about beginners
        ("Do you trust him?", "Well, you know how that is, as I said to you.", False, False),
        ("How do you tell a kettle from a pan?", "Well, you know how that is, as I said to you.", False, False),
        ("What does a beginner do?", "Well, you know how that is, as I said to you.", False, False),
        # what stands before points further back itself
        ("Do you trust him?", "You knock on it with a spoon.", False, False),
    ],
)
def test_a_line_whose_it_is_named_by_the_question_or_just_before_is_kept(question, before, line, cited, mine, drafted):
    said = " ".join([SMALL_TALK, SMALL_TALK, before, LEANING, *[SMALL_TALK] * 25])
    text = f"{question}\n{said}"
    turns = (
        Turn("Ann", SpeakerRole.INTERVIEWER, 0, len(question)),
        Turn("Ben", SpeakerRole.EXPERT, len(question) + 1, len(text)),
    )
    mined = mine(Transcript(text, turns))
    scores = {LEANING: 9.0, before: -9.0}
    only = tuple(replace(one, score=scores.get(one.text, 0.0)) for one in mined.statements)
    wide = replace(mined, statements=only)
    (found,) = [one for one in drafted(wide, share=0.001) if LEANING in one.passage.text]
    told = [one.text for slot in LINE_SLOTS for one in found.content.lines(slot)]
    assert told == ([LEANING.rstrip(".")] if line else [])
    assert (before in [one.quote for one in found.content.evidence]) is cited


def test_a_condition_is_told_once_on_a_card(mine, drafted):
    text = "If the loaf sounds dull, you put the loaf back into the oven for five minutes."
    (found,) = drafted(mine(Transcript(text, (Turn("Ben", SpeakerRole.EXPERT, 0, len(text)),))))
    (line,) = [line for slot in LINE_SLOTS for line in found.content.lines(slot)]
    assert [line.text[part.start : part.end] for part in line.parts] == ["If the loaf sounds dull"]
    (gap,) = found.content.gaps  # the condition is asked about all the same
    assert "And when it is not so" in gap.question


def test_no_expert_no_drafts(drafted):
    nobody = Mined(Transcript("Hello?", ()), (), (), (), np.zeros((0, 384), np.float32))
    assert drafted(nobody) == []
