"""Our groups beside those of BERTopic's defaults and of plain HDBSCAN, on the same texts and the same embedding.

    python benchmarks/groups.py DIR [--seeds N]

Reads what `tacit evaluate groups DIR` reads. BERTopic's projection (UMAP) is random, so its figures are means over
several seeds, with the least and the greatest. Wants the libraries of benchmarks/requirements.txt. Prints the table and
the seconds that each system took after the embedding.
"""

import argparse
import hashlib
import logging
import time
import warnings
from collections import defaultdict
from pathlib import Path
from statistics import fmean

import numpy as np
from bertopic import BERTopic
from umap import UMAP

from models.values import Vectors
from pipeline.cluster import Numbers, groups
from pipeline.groupings import COLUMNS, OURS, PLAIN, Grouped, measure, plain, read_grouped
from pipeline.settings import Settings
from pipeline.tools import build_tools

THEIRS = "BERTopic's defaults"
SHUFFLED = "tacit, shuffled input"


def bertopic(texts: list[str], vectors: Vectors, seed: int) -> Numbers:
    """The topic of every text as BERTopic's defaults find it, -1 for none."""
    projection = UMAP(
        n_neighbors=15, n_components=5, min_dist=0.0, metric="cosine", low_memory=False, random_state=seed
    )
    topics, _ = BERTopic(umap_model=projection, calculate_probabilities=False).fit_transform(texts, vectors)
    return np.array(topics, np.int64)


def shuffled(grouped: Grouped, vectors: Vectors) -> Numbers:
    """Our groups of the texts when they come in another order; put back into the first one."""
    came = sorted(range(len(grouped.ids)), key=lambda row: hashlib.sha256(grouped.ids[row].encode()).digest())
    order = sorted(came, key=lambda row: grouped.ids[row])
    numbers = np.empty(len(order), np.int64)
    numbers[order] = groups(vectors[order])
    return numbers


def main() -> None:
    """Read the command line, measure, print."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("directory", type=Path)
    parser.add_argument("--seeds", type=int, default=3)
    given = parser.parse_args()
    warnings.filterwarnings("ignore")
    logging.disable(logging.WARNING)
    embedder = build_tools(Settings(data_dir=Path("data/var"))).embedder
    figures: dict[str, dict[str, list[list[float]]]] = defaultdict(lambda: defaultdict(list))
    seconds: dict[str, dict[str, float]] = defaultdict(lambda: defaultdict(float))
    for grouped in read_grouped(given.directory):
        vectors = embedder.embed(grouped.texts)
        order = np.argsort(grouped.ids)
        for system, seed in [(OURS, 0), (SHUFFLED, 0), (PLAIN, 0), *((THEIRS, one) for one in range(given.seeds))]:
            began = time.process_time()
            numbers = np.empty(len(order), np.int64)
            if system == THEIRS:
                numbers = bertopic(list(grouped.texts), vectors, seed)
            elif system == SHUFFLED:
                numbers = shuffled(grouped, vectors)
            else:
                numbers[order] = (groups if system == OURS else plain)(vectors[order])
            seconds[grouped.set_name][system] += time.process_time() - began
            found = measure(grouped, numbers)
            figures[grouped.set_name][f"{system}|{seed}"].append([found[column] for column in COLUMNS])
    print(table(figures, seconds))


def table(figures: dict[str, dict[str, list[list[float]]]], seconds: dict[str, dict[str, float]]) -> str:
    """A line a set and system; several topics of a set are averaged, several seeds shown with their range."""
    lines = ["| set | system | BCubed F | ARI | noise | groups | s |", "|---|---|---|---|---|---|---|"]
    for name, systems in figures.items():
        for system in dict.fromkeys(key.partition("|")[0] for key in systems):
            runs = [rows for key, rows in systems.items() if key.partition("|")[0] == system]
            means = [[fmean(row[column] for row in rows) for rows in runs] for column in range(len(COLUMNS))]
            cells = [cell(values) for values in means[:3]] + [f"{fmean(means[3]):.0f}"]
            took = seconds[name][system] / len(runs)
            lines.append(f"| {name} | {system} | {' | '.join(cells)} | {took:.1f} |")
    return "\n".join(lines)


def cell(values: list[float]) -> str:
    spread = f" ({min(values):.3f}–{max(values):.3f})" if len(values) > 1 else ""
    return f"{fmean(values):.3f}{spread}"


if __name__ == "__main__":
    main()
