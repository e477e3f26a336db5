"""What was learnt from people's verdicts and choices: versions, of which one at most is in use."""

from typing import Any

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from models.documents import to_document
from models.tables import LearntModel, Subject


def active(session: Session, subject: Subject) -> LearntModel | None:
    """The version in use; None where none is."""
    return session.scalar(select(LearntModel).where(LearntModel.subject == subject, LearntModel.active))


def newest(session: Session, subject: Subject) -> LearntModel | None:
    """The version that was trained last, in use or not."""
    versions = select(LearntModel).where(LearntModel.subject == subject)
    return session.scalar(versions.order_by(LearntModel.version.desc()).limit(1))


def versions(session: Session) -> list[LearntModel]:
    """All that was ever trained, the newest first."""
    return list(session.scalars(select(LearntModel).order_by(LearntModel.id.desc())))


def keep(
    session: Session, subject: Subject, parameters: Any, figures: Any, *, decisions: int, active: bool, by: str
) -> LearntModel:
    """A new version. It takes the place of the one in use, also where it is not to be used itself.

    What was learnt from fewer verdicts is not more right than what all of them say: then nothing is corrected.
    """
    last = session.scalar(select(func.max(LearntModel.version)).where(LearntModel.subject == subject)) or 0
    session.execute(update(LearntModel).where(LearntModel.subject == subject).values(active=False))
    row = LearntModel(
        subject=subject,
        version=last + 1,
        decisions=decisions,
        parameters=to_document(parameters),
        figures=to_document(figures),
        active=active,
        by=by,
    )
    session.add(row)
    session.flush()
    return row
