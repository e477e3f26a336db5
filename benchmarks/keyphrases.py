"""Our concepts beside KeyBERT, SingleRank and TF-IDF on texts to which people gave keyphrases: F@10 and seconds.

    pip install -r benchmarks/requirements.txt
    python benchmarks/keyphrases.py DIR [--most 100] [--out FILE]

DIR holds benchmarks as `pipeline.keyphrases` reads them. KeyBERT 0.9 (Grootendorst) embeds with the very model of ours,
once with its defaults (single words) and once with phrases of one to three words. SingleRank (Wan & Xiao 2008) is
pytextrank's graph with a window of ten words on our language pipeline. `--most` takes so many texts of each benchmark,
by the hash of their names: KeyBERT takes its time.
"""

import argparse
import hashlib
import json
import logging
from collections.abc import Sequence
from pathlib import Path

import pytextrank  # noqa: F401 (spaCy finds it by its name)
from keybert import KeyBERT
from keybert.backend import BaseEmbedder
from spacy.language import Language

from models.values import Vectors
from pipeline.concepts import ranked
from pipeline.keyphrases import ASKED, OURS, Marked, Ranker, compare, read, tf_idf
from pipeline.protocols import Embedder
from pipeline.settings import Settings
from pipeline.text import load_language
from pipeline.tools import build_tools

WINDOW = 10  # words that SingleRank joins


class SameEmbedding(BaseEmbedder):  # type: ignore[misc]
    """Our embedder as KeyBERT asks one."""

    def __init__(self, embedder: Embedder) -> None:
        super().__init__()
        self._embedder = embedder

    def embed(self, documents: Sequence[str], verbose: bool = False) -> Vectors:
        return self._embedder.embed(list(documents))


def keybert(embedder: Embedder, longest: int) -> Ranker:
    model = KeyBERT(model=SameEmbedding(embedder))

    def rank(texts: Sequence[str]) -> list[list[str]]:
        asked = {"keyphrase_ngram_range": (1, longest), "stop_words": "english", "top_n": ASKED}
        return [[phrase for phrase, _ in model.extract_keywords(text, **asked)] for text in texts]

    return rank


def single_rank(nlp: Language) -> Ranker:
    nlp.add_pipe("textrank", config={"token_lookback": WINDOW})

    def rank(texts: Sequence[str]) -> list[list[str]]:
        return [[phrase.text for phrase in doc._.phrases[:ASKED]] for doc in nlp.pipe(texts)]

    return rank


def some(texts: Sequence[Marked], most: int) -> list[Marked]:
    """At most so many texts of each benchmark, whichever they are."""
    found = []
    for name in dict.fromkeys(one.benchmark for one in texts):
        mixed = sorted((one for one in texts if one.benchmark == name), key=lambda one: _hash(one.name))
        found += mixed[:most]
    return found


def _hash(name: str) -> str:
    return hashlib.sha256(f"keyphrases {name}".encode()).hexdigest()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("directory", type=Path)
    parser.add_argument("--most", type=int, default=10**6)
    parser.add_argument("--out", type=Path)
    asked = parser.parse_args()
    logging.disable(logging.WARNING)
    settings = Settings()
    tools = build_tools(settings)
    systems: dict[str, Ranker] = {
        OURS: lambda texts: [ranked(doc) for doc in tools.language.pipe(texts)],
        "TF-IDF, 1 word": tf_idf(1),
        "TF-IDF, 1–3 words": tf_idf(3),
        "SingleRank": single_rank(load_language(settings.spacy_model)),
        "KeyBERT, 1 word": keybert(tools.embedder, 1),
        "KeyBERT, 1–3 words": keybert(tools.embedder, 3),
    }
    report = compare(some(read(asked.directory), asked.most), systems)
    print(report.table)
    if asked.out:
        asked.out.write_text(json.dumps(report.document, indent=1), encoding="utf-8")


if __name__ == "__main__":
    main()
