"""What people correct in a transcript, and whether it fits. Pure: no database.

A correction names characters of the transcript that it was made on, and is one change.
"""

import unicodedata
from bisect import bisect_right
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Annotated, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, StrictInt, StringConstraints

from models.errors import FieldError, Invalid
from models.values import RedactionState, SpeakerRole, Transcript

Kind = Literal[
    "person",
    "phone",
    "email",
    "url",
    "iban",
    "credit_card",
    "national_id",
    "ip_address",
    "date_of_birth",
    "other",  # what only a person can tell
]
MOST = 2000  # changes of a kind in one correction

_REFUSED = ("Cc", "Cs", "Zl", "Zp")  # controls, halves of letters, and what ends a line or a paragraph


def on_one_line(text: str) -> str:
    """The text itself. Raises ValueError where it holds what no line of a transcript may hold."""
    if any(unicodedata.category(letter) in _REFUSED for letter in text):
        raise ValueError("wants one line of text, without control characters")
    return text


Label = Annotated[str, StringConstraints(strict=True, min_length=1, max_length=200)]
Name = Annotated[
    str,
    StringConstraints(strict=True, strip_whitespace=True, min_length=1, max_length=200),
    AfterValidator(on_one_line),
]
Text = Annotated[str, StringConstraints(strict=True, max_length=20_000), AfterValidator(on_one_line)]
Index = Annotated[StrictInt, Field(ge=0)]


class Part(BaseModel):
    """Members of a correction; others are refused."""

    model_config = ConfigDict(extra="forbid", frozen=True, use_attribute_docstrings=True)


class SpeakerChange(Part):
    """Another name, another role. Two speakers who are given one name become one."""

    name: Name | None = None
    role: SpeakerRole | None = None


class Extent(Part):
    """Characters of the transcript, inside of one turn; what is touched in part is meant as a whole word."""

    start_char: Index
    end_char: Index

    def touches(self, start_char: int, end_char: int) -> bool:
        """Whether it holds one of these characters."""
        return start_char < self.end_char and self.start_char < end_char


class Handover(Extent):
    """These words were somebody else's: a turn is split where that is so."""

    speaker: Name
    """As the speaker is called after the correction; a new name makes a new speaker."""


class Rewording(Extent):
    """Other words in place of these, in their seconds."""

    text: Text
    """Empty: nobody said this."""


class Hiding(Extent):
    """Whether these words are hidden from everybody; whoever finds the same words elsewhere names them too."""

    state: RedactionState
    kind: Kind | None = None


class Correction(Part):
    """One change of a transcript; characters are counted in the text that it was made on."""

    speakers: dict[Label, SpeakerChange] = Field(default={}, max_length=MOST)
    """By the name that stands in the transcript."""
    turns: tuple[Handover, ...] = Field(default=(), max_length=MOST)
    words: tuple[Rewording, ...] = Field(default=(), max_length=MOST)
    listened: tuple[Extent, ...] = Field(default=(), max_length=MOST)
    """Somebody listened, and these words are right: no doubt remains."""
    redactions: tuple[Hiding, ...] = Field(default=(), max_length=MOST)
    """Decided before anything else is corrected. Only managers show again what was hidden."""


def renamed(transcript: Transcript, speakers: Mapping[str, SpeakerChange]) -> Transcript:
    """The same text with the speakers' new names and roles.

    A role goes with the name: who is given a name that somebody has already is given that one's role.
    """
    if not speakers:
        return transcript
    before = roles_of(transcript)
    names = {label: change.name or label for label, change in speakers.items()}
    roles: dict[str, SpeakerRole] = {}
    for label in (label for label in before if label in names):
        name = names[label]
        if roles.get(name, SpeakerRole.OTHER) is SpeakerRole.OTHER:
            roles[name] = before.get(name, before[label])
    roles |= given_roles(speakers)
    turns = (replace(turn, speaker=names.get(turn.speaker, turn.speaker)) for turn in transcript.turns)
    return replace(transcript, turns=tuple(replace(turn, role=roles.get(turn.speaker, turn.role)) for turn in turns))


def roles_of(transcript: Transcript) -> dict[str, SpeakerRole]:
    """Name → role, in order of the first turns; the first that is more than OTHER, where a speaker has several."""
    roles: dict[str, SpeakerRole] = {}
    for turn in transcript.turns:
        if roles.get(turn.speaker, SpeakerRole.OTHER) is SpeakerRole.OTHER:
            roles[turn.speaker] = turn.role
    return roles


def given_roles(speakers: Mapping[str, SpeakerChange]) -> dict[str, SpeakerRole]:
    """Name → the role that the correction sets."""
    return {change.name or label: change.role for label, change in speakers.items() if change.role is not None}


# Whether it fits


def check(transcript: Transcript, correction: Correction) -> None:
    """Raises Invalid, naming each part that does not fit."""
    errors = [*_misnamed(transcript, correction)]
    for kind, parts in (("turns", correction.turns), ("words", correction.words), ("listened", correction.listened)):
        errors += _misplaced(transcript, kind, parts)
    if errors:
        raise invalid(errors)


def _misnamed(transcript: Transcript, correction: Correction) -> Iterator[FieldError]:
    known = dict.fromkeys(turn.speaker for turn in transcript.turns)
    new = {part.speaker for part in correction.turns}
    roles: dict[str, SpeakerRole] = {}
    for label, change in correction.speakers.items():
        pointer = f"/speakers/{label.replace('~', '~0').replace('/', '~1')}"
        if label not in known and label not in new:
            yield FieldError(pointer, f"is no speaker here; there are: {', '.join(known)[:300]}")
        elif change.role is not None and roles.setdefault(change.name or label, change.role) is not change.role:
            yield FieldError(f"{pointer}/role", "is another role than the one given to the same name")


def _misplaced(transcript: Transcript, kind: str, parts: Sequence[Extent]) -> Iterator[FieldError]:
    taken = 0
    for number, part in sorted(enumerate(parts), key=lambda each: (each[1].start_char, each[1].end_char)):
        pointer = f"/{kind}/{number}"
        if part.start_char >= part.end_char:
            yield FieldError(pointer, "is empty: start_char is to be less than end_char")
            continue
        turn = transcript.turns[turn_number(transcript, part.start_char)] if transcript.turns else None
        if turn is None or not turn.start_char <= part.start_char < part.end_char <= turn.end_char:
            yield FieldError(pointer, "does not lie inside of one turn")
        elif not transcript.text[part.start_char : part.end_char].strip():
            yield FieldError(pointer, "covers no word")
        elif part.start_char < taken:
            yield FieldError(pointer, "overlaps another one")
        taken = max(taken, part.end_char)


def turn_number(transcript: Transcript, char: int) -> int:
    """Number of the turn that holds the character; of the last one before it, between two."""
    return max(0, bisect_right(transcript.turns, char, key=lambda turn: turn.start_char) - 1)


def invalid(errors: Sequence[FieldError]) -> Invalid:
    """The refusal of a correction."""
    return Invalid("; ".join(f"{each.pointer} {each.detail}" for each in errors[:3]) + ".", errors=errors)
