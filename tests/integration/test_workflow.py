"""A recording's durable way: queued with its row, worked on stage by stage, stopped, failed and taken up again."""

import os
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from simulated import favour
from sqlalchemy import func, select
from workbench import INTERVIEW, MANAGER, Bench

from models import learnt
from models.access import Agreement, Scope
from models.consent import withdraw
from models.redaction import Decision, decided
from models.store import NewRecording, add_recording, find_or_add_expert, next_attempt, set_state
from models.tables import (
    Card,
    ConceptMention,
    ConceptRow,
    Mining,
    PassageRow,
    Proposal,
    ProposalKind,
    Recording,
    RecordingState,
    Subject,
    TranscriptRevision,
)
from models.transcripts import add_transcript, latest_transcript
from models.values import Redaction, RedactionState, SpeakerRole
from pipeline.gain import Figures


@pytest.fixture(scope="module")
def bench(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Bench]:
    bench = Bench(tmp_path_factory.mktemp("data"))
    bench.engine.start()
    yield bench
    bench.close()


@pytest.fixture(scope="module")
def interview(bench: Bench) -> str:
    """A transcript that has gone the whole way."""
    recording_id = bench.hand_in(bench.upload(INTERVIEW))
    bench.done(recording_id)
    return recording_id


@pytest.fixture
def endless(bench: Bench) -> Iterator[NewRecording]:
    """A transcript file that nobody finishes reading: a pipe without a writer in the place of the blob."""
    new = bench.upload(f"Keeper: {time.monotonic()}")
    path = bench.blobs.path(new.sha256)
    path.unlink()
    os.mkfifo(path)
    yield new
    path.unlink(missing_ok=True)


def test_a_transcript_becomes_ready_with_cards_that_quote_it(bench: Bench, interview: str) -> None:
    row = bench.row(interview)
    assert (row.state, row.stage, row.fraction, row.problem) == (RecordingState.READY, None, 1.0, None)
    assert [stage for stage, _, _ in bench.stages(interview)] == [
        "import",
        "redact",
        "mine",
        "embed",
        "draft",
        "gather",
    ]
    with bench.database.reading() as session:
        transcript = latest_transcript(session, interview)
        cards = [session.get_one(Card, card_id) for card_id in bench.cards(interview)]
        quotes = [quote for card in cards for quote in card.revisions[0].content["evidence"]]
    assert transcript is not None
    assert cards
    assert all(quote["quote"] == transcript.text[quote["start_char"] : quote["end_char"]] for quote in quotes)


def test_the_kept_transcript_says_who_asks_and_who_tells(bench: Bench, interview: str) -> None:
    with bench.database.reading() as session:
        transcript = latest_transcript(session, interview)
    assert transcript is not None
    roles = {turn.speaker: turn.role for turn in transcript.turns}
    assert roles == {"Interviewer": SpeakerRole.INTERVIEWER, "Keeper": SpeakerRole.EXPERT}


def test_row_and_job_are_kept_together_or_not_at_all(bench: Bench) -> None:
    new = bench.upload(INTERVIEW.replace("hive", "colony"))
    lost = ""

    def fail_after_queueing() -> None:
        nonlocal lost
        with bench.database.writing() as session:
            lost = add_recording(session, new, by=MANAGER).id
            bench.engine.enqueue(session, lost, 1)
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fail_after_queueing()
    with bench.database.reading() as session:
        assert session.get(Recording, lost) is None
        assert (
            session.connection()
            .exec_driver_sql("SELECT count(*) FROM workflow_status WHERE workflow_uuid = ?", (f"{lost}-1",))
            .scalar_one()
            == 0
        )


def test_a_retry_keeps_what_was_finished_and_makes_no_card_twice(bench: Bench, interview: str) -> None:
    before = bench.cards(interview)
    with bench.database.writing() as session:
        attempt = next_attempt(session, interview)
        bench.engine.enqueue(session, interview, attempt)
    assert bench.done(interview).state is RecordingState.READY
    assert bench.cards(interview) == before
    assert bench.count(TranscriptRevision, interview) == 1
    assert bench.count(PassageRow, interview) == len(before)
    assert [stage for stage, _, run in bench.stages(interview) if run == attempt] == ["redact", "draft", "gather"]


def test_what_cannot_be_read_fails_with_a_problem_that_says_what_helps(bench: Bench) -> None:
    row = bench.done(bench.hand_in(bench.upload("WEBVTT\n\n", "empty.vtt")))
    assert row.state is RecordingState.FAILED
    assert row.problem is not None
    assert row.problem.keys() == {"type", "title", "status", "detail", "remedy"}
    assert row.problem["type"] == "urn:problem-type:tacit:unreadable"
    assert 400 <= row.problem["status"] < 500


def test_sound_without_weights_fails_naming_the_model_and_everything_else_works(
    bench: Bench, samples_dir: Path
) -> None:
    failed = bench.hand_in(bench.sound(samples_dir / "baker.m4a"))
    read = bench.hand_in(bench.upload(INTERVIEW.replace("lime", "linden")))
    row = bench.done(failed)
    assert row.state is RecordingState.FAILED
    assert row.problem is not None
    assert row.problem["type"] == "urn:problem-type:tacit:missing-model"
    assert "small" in row.problem["detail"]
    assert row.problem["remedy"]
    assert bench.done(read).state is RecordingState.READY


def test_sound_that_comes_with_its_transcript_is_kept_to_play_and_not_listened_to(
    bench: Bench, samples_dir: Path
) -> None:
    sound = bench.sound(samples_dir / "baker.m4a")
    written = bench.upload(INTERVIEW.replace("lorry", "truck"))
    both = replace(sound, transcript_sha256=written.sha256, transcript_name="interview.txt")
    row = bench.done(bench.hand_in(both))
    assert row.state is RecordingState.READY
    assert row.media_sha256 == sound.media_sha256
    assert row.duration_s == sound.duration_s
    assert any("its words could not be sought in the sound" in warning for warning in row.warnings)
    assert [stage for stage, _, _ in bench.stages(row.id)] == ["import", "redact", "mine", "embed", "draft", "gather"]
    assert bench.cards(row.id)


def test_another_recording_is_linked_to_older_cards_proposes_evidence_and_changes_none_of_them(
    bench: Bench, interview: str
) -> None:
    def cards() -> list[tuple[object, ...]]:
        with bench.database.reading() as session:
            rows = [session.get_one(Card, card_id) for card_id in bench.cards(interview)]
            return [(row.id, row.version, row.revision, row.rank, [link.to_id for link in row.links]) for row in rows]

    before = cards()
    other = bench.hand_in(bench.upload(INTERVIEW.replace("Keeper", "Colleague")))
    assert bench.done(other).state is RecordingState.READY
    assert cards() == before
    with bench.database.reading() as session:
        links = [link for card_id in bench.cards(other) for link in session.get_one(Card, card_id).links]
        assert {link.to_id for link in links} & set(bench.cards(interview))
        made = session.scalars(select(Proposal).where(Proposal.recording_id == other)).all()
        assert {proposal.kind for proposal in made} == {ProposalKind.EVIDENCE}
        assert {proposal.other_id for proposal in made} <= set(bench.cards(other))
    assert {link.kind for link in links} <= {"same_as", "refines", "related"}
    with bench.database.reading() as session:
        spoken = select(ConceptMention.concept_id, func.count()).group_by(ConceptMention.concept_id)
        recordings = dict(session.execute(spoken).all())
        placed = set(session.scalars(select(ConceptRow.id).where(ConceptRow.vector.is_not(None))))
    assert recordings
    assert set(recordings) == placed  # each is placed once, by whichever recording spoke of it first
    assert max(recordings.values()) > 1  # and adds to what the other said


def test_drafts_are_ranked_with_what_verdicts_have_taught_by_then(bench: Bench, interview: str) -> None:
    figures = Figures(0.5, 0.6, 0.01, 100, 10, 100, 3.0)
    kept = {"decisions": 200, "active": True, "by": "machine"}
    with bench.database.writing() as session:
        version = learnt.keep(session, Subject.SCORE, favour(0.75), figures, **kept).version
    taught = bench.hand_in(bench.upload(INTERVIEW.replace("hive", "colony")))
    bench.done(taught)
    with bench.database.writing() as session:
        learnt.keep(session, Subject.SCORE, favour(0.0), figures, **{**kept, "active": False})
        before, after = (session.get_one(Mining, one).document for one in (interview, taught))
        stamps = session.get_one(Card, bench.cards(taught)[0]).revisions[0].content["models"]
    assert all("like what people here keep" in one["reasons"] for one in after["statements"])
    assert not any("like what people here keep" in one["reasons"] for one in before["statements"])
    assert {"score": str(version)} == {one["stage"]: one["version"] for one in stamps if one["name"] == "verdicts"}


LIFE = (
    "I was born in a village near the river and my aunt had a shop.",
    "We moved to the city when I was twelve and I went to school there.",
    "They were very nice people and we had a lovely time together.",
    "I started at the company in the spring and there were five of us.",
    "My brother still lives there with his wife and two kids.",
    "It was a lot of fun back then, and we laughed a lot.",
)


def test_a_recording_with_little_know_how_says_so_once(bench: Bench) -> None:
    told = "\n\n".join(f"Keeper: How was it?\n\nExpert: {said} {said}" for said in LIFE)
    row = bench.done(bench.hand_in(bench.upload(told)))
    assert [warning.partition(":")[0] for warning in row.warnings] == ["Little know-how was found here"]


def test_a_language_without_pipeline_keeps_the_transcript_and_says_so(bench: Bench) -> None:
    text = "Frau Abel: Man hört es, bevor man es sieht.\nFrau Abel: Das Summen wird tiefer.\n"
    recording_id = bench.hand_in(bench.upload(text, language="de"))
    row = bench.done(recording_id)
    assert row.state is RecordingState.READY
    assert any("de" in warning and "mined" in warning for warning in row.warnings)
    assert bench.count(TranscriptRevision, recording_id) == 1
    assert bench.cards(recording_id) == []


def test_without_consent_to_be_mined_the_transcript_is_kept_and_nothing_else(bench: Bench) -> None:
    with bench.database.writing() as session:
        expert = find_or_add_expert(session, "Ida").id
    new = replace(
        bench.upload(INTERVIEW.replace("lorry", "tractor")),
        experts=(expert,),
        agreements=(Agreement(expert, (Scope.PLAY_AUDIO,)),),
    )
    recording_id = bench.hand_in(new)
    row = bench.done(recording_id)
    assert row.state is RecordingState.READY
    assert any("agree" in warning for warning in row.warnings)
    assert bench.count(TranscriptRevision, recording_id) == 1
    assert bench.count(Mining, recording_id) == 0
    assert bench.cards(recording_id) == []


def test_a_cancelled_recording_stops_within_two_seconds_and_a_retry_goes_on(
    bench: Bench, endless: NewRecording
) -> None:
    recording_id = bench.hand_in(endless)
    bench.wait(recording_id, lambda row: row.stage == "import")
    with bench.database.writing() as session:
        set_state(session, recording_id, RecordingState.CANCELLED)
    bench.engine.cancel(recording_id)
    other = bench.hand_in(bench.upload(INTERVIEW.replace("lorry", "bus")))
    bench.wait(other, lambda row: row.stage is not None, within_s=60.0)  # the worker is free again
    assert bench.row(recording_id).state is RecordingState.CANCELLED
    assert bench.stages(recording_id) == []

    path = bench.blobs.path(endless.sha256)
    path.unlink()
    path.write_text(INTERVIEW.replace("lorry", "van"), encoding="utf-8")
    with bench.database.writing() as session:
        bench.engine.enqueue(session, recording_id, next_attempt(session, recording_id))
    assert bench.done(recording_id).state is RecordingState.READY
    assert bench.done(other).state is RecordingState.READY


def test_a_withdrawal_stops_the_work_and_nothing_is_written_afterwards(bench: Bench, endless: NewRecording) -> None:
    recording_id = bench.hand_in(endless)
    bench.wait(recording_id, lambda row: row.stage == "import")
    with bench.database.writing() as session:
        withdraw(session, session.get_one(Recording, recording_id), by=MANAGER)
    bench.blobs.path(endless.sha256).unlink()
    later = bench.hand_in(bench.upload(INTERVIEW.replace("lorry", "tram")))
    assert bench.done(later).state is RecordingState.READY
    assert bench.row(recording_id).state is RecordingState.WITHDRAWN
    assert bench.count(TranscriptRevision, recording_id) == 0
    assert bench.stages(recording_id) == []


def test_names_are_proposed_on_the_way_and_decisions_survive_a_retry(bench: Bench) -> None:
    told = "Ingrid Solberg taught me, and Ingrid Solberg never opened a hive in the rain."
    text = f"Interviewer: Who taught you?\nKeeper: {told}\n"
    recording_id = bench.done(bench.hand_in(bench.upload(text))).id
    found = redactions_of(bench, recording_id)
    assert [(one.kind, one.state) for one in found] == [("person", RedactionState.PROPOSED)] * 2
    first = Decision(found[0].start_char, found[0].end_char, RedactionState.ACCEPTED)
    with bench.database.writing() as session:
        transcript = latest_transcript(session, recording_id)
        assert transcript is not None
        add_transcript(session, recording_id, decided(transcript, [first], "human:1"), "human:1")
        bench.engine.enqueue(session, recording_id, next_attempt(session, recording_id))
    assert bench.done(recording_id).state is RecordingState.READY
    assert [one.state for one in redactions_of(bench, recording_id)] == [
        RedactionState.ACCEPTED,
        RedactionState.PROPOSED,
    ]


def redactions_of(bench: Bench, recording_id: str) -> tuple[Redaction, ...]:
    with bench.database.reading() as session:
        transcript = latest_transcript(session, recording_id)
        assert transcript is not None
        return transcript.redactions
