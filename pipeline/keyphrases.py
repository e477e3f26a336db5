"""How well concepts agree with the keyphrases that people gave texts, beside TF-IDF.

A benchmark is a folder with `docsutf8/NAME.txt` and `keys/NAME.key`, a keyphrase a line. A phrase counts when it is one
of these: case, punctuation and the plural's “s” aside (Harman's S stemmer, 1991).
"""

import hashlib
import math
import re
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import fmean
from time import perf_counter
from typing import Any, TypeAlias

from spacy.lang.en.stop_words import STOP_WORDS

from models.errors import Invalid
from pipeline.concepts import ranked
from pipeline.evaluate import Report
from pipeline.protocols import Progress, silent
from pipeline.tools import Tools

SHOWN = 10  # phrases that are judged of each text
ASKED = 40  # that a system is asked for, since some may be the same but for their form
LOOKED_AT = 4  # one text in so many was looked at when the ranking was chosen
REMEDY = "Name a folder of benchmarks, each with docsutf8/NAME.txt and keys/NAME.key."
OURS = "tacit"

Ranker: TypeAlias = Callable[[Sequence[str]], list[list[str]]]  # texts → the phrases of each, best first

_WORD = re.compile(r"[^\W_]+")
_LONG_WORD = re.compile(r"\b\w\w+\b")


@dataclass(frozen=True, slots=True)
class Marked:
    """A text with the keyphrases that people gave it."""

    benchmark: str
    name: str
    text: str
    keys: frozenset[str]  # as `stem` has them

    @property
    def is_held(self) -> bool:
        """Whether nobody looked at it when the ranking was chosen."""
        return int(hashlib.sha256(self.name.encode()).hexdigest(), 16) % LOOKED_AT != 0


def concepts(directory: Path, tools: Tools, progress: Progress = silent) -> Report:
    """F@10 of our ranking, of TF-IDF over single words and over one to three, on every benchmark below the directory.

    Raises Invalid where there is none.
    """
    systems: dict[str, Ranker] = {
        OURS: lambda texts: [ranked(doc) for doc in tools.language.pipe(texts)],
        "TF-IDF, 1 word": tf_idf(1),
        "TF-IDF, 1–3 words": tf_idf(3),
    }
    return compare(read(directory), systems, progress)


def read(directory: Path) -> list[Marked]:
    """The texts of the benchmarks, in order of their paths; those without keys are left out."""
    found = list(_texts(directory))
    if not found:
        raise Invalid(f"No benchmark is in {directory}.", remedy=REMEDY)
    return found


def _texts(directory: Path) -> Iterator[Marked]:
    for path in sorted(directory.rglob("docsutf8/*.txt")):
        home = path.parent.parent
        keys = home / "keys" / f"{path.stem}.key"
        lines = keys.read_text(encoding="utf-8", errors="replace").splitlines() if keys.is_file() else []
        stems = frozenset(filter(None, map(stem, lines)))
        if stems:
            yield Marked(home.name, path.stem, path.read_text(encoding="utf-8", errors="replace"), stems)


def compare(texts: Sequence[Marked], systems: Mapping[str, Ranker], progress: Progress = silent) -> Report:
    """F@10 of the systems on the texts that were held back and on all, with the seconds that each took."""
    rows: list[dict[str, Any]] = []
    for name in dict.fromkeys(one.benchmark for one in texts):
        marked = [one for one in texts if one.benchmark == name]
        for system, rank in systems.items():
            begun = perf_counter()
            phrases = rank([one.text for one in marked])
            seconds = perf_counter() - begun
            figures = [f_at(found, one.keys) for found, one in zip(phrases, marked, strict=True)]
            held = [figure for figure, one in zip(figures, marked, strict=True) if one.is_held]
            rows.append(
                {
                    "benchmark": name,
                    "system": system,
                    "held": fmean(held) if held else None,
                    "all": fmean(figures),
                    "texts": len(marked),
                    "seconds": seconds,
                }
            )
            progress(len(rows) / (len(systems) * len({one.benchmark for one in texts})))
    return Report(_table(rows), {"format": "keyphrase-figures/1", "rows": rows})


def _table(rows: Sequence[Mapping[str, Any]]) -> str:
    lines = [
        f"| benchmark | system | F@{SHOWN}, held | F@{SHOWN}, all | texts | seconds |",
        "|---|---|---|---|---|---|",
    ]
    for row in rows:
        held = "–" if row["held"] is None else f"{row['held']:.3f}"
        cells = (row["benchmark"], row["system"], held, f"{row['all']:.3f}", row["texts"], f"{row['seconds']:.1f}")
        lines.append("| " + " | ".join(map(str, cells)) + " |")
    return "\n".join(lines)


def f_at(phrases: Sequence[str], keys: frozenset[str]) -> float:
    """F1 of the first ten different phrases: precision out of ten, however few there are."""
    first = list(dict.fromkeys(filter(None, map(stem, phrases))))[:SHOWN]
    hits = sum(one in keys for one in first)
    return 2 * hits / (SHOWN + len(keys))


def stem(phrase: str) -> str:
    """The phrase's words without case, marks and the plural's “s”; "" where it has none."""
    return " ".join(_singular(word.lower()) for word in _WORD.findall(phrase))


def _singular(word: str) -> str:
    if word.endswith("ies") and len(word) > 4 and word[-4] not in "ea":
        return word[:-3] + "y"
    if word.endswith("es") and len(word) > 3 and word[-3] not in "aeo":
        return word[:-1]
    return word[:-1] if word.endswith("s") and len(word) > 2 and word[-2] not in "us" else word


def tf_idf(longest: int) -> Ranker:
    """Phrases of up to so many words by TF-IDF over the texts, stop words left out; idf is smoothed, ties by name."""

    def rank(texts: Sequence[str]) -> list[list[str]]:
        counted = [Counter(_grams(text, longest)) for text in texts]
        spread = Counter(gram for counts in counted for gram in counts)
        idf = {gram: math.log((1 + len(texts)) / (1 + count)) + 1 for gram, count in spread.items()}
        return [sorted(counts, key=lambda gram: (-counts[gram] * idf[gram], gram))[:ASKED] for counts in counted]

    return rank


def _grams(text: str, longest: int) -> Iterator[str]:
    words = [word for word in _LONG_WORD.findall(text.lower()) if word not in STOP_WORDS]
    for size in range(1, longest + 1):
        for start in range(len(words) - size + 1):
            yield " ".join(words[start : start + size])
