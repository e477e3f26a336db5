"""The words of this project: what flows from a recording to an approved card.

Offsets are characters of `Transcript.text`, half-open `[start_char, end_char)`; times are seconds from the start of
the recording, None where nobody knows them.
"""

import hashlib
from bisect import bisect_left, bisect_right
from dataclasses import dataclass, field
from enum import StrEnum
from typing import TypeAlias

import numpy as np
import numpy.typing as npt

Seconds: TypeAlias = float
Samples: TypeAlias = npt.NDArray[np.float32]  # (n,), mono, 16 kHz, -1..1
Channels: TypeAlias = npt.NDArray[np.float32]  # (channels, n), 16 kHz, -1..1
Vectors: TypeAlias = npt.NDArray[np.float32]  # (n, d), rows of unit length

SAMPLE_RATE = 16_000
MOST_SPEAKERS = 8  # that are told apart in one recording


class SpeakerRole(StrEnum):
    """What a speaker is there for."""

    EXPERT = "expert"  # tells
    INTERVIEWER = "interviewer"  # asks
    OTHER = "other"  # neither: a third person, or nobody could say


class FindingType(StrEnum):
    """What can be noticed in a statement."""

    CONCEPT = "concept"
    SIMILE = "simile"  # "it sleeps like a bear"
    ANALOGY = "analogy"  # "think of it as a savings account"
    METAPHOR = "metaphor"  # a vivid word out of another world
    CONDITION = "condition"  # "if it springs back"
    EXCEPTION = "exception"  # "unless it rained"
    RATIONALE = "rationale"  # "because the steam has to get out"
    CUE = "cue"  # what is seen, heard, felt, smelt, tasted, measured
    WARNING = "warning"  # "never open the valve first"
    NOVICE_ERROR = "novice_error"  # "beginners pull too early"
    THRESHOLD = "threshold"  # "at 78 degrees"
    GAP = "gap"  # "you just know"
    NAME = "name"  # a run of proper nouns


class CardKind(StrEnum):
    """What sort of know-how a card holds."""

    CUE = "cue"
    JUDGMENT = "judgment"
    CONDITION = "condition"
    EXCEPTION = "exception"
    PROCEDURE = "procedure"
    WARNING = "warning"
    ANALOGY = "analogy"


class Modality(StrEnum):
    """The sense by which a cue is noticed."""

    SEEN = "seen"
    HEARD = "heard"
    FELT = "felt"
    SMELT = "smelt"
    TASTED = "tasted"
    MEASURED = "measured"


class GapReason(StrEnum):
    """Why we think that the expert knows more than was said."""

    HARD_TO_SAY = "hard_to_say"  # "you just feel it"
    EMPTY_SLOT = "empty_slot"  # an action without a cue
    ANNOUNCED = "announced"  # "there are exceptions", and none is given
    NO_THRESHOLD = "no_threshold"  # "too hot"
    POINTING = "pointing"  # "like this"
    POLICY_VOICE = "policy_voice"  # "the rule is", and no remembered case


class Stance(StrEnum):
    """What an expert has to do with a card."""

    SUPPORTS = "supports"  # the card rests on what that expert says
    CONTRADICTS = "contradicts"  # a person found that the expert says otherwise


class RedactionState(StrEnum):
    """What people decided about words that may have to be hidden."""

    PROPOSED = "proposed"  # a machine found it; nothing is hidden
    ACCEPTED = "accepted"  # hidden in every text that leaves, and beeped over in every clip
    REJECTED = "rejected"  # a person said that it may be read


LINE_SLOTS = ("situation", "cues", "judgment", "action", "rationale", "exceptions", "novice_errors", "warnings")

MACHINE = "machine"  # the `by` of what no person has touched; a person's edit says "human:ID", a rewording "llm:NAME"


def is_persons(by: str) -> bool:
    """Whether a person wrote it; no machine changes it then."""
    return by.startswith("human:")


@dataclass(frozen=True, slots=True)
class ModelStamp:
    """Which model did a stage's work."""

    stage: str
    name: str
    version: str
    sha256: str | None = None

    @property
    def mark(self) -> str:
        """What tells it from other models: the hash of its weights, else its name and version."""
        return self.sha256 or f"{self.name} {self.version}"


@dataclass(frozen=True, slots=True)
class Span:
    """Characters of the transcript, with their verbatim text."""

    start_char: int
    end_char: int
    text: str


@dataclass(frozen=True, slots=True)
class Word:
    """One spoken word. In an imported caption the times are interpolated inside the caption."""

    start_char: int
    end_char: int
    start_s: Seconds | None = None
    end_s: Seconds | None = None
    confidence: float | None = None  # 0..1, of the recogniser
    suspect: str | None = None  # why nobody should trust it before listening
    overlap: bool = False  # somebody else speaks at the same time
    by: str = MACHINE  # or "human:ID": who wrote it


@dataclass(frozen=True, slots=True)
class Turn:
    """What one speaker says before another begins."""

    speaker: str
    role: SpeakerRole
    start_char: int
    end_char: int
    start_s: Seconds | None = None
    end_s: Seconds | None = None


@dataclass(frozen=True, slots=True)
class Redaction:
    """Words that name somebody, or may: hidden from everybody once a person has said so."""

    start_char: int
    end_char: int
    kind: str  # person, phone, email, …
    state: RedactionState
    by: str = MACHINE  # who found it, or decided last


@dataclass(frozen=True, slots=True)
class Transcript:
    """What was said: the turns' texts joined by a line feed, without the speakers' names.

    `turns` and `words` are in order of their characters and do not overlap; `words` is empty where the source has no
    times.
    """

    text: str
    turns: tuple[Turn, ...]
    words: tuple[Word, ...] = ()
    language: str = "en"
    source: str = "labelled-text"  # openai-whisper, webvtt, srt, whisper-json, labelled-text
    models: tuple[ModelStamp, ...] = ()
    warnings: tuple[str, ...] = ()
    redactions: tuple[Redaction, ...] = ()  # in order of their characters

    @property
    def sha256(self) -> str:
        """Of the text's UTF-8 bytes: the name by which evidence knows this transcript."""
        return hashlib.sha256(self.text.encode()).hexdigest()

    def words_in(self, start_char: int, end_char: int) -> tuple[Word, ...]:
        """Words that lie at least partly inside the span."""
        first = bisect_right(self.words, start_char, key=lambda word: word.end_char)
        last = bisect_left(self.words, end_char, key=lambda word: word.start_char)
        return self.words[first:last]

    def turn_at(self, char: int) -> Turn:
        """The turn that holds the character (the last one before it, between two turns)."""
        return self.turns[max(0, bisect_right(self.turns, char, key=lambda turn: turn.start_char) - 1)]


@dataclass(frozen=True, slots=True)
class Statement:
    """The smallest quotable thing an expert said, about one sentence."""

    index: int  # its number among the statements, from 0
    turn: int  # number of its turn in the transcript
    answer: int  # number of the answer that it belongs to: everything said between two questions
    start_char: int
    end_char: int
    text: str  # verbatim
    question: str | None  # what was asked before this answer, verbatim
    score: float = 0.0  # how much know-how is in it; a z-score within the interview
    kind: str = ""  # nearest kind of know-how
    reasons: tuple[str, ...] = ()  # why, in words that a reviewer can read


@dataclass(frozen=True, slots=True)
class Finding:
    """Something noticed in a statement."""

    type: FindingType
    statement: int  # Statement.index
    start_char: int
    end_char: int
    text: str  # verbatim
    rule: str  # the rule or model that saw it
    score: float = 1.0
    source: Span | None = None  # of a simile or analogy: the world it is taken from
    target: Span | None = None  # and what it is said of
    question: str | None = None  # of a gap: what to ask next time
    reason: GapReason | None = None  # of a gap
    modality: Modality | None = None  # of a cue


@dataclass(frozen=True, slots=True)
class Passage:
    """The chosen statements of one answer: what a draft is made of."""

    statements: tuple[int, ...]  # indexes of the chosen ones, in order
    start_char: int
    end_char: int
    text: str  # the chosen statements' verbatim texts joined by a space


@dataclass(frozen=True, slots=True)
class Said:
    """The statements of one passage, each with its vector; none where they were not kept."""

    texts: tuple[str, ...] = ()  # verbatim, in order
    vectors: Vectors = field(default_factory=lambda: np.zeros((0, 0), np.float32), repr=False)


@dataclass(frozen=True, slots=True)
class Part:
    """A clause marked inside a line: characters of the line's own text."""

    role: str  # condition, reason
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a slot."""

    text: str
    evidence: tuple[int, ...]  # Evidence.index
    by: str = MACHINE
    parts: tuple[Part, ...] = ()
    modality: Modality | None = None  # of a cue
    threshold: str | None = None  # of a cue, in the expert's words


@dataclass(frozen=True, slots=True)
class Metaphor:
    """A figure of speech: `source` is the world that it is taken from, `target` what it is said of."""

    expression: str
    kind: str  # simile, analogy, metaphor
    source: str | None
    target: str | None
    evidence: tuple[int, ...]
    by: str = MACHINE


@dataclass(frozen=True, slots=True)
class JudgedFigure:
    """What people made of a figure of speech that a machine had put on a card."""

    quote: str  # the evidence behind it
    expression: str
    kept: bool


@dataclass(frozen=True, slots=True)
class Evidence:
    """A verbatim span of a transcript behind the lines of a card."""

    index: int
    recording_id: str
    transcript_sha256: str
    start_char: int
    end_char: int
    quote: str
    start_s: Seconds | None = None
    end_s: Seconds | None = None
    speaker: str | None = None
    question: str | None = None
    confidence: float | None = None
    suspect: bool = False
    reasons: tuple[str, ...] = ()  # Statement.reasons of what is quoted, as they were when the card was drafted


@dataclass(frozen=True, slots=True)
class Gap:
    """A place where the expert knows more than was said, with the question to ask."""

    id: str
    slot: str
    reason: GapReason
    question: str
    answered_by: str | None = None  # id of the recording that answers it, or what a person wrote
    rank: float = 0.0  # 0..1: how much it is worth asking, comparable across interviews
    said: Evidence | None = None  # the statement whose words it asks about; None on cards of older versions


@dataclass(frozen=True, slots=True)
class CardContent:
    """What one revision of a card says."""

    kind: CardKind
    title: str
    title_choices: tuple[str, ...] = ()
    title_merits: tuple[dict[str, float], ...] = ()  # of title and choices as the machine drafted them; else none
    situation: tuple[Line, ...] = ()
    cues: tuple[Line, ...] = ()
    judgment: tuple[Line, ...] = ()
    action: tuple[Line, ...] = ()
    rationale: tuple[Line, ...] = ()
    exceptions: tuple[Line, ...] = ()
    novice_errors: tuple[Line, ...] = ()
    warnings: tuple[Line, ...] = ()
    metaphors: tuple[Metaphor, ...] = ()
    concepts: tuple[str, ...] = ()  # Concept.id
    gaps: tuple[Gap, ...] = ()
    evidence: tuple[Evidence, ...] = ()
    models: tuple[ModelStamp, ...] = ()  # the provenance
    title_by: str = MACHINE

    def lines(self, slot: str) -> tuple[Line, ...]:
        """The lines of one of LINE_SLOTS."""
        found: tuple[Line, ...] = getattr(self, slot)
        return found


@dataclass(frozen=True, slots=True)
class Draft:
    """A card as the machine proposes it."""

    content: CardContent
    passage: Passage
    rank: float  # 0..1, percentile within the interview
    first: bool  # among the best twelve an hour of talk; the others wait until somebody asks for more
    why_late: tuple[str, ...] = ()  # what speaks against offering it early, in words that a reviewer can read


@dataclass(frozen=True, slots=True)
class Concept:
    """A thing that experts talk about, as SKOS names it: what one interview says of it, or a whole house."""

    id: str  # made of the phrase's lemmas, so it is the same on every machine; it stays when labels change
    pref_label: str
    alt_labels: tuple[str, ...] = ()
    broader: tuple[str, ...] = ()  # ids
    related: tuple[str, ...] = ()  # ids of what is talked about in the same breath
    definitions: tuple[Span, ...] = ()  # where an expert says what it is
    weight: float = 0.0  # how much it is talked about


@dataclass(frozen=True, slots=True)
class Mined:
    """What was noticed in one transcript. `vectors` has a row for every statement, in order."""

    transcript: Transcript  # with the roles as they were guessed
    statements: tuple[Statement, ...]
    findings: tuple[Finding, ...]
    concepts: tuple[Concept, ...]
    vectors: Vectors = field(repr=False)
    models: tuple[ModelStamp, ...] = ()
    warnings: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Cluster:
    """Passages that speak about the same piece of know-how."""

    id: str
    label: str
    members: tuple[str, ...]  # ids of passages, sorted
    tags: tuple[str, ...] = ()  # words that set it apart from the others


@dataclass(frozen=True, slots=True)
class Clip:
    """A stretch of a recording, in seconds."""

    start_s: Seconds
    end_s: Seconds


@dataclass(frozen=True, slots=True)
class PlannedWindow:
    """A stretch of a recording that is to be heard at once."""

    start_s: Seconds
    end_s: Seconds
    speech: tuple[Clip, ...] = ()  # where in it somebody speaks, in seconds of the recording; none: not told


@dataclass(frozen=True, slots=True)
class Voice:
    """A stretch of a recording in which one speaker is heard. Those of two speakers may overlap."""

    speaker: str
    start_s: Seconds
    end_s: Seconds


@dataclass(frozen=True, slots=True)
class Work:
    """So many units of a stage took so long."""

    units: float = 0.0  # seconds of sound, or words
    seconds: Seconds = 0.0
