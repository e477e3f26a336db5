"""The diarization error rate, against cases counted by hand from md-eval's definition."""

import pytest

from models.values import Clip, Voice
from pipeline.der import Errors, errors

TEN_S = Clip(0.0, 10.0)
DIALOGUE = [Voice("ann", 0.0, 4.0), Voice("ben", 5.0, 9.0)]


@pytest.mark.parametrize(
    ("found", "expected"),
    [
        ([Voice("1", 0.0, 4.0), Voice("2", 5.0, 9.0)], Errors(8.0)),  # other names, the same people
        ([Voice("1", 0.0, 4.0), Voice("1", 5.0, 9.0)], Errors(8.0, confused_s=4.0)),  # two taken for one
        ([], Errors(8.0, missed_s=8.0)),
        ([Voice("1", 0.0, 9.0)], Errors(8.0, false_s=1.0, confused_s=4.0)),  # the pause is a false alarm
        ([Voice("1", 0.0, 3.0), Voice("2", 3.0, 9.0)], Errors(8.0, false_s=1.0, confused_s=1.0)),  # an early border
        ([Voice("1", 0.0, 4.0), Voice("2", 1.0, 4.0), Voice("3", 5.0, 9.0)], Errors(8.0, false_s=3.0)),  # one too many
    ],
)
def test_what_is_missed_false_and_confused_is_counted_in_seconds(found: list[Voice], expected: Errors) -> None:
    assert errors(DIALOGUE, found, within=TEN_S) == expected


def test_overlapping_speech_counts_for_each_who_speaks() -> None:
    truth = [Voice("ann", 0.0, 6.0), Voice("ben", 4.0, 10.0)]
    one_at_a_time = [Voice("1", 0.0, 5.0), Voice("2", 5.0, 10.0)]
    found = errors(truth, one_at_a_time, within=TEN_S)
    assert found == Errors(12.0, missed_s=2.0)
    assert found.rate == pytest.approx(2 / 12)


def test_the_collar_lies_on_both_sides_of_every_border_of_the_truth() -> None:
    late = [Voice("1", 0.2, 4.2), Voice("2", 5.2, 9.2)]
    assert errors(DIALOGUE, late, within=TEN_S, collar_s=0.25).rate == 0.0
    assert errors(DIALOGUE, late, within=TEN_S, collar_s=0.25).spoken_s == pytest.approx(7.0)
    assert errors(DIALOGUE, late, within=TEN_S).rate == pytest.approx(0.8 / 8)


def test_people_are_mapped_so_that_most_fits_and_not_by_the_first_who_fits() -> None:
    truth = [Voice("ann", 0.0, 5.0), Voice("ben", 5.0, 9.0)]
    found = [Voice("x", 0.0, 3.0), Voice("y", 3.0, 5.0), Voice("x", 5.0, 9.0)]  # x shares 3 s with ann, 4 s with ben
    assert errors(truth, found, within=TEN_S) == Errors(9.0, confused_s=3.0)


@pytest.mark.parametrize(("found", "rate"), [([], 0.0), ([Voice("1", 0.0, 1.0)], 1.0)])
def test_where_nobody_speaks_only_a_false_alarm_is_wrong(found: list[Voice], rate: float) -> None:
    assert errors([], found, within=TEN_S).rate == rate
