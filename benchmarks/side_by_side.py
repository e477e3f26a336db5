"""Our drafts beside what others would draft of the same statements and the same vectors, and how long each takes.

    pip install -r benchmarks/requirements.txt
    python benchmarks/side_by_side.py DIR [--out FILE] [--only-seconds]

DIR holds interviews that people have marked (see `pipeline.evaluate`). Beside random statements and those of the
longest answers stand TextRank (Mihalcea & Tarau 2004, statements as nodes) and what people do with BERTopic (its
defaults: UMAP and HDBSCAN; of each topic, largest first, the statements nearest to its middle). Prints the table of
`tacit evaluate cards`, how much better ours is on each interview (paired), and the seconds of mining and gathering as a
share of BERTopic's, embedding apart on both sides; BERTopic runs once before the clock starts, since it compiles.
"""

import argparse
import json
import time
import warnings
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from statistics import fmean, stdev
from typing import Any

import networkx
import numpy as np
from bertopic import BERTopic
from umap import UMAP

from models.values import Mined, Vectors
from pipeline import evaluate, steps
from pipeline.embed import SentenceEmbedder
from pipeline.measures import Marked, Quote
from pipeline.settings import Settings
from pipeline.surroundings import Placed, said_in, surroundings
from pipeline.text import WORD, words
from pipeline.tools import Tools, build_tools

SEED = 0  # of UMAP, so that two runs can be compared
PAIRED = ("ap", "p_at_10", "coverage")


def textrank(mined: Mined) -> evaluate.Proposed:
    """Statements by PageRank over their common words."""
    said = [Counter(word.lower() for word in WORD.findall(one.text)) for one in mined.statements]
    graph = networkx.Graph()
    graph.add_nodes_from(range(len(said)))
    for a, one in enumerate(said):
        for b in range(a):
            common = len(one.keys() & said[b].keys())
            size = np.log(max(2, one.total())) + np.log(max(2, said[b].total()))
            if common:
                graph.add_edge(a, b, weight=common / size)
    ranks = networkx.pagerank(graph)
    return evaluate.ranked_by(mined, [ranks[number] for number in range(len(said))])


def topics(mined: Mined) -> list[int]:
    """BERTopic's topic of every statement, -1 for none."""
    model = BERTopic(
        embedding_model=None,
        umap_model=UMAP(n_neighbors=15, n_components=5, min_dist=0.0, metric="cosine", random_state=SEED),
    )
    found, _ = model.fit_transform([one.text for one in mined.statements], mined.vectors)
    return [int(topic) for topic in found]


def bertopic(mined: Mined) -> evaluate.Proposed:
    """Topic after topic, largest first, its most typical statement, then the second of each; a card a topic."""
    found = topics(mined)
    sizes = Counter(topic for topic in found if topic >= 0)
    place = {topic: number for number, (topic, _) in enumerate(sizes.most_common())}
    scores = np.full(len(found), -1e6)
    for topic, number in place.items():
        rows = np.flatnonzero(np.array(found) == topic)
        near = mined.vectors[rows] @ mined.vectors[rows].mean(axis=0)
        for turn, row in enumerate(rows[np.argsort(-near, kind="stable")]):
            scores[row] = -(turn * len(place) + number)
    proposed = evaluate.ranked_by(mined, scores.tolist())
    budget, cards = evaluate.BUDGET * words(mined.transcript.text), dict[int, list[Quote]]()
    for row in np.argsort(-scores, kind="stable"):
        budget -= words(mined.statements[row].text)
        if budget < 0 or found[row] < 0:
            break
        cards.setdefault(found[row], []).append(evaluate.quote_of(mined.statements[row]))
    return evaluate.Proposed(proposed.statements, tuple(map(tuple, cards.values())))


def paired(report: dict[str, Any]) -> str:
    """Ours minus each other system, interview by interview."""
    ours = report[evaluate.OURS]["interviews"]
    lines = ["| against | figure | mean | sd | least | better on |", "|---|---|---|---|---|---|"]
    for system, found in report.items():
        for figure in PAIRED if system != evaluate.OURS else ():
            gained = [row[figure] - found["interviews"][one][figure] for one, row in ours.items() if figure in row]
            better = f"{sum(each > 0 for each in gained)} of {len(gained)}"
            spread = f"{fmean(gained):+.3f} | {stdev(gained):.3f} | {min(gained):+.3f}"
            lines.append(f"| {system} | {figure} | {spread} | {better} |")
    return "\n".join(lines)


class Clocked:
    """An embedder that counts its seconds, so that they can be taken off."""

    def __init__(self, embedder: SentenceEmbedder) -> None:
        self._embedder = embedder
        self.stamp = embedder.stamp
        self.seconds = 0.0

    def embed(self, texts: Sequence[str]) -> Vectors:
        began = time.perf_counter()
        found = self._embedder.embed(texts)
        self.seconds += time.perf_counter() - began
        return found


def seconds(interviews: Sequence[Marked], tools: Tools, clock: Clocked) -> str:
    """Ours (mining, scores, passages, drafts, gathering) and BERTopic's, over all interviews, embedding apart."""
    ours = theirs = 0.0
    for number, interview in enumerate(interviews):
        transcript = steps.read(interview.text.encode(), "interview.txt")
        began, embedding = time.perf_counter(), clock.seconds
        mined = steps.place(steps.mine(transcript, tools), tools)
        drafts = steps.drafts(mined, tools, recording_id=interview.id, talk_s=None)
        vectors = steps.passage_vectors(drafts, tools)
        ids = tuple(str(place) for place in range(len(drafts)))
        texts, said = zip(*((one.passage.text, said_in(mined, one.passage)) for one in drafts), strict=True)
        passages = Placed(ids, texts, (None,) * len(ids), vectors, said)
        steps.gather(passages, surroundings(passages, passages.rows([])), tools)
        ours += time.perf_counter() - began - (clock.seconds - embedding)
        if not number:
            topics(mined)  # it compiles
        began = time.perf_counter()
        topics(mined)
        theirs += time.perf_counter() - began
    return f"mining and gathering {ours:.1f} s, BERTopic {theirs:.1f} s: {ours / theirs:.2f} of its time"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("directory", metavar="DIR", type=Path)
    parser.add_argument("--out", type=Path, help="write predictions and all figures here, as JSON")
    parser.add_argument("--only-seconds", action="store_true", help="no table: time both once all is loaded")
    chosen = parser.parse_args()
    warnings.filterwarnings("ignore", category=UserWarning)  # UMAP says that a seed makes it run in one thread
    tools = build_tools(Settings())
    clock = Clocked(tools.embedder)
    tools.__dict__["embedder"] = clock
    interviews = evaluate.read_marked(chosen.directory)
    if chosen.only_seconds:
        seconds(interviews[:1], tools, clock)  # whatever is loaded when it is first wanted
        print(seconds(interviews, tools, clock))
        return
    rivals = {"TextRank": textrank, "BERTopic": bertopic}
    report = evaluate.cards(chosen.directory, tools, rivals=rivals)
    print(report.table, paired(report.document["report"]), sep="\n\n", end="\n\n")
    print(seconds(interviews, tools, clock))
    if chosen.out:
        chosen.out.write_text(json.dumps(report.document, ensure_ascii=False, indent=1), encoding="utf-8")


if __name__ == "__main__":
    main()
