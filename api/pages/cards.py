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
from models import approval, contents, figures, library, lookups, proposals, reasons, review, verdicts, voices
from models.access import Caller
from models.cards import CardView, etag, version_seen
from models.errors import BadRequest, FieldError, Invalid
from models.tables import Card, CardState, ProposalKind, ProposalState, RejectionReason, VerdictKind
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

IN_LINE = ("drafts", "more")  # what waits for a verdict, as it is worth the next minute
ACCEPTED = {
    "revised": "Changed as it was proposed. Readers see it once you approve it.",
    "contradicted": "Noted on both cards: they say otherwise. The words stay as they are.",
}


REASONS = tuple(showing.Choice(reason.value, reason.value.replace("_", " ")) for reason in RejectionReason)


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
    """The drafts, those first that are most worth the next minute, and why; or the cards of another state."""
    if not caller.role.can_review:
        show = "approved"
    wanted = wanted_cards(show, q.strip(), recording)
    order = "queue" if show in IN_LINE else "rank"
    page = library.list_cards(session, caller, wanted, sort=order, cursor=cursor, limit=25)
    why = reasons.reasons(session, caller, page.items) if show in IN_LINE else {}
    waiting = library.next_card(session, caller) if caller.role.can_review else None
    kept = {"show": show, "q": q, **({"recording": recording} if recording else {})}
    titles = titles_of(session, page.items)
    marked = (
        proposals.proposed_among(session, caller, [card.id for card in page.items]) if caller.role.can_review else set()
    )
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
        cards=[
            card_row(card, titles) | {"proposed": card.id in marked, "why": " · ".join(why.get(card.id, ()))}
            for card in page.items
        ],
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
        "why_late": card.why_late,
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
            "why_late": card.why_late,
        },
        title_note=showing.worded_by(card.content.title_by),
        who=showing.speakers_of(card),
        experts=card.experts,
        served=card.served_revision if card.served_revision not in (None, card.revision) else None,
        left=waiting.left if waiting else None,
        why=showing.why_of(card.content),
        slots=showing.slots_of(card, onlooker=caller.signature),
        taken_off=showing.taken_off(card) if reviews else [],
        judges=reviews and row.state != CardState.RETIRED,
        reasons=REASONS,
        context=showing.context_of(card),
        gaps=card.content.gaps,
        shared=showing.shared_of(figures.also_used(session, caller, card)),
        voices=showing.voices_of(voices.voices(session, caller, card)),
        can_review=reviews,
        missing="; ".join(missing),
        moves=moves_of(row.state, ready=not missing),
        next_id=lookups.next_after(session, caller, card_id) if reviews else None,
        editing=edit,
        edit_slots=showing.edit_slots_of(card),
        kinds=[kind.value for kind in CardKind],
        etag=etag(card),
        history=events_of(session, row) if reviews else [],
        proposals=waiting_for(session, caller, row) if reviews else [],
    )


def waiting_for(session: Session, caller: Caller, row: Card) -> list[showing.ShownProposal]:
    """The open proposals, line by line."""
    content = contents.content_of(session, row)
    found = []
    for one in proposals.proposals_of(session, caller, row, state=ProposalState.OPEN):
        other, mask = proposals.other_of(session, caller, one), proposals.mask(session, one)
        if other is not None and one.kind == ProposalKind.CONTRADICTS:
            found.append(showing.contradiction_of(one, content, other, mask))
        else:
            found.append(showing.proposal_of(one, content, proposals.content_as_proposed(one), other, mask))
    return found


def moves_of(state: CardState, *, ready: bool) -> list[dict[str, Any]]:
    """The buttons below a card."""
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
            "reasons": REASONS if to in (CardState.REJECTED, CardState.RETIRED) else None,
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


@router.post("/cards/{card_id}/verdicts")
def judge_line(card_id: str, caller: PageCaller, form: Posted, session: WriteDep) -> Response:
    """What the onlooker says of one line."""
    row = library.find_card(session, caller, card_id)
    opinion = opinion_of(form)
    verdicts.judge(session, row, opinion, by=caller, seen=seen(form))
    said = "Taken off the card." if opinion.verdict == VerdictKind.REJECT else "Noted: that line is right."
    return back_to(f"/cards/{card_id}", said, anchor=f"slot-{opinion.slot}")


def opinion_of(form: FormData) -> verdicts.Opinion:
    """The verdict that a line's button sends: right, or off the card for a reason. Raises Invalid."""
    slot, line = str(form.get("slot", "")), str(form.get("line", ""))
    try:
        verdict = VerdictKind(str(form.get("verdict", "")))
        reason = RejectionReason(str(form.get("reason", ""))) if verdict == VerdictKind.REJECT else None
    except ValueError as error:
        raise Invalid("That is no verdict, or no reason of one.", remedy="Reload the card.") from error
    if not (line.isascii() and line.isdigit() and len(line) < 5):
        raise Invalid("The form does not say which line it is about.", remedy="Reload the card.")
    return verdicts.Opinion(verdict, slot, int(line), reason=reason)


@router.post("/cards/{card_id}/verdicts/{verdict_id}/take-back")
def take_verdict_back(card_id: str, verdict_id: str, caller: PageCaller, form: Posted, session: WriteDep) -> Response:
    """Forget a verdict; a rejected line is put back."""
    row = library.find_card(session, caller, card_id)
    verdict = verdicts.find(session, row, verdict_id)
    slot = verdict.slot
    verdicts.take_back(session, row, verdict, by=caller, seen=seen(form))
    return back_to(f"/cards/{card_id}", "Taken back.", anchor=f"slot-{slot}")


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


@router.post("/cards/{card_id}/title")
def choose_title(card_id: str, caller: PageCaller, form: Posted, session: WriteDep) -> Response:
    """One of the offered titles, as a new revision; the one before it is offered in its place."""
    row = library.find_card(session, caller, card_id)
    review.edit(session, row, {"title": str(form.get("choice", ""))}, by=caller, seen=seen(form))
    return back_to(f"/cards/{card_id}", "The card has another title, as a new revision.")


@router.post("/cards/{card_id}/proposals/{proposal_id}/accept")
def accept_proposal(card_id: str, proposal_id: str, caller: PageCaller, form: Posted, session: WriteDep) -> Response:
    """What was proposed, as a new revision."""
    row = library.find_card(session, caller, card_id)
    proposals.accept(session, row, proposal_id, by=caller, seen=seen(form))
    return back_to(f"/cards/{card_id}", ACCEPTED.get(row.events[-1].type, "Changed as it was proposed."))


@router.post("/cards/{card_id}/proposals/{proposal_id}/reject")
def reject_proposal(card_id: str, proposal_id: str, caller: PageCaller, form: Posted, session: WriteDep) -> Response:
    """The card stays."""
    row = library.find_card(session, caller, card_id)
    proposals.reject(session, row, proposal_id, by=caller)
    return back_to(f"/cards/{card_id}", "It stays as it is; the same is not proposed again.")
