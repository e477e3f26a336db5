"""The shipped interviews are whole: sound and transcript belong together, and there is something to gather."""

import re
import tomllib
from pathlib import Path
from typing import Any

import pytest

from models.values import Transcript
from pipeline.audio import probe
from pipeline.imports import read_transcript
from pipeline.text import words

SAMPLES = Path(__file__).parents[2] / "data" / "samples"
ENTRIES: list[dict[str, Any]] = tomllib.loads((SAMPLES / "samples.toml").read_text(encoding="utf-8"))["samples"]
TOLD = [entry for entry in ENTRIES if entry["file"] != "baker.m4a"]  # those with a transcript of their own
INTERVIEWS = [entry for entry in TOLD if "follow-up" not in entry["file"]]


def transcript_file(entry: dict[str, Any]) -> Path:
    return SAMPLES / str(entry.get("transcript", entry["file"]))


def transcript_of(entry: dict[str, Any]) -> Transcript:
    file = transcript_file(entry)
    return read_transcript(file.read_bytes(), file.name)


def named(entry: dict[str, Any]) -> str:
    return str(entry["file"])


@pytest.mark.parametrize("entry", ENTRIES, ids=named)
def test_every_sample_has_what_the_demo_needs(entry: dict[str, Any]) -> None:
    assert (SAMPLES / entry["file"]).is_file()
    assert transcript_file(entry).is_file()
    assert entry["title"]
    assert len(entry["experts"]) == 1
    assert (entry["language"], entry["consent"]) == ("en", "all")


def test_two_experts_speak_of_each_trade_and_every_format_occurs() -> None:
    for collection in ("Bakery", "Pumps"):
        assert len({entry["experts"][0] for entry in ENTRIES if entry["collection"] == collection}) == 2
    endings = {Path(name).suffix for entry in ENTRIES for name in (entry["file"], entry.get("transcript", ""))}
    assert endings >= {".mp3", ".m4a", ".wav", ".vtt", ".srt", ".json", ".txt"}


@pytest.mark.parametrize("entry", TOLD, ids=named)
def test_two_people_speak_and_one_of_them_is_the_expert(entry: dict[str, Any]) -> None:
    transcript = transcript_of(entry)
    assert {turn.speaker for turn in transcript.turns} == {"Interviewer", entry["experts"][0]}
    assert transcript.warnings == ()


@pytest.mark.parametrize("entry", INTERVIEWS, ids=named)
def test_an_interview_is_long_enough_to_be_mined(entry: dict[str, Any]) -> None:
    transcript = transcript_of(entry)
    assert 600 <= words(transcript.text) <= 1500
    assert len(transcript.turns) >= 20


@pytest.mark.parametrize("entry", TOLD, ids=named)
def test_the_transcript_says_what_the_script_says(entry: dict[str, Any]) -> None:
    script = (SAMPLES / "scripts" / Path(entry["file"]).with_suffix(".txt").name).read_text(encoding="utf-8")
    assert transcript_of(entry).text.split() == re.sub(r"(?m)^\w+: ", "", script).split()


@pytest.mark.parametrize("entry", [entry for entry in TOLD if "transcript" in entry], ids=named)
def test_the_times_lie_inside_the_sound_and_in_order(entry: dict[str, Any]) -> None:
    transcript, media = transcript_of(entry), probe(SAMPLES / entry["file"])
    times = [time for word in transcript.words for time in (word.start_s, word.end_s)]
    known = [time for time in times if time is not None]
    assert known == times
    assert known == sorted(known)
    assert media.duration_s is not None
    assert 0.5 < known[0] < 1.2
    assert media.duration_s - 1 < known[-1] < media.duration_s


def test_the_samples_stay_small() -> None:
    assert sum(path.stat().st_size for path in SAMPLES.glob("*") if path.is_file()) < 6_000_000
