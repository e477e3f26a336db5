"""How long noticing takes beside the language pipeline alone: seconds and ratio, the least of several runs.

    python benchmarks/mining_speed.py DIR [--words 100000] [--runs 5]

DIR holds transcripts, whole folders of them too; they are taken in the order of their names until the experts in them
have said so many words. *bare* is the spaCy pipeline over the texts of all statements, *mined* is `steps.mine`: who
tells, statements with the same pipeline, cues, figures of speech, concepts and gaps. The two take turns, so that a
busy machine is unfair to neither. Embedding is no part of it. *Without concepts* takes their seconds off *mined*.
"""

import argparse
import time
from collections.abc import Callable
from itertools import pairwise
from pathlib import Path

from spacy.language import Language

from models.errors import TacitError
from models.values import Transcript
from pipeline import concepts, cues, gaps, metaphors, statements, steps, turns
from pipeline.imports import read_transcript
from pipeline.settings import Settings
from pipeline.text import words
from pipeline.tools import Tools, build_tools

ENDINGS = (".txt", ".md", ".htm", ".vtt", ".srt", ".json")
OTHER_TEXTS = ("README", "precis", "LICENSE")  # that lie beside transcripts
STAGES = ("roles", "statements", "cues", "figures", "concepts", "gaps")


def gathered(folder: Path, wanted: int, nlp: Language) -> tuple[list[Transcript], list[str]]:
    """Transcripts with their roles, and their statements' texts, of `wanted` words or all that there are."""
    transcripts: list[Transcript] = []
    texts: list[str] = []
    said = 0
    for path in sorted(folder.rglob("*")):
        if path.suffix not in ENDINGS or path.name.startswith(OTHER_TEXTS) or said >= wanted:
            continue
        try:
            transcript = turns.with_roles(read_transcript(path.read_bytes(), path.name))
        except TacitError:
            continue
        found = [statement.text for statement in statements.cut(transcript, nlp)[0]]
        transcripts.append(transcript)
        texts += found
        said += sum(words(text) for text in found)
    return transcripts, texts


def seconds(work: Callable[[], object]) -> float:
    """How long it takes, by the processor's clock."""
    started = time.process_time()
    work()
    return time.process_time() - started


def by_stage(transcripts: list[Transcript], nlp: Language) -> dict[str, float]:
    """The seconds of each stage; those of the statements hold the language pipeline."""
    spent = dict.fromkeys(STAGES, 0.0)
    for transcript in transcripts:
        clock = [time.process_time()]
        known = turns.with_roles(transcript)
        clock.append(time.process_time())
        said, docs = statements.cut(known, nlp)
        clock.append(time.process_time())
        noticed = cues.find(said, docs)
        clock.append(time.process_time())
        noticed += metaphors.find(said, docs)
        clock.append(time.process_time())
        named, things = concepts.find(said, docs)
        concepts.defined(things, said, docs, known)
        noticed += named
        clock.append(time.process_time())
        gaps.find(said, docs, noticed)
        clock.append(time.process_time())
        for stage, (started, ended) in zip(STAGES, pairwise(clock), strict=True):
            spent[stage] += ended - started
    return spent


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--words", type=int, default=100_000)
    parser.add_argument("--runs", type=int, default=5)
    asked = parser.parse_args()
    tools: Tools = build_tools(Settings())
    nlp = tools.language
    transcripts, texts = gathered(asked.folder, asked.words, nlp)
    bare: list[float] = []
    mined: list[float] = []
    for _ in range(asked.runs):
        bare.append(seconds(lambda: [len(doc) for doc in nlp.pipe(texts, batch_size=256)]))
        mined.append(seconds(lambda: [steps.mine(transcript, tools) for transcript in transcripts]))
    said = sum(words(text) for text in texts)
    print(f"{len(transcripts)} transcripts, {len(texts)} statements, {said} words, least of {asked.runs} runs")
    spent = min((by_stage(transcripts, nlp) for _ in range(asked.runs)), key=lambda one: sum(one.values()))
    without = min(mined) - spent["concepts"]
    print(f"bare {min(bare):.2f} s, mined {min(mined):.2f} s, ratio {min(mined) / min(bare):.2f}")
    print(f"without concepts {without:.2f} s, ratio {without / min(bare):.2f}")
    print(", ".join(f"{stage} {each:.2f} s" for stage, each in spent.items()))


if __name__ == "__main__":
    main()
