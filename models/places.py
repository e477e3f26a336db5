"""What stands on the map of cards: those that somebody may see, and the groups that they belong to."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import and_, case, func, select
from sqlalchemy.orm import Session

from models.access import Caller
from models.hiding import mask_of_recordings
from models.library import newest_is_seen
from models.store import within
from models.tables import LIVELY, Card, CardRevision, CardState, ClusterRow, PassageRow

MOST_CARDS = 5000


@dataclass(frozen=True, slots=True)
class Pin:
    """A card that may stand on the map."""

    id: str
    title: str
    state: CardState
    group: str | None  # id of its cluster
    whole: bool  # the caller sees all of it, not only what is served


@dataclass(frozen=True, slots=True)
class GroupName:
    """How a group is called by who looks."""

    label: str
    tags: tuple[str, ...]


def pins(session: Session, caller: Caller) -> list[Pin]:
    """The cards made of passages that the caller may see, best first, at most 5,000; rejected and retired ones are not
    there."""
    newest = newest_is_seen(caller)
    number = case((newest, Card.revision), else_=Card.served_revision)
    state = case((newest, Card.state), else_=CardState.APPROVED.value)
    query = select(Card.id, CardRevision.title, state, PassageRow.cluster_id, newest).select_from(Card)
    query = query.join(CardRevision, and_(CardRevision.card_id == Card.id, CardRevision.number == number))
    query = query.join(PassageRow, PassageRow.id == Card.id)
    query = query.where(within(caller, Card.collection_id), state.in_([one.value for one in LIVELY]))
    rows = session.execute(query.order_by(Card.rank.desc(), Card.id).limit(MOST_CARDS))
    return [Pin(row[0], row[1], CardState(row[2]), row[3], bool(row[4])) for row in rows]


def group_names(session: Session, shown: Sequence[Pin]) -> dict[str, GroupName]:
    """Cluster id → how it is called: by its label, where a card that is shown whole says it, else by its best card.

    A label is somebody's words: who may not read the card that it comes from does not read it here. Tags are words of
    all members, so they are told only to who sees all of them whole.
    """
    members: dict[str, list[Pin]] = defaultdict(list)
    for pin in shown:
        if pin.group is not None:
            members[pin.group].append(pin)
    whole = {pin.id for pin in shown if pin.whole}
    labels = _labels(session, list(members), whole)
    sizes = _sizes(session, list(members))
    found = {}
    for group, pinned in members.items():
        label, tags = labels.get(group, ("", ()))
        every = sum(pin.whole for pin in pinned) == sizes[group]
        found[group] = GroupName(label or pinned[0].title, tags if every else ())
    return found


def _labels(session: Session, groups: Sequence[str], whole: set[str]) -> dict[str, tuple[str, tuple[str, ...]]]:
    """Cluster id → its label and tags, masked; where the label stands in a passage of a card that is seen whole."""
    said = func.instr(func.lower(PassageRow.text), func.lower(ClusterRow.label)) > 0
    query = select(ClusterRow, PassageRow).join(PassageRow, PassageRow.cluster_id == ClusterRow.id)
    found: dict[str, tuple[str, tuple[str, ...]]] = {}
    for cluster, passage in session.execute(query.where(ClusterRow.id.in_(groups), said).order_by(PassageRow.id)):
        if cluster.id not in found and passage.id in whole:
            mask = mask_of_recordings(session, _recordings(session, cluster.id))
            tags = tuple(tag for tag in cluster.tags if not mask.names(tag))
            found[cluster.id] = (mask(cluster.label), tags)
    return found


def _recordings(session: Session, group: str) -> set[str]:
    return set(session.scalars(select(PassageRow.recording_id).where(PassageRow.cluster_id == group)))


def _sizes(session: Session, groups: Sequence[str]) -> Mapping[str, int]:
    query = select(PassageRow.cluster_id, func.count()).where(PassageRow.cluster_id.in_(groups))
    return {str(group): size for group, size in session.execute(query.group_by(PassageRow.cluster_id))}
