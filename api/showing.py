"""What the pages show: values of the store turned into the words and pieces that templates lay out."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import zip_longest

from models.access import ALL_SCOPES, UNSAID_SCOPES, Scope
from models.cards import CardView, Mark
from models.figures import Use
from models.hiding import mask_of_recording
from models.masking import Mask, masked
from models.rewording import differences
from models.store import Counts
from models.tables import (
    IN_WORK,
    CardEvent,
    CardState,
    ConceptEvent,
    Consent,
    Proposal,
    ProposalKind,
    Recording,
    RecordingState,
    VerdictKind,
)
from models.values import LINE_SLOTS, CardContent, Evidence, Line, Metaphor, Seconds, Stance, is_persons
from models.voices import CONTRADICTS, Heard, Voice, Voices
from pipeline.export import HEADINGS

SLOT_HEADINGS = {**HEADINGS, "metaphors": "Pictures"}
SCOPE_TEXTS = {
    Scope.MINE: "tacit may look for know-how in it",
    Scope.QUOTE: "the words may stand on a card",
    Scope.PLAY_AUDIO: "the voice may be heard beside a card",
    Scope.SHARE_FEED: "approved cards may go to other tools",
}
CONCEPT_MEMBERS = {"pref_label": "name", "alt_labels": "other names", "not_definitions": "definitions struck"}
MOST_TELLING, MOST_REASONS = 2, 5  # quotes and reasons that say at a glance why there is a card
VOICES = {
    "same_as": "Says the same",
    "refines": "Says the same without the {}",
    "refined_by": "Says the same and more: {}",
    "related": "On the same subject",
}
CHECK = {
    "": "Check these two",
    "number": "Check these two: another number",
    "negation": "Check these two: one says yes, the other no",
    "opposite": "Check these two: the opposite",
}
CHANGED = {**SLOT_HEADINGS, "title": "Title", "evidence": "Quote"}


@dataclass(frozen=True, slots=True)
class Piece:
    """Some letters of a line; `role` marks a condition or a reason."""

    text: str
    role: str | None = None


@dataclass(frozen=True, slots=True)
class Proof:
    """One piece of evidence, as a page shows it."""

    quote: str
    speaker: str
    question: str | None
    at: str | None
    clip: str | None
    doubt: str | None
    why: str  # the machine chose it


@dataclass(frozen=True, slots=True)
class ShownLine:
    text: str
    pieces: tuple[Piece, ...]
    note: str
    proofs: tuple[Proof, ...]
    accepted: str | None = None  # id of the onlooker's verdict that it is right


@dataclass(frozen=True, slots=True)
class ShownSlot:
    name: str
    heading: str
    lines: tuple[ShownLine, ...]


@dataclass(frozen=True, slots=True)
class TakenOff:
    """A line that somebody has rejected."""

    id: str  # of the verdict
    heading: str
    text: str
    reason: str


@dataclass(frozen=True, slots=True)
class ShownUse:
    """A picture of this card that somebody else uses too, on another card."""

    picture: str
    card: str
    title: str
    expression: str
    who: str


@dataclass(frozen=True, slots=True)
class ShownChange:
    heading: str
    old: str
    new: str


@dataclass(frozen=True, slots=True)
class ShownProposal:
    """What would change, as rows of two columns; with the words of its heading and its two buttons."""

    id: str
    heading: str
    why: str
    columns: tuple[str, str]
    changes: tuple[ShownChange, ...]
    accept: str
    keep: str
    other: tuple[str, str] | None = None  # id and title of the card that occasioned it
    beside: bool = False  # the columns stand side by side: neither takes the other's place


@dataclass(frozen=True, slots=True)
class Choice:
    """Something that can be ticked or chosen."""

    value: str
    text: str
    checked: bool = False


@dataclass(frozen=True, slots=True)
class ShownRecording:
    id: str
    title: str
    who: str
    state: str
    stage: str
    fraction: float
    percent: str
    left: str
    busy: bool
    problem: str
    remedy: str
    warnings: tuple[str, ...]
    cards: int
    proposals: int
    length: str
    uploaded: str
    audio: str | None


@dataclass(frozen=True, slots=True)
class ShownVoice:
    id: str
    title: str
    who: str
    what: str
    check: bool
    here: str | None
    there: str | None


@dataclass(frozen=True, slots=True)
class ShownVoices:
    sums: tuple[str, ...]
    lines: tuple[ShownVoice, ...]


@dataclass(frozen=True, slots=True)
class ShownEvent:
    at: str
    text: str
    by: str
    reason: str | None


def clock(seconds: Seconds | None) -> str | None:
    """A time in a recording: 1:05 or 1:02:03."""
    if seconds is None:
        return None
    whole = int(seconds)
    hours, minutes = whole // 3600, whole // 60 % 60
    return f"{hours}:{minutes:02}:{whole % 60:02}" if hours else f"{minutes}:{whole % 60:02}"


def day(time: datetime | None) -> str:
    return time.strftime("%Y-%m-%d %H:%M") if time else ""


def remaining(seconds: Seconds | None) -> str:
    """How long it will still take, in words."""
    if seconds is None:
        return ""
    return f"about {round(seconds / 60)} min left" if seconds >= 90 else f"about {max(1, round(seconds))} s left"


# Cards


def slots_of(card: CardView, *, onlooker: str = "") -> list[ShownSlot]:
    """The filled slots, in the order of the contract; metaphors last; with what the onlooker has accepted."""
    slots = [
        ShownSlot(slot, SLOT_HEADINGS[slot], tuple(_line(card, line) for line in card.content.lines(slot)))
        for slot in LINE_SLOTS
        if card.content.lines(slot)
    ]
    pictures = tuple(_metaphor(card, metaphor) for metaphor in card.content.metaphors)
    slots += [ShownSlot("metaphors", SLOT_HEADINGS["metaphors"], pictures)] if pictures else []
    accepted = {
        (one.slot, one.line): one.id
        for one in card.verdicts
        if one.by == onlooker and one.verdict == VerdictKind.ACCEPT and one.id
    }
    return [
        replace(slot, lines=tuple(replace(line, accepted=accepted.get((slot.name, line.text))) for line in slot.lines))
        for slot in slots
    ]


def taken_off(card: CardView) -> list[TakenOff]:
    """The lines that people have rejected and that are on the card no more, the last one first."""
    there = {(slot.name, line.text) for slot in slots_of(card) for line in slot.lines}
    return [
        TakenOff(one.id, SLOT_HEADINGS[one.slot], one.line, (one.reason or "").replace("_", " "))
        for one in reversed(card.verdicts)
        if one.verdict == VerdictKind.REJECT and one.id and one.slot and one.line
        if (one.slot, one.line) not in there
    ]


def edit_slots_of(card: CardView) -> list[ShownSlot]:
    """Every slot of lines, the empty ones too."""
    return [
        ShownSlot(slot, SLOT_HEADINGS[slot], tuple(_line(card, line) for line in card.content.lines(slot)))
        for slot in LINE_SLOTS
    ]


def context_of(card: CardView) -> list[Proof]:
    """The evidence on which no line rests: said around it."""
    used = {index for slot in LINE_SLOTS for line in card.content.lines(slot) for index in line.evidence}
    used |= {index for metaphor in card.content.metaphors for index in metaphor.evidence}
    return [proof for index, proof in _proofs(card).items() if index not in used]


def why_of(content: CardContent) -> str:
    """Why the machine proposed the card: what speaks for its most telling quotes, each reason once."""
    telling = sorted(content.evidence, key=lambda one: -len(one.reasons))[:MOST_TELLING]
    return " · ".join(list(dict.fromkeys(reason for one in telling for reason in one.reasons))[:MOST_REASONS])


def summary_of(card: CardView) -> str:
    """The line that says most at a glance: a judgment, else what comes first."""
    order = ("judgment", "action", "cues", "warnings", *LINE_SLOTS)
    return next((line.text for slot in order for line in card.content.lines(slot)), "")


def speakers_of(card: CardView) -> str:
    """Whose words the card holds, and who says otherwise."""
    names = [expert.name for expert in card.experts if expert.stance == Stance.SUPPORTS]
    names += [f"{expert.name} says otherwise" for expert in card.experts if expert.stance == Stance.CONTRADICTS]
    return ", ".join(names) or "nobody named"


def _line(card: CardView, line: Line) -> ShownLine:
    note = [line.modality.value] if line.modality else []
    note += [line.threshold] if line.threshold else []
    note += ["a person's own words"] if is_persons(line.by) else []
    note += [worded_by(line.by)] if worded_by(line.by) else []
    return ShownLine(line.text, _pieces(line), " · ".join(note), _picked(card, line.evidence))


def worded_by(by: str) -> str:
    """Which language model worded it; empty where none did."""
    kind, _, name = by.partition(":")
    return f"worded by {name}" if kind == "llm" else ""


def _metaphor(card: CardView, metaphor: Metaphor) -> ShownLine:
    note = f"{metaphor.source} → {metaphor.target}" if metaphor.source and metaphor.target else metaphor.kind
    pieces = (Piece(metaphor.expression),)
    return ShownLine(metaphor.expression, pieces, note, _picked(card, metaphor.evidence))


def shared_of(figures: Sequence[tuple[Metaphor, Sequence[Use]]]) -> list[ShownUse]:
    """Where else the card's pictures are used, by others."""
    return [
        ShownUse(
            picture=figure.source or figure.expression,
            card=use.card.id,
            title=use.card.content.title,
            expression=use.metaphor.expression,
            who=speakers_of(use.card),
        )
        for figure, uses in figures
        for use in uses
    ]


def _pieces(line: Line) -> tuple[Piece, ...]:
    """The line's text cut at its marked parts; a part that overlaps an earlier one is left out."""
    pieces, at = [], 0
    for part in sorted(line.parts, key=lambda part: part.start):
        if not at <= part.start < part.end <= len(line.text):
            continue
        pieces += [Piece(line.text[at : part.start]), Piece(line.text[part.start : part.end], role=part.role)]
        at = part.end
    return tuple(piece for piece in (*pieces, Piece(line.text[at:])) if piece.text)


def _proofs(card: CardView) -> dict[int, Proof]:
    pairs = zip(card.content.evidence, card.marks, strict=True)
    return {evidence.index: _proof(card, evidence, mark) for evidence, mark in pairs}


def _picked(card: CardView, indexes: Iterable[int]) -> tuple[Proof, ...]:
    proofs = _proofs(card)
    return tuple(proofs[index] for index in indexes if index in proofs)


def _proof(card: CardView, evidence: Evidence, mark: Mark) -> Proof:
    doubts = ["not in the transcript as it stands"] if not mark.verified else []
    doubts += ["the transcript reads differently now"] if mark.outdated else []
    doubts += ["the recogniser was not sure: listen first"] if evidence.suspect and not mark.listened else []
    clip = f"/api/v1/cards/{card.id}/evidence/{evidence.index}/clip" if evidence.start_s is not None else None
    return Proof(
        quote=evidence.quote,
        speaker=evidence.speaker or "verbatim",
        question=evidence.question,
        at=clock(evidence.start_s),
        clip=clip,
        doubt=" · ".join(doubts) or None,
        why=" · ".join(evidence.reasons),
    )


def voices_of(said: Voices) -> ShownVoices:
    """What others say, in words; a contradiction is for people to check."""
    sums = []
    if said.same.recordings > 1:
        sums.append(f"{_told(said.same)} the same.")
    if said.otherwise.experts:
        sums.append(f"{_told(said.otherwise)} otherwise: check these two. Nobody has decided who is right.")
    return ShownVoices(tuple(sums), tuple(map(_voice, said.voices)))


def _told(heard: Heard) -> str:
    experts = f"{heard.experts} expert{'s' * (heard.experts != 1)}"
    recordings = f"{heard.recordings} recording{'s' * (heard.recordings != 1)}"
    return f"{experts} in {recordings} {'says' if heard.experts == 1 else 'say'}"


def _voice(voice: Voice) -> ShownVoice:
    return ShownVoice(
        id=voice.card.id,
        title=voice.card.content.title,
        who=speakers_of(voice.card),
        what=CHECK[voice.why] if voice.kind == CONTRADICTS else VOICES[voice.kind].format(voice.why),
        check=voice.kind == CONTRADICTS,
        here=voice.here,
        there=voice.there,
    )


def proposal_of(
    proposal: Proposal, now: CardContent, then: CardContent, other: CardView | None, mask: Mask
) -> ShownProposal:
    """A proposal, as what stands now beside what would stand then."""
    changes = tuple(
        ShownChange(CHANGED.get(change.slot, change.slot), change.old or "", change.new or "")
        for change in differences(masked(now, mask), masked(then, mask))
    )
    more = proposal.kind == ProposalKind.EVIDENCE
    return ShownProposal(
        id=proposal.id,
        heading="Somebody else says it too" if more else "This would change",
        why=mask(proposal.why),
        columns=("Now", "Then"),
        changes=changes,
        accept="Add it to this card" if more else "Accept",
        keep="It is something else" if more else "Keep as it is",
        other=(other.id, other.content.title) if other else None,
    )


def contradiction_of(proposal: Proposal, content: CardContent, other: CardView, mask: Mask) -> ShownProposal:
    """What may be a contradiction: what both cards say, side by side."""
    here, there = masked(content, mask), other.content
    rows = [ShownChange(CHANGED["title"], here.title, there.title)]
    for slot in LINE_SLOTS:
        pairs = zip_longest(here.lines(slot), there.lines(slot))
        rows += [ShownChange(CHANGED[slot], one.text if one else "", two.text if two else "") for one, two in pairs]
    return ShownProposal(
        id=proposal.id,
        heading="Check these two",
        why=mask(proposal.why),
        columns=("This card", "The other card"),
        changes=tuple(rows),
        accept="They contradict each other",
        keep="They do not",
        other=(other.id, there.title),
        beside=True,
    )


def event_of(event: CardEvent, names: Mapping[str, str], mask: Mask) -> ShownEvent:
    """One step of a card's life, in words."""
    after = CardState(event.after).value.replace("_", " ")
    text = {
        "drafted": "drafted",
        "edited": f"edited, revision {event.revision}",
        "revised": f"changed as proposed, revision {event.revision}",
        "line_rejected": f"a line taken off, revision {event.revision}",
        "line_put_back": f"a line put back, revision {event.revision}",
        "moved": after,
        "contradicted": "somebody else says otherwise",
        "dissent_struck": "who said otherwise took the consent back",
    }.get(event.type, event.type.replace("_", " "))
    reason = " · ".join(part for part in (event.reason, event.note and mask(event.note)) if part) or None
    return ShownEvent(day(event.at), text, names.get(event.by, event.by), reason)


def concept_event_of(event: ConceptEvent, names: Mapping[str, str], mask: Mask) -> ShownEvent:
    """One thing that was done to a concept, in words: what was changed, or with what it was merged."""
    members = event.document.get("concepts") or [CONCEPT_MEMBERS.get(name, name) for name in event.document]
    told = mask(", ".join(str(member) for member in members))
    return ShownEvent(day(event.at), event.type, names.get(event.by, event.by), told or None)


# Recordings


def recording_of(recording: Recording, counts: Counts, *, by_manager: bool) -> ShownRecording:
    """A recording's row as the pages show it; only a manager hears all of it where words are hidden."""
    problem, mask = recording.problem or {}, mask_of_recording(recording)
    return ShownRecording(
        id=recording.id,
        title=mask(recording.title),
        who=", ".join(consent.expert.name for consent in recording.consents) or "no expert named",
        state=recording.state.value,
        stage=recording.stage or recording.state.value,
        fraction=round(recording.fraction, 3),
        percent=f"{recording.fraction:.0%}",
        left=remaining(recording.eta_s),
        busy=recording.state in IN_WORK,
        problem=mask(str(problem.get("detail", ""))),
        remedy=mask(str(problem.get("remedy", ""))),
        warnings=tuple(mask(str(warning)) for warning in recording.warnings),
        cards=counts.cards,
        proposals=counts.proposals,
        length=clock(recording.duration_s) or "",
        uploaded=day(recording.created_at),
        audio=audio_of(recording, by_manager=by_manager),
    )


def audio_of(recording: Recording, *, by_manager: bool) -> str | None:
    """Where the whole sound is heard; None where there is none, or somebody may not hear what is hidden in it."""
    there = recording.media_sha256 is not None and recording.state != RecordingState.WITHDRAWN
    return f"/api/v1/recordings/{recording.id}/audio" if there and (by_manager or not recording.hidden) else None


def scopes_of(consent: Consent | None) -> list[Choice]:
    """The four scopes, ticked as they were agreed; with no consent at hand, as when nothing is said."""
    agreed = set(consent.scopes) if consent else {scope.value for scope in UNSAID_SCOPES}
    return [Choice(scope.value, SCOPE_TEXTS[scope], scope.value in agreed) for scope in ALL_SCOPES]


def patch_of(card: CardView, form: Mapping[str, str]) -> dict[str, object]:
    """The merge patch that an edited form stands for: only what differs from the card.

    A line keeps its evidence when its text changes; an emptied one goes; “slot.new” adds one in a person's own words.
    """
    patch: dict[str, object] = {}
    title = _typed(form.get("title", ""))
    if title and title != card.content.title:
        patch["title"] = title
    if form.get("kind") and form["kind"] != card.content.kind.value:
        patch["kind"] = form["kind"]
    for slot in LINE_SLOTS:
        lines = card.content.lines(slot)
        texts = [_typed(form.get(f"{slot}.{number}", line.text)) for number, line in enumerate(lines)]
        added = _typed(form.get(f"{slot}.new", ""))
        if added or texts != [line.text for line in lines]:
            kept = [_edited(line, text, slot) for line, text in zip(lines, texts, strict=True) if text]
            patch[slot] = [*kept, {"text": added}] if added else kept
    return patch


def _typed(text: str) -> str:
    return " ".join(text.split())


def _edited(line: Line, text: str, slot: str) -> dict[str, object]:
    cue = {"modality": line.modality, "threshold": line.threshold} if slot == "cues" else {}
    same = text == line.text
    parts = [{"role": part.role, "start": part.start, "end": part.end} for part in line.parts] if same else []
    return {"text": text, "evidence": list(line.evidence), "parts": parts, **cue}
