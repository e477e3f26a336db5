"""Recordings over HTTP: handing in, following, listening, consent, withdrawal."""

import io
import json
import threading
import time
import wave
from dataclasses import replace
from typing import Any

import anyio
import pytest
from rest_house import ASKED, TOLD, VTT, House, tone, two_turns
from sqlalchemy import event
from test_rest_rules import refused

from api import listening
from models import store, transcripts
from models.access import Role
from models.tables import RecordingState
from models.values import MACHINE
from pipeline.manuscript import to_docx
from pipeline.workflow import Queue

FOLLOWERS = 100
WHISPER = json.dumps(
    {
        "text": f" {ASKED} {TOLD}",
        "language": "en",
        "segments": [
            {"id": 0, "start": 0.0, "end": 3.0, "text": f" {ASKED}"},
            {"id": 1, "start": 3.5, "end": 12.0, "text": f" {TOLD}"},
        ],
    }
).encode()


def hand_in(house: House, name: str, content: bytes, role: Role = Role.MANAGER, **fields: Any) -> Any:
    files = {"file": (name, content)} | fields.pop("files", {})
    return house.client(role).post("recordings", files=files, data=fields)


def test_sound_is_kept_and_queued(house: House) -> None:
    answer = hand_in(
        house,
        "Mara at the kiln.wav",
        tone(),
        title="Glazing",
        experts="Mara",
        language="en",
        vocabulary="bisque",
        speakers="3",
    )
    assert answer.status_code == 202
    recording = answer.json()
    assert answer.headers["location"].endswith(f"/api/v1/recordings/{recording['id']}")
    assert (recording["state"], recording["title"], recording["media_type"]) == ("queued", "Glazing", "audio/wav")
    assert recording["duration_s"] == pytest.approx(2.0, abs=0.05)
    assert recording["language"] == "en"
    assert recording["vocabulary"] == "bisque"
    assert recording["speakers"] == 3
    assert [expert["name"] for expert in recording["experts"]] == ["Mara"]
    assert [each["scopes"] for each in recording["consent"]] == [["mine", "quote"]]  # nothing said
    assert recording["counts"]["cards"] == 0
    assert recording["problem"] is None
    assert house.jobs.queued == [(recording["id"], 1)]
    assert house.blobs.path(recording["sha256"]).read_bytes() == tone()
    where = f"http://testserver{answer.headers['location']}"
    assert house.client(Role.MANAGER).get(where).json() == recording


def test_row_and_job_are_written_together(house: House) -> None:
    """With the real queue: what the engine will find is there when the answer is."""
    queue = Queue(house.database)
    try:
        house.app.state.services = replace(house.app.state.services, engine=queue)
        recording_id = hand_in(house, "talk.vtt", VTT.encode()).json()["id"]
        with house.database.engine.connect() as connection:
            found = connection.exec_driver_sql("SELECT workflow_uuid, status FROM workflow_status").all()
        assert [(recording_id in row[0], row[1]) for row in found] == [(True, "ENQUEUED")]
    finally:
        queue.close()


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("talk.vtt", VTT.encode()),
        ("talk.json", WHISPER),
        ("talk.txt", f"Ivo: {ASKED}\nMara: {TOLD}\n".encode()),
        ("talk.srt", f"1\n00:00:00,000 --> 00:00:03,000\nIvo: {ASKED}\n".encode()),
        ("talk.sbv", f"0:00:00.000,0:00:03.000\nIvo: {ASKED}\n".encode()),
        ("talk.jsonl", b'{"start": 0, "end": 3, "text": "How?"}\n{"start": 3, "end": 4, "text": "So."}\n'),
        ("talk.csv", f"speaker,text\nIvo,{ASKED}\n".encode()),
        ("talk.html", f"<html><body><p><b>Ivo:</b> {ASKED}</p><p><b>Mara:</b> {TOLD}</p></body></html>".encode()),
        ("talk.docx", to_docx(two_turns(), title="Glaze")),
    ],
)
def test_a_transcript_alone_is_a_recording(house: House, name: str, content: bytes) -> None:
    answer = hand_in(house, name, content)
    assert answer.status_code == 202, answer.text
    assert answer.json()["media_type"] is None
    assert answer.json()["duration_s"] is None


def test_sound_may_bring_its_transcript(house: House) -> None:
    answer = hand_in(house, "talk.wav", tone(), files={"transcript": ("talk.vtt", VTT.encode())})
    assert answer.status_code == 202
    assert len(house.contents()["files"]) == 2


def test_two_transcripts_are_one_too_many(house: House) -> None:
    refused(hand_in(house, "a.vtt", VTT.encode(), files={"transcript": ("b.vtt", VTT.encode())}), 422)


def test_experts_come_one_by_one_or_with_commas(house: House) -> None:
    client = house.client(Role.MANAGER)
    files = {"file": ("talk.vtt", VTT.encode())}
    answer = client.post("recordings", files=files, data={"experts": ["Mara, Ivo", "Ada Quill", "Mara"]})
    assert [expert["name"] for expert in answer.json()["experts"]] == ["Mara", "Ivo", "Ada Quill"]
    assert len(client.get("experts").json()["items"]) == 3
    known = client.get("experts").json()["items"][0]
    again = client.post("recordings", files={"file": ("b.vtt", VTT.encode() + b"\n")}, data={"experts": known["id"]})
    assert again.json()["experts"] == [{"id": known["id"], "name": known["name"]}]


def test_consent_is_all_or_said_one_by_one(house: House) -> None:
    every = ["mine", "quote", "play_audio", "share_feed"]
    everything = hand_in(house, "a.vtt", VTT.encode(), experts="Mara,Ivo", consent="all").json()
    assert [each["scopes"] for each in everything["consent"]] == [every, every]
    said = json.dumps([{"expert": "Ivo", "scopes": ["quote", "mine"], "until": "2031-01-31T12:00:00+01:00"}])
    single = hand_in(house, "b.vtt", VTT.encode() + b"\n", experts="Mara,Ivo", consent=said).json()
    names = {expert["id"]: expert["name"] for expert in single["experts"]}
    consent = {names[each["expert"]]: each for each in single["consent"]}
    assert consent["Ivo"]["scopes"] == ["mine", "quote"]
    assert consent["Ivo"]["until"].startswith("2031-01-31T11:00:00")


BAD_FIELDS = [
    # what is said, which field is named
    ({"consent": "some"}, "/consent"),
    ({"consent": "[{}]"}, "/consent/0/expert"),
    ({"consent": '[{"expert": "Mara", "scopes": ["sell"]}]', "experts": "Mara"}, "/consent/0/scopes/0"),
    ({"consent": '[{"expert": "Nobody", "scopes": []}]', "experts": "Mara"}, "/consent"),
    (
        {"consent": '[{"expert": "Mara", "scopes": [], "until": "2031-01-01T00:00:00"}]', "experts": "Mara"},
        "/consent/0/until",
    ),
    (
        {"consent": '[{"expert": "Mara", "scopes": [], "until": "0001-01-01T00:00:00+14:00"}]', "experts": "Mara"},
        "/consent/0/until",
    ),
    ({"collection": "Nowhere"}, "/collection"),
    ({"language": "English, mostly"}, "/language"),
    ({"title": "x" * 400}, "/title"),
    ({"title": "a\0b"}, "/title"),
    ({"colour": "red"}, "/colour"),
    ({"experts": ",".join(f"E{n}" for n in range(60))}, "/experts"),
    ({"experts": "x" * 300}, "/name"),
    ({"vocabulary": "x" * 70_000}, "/vocabulary"),
    ({"speakers": "0"}, "/speakers"),
    ({"speakers": "9"}, "/speakers"),
    ({"speakers": "two"}, "/speakers"),
    ({"speakers": "٢"}, "/speakers"),  # a digit, but not one of ours
]


@pytest.mark.parametrize(("fields", "pointer"), BAD_FIELDS)
def test_a_field_that_does_not_fit_is_named(house: House, fields: dict[str, str], pointer: str) -> None:
    client = house.client(Role.MANAGER)
    before = house.contents()
    problem = refused(client.post("recordings", files={"file": ("talk.vtt", VTT.encode())}, data=fields), 422)
    assert pointer in [error["pointer"] for error in problem["errors"]], problem
    assert house.contents() == before


def silent_wav() -> bytes:
    written = io.BytesIO()
    with wave.open(written, "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(16_000)
    return written.getvalue()


PNG = b"\x89PNG\r\n\x1a\n" + b"\0\0\0\rIHDR" + b"\0\0\0\1\0\0\0\1\x08\x06\0\0\0" + b"\0" * 32
BAD_FILES = [
    # name, content, status
    ("empty.wav", b"", (422,)),
    ("empty.vtt", b"", (422,)),
    ("notes.mp3", f"Mara: {TOLD}".encode(), (415, 422)),  # text under a name of sound
    ("talk.mp3", tone(), (415, 422)),  # WAV under the name of another kind
    ("talk.vtt", tone(), (415, 422)),
    ("header.wav", tone()[:44], (415, 422)),  # a header, and no sound behind it
    ("none.wav", silent_wav(), (415, 422)),  # 0 seconds
    ("noise.mp3", bytes(range(7, 251)) * 40, (415, 422)),
    ("picture.png", PNG, (415, 422)),
    ("picture.wav", PNG, (415, 422)),
    ("list.m3u8", b"#EXTM3U\n#EXTINF:10,\nhttp://127.0.0.1/a.ts\n", (415, 422)),
    ("list.mp3", b"#EXTM3U\nfile:///etc/passwd\n", (415, 422)),
    ("list.txt", b"ffconcat version 1.0\nfile '/etc/passwd'\n", (415, 422)),
    ("times.vtt", b"WEBVTT\n\n00:00:xx.000 --> 00:00:yy\nMara: hello\n", (422,)),
    ("other.json", b'{"weather": "fine", "items": [1, 2]}', (415, 422)),
    ("broken.json", b'{"segments": [', (415, 422)),
    ("nobody.vtt", b"WEBVTT\n\n", (422,)),
    ("nobody.vtt", b"WEBVTT\n\n00:00:00.000 --> 00:00:01.000\n<v Mara>\n", (422,)),
    ("nobody.txt", b"   \n\n\t\n", (415, 422)),
]


@pytest.mark.parametrize(
    ("name", "content", "statuses"), BAD_FILES, ids=[f"{n}-{i}" for i, (n, *_) in enumerate(BAD_FILES)]
)
def test_a_file_that_cannot_be_used_leaves_nothing(
    house: House, name: str, content: bytes, statuses: tuple[int, ...]
) -> None:
    client = house.client(Role.MANAGER)
    before = house.contents()
    answer = client.post("recordings", files={"file": (name, content)}, data={"experts": "Mara", "consent": "all"})
    assert answer.status_code in statuses, answer.text
    problem = refused(answer, answer.status_code)
    assert len(problem["detail"]) > 15
    assert "Traceback" not in problem["detail"]
    assert house.contents() == before
    assert house.jobs.queued == []


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("talk.vtt", b"WEBVTT\n\n"),
        ("talk.wav", tone()),
        ("talk.vtt", tone()),
        ("talk.txt", b""),
        ("talk.json", b"{}"),
        ("talk.docx", b"PK\x03\x04" + bytes(400)),
        ("talk.doc", b"\xd0\xcf\x11\xe0" + bytes(400)),
        ("talk.csv", b'interview,text\n1,"Ivo: How?\nMara: So."\n2,"Ivo: Why?\nMara: Look."\n'),
    ],
)
def test_a_bad_transcript_beside_good_sound_leaves_nothing(house: House, name: str, content: bytes) -> None:
    client = house.client(Role.MANAGER)
    before = house.contents()
    files = {"file": ("talk.wav", tone()), "transcript": (name, content)}
    answer = client.post("recordings", files=files)
    assert answer.status_code in (415, 422), answer.text
    refused(answer, answer.status_code)
    assert house.contents() == before


def test_a_refused_copy_does_not_delete_the_kept_file(house: House) -> None:
    first = hand_in(house, "talk.wav", tone()).json()
    refused(hand_in(house, "talk.mp3", tone()), 415)
    assert house.blobs.exists(first["sha256"])


@pytest.mark.parametrize(
    ("body", "content_type", "status"),
    [
        (b"", "multipart/form-data; boundary=x", 400),
        (b"--x--\r\n", "multipart/form-data; boundary=x", 422),
        (b"nothing of that kind", "multipart/form-data; boundary=x", 400),
        (
            b'--x\r\nContent-Disposition: form-data; name="file"; filename="a.vtt"\r\n\r\nWEBVTT',
            "multipart/form-data; boundary=x",
            400,
        ),
        (b"--x\r\nContent-Disposition: form-data\r\n\r\na\r\n--x--\r\n", "multipart/form-data; boundary=x", 400),
        (b"--x\r\n" + b"A" * 20_000 + b": b\r\n\r\na\r\n--x--\r\n", "multipart/form-data; boundary=x", 400),
        (
            b'--x\r\nContent-Disposition: form-data; name="file"\r\n\r\na\r\n--x--\r\n',
            "multipart/form-data; boundary=x",
            422,
        ),
        (
            b'--x\r\nContent-Disposition: form-data; name="title"; filename="a"\r\n\r\na\r\n--x--\r\n',
            "multipart/form-data; boundary=x",
            422,
        ),
        (
            b'--x\r\nContent-Disposition: form-data; name="title"\r\n\r\n\xff\xfe\r\n--x--\r\n',
            "multipart/form-data; boundary=x",
            422,
        ),
        (b"--x--\r\n", "multipart/form-data", 400),
        (b"{}", "application/json", 415),
        (b"", "", 415),
    ],
)
def test_a_broken_form_leaves_nothing(house: House, body: bytes, content_type: str, status: int) -> None:
    client = house.client(Role.MANAGER)
    before = house.contents()
    refused(client.post("recordings", content=body, headers={"Content-Type": content_type}), status)
    assert house.contents() == before


def test_too_much_is_refused_while_it_comes(database: Any, tmp_path: Any) -> None:
    house = House.build(database, tmp_path, max_upload_bytes=10_000, max_transcript_bytes=1000, max_duration_s=1.0)
    client = house.client(Role.MANAGER)
    before = house.contents()
    refused(client.post("recordings", files={"file": ("talk.wav", tone(2.0))}), 413)  # bytes
    refused(
        client.post("recordings", files={"file": ("talk.wav", tone(0.25)), "transcript": ("a.vtt", b"x" * 2000)}), 413
    )
    refused(client.post("recordings", files={"file": ("a.vtt", VTT.encode() * 5)}), 413)  # of a transcript
    refused(client.post("recordings", files={"file": ("talk.wav", tone(1.2, rate=4000))}), 413)  # seconds
    assert house.contents() == before


def test_the_same_bytes_are_taken_once(house: House) -> None:
    first = hand_in(house, "talk.wav", tone(), title="One")
    again = hand_in(house, "other name.wav", tone(), title="Two")
    assert (first.status_code, again.status_code) == (202, 200)
    assert again.json() == first.json()
    assert again.headers["location"] == first.headers["location"]
    assert len(house.jobs.queued) == 1


def test_a_withdrawn_upload_may_come_again_as_a_new_one(house: House) -> None:
    first = hand_in(house, "talk.wav", tone()).json()["id"]
    assert house.client(Role.MANAGER).delete(f"recordings/{first}").status_code == 200
    again = hand_in(house, "talk.wav", tone())
    assert again.status_code == 202
    assert again.json()["id"] != first
    assert house.blobs.exists(again.json()["sha256"])


def test_an_upload_is_answered_once_for_one_key(house: House) -> None:
    """Two sendings differ in their boundary, and are the same request all the same."""
    client = house.client(Role.MANAGER)
    headers = {"Idempotency-Key": "talk-1"}
    first = client.post("recordings", files={"file": ("talk.vtt", VTT.encode())}, data={"title": "A"}, headers=headers)
    again = client.post("recordings", files={"file": ("talk.vtt", VTT.encode())}, data={"title": "A"}, headers=headers)
    assert (first.status_code, again.status_code) == (202, 202)
    assert again.content == first.content
    other = client.post("recordings", files={"file": ("talk.vtt", VTT.encode())}, data={"title": "B"}, headers=headers)
    refused(other, 422)
    assert len(house.jobs.queued) == 1


@pytest.mark.parametrize("role", [Role.READER, Role.EXPERT])
def test_only_managers_hand_in(house: House, role: Role) -> None:
    refused(hand_in(house, "talk.vtt", VTT.encode(), role), 403)
    assert house.contents()["files"] == []


def test_a_reader_learns_nothing_of_recordings(house: House) -> None:
    recording = house.recording()
    client = house.client(Role.READER)
    for path in (
        "recordings",
        f"recordings/{recording}",
        f"recordings/{recording}/transcript",
        f"recordings/{recording}/audio",
    ):
        refused(client.get(path), 403)


def test_an_expert_sees_the_own_recordings_alone(house: House) -> None:
    recording = house.recording()
    own, other = house.client(Role.EXPERT, expert="Mara"), house.client(Role.EXPERT, expert="Ivo")
    assert [each["id"] for each in own.get("recordings").json()["items"]] == [recording]
    assert own.get(f"recordings/{recording}/transcript").status_code == 200
    assert other.get("recordings").json()["items"] == []
    for path in (f"recordings/{recording}", f"recordings/{recording}/transcript", f"recordings/{recording}/audio"):
        refused(other.get(path), 404)
    refused(own.delete(f"recordings/{recording}"), 403)
    refused(own.put(f"recordings/{recording}/consent", json="all"), 403)


def test_a_manager_of_one_collection_sees_no_other(house: House) -> None:
    admin = house.client(Role.ADMIN)
    here, there = (admin.post("collections", json={"name": name}).json()["id"] for name in ("Here", "There"))
    recording = hand_in(house, "a.vtt", VTT.encode(), collection="There").json()
    assert recording["collection"] == there
    client = house.client(Role.MANAGER, collections=[here])
    assert client.get("recordings").json()["items"] == []
    refused(client.get(f"recordings/{recording['id']}"), 404)
    assert [each["name"] for each in client.get("collections").json()["items"]] == ["Here"]
    refused(client.get(f"collections/{there}"), 404)
    refused(client.post("recordings", files={"file": ("b.vtt", VTT.encode())}, data={"collection": there}), 422)
    mine = client.post("recordings", files={"file": ("b.vtt", VTT.encode())}, data={"collection": here})
    assert mine.status_code == 202  # the same bytes, but not one that this caller may see
    assert [each["id"] for each in admin.get(f"recordings?collection={here}").json()["items"]] == [mine.json()["id"]]


def test_recordings_are_filtered(house: House) -> None:
    recording = house.recording()
    waiting = hand_in(house, "b.vtt", VTT.encode()).json()["id"]
    client = house.client(Role.MANAGER)
    expert = client.get("experts").json()["items"][0]["id"]

    def ids(query: str) -> list[str]:
        return [each["id"] for each in client.get(f"recordings?{query}").json()["items"]]

    assert ids("") == [waiting, recording]
    assert ids("state=queued") == [waiting]
    assert ids(f"expert={expert}") == [recording]
    assert ids("limit=1") == [waiting]
    refused(client.get("recordings?state=done"), 422)


def test_the_transcript_comes_in_five_forms(house: House) -> None:
    recording = house.recording()
    client = house.client(Role.MANAGER)
    found = client.get(f"recordings/{recording}/transcript").json()
    text = two_turns().text
    assert (found["text"], found["sha256"]) == (text, two_turns().sha256)
    assert [turn["text"] for turn in found["turns"]] == [ASKED, TOLD]
    assert [turn["role"] for turn in found["turns"]] == ["interviewer", "expert"]
    assert found["turns"][1]["start_s"] == 0.5
    for form, kind, mark in (
        ("json", "application/json", '"turns"'),
        ("vtt", "text/vtt", "WEBVTT"),
        ("srt", "application/x-subrip", "-->"),
        ("txt", "text/plain", TOLD[:20]),
        ("docx", "application/vnd.openxmlformats-officedocument.wordprocessingml.document", "PK"),
    ):
        by_path = client.get(f"recordings/{recording}/transcript.{form}")
        by_header = client.get(f"recordings/{recording}/transcript", headers={"Accept": f"image/png, {kind};q=0.5"})
        assert by_path.headers["content-type"].partition(";")[0] == kind
        assert mark in by_path.text
        assert by_header.content == by_path.content
        assert (
            client.get(
                f"recordings/{recording}/transcript.{form}", headers={"If-None-Match": by_path.headers["etag"]}
            ).status_code
            == 304
        )
    odd = client.get(f"recordings/{recording}/transcript", headers={"Accept": "text/vtt;q=0, */*;q=x, ;;,"})
    assert odd.headers["content-type"] == "application/json"


def test_before_anything_was_heard_there_is_no_transcript(house: House) -> None:
    recording = hand_in(house, "talk.wav", tone()).json()["id"]
    refused(house.client(Role.MANAGER).get(f"recordings/{recording}/transcript"), 404)


def test_a_human_word_in_a_transcript_is_marked_by_its_maker(house: House) -> None:
    recording = house.recording()
    with house.database.writing() as session:
        transcripts.add_transcript(session, recording, two_turns(timed=False), MACHINE)
    found = house.client(Role.MANAGER).get(f"recordings/{recording}/transcript").json()
    assert (found["revision"], found["by"]) == (2, "machine")


SIZE = len(tone())
RANGES = [
    # Range, status, start, end of what comes
    (None, 200, 0, SIZE),
    ("bytes=0-", 206, 0, SIZE),
    ("bytes=0-99", 206, 0, 100),
    ("bytes=100-199", 206, 100, 200),
    ("bytes=-10", 206, SIZE - 10, SIZE),
    (f"bytes={SIZE - 1}-", 206, SIZE - 1, SIZE),
    ("bytes=10-999999999", 206, 10, SIZE),
    ("bytes=-999999999", 206, 0, SIZE),
    ("bytes=0-0", 206, 0, 1),
    ("bytes=0-1,5-6", 200, 0, SIZE),  # several: the whole
    ("items=0-1", 200, 0, SIZE),  # another unit: not ours
]


@pytest.mark.parametrize(("asked", "status", "start", "end"), RANGES)
def test_sound_is_sent_in_ranges(house: House, asked: str | None, status: int, start: int, end: int) -> None:
    recording = house.recording()
    client = house.client(Role.MANAGER)
    answer = client.get(f"recordings/{recording}/audio", headers={"Range": asked} if asked else {})
    assert answer.status_code == status
    assert answer.content == tone()[start:end]
    assert answer.headers["content-type"] == "audio/wav"
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert answer.headers["accept-ranges"] == "bytes"
    if status == 206:
        assert answer.headers["content-range"] == f"bytes {start}-{end - 1}/{SIZE}"


@pytest.mark.parametrize(
    "asked", [f"bytes={SIZE}-", "bytes=-0", "bytes=5-2", "bytes=a-b", "bytes=-", "bytes=" + "9" * 40 + "-"]
)
def test_a_range_outside_of_the_sound_is_refused(house: House, asked: str) -> None:
    recording = house.recording()
    answer = house.client(Role.MANAGER).get(f"recordings/{recording}/audio", headers={"Range": asked})
    refused(answer, 416)
    assert answer.headers["content-range"] == f"bytes */{SIZE}"


def test_sound_is_compared_before_it_is_sent(house: House) -> None:
    recording = house.recording()
    client = house.client(Role.MANAGER)
    etag = client.get(f"recordings/{recording}/audio").headers["etag"]
    again = client.get(f"recordings/{recording}/audio", headers={"If-None-Match": etag})
    assert (again.status_code, again.content) == (304, b"")
    part = client.get(f"recordings/{recording}/audio", headers={"Range": "bytes=0-9", "If-Range": etag})
    whole = client.get(f"recordings/{recording}/audio", headers={"Range": "bytes=0-9", "If-Range": '"other"'})
    assert (part.status_code, whole.status_code) == (206, 200)
    head = client.head(f"recordings/{recording}/audio")
    assert (head.status_code, head.content, head.headers["content-length"]) == (200, b"", str(SIZE))


def test_a_transcript_alone_has_no_sound(house: House) -> None:
    recording = house.recording(sound=False)
    refused(house.client(Role.MANAGER).get(f"recordings/{recording}/audio"), 404)


def test_work_is_cancelled_and_tried_again(house: House) -> None:
    recording = hand_in(house, "talk.wav", tone()).json()["id"]
    client = house.client(Role.MANAGER)
    cancelled = client.post(f"recordings/{recording}/cancel")
    assert (cancelled.status_code, cancelled.json()["state"]) == (202, "cancelled")
    assert house.jobs.cancelled == [recording]
    refused(client.post(f"recordings/{recording}/cancel"), 409)
    again = client.post(f"recordings/{recording}/retry")
    assert (again.status_code, again.json()["state"]) == (202, "queued")
    assert house.jobs.queued == [(recording, 1), (recording, 2)]
    refused(client.post(f"recordings/{recording}/retry"), 409)
    refused(client.post("recordings/nothing/retry"), 404)
    refused(house.client(Role.EXPERT, expert="Mara").post(f"recordings/{recording}/retry"), 403)


def test_what_is_finished_can_be_done_anew(house: House) -> None:
    recording = house.recording()
    client = house.client(Role.MANAGER)
    refused(client.post(f"recordings/{recording}/rerun", json={"from": "elsewhere"}), 422)
    refused(client.post(f"recordings/{recording}/rerun", json={}), 422)
    refused(client.post(f"recordings/{recording}/rerun", json={"from": "diarize", "speakers": 9}), 422)
    refused(house.client(Role.EXPERT, expert="Mara").post(f"recordings/{recording}/rerun", json={"from": "mine"}), 403)
    again = client.post(f"recordings/{recording}/rerun", json={"from": "transcribe"})
    assert (again.status_code, again.json()["state"], again.json()["fraction"]) == (202, "queued", 0.0)
    assert house.jobs.queued[-1] == (recording, 2)
    assert client.get(f"recordings/{recording}/transcript").json()["revision"] == 1
    busy = refused(client.post(f"recordings/{recording}/rerun", json={"from": "mine"}), 409)
    assert "queued" in busy["detail"]


def test_words_that_were_handed_in_are_not_heard_again(house: House) -> None:
    recording = house.recording(sound=False)
    client = house.client(Role.MANAGER)
    problem = refused(client.post(f"recordings/{recording}/rerun", json={"from": "transcribe"}), 409)
    assert "handed in" in problem["detail"]
    assert client.post(f"recordings/{recording}/rerun", json={"from": "mine"}).status_code == 202


def test_a_failure_is_told_with_its_remedy(house: House) -> None:
    recording = hand_in(house, "talk.wav", tone()).json()["id"]
    problem = {"detail": "The model is missing.", "remedy": "Run “tacit doctor”."}
    with house.database.writing() as session:
        store.set_state(session, recording, RecordingState.FAILED, problem=problem)
    found = house.client(Role.MANAGER).get(f"recordings/{recording}").json()
    assert (found["state"], found["problem"]["detail"], found["problem"]["remedy"]) == ("failed", *problem.values())


def test_consent_is_recorded_afterwards(house: House) -> None:
    recording = house.recording(consent=None)
    client = house.client(Role.MANAGER)
    answer = client.put(f"recordings/{recording}/consent", json="all")
    assert answer.status_code == 200, answer.text
    assert answer.json()["consent"][0]["scopes"] == ["mine", "quote", "play_audio", "share_feed"]
    said = [{"expert": "Mara", "scopes": ["mine"], "until": None}]
    assert client.put(f"recordings/{recording}/consent", json=said).json()["consent"][0]["scopes"] == ["mine"]
    for wrong in ("some", 7, {}, [{}], [{"expert": "Nobody", "scopes": []}], [{"expert": "Mara", "scopes": ["sell"]}]):
        refused(client.put(f"recordings/{recording}/consent", json=wrong), 422)
    refused(client.put("recordings/nothing/consent", json="all"), 404)


def test_withdrawal_deletes_and_tells(house: House) -> None:
    recording = house.recording()
    [card] = house.cards(recording, "when it rings like a small bell it is dry")
    client, reader = house.client(Role.MANAGER), house.client(Role.READER)
    headers = {"Idempotency-Key": "approve-1"}
    approved = client.post(f"cards/{card}/transitions", json={"to": "approved"}, headers=headers)
    assert approved.status_code == 200, approved.text
    sha256 = client.get(f"recordings/{recording}").json()["sha256"]
    answer = client.delete(f"recordings/{recording}")
    assert answer.status_code == 200, answer.text
    assert answer.json()["retired"] == [card]
    assert "ackup" in answer.json()["remains"]
    assert answer.json()["recording"]["state"] == "withdrawn"
    assert not house.blobs.exists(sha256)
    assert house.jobs.cancelled == [recording]
    for path in ("audio", "transcript"):
        refused(client.get(f"recordings/{recording}/{path}"), 410)
    refused(client.post(f"recordings/{recording}/retry"), 410)
    refused(reader.get(f"cards/{card}"), 410)
    last = reader.get("feed").json()["items"][-1]
    assert (last["type"], last["tombstone"]["id"]) == ("card.retired", card)
    again = client.post(f"cards/{card}/transitions", json={"to": "approved"}, headers=headers)
    assert "small bell" not in again.text  # the kept answer went too
    assert client.delete(f"recordings/{recording}").status_code == 200


def test_a_file_that_another_recording_needs_is_not_deleted(house: House) -> None:
    admin = house.client(Role.ADMIN)
    here = admin.post("collections", json={"name": "Here"}).json()["id"]
    first = hand_in(house, "talk.wav", tone()).json()
    client = house.client(Role.MANAGER, collections=[here])
    second = client.post("recordings", files={"file": ("talk.wav", tone())}, data={"collection": here}).json()
    assert second["id"] != first["id"]
    admin.delete(f"recordings/{first['id']}")
    assert house.blobs.exists(second["sha256"])
    admin.delete(f"recordings/{second['id']}")
    assert house.contents()["files"] == []


def test_progress_is_streamed_until_the_work_ends(house: House) -> None:
    recording = house.recording()
    client = house.client(Role.MANAGER)
    answer = client.get(f"recordings/{recording}/events")
    assert answer.headers["content-type"].startswith("text/event-stream")
    lines = answer.text.splitlines()
    name = next(line.removeprefix("id: ") for line in lines if line.startswith("id: "))
    data = next(json.loads(line.removeprefix("data: ")) for line in lines if line.startswith("data: "))
    assert data == client.get(f"recordings/{recording}").json()
    resumed = client.get(f"recordings/{recording}/events", headers={"Last-Event-ID": name})
    assert (resumed.status_code, resumed.text) == (204, "")  # a browser comes back after anything else
    late = client.get(f"recordings/{recording}/events", headers={"Last-Event-ID": "1-0"})
    assert data == next(json.loads(line[6:]) for line in late.text.splitlines() if line.startswith("data: "))
    refused(client.get("recordings/nothing/events"), 404)


def test_progress_is_told_as_it_is_made(house: House) -> None:
    recording = hand_in(house, "talk.wav", tone()).json()["id"]

    def work() -> None:
        for fraction in (0.25, 0.75):
            time.sleep(0.8)
            with house.database.writing() as session:
                store.set_state(session, recording, RecordingState.WORKING)
                store.set_progress(session, recording, "transcribe", fraction, eta_s=9.0)
        time.sleep(0.8)
        with house.database.writing() as session:
            store.set_state(session, recording, RecordingState.READY)

    worker = threading.Thread(target=work)
    worker.start()
    answer = house.client(Role.MANAGER).get(f"recordings/{recording}/events")
    worker.join()
    told = [json.loads(line[6:]) for line in answer.text.splitlines() if line.startswith("data: ")]
    fractions = [each["fraction"] for each in told]
    assert "working" in [each["state"] for each in told]
    assert told[-1]["state"] == "ready"
    assert fractions == sorted(set(fractions))
    ids = [line.removeprefix("id: ").partition("-") for line in answer.text.splitlines() if line.startswith("id: ")]
    assert [int(time) for time, _, _ in ids] == sorted({int(time) for time, _, _ in ids})
    assert len({mark for _, _, mark in ids}) == len(ids) == len(told)


def test_many_followers_ask_the_database_no_more_than_one_and_leave_nothing_behind(house: House) -> None:
    recording = hand_in(house, "talk.wav", tone()).json()["id"]
    services, caller = house.app.state.services, house.caller(Role.MANAGER)
    asked: list[float] = []
    event.listen(house.database.engine, "before_cursor_execute", lambda *_: asked.append(time.monotonic()))
    ends: list[list[str]] = []

    async def follower() -> None:
        first = listening.look(services.database, caller, recording)
        ends.append([each async for each in listening.progress(services, caller, first, None)])

    async def everybody() -> float:
        async with anyio.create_task_group() as tasks:
            for _ in range(FOLLOWERS):
                tasks.start_soon(follower)
            leaving = listening.progress(services, caller, listening.look(services.database, caller, recording), None)
            assert (await anext(leaving)).startswith("retry:")
            assert "event: recording" in await anext(leaving)
            await leaving.aclose()  # a browser that went away
            await anyio.sleep(0.3)
            followed: int = services.looks.followed
            assert followed == FOLLOWERS
            begun = len(asked)
            await anyio.sleep(2.0)
            looked = (len(asked) - begun) / 2.0
            with house.database.writing() as session:
                store.set_state(session, recording, RecordingState.READY)
        return looked

    a_second = anyio.run(everybody)
    begun = len(asked)
    listening.look(services.database, caller, recording)
    assert a_second <= 1.5 * (len(asked) - begun) / listening.LOOK_S
    assert len(ends) == FOLLOWERS
    assert all('"state": "ready"' in told[-1] for told in ends)
    assert services.looks.followed == 0


def test_who_is_limited_to_one_collection_need_not_name_it(house: House) -> None:
    here = house.client(Role.ADMIN).post("collections", json={"name": "Here"}).json()["id"]
    client = house.client(Role.MANAGER, collections=[here])
    answer = client.post("recordings", files={"file": ("talk.vtt", VTT.encode())})
    assert (answer.status_code, answer.json()["collection"]) == (202, here)
