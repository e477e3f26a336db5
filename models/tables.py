"""What is kept: SQLAlchemy rows.

JSON columns hold values of `models.values` as `models.documents` writes them. Times are aware UTC.
"""

import uuid
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import JSON, ForeignKey, Index, LargeBinary, MetaData, UniqueConstraint, text
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column, relationship

from models.access import Role
from models.columns import NAMES, Utc, enum_of
from models.values import Stance


class RecordingState(StrEnum):
    """How far a recording is."""

    QUEUED = "queued"  # stored; its job waits
    WORKING = "working"  # its job runs
    READY = "ready"  # drafts are there
    FAILED = "failed"  # `problem` says why and what helps
    CANCELLED = "cancelled"  # stopped by a person
    WITHDRAWN = "withdrawn"  # consent taken back: sound and words are gone


IN_WORK = (RecordingState.QUEUED, RecordingState.WORKING)  # somebody waits for a job


class CardState(StrEnum):
    """Where a card's newest revision stands."""

    DRAFT = "draft"  # nobody has judged it
    IN_REVIEW = "in_review"  # somebody is at it
    APPROVED = "approved"  # a person signed it; the feed serves it
    REJECTED = "rejected"  # a person said no, with a reason
    RETIRED = "retired"  # not to be used any more


WAITING = (CardState.DRAFT, CardState.IN_REVIEW)  # for a verdict
LIVELY = (*WAITING, CardState.APPROVED)  # in use; for what is not, nothing is proposed


class FeedType(StrEnum):
    """What a feed item tells."""

    APPROVED = "card.approved"
    UPDATED = "card.updated"
    RETIRED = "card.retired"


class ProposalKind(StrEnum):
    """Why a card would change."""

    WORDING = "wording"  # its evidence reads differently now
    CONTENT = "content"  # a later run would draft it differently
    UNSUPPORTED = "unsupported"  # words that it rests on are gone, or not the expert's
    EVIDENCE = "evidence"  # somebody said more about it
    CONTRADICTS = "contradicts"  # somebody may have said otherwise


class ProposalState(StrEnum):
    """What people decided about a proposal."""

    OPEN = "open"  # nobody has decided
    ACCEPTED = "accepted"  # a revision of the card was made of it; of a contradiction, that it is one
    REJECTED = "rejected"  # the card stays as it is


class RejectionReason(StrEnum):
    """Why a person rejects or retires a card."""

    NOT_KNOWLEDGE = "not_knowledge"
    WRONG = "wrong"
    UNCLEAR = "unclear"
    DUPLICATE = "duplicate"
    OUTDATED = "outdated"
    PRIVATE = "private"
    OTHER = "other"


class VerdictKind(StrEnum):
    """What a person says of a line."""

    ACCEPT = "accept"  # it is right as it stands
    EDIT = "edit"  # it is worth keeping, in other words
    REJECT = "reject"  # it does not belong on the card


class Subject(StrEnum):
    """What is learnt from people's decisions."""

    SCORE = "score"  # which statements carry know-how: a correction of S
    TITLES = "titles"  # in which order titles are offered


def now() -> datetime:
    return datetime.now(UTC)


def new_id() -> str:
    return uuid.uuid4().hex


class Base(DeclarativeBase):
    metadata = MetaData(naming_convention=NAMES)
    type_annotation_map = {  # noqa: RUF012 (read by SQLAlchemy as it stands)
        datetime: Utc,
        dict[str, Any]: JSON(none_as_null=True),
        list[Any]: JSON(none_as_null=True),
        Role: enum_of(Role),
        RecordingState: enum_of(RecordingState),
        CardState: enum_of(CardState),
        FeedType: enum_of(FeedType),
        ProposalKind: enum_of(ProposalKind),
        ProposalState: enum_of(ProposalState),
        VerdictKind: enum_of(VerdictKind),
        Subject: enum_of(Subject),
    }


class Collection(Base):
    """An area of the organization, to which recordings and cards belong."""

    __tablename__ = "collections"

    id: Mapped[str] = mapped_column(primary_key=True, default=new_id)
    name: Mapped[str] = mapped_column(unique=True)
    created_at: Mapped[datetime] = mapped_column(default=now)


class Expert(Base):
    """A person whose know-how is recorded."""

    __tablename__ = "experts"

    id: Mapped[str] = mapped_column(primary_key=True, default=new_id)
    name: Mapped[str] = mapped_column(index=True)
    created_at: Mapped[datetime] = mapped_column(default=now)


class Recording(Base):
    """One uploaded interview: sound, a transcript, or both."""

    __tablename__ = "recordings"

    id: Mapped[str] = mapped_column(primary_key=True, default=new_id)
    title: Mapped[str]
    collection_id: Mapped[str | None] = mapped_column(ForeignKey("collections.id"), index=True)
    language: Mapped[str | None]
    vocabulary: Mapped[str | None]
    speakers: Mapped[int | None]  # how many people are heard; None: nobody said, two are assumed
    sha256: Mapped[str] = mapped_column(index=True)  # of what was uploaded as `file`
    media_sha256: Mapped[str | None]  # blob of the sound
    media_type: Mapped[str | None]  # as sniffed, e.g. audio/mp4
    transcript_sha256: Mapped[str | None]  # blob of an uploaded transcript file
    file_name: Mapped[str]  # as the caller named it: shown, never used as a path
    transcript_name: Mapped[str | None]
    duration_s: Mapped[float | None]
    state: Mapped[RecordingState] = mapped_column(default=RecordingState.QUEUED, index=True)
    stage: Mapped[str | None]
    fraction: Mapped[float] = mapped_column(default=0.0)
    eta_s: Mapped[float | None]
    warnings: Mapped[list[Any]] = mapped_column(default=list)
    problem: Mapped[dict[str, Any] | None]
    attempt: Mapped[int] = mapped_column(default=1)  # a retry is a new job
    rerun_from: Mapped[str | None]  # the stage from which on everything is to be done anew; None: it never was
    hidden: Mapped[list[Any]] = mapped_column(default=list)  # masking.Hidden: what the newest transcript redacts
    answers_gap: Mapped[str | None] = mapped_column(index=True)  # Gap.id: the question to which this is the answer
    created_by: Mapped[str]
    created_at: Mapped[datetime] = mapped_column(default=now, index=True)
    updated_at: Mapped[datetime] = mapped_column(default=now, onupdate=now)

    consents: Mapped[list["Consent"]] = relationship(
        back_populates="recording", order_by="Consent.position", cascade="all, delete-orphan"
    )
    transcripts: Mapped[list["TranscriptRevision"]] = relationship(
        back_populates="recording", order_by="TranscriptRevision.number"
    )
    stage_runs: Mapped[list["StageRun"]] = relationship(order_by="StageRun.id")


class Consent(Base):
    """An expert of a recording, and what that expert agrees to there."""

    __tablename__ = "consents"

    recording_id: Mapped[str] = mapped_column(ForeignKey("recordings.id"), primary_key=True)
    expert_id: Mapped[str] = mapped_column(ForeignKey("experts.id"), primary_key=True, index=True)
    position: Mapped[int] = mapped_column(default=0)  # order in which the experts were named
    scopes: Mapped[list[Any]] = mapped_column(default=list)  # Scope values
    until: Mapped[datetime | None]
    recorded_by: Mapped[str | None]  # None: nothing was said
    recorded_at: Mapped[datetime | None]

    recording: Mapped[Recording] = relationship(back_populates="consents")
    expert: Mapped[Expert] = relationship()


class TranscriptPart(Base):
    """What Whisper heard in one group of windows: the unit that a restart does not do again."""

    __tablename__ = "transcript_parts"

    recording_id: Mapped[str] = mapped_column(ForeignKey("recordings.id"), primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True)
    windows: Mapped[list[Any]]  # PlannedWindows, in order of time
    vocabulary: Mapped[str | None]  # what the engine is told beforehand; as it was when this was planned
    document: Mapped[dict[str, Any] | None]  # a Transcript; None until it is heard


class SpeakerTrack(Base):
    """Who is heard when in a recording, by the voices: kept, so that a transcript can be put together again."""

    __tablename__ = "speaker_tracks"

    recording_id: Mapped[str] = mapped_column(ForeignKey("recordings.id"), primary_key=True)
    document: Mapped[dict[str, Any]]


class TranscriptRevision(Base):
    """One immutable version of a recording's transcript."""

    __tablename__ = "transcript_revisions"
    __table_args__ = (UniqueConstraint("recording_id", "number"),)

    id: Mapped[str] = mapped_column(primary_key=True, default=new_id)
    recording_id: Mapped[str] = mapped_column(ForeignKey("recordings.id"))
    number: Mapped[int]
    sha256: Mapped[str] = mapped_column(index=True)
    document: Mapped[dict[str, Any]]  # a Transcript
    by: Mapped[str]
    created_at: Mapped[datetime] = mapped_column(default=now)

    recording: Mapped[Recording] = relationship(back_populates="transcripts")


class TranscriptEdit(Base):
    """One correction of a recording's transcript, kept so that it is made again on whatever a machine hears later."""

    __tablename__ = "transcript_edits"

    recording_id: Mapped[str] = mapped_column(ForeignKey("recordings.id"), primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True)
    revision: Mapped[int]  # of the transcript, that it made
    document: Mapped[dict[str, Any]]  # an Edit
    by: Mapped[str]
    created_at: Mapped[datetime] = mapped_column(default=now)


class Mining(Base):
    """What was noticed in a recording's transcript: the work between two stages, kept for the pages too."""

    __tablename__ = "minings"

    recording_id: Mapped[str] = mapped_column(ForeignKey("recordings.id"), primary_key=True)
    transcript_sha256: Mapped[str]
    document: Mapped[dict[str, Any]]  # turns, statements, findings, concepts, models, warnings
    vectors: Mapped[bytes | None] = mapped_column(LargeBinary)  # float32, row after row; None until embedded


class StageRun(Base):
    """One run of one stage: how long it took, and the proof that nothing was done twice."""

    __tablename__ = "stage_runs"

    id: Mapped[int] = mapped_column(primary_key=True)
    recording_id: Mapped[str] = mapped_column(ForeignKey("recordings.id"), index=True)
    stage: Mapped[str]
    number: Mapped[int] = mapped_column(default=0)  # of the group of windows, in `transcribe`
    attempt: Mapped[int] = mapped_column(default=1)  # 0: done anew since, so that it tells of the speed only
    started_at: Mapped[datetime] = mapped_column(default=now)
    seconds: Mapped[float | None]  # None: not finished
    model: Mapped[str | None]  # whose speed it tells of
    units: Mapped[float | None]  # seconds of sound, or words, that it went through
    busy_s: Mapped[float | None]  # of `seconds`: without waiting for other recordings


class PassageRow(Base):
    """A passage, its place in the embedding's space and the card that came of it."""

    __tablename__ = "passages"

    id: Mapped[str] = mapped_column(primary_key=True)
    recording_id: Mapped[str] = mapped_column(ForeignKey("recordings.id"), index=True)
    card_id: Mapped[str] = mapped_column(ForeignKey("cards.id"), index=True)
    cluster_id: Mapped[str | None] = mapped_column(ForeignKey("clusters.id"), index=True)
    text: Mapped[str]
    vector: Mapped[bytes] = mapped_column(LargeBinary)  # float32
    model: Mapped[str] = mapped_column(default="")  # whose space the vector is of: ModelStamp.mark; "": nobody knows
    statements: Mapped[list[Any] | None]  # their verbatim texts; None: it was made before they were kept
    statement_vectors: Mapped[bytes | None] = mapped_column(LargeBinary)  # float32, a row a statement


class ClusterRow(Base):
    """Passages of one or many recordings that speak about the same piece of know-how."""

    __tablename__ = "clusters"

    id: Mapped[str] = mapped_column(primary_key=True)
    label: Mapped[str]
    tags: Mapped[list[Any]] = mapped_column(default=list, server_default="[]")  # words that set it apart
    created_at: Mapped[datetime] = mapped_column(default=now)


class ConceptRow(Base):
    """A thing that experts talk about. The id never changes; what it is called does."""

    __tablename__ = "concepts"

    id: Mapped[str] = mapped_column(primary_key=True)
    pref_label: Mapped[str] = mapped_column(index=True)  # as people named it, else as it was first said
    words: Mapped[str] = mapped_column(default="")  # every label, casefolded, a line each: what a search looks into
    broader: Mapped[list[Any]] = mapped_column(default=list)  # ids; never a circle
    related: Mapped[list[Any]] = mapped_column(default=list)  # ids, as machines found them
    weight: Mapped[float] = mapped_column(default=0.0)  # how much it is talked about in all recordings
    edits: Mapped[dict[str, Any]] = mapped_column(default=dict)  # labelling.Edits: what people said, over everything
    hidden: Mapped[bool] = mapped_column(default=False)  # people say that it is none
    heir_id: Mapped[str | None] = mapped_column(ForeignKey("concepts.id"), index=True)  # what it was merged into
    vector: Mapped[bytes | None] = mapped_column(LargeBinary)  # float32, of the first label
    model: Mapped[str | None]  # the mark of the model that placed it
    created_at: Mapped[datetime] = mapped_column(default=now)


class ConceptMention(Base):
    """What one recording says of a concept. Goes with the recording."""

    __tablename__ = "concept_mentions"
    __table_args__ = (UniqueConstraint("concept_id", "recording_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)  # in order of time: the first one names the concept
    concept_id: Mapped[str] = mapped_column(ForeignKey("concepts.id"))
    recording_id: Mapped[str] = mapped_column(ForeignKey("recordings.id"), index=True)
    transcript_sha256: Mapped[str]  # in which the definitions stand
    document: Mapped[dict[str, Any]]  # a Concept


class ConceptEvent(Base):
    """One thing that a person did to a concept; never changed."""

    __tablename__ = "concept_events"

    id: Mapped[int] = mapped_column(primary_key=True)
    concept_id: Mapped[str] = mapped_column(ForeignKey("concepts.id"), index=True)
    type: Mapped[str]  # edited, merged, split
    document: Mapped[dict[str, Any]]  # what was sent
    by: Mapped[str]
    at: Mapped[datetime] = mapped_column(default=now)


class Card(Base):
    """A piece of explicit knowledge and its life. What it says stands in its revisions."""

    __tablename__ = "cards"
    __table_args__ = (Index("ix_cards_queue", "state", "first", "worth"),)

    id: Mapped[str] = mapped_column(primary_key=True, default=new_id)
    state: Mapped[CardState] = mapped_column(default=CardState.DRAFT)  # of the newest revision
    revision: Mapped[int] = mapped_column(default=1)  # number of the newest revision
    version: Mapped[int] = mapped_column(default=1)  # counts every change, a move too: what ETags are made of
    served_revision: Mapped[int | None]  # the last approved one; None: readers see nothing
    collection_id: Mapped[str | None] = mapped_column(ForeignKey("collections.id"), index=True)
    rank: Mapped[float] = mapped_column(default=0.0)
    first: Mapped[bool] = mapped_column(default=True)  # offered at once; the others on demand
    nearest: Mapped[float] = mapped_column(default=0.0)  # cosine with the nearest passage that is approved; 0: far
    nearest_id: Mapped[str | None] = mapped_column(ForeignKey("cards.id"), index=True)  # and the card of that one
    voices: Mapped[int] = mapped_column(default=1)  # how many experts say it
    closes: Mapped[int] = mapped_column(default=0)  # gaps of other cards that it fills
    reading_s: Mapped[float] = mapped_column(default=0.0)
    worth: Mapped[float] = mapped_column(default=0.0)  # value a minute: the order of the queue
    twin_id: Mapped[str | None] = mapped_column(ForeignKey("cards.id"), index=True)  # says the same, and comes first
    owner: Mapped[str | None]
    verified_at: Mapped[datetime | None]
    due_at: Mapped[datetime | None]
    superseded_by: Mapped[str | None] = mapped_column(ForeignKey("cards.id"))
    created_at: Mapped[datetime] = mapped_column(default=now)
    updated_at: Mapped[datetime] = mapped_column(default=now)

    revisions: Mapped[list["CardRevision"]] = relationship(back_populates="card", order_by="CardRevision.number")
    events: Mapped[list["CardEvent"]] = relationship(back_populates="card", order_by="CardEvent.id")
    sources: Mapped[list["CardSource"]] = relationship(back_populates="card", order_by="CardSource.recording_id")
    verdicts: Mapped[list["LineVerdict"]] = relationship(
        order_by="(LineVerdict.at, LineVerdict.id)", cascade="all, delete-orphan"
    )
    links: Mapped[list["CardLink"]] = relationship(foreign_keys="CardLink.card_id", order_by="CardLink.to_id")


class CardRevision(Base):
    """What a card said at one time; never changed, but for quotes struck by a withdrawal."""

    __tablename__ = "card_revisions"

    card_id: Mapped[str] = mapped_column(ForeignKey("cards.id"), primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True)
    content: Mapped[dict[str, Any]]  # a CardContent
    title: Mapped[str]  # of the content, to sort by
    words: Mapped[str]  # title, lines and figures of speech, casefolded: what a search looks into
    by: Mapped[str]
    created_at: Mapped[datetime] = mapped_column(default=now)

    card: Mapped[Card] = relationship(back_populates="revisions")


class CardSource(Base):
    """A recording that a card rests on, or that says otherwise; its experts are those of the recording."""

    __tablename__ = "card_sources"

    card_id: Mapped[str] = mapped_column(ForeignKey("cards.id"), primary_key=True)
    recording_id: Mapped[str] = mapped_column(ForeignKey("recordings.id"), primary_key=True, index=True)
    stance: Mapped[str] = mapped_column(default=Stance.SUPPORTS)

    card: Mapped[Card] = relationship(back_populates="sources")
    recording: Mapped[Recording] = relationship()


class CardEvent(Base):
    """One step of a card's life; never changed, never deleted."""

    __tablename__ = "card_events"

    id: Mapped[int] = mapped_column(primary_key=True)
    card_id: Mapped[str] = mapped_column(ForeignKey("cards.id"), index=True)
    # drafted, written, edited, line_rejected, line_put_back, revised, moved, due, evidence_struck, contradicted,
    # dissent_struck
    type: Mapped[str]
    before: Mapped[str | None]
    after: Mapped[str]
    revision: Mapped[int]
    by: Mapped[str]
    reason: Mapped[str | None]
    note: Mapped[str | None]
    at: Mapped[datetime] = mapped_column(default=now)

    card: Mapped[Card] = relationship(back_populates="events")


class LineVerdict(Base):
    """What a person says of one line of a card. Its words are not kept here: they stand in the revision."""

    __tablename__ = "line_verdicts"
    __table_args__ = (UniqueConstraint("card_id", "by", "key"),)

    id: Mapped[str] = mapped_column(primary_key=True, default=new_id)
    card_id: Mapped[str] = mapped_column(ForeignKey("cards.id"), index=True)
    revision: Mapped[int]  # that the person saw
    slot: Mapped[str]
    number: Mapped[int]  # of the line in its slot, from 0
    key: Mapped[str]  # judging.key_of the line
    verdict: Mapped[VerdictKind]
    reason: Mapped[str | None]
    note: Mapped[str | None]
    places: Mapped[list[Any]]  # of the evidence that the line rests on: judging.Place
    by: Mapped[str]
    at: Mapped[datetime] = mapped_column(default=now)


class LearntModel(Base):
    """One version of what was learnt from people's verdicts or choices; one at most of a subject is in use."""

    __tablename__ = "learnt_models"
    __table_args__ = (
        UniqueConstraint("subject", "version"),
        Index("ix_learnt_models_active", "subject", unique=True, sqlite_where=text("active")),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    subject: Mapped[Subject]
    version: Mapped[int]  # of the subject, from 1
    trained_at: Mapped[datetime] = mapped_column(default=now)
    decisions: Mapped[int]  # of people, that there were
    figures: Mapped[dict[str, Any]]  # how it did where nothing was learnt from
    parameters: Mapped[dict[str, Any]]  # of the subject's own shape
    active: Mapped[bool]
    by: Mapped[str]


class Proposal(Base):
    """What a corrected transcript, a later run or another interview would change on a card; it waits for a person."""

    __tablename__ = "proposals"
    __table_args__ = (
        Index(
            "ix_proposals_open",
            "card_id",
            "kind",
            unique=True,
            sqlite_where=text("state = 'open' AND other_id IS NULL"),
        ),
        Index(
            "ix_proposals_open_other",
            "card_id",
            "kind",
            "other_id",
            unique=True,
            sqlite_where=text("state = 'open' AND other_id IS NOT NULL"),
        ),
    )

    id: Mapped[str] = mapped_column(primary_key=True, default=new_id)
    card_id: Mapped[str] = mapped_column(ForeignKey("cards.id"), index=True)
    recording_id: Mapped[str] = mapped_column(ForeignKey("recordings.id"), index=True)  # that occasioned it
    other_id: Mapped[str | None] = mapped_column(ForeignKey("cards.id"), index=True)  # that says the same, or otherwise
    kind: Mapped[ProposalKind]
    state: Mapped[ProposalState] = mapped_column(default=ProposalState.OPEN)
    base_revision: Mapped[int]  # of the card: what it was made for
    content: Mapped[dict[str, Any]]  # a CardContent, as it would be
    why: Mapped[str]  # a plain sentence
    created_at: Mapped[datetime] = mapped_column(default=now)
    by: Mapped[str | None]  # who decided
    at: Mapped[datetime | None]  # and when


class CardLink(Base):
    """What a card has to do with an older one. Kept with the newer card, so that no old card ever changes by it."""

    __tablename__ = "card_links"

    card_id: Mapped[str] = mapped_column(ForeignKey("cards.id"), primary_key=True)
    to_id: Mapped[str] = mapped_column(ForeignKey("cards.id"), primary_key=True, index=True)
    kind: Mapped[str]  # same_as, refines, contradicts, related
    score: Mapped[float]
    why: Mapped[str] = mapped_column(default="", server_default="")  # by what it was seen: negation, number, …
    statement: Mapped[int | None]  # of the card's passage, that was compared; None: the passages as they are
    to_statement: Mapped[int | None]  # of the other card's passage
    by: Mapped[str]


class FeedItem(Base):
    """One line of the feed; `seq` only grows."""

    __tablename__ = "feed_items"
    __table_args__ = {"sqlite_autoincrement": True}  # noqa: RUF012 (read by SQLAlchemy as it stands)

    seq: Mapped[int] = mapped_column(primary_key=True)
    type: Mapped[FeedType]
    card_id: Mapped[str] = mapped_column(ForeignKey("cards.id"), index=True)
    reason: Mapped[str | None]  # of a retirement
    at: Mapped[datetime] = mapped_column(default=now)


class User(Base):
    """A person who signs in at the pages."""

    __tablename__ = "users"

    id: Mapped[str] = mapped_column(primary_key=True, default=new_id)
    name: Mapped[str] = mapped_column(unique=True)
    role: Mapped[Role]
    password_hash: Mapped[str | None]
    expert_id: Mapped[str | None] = mapped_column(ForeignKey("experts.id"))
    collections: Mapped[list[Any] | None]
    disabled_at: Mapped[datetime | None]
    created_at: Mapped[datetime] = mapped_column(default=now)


class Token(Base):
    """A browser's session, or a link that opens one; only its SHA-256 is kept."""

    __tablename__ = "tokens"

    sha256: Mapped[str] = mapped_column(primary_key=True)
    purpose: Mapped[str]  # session, link
    user_id: Mapped[str] = mapped_column(ForeignKey("users.id"), index=True)
    csrf: Mapped[str | None]
    expires_at: Mapped[datetime]

    user: Mapped[User] = relationship()


class Key(Base):
    """What a tool signs its requests with; only its SHA-256 is kept."""

    __tablename__ = "keys"

    id: Mapped[str] = mapped_column(primary_key=True, default=new_id)
    name: Mapped[str]
    role: Mapped[Role]
    sha256: Mapped[str] = mapped_column(unique=True)
    expert_id: Mapped[str | None] = mapped_column(ForeignKey("experts.id"))
    collections: Mapped[list[Any] | None]
    created_at: Mapped[datetime] = mapped_column(default=now)
    revoked_at: Mapped[datetime | None]


class Answer(Base):
    """What a request with an Idempotency-Key was answered, for 24 hours."""

    __tablename__ = "answers"

    key: Mapped[str] = mapped_column(primary_key=True)  # caller, method, path and Idempotency-Key, hashed
    request_sha256: Mapped[str]
    status: Mapped[int]
    headers: Mapped[dict[str, Any]]
    body: Mapped[bytes] = mapped_column(LargeBinary)
    created_at: Mapped[datetime] = mapped_column(default=now)
