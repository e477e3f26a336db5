"""Small questions that pages and exports ask: titles, concepts."""

from collections.abc import Collection as AnyOf

from sqlalchemy import select
from sqlalchemy.orm import Session

from models import library, scheme
from models.access import Caller
from models.hiding import mask_of_recording
from models.library import CardFilter
from models.tables import CardState, Key, Recording, User
from models.values import Concept


def recording_titles(session: Session, recording_ids: AnyOf[str]) -> dict[str, str]:
    """Recording id → title, for who may see the card that names the recording."""
    rows = session.scalars(select(Recording).where(Recording.id.in_(recording_ids)))
    return {row.id: mask_of_recording(row)(row.title) for row in rows}


def concepts(session: Session, caller: Caller) -> dict[str, Concept]:
    """Every concept that the caller may see, by its id."""
    return {
        one.id: Concept(one.id, one.pref_label, one.alt_labels, one.broader, one.related)
        for one in scheme.every_concept(session, caller)
    }


def next_after(session: Session, caller: Caller, card_id: str) -> str | None:
    """The id of the draft to look at when this card is done: of those offered at once, else of the others."""
    for first in (True, None):
        wanted = CardFilter(state=CardState.DRAFT, first=first)
        best = library.list_cards(session, caller, wanted, sort="queue", limit=2).items
        for card in best:
            if card.id != card_id:
                return card.id
    return None


def signers(session: Session, signatures: AnyOf[str]) -> dict[str, str]:
    """“human:ID” → the person's name, or the key's; of those that are known."""
    ids = {signature.removeprefix("human:") for signature in signatures}
    names = {user.id: user.name for user in session.scalars(select(User).where(User.id.in_(ids)))}
    names |= {key.id: f"{key.name} (key)" for key in session.scalars(select(Key).where(Key.id.in_(ids)))}
    return {f"human:{each}": name for each, name in names.items()}
