"""Recordings, their experts and collections: who sees them, and how far each one is."""

from collections.abc import Collection as AnyOf
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, false, func, select, true, update
from sqlalchemy.orm import Session, selectinload

from models.access import UNSAID_SCOPES, Agreement, Caller, Scope
from models.errors import Conflict, FieldError, Gone, Invalid, NotFound
from models.paging import LIMIT, Page, SortKey, page
from models.standing import stands
from models.tables import (
    LIVELY,
    Card,
    CardSource,
    Collection,
    Consent,
    Expert,
    Proposal,
    ProposalState,
    Recording,
    RecordingState,
    now,
)
from models.values import Seconds, Stance

LONGEST_NAME = 200

_PLAIN_FIELDS = (
    *("title", "sha256", "file_name", "media_sha256", "media_type", "transcript_sha256", "transcript_name"),
    *("collection_id", "language", "vocabulary", "speakers", "duration_s", "answers_gap"),
)


@dataclass(frozen=True, slots=True)
class NewRecording:
    """What is known of an upload that was checked and stored."""

    title: str
    sha256: str  # of what was uploaded as `file`
    file_name: str
    media_sha256: str | None = None  # blob of the sound
    media_type: str | None = None
    transcript_sha256: str | None = None  # blob of a transcript file
    transcript_name: str | None = None
    collection_id: str | None = None
    language: str | None = None
    vocabulary: str | None = None
    speakers: int | None = None
    duration_s: Seconds | None = None
    warnings: tuple[str, ...] = ()
    experts: tuple[str, ...] = ()  # ids, in the order in which they were named
    answers_gap: str | None = None  # id of the gap to which it is the answer
    agreements: tuple[Agreement, ...] = ()  # what was said about consent; nothing said: UNSAID_SCOPES


@dataclass(frozen=True, slots=True)
class Counts:
    """How many cards rest on a recording."""

    cards: int = 0
    first: int = 0  # offered at once
    approved: int = 0  # served now
    proposals: int = 0  # that it occasioned, and that wait for a decision


# Experts and collections


def find_or_add_expert(session: Session, name: str) -> Expert:
    """The expert of that name (the first, where several bear it); a new one where there is none."""
    name = _checked_name(name)
    found = session.scalar(select(Expert).where(Expert.name == name).order_by(Expert.created_at, Expert.id))
    return found or add_expert(session, name)


def find_or_add_collection(session: Session, name: str) -> Collection:
    """The collection of that name; a new one where there is none."""
    name = _checked_name(name)
    return session.scalar(select(Collection).where(Collection.name == name)) or add_collection(session, name)


def add_expert(session: Session, name: str) -> Expert:
    """A new expert; two may bear the same name. Raises Invalid for an empty or overlong name."""
    expert = Expert(name=_checked_name(name))
    session.add(expert)
    session.flush()
    return expert


def add_collection(session: Session, name: str) -> Collection:
    """A new collection. Raises Conflict for a name that is taken, Invalid for an empty or overlong one."""
    name = _checked_name(name)
    if session.scalar(select(Collection.id).where(Collection.name == name)):
        raise Conflict(f"there is a collection “{name}” already", remedy="Use that one, or choose another name.")
    collection = Collection(name=name)
    session.add(collection)
    session.flush()
    return collection


def get_expert(session: Session, caller: Caller, expert_id: str) -> Expert:
    """One expert. Raises NotFound where the caller may not see it: who does not manage sees only themselves."""
    expert = session.scalar(_experts(caller).where(Expert.id == expert_id))
    if expert is None:
        raise NotFound(f"there is no expert {expert_id[:80]!r} that you may see")
    return expert


def get_collection(session: Session, caller: Caller, collection_id: str) -> Collection:
    """One collection. Raises NotFound where it is not among the caller's."""
    collection = session.scalar(_collections(caller).where(Collection.id == collection_id))
    if collection is None:
        raise NotFound(f"there is no collection {collection_id[:80]!r} that you may see")
    return collection


def list_experts(session: Session, caller: Caller, *, cursor: str | None = None, limit: int = LIMIT) -> Page[Expert]:
    """The experts that the caller may see, by name."""
    keys = (SortKey(Expert.name), SortKey(Expert.id))
    found = page(session, _experts(caller), keys, order="experts", cursor=cursor, limit=limit)
    return Page(tuple(row[0] for row in found.items), found.next)


def list_collections(
    session: Session, caller: Caller, *, cursor: str | None = None, limit: int = LIMIT
) -> Page[Collection]:
    """The caller's collections, by name."""
    keys = (SortKey(Collection.name), SortKey(Collection.id))
    found = page(session, _collections(caller), keys, order="collections", cursor=cursor, limit=limit)
    return Page(tuple(row[0] for row in found.items), found.next)


def rename_expert(session: Session, caller: Caller, expert_id: str, name: str) -> Expert:
    """Another name for the same person. Raises NotFound, Invalid."""
    expert = get_expert(session, caller, expert_id)
    expert.name = _checked_name(name)
    resting = select(CardSource.card_id).join(Consent, Consent.recording_id == CardSource.recording_id)
    touch_cards(session, resting.where(Consent.expert_id == expert.id))
    return expert


def touch_cards(session: Session, ids: Select[Any]) -> None:
    """Count a change of what those cards show, though nobody changed them."""
    session.execute(update(Card).where(Card.id.in_(ids)).values(version=Card.version + 1))


def _experts(caller: Caller) -> Select[Expert]:
    mine = true() if caller.role.can_manage else Expert.id == (caller.expert_id or "")
    return select(Expert).where(mine)


def _collections(caller: Caller) -> Select[Collection]:
    return select(Collection).where(within(caller, Collection.id))


def within(caller: Caller, collection: Any) -> ColumnElement[bool]:
    """Whether a row with that column of a collection's id lies within the caller's collections."""
    return true() if caller.collections is None else collection.in_(list(caller.collections))


def _checked_name(name: str) -> str:
    stripped = " ".join(name.split())
    if not stripped or len(stripped) > LONGEST_NAME:
        raise Invalid(
            f"the name {name[:80]!r} does not do: 1 to {LONGEST_NAME} characters are wanted",
            errors=[FieldError("/name", f"wants 1 to {LONGEST_NAME} characters")],
        )
    return stripped


# Recordings


def add_recording(session: Session, new: NewRecording, *, by: Caller) -> Recording:
    """A recording that waits for its job, with a consent row for every expert.

    Raises Invalid for an expert or collection that is not there or not the caller's, or an agreement of a stranger.
    """
    check_collection(session, new.collection_id, by)
    consents = consent_rows(session, new.experts, new.agreements, by=by)
    known = {name: getattr(new, name) for name in _PLAIN_FIELDS}
    recording = Recording(**known, warnings=list(new.warnings), created_by=by.id, consents=consents)
    session.add(recording)
    session.flush()
    return recording


def check_collection(session: Session, collection_id: str | None, by: Caller) -> None:
    """Raises Invalid where the caller may not put something there; None is for who is not limited to collections."""
    if collection_id is None:
        fits = by.collections is None
        detail = f"name one of your collections: {', '.join(sorted(by.collections or ()))}"
    else:
        fits = session.scalar(_collections(by).where(Collection.id == collection_id)) is not None
        detail = f"there is no collection {collection_id[:80]!r} that you may use"
    if not fits:
        raise Invalid(detail, errors=[FieldError("/collection", detail)])


def consent_rows(
    session: Session, experts: Sequence[str], agreements: Sequence[Agreement], *, by: Caller
) -> list[Consent]:
    """A row for every expert id, in their order; who is not among `agreements` said nothing: UNSAID_SCOPES.

    Raises Invalid for an expert that is not there or comes twice, an agreement of somebody who is not among the
    experts, and a time without a zone.
    """
    known = set(session.scalars(select(Expert.id).where(Expert.id.in_(experts))))
    said = {agreement.expert_id: agreement for agreement in agreements}
    errors = [FieldError("/experts", f"there is no expert {each[:80]!r}") for each in experts if each not in known]
    errors += [
        FieldError("/consent", f"{each[:80]!r} is not among the experts") for each in said if each not in experts
    ]
    if len(set(experts)) < len(experts):
        errors.append(FieldError("/experts", "names somebody twice"))
    if len(said) < len(agreements):
        errors.append(FieldError("/consent", "names somebody twice"))
    if any(agreement.until and agreement.until.tzinfo is None for agreement in agreements):
        errors.append(FieldError("/consent", "“until” wants a time with its zone, as 2031-01-31T12:00:00Z"))
    if errors:
        raise Invalid("; ".join(error.detail for error in errors), errors=errors)
    return [_consent(expert, position, said.get(expert), by) for position, expert in enumerate(experts)]


def _consent(expert_id: str, position: int, said: Agreement | None, by: Caller) -> Consent:
    if said is None:
        return Consent(expert_id=expert_id, position=position, scopes=[scope.value for scope in UNSAID_SCOPES])
    scopes = [scope.value for scope in Scope if scope in said.scopes]
    return Consent(
        expert_id=expert_id,
        position=position,
        scopes=scopes,
        until=said.until,
        recorded_by=by.id,
        recorded_at=now(),
    )


def own_recordings(caller: Caller) -> Select[str]:
    """Ids of the recordings in which the caller is heard."""
    return select(Consent.recording_id).where(Consent.expert_id == (caller.expert_id or ""))


def _visible(caller: Caller) -> Select[Recording]:
    query = select(Recording).where(within(caller, Recording.collection_id))
    if caller.role.can_manage:
        return query
    return query.where(Recording.id.in_(own_recordings(caller))) if caller.role.can_review else query.where(false())


def get_recording(session: Session, caller: Caller, recording_id: str) -> Recording:
    """One recording, withdrawn ones too. Raises NotFound where the caller may not see it."""
    recording = session.scalar(_visible(caller).where(Recording.id == recording_id))
    if recording is None:
        raise NotFound(f"there is no recording {recording_id[:80]!r} that you may see")
    return recording


def present(session: Session, caller: Caller, recording_id: str) -> Recording:
    """A recording whose words and sound are still there. Raises NotFound, Gone."""
    recording = get_recording(session, caller, recording_id)
    if recording.state == RecordingState.WITHDRAWN:
        raise Gone("This recording was withdrawn: its sound and words are gone.")
    return recording


def list_recordings(
    session: Session,
    caller: Caller,
    *,
    state: RecordingState | None = None,
    expert: str | None = None,
    collection: str | None = None,
    cursor: str | None = None,
    limit: int = LIMIT,
) -> Page[Recording]:
    """The recordings that the caller may see, newest first; none for a reader."""
    query = _visible(caller).options(selectinload(Recording.consents).joinedload(Consent.expert))
    if state is not None:
        query = query.where(Recording.state == state)
    if expert is not None:
        query = query.where(Recording.id.in_(select(Consent.recording_id).where(Consent.expert_id == expert)))
    if collection is not None:
        query = query.where(Recording.collection_id == collection)
    keys = (SortKey(Recording.created_at, True), SortKey(Recording.id, True))
    found = page(session, query, keys, order="recordings", cursor=cursor, limit=limit)
    return Page(tuple(row[0] for row in found.items), found.next)


def same_upload(
    session: Session, caller: Caller, sha256: str, *, transcript_sha256: str | None = None
) -> Recording | None:
    """The first recording of the same bytes that the caller may see; a withdrawn one is none.

    `transcript_sha256` is of the transcript file that came with the sound; None: none came.
    """
    same = (Recording.sha256 == sha256, Recording.state != RecordingState.WITHDRAWN)
    found: Recording | None = None
    for recording in session.scalars(_visible(caller).where(*same).order_by(Recording.created_at, Recording.id)):
        beside = recording.transcript_sha256 if recording.transcript_sha256 != sha256 else None
        if found is None and beside == transcript_sha256:
            found = recording
    return found


def counts(session: Session, recording_ids: AnyOf[str]) -> dict[str, Counts]:
    """How many cards rest on each of the recordings."""
    opened = (
        select(Proposal.recording_id, func.count())
        .join(Card, Card.id == Proposal.card_id)
        .where(Proposal.recording_id.in_(recording_ids), Proposal.state == ProposalState.OPEN)
        .where(Card.state.in_(LIVELY), stands())
        .group_by(Proposal.recording_id)
    )
    waiting = {row[0]: row[1] for row in session.execute(opened)}
    query = (
        select(
            CardSource.recording_id,
            func.count(),
            func.count().filter(Card.first),
            func.count().filter(Card.served_revision.is_not(None)),
        )
        .join(Card)
        .where(CardSource.recording_id.in_(recording_ids), CardSource.stance == Stance.SUPPORTS)
        .group_by(CardSource.recording_id)
    )
    counted = {row[0]: Counts(*row[1:]) for row in session.execute(query)}
    return {each: replace(counted.get(each, Counts()), proposals=waiting.get(each, 0)) for each in recording_ids}


def living(session: Session, recording_id: str) -> Recording:
    """A recording to work on. Raises NotFound; Gone where it was withdrawn, so that running work stops."""
    recording = session.get(Recording, recording_id)
    if recording is None:
        raise NotFound(f"there is no recording {recording_id[:80]!r}")
    if recording.state == RecordingState.WITHDRAWN:
        raise Gone(f"the consent to recording {recording_id} was taken back")
    return recording


def set_state(
    session: Session, recording_id: str, state: RecordingState, *, problem: Mapping[str, Any] | None = None
) -> Recording:
    """Say how far the recording is; `problem` ({"detail", "remedy"}) goes with FAILED, and is cleared by any other.

    READY is the end of the way: no stage, fraction 1. Raises NotFound, Gone.
    """
    recording = living(session, recording_id)
    recording.state = state
    recording.problem = None if problem is None else dict(problem)
    recording.eta_s = None
    if state == RecordingState.READY:
        recording.stage, recording.fraction = None, 1.0
    return recording


def set_progress(
    session: Session, recording_id: str, stage: str, fraction: float, *, eta_s: Seconds | None = None
) -> None:
    """Where the work is; `fraction` is of the whole way, 0..1. Raises NotFound, Gone."""
    recording = living(session, recording_id)
    recording.stage = stage
    recording.fraction = min(1.0, max(0.0, fraction))
    recording.eta_s = eta_s


def add_warnings(session: Session, recording_id: str, warnings: Iterable[str]) -> None:
    """Add plain sentences to the recording's warnings, each once. Raises NotFound, Gone."""
    recording = living(session, recording_id)
    recording.warnings = list(dict.fromkeys([*recording.warnings, *warnings]))


def forget_warnings(session: Session, recording_id: str, warnings: Iterable[str]) -> None:
    """Take back warnings of what is done anew. Raises NotFound, Gone."""
    recording = living(session, recording_id)
    recording.warnings = [each for each in recording.warnings if each not in set(warnings)]


def set_duration(session: Session, recording_id: str, duration_s: Seconds) -> None:
    """How long the sound is. Raises NotFound, Gone."""
    living(session, recording_id).duration_s = duration_s


def next_attempt(session: Session, recording_id: str) -> int:
    """Queue the recording again: the number of the new attempt. Raises NotFound, Gone."""
    recording = set_state(session, recording_id, RecordingState.QUEUED)
    recording.attempt += 1
    return recording.attempt


def begin_again(session: Session, recording_id: str, stage: str) -> int:
    """Queue the recording to be worked on anew from a stage on: the number of the new attempt. Raises NotFound, Gone.

    What the stages before have kept stays; so do all transcript revisions and cards.
    """
    attempt = next_attempt(session, recording_id)
    recording = living(session, recording_id)
    recording.rerun_from = stage
    recording.stage, recording.fraction = None, 0.0
    return attempt


def agreed(recording: Recording, scope: Scope, *, at: datetime | None = None) -> bool:
    """Whether every expert of the recording agrees to `scope` (now, unless `at` says when).

    With no experts named, nothing was said: UNSAID_SCOPES. A withdrawn recording has nobody's consent.
    """
    if recording.state == RecordingState.WITHDRAWN:
        return False
    if not recording.consents:
        return scope in UNSAID_SCOPES
    moment = at or now()
    return all(
        scope.value in consent.scopes and (consent.until is None or consent.until > moment)
        for consent in recording.consents
    )
