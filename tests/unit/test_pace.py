"""How far the work is, and how long the rest will take."""

import pytest

from models.values import Work
from pipeline.pace import FIRST_GUESS, MEMORY_UNITS, OF_BOTH, OF_SOUND, OF_TEXT, Length, Pace, in_turns, of_sound

AN_HOUR = of_sound(3600.0)


@pytest.mark.parametrize("way", [OF_SOUND, OF_TEXT, OF_BOTH])
def test_every_stage_of_a_way_has_a_first_guess(way: tuple[str, ...]) -> None:
    assert set(way) <= set(FIRST_GUESS)


@pytest.mark.parametrize("way", [OF_SOUND, OF_TEXT, OF_BOTH])
def test_the_fraction_only_grows_along_the_way(way: tuple[str, ...]) -> None:
    pace = Pace()
    told = [pace.outlook(way, stage, done, AN_HOUR).fraction for stage in way for done in (0.0, 0.5, 1.0)]
    assert told == sorted(told)
    assert told[0] == 0.0
    assert told[-1] == pytest.approx(1.0)


def test_nobody_is_told_a_time_before_listening_was_measured() -> None:
    pace = Pace()
    assert pace.outlook(OF_SOUND, "transcribe", 0.1, AN_HOUR).left_s is None
    pace.learn("transcribe", Work(30.0, 60.0))
    assert pace.outlook(OF_SOUND, "transcribe", 0.1, AN_HOUR).left_s is not None


def test_the_time_left_follows_what_was_measured() -> None:
    pace = Pace()
    for _ in range(100):
        pace.learn("transcribe", Work(60.0, 120.0))  # two seconds a second of sound
    half = pace.outlook(OF_SOUND, "transcribe", 0.5, AN_HOUR)
    assert half.left_s == pytest.approx(3600.0, rel=0.05)


def test_a_tiny_measurement_does_not_overturn_the_guess() -> None:
    pace = Pace()
    before = pace.outlook(OF_TEXT, "mine", 0.0, Length(0.0, 10_000)).left_s or 0.0
    pace.learn("mine", Work(2.0, 1.0))  # two words, and the model was loaded on the way
    after = pace.outlook(OF_TEXT, "mine", 0.0, Length(0.0, 10_000)).left_s or 0.0
    assert after < before + 10_000 * 0.02


def test_nothing_to_do_is_told_by_the_stage_alone() -> None:
    assert Pace().outlook(OF_TEXT, "mine", 0.25, Length(0.0, 0.0)).fraction == 0.25


def test_a_stage_under_way_tells_a_time_from_its_own_speed_though_nothing_was_measured_before() -> None:
    pace = Pace()
    seen = Work(1200.0, 2400.0)  # two seconds a second of sound, a third of the hour
    told = pace.outlook(OF_SOUND, "transcribe", 1 / 3, AN_HOUR, seen=seen)
    assert told.left_s == pytest.approx(4800.0, rel=0.1)


@pytest.mark.parametrize("slower", [0.2, 5.0])
def test_a_long_stage_corrects_a_speed_that_does_not_hold_any_more(slower: float) -> None:
    pace = Pace()
    pace.learn("transcribe", Work(50_000.0, 25_000.0))  # half a second a second of sound, for a long time
    told = [
        pace.outlook(OF_SOUND, "transcribe", done, AN_HOUR, seen=Work(3600 * done, 1800 * done * slower)).left_s
        for done in (0.0, 1 / 3, 2 / 3)
    ]
    behind = FIRST_GUESS["diarize"] * 3600
    truth = [1800 * slower * (1 - done) + behind for done in (0.0, 1 / 3, 2 / 3)]
    assert told[0] == pytest.approx(1800.0, rel=0.1)  # all that can be known
    assert told[1] == pytest.approx(truth[1], rel=0.3)
    assert told[2] == pytest.approx(truth[2], rel=0.3)


def test_what_lies_far_back_weighs_less_than_what_was_measured_lately() -> None:
    pace = Pace()
    for _ in range(20):
        pace.learn("transcribe", Work(MEMORY_UNITS, MEMORY_UNITS))
    for _ in range(3):
        pace.learn("transcribe", Work(MEMORY_UNITS, 3 * MEMORY_UNITS))
    assert pace.outlook(OF_SOUND, "transcribe", 0.0, AN_HOUR).left_s == pytest.approx(3600 * 2.75, rel=0.1)


def test_the_fraction_follows_the_work_and_not_the_number_of_stages() -> None:
    pace = Pace()
    pace.learn("transcribe", Work(36_000.0, 36_000.0))
    assert pace.outlook(OF_SOUND, "transcribe", 0.5, AN_HOUR).fraction == pytest.approx(0.5, abs=0.02)


@pytest.mark.parametrize(
    ("own", "others", "done"),
    [
        (60.0, (), 60.0),  # alone
        (60.0, (600.0,), 120.0),  # a long one beside it: turn by turn until this one is done
        (600.0, (60.0,), 660.0),  # a short one beside it is done first
        (60.0, (10.0, 600.0, 30.0), 160.0),
        (60.0, (None,), 120.0),  # nobody knows how long the other one takes
    ],
)
def test_work_that_takes_turns_takes_as_long_as_all_the_turns(
    own: float, others: tuple[float | None, ...], done: float
) -> None:
    assert in_turns(own, others) == done
