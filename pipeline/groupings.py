"""Our groups against groups that people made of the same texts.

Four sorts of files are read, wherever they lie below a directory: `test.csv` with the columns `text` and `category`
(as BANKING77 has it), `arguments_*.csv` with `labels_*.csv` (as ArgKP has them, each topic by itself), marked
interviews of format "card-gold/1" (the passages of all interviews of a set together), and tagged highlights as Taguette
has them (JSON with `highlights`: {text, tags}; those of all files in one directory together). Texts of several classes
are left out.
"""

import csv
import hashlib
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import fmean
from typing import Any

import numpy as np

from models.errors import Invalid
from models.values import Vectors
from pipeline.cluster import NOISE, Numbers, groups
from pipeline.evaluate import GOLD, Report, objects_below
from pipeline.match import gather
from pipeline.measures import adjusted_rand, bcubed
from pipeline.protocols import Clusterer, Progress, silent
from pipeline.surroundings import Placed, surroundings
from pipeline.tools import Tools

OURS, ADDED, PLAIN = "tacit", "tacit, added bit by bit", "HDBSCAN as it is"
PASSAGE = "passage"  # the level of a marked interview whose groups are the texts
BATCHES = 20  # in which texts come that no interview holds together
FEWEST_ADDED = 200  # texts that are worth adding bit by bit
COLUMNS = ("bf", "ari", "noise", "groups")
REMEDY = "Name a directory with test.csv (text, category), arguments_*.csv of ArgKP, or card-gold/1 files."


@dataclass(frozen=True, slots=True)
class Grouped:
    """Texts that people sorted into classes; the fields run parallel, ids are unique."""

    set_name: str
    name: str
    ids: tuple[str, ...]
    texts: tuple[str, ...]
    classes: tuple[str, ...]  # of each text
    interviews: tuple[str, ...] = ()  # that each text is of; empty: of none


def evaluate(directory: Path, tools: Tools, progress: Progress = silent) -> Report:
    """How well the groups of all texts below the directory agree with those of people, beside plain HDBSCAN.

    Raises Invalid where there is nothing to read, or where it is not as it should be.
    """
    found = read_grouped(directory)
    figures: dict[str, dict[str, dict[str, dict[str, float]]]] = defaultdict(lambda: defaultdict(dict))
    for number, grouped in enumerate(found):
        vectors = tools.embedder.embed(grouped.texts)
        for system, numbers in systems(grouped, vectors, tools.clusterer).items():
            figures[grouped.set_name][system][grouped.name] = measure(grouped, numbers)
        progress((number + 1) / len(found))
    return Report(table(figures), {"sets": figures})


def systems(grouped: Grouped, vectors: Vectors, clusterer: Clusterer) -> dict[str, Numbers]:
    """System → the number of every text's group, -1 where it stands alone."""
    order = np.argsort(grouped.ids)
    found = {}
    for system, cluster in ((OURS, groups), (PLAIN, plain)):
        numbers = np.full(len(order), NOISE, np.int64)
        numbers[order] = cluster(vectors[order])
        found[system] = numbers
    if len(grouped.ids) >= FEWEST_ADDED:
        found[ADDED] = added(grouped, vectors, clusterer)
    return found


def plain(vectors: Vectors) -> Numbers:
    """HDBSCAN with its own defaults, on the vectors as they are."""
    from hdbscan import HDBSCAN  # noqa: PLC0415

    found: Numbers = HDBSCAN(core_dist_n_jobs=1).fit_predict(vectors.astype(np.float64))
    return found


def added(grouped: Grouped, vectors: Vectors, clusterer: Clusterer) -> Numbers:
    """The groups when the texts come interview by interview, or in twenty batches; what has a group keeps it."""
    kept = Placed((), (), (), vectors[:0])
    rows: list[int] = []
    for batch in batches(grouped):
        ids, texts = tuple(grouped.ids[row] for row in batch), tuple(grouped.texts[row] for row in batch)
        new = Placed(ids, texts, (None,) * len(batch), vectors[batch])
        kept = gather(new, surroundings(new, kept), clusterer).settled(kept.and_with(new))
        rows += batch
    names = {name: number for number, name in enumerate(sorted(set(kept.clusters) - {None}, key=str))}
    numbers = np.full(len(rows), NOISE, np.int64)
    numbers[rows] = [NOISE if name is None else names[name] for name in kept.clusters]
    return numbers


def batches(grouped: Grouped) -> list[list[int]]:
    """Numbers of the texts of each interview; of texts without, every twentieth in an order that says nothing."""
    if grouped.interviews:
        names = dict.fromkeys(grouped.interviews)
        return [[row for row, one in enumerate(grouped.interviews) if one == name] for name in names]
    order = sorted(range(len(grouped.ids)), key=lambda row: hashlib.sha256(grouped.ids[row].encode()).digest())
    return [order[start::BATCHES] for start in range(BATCHES)]


def measure(grouped: Grouped, numbers: Numbers) -> dict[str, float]:
    """`bf` BCubed F, `ari` adjusted Rand index, `noise` the share that stands alone, and how many `groups`.

    For the first two, whatever stands alone is a group of its own.
    """
    alone = numbers == NOISE
    own = numbers.copy()
    own[alone] = numbers.max(initial=0) + 1 + np.arange(alone.sum())
    told = np.unique(grouped.classes, return_inverse=True)[1].astype(np.int64)
    return {
        "bf": bcubed(_members(own), _members(told)),
        "ari": adjusted_rand(own, told),
        "noise": float(alone.mean()),
        "groups": float(len(set(numbers.tolist()) - {NOISE})),
    }


def _members(numbers: Numbers) -> list[list[int]]:
    return [np.flatnonzero(numbers == number).tolist() for number in np.unique(numbers)]


# ---- what people grouped


def read_grouped(directory: Path) -> list[Grouped]:
    """Everything below the directory that people grouped, in order of the paths. Raises Invalid."""
    tables = (path for path in sorted(directory.rglob("test.csv")) if _header(path) & {"text", "category"})
    found = list(map(_banking, tables))
    for path in sorted(directory.rglob("arguments_*.csv")):
        found += _key_points(path)
    found += _interviews(directory)
    if not found:
        raise Invalid(f"Nothing below {directory} was grouped by people.", remedy=REMEDY)
    return found


def _header(path: Path) -> set[str]:
    """The names of a table's columns; a table with none of ours is passed over."""
    with path.open(encoding="utf-8", errors="replace", newline="") as file:
        return set(next(csv.reader(file), ()))


def _banking(path: Path) -> Grouped:
    rows = list(_rows(path, ("text", "category")))
    ids = tuple(f"{number:06}" for number in range(len(rows)))
    name = path.parent.name
    return Grouped(name, name, ids, tuple(row["text"] for row in rows), tuple(row["category"] for row in rows))


def _key_points(path: Path) -> Iterator[Grouped]:
    """The arguments of each topic that match one key point, which is their class."""
    labels = path.with_name(path.name.replace("arguments_", "labels_"))
    matching: dict[str, set[str]] = defaultdict(set)
    for row in _rows(labels, ("arg_id", "key_point_id", "label")):
        if row["label"] == "1":
            matching[row["arg_id"]].add(row["key_point_id"])
    topics: dict[str, dict[str, str]] = defaultdict(dict)
    for row in _rows(path, ("arg_id", "argument", "topic")):
        if len(matching.get(row["arg_id"], ())) == 1:
            topics[row["topic"]][row["arg_id"]] = row["argument"]
    for topic, texts in topics.items():
        classes = tuple(next(iter(matching[one])) for one in texts)
        yield Grouped(path.parents[1].name, topic, tuple(texts), tuple(texts.values()), classes)


def _rows(path: Path, columns: Iterable[str]) -> Iterator[Mapping[str, str]]:
    """The lines of a CSV file. Raises Invalid where it cannot be read or lacks a column."""
    try:
        with path.open(encoding="utf-8", newline="") as file:
            rows = list(csv.DictReader(file))
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise Invalid(f"{path} cannot be read: {error}", remedy=REMEDY) from error
    for number, row in enumerate(rows, 2):
        if missing := [name for name in columns if row.get(name) is None]:
            raise Invalid(f"{path}, line {number}, has no {', '.join(missing)}", remedy=REMEDY)
        yield row


def _interviews(directory: Path) -> list[Grouped]:
    """The marked passages or highlights of all interviews of a set together."""
    items: dict[str, list[_Item]] = defaultdict(list)
    for path, data in objects_below(directory, REMEDY):
        if data.get("format") == GOLD or "highlights" in data:
            try:
                set_name = str(data.get("set", path.parent.name))
                items[set_name] += _passages(data) if "format" in data else _highlights(data, path.stem)
            except (KeyError, TypeError, ValueError) as error:
                raise Invalid(f"{path} is not as {GOLD} or Taguette has it: {error!r}", remedy=REMEDY) from error
    return [_grouped(name, rows) for name, rows in items.items() if rows]


@dataclass(frozen=True, slots=True)
class _Item:
    """A text that people put into classes."""

    interview: str
    id: str
    text: str
    name: str  # of its class


def _passages(data: Mapping[str, Any]) -> Iterator[_Item]:
    """Every passage that belongs to one class: the groups of the first other level at which people grouped."""
    spans = {str(unit["id"]): (int(unit["start"]), int(unit["end"])) for unit in data["units"]}
    level = next((one for one in data["grouping_levels"] if one != PASSAGE), None)
    classes = [(str(one["label"]), set(one["units"])) for one in data["groups"] if one["level"] == level]
    for number, group in enumerate(one for one in data["groups"] if one["level"] == PASSAGE):
        text = " ".join(data["transcript"][slice(*spans[unit])] for unit in group["units"])
        labels = [label for label, units in classes if units >= set(group["units"])]
        if len(labels) == 1:
            yield _Item(str(data["id"]), f"{data['id']}/{number:04}", text, labels[0])


def _highlights(data: Mapping[str, Any], name: str) -> Iterator[_Item]:
    for number, one in enumerate(data["highlights"]):
        if len(one["tags"]) == 1 and str(one["text"]).strip():
            yield _Item(name, f"{name}/{number:04}", str(one["text"]), str(one["tags"][0]))


def _grouped(name: str, rows: Sequence[_Item]) -> Grouped:
    return Grouped(
        name,
        name,
        tuple(row.id for row in rows),
        tuple(row.text for row in rows),
        tuple(row.name for row in rows),
        tuple(row.interview for row in rows),
    )


# ---- report


def table(figures: Mapping[str, Mapping[str, Mapping[str, Mapping[str, float]]]]) -> str:
    """A line a set and system: the mean over what was grouped separately (topics)."""
    lines = ["| set | system | BCubed F | ARI | noise | groups |", "|---|---|---|---|---|---|"]
    for set_name, found in figures.items():
        for system, by_name in found.items():
            means = [fmean(one[column] for one in by_name.values()) for column in COLUMNS]
            cells = [f"{mean:.3f}" for mean in means[:3]] + [f"{means[3]:.0f}"]
            parts = f" ({len(by_name)})" if len(by_name) > 1 else ""
            lines.append(f"| {set_name}{parts} | {system} | " + " | ".join(cells) + " |")
    return "\n".join(lines)
