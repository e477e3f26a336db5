"""The words that an engine is told beforehand: names and terms as they are spelled, the most important ones first."""

import re
from collections.abc import Callable, Sequence

BUDGET = 223  # tokens: of a longer prompt, Whisper would keep the end

_BETWEEN = re.compile(r"[,;\n]+")


def fitting(vocabulary: str | None, encode: Callable[[str], Sequence[int]], *, budget: int = BUDGET) -> list[int]:
    """The tokens of as many of its terms as Whisper can take, from the first one on; none for no vocabulary.

    `encode` gives the tokens of a text. Terms stand between commas, semicolons or line ends; a first one that alone is
    too long is cut. What looks like a control token is told as plain text.
    """
    plain = (vocabulary or "").replace("<|", "< |").strip()
    whole = list(encode(f" {plain}")) if plain else []
    if len(whole) <= budget:
        return whole
    found: list[int] = []
    for term in (term.strip() for term in _BETWEEN.split(plain)):
        tokens = encode(f", {term}" if found else f" {term}") if term else []
        if len(found) + len(tokens) > budget:
            break
        found += tokens
    return found or whole[:budget]
