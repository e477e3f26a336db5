"""Spans: (start, end), half-open, of characters or of seconds."""

from collections.abc import Iterable
from typing import TypeVar

N = TypeVar("N", int, float)


def united(spans: Iterable[tuple[N, N]]) -> list[tuple[N, N]]:
    """The same characters, or seconds, as spans that neither overlap nor touch, in order."""
    joined: list[tuple[N, N]] = []
    for start, end in sorted(spans):
        if joined and start <= joined[-1][1]:
            joined[-1] = (joined[-1][0], max(end, joined[-1][1]))
        else:
            joined.append((start, end))
    return joined
