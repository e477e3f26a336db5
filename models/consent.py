"""What experts agree to, and what follows at once when they take it back."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from models.access import Agreement, Caller
from models.tables import Recording


@dataclass(frozen=True, slots=True)
class Narrowed:
    """Ids of the cards that a narrower consent touched."""

    retired: tuple[str, ...] = ()
    struck: tuple[str, ...] = ()  # lost the evidence of the recording, and go on without


@dataclass(frozen=True, slots=True)
class Withdrawal:
    """What a withdrawal did, and the blobs that nothing names any more: delete them after the commit."""

    blobs: tuple[str, ...]
    retired: tuple[str, ...]
    struck: tuple[str, ...]


def put_consent(session: Session, recording: Recording, agreements: Sequence[Agreement], *, by: Caller) -> Narrowed:
    """What the experts agree to from now on, in place of what was said before; narrowing it acts at once.

    An expert who is not named any more is no expert of the recording. Raises Invalid for an unknown expert, one named
    twice, or a time without zone; Gone for a withdrawn recording.
    """
    raise NotImplementedError


def withdraw(session: Session, recording: Recording, *, by: Caller) -> Withdrawal:
    """Take everything back: words and sound go, cards that rest on this recording alone are retired and emptied.

    Withdrawing twice does nothing more.
    """
    raise NotImplementedError


def expire(session: Session, *, at: datetime | None = None) -> Narrowed:
    """Act on every consent whose `until` has passed; to be called now and then."""
    raise NotImplementedError
