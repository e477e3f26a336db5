"""Our figures against interviews in which people marked what is worth keeping.

Such a file is JSON of format "card-gold/1": `id`, `set`, `transcript`, `units` ({id, start, end, gold}), `groups`
({level, units}), `coverage_level`, `grouping_levels`. What is measured says `measures`.
"""

import json
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from statistics import fmean, stdev
from types import MappingProxyType
from typing import Any, TypeAlias

import numpy as np

from models.errors import Invalid
from models.values import Draft, Mined, Statement
from pipeline import score, steps
from pipeline.correction import Correction
from pipeline.measures import Group, Marked, Quote, Ranked, Unit, citing, marked, ranking
from pipeline.passages import choose
from pipeline.protocols import Progress, silent
from pipeline.text import words
from pipeline.tools import Tools

GOLD, PREDICTIONS = "card-gold/1", "card-predictions/1"
BUDGET = 0.2  # share of the words that cards may cite
OURS, RANDOM, LONGEST, TAUGHT = "tacit", "random statements", "longest answers", "tacit with verdicts"
COLUMNS = ("base", "ap", "p_at_10", "precision", "recall", "f1", "near", "cited", "coverage", "f1_budget", "grounded")
REMEDY = "Name a directory with .json files of format card-gold/1."


@dataclass(frozen=True, slots=True)
class Proposed:
    """What a system makes of one interview: its ranking, and its cards, best first."""

    statements: tuple[Ranked, ...]
    cards: tuple[tuple[Quote, ...], ...]


Rival: TypeAlias = Callable[[Mined], Proposed]  # another system, shown the statements and their vectors
NO_RIVALS: Mapping[str, Rival] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class Report:
    """The figures as a Markdown table, and everything as JSON values: predictions and figures."""

    table: str
    document: dict[str, Any]


def cards(
    directory: Path,
    tools: Tools,
    progress: Progress = silent,
    *,
    correction: Correction | None = None,
    rivals: Mapping[str, Rival] = NO_RIVALS,
) -> Report:
    """The drafts of every marked interview below the directory, and how well they agree with the marks.

    Beside ours stand random statements, those of the longest answers, and `rivals`; where verdicts have taught a
    correction of S, also what it makes of the same interviews. Raises Invalid where there is no marked interview, or
    where one cannot be read.
    """
    interviews = read_marked(directory)
    predicted: list[dict[str, Any]] = []
    figures: dict[str, dict[str, dict[str, float]]] = defaultdict(dict)
    for number, interview in enumerate(interviews):
        transcript = steps.read(interview.text.encode(), f"{interview.id.rpartition('/')[2]}.txt")
        mined = steps.place(steps.mine(transcript, tools), tools)
        drafts = steps.drafts(mined, tools, recording_id=interview.id, talk_s=None)
        systems = _systems(mined, drafts)
        if correction is not None:
            systems[TAUGHT] = _taught(mined, correction, tools, interview.id)
        systems |= {name: rival(mined) for name, rival in rivals.items()}
        for system, proposed in systems.items():
            figures[system][interview.id] = measure(interview, proposed)
        predicted.append(_prediction(interview.id, mined, drafts))
        progress((number + 1) / len(interviews))
    sets = {interview.id: interview.set_name for interview in interviews}
    report = {system: {"sets": _by_set(found, sets), "interviews": found} for system, found in figures.items()}
    document = {"format": PREDICTIONS, "system": OURS, "interviews": predicted, "budget": BUDGET, "report": report}
    return Report(_table(report), document)


def measure(interview: Marked, proposed: Proposed) -> dict[str, float]:
    """All figures of one interview."""
    return {**ranking(interview, proposed.statements), **citing(interview, proposed.cards, budget=BUDGET)}


# ---- marked interviews


def read_marked(directory: Path) -> list[Marked]:
    """The marked interviews below a directory, in order of their paths. Raises Invalid where there is none."""
    found = [_marked(data, path) for path, data in objects_below(directory, REMEDY) if data.get("format") == GOLD]
    if not found:
        raise Invalid(f"No file below {directory} is of format {GOLD}.", remedy=REMEDY)
    return found


def objects_below(directory: Path, remedy: str) -> Iterator[tuple[Path, dict[str, Any]]]:
    """The JSON files below a directory that hold an object, in order of their paths. Raises Invalid with the remedy."""
    for path in sorted(directory.rglob("*.json")):
        try:
            data = json.loads(path.read_text(encoding="utf-8"))
        except (OSError, ValueError, RecursionError) as error:
            raise Invalid(f"{path} is not JSON: {error}", remedy=remedy) from error
        if isinstance(data, dict):
            yield path, data


def _marked(data: Mapping[str, Any], path: Path) -> Marked:
    try:
        return marked(
            str(data["id"]),
            str(data["set"]),
            str(data["transcript"]),
            [Unit(str(one["id"]), int(one["start"]), int(one["end"]), bool(one["gold"])) for one in data["units"]],
            [Group(str(one["level"]), tuple(map(str, one["units"]))) for one in data.get("groups", [])],
            coverage_level=str(data.get("coverage_level", "")),
            grouping_levels=[str(level) for level in data.get("grouping_levels", [])],
        )
    except (KeyError, TypeError, ValueError) as error:
        raise Invalid(f"{path} is not as {GOLD} wants it: {error!r}", remedy=REMEDY) from error


# ---- systems


def _systems(mined: Mined, drafts: Sequence[Draft]) -> dict[str, Proposed]:
    """What ours and the trivial ones propose. Random is the same each time."""
    answers: dict[int, int] = defaultdict(int)
    for statement in mined.statements:
        answers[statement.answer] += words(statement.text)
    chances = np.random.default_rng(0).permutation(len(mined.statements))
    return {
        OURS: Proposed(_ranked(mined.statements), tuple(map(_quotes, drafts))),
        RANDOM: ranked_by(mined, [float(chance) for chance in chances]),
        LONGEST: ranked_by(mined, [float(answers[statement.answer]) for statement in mined.statements]),
    }


def _taught(mined: Mined, correction: Correction, tools: Tools, recording_id: str) -> Proposed:
    """What corrected scores propose."""
    said = score.score(mined.statements, mined.findings, mined.vectors, correction=correction)
    scored = replace(mined, statements=tuple(said))
    drafts = steps.drafts(scored, tools, recording_id=recording_id, talk_s=None)
    return Proposed(_ranked(said), tuple(map(_quotes, drafts)))


def _quotes(draft: Draft) -> tuple[Quote, ...]:
    return tuple(Quote(one.quote, one.start_char) for one in draft.content.evidence)


def ranked_by(mined: Mined, scores: Sequence[float]) -> Proposed:
    """The statements by these scores, one each, and the passages of the best of them."""
    scored = [replace(one, score=score) for one, score in zip(mined.statements, scores, strict=True)]
    passages = choose(scored, total_words=words(mined.transcript.text), share=BUDGET)
    passages.sort(key=lambda passage: -max(scores[number] for number in passage.statements))
    quotes = tuple(tuple(quote_of(scored[number]) for number in passage.statements) for passage in passages)
    return Proposed(_ranked(scored), quotes)


def _ranked(statements: Sequence[Statement]) -> tuple[Ranked, ...]:
    return tuple(Ranked(quote_of(one), one.score) for one in statements)


def quote_of(statement: Statement) -> Quote:
    """The statement as a card cites it."""
    return Quote(statement.text, statement.start_char)


def _prediction(id: str, mined: Mined, drafts: Sequence[Draft]) -> dict[str, Any]:
    """Our proposal as others can measure it."""
    return {
        "id": id,
        "statements": [
            {"quote": one.text, "score": one.score, "start_char": one.start_char} for one in mined.statements
        ],
        "cards": [
            {
                "title": draft.content.title,
                "kind": draft.content.kind.value,
                "evidence": [
                    {"quote": one.quote, "start_char": one.start_char, "end_char": one.end_char}
                    for one in draft.content.evidence
                ],
            }
            for draft in drafts
        ],
    }


# ---- report


def _by_set(
    figures: Mapping[str, Mapping[str, float]], sets: Mapping[str, str]
) -> dict[str, dict[str, dict[str, float]]]:
    """Mean, least, greatest and spread of every figure over the interviews of a set."""
    found: dict[str, dict[str, dict[str, float]]] = {}
    for name in dict.fromkeys(sets.values()):
        rows = [row for one, row in figures.items() if sets[one] == name]
        shared = [key for key in rows[0] if all(key in row for row in rows)]
        found[name] = {key: _spread([row[key] for row in rows]) for key in shared}
    return found


def _spread(values: Sequence[float]) -> dict[str, float]:
    spread = stdev(values) if len(values) > 1 else 0.0
    return {"mean": fmean(values), "min": min(values), "max": max(values), "sd": spread}


def _table(report: Mapping[str, Mapping[str, Any]]) -> str:
    """Mean ± spread over the interviews of a set, a line for each set and system."""
    lines = ["| set | system | " + " | ".join(COLUMNS) + " | BCubed F |", "|---" * (len(COLUMNS) + 3) + "|"]
    for name in next(iter(report.values()))["sets"]:
        for system, found in report.items():
            figures = found["sets"][name]
            cells = [f"{figures[column]['mean']:.3f} ± {figures[column]['sd']:.3f}" for column in COLUMNS]
            levels = [f"{key[7:]} {one['mean']:.3f}" for key, one in figures.items() if key.startswith("bcubed_")]
            lines.append(f"| {name} | {system} | " + " | ".join([*cells, ", ".join(levels)]) + " |")
    return "\n".join(lines)
