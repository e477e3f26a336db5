"""Learning from what people decided: from rows to a new version, which is used if it is better than what there was.

Nothing that people decided is touched by it: only drafts made afterwards are ranked with a new version.
"""

import logging
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import replace

from sqlalchemy.orm import Session

from models import learnt
from models.access import Scope
from models.db import Database
from models.decisions import Decision, decisions, verdict_count
from models.documents import from_document
from models.errors import Conflict
from models.minings import load_mining
from models.store import agreed
from models.tables import LearntModel, Recording, Subject
from models.transcripts import transcript_by_sha
from models.values import MACHINE, Mined, Statement
from pipeline.correction import Correction, Judged, learn
from pipeline.gain import Figures
from pipeline.score import signals

LEAST_VERDICTS = 200  # below them nothing is learnt
LEAST_RECORDINGS = 2
NEW_SHARE, LEAST_NEW = 0.1, 25  # verdicts since the last version, from which it is worth another one
INSIDE = 0.5  # of a statement or of what was cited, whichever is shorter: then one is meant by the other

LOG = logging.getLogger(__name__)


def score_correction(session: Session) -> Correction | None:
    """The correction of S in use; None where S stands as it is."""
    row = learnt.active(session, Subject.SCORE)
    return None if row is None else replace(from_document(Correction, row.parameters), version=row.version)


def figures_of(row: LearntModel) -> Figures:
    """How that version did in cross-validation."""
    return from_document(Figures, row.figures)


def is_due(session: Session, subject: Subject) -> bool:
    """Whether there are enough verdicts, and enough new ones since the last version."""
    count = verdict_count(session)
    last = learnt.newest(session, subject)
    known = last.decisions if last else 0
    return count >= LEAST_VERDICTS and abs(count - known) >= max(LEAST_NEW, NEW_SHARE * known)


def train_score(database: Database, *, by: str = MACHINE) -> LearntModel:
    """A new version of the correction of S, learnt from every verdict that there is.

    It is used from now on if it is better in cross-validation; if not, S stands as it is. Raises Conflict where there
    is too little to learn from.
    """
    with database.reading() as session:
        count = verdict_count(session)
        said = decisions(session)
        judged = judged_statements(session, said.places)
    if said.count < LEAST_VERDICTS:
        raise Conflict(
            f"{said.count} verdicts say whether words are worth a card; nothing is learnt below {LEAST_VERDICTS}",
            remedy="Judge more cards, or single lines of them.",
        )
    _check(judged)
    correction, figures = learn(judged)
    with database.writing() as session:
        return learnt.keep(
            session, Subject.SCORE, correction, figures, decisions=count, active=figures.is_better, by=by
        )


def _check(judged: Sequence[Judged]) -> None:
    """Raises Conflict where the verdicts do not differ, or stand on one recording."""
    kept = {one for each in judged for one in each.kept}
    if len(judged) < LEAST_RECORDINGS or len(kept) < 2:
        raise Conflict(
            f"the verdicts are on {len(judged)} recordings that are still there, and say "
            f"{'both yes and no' if len(kept) == 2 else 'always the same'}",
            remedy="It takes two recordings, and lines that were kept and lines that were rejected.",
        )


def judged_statements(session: Session, places: Sequence[Decision]) -> list[Judged]:
    """The statements that were decided on, by recording; without those of recordings that are gone."""
    by_recording = defaultdict(list)
    for place in places:
        by_recording[place.recording_id].append(place)
    found = (_judged(session, recording_id, said) for recording_id, said in sorted(by_recording.items()))
    return [one for one in found if one is not None]


def _judged(session: Session, recording_id: str, said: Sequence[Decision]) -> Judged | None:
    recording = session.get(Recording, recording_id)
    if recording is None or not agreed(recording, Scope.MINE):
        return None
    mined = load_mining(session, recording_id)
    if mined is None or not len(mined.vectors):
        return None
    kept: dict[int, bool] = {}
    for place in said:
        statement = _statement_at(session, mined, place)
        if statement is not None:
            kept[statement.index] = place.kept
    if not kept:
        return None
    seen = signals(mined.statements, mined.findings, mined.vectors)
    rows = sorted(kept)
    return Judged(recording_id, seen.rows(rows), tuple(kept[row] for row in rows))


def _statement_at(session: Session, mined: Mined, place: Decision) -> Statement | None:
    """The statement that was cited there; in another revision of the transcript, the one that reads the same."""
    if place.transcript_sha256 == mined.transcript.sha256:
        return max(
            (one for one in mined.statements if _share(one, place) >= INSIDE),
            key=lambda one: _share(one, place),
            default=None,
        )
    cited = transcript_by_sha(session, place.recording_id, place.transcript_sha256)
    quote = cited.text[place.start_char : place.end_char] if cited else ""
    return next((one for one in mined.statements if one.text == quote), None)


def _share(statement: Statement, place: Decision) -> float:
    """Of the shorter one: what both have in common."""
    common = min(statement.end_char, place.end_char) - max(statement.start_char, place.start_char)
    return common / max(1, min(statement.end_char - statement.start_char, place.end_char - place.start_char))


class Learner:
    """Learns when it is due; to be asked now and then."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._tried: dict[Subject, int] = {}  # verdicts that there were when nothing could be learnt

    def look(self) -> LearntModel | None:
        """Train what is due; None where nothing is."""
        with self._database.reading() as session:
            due, count = is_due(session, Subject.SCORE), verdict_count(session)
        if not due or self._tried.get(Subject.SCORE) == count:
            return None
        self._tried[Subject.SCORE] = count
        try:
            row = train_score(self._database)
        except Conflict as error:
            LOG.info("nothing was learnt: %s", error.detail)
            return None
        LOG.info("version %s of the correction of scores: %s", row.version, "used" if row.active else "not used")
        return row
