"""The next interview's guide over HTTP, on its page and by command: whose, of what, and what stays out of it."""

from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from click.testing import CliRunner
from rest_house import ASKED, TOLD, House, two_turns
from test_pages import browser
from test_rest_gaps import BELL, with_gaps
from test_rest_rules import refused

from api.cli import main
from api.schemas import FollowUpOut, InterviewGuideOut
from models import minings, transcripts
from models.access import Role
from models.tables import Recording
from models.values import Mined, Redaction, RedactionState, Statement


def mined(house: House, recording_id: str) -> None:
    """Keep what is noticed in the recording's two turns: one answer to a question about a cue."""
    said = two_turns()
    start = said.text.index(TOLD)
    statement = Statement(0, 1, 0, start, start + len(TOLD), TOLD, ASKED)
    with house.database.writing() as session:
        minings.save_mining(session, recording_id, Mined(said, (statement,), (), (), np.zeros((0, 0), np.float32)))


def guide(house: House, client: Any = None) -> dict[str, Any]:
    expert = house.client(Role.MANAGER).get("experts").json()["items"][0]["id"]
    answer = (client or house.client(Role.MANAGER)).get(f"experts/{expert}/guide")
    assert answer.status_code == 200, answer.text
    document: dict[str, Any] = answer.json()
    return document


def test_the_guide_asks_the_best_questions_with_what_was_said_and_where(house: House) -> None:
    recording = house.recording()
    bell, _ = with_gaps(house, recording)
    mined(house, recording)
    found = guide(house)
    FollowUpOut.model_validate(found)
    assert [each["gap_id"] for each in found["first"]] == ["best", "second", "middle", "low"]
    assert found["first"][0]["source"] == {
        "recording_id": recording,
        "recording": "Glazing",
        "start_s": 0.6,
        "speaker": "Mara",
        "quote": BELL,
    }
    assert (found["first"][0]["card_id"], found["recordings"], found["more"]) == (bell, ["Glazing"], [])


def test_the_guide_says_which_probes_are_covered_by_what(house: House) -> None:
    recording = house.recording()
    mined(house, recording)
    probes = {each["id"]: each for each in guide(house)["probes"]}
    assert probes["cues"]["asked"] == ASKED
    assert probes["cues"]["covered_by"]["quote"] == TOLD
    assert probes["cues"]["covered_by"]["start_s"] == 0.5
    assert probes["aiding"]["covered_by"] is None


def test_what_is_answered_is_left_out(house: House) -> None:
    recording = house.recording()
    with_gaps(house, recording)
    answer = house.recording(title="The answer", sound=False)
    with house.database.writing() as session:
        session.get_one(Recording, answer).answers_gap = "best"
    assert "best" not in [each["gap_id"] for each in guide(house)["first"]]


def test_without_consent_to_quote_nothing_of_a_recording_is_in_it(house: House) -> None:
    recording = house.recording()
    with_gaps(house, recording)
    mined(house, recording)
    with house.database.writing() as session:  # it has run out a moment ago, and nobody has acted on it yet
        consent = session.get_one(Recording, recording).consents[0]
        consent.scopes = ["mine"]
    found = guide(house)
    assert (found["recordings"], found["first"]) == ([], [])
    assert all(each["covered_by"] is None for each in found["probes"])


def test_hidden_words_are_blotted_out(house: House) -> None:
    recording = house.recording()
    with_gaps(house, recording)
    mined(house, recording)
    said = two_turns()
    at = said.text.index("bell")
    hidden = Redaction(at, at + 4, "other", RedactionState.ACCEPTED, "human:1")
    with house.database.writing() as session:
        transcripts.add_transcript(session, recording, replace(said, redactions=(hidden,)), "human:1")
    found = guide(house)
    assert "bell" not in str(found)
    assert "when it rings like a small ████ it is dry" in found["first"][0]["source"]["quote"]
    assert "████" in found["probes"][0]["covered_by"]["quote"]


def test_what_another_expert_says_in_the_same_recording_is_asked_of_them(house: House) -> None:
    recording = house.recording(experts="Ivo Kern, Mara")
    with_gaps(house, recording)
    mined(house, recording)
    ivo, mara = house.client(Role.MANAGER).get("experts").json()["items"]
    client = house.client(Role.MANAGER)
    assert client.get(f"experts/{ivo['id']}/guide").json()["first"] == []
    assert client.get(f"experts/{ivo['id']}/guide").json()["probes"][0]["covered_by"] is None
    assert len(client.get(f"experts/{mara['id']}/guide").json()["first"]) == 4


def test_a_guide_is_for_managers_and_the_expert(house: House) -> None:
    with_gaps(house, house.recording())
    mara = house.client(Role.MANAGER).get("experts").json()["items"][0]["id"]
    assert len(guide(house, house.client(Role.EXPERT, expert="Mara"))["first"]) == 4
    refused(house.client(Role.EXPERT, expert="Ivo").get(f"experts/{mara}/guide"), 404)
    refused(house.client(Role.READER).get(f"experts/{mara}/guide"), 403)
    refused(house.client(Role.MANAGER).get("experts/nobody/guide"), 404)
    assert guide(house, house.client(Role.MANAGER, collections=["elsewhere"]))["first"] == []


def test_both_guides_can_be_downloaded_as_markdown(house: House) -> None:
    with_gaps(house, house.recording())
    client = house.client(Role.MANAGER)
    mara = client.get("experts").json()["items"][0]["id"]
    next_time = client.get(f"experts/{mara}/guide.md")
    assert next_time.headers["content-type"] == "text/markdown; charset=utf-8"
    assert next_time.headers["content-disposition"] == 'attachment; filename="ask-Mara.md"'
    assert "1. **What of best?**" in next_time.text
    first = client.get("interview-guide.md", params={"task": 'läsen "x"\r\nSet-Cookie: a'})
    assert first.headers["content-disposition"] == 'attachment; filename="interview-lasen-x-Set-Cookie-a.md"'
    assert "set-cookie" not in first.headers


def test_the_first_interviews_guide_has_the_task_in_it(house: House) -> None:
    found = house.client(Role.READER).get("interview-guide?task=reading the dough").json()
    InterviewGuideOut.model_validate(found)
    assert (found["task"], found["minutes"]) == ("reading the dough", 60)
    refused(house.client(Role.READER).get(f"interview-guide?task={'x' * 201}"), 422)


def test_the_pages_lead_to_both_guides(house: House) -> None:
    recording = house.recording()
    bell, _ = with_gaps(house, recording)
    client = browser(house)
    mara = house.client(Role.MANAGER).get("experts").json()["items"][0]["id"]
    for page in ("/guides", f"/recordings/{recording}", f"/cards/{bell}"):
        assert f'href="/experts/{mara}/guide"' in client.get(page).text, page
    page = client.get(f"/experts/{mara}/guide").text
    assert page.index("What of best?") < page.index("What of second?")
    assert BELL in page
    assert f"/api/v1/experts/{mara}/guide.md" in page
    interview = client.get("/guides/interview", params={"task": "<b>the valve</b>"}).text
    assert "Interview guide: &lt;b&gt;the valve&lt;/b&gt;" in interview


def test_pages_of_guides_that_are_empty_say_what_to_do(house: House) -> None:
    client = browser(house)
    assert "Nobody is named as an expert yet" in client.get("/guides").text
    mara = house.client(Role.MANAGER).post("experts", json={"name": "Mara"}).json()["id"]
    assert "Start with the interview guide" in client.get(f"/experts/{mara}/guide").text
    assert browser(house, Role.READER).get(f"/experts/{mara}/guide").status_code == 403


@pytest.mark.parametrize(
    ("arguments", "wanted"),
    [
        (["--task", "reading the dough"], "# Interview guide: reading the dough"),
        (["--task", "reading the dough", "--json"], '{"task": "reading the dough"'),
        (["--expert", "Mara"], "# What to ask Mara next time"),
        (["--expert", "Mara", "--json"], '{"expert_id": '),
    ],
)
def test_the_command_prints_a_guide(house: House, arguments: list[str], wanted: str) -> None:
    house.recording()
    done = CliRunner().invoke(main, ["--data-dir", str(house.settings.data_dir), "guide", *arguments])
    assert (done.exit_code, done.output[: len(wanted)]) == (0, wanted)


@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        ([], 2, "either --task or --expert"),
        (["--task", "x", "--expert", "y"], 2, "either --task or --expert"),
        (["--expert", "Nobody"], 1, "there is no expert 'Nobody'"),
    ],
)
def test_the_command_says_what_it_wants(house: House, arguments: list[str], code: int, said: str) -> None:
    done = CliRunner().invoke(main, ["--data-dir", str(house.settings.data_dir), "guide", *arguments])
    assert done.exit_code == code
    assert said in done.output
