"""The transcript on its page: what is shown of it, and the corrections that its forms stand for."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby

from api.showing import Choice, clock, day
from models.correcting import rewordings
from models.corrections import Correction
from models.editing import parsed
from models.edits import RevisionLine
from models.errors import BadRequest, FieldError, Invalid
from models.values import MACHINE, Seconds, SpeakerRole, Transcript, Turn, Word
from pipeline.turns import with_roles

ROLE_TEXTS = {SpeakerRole.EXPERT: "expert: tells", SpeakerRole.INTERVIEWER: "interviewer: asks"}
CONTEXT = 60  # letters of a sentence that stand for it

_SENTENCE = re.compile(r"(?<=[.!?…])[\"'”’)\]]*\s+(?=\S)")
_EXTENT = re.compile(r"(\d{1,9})-(\d{1,9})")


@dataclass(frozen=True, slots=True)
class Piece:
    """Some words of a turn; `note` says in words what `kinds`, which are classes of the style sheet, show."""

    text: str
    kinds: str = ""
    note: str = ""


@dataclass(frozen=True, slots=True)
class Doubt:
    """Words that nobody should trust before listening. `extent` is what a form sends of them."""

    extent: str
    text: str
    reason: str
    start_s: Seconds | None


@dataclass(frozen=True, slots=True)
class ShownTurn:
    number: int
    speaker: str
    role: str
    at: str | None
    start_s: Seconds | None
    text: str
    pieces: tuple[Piece, ...]
    doubts: tuple[Doubt, ...]


@dataclass(frozen=True, slots=True)
class ShownSpeaker:
    label: str
    name: str
    roles: tuple[Choice, ...]


@dataclass(frozen=True, slots=True)
class ShownRevision:
    number: int
    at: str
    by: str
    note: str
    newest: bool


# What is shown


def turns_of(transcript: Transcript) -> list[ShownTurn]:
    """The turns with their roles, as they are set or guessed, and marks on words that want a second look."""
    return [_turn(transcript, number, turn) for number, turn in enumerate(with_roles(transcript).turns)]


def _turn(transcript: Transcript, number: int, turn: Turn) -> ShownTurn:
    return ShownTurn(
        number=number,
        speaker=turn.speaker,
        role=turn.role.value,
        at=clock(turn.start_s),
        start_s=turn.start_s,
        text=transcript.text[turn.start_char : turn.end_char],
        pieces=_pieces(transcript, turn),
        doubts=tuple(_doubts(transcript, turn)),
    )


def _pieces(transcript: Transcript, turn: Turn) -> tuple[Piece, ...]:
    """The turn's text, cut where what is known of its words changes; blanks between two pieces bear no mark."""
    pieces, at = list[Piece](), turn.start_char
    for (kinds, note), run in groupby(transcript.words_in(turn.start_char, turn.end_char), key=_marks):
        words = list(run)
        pieces.append(Piece(transcript.text[at : words[0].start_char]))
        pieces.append(Piece(transcript.text[words[0].start_char : words[-1].end_char], kinds, note))
        at = words[-1].end_char
    pieces.append(Piece(transcript.text[at : turn.end_char]))
    return tuple(piece for piece in pieces if piece.text)


def _marks(word: Word) -> tuple[str, str]:
    marks = {
        "doubt": word.suspect and f"doubtful: {word.suspect}",
        "overlap": word.overlap and "somebody else speaks at the same time",
        "corrected": word.by != MACHINE and "a person's own words",
    }
    return " ".join(kind for kind, note in marks.items() if note), "; ".join(note for note in marks.values() if note)


def _doubts(transcript: Transcript, turn: Turn) -> Sequence[Doubt]:
    found = []
    for reason, run in groupby(transcript.words_in(turn.start_char, turn.end_char), key=lambda word: word.suspect):
        words = list(run)
        start, end = words[0].start_char, words[-1].end_char
        if reason:
            found.append(Doubt(f"{start}-{end}", transcript.text[start:end], reason, words[0].start_s))
    return found


def speakers_of(
    transcript: Transcript, typed: Mapping[str, str] | None = None, *, shown: Transcript
) -> list[ShownSpeaker]:
    """Who speaks, in order of their first words; with what somebody typed who could not save it.

    `shown` is the transcript as the page shows it: names may be hidden there.
    """
    typed = typed or {}
    guessed = {turn.speaker: turn.role for turn in with_roles(transcript).turns}
    set_roles = {turn.speaker: turn.role for turn in transcript.turns}
    return [
        ShownSpeaker(
            name,
            typed.get(f"name.{number}", name),
            _roles(typed.get(f"role.{number}", set_roles[label].value), guessed[label]),
        )
        for number, (label, name) in enumerate(_names(transcript, shown).items())
    ]


def _names(transcript: Transcript, shown: Transcript) -> dict[str, str]:
    """Speaker → what the page calls them, in order of their first words."""
    return {turn.speaker: seen.speaker for turn, seen in zip(transcript.turns, shown.turns, strict=True)}


def _roles(chosen: str, guessed: SpeakerRole) -> tuple[Choice, ...]:
    nobody = f"as guessed: {guessed}" if chosen == SpeakerRole.OTHER else "as tacit guesses"
    texts = {SpeakerRole.OTHER: nobody, **ROLE_TEXTS}
    return tuple(Choice(role.value, text, role == chosen) for role, text in texts.items())


def sentences_of(transcript: Transcript, turn: Turn) -> list[Choice]:
    """Where in a turn another speaker may begin: at its second sentence, its third, …"""
    text = transcript.text[turn.start_char : turn.end_char]
    starts = [found.end() for found in _SENTENCE.finditer(text)]
    return [Choice(str(turn.start_char + start), _shortened(text[start:])) for start in starts]


def _shortened(text: str) -> str:
    return text if len(text) <= CONTEXT else f"{text[:CONTEXT].rpartition(' ')[0] or text[:CONTEXT]} …"


def history_of(lines: Sequence[RevisionLine], names: Mapping[str, str]) -> list[ShownRevision]:
    """The revisions, newest first; `names` says who signs how."""
    return [
        ShownRevision(
            number=line.number,
            at=day(line.at),
            by="tacit" if line.by == MACHINE else names.get(line.by, line.by),
            note=f"went back to {line.restores}" if line.restores else "",
            newest=line is lines[-1],
        )
        for line in reversed(lines)
    ]


def undone(lines: Sequence[RevisionLine]) -> int | None:
    """The revision before the last correction that is still in force; None where a machine wrote what stands."""
    made = {line.number: line for line in lines}
    last = lines[-1] if lines else None
    while last and last.restores is not None:
        last = made[last.restores]
    return last.number - 1 if last and last.by != MACHINE else None


# What forms mean


def seen(form: Mapping[str, str]) -> int:
    """The revision that a form's page showed. Raises BadRequest where it does not say."""
    if not re.fullmatch(r"[1-9]\d{0,8}", form.get("seen", ""), re.ASCII):
        raise BadRequest(
            "The form does not say which revision of the transcript it showed.", remedy="Reload the recording."
        )
    return int(form["seen"])


def turn_correction(
    transcript: Transcript, number: int, form: Mapping[str, str], listened: Sequence[str], *, shown: Transcript
) -> Correction:
    """What a turn's form changes: its words, its speaker from a sentence on, and what somebody has listened to.

    `shown` is the transcript as the page shows it, with the same characters in the same places. Raises Invalid for
    what no transcript may say, and for a place outside of the turn.
    """
    turn = transcript.turns[number]
    words = rewordings(transcript, turn, form.get("text", ""), shown=shown.text)
    speaker = form.get("other", "").strip() or _speaker(transcript, form.get("speaker", ""), turn)
    since = _index(form.get("since", ""), turn)
    handed = [{"start_char": since, "end_char": turn.end_char, "speaker": speaker}] if speaker != turn.speaker else []
    return parsed(
        Correction,
        {
            "words": [word.model_dump() for word in words],
            "turns": handed,
            "listened": [_extent(each) for each in listened],
        },
    )


def listened_correction(extents: Sequence[str]) -> Correction:
    """Somebody has listened to these words, and they are right. Raises Invalid for what names no words."""
    return parsed(Correction, {"listened": [_extent(each) for each in extents]})


def speakers_correction(transcript: Transcript, form: Mapping[str, str], *, shown: Transcript) -> Correction:
    """What the form of the speakers changes: only what differs from what was shown. Raises Invalid."""
    changes: dict[str, dict[str, str]] = {}
    roles = {turn.speaker: turn.role.value for turn in transcript.turns}
    for number, (label, before) in enumerate(_names(transcript, shown).items()):
        name = " ".join(form.get(f"name.{number}", before).split()) or before
        change = {"name": name} if name != before else {}
        if form.get(f"role.{number}", roles[label]) != roles[label]:
            change["role"] = form[f"role.{number}"]
        if change:
            changes[label] = change
    return parsed(Correction, {"speakers": changes})


def swap_correction(transcript: Transcript) -> Correction:
    """The two speakers in each other's place. Raises Invalid where there are not two."""
    labels = list(dict.fromkeys(turn.speaker for turn in transcript.turns))
    if len(labels) != 2:
        detail = f"wants two speakers, and there are {len(labels)}"
        raise Invalid(f"Swapping {detail}.", errors=[FieldError("/swap", detail)])
    one, other = labels
    return parsed(Correction, {"speakers": {one: {"name": other}, other: {"name": one}}})


def same_turn(before: Transcript, number: int, now: Transcript) -> int:
    """Which turn of the newest revision is a turn of an older one: the same words, else the same time, else place."""
    old = before.turns[min(number, len(before.turns) - 1)]
    text = before.text[old.start_char : old.end_char]
    places = range(len(now.turns))

    def far(place: int) -> tuple[bool, float, int]:
        turn = now.turns[place]
        same = now.text[turn.start_char : turn.end_char] == text
        timed = turn.start_s is not None and old.start_s is not None
        return not same, abs((turn.start_s or 0.0) - (old.start_s or 0.0)) if timed else 0.0, abs(place - number)

    return min(places, key=far)


def _extent(text: str) -> dict[str, int]:
    found = _EXTENT.fullmatch(text)
    if found is None:
        raise Invalid("The form names no words.", errors=[FieldError("/listened", "names no words")])
    return {"start_char": int(found[1]), "end_char": int(found[2])}


def _speaker(transcript: Transcript, number: str, turn: Turn) -> str:
    """The speaker of that number; the turn's own where none is named."""
    labels = list(dict.fromkeys(each.speaker for each in transcript.turns))
    if not number:
        return turn.speaker
    if not re.fullmatch(r"\d{1,4}", number, re.ASCII) or int(number) >= len(labels):
        raise Invalid("There is no such speaker.", errors=[FieldError("/speaker", "is no speaker here")])
    return labels[int(number)]


def _index(text: str, turn: Turn) -> int:
    """A place inside of the turn; its beginning where none is named."""
    if not text:
        return turn.start_char
    if not re.fullmatch(r"\d{1,9}", text, re.ASCII) or not turn.start_char <= int(text) < turn.end_char:
        raise Invalid("That sentence is not in this turn.", errors=[FieldError("/since", "is not in this turn")])
    return int(text)
