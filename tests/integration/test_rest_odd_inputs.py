"""Whatever a client sends, the answer is no failure of ours: a seeded walk through odd requests, and known traps."""

import base64
import json
import random
from typing import Any

import pytest
from rest_house import VTT, House, tone
from test_rest_rules import PROBLEM, refused

from models.access import Role

ODD_TEXTS = [
    "",
    " ",
    "\x00",
    "%00",
    "..",
    "../../etc/passwd",
    "%2e%2e%2f",
    "'; DROP TABLE cards; --",
    "%",
    "_",
    "\\",
    '"',
    "ÿ",
    "\u202e",
    "😀" * 50,
    "null",
    "-1",
    "1e309",
    "99999999999999999999999999999999",
    "True",
    "[]",
    "{}",
    "x" * 3000,
    "\n",
    "a\rb",
    "\ufeff",
    "%ff%fe",
    "%F0%28%8C%28",
]
ODD_VALUES: list[Any] = [
    *ODD_TEXTS,
    None,
    True,
    0,
    -1,
    2**53,
    2**64,
    -(2**70),
    1.5,
    [],
    {},
    [[[]]],
    {"": {}},
    ["a", 1, None],
    {"scopes": "all"},
    "2031-01-01T00:00:00Z",
    "0001-01-01T00:00:00+14:00",
    "\ud800",
]
PARAMETERS = "limit cursor state kind concept expert recording collection owner due_before q sort first pad_s x".split()
MEMBERS = "name to reason note revision title kind cues judgment metaphors gaps evidence owner due_at by state".split()
HEADERS = [
    "If-Match",
    "If-None-Match",
    "Idempotency-Key",
    "Range",
    "If-Range",
    "Accept",
    "X-Request-ID",
    "Last-Event-ID",
]
HEADER_VALUES = [
    "",
    '"',
    "*",
    "W/",
    '"1n1"',
    "bytes=",
    "bytes=9-1",
    "bytes=-",
    ",,,",
    ";q=",
    "text/vtt;q=2",
    "\x7f",
    "é",
    "x" * 2000,
    '"a", "b", *',
]


def paths(recording: str, card: str) -> list[str]:
    of_recording = ["", "/transcript", "/transcript.vtt", "/audio", "/consent", "/cancel", "/retry", "/events"]
    of_card = ["", "/transitions", "/revisions", "/revisions/1", "/history", "/evidence/0/clip", "/verdicts"]
    return [
        *(f"recordings{each}" for each in ("", "/odd", *(f"/{recording}{part}" for part in of_recording))),
        *(f"cards{each}" for each in ("", "/next", "/odd", *(f"/{card}{part}" for part in of_card))),
        *(
            "experts",
            "experts/odd",
            "collections",
            "collections/odd",
            "feed",
            "openapi.json",
            "healthz",
            "readyz",
            "odd",
        ),
    ]


def odd_json(dice: random.Random) -> bytes:
    if dice.random() < 0.2:
        return dice.choice([b"{", b"[]", b"nul", b"\xff", b'"a"', b"1", b"[" * 5000, b'{"a":1,"a":2}', b"\x00", b"{}"])
    document = {dice.choice(MEMBERS): dice.choice(ODD_VALUES) for _ in range(dice.randint(0, 4))}
    return json.dumps(dice.choice([document, [document], {"evidence": [document]}])).encode()


def odd_request(dice: random.Random, path: str) -> dict[str, Any]:
    """Arguments of one request."""
    method = dice.choice(["GET", "GET", "GET", "POST", "POST", "PATCH", "PUT", "HEAD", "OPTIONS", "TRACE"])
    headers = {dice.choice(HEADERS): dice.choice(HEADER_VALUES).encode() for _ in range(dice.randint(0, 2))}
    if method in ("POST", "PATCH", "PUT"):
        kind = dice.choice(["application/json"] * 6 + ["text/plain", "multipart/form-data; boundary=b", "\x7f/;;", ""])
        headers["Content-Type"] = kind.encode()
    query = {dice.choice(PARAMETERS): dice.choice(ODD_TEXTS) for _ in range(dice.randint(0, 2))}
    return {
        "method": method,
        "url": path.replace("odd", dice.choice(["x", "%00", "%ff", "..%2f", "%F0%9F%98%80", "a" * 500])),
        "params": query,
        "headers": headers,
        "content": odd_json(dice) if method in ("POST", "PATCH", "PUT") else None,
    }


@pytest.mark.parametrize("role", [Role.READER, Role.ADMIN])
def test_no_odd_request_breaks_anything(database: Any, tmp_path: Any, role: Role) -> None:
    house = House.build(database, tmp_path, requests_per_minute=100_000)
    recording = house.recording()
    [card] = house.cards(recording, "when it rings like a small bell it is dry")
    dice = random.Random(20 + len(role))
    places = paths(recording, card)
    seen: set[int] = set()
    with house.client(role) as client:
        for _ in range(600):
            request = odd_request(dice, dice.choice(places))
            answer = client.request(**request)
            assert answer.status_code < 500, (request, answer.text)
            if answer.status_code >= 400 and request["method"] != "HEAD":
                assert answer.headers["content-type"] == PROBLEM, request
                assert answer.json()["remedy"], request
            seen.add(answer.status_code)
    assert {200, 403 if role == Role.READER else 404, 405, 422} <= seen


ODD_CURSORS: list[Any] = [
    "",
    7,
    [],
    ["experts"],
    ["experts", "\ud800", "a"],
    ["experts", "a", 2**80],
    ["experts", {"at": "0001-01-01T00:00:00+14:00"}, "a"],
    ["experts", {"at": 1}, "a"],
    ["experts", {}, "a"],
    ["recordings", {"at": "0001-01-01T00:00:00+14:00"}, "a"],
    ["recordings", {"at": "2026-01-01"}, None],
    ["cards by rank", float("nan"), "a"],
    ["cards by rank", 2**70, "a"],
    ["cards by rank", "x", "a"],
    ["feed", 2**70],
    ["feed", -(2**70)],
    [2**80],
    "[" * 100,
]


@pytest.mark.parametrize("path", ["experts", "collections", "recordings", "cards", "feed"])
def test_a_cursor_that_somebody_made_up_is_refused(house: House, path: str) -> None:
    client = house.client(Role.ADMIN)
    for made_up in ODD_CURSORS:
        cursor = base64.urlsafe_b64encode(json.dumps(made_up).encode()).decode().rstrip("=")
        answer = client.get(path, params={"cursor": cursor})
        assert answer.status_code in (200, 422), (made_up, answer.text)
        if answer.status_code == 200:
            assert answer.json()["items"] == []


@pytest.mark.parametrize(
    "name",
    [
        "../../../etc/passwd.vtt",
        "C:\\talks\\talk.vtt",
        "a\x00b.vtt",
        "x" * 3000 + ".vtt",
        "\u202etalk.vtt",
        ".vtt",
        "日本.vtt",
    ],
)
def test_a_file_name_is_never_a_path(house: House, name: str) -> None:
    answer = house.client(Role.MANAGER).post("recordings", files={"file": (name, VTT.encode())})
    assert answer.status_code < 500
    inside = [path for path in house.settings.data_dir.rglob("*") if path.is_file()]
    assert not any(path.name.endswith(".vtt") for path in inside)
    if answer.status_code == 202:
        shown = answer.json()["file_name"]
        assert "/" not in shown
        assert "\\" not in shown
        assert shown.isprintable()


def test_a_form_that_breaks_off_anywhere_leaves_nothing(house: House) -> None:
    boundary = "frontier"
    part = f'--{boundary}\r\nContent-Disposition: form-data; name="file"; filename="a.wav"\r\n\r\n'.encode()
    title = f'\r\n--{boundary}\r\nContent-Disposition: form-data; name="title"\r\n\r\nA\r\n--{boundary}--\r\n'.encode()
    body = part + tone(0.1) + title
    client = house.client(Role.MANAGER)
    before = house.contents()
    headers = {"Content-Type": f"multipart/form-data; boundary={boundary}"}
    dice = random.Random(7)
    for cut in [1, 10, len(part), len(part) + 5, len(body) - 30, *(dice.randrange(len(body) - 8) for _ in range(12))]:
        refused(client.post("recordings", content=body[:cut], headers=headers), 400)
    assert house.contents() == before
    assert client.post("recordings", content=body, headers=headers).status_code == 202
