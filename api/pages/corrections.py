"""Correcting a transcript beside its sound: turn by turn, the speakers, and back again."""

from collections.abc import Mapping
from typing import Annotated

from fastapi import Path, Request
from fastapi.responses import Response
from sqlalchemy.orm import Session
from starlette.datastructures import FormData

from api import editor, showing
from api.deps import ReadDep, WriteDep
from api.pages.page import PageCaller, Posted, back_to, new_router, render
from api.pages.recording import recording_page
from models import edits, store
from models.access import Caller
from models.documents import from_document
from models.errors import Invalid, NotFound, Stale, TacitError
from models.redaction import masked
from models.tables import TranscriptRevision
from models.transcripts import read_now
from models.values import Transcript

router = new_router()
Number = Annotated[int, Path(ge=0, le=10**6)]


@router.get("/recordings/{recording_id}/turns/{number}")
def show_turn(
    request: Request, recording_id: str, number: Number, caller: PageCaller, session: ReadDep, seen: int | None = None
) -> Response:
    """One turn to correct; `seen` is the revision in which it has that number."""
    newest = edits.newest(session, caller, recording_id)
    place = number if seen in (None, newest.number) else placed(session, newest, seen or 1, number)
    return turn_page(request, session, caller, newest, place)


@router.post("/recordings/{recording_id}/turns/{number}")
def correct_turn(
    request: Request, recording_id: str, number: Number, caller: PageCaller, form: Posted, session: WriteDep
) -> Response:
    """The turn as it was typed. What cannot be saved stays in the form."""
    newest = edits.newest(session, caller, recording_id)
    texts, seen = texts_of(form), editor.seen(texts_of(form))
    listened = [str(value) for value in form.getlist("listened")]
    try:
        said = said_in(session, recording_id, seen, number)
        change = editor.turn_correction(said, number, texts, listened, shown=masked(said))
        made = edits.correct(session, recording_id, change, by=caller, seen=seen)
    except (Invalid, Stale) as error:
        place = placed(session, newest, seen, number)
        return turn_page(request, session, caller, newest, place, problem=error, typed=texts)
    return done(recording_id, made, newest, f"turn-{number}")


@router.post("/recordings/{recording_id}/listened")
def confirm_words(recording_id: str, caller: PageCaller, form: Posted, session: WriteDep) -> Response:
    """Somebody has listened: these words are right."""
    change = editor.listened_correction([str(value) for value in form.getlist("listened")])
    newest = edits.newest(session, caller, recording_id)
    made = edits.correct(session, recording_id, change, by=caller, seen=editor.seen(texts_of(form)))
    return done(recording_id, made, newest, str(form.get("turn", "words")))


@router.post("/recordings/{recording_id}/speakers")
def name_speakers(request: Request, recording_id: str, caller: PageCaller, form: Posted, session: WriteDep) -> Response:
    """Names and roles; or the two speakers in each other's place."""
    newest = edits.newest(session, caller, recording_id)
    texts, seen = texts_of(form), editor.seen(texts_of(form))
    transcript = said_in(session, recording_id, seen, 0)
    try:
        change = (
            editor.swap_correction(transcript)
            if "swap" in texts
            else editor.speakers_correction(transcript, texts, shown=masked(transcript))
        )
        made = edits.correct(session, recording_id, change, by=caller, seen=seen)
    except (Invalid, Stale) as error:
        return recording_page(request, session, caller, recording_id, problem=error, typed=texts)
    return done(recording_id, made, newest, "words")


@router.post("/recordings/{recording_id}/restore")
def restore_revision(recording_id: str, caller: PageCaller, form: Posted, session: WriteDep) -> Response:
    """Back to what an older revision says."""
    newest = edits.newest(session, caller, recording_id)
    texts = texts_of(form)
    number = editor.seen({"seen": texts.get("number", "")})
    made = edits.restore(session, recording_id, number, by=caller, seen=editor.seen(texts))
    return done(recording_id, made, newest, "words", f"The words are those of revision {number} again.")


def texts_of(form: FormData) -> dict[str, str]:
    return {name: value for name, value in form.multi_items() if isinstance(value, str)}


def said_in(session: Session, recording_id: str, seen: int, number: int) -> Transcript:
    """What a form's page showed. Raises NotFound where that has no such turn."""
    transcript = read_now(session, edits.revision(session, recording_id, seen))
    if number >= len(transcript.turns):
        raise NotFound(f"Revision {seen} has no turn {number}.")
    return transcript


def placed(session: Session, newest: TranscriptRevision, seen: int, number: int) -> int:
    """The number that a turn of an older revision has in the newest one."""
    before = said_in(session, newest.recording_id, seen, number)
    return editor.same_turn(before, number, from_document(Transcript, newest.document))


def turn_page(
    request: Request,
    session: Session,
    caller: Caller,
    newest: TranscriptRevision,
    number: int,
    *,
    problem: TacitError | None = None,
    typed: Mapping[str, str] | None = None,
) -> Response:
    """A turn's form; with what was typed where that could not be saved, and why. Raises NotFound."""
    transcript = said_in(session, newest.recording_id, newest.number, number)
    hidden = masked(transcript)
    turns = editor.turns_of(hidden)
    row = store.get_recording(session, caller, newest.recording_id)
    shown, typed = turns[number], typed or {}
    speakers = editor.speakers_of(transcript, shown=hidden)
    labels = list(dict.fromkeys(each.speaker for each in transcript.turns))
    return render(
        request,
        "turn.html",
        status=problem.status if problem else 200,
        recording=showing.recording_of(row, store.counts(session, [row.id])[row.id], by_manager=caller.role.can_manage),
        turn=shown,
        seen=newest.number,
        text=typed.get("text", shown.text),
        other=typed.get("other", ""),
        speakers=speakers,
        wanted=typed.get("speaker", str(labels.index(transcript.turns[number].speaker))),
        sentences=editor.sentences_of(hidden, hidden.turns[number]),
        not_saved=problem,
    )


def done(
    recording_id: str, made: TranscriptRevision, before: TranscriptRevision, anchor: str, notice: str = "Saved."
) -> Response:
    """Back to the recording, where it was corrected."""
    unchanged = made.number == before.number
    return back_to(f"/recordings/{recording_id}", "Nothing was changed." if unchanged else notice, anchor=anchor)
