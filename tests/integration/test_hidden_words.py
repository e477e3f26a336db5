"""Hidden words leave by no door, are covered by a beep, are found by nobody, and come back when a manager says so."""

import io
import json
import re
import wave
import zipfile
from collections.abc import Iterator
from dataclasses import replace
from itertools import product
from typing import Any

import numpy as np
import pytest
from fastapi.routing import APIRoute
from fastapi.testclient import TestClient
from rest_house import API, House, tone

from api import redacting
from api.pages import cards as pages_of_cards
from api.pages import concepts as pages_of_concepts
from api.pages import corrections as pages_of_corrections
from api.pages import recordings as pages_of_recordings
from api.pages import redactions as pages_of_redactions
from models import accounts, drafts, lookups, minings, store, transcripts
from models.access import Caller, Role
from models.cards import draft_id
from models.errors import Conflict, Forbidden, Invalid
from models.redaction import Decision, everywhere
from models.tables import Recording, RecordingState, TranscriptRevision
from models.values import (
    MACHINE,
    CardContent,
    CardKind,
    Concept,
    Draft,
    Evidence,
    Gap,
    GapReason,
    Line,
    Metaphor,
    Mined,
    Modality,
    Passage,
    RedactionState,
    SpeakerRole,
    Transcript,
    Turn,
    Word,
)
from pipeline import export

NAME = "Hedda Kroll"
ASKED = f"What did {NAME} teach you?"
TOLD = f"When the pot rings, {NAME} said, it is dry. If it sounds dull, uh, wait until the morning."
ACCEPTED, REJECTED = RedactionState.ACCEPTED, RedactionState.REJECTED
PASSWORD = "correct horse battery"


def said(text: str = f"{ASKED}\n{TOLD}", *, timed: bool = True) -> Transcript:
    """A question and an answer in which somebody is named; a tenth of a second a word."""
    words, at = [], 0
    for number, word in enumerate(text.split()):
        at = text.index(word, at)
        words.append(Word(at, at + len(word), number / 10, number / 10 + 0.08, 0.9))
        at += len(word)
    asked = text.index("\n")
    turns = (
        Turn("Ivo", SpeakerRole.INTERVIEWER, 0, asked, 0.0, 0.5),
        Turn(NAME, SpeakerRole.EXPERT, asked + 1, len(text), 0.5, 2.0),
    )
    return Transcript(text, turns, tuple(words) if timed else (), warnings=(f"{NAME} is hard to hear",))


def card_of(recording_id: str, transcript: Transcript) -> Draft:
    """A draft that names the person wherever a card has words."""
    start = transcript.text.index("When the pot")
    end = transcript.text.index("dry.") + 4
    quote = transcript.text[start:end]
    timed = transcript.words_in(start, end)
    evidence = Evidence(
        index=0,
        recording_id=recording_id,
        transcript_sha256=transcript.sha256,
        start_char=start,
        end_char=end,
        quote=quote,
        start_s=timed[0].start_s if timed else None,
        end_s=timed[-1].end_s if timed else None,
        speaker=NAME,
        question=ASKED,
    )
    content = CardContent(
        kind=CardKind.CUE,
        title=f"What {NAME} hears in the pot",
        title_choices=(f"{NAME.upper()} and the bell",),
        cues=(Line(quote, (0,), modality=Modality.HEARD, threshold=f"as {NAME} said"),),
        metaphors=(Metaphor(f"like {NAME}’s bell", "simile", f"{NAME}’s bell", "pot", (0,)),),
        concepts=("hedda-kroll", "bell"),
        gaps=(Gap("g", "exceptions", GapReason.EMPTY_SLOT, f"When would {NAME} not?"),),
        evidence=(evidence,),
    )
    return Draft(content, Passage((0,), start, end, quote), 0.9, True)


def recorded(house: House, *, timed: bool = True, consent: str = "all") -> str:
    """A recording whose title, file and words name somebody, with a card."""
    recording_id = house.recording(title=f"Glazing with {NAME}", vocabulary=f"bisque, {NAME}", consent=consent)
    transcript = said(timed=timed)
    with house.database.writing() as session:
        transcripts.add_transcript(session, recording_id, transcript, MACHINE)
        store.add_warnings(session, recording_id, transcript.warnings)
        store.set_state(session, recording_id, RecordingState.READY)
        made = card_of(recording_id, transcript)
        concepts = [Concept("hedda-kroll", NAME), Concept("bell", "bell")]
        mined = Mined(transcript, (), (), tuple(concepts), np.zeros((0, 0), np.float32))
        minings.save_mining(session, recording_id, mined)
        drafts.add_drafts(session, recording_id, [made], vectors=np.ones((1, 8), np.float32), concepts=concepts)
    return recording_id


def the_card(house: House, recording_id: str) -> str:
    with house.database.reading() as session:
        transcript = next(one for one in _revisions(session, recording_id) if "When the pot" in one.text)
        return draft_id(card_of(recording_id, transcript))


def _revisions(session: Any, recording_id: str) -> Iterator[Transcript]:
    for row in (
        session.query(TranscriptRevision).filter_by(recording_id=recording_id).order_by(TranscriptRevision.number)
    ):
        found = transcripts.transcript_by_sha(session, recording_id, row.sha256)
        if found is not None:
            yield found


def decide(
    house: House, recording_id: str, state: RedactionState, *, words: str = NAME, by: Caller | None = None
) -> None:
    """Say of these words, wherever they stand, that they are hidden or not."""
    with house.database.writing() as session:
        transcript = transcripts.latest_transcript(session, recording_id)
        assert transcript is not None
        places = [Decision(*place, state, "person") for place in everywhere(transcript, words)]
        redacting.decide(session, by or house.caller(Role.MANAGER), recording_id, places)


def approved(house: House, card_id: str) -> None:
    """Edited and approved by a manager, who names the person too, and notes so."""
    client = house.client(Role.MANAGER)
    card = client.get(f"cards/{card_id}")
    lines = [{"text": f"Ask {NAME} before you fire."}]
    answer = client.patch(
        f"cards/{card_id}",
        json={"action": lines, "owner": NAME},
        headers={"If-Match": card.headers["etag"], "content-type": "application/merge-patch+json"},
    )
    assert answer.status_code == 200, answer.text
    moved = client.post(f"cards/{card_id}/transitions", json={"to": "approved", "note": f"{NAME} agrees"})
    assert moved.status_code == 200, moved.text


def browser(house: House, role: Role, *, expert: str | None = None) -> TestClient:
    with house.database.writing() as session:
        stands_for = store.find_or_add_expert(session, expert).id if expert else None
        accounts.add_user(session, f"user-{role}", role, password=PASSWORD, expert_id=stands_for)
    client = TestClient(house.app, base_url="http://testserver", headers={"accept": "text/html"})
    assert (
        client.post("/sign-in", data={"name": f"user-{role}", "password": PASSWORD, "next": "/queue"}).status_code
        == 200
    )
    return client


def names(text: str) -> bool:
    """Whether the person can be read in it, however it is written."""
    return re.search(r"hedda|kroll", text, re.I) is not None


# Every door


def paths(house: House, ids: dict[str, list[str]]) -> list[str]:
    """Every path that can be read, with every id that there is."""
    described = house.client(Role.MANAGER).get("openapi.json").json()["paths"]
    patterns = [path for path, methods in described.items() if "get" in methods]
    pages = (
        pages_of_cards.router,
        pages_of_concepts.router,
        pages_of_corrections.router,
        pages_of_recordings.router,
        pages_of_redactions.router,
    )
    patterns += [
        route.path
        for router in pages
        for route in router.routes
        if isinstance(route, APIRoute) and "GET" in route.methods
    ]
    found: list[str] = []
    for pattern in patterns:
        wanted = re.findall(r"{(\w+)}", pattern)
        for values in product(*(ids[name] for name in wanted)):
            found.append(pattern.format(**dict(zip(wanted, values, strict=True))))
    return found


def ids_of(house: House, recording_id: str) -> dict[str, list[str]]:
    with house.database.reading() as session:
        row = session.get_one(Recording, recording_id)
        expert = row.consents[0].expert_id
    return {
        "recording_id": [recording_id],
        "card_id": [the_card(house, recording_id)],
        "concept_id": ["bell", "hedda-kroll"],
        "expert_id": [expert],
        "collection_id": ["none"],
        "upload_id": ["none"],
        "token": ["none"],
        "proposal_id": ["none"],
        "number": ["0", "1", "2", "3"],
        "index": ["0"],
        "form": ["json", "vtt", "srt", "txt", "docx"],
    }


def written(answer: Any) -> str:
    """What can be read in an answer; of a Word document its text and its properties."""
    if "wordprocessing" in answer.headers.get("content-type", ""):
        with zipfile.ZipFile(io.BytesIO(answer.content)) as parts:
            return "\n".join(parts.read(name).decode("utf-8", "replace") for name in parts.namelist())
    return "" if "audio" in answer.headers.get("content-type", "") else str(answer.text)


def told(path: str, text: str) -> str:
    """The answer without what a manager is meant to see: the words themselves among the redactions."""
    if "transcript" in path and text.startswith("{"):
        document = json.loads(text)
        document.pop("redactions", None)
        return json.dumps(document)
    return text


@pytest.mark.parametrize("role", [Role.READER, Role.EXPERT, Role.MANAGER])
def test_hidden_words_leave_by_no_door(house: House, role: Role) -> None:
    recording_id = recorded(house)
    approved(house, the_card(house, recording_id))
    doors = paths(house, ids_of(house, recording_id))
    heard = {"expert": "Mara"} if role is Role.EXPERT else {}
    rest, pages = house.client(role, **heard), browser(house, role, **heard)
    lists = [f"{API}/cards?{query}" for query in ("state=approved", "sort=title", f"recording={recording_id}")]

    def read() -> dict[str, str]:
        answers = {}
        for path in [
            *doors,
            *lists,
            "/queue?show=approved",
            f"/cards/{ids_of(house, recording_id)['card_id'][0]}?edit=1",
        ]:
            client = rest if path.startswith(API) else pages
            answer = client.get(f"http://testserver{path}")
            answers[path] = told(path, written(answer))
        return answers

    before = {path for path, text in read().items() if names(text)}
    assert len(before) >= {Role.READER: 5, Role.EXPERT: 12, Role.MANAGER: 12}[role], "the doors show what is not hidden"
    decide(house, recording_id, ACCEPTED)
    after = {path for path, text in read().items() if names(text)}
    assert after == ({f"/recordings/{recording_id}/redactions"} if role is Role.MANAGER else set())


def test_only_managers_read_the_hidden_words_among_the_redactions(house: House) -> None:
    recording_id = recorded(house)
    decide(house, recording_id, ACCEPTED)
    where = f"recordings/{recording_id}/transcript"
    manager = house.client(Role.MANAGER).get(where).json()
    expert = house.client(Role.EXPERT, expert="Mara").get(where).json()
    assert [each["text"] for each in manager["redactions"]] == [NAME, NAME]
    assert [each["text"] for each in expert["redactions"]] == [None, None]
    assert [(each["start_char"], each["kind"], each["state"]) for each in expert["redactions"]] == [
        (ASKED.index(NAME), "person", "accepted"),
        (len(ASKED) + 1 + TOLD.index(NAME), "person", "accepted"),
    ]
    assert [word["text"] for word in expert["words"] if "redacted" in word["marks"]] == ["█████", "█████"] * 2
    assert len(expert["text"]) == len(said().text)
    assert expert["sha256"] == said().sha256


def test_the_markdown_export_names_nobody(house: House) -> None:
    recording_id = recorded(house)
    card_id = the_card(house, recording_id)
    approved(house, card_id)
    decide(house, recording_id, ACCEPTED)
    card = house.client(Role.READER).get(f"cards/{card_id}").json()
    with house.database.reading() as session:
        notes = export.markdown(
            [card],
            concepts=lookups.concepts(session, Caller("a", "A", Role.ADMIN)),
            recordings=lookups.recording_titles(session, [recording_id]),
        )
    assert [note for note in notes if names(note.path + note.text)] == []
    assert any("Glazing with █████ █████" in note.text for note in notes)


def test_progress_events_name_nobody(house: House) -> None:
    recording_id = recorded(house)
    decide(house, recording_id, ACCEPTED)
    events = house.client(Role.MANAGER).get(f"recordings/{recording_id}/events").text
    assert "Glazing with █████ █████" in events
    assert not names(events)


# What follows


def test_evidence_stays_verified_and_nothing_moves(house: House) -> None:
    recording_id = recorded(house)
    card_id = the_card(house, recording_id)
    client = house.client(Role.MANAGER)
    before = client.get(f"cards/{card_id}").json()["evidence"][0]
    decide(house, recording_id, ACCEPTED)
    after = client.get(f"cards/{card_id}").json()["evidence"][0]
    assert after["quote"] == "When the pot rings, █████ █████ said, it is dry."
    assert after["speaker"] == "█████ █████"
    same = ("start_char", "end_char", "transcript_sha256", "start_s", "verified", "outdated")
    assert {name: after[name] for name in same} == {name: before[name] for name in same}
    assert after["verified"]


def test_nobody_finds_a_card_by_hidden_words(house: House) -> None:
    recording_id = recorded(house)
    approved(house, the_card(house, recording_id))
    client = house.client(Role.READER)
    queries = ["q=hedda", "q=Kroll bell", "concept=hedda-kroll", f"owner={NAME}"]
    assert [len(client.get(f"cards?{query}").json()["items"]) for query in queries] == [1, 1, 1, 1]
    decide(house, recording_id, ACCEPTED)
    assert [len(client.get(f"cards?{query}").json()["items"]) for query in queries] == [0, 0, 0, 0]
    assert len(client.get("cards?q=pot rings").json()["items"]) == 1
    assert len(client.get("cards?concept=bell").json()["items"]) == 1
    decide(house, recording_id, REJECTED)
    assert [len(client.get(f"cards?{query}").json()["items"]) for query in queries] == [1, 1, 1, 1]


def test_the_feed_tells_of_served_cards_that_read_differently(house: House) -> None:
    recording_id = recorded(house)
    card_id = the_card(house, recording_id)
    approved(house, card_id)
    client = house.client(Role.READER)
    etag = client.get(f"cards/{card_id}").headers["etag"]
    cursor = client.get("feed").json()["next"]
    decide(house, recording_id, ACCEPTED)
    items = client.get(f"feed?cursor={cursor}").json()["items"]
    assert [(item["type"], item["card"]["title"]) for item in items] == [
        ("card.updated", "What █████ █████ hears in the pot")
    ]
    assert client.get(f"cards/{card_id}").headers["etag"] != etag
    decide(house, recording_id, ACCEPTED)  # once more says nothing new
    decide(house, recording_id, ACCEPTED, words="morning")  # and this stands on no card
    assert len(client.get(f"feed?cursor={cursor}").json()["items"]) == 1


def test_a_draft_made_later_is_hidden_from_the_beginning(house: House) -> None:
    recording_id = recorded(house)
    decide(house, recording_id, ACCEPTED)
    with house.database.writing() as session:
        transcript = transcripts.latest_transcript(session, recording_id)
        assert transcript is not None
        one = card_of(recording_id, transcript)
        other = replace(one, passage=replace(one.passage, start_char=one.passage.start_char + 1))
        drafts.add_drafts(session, recording_id, [other], vectors=np.ones((1, 8), np.float32))
    client = house.client(Role.MANAGER)
    assert not names(client.get(f"cards/{draft_id(other)}").text)
    assert client.get("cards?q=hedda").json()["items"] == []


def test_an_edit_of_a_masked_card_loses_nothing_beneath(house: House) -> None:
    recording_id = recorded(house)
    card_id = the_card(house, recording_id)
    decide(house, recording_id, ACCEPTED)
    client = house.client(Role.MANAGER)
    shown = client.get(f"cards/{card_id}")
    line = shown.json()["cues"][0]
    sent = {
        "title": "What █████ █████ hears in the bell",
        "cues": [{**line, "text": line["text"].replace("dry", "bone dry"), "parts": []}],
        "concepts": ["bell"],
    }
    patched = client.patch(
        f"cards/{card_id}",
        json=sent,
        headers={"If-Match": shown.headers["etag"], "content-type": "application/merge-patch+json"},
    )
    assert patched.status_code == 200, patched.text
    assert not names(patched.text)
    decide(house, recording_id, REJECTED)
    card = client.get(f"cards/{card_id}").json()
    assert card["title"] == f"What {NAME} hears in the bell"
    assert card["cues"][0]["text"] == f"When the pot rings, {NAME} said, it is bone dry."
    assert card["concepts"] == ["bell", "hedda-kroll"]
    assert card["gaps"][0]["question"] == f"When would {NAME} not?"


def test_an_answer_that_is_kept_for_a_repeated_request_is_forgotten(house: House) -> None:
    recording_id = recorded(house)
    client = house.client(Role.MANAGER)
    request = {"json": {"to": "in_review"}, "headers": {"Idempotency-Key": "once"}}
    where = f"cards/{the_card(house, recording_id)}/transitions"
    assert names(client.post(where, **request).text)  # type: ignore[arg-type]
    decide(house, recording_id, ACCEPTED)
    assert not names(client.post(where, **request).text)  # type: ignore[arg-type]


# Sound


def strength_at(samples: np.ndarray[Any, Any], hertz: float, rate: int = 16_000) -> float:
    """How strong one frequency is in the samples, 0..1 of a full-scale tone."""
    places = np.arange(len(samples)) / rate
    return float(2 * abs(np.mean(samples * np.exp(-2j * np.pi * hertz * places))))


def samples_of(wav: bytes) -> np.ndarray[Any, Any]:
    with wave.open(io.BytesIO(wav)) as file:
        return np.frombuffer(file.readframes(file.getnframes()), "<i2") / 32767


def test_a_beep_covers_the_hidden_words_and_nothing_else(house: House) -> None:
    recording_id = recorded(house)
    where = f"cards/{the_card(house, recording_id)}/evidence/0/clip?pad_s=0"
    client = house.client(Role.MANAGER)
    plain = samples_of(client.get(where).content)
    decide(house, recording_id, ACCEPTED)
    beeped = samples_of(client.get(where).content)
    transcript = said()
    quoted = transcript.words_in(transcript.text.index("When the pot"), len(transcript.text))[0].start_s or 0.0
    start = transcript.text.index(NAME, len(ASKED))
    words = transcript.words_in(start, start + len(NAME))
    first = round(((words[0].start_s or 0) - quoted) * 16_000)
    last = round(((words[-1].end_s or 0) - quoted) * 16_000)
    assert strength_at(beeped[first:last], 1000) > 0.05
    assert strength_at(beeped[first:last], 220) < 0.01 < 0.1 < strength_at(plain[first:last], 220)
    assert len(beeped) == len(plain)
    room = 1000  # a little more than 60 ms
    assert np.array_equal(beeped[: first - room], plain[: first - room])
    assert np.array_equal(beeped[last + room :], plain[last + room :])
    decide(house, recording_id, REJECTED)
    assert np.array_equal(samples_of(client.get(where).content), plain)


def test_a_clip_is_refused_where_nobody_knows_when_the_words_are_heard(house: House) -> None:
    recording_id = recorded(house)
    where = f"cards/{the_card(house, recording_id)}/evidence/0/clip"
    with house.database.writing() as session:
        transcripts.add_transcript(session, recording_id, said(timed=False), MACHINE)
    decide(house, recording_id, ACCEPTED)
    answer = house.client(Role.MANAGER).get(where)
    assert (answer.status_code, answer.json()["type"]) == (409, "urn:problem-type:tacit:conflict")
    assert "no times" in answer.json()["detail"]


def test_the_whole_sound_is_for_managers_while_words_are_hidden(house: House) -> None:
    recording_id = recorded(house)
    where = f"recordings/{recording_id}/audio"
    expert, manager = house.client(Role.EXPERT, expert="Mara"), house.client(Role.MANAGER)
    assert expert.get(where).content == tone()
    decide(house, recording_id, ACCEPTED)
    refused = expert.get(where)
    assert refused.status_code == 403
    assert "clips" in refused.json()["remedy"]
    assert manager.get(where).content == tone()
    decide(house, recording_id, REJECTED)
    assert expert.get(where).content == tone()


# Who decides, and what lasts


def test_the_heard_expert_hides_words_and_only_a_manager_shows_them_again(house: House) -> None:
    recording_id = recorded(house)
    with house.database.reading() as session:
        mara = session.get_one(Recording, recording_id).consents[0].expert_id
    expert = Caller("e", "Mara", Role.EXPERT, mara)
    decide(house, recording_id, ACCEPTED, by=expert)
    with pytest.raises(Forbidden, match="manager"):
        decide(house, recording_id, REJECTED, by=expert)
    decide(house, recording_id, REJECTED)


def test_decisions_survive_a_new_hearing(house: House) -> None:
    recording_id = recorded(house)
    decide(house, recording_id, ACCEPTED)
    with house.database.writing() as session:
        again = said(f"{ASKED}\nWhen a pot rings, {NAME} said, it is dry. {NAME} is right.")
        transcripts.add_transcript(session, recording_id, again, MACHINE)
        newest = transcripts.latest_transcript(session, recording_id)
    assert newest is not None
    assert [each.state for each in newest.redactions] == [ACCEPTED] * 3
    card = house.client(Role.MANAGER).get(f"cards/{the_card(house, recording_id)}").json()
    assert not names(json.dumps(card)), "evidence of the older text stays hidden"


def test_a_withdrawal_leaves_nothing_of_what_was_hidden(house: House) -> None:
    recording_id = recorded(house)
    decide(house, recording_id, ACCEPTED)
    assert house.client(Role.MANAGER).delete(f"recordings/{recording_id}").status_code == 200
    with house.database.reading() as session:
        row = session.get_one(Recording, recording_id)
        assert row.hidden == []
        assert row.title == "Glazing with █████ █████"
    kept = b"".join(path.read_bytes() for path in house.settings.data_dir.rglob("*") if path.is_file())
    assert b"Hedda" not in kept


def test_a_correction_over_rest_hides_and_shows_words(house: House) -> None:
    recording_id = recorded(house)
    where = f"recordings/{recording_id}/transcript"
    manager, expert = house.client(Role.MANAGER), house.client(Role.EXPERT, expert="Mara")
    start = ASKED.index(NAME)
    place = {"start_char": start, "end_char": start + len(NAME)}

    def patch(client: TestClient, **body: Any) -> Any:
        return client.patch(where, json=body, headers={"If-Match": client.get(where).headers["etag"]})

    hidden = patch(expert, redactions=[{**place, "state": "accepted", "kind": "person"}])
    assert hidden.status_code == 200, hidden.text
    assert hidden.json()["text"].startswith("What did █████ █████ teach you?")
    refused = patch(expert, redactions=[{**place, "state": "rejected"}])
    assert (refused.status_code, refused.json()["type"]) == (403, "urn:problem-type:tacit:forbidden")
    wrong = patch(manager, redactions=[{**place, "state": "accepted", "kind": "hair"}])
    assert [each["pointer"] for each in wrong.json()["errors"]] == ["/redactions/0/kind"]
    # together with a correction, which moves the hidden words
    word = {"start_char": 0, "end_char": 4, "text": "What exactly"}
    moved = patch(manager, words=[word], redactions=[{**place, "state": "accepted"}])
    assert moved.json()["text"].startswith("What exactly did █████ █████ teach you?")
    older = expert.get(f"{where}/revisions/1").json()
    assert not names(json.dumps({**older, "redactions": []})), "an older revision hides what is hidden by now"
    shown = patch(
        manager, redactions=[{"start_char": start + 8, "end_char": start + 8 + len(NAME), "state": "rejected"}]
    )
    assert f"did {NAME} teach" in shown.json()["text"]


def test_a_proposal_names_nobody_and_restores_what_it_changes(house: House) -> None:
    recording_id = recorded(house)
    card_id = the_card(house, recording_id)
    decide(house, recording_id, ACCEPTED)
    client = house.client(Role.MANAGER)
    where = f"recordings/{recording_id}/transcript"
    start = said().text.index("rings")
    word = {"start_char": start, "end_char": start + 5, "text": "sings"}
    corrected = client.patch(where, json={"words": [word]}, headers={"If-Match": client.get(where).headers["etag"]})
    assert corrected.status_code == 200, corrected.text
    proposed = client.get(f"cards/{card_id}/proposals")
    assert "sings, █████ █████ said" in proposed.text
    assert not names(proposed.text)
    page = browser(house, Role.MANAGER).get(f"/cards/{card_id}").text
    assert "sings" in page
    assert not names(page)
    accept = f"cards/{card_id}/proposals/{proposed.json()['items'][0]['id']}/accept"
    accepted = client.post(accept, headers={"If-Match": client.get(f"cards/{card_id}").headers["etag"]})
    assert accepted.status_code == 200, accepted.text
    assert not names(accepted.text)
    decide(house, recording_id, REJECTED)
    quote = client.get(f"cards/{card_id}").json()["evidence"][0]["quote"]
    assert quote == f"When the pot sings, {NAME} said, it is dry."


def test_words_are_hidden_wherever_they_stand(house: House) -> None:
    recording_id = recorded(house)
    with house.database.writing() as session:
        count = redacting.hide_everywhere(session, house.caller(Role.MANAGER), recording_id, "hedda kroll", "person")
        assert count == 2
        with pytest.raises(Invalid, match="does not stand"):
            redacting.hide_everywhere(session, house.caller(Role.MANAGER), recording_id, "Nobody", None)
    assert not names(house.client(Role.MANAGER).get(f"recordings/{recording_id}/transcript.txt").text)
    assert Conflict.status == 409


# The page


def test_the_page_decides_all_places_at_once_and_each(house: House) -> None:
    recording_id = recorded(house)
    with house.database.writing() as session:
        transcript = transcripts.latest_transcript(session, recording_id)
        assert transcript is not None
        found = [Decision(*place, RedactionState.PROPOSED, "person") for place in everywhere(transcript, NAME)]
        redacting.decide(session, house.caller(Role.MANAGER), recording_id, found)
    client = browser(house, Role.MANAGER)
    assert "To hide: 2 undecided" in client.get(f"/recordings/{recording_id}").text
    page = client.get(f"/recordings/{recording_id}/redactions").text
    assert "2 places, 2 undecided" in page
    assert f"/api/v1/recordings/{recording_id}/audio#t=" in page
    csrf, seen = (re.search(rf'name="{name}" value="([^"]*)"', page)[1] for name in ("csrf", "seen"))  # type: ignore[index]
    places = re.findall(r'name="places" value="([^"]*)"', page)
    form = {"csrf": csrf, "seen": seen, "places": places[0], "state": "accepted"}
    done = client.post(f"/recordings/{recording_id}/redactions", data=form)
    assert "Hidden: 2 places." in done.text
    assert NAME in done.text  # so that it can be reversed
    one = {**form, "places": places[0].split(" ")[0], "state": "rejected"}
    assert "May be read: 1 place." in client.post(f"/recordings/{recording_id}/redactions", data=one).text
    text = house.client(Role.MANAGER).get(f"recordings/{recording_id}/transcript.txt").text
    assert ASKED in text
    assert TOLD not in text


@pytest.mark.parametrize(
    ("change", "status"),
    [
        ({"csrf": "wrong"}, 403),
        ({"seen": "0" * 64}, 412),  # of another text
        ({"state": "gone"}, 422),
        ({"places": "1-"}, 422),
        ({"places": "a-b"}, 422),
        ({"places": "0-99999"}, 422),  # behind the text
        ({"places": "²-³"}, 422),
    ],
)
def test_a_form_that_does_not_fit_changes_nothing(house: House, change: dict[str, str], status: int) -> None:
    recording_id = recorded(house)
    client = browser(house, Role.MANAGER)
    page = client.get(f"/recordings/{recording_id}/redactions").text
    csrf = re.search(r'name="csrf" value="([^"]*)"', page)[1]  # type: ignore[index]
    form = {"csrf": csrf, "seen": said().sha256, "places": "0-4", "state": "accepted", **change}
    assert client.post(f"/recordings/{recording_id}/redactions", data=form).status_code == status
    with house.database.reading() as session:
        transcript = transcripts.latest_transcript(session, recording_id)
    assert transcript is not None
    assert transcript.redactions == ()


def test_own_words_are_hidden_from_the_page(house: House) -> None:
    recording_id = recorded(house)
    client = browser(house, Role.EXPERT, expert="Mara")
    page = client.get(f"/recordings/{recording_id}/redactions").text
    csrf = re.search(r'name="csrf" value="([^"]*)"', page)[1]  # type: ignore[index]
    form = {"csrf": csrf, "words": NAME, "kind": "date of birth"}
    done = client.post(f"/recordings/{recording_id}/redactions/words", data=form)
    assert "Hidden in 2 places." in done.text
    assert not names(done.text), "an expert cannot reverse it, and reads it no more"
    assert "Do not hide" not in done.text


def test_others_do_not_come_to_the_page(house: House) -> None:
    recording_id = recorded(house)
    assert browser(house, Role.READER).get(f"/recordings/{recording_id}/redactions").status_code == 404
    assert browser(house, Role.EXPERT, expert="Zoe").get(f"/recordings/{recording_id}/redactions").status_code == 404
