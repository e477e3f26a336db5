"""The review pages: server-rendered, usable without JavaScript and without a mouse."""

import json
from collections.abc import AsyncIterator, Mapping
from datetime import timedelta
from pathlib import Path
from typing import Annotated, Any
from urllib.parse import urlencode

from fastapi import APIRouter, Depends, FastAPI, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response
from fastapi.staticfiles import StaticFiles
from fastapi.templating import Jinja2Templates
from sqlalchemy import select
from sqlalchemy.orm import Session
from starlette.datastructures import FormData

from api import jobs, showing
from api.auth import caller_of, check_csrf, forget, remember
from api.deps import ServicesDep, services_of, write_session
from api.errors import describe
from api.multipart import Form
from api.uploads import HandedIn, names_in, take, taking
from models import accounts, approval, library, lookups, review, stages, store
from models.access import Agreement, Caller, Scope
from models.cards import CardView, etag, version_seen
from models.errors import BadRequest, FieldError, Forbidden, Invalid, TacitError
from models.tables import CardState, Key, RecordingState, RejectionReason, User
from models.transcripts import latest_transcript
from models.values import CardKind

HERE = Path(__file__).parent
TEMPLATES = Jinja2Templates(directory=HERE / "templates")
SESSION_S = int(timedelta(hours=12).total_seconds())
REFRESH_S = 3
router = APIRouter(include_in_schema=False, default_response_class=HTMLResponse)


class SignInFirst(Exception):
    """A page that needs to know who asks was opened by nobody known."""

    def __init__(self, wanted: str) -> None:
        super().__init__(wanted)
        self.wanted = wanted


def to_sign_in(request: Request, error: Exception) -> Response:
    wanted = error.wanted if isinstance(error, SignInFirst) else "/"
    return RedirectResponse(f"/sign-in?{urlencode({'next': wanted})}", status_code=303)


def page_caller(request: Request) -> Caller:
    """Who looks at the page; nobody known is sent to sign in, and back afterwards."""
    caller = caller_of(request)
    if caller is None or caller.csrf is None:
        raise SignInFirst(
            request.url.path + (f"?{request.url.query}" if request.method == "GET" and request.url.query else "")
        )
    return caller


PageCaller = Annotated[Caller, Depends(page_caller)]


async def posted(request: Request, caller: PageCaller) -> FormData:
    """The fields of a form that this caller's own page sent."""
    form = await request.form(max_files=0, max_fields=500)
    check_csrf(caller, str(form.get("csrf", "")))
    return form


Posted = Annotated[FormData, Depends(posted)]
PageWrite = Annotated[Session, Depends(write_session, scope="function")]


def read_session(request: Request) -> Any:
    with services_of(request).database.reading() as session:
        yield session


PageRead = Annotated[Session, Depends(read_session)]


def render(request: Request, template: str, *, status: int = 200, **context: Any) -> HTMLResponse:
    """One page, with what every page shows."""
    caller = caller_of(request)
    places = [("/queue", "Drafts")] + ([("/recordings", "Recordings")] if caller and caller.role.can_review else [])
    nav = [{"href": href, "text": text, "here": request.url.path.startswith(href)} for href, text in places]
    shown = {"caller": caller, "nav": nav, "notice": request.query_params.get("notice"), **context}
    page = TEMPLATES.TemplateResponse(request, template, shown, status)
    page.headers["Cache-Control"] = "no-store"
    return page


def problem_page(request: Request, error: TacitError) -> Response:
    """The error as a page, with the way back."""
    back = request.headers.get("referer", "/")
    page = render(request, "problem.html", status=error.status, problem=describe(error), back=back)
    page.headers.update(error.headers)
    return page


def back_to(path: str, notice: str = "") -> RedirectResponse:
    """To a page after something was done; the notice says what."""
    return RedirectResponse(f"{path}?{urlencode({'notice': notice})}" if notice else path, status_code=303)


def local(path: str) -> str:
    """The path, where it leads to a page of ours; else the first page."""
    fits = path.startswith("/") and not path.startswith("//") and "\\" not in path and path.isprintable()
    return path if fits else "/"


def install(app: FastAPI) -> None:
    """Add the pages and what they look like to the application."""
    app.add_exception_handler(SignInFirst, to_sign_in)
    app.include_router(router)
    app.mount("/static", StaticFiles(directory=HERE / "static"), name="static")


# Signing in


@router.get("/")
def home(caller: PageCaller) -> Response:
    return RedirectResponse("/queue", status_code=303)


@router.get("/sign-in")
def ask_name(request: Request, next: str = "/") -> Response:
    if caller_of(request) is not None:
        return RedirectResponse(local(next), status_code=303)
    return render(request, "sign_in.html", next=local(next), name="", problem=None)


@router.post("/sign-in")
async def sign_in(request: Request, session: PageWrite) -> Response:
    """Check name and password; the answer takes as long for a name that nobody has."""
    form = await request.form(max_files=0)
    name, wanted = str(form.get("name", "")), local(str(form.get("next", "/")))
    user = accounts.verify_password(session, name, str(form.get("password", "")))
    if user is None:
        problem = "That name and password do not go together."
        return render(request, "sign_in.html", status=401, next=wanted, name=name, problem=problem)
    return enter(request, session, user, wanted)


@router.get("/sign-in/{token}")
def follow_link(request: Request, token: str, session: PageWrite, next: str = "/queue") -> Response:
    """Open the session that a sign-in link stands for. A link that was used leads on where its browser still is."""
    user = accounts.redeem_link(session, token)
    if user is not None:
        return enter(request, session, user, local(next))
    if caller_of(request) is not None:
        return RedirectResponse(local(next), status_code=303)
    problem = "That link was used already, or is too old. Ask for a new one, or sign in with your name and password."
    return render(request, "sign_in.html", status=401, next=local(next), name="", problem=problem)


def enter(request: Request, session: Session, user: User, wanted: str) -> Response:
    opened = accounts.open_session(session, user)
    response = RedirectResponse(wanted, status_code=303)
    secure = services_of(request).settings.secure_cookies
    remember(response, opened.token, secure=secure, max_age_s=SESSION_S)
    return response


@router.post("/sign-out")
def sign_out(request: Request, form: Posted, session: PageWrite) -> Response:
    accounts.close_session(session, request.cookies.get("tacit_session", ""))
    response = RedirectResponse("/sign-in", status_code=303)
    forget(response, secure=services_of(request).settings.secure_cookies)
    return response


# Cards

TABS = (
    ("drafts", "To review", "Nothing waits for you. Upload an interview, or look at what is approved."),
    ("more", "All drafts", "No drafts are left."),
    ("approved", "Approved", "No card is approved yet. An approved card is what other tools get."),
    ("rejected", "Rejected", "No card was rejected."),
    ("retired", "Retired", "No card was retired."),
)


def wanted_cards(show: str, q: str, recording: str | None) -> library.CardFilter:
    """What a tab shows."""
    states = {"approved": CardState.APPROVED, "rejected": CardState.REJECTED, "retired": CardState.RETIRED}
    first = True if show == "drafts" and not recording and not q else None
    return library.CardFilter(state=states.get(show, CardState.DRAFT), first=first, q=q, recording=recording)


@router.get("/queue")
def show_queue(
    request: Request,
    caller: PageCaller,
    session: PageRead,
    show: str = "drafts",
    q: str = "",
    recording: str | None = None,
    cursor: str | None = None,
) -> Response:
    """The drafts, the most promising first; or the cards of another state."""
    if not caller.role.can_review:
        show = "approved"
    wanted = wanted_cards(show, q.strip(), recording)
    page = library.list_cards(session, caller, wanted, cursor=cursor, limit=25)
    waiting = library.next_card(session, caller) if caller.role.can_review else None
    kept = {"show": show, "q": q, **({"recording": recording} if recording else {})}
    titles = titles_of(session, page.items)
    tabs = [
        {"href": f"/queue?{urlencode({**kept, 'show': name})}", "text": text, "here": name == show}
        for name, text, _ in TABS
        if caller.role.can_review or name == "approved"
    ]
    return render(
        request,
        "queue.html",
        heading=next((text for name, text, _ in TABS if name == show), "Cards"),
        tabs=tabs,
        show=show,
        q=q,
        cards=[card_row(card, titles) for card in page.items],
        more=f"/queue?{urlencode({**kept, 'cursor': page.next})}" if page.next else None,
        next_id=waiting.card.id if waiting and waiting.card and show == "drafts" else None,
        empty=next((empty for name, _, empty in TABS if name == show), ""),
        can_manage=caller.role.can_manage,
    )


def card_row(card: CardView, titles: Mapping[str, str]) -> dict[str, Any]:
    sources = dict.fromkeys(titles.get(item.recording_id, "") for item in card.content.evidence)
    return {
        "id": card.id,
        "title": card.content.title,
        "summary": showing.summary_of(card),
        "kind": card.content.kind.value,
        "who": showing.speakers_of(card),
        "where": ", ".join(source for source in sources if source) or "written by a person",
        "state": "in review" if card.state == CardState.IN_REVIEW else "",
    }


def titles_of(session: Session, cards: tuple[CardView, ...]) -> dict[str, str]:
    """Titles of the recordings that the cards rest on."""
    return lookups.recording_titles(session, {item.recording_id for card in cards for item in card.content.evidence})


@router.get("/cards/{card_id}")
def show_card(request: Request, card_id: str, caller: PageCaller, session: PageRead, edit: bool = False) -> Response:
    """One card with its evidence, each line playable."""
    row = library.find_card(session, caller, card_id)
    card = library.view(session, caller, row)
    reviews = caller.role.can_review and library.sees_newest(session, caller, row)
    waiting = library.next_card(session, caller) if reviews else None
    missing = approval.missing(session, row) if reviews and CardState.APPROVED in review.MOVES[row.state] else []
    return render(
        request,
        "card.html",
        card={
            "id": card.id,
            "title": card.content.title,
            "title_choices": card.content.title_choices,
            "kind": card.content.kind.value,
            "state": card.state.value,
            "revision": card.revision,
        },
        who=showing.speakers_of(card),
        served=card.served_revision if card.served_revision not in (None, card.revision) else None,
        left=waiting.left if waiting else None,
        slots=showing.slots_of(card),
        context=showing.context_of(card),
        gaps=card.content.gaps,
        links=linked(session, caller, card),
        can_review=reviews,
        missing="; ".join(missing),
        moves=moves_of(row.state, ready=not missing),
        next_id=lookups.next_after(session, caller, card_id) if reviews else None,
        editing=edit,
        edit_slots=showing.edit_slots_of(card),
        kinds=[kind.value for kind in CardKind],
        etag=etag(card),
        history=events_of(session, row) if reviews else [],
    )


def linked(session: Session, caller: Caller, card: CardView) -> list[dict[str, str]]:
    """The cards that say something about the same thing, older and newer."""
    near = lookups.neighbours(session, caller, card.id)
    return [{"id": one.id, "title": one.content.title, "kind": kind.replace("_", " ")} for one, kind in near]


def moves_of(state: CardState, *, ready: bool) -> list[dict[str, Any]]:
    """The buttons below a card."""
    reasons = [showing.Choice(reason.value, reason.value.replace("_", " ")) for reason in RejectionReason]
    texts: dict[CardState, tuple[str, str, str]] = {
        CardState.APPROVED: ("Approve", "primary", "a"),
        CardState.REJECTED: ("Reject", "", "r"),
        CardState.IN_REVIEW: ("Keep for review", "quiet", "k"),
        CardState.DRAFT: ("Back to the drafts", "quiet", "b"),
        CardState.RETIRED: ("Retire", "danger", "x"),
    }
    order = [CardState.APPROVED, CardState.REJECTED, CardState.IN_REVIEW, CardState.DRAFT, CardState.RETIRED]
    return [
        {
            "to": to.value,
            "text": texts[to][0],
            "style": texts[to][1] if to != CardState.APPROVED or ready else "",
            "key": texts[to][2],
            "reasons": reasons if to in (CardState.REJECTED, CardState.RETIRED) else None,
        }
        for to in order
        if to in review.MOVES[state]
    ]


def events_of(session: Session, row: Any) -> list[showing.ShownEvent]:
    """The card's history with people's names."""
    events = library.history(row)
    ids = {event.by.removeprefix("human:") for event in events}
    names = {user.id: user.name for user in session.scalars(select(User).where(User.id.in_(ids)))}
    names |= {key.id: f"{key.name} (key)" for key in session.scalars(select(Key).where(Key.id.in_(ids)))}
    return [showing.event_of(event, names) for event in events]


@router.post("/cards/{card_id}/move")
def move_card(card_id: str, caller: PageCaller, form: Posted, session: PageWrite) -> Response:
    """A verdict; then the next card."""
    row = library.find_card(session, caller, card_id)
    try:
        to = CardState(str(form.get("to", "")))
    except ValueError as error:
        raise Invalid("That is no state of a card.", errors=[FieldError("/to", "is no state")]) from error
    review.move(session, row, to, by=caller, seen=seen(form), reason=str(form.get("reason") or "") or None)
    following = lookups.next_after(session, caller, card_id)
    done = to.value.replace("_", " ").capitalize()
    if to in (CardState.APPROVED, CardState.REJECTED) and following:
        return back_to(f"/cards/{following}", f"{done}. Here is the next one.")
    return back_to(f"/cards/{card_id}", f"{done}.")


def seen(form: FormData) -> int:
    """The version that the form's page showed."""
    version = version_seen(str(form.get("seen", "")))
    if version is None:
        raise BadRequest("The form does not say which version of the card it showed.", remedy="Reload the card.")
    return version


@router.post("/cards/{card_id}/edit")
def edit_card(card_id: str, caller: PageCaller, form: Posted, session: PageWrite) -> Response:
    """The edited form as a new revision."""
    row = library.find_card(session, caller, card_id)
    texts = {name: value for name, value in form.multi_items() if isinstance(value, str)}
    patch = showing.patch_of(library.view(session, caller, row), texts)
    if not patch:
        return back_to(f"/cards/{card_id}", "Nothing was changed.")
    review.edit(session, row, patch, by=caller, seen=seen(form))
    return back_to(f"/cards/{card_id}", "Saved as a new revision.")


# Recordings


@router.get("/recordings")
def show_recordings(request: Request, caller: PageCaller, session: PageRead, cursor: str | None = None) -> Response:
    """The recordings with their progress, newest first."""
    page = store.list_recordings(session, caller, cursor=cursor, limit=25)
    counts = store.counts(session, [row.id for row in page.items])
    shown = [showing.recording_of(row, counts[row.id]) for row in page.items]
    return render(
        request,
        "recordings.html",
        recordings=shown,
        more=f"/recordings?{urlencode({'cursor': page.next})}" if page.next else None,
        scopes=showing.scopes_of(None),
        can_manage=caller.role.can_manage,
        refresh_s=REFRESH_S if any(row.busy for row in shown) else None,
    )


async def page_upload(request: Request, caller: PageCaller) -> AsyncIterator[HandedIn]:
    """The upload of a page's form: with the session's token, and a tick for every scope of the consent."""
    managing(caller)

    def prepare(form: Form) -> None:
        check_csrf(caller, form.text("csrf"))
        scopes = form.texts("scope")
        names = [name for text in form.texts("experts") for name in names_in(text)]
        form.fields.append(("consent", json.dumps([{"expert": name, "scopes": scopes} for name in names])))

    async with taking(request, ("csrf", "scope"), prepare) as came:
        yield came


@router.post("/recordings")
def upload_recording(
    caller: PageCaller,
    services: ServicesDep,
    came: Annotated[HandedIn, Depends(page_upload, scope="function")],
    session: PageWrite,
) -> Response:
    """Hand in an interview, as over REST."""
    row, new = take(session, came, services, by=caller)
    notice = (
        "It waits for its turn." if new else "These very bytes were here already: this is the first recording of them."
    )
    return back_to(f"/recordings/{row.id}", notice)


@router.get("/recordings/{recording_id}")
def show_recording(request: Request, recording_id: str, caller: PageCaller, session: PageRead) -> Response:
    """One recording: how far it is, its consent, its words."""
    row = store.get_recording(session, caller, recording_id)
    shown = showing.recording_of(row, store.counts(session, [row.id])[row.id])
    transcript = latest_transcript(session, row.id)
    withdrawn = row.state == RecordingState.WITHDRAWN
    took = stages.timings(session, [row.id])[row.id]
    return render(
        request,
        "recording.html",
        recording=shown,
        withdrawn=withdrawn,
        can_manage=caller.role.can_manage,
        actions=actions_of(row.state),
        stages=[{"name": name, "seconds": f"{seconds:.1f}"} for name, seconds in took.items()],
        people=[
            {"id": each.expert_id, "name": each.expert.name, "scopes": showing.scopes_of(each)} for each in row.consents
        ],
        consent_open=any(each.recorded_at is None for each in row.consents),
        turns=showing.turns_of(transcript) if transcript else [],
        transcript_url=f"/api/v1/recordings/{row.id}/transcript",
        no_transcript="The words were deleted when the consent was taken back." if withdrawn else "There is none yet.",
        refresh_s=REFRESH_S if shown.busy else None,
    )


def actions_of(state: RecordingState) -> list[dict[str, str]]:
    if state in showing.BUSY:
        return [{"name": "cancel", "text": "Cancel"}]
    if state in (RecordingState.FAILED, RecordingState.CANCELLED):
        return [{"name": "retry", "text": "Try again"}]
    return []


@router.post("/recordings/{recording_id}/cancel")
def cancel_recording(
    request: Request, recording_id: str, caller: PageCaller, form: Posted, session: PageWrite, services: ServicesDep
) -> Response:
    managing(caller)
    jobs.cancel(request, session, caller, recording_id, services)
    return back_to(f"/recordings/{recording_id}", "Cancelled. What was finished is kept.")


@router.post("/recordings/{recording_id}/retry")
def retry_recording(
    recording_id: str, caller: PageCaller, form: Posted, session: PageWrite, services: ServicesDep
) -> Response:
    managing(caller)
    jobs.retry(session, caller, recording_id, services)
    return back_to(f"/recordings/{recording_id}", "It waits for its turn.")


@router.post("/recordings/{recording_id}/consent")
def record_consent(recording_id: str, caller: PageCaller, form: Posted, session: PageWrite) -> Response:
    """Every expert's scopes, as they are ticked."""
    managing(caller)
    row = store.get_recording(session, caller, recording_id)
    said = [
        Agreement(each.expert_id, tuple(Scope(str(value)) for value in form.getlist(each.expert_id)), each.until)
        for each in row.consents
    ]
    jobs.agree(session, caller, recording_id, said)
    notice = "The consent is recorded; what may not be shared any more is retired."
    return back_to(f"/recordings/{recording_id}", notice)


@router.post("/recordings/{recording_id}/withdraw")
def withdraw_recording(
    request: Request, recording_id: str, caller: PageCaller, form: Posted, session: PageWrite, services: ServicesDep
) -> Response:
    """Everything of the recording goes, once somebody has ticked that it shall."""
    managing(caller)
    if form.get("sure") != "yes":
        raise Invalid("Withdrawing cannot be undone.", remedy="Tick the box beside the button, if you are sure.")
    done = jobs.withdraw(request, session, caller, recording_id, services)
    return back_to(f"/recordings/{recording_id}", f"Withdrawn. {len(done.retired)} cards were retired.")


def managing(caller: Caller) -> None:
    if not caller.role.can_manage:
        raise Forbidden(f"This wants the role manager or a higher one; yours is {caller.role}.")
