"""The rules that every route of the API keeps."""

import json
import re
from datetime import timedelta
from typing import Any

import pytest
from rest_house import API, House
from sqlalchemy import update

from api import examples
from api.schemas import CardOut, FeedOut, ProblemOut, ProposalOut, RecordingOut
from models import accounts
from models.access import Role
from models.tables import Answer, now

PROBLEM = "application/problem+json"


def refused(answer: Any, status: int) -> dict[str, Any]:
    """The problem of an answer with that status."""
    assert answer.status_code == status, answer.text
    assert answer.headers["content-type"] == PROBLEM
    problem: dict[str, Any] = answer.json()
    assert problem["status"] == status
    assert problem["type"].startswith("urn:problem-type:tacit:")
    assert problem["title"]
    assert problem["detail"]
    assert problem["remedy"]
    assert isinstance(problem["errors"], list)
    return problem


PATHS = (
    "recordings",
    "recordings/x",
    "cards",
    "cards/next",
    "feed",
    "experts",
    "collections",
    "openapi.json",
    "nowhere",
)


@pytest.mark.parametrize("path", PATHS)
def test_nothing_answers_without_a_key(house: House, path: str) -> None:
    answer = house.client().get(path)
    refused(answer, 401)
    assert answer.headers["www-authenticate"].startswith("Bearer")


@pytest.mark.parametrize(
    "header",
    [
        "Bearer tacit_wrong",
        "Bearer ",
        "Bearer",
        "bearer tacit_wrong",
        "Basic dGFjaXQ6dGFjaXQ=",
        "tacit_wrong",
        "Bearer \xff\xfe",
        "Bearer " + "x" * 5000,
    ],
)
def test_a_wrong_key_is_refused_with_a_challenge(house: House, header: str) -> None:
    answer = house.client().get("feed", headers={"Authorization": header.encode("latin-1")})
    refused(answer, 401)
    assert "www-authenticate" in answer.headers


def test_a_revoked_key_is_refused(house: House) -> None:
    client = house.client(Role.READER)
    assert client.get("feed").status_code == 200
    with house.database.writing() as session:
        accounts.revoke_key(session, "reader")
    refused(client.get("feed"), 401)


@pytest.mark.parametrize("path", ["/healthz", "/readyz", f"{API}/healthz", f"{API}/readyz"])
def test_health_is_told_without_a_key(house: House, path: str) -> None:
    answer = house.client().get(f"http://testserver{path}")
    assert (answer.status_code, answer.json()) == (200, {"status": "ok"})


def test_a_database_without_its_schema_is_not_ready(house: House) -> None:
    with house.database.engine.begin() as connection:
        connection.exec_driver_sql("UPDATE alembic_version SET version_num = '0000'")
    answer = house.client().get("http://testserver/readyz")
    refused(answer, 503)
    assert house.client().get("http://testserver/healthz").status_code == 200


@pytest.mark.parametrize("path", ["nowhere", "cards/a/b/c/d", "recordings/x/transcript.docx", "cards/%00", "%ff%fe"])
def test_an_unknown_path_is_a_problem(house: House, path: str) -> None:
    refused(house.client(Role.ADMIN).get(path), 404)


def test_a_wrong_method_names_the_right_ones(house: House) -> None:
    answer = house.client(Role.ADMIN).delete("cards")
    refused(answer, 405)
    assert set(re.split(r",\s*", answer.headers["allow"])) == {"GET", "HEAD", "POST"}


@pytest.mark.parametrize(
    ("path", "pointer"),
    [
        ("cards?colour=red", "?colour"),
        ("recordings?limit=0", "?limit"),
        ("recordings?limit=201", "?limit"),
        ("recordings?limit=ten", "?limit"),
        ("cards?limit=99999999999999999999999999", "?limit"),
        ("cards?state=lost", "?state"),
        ("cards?due_before=yesterday", "?due_before"),
        ("cards?due_before=2026-01-01T00:00:00", "?due_before"),
        ("cards?due_before=0001-01-01T00:00:00%2B14:00", "?due_before"),
        ("cards?sort=colour", "?sort"),
        ("cards?cursor=nonsense", "?cursor"),
        ("feed?cursor=nonsense", "?cursor"),
        ("feed?limit=10&limit=20", "?limit"),
        ("cards?q=%00", "?q"),
        ("experts?cursor=WyJleHBlcnRzIiwgMSwgMl0", "?cursor"),
        ("openapi.json?x=1", "?x"),
        ("healthz?x=1", "?x"),
    ],
)
def test_a_query_that_does_not_fit_names_its_parameter(house: House, path: str, pointer: str) -> None:
    problem = refused(house.client(Role.MANAGER).get(path), 422)
    assert pointer in [error["pointer"] for error in problem["errors"]]


@pytest.mark.parametrize(
    ("body", "content_type", "status"),
    [
        (b"{", "application/json", 400),  # breaks off
        (b"\xff\xfe\xfd", "application/json", 400),  # no UTF-8
        (b"[" * 100_000, "application/json", 400),  # deeper than any reader goes
        (b'{"name": ' + b"[" * 60 + b"]" * 60 + b"}", "application/json", 400),
        (b'{"name": ' + b"9" * 6000 + b"}", "application/json", 400),  # a number of thousands of digits
        (b'{"name": 1e999}', "application/json", 422),
        (b'{"name": NaN}', "application/json", 422),
        (b'{"name": "\\ud800"}', "application/json", 422),  # half a letter
        (b'{"name": "a\\u0000b"}', "application/json", 422),
        (b'{"\\udfff": 1}', "application/json", 422),
        (b'{"name": ""}', "application/json", 422),
        (b'{"name": "   "}', "application/json", 422),
        (b'{"name": 7}', "application/json", 422),
        (b'{"name": null}', "application/json", 422),
        (b'{"name": "Mara", "age": 4}', "application/json", 422),
        (b'{"name": "' + b"x" * 300 + b'"}', "application/json", 422),
        (b"{}", "application/json", 422),
        (b"[]", "application/json", 422),
        (b"", "application/json", 422),
        (b'"Mara"', "application/json", 422),
        (b"name=Mara", "application/x-www-form-urlencoded", 415),
        (b'{"name": "Mara"}', "text/plain", 415),
        (b'{"name": "Mara"}', "", 415),
        (b'{"name": "' + b"x" * 2**20 + b'"}', "application/json", 413),
    ],
)
def test_a_body_that_cannot_be_used_changes_nothing(house: House, body: bytes, content_type: str, status: int) -> None:
    client = house.client(Role.MANAGER)
    before = house.contents()
    refused(client.post("experts", content=body, headers={"Content-Type": content_type}), status)
    assert house.contents() == before


def test_a_compressed_body_is_refused(house: House) -> None:
    headers = {"Content-Type": "application/json", "Content-Encoding": "gzip"}
    refused(house.client(Role.MANAGER).post("experts", content=b"{}", headers=headers), 415)


def test_a_body_is_counted_as_it_comes(house: House) -> None:
    def endless() -> Any:
        for _ in range(64):
            yield b" " * 2**16

    headers = {"Content-Type": "application/json"}
    refused(house.client(Role.MANAGER).post("experts", content=endless(), headers=headers), 413)


def test_a_problem_names_the_field(house: House) -> None:
    problem = refused(house.client(Role.MANAGER).post("experts", json={"name": "", "age": 4}), 422)
    assert {error["pointer"] for error in problem["errors"]} == {"/name", "/age"}


def test_every_answer_has_an_id_and_safe_headers(house: House) -> None:
    client = house.client(Role.READER)
    answer = client.get("feed", headers={"X-Request-ID": "shop-7:a"})
    assert answer.headers["x-request-id"] == "shop-7:a"
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert "private" in answer.headers["cache-control"]
    for odd in ("", "a b", "x" * 500, "<script>"):
        given = client.get("nowhere", headers={"X-Request-ID": odd}).headers["x-request-id"]
        assert re.fullmatch(r"[0-9a-f]{32}", given)


def test_requests_are_logged_with_their_id(house: House, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level("INFO", logger="tacit.access"):
        house.client(Role.READER).get("feed", headers={"X-Request-ID": "shop-8"})
    assert any("GET /api/v1/feed 200" in line and "shop-8" in line for line in caplog.messages)


def test_a_key_that_asks_too_often_has_to_wait(database: Any, tmp_path: Any) -> None:
    house = House.build(database, tmp_path, requests_per_minute=3)
    client = house.client(Role.READER)
    answers = [client.get("feed") for _ in range(5)]
    assert [answer.status_code for answer in answers] == [200, 200, 200, 429, 429]
    refused(answers[-1], 429)
    assert 1 <= int(answers[-1].headers["retry-after"]) <= 60
    assert house.client(Role.READER).get("feed").status_code == 200  # another key has its own share


def test_head_is_get_without_the_body(house: House) -> None:
    client = house.client(Role.READER)
    head, get = client.head("feed"), client.get("feed")
    assert (head.status_code, head.content) == (200, b"")
    assert head.headers["content-length"] == get.headers["content-length"]
    assert head.headers["etag"] == get.headers["etag"]


@pytest.mark.parametrize("path", ["feed", "cards", "experts", "recordings", "openapi.json"])
def test_whoever_has_it_already_gets_304(house: House, path: str) -> None:
    client = house.client(Role.MANAGER)
    etag = client.get(path).headers["etag"]
    assert re.fullmatch(r'"[^"]+"', etag)  # a strong one
    for asked in (etag, f'"other", {etag}', f"W/{etag}", "*"):
        answer = client.get(path, headers={"If-None-Match": asked})
        assert (answer.status_code, answer.content, answer.headers["etag"]) == (304, b"", etag)
    assert client.get(path, headers={"If-None-Match": '"other"'}).status_code == 200


def test_a_list_is_walked_by_cursor_and_by_link(house: House) -> None:
    client = house.client(Role.MANAGER)
    for name in "abcde":
        client.post("experts", json={"name": name})
    seen, link = [], f"{API}/experts?limit=2"
    while link:
        answer = client.get(f"http://testserver{link}")
        page = answer.json()
        seen += [item["name"] for item in page["items"]]
        found = re.fullmatch(r'<(.+)>; rel="next"', answer.headers.get("link", ""))
        assert bool(found) == (page["next"] is not None)
        assert page["next"] is None or page["next"] in link_of(found)
        link = link_of(found)
        if len(seen) == 2:
            client.post("experts", json={"name": "aa"})  # added behind us: no repeats, no gaps
    assert seen == list("abcde")


def link_of(found: re.Match[str] | None) -> str:
    return found[1] if found else ""


def test_the_same_post_with_the_same_key_is_done_once(house: House) -> None:
    client = house.client(Role.MANAGER)
    headers = {"Idempotency-Key": "expert-1"}
    first = client.post("experts", json={"name": "Mara"}, headers=headers)
    again = client.post("experts", json={"name": "Mara"}, headers=headers)
    assert (first.status_code, again.status_code) == (201, 201)
    assert (again.content, again.headers["location"]) == (first.content, first.headers["location"])
    assert again.headers["idempotency-replayed"] == "true"
    assert len(client.get("experts").json()["items"]) == 1


def test_the_same_key_with_another_body_is_refused(house: House) -> None:
    client = house.client(Role.MANAGER)
    headers = {"Idempotency-Key": "expert-1"}
    client.post("experts", json={"name": "Mara"}, headers=headers)
    refused(client.post("experts", json={"name": "Ivo"}, headers=headers), 422)
    assert client.post("collections", json={"name": "Ivo"}, headers=headers).status_code == 201  # another path
    assert house.client(Role.MANAGER).post("experts", json={"name": "Ivo"}, headers=headers).status_code == 201


def test_an_answer_is_kept_for_a_day(house: House) -> None:
    client = house.client(Role.MANAGER)
    headers = {"Idempotency-Key": "expert-1"}
    client.post("experts", json={"name": "Mara"}, headers=headers)
    with house.database.writing() as session:
        session.execute(update(Answer).values(created_at=now() - timedelta(hours=25)))
    again = client.post("experts", json={"name": "Ivo"}, headers=headers)
    assert (again.status_code, again.json()["name"]) == (201, "Ivo")
    assert house.contents()["answers"] == 1


@pytest.mark.parametrize("key", ["", "x" * 256])
def test_an_idempotency_key_has_a_length(house: House, key: str) -> None:
    client = house.client(Role.MANAGER)
    refused(client.post("experts", json={"name": "Mara"}, headers={"Idempotency-Key": key}), 422)
    assert client.get("experts").json()["items"] == []


def test_a_refused_post_may_be_corrected_under_the_same_key(house: House) -> None:
    client = house.client(Role.MANAGER)
    headers = {"Idempotency-Key": "expert-1"}
    refused(client.post("experts", json={"name": ""}, headers=headers), 422)
    assert client.post("experts", json={"name": "Mara"}, headers=headers).status_code == 201


def test_everything_is_described(house: House) -> None:
    described = house.client(Role.READER).get("openapi.json").json()
    assert described["openapi"].startswith("3.1")
    assert "ProblemOut" in described["components"]["schemas"]
    for path, operations in described["paths"].items():
        for method, operation in operations.items():
            statuses = set(operation["responses"])
            if not path.endswith(("/healthz", "/readyz")):
                assert {"401", "403", "422", "429"} <= statuses, (path, method)
            for status, response in operation["responses"].items():
                if status >= "4":
                    assert list(response["content"]) == [PROBLEM], (path, method, status)
    references = set(re.findall(r'"#/components/schemas/([^"]+)"', json.dumps(described)))
    assert references <= set(described["components"]["schemas"])


def test_the_examples_are_what_they_are_examples_of() -> None:
    for kind, example in (
        (ProblemOut, examples.PROBLEM),
        (RecordingOut, examples.RECORDING),
        (CardOut, examples.CARD),
        (FeedOut, examples.FEED),
        (ProposalOut, examples.PROPOSAL),
    ):
        kind.model_validate(example)
        assert set(kind.model_fields) == set(example)


def test_the_browser_needs_its_token_for_changes(house: House) -> None:
    with house.database.writing() as session:
        user = accounts.add_user(session, "Ann", Role.MANAGER, password="four unrelated words")
        opened = accounts.open_session(session, user)
    client = house.client()
    client.cookies.set("tacit_session", opened.token)
    assert client.get("experts").status_code == 200
    refused(client.post("experts", json={"name": "Mara"}), 403)
    refused(client.post("experts", json={"name": "Mara"}, headers={"X-CSRF-Token": "guessed"}), 403)
    sent = client.post("experts", json={"name": "Mara"}, headers={"X-CSRF-Token": opened.csrf})
    assert sent.status_code == 201
    wrong = {"Authorization": "Bearer wrong", "X-CSRF-Token": opened.csrf}
    refused(client.get("experts", headers=wrong), 401)  # a wrong key is not saved by a cookie
