"""The concepts: a list to search, and one of them with its cards and, for managers, what they can change."""

from typing import Any
from urllib.parse import urlencode

from fastapi import Request
from fastapi.responses import RedirectResponse, Response
from sqlalchemy.orm import Session
from starlette.datastructures import FormData

from api import showing
from api.deps import ReadDep, WriteDep, managing
from api.pages.page import PageCaller, Posted, back_to, new_router, render
from api.rules import etag_of
from models import labelling, lookups, scheme
from models.access import Caller
from models.documents import to_document, to_json
from models.errors import FieldError, Invalid, Stale
from models.scheme import ConceptFilter, ConceptView
from models.tables import ConceptRow

router = new_router()
SHOWN = 50  # concepts on a page


@router.get("/concepts")
def show_concepts(
    request: Request,
    caller: PageCaller,
    session: ReadDep,
    q: str = "",
    sort: str = "weight",
    hidden: bool = False,
    cursor: str | None = None,
) -> Response:
    """The things that experts talk about, what is talked about most first."""
    wanted = ConceptFilter(q.strip(), hidden=hidden and caller.role.can_manage)
    page = scheme.list_concepts(session, caller, wanted, sort=sort, cursor=cursor, limit=SHOWN)
    kept = {"q": q, "sort": sort, **({"hidden": "true"} if wanted.hidden else {})}
    tabs = [("Most talked about", {"sort": "weight"}), ("By name", {"sort": "label"})]
    tabs += [("Hidden", {"sort": "label", "hidden": "true"})] if caller.role.can_manage else []
    return render(
        request,
        "concepts.html",
        concepts=page.items,
        q=q,
        sort=sort,
        hidden=wanted.hidden,
        tabs=[
            {
                "href": f"/concepts?{urlencode({'q': q, **query})}",
                "text": text,
                "here": query == {name: value for name, value in kept.items() if name != "q"},
            }
            for text, query in tabs
        ],
        more=f"/concepts?{urlencode({**kept, 'cursor': page.next})}" if page.next else None,
    )


@router.get("/concepts/{concept_id}")
def show_concept(request: Request, concept_id: str, caller: PageCaller, session: ReadDep) -> Response:
    """One concept; the page of one that was merged is its heir's."""
    row = scheme.find_concept(session, caller, concept_id)
    if row.id != concept_id:
        return RedirectResponse(f"/concepts/{row.id}", status_code=301)
    view = scheme.view(session, caller, row)
    return render(
        request,
        "concept.html",
        concept=view,
        broader=scheme.some(session, caller, view.broader),
        narrower=scheme.some(session, caller, view.narrower),
        related=scheme.some(session, caller, view.related),
        cards=[
            {"id": one.id, "title": one.content.title, "kind": one.content.kind.value, "state": one.state.value}
            for one in scheme.cards(session, caller, row)
        ],
        own=next((one.text for one in view.definitions if one.recording_id is None), ""),
        seen=version_of(view),
        history=events_of(session, row) if caller.role.can_manage else [],
    )


def version_of(view: ConceptView) -> str:
    """What a form's page showed, to be compared when the form comes back."""
    return etag_of(to_json(to_document(view)).encode())


def events_of(session: Session, row: ConceptRow) -> list[showing.ShownEvent]:
    """What people did to it, with their names."""
    events, mask = scheme.history(session, row), scheme.mask(session, row)
    names = lookups.signers(session, {event.by for event in events})
    return [showing.concept_event_of(event, names, mask) for event in events]


@router.post("/concepts/{concept_id}/edit")
def edit_concept(concept_id: str, caller: PageCaller, form: Posted, session: WriteDep) -> Response:
    """What differs from what the form's page showed."""
    row = seen_row(session, caller, concept_id, form)
    patch = patch_of(session, caller, scheme.view(session, caller, row), form)
    if not patch:
        return back_to(f"/concepts/{row.id}", "Nothing was changed.")
    labelling.relabel(session, row, patch, by=caller)
    return back_to(f"/concepts/{row.id}", "Saved. Later interviews add to it and change none of this.")


@router.post("/concepts/{concept_id}/merge")
def merge_concept(concept_id: str, caller: PageCaller, form: Posted, session: WriteDep) -> Response:
    """This concept goes into another one."""
    row = seen_row(session, caller, concept_id, form)
    heirs = named(session, caller, str(form.get("into", "")), pointer="/into")
    if len(heirs) != 1:
        raise Invalid("Name the one concept that this one is.", errors=[FieldError("/into", "wants one name")])
    heir = scheme.find_concept(session, caller, heirs[0])
    labelling.merge(session, heir, [row.id], by=caller)
    return back_to(f"/concepts/{heir.id}", "Merged. The old address leads here.")


@router.post("/concepts/{concept_id}/split")
def split_concept(concept_id: str, caller: PageCaller, form: Posted, session: WriteDep) -> Response:
    """One that was merged into this concept stands for itself again."""
    row = seen_row(session, caller, concept_id, form)
    labelling.split(session, row, [str(form.get("concept", ""))], by=caller)
    return back_to(f"/concepts/{row.id}", "It stands for itself again.")


def seen_row(session: Session, caller: Caller, concept_id: str, form: FormData) -> ConceptRow:
    """The concept, as the form's page showed it. Raises Forbidden, NotFound, Stale."""
    managing(caller)
    row = scheme.find_concept(session, caller, concept_id)
    if form.get("seen") != version_of(scheme.view(session, caller, row)):
        raise Stale("The concept has changed since this page was opened.", remedy="Reload it, then decide again.")
    return row


def patch_of(session: Session, caller: Caller, view: ConceptView, form: FormData) -> dict[str, Any]:
    """The merge patch that the form stands for; a line or a comma parts one label from the next."""
    patch: dict[str, Any] = {}
    label = " ".join(str(form.get("pref_label", "")).split())
    if label != view.pref_label:
        patch["pref_label"] = label or None
    labels = parts(str(form.get("alt_labels", "")))
    if labels != list(view.alt_labels):
        patch["alt_labels"] = labels
    for name in ("broader", "related"):
        ids = named(session, caller, str(form.get(name, "")), pointer=f"/{name}")
        if sorted(ids) != sorted(getattr(view, name)):
            patch[name] = ids
    own = next((one.text for one in view.definitions if one.recording_id is None), "")
    text = str(form.get("definition", "")).strip()
    if text != own:
        patch["definition"] = text or None
    if struck := [one.id for one in view.definitions if f"strike.{one.id}" in form]:
        patch["not_definitions"] = struck
    if ("hidden" in form) != view.hidden:
        patch["hidden"] = "hidden" in form
    return patch


def parts(text: str) -> list[str]:
    """The names of a field, each once."""
    names = (" ".join(name.split()) for line in text.splitlines() for name in line.split(","))
    return list(dict.fromkeys(name for name in names if name))


def named(session: Session, caller: Caller, text: str, *, pointer: str) -> list[str]:
    """Ids of the concepts that the field names, by label or id. Raises Invalid for a name that none has."""
    found, errors = [], []
    for name in parts(text):
        concept_id = scheme.id_of(session, caller, name)
        if concept_id is None:
            errors.append(FieldError(pointer, f"there is no concept {name[:80]!r} that you may see"))
        else:
            found.append(concept_id)
    if errors:
        raise Invalid("; ".join(error.detail for error in errors), errors=errors)
    return found
