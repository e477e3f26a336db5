"""Signing in and out."""

from datetime import timedelta

from fastapi import Request
from fastapi.responses import RedirectResponse, Response
from sqlalchemy.orm import Session

from api.auth import COOKIE, caller_of, forget, remember
from api.deps import WriteDep, services_of
from api.pages.page import PageCaller, Posted, local, new_router, render
from models import accounts
from models.tables import User

SESSION_S = int(timedelta(hours=12).total_seconds())
router = new_router()


@router.get("/")
def home(caller: PageCaller) -> Response:
    return RedirectResponse("/queue", status_code=303)


@router.get("/sign-in")
def ask_name(request: Request, next: str = "/") -> Response:
    if caller_of(request) is not None:
        return RedirectResponse(local(next), status_code=303)
    return render(request, "sign_in.html", next=local(next), name="", problem=None)


@router.post("/sign-in")
async def sign_in(request: Request, session: WriteDep) -> Response:
    """Check name and password; the answer takes as long for a name that nobody has."""
    form = await request.form(max_files=0)
    name, wanted = str(form.get("name", "")), local(str(form.get("next", "/")))
    services_of(request).sign_ins.take(name.casefold()[:200])
    user = accounts.verify_password(session, name, str(form.get("password", "")))
    if user is None:
        problem = "That name and password do not go together."
        return render(request, "sign_in.html", status=401, next=wanted, name=name, problem=problem)
    return enter(request, session, user, wanted)


@router.get("/sign-in/{token}")
def follow_link(request: Request, token: str, session: WriteDep, next: str = "/queue") -> Response:
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
def sign_out(request: Request, form: Posted, session: WriteDep) -> Response:
    accounts.close_session(session, request.cookies.get(COOKIE, ""))
    response = RedirectResponse("/sign-in", status_code=303)
    forget(response, secure=services_of(request).settings.secure_cookies)
    return response
