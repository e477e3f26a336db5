"""Values as JSON and back: the one form in which they are stored, sent and printed."""

import json
from typing import Any, TypeVar

from pydantic import TypeAdapter

T = TypeVar("T")


_adapters: dict[type[Any], TypeAdapter[Any]] = {}


def _adapter(kind: type[Any]) -> TypeAdapter[Any]:
    return _adapters.get(kind) or _adapters.setdefault(kind, TypeAdapter(kind))


def to_document(value: Any) -> Any:
    """A frozen value as plain dicts, lists, strings and numbers; enums become their strings, tuples lists."""
    return _adapter(type(value)).dump_python(value, mode="json")


def from_document(kind: type[T], document: Any) -> T:
    """The value that `to_document` wrote. Raises pydantic.ValidationError where the document is of another shape."""
    value: T = _adapter(kind).validate_python(document, strict=False)
    return value


def to_json(document: Any, *, indent: int | None = None) -> str:
    """Deterministic JSON text: keys in the order of the fields, no NaN, letters as they are."""
    return json.dumps(document, ensure_ascii=False, allow_nan=False, indent=indent)
