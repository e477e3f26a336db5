"""Transcripts corrected over HTTP: who may, against which revision, and how it is undone."""

from typing import Any

import pytest
from rest_house import ASKED, TOLD, House, two_turns
from sqlalchemy import select
from test_rest_rules import refused

from models import edits, store
from models.access import Role
from models.tables import RecordingState, TranscriptEdit
from models.values import MACHINE, SpeakerRole, Transcript, Turn, Word

TEXT = two_turns().text


def part(quote: str, **more: Any) -> dict[str, Any]:
    start = TEXT.index(quote)
    return {"start_char": start, "end_char": start + len(quote), **more}


def where(recording: str) -> str:
    return f"recordings/{recording}/transcript"


def correct(client: Any, recording: str, body: Any, etag: str | None = None) -> Any:
    """The answer to a correction of what the client sees now, or of what `etag` names."""
    etag = etag or client.get(where(recording)).headers["etag"]
    return client.patch(where(recording), json=body, headers={"If-Match": etag})


def heard(house: House, recording: str, *said: tuple[str, str]) -> None:
    """What a machine heard, a word every half second, as the work on a recording keeps it."""
    text, turns, words = "", list[Turn](), list[Word]()
    for speaker, told in said:
        text += "\n" if text else ""
        start, first = len(text), len(words)
        for word in told.split():
            text += " " if len(text) > start else ""
            begins = len(words) / 2
            words.append(Word(len(text), len(text) + len(word), begins, begins + 0.4, 0.5, "a loop"))
            text += word
        turns.append(Turn(speaker, SpeakerRole.OTHER, start, len(text), first / 2, len(words) / 2 - 0.1))
    with house.database.writing() as session:
        edits.add_heard(session, recording, Transcript(text, tuple(turns), tuple(words)))


def test_a_correction_is_one_new_revision_and_carries_its_etag(house: House) -> None:
    recording = house.recording()
    client = house.client(Role.MANAGER)
    answer = correct(
        client,
        recording,
        {
            "speakers": {"Mara": {"name": "Mara Hill", "role": "expert"}},
            "words": [part("bell", text="brass bell")],
            "turns": [part("If it sounds dull,", speaker="Ivo")],
        },
    )
    assert answer.status_code == 200, answer.text
    found = answer.json()
    assert found["revision"] == 2
    assert found["by"].startswith("human:")
    assert [(turn["speaker"], turn["role"]) for turn in found["turns"]] == [
        ("Ivo", "interviewer"),
        ("Mara Hill", "expert"),
        ("Ivo", "interviewer"),
        ("Mara Hill", "expert"),
    ]
    assert "a small brass bell it is dry." in found["turns"][1]["text"]
    again = client.get(where(recording))
    assert (again.json(), again.headers["etag"]) == (found, answer.headers["etag"])


def test_a_correction_names_the_revision_that_it_was_made_on(house: House) -> None:
    recording = house.recording()
    client = house.client(Role.MANAGER)
    body = {"words": [part("bell", text="gong")]}
    etag = client.get(where(recording)).headers["etag"]

    problem = refused(client.patch(where(recording), json=body), 428)
    assert "If-Match" in problem["remedy"]
    assert correct(client, recording, body, etag).status_code == 200
    stale = correct(client, recording, body, etag)
    refused(stale, 412)
    assert stale.headers["etag"] == client.get(where(recording)).headers["etag"] != etag
    assert correct(client, recording, {"words": []}, stale.headers["etag"]).json()["revision"] == 2  # nothing changed
    assert correct(client, recording, {"listened": []}, "*").json()["revision"] == 2


def test_experts_correct_the_interviews_in_which_they_are_heard(house: House) -> None:
    recording = house.recording()
    body = {"words": [part("bell", text="gong")]}
    etag = house.client(Role.MANAGER).get(where(recording)).headers["etag"]

    refused(correct(house.client(Role.EXPERT, expert="Ivo"), recording, body, etag), 404)
    refused(correct(house.client(Role.READER), recording, body, etag), 403)
    refused(house.client(Role.READER).get(f"{where(recording)}/revisions"), 403)
    refused(house.client(Role.EXPERT, expert="Ivo").post(f"{where(recording)}/revisions/1/restore"), 404)
    assert correct(house.client(Role.EXPERT, expert="Mara"), recording, body).status_code == 200


@pytest.mark.parametrize("state", [RecordingState.QUEUED, RecordingState.WORKING])
def test_nobody_corrects_what_a_machine_works_on(house: House, state: RecordingState) -> None:
    recording = house.recording()
    with house.database.writing() as session:
        store.set_state(session, recording, state)
    client = house.client(Role.MANAGER)
    problem = refused(correct(client, recording, {"words": [part("bell", text="gong")]}), 409)
    assert "until it is ready" in problem["remedy"]
    refused(client.post(f"{where(recording)}/revisions/1/restore"), 409)


def test_withdrawn_words_cannot_be_corrected_and_their_corrections_are_erased(house: House) -> None:
    recording = house.recording()
    client = house.client(Role.MANAGER)
    etag = correct(client, recording, {"words": [part("bell", text="gong")]}).headers["etag"]
    assert house.contents()["transcript_edits"] == 1
    client.delete(f"recordings/{recording}")
    assert house.contents()["transcript_edits"] == 0
    refused(correct(client, recording, {"words": []}, etag), 410)
    for path in ("revisions", "revisions/1"):
        refused(client.get(f"{where(recording)}/{path}"), 410)
    refused(client.post(f"{where(recording)}/revisions/1/restore"), 410)


def test_where_nothing_was_heard_nothing_can_be_corrected(house: House) -> None:
    client = house.client(Role.MANAGER)
    recording = client.post(
        "recordings", files={"file": ("talk.vtt", b"WEBVTT\n\n00:01.000 --> 00:02.000\nHi.\n")}
    ).json()
    with house.database.writing() as session:
        store.set_state(session, recording["id"], RecordingState.CANCELLED)
    refused(correct(client, recording["id"], {"words": []}, "*"), 404)


REFUSED: list[tuple[Any, str]] = [
    ({"words": [part("bell", text="two\nlines")]}, "/words/0/text"),
    ({"words": [part("bell", text="x" * 20_001)]}, "/words/0/text"),
    ({"words": [part("bell")]}, "/words/0/text"),
    ({"words": [part("bell", text="a", by="me")]}, "/words/0/by"),
    ({"words": [{"start_char": -1, "end_char": 4, "text": "a"}]}, "/words/0/start_char"),
    ({"words": [{"start_char": 0, "end_char": 10**6, "text": "a"}]}, "/words/0"),
    ({"words": [part("bell", text="a"), part("ell", text="b")]}, "/words/1"),
    ({"turns": [part("bell", speaker=" ")]}, "/turns/0/speaker"),
    ({"turns": [part("bell", speaker="x" * 201)]}, "/turns/0/speaker"),
    ({"speakers": {"Nobody": {"name": "x"}}}, "/speakers/Nobody"),
    ({"speakers": {"Mara": {"role": "queen"}}}, "/speakers/Mara/role"),
    ({"listened": [{"start_char": 5, "end_char": 5}]}, "/listened/0"),
    ({"words": [part(ASKED, text=""), part(TOLD, text="")]}, "/words"),
    ({"sentences": []}, "/sentences"),
]


@pytest.mark.parametrize(("body", "pointer"), REFUSED)
def test_what_does_not_fit_is_named_and_changes_nothing(house: House, body: Any, pointer: str) -> None:
    recording = house.recording()
    client = house.client(Role.MANAGER)
    problem = refused(correct(client, recording, body), 422)
    assert [error["pointer"] for error in problem["errors"]] == [pointer]
    assert client.get(where(recording)).json()["revision"] == 1


def test_words_are_marked_by_what_is_known_of_them(house: House) -> None:
    recording = house.recording()
    heard(house, recording, ("A", "it rings like a bell"))
    client = house.client(Role.MANAGER)
    gong, rings = {"start_char": 16, "end_char": 20, "text": "gong"}, {"start_char": 0, "end_char": 8}
    words = correct(client, recording, {"words": [gong], "listened": [rings]}).json()["words"]
    assert [(word["text"], word["marks"], word["confidence"]) for word in words] == [
        ("it", ["corrected"], None),
        ("rings", ["corrected"], None),
        ("like", ["suspect"], 0.5),
        ("a", ["suspect"], 0.5),
        ("gong", ["corrected"], None),
    ]
    assert [word["by"] == MACHINE for word in words] == [False, False, True, True, False]


def test_every_revision_stays_and_can_be_gone_back_to(house: House) -> None:
    recording = house.recording()
    client = house.client(Role.MANAGER)
    first = client.get(where(recording)).json()
    second = correct(client, recording, {"words": [part("bell", text="gong")]}).json()
    kept = client.get(f"{where(recording)}/revisions/1")
    assert kept.json() == first
    refused(client.get(f"{where(recording)}/revisions/9"), 404)
    refused(client.post(f"{where(recording)}/revisions/9/restore"), 404)
    refused(client.post(f"{where(recording)}/revisions/1/restore", headers={"If-Match": kept.headers["etag"]}), 412)

    restored = client.post(f"{where(recording)}/revisions/1/restore")
    assert restored.status_code == 200
    assert (restored.json()["revision"], restored.json()["text"]) == (3, TEXT)
    assert restored.headers["etag"] == client.get(where(recording)).headers["etag"]
    lines = client.get(f"{where(recording)}/revisions").json()["items"]
    assert [(line["number"], line["sha256"], line["restores"]) for line in lines] == [
        (1, first["sha256"], None),
        (2, second["sha256"], None),
        (3, first["sha256"], 1),
    ]
    assert (lines[0]["by"], lines[2]["by"]) == (MACHINE, restored.json()["by"])
    page = client.get(f"{where(recording)}/revisions?limit=2").json()
    assert client.get(f"{where(recording)}/revisions?cursor={page['next']}").json()["items"] == lines[2:]


def test_a_repeated_undo_is_answered_once(house: House) -> None:
    recording = house.recording()
    client = house.client(Role.MANAGER)
    correct(client, recording, {"words": [part("bell", text="gong")]})
    again = {"Idempotency-Key": "undo-1"}
    first = client.post(f"{where(recording)}/revisions/1/restore", headers=again)
    correct(client, recording, {"words": [part("bell", text="drum")]})
    second = client.post(f"{where(recording)}/revisions/1/restore", headers=again)
    assert second.json() == first.json()
    assert client.get(where(recording)).json()["revision"] == 4


def test_corrections_are_made_again_on_what_a_machine_hears_later(house: House) -> None:
    recording = house.recording()
    heard(house, recording, ("Speaker 1", "is it dry"), ("Speaker 2", "it wrings like a small bell"))
    client = house.client(Role.MANAGER)
    correct(
        client,
        recording,
        {
            "words": [{"start_char": 13, "end_char": 19, "text": "rings"}],
            "speakers": {"Speaker 2": {"name": "Mara", "role": "expert"}},
        },
    )
    heard(house, recording, ("Speaker 2", "was it dry"), ("Speaker 1", "it brings like a bell"))
    found = client.get(where(recording)).json()
    assert (found["text"], found["by"]) == ("was it dry\nit rings like a bell", MACHINE)
    assert [(turn["speaker"], turn["role"]) for turn in found["turns"]] == [("Speaker 2", "other"), ("Mara", "expert")]
    assert [word["text"] for word in found["words"] if "corrected" in word["marks"]] == ["rings"]


def test_what_was_undone_is_not_made_again(house: House) -> None:
    recording = house.recording()
    heard(house, recording, ("A", "it wrings like a bel"))  # revision 2
    client = house.client(Role.MANAGER)
    correct(client, recording, {"words": [{"start_char": 3, "end_char": 9, "text": "rings"}]})  # 3
    correct(client, recording, {"words": [{"start_char": 16, "end_char": 19, "text": "bell"}]})  # 4
    client.post(f"{where(recording)}/revisions/3/restore")  # 5
    heard(house, recording, ("A", "it wrings like a bel"))
    assert client.get(where(recording)).json()["text"] == "it rings like a bel"
    client.post(f"{where(recording)}/revisions/4/restore")
    heard(house, recording, ("A", "it wrings like a bel"))
    assert client.get(where(recording)).json()["text"] == "it rings like a bell"
    client.post(f"{where(recording)}/revisions/2/restore")
    heard(house, recording, ("A", "it wrings like a bel"))
    assert client.get(where(recording)).json()["text"] == "it wrings like a bel"


def test_a_correction_signs_itself_where_it_is_kept(house: House) -> None:
    recording = house.recording()
    answer = correct(house.client(Role.MANAGER), recording, {"words": [part("bell", text="gong")]}).json()
    with house.database.reading() as session:
        [row] = session.scalars(select(TranscriptEdit))
        assert (row.recording_id, row.number, row.revision, row.by) == (recording, 1, 2, answer["by"])


def test_the_correction_is_described_with_an_example(house: House) -> None:
    described = house.client(Role.READER).get("openapi.json").json()
    operation = described["paths"]["/api/v1/recordings/{recording_id}/transcript"]["patch"]
    assert {"404", "409", "410", "412", "428"} <= set(operation["responses"])
    assert "Correction" in str(operation["requestBody"])
    assert set(described["components"]["schemas"]["Correction"]["properties"]) >= {"speakers", "turns", "words"}
    assert "If-Match" in operation["description"]


def test_a_correction_is_proposed_for_the_cards_that_rest_on_it_and_undone_with_it(house: House) -> None:
    recording = house.recording()
    told, other = house.cards(recording, "when it rings like a small bell it is dry", "damp glaze crawls in the fire")
    client = house.client(Role.MANAGER)
    before = client.get(f"cards/{other}").headers["etag"]
    assert correct(client, recording, {"words": [part("small", text="little")]}).status_code == 200
    (proposal,) = client.get(f"cards/{told}/proposals").json()["items"]
    assert proposal["card"]["judgment"][0]["text"] == "when it rings like a little bell it is dry"
    assert client.get(f"cards/{other}").headers["etag"] == before
    assert client.get(f"cards/{other}/proposals").json()["items"] == []
    with house.database.writing() as session:
        edits.restore(session, recording, 1, by=house.caller(Role.MANAGER))
    assert client.get(f"cards/{told}/proposals").json()["items"] == []


def test_a_speaker_who_only_asks_takes_the_cards_lines_along(house: House) -> None:
    recording = house.recording()
    (card,) = house.cards(recording, "when it rings like a small bell it is dry")
    client = house.client(Role.MANAGER)
    body = {"speakers": {"Mara": {"name": "Mara", "role": "interviewer"}}}
    assert correct(client, recording, body).status_code == 200
    (proposal,) = client.get(f"cards/{card}/proposals").json()["items"]
    assert (proposal["kind"], proposal["card"]["judgment"]) == ("unsupported", [])
