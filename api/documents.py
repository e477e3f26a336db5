"""Rows and values as the JSON that callers get. Cards have their own place: `models.cards`."""

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from models import cards, contents, proposals, redaction, rewording, stages, store
from models.access import Caller
from models.cards import CardView, rfc3339
from models.documents import to_document
from models.edits import RevisionLine
from models.figures import Use
from models.gaps import CardGap
from models.hiding import mask_of_recording
from models.masking import Mask, masked
from models.scheme import ConceptView
from models.tables import (
    Card,
    CardEvent,
    CardRevision,
    Collection,
    ConceptEvent,
    Expert,
    Mining,
    Proposal,
    Recording,
    RecordingState,
    TranscriptRevision,
)
from models.values import MACHINE, Metaphor, Seconds, Transcript, Word
from models.voices import Voices
from pipeline.jobs import way_of


def expert(row: Expert) -> dict[str, Any]:
    return {"id": row.id, "name": row.name, "created_at": rfc3339(row.created_at)}


def collection(row: Collection) -> dict[str, Any]:
    return {"id": row.id, "name": row.name, "created_at": rfc3339(row.created_at)}


def concept(view: ConceptView) -> dict[str, Any]:
    return {**to_document(view), "created_at": rfc3339(view.created_at)}


def named_card(view: CardView) -> dict[str, Any]:
    """A card as a list of another thing names it."""
    return {"id": view.id, "title": view.content.title, "kind": view.content.kind.value, "state": view.state.value}


def concept_event(row: ConceptEvent, mask: Mask) -> dict[str, Any]:
    """One thing that was done to a concept; what hides words on it hides them here."""
    sent = {name: _masked(value, mask) for name, value in row.document.items()}
    return {"concept": row.concept_id, "type": row.type, "changes": sent, "by": row.by, "at": rfc3339(row.at)}


def voices(said: Voices) -> dict[str, Any]:
    """What others say about a card."""
    return {
        "same": to_document(said.same),
        "otherwise": to_document(said.otherwise),
        "items": [
            {
                "card": voice.card.id,
                "title": voice.card.content.title,
                "state": voice.card.state.value,
                "kind": voice.kind,
                "why": voice.why or None,
                "score": voice.score,
                "statement": voice.here,
                "other_statement": voice.there,
                "experts": [{"id": one.id, "name": one.name} for one in voice.card.experts if one.stance == "supports"],
            }
            for voice in said.voices
        ],
    }


def recordings(session: Session, rows: Sequence[Recording]) -> list[dict[str, Any]]:
    """The recordings in their order, with what was counted and timed."""
    ids = [row.id for row in rows]
    counted, noticed, seconds = store.counts(session, ids), count_noticed(session, ids), stages.timings(session, ids)
    return [
        {
            **_recording(row),
            "counts": noticed[row.id] | to_document(counted[row.id]),
            "seconds": seconds[row.id],
            "stages": stages_of(row, seconds[row.id]),
        }
        for row in rows
    ]


def recording(session: Session, row: Recording) -> dict[str, Any]:
    return recordings(session, [row])[0]


def _recording(row: Recording) -> dict[str, Any]:
    mask = mask_of_recording(row)
    return {
        "id": row.id,
        "title": mask(row.title),
        "collection": row.collection_id,
        "language": row.language,
        "vocabulary": row.vocabulary and mask(row.vocabulary),
        "speakers": row.speakers,
        "file_name": mask(row.file_name),
        "media_type": row.media_type,
        "sha256": row.sha256,
        "state": row.state.value,
        "stage": row.stage,
        "fraction": row.fraction,
        "eta_s": row.eta_s,
        "warnings": [mask(str(warning)) for warning in row.warnings],
        "problem": row.problem and {name: _masked(value, mask) for name, value in row.problem.items()},
        "duration_s": row.duration_s,
        "answers_gap": row.answers_gap,
        "experts": [{"id": each.expert.id, "name": each.expert.name} for each in row.consents],
        "consent": [
            {"expert": each.expert_id, "scopes": each.scopes, "until": rfc3339(each.until)} for each in row.consents
        ],
        "created_at": rfc3339(row.created_at),
        "updated_at": rfc3339(row.updated_at),
    }


def stages_of(row: Recording, took: Mapping[str, Seconds]) -> list[dict[str, Any]]:
    """The stages in their order: done, now, or left to do. A recording that is ready has none left."""

    def state(name: str) -> str:
        if row.state == RecordingState.WORKING and name == row.stage:
            return "now"
        return "done" if name in took else "left"

    known = [{"name": name, "state": state(name), "seconds": took.get(name)} for name in way_of(row)]
    return [stage for stage in known if row.state != RecordingState.READY or stage["state"] == "done"]


def _masked(value: Any, mask: Mask) -> Any:
    if isinstance(value, list):
        return [_masked(each, mask) for each in value]
    return mask(value) if isinstance(value, str) else value


def count_noticed(session: Session, recording_ids: Sequence[str]) -> dict[str, dict[str, int]]:
    """Recording id → how many statements and findings it has; 0 before it was mined."""
    lengths = [func.json_array_length(Mining.document, f"$.{name}") for name in ("statements", "findings")]
    query = select(Mining.recording_id, *lengths).where(Mining.recording_id.in_(recording_ids))
    found = {row[0]: row[1:] for row in session.execute(query)}
    return {each: dict(zip(("statements", "findings"), found.get(each, (0, 0)), strict=True)) for each in recording_ids}


def transcript(row: TranscriptRevision, original: Transcript, *, may_reverse: bool) -> dict[str, Any]:
    """One revision: its text, its turns with what was said in each, its words with their marks.

    Hidden words are blotted out; who may reverse that finds them in `redactions`.
    """
    value, hidden = redaction.masked(original), redaction.hidden_words(original)
    return {
        "recording_id": row.recording_id,
        "revision": row.number,
        "sha256": row.sha256,
        "by": row.by,
        "created_at": rfc3339(row.created_at),
        "language": value.language,
        "source": value.source,
        "text": value.text,
        "turns": [{**to_document(turn), "text": value.text[turn.start_char : turn.end_char]} for turn in value.turns],
        "words": [_word(word, value.text, hidden=word.start_char in hidden) for word in value.words],
        "redactions": [
            {**to_document(each), "text": redaction.text_of(original, each) if may_reverse else None}
            for each in value.redactions
        ],
        "models": [to_document(stamp) for stamp in value.models],
        "warnings": list(value.warnings),
    }


def _word(word: Word, text: str, *, hidden: bool) -> dict[str, Any]:
    marks = {
        "suspect": word.suspect,
        "overlap": word.overlap,
        "redacted": hidden,
        "corrected": word.by != MACHINE,
    }
    return {
        "text": text[word.start_char : word.end_char],
        **to_document(word),
        "marks": [mark for mark, there in marks.items() if there],
    }


def transcript_revision(line: RevisionLine) -> dict[str, Any]:
    return {
        "number": line.number,
        "sha256": line.sha256,
        "by": line.by,
        "at": rfc3339(line.at),
        "restores": line.restores,
    }


def shared_figure(figure: Metaphor, uses: Sequence[Use]) -> dict[str, Any]:
    """A figure of a card with the other cards that take one from the same world."""
    also = [
        {
            "card": use.card.id,
            "title": use.card.content.title,
            "expression": use.metaphor.expression,
            "target": use.metaphor.target,
            "experts": [to_document(expert) for expert in use.card.experts],
        }
        for use in uses
    ]
    own = {"expression": figure.expression, "kind": figure.kind, "source": figure.source, "target": figure.target}
    return {**own, "also": also}


def revision(row: CardRevision) -> dict[str, Any]:
    return {"number": row.number, "title": row.title, "by": row.by, "created_at": rfc3339(row.created_at)}


def proposal(session: Session, caller: Caller, view: CardView, row: Proposal) -> dict[str, Any]:
    """A proposal for the card of that view; with the card that occasioned it, as the caller sees that."""
    other = proposals.other_of(session, caller, row)
    would = proposals.preview(session, view, row)
    mask = proposals.mask(session, row)
    base = masked(contents.content_of(session, session.get_one(Card, row.card_id), row.base_revision), mask)
    return {
        "id": row.id,
        "kind": row.kind.value,
        "state": row.state.value,
        "why": mask(row.why),
        "recording": row.recording_id,
        "other": other and cards.document(other),
        "base_revision": row.base_revision,
        "changes": [to_document(change) for change in rewording.differences(base, would.content)],
        "card": cards.document(would),
        "created_at": rfc3339(row.created_at),
        "by": row.by,
        "at": rfc3339(row.at),
    }


def card_gap(found: CardGap) -> dict[str, Any]:
    """A gap, with the card that it stands on."""
    card = found.card
    return {
        **cards.gap_document(found.gap),
        "card": {"id": card.id, "title": card.content.title, "state": card.state.value},
        "experts": [{"id": expert.id, "name": expert.name} for expert in card.experts],
    }


def event(row: CardEvent, mask: Mask) -> dict[str, Any]:
    return {
        "type": row.type,
        "before": row.before,
        "after": row.after,
        "revision": row.revision,
        "by": row.by,
        "reason": row.reason,
        "note": row.note and mask(row.note),
        "at": rfc3339(row.at),
    }
