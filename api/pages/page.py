"""What every page is made of: who looks, what they sent, how it is laid out, and where to go next."""

from pathlib import Path
from typing import Annotated, Any
from urllib.parse import urlencode, urlsplit

from fastapi import APIRouter, Depends, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response
from fastapi.templating import Jinja2Templates
from starlette.datastructures import FormData

from api.auth import caller_of, check_csrf
from api.errors import describe
from models.access import Caller
from models.errors import TacitError

API = Path(__file__).parents[1]
TEMPLATES = Jinja2Templates(directory=API / "templates")


def new_router() -> APIRouter:
    """A router of pages: no part of the REST interface."""
    return APIRouter(include_in_schema=False, default_response_class=HTMLResponse)


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
        query = request.url.query if request.method == "GET" else ""
        raise SignInFirst(request.url.path + (f"?{query}" if query else ""))
    return caller


PageCaller = Annotated[Caller, Depends(page_caller)]


async def posted(request: Request, caller: PageCaller) -> FormData:
    """The fields of a form that this caller's own page sent."""
    form = await request.form(max_files=0, max_fields=500)
    check_csrf(caller, str(form.get("csrf", "")))
    return form


Posted = Annotated[FormData, Depends(posted)]


def render(request: Request, template: str, *, status: int = 200, **context: Any) -> HTMLResponse:
    """One page, with what every page shows."""
    caller = caller_of(request)
    reviewed = [("/recordings", "Recordings")] if caller and caller.role.can_review else []
    places = [("/queue", "Drafts"), *reviewed, ("/map", "Map"), ("/concepts", "Concepts"), ("/guides", "Guides")]
    nav = [{"href": href, "text": text, "here": request.url.path.startswith(href)} for href, text in places]
    shown = {"caller": caller, "nav": nav, "notice": request.query_params.get("notice"), **context}
    page = TEMPLATES.TemplateResponse(request, template, shown, status)
    page.headers["Cache-Control"] = "no-store"
    return page


def problem_page(request: Request, error: TacitError) -> Response:
    """The error as a page, with the way back."""
    back = local(urlsplit(request.headers.get("referer", "/")).path)
    page = render(request, "problem.html", status=error.status, problem=describe(error), back=back)
    page.headers.update(error.headers)
    return page


def back_to(path: str, notice: str = "", *, anchor: str = "") -> RedirectResponse:
    """To a page (to the place on it that the anchor names) after something was done; the notice says what."""
    query = f"?{urlencode({'notice': notice})}" if notice else ""
    return RedirectResponse(f"{path}{query}{f'#{anchor}' if anchor else ''}", status_code=303)


def local(path: str) -> str:
    """The path, where it leads to a page of ours; else the first page."""
    fits = path.startswith("/") and not path.startswith("//") and "\\" not in path and path.isprintable()
    return path if fits else "/"
