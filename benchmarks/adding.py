"""What adding one interview costs when 100, 1,000 and 10,000 passages are kept already.

    python benchmarks/adding.py [SIZE …] [--rounds N]

The interview is our samples, cut into passages that hold all of their statements. What is kept lies around it in the
embedding's space, from near to far, seven of ten passages in clusters of about twelve and the others with nobody near,
in a database file as the product has it. Prints for every size the milliseconds of processor time per added passage:
embedding statements and passages, reading what is near, gathering and linking (with the journey to the worker and back
as JSON), and writing; then the whole against that of the smallest corpus. The median of the rounds counts; the sizes
take turns.
"""

import argparse
import json
import tempfile
import time
from collections import defaultdict
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import astuple, dataclass, replace
from pathlib import Path
from statistics import median

import numpy as np
from sqlalchemy import insert
from sqlalchemy.orm import Session

from models.access import ALL_SCOPES, Agreement, Caller, Role
from models.cards import draft_id
from models.db import Database, upgrade
from models.documents import from_document, to_document
from models.drafts import Gathered, NewLink, add_drafts
from models.minings import pack
from models.store import NewRecording, add_recording, find_or_add_expert
from models.tables import Card, ClusterRow, PassageRow
from models.transcripts import add_transcript
from models.values import Draft, Mined, Said, Vectors
from pipeline import steps, wire
from pipeline.settings import Settings
from pipeline.surroundings import Placed, Surroundings, said_in
from pipeline.tools import Tools, build_tools
from pipeline.way import kept_near, settle

SAMPLES = Path(__file__).parents[1] / "data" / "samples"
FILES = ("second-baker.vtt", "second-baker-follow-up.srt", "pump-mechanic.json", "pump-mechanic-2.txt")
SIZES = (100, 1_000, 10_000)
CLUSTER = 12  # passages of a kept cluster
BY = Caller("bench", "bench", Role.ADMIN)


@dataclass(frozen=True, slots=True)
class Interview:
    """One sample as it comes out of drafting."""

    name: str
    mined: Mined
    drafts: tuple[Draft, ...]


class Clock:
    """Seconds of processor time by step: what others do on the machine counts little."""

    def __init__(self) -> None:
        self.seconds: defaultdict[str, float] = defaultdict(float)

    @contextmanager
    def step(self, name: str) -> Iterator[None]:
        began = time.process_time()
        yield
        self.seconds[name] += time.process_time() - began


def interviews(tools: Tools) -> list[Interview]:
    """The samples, mined and drafted."""
    found = []
    for name in FILES:
        transcript = steps.read((SAMPLES / name).read_bytes(), name)
        mined = steps.place(steps.mine(transcript, tools), tools)
        found.append(Interview(name, mined, tuple(steps.drafts(mined, tools, recording_id=name, talk_s=None))))
    return found


def fill(database: Database, size: int, around: Vectors, said: Sequence[Said], texts: Sequence[str]) -> None:
    """Keep `size` passages that lie around those of the samples, from near (cosine .8) to far (.1)."""
    chance = np.random.default_rng(size)
    base = np.arange(size) % len(around)
    clusters = [f"c{number % max(1, size // CLUSTER)}" if number % 10 < 7 else None for number in range(size)]
    farthest = np.where([cluster is None for cluster in clusters], 0.45, 0.8)  # what stands alone has no company
    cosines = chance.uniform(0.1, farthest)[:, None].astype(np.float32)
    noise = chance.normal(size=(size, around.shape[1])).astype(np.float32)
    noise -= (noise * around[base]).sum(axis=1, keepdims=True) * around[base]
    noise /= np.linalg.norm(noise, axis=1, keepdims=True)
    vectors = cosines * around[base] + np.sqrt(1 - cosines**2) * noise
    with database.writing() as session:
        recording = add_recording(session, NewRecording("kept", "0" * 64, "kept.txt"), by=BY)
        session.flush()
        ids = [f"{number:08}" for number in range(size)]
        session.execute(insert(Card), [{"id": one} for one in ids])
        names = sorted({cluster for cluster in clusters if cluster is not None})
        session.execute(insert(ClusterRow), [{"id": one, "label": one} for one in names])
        rows = [
            {
                "id": one,
                "recording_id": recording.id,
                "card_id": one,
                "cluster_id": cluster,
                "text": texts[number],
                "vector": pack(vector),
                "statements": list(said[number].texts),
                "statement_vectors": pack(said[number].vectors),
            }
            for one, cluster, number, vector in zip(ids, clusters, base.tolist(), vectors, strict=True)
        ]
        session.execute(insert(PassageRow), rows)


def add(database: Database, samples: Sequence[Interview], tools: Tools, clock: Clock) -> None:
    """What the stages “embed” and “gather” do, for all samples as one interview."""
    with database.writing() as session:
        ids = [recorded(session, sample) for sample in samples]
    pairs = list(zip(ids, samples, strict=True))
    drafts = [[of_recording(draft, one) for draft in sample.drafts] for one, sample in pairs]
    said = [[said_in(sample.mined, draft.passage) for draft in sample.drafts] for sample in samples]
    with clock.step("embed"):
        tools.embedder.embed([statement.text for sample in samples for statement in sample.mined.statements])
        vectors = [steps.passage_vectors(each, tools) for each in drafts]
    every = [draft for each in drafts for draft in each]
    fresh = Placed(
        tuple(draft_id(draft) for draft in every),
        tuple(draft.passage.text for draft in every),
        (None,) * len(every),
        np.concatenate(vectors),
        tuple(one for each in said for one in each),
    )
    with clock.step("read"), database.reading() as session:
        near = kept_near(session, "", fresh)
    with clock.step("gather"):
        gathered = asked_of_the_worker(fresh, near, tools)
    with clock.step("write"), database.writing() as session:
        links = tuple(NewLink(*astuple(link)) for link in gathered.links)
        for number, (one, mine, placed, told) in enumerate(zip(ids, drafts, vectors, said, strict=True), 1):
            found = Gathered(gathered.homes, gathered.labels, links if number == len(ids) else (), gathered.tags)
            add_drafts(session, one, mine, vectors=placed, said=told, gathered=found)
        settle(session, gathered.homes)


def recorded(session: Session, sample: Interview) -> str:
    """The id of a new recording of the sample, with its transcript."""
    expert = find_or_add_expert(session, sample.name)
    agreed = (Agreement(expert.id, tuple(ALL_SCOPES)),)
    new = NewRecording(sample.name, "1" * 64, "new.txt", experts=(expert.id,), agreements=agreed)
    recording_id = add_recording(session, new, by=BY).id
    add_transcript(session, recording_id, sample.mined.transcript, "bench")
    return recording_id


def asked_of_the_worker(fresh: Placed, near: Surroundings, tools: Tools) -> wire.Gathered:
    """What the worker answers, with the journey there and back."""
    asked = json.loads(json.dumps({"new": wire.pack_placed(fresh), "kept": wire.pack_surroundings(near)}))
    found, links = steps.gather(wire.unpack_placed(asked["new"]), wire.unpack_surroundings(asked["kept"]), tools)
    labels = {cluster.id: cluster.label for cluster in found.clusters}
    tags = {cluster.id: cluster.tags for cluster in found.clusters}
    answer = to_document(wire.Gathered(dict(found.assignments), labels, tags, tuple(links)))
    return from_document(wire.Gathered, json.loads(json.dumps(answer)))


def of_recording(draft: Draft, recording_id: str) -> Draft:
    """The draft as one of that recording."""
    evidence = tuple(replace(one, recording_id=recording_id) for one in draft.content.evidence)
    return replace(draft, content=replace(draft.content, evidence=evidence))


def main() -> None:
    """Read the command line, measure, print a table."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("sizes", type=int, nargs="*", default=list(SIZES))
    parser.add_argument("--rounds", type=int, default=5)
    given = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="tacit-adding-") as folder:
        tools = build_tools(Settings(data_dir=Path(folder), chosen_share=1.0))
        samples = interviews(tools)
        drafts = [draft for sample in samples for draft in sample.drafts]
        said = [said_in(sample.mined, draft.passage) for sample in samples for draft in sample.drafts]
        vectors = steps.passage_vectors(drafts, tools)
        taken: dict[int, list[dict[str, float]]] = defaultdict(list)
        for number in range(given.rounds + 1):  # the first one warms up
            for size in given.sizes:
                database = fresh_database(Path(folder) / f"{size}-{number}.db")
                fill(database, size, vectors, said, [draft.passage.text for draft in drafts])
                clock = Clock()
                add(database, samples, tools, clock)
                database.engine.dispose()
                if number:
                    taken[size].append(dict(clock.seconds))
        print(table(taken, len(drafts)))


def fresh_database(path: Path) -> Database:
    url = f"sqlite:///{path}"
    upgrade(url)
    return Database(url)


def table(taken: dict[int, list[dict[str, float]]], added: int) -> str:
    """A line a size, in milliseconds per added passage."""
    steps_timed = ("embed", "read", "gather", "write")
    lines = [f"| kept | {' | '.join(steps_timed)} | whole | against the first |", "|---" * 7 + "|"]
    first = None
    for size, rounds in taken.items():
        parts = [median(one[step] for one in rounds) * 1000 / added for step in steps_timed]
        whole = median(sum(one.values()) for one in rounds) * 1000 / added
        first = first or whole
        cells = " | ".join(f"{part:.1f}" for part in (*parts, whole))
        lines.append(f"| {size:,} | {cells} | {whole / first:.2f} |")
    return "\n".join(lines)


if __name__ == "__main__":
    main()
