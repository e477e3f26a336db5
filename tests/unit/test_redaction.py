"""What is hidden in a transcript: decided, carried to the next revision, blotted out, covered by beeps."""

from dataclasses import replace
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.errors import Conflict, Invalid
from models.masking import BLOT
from models.redaction import (
    Decision,
    accepted,
    beeps,
    carried,
    decided,
    everywhere,
    hidden_after,
    hidden_in,
    hidden_words,
    masked,
    open_proposals,
    proposed,
    reversed_words,
    text_of,
)
from models.values import MACHINE, Clip, Redaction, RedactionState, SpeakerRole, Transcript, Turn, Word

PROPOSED, ACCEPTED, REJECTED = RedactionState.PROPOSED, RedactionState.ACCEPTED, RedactionState.REJECTED
SAID = "Ask Anna Berg first. Anna Berg knows, and Rose does. A rose is not Rose, says Tom."
ME = "human:1"


def transcript(text: str = SAID, *, timed: bool = True, confidence: float | None = 0.9) -> Transcript:
    words, at = [], 0
    for number, word in enumerate(text.split()):
        at = text.index(word, at)
        words.append(Word(at, at + len(word), number * 1.0, number + 0.8, confidence))
        at += len(word)
    turn = Turn("Anna Berg", SpeakerRole.EXPERT, 0, len(text))
    return Transcript(text, (turn,), tuple(words) if timed else (), warnings=("Anna Berg was hard to hear",))


def at(text: str, words: str, nth: int = 0) -> tuple[int, int]:
    start = -1
    for _ in range(nth + 1):
        start = text.index(words, start + 1)
    return start, start + len(words)


def saying(state: RedactionState, words: str, nth: int = 0, kind: str | None = None) -> Decision:
    return Decision(*at(SAID, words, nth), state, kind)


def found(words: str, nth: int = 0, state: RedactionState = PROPOSED, by: str = MACHINE) -> Redaction:
    return Redaction(*at(SAID, words, nth), "person", state, by)


def told(one: Transcript) -> list[tuple[str, str, str, str]]:
    return [(text_of(one, each), each.kind, each.state.value, each.by) for each in one.redactions]


@pytest.mark.parametrize(
    ("there", "said", "then"),
    [
        # a proposal is accepted, and keeps its kind
        ([found("Anna Berg")], [saying(ACCEPTED, "Anna Berg")], [("Anna Berg", "person", "accepted", ME)]),
        # words that nobody found
        ([], [saying(ACCEPTED, "first")], [("first", "other", "accepted", ME)]),
        ([], [saying(ACCEPTED, "Tom", kind="person")], [("Tom", "person", "accepted", ME)]),
        # half a word means the word
        ([], [saying(ACCEPTED, "irs")], [("first", "other", "accepted", ME)]),
        # a larger mark takes a smaller one in, with its kind
        ([found("Anna")], [saying(ACCEPTED, "Anna Berg")], [("Anna Berg", "person", "accepted", ME)]),
        # of a larger one the rest stays as it was
        (
            [found("Anna Berg", state=ACCEPTED, by="human:2")],
            [saying(REJECTED, "Berg")],
            [("Anna", "person", "accepted", "human:2"), ("Berg", "person", "rejected", ME)],
        ),
        # back to a proposal
        ([found("Rose", state=REJECTED, by=ME)], [saying(PROPOSED, "Rose")], [("Rose", "person", "proposed", ME)]),
        # of two decisions on the same words the last one counts
        ([], [saying(ACCEPTED, "Tom"), saying(REJECTED, "Tom")], [("Tom", "other", "rejected", ME)]),
    ],
)
def test_a_decision(there: list[Redaction], said: list[Decision], then: list[tuple[str, str, str, str]]) -> None:
    before = replace(transcript(), redactions=tuple(there))
    after = decided(before, said, ME)
    assert told(after) == then
    assert (after.text, after.sha256, after.words) == (before.text, before.sha256, before.words)


@pytest.mark.parametrize(
    ("decision", "pointer"),
    [
        (Decision(5, 5, ACCEPTED), "/redactions/0"),  # nothing
        (Decision(-1, 5, ACCEPTED), "/redactions/0"),  # before the text
        (Decision(0, len(SAID) + 1, ACCEPTED), "/redactions/0"),  # behind it
        (Decision(*at(SAID, ". "), ACCEPTED), "/redactions/0"),  # no word
        (Decision(0, 3, ACCEPTED, "hair"), "/redactions/0/kind"),  # no kind
    ],
)
def test_a_decision_that_does_not_fit_is_named(decision: Decision, pointer: str) -> None:
    with pytest.raises(Invalid) as caught:
        decided(transcript(), [decision], ME)
    assert [each.pointer for each in caught.value.errors] == [pointer]


@pytest.mark.parametrize(
    ("said", "shows"),
    [
        (saying(REJECTED, "Anna Berg"), True),
        (saying(PROPOSED, "Berg"), True),  # a part of it
        (saying(ACCEPTED, "Anna Berg first"), False),  # more than before
        (saying(REJECTED, "Tom"), False),  # something else
    ],
)
def test_whether_a_decision_shows_hidden_words(said: Decision, shows: bool) -> None:
    before = replace(transcript(), redactions=(found("Anna Berg", state=ACCEPTED),))
    assert reversed_words(before, decided(before, [said], ME)) is shows


def test_the_same_words_are_found_everywhere() -> None:
    assert everywhere(transcript(), "anna berg") == [at(SAID, "Anna Berg"), at(SAID, "Anna Berg", 1)]
    assert everywhere(transcript(), "Nobody") == []
    assert everywhere(transcript(), "…") == []


def test_finds_beside_decisions_change_nothing_that_is_there() -> None:
    before = decided(transcript(), [saying(REJECTED, "Anna Berg"), saying(ACCEPTED, "Tom")], ME)
    after = proposed(before, [found("Anna Berg"), found("Anna Berg", 1), found("Tom")])
    assert [(each.state.value, each.start_char) for each in after.redactions] == [
        ("rejected", 4),
        ("proposed", 21),
        ("accepted", SAID.index("Tom")),
    ]
    assert open_proposals(after) == 1


# From one revision to the next


def test_the_same_text_heard_again_keeps_every_decision() -> None:
    before = decided(transcript(), [saying(ACCEPTED, "Anna Berg"), saying(REJECTED, "Tom")], ME)
    assert carried(before, transcript()).redactions == before.redactions


def test_what_a_new_revision_says_itself_counts() -> None:
    before = decided(transcript(), [saying(ACCEPTED, "Anna Berg")], ME)
    after = decided(before, [saying(REJECTED, "Anna Berg")], ME)
    assert carried(before, after) == after


def test_decisions_are_found_again_in_another_text_at_every_place() -> None:
    before = decided(transcript(), [saying(ACCEPTED, "Anna Berg"), saying(REJECTED, "Tom")], ME)
    after = carried(before, transcript("Well, ask Anna Berg. Tom knows Anna Berg, and Tom waits."))
    assert told(after) == [
        ("Anna Berg", "other", "accepted", ME),
        ("Tom", "other", "rejected", ME),
        ("Anna Berg", "other", "accepted", ME),
        ("Tom", "other", "rejected", ME),
    ]


@pytest.mark.parametrize("timed", [True, False])
def test_of_two_decisions_on_the_same_word_the_nearer_place_counts(timed: bool) -> None:
    first = transcript("Tom is here now. Then we waited a long time, and a tom cat. Tom is a cat.", timed=timed)
    one, two = everywhere(first, "Tom")[0], everywhere(first, "Tom")[2]
    before = decided(first, [Decision(*one, ACCEPTED), Decision(*two, REJECTED)], ME)
    second = transcript("So Tom is here now. Then we waited a long time, and a tom cat. Tom is a cat.", timed=timed)
    after = carried(before, second)
    assert [each.state.value for each in after.redactions] == ["accepted", "rejected"]  # and not the tom cat


@pytest.mark.parametrize(
    ("newer", "timed", "hidden"),
    [
        # a corrected name is hidden where it was heard
        ("Ask Ana Burg first. Anna Berg knows, and Rose does. A rose is not Rose, says Tom.", True, "Ana Burg"),
        # or between the words that stood around it
        (
            "Ask Ana von Burg first. Anna Berg knows, and Rose does. A rose is not Rose, says Tom.",
            False,
            "Ana von Burg",
        ),
        # where nothing is the same any more, nothing is
        ("Something else altogether was said here, all the time.", False, None),
    ],
)
def test_hidden_words_that_were_corrected_stay_hidden(newer: str, timed: bool, hidden: str | None) -> None:
    before = decided(transcript(timed=timed), [saying(ACCEPTED, "Anna Berg")], ME)
    after = carried(before, transcript(newer, timed=timed))
    words = [text_of(after, each) for each in accepted(after)]
    assert words == ([] if hidden is None else [hidden, "Anna Berg"])


# Where words leave


def test_accepted_words_are_blotted_out_and_nothing_moves() -> None:
    hidden = decided(replace(transcript(), redactions=(found("Tom"),)), [saying(ACCEPTED, "Anna Berg")], ME)
    shown = masked(hidden)
    assert shown.text == "Ask ████ ████ first. Anna Berg knows, and Rose does. A rose is not Rose, says Tom."
    assert shown.turns[0].speaker == "████ ████"
    assert shown.warnings == ("████ ████ was hard to hear",)
    assert shown.words == hidden.words
    assert hidden_words(hidden) == {4, 9}
    assert masked(transcript()) == transcript()


@given(st.text("ab c.\nÉ中", min_size=1, max_size=60), st.data())
def test_the_blots_are_the_accepted_characters(text: str, data: st.DataObject) -> None:
    ends = st.integers(0, len(text))
    said = [
        Decision(min(pair), max(pair), data.draw(st.sampled_from(list(RedactionState))))
        for pair in data.draw(st.lists(st.tuples(ends, ends), max_size=6))
    ]
    plain = Transcript(text, (Turn("A", SpeakerRole.EXPERT, 0, len(text)),))
    try:
        after = decided(plain, said, ME)
    except Invalid:
        return
    shown = masked(after).text
    under = {place for each in accepted(after) for place in range(each.start_char, each.end_char)}
    assert [place for place, new in enumerate(shown) if new == BLOT] == [
        place for place in sorted(under) if not text[place].isspace()
    ]
    assert len(shown) == len(text)
    assert all(one.end_char <= two.start_char for one, two in pairwise(after.redactions))


def test_a_name_that_is_a_word_too_is_hidden_on_cards_as_the_name_only() -> None:
    every = [saying(ACCEPTED, "Rose"), saying(ACCEPTED, "Rose", 1), saying(ACCEPTED, "Tom")]
    hidden = hidden_in(decided(transcript(), every, ME))
    assert [(one.text, one.exact) for one in hidden] == [("Rose", True), ("Rose", True), ("Tom", False)]


def test_what_was_hidden_in_an_older_text_stays_hidden_until_the_same_words_are_shown_again() -> None:
    old = hidden_in(decided(transcript(), [saying(ACCEPTED, "Anna Berg")], ME))
    newer = transcript("Ask Ana Berg first, then Anna Berg.")
    assert hidden_after(old, newer) == old
    place = everywhere(newer, "Anna Berg")[0]
    assert hidden_after(old, decided(newer, [Decision(*place, REJECTED)], ME)) == ()
    shut = hidden_after(old, decided(newer, [Decision(*place, ACCEPTED)], ME))
    assert [one.transcript_sha256 for one in shut] == [newer.sha256, old[0].transcript_sha256]


# Sound


@pytest.mark.parametrize(
    ("change", "clips"),
    [
        (lambda one: one, [Clip(0.94, 2.86)]),  # heard words, with a little room
        # times guessed inside of a caption: much room
        (lambda one: replace(one, words=tuple(replace(word, confidence=None) for word in one.words)), [Clip(0.0, 4.3)]),
        # a word without times: from the word before to the word behind
        (
            lambda one: replace(
                one,
                words=(
                    one.words[0],
                    *(replace(word, start_s=None, end_s=None) for word in one.words[1:3]),
                    *one.words[3:],
                ),
            ),
            [Clip(0.74, 3.06)],
        ),
        # words that are not there at all
        (lambda one: replace(one, words=(one.words[0], *one.words[3:])), [Clip(0.74, 3.06)]),
    ],
)
def test_a_beep_covers_the_hidden_words(change: object, clips: list[Clip]) -> None:
    hidden = decided(transcript(), [saying(ACCEPTED, "Anna Berg")], ME)
    got = beeps(change(hidden))  # type: ignore[operator]
    assert [(round(one.start_s, 6), round(one.end_s, 6)) for one in got] == [(one.start_s, one.end_s) for one in clips]


def test_beeps_that_overlap_are_one() -> None:
    every = [saying(ACCEPTED, "Anna"), saying(ACCEPTED, "Berg first")]
    wide = transcript(confidence=None)
    assert len(beeps(decided(wide, every, ME))) == 1


def test_nobody_can_beep_where_nobody_knows_when() -> None:
    assert beeps(transcript(timed=False)) == []
    with pytest.raises(Conflict, match="no times"):
        beeps(decided(transcript(timed=False), [saying(ACCEPTED, "Tom")], ME))
