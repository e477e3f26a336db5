"""Cards: to read, to change, to approve."""

from typing import Annotated

from fastapi import APIRouter, Body, Depends, Path, Query, Request, Response
from fastapi.responses import JSONResponse
from sqlalchemy.orm import Session

from api import documents
from api.deps import CallerDep, PageDep, ReadDep, ReviewerDep, ServicesDep, WriteDep, listed, sliced
from api.rules import RuledRoute, check_match
from api.schemas import (
    CardOut,
    EventOut,
    NextOut,
    PageOut,
    ProposalOut,
    RevisionOut,
    SharedFigureOut,
    TransitionIn,
    VerdictIn,
    VoicesOut,
    problems,
)
from models import (
    cards,
    figures,
    library,
    proposals,
    reasons,
    redaction,
    review,
    store,
    transcripts,
    verdicts,
    voices,
)
from models.access import Caller, Scope
from models.cards import CardView
from models.editing import CardChange, Moment, NewCard
from models.errors import Conflict, Forbidden, NotFound
from models.library import CardFilter
from models.tables import Card, CardState, ProposalState, Recording, RecordingState, VerdictKind
from models.values import CardKind, Clip, Evidence

router = APIRouter(route_class=RuledRoute, tags=["cards"])

LONGEST_CLIP_S = 600.0

Text = Annotated[str | None, Query(max_length=200)]
Number = Annotated[int, Path(ge=0, le=10**6)]


def card_filter(
    state: CardState | None = None,
    kind: CardKind | None = None,
    concept: Text = None,
    expert: Text = None,
    recording: Text = None,
    collection: Text = None,
    owner: Text = None,
    due_before: Moment | None = None,
    first: Annotated[bool | None, Query(description="Those offered at once, or only the others.")] = None,
    proposed: Annotated[bool | None, Query(description="Those with an open proposal, or only the others.")] = None,
    q: Annotated[str, Query(max_length=500, description="Words in the title or a line.")] = "",
) -> CardFilter:
    """Which cards of the list are wanted."""
    return CardFilter(state, kind, concept, expert, recording, collection, owner, due_before, first, proposed, q)


@router.get("/cards", responses={200: {"model": PageOut[CardOut]}})
def list_cards(
    request: Request,
    caller: CallerDep,
    session: ReadDep,
    asked: PageDep,
    wanted: Annotated[CardFilter, Depends(card_filter)],
    sort: Annotated[str, Query(description="One of: rank, queue, created_at, updated_at, title.")] = "rank",
) -> JSONResponse:
    """The cards that the caller may see, whole; a reader sees what is approved."""
    page = library.list_cards(session, caller, wanted, sort=sort, cursor=asked.cursor, limit=asked.limit)
    return listed(request, [cards.document(view) for view in page.items], page.next)


@router.post("/cards", status_code=201, responses={201: {"model": CardOut}})
def write_card(request: Request, caller: ReviewerDep, session: WriteDep, body: NewCard) -> JSONResponse:
    """A draft in a person's own words, with evidence or without."""
    card = review.write(session, body.model_dump(mode="json", exclude_unset=True), by=caller)
    response = shown(library.view(session, caller, card), 201)
    response.headers["Location"] = f"{request.scope['path']}/{card.id}"
    return response


@router.get("/cards/next", responses={200: {"model": NextOut}})
def next_card(caller: ReviewerDep, session: ReadDep) -> JSONResponse:
    """The draft most worth the caller's next minute, why, and how many wait, this one included."""
    found = library.next_card(session, caller)
    why = reasons.reasons(session, caller, [found.card])[found.card.id] if found.card else ()
    card = found.card and cards.document(found.card)
    return JSONResponse({"card": card, "left": found.left, "why": list(why)})


@router.get("/cards/{card_id}", responses={200: {"model": CardOut}, **problems(404, 410)})
def get_card(card_id: str, caller: CallerDep, session: ReadDep) -> JSONResponse:
    """The card: its newest revision, or the served one for who sees only that."""
    return shown(library.view(session, caller, library.find_card(session, caller, card_id)))


@router.patch("/cards/{card_id}", responses={200: {"model": CardOut}, **problems(404, 409, 410, 412, 428)})
def edit_card(
    request: Request,
    card_id: str,
    caller: ReviewerDep,
    session: WriteDep,
    body: Annotated[CardChange, Body(media_type="application/merge-patch+json")],
) -> JSONResponse:
    """A new revision (RFC 7396). What readers are served stays until the new one is approved."""
    card = matching(request, session, caller, card_id, wanted=True)
    review.edit(session, card, body.model_dump(mode="json", exclude_unset=True), by=caller, seen=card.version)
    return shown(library.view(session, caller, card))


@router.post("/cards/{card_id}/transitions", responses={200: {"model": CardOut}, **problems(404, 409, 410, 412)})
def move_card(
    request: Request, card_id: str, caller: ReviewerDep, session: WriteDep, body: TransitionIn
) -> JSONResponse:
    """Take it into review, approve, reject or retire it."""
    card = matching(request, session, caller, card_id, wanted=False)
    if body.revision is not None and body.revision != card.revision:
        raise Conflict(f"You saw revision {body.revision}; the newest one is {card.revision}.")
    review.move(session, card, body.to, by=caller, seen=card.version, reason=body.reason, note=body.note)
    return shown(library.view(session, caller, card))


@router.post("/cards/{card_id}/verdicts", responses={200: {"model": CardOut}, **problems(404, 409, 410, 412, 428)})
def judge_line(request: Request, card_id: str, caller: ReviewerDep, session: WriteDep, body: VerdictIn) -> JSONResponse:
    """Accept, reword or reject one line, or a whole slot. A later verdict of the same person on it takes its place.

    To reject a line takes it off the card and to reword it changes it, in a new revision: both want If-Match. To
    accept one changes nothing.
    """
    card = matching(request, session, caller, card_id, wanted=body.verdict != VerdictKind.ACCEPT)
    opinion = verdicts.Opinion(body.verdict, body.slot, body.line, body.text, body.reason, body.note)
    verdicts.judge(session, card, opinion, by=caller, seen=card.version)
    return shown(library.view(session, caller, card))


@router.delete(
    "/cards/{card_id}/verdicts/{verdict_id}",
    responses={200: {"model": CardOut}, **problems(404, 409, 410, 412, 428)},
)
def take_verdict_back(
    request: Request, card_id: str, verdict_id: str, caller: ReviewerDep, session: WriteDep
) -> JSONResponse:
    """Forget it. A line that was rejected is put back on the card, in a new revision: that wants If-Match."""
    found = verdicts.find(session, reviewed(session, caller, card_id), verdict_id)
    card = matching(request, session, caller, card_id, wanted=found.verdict == VerdictKind.REJECT)
    verdicts.take_back(session, card, found, by=caller, seen=card.version)
    return shown(library.view(session, caller, card))


@router.get("/cards/{card_id}/metaphors", responses={200: {"model": PageOut[SharedFigureOut]}, **problems(404, 410)})
def list_shared_metaphors(
    request: Request, card_id: str, caller: CallerDep, session: ReadDep, asked: PageDep
) -> JSONResponse:
    """Its figures of speech that other experts use too, with the cards on which they do, as far as you may see."""
    view = library.view(session, caller, library.find_card(session, caller, card_id))
    rows = [documents.shared_figure(*each) for each in figures.also_used(session, caller, view)]
    return sliced(request, rows, asked, order="metaphors")


@router.get("/cards/{card_id}/voices", responses={200: {"model": VoicesOut}, **problems(404, 410)})
def get_voices(card_id: str, caller: CallerDep, session: ReadDep) -> JSONResponse:
    """What others say about the same thing: who agrees, who says otherwise. People decide who is right."""
    card = library.find_card(session, caller, card_id)
    return JSONResponse(documents.voices(voices.voices(session, caller, library.view(session, caller, card))))


@router.get("/cards/{card_id}/revisions", responses={200: {"model": PageOut[RevisionOut]}, **problems(404, 410)})
def list_revisions(request: Request, card_id: str, caller: CallerDep, session: ReadDep, asked: PageDep) -> JSONResponse:
    """What it said, oldest first."""
    card = library.find_card(session, caller, card_id)
    rows = [documents.revision(row) for row in library.revisions(session, caller, card)]
    return sliced(request, rows, asked, order="revisions")


@router.get("/cards/{card_id}/revisions/{number}", responses={200: {"model": CardOut}, **problems(404, 410)})
def get_revision(card_id: str, number: Number, caller: CallerDep, session: ReadDep) -> JSONResponse:
    """The card with what that revision says."""
    card = library.find_card(session, caller, card_id)
    return JSONResponse(cards.document(library.revision_view(session, caller, card, number)))


@router.get("/cards/{card_id}/history", responses={200: {"model": PageOut[EventOut]}, **problems(404, 410)})
def list_history(request: Request, card_id: str, caller: ReviewerDep, session: ReadDep, asked: PageDep) -> JSONResponse:
    """Who did what, when, why; oldest first. For those who may review the card."""
    card = reviewed(session, caller, card_id)
    mask = library.mask(session, card)
    return sliced(request, [documents.event(row, mask) for row in library.history(card)], asked, order="history")


@router.get("/cards/{card_id}/proposals", responses={200: {"model": PageOut[ProposalOut]}, **problems(404, 410)})
def list_proposals(
    request: Request,
    card_id: str,
    caller: ReviewerDep,
    session: ReadDep,
    asked: PageDep,
    state: ProposalState | None = None,
) -> JSONResponse:
    """What a corrected transcript, a later run or another interview would change, oldest first.

    For those who may review the card. `evidence`: the card with what somebody else says of the same thing.
    `contradicts`: `other` may say otherwise, and accepting it says that it does.
    """
    card = reviewed(session, caller, card_id)
    view = library.view(session, caller, card)
    found = proposals.proposals_of(session, caller, card, state=state)
    rows = [documents.proposal(session, caller, view, row) for row in found]
    return sliced(request, rows, asked, order="proposals")


@router.post(
    "/cards/{card_id}/proposals/{proposal_id}/accept",
    responses={200: {"model": CardOut}, **problems(404, 409, 410, 412, 428)},
)
def accept_proposal(
    request: Request, card_id: str, proposal_id: str, caller: ReviewerDep, session: WriteDep
) -> JSONResponse:
    """A new revision that says what was proposed. What readers are served stays until it is approved.

    A card that was evidence is set aside as a double, unless it is approved. A contradiction makes no revision: the
    other's experts are named on the card as saying otherwise, and a link says so.
    """
    card = matching(request, session, caller, card_id, wanted=True)
    proposals.accept(session, card, proposal_id, by=caller, seen=card.version)
    return shown(library.view(session, caller, card))


@router.post(
    "/cards/{card_id}/proposals/{proposal_id}/reject",
    responses={200: {"model": ProposalOut}, **problems(404, 409, 410, 412)},
)
def reject_proposal(
    request: Request, card_id: str, proposal_id: str, caller: ReviewerDep, session: WriteDep
) -> JSONResponse:
    """The card stays as it is, and the same is not proposed again."""
    card = matching(request, session, caller, card_id, wanted=False)
    row = proposals.reject(session, card, proposal_id, by=caller)
    return JSONResponse(documents.proposal(session, caller, library.view(session, caller, card), row))


@router.get(
    "/cards/{card_id}/evidence/{index}/clip",
    response_class=Response,
    responses={200: {"content": {"audio/wav": {}}}, **problems(404, 409, 410)},
)
def get_clip(
    card_id: str,
    index: Number,
    caller: CallerDep,
    services: ServicesDep,
    session: ReadDep,
    pad_s: Annotated[float, Query(ge=0, le=5, description="Seconds of room before and behind.")] = 0.5,
) -> Response:
    """The sound of that piece of evidence, as WAV, with a beep over every word that is hidden.

    A reader hears it where its experts agree to `play_audio`.
    """
    card = library.find_card(session, caller, card_id)
    evidence = piece(library.view(session, caller, card), index)
    recording = heard_in(session, evidence)
    if not library.sees_newest(session, caller, card) and not store.agreed(recording, Scope.PLAY_AUDIO):
        raise Forbidden("The experts did not agree that their voices are played (play_audio).")
    if evidence.start_s is None or evidence.end_s is None:
        raise NotFound("This evidence has no times, so there is no clip of it.")
    if recording.media_sha256 is None or not services.blobs.exists(recording.media_sha256):
        raise NotFound("There is no sound behind this evidence: its recording is a transcript.")
    end_s = min(evidence.end_s, evidence.start_s + LONGEST_CLIP_S) + pad_s
    begin_s = max(0.0, evidence.start_s - pad_s)
    path, beeps = services.blobs.path(recording.media_sha256), hidden_sounds(session, recording)
    sound = services.readers.clip(path, begin_s, end_s, beeps=beeps)
    return Response(sound, media_type="audio/wav")


def hidden_sounds(session: Session, recording: Recording) -> list[Clip]:
    """What nobody is to hear of the recording. Raises Conflict where nobody can say when it is heard."""
    transcript = transcripts.latest_transcript(session, recording.id) if recording.hidden else None
    return redaction.beeps(transcript) if transcript else []


def shown(view: CardView, status: int = 200) -> JSONResponse:
    """The card, with the ETag of this revision and what this caller sees of it."""
    return JSONResponse(cards.document(view), status, {"ETag": cards.etag(view)})


def reviewed(session: Session, caller: Caller, card_id: str) -> Card:
    """A card of which the caller sees everything. Raises NotFound, Gone, Forbidden."""
    card = library.find_card(session, caller, card_id)
    if not library.sees_newest(session, caller, card):
        raise Forbidden("That of this card is for those who review it.")
    return card


def matching(request: Request, session: Session, caller: Caller, card_id: str, *, wanted: bool) -> Card:
    """The card in the version that If-Match names. Raises NotFound, Gone, Unconditional, Stale."""
    card = library.find_card(session, caller, card_id)
    check_match(request, cards.etag(library.view(session, caller, card)), wanted=wanted)
    return card


def piece(view: CardView, index: int) -> Evidence:
    """The evidence with that index. Raises NotFound."""
    found = next((each for each in view.content.evidence if each.index == index), None)
    if found is None:
        raise NotFound(f"This card has no evidence {index}.")
    return found


def heard_in(session: Session, evidence: Evidence) -> Recording:
    """The recording of that evidence. Raises NotFound where it is gone."""
    row = session.get(Recording, evidence.recording_id)
    if row is None or row.state == RecordingState.WITHDRAWN:
        raise NotFound("The recording behind this evidence is gone.")
    return row
