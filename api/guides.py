"""Guides for the next interview: what to ask an expert again, and how to hold a first one."""

import re
import unicodedata
from collections.abc import Iterator
from typing import Annotated

from fastapi import APIRouter, Query
from fastapi.responses import JSONResponse, Response
from sqlalchemy.orm import Session

from api.deps import CallerDep, ReadDep, ReviewerDep
from api.rules import RuledRoute
from api.schemas import FollowUpOut, InterviewGuideOut, problems
from models import gaps, minings, redaction, store
from models.access import Caller, Scope
from models.documents import to_document
from models.gaps import CardGap, GapFilter
from models.hiding import hidden_now, mask_of_recording
from models.tables import Expert, Recording
from models.values import Transcript
from pipeline import guides
from pipeline.coverage import Covered, covered
from pipeline.guides import FollowUp, ProbeState, Source, ToAsk
from pipeline.probes import PROBES

router = APIRouter(route_class=RuledRoute, tags=["guides"])

MOST_FIRST = 12  # questions: about four minutes each, and time to talk
MOST_MORE = 18
MARKDOWN = "text/markdown; charset=utf-8"

Task = Annotated[str, Query(max_length=200, description="What the interview is about.", examples=["reading the dough"])]


@router.get("/experts/{expert_id}/guide", responses={200: {"model": FollowUpOut}, **problems(404)})
def get_follow_up(expert_id: str, caller: ReviewerDep, session: ReadDep) -> JSONResponse:
    """What to ask the expert next time, best first, with what was said; and which probes nobody has asked for yet."""
    return JSONResponse(to_document(follow_up(session, caller, expert_id)))


@router.get(
    "/experts/{expert_id}/guide.md",
    response_class=Response,
    responses={200: {"content": {"text/markdown": {}}}, **problems(404)},
)
def get_follow_up_markdown(expert_id: str, caller: ReviewerDep, session: ReadDep) -> Response:
    """The same as Markdown."""
    guide = follow_up(session, caller, expert_id)
    return markdown(guides.follow_up_markdown(guide), f"ask {guide.expert}")


@router.get("/interview-guide", responses={200: {"model": InterviewGuideOut}})
def get_interview_guide(caller: CallerDep, task: Task = "") -> JSONResponse:
    """How to hold a first interview on a task: about an hour, with what to say about consent."""
    guide = guides.interview_guide(task)
    return JSONResponse({**to_document(guide), "minutes": guide.minutes})


@router.get("/interview-guide.md", response_class=Response, responses={200: {"content": {"text/markdown": {}}}})
def get_interview_guide_markdown(caller: CallerDep, task: Task = "") -> Response:
    """The same as Markdown."""
    guide = guides.interview_guide(task)
    return markdown(guides.interview_markdown(guide), f"interview {guide.task}")


def markdown(text: str, name: str) -> Response:
    """The text as a file to keep; its name has no letters that a header would stumble over."""
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode()
    stem = re.sub(r"[^\w.-]+", "-", plain).strip("-.")[:80] or "guide"
    return Response(text, media_type=MARKDOWN, headers={"Content-Disposition": f'attachment; filename="{stem}.md"'})


def follow_up(session: Session, caller: Caller, expert_id: str) -> FollowUp:
    """What to ask the expert next time, over all recordings that the caller may see and that may be quoted.

    Raises NotFound where the caller may not see the expert.
    """
    expert = store.get_expert(session, caller, expert_id)
    heard = {row.id: row for row in recordings_of(session, caller, expert) if may_be_quoted(row)}
    found = [each for each in open_gaps(session, caller, expert) if is_said_by(expert, each, heard)]
    asked = [to_ask(each, heard) for each in found]
    return FollowUp(
        expert_id=expert.id,
        expert=expert.name,
        recordings=tuple(title_of(row) for row in heard.values()),
        first=tuple(asked[:MOST_FIRST]),
        more=tuple(asked[MOST_FIRST : MOST_FIRST + MOST_MORE]),
        probes=tuple(probe_states(session, expert, list(heard.values()))),
    )


def recordings_of(session: Session, caller: Caller, expert: Expert) -> Iterator[Recording]:
    """The expert's recordings that the caller may see, newest first."""
    cursor = None
    while True:
        page = store.list_recordings(session, caller, expert=expert.id, cursor=cursor, limit=200)
        yield from page.items
        if (cursor := page.next) is None:
            return


def may_be_quoted(row: Recording) -> bool:
    """Whether all its experts agree, at this moment, to be looked through and quoted."""
    return store.agreed(row, Scope.MINE) and store.agreed(row, Scope.QUOTE)


def open_gaps(session: Session, caller: Caller, expert: Expert) -> tuple[CardGap, ...]:
    wanted = GapFilter(expert=expert.id, answered=False)
    return gaps.list_gaps(session, caller, wanted, limit=200).items


def is_said_by(expert: Expert, found: CardGap, heard: dict[str, Recording]) -> bool:
    """Whether the gap is of one of these recordings, and not of what another expert says in it."""
    said = found.gap.said
    if said is None:
        return any(evidence.recording_id in heard for evidence in found.card.content.evidence)
    return said.recording_id in heard and not is_of_another(expert, said.speaker, heard[said.recording_id])


def is_of_another(expert: Expert, speaker: str | None, row: Recording) -> bool:
    """Whether the speaker bears the name of another expert of it; a label such as “Speaker 1” tells nothing."""
    names = {consent.expert.name for consent in row.consents if consent.expert_id != expert.id}
    return is_named(speaker, names) and not is_named(speaker, {expert.name})


def is_named(speaker: str | None, names: set[str]) -> bool:
    label = (speaker or "").casefold()
    return any(label in (name.casefold(), name.casefold().split()[0]) for name in names)


def to_ask(found: CardGap, heard: dict[str, Recording]) -> ToAsk:
    gap, said = found.gap, found.gap.said
    row = heard[said.recording_id] if said else None
    source = Source(row.id, title_of(row), said.start_s, said.speaker, said.quote) if said and row else None
    reason = guides.why(gap.reason, gap.slot)
    return ToAsk(gap.id, gap.question, reason, gap.rank, found.card.id, found.card.content.title, source)


def title_of(row: Recording) -> str:
    return mask_of_recording(row)(row.title)


def probe_states(session: Session, expert: Expert, rows: list[Recording]) -> Iterator[ProbeState]:
    """Every probe, with the first question or statement that covers it in any of the recordings."""
    shown: dict[str, tuple[Source, str | None]] = {}
    for row in rows:
        mined = minings.load_mining(session, row.id)
        if mined is None:
            continue
        theirs = [
            one for one in mined.statements if not is_of_another(expert, mined.transcript.turns[one.turn].speaker, row)
        ]
        for one in covered(theirs, mined.findings):
            if one.probe not in shown or (one.asked and shown[one.probe][1] is None):
                shown[one.probe] = shown_by(one, mined.transcript, row)
    for probe in PROBES:
        source, asked = shown.get(probe.id, (None, None))
        yield ProbeState(probe.id, probe.name, probe.method, probe.question, source, asked)


def shown_by(found: Covered, transcript: Transcript, row: Recording) -> tuple[Source, str | None]:
    """Where it was said, and the question where one was asked; hidden words are blotted out."""
    statement, mask = found.statement, mask_of_recording(row)
    text = redaction.masked(hidden_now(row, transcript)).text
    turn = transcript.turns[statement.turn]
    words = transcript.words_in(statement.start_char, statement.end_char)
    start_s = words[0].start_s if words else turn.start_s
    quote = text[statement.start_char : statement.end_char]
    source = Source(row.id, title_of(row), start_s, mask(turn.speaker), quote)
    return source, mask(statement.question) if found.asked and statement.question else None
