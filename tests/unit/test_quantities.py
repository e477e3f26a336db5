import pytest

from models.quantities import Amount, Comparator, amount, quantities

AT, ABOUT, ABOVE, BELOW = Comparator.AT, Comparator.ABOUT, Comparator.ABOVE, Comparator.BELOW
AT_LEAST, AT_MOST, BETWEEN, EVERY = Comparator.AT_LEAST, Comparator.AT_MOST, Comparator.BETWEEN, Comparator.EVERY


@pytest.mark.parametrize(
    ("said", "wanted"),
    [
        ("about two fingers wide", ["about two fingers wide"]),
        ("no more than three minutes", ["no more than three minutes"]),
        ("when it goes over ninety", ["over ninety"]),
        ("fifteen to twenty minutes at around 60 °C", ["fifteen to twenty minutes", "at around 60 °C"]),
        ("two out of three", ["two out of three"]),
        ("5 to 10% of it", ["5 to 10%"]),
        ("1,500 degrees", ["1,500 degrees"]),
        ("a quarter turn", ["a quarter turn"]),
        ("half an inch thick", ["half an inch thick"]),
        ("forty-five degrees", ["forty-five degrees"]),
        # no amounts
        ("for a minute", []),
        ("one day he came", []),
        ("born in 1984", []),
        ("there are six of us", []),
        ("it runs around your foot", []),
        ("the difference between the two", []),
        ("more than one", []),
        ("", []),
    ],
)
def test_thresholds_are_numbers_with_a_unit_or_a_limit(said, wanted):
    assert [said[start:end] for start, end in quantities(said)] == wanted


@pytest.mark.parametrize(
    ("said", "wanted"),
    [
        # figures: decimals both ways, thousands, fractions, below zero
        ("at 78 degrees", Amount(AT, 78, None, "degree")),
        ("7.5 bar", Amount(AT, 7.5, None, "bar")),
        ("7,5 bar", Amount(AT, 7.5, None, "bar")),
        ("1,500 rpm", Amount(AT, 1500, None, "rpm")),
        ("1/2 inch", Amount(AT, 0.5, None, "inch")),
        ("-5 °C", Amount(AT, -5, None, "°C")),
        # words: tens, hundreds, a spoken point, parts
        ("twenty-two degrees celsius", Amount(AT, 22, None, "degree celsius")),
        ("three hundred and fifty degrees", Amount(AT, 350, None, "degree")),
        ("zero point four bar", Amount(AT, 0.4, None, "bar")),
        ("half an hour", Amount(AT, 0.5, None, "hour")),
        ("five and a half minutes", Amount(AT, 5.5, None, "minute")),
        ("a dozen drops", Amount(AT, 12, None, "drop")),
        # how it is meant
        ("about two fingers wide", Amount(ABOUT, 2, None, "finger wide")),
        ("over ninety", Amount(ABOVE, 90)),
        ("longer than five", Amount(ABOVE, 5)),
        ("less than 3 mm", Amount(BELOW, 3, None, "mm")),
        ("at least ten minutes", Amount(AT_LEAST, 10, None, "minute")),
        ("ten minutes or more", Amount(AT_LEAST, 10, None, "minute")),
        ("no more than twenty seconds", Amount(AT_MOST, 20, None, "second")),
        ("up to 5 mm", Amount(AT_MOST, 5, None, "mm")),
        ("every two thousand hours", Amount(EVERY, 2000, None, "hour")),
        # a range, and a share
        ("two to three percent", Amount(BETWEEN, 2, 3, "percent")),
        ("between five and ten bar", Amount(BETWEEN, 5, 10, "bar")),
        ("three out of four", Amount(AT, 0.75, None, "share")),
        # no number is said
        ("a few minutes", None),
        ("hollow", None),
        ("7.5.2", None),
        ("1/0 inch", None),
        ("", None),
    ],
)
def test_a_threshold_is_read_as_number_unit_and_comparator(said, wanted):
    assert amount(said) == wanted


@pytest.mark.parametrize("said", ["about two fingers wide", "ten minutes or more", "-5 °C", "two to three percent"])
def test_what_is_found_can_be_read(said):
    ((start, end),) = quantities(said)
    assert amount(said[start:end]) is not None
