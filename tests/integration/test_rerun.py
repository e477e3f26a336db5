"""What is done anew on a recording: from where, with what, and what it leaves alone."""

from collections.abc import Iterator

import pytest
from sqlalchemy import select
from workbench import INTERVIEW, MANAGER, Bench

from models import library, review
from models.cards import etag
from models.errors import Conflict
from models.proposing import propose
from models.tables import Card, CardState, Proposal, ProposalKind, Recording, RecordingState, TranscriptRevision
from models.transcripts import add_transcript, latest_transcript
from models.values import MACHINE, Transcript
from pipeline import imports, turns
from pipeline.jobs import RerunStage, begin_anew

RIGHT, WRONG = "queen cells", "green sells"  # as it was said, and as a machine may have heard it
MINING = ["redact", "mine", "embed", "draft", "gather"]


@pytest.fixture(scope="module")
def bench(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Bench]:
    bench = Bench(tmp_path_factory.mktemp("data"))
    bench.engine.start()
    yield bench
    bench.close()


def read(text: str) -> Transcript:
    return turns.with_roles(imports.read_transcript(text.encode(), "interview.txt"))


def rerun(bench: Bench, recording_id: str, stage: RerunStage) -> int:
    with bench.database.writing() as session:
        attempt = begin_anew(session, session.get_one(Recording, recording_id), stage)
        bench.engine.enqueue(session, recording_id, attempt)
    assert bench.done(recording_id).state is RecordingState.READY
    return attempt


def shown(bench: Bench, recording_id: str) -> dict[str, str]:
    """Card id → its ETag."""
    with bench.database.reading() as session:
        rows = [session.get_one(Card, card_id) for card_id in bench.cards(recording_id)]
        return {row.id: etag(library.view(session, MANAGER, row)) for row in rows}


def proposed(bench: Bench, recording_id: str) -> list[Proposal]:
    """What the recording's own words propose; the others of this file say about the same."""
    mine = select(Proposal).where(Proposal.recording_id == recording_id, Proposal.other_id.is_(None))
    with bench.database.reading() as session:
        rows = session.scalars(mine).all()
        session.expunge_all()
        return list(rows)


def test_looking_again_at_the_same_words_changes_nothing(bench: Bench) -> None:
    recording_id = bench.hand_in(bench.upload(INTERVIEW))
    bench.done(recording_id)
    before = shown(bench, recording_id)
    attempt = rerun(bench, recording_id, RerunStage.MINE)
    assert [stage for stage, _, run in bench.stages(recording_id) if run == attempt] == MINING
    assert shown(bench, recording_id) == before
    assert proposed(bench, recording_id) == []
    assert bench.count(TranscriptRevision, recording_id) == 1


def test_a_corrected_interview_that_is_mined_again_keeps_its_cards_and_proposals(
    bench: Bench,
) -> None:
    heard = INTERVIEW.replace(RIGHT, WRONG).replace("lorry", "tram")
    recording_id = bench.hand_in(bench.upload(heard))
    bench.done(recording_id)
    before = shown(bench, recording_id)
    assert len(before) >= 2
    with bench.database.writing() as session:
        edited = session.get_one(Card, next(iter(before)))
        review.edit(session, edited, {"title": "A person's title"}, by=MANAGER, seen=None)
        add_transcript(session, recording_id, read(heard.replace(WRONG, RIGHT)), MANAGER.signature)
        propose(session, recording_id)
    waiting = proposed(bench, recording_id)
    assert {proposal.kind for proposal in waiting} == {ProposalKind.WORDING}
    touched = {proposal.card_id for proposal in waiting}
    after = shown(bench, recording_id)
    assert {card for card in before if before[card] != after[card]} == touched | {edited.id}

    rerun(bench, recording_id, RerunStage.MINE)

    assert shown(bench, recording_id) == after
    assert {proposal.card_id for proposal in proposed(bench, recording_id)} == touched


def test_a_passage_nobody_made_a_card_of_becomes_one_and_a_rejected_one_does_not_come_back(bench: Bench) -> None:
    heard = INTERVIEW.replace("lorry", "coach")
    recording_id = bench.hand_in(bench.upload(heard))
    bench.done(recording_id)
    before = bench.cards(recording_id)
    with bench.database.writing() as session:
        for card_id in before:
            review.move(session, session.get_one(Card, card_id), CardState.REJECTED, by=MANAGER, seen=None)
        more = heard + (
            "Interviewer: And the smoker?\n"
            "Keeper: If the smoke is hot on the back of my hand, I wait, because hot smoke makes them sting.\n"
        )
        add_transcript(session, recording_id, read(more), MACHINE)
    rerun(bench, recording_id, RerunStage.MINE)
    with bench.database.reading() as session:
        new = [session.get_one(Card, card_id) for card_id in set(bench.cards(recording_id)) - set(before)]
        assert ["smoke" in card.revisions[0].title.casefold() for card in new] == [True]
        assert {session.get_one(Card, card_id).state for card_id in before} == {CardState.REJECTED}


def test_words_that_were_handed_in_are_not_heard_again(bench: Bench) -> None:
    recording_id = bench.hand_in(bench.upload(INTERVIEW.replace("lorry", "ferry")))
    bench.done(recording_id)
    with bench.database.writing() as session, pytest.raises(Conflict, match="handed in"):
        begin_anew(session, session.get_one(Recording, recording_id), RerunStage.TRANSCRIBE)


def test_without_words_there_is_nothing_to_look_at_again(bench: Bench) -> None:
    recording_id = bench.hand_in(bench.upload("WEBVTT\n\n", "empty.vtt"))
    assert bench.done(recording_id).state is RecordingState.FAILED
    with bench.database.writing() as session, pytest.raises(Conflict, match="no transcript"):
        begin_anew(session, session.get_one(Recording, recording_id), RerunStage.MINE)


def test_the_newest_words_are_those_that_are_mined(bench: Bench) -> None:
    recording_id = bench.hand_in(bench.upload(INTERVIEW.replace("lorry", "barge")))
    bench.done(recording_id)
    with bench.database.writing() as session:
        said = latest_transcript(session, recording_id)
        assert said is not None
        text = said.text.replace("barge", "plane")
        assert add_transcript(session, recording_id, read(INTERVIEW.replace("lorry", "plane")), "human:1").number == 2
    rerun(bench, recording_id, RerunStage.MINE)
    with bench.database.reading() as session:
        newest = latest_transcript(session, recording_id)
    assert newest is not None
    assert newest.text == text
