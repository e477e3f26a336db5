"""The commands as a person or a script calls them."""

import json
import os
import re
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from api.cli import main
from models.db import Database
from models.tables import Recording, RecordingState
from pipeline.settings import Settings

TALK = """Ivo: How do you know that the glaze is dry?

Mara: I tap the pot, and when it rings like a small bell it is dry. If it sounds dull, wait until the morning,
because damp glaze crawls in the fire.

Ivo: What do beginners get wrong?

Mara: They trust the clock. You just feel it after a while, it is hard to explain. Never touch the rim with wet hands.
"""


@pytest.fixture
def talk(tmp_path: Path) -> Path:
    path = tmp_path / "talk.txt"
    path.write_text(TALK, encoding="utf-8")
    return path


def tacit(tmp_path: Path, *arguments: object, stdin: str | None = None) -> Result:
    return CliRunner().invoke(main, ["--data-dir", str(tmp_path / "data"), *map(str, arguments)], input=stdin)


def documents(result: Result) -> list[dict[str, Any]]:
    assert result.exit_code == 0, result.stderr
    return [json.loads(line) for line in result.stdout.splitlines()]


def test_mine_prints_what_the_contract_names(tmp_path: Path, talk: Path) -> None:
    [mined] = documents(tacit(tmp_path, "mine", talk, "--json"))

    assert {turn["role"] for turn in mined["turns"]} == {"expert", "interviewer"}
    for one in [*mined["statements"], *mined["findings"]]:
        assert mined["text"][one["start_char"] : one["end_char"]] == one["text"]
    assert set(mined["statements"][0]) == {"start_char", "end_char", "text", "score", "kind", "reasons", "question"}
    assert {"condition", "rationale", "gap"} <= {finding["type"] for finding in mined["findings"]}


def test_cards_quote_the_same_text_and_come_out_alike_twice(tmp_path: Path, talk: Path) -> None:
    first, second = (tacit(tmp_path, "cards", talk, "--json") for _ in range(2))

    assert first.stdout == second.stdout
    [found] = documents(first)
    assert found["cards"]
    for card in found["cards"]:
        for evidence in card["evidence"]:
            assert found["text"][evidence["start_char"] : evidence["end_char"]] == evidence["quote"]
            assert evidence["verified"]
    assert not (tmp_path / "data" / "tacit.db").exists()


def test_standard_input_is_read_where_a_dash_stands(tmp_path: Path) -> None:
    [mined] = documents(tacit(tmp_path, "mine", "-", "--json", stdin=TALK))
    assert "rings like a small bell" in mined["text"]


def test_text_for_people_names_titles_and_questions(tmp_path: Path, talk: Path) -> None:
    assert "statements" in tacit(tmp_path, "mine", talk).stdout
    assert "drafts" in tacit(tmp_path, "cards", talk).stdout


def test_gather_says_who_belongs_together(tmp_path: Path) -> None:
    doughs = [f"The dough springs back when it is ready, sign {number}." for number in range(6)]
    pumps = [f"The pump bearing hums before it fails, sign {number}." for number in range(6)]
    rows = [{"id": f"p{n}", "text": text, "recording": "r"} for n, text in enumerate([*doughs, *pumps])]
    path = tmp_path / "passages.jsonl"
    path.write_text("\n".join(map(json.dumps, rows)), encoding="utf-8")

    [gathered] = documents(tacit(tmp_path, "gather", path, "--json"))
    members = sorted(sorted(cluster["members"]) for cluster in gathered["clusters"])
    assert sorted([*gathered["noise"], *(one for cluster in members for one in cluster)]) == sorted(
        r["id"] for r in rows
    )
    for cluster in members:
        assert len({int(one[1:]) // 6 for one in cluster}) == 1


@pytest.mark.parametrize(
    ("content", "complaint"),
    [
        ("not json", "line 1 is not JSON"),
        ('{"id": 3, "text": "x"}', "line 1 has no"),
        ('{"id": "a", "text": "x"}\n{"id": "a", "text": "y"}', "line 2 has the id 'a'"),
    ],
)
def test_gather_names_the_line_that_does_not_fit(tmp_path: Path, content: str, complaint: str) -> None:
    path = tmp_path / "passages.jsonl"
    path.write_text(content, encoding="utf-8")
    result = tacit(tmp_path, "gather", path)
    assert result.exit_code == 1
    assert complaint in result.stderr


def test_a_file_of_no_use_is_one_line_and_a_remedy(tmp_path: Path) -> None:
    path = tmp_path / "talk.mp3"
    path.write_bytes(b"these are words, and no sound at all\n" * 20)
    result = tacit(tmp_path, "transcribe", path)
    assert result.exit_code == 1
    lines = result.stderr.strip().splitlines()
    assert lines[0].startswith("tacit: ")
    assert len(lines) == 2
    assert "Traceback" not in result.stderr


def test_wrong_usage_ends_with_two(tmp_path: Path) -> None:
    assert tacit(tmp_path, "mine").exit_code == 2
    assert tacit(tmp_path, "nonsense").exit_code == 2
    assert tacit(tmp_path, "mine", tmp_path / "missing.txt").exit_code == 2


def test_a_key_is_printed_alone_and_can_be_revoked(tmp_path: Path) -> None:
    made = tacit(tmp_path, "key", "create", "wiki", "--role", "reader")
    assert made.stdout == made.stdout.strip() + "\n"
    listed = tacit(tmp_path, "key", "list").stdout
    assert made.stdout.strip() not in listed
    key_id = listed.split()[0]
    assert tacit(tmp_path, "key", "revoke", key_id).exit_code == 0
    assert "revoked" in tacit(tmp_path, "key", "list").stdout


def test_people_are_added_listed_and_disabled(tmp_path: Path) -> None:
    added = tacit(tmp_path, "user", "add", "Ann", "--role", "manager", "--password-stdin", stdin="a long password\n")
    assert added.exit_code == 0
    again = tacit(tmp_path, "user", "add", "Ann", "--role", "manager", "--password-stdin", stdin="a long password\n")
    assert again.exit_code == 1
    assert tacit(tmp_path, "user", "add", "Bo", "--role", "manager").exit_code == 1  # no password came
    assert tacit(tmp_path, "user", "disable", "Ann").exit_code == 0
    assert "disabled" in tacit(tmp_path, "user", "list").stdout


def test_settings_come_from_flags_variables_and_a_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "tacit.toml").write_text('port = 9001\nhost = "0.0.0.0"\n', encoding="utf-8")
    monkeypatch.setenv("TACIT_PORT", "9002")
    [settings] = documents(tacit(tmp_path, "settings", "--json"))
    assert (settings["host"], settings["port"]) == ("0.0.0.0", 9002)
    assert settings["data_dir"] == str(tmp_path / "data")


@pytest.mark.parametrize(
    ("toml", "complaint"),
    [('port = "many"', "port"), ("prot = 80", "prot"), ("port = = 3", "tacit.toml")],
)
def test_a_setting_that_does_not_fit_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, toml: str, complaint: str
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "tacit.toml").write_text(toml, encoding="utf-8")
    result = tacit(tmp_path, "settings")
    assert result.exit_code == 1
    assert complaint in result.stderr


def test_printed_settings_can_be_read_back(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    printed = tacit(tmp_path, "settings").stdout
    monkeypatch.chdir(tmp_path)
    (tmp_path / "tacit.toml").write_text(printed, encoding="utf-8")
    assert tacit(tmp_path, "settings").stdout == printed


def test_the_doctor_says_that_speech_weights_are_missing_and_what_helps(tmp_path: Path) -> None:
    result = tacit(tmp_path, "doctor")
    assert result.exit_code == 1
    assert "MISSING  speech weights" in result.stdout
    assert result.stdout.count("MISSING") == 1


def test_the_doctor_is_content_with_weights(tmp_path: Path, samples_dir: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TACIT_WHISPER_MODEL", str(samples_dir / "weights" / "demo-en.pt"))
    result = tacit(tmp_path, "doctor", "--json")
    [found] = documents(result)
    assert all(check["well"] for check in found["checks"])


def test_a_backup_is_restored_into_another_directory(tmp_path: Path) -> None:
    tacit(tmp_path, "key", "create", "wiki", "--role", "reader")
    assert tacit(tmp_path, "db", "backup", tmp_path / "b.tar").exit_code == 0
    restored = CliRunner().invoke(main, ["--data-dir", str(tmp_path / "new"), "db", "restore", str(tmp_path / "b.tar")])
    assert restored.exit_code == 0
    assert "wiki" in CliRunner().invoke(main, ["--data-dir", str(tmp_path / "new"), "key", "list"]).stdout


def test_an_interview_goes_from_ingest_to_an_exported_note(tmp_path: Path, talk: Path) -> None:
    """In processes of their own, as a script would: DBOS can be launched once a process."""

    def run(*arguments: object) -> str:
        command = [sys.executable, "-m", "api.cli", "--data-dir", str(tmp_path / "data"), *map(str, arguments)]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stderr
        return done.stdout

    printed = run("ingest", talk, "--title", "Glazing", "--expert", "Mara", "--consent", "all", "--wait", "--json")
    recording = json.loads(printed)
    assert recording["state"] == "ready"
    assert recording["counts"]["cards"] >= 1
    assert {"import", "mine", "embed", "draft"} <= set(recording["seconds"])

    again = json.loads(run("ingest", talk, "--json"))
    assert again["id"] == recording["id"]
    assert "0 notes" in run("export", "markdown", tmp_path / "vault")


def test_sound_without_weights_fails_with_a_remedy_and_no_traceback(tmp_path: Path, samples_dir: Path) -> None:
    sound = samples_dir / "second-baker-follow-up.wav"
    command = [sys.executable, "-m", "api.cli", "--data-dir", str(tmp_path / "data"), "ingest", str(sound), "--wait"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 1
    assert "failed" in done.stdout
    assert "TACIT_ALLOW_DOWNLOAD=1" in done.stderr
    assert "give a transcript along with the sound" in done.stderr
    assert "Traceback" not in done.stderr


class Terminal:
    """A command at a terminal of its own."""

    def __init__(self, directory: Path, *arguments: object, **settings: str) -> None:
        self._master, slave = os.openpty()
        command = [sys.executable, "-m", "api.cli", "--data-dir", str(directory), *map(str, arguments)]
        environment = {**os.environ, "COLUMNS": "120", "TACIT_THREADS": "1", **settings}
        self.process = subprocess.Popen(command, env=environment, stdin=slave, stdout=slave, stderr=slave)
        os.close(slave)
        self.shown = ""

    def read(self, until: str = "\0", within_s: float = 120.0) -> str:
        """What was shown up to there, or to the end."""
        deadline = time.monotonic() + within_s
        while until not in self.shown:
            assert time.monotonic() < deadline, self.shown
            try:
                self.shown += os.read(self._master, 1 << 16).decode()
            except OSError:  # the other side was closed
                break
        return self.shown

    def close(self) -> None:
        self.process.kill()
        self.process.wait()
        os.close(self._master)


def test_ctrl_c_at_a_terminal_cancels_the_recording_and_says_how_to_go_on(tmp_path: Path, samples_dir: Path) -> None:
    data, weights = tmp_path / "data", str(samples_dir / "weights" / "demo-en.pt")
    terminal = Terminal(data, "ingest", samples_dir / "baker.m4a", "--wait", TACIT_WHISPER_MODEL=weights)
    try:
        assert "%" in terminal.read("transcribe")
        terminal.process.send_signal(signal.SIGINT)
        shown = terminal.read()
        assert terminal.process.wait(20) == 1
    finally:
        terminal.close()
    assert "Traceback" not in shown
    recording = re.search(r"tacit rerun (\w+) --wait", shown)
    assert recording is not None, shown
    database = Database(Settings(data_dir=data).database_url)
    with database.reading() as session:
        assert session.get_one(Recording, recording[1]).state is RecordingState.CANCELLED
    database.engine.dispose()
    again = tacit(tmp_path, "rerun", recording[1])
    assert (again.exit_code, "queued" in again.stdout) == (0, True)


def test_work_can_be_done_anew_from_the_command_line(tmp_path: Path, talk: Path) -> None:
    ready = documents(tacit(tmp_path, "ingest", talk, "--wait", "--json"))[0]
    refused = tacit(tmp_path, "rerun", ready["id"])
    assert refused.exit_code == 1
    assert "ready" in refused.stderr
    again = documents(tacit(tmp_path, "rerun", ready["id"], "--from", "mine", "--wait", "--json"))[0]
    assert (again["state"], again["counts"]["cards"]) == ("ready", ready["counts"]["cards"])
    assert [stage["name"] for stage in again["stages"]] == [stage["name"] for stage in ready["stages"]]
