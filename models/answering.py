"""Which gaps were answered, and by which recording. Kept with the answer, so that no card changes by it."""

from collections.abc import Collection as AnyOf
from collections.abc import Mapping
from dataclasses import replace

from sqlalchemy import ColumnElement, exists, select
from sqlalchemy.orm import Session

from models.tables import Recording, RecordingState
from models.values import CardContent


def answers(session: Session, gap_ids: AnyOf[str]) -> dict[str, str]:
    """Gap id → id of the newest recording that answers it and of which the drafts are there; of those that have one."""
    given = select(Recording.answers_gap, Recording.id).where(
        Recording.answers_gap.in_(gap_ids), Recording.state == RecordingState.READY
    )
    rows = session.execute(given.order_by(Recording.created_at, Recording.id))
    return {gap_id: recording_id for gap_id, recording_id in rows if gap_id is not None}


def is_answered(gap_id: ColumnElement[str]) -> ColumnElement[bool]:
    """Whether such a recording is there for the gap of that id."""
    return exists(select(Recording.id).where(Recording.answers_gap == gap_id, Recording.state == RecordingState.READY))


def with_answers(content: CardContent, given: Mapping[str, str]) -> CardContent:
    """The content whose gaps name their answers; what a person wrote there stays."""
    gaps = (replace(gap, answered_by=gap.answered_by or given.get(gap.id)) for gap in content.gaps)
    return replace(content, gaps=tuple(gaps))
