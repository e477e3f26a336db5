"""The words that people had hidden, kept with their recording; and the cards that they mask."""

from collections.abc import Collection as AnyOf
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from models.cards import words_of
from models.documents import from_document, to_document
from models.masking import Hidden, Mask, mask_of, masked, quoted
from models.redaction import hidden_after
from models.spans import united
from models.store import touch_cards
from models.tables import Card, CardRevision, CardSource, FeedItem, FeedType, Recording
from models.values import CardContent, Redaction, RedactionState, Transcript


def hidden_of(recording: Recording) -> tuple[Hidden, ...]:
    """What is hidden of that recording now."""
    return from_document(tuple[Hidden, ...], recording.hidden) if recording.hidden else ()


def mask_of_recording(recording: Recording) -> Mask:
    """What hides those words in the recording's own title and warnings."""
    return Mask(hidden_of(recording))


def hidden_by_recording(session: Session, recording_ids: AnyOf[str]) -> dict[str, tuple[Hidden, ...]]:
    """Recording id → what is hidden of it, of those of which anything is."""
    some = func.json_array_length(Recording.hidden) > 0
    rows = session.scalars(select(Recording).where(Recording.id.in_(recording_ids), some))
    return {row.id: hidden_of(row) for row in rows}


def mask_of_recordings(session: Session, recording_ids: AnyOf[str]) -> Mask:
    """What hides the words of all these recordings."""
    return Mask(one for each in hidden_by_recording(session, recording_ids).values() for one in each)


def recordings_hiding(session: Session, text: str) -> list[str]:
    """Ids of the recordings of which words are hidden that stand in the text."""
    some = session.scalars(select(Recording).where(func.json_array_length(Recording.hidden) > 0))
    return [row.id for row in some if mask_of_recording(row).names(text)]


def mask_of_content(session: Session, content: CardContent) -> Mask:
    """What hides words on a card that says this."""
    cited = cited_in(content)
    return card_mask(content, hidden_by_recording(session, cited), cited)


def cited_in(content: CardContent) -> set[str]:
    """Ids of the recordings that the quotes are of."""
    return {evidence.recording_id for evidence in quoted(content)}


def card_mask(content: CardContent, hidden: Mapping[str, Sequence[Hidden]], recording_ids: Iterable[str]) -> Mask:
    """The same where it is known what is hidden of which recording."""
    return mask_of(content, [one for each in sorted(recording_ids) for one in hidden.get(each, ())])


def index(revision: CardRevision, content: CardContent, mask: Mask) -> None:
    """Let lists sort by, and searches look into, what may be read of the content."""
    shown = masked(content, mask)
    revision.title = shown.title
    revision.words = words_of(shown)


def citing(session: Session, recording_id: str) -> list[Card]:
    """The cards of which any revision cites the recording, by id."""
    evidence = func.json_each(CardRevision.content, "$.evidence").table_valued("value")
    cites = func.json_extract(evidence.c.value, "$.recording_id") == recording_id
    cards = select(CardRevision.card_id).select_from(CardRevision).join(evidence, cites)
    sources = select(CardSource.card_id).where(CardSource.recording_id == recording_id)
    return list(session.scalars(select(Card).where(or_(Card.id.in_(cards), Card.id.in_(sources))).order_by(Card.id)))


def hidden_now(recording: Recording, transcript: Transcript) -> Transcript:
    """An older revision with what is hidden by now, at the same characters or the same words, as its redactions."""
    hidden, sha256 = hidden_of(recording), transcript.sha256
    spans = [(one.start_char, one.end_char) for one in hidden if one.transcript_sha256 == sha256]
    covered = united([*spans, *Mask(hidden).spans(transcript.text)])
    redactions = (Redaction(start, end, "other", RedactionState.ACCEPTED) for start, end in covered)
    return replace(transcript, redactions=tuple(redactions))


def settle(session: Session, recording: Recording, transcript: Transcript) -> None:
    """Hide what the newest transcript revision hides: in searches at once, and the feed tells of served cards.

    Cards are masked whenever they are read; only what is looked for, and who keeps up with the feed, needs to be told.
    """
    before = hidden_of(recording)
    after = hidden_after(before, transcript)
    if before == after:
        return
    recording.hidden = [to_document(one) for one in after]
    session.flush()
    touch_cards(session, select(CardSource.card_id).where(CardSource.recording_id == recording.id))
    for card in citing(session, recording.id):
        _settle(session, card, recording.id, before)


def _settle(session: Session, card: Card, recording_id: str, before: tuple[Hidden, ...]) -> None:
    rested = {source.recording_id for source in card.sources}
    for revision in card.revisions:
        content = from_document(CardContent, revision.content)
        cited = cited_in(content) | rested
        now_hidden = hidden_by_recording(session, cited)
        mask = card_mask(content, now_hidden, cited)
        index(revision, content, mask)
        was = card_mask(content, {**now_hidden, recording_id: before}, cited)
        if revision.number == card.served_revision and masked(content, mask) != masked(content, was):
            session.add(FeedItem(type=FeedType.UPDATED, card_id=card.id))
    session.flush()
