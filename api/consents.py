"""What callers say about consent, as agreements of people that are known."""

from collections.abc import Sequence
from typing import Literal, TypeAlias

from sqlalchemy import select
from sqlalchemy.orm import Session

from api.schemas import ConsentIn
from models import store
from models.access import ALL_SCOPES, Agreement
from models.tables import Expert

EVERYTHING: Literal["all"] = "all"

Said: TypeAlias = Literal["all"] | list[ConsentIn]


def resolve_expert(session: Session, name: str) -> Expert:
    """The expert with that id or name; a new one where there is none."""
    return session.get(Expert, name) or store.find_or_add_expert(session, name)


def agreements(session: Session, said: Said | None, experts: Sequence[str]) -> tuple[Agreement, ...]:
    """What was said, of experts by their ids; `experts` are those of the recording.

    A name stands for the recording's expert of that name, else for any of that name; a name that nobody bears stays
    as it is, for the store to refuse.
    """
    if said is None:
        return ()
    if isinstance(said, str):
        return tuple(Agreement(expert, ALL_SCOPES) for expert in experts)
    return tuple(Agreement(_id_of(session, each.expert, experts), tuple(each.scopes), each.until) for each in said)


def _id_of(session: Session, name: str, experts: Sequence[str]) -> str:
    if session.get(Expert, name):
        return name
    bearers = list(session.scalars(select(Expert.id).where(Expert.name == name).order_by(Expert.created_at, Expert.id)))
    ours = [each for each in bearers if each in experts]
    return next(iter(ours or bearers), name)
