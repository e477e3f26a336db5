"""What a transcript says, and when, after somebody has corrected it."""

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from models.correcting import corrected, rewordings
from models.corrections import Correction
from models.errors import Invalid
from models.values import MACHINE, Redaction, RedactionState, SpeakerRole, Transcript, Turn, Word

ME = "human:u1"


def heard(*said: tuple[str, str], timed: bool = True, pace: float = 0.5) -> Transcript:
    """Turns of (speaker, text); a word every `pace` seconds that lasts four fifths of it."""
    text, turns, words, number = "", list[Turn](), list[Word](), 0
    for speaker, told in said:
        text += "\n" if text else ""
        start, first = len(text), number
        for word in told.split():
            text += " " if len(text) > start else ""
            times = (round(number * pace, 3), round((number + 0.8) * pace, 3))
            words.append(Word(len(text), len(text) + len(word), *times, 0.9))
            text += word
            number += 1
        times = (round(first * pace, 3), round((number - 0.2) * pace, 3))
        turns.append(Turn(speaker, SpeakerRole.OTHER, start, len(text), *(times if timed else (None, None))))
    return Transcript(text, tuple(turns), tuple(words) if timed else ())


TALK = heard(
    ("Speaker 1", "When is the prof over?"),
    ("Speaker 2", "I poke the do and it comes back slowly. Then bake it."),
    ("Speaker 1", "Thanks for watching"),
)


def extent(said: Transcript, quote: str) -> dict[str, int]:
    start = said.text.index(quote)
    return {"start_char": start, "end_char": start + len(quote)}


def after(said: Transcript, **members: Any) -> Transcript:
    return corrected(said, Correction.model_validate(members), by=ME)


def reworded(said: Transcript, quote: str, text: str) -> Transcript:
    return after(said, words=[{**extent(said, quote), "text": text}])


def spoken(said: Transcript) -> list[tuple[str, str]]:
    return [(turn.speaker, said.text[turn.start_char : turn.end_char]) for turn in said.turns]


def times(said: Transcript) -> list[tuple[str, float | None, float | None]]:
    return [(said.text[word.start_char : word.end_char], word.start_s, word.end_s) for word in said.words]


# Words

REWORDED = [
    ("prof", "proof", [("proof", 1.5, 1.9)]),  # one for one
    ("do and", "dough and", [("dough", 4.0, 4.562), ("and", 4.562, 4.9)]),  # as many: by their lengths
    ("do", "dough ball", [("dough", 4.0, 4.222), ("ball", 4.222, 4.4)]),  # more words share the time
    ("comes back", "springs", [("springs", 5.5, 6.4)]),  # fewer words take all of it
    ("ro", "roo", [("proof", 1.5, 1.9)]),  # letters inside of a word are that word
]


@pytest.mark.parametrize(("quote", "text", "found"), REWORDED)
def test_corrected_words_keep_the_time_of_those_that_they_replace(quote: str, text: str, found: list[Any]) -> None:
    changed = reworded(TALK, quote, text)
    ours = [word for word in changed.words if word.by == ME]
    assert [(changed.text[word.start_char : word.end_char], word.start_s, word.end_s) for word in ours] == found
    assert changed.text == TALK.text.replace(quote, text, 1)
    assert {(word.confidence, word.suspect) for word in ours} == {(None, None)}


def test_the_neighbours_of_a_corrected_word_are_untouched() -> None:
    changed = reworded(TALK, "prof", "proof")
    assert [each for each in times(changed) if each[0] != "proof"] == [
        each for each in times(TALK) if each[0] != "prof"
    ]
    assert [(turn.start_s, turn.end_s) for turn in changed.turns] == [(turn.start_s, turn.end_s) for turn in TALK.turns]


GONE = [
    ("prof", "When is the over?"),  # no blank too many in the middle
    ("When", "is the prof over?"),  # none at the beginning
    ("over?", "When is the prof"),  # none at the end
]


@pytest.mark.parametrize(("quote", "left"), GONE)
def test_an_empty_text_takes_words_out(quote: str, left: str) -> None:
    assert spoken(reworded(TALK, quote, ""))[0][1] == left


def test_a_turn_of_which_nothing_is_left_goes() -> None:
    assert spoken(reworded(TALK, "Thanks for watching", "")) == spoken(TALK)[:2]


def test_words_written_without_a_blank_do_not_grow_into_their_neighbour() -> None:
    said = replace(heard(("A", "an ice-cream")), words=(Word(0, 2, 0, 1), Word(3, 6, 1, 2), Word(6, 12, 2, 3)))
    assert reworded(said, "ice", "").text == "an -cream"


def test_a_sentence_that_was_heard_as_one_word_is_taken_apart() -> None:
    said = Transcript("the prof is over", (Turn("A", SpeakerRole.OTHER, 0, 16, 0, 4),), (Word(0, 16, 0.0, 4.0, 0.5),))
    assert times(reworded(said, "prof", "proof")) == [
        ("the", 0.0, 0.923),
        ("proof", 0.923, 2.154),
        ("is", 2.154, 2.769),
        ("over", 2.769, 4.0),
    ]


def test_a_text_without_times_stays_without() -> None:
    said = heard(("A", "the prof"), ("B", "is over"), timed=False)
    changed = reworded(said, "prof", "proof")
    assert (changed.text, changed.words) == ("the proof\nis over", ())


def test_overlap_stays_on_the_words_in_its_time() -> None:
    said = replace(TALK, words=tuple(replace(word, overlap=word.start_s == 1.5) for word in TALK.words))
    assert [word.overlap for word in reworded(said, "the prof", "a proof").words[:4]] == [False, False, True, True]


def test_who_listened_takes_the_doubt_away() -> None:
    said = replace(TALK, words=tuple(replace(word, suspect="a loop") for word in TALK.words))
    changed = after(said, listened=[extent(said, "prof over?")])
    assert [(word.suspect, word.by, word.confidence) for word in changed.words[3:6]] == [
        (None, ME, None),
        (None, ME, None),
        ("a loop", MACHINE, 0.9),
    ]
    assert changed.text == said.text


# Speakers


def test_a_new_name_leaves_the_text_as_it_is() -> None:
    changed = after(TALK, speakers={"Speaker 2": {"name": "Jo Baker", "role": "expert"}})
    assert [(turn.speaker, turn.role) for turn in changed.turns] == [
        ("Speaker 1", "other"),
        ("Jo Baker", "expert"),
        ("Speaker 1", "other"),
    ]
    assert (changed.sha256, changed.words) == (TALK.sha256, TALK.words)


def test_two_speakers_with_one_name_become_one() -> None:
    said = heard(("A", "one"), ("B", "two"), ("C", "three"))
    named = after(said, speakers={"A": {"role": "interviewer"}})
    changed = after(named, speakers={"B": {"name": "A"}})
    assert [(turn.speaker, turn.role) for turn in changed.turns] == [
        ("A", "interviewer"),
        ("A", "interviewer"),
        ("C", "other"),
    ]


def test_swapped_names_take_their_roles_along() -> None:
    named = after(TALK, speakers={"Speaker 1": {"role": "interviewer"}, "Speaker 2": {"role": "expert"}})
    swapped = after(named, speakers={"Speaker 1": {"name": "Speaker 2"}, "Speaker 2": {"name": "Speaker 1"}})
    assert [(turn.speaker, turn.role) for turn in swapped.turns] == [
        ("Speaker 2", "expert"),
        ("Speaker 1", "interviewer"),
        ("Speaker 2", "expert"),
    ]


FIRST, SECOND = "I poke the do and it comes back slowly.", "Then bake it."
HANDED = [
    ("comes", "Jo", [("Speaker 2", "I poke the do and it"), ("Jo", "comes"), ("Speaker 2", f"back slowly. {SECOND}")]),
    ("en bake it.", "Jo", [("Speaker 2", FIRST), ("Jo", SECOND)]),  # half a word is the whole word
    (SECOND, "Speaker 1", [("Speaker 2", FIRST), ("Speaker 1", f"{SECOND} Thanks for watching")]),  # who speaks next
    ("comes", "Speaker 2", [("Speaker 2", f"{FIRST} {SECOND}")]),  # who has it already
]


@pytest.mark.parametrize(("quote", "speaker", "found"), HANDED)
def test_a_span_is_given_to_another_speaker(quote: str, speaker: str, found: list[Any]) -> None:
    changed = after(TALK, turns=[{**extent(TALK, quote), "speaker": speaker}])
    assert spoken(changed)[1 : 1 + len(found)] == found
    assert times(changed) == times(TALK)


def test_a_split_turn_knows_when_each_part_is_said() -> None:
    changed = after(TALK, turns=[{**extent(TALK, "and it"), "speaker": "Jo"}])
    assert [(turn.start_s, turn.end_s) for turn in changed.turns[1:4]] == [(2.5, 4.4), (4.5, 5.4), (5.5, 8.4)]


def test_without_words_the_parts_of_a_turn_are_timed_by_their_letters() -> None:
    said = Transcript("aaa bbb", (Turn("A", SpeakerRole.OTHER, 0, 7, 0.0, 7.0),))
    changed = after(said, turns=[{"start_char": 4, "end_char": 7, "speaker": "B"}])
    assert [(turn.start_s, turn.end_s) for turn in changed.turns] == [(0.0, 3.0), (4.0, 7.0)]


def test_a_whole_turn_given_away_joins_what_stands_around_it() -> None:
    said = heard(("A", "one two"), ("B", "three"), ("A", "four"), ("A", "five"))
    changed = after(said, turns=[{**extent(said, "three"), "speaker": "A"}])
    assert spoken(changed) == [("A", "one two three four"), ("A", "five")]


def test_everything_at_once_counts_in_the_text_that_was_there_before() -> None:
    changed = after(
        TALK,
        speakers={"Speaker 2": {"name": "Jo"}, "Ann": {"role": "interviewer"}},
        words=[{**extent(TALK, "prof"), "text": "whole proof"}, {**extent(TALK, "do"), "text": "dough"}],
        turns=[{**extent(TALK, "Then bake it."), "speaker": "Ann"}],
        listened=[extent(TALK, "slowly.")],
    )
    assert spoken(changed) == [
        ("Speaker 1", "When is the whole proof over?"),
        ("Jo", "I poke the dough and it comes back slowly."),
        ("Ann", "Then bake it."),
        ("Speaker 1", "Thanks for watching"),
    ]
    assert changed.turns[2].role is SpeakerRole.INTERVIEWER
    assert [changed.text[w.start_char : w.end_char] for w in changed.words if w.by == ME] == [
        "whole",
        "proof",
        "dough",
        "slowly.",
    ]


# Redactions


def hidden(said: Transcript) -> list[str]:
    return [said.text[each.start_char : each.end_char] for each in said.redactions]


def test_redactions_stay_on_their_words() -> None:
    quotes = ("prof", "poke the do and", "atch")
    marks = [Redaction(*extent(TALK, quote).values(), "person", RedactionState.ACCEPTED) for quote in quotes]
    said = replace(TALK, redactions=tuple(marks))
    longer = reworded(said, "When is", "Tell me when")
    assert hidden(longer) == list(quotes)  # moved along
    assert hidden(reworded(said, "prof", "Professor Jones")) == ["Professor Jones", *quotes[1:]]  # stays hidden
    assert hidden(reworded(said, "prof", "")) == list(quotes[1:])  # goes with its words
    split = after(said, turns=[{**extent(said, "do and it"), "speaker": "Jo"}])
    assert hidden(split) == ["prof", "poke the", "do and", "atch"]  # on both sides of a split


# What does not fit

REFUSED: list[tuple[dict[str, Any], list[str]]] = [
    ({"words": [{"start_char": 3, "end_char": 3, "text": "x"}]}, ["/words/0"]),  # nothing there
    ({"words": [{"start_char": 4, "end_char": 5, "text": "x"}]}, ["/words/0"]),  # a blank
    ({"words": [{"start_char": 20, "end_char": 30, "text": "x"}]}, ["/words/0"]),  # two turns
    ({"words": [{"start_char": 900, "end_char": 901, "text": "x"}]}, ["/words/0"]),  # beyond the end
    ({"listened": [{"start_char": 0, "end_char": 99}]}, ["/listened/0"]),
    (  # one over the other, in whatever order
        {"words": [{"start_char": 3, "end_char": 8, "text": "x"}, {"start_char": 0, "end_char": 4, "text": "y"}]},
        ["/words/0"],
    ),
    (  # two halves of one word
        {"words": [{"start_char": 0, "end_char": 2, "text": "x"}, {"start_char": 2, "end_char": 4, "text": "y"}]},
        ["/words/0"],
    ),
    ({"speakers": {"No/body": {"name": "x"}}}, ["/speakers/No~1body"]),  # nobody is called so
    (  # two roles for one name
        {"speakers": {"Speaker 1": {"name": "A", "role": "expert"}, "Speaker 2": {"name": "A", "role": "other"}}},
        ["/speakers/Speaker 2/role"],
    ),
]


@pytest.mark.parametrize(("members", "pointers"), REFUSED)
def test_what_does_not_fit_is_named(members: dict[str, Any], pointers: list[str]) -> None:
    with pytest.raises(Invalid) as caught:
        after(TALK, **members)
    assert [error.pointer for error in caught.value.errors] == pointers


def test_a_transcript_is_never_emptied() -> None:
    said = heard(("A", "one two"))
    with pytest.raises(Invalid, match="nothing of the transcript"):
        reworded(said, "one two", "")


@pytest.mark.parametrize("text", ["two\nlines", "a\ttab", "\x00", "line\u2028separator", "\x1b[2J"])
def test_a_text_is_one_line_without_controls(text: str) -> None:
    with pytest.raises(ValidationError):
        Correction.model_validate({"words": [{"start_char": 0, "end_char": 1, "text": text}]})
    with pytest.raises(ValidationError):
        Correction.model_validate({"turns": [{"start_char": 0, "end_char": 1, "speaker": f"a{text}b"}]})


# What somebody typed

TYPED = [
    ("I poke the dough and it comes back slowly. Then bake it.", [("do", "dough")]),  # one word
    ("I poke the do  and it comes back slowly.\tThen bake it.", []),  # blanks do not count
    ("I poke and it comes back slowly. Then we bake it.", [("the do", ""), ("Then", "Then we")]),  # less, more
    ("So I poke the do and it comes back slowly. Then bake it!", [("I", "So I"), ("it.", "it!")]),  # at both ends
    ("", [("I poke the do and it comes back slowly. Then bake it.", "")]),  # nothing of it was said
]


@pytest.mark.parametrize(("typed", "found"), TYPED)
def test_what_was_typed_changes_as_few_words_as_can_be(typed: str, found: list[tuple[str, str]]) -> None:
    changes = rewordings(TALK, TALK.turns[1], typed, shown=TALK.text)
    assert [(TALK.text[each.start_char : each.end_char], each.text) for each in changes] == found


VEILED = [
    ("Ask ▒▒▒▒▒, then bake.", []),  # untouched
    ("Ask ▒▒▒▒▒, then you bake.", [("then", "then you")]),  # elsewhere
    ("Ask ▒▒▒▒▒, first, then bake.", [("Jones,", "Jones, first,")]),  # right behind
    ("Call ▒▒▒▒▒. Then bake.", [("Ask Jones, then", "Call Jones. Then")]),  # around
    ("Ask him, then bake.", [("Jones,", "him,")]),  # in its place
]


@pytest.mark.parametrize(("typed", "found"), VEILED)
def test_words_that_were_hidden_from_who_typed_stay_what_they_are(typed: str, found: list[tuple[str, str]]) -> None:
    said = heard(("A", "Ask Jones, then bake."))
    changes = rewordings(said, said.turns[0], typed, shown=said.text.replace("Jones", "▒▒▒▒▒"))
    assert [(said.text[each.start_char : each.end_char], each.text) for each in changes] == found


def test_in_a_script_without_blanks_only_the_changed_words_change() -> None:
    text = "今天天气很好"
    words = tuple(Word(start, start + 2, start, start + 2.0) for start in (0, 2, 4))
    said = Transcript(text, (Turn("A", SpeakerRole.OTHER, 0, 6),), words)
    [change] = rewordings(said, said.turns[0], "今天天汽很好", shown=text)
    assert (change.start_char, change.end_char, change.text) == (2, 4, "天汽")


# Whatever people do


@st.composite
def talks(draw: st.DrawFn) -> Transcript:
    said = draw(
        st.lists(st.tuples(st.sampled_from("ABC"), st.text("ab é-", min_size=1, max_size=12)), min_size=1, max_size=5)
    )
    said = [(speaker, " ".join(text.split()) or "x") for speaker, text in said]
    return heard(*said, timed=draw(st.booleans()))


@st.composite
def changes(draw: st.DrawFn, said: Transcript) -> Correction:
    members: dict[str, Any] = {"words": [], "turns": [], "listened": []}
    for kind in draw(st.lists(st.sampled_from(sorted(members)), max_size=4)):
        turn = draw(st.sampled_from(said.turns))
        start = draw(st.integers(turn.start_char, turn.end_char - 1))
        part: dict[str, Any] = {"start_char": start, "end_char": draw(st.integers(start + 1, turn.end_char))}
        part |= {"text": draw(st.text("ab é", max_size=8))} if kind == "words" else {}
        part |= {"speaker": draw(st.sampled_from("ABCD"))} if kind == "turns" else {}
        members[kind].append(part)
    labels = sorted({turn.speaker for turn in said.turns})
    named = draw(st.dictionaries(st.sampled_from(labels), st.sampled_from("ABCD")))
    return Correction.model_validate(members | {"speakers": {label: {"name": name} for label, name in named.items()}})


@settings(deadline=None, max_examples=60)
@given(st.data())
def test_whatever_is_corrected_text_turns_and_words_fit_together(data: st.DataObject) -> None:
    said = data.draw(talks())
    timed = bool(said.words)
    for _ in range(3):
        try:
            said = corrected(said, data.draw(changes(said)), by=ME)
        except Invalid:
            continue
        assert said.text == "\n".join(text for _, text in spoken(said))
        assert all(text and text == " ".join(text.split()) for _, text in spoken(said))
        placed = [(word.start_char, word.end_char) for word in said.words]
        assert placed == sorted(placed)
        assert not timed or [said.text[a:b] for a, b in placed] == said.text.split()
        for turn in said.turns:
            inside = said.words_in(turn.start_char, turn.end_char)
            assert all(turn.start_char <= word.start_char < word.end_char <= turn.end_char for word in inside)
        clock = [time for word in said.words for time in (word.start_s, word.end_s)]
        assert clock == sorted(clock)  # type: ignore[type-var]
        assert (not said.words) == (not timed)


@settings(deadline=None, max_examples=60)
@given(st.data())
def test_what_was_typed_is_what_stands_there_afterwards(data: st.DataObject) -> None:
    said = data.draw(talks())
    turn = data.draw(st.sampled_from(said.turns))
    typed = data.draw(st.text("ab é-", min_size=1, max_size=16).filter(str.strip))
    number = said.turns.index(turn)
    changed = corrected(said, Correction(words=rewordings(said, turn, typed, shown=said.text)), by=ME)
    assert spoken(changed)[number] == (turn.speaker, " ".join(typed.split()))
