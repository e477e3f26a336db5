"""What a card says, as rows; and the recordings that it rests on."""

from sqlalchemy.orm import Session

from models.documents import from_document, to_document
from models.hiding import index, mask_of_content
from models.tables import Card, CardRevision, CardSource
from models.values import CardContent, Stance


def content_of(session: Session, card: Card, number: int | None = None) -> CardContent:
    """What a revision says; the newest, unless another is named."""
    row = session.get_one(CardRevision, (card.id, number or card.revision))
    return from_document(CardContent, row.content)


def revision_of(session: Session, content: CardContent, number: int, *, by: str) -> CardRevision:
    """A row for what a card says."""
    revision = CardRevision(number=number, by=by)
    write_down(session, revision, content)
    return revision


def write_down(session: Session, revision: CardRevision, content: CardContent) -> None:
    """Let the row say that."""
    revision.content = to_document(content)
    index(revision, content, mask_of_content(session, content))


def rest_on(session: Session, card: Card) -> None:
    """Write down the recordings that the newest and the served revision rest on. Those that say otherwise stay."""
    numbers = {card.revision, card.served_revision or card.revision}
    contents = [content_of(session, card, number) for number in sorted(numbers)]
    wanted = {evidence.recording_id for content in contents for evidence in content.evidence}
    resting = [source for source in card.sources if source.stance == Stance.SUPPORTS]
    for source in [source for source in resting if source.recording_id not in wanted]:
        card.sources.remove(source)
        session.delete(source)
    for recording_id in sorted(wanted - {source.recording_id for source in card.sources}):
        card.sources.append(CardSource(recording_id=recording_id))
    session.flush()
