"""Judge statement heads on made-up sentences that none of them was made of.

    python benchmarks/judge_head.py                                      the shipped head
    python benchmarks/judge_head.py benchmarks/sentences/tried.tsv       and one of the shipped seeds and these

Told for each head: average precision and area under the ROC curve of know-how against mere talk by the margin alone,
and the share of know-how that is nearest to its own kind. The held-out sentences (`benchmarks/sentences/held_out.tsv`)
tell of other trades than the seeds; they were written by the same hand, which flatters every head alike. So a head is
changed only if it is better here and if real interviews, read side by side, agree: docs/quality/score.md.
"""

import argparse
import tempfile
from pathlib import Path

import numpy as np
from sklearn.metrics import average_precision_score, roc_auc_score
from train_head import KNOW_HOW, Seed, read_seeds, train

from models.values import Vectors
from pipeline.embed import load_embedder
from pipeline.head import HEAD, Head
from pipeline.text import RESOURCES

SEEDS = RESOURCES / "seeds.tsv"
HELD_OUT = Path(__file__).parent / "sentences" / "held_out.tsv"


def with_more(more: Path, folder: Path) -> Head:
    """The head of the shipped seeds and these; the order of the shipped kinds stays."""
    sentences = [*read_seeds(SEEDS), *read_seeds(more)]
    table = folder / "seeds.tsv"
    lines = ["side\tkind\tsentence", *("\t".join((one.side, one.kind, one.sentence)) for one in sentences)]
    table.write_text("\n".join(lines) + "\n", encoding="utf-8")
    train(table, folder / "head.npz")
    return Head.load(folder / "head.npz")


def judged(head: Head, held: list[Seed], vectors: Vectors) -> str:
    """The figures of one head, as cells of a table."""
    margins = head.margins(vectors.astype(np.float64))
    know = np.array([one.side == KNOW_HOW for one in held])
    best = margins.max(axis=1)
    right = [head.kinds[int(row.argmax())] == one.kind for row, one in zip(margins, held, strict=True)]
    kinds = float(np.mean(np.array(right)[know]))
    return f"{average_precision_score(know, best):.3f} | {roc_auc_score(know, best):.3f} | {kinds:.3f}"


def main() -> None:
    """Read the command line and print the table."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("more", type=Path, nargs="*", help="sentences to add to the shipped seeds")
    given = parser.parse_args()
    held = read_seeds(HELD_OUT)
    vectors = load_embedder("all-MiniLM-L6-v2", threads=2).embed([one.sentence for one in held])
    print("| head | AP | AUC | kind |\n|---|---|---|---|")
    print(f"| {HEAD.name} | {judged(Head.load(), held, vectors)} |")
    for more in given.more:
        with tempfile.TemporaryDirectory() as folder:
            print(f"| with {more.name} | {judged(with_more(more, Path(folder)), held, vectors)} |")


if __name__ == "__main__":
    main()
