"""What experts take back is gone at once: from the cards, from the feed, from the file."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from factories import ADMIN, DONE, HOLLOW, MANAGER, PALE, READER, TOLD, carded, recorded, transcript
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from models import consent, feed, library, minings, review, store, thesaurus, transcripts
from models.access import ALL_SCOPES, UNSAID_SCOPES, Agreement, Scope
from models.cards import document
from models.consent import Narrowed, Withdrawal
from models.contents import content_of
from models.db import Database
from models.errors import Gone, Invalid, NotFound
from models.store import NewRecording
from models.striking import WITHDRAWN_TITLE
from models.tables import (
    Answer,
    Card,
    CardState,
    ClusterRow,
    ConceptRow,
    Mining,
    PassageRow,
    Recording,
    RecordingState,
    TranscriptPart,
    TranscriptRevision,
    now,
)
from models.values import Concept, Mined, PlannedWindow

QUIET = (Scope.MINE, Scope.QUOTE, Scope.PLAY_AUDIO)


@pytest.fixture
def session(database: Database) -> Iterator[Session]:
    with database.writing() as session:
        yield session


def approve(session: Session, card: Card) -> Card:
    review.move(session, card, CardState.APPROVED, by=MANAGER, seen=None)
    return card


def say(session: Session, recording: Recording, *scopes: Scope) -> Narrowed:
    agreements = [Agreement(each.expert_id, scopes) for each in recording.consents]
    return consent.put_consent(session, recording, agreements, by=ADMIN)


def of_two(session: Session, first: Recording, second: Recording) -> Card:
    """A served card with HOLLOW of the first recording and PALE of the second, that has an older revision."""
    text = transcript().text
    evidence = [
        {"recording_id": recording.id, "start_char": text.index(quote), "end_char": text.index(quote) + len(quote)}
        for recording, quote in ((first, HOLLOW), (second, PALE))
    ]
    lines = [{"text": "Listen.", "evidence": [0]}, {"text": "Look.", "evidence": [1]}, {"text": "Own word."}]
    written: dict[str, Any] = {"title": "Done or not", "judgment": lines, "evidence": evidence}
    card = review.write(session, written, by=MANAGER)
    review.edit(session, card, {"title": "Is it done?"}, by=MANAGER, seen=None)
    return approve(session, card)


def told(session: Session) -> list[tuple[str, str, str | None]]:
    return [(item.type.value, item.card_id, item.reason) for item in feed.page(session, READER).items]


def everything_said(session: Session, card: Card) -> str:
    return " ".join(str(revision.content) + revision.words + revision.title for revision in card.revisions)


# Recording it


def test_consent_can_be_widened_and_nothing_else_happens(session: Session) -> None:
    recording = recorded(session, scopes=None)
    card = carded(session, recording)
    assert say(session, recording, *ALL_SCOPES) == Narrowed()
    assert recording.consents[0].scopes == [scope.value for scope in ALL_SCOPES]
    assert recording.consents[0].recorded_by == ADMIN.id
    approve(session, card)
    assert say(session, recording, *ALL_SCOPES) == Narrowed()
    assert card.state == CardState.APPROVED


def test_an_expert_may_be_added(session: Session) -> None:
    recording = recorded(session)
    bo = store.add_expert(session, "Bo")
    consent.put_consent(session, recording, [Agreement(bo.id, ALL_SCOPES)], by=ADMIN)
    assert [each.expert.name for each in recording.consents] == ["Ada Quill", "Bo"]


def test_who_is_not_named_any_more_agrees_to_what_silence_gives_and_no_more_than_before(session: Session) -> None:
    generous, strict = recorded(session), recorded(session, scopes=(Scope.QUOTE,))
    consent.put_consent(session, generous, [], by=ADMIN)
    consent.put_consent(session, strict, [], by=ADMIN)
    assert generous.consents[0].scopes == [scope.value for scope in UNSAID_SCOPES]
    assert strict.consents[0].scopes == ["quote"]
    assert (generous.consents[0].recorded_by, strict.consents[0].recorded_by) == (None, None)


def test_consent_of_strangers_and_for_naive_times_is_refused(session: Session) -> None:
    recording = recorded(session)
    ada = recording.consents[0].expert_id
    for wrong in (
        [Agreement("nobody", ALL_SCOPES)],
        [Agreement(ada, ALL_SCOPES), Agreement(ada, ())],
        [Agreement(ada, ALL_SCOPES, now().replace(tzinfo=None))],
    ):
        with pytest.raises(Invalid):
            consent.put_consent(session, recording, wrong, by=ADMIN)
    assert recording.consents[0].scopes == [scope.value for scope in ALL_SCOPES]


# Narrowing it


def test_without_sharing_what_is_served_is_retired_and_drafts_stay(session: Session) -> None:
    recording = recorded(session)
    served, draft = approve(session, carded(session, recording)), carded(session, recording, DONE)
    assert say(session, recording, *QUIET) == Narrowed(retired=(served.id,))
    assert (served.state, draft.state) == (CardState.RETIRED, CardState.DRAFT)
    assert told(session) == [("card.approved", served.id, "consent"), ("card.retired", served.id, "consent")]
    assert HOLLOW in everything_said(session, served)  # inside, the words may still stand
    with pytest.raises(Gone):
        library.find_card(session, READER, served.id)


def test_without_quoting_every_card_loses_its_words(session: Session) -> None:
    recording = recorded(session)
    served, draft = approve(session, carded(session, recording)), carded(session, recording, DONE)
    narrowed = say(session, recording, Scope.MINE, Scope.SHARE_FEED)
    assert narrowed == Narrowed(retired=tuple(sorted([served.id, draft.id])))
    for card in (served, draft):
        assert card.state == CardState.RETIRED
        assert content_of(session, card).evidence == ()
        assert card.revisions[0].title == WITHDRAWN_TITLE
    assert told(session)[-1] == ("card.retired", served.id, "consent")
    assert len(told(session)) == 2  # nobody was served the draft


def test_narrowing_twice_does_nothing_more(session: Session) -> None:
    recording = recorded(session)
    approve(session, carded(session, recording))
    say(session, recording, *QUIET)
    assert say(session, recording, *QUIET) == Narrowed()
    assert len(told(session)) == 2


def test_a_draft_on_top_of_a_served_revision_goes_with_it(session: Session) -> None:
    recording = recorded(session)
    card = approve(session, carded(session, recording))
    review.edit(session, card, {"title": "Newer"}, by=MANAGER, seen=None)
    assert say(session, recording, *QUIET).retired == (card.id,)
    assert (card.state, card.served_revision) == (CardState.RETIRED, None)


def test_a_card_that_rests_on_others_too_goes_on_without(session: Session) -> None:
    bread, flour = recorded(session, expert="Ada"), recorded(session, expert="Bo")
    card = of_two(session, bread, flour)
    assert say(session, bread, *QUIET) == Narrowed(struck=(card.id,))
    assert card.state == CardState.APPROVED
    shown = document(library.view(session, READER, card))
    assert [each["quote"] for each in shown["evidence"]] == [PALE]
    assert [(line["text"], line["evidence"]) for line in shown["judgment"]] == [("Look.", [0]), ("Own word.", [])]
    assert [expert["name"] for expert in shown["experts"]] == ["Bo"]
    assert [item[0] for item in told(session)] == ["card.approved", "card.updated"]
    event = library.history(card)[-1]
    assert (event.type, event.reason) == ("evidence_struck", "consent")
    assert HOLLOW not in everything_said(session, card)  # in no revision


def test_a_consent_that_runs_out_is_acted_upon(session: Session) -> None:
    recording = recorded(session)
    card = approve(session, carded(session, recording))
    recording.consents[0].until = now() + timedelta(days=1)
    session.flush()
    assert consent.expire(session) == Narrowed()
    recording.consents[0].until = now() - timedelta(seconds=1)
    session.flush()
    assert consent.expire(session) == Narrowed(retired=(card.id,))
    assert consent.expire(session) == Narrowed()


# Withdrawing it


def rows(session: Session, recording: Recording) -> dict[str, int]:
    tables = (TranscriptRevision, TranscriptPart, Mining, PassageRow)
    count = {
        table.__name__: session.scalar(
            select(func.count()).select_from(table).where(table.recording_id == recording.id)
        )
        or 0
        for table in tables
    }
    return {name: number for name, number in count.items() if number}


def worked_on(session: Session, **known: Any) -> Recording:
    """A recording with two transcript revisions, a part, a mining, a passage and a served card."""
    recording = recorded(session, **known)
    transcripts.plan_parts(session, recording.id, [[PlannedWindow(0, 30)]])
    transcripts.save_part(session, recording.id, 0, transcript())
    concepts = (Concept("loaf", "loaf"), Concept("knocking", "knocking"))
    vectors = np.zeros((0, 0), np.float32)
    minings.save_mining(session, recording.id, Mined(transcript(), (), (), concepts, vectors))
    card = carded(session, recording)
    thesaurus.keep(session, recording, concepts)
    approve(session, card)
    transcripts.add_transcript(session, recording.id, transcript(TOLD + " Always."), "human:u1")
    return recording


def withdraw(session: Session, recording: Recording) -> Withdrawal:
    return consent.withdraw(session, recording, by=ADMIN)


def test_a_withdrawal_erases_words_and_lets_go_of_the_sound(session: Session) -> None:
    recording = worked_on(session, sha256="c" * 64)
    card = session.scalars(select(Card)).one()
    assert set(rows(session, recording)) == {"TranscriptRevision", "TranscriptPart", "Mining", "PassageRow"}
    assert withdraw(session, recording) == Withdrawal(blobs=("c" * 64,), retired=(card.id,))
    assert rows(session, recording) == {}
    assert (recording.state, recording.media_sha256) == (RecordingState.WITHDRAWN, None)
    assert recording.consents[0].scopes == []
    assert transcripts.latest_transcript(session, recording.id) is None


def test_a_card_that_rested_on_it_alone_is_an_empty_tombstone(session: Session) -> None:
    recording = worked_on(session)
    card = session.scalars(select(Card)).one()
    review.edit(session, card, {"warnings": [{"text": "Own word."}]}, by=MANAGER, seen=None)
    withdraw(session, recording)
    assert (card.state, card.served_revision) == (CardState.RETIRED, None)
    said = everything_said(session, card)
    assert all(piece not in said for piece in (HOLLOW, "hollow", "Own word", "loaf"))
    assert told(session) == [("card.approved", card.id, "consent"), ("card.retired", card.id, "consent")]
    assert [(event.type, event.reason) for event in library.history(card)[-1:]] == [("moved", "consent")]
    shown = document(library.view(session, MANAGER, card))
    assert (shown["evidence"], shown["cues"], shown["title"]) == ([], [], WITHDRAWN_TITLE)


def test_a_card_that_was_retired_before_is_emptied_too(session: Session) -> None:
    recording = worked_on(session)
    card = session.scalars(select(Card)).one()
    review.move(session, card, CardState.RETIRED, by=MANAGER, seen=None, reason="outdated")
    assert withdraw(session, recording).retired == ()
    assert HOLLOW not in everything_said(session, card)
    assert told(session)[-1] == ("card.retired", card.id, "outdated")


def test_other_cards_lose_its_evidence_in_every_revision(session: Session) -> None:
    bread, flour = recorded(session, expert="Ada"), recorded(session, expert="Bo")
    card = of_two(session, bread, flour)
    alone = approve(session, carded(session, flour, DONE))
    withdrawal = withdraw(session, bread)
    assert (withdrawal.retired, withdrawal.struck) == ((), (card.id,))
    assert HOLLOW not in everything_said(session, card)
    assert card.state == alone.state == CardState.APPROVED
    assert document(library.view(session, READER, card))["evidence"][0]["verified"]
    assert withdraw(session, flour).retired == tuple(sorted([card.id, alone.id]))


def test_a_persons_card_that_dropped_the_evidence_keeps_its_own_words(session: Session) -> None:
    recording = recorded(session)
    card = carded(session, recording)
    own = {"cues": None, "evidence": [], "warnings": [{"text": "Mind the steam."}], "title": "Steam"}
    review.edit(session, card, own, by=MANAGER, seen=None)
    withdraw(session, recording)
    assert card.state == CardState.DRAFT
    assert content_of(session, card).warnings[0].text == "Mind the steam."
    assert HOLLOW not in everything_said(session, card)


def test_withdrawing_twice_does_nothing_more(session: Session) -> None:
    recording = worked_on(session)
    withdraw(session, recording)
    before = told(session)
    assert withdraw(session, recording) == Withdrawal()
    assert told(session) == before


def test_a_blob_that_another_recording_names_stays(session: Session) -> None:
    first, second = recorded(session, sha256="d" * 64), recorded(session, sha256="d" * 64)
    assert withdraw(session, first).blobs == ()
    assert withdraw(session, second).blobs == ("d" * 64,)


def test_every_blob_of_the_recording_goes(session: Session) -> None:
    new = NewRecording(title="T", sha256="a" * 64, file_name="t.wav", media_sha256="a" * 64, transcript_sha256="b" * 64)
    assert withdraw(session, store.add_recording(session, new, by=ADMIN)).blobs == ("a" * 64, "b" * 64)


def test_consent_to_a_withdrawn_recording_cannot_be_given(session: Session) -> None:
    recording = recorded(session)
    withdraw(session, recording)
    with pytest.raises(Gone):
        say(session, recording, *ALL_SCOPES)
    assert not store.agreed(recording, Scope.MINE)


def test_a_withdrawn_recording_is_no_evidence(session: Session) -> None:
    recording = recorded(session)
    withdraw(session, recording)
    evidence = [{"recording_id": recording.id, "start_char": 0, "end_char": 5}]
    with pytest.raises(Invalid):
        review.write(session, {"title": "T", "evidence": evidence}, by=MANAGER)


def test_concepts_and_clusters_that_nobody_else_speaks_of_go(session: Session) -> None:
    gone, stays = worked_on(session), recorded(session, expert="Bo")
    other = carded(session, stays, DONE)
    session.add_all([ClusterRow(id="k1", label="It sounds hollow"), ClusterRow(id="k2", label="sounds hollow")])
    session.flush()
    for passage in session.scalars(select(PassageRow)):
        passage.cluster_id = "k2"
    session.flush()
    withdraw(session, gone)
    assert list(session.scalars(select(ConceptRow.id))) == ["loaf"]  # the other card names it
    assert [(row.id, row.label) for row in session.scalars(select(ClusterRow))] == [("k2", DONE)]
    assert other.state == CardState.DRAFT


def test_kept_answers_that_name_the_recording_go(session: Session) -> None:
    recording = recorded(session)
    for key, body in (("a", f'{{"id": "{recording.id}"}}'), ("b", "{}")):
        session.add(Answer(key=key, request_sha256="0", status=200, headers={}, body=body.encode()))
    session.flush()
    withdraw(session, recording)
    assert list(session.scalars(select(Answer.key))) == ["b"]


def test_no_word_of_it_is_left_in_the_database_file(database: Database, tmp_path: Path) -> None:
    said = transcript("The zwieback sings quietly when the oven is right. " + TOLD)
    with database.writing() as session:
        recording = recorded(session, said=said)
        approve(session, carded(session, recording, "The zwieback sings quietly when the oven is right."))
    with database.writing() as session:
        withdraw(session, store.get_recording(session, ADMIN, recording.id))
    database.checkpoint()
    left = b"".join(path.read_bytes() for path in tmp_path.glob("tacit.db*")).lower()
    assert b"zwieback" not in left
    assert b"sings quietly" not in left


def test_a_withdrawn_recording_is_seen_by_who_could_see_it(session: Session) -> None:
    recording = recorded(session)
    withdraw(session, recording)
    assert store.get_recording(session, MANAGER, recording.id) is recording
    with pytest.raises(NotFound):
        store.get_recording(session, READER, recording.id)
