"""Learning from what people decided: from rows to a new version, which is used if it is better than what there was.

Nothing that people decided is touched by it: only drafts made afterwards are ranked with a new version.
"""

import logging
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace

from sqlalchemy.orm import Session

from models import learnt
from models.access import Scope
from models.db import Database
from models.decisions import Decision, choice_count, decisions, title_choices, verdict_count
from models.documents import from_document
from models.errors import Conflict
from models.minings import load_mining
from models.store import agreed
from models.tables import LearntModel, Recording, Subject
from models.transcripts import transcript_by_sha
from models.values import MACHINE, Mined, Statement
from pipeline import choosing
from pipeline.choosing import NAMES, Offer, TitleOrder
from pipeline.correction import Correction, Judged, learn
from pipeline.gain import Figures
from pipeline.merits import Features
from pipeline.score import signals

LEAST = {Subject.SCORE: 200, Subject.TITLES: 100}  # verdicts, choices: below them nothing is learnt
COUNTED = {Subject.SCORE: verdict_count, Subject.TITLES: choice_count}
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


def title_order(session: Session) -> TitleOrder | None:
    """The weights of titles in use; None where the fixed ones stand, or where titles are described otherwise by now."""
    row = learnt.active(session, Subject.TITLES)
    if row is None or set(row.parameters["weights"]) != set(NAMES):
        return None
    return replace(from_document(TitleOrder, row.parameters), version=row.version)


def is_due(session: Session, subject: Subject) -> bool:
    """Whether there are enough decisions, and enough new ones since the last version."""
    count = COUNTED[subject](session)
    last = learnt.newest(session, subject)
    known = last.decisions if last else 0
    return count >= LEAST[subject] and abs(count - known) >= max(LEAST_NEW, NEW_SHARE * known)


def train_titles(database: Database, *, by: str = MACHINE) -> LearntModel:
    """New weights of titles, learnt from every choice among offered titles.

    They are used from now on if they foresee choices better in cross-validation; if not, the fixed ones stand. Raises
    Conflict where there is too little to learn from.
    """
    with database.reading() as session:
        count = choice_count(session)
        choices = title_choices(session)
    offers = [
        Offer(tuple(Features(**merits) for merits in one.merits), one.chosen)
        for one in choices
        if all(set(merits) == set(NAMES) for merits in one.merits)
    ]
    if len(offers) < LEAST[Subject.TITLES]:
        raise Conflict(
            f"on {len(offers)} cards people have taken one of several titles; nothing is learnt below "
            f"{LEAST[Subject.TITLES]}",
            remedy="Approve more cards, with the title that is offered or with one of the others.",
        )
    order, figures = choosing.learn(offers)
    with database.writing() as session:
        return learnt.keep(session, Subject.TITLES, order, figures, decisions=count, active=figures.is_better, by=by)


def train_score(database: Database, *, by: str = MACHINE) -> LearntModel:
    """A new version of the correction of S, learnt from every verdict that there is.

    It is used from now on if it is better in cross-validation; if not, S stands as it is. Raises Conflict where there
    is too little to learn from.
    """
    with database.reading() as session:
        count = verdict_count(session)
        said = decisions(session)
        judged = judged_statements(session, said.places)
    if said.count < LEAST[Subject.SCORE]:
        raise Conflict(
            f"{said.count} verdicts say whether words are worth a card; nothing is learnt below {LEAST[Subject.SCORE]}",
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


TRAINED: Mapping[Subject, Callable[..., LearntModel]] = {Subject.SCORE: train_score, Subject.TITLES: train_titles}


class Learner:
    """Learns what is due; to be asked now and then."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._tried: dict[Subject, int] = {}  # decisions that there were when it was tried last

    def look(self) -> list[LearntModel]:
        """Train what is due; empty where nothing is."""
        return [row for subject in Subject if (row := self._learn(subject))]

    def _learn(self, subject: Subject) -> LearntModel | None:
        with self._database.reading() as session:
            due, count = is_due(session, subject), COUNTED[subject](session)
        if not due or abs(count - self._tried.get(subject, 0)) < LEAST_NEW:
            return None
        self._tried[subject] = count
        try:
            row = TRAINED[subject](self._database)
        except Conflict as error:
            LOG.info("nothing was learnt of %s: %s", subject, error.detail)
            return None
        LOG.info("%s, version %s: %s", subject, row.version, "used" if row.active else "no better, not used")
        return row
