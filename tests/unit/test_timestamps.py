"""Whisper's answers cut at their times: small numbers are words, 1000 is second 0, 1050 second 1."""

import pytest

from pipeline.timestamps import Cut, Piece, cut, goes_on

AT = {seconds: 1000 + 50 * seconds for seconds in range(31)}


@pytest.mark.parametrize(
    ("tokens", "found"),
    [
        ([], Cut((), 20, False)),
        ([AT[0]], Cut((), 20, False)),  # times alone say nothing
        # a last time that stands alone: nothing follows
        ([AT[1], 7, AT[3]], Cut((Piece(1, 3, (AT[1], 7, AT[3])),), 3, False)),
        (
            [AT[0], 7, AT[3], AT[4], 8, AT[6]],
            Cut((Piece(0, 3, (AT[0], 7, AT[3])), Piece(4, 6, (AT[4], 8, AT[6]))), 6, False),
        ),
        # a pair at the end, or text behind it: to be heard again from there
        ([AT[0], 7, AT[3], AT[3]], Cut((Piece(0, 3, (AT[0], 7, AT[3])),), 3, True)),
        ([AT[0], 7, AT[3], AT[4], 8, 9], Cut((Piece(0, 3, (AT[0], 7, AT[3])),), 3, True)),
        # no time ends it
        ([AT[2], 7, 8, 9], Cut((Piece(2, 20, (AT[2], 7, 8, 9)),), 20, False)),
        # it would be heard again from its very start
        (
            [AT[0], 7, 1010, 1010, 8, 9],
            Cut((Piece(0, 20, (AT[0], 7, 1010, 1010, 8, 9)),), 20, False),
        ),
        # three times in a row hold no text between them
        ([AT[0], 7, AT[3], AT[4], AT[4], 8, AT[6]],
         Cut((Piece(0, 3, (AT[0], 7, AT[3])), Piece(4, 6, (AT[4], 8, AT[6]))), 6, False)),
        # a time beyond the sound is its end
        ([AT[0], 7, AT[30]], Cut((Piece(0, 20, (AT[0], 7, AT[30])),), 20, False)),
    ],
)  # fmt: skip
def test_an_answer_is_cut_at_its_times(tokens: list[int], found: Cut) -> None:
    assert cut(tokens, 1000, 20.0, least_s=1.0) == found


@pytest.mark.parametrize(
    ("until_s", "is_open", "is_sure", "answers", "more"),
    [
        (20.0, True, True, 1, True),
        (20.0, True, False, 1, True),
        (27.5, True, True, 1, False),  # a crumb is left
        (27.0, False, True, 1, False),  # silence is left, as Whisper says
        (20.0, False, True, 1, True),  # more than silence can be left
        (20.0, False, False, 1, False),  # what says so is not to be trusted
        (0.3, True, True, 1, False),  # it would lead nowhere
        (20.0, True, True, 5, False),  # lost in the window
    ],
)
def test_a_window_is_heard_on_where_something_is_left_of_it(
    until_s: float, is_open: bool, is_sure: bool, answers: int, more: bool
) -> None:
    assert goes_on(until_s, 28.0, is_open=is_open, is_sure=is_sure, answers=answers) is more
