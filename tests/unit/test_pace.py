"""How far the work is, and how long the rest will take."""

import pytest

from pipeline.pace import FIRST_GUESS, OF_SOUND, OF_TEXT, Length, Pace, of_sound

AN_HOUR = of_sound(3600.0)


@pytest.mark.parametrize("way", [OF_SOUND, OF_TEXT])
def test_every_stage_of_a_way_has_a_first_guess(way: tuple[str, ...]) -> None:
    assert set(way) <= set(FIRST_GUESS)


@pytest.mark.parametrize("way", [OF_SOUND, OF_TEXT])
def test_the_fraction_only_grows_along_the_way(way: tuple[str, ...]) -> None:
    pace = Pace()
    told = [pace.outlook(way, stage, done, AN_HOUR).fraction for stage in way for done in (0.0, 0.5, 1.0)]
    assert told == sorted(told)
    assert told[0] == 0.0
    assert told[-1] == pytest.approx(1.0)


def test_nobody_is_told_a_time_before_listening_was_measured() -> None:
    pace = Pace()
    assert pace.outlook(OF_SOUND, "transcribe", 0.1, AN_HOUR).eta_s is None
    pace.learn("transcribe", 30.0, 60.0)
    assert pace.outlook(OF_SOUND, "transcribe", 0.1, AN_HOUR).eta_s is not None


def test_the_time_left_follows_what_was_measured() -> None:
    pace = Pace()
    for _ in range(100):
        pace.learn("transcribe", 60.0, 120.0)  # two seconds a second of sound
    half = pace.outlook(OF_SOUND, "transcribe", 0.5, AN_HOUR)
    assert half.eta_s == pytest.approx(3600.0, rel=0.05)


def test_a_tiny_measurement_does_not_overturn_the_guess() -> None:
    pace = Pace()
    before = pace.outlook(OF_TEXT, "mine", 0.0, Length(0.0, 10_000)).eta_s or 0.0
    pace.learn("mine", 2.0, 1.0)  # two words, and the model was loaded on the way
    after = pace.outlook(OF_TEXT, "mine", 0.0, Length(0.0, 10_000)).eta_s or 0.0
    assert after < before + 10_000 * 0.02


def test_nothing_to_do_is_told_by_the_stage_alone() -> None:
    assert Pace().outlook(OF_TEXT, "mine", 0.25, Length(0.0, 0.0)).fraction == 0.25
