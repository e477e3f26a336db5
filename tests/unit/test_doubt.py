"""When words are marked: each limit alone, and together."""

import re
from dataclasses import replace

import pytest

from models.values import Clip, SpeakerRole, Transcript, Turn, Word
from pipeline.doubt import REPEATS, Doubts, with_loops
from pipeline.protocols import HeardWord, Segment
from pipeline.settings import Settings


def words(*probabilities: float) -> tuple[HeardWord, ...]:
    return tuple(HeardWord(" word", 1 + number, 2 + number, each) for number, each in enumerate(probabilities))


def spoken(text: str) -> Transcript:
    """A transcript of one turn, a word a second."""
    found = list(re.finditer(r"\S+", text))
    words = tuple(Word(one.start(), one.end(), float(at), at + 1.0) for at, one in enumerate(found))
    return Transcript(text, (Turn("Ada", SpeakerRole.OTHER, 0, len(text)),) if text else (), words)


def text_of(transcript: Transcript, word: Word) -> str:
    return transcript.text[word.start_char : word.end_char]


SURE = Segment(1.0, 3.0, "word word", words(0.9, 0.8), avg_logprob=-0.2, compression_ratio=1.5, no_speech_prob=0.0)


@pytest.mark.parametrize(
    ("segment", "speech", "reason"),
    [
        (SURE, [Clip(0, 4)], None),
        (SURE, [Clip(2.5, 4)], "speaks"),  # a quarter of it
        (SURE, [Clip(2.3, 4)], None),
        (SURE, [], "speaks"),
        (replace(SURE, words=words(0.3, 0.8)), [Clip(0, 4)], "uncertain"),
        (replace(SURE, words=()), [Clip(0, 4)], None),  # nothing is known of them
        (replace(SURE, compression_ratio=2.5), [Clip(0, 4)], "repeats"),
        (replace(SURE, avg_logprob=-1.1), [Clip(0, 4)], "unlikely"),
        (replace(SURE, no_speech_prob=0.7), [Clip(0, 4)], None),  # the text is likely all the same
        (replace(SURE, no_speech_prob=0.7, avg_logprob=-0.6), [Clip(0, 4)], "heard nobody"),
        (replace(SURE, text="one " * 17), [Clip(0, 4)], "so fast"),  # in two seconds
        (replace(SURE, text="one " * 16), [Clip(0, 4)], None),
        (replace(SURE, text="so it is", end_s=1.1), [Clip(0, 4)], None),  # few words tell nothing
    ],
)
def test_each_limit_marks_what_lies_beyond_it(segment: Segment, speech: list[Clip], reason: str | None) -> None:
    found = Doubts().about(segment, speech)

    assert (found is None) if reason is None else (found is not None and reason in found)


def test_the_settings_move_the_limits() -> None:
    strict = Doubts.of(Settings(suspect_word_probability=0.95))

    assert strict.about(SURE, [Clip(0, 4)]) == "the words are uncertain"


def test_words_on_one_spot_are_told_from_those_that_are_spoken() -> None:
    spoken = [HeardWord(" word", at, at + 0.3, 0.9) for at in (0.0, 0.3, 0.6, 0.9)]
    piled = [HeardWord(" word", 1.2 + at, 1.22 + at, 0.9) for at in (0.0, 0.02, 0.04, 0.06, 0.08)]

    assert Doubts().piled([*spoken, *piled]) == [False] * 4 + [True] * 5
    assert Doubts().piled(piled[:3]) == [False] * 3
    assert Doubts().piled([]) == []


@pytest.mark.parametrize(
    ("text", "looped"),
    [
        ("", ""),
        ("it sings when it cools", ""),
        ("thank you thank you thank you", ""),  # three times
        ("so thank you Thank you, thank you. thank you all", "thank you Thank you, thank you. thank you"),
        ("a b c d a b c d a b c d a b c d e", "a b c d a b c d a b c d a b c d"),
        ("well no no no no I said", ""),  # people do
        ("you you you you you you you you", "you you you you you you you you"),
        # two of them
        ("a b a b a b a b then c d c d c d c d", "a b a b a b a b c d c d c d c d"),
        # the last round breaks off
        ("a b c a b c a b c a b c a b stop", "a b c a b c a b c a b c a b"),
    ],
)
def test_what_is_said_again_and_again_is_a_loop(text: str, looped: str) -> None:
    marked = with_loops(spoken(text), repeats=4)

    assert " ".join(text_of(marked, word) for word in marked.words if word.suspect == REPEATS) == looped
    assert with_loops(marked, repeats=4) == marked


def test_a_loop_is_one_reason_more_and_no_doubt_about_what_a_person_wrote() -> None:
    loop = spoken("a b a b a b a b")
    first, second, *others = loop.words
    known = replace(loop, words=(replace(first, suspect="unsure"), replace(second, by="human:ada"), *others))

    found = with_loops(known, repeats=4).words

    assert found[0].suspect == "unsure; the text repeats itself"
    assert found[1].suspect is None
