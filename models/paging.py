"""Pages of long lists: opaque cursors that stay right while rows are added."""

import base64
import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Generic, TypeVar

from sqlalchemy import ColumnElement, Row, Select, and_, literal, or_
from sqlalchemy.orm import Session

from models.errors import FieldError, Invalid

T = TypeVar("T")

LIMIT = 50
MOST = 200


@dataclass(frozen=True, slots=True)
class Page(Generic[T]):
    """Some items of a list; `next` is the cursor of the page after them, None at the end."""

    items: tuple[T, ...]
    next: str | None


@dataclass(frozen=True, slots=True)
class SortKey:
    """One column that a list is sorted by."""

    column: Any  # an attribute of a table, or an expression
    descending: bool = False


def check_limit(limit: int) -> int:
    """The limit itself. Raises Invalid outside 1 … 200."""
    if not 1 <= limit <= MOST:
        raise Invalid(
            f"limit is {limit}, and 1 to {MOST} is wanted", errors=[FieldError("?limit", f"wants 1 to {MOST}")]
        )
    return limit


def encode(order: str, values: Sequence[Any]) -> str:
    """A cursor: the name of an order, and where in it somebody stopped."""
    plain = [{"at": value.isoformat()} if isinstance(value, datetime) else value for value in values]
    return base64.urlsafe_b64encode(json.dumps([order, *plain]).encode()).decode().rstrip("=")


def decode(order: str, cursor: str, kinds: Sequence[type]) -> list[Any]:
    """The values that `encode` was given. Raises Invalid for a cursor of another list, or none of ours."""
    try:
        padded = cursor.encode("ascii") + b"=" * (-len(cursor) % 4)
        name, *plain = json.loads(base64.b64decode(padded, altchars=b"-_", validate=True))
        values = [_value(each) for each in plain]
    except (ValueError, TypeError, KeyError, OverflowError, RecursionError):
        raise _foreign() from None
    if name != order or [type(value) for value in values] != list(kinds):
        raise _foreign()
    return values


def _value(plain: Any) -> Any:
    """A value that a database takes. Raises ValueError, TypeError, KeyError or OverflowError for others."""
    if isinstance(plain, dict):
        return datetime.fromisoformat(plain["at"]).astimezone(UTC)
    if isinstance(plain, str):
        plain.encode()
    elif not -(2**63) <= plain < 2**63:
        raise OverflowError
    return plain


def _foreign() -> Invalid:
    return Invalid(
        "the cursor is not one of this list",
        remedy="Send a cursor that this list gave as “next”, with the same filters and sort; or none, to begin.",
        errors=[FieldError("?cursor", "is not a cursor of this list")],
    )


def page(
    session: Session,
    query: Select[*tuple[Any, ...]],
    keys: Sequence[SortKey],
    *,
    order: str,
    cursor: str | None,
    limit: int,
) -> Page[Row[*tuple[Any, ...]]]:
    """One page of `query`, sorted by `keys`, the last of which is unique.

    A row has what the query selects, then the keys; `order` names the sorting, so that a cursor of another is refused.
    """
    check_limit(limit)
    if cursor is not None:
        query = query.where(_after(keys, decode(order, cursor, [key.column.type.python_type for key in keys])))
    places = [key.column.label(f"place_{number}") for number, key in enumerate(keys)]
    sorted_by = [key.column.desc() if key.descending else key.column.asc() for key in keys]
    rows = session.execute(query.add_columns(*places).order_by(*sorted_by).limit(limit + 1)).all()
    shown = tuple(rows[:limit])
    more = encode(order, shown[-1][-len(keys) :]) if len(rows) > limit else None
    return Page(shown, more)


def _after(keys: Sequence[SortKey], values: Sequence[Any]) -> ColumnElement[bool]:
    """Whether a row comes after `values` in the order of `keys`."""
    cases: list[ColumnElement[bool]] = []
    same: list[ColumnElement[bool]] = []
    for key, value in zip(keys, values, strict=True):
        place = literal(value, key.column.type)
        cases.append(and_(*same, key.column < place if key.descending else key.column > place))
        same.append(key.column == place)
    return or_(*cases)
