"""What was noticed in a transcript, kept between two stages and for the pages."""

from sqlalchemy.orm import Session

from models.values import Mined


def save_mining(session: Session, recording_id: str, mined: Mined) -> None:
    """Keep it, in place of an earlier one. Its transcript's text must be a revision's. Raises NotFound, Gone."""
    raise NotImplementedError


def load_mining(session: Session, recording_id: str) -> Mined | None:
    """What `save_mining` kept; None where nothing was mined yet."""
    raise NotImplementedError
