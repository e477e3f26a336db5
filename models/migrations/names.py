"""Which tables are ours."""

from typing import Any

from models.tables import Base


def include_name(name: str | None, kind: str, parents: Any) -> bool:
    """Our own tables only: the durable engine keeps others in the same file."""
    return kind != "table" or name in Base.metadata.tables
