"""What a speech engine is told beforehand: the words of the house, and nobody else's."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from factories import ADMIN, MANAGER, TOLD, carded, recorded, transcript
from sqlalchemy import select
from sqlalchemy.orm import Session
from workbench import Bench

from models import consent, review, store, terms, transcripts
from models.access import Agreement, Scope
from models.db import Database
from models.tables import CardState, Recording, TranscriptPart
from models.values import MACHINE, PlannedWindow, Redaction, RedactionState, Transcript
from pipeline.jobs import Desk, Job
from pipeline.remote import Worker
from pipeline.way import Way

PERSON = "human:u1"


@pytest.fixture
def session(database: Database) -> Iterator[Session]:
    with database.writing() as session:
        yield session


def written(told: str, *by_people: str) -> Transcript:
    """A transcript with that answer, in which people wrote these words."""
    said = transcript(told)
    words = tuple(
        replace(word, by=PERSON) if said.text[word.start_char : word.end_char] in by_people else word
        for word in said.words
    )
    return replace(said, words=words)


def corrected(session: Session, told: str, *by_people: str, collection: str | None = None) -> Recording:
    """A recording in which the machine heard TOLD, and people put it right."""
    recording = recorded(session, collection=collection)
    transcripts.add_transcript(session, recording.id, written(told, *by_people), PERSON)
    return recording


def asked(session: Session, vocabulary: str | None = None, *, collection: str | None = None) -> str | None:
    """What the engine is told before it hears a new recording."""
    recording = recorded(session, collection=collection)
    recording.vocabulary = vocabulary
    return terms.vocabulary(session, recording)


def test_without_corrections_and_cards_only_the_own_words_are_told(session: Session) -> None:
    assert asked(session) is None
    assert asked(session, "levain, poolish") == "levain, poolish"


@pytest.mark.parametrize(
    ("told", "by_people", "terms_told"),
    [
        ("We use a banneton.", ["banneton."], "banneton"),  # without its full stop
        ("We visit Jo Quill.", ["Jo", "Quill."], "Jo Quill"),  # neighbours are one name
        ("The poolish and the levain.", ["poolish", "levain."], "levain, poolish"),  # no neighbours: by the alphabet
        (
            "A levain, a poolish, a levain.",
            ["levain,", "poolish,", "levain."],
            "levain, poolish",
        ),  # frequent ones first
        ("I knock on the crumb.", ["knock", "crumb."], None),  # words that the machine knows: it has written them
        ("It is so.", ["so."], None),  # too short to be a term
        ("Und " + "Donaudampfschiff" * 3 + ".", ["Donaudampfschiff" * 3 + "."], None),  # too long for one
        ("— 5 —", ["—"], None),  # no word at all
    ],
)
def test_words_that_people_put_right_are_told(
    told: str, by_people: list[str], terms_told: str | None, session: Session
) -> None:
    corrected(session, told, *by_people)

    assert asked(session) == terms_told


def test_what_people_put_right_is_still_told_after_another_run(session: Session) -> None:
    told = TOLD.replace("crumb", "alveograph")
    recording = corrected(session, told, "alveograph")
    again = written(told.replace("hollow", "hallow"), "alveograph")
    assert transcripts.add_transcript(session, recording.id, again, MACHINE).number == 3
    assert asked(session) == "alveograph"


def test_the_own_words_come_first_and_nothing_is_told_twice(session: Session) -> None:
    corrected(session, "The Poolish and the banneton.", "Poolish", "banneton.")

    assert asked(session, "poolish, autolyse") == "poolish, autolyse, banneton"


def test_the_concepts_of_approved_cards_follow_the_corrected_words(session: Session) -> None:
    recording = corrected(session, TOLD + " Use a banneton.", "banneton.")
    card = carded(session, recording)
    assert asked(session) == "banneton"

    review.move(session, card, CardState.APPROVED, by=MANAGER, seen=None)

    assert asked(session) == "banneton, loaf"


def test_no_word_leaves_its_collection(session: Session) -> None:
    recording = corrected(session, TOLD + " Use a banneton.", "banneton.", collection="bakery")
    review.move(session, carded(session, recording), CardState.APPROVED, by=MANAGER, seen=None)

    assert asked(session, collection="kiln") is None
    assert asked(session) is None
    assert asked(session, collection="bakery") == "banneton, loaf"


def test_what_is_hidden_or_withheld_is_not_told(session: Session) -> None:
    recording = corrected(session, "Ask Miriam about the levain.", "Miriam", "levain.")
    assert asked(session) == "Miriam, levain"
    newest = transcripts.latest_transcript(session, recording.id)
    assert newest is not None
    start = newest.text.index("Miriam")
    hidden = replace(newest, redactions=(Redaction(start, start + 6, "person", RedactionState.ACCEPTED),))
    transcripts.add_transcript(session, recording.id, hidden, PERSON)
    assert asked(session) == "levain"

    only_quotes = [Agreement(each.expert_id, (Scope.QUOTE,)) for each in recording.consents]
    consent.put_consent(session, recording, only_quotes, by=ADMIN)

    assert asked(session) is None


def test_a_long_list_is_cut(session: Session) -> None:
    names = [f"Name{number:03d}" for number in range(200)]
    corrected(session, " and ".join(names), *names)

    told = asked(session)

    assert told is not None
    assert told.split(", ") == names[: terms.MOST]


def test_a_plan_keeps_what_is_told(session: Session) -> None:
    recording = recorded(session)
    groups = [[PlannedWindow(0, 10)], [PlannedWindow(11, 20)]]
    transcripts.plan_parts(session, recording.id, groups, vocabulary="levain")
    again = transcripts.plan_parts(session, recording.id, groups, vocabulary="other")
    assert [part.vocabulary for part in again] == ["levain", "levain"]

    transcripts.forget_vocabulary(session, recording.id)

    assert [part.vocabulary for part in transcripts.planned_parts(session, recording.id)] == [None, None]


def test_a_withdrawal_takes_its_words_out_of_what_others_are_told(session: Session) -> None:
    source = corrected(session, "We use a banneton.", "banneton.")
    other = recorded(session)
    other.vocabulary = "levain"
    transcripts.plan_parts(session, other.id, [[PlannedWindow(0, 10)]], vocabulary=terms.vocabulary(session, other))
    assert session.scalars(select(TranscriptPart.vocabulary)).all() == ["levain, banneton"]

    consent.withdraw(session, source, by=ADMIN)

    assert session.scalars(select(TranscriptPart.vocabulary)).all() == ["levain"]


@pytest.mark.parametrize(("from_corpus", "told"), [(True, "levain, banneton"), (False, "levain")])
def test_a_resumed_recording_is_heard_with_what_was_told_at_first(
    from_corpus: bool, told: str, tmp_path: Path, samples_dir: Path
) -> None:
    bench = Bench(tmp_path, vocabulary_from_corpus=from_corpus)
    new = replace(bench.sound(samples_dir / "baker.m4a"), vocabulary="levain")
    worker = Worker(bench.settings)
    way = Way(Desk(bench.database, worker), bench.blobs, bench.settings)
    with bench.database.writing() as session:
        corrected(session, "We use a banneton.", "banneton.")
        job = Job(store.add_recording(session, new, by=ADMIN).id, 1)

    way.plan(job)
    with bench.database.writing() as session:
        corrected(session, "We use a poolish.", "poolish.")
    way.plan(job)

    with bench.database.reading() as session:
        assert {part.vocabulary for part in transcripts.pending_parts(session, job.recording_id)} == {told}
    worker.close()
    bench.close()
