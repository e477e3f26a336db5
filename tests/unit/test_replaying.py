"""People's corrections on another transcript of the same recording."""

from contextlib import suppress
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from models.anchors import Edit, anchored
from models.correcting import corrected
from models.corrections import Correction
from models.documents import from_document, to_document
from models.errors import Invalid
from models.replaying import replayed
from models.values import MACHINE, SpeakerRole, Transcript, Turn, Word

ME, YOU = "human:u1", "human:u2"

Timed = tuple[str, float, float]


def spoken(*said: tuple[str, list[Timed]]) -> Transcript:
    """Turns of (speaker, [(word, start, end)])."""
    text, turns, words = "", list[Turn](), list[Word]()
    for speaker, told in said:
        text += "\n" if text else ""
        start = len(text)
        for word, start_s, end_s in told:
            text += " " if len(text) > start else ""
            words.append(Word(len(text), len(text) + len(word), start_s, end_s, 0.5))
            text += word
        turns.append(Turn(speaker, SpeakerRole.OTHER, start, len(text), told[0][1], told[-1][2]))
    return Transcript(text, tuple(turns), tuple(words))


def paced(told: str, start_s: float = 0.0) -> list[Timed]:
    """A word every half second, .4 s long."""
    return [(word, start_s + 0.5 * n, round(start_s + 0.5 * n + 0.4, 3)) for n, word in enumerate(told.split())]


def bare(*said: tuple[str, str]) -> Transcript:
    """Turns of a text without times."""
    text, turns = "", list[Turn]()
    for speaker, told in said:
        text += "\n" if text else ""
        turns.append(Turn(speaker, SpeakerRole.OTHER, len(text), len(text) + len(told)))
        text += told
    return Transcript(text, tuple(turns))


def part(said: Transcript, quote: str, **more: str) -> dict[str, Any]:
    start = said.text.index(quote)
    return {"start_char": start, "end_char": start + len(quote), **more}


class Desk:
    """A transcript, and what people make of it."""

    def __init__(self, said: Transcript) -> None:
        self.said = said
        self.edits: list[tuple[Edit, str]] = []

    def correct(self, by: str = ME, **members: Any) -> "Desk":
        correction = Correction.model_validate(members)
        after = corrected(self.said, correction, by=by)
        kept = to_document(anchored(self.said, correction))
        self.edits.append((from_document(Edit, kept), by))
        self.said = after
        return self

    def reword(self, quote: str, text: str, by: str = ME) -> "Desk":
        return self.correct(by, words=[part(self.said, quote, text=text)])


def ours(said: Transcript) -> list[str]:
    return [said.text[word.start_char : word.end_char] for word in said.words if word.by != MACHINE]


def lines(said: Transcript) -> list[str]:
    return [f"{turn.speaker}: {said.text[turn.start_char : turn.end_char]}" for turn in said.turns]


FIRST = spoken(
    ("Speaker 1", paced("when is the prof over")), ("Speaker 2", paced("the do comes back slowly then", 3.0))
)

# what the person made of “prof” (1.5–1.9 s), what another model hears there, what stands there in the end
REHEARD: list[tuple[str, list[Timed], str, list[str]]] = [
    ("proof", paced("when is the prof over"), "when is the proof over", ["proof"]),  # the same mistake
    ("proof", paced("when is the proof over"), "when is the proof over", ["proof"]),  # right by itself: a person's now
    ("proof", paced("when is the roof over"), "when is the proof over", ["proof"]),  # another mistake
    ("proof", paced("when is the prof over", 0.2), "when is the proof over", ["proof"]),  # a little later
    (  # one word heard as two, the first beginning earlier
        "proof",
        [*paced("when is"), ("the", 1.0, 1.2), ("pro", 1.25, 1.5), ("of", 1.5, 1.9), ("over", 2.0, 2.4)],
        "when is the proof over",
        ["proof"],
    ),
    (  # two words heard as one
        "proof",
        [*paced("when is"), ("theprof", 1.0, 1.9), ("over", 2.0, 2.4)],
        "when is proof over",
        ["proof"],
    ),
    ("whole proof", paced("when is the prof over"), "when is the whole proof over", ["whole", "proof"]),
    ("", paced("when is the prof over"), "when is the over", []),  # nobody said it
    ("", [*paced("when is the"), ("over", 2.0, 2.4)], "when is the over", []),  # and nobody hears it any more
]


@pytest.mark.parametrize(("text", "heard", "found", "signed"), REHEARD)
def test_a_corrected_word_stands_where_its_seconds_are(
    text: str, heard: list[Timed], found: str, signed: list[str]
) -> None:
    desk = Desk(FIRST).reword("prof", text)
    again = replayed(spoken(("A", heard)), desk.edits)
    assert (again.text, ours(again), again.warnings) == (found, signed, ())
    assert [(word.confidence, word.suspect) for word in again.words if word.by == ME] == [(None, None)] * len(signed)


def test_the_replaced_words_give_their_time() -> None:
    desk = Desk(FIRST).reword("prof", "proof")
    again = replayed(spoken(("A", paced("when is the prof over", 0.2))), desk.edits)
    assert [(word.start_s, word.end_s) for word in again.words if word.by == ME] == [(1.7, 2.1)]


NOT_THERE: list[list[Timed]] = [
    [("when", 0.0, 0.4), ("is", 0.5, 0.9), ("over", 2.3, 2.7)],  # nobody speaks there any more
    [("the", 1.0, 1.55), ("over", 1.85, 2.4)],  # the words before and behind have come nearer
]


@pytest.mark.parametrize("heard", NOT_THERE)
def test_what_finds_no_place_is_left_out_and_told(heard: list[Timed]) -> None:
    desk = Desk(FIRST).reword("prof", "proof")
    new = spoken(("A", heard))
    again = replayed(new, desk.edits)
    assert again == replace(new, warnings=again.warnings)
    [warning] = again.warnings
    assert "at 0:01" in warning
    assert "prof" not in warning  # words may have to be hidden


def test_words_that_nobody_said_are_taken_out_only_where_they_stand_again() -> None:
    said = spoken(("A", paced("bake it now")), ("A", paced("thanks for watching", 9.0)))
    desk = Desk(said).reword("thanks for watching", "")
    again = spoken(("A", paced("bake it now")), ("A", paced("thank for watching", 9.0)))
    real = spoken(("A", paced("bake it now")), ("A", paced("until it sings", 9.0)))
    assert replayed(again, desk.edits).text == "bake it now"
    assert replayed(real, desk.edits) == real


def test_where_everything_was_to_be_taken_out_the_new_words_stay_and_somebody_is_told() -> None:
    said = spoken(("A", paced("bake it")), ("A", paced("thanks for watching", 9.0)))
    desk = Desk(said).reword("thanks for watching", "")
    again = replayed(spoken(("A", paced("thanks for watching", 9.0))), desk.edits)
    assert again.text == "thanks for watching"
    assert again.warnings


def test_corrections_of_corrections_are_made_in_their_order() -> None:
    desk = Desk(FIRST).reword("do", "dough").reword("dough comes", "dough ball springs", YOU).reword("slowly", "slow")
    again = replayed(FIRST, desk.edits)
    assert again.text == desk.said.text == "when is the prof over\nthe dough ball springs back slow then"
    assert {word.by for word in again.words if word.by != MACHINE} == {ME, YOU}


def test_on_the_very_same_words_replaying_gives_the_very_same_transcript() -> None:
    desk = Desk(FIRST).correct(
        speakers={"Speaker 2": {"name": "Jo", "role": "expert"}},
        words=[part(FIRST, "prof", text="proof"), part(FIRST, "do", text="dough")],
        turns=[part(FIRST, "slowly then", speaker="Ann")],
        listened=[part(FIRST, "comes back")],
    )
    assert replayed(FIRST, desk.edits) == desk.said
    assert replayed(FIRST, desk.edits) == replayed(FIRST, desk.edits)


def test_who_listened_has_listened_to_the_words_that_are_still_the_same() -> None:
    desk = Desk(FIRST).correct(listened=[part(FIRST, "do comes back")])
    again = replayed(spoken(("A", paced("the dough comes Back, slowly then", 3.0))), desk.edits)
    assert ours(again) == ["comes", "Back,"]
    assert again.warnings == ()


# Speakers


def test_names_and_roles_follow_the_voices_whatever_they_are_called_now() -> None:
    desk = Desk(FIRST).correct(
        speakers={"Speaker 1": {"name": "Ivo", "role": "interviewer"}, "Speaker 2": {"name": "Jo", "role": "expert"}}
    )
    again = replayed(
        spoken(("Speaker 2", paced("when is the prof over")), ("Speaker 1", paced("the do comes back", 3.0))),
        desk.edits,
    )
    assert [(turn.speaker, turn.role) for turn in again.turns] == [("Ivo", "interviewer"), ("Jo", "expert")]


def test_a_swap_is_made_again_by_voices() -> None:
    desk = Desk(FIRST).correct(speakers={"Speaker 1": {"role": "interviewer"}, "Speaker 2": {"role": "expert"}})
    desk.correct(speakers={"Speaker 1": {"name": "Speaker 2"}, "Speaker 2": {"name": "Speaker 1"}})
    assert replayed(FIRST, desk.edits) == desk.said


def test_merged_speakers_are_merged_again_and_a_new_voice_is_left_alone() -> None:
    said = spoken(("1", paced("one two three")), ("2", paced("four five six", 3.0)), ("3", paced("seven eight", 6.0)))
    desk = Desk(said).correct(speakers={"3": {"name": "1"}})
    same = spoken(("A", paced("one two three")), ("B", paced("four five six", 3.0)), ("C", paced("seven eight", 6.0)))
    assert lines(replayed(same, desk.edits)) == ["A: one two three", "B: four five six", "A: seven eight"]
    merged = spoken(("A", paced("one two three")), ("B", paced("four five six", 3.0)), ("A", paced("seven", 6.0)))
    assert lines(replayed(merged, desk.edits))[2] == "A: seven"
    more = spoken(("1", paced("one two three")), ("2", paced("four", 3.0)), ("4", paced("five six", 4.0)))
    assert lines(replayed(more, desk.edits))[2] == "4: five six"


def test_words_given_to_somebody_go_to_the_same_voice() -> None:
    desk = Desk(FIRST).correct(turns=[part(FIRST, "slowly then", speaker="Speaker 1")])
    again = replayed(
        spoken(("B", paced("when is the prof over")), ("A", paced("the dough comes back slowly now", 3.0))), desk.edits
    )
    assert lines(again) == ["B: when is the prof over", "A: the dough comes back", "B: slowly now"]


def test_words_given_away_may_lie_in_two_turns_now() -> None:
    desk = Desk(FIRST).correct(turns=[part(FIRST, "back slowly then", speaker="Ann")])
    again = replayed(
        spoken(("A", paced("the do comes back", 3.0)), ("B", paced("slowly then", 5.0))),
        desk.edits,
    )
    assert lines(again) == ["A: the do comes", "Ann: back slowly then"]


# Without times

PLAIN = bare(
    ("Ivo", "When is the prof over?"),
    ("Jo", "I poke the do, and the do comes back slowly, and then I bake the do."),
)

RETYPED = [
    (  # the first of three, by the words around it
        "do,",
        "dough,",
        "I poke the do, and the do comes back slowly, and then I bake the do.",
        "I poke the dough, and the do comes back slowly, and then I bake the do.",
    ),
    (  # the last one, in a text that is written otherwise
        "do.",
        "dough.",
        "So I POKE the do - and the do comes back; then I bake the do.",
        "So I POKE the do - and the do comes back; then I bake the dough.",
    ),
    (  # another mistake in its place
        "slowly,",
        "slow,",
        "I poke the do, and the do comes back slower and then I bake the do.",
        "I poke the do, and the do comes back slow, and then I bake the do.",
    ),
]


@pytest.mark.parametrize(("quote", "text", "retyped", "found"), RETYPED)
def test_without_times_a_correction_is_found_by_its_words(quote: str, text: str, retyped: str, found: str) -> None:
    desk = Desk(PLAIN).reword(quote, text)
    again = replayed(bare(("Jo", retyped)), desk.edits)
    assert (lines(again), again.warnings) == ([f"Jo: {found}"], ())


def test_without_times_names_are_known_by_their_names() -> None:
    desk = Desk(PLAIN).correct(speakers={"Jo": {"name": "Jo Baker", "role": "expert"}})
    again = replayed(bare(("Jo", "Hello."), ("Ivo", "Hello.")), desk.edits)
    assert [(turn.speaker, turn.role) for turn in again.turns] == [("Jo Baker", "expert"), ("Ivo", "other")]
    gone = replayed(bare(("Somebody", "Hello.")), desk.edits)
    assert [turn.speaker for turn in gone.turns] == ["Somebody"]
    assert "the name of a speaker" in gone.warnings[0]


def test_without_times_what_is_not_there_is_told() -> None:
    desk = Desk(PLAIN).reword("prof", "proof")
    again = replayed(bare(("Ivo", "Good morning."), ("Jo", "Hello there.")), desk.edits)
    assert again.text == "Good morning.\nHello there."
    assert "13% through the text" in again.warnings[0]


def test_corrections_made_with_times_are_found_in_a_text_without() -> None:
    desk = Desk(FIRST).reword("prof", "proof")
    assert replayed(bare(("Ivo", "When is the prof over")), desk.edits).text == "When is the proof over"


# Whatever people did, and whatever is heard later

WORDS = st.sampled_from("a b ab ba. Ab - é".split())


@st.composite
def talks(draw: st.DrawFn) -> Transcript:
    told = st.lists(WORDS, min_size=1, max_size=6).map(" ".join)
    said = draw(st.lists(st.tuples(st.sampled_from("ABC"), told), min_size=1, max_size=4))
    if not draw(st.booleans()):
        return bare(*said)
    starts = [draw(st.integers(0, 8)) / 4 + 5.0 * number for number in range(len(said))]
    return spoken(*((speaker, paced(text, start)) for (speaker, text), start in zip(said, starts, strict=True)))


@st.composite
def changes(draw: st.DrawFn, said: Transcript) -> dict[str, Any]:
    turn = draw(st.sampled_from(said.turns))
    start = draw(st.integers(turn.start_char, turn.end_char - 1))
    found: dict[str, Any] = {"start_char": start, "end_char": draw(st.integers(start + 1, turn.end_char))}
    text, name = draw(st.lists(WORDS, max_size=3).map(" ".join)), draw(st.sampled_from("ABCD"))
    kinds = {
        "words": [{**found, "text": text}],
        "turns": [{**found, "speaker": name}],
        "listened": [found],
        "speakers": {turn.speaker: {"name": name, "role": draw(st.sampled_from(SpeakerRole)).value}},
    }
    chosen = draw(st.sets(st.sampled_from(sorted(kinds)), min_size=1, max_size=2))
    return {kind: kinds[kind] for kind in chosen}


@settings(deadline=None, max_examples=50)
@given(st.data())
def test_whatever_was_corrected_a_later_transcript_stays_whole(data: st.DataObject) -> None:
    desk = Desk(data.draw(talks()))
    for _ in range(data.draw(st.integers(1, 4))):
        with suppress(Invalid):
            desk.correct(data.draw(st.sampled_from((ME, YOU))), **data.draw(changes(desk.said)))
    later = data.draw(talks())
    again = replayed(later, desk.edits)
    assert again == replayed(later, desk.edits)
    assert again.text == "\n".join(again.text[turn.start_char : turn.end_char] for turn in again.turns)
    assert all(turn.start_char < turn.end_char for turn in again.turns)
    assert (
        not again.words or [again.text[word.start_char : word.end_char] for word in again.words] == again.text.split()
    )
    clock = [time for word in again.words for time in (word.start_s, word.end_s)]
    assert clock == sorted(clock)  # type: ignore[type-var]
