"""Guides for interviews, to be read and printed."""

from collections.abc import Sequence
from typing import Any
from urllib.parse import urlencode

from fastapi import Request
from fastapi.responses import Response

from api.deps import ReadDep
from api.guides import Task, follow_up
from api.pages.page import PageCaller, new_router, render
from models import store
from models.errors import Forbidden
from pipeline import guides
from pipeline.guides import Source, ToAsk

router = new_router()


@router.get("/guides")
def show_guides(request: Request, caller: PageCaller, session: ReadDep, cursor: str | None = None) -> Response:
    """The way to every guide."""
    page = store.list_experts(session, caller, cursor=cursor)
    return render(
        request,
        "guides.html",
        experts=[{"id": row.id, "name": row.name} for row in page.items],
        more=f"/guides?{urlencode({'cursor': page.next})}" if page.next else None,
        can_review=caller.role.can_review,
    )


@router.get("/guides/interview")
def show_interview_guide(request: Request, caller: PageCaller, task: Task = "") -> Response:
    """How to hold a first interview on a task."""
    return render(
        request,
        "interview_guide.html",
        guide=guides.interview_guide(task),
        task=task,
        download=f"/api/v1/interview-guide.md?{urlencode({'task': task})}",
    )


@router.get("/experts/{expert_id}/guide")
def show_follow_up(request: Request, expert_id: str, caller: PageCaller, session: ReadDep) -> Response:
    """What to ask an expert next time."""
    if not caller.role.can_review:
        raise Forbidden("The questions for an expert are for those who review.")
    guide = follow_up(session, caller, expert_id)
    return render(
        request,
        "follow_up.html",
        guide=guide,
        first=shown(guide.first),
        more=shown(guide.more),
        covered=[{"name": each.name, "asked": each.asked, **placed(each.covered_by)} for each in guide.covered],
        download=f"/api/v1/experts/{guide.expert_id}/guide.md",
        nothing_heard=guides.NOTHING_HEARD,
        nothing_open=guides.NOTHING_OPEN,
    )


def shown(questions: Sequence[ToAsk]) -> list[dict[str, Any]]:
    """Questions as the page lays them out."""
    return [
        {"question": each.question, "why": each.why, "card_id": each.card_id, "card": each.card, **placed(each.source)}
        for each in questions
    ]


def placed(source: Source | None) -> dict[str, str]:
    """What was said, and the way there."""
    if source is None:
        return {}
    return {"quote": source.quote, "where": guides.where(source), "href": f"/recordings/{source.recording_id}"}
