"""Recordings and what is made of them: who sees them, and that nothing is done twice."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

import numpy as np
import pytest
from factories import ADMIN, DONE, HOLLOW, MANAGER, READER, TOLD, carded, draft, expert_caller, recorded, transcript
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from models import drafts, minings, stages, store, transcripts
from models.access import ALL_SCOPES, Agreement, Scope
from models.cards import draft_id
from models.db import Database
from models.drafts import Gathered, NewLink
from models.errors import Conflict, Gone, Invalid, NotFound
from models.store import NewRecording
from models.tables import Card, CardEvent, CardLink, ClusterRow, ConceptRow, PassageRow, RecordingState, now
from models.values import (
    MACHINE,
    Clip,
    Concept,
    Finding,
    FindingType,
    Mined,
    ModelStamp,
    PlannedWindow,
    Span,
    SpeakerRole,
    Statement,
    Transcript,
    Work,
)


@pytest.fixture
def session(database: Database) -> Iterator[Session]:
    with database.writing() as session:
        yield session


def new(**known: object) -> NewRecording:
    return NewRecording(**{"title": "T", "sha256": "b" * 64, "file_name": "t.wav", **known})  # type: ignore[arg-type]


# Experts and collections


def test_an_expert_is_found_by_name_or_made(session: Session) -> None:
    ada = store.find_or_add_expert(session, "Ada  Quill ")
    assert ada.name == "Ada Quill"
    assert store.find_or_add_expert(session, "Ada Quill") is ada
    assert store.add_expert(session, "Ada Quill") is not ada


def test_two_collections_do_not_bear_one_name(session: Session) -> None:
    bakery = store.find_or_add_collection(session, "Bakery")
    assert store.find_or_add_collection(session, "Bakery") is bakery
    with pytest.raises(Conflict):
        store.add_collection(session, "Bakery")


def test_names_must_say_something(session: Session) -> None:
    for make in (store.add_expert, store.add_collection):
        with pytest.raises(Invalid):
            make(session, " \n ")


def test_who_does_not_manage_sees_no_other_expert(session: Session) -> None:
    ada, bo = store.add_expert(session, "Ada"), store.add_expert(session, "Bo")
    assert store.list_experts(session, MANAGER).items == (ada, bo)
    assert store.list_experts(session, expert_caller(ada.id)).items == (ada,)
    assert store.list_experts(session, READER).items == ()
    with pytest.raises(NotFound):
        store.get_expert(session, expert_caller(ada.id), bo.id)


def test_callers_see_their_own_collections(session: Session) -> None:
    bakery, mill = store.add_collection(session, "Bakery"), store.add_collection(session, "Mill")
    assert store.list_collections(session, READER).items == (bakery, mill)
    limited = replace(READER, collections=[mill.id])
    assert store.list_collections(session, limited).items == (mill,)
    with pytest.raises(NotFound):
        store.get_collection(session, limited, bakery.id)


def test_renaming_an_expert_counts_as_a_change_of_the_cards(session: Session) -> None:
    recording = recorded(session)
    card = carded(session, recording)
    version = card.version
    store.rename_expert(session, MANAGER, recording.consents[0].expert_id, "Ada Lovelace")
    session.refresh(card)
    assert card.version == version + 1


# Recordings


def test_a_recording_waits_with_the_consent_that_silence_gives(session: Session) -> None:
    recording = recorded(session, scopes=None)
    assert (recording.state, recording.fraction, recording.attempt) == (RecordingState.QUEUED, 0.0, 1)
    assert recording.consents[0].scopes == ["mine", "quote"]
    assert recording.consents[0].recorded_by is None


def test_what_was_said_about_consent_is_kept_with_who_recorded_it(session: Session) -> None:
    recording = recorded(session, scopes=(Scope.SHARE_FEED, Scope.MINE))
    assert recording.consents[0].scopes == ["mine", "share_feed"]
    assert recording.consents[0].recorded_by == ADMIN.id


def test_what_does_not_fit_together_is_refused(session: Session) -> None:
    ada = store.add_expert(session, "Ada").id
    naive = Agreement(ada, ALL_SCOPES, now().replace(tzinfo=None))
    for wrong in (
        new(experts=("nobody",)),
        new(experts=(ada, ada)),
        new(agreements=(Agreement(ada, ALL_SCOPES),)),  # of somebody who is not heard
        new(experts=(ada,), agreements=(naive,)),
        new(collection_id="nowhere"),
    ):
        with pytest.raises(Invalid):
            store.add_recording(session, wrong, by=ADMIN)


def test_who_is_limited_to_collections_uploads_into_one_of_them(session: Session) -> None:
    bakery, mill = store.add_collection(session, "Bakery"), store.add_collection(session, "Mill")
    limited = replace(MANAGER, collections=[bakery.id])
    assert store.add_recording(session, new(collection_id=bakery.id), by=limited).collection_id == bakery.id
    for collection_id in (None, mill.id):
        with pytest.raises(Invalid):
            store.add_recording(session, new(collection_id=collection_id), by=limited)


def test_recordings_are_seen_by_managers_and_by_who_is_heard(session: Session) -> None:
    bread = recorded(session, expert="Ada", collection="Bakery")
    flour = recorded(session, expert="Bo", collection="Mill")
    ada = expert_caller(bread.consents[0].expert_id)
    assert store.list_recordings(session, MANAGER).items == (flour, bread)
    assert store.list_recordings(session, ada).items == (bread,)
    assert store.list_recordings(session, READER).items == ()
    assert store.list_recordings(session, replace(ada, expert_id=None)).items == ()
    limited = replace(MANAGER, collections=[bread.collection_id or ""])
    assert store.list_recordings(session, limited).items == (bread,)
    for caller, hidden in ((ada, flour), (READER, bread), (limited, flour)):
        with pytest.raises(NotFound):
            store.get_recording(session, caller, hidden.id)


def test_recordings_are_filtered(session: Session) -> None:
    bread = recorded(session, expert="Ada", collection="Bakery")
    flour = recorded(session, expert="Bo")
    store.set_state(session, flour.id, RecordingState.WORKING)
    assert store.list_recordings(session, MANAGER, state=RecordingState.WORKING).items == (flour,)
    assert store.list_recordings(session, MANAGER, expert=bread.consents[0].expert_id).items == (bread,)
    assert store.list_recordings(session, MANAGER, collection=bread.collection_id).items == (bread,)


def test_pages_stay_right_while_recordings_are_added(session: Session) -> None:
    made = [recorded(session) for _ in range(5)]
    first = store.list_recordings(session, MANAGER, limit=2)
    recorded(session)
    second = store.list_recordings(session, MANAGER, limit=2, cursor=first.next)
    third = store.list_recordings(session, MANAGER, limit=2, cursor=second.next)
    assert [*first.items, *second.items, *third.items] == made[::-1]
    assert third.next is None


def test_the_same_upload_is_found_while_it_is_kept(session: Session) -> None:
    first = recorded(session, expert="Ada")
    recorded(session, expert="Ada")
    assert store.same_upload(session, MANAGER, "a" * 64) is first
    assert store.same_upload(session, MANAGER, "c" * 64) is None
    assert store.same_upload(session, MANAGER, "a" * 64, transcript_sha256="d" * 64) is None
    assert store.same_upload(session, READER, "a" * 64) is None
    first.state = RecordingState.WITHDRAWN
    session.flush()
    assert store.same_upload(session, MANAGER, "a" * 64) is not first


def test_a_transcript_alone_is_the_same_upload_too(session: Session) -> None:
    alone = store.add_recording(session, new(transcript_sha256="b" * 64), by=ADMIN)
    assert store.same_upload(session, MANAGER, "b" * 64) is alone


def test_progress_and_state_are_told(session: Session) -> None:
    recording = recorded(session)
    store.set_progress(session, recording.id, "transcribe", 1.5, eta_s=30)
    assert (recording.stage, recording.fraction, recording.eta_s) == ("transcribe", 1.0, 30)
    store.set_state(session, recording.id, RecordingState.FAILED, problem={"detail": "no sound", "remedy": "…"})
    assert recording.problem == {"detail": "no sound", "remedy": "…"}
    assert store.next_attempt(session, recording.id) == 2
    assert (recording.state, recording.problem) == (RecordingState.QUEUED, None)
    store.set_state(session, recording.id, RecordingState.READY)
    assert (recording.stage, recording.fraction) == (None, 1.0)


def test_a_warning_is_kept_once(session: Session) -> None:
    recording = recorded(session)
    store.add_warnings(session, recording.id, ["It breaks off."])
    store.add_warnings(session, recording.id, ["It breaks off.", "It hums."])
    session.flush()
    session.refresh(recording)
    assert recording.warnings == ["It breaks off.", "It hums."]


@pytest.mark.parametrize(
    ("scopes", "days", "agrees"),
    [
        (None, None, False),
        (ALL_SCOPES, None, True),
        (ALL_SCOPES, 1, True),
        (ALL_SCOPES, -1, False),  # it ended yesterday
        ((Scope.MINE,), None, False),
    ],
)
def test_whether_an_expert_agrees(session: Session, scopes: tuple[Scope, ...], days: int, agrees: bool) -> None:
    recording = recorded(session, scopes=scopes)
    recording.consents[0].until = days and now() + timedelta(days=days)
    assert store.agreed(recording, Scope.SHARE_FEED) is agrees


def test_every_expert_must_agree(session: Session) -> None:
    ada, bo = (store.add_expert(session, name).id for name in ("Ada", "Bo"))
    both = new(experts=(ada, bo), agreements=(Agreement(ada, ALL_SCOPES),))
    recording = store.add_recording(session, both, by=ADMIN)
    assert store.agreed(recording, Scope.QUOTE)
    assert not store.agreed(recording, Scope.SHARE_FEED)


def test_nobody_works_on_a_withdrawn_recording(session: Session) -> None:
    recording = recorded(session)
    plan = [[PlannedWindow(0, 30)]]
    transcripts.plan_parts(session, recording.id, plan)
    recording.state = RecordingState.WITHDRAWN
    session.flush()
    said = transcript()
    works = [
        lambda: store.set_progress(session, recording.id, "mine", 0.5),
        lambda: store.set_state(session, recording.id, RecordingState.READY),
        lambda: transcripts.plan_parts(session, recording.id, plan),
        lambda: transcripts.save_part(session, recording.id, 0, said),
        lambda: transcripts.add_transcript(session, recording.id, said, MACHINE),
        lambda: minings.save_mining(session, recording.id, mined()),
        lambda: drafts.add_drafts(session, recording.id, [], vectors=np.zeros((0, 4), np.float32)),
        lambda: stages.begin_stage(session, recording.id, "mine"),
    ]
    for work in works:
        with pytest.raises(Gone):
            work()


# Stages, parts and transcripts


def test_stages_are_timed(session: Session) -> None:
    recording = recorded(session)
    for stage, number in (("transcribe", 0), ("transcribe", 1), ("mine", 0)):
        run = stages.begin_stage(session, recording.id, stage, number=number)
        took = stages.finish_stage(session, run, Work(10.0, 1.0))
        assert 0 <= took == stages.finish_stage(session, run, Work(10.0, 1.0))
    stages.begin_stage(session, recording.id, "draft")
    found = stages.timings(session, [recording.id])[recording.id]
    assert list(found) == ["transcribe", "mine"]


def test_what_is_done_anew_counts_as_not_done_and_still_tells_of_the_speed(session: Session) -> None:
    recording = recorded(session)
    for stage, model in (("plan", ""), ("transcribe", "base"), ("transcribe", "small")):
        run = stages.begin_stage(session, recording.id, stage)
        stages.finish_stage(session, run, Work(10.0, 1.0), model=model)
    stages.supersede(session, recording.id, ["transcribe"])
    assert list(stages.timings(session, [recording.id])[recording.id]) == ["plan"]
    assert [stages.is_done(session, recording.id, stage) for stage in ("plan", "transcribe")] == [True, False]
    known = [("plan", ""), ("transcribe", "base"), ("transcribe", "small")]
    assert stages.measured(session) == [(*each, Work(10.0, 1.0)) for each in known]


def test_a_plan_is_made_once_and_its_parts_are_heard_once(session: Session) -> None:
    recording = recorded(session)
    groups = [[PlannedWindow(0, 10, (Clip(1, 9),)), PlannedWindow(12, 30)], [PlannedWindow(31, 60)]]
    planned = transcripts.plan_parts(session, recording.id, groups)
    assert [part.windows for part in planned] == [tuple(group) for group in groups]
    transcripts.save_part(session, recording.id, 1, transcript("second"))
    transcripts.save_part(session, recording.id, 1, transcript("again"))
    assert transcripts.plan_parts(session, recording.id, [[PlannedWindow(0, 1)]]) == planned
    assert [part.number for part in transcripts.pending_parts(session, recording.id)] == [0]
    transcripts.save_part(session, recording.id, 0, transcript("first"))
    heard = transcripts.heard_parts(session, recording.id)
    assert [part.text.splitlines()[1] for part in heard] == ["first", "second"]
    with pytest.raises(NotFound):
        transcripts.save_part(session, recording.id, 2, transcript())


def test_the_language_is_told_by_the_first_part_with_words(session: Session) -> None:
    recording = recorded(session)
    transcripts.plan_parts(session, recording.id, [[PlannedWindow(number, number + 1)] for number in range(3)])
    assert transcripts.language_heard(session, recording.id) is None
    transcripts.save_part(session, recording.id, 0, Transcript("", (), language="en"))  # nobody could be understood
    transcripts.save_part(session, recording.id, 2, replace(transcript(), language="fr"))
    assert transcripts.language_heard(session, recording.id) == "fr"
    transcripts.save_part(session, recording.id, 1, replace(transcript(), language="de"))
    assert transcripts.language_heard(session, recording.id) == "de"


def test_transcripts_are_revisions(session: Session) -> None:
    recording = recorded(session)
    first = transcripts.latest_transcript(session, recording.id)
    assert first == transcript()
    newer = transcript(TOLD.replace("hollow", "dull"))
    row = transcripts.add_transcript(session, recording.id, newer, "human:u1")
    assert (row.number, row.by) == (2, "human:u1")
    assert transcripts.add_transcript(session, recording.id, newer, MACHINE) is row  # nothing new
    assert transcripts.latest_transcript(session, recording.id) == newer
    assert transcripts.transcript_by_sha(session, recording.id, transcript().sha256) == first
    assert transcripts.transcript_by_sha(session, recording.id, "0" * 64) is None


def test_texts_are_found_by_their_hash(session: Session) -> None:
    recorded(session)
    other = recorded(session)  # the same words again
    sha256 = transcript().sha256
    assert transcripts.texts_of(session, [sha256, "0" * 64]) == {sha256: transcript().text}
    assert transcripts.newest_shas(session, [other.id, "none"]) == {other.id: sha256}


# Mining


def mined() -> Mined:
    said = transcript()
    turns = tuple(replace(turn, role=SpeakerRole.OTHER) for turn in said.turns)
    start = said.text.index(HOLLOW)
    statement = Statement(0, 1, 0, start, start + len(HOLLOW), HOLLOW, None, 1.5, "cue", ("names a sound",))
    span = Span(start, start + 1, "I")
    finding = Finding(FindingType.SIMILE, 0, start, start + 1, "I", "rule", source=span)
    return Mined(
        transcript=replace(said, turns=turns),
        statements=(statement, replace(statement, index=1)),
        findings=(finding,),
        concepts=(Concept("loaf", "loaf", ("bread",)),),
        vectors=np.array([[0.6, 0.8], [1, 0]], np.float32),
        models=(ModelStamp("mine", "spacy", "3"),),
        warnings=("It hums.",),
    )


def test_a_mining_comes_back_as_it_went_in(session: Session) -> None:
    recording = recorded(session)
    assert minings.load_mining(session, recording.id) is None
    minings.save_mining(session, recording.id, replace(mined(), vectors=np.zeros((0, 0), np.float32)))
    unplaced = minings.load_mining(session, recording.id)
    assert unplaced is not None
    assert unplaced.vectors.shape == (0, 0)
    minings.save_mining(session, recording.id, mined())
    session.flush()
    session.expire_all()
    found = minings.load_mining(session, recording.id)
    assert found is not None
    assert np.array_equal(found.vectors, mined().vectors)
    for name in ("transcript", "statements", "findings", "concepts", "models", "warnings"):
        assert getattr(found, name) == getattr(mined(), name)


def test_a_mining_wants_its_transcript(session: Session) -> None:
    recording = recorded(session, said=transcript("Something else."))
    with pytest.raises(Conflict):
        minings.save_mining(session, recording.id, mined())


# Drafts


def add(session: Session, recording_id: str, *quotes: str, gathered: Gathered = drafts.NOTHING_GATHERED) -> list[Card]:
    said = transcripts.latest_transcript(session, recording_id)
    assert said is not None
    made = [draft(recording_id, said, quote) for quote in quotes]
    vectors = np.eye(len(quotes), 4, dtype=np.float32)
    concepts = [Concept("loaf", "loaf", ("bread",))]
    return drafts.add_drafts(session, recording_id, made, vectors=vectors, concepts=concepts, gathered=gathered)


def everything(session: Session) -> dict[str, int]:
    tables = (Card, CardEvent, PassageRow, ConceptRow, ClusterRow, CardLink)
    return {table.__name__: session.scalar(select(func.count()).select_from(table)) or 0 for table in tables}


def test_drafts_become_cards_once(session: Session) -> None:
    recording = recorded(session, collection="Bakery")
    cards = add(session, recording.id, HOLLOW, DONE)
    before = everything(session)
    versions = [card.version for card in cards]
    assert add(session, recording.id, HOLLOW, DONE) == cards
    assert everything(session) == before
    assert [card.version for card in cards] == versions
    assert {card.collection_id for card in cards} == {recording.collection_id}
    assert [event.type for event in cards[0].events] == ["drafted"]


def test_a_card_that_a_person_changed_is_left_alone(session: Session) -> None:
    recording = recorded(session)
    (card,) = add(session, recording.id, HOLLOW)
    card.rank, card.owner = 0.1, "Ann"
    session.flush()
    add(session, recording.id, HOLLOW, DONE)
    assert (card.rank, card.owner, card.revision) == (0.1, "Ann", 1)


def test_no_cards_without_the_consent_to_be_mined_and_quoted(session: Session) -> None:
    for scopes in ((Scope.MINE,), (Scope.QUOTE, Scope.SHARE_FEED)):
        assert add(session, recorded(session, scopes=scopes).id, HOLLOW) == []


def test_gathering_is_kept_with_the_passages(session: Session) -> None:
    old = recorded(session)
    (older,) = add(session, old.id, HOLLOW)
    recording = recorded(session)
    said = transcript()
    ids = [draft_id(draft(recording.id, said, quote)) for quote in (HOLLOW, DONE)]
    link = NewLink(ids[0], older.id, "same_as", 0.9)
    gathered = Gathered({ids[0]: "k1"}, {"k1": "The hollow sound"}, (link,))
    for _ in range(2):
        add(session, recording.id, HOLLOW, DONE, gathered=gathered)
    placed = drafts.placed(session, drafts.corpus(session).ids)
    assert placed.vectors.shape == (3, 4)
    assert dict(zip(placed.ids, placed.clusters, strict=True)) == {ids[0]: "k1", ids[1]: None, older.id: None}
    assert drafts.corpus(session, besides=recording.id).ids == (older.id,)
    assert [(row.to_id, row.kind) for row in session.get_one(Card, ids[0]).links] == [(older.id, "same_as")]
    assert drafts.placed(session, drafts.corpus(session, besides=old.id).ids).texts == tuple(
        text for _, text in sorted(zip(ids, (HOLLOW, DONE), strict=True))
    )


def test_other_names_of_a_known_concept_are_added(session: Session) -> None:
    recording = recorded(session)
    add(session, recording.id, HOLLOW)
    vectors = np.zeros((0, 4), np.float32)
    later = recorded(session, title="Another day")
    drafts.add_drafts(session, later.id, [], vectors=vectors, concepts=[Concept("loaf", "Loaf", ("boule",))])
    row = session.get_one(ConceptRow, "loaf")
    assert (row.pref_label, row.words) == ("loaf", "loaf\nbread\nboule")


def test_a_vector_is_wanted_for_every_draft(session: Session) -> None:
    recording = recorded(session)
    with pytest.raises(Invalid, match="1 drafts came with 0 vectors"):
        drafts.add_drafts(
            session, recording.id, [draft(recording.id, transcript(), HOLLOW)], vectors=np.zeros((0, 4), np.float32)
        )


def test_cards_are_counted_by_recording(session: Session) -> None:
    recording, empty = recorded(session), recorded(session)
    carded(session, recording, HOLLOW)
    served = carded(session, recording, DONE, first=False)
    served.served_revision = 1
    session.flush()
    assert store.counts(session, [recording.id, empty.id]) == {
        recording.id: store.Counts(cards=2, first=1, approved=1),
        empty.id: store.Counts(),
    }
