"""What the importers make of every file below some directories, as a table: format, turns, speakers, times, words.

    python benchmarks/importers.py DIR…

A file INDEX.tsv in a directory (columns: source, files, turns, speakers; lists with | and ;) is compared with what was
found. NAME_correct.txt beside NAME.vtt, and NAME.txt beside NAME.json or NAME.vtt, are compared word by word, and
NAME_correct.txt (columns: Timespan, Speaker, Content) also speaker by speaker.
"""

import argparse
import csv
import re
import time
from collections.abc import Iterator
from dataclasses import dataclass
from difflib import SequenceMatcher
from pathlib import Path

from models.errors import TacitError
from models.values import Transcript
from pipeline.imports import looks_like_transcript, read_transcript


@dataclass(frozen=True)
class Read:
    """One file, and what came of it."""

    path: Path
    seconds: float
    transcript: Transcript | None
    error: str = ""


def read(path: Path) -> Read:
    data = path.read_bytes()
    began = time.perf_counter()
    if not looks_like_transcript(path.name, data[:4096]) and data.strip():
        return Read(path, time.perf_counter() - began, None, "taken for a recording")
    try:
        found = read_transcript(data, path.name)
    except TacitError as error:
        return Read(path, time.perf_counter() - began, None, f"{type(error).__name__}: {error.detail} → {error.remedy}")
    return Read(path, time.perf_counter() - began, found)


def expected(directory: Path) -> dict[Path, dict[str, str]]:
    """The rows of every INDEX.tsv below the directory, by the files that they name."""
    found = {}
    for index in directory.rglob("INDEX.tsv"):
        with index.open(encoding="utf-8", newline="") as opened:
            for row in csv.DictReader(opened, delimiter="\t"):
                for name in row["files"].split(";"):
                    found[index.parent / row["source"] / name] = row
    return found


def words(text: str) -> list[str]:
    return re.findall(r"\w+(?:['’]\w+)*", text.lower())


def likeness(one: list[str], other: list[str]) -> float:
    return SequenceMatcher(None, one, other, autojunk=False).ratio()


def companion(path: Path, transcript: Transcript) -> str:
    """How far the words, and the speakers where they are known, are those of the file beside it."""
    correct = path.with_name(f"{path.stem}_correct.txt")
    if correct.exists():
        with correct.open(encoding="utf-8", newline="") as opened:
            rows = list(csv.DictReader(opened, delimiter="\t"))
        told = [(row["Speaker"], words(row["Content"].replace("---", " "))) for row in rows]
        found = [(turn.speaker, words(transcript.text[turn.start_char : turn.end_char])) for turn in transcript.turns]
        said = [[word for _, spoken in side for word in spoken] for side in (told, found)]
        who = [[speaker for speaker, spoken in side for _ in spoken] for side in (told, found)]
        same = sum(a == b for a, b in zip(*who, strict=False)) / max(1, *map(len, who))
        return f"words {likeness(*said):.3f}, speakers {same:.3f}"
    beside = path.with_suffix(".txt")
    if path.suffix in (".json", ".vtt") and beside.exists():
        one, other = words(transcript.text)[:4000], words(read_transcript(beside.read_bytes(), beside.name).text)[:4000]
        return f"words {likeness(one, other):.3f}"
    return ""


def line(found: Read, row: dict[str, str] | None) -> str:
    if found.transcript is None:
        return f"| {found.path.name} | – | | | | | {found.error} |"
    transcript = found.transcript
    speakers = list(dict.fromkeys(turn.speaker for turn in transcript.turns))
    timed = sum(word.start_s is not None for word in transcript.words) / max(1, len(transcript.text.split()))
    notes = [companion(found.path, transcript), *transcript.warnings]
    if row and row["turns"] not in ("", "0") and int(row["turns"]) != len(transcript.turns):
        notes.insert(0, f"INDEX: {row['turns']} turns")
    if row and row["speakers"] and set(map(str.strip, row["speakers"].split("|"))) != set(speakers):
        notes.insert(0, f"INDEX: {row['speakers']}")
    shown = ", ".join(speakers[:6]) + (f" and {len(speakers) - 6} more" if len(speakers) > 6 else "")
    last = transcript.turns[-1].end_s or transcript.turns[-1].start_s
    return (
        f"| {found.path.name} | {transcript.source} | {len(transcript.turns)} | {shown} | {timed:.0%} | "
        f"{last if last is not None else '–'} | {'; '.join(filter(None, notes))} |"
    )


def files(directories: list[Path]) -> Iterator[Path]:
    for directory in directories:
        yield from sorted(path for path in directory.rglob("*") if path.is_file() and path.name != "INDEX.tsv")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("directories", metavar="DIR", type=Path, nargs="+")
    chosen = parser.parse_args().directories
    known = {path: row for directory in chosen for path, row in expected(directory).items()}
    print(
        "| file | format | turns | speakers | words with times | last second | notes |\n|---|---|---|---|---|---|---|"
    )
    all_read = [read(path) for path in files(chosen)]
    for found in all_read:
        print(line(found, known.get(found.path)))
    slowest = max(all_read, key=lambda one: one.seconds)
    refused = sum(one.transcript is None for one in all_read)
    print(f"\n{len(all_read)} files, {refused} refused; slowest {slowest.path.name}: {slowest.seconds:.2f} s")


if __name__ == "__main__":
    main()
