"""Our figures on similes and analogies against interviews in which people marked them.

Such a file is JSON of format "simile-gold/1": `id`, `transcript` (labelled text), `figures` ({start, end, label} with
characters of the transcript, half-open; label “figurative” or “borderline”). What is not marked is literal.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from models.errors import Invalid
from models.values import Finding, Mined, Statement, Transcript
from pipeline import metaphors, steps
from pipeline.evaluate import Report, objects_below
from pipeline.protocols import Progress, silent
from pipeline.simile_labels import Figure
from pipeline.simile_ranker import RULES_ALONE
from pipeline.simile_training import average_precision
from pipeline.text import words
from pipeline.tools import Tools

GOLD, PREDICTIONS = "simile-gold/1", "simile-predictions/1"
REMEDY = f"Name a directory with .json files of format {GOLD}; docs/commands.md describes it."
OURS, RULES, EVERY = "tacit", "rules alone", "every “like” + noun"
LIKE_NOUN = re.compile(r"\blike (?:an? |the |your |my )?[a-z]+", re.I)
COLUMNS = ("shown", "a 10,000 words", "precision", "with borderline", "recall", "AP", "AP with borderline")


@dataclass(frozen=True, slots=True)
class Mark:
    """A figure of speech that a person marked."""

    start: int
    end: int
    label: Figure


@dataclass(frozen=True, slots=True)
class MarkedTalk:
    """An interview and the figures in it, in order of its text; the marks count in the transcript's text."""

    id: str
    transcript: Transcript
    figures: tuple[Mark, ...]


@dataclass(frozen=True, slots=True)
class Proposal:
    """Words that a system takes for a figure; `shown` says whether a reader would meet them."""

    start: int
    end: int
    score: float
    shown: bool


@dataclass(slots=True)
class Tally:
    """What a system did in all interviews."""

    said: int = 0
    proposals: list[tuple[Proposal, Figure]] = field(default_factory=list)
    missed: int = 0  # figures that it never proposes
    missed_borderline: int = 0

    def row(self) -> tuple[float, ...]:
        """The figures, in the order of COLUMNS; shares are 0 where nothing is shown or marked."""
        found = self.proposals
        shown = [label for one, label in found if one.shown]
        strict, loose = shown.count(Figure.FIGURATIVE), len(shown) - shown.count(Figure.LITERAL)
        every = sum(label is Figure.FIGURATIVE for _, label in found) + self.missed
        return (
            len(shown),
            10_000 * len(shown) / max(1, self.said),
            strict / max(1, len(shown)),
            loose / max(1, len(shown)),
            strict / max(1, every),
            self._ap((Figure.FIGURATIVE,), self.missed),
            self._ap((Figure.FIGURATIVE, Figure.BORDERLINE), self.missed + self.missed_borderline),
        )

    def _ap(self, wanted: Sequence[Figure], missed: int) -> float:
        found = self.proposals
        scores = [one.score for one, _ in found] + [float("-inf")] * missed
        return average_precision(scores, [label in wanted for _, label in found] + [True] * missed)


def similes(directory: Path, tools: Tools, progress: Progress = silent) -> Report:
    """The similes of every marked interview below the directory, and how well they agree with the marks.

    The rules alone and a trivial system stand beside ours. Raises Invalid where there is no marked interview, or where
    one cannot be read.
    """
    return measured(read_marked(directory), tools, progress)


def measured(talks: Sequence[MarkedTalk], tools: Tools, progress: Progress = silent) -> Report:
    """The same for interviews at hand."""
    tallies = {name: Tally() for name in (OURS, RULES, EVERY)}
    predicted = []
    for number, talk in enumerate(talks):
        mined, text = steps.mine(talk.transcript, tools), talk.transcript.text
        systems = _systems(mined, tools)
        for name, proposals in systems.items():
            _count(tallies[name], proposals, talk.figures, mined.statements)
        predicted.append({"id": talk.id, "similes": [_told(one, text) for one in systems[OURS] if one.shown]})
        progress((number + 1) / len(talks))
    rows = {name: dict(zip(COLUMNS, tally.row(), strict=True)) for name, tally in tallies.items()}
    return Report(_table(rows), {"format": PREDICTIONS, "interviews": predicted, "report": rows})


def read_marked(directory: Path) -> list[MarkedTalk]:
    """The marked interviews below a directory, in order of their paths. Raises Invalid where there is none."""
    found = [_marked(data, path) for path, data in objects_below(directory, REMEDY) if data.get("format") == GOLD]
    if not found:
        raise Invalid(f"No file below {directory} is of format {GOLD}.", remedy=REMEDY)
    return found


def _marked(data: Mapping[str, Any], path: Path) -> MarkedTalk:
    try:
        text = str(data["transcript"])
        figures = tuple(Mark(int(one["start"]), int(one["end"]), Figure(one["label"])) for one in data["figures"])
        outside = [one for one in figures if not 0 <= one.start < one.end <= len(text)]
        if outside:
            raise ValueError(f"{outside[0]} is not inside the transcript's {len(text)} characters")
        return _read(str(data["id"]), text, figures)
    except (KeyError, TypeError, ValueError) as error:
        raise Invalid(f"{path} is not as {GOLD} wants it: {error!r}", remedy=REMEDY) from error


def _read(id: str, text: str, figures: Sequence[Mark]) -> MarkedTalk:
    """The talk with its marks counted in the transcript as it is read: without the speakers' names."""
    transcript = steps.read(text.encode(), "talk.txt")
    found, at = [], 0
    for one in sorted(figures, key=lambda mark: mark.start):
        said = text[one.start : one.end]
        place = transcript.text.find(said, at)
        if place < 0:
            raise ValueError(f"“{said[:80]}” is not in what one speaker says")
        found.append(Mark(place, place + len(said), one.label))
        at = place
    return MarkedTalk(id, transcript, tuple(found))


# ---- systems


def _systems(mined: Mined, tools: Tools) -> dict[str, list[Proposal]]:
    likely = [one for one in mined.findings if one.type in metaphors.LIKENESSES]
    scores = tools.ranker.scores(likely, tools.embedder)
    shown = {
        one.start_char
        for one in metaphors.best(mined.findings, mined.statements, tools.ranker, tools.embedder)
        if one.type in metaphors.LIKENESSES
    }
    return {
        OURS: [_proposal(one, score, one.start_char in shown) for one, score in zip(likely, scores, strict=True)],
        RULES: [_proposal(one, one.score, one.score - RULES_ALONE >= metaphors.GOOD) for one in likely],
        EVERY: [
            Proposal(statement.start_char + match.start(), statement.start_char + match.end(), 0.0, True)
            for statement in mined.statements
            for match in LIKE_NOUN.finditer(statement.text)
        ],
    }


def _proposal(finding: Finding, score: float, shown: bool) -> Proposal:
    return Proposal(finding.start_char, finding.end_char, score, shown)


def _count(tally: Tally, proposals: Sequence[Proposal], marks: Sequence[Mark], statements: Sequence[Statement]) -> None:
    """Add one interview: each proposal gets the label of the mark that it touches. Only what experts say counts."""
    said = [mark for mark in marks if any(one.start_char <= mark.start < one.end_char for one in statements)]
    touched: set[Mark] = set()
    tally.said += sum(words(statement.text) for statement in statements)
    for one in proposals:
        mark = next((mark for mark in said if mark.start < one.end and one.start < mark.end), None)
        if mark in touched:
            continue
        touched |= {mark} if mark else set()
        tally.proposals.append((one, mark.label if mark else Figure.LITERAL))
    left = [mark for mark in said if mark not in touched]
    tally.missed += sum(mark.label is Figure.FIGURATIVE for mark in left)
    tally.missed_borderline += sum(mark.label is Figure.BORDERLINE for mark in left)


def _told(one: Proposal, text: str) -> dict[str, Any]:
    return {"start": one.start, "end": one.end, "text": text[one.start : one.end], "score": one.score}


def _table(rows: Mapping[str, Mapping[str, float]]) -> str:
    lines = ["| system | " + " | ".join(COLUMNS) + " |", "|---" * (len(COLUMNS) + 1) + "|"]
    for name, row in rows.items():
        cells = [f"{row[column]:.0f}" if column == "shown" else f"{row[column]:.2f}" for column in COLUMNS]
        lines.append(f"| {name} | " + " | ".join(cells) + " |")
    return "\n".join(lines)
