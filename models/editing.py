"""What a person may change on a card, and the content after it. Pure: no database."""

from collections.abc import Collection as AnyOf
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Annotated, Any, Literal, TypeVar

from pydantic import (
    AfterValidator,
    AwareDatetime,
    BaseModel,
    ConfigDict,
    Field,
    StrictInt,
    StringConstraints,
    ValidationError,
)

from models.errors import FieldError, Invalid
from models.striking import without
from models.values import LINE_SLOTS, CardContent, CardKind, Gap, GapReason, Line, Metaphor, Modality, Part

Text = Annotated[str, StringConstraints(strict=True, min_length=1, max_length=5000, pattern=r"\S")]
Title = Annotated[str, StringConstraints(strict=True, strip_whitespace=True, min_length=1, max_length=300)]
Name = Annotated[str, StringConstraints(strict=True, strip_whitespace=True, min_length=1, max_length=200)]
Index = Annotated[StrictInt, Field(ge=0)]


def tellable(moment: datetime) -> datetime:
    """The moment itself. Raises ValueError for one that cannot be told in every time zone."""
    if not 1900 <= moment.year <= 2999:
        raise ValueError("wants a year from 1900 to 2999")
    return moment


Moment = Annotated[AwareDatetime, AfterValidator(tellable)]
V = TypeVar("V", Line, Metaphor)
M = TypeVar("M", bound=BaseModel)


class Change(BaseModel):
    """Members of a document that a person sends; others are refused."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class PartChange(Change):
    """A clause marked inside a line: characters of its text."""

    role: Name
    start: Index
    end: Index


class LineChange(Change):
    """One line of a slot; `by` may only repeat what stood there: who wrote a line is for tacit to say."""

    text: Text
    evidence: tuple[Index, ...] = ()
    by: str | None = None
    parts: tuple[PartChange, ...] = ()


class CueChange(LineChange):
    """A cue, with the sense that notices it."""

    modality: Modality | None = None
    threshold: Text | None = None
    threshold_value: dict[str, object] | None = None  # tacit reads it from the words; what is sent here says nothing


class MetaphorChange(Change):
    """A figure of speech."""

    expression: Text
    kind: Literal["simile", "analogy", "metaphor"]
    source: Text | None = None
    target: Text | None = None
    evidence: tuple[Index, ...] = ()
    by: str | None = None


class GapChange(Change):
    """One of the card's gaps, named by its id; those not named go."""

    id: str
    slot: str | None = None
    reason: GapReason | None = None
    question: Text | None = None
    answered_by: Name | None = None


class EvidenceChange(BaseModel):
    """One of the card's pieces of evidence, named by its index; those not named go. Nothing else of it can change."""

    model_config = ConfigDict(extra="ignore", frozen=True)

    index: Index


Lines = tuple[LineChange, ...] | None


class CardChange(Change):
    """A JSON merge patch (RFC 7396) of a card: members that are there replace, null empties."""

    kind: CardKind = CardKind.JUDGMENT
    title: Title = ""
    situation: Lines = None
    cues: tuple[CueChange, ...] | None = None
    judgment: Lines = None
    action: Lines = None
    rationale: Lines = None
    exceptions: Lines = None
    novice_errors: Lines = None
    warnings: Lines = None
    metaphors: tuple[MetaphorChange, ...] | None = None
    concepts: tuple[str, ...] | None = None
    gaps: tuple[GapChange, ...] | None = None
    evidence: tuple[EvidenceChange, ...] | None = None
    owner: Name | None = None
    due_at: Moment | None = None


class NewEvidence(Change):
    """Characters of a recording's transcript; the newest revision where none is named."""

    recording_id: str
    start_char: Index
    end_char: Index
    transcript_sha256: str | None = None


class NewCard(CardChange):
    """A card written by a person."""

    title: Title
    evidence: tuple[NewEvidence, ...] = ()  # type: ignore[assignment]
    collection: str | None = None

    def without_evidence(self) -> CardChange:
        """What is left to say on a card that has its evidence."""
        sent = self.model_fields_set - {"evidence", "collection"}
        return CardChange.model_construct(sent, **{name: getattr(self, name) for name in sent})


def parsed(kind: type[M], document: Mapping[str, Any]) -> M:
    """The document as a value. Raises Invalid, naming every member that does not fit."""
    try:
        return kind.model_validate(document)
    except ValidationError as error:
        errors = [FieldError(pointer(each["loc"]), each["msg"]) for each in error.errors()]
    named = "; ".join(f"{each.pointer}: {each.detail}" for each in errors[:3])
    raise Invalid(f"that does not fit: {named}", errors=errors)


def pointer(place: Sequence[int | str]) -> str:
    """A JSON pointer (RFC 6901) to that place."""
    return "".join("/" + str(step).replace("~", "~0").replace("/", "~1") for step in place)


def changed(content: CardContent, change: CardChange, *, by: str, concepts: AnyOf[str] = ()) -> CardContent:
    """The content after the change, signed `by` where it differs; the same content where nothing does.

    `concepts` are ids that exist. Raises Invalid, naming every member that does not fit.
    """
    return _Editor(content, change, by, concepts).content()


class _Editor:
    """One change of one card."""

    def __init__(self, old: CardContent, change: CardChange, by: str, concepts: AnyOf[str]) -> None:
        self.old = old
        self.change = change
        self.by = by
        self.concepts = {*old.concepts, *concepts}
        self.errors: list[FieldError] = []
        self.kept = self._kept_evidence()

    def content(self) -> CardContent:
        sent = self.change.model_fields_set
        new: dict[str, Any] = {slot: self._lines(slot) for slot in LINE_SLOTS if slot in sent}
        if "metaphors" in sent:
            new["metaphors"] = self._metaphors()
        if "concepts" in sent:
            new["concepts"] = self._known_concepts()
        if "gaps" in sent:
            new["gaps"] = self._gaps()
        if "kind" in sent:
            new["kind"] = self.change.kind
        if "title" in sent and self.change.title != self.old.title:
            new |= {"title": self.change.title, "title_by": self.by, "title_choices": self._other_titles()}
        after = replace(self.old, **new)
        self._check_evidence(after)
        if self.errors:
            named = "; ".join(f"{error.pointer} {error.detail}" for error in self.errors[:3])
            raise Invalid(f"the change does not fit: {named}", errors=self.errors)
        return without(after, {evidence.index for evidence in self.old.evidence} - self.kept)

    def _wrong(self, place: Sequence[int | str], detail: str) -> None:
        self.errors.append(FieldError(pointer(place), detail))

    def _kept_evidence(self) -> set[int]:
        there = {evidence.index for evidence in self.old.evidence}
        if "evidence" not in self.change.model_fields_set:
            return there
        named = {each.index for each in self.change.evidence or ()}
        for index in sorted(named - there):
            self._wrong(["evidence"], f"has no {index}: evidence can be taken away, not added")
        return named & there

    def _check_evidence(self, after: CardContent) -> None:
        """Every line rests on evidence that is (still) there."""
        slots: dict[str, Sequence[Line | Metaphor]] = {slot: after.lines(slot) for slot in LINE_SLOTS}
        for slot, lines in {**slots, "metaphors": after.metaphors}.items():
            for number, line in enumerate(lines):
                for index in sorted(set(line.evidence) - self.kept):
                    self._wrong([slot, number, "evidence"], f"names {index}, and there is no such evidence")

    def _other_titles(self) -> tuple[str, ...]:
        """What is still offered beside the new title: one that was chosen changes places with the old one."""
        return tuple(self.old.title if one == self.change.title else one for one in self.old.title_choices)

    def _lines(self, slot: str) -> tuple[Line, ...]:
        sent: Sequence[LineChange] = getattr(self.change, slot) or ()
        return tuple(self._line(slot, number, line) for number, line in enumerate(sent))

    def _line(self, slot: str, number: int, sent: LineChange) -> Line:
        old = self.old.lines(slot)
        parts = tuple(Part(part.role, part.start, part.end) for part in sent.parts)
        if number < len(old) and old[number].text != sent.text and old[number].parts == parts:
            parts = ()  # they marked the text that was there
        if any(not part.start < part.end <= len(sent.text) for part in parts):
            self._wrong([slot, number, "parts"], "wants start before end, both within the text")
        cue = {"modality": sent.modality, "threshold": sent.threshold} if isinstance(sent, CueChange) else {}
        line = Line(sent.text, _once(sent.evidence), self.by, parts, **cue)  # type: ignore[arg-type]
        return self._signed([slot, number], line, old, sent.by)

    def _metaphors(self) -> tuple[Metaphor, ...]:
        found = []
        for number, sent in enumerate(self.change.metaphors or ()):
            evidence = _once(sent.evidence)
            metaphor = Metaphor(sent.expression, sent.kind, sent.source, sent.target, evidence, self.by)
            found.append(self._signed(["metaphors", number], metaphor, self.old.metaphors, sent.by))
        return tuple(found)

    def _signed(self, place: Sequence[int | str], new: V, old: Sequence[V], claimed: str | None) -> V:
        """The line as it stood, where it did; else by this person, whatever the sender says of it."""
        number = int(place[-1])
        may_say = {None, self.by} | ({old[number].by} if number < len(old) else set())
        stood = next((each for each in old if replace(each, by="") == replace(new, by="")), None)
        if stood is None and claimed not in may_say:
            self._wrong([*place, "by"], f"says {claimed!r} of a new line; leave it out")
        return stood or new

    def _known_concepts(self) -> tuple[str, ...]:
        sent = tuple(dict.fromkeys(self.change.concepts or ()))
        for number, concept in enumerate(sent):
            if concept not in self.concepts:
                self._wrong(["concepts", number], f"{concept[:80]!r} is no concept")
        return sent

    def _gaps(self) -> tuple[Gap, ...]:
        there = {gap.id: gap for gap in self.old.gaps}
        found = []
        for number, sent in enumerate(self.change.gaps or ()):
            gap = there.get(sent.id)
            if gap is None:
                self._wrong(["gaps", number, "id"], f"{sent.id[:80]!r} is no gap of this card")
                continue
            if (sent.slot or gap.slot, sent.reason or gap.reason) != (gap.slot, gap.reason):
                self._wrong(["gaps", number], "has another slot or reason; these cannot change")
            answered = sent.answered_by if "answered_by" in sent.model_fields_set else gap.answered_by
            found.append(replace(gap, question=sent.question or gap.question, answered_by=answered))
        return tuple(found)


def _once(numbers: Sequence[int]) -> tuple[int, ...]:
    return tuple(dict.fromkeys(numbers))
