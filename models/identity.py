"""Which card a draft is: the one whose evidence lies where the draft's lies, however the transcript reads by now."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TypeAlias

from sqlalchemy import select
from sqlalchemy.orm import Session

from models.cards import draft_id
from models.documents import from_document
from models.retracing import Tracer
from models.tables import CardRevision, PassageRow
from models.transcripts import transcript_by_sha
from models.values import CardContent, Draft, Evidence

SAME = 0.5  # of the shorter one: what two pieces of evidence share at least when they are of one card

Ranges: TypeAlias = Sequence[tuple[float, float]]  # half-open, in order, apart from each other


@dataclass(frozen=True, slots=True)
class Place:
    """Where evidence lies in a recording."""

    characters: Ranges  # of one transcript
    seconds: Ranges  # empty where a piece has no times, or all is cited of that transcript, so that characters tell


def homes(session: Session, recording_id: str, drafts: Sequence[Draft]) -> dict[str, str]:
    """Draft id → id of the recording's card that it is; without the drafts that are new.

    A card that people have changed, rejected or retired is still the card of its place. One that a person wrote is
    none of the machine's. All drafts cite the same revision.
    """
    evidence = _evidence(session, recording_id)
    tracer = _tracer(session, recording_id, drafts) if evidence else None
    if tracer is None:
        return {}
    kept = {
        card_id: _place(cited, tracer, timed=any(one.transcript_sha256 != tracer.sha256 for one in cited))
        for card_id, cited in evidence.items()
    }
    found = {}
    for draft in drafts:
        name = draft_id(draft)
        here = _place(draft.content.evidence, tracer, timed=True)
        shares = {card_id: share(here, place) for card_id, place in kept.items()}
        best = max(sorted(shares), key=shares.__getitem__, default=name)
        if name in kept:
            found[name] = name
        elif shares.get(best, 0.0) >= SAME:
            found[name] = best
    return found


def _tracer(session: Session, recording_id: str, drafts: Sequence[Draft]) -> Tracer | None:
    cited = drafts[0].content.evidence[0].transcript_sha256 if drafts else ""
    transcript = transcript_by_sha(session, recording_id, cited)
    return Tracer(session, recording_id, transcript) if transcript else None


def _evidence(session: Session, recording_id: str) -> dict[str, dict[Evidence, None]]:
    """Card id → the evidence of all its revisions, of the cards that were drafted of the recording."""
    drafted = select(PassageRow.card_id).where(PassageRow.recording_id == recording_id)
    rows = select(CardRevision.card_id, CardRevision.content).where(CardRevision.card_id.in_(drafted))
    found: dict[str, dict[Evidence, None]] = {}
    for card_id, content in session.execute(rows):
        mine = (one for one in from_document(CardContent, content).evidence if one.recording_id == recording_id)
        found.setdefault(card_id, {}).update(dict.fromkeys(mine))
    return found


def _place(evidence: Iterable[Evidence], tracer: Tracer, *, timed: bool) -> Place:
    cited = list(evidence)
    spans = [span for one in cited if (span := tracer.span(one))]
    times = [(one.start_s, one.end_s) for one in cited if one.start_s is not None and one.end_s is not None]
    return Place(merged(spans), merged(times) if timed and len(times) == len(cited) else ())


def share(one: Place, other: Place) -> float:
    """What both have in common, of the shorter one: 0..1, by characters or by seconds, whichever is more."""
    return max(_share(one.characters, other.characters), _share(one.seconds, other.seconds))


def _share(one: Ranges, other: Ranges) -> float:
    shorter = min(_length(one), _length(other))
    common = sum(max(0.0, min(a[1], b[1]) - max(a[0], b[0])) for a in one for b in other)
    return common / shorter if shorter > 0 else 0.0


def _length(ranges: Ranges) -> float:
    return sum(end - start for start, end in ranges)


def merged(ranges: Iterable[tuple[float, float]]) -> Ranges:
    """The same without what two of them hold twice."""
    found: list[tuple[float, float]] = []
    for start, end in sorted(ranges):
        if found and start <= found[-1][1]:
            found[-1] = (found[-1][0], max(found[-1][1], end))
        else:
            found.append((start, end))
    return found
