"""How well persons' names are found for redaction, on marked text, and how quickly.

    python benchmarks/redaction.py DIR

DIR holds UNER_English-EWT (en_ewt-ud-*.iob2) or WNUT 2017 (emerging.*, *.conll) files: one token a line, blank lines
between sentences. A marked person counts as found when all its words lie under finds; a find counts as right when one
of its words is marked as a person. “Covered” is the share of a person's words.
"""

import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from pipeline import persons
from pipeline.text import load_language

PERSONS = {"PER", "person"}


@dataclass
class Marked:
    """Sentences joined by line feeds, and the characters of each word with its mark."""

    text: str = ""
    words: list[tuple[int, int, str]] = field(default_factory=list)


def sentences(path: Path) -> Iterator[list[tuple[str, str]]]:
    """The words of each sentence with their marks, “B-PER” or “O”."""
    sentence: list[tuple[str, str]] = []
    for line in path.read_text(encoding="utf-8").splitlines():
        columns = line.split("\t")
        if not line.strip():
            if sentence:
                yield sentence
            sentence = []
        elif not (len(columns) == 1 or line.startswith("# ")):
            sentence.append((columns[1], columns[2]) if path.suffix == ".iob2" else (columns[0], columns[1]))
    if sentence:
        yield sentence


def read(path: Path) -> Marked:
    """One file as running text."""
    pieces, words, at = [], [], 0
    for sentence in sentences(path):
        for place, (word, mark) in enumerate(sentence):
            glued = place == 0 or word in {".", ",", "!", "?", ";", ":", "'s", "n't", "’s", ")"}
            pieces.append("" if glued else " ")
            at += 0 if glued else 1
            words.append((at, at + len(word), mark))
            pieces.append(word)
            at += len(word)
        pieces.append("\n")
        at += 1
    return Marked("".join(pieces), words)


def runs(marked: Marked) -> list[list[tuple[int, int]]]:
    """The words of each person."""
    found: list[list[tuple[int, int]]] = []
    for start, end, mark in marked.words:
        kind, _, name = mark.partition("-")
        if name in PERSONS and (kind == "B" or not found):
            found.append([])
        if name in PERSONS:
            found[-1].append((start, end))
    return found


def main() -> None:
    language = load_language("auto")
    print("file  persons  found  covered  precision  words  seconds")
    for path in sorted(Path(sys.argv[1]).iterdir()):
        if path.suffix not in (".iob2", ".conll", ".annotated"):
            continue
        marked = read(path)
        began = time.perf_counter()
        names = persons.find(marked.text, language)
        took = time.perf_counter() - began
        under = {place for name in names for place in range(name.start, name.end)}
        people = runs(marked)
        words = [word for person in people for word in person]
        right = {place for start, end in words for place in range(start, end)}
        whole = sum(all(set(range(*word)) <= under for word in person) for person in people)
        covered = sum(set(range(*word)) <= under for word in words)
        good = sum(not right.isdisjoint(range(name.start, name.end)) for name in names)
        print(
            f"{path.name}  {len(people)}  {whole / max(1, len(people)):.3f}  {covered / max(1, len(words)):.3f}  "
            f"{good / max(1, len(names)):.3f}  {len(marked.words)}  {took:.2f}"
        )


if __name__ == "__main__":
    main()
