"""Similes on interviews that lie elsewhere, and the time of mining against the bare parse.

    python benchmarks/similes.py MARKS.tsv DIR
    python benchmarks/similes.py --speed TRANSCRIPT …

MARKS.tsv has a line a mark, without anybody's words: file (below DIR), SHA-256 of the transcript's text as tacit reads
it, start, end (characters of that text), label; a file without marks has one line with “none” as its label. Prints the
table of `tacit evaluate similes`. With --speed: seconds of mining as a multiple of the parse that it contains.
"""

import csv
import sys
import time
from collections import defaultdict
from pathlib import Path

from models.values import Transcript
from pipeline import statements, steps, turns
from pipeline.settings import Settings
from pipeline.simile_figures import Figure, Mark, MarkedTalk, measured
from pipeline.tools import build_tools

ROUNDS = 3


def talks(marks: Path, folder: Path) -> list[MarkedTalk]:
    """The interviews named in the table. Stops where one reads differently by now."""
    figures = defaultdict[tuple[str, str], list[Mark]](list)
    with marks.open(encoding="utf-8", newline="") as lines:
        for file, sha256, start, end, label in list(csv.reader(lines, delimiter="\t"))[1:]:
            found = figures[file, sha256]
            if label != "none":
                found.append(Mark(int(start), int(end), Figure(label)))
    return [
        MarkedTalk(file, same(folder / file, sha256), tuple(sorted(found, key=lambda one: one.start)))
        for (file, sha256), found in figures.items()
    ]


def same(path: Path, sha256: str) -> Transcript:
    transcript = steps.read(path.read_bytes(), path.name)
    if transcript.sha256 != sha256:
        raise SystemExit(f"{path} reads differently: its SHA-256 is {transcript.sha256}")
    return transcript


def speed(paths: list[Path]) -> None:
    """Parse and mining in turns, the best of each."""
    tools = build_tools(Settings())
    transcripts = [steps.read(path.read_bytes(), path.name) for path in paths]
    said = [[one.text for one in statements.cut(turns.with_roles(t), tools.language)[0]] for t in transcripts]
    best = {"parse": float("inf"), "mine": float("inf")}
    for _ in range(ROUNDS):
        began = time.perf_counter()
        for texts in said:
            list(tools.language.pipe(texts))
        parsed = time.perf_counter()
        for transcript in transcripts:
            steps.mine(transcript, tools)
        best["parse"] = min(best["parse"], parsed - began)
        best["mine"] = min(best["mine"], time.perf_counter() - parsed)
    words = sum(len(text.split()) for texts in said for text in texts)
    print(
        f"{words} words: parse {best['parse']:.2f} s, mine {best['mine']:.2f} s, {best['mine'] / best['parse']:.2f} ×"
    )


if __name__ == "__main__":
    if len(sys.argv) < 3:
        raise SystemExit(__doc__)
    if sys.argv[1] == "--speed":
        speed([Path(path) for path in sys.argv[2:]])
    else:
        print(measured(talks(Path(sys.argv[1]), Path(sys.argv[2])), build_tools(Settings())).table)
