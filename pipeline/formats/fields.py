"""Values out of JSON that somebody else wrote: each is what it should be, or not there."""

import math
import re
from collections.abc import Mapping
from typing import Any, TypeAlias

from models.values import Seconds
from pipeline.formats.utterances import squeeze

Record: TypeAlias = Mapping[str, Any]

LONGEST_S: Seconds = 1e7  # more than anybody records
TICKS_A_SECOND = 10_000_000  # of Windows

_DURATION = re.compile(r"PT(?:(\d{1,6})H)?(?:(\d{1,8})M)?(?:(\d{1,8}(?:\.\d{1,9})?)S)?")
_DECIMAL = re.compile(r"-?\d{1,9}(?:\.\d{1,18})?s?")
_LANGUAGE = re.compile(r"[A-Za-z]{2,20}(?:[-_][A-Za-z0-9]{2,8})*")


def records(value: object) -> list[Record]:
    """The objects of a list; none where it is no list, and without what is no object."""
    return [one for one in value if isinstance(one, dict)] if isinstance(value, list) else []


def record(value: object) -> Record:
    """The object, or one without any fields."""
    return value if isinstance(value, dict) else {}


def text_of(value: object) -> str:
    """The string in one line, empty where it is none; a whole number counts as its digits."""
    if isinstance(value, int) and not isinstance(value, bool) and abs(value) < LONGEST_S:
        return str(value)
    return squeeze(value) if isinstance(value, str) else ""


def number(value: object) -> float | None:
    """A finite number, also one that is written as a string; None for anything else."""
    if isinstance(value, str) and _DECIMAL.fullmatch(value):
        return float(value.removesuffix("s"))
    if isinstance(value, bool) or not isinstance(value, int | float) or not abs(value) < 1e15:
        return None  # the comparison is false for NaN as well
    return float(value)


def seconds(value: object, *, a_second: float = 1) -> Seconds | None:
    """A time from the start of the recording, whichever way it is written; None where it is no time.

    Known are numbers of `a_second`-ths, “1.2”, “1.200s”, “PT1M1.2S” and {“seconds”: …, “nanos”: …}. What lies before
    the recording counts as its beginning.
    """
    if isinstance(value, dict):
        whole, rest = number(value.get("seconds", 0)), number(value.get("nanos", 0))
        found = None if whole is None or rest is None else whole + rest / 1e9
    elif isinstance(value, str) and (match := _DURATION.fullmatch(value)):
        hours, minutes, rest_s = (float(part or 0) for part in match.groups())
        found = hours * 3600 + minutes * 60 + rest_s
    else:
        plain = number(value)
        found = None if plain is None else plain / a_second
    return None if found is None or found >= LONGEST_S else round(max(0.0, found), 3)


def span(start: object, end: object, *, a_second: float = 1) -> tuple[Seconds | None, Seconds | None]:
    """Start and end as `seconds`; neither where the end is missing or lies before the start."""
    start_s, end_s = seconds(start, a_second=a_second), seconds(end, a_second=a_second)
    return (None, None) if start_s is None or end_s is None or end_s < start_s else (start_s, end_s)


def share(value: object) -> float | None:
    """A number from 0 to 1; None for anything else."""
    found = number(value)
    return found if found is not None and math.isfinite(found) and 0 <= found <= 1 else None


def language(value: object) -> str:
    """The language's tag; some services write its English name, and nothing means English."""
    if not isinstance(value, str) or not _LANGUAGE.fullmatch(value) or value.lower() == "english":
        return "en"
    return value.replace("_", "-")
