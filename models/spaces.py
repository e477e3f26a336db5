"""Which embedding model placed a passage: vectors of two models lie in two spaces, and are never compared."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from models.errors import Invalid
from models.minings import pack
from models.tables import PassageRow
from models.values import Vectors


@dataclass(frozen=True, slots=True)
class Stranger:
    """A passage that another model placed."""

    id: str
    text: str


def strangers(session: Session, mark: str, *, limit: int) -> list[Stranger]:
    """The first of the passages that the model with this mark (`ModelStamp.mark`) did not place, by id."""
    others = select(PassageRow.id, PassageRow.text).where(PassageRow.model != mark)
    return [Stranger(*row) for row in session.execute(others.order_by(PassageRow.id).limit(limit))]


def place_again(session: Session, passages: Sequence[Stranger], vectors: Vectors, *, mark: str) -> None:
    """Let the passages lie where that model places them: row i of `vectors` is of passages[i]. What is gone stays gone.

    Raises Invalid where the vectors are not as many as the passages.
    """
    if len(vectors) != len(passages):
        raise Invalid(f"{len(passages)} passages came with {len(vectors)} vectors")
    for passage, vector in zip(passages, vectors, strict=True):
        row = session.get(PassageRow, passage.id)
        if row is not None:
            row.vector, row.model = pack(vector), mark
            row.statement_vectors = None  # they lie in the other space; the passage is compared as a whole from now on
    session.flush()
