"""When words are marked: each limit alone, and together."""

from dataclasses import replace

import pytest

from models.values import Clip
from pipeline.doubt import Doubts
from pipeline.protocols import HeardWord, Segment
from pipeline.settings import Settings


def words(*probabilities: float) -> tuple[HeardWord, ...]:
    return tuple(HeardWord(" word", 1 + number, 2 + number, each) for number, each in enumerate(probabilities))


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
    ],
)
def test_each_limit_marks_what_lies_beyond_it(segment: Segment, speech: list[Clip], reason: str | None) -> None:
    found = Doubts().about(segment, speech)

    assert (found is None) if reason is None else (found is not None and reason in found)


def test_the_settings_move_the_limits() -> None:
    strict = Doubts.of(Settings(suspect_word_probability=0.95))

    assert strict.about(SURE, [Clip(0, 4)]) == "the words are uncertain"
