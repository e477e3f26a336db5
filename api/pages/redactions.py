"""What is to be hidden in a recording: found by the machine, decided by people, same words together."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from fastapi import Request
from fastapi.responses import Response

from api import redacting, showing
from api.deps import ReadDep, WriteDep
from api.pages.page import PageCaller, Posted, back_to, new_router, render
from models import store
from models.errors import FieldError, Forbidden, Invalid
from models.hiding import mask_of_recording
from models.masking import blotted, tokens
from models.redaction import KINDS, Decision, masked, text_of
from models.tables import Recording
from models.values import Redaction, RedactionState, Transcript

AROUND = 40  # characters shown on either side of a place
MOST_PLACES = 2000  # in one form
NAMES = {
    RedactionState.PROPOSED: "found, shown",
    RedactionState.ACCEPTED: "hidden",
    RedactionState.REJECTED: "may be read",
}
BUTTONS = {
    RedactionState.ACCEPTED: "Hide",
    RedactionState.REJECTED: "Do not hide",
    RedactionState.PROPOSED: "Decide later",
}
router = new_router()


@dataclass(frozen=True, slots=True)
class Place:
    """One place of the words: what stands around it, and where it is heard."""

    value: str  # "start-end", as the form sends it
    before: str
    behind: str
    state_name: str
    at: str | None
    sound: str | None
    buttons: tuple[showing.Choice, ...]


@dataclass(frozen=True, slots=True)
class Group:
    """The same words, wherever they stand; `words` is blotted out for who may not reverse what is hidden."""

    words: str
    kind: str
    places: tuple[Place, ...]
    open: int
    buttons: tuple[showing.Choice, ...]

    @property
    def values(self) -> str:
        return " ".join(place.value for place in self.places)


@router.get("/recordings/{recording_id}/redactions")
def show_redactions(request: Request, recording_id: str, caller: PageCaller, session: ReadDep) -> Response:
    """The finds and decisions of one recording, those that wait first."""
    row = store.get_recording(session, caller, recording_id)
    revision, transcript = redacting.read(session, caller, recording_id)
    return render(
        request,
        "redactions.html",
        recording={"id": row.id, "title": mask_of_recording(row)(row.title)},
        sha256=revision.sha256,
        groups=groups_of(row, transcript, may_reverse=caller.role.can_manage),
        kinds=[kind.replace("_", " ") for kind in KINDS],
        may_reverse=caller.role.can_manage,
    )


def groups_of(row: Recording, transcript: Transcript, *, may_reverse: bool) -> list[Group]:
    """Redactions of the same words together: undecided ones first, then in order of the text."""
    found: defaultdict[tuple[str, ...], list[Redaction]] = defaultdict(list)
    for each in transcript.redactions:
        found[tuple(word.key for word in tokens(text_of(transcript, each)))].append(each)
    page = _Page(transcript, transcript.text if may_reverse else masked(transcript).text, row, may_reverse)
    groups = [page.group(same) for same in found.values()]
    return sorted(groups, key=lambda group: group.open == 0)


class _Page:
    """What of the transcript may be shown to whom."""

    def __init__(self, transcript: Transcript, shown: str, row: Recording, may_reverse: bool) -> None:
        self._transcript = transcript
        self._shown = shown
        self._sound = showing.audio_of(row, by_manager=may_reverse)
        self._may_reverse = may_reverse

    def group(self, same: Sequence[Redaction]) -> Group:
        states = {each.state for each in same}
        words = text_of(self._transcript, same[0])
        return Group(
            words=words if self._may_reverse or RedactionState.ACCEPTED not in states else blotted(words),
            kind=same[0].kind.replace("_", " "),
            places=tuple(map(self._place, same)),
            open=sum(each.state == RedactionState.PROPOSED for each in same),
            buttons=_buttons(states, self._may_reverse),
        )

    def _place(self, redaction: Redaction) -> Place:
        start, end = redaction.start_char, redaction.end_char
        words = self._transcript.words_in(start, end)
        at = words[0].start_s if words else self._transcript.turn_at(start).start_s
        return Place(
            value=f"{start}-{end}",
            before=self._shown[max(0, start - AROUND) : start].rpartition("\n")[2],
            behind=self._shown[end : end + AROUND].partition("\n")[0],
            state_name=NAMES[redaction.state],
            at=showing.clock(at),
            sound=f"{self._sound}#t={at:.1f}" if self._sound and at is not None else None,
            buttons=_buttons({redaction.state}, self._may_reverse),
        )


def _buttons(states: set[RedactionState], may_reverse: bool) -> tuple[showing.Choice, ...]:
    """What may be made of words in these states; only who may reverse shows again what is hidden."""
    offered = [state for state in BUTTONS if states != {state}]
    if RedactionState.ACCEPTED in states and not may_reverse:
        offered = [state for state in offered if state == RedactionState.ACCEPTED]
    return tuple(showing.Choice(state.value, BUTTONS[state]) for state in offered)


@router.post("/recordings/{recording_id}/redactions")
def decide_redactions(recording_id: str, caller: PageCaller, form: Posted, session: WriteDep) -> Response:
    """One place, or all places of the same words."""
    if not caller.role.can_review:
        raise Forbidden("Only managers, and the experts who are heard, decide what is hidden.")
    state = state_of(str(form.get("state", "")))
    decisions = [Decision(*place, state) for place in places_of(str(form.get("places", "")))]
    redacting.decide(session, caller, recording_id, decisions, seen=str(form.get("seen", "")))
    count = len(decisions)
    told = f"{NAMES[state].capitalize()}: {count} {'place' if count == 1 else 'places'}."
    return back_to(f"/recordings/{recording_id}/redactions", told)


@router.post("/recordings/{recording_id}/redactions/words")
def hide_words(recording_id: str, caller: PageCaller, form: Posted, session: WriteDep) -> Response:
    """Words that nobody found, hidden wherever they stand."""
    if not caller.role.can_review:
        raise Forbidden("Only managers, and the experts who are heard, decide what is hidden.")
    kind = str(form.get("kind", "other")).replace(" ", "_")
    count = redacting.hide_everywhere(session, caller, recording_id, str(form.get("words", "")), kind)
    told = f"Hidden in {count} {'place' if count == 1 else 'places'}."
    return back_to(f"/recordings/{recording_id}/redactions", told)


def state_of(sent: str) -> RedactionState:
    """Raises Invalid for what is no state."""
    try:
        return RedactionState(sent)
    except ValueError as error:
        raise Invalid("That is no state of a redaction.", errors=[FieldError("/state", "is no state")]) from error


def places_of(sent: str) -> list[tuple[int, int]]:
    """The places that a form names, “12-20 31-39”. Raises Invalid for anything else."""
    places = []
    for each in sent.split(" "):
        start, dash, end = each.partition("-")
        if not (
            dash and start.isdecimal() and end.isdecimal() and start.isascii() and end.isascii() and len(each) < 24
        ):
            raise Invalid("The form does not say which words are meant.", remedy="Reload the page and decide again.")
        places.append((int(start), int(end)))
    if len(places) > MOST_PLACES:
        raise Invalid(f"That are {len(places)} places; at most {MOST_PLACES} go into one form.")
    return places
