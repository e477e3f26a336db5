"""Cursors are opaque, and none but our own is understood."""

import base64
import json
from datetime import UTC, datetime

import pytest

from models.errors import Invalid
from models.paging import check_limit, decode, encode

NOON = datetime(2031, 1, 31, 12, tzinfo=UTC)


def written(document: object) -> str:
    return base64.urlsafe_b64encode(json.dumps(document).encode()).decode().rstrip("=")


def test_a_cursor_gives_back_its_values() -> None:
    values = [0.25, "a “name”", 7, NOON]
    assert decode("list", encode("list", values), [float, str, int, datetime]) == values


@pytest.mark.parametrize(
    "cursor",
    [
        "",
        "x",
        "é",
        "not base64!",
        "AAAA",
        "[" * 5000,
        written([]),
        written(7),
        written(None),
        written(["other", 7]),  # of another list
        written(["list"]),
        written(["list", 7, 7]),
        written(["list", "7"]),
        written(["list", True]),
        written(["list", None]),
        written(["list", [7]]),
        written(["list", 2**63]),
        written(["list", 1e400]),
        written(["list", {"at": "soon"}]),
        written(["list", {"at": "0001-01-01T00:00:00+14:00"}]),
        written(["list", {"to": 1}]),
        written(["list", "\ud800"]),
        written({"list": 7}),
        base64.urlsafe_b64encode(b"[" * 9000).decode(),
    ],
)
def test_a_foreign_cursor_is_invalid(cursor: str) -> None:
    with pytest.raises(Invalid) as caught:
        decode("list", cursor, [int])
    assert caught.value.errors[0].pointer == "?cursor"


@pytest.mark.parametrize("limit", [0, -1, 201])
def test_a_limit_outside_its_range_is_invalid(limit: int) -> None:
    with pytest.raises(Invalid, match="1 to 200"):
        check_limit(limit)
