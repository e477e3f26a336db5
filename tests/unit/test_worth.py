"""What a waiting card is worth: value per minute of a reviewer's time."""

from dataclasses import replace

import pytest

from models.reasons import spoken
from models.values import CardContent, CardKind, Evidence, Line
from models.worth import DECIDING_S, WORDS_A_SECOND, novelty, rank, reading_s, worth

WORDS = "one two three four five six seven eight"


def content(*, seconds: float | None) -> CardContent:
    """Eight words in the title, a line and a quote each; the quote lasts some seconds, or nobody knows how many."""
    end_s = None if seconds is None else 10.0 + seconds
    one = Evidence(0, "r", "s", 0, 9, WORDS, start_s=None if seconds is None else 10.0, end_s=end_s)
    return CardContent(CardKind.CUE, WORDS, cues=(Line(WORDS, (0,)),), evidence=(one,))


@pytest.mark.parametrize(
    ("seconds", "heard", "wanted"),
    [
        (None, (), DECIDING_S + 24 / WORDS_A_SECOND),  # all of it is read
        (6.0, (), DECIDING_S + 24 / WORDS_A_SECOND),  # there is no sound behind the times
        (6.0, ("r",), DECIDING_S + 16 / WORDS_A_SECOND + 6.0),  # the quote is heard instead
        (None, ("r",), DECIDING_S + 24 / WORDS_A_SECOND),  # sound, and nobody knows where in it
    ],
)
def test_a_card_takes_as_long_as_reading_it_or_hearing_its_quotes(
    seconds: float | None, heard: tuple[str, ...], wanted: float
) -> None:
    assert reading_s(content(seconds=seconds), heard) == pytest.approx(wanted)


@pytest.mark.parametrize(
    ("nearest", "wanted"),
    [(-0.1, 1.0), (0.0, 1.0), (0.5, 1.0), (0.625, 0.5), (0.75, 0.0), (1.0, 0.0)],
)
def test_what_is_near_to_something_approved_is_no_news(nearest: float, wanted: float) -> None:
    assert novelty(nearest) == pytest.approx(wanted)


BASE = {"rank": 0.8, "nearest": 0.0, "lines": 2, "voices": 1, "closes": 0, "seconds": 30.0}


@pytest.mark.parametrize(
    "better",
    [
        {"rank": 0.9},  # better within its interview
        {"lines": 3},  # there is more on it
        {"voices": 2},  # somebody else says it too
        {"closes": 1},  # it fills a gap
        {"seconds": 20.0},  # it is read sooner
    ],
)
def test_each_part_of_the_worth_counts(better: dict[str, float]) -> None:
    assert worth(**(BASE | better)) > worth(**BASE)  # type: ignore[arg-type]
    assert worth(**(BASE | {"nearest": 0.7})) < worth(**BASE)  # type: ignore[arg-type]


def test_what_is_known_already_keeps_some_worth_as_evidence() -> None:
    known = worth(**(BASE | {"nearest": 0.9}))  # type: ignore[arg-type]
    assert known == pytest.approx(worth(**BASE) / 4)  # type: ignore[arg-type]


def test_the_rank_is_the_percentile_first_and_then_the_news() -> None:
    best, second = rank(1.0, 0.9, drafts=20), rank(0.95, 0.0, drafts=20)
    assert best >= second  # within an interview the order stays
    assert rank(1.0, 0.0, drafts=20) > rank(1.0, 0.6, drafts=8) > rank(1.0, 0.9, drafts=8)  # across, the news tell
    assert rank(1.0, 0.9, drafts=1) == 0.9  # one draft alone is not ruined by what is known


@pytest.mark.parametrize(
    ("seconds", "said"), [(9.0, "10 s"), (1.0, "5 s"), (42.0, "40 s"), (89.0, "90 s"), (95.0, "2 min")]
)
def test_how_long_it_takes_is_said_roundly(seconds: float, said: str) -> None:
    assert spoken(seconds) == said


def test_a_card_without_evidence_is_read_too() -> None:
    assert reading_s(replace(content(seconds=None), evidence=()), ()) == pytest.approx(DECIDING_S + 16 / WORDS_A_SECOND)
