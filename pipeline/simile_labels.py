"""Sentences of which somebody said whether the likeness in them is a figure of speech.

`resources/similes/labels.tsv` holds made-up ones, with a header line and a sentence a line: label, trade, sentence.
What is likened stands in {braces}, what it is likened to in [brackets]. Each verdict of a person gives one more.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from models.errors import Invalid
from models.values import JudgedFigure, Span
from pipeline.text import RESOURCES

LABELS = RESOURCES / "similes" / "labels.tsv"
HEADER = ("label", "trade", "sentence")
REMEDY = (
    "Write label, trade and sentence, with tabs between; {what is likened} and [what to] are marked in the sentence."
)
_MARKS = re.compile(r"[{}\[\]]")


class Figure(StrEnum):
    """What a likeness is."""

    FIGURATIVE = "figurative"  # two worlds: "the dough sleeps like a bear"
    BORDERLINE = "borderline"  # a picture that hardly anybody sees any more, or things that are really alike
    LITERAL = "literal"  # an example, a filler, a liking, two things of the same kind


@dataclass(frozen=True, slots=True)
class Labelled:
    """One sentence with its label; `source` and `target` are spans of `text`, None where nobody marked them."""

    text: str
    label: Figure
    source: Span | None = None  # what it is likened to
    target: Span | None = None  # what is likened
    trade: str = ""
    expression: Span | None = None  # of a verdict: the likeness that was judged


def read_labels(path: Path = LABELS) -> list[Labelled]:
    """The sentences of such a file, in its order. Raises Invalid naming the line that cannot be read."""
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise Invalid(f"{path} cannot be read: {error}", remedy=REMEDY) from error
    if not lines or tuple(lines[0].split("\t")) != HEADER:
        raise Invalid(f"The first line of {path} is not “{' '.join(HEADER)}”.", remedy=REMEDY)
    return [_labelled(line, f"{path}, line {number}") for number, line in enumerate(lines[1:], 2) if line]


def of_verdicts(verdicts: Sequence[JudgedFigure]) -> list[Labelled]:
    """What people's verdicts say, as labels; a verdict whose expression is not in its quote says nothing."""
    found = []
    for one in verdicts:
        start = one.quote.find(one.expression) if one.expression else -1
        if start >= 0:
            label = Figure.FIGURATIVE if one.kept else Figure.LITERAL
            span = Span(start, start + len(one.expression), one.expression)
            found.append(Labelled(one.quote, label, expression=span))
    return found


def _labelled(line: str, where: str) -> Labelled:
    cells = line.split("\t")
    if len(cells) != len(HEADER) or cells[0] not in set(Figure):
        raise Invalid(f"{where}: expected {', '.join(HEADER)} with one of {', '.join(Figure)}", remedy=REMEDY)
    label, trade, marked = cells
    return Labelled(
        _MARKS.sub("", marked), Figure(label), _marked(marked, "[", "]", where), _marked(marked, "{", "}", where), trade
    )


def _marked(marked: str, opening: str, closing: str, where: str) -> Span | None:
    """The marked characters, counted in the sentence without marks."""
    start, end = marked.find(opening), marked.find(closing)
    if start < 0 and end < 0:
        return None
    if not 0 <= start < end or marked.count(opening) + marked.count(closing) != 2:
        raise Invalid(f"{where}: {opening} and {closing} do not belong together", remedy=REMEDY)
    before = len(_MARKS.findall(marked[:start]))
    inside = _MARKS.sub("", marked[start:end])
    return Span(start - before, start - before + len(inside), inside)
