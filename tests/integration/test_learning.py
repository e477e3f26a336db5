"""From verdicts in the database to a correction in use, and back out of use."""

import json
from collections.abc import Iterator
from dataclasses import asdict, replace
from pathlib import Path

import numpy as np
import pytest
from click.testing import CliRunner, Result
from factories import DONE, DRUM, HOLLOW, MANAGER, PALE, carded, draft, recorded
from simulated import interview
from sqlalchemy import select
from sqlalchemy.orm import Session

from api.cli import main
from models import contents, learnt, review, transcripts, verdicts
from models.access import ALL_SCOPES, Caller, Role
from models.db import Database
from models.decisions import decisions, title_choices
from models.errors import Conflict
from models.minings import save_mining
from models.tables import Card, CardEvent, CardState, LearntModel, LineVerdict, Subject, VerdictKind
from models.values import MACHINE, Mined, SpeakerRole, Transcript, Turn
from pipeline.choosing import NAMES
from pipeline.correction import Correction
from pipeline.gain import Figures
from pipeline.learning import Learner, score_correction, title_order, train_score, train_titles
from pipeline.merits import WEIGHTS, Features
from pipeline.score import signals

OTHER = Caller("manager-2", "Mia", Role.MANAGER)


@pytest.fixture
def session(database: Database) -> Iterator[Session]:
    with database.writing() as session:
        yield session


def kept(session: Session) -> dict[str, bool]:
    """What people decided, by the first word of what was said there."""
    quotes = {
        (one["recording_id"], one["start_char"]): one["quote"].split()[0]
        for card in session.scalars(select(Card))
        for revision in card.revisions
        for one in revision.content["evidence"]
    }
    return {quotes[one.recording_id, one.start_char]: one.kept for one in decisions(session).places}


def judge(
    session: Session, card: Card, verdict: str, slot: str, line: int, by: Caller = MANAGER, text: str | None = None
) -> None:
    opinion = verdicts.Opinion(VerdictKind(verdict), slot, line, text)
    verdicts.judge(session, card, opinion, by=by, seen=card.version)


def test_an_approved_card_keeps_what_its_lines_rest_on(session: Session) -> None:
    card = carded(session, recorded(session, scopes=ALL_SCOPES), HOLLOW, DONE)
    judge(session, card, "reject", "judgment", 0)
    review.move(session, card, CardState.APPROVED, by=MANAGER, seen=None)
    assert kept(session) == {"I": True, "Then": False}
    assert decisions(session).count == 2


@pytest.mark.parametrize(
    ("reason", "said"),
    [
        ("not_knowledge", {"I": False}),
        ("wrong", {"I": False}),
        ("unclear", {"I": False}),
        ("other", {"I": False}),
        ("private", {}),  # know-how all the same
        ("duplicate", {}),
        ("outdated", {}),
    ],
)
def test_a_rejected_card_counts_by_its_reason(session: Session, reason: str, said: dict[str, bool]) -> None:
    card = carded(session, recorded(session), HOLLOW)
    review.move(session, card, CardState.REJECTED, by=MANAGER, seen=None, reason=reason)
    assert kept(session) == said
    review.move(session, card, CardState.DRAFT, by=OTHER, seen=None)  # taken back
    assert kept(session) == {}


def test_a_line_says_more_than_its_card_and_two_minds_say_nothing(session: Session) -> None:
    recording = recorded(session)
    card = carded(session, recording, HOLLOW, DONE, PALE)
    judge(session, card, "accept", "cues", 0)
    judge(session, card, "accept", "judgment", 1)
    judge(session, card, "reject", "judgment", 1, by=OTHER)
    review.move(session, card, CardState.REJECTED, by=MANAGER, seen=None, reason="unclear")
    assert kept(session) == {"I": True, "Then": False}


def test_other_words_keep_the_statement_and_a_figure_of_speech_says_nothing_of_it(session: Session) -> None:
    card = carded(session, recorded(session), HOLLOW, DRUM)
    judge(session, card, "edit", "cues", 0, text="It sounds hollow.")
    judge(session, card, "reject", "metaphors", 0)
    assert kept(session) == {"I": True}


# An organization of many interviews


def organization(session: Session, prefers: str, *, recordings: int = 10) -> None:
    """Interviews of thirty statements, all judged by somebody who prefers conditions, or nothing."""
    drawn = np.random.default_rng(7)
    for number in range(recordings):
        made = interview(drawn)
        text = "".join(one.text.ljust(100) for one in made.statements)
        transcript = Transcript(text, (Turn("Ada", SpeakerRole.EXPERT, 0, len(text)),))
        recording = recorded(session, sha256=f"{number:064}", said=transcript)
        statements = tuple(made.statements)
        save_mining(session, recording.id, Mined(transcript, statements, tuple(made.findings), (), made.vectors))
        card = Card()
        session.add(card)
        session.flush()
        chance = np.where(made.conditions, 0.85, 0.25) if prefers == "conditions" else np.full(len(statements), 0.5)
        for one, yes in zip(statements, drawn.random(len(statements)) < chance, strict=True):
            place = {
                "recording_id": recording.id,
                "transcript_sha256": transcript.sha256,
                "start_char": one.start_char,
                "end_char": one.end_char,
            }
            card.verdicts.append(
                LineVerdict(
                    revision=1,
                    slot="action",
                    number=one.index,
                    key=str(one.index),
                    verdict=VerdictKind.ACCEPT if yes else VerdictKind.REJECT,
                    reason=None if yes else "not_knowledge",
                    places=[place],
                    by="human:1",
                )
            )


def test_below_two_hundred_verdicts_nothing_is_learnt(database: Database) -> None:
    with database.writing() as session:
        organization(session, "conditions", recordings=6)
    with pytest.raises(Conflict, match="180 verdicts") as caught:
        train_score(database)
    assert "Judge more" in caught.value.remedy
    assert Learner(database).look() == []
    with database.reading() as session:
        assert learnt.newest(session, Subject.SCORE) is None


def test_a_preference_is_learnt_once_and_lifts_what_people_keep(database: Database) -> None:
    with database.writing() as session:
        organization(session, "conditions")
    learner = Learner(database)
    [row] = learner.look()
    assert (row.version, row.active, row.decisions, row.by) == (1, True, 300, "machine")
    assert row.figures["learnt"] > row.figures["plain"] + 0.05
    assert learner.look() == []  # nothing is new
    assert Learner(database).look() == []  # nor to an engine that starts anew
    with database.reading() as session:
        correction = score_correction(session)
    assert correction is not None
    assert (correction.stamp.name, correction.stamp.version) == ("verdicts", "1")
    unseen = interview(np.random.default_rng(99))
    added = correction.of(signals(unseen.statements, unseen.findings, unseen.vectors))
    assert added[unseen.conditions].mean() > added[~unseen.conditions].mean() + 0.5


def test_verdicts_by_chance_put_an_older_version_out_of_use(database: Database) -> None:
    nothing = Figures(0.5, 0.6, 0.01, 10, 10, 10, 3.0)
    with database.writing() as session:
        organization(session, "nothing")
        learnt.keep(
            session, Subject.SCORE, Correction((), (), (), 0.0), nothing, decisions=200, active=True, by="machine"
        )
    row = train_score(database, by="human:1")
    assert (row.version, row.active, row.by) == (2, False, "human:1")
    with database.reading() as session:
        assert score_correction(session) is None
        assert [one.version for one in session.scalars(select(LearntModel).order_by(LearntModel.id))] == [1, 2]


def test_verdicts_that_all_say_the_same_teach_nothing(database: Database) -> None:
    with database.writing() as session:
        organization(session, "nothing")
        for row in session.scalars(select(LineVerdict)):
            row.verdict = VerdictKind.ACCEPT
    with pytest.raises(Conflict, match="always the same"):
        train_score(database)


def test_what_experts_no_longer_agree_to_is_not_learnt_from(database: Database) -> None:
    with database.writing() as session:
        organization(session, "conditions")
        for card in session.scalars(select(Card)):
            recording = session.get_one(type(recorded(session)), card.verdicts[0].places[0]["recording_id"])
            for consent in recording.consents:
                consent.scopes = []
    with pytest.raises(Conflict, match="0 recordings"):
        train_score(database)


# Titles

OFFERED = ("Knock on the bottom", "A hollow sound", "Bread")


def choose(session: Session, cards: int, title: int) -> None:
    """Cards on which three titles were offered, and people took that one, which is the only order among them."""
    recording = recorded(session)
    said = transcripts.latest_transcript(session, recording.id)
    assert said is not None
    drawn = np.random.default_rng(5)
    for _ in range(cards):
        made = draft(recording.id, said, HOLLOW)
        told = [Features(*drawn.uniform(0, 1, len(NAMES))) for _ in OFFERED]
        merits = tuple(asdict(replace(one, order=float(place == title))) for place, one in enumerate(told))
        content = replace(made.content, title=OFFERED[0], title_choices=OFFERED[1:], title_merits=merits)
        taken = replace(content, title=OFFERED[title], title_by="human:1", title_choices=OFFERED[:title])
        card = Card(rank=0.5, revision=2)
        card.revisions = [
            contents.revision_of(session, content, 1, by=MACHINE),
            contents.revision_of(session, taken, 2, by="human:1"),
        ]
        card.events = [CardEvent(type="edited", after="draft", revision=2, by="human:1")]
        session.add(card)
        session.flush()


def test_what_people_choose_among_titles_trains_their_order(database: Database) -> None:
    with database.writing() as session:
        choose(session, 110, 2)
    [row] = Learner(database).look()
    assert (row.subject, row.version, row.active, row.decisions) == (Subject.TITLES, 1, True, 110)
    with database.reading() as session:
        order = title_order(session)
    assert order is not None
    assert order.weights.order > WEIGHTS.order + 0.3
    assert order.stamp.version == "1"


def test_below_a_hundred_choices_titles_keep_their_order(database: Database) -> None:
    with database.writing() as session:
        choose(session, 99, 1)
    with pytest.raises(Conflict, match="99 cards"):
        train_titles(database)


def test_a_title_counts_as_chosen_when_somebody_took_it_or_approved_it(session: Session) -> None:
    choose(session, 1, 1)
    [card] = session.scalars(select(Card))
    assert [one.chosen for one in title_choices(session)] == [1]
    first = contents.content_of(session, card, 1)
    own = replace(first, title="My own words", title_by="human:1")
    card.revisions.append(contents.revision_of(session, own, 3, by="human:1"))
    card.revision = 3
    session.flush()
    assert title_choices(session) == []  # none of those offered
    card.revision = 1
    assert title_choices(session) == []  # nobody has said anything
    card.served_revision = 1
    assert [one.chosen for one in title_choices(session)] == [0]


def tacit(database: Database, *arguments: str) -> Result:
    directory = Path(database.engine.url.database or "").parent
    return CliRunner().invoke(main, ["--data-dir", str(directory), *arguments])


def test_training_by_hand_prints_both_figures(database: Database) -> None:
    refused = tacit(database, "train", "score")
    assert (refused.exit_code, refused.stdout) == (1, "")
    assert "0 verdicts" in refused.stderr
    with database.writing() as session:
        organization(session, "conditions")
    trained = tacit(database, "train", "score")
    assert trained.exit_code == 0, trained.stderr
    with database.reading() as session:
        figures = learnt.newest(session, Subject.SCORE).figures  # type: ignore[union-attr]
    assert f"{figures['plain']:.3f} before, {figures['learnt']:.3f} with it" in trained.stdout
    assert "it is used from now on" in trained.stdout
    again = json.loads(tacit(database, "train", "score", "--json").stdout)
    assert (again["version"], again["active"], again["figures"]) == (2, True, figures)
