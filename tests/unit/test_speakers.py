"""Words get their speakers from the voices, with borders where sentences end."""

import pytest

from models.errors import MissingModel
from models.values import Voice
from pipeline.speakers import Said, Spoken, in_order, said_by, untold

HALVES = [Voice("a", 0.0, 5.0), Voice("b", 5.0, 10.0)]


def words(text: str, *, word_s: float = 0.3, gap_s: float = 0.05) -> list[Spoken]:
    """Words one after the other from second 0; one that ends in a full stop ends a sentence, “|” is a long pause."""
    found, at = list[Spoken](), 0.0
    for word in text.split():
        if word == "|":
            at += 1.0
            continue
        found.append(Spoken(at, at + word_s, word.endswith(".")))
        at += word_s + gap_s
    return found


def letters(said: list[Said]) -> str:
    return "".join(one.speaker.removeprefix("Speaker ") for one in said)


def at(spoken: list[Spoken], place: int) -> float:
    """The middle of a word."""
    return (spoken[place].start_s + spoken[place].end_s) / 2


@pytest.mark.parametrize(
    ("text", "border", "expected"),
    [
        ("how is it. it is dry now", 3, "1112222"),  # at the end of the sentence already
        ("how is it now. it is dry", 3, "1111222"),  # a border in the sentence's last word goes behind it
        ("how is it. so dry it is", 4, "1112222"),  # one in the second word of a sentence goes before it
        ("how is it | it is dry", 3, "111222"),  # a pause is as good as a full stop
        ("one two three four five six seven eight nine ten", 5, "1111122222"),  # nothing near: where the voice changes
    ],
)
def test_a_change_moves_to_the_end_of_a_sentence_or_a_pause_close_by(text: str, border: int, expected: str) -> None:
    spoken = words(text)
    middle_s = at(spoken, border) - 0.01
    voices = [Voice("a", 0.0, middle_s), Voice("b", middle_s, 60.0)]
    assert letters(said_by(spoken, voices)) == expected


def test_one_word_in_the_middle_of_a_sentence_is_not_somebody_elses() -> None:
    spoken = words("you press it with your thumb and wait.")
    island = spoken[3]
    voices = [
        Voice("a", 0.0, island.start_s), Voice("b", island.start_s, island.end_s), Voice("a", island.end_s, 9.0)
    ]  # fmt: skip
    assert letters(said_by(spoken, voices)) == "11111111"


def test_a_short_answer_between_two_sentences_stays_an_answer() -> None:
    spoken = words("is it dry. yes. then you take it.")
    yes = spoken[3]
    voices = [Voice("a", 0.0, yes.start_s), Voice("b", yes.start_s, yes.end_s), Voice("a", yes.end_s, 9.0)]
    assert letters(said_by(spoken, voices)) == "11121111"


def test_a_word_that_no_voice_sounds_in_is_said_by_the_nearest() -> None:
    far = [Spoken(20.0, 20.3, True), Spoken(100.0, 100.3, True)]
    voices = [Voice("b", 0.0, 1.0), Voice("a", 19.0, 19.5), Voice("b", 90.0, 95.0)]
    assert letters(said_by(far, voices)) == "12"


def test_words_over_which_somebody_else_speaks_are_marked() -> None:
    spoken = words("I would say that it is done.")
    voices = [Voice("a", 0.0, 9.0), Voice("b", spoken[2].start_s, spoken[3].end_s)]
    assert [one.overlap for one in said_by(spoken, voices)] == [False, False, True, True, False, False, False]


def test_speakers_are_numbered_in_order_of_their_first_words() -> None:
    spoken = [Spoken(6.0, 6.3, True), Spoken(7.0, 7.3, True)]
    assert [one.speaker for one in said_by(spoken, HALVES)] == ["Speaker 1", "Speaker 1"]
    assert [voice.speaker for voice in in_order(reversed(HALVES))] == ["Speaker 1", "Speaker 2"]


def test_no_words_have_no_speakers() -> None:
    assert said_by([], HALVES) == []


def test_why_nobody_could_be_told_apart_is_a_warning_with_its_remedy() -> None:
    found = untold(MissingModel("There are no weights.", remedy="Fetch them."))
    assert found.voices == ()
    (warning,) = found.warnings
    assert "There are no weights" in warning
    assert warning.endswith("Fetch them.")
