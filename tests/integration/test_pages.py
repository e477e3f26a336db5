"""The review pages as a browser without JavaScript meets them."""

import re
from pathlib import Path

import pytest
from fastapi.testclient import TestClient
from rest_house import TOLD, VTT, House, tone

from models import accounts, store
from models.access import Role
from models.db import Database
from models.drafts import NewLink
from models.echoes import propose_links
from models.tables import RecordingState

PASSWORD = "correct horse battery"


@pytest.fixture
def house(database: Database, tmp_path: Path) -> House:
    return House.build(database, tmp_path / "data")


def browser(house: House, role: Role = Role.MANAGER, *, expert: str | None = None) -> TestClient:
    """A browser in which somebody of that role has signed in."""
    with house.database.writing() as session:
        stands_for = store.find_or_add_expert(session, expert).id if expert else None
        accounts.add_user(session, f"user-{role}", role, password=PASSWORD, expert_id=stands_for)
    client = TestClient(house.app, base_url="http://testserver", headers={"accept": "text/html"})
    answer = client.post("/sign-in", data={"name": f"user-{role}", "password": PASSWORD, "next": "/queue"})
    assert answer.url.path == "/queue"
    return client


def hidden(page: str, name: str) -> str:
    """The value of a form's hidden field."""
    found = re.search(rf'name="{name}" value="([^"]*)"', page)
    assert found is not None, f"no field {name}"
    return found[1].replace("&#34;", '"')


def post(client: TestClient, where: str, page: str, **fields: object):  # type: ignore[no-untyped-def]
    return client.post(where, data={"csrf": hidden(page, "csrf"), **fields})


def test_who_is_not_signed_in_is_asked_to_and_led_back(house: House) -> None:
    client = TestClient(house.app, base_url="http://testserver", headers={"accept": "text/html"})
    answer = client.get("/queue?show=approved")
    assert answer.url.path == "/sign-in"
    assert hidden(answer.text, "next") == "/queue?show=approved"


def test_a_wrong_password_is_told_and_signs_nobody_in(house: House) -> None:
    with house.database.writing() as session:
        accounts.add_user(session, "Ann", Role.MANAGER, password=PASSWORD)
    client = TestClient(house.app, base_url="http://testserver", headers={"accept": "text/html"})
    answer = client.post("/sign-in", data={"name": "Ann", "password": "wrong"})
    assert answer.status_code == 401
    assert "do not go together" in answer.text
    assert client.get("/queue").url.path == "/sign-in"


def test_passwords_cannot_be_tried_out(house: House) -> None:
    client = TestClient(house.app, base_url="http://testserver", headers={"accept": "text/html"})
    answers = [client.post("/sign-in", data={"name": "Ann", "password": str(number)}) for number in range(11)]
    assert {answer.status_code for answer in answers[:10]} == {401}
    assert answers[10].status_code == 429
    assert int(answers[10].headers["retry-after"]) >= 1


@pytest.mark.parametrize("elsewhere", ["https://evil.example", "//evil.example", "/\\evil.example", "javascript:1"])
def test_signing_in_leads_to_our_own_pages_only(house: House, elsewhere: str) -> None:
    with house.database.writing() as session:
        accounts.add_user(session, "Ann", Role.MANAGER, password=PASSWORD)
    client = TestClient(house.app, base_url="http://testserver", follow_redirects=False)
    answer = client.post("/sign-in", data={"name": "Ann", "password": PASSWORD, "next": elsewhere})
    assert answer.headers["location"] == "/"


def test_a_sign_in_link_opens_the_queue_once(house: House) -> None:
    with house.database.writing() as session:
        user = accounts.add_user(session, "Ann", Role.MANAGER)
        token = accounts.sign_in_link(session, user)
    client = TestClient(house.app, base_url="http://testserver", headers={"accept": "text/html"})
    assert client.get(f"/sign-in/{token}?next=/queue").url.path == "/queue"
    assert client.get(f"/sign-in/{token}?next=/recordings").url.path == "/recordings"  # this browser is in already

    stranger = TestClient(house.app, base_url="http://testserver", headers={"accept": "text/html"})
    answer = stranger.get(f"/sign-in/{token}")
    assert answer.status_code == 401
    assert "used already" in answer.text


def test_signing_out_ends_the_session(house: House) -> None:
    client = browser(house)
    cookie = client.cookies["tacit_session"]
    post(client, "/sign-out", client.get("/queue").text)
    client.cookies.set("tacit_session", cookie)
    assert client.get("/queue").url.path == "/sign-in"


def test_empty_pages_say_what_to_do(house: House) -> None:
    client = browser(house)
    assert "Nothing waits for you" in client.get("/queue").text
    assert "Upload the recording of an interview" in client.get("/recordings").text


def test_a_card_is_approved_and_the_next_one_comes(house: House) -> None:
    quotes = ("when it rings like a small bell it is dry", "damp glaze crawls in the fire")
    first, second = house.cards(house.recording(), *quotes)
    client = browser(house)
    assert client.get("/queue").text.index(first) < client.get("/queue").text.index(second)

    page = client.get(f"/cards/{first}").text
    assert quotes[0] in page
    assert f"/api/v1/cards/{first}/evidence/0/clip" in page
    answer = post(client, f"/cards/{first}/move", page, to="approved", seen=hidden(page, "seen"))

    assert answer.url.path == f"/cards/{second}"
    assert "Approved. Here is the next one." in answer.text
    feed = house.client(Role.READER).get("feed").json()["items"]
    assert [item["card"]["id"] for item in feed] == [first]


def test_a_card_says_why_it_is_there_and_each_quote_why_it_was_chosen(house: House) -> None:
    bell = "when it rings like a small bell it is dry"
    card = house.card()
    page = browser(house).get(f"/cards/{card}").text
    assert f"Why this card: near to “perceptual cue” · cue: “{bell}”" in page
    assert f"Chosen for: near to “perceptual cue” · cue: “{bell}”" in page
    assert (
        house.client(Role.MANAGER).get(f"cards/{card}").json()["evidence"][0]["reasons"][0]
        == "near to “perceptual cue”"
    )


def test_a_card_that_cannot_be_approved_says_why(house: House) -> None:
    card = house.card(consent=None)
    client = browser(house)
    page = client.get(f"/cards/{card}").text
    assert "Before it can be approved" in page
    answer = post(client, f"/cards/{card}/move", page, to="approved", seen=hidden(page, "seen"))
    assert answer.status_code == 422
    assert "share_feed" in answer.text


def test_an_old_page_changes_nothing(house: House) -> None:
    card = house.card()
    client = browser(house)
    page = client.get(f"/cards/{card}").text
    fields = {"seen": hidden(page, "seen"), "title": "Tap the pot"}
    assert post(client, f"/cards/{card}/edit", page, **fields).status_code == 200
    answer = post(client, f"/cards/{card}/edit", page, **{**fields, "title": "Something else"})
    assert answer.status_code == 412
    assert "Tap the pot" in client.get(f"/cards/{card}").text


def test_an_edited_line_keeps_its_evidence_and_is_signed(house: House) -> None:
    card = house.card()
    client = browser(house)
    page = client.get(f"/cards/{card}").text
    fields = {"judgment.0": "It is dry when it rings.", "warnings.new": "Never rush it.", "seen": hidden(page, "seen")}
    post(client, f"/cards/{card}/edit", page, **fields)

    edited = house.client(Role.MANAGER).get(f"cards/{card}").json()
    assert edited["revision"] == 2
    [judgment], [warning] = edited["judgment"], edited["warnings"]
    assert (judgment["text"], judgment["evidence"]) == ("It is dry when it rings.", [0])
    assert judgment["by"].startswith("human:")
    assert (warning["text"], warning["evidence"]) == ("Never rush it.", [])


def test_a_title_is_chosen_with_one_click_and_the_others_stay_on_offer(house: House) -> None:
    card = house.card()
    client = browser(house)
    page = client.get(f"/cards/{card}").text
    before = house.client(Role.MANAGER).get(f"cards/{card}").json()
    (offered,) = before["title_choices"]
    assert f'name="choice" value="{offered}"' in page

    answer = post(client, f"/cards/{card}/title", page, choice=offered, seen=hidden(page, "seen"))
    after = house.client(Role.MANAGER).get(f"cards/{card}").json()
    assert f"<h1>{offered}</h1>" in answer.text
    assert (after["revision"], after["title"], after["title_choices"]) == (2, offered, [before["title"]])
    assert after["title_by"].startswith("human:")
    stale = post(client, f"/cards/{card}/title", page, choice=before["title"], seen=hidden(page, "seen"))
    assert stale.status_code == 412


def test_why_a_draft_is_offered_late_stays_readable(house: House) -> None:
    reasons = ("it tells news or plans", "no line could be made of it")
    (card,) = house.cards(house.recording(), "damp glaze crawls in the fire", why_late=reasons)
    client = browser(house)
    assert "Offered late: it tells news or plans; no line could be made of it." in client.get(f"/cards/{card}").text
    assert "late: it tells news" in client.get("/queue").text
    told = house.client(Role.MANAGER)
    assert told.get(f"cards/{card}").json()["why_late"] == "; ".join(reasons)
    assert told.get(f"cards/{card}/history").json()["items"][0]["note"] == "; ".join(reasons)


def test_saving_an_untouched_form_makes_no_revision(house: House) -> None:
    card = house.card()
    client = browser(house)
    page = client.get(f"/cards/{card}").text
    title = hidden(page, "title")
    answer = post(client, f"/cards/{card}/edit", page, title=title, seen=hidden(page, "seen"))
    assert "Nothing was changed" in answer.text
    assert house.client(Role.MANAGER).get(f"cards/{card}").json()["revision"] == 1


def test_a_form_without_the_sessions_token_does_nothing(house: House) -> None:
    card = house.card()
    client = browser(house)
    seen = hidden(client.get(f"/cards/{card}").text, "seen")
    for csrf in ("", "guessed"):
        answer = client.post(f"/cards/{card}/move", data={"to": "approved", "seen": seen, "csrf": csrf})
        assert answer.status_code == 403
    assert house.client(Role.MANAGER).get(f"cards/{card}").json()["state"] == "draft"


def test_what_people_and_files_say_is_shown_as_text(house: House) -> None:
    card = house.card()
    client = browser(house)
    page = client.get(f"/cards/{card}").text
    post(client, f"/cards/{card}/edit", page, title="<script>alert(1)</script>", seen=hidden(page, "seen"))
    assert "<script>alert" not in client.get(f"/cards/{card}").text
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in client.get("/queue").text


def test_an_upload_with_consent_becomes_a_recording(house: House) -> None:
    client = browser(house)
    page = client.get("/recordings").text
    fields = {"csrf": hidden(page, "csrf"), "title": "Glazing", "experts": "Mara, Ivo", "scope": ["mine", "share_feed"]}
    files = {"file": ("talk.wav", tone()), "transcript": ("talk.vtt", VTT.encode())}
    answer = client.post("/recordings", data=fields, files=files)

    assert answer.url.path.startswith("/recordings/")
    assert "Mara, Ivo" in answer.text
    [recording] = house.client(Role.MANAGER).get("recordings").json()["items"]
    assert [each["scopes"] for each in recording["consent"]] == [["mine", "share_feed"]] * 2
    assert house.jobs.queued == [(recording["id"], 1)]


def test_an_upload_without_a_transcript_chosen_is_the_sound_alone(house: House) -> None:
    client = browser(house)
    csrf = hidden(client.get("/recordings").text, "csrf")
    parts = (  # as browsers send a file field in which nothing was chosen
        ('name="csrf"', csrf.encode()),
        ('name="file"; filename="talk.wav"', tone()),
        ('name="transcript"; filename=""', b""),
    )
    body = b"".join(b"--b\r\nContent-Disposition: form-data; %s\r\n\r\n%s\r\n" % (n.encode(), c) for n, c in parts)
    form = {"content-type": "multipart/form-data; boundary=b"}
    answer = client.post("/recordings", content=body + b"--b--\r\n", headers=form)
    assert answer.url.path.startswith("/recordings/")
    assert "talk" in answer.text


def test_an_unusable_upload_is_explained_and_keeps_nothing(house: House) -> None:
    client = browser(house)
    fields = {"csrf": hidden(client.get("/recordings").text, "csrf")}
    before = house.contents()["files"]
    answer = client.post("/recordings", data=fields, files={"file": ("talk.mp3", b"these are words, not sound. " * 40)})
    assert 400 <= answer.status_code < 500
    assert 'class="remedy"' in answer.text
    assert house.contents()["files"] == before


def test_a_recording_shows_its_words_its_problem_and_its_actions(house: House) -> None:
    recording = house.recording()
    with house.database.writing() as session:
        store.set_state(
            session, recording, RecordingState.FAILED, problem={"detail": "No weights.", "remedy": "Get some."}
        )
    client = browser(house)
    page = client.get(f"/recordings/{recording}").text
    assert TOLD.partition(".")[0] in page
    assert "No weights." in page
    assert "Get some." in page
    post(client, f"/recordings/{recording}/retry", page)
    assert house.jobs.queued[-1] == (recording, 2)


def test_what_would_change_is_marked_shown_side_by_side_and_decided(house: House) -> None:
    recording = house.recording()
    quotes = ("when it rings like a small bell it is dry", "damp glaze crawls in the fire")
    first, second = house.cards(recording, *quotes)
    house.correct(recording, TOLD.replace("small bell", "little bell").replace("damp glaze", "wet glaze"))
    client = browser(house)
    assert client.get("/queue").text.count("would change</span>") == 2
    assert "2 would change" in client.get("/recordings").text
    page = client.get(f"/recordings/{recording}").text
    assert "2 changes to decide on" in page
    marked = client.get(f"/queue?show=proposed&recording={recording}").text
    assert first in marked

    page = client.get(f"/cards/{first}").text
    assert "“small” reads “little”" in page
    assert f"<del>{quotes[0]}</del>" in page
    assert f"<ins>{quotes[0].replace('small', 'little')}</ins>" in page
    accept, reject = re.findall(r'action="(/cards/\w+/proposals/\w+/\w+)"', page)
    after = post(client, accept, page, seen=hidden(page, "seen"))
    assert "Changed as it was proposed" in after.text
    assert "rings like a little bell" in after.text
    assert "changed as proposed, revision 2" in after.text
    assert post(client, reject, page).status_code == 409

    page = client.get(f"/cards/{second}").text
    _, reject = re.findall(r'action="(/cards/\w+/proposals/\w+/\w+)"', page)
    kept = post(client, reject, page).text
    assert "It stays as it is" in kept
    assert "This would change" not in kept
    assert "Nothing is proposed" in client.get("/queue?show=proposed").text


def test_what_others_say_of_the_same_thing_is_shown_beside_it_and_decided(house: House) -> None:
    recording, later = house.recording(), house.recording(sound=False, title="Glazing again")
    quotes = ("when it rings like a small bell it is dry", "If it sounds dull, wait until the morning")
    first, second = house.cards(recording, *quotes)
    same, otherwise = house.cards(later, "damp glaze crawls in the fire", "I tap the pot", timed=False)
    with house.database.writing() as session:
        propose_links(session, [NewLink(same, first, "same_as", 0.8), NewLink(otherwise, second, "contradicts", 0.8)])
    client, rest = browser(house), house.client(Role.MANAGER)
    assert "2 changes to decide on" in client.get(f"/recordings/{later}").text
    marked = client.get(f"/queue?show=proposed&recording={later}").text
    assert (first in marked, second in marked) == (True, True)

    queue = client.get("/queue").text
    assert sorted(re.findall(r'<p class="hint">(.*)</p>', queue)) == ["10 s", "15 s", "15 s", "15 s"]

    page = client.get(f"/cards/{first}").text
    assert "Mara says about the same in “Glazing again”." in page
    assert f'<a href="/cards/{same}">' in page
    assert "<ins>damp glaze crawls in the fire</ins>" in page
    (proposal,) = rest.get(f"cards/{first}/proposals").json()["items"]
    assert (proposal["kind"], proposal["other"]["id"], proposal["recording"]) == ("evidence", same, later)
    assert len(proposal["card"]["evidence"]) == 2
    accept, _ = re.findall(r'action="(/cards/\w+/proposals/\w+/\w+)"', page)
    assert "damp glaze crawls" in post(client, accept, page, seen=hidden(page, "seen")).text
    assert rest.get(f"cards/{same}").json()["superseded_by"] == first

    page = client.get(f"/cards/{second}").text
    assert "Check these two" in page
    assert f"<td>{quotes[1]}</td><td>I tap the pot</td>" in page
    (proposal,) = rest.get(f"cards/{second}/proposals").json()["items"]
    assert (proposal["kind"], proposal["changes"]) == ("contradicts", [])
    assert proposal["other"]["judgment"][0]["text"] == "I tap the pot"
    accept, _ = re.findall(r'action="(/cards/\w+/proposals/\w+/\w+)"', page)
    after = post(client, accept, page, seen=hidden(page, "seen")).text
    assert "Noted on both cards" in after
    assert "Mara says otherwise" in after
    assert {expert["stance"] for expert in rest.get(f"cards/{second}").json()["experts"]} == {"contradicts"}


def test_a_recording_can_be_worked_on_anew(house: House) -> None:
    recording = house.recording()
    client = browser(house)
    page = client.get(f"/recordings/{recording}").text
    assert "Hear it again with the model chosen now" in page
    assert post(client, f"/recordings/{recording}/rerun", page, **{"from": "elsewhere"}).status_code == 422
    answer = post(client, f"/recordings/{recording}/rerun", page, **{"from": "mine"})
    assert "It waits for its turn" in answer.text
    assert house.jobs.queued[-1] == (recording, 2)
    assert "Hear it again" not in answer.text


def test_consent_taken_back_on_the_page_acts_at_once(house: House) -> None:
    recording = house.recording()
    [card] = house.cards(recording, "when it rings like a small bell it is dry")
    client = browser(house)
    page = client.get(f"/cards/{card}").text
    post(client, f"/cards/{card}/move", page, to="approved", seen=hidden(page, "seen"))

    post(client, f"/recordings/{recording}/consent", client.get(f"/recordings/{recording}").text)

    [item] = house.client(Role.READER).get("feed").json()["items"][-1:]
    assert item["tombstone"]["id"] == card


def test_withdrawing_asks_first_and_then_deletes_the_words(house: House) -> None:
    recording = house.recording()
    client = browser(house)
    page = client.get(f"/recordings/{recording}").text
    assert post(client, f"/recordings/{recording}/withdraw", page).status_code == 422
    post(client, f"/recordings/{recording}/withdraw", page, sure="yes")
    assert TOLD.partition(".")[0] not in client.get(f"/recordings/{recording}").text


def test_an_expert_sees_own_interviews_only_and_uploads_nothing(house: House) -> None:
    card = house.card()
    stranger = browser(house, Role.EXPERT, expert="Somebody")
    assert card not in stranger.get("/queue").text
    assert stranger.get(f"/cards/{card}").status_code == 404
    page = stranger.get("/queue").text
    fields = {"csrf": hidden(page, "csrf")}
    assert stranger.post("/recordings", data=fields, files={"file": ("a.wav", tone())}).status_code == 403


def test_a_reader_sees_approved_cards_without_buttons(house: House) -> None:
    card = house.card()
    client = browser(house, Role.READER)
    assert card not in client.get("/queue").text
    assert client.get(f"/cards/{card}").status_code == 404
    house.client(Role.MANAGER).post(f"cards/{card}/transitions", json={"to": "approved"})
    page = client.get(f"/cards/{card}").text
    assert "rings like a small bell" in page
    assert "Approve" not in page


def test_a_page_that_is_not_there_is_a_page(house: House) -> None:
    answer = browser(house).get("/nowhere")
    assert answer.status_code == 404
    assert answer.headers["content-type"].startswith("text/html")


def test_static_files_and_headers(house: House) -> None:
    client = TestClient(house.app, base_url="http://testserver")
    assert client.get("/static/tacit.css").headers["content-type"].startswith("text/css")
    assert client.get("/sign-in").headers["x-content-type-options"] == "nosniff"
    assert client.get("/static/../pages.py").status_code == 404
