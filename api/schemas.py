"""What goes over the wire, as OpenAPI shows it. Answers are built elsewhere; these say what they look like."""

from datetime import datetime
from http import HTTPStatus
from typing import Annotated, Any, Generic, Literal, TypeVar

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from api import examples
from models.access import Scope
from models.editing import Moment, Text
from models.quantities import Comparator
from models.tables import (
    CardState,
    FeedType,
    ProposalKind,
    ProposalState,
    RecordingState,
    RejectionReason,
    VerdictKind,
)
from models.values import MOST_SPEAKERS, CardKind, GapReason, Modality, RedactionState, SpeakerRole, Stance
from pipeline.jobs import RerunStage

T = TypeVar("T")
Name = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=200)]
Note = Annotated[str, StringConstraints(strip_whitespace=True, max_length=5000)]


class In(BaseModel):
    """What a caller sends: unknown members are refused."""

    model_config = ConfigDict(extra="forbid", use_attribute_docstrings=True)


class Out(BaseModel):
    """What a caller gets: more members may come, none goes."""

    model_config = ConfigDict(use_attribute_docstrings=True)


class FieldProblem(Out):
    pointer: str
    """A JSON pointer into the body, "?name" for a query parameter, or the name of a header."""
    detail: str


class ProblemOut(Out):
    """RFC 9457."""

    model_config = ConfigDict(json_schema_extra={"example": examples.PROBLEM})

    type: str
    title: str
    status: int
    detail: str
    remedy: str
    errors: list[FieldProblem]


class PageOut(Out, Generic[T]):
    items: list[T]
    next: str | None
    """Send it as `cursor` for the next page; null at the end."""


class ExpertIn(In):
    name: Name = Field(examples=["Ada Quill"])


class ExpertOut(Out):
    id: str
    name: str
    created_at: datetime


class CollectionIn(In):
    name: Name = Field(examples=["Bakery"])


class CollectionOut(Out):
    id: str
    name: str
    created_at: datetime


class ConsentIn(In):
    expert: Name
    """An expert's id or name."""
    scopes: list[Scope]
    until: Moment | None = None


class ConsentOut(Out):
    expert: str
    scopes: list[Scope]
    until: datetime | None


class ExpertRef(Out):
    id: str
    name: str


class ProblemNote(Out):
    """Why a recording failed, and what helps."""

    model_config = ConfigDict(extra="allow")

    detail: str
    remedy: str | None = None


class StageOut(Out):
    name: str
    state: Literal["done", "now", "left"]
    seconds: float | None
    """How long it took."""


class RecordingOut(Out):
    model_config = ConfigDict(json_schema_extra={"example": examples.RECORDING})

    id: str
    title: str
    collection: str | None
    language: str | None
    vocabulary: str | None
    speakers: int | None
    """How many people are heard; null where nobody said: two are assumed."""
    file_name: str
    media_type: str | None
    """As it was sniffed; null for a transcript alone."""
    sha256: str
    """Of the uploaded file."""
    state: RecordingState
    stage: str | None
    fraction: float
    """Of the work, 0 … 1; 1 is ready. It never goes back, unless the work is begun anew."""
    eta_s: float | None
    """Seconds left, with the turns of other recordings at work; null while it waits in line, or nothing is measured."""
    warnings: list[str]
    problem: ProblemNote | None
    duration_s: float | None
    answers_gap: str | None
    """The gap to which it is the answer."""
    experts: list[ExpertRef]
    consent: list[ConsentOut]
    counts: dict[str, int]
    seconds: dict[str, float]
    """How long each stage took."""
    stages: list[StageOut]
    """In their order; of a recording that is ready, those that it went through."""
    created_at: datetime
    updated_at: datetime


class PartOut(Out):
    role: str
    start: int
    end: int


class LineOut(Out):
    text: str
    evidence: list[int]
    by: str
    parts: list[PartOut]


class AmountOut(Out):
    comparator: Comparator
    number: float
    number_to: float | None
    unit: str | None


class CueOut(LineOut):
    modality: Modality | None
    threshold: str | None
    threshold_value: AmountOut | None


class MetaphorOut(Out):
    expression: str
    kind: Literal["simile", "analogy", "metaphor"]
    source: str | None
    target: str | None
    evidence: list[int]
    by: str


class SaidOut(Out):
    """The statement that a gap asks about, and where it stands."""

    recording_id: str
    transcript_sha256: str
    start_char: int
    end_char: int
    quote: str
    start_s: float | None
    end_s: float | None
    speaker: str | None
    question: str | None


class GapOut(Out):
    id: str
    slot: str
    reason: GapReason
    question: str
    answered_by: str | None
    """The recording that answers it; or what a person wrote."""
    rank: float
    """How much it is worth asking, 0 … 1; comparable across interviews."""
    said: SaidOut | None
    """Null on cards of older versions."""


class AnswerIn(In):
    """An answer that was typed."""

    text: Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=60_000)] = Field(
        examples=["It sounds like a wet cardboard box, and the edge stays dark."]
    )


class SourceOut(Out):
    """Where something was said."""

    recording_id: str
    recording: str
    """Its title."""
    start_s: float | None
    speaker: str | None
    quote: str


class ToAskOut(Out):
    gap_id: str
    question: str
    why: str
    rank: float
    card_id: str
    card: str
    """Its title."""
    source: SourceOut | None


class ProbeOut(Out):
    """A probe of cognitive task analysis, and what covers it."""

    id: str
    name: str
    method: str
    question: str
    covered_by: SourceOut | None
    """The statement that tells it, or with which the answer begins; null where nothing does."""
    asked: str | None
    """The interviewer's question, where one covers it."""


class FollowUpOut(Out):
    """What to ask an expert next time."""

    model_config = ConfigDict(json_schema_extra={"example": examples.FOLLOW_UP})

    expert_id: str
    expert: str
    recordings: list[str]
    """Titles of those that were looked at."""
    first: list[ToAskOut]
    """Best first, as many as fit into an hour."""
    more: list[ToAskOut]
    """Where time is left."""
    probes: list[ProbeOut]


class SectionOut(Out):
    heading: str
    minutes: int | None
    """Null for what is read before the interview."""
    advice: list[str]
    questions: list[str]


class InterviewGuideOut(Out):
    """How to hold a first interview."""

    task: str
    minutes: int
    sections: list[SectionOut]


class CardRef(Out):
    id: str
    title: str
    state: CardState


class CardGapOut(GapOut):
    """A gap, with the card that it stands on."""

    model_config = ConfigDict(json_schema_extra={"example": examples.GAP})

    card: CardRef
    experts: list[ExpertRef]
    """Of the card: whom to ask."""


class EvidenceOut(Out):
    index: int
    recording_id: str
    transcript_sha256: str
    start_char: int
    end_char: int
    quote: str
    start_s: float | None
    end_s: float | None
    speaker: str | None
    question: str | None
    confidence: float | None
    verified: bool
    suspect: bool
    outdated: bool
    reasons: list[str]
    """Why the machine chose it; empty for what a person cited."""


class CardExpertOut(Out):
    id: str
    name: str
    stance: Stance


class LinkOut(Out):
    to: str
    kind: Literal["same_as", "refines", "contradicts", "related"]
    score: float
    by: str


class ModelOut(Out):
    stage: str
    name: str
    version: str
    sha256: str | None


class ProvenanceOut(Out):
    pipeline: str | None
    models: list[ModelOut]


class VerdictOut(Out):
    """What a person decided about the card, or about one line of it."""

    to: CardState | None
    """What the card became; null for a line."""
    verdict: VerdictKind
    revision: int
    """That the person saw."""
    by: str
    at: datetime
    reason: RejectionReason | None
    note: str | None
    id: str | None
    """Of a verdict on a line: it can be taken back by it."""
    slot: str | None
    line: str | None
    """What the line said; null where its words were withdrawn."""


class ReviewOut(Out):
    verdicts: list[VerdictOut]
    """Oldest first. Who sees only what is served reads that it was approved."""
    reasons: list[RejectionReason]


class CardOut(Out):
    """A card; lists give it whole."""

    model_config = ConfigDict(json_schema_extra={"example": examples.CARD})

    id: str
    revision: int
    served_revision: int | None
    state: CardState
    kind: CardKind
    title: str
    title_by: str
    title_choices: list[str]
    rank: float
    first: bool
    """Offered at once; the others on demand."""
    why_late: str | None
    """What spoke against offering the draft early."""
    situation: list[LineOut]
    cues: list[CueOut]
    judgment: list[LineOut]
    action: list[LineOut]
    rationale: list[LineOut]
    exceptions: list[LineOut]
    novice_errors: list[LineOut]
    warnings: list[LineOut]
    metaphors: list[MetaphorOut]
    concepts: list[str]
    gaps: list[GapOut]
    evidence: list[EvidenceOut]
    experts: list[CardExpertOut]
    collection: str | None
    owner: str | None
    verified_at: datetime | None
    due_at: datetime | None
    due: bool
    """Its time to be looked at again has come."""
    superseded_by: str | None
    links: list[LinkOut]
    provenance: ProvenanceOut
    review: ReviewOut
    created_at: datetime | None
    updated_at: datetime | None


class DefinitionOut(Out):
    id: str
    text: str
    by: str
    """“machine”: an expert's own words, found at that place; “human”: written by a person."""
    recording_id: str | None
    transcript_sha256: str | None
    start_char: int | None
    end_char: int | None


class NamedCardOut(Out):
    id: str
    title: str
    kind: CardKind
    state: CardState


class ConceptOut(Out):
    """A concept as SKOS has it; `broader`, `narrower` and `related` name others by their ids."""

    model_config = ConfigDict(json_schema_extra={"example": examples.CONCEPT})

    id: str
    pref_label: str
    alt_labels: list[str]
    broader: list[str]
    narrower: list[str]
    related: list[str]
    definitions: list[DefinitionOut]
    card_count: int
    cards: list[NamedCardOut] = []
    """The best of them, where one concept was asked for."""
    merged: list[str]
    """Ids of concepts that are this one by now."""
    hidden: bool
    """People say that it is no concept."""
    by: str
    weight: float
    """How much it is talked about, in all recordings."""
    created_at: datetime


class ConceptsIn(In):
    concepts: list[Name] = Field(min_length=1, max_length=50, examples=[["safety-valve"]])
    """Ids."""


class ConceptEventOut(Out):
    concept: str
    type: str
    """edited, merged, split"""
    changes: dict[str, Any]
    by: str
    at: datetime


class PlaceOut(Out):
    id: str
    title: str
    state: CardState
    group: str | None
    x: float
    y: float


class GroupOut(Out):
    id: str
    label: str
    tags: list[str]
    cards: int
    x: float
    y: float


class MapOut(Out):
    """Cards by what they speak about: near means alike."""

    model_config = ConfigDict(json_schema_extra={"example": examples.MAP})

    cards: list[PlaceOut]
    groups: list[GroupOut]


class HeardOut(Out):
    experts: int
    recordings: int


class VoiceOut(Out):
    """Another card on the same thing."""

    card: str
    title: str
    state: CardState
    kind: Literal["contradicts", "same_as", "refines", "refined_by", "related"]
    """Refines: the card asked for says more; refined_by: the other one does."""
    why: Literal["condition", "exception", "reason", "number", "negation", "opposite"] | None
    score: float
    statement: str | None
    """What was compared, of this card and of the other; for who may read both whole."""
    other_statement: str | None
    experts: list[ExpertRef]


class VoicesOut(Out):
    """What others say about the same thing."""

    model_config = ConfigDict(json_schema_extra={"example": examples.VOICES})

    same: HeardOut
    """Who says the same, with the card's own."""
    otherwise: HeardOut
    items: list[VoiceOut]
    """What contradicts comes first, then what agrees, then what is related."""


class TransitionIn(In):
    to: CardState = Field(examples=["approved"])
    reason: RejectionReason | None = None
    """Why it is rejected or retired."""
    note: Note | None = None
    revision: int | None = Field(None, ge=1)
    """The revision that the reviewer saw; another one by now is a conflict."""


class VerdictIn(In):
    """What somebody says of one line of a slot, or of all."""

    verdict: VerdictKind = Field(examples=["reject"])
    """accept: right as it stands; edit: worth keeping, in the words of `text`; reject: it leaves the card."""
    slot: Annotated[str, StringConstraints(max_length=40)] = Field(examples=["cues"])
    line: int | None = Field(None, ge=0, strict=True, examples=[0])
    """Its place in the slot; without it, every line of the slot is meant."""
    text: Text | None = None
    """The new words, of an edit."""
    reason: RejectionReason | None = None
    note: Note | None = None


class ChangeOut(Out):
    """One thing that a proposal changes."""

    slot: str
    """“title”, or the slot in which the line stands."""
    old: str | None
    """Null for a line that would be new."""
    new: str | None
    """Null for a line that would go."""


class ProposalOut(Out):
    """What a corrected transcript, a later run or another interview would change on a card."""

    model_config = ConfigDict(json_schema_extra={"example": examples.PROPOSAL})

    id: str
    kind: ProposalKind
    state: ProposalState
    why: str
    recording: str
    """Whose transcript or run occasioned it."""
    other: CardOut | None
    """The card that says the same (`evidence`), or may say otherwise (`contradicts`)."""
    base_revision: int
    """The revision of the card that it was made for."""
    changes: list[ChangeOut]
    card: CardOut
    """As it would be."""
    created_at: datetime
    by: str | None
    """Who decided, and when."""
    at: datetime | None


class RerunIn(In):
    """What is to be done anew, and everything behind it."""

    from_: RerunStage = Field(alias="from", examples=["diarize"])
    speakers: int | None = Field(None, strict=True, ge=1, le=MOST_SPEAKERS, examples=[3])
    """How many people speak, where what was said before is wrong."""


class TombstoneOut(Out):
    id: str
    reason: str | None


class FeedItemOut(Out):
    seq: int
    type: FeedType
    at: datetime
    card: CardOut | None = None
    """As it is served now; absent where a tombstone stands."""
    tombstone: TombstoneOut | None = None


class FeedOut(Out):
    model_config = ConfigDict(json_schema_extra={"example": examples.FEED})

    items: list[FeedItemOut]
    next: str
    """Never null: ask again with it."""


class FigureUseOut(Out):
    """Another card whose experts take a figure from the same world."""

    card: str
    title: str
    expression: str
    target: str | None
    experts: list[CardExpertOut]


class SharedFigureOut(Out):
    """A figure of speech of a card, and who else uses it."""

    expression: str
    kind: Literal["simile", "analogy", "metaphor"]
    source: str | None
    target: str | None
    also: list[FigureUseOut]


class RevisionOut(Out):
    number: int
    title: str
    by: str
    created_at: datetime


class EventOut(Out):
    model_config = ConfigDict(extra="allow")

    type: str
    before: str | None
    after: str
    revision: int
    by: str
    reason: str | None
    note: str | None
    at: datetime


class WithdrawalOut(Out):
    """What a withdrawal did, and what it could not reach."""

    model_config = ConfigDict(extra="allow")


class HealthOut(Out):
    status: Literal["ok"] = "ok"


def problems(*statuses: int) -> dict[int | str, dict[str, Any]]:
    """The refusals that a route declares beside the usual ones."""
    return {status: {"description": HTTPStatus(status).phrase} for status in statuses}


class TurnOut(Out):
    speaker: str
    role: SpeakerRole
    start_char: int
    end_char: int
    start_s: float | None
    end_s: float | None
    text: str


class WordOut(Out):
    text: str
    start_char: int
    end_char: int
    start_s: float | None
    end_s: float | None
    confidence: float | None
    suspect: str | None
    """Why nobody should trust it before listening."""
    overlap: bool
    """Somebody else speaks at the same time."""
    by: str
    """Who wrote it: “machine”, or “human:ID”."""
    marks: list[Literal["suspect", "overlap", "redacted", "corrected"]]


class RedactionOut(Out):
    start_char: int
    end_char: int
    kind: str
    """person, phone, email, url, iban, credit_card, national_id, ip_address, date_of_birth, other."""
    state: RedactionState
    by: str
    text: str | None
    """The words themselves, for managers; null for others."""


class TranscriptOut(Out):
    recording_id: str
    revision: int
    sha256: str
    """Of the text's UTF-8 bytes: by it evidence names this revision."""
    by: str
    created_at: datetime
    language: str
    source: str
    text: str
    turns: list[TurnOut]
    words: list[WordOut]
    redactions: list[RedactionOut]
    models: list[ModelOut]
    warnings: list[str]


class TranscriptRevisionOut(Out):
    number: int
    sha256: str
    by: str
    at: datetime
    restores: int | None
    """The revision that somebody went back to."""


class NextOut(Out):
    card: CardOut | None
    left: int
    why: list[str]
    """Why it comes first, in words: new against what is approved, how many experts say it, how long it takes."""
