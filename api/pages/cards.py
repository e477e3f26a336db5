"""The queue of drafts, and one card with its evidence."""

from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode

from fastapi import Request
from fastapi.responses import Response
from sqlalchemy.orm import Session
from starlette.datastructures import FormData

from api import showing
from api.deps import ReadDep, WriteDep
from api.pages.page import PageCaller, Posted, back_to, new_router, render
from models import approval, contents, library, lookups, proposals, proposing, review
from models.access import Caller
from models.cards import CardView, etag, version_seen
from models.errors import BadRequest, FieldError, Invalid
from models.tables import Card, CardState, ProposalState, RejectionReason
from models.values import CardKind

router = new_router()
TABS = (
    ("drafts", "To review", "Nothing waits for you. Upload an interview, or look at what is approved."),
    ("more", "All drafts", "No drafts are left."),
    ("proposed", "Would change", "Nothing is proposed. Corrected words and later runs propose changes; people decide."),
    ("approved", "Approved", "No card is approved yet. An approved card is what other tools get."),
    ("rejected", "Rejected", "No card was rejected."),
    ("retired", "Retired", "No card was retired."),
)


def wanted_cards(show: str, q: str, recording: str | None) -> library.CardFilter:
    """What a tab shows."""
    states = {"approved": CardState.APPROVED, "rejected": CardState.REJECTED, "retired": CardState.RETIRED}
    first = True if show == "drafts" and not recording and not q else None
    if show == "proposed":
        return library.CardFilter(proposed=True, q=q, recording=recording)
    return library.CardFilter(state=states.get(show, CardState.DRAFT), first=first, q=q, recording=recording)


@router.get("/queue")
def show_queue(
    request: Request,
    caller: PageCaller,
    session: ReadDep,
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
    marked = proposing.proposed_among(session, [card.id for card in page.items]) if caller.role.can_review else set()
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
        cards=[card_row(card, titles) | {"proposed": card.id in marked} for card in page.items],
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
def show_card(request: Request, card_id: str, caller: PageCaller, session: ReadDep, edit: bool = False) -> Response:
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
        experts=card.experts,
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
        proposals=waiting_for(session, row) if reviews else [],
    )


def waiting_for(session: Session, row: Card) -> list[showing.ShownProposal]:
    """The open proposals, line by line."""
    found = proposals.proposals_of(session, row, state=ProposalState.OPEN)
    content = contents.content_of(session, row)
    return [
        showing.proposal_of(one, content, proposals.content_as_proposed(one), proposals.mask(session, one))
        for one in found
    ]


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
        CardState.IN_REVIEW: ("Take into review", "quiet", "k"),
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


def events_of(session: Session, row: Card) -> list[showing.ShownEvent]:
    """The card's history with people's names."""
    events = library.history(row)
    names = lookups.signers(session, {event.by for event in events})
    mask = library.mask(session, row)
    return [showing.event_of(event, names, mask) for event in events]


@router.post("/cards/{card_id}/move")
def move_card(card_id: str, caller: PageCaller, form: Posted, session: WriteDep) -> Response:
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
def edit_card(card_id: str, caller: PageCaller, form: Posted, session: WriteDep) -> Response:
    """The edited form as a new revision."""
    row = library.find_card(session, caller, card_id)
    texts = {name: value for name, value in form.multi_items() if isinstance(value, str)}
    patch = showing.patch_of(library.view(session, caller, row), texts)
    if not patch:
        return back_to(f"/cards/{card_id}", "Nothing was changed.")
    review.edit(session, row, patch, by=caller, seen=seen(form))
    return back_to(f"/cards/{card_id}", "Saved as a new revision.")


@router.post("/cards/{card_id}/proposals/{proposal_id}/accept")
def accept_proposal(card_id: str, proposal_id: str, caller: PageCaller, form: Posted, session: WriteDep) -> Response:
    """What was proposed, as a new revision."""
    row = library.find_card(session, caller, card_id)
    proposals.accept(session, row, proposal_id, by=caller, seen=seen(form))
    return back_to(f"/cards/{card_id}", "Changed as it was proposed. Readers see it once you approve it.")


@router.post("/cards/{card_id}/proposals/{proposal_id}/reject")
def reject_proposal(card_id: str, proposal_id: str, caller: PageCaller, form: Posted, session: WriteDep) -> Response:
    """The card stays."""
    row = library.find_card(session, caller, card_id)
    proposals.reject(session, row, proposal_id, by=caller)
    return back_to(f"/cards/{card_id}", "It stays as it is; the same is not proposed again.")
