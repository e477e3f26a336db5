"""What of a vocabulary an engine is told."""

import pytest

from pipeline.vocabulary import BUDGET, fitting


def letters(text: str) -> list[int]:
    """A tokenizer that takes a token a letter."""
    return [ord(letter) for letter in text]


@pytest.mark.parametrize(
    ("vocabulary", "budget", "told"),
    [
        (None, 20, ""),
        ("", 20, ""),
        ("  \n", 20, ""),
        ("levain, poolish", 20, " levain, poolish"),  # all of it, as it was written
        ("We bake; with levain.", 30, " We bake; with levain."),
        ("levain, poolish, biga", 20, " levain, poolish"),  # the first terms, whole ones only
        ("levain; poolish\nbiga", 20, " levain, poolish"),
        ("levain,, ,poolish, biga, autolyse", 20, " levain, poolish"),
        ("levainpoolishbigaautolyse", 10, " levainpoo"),  # nothing to part it by
        ("a <|endoftext|>", 30, " a < |endoftext|>"),  # no control token
    ],
)
def test_the_first_terms_are_told(vocabulary: str | None, budget: int, told: str) -> None:
    assert "".join(map(chr, fitting(vocabulary, letters, budget=budget))) == told


def test_a_long_vocabulary_fits_into_whispers_prompt() -> None:
    assert 200 < len(fitting("dough, loaf, " * 5000, letters)) <= BUDGET
