"""How much a reviewer gets out of a minute: the order of the queue against rank alone and against chance.

    python benchmarks/queue_order.py DIR

DIR holds interviews that people marked (as `tacit evaluate cards DIR` wants them) or transcripts of any kind. All go
into one fresh corpus, in order of their paths. A simulated reviewer then takes card after card in each order, and needs
for each what `models.worth` says. A card is approved if it holds something that people marked; of transcripts that
nobody marked each is. What is reached is counted in

* marks: of what people marked, how much stands on the cards read so far: steps of a task where there are any, which
  count once however often they are told; else marked sentences;
* ground: of all that was drafted, how much is near to a card read so far (mean of the highest cosines, weighted by
  the drafts' ranks).

Printed are the shares reached after a tenth, a quarter and half of the time that reading everything takes, their mean
over all that time, and how long it takes to reckon an approval in.
"""

import argparse
import random
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import fmean
from typing import Any

import numpy as np
from sqlalchemy import select

from models import library, review
from models.access import ALL_SCOPES, Agreement, Caller, Role
from models.approval import missing
from models.blobs import Blobs
from models.contents import content_of
from models.db import Database, upgrade
from models.errors import Invalid, TacitError
from models.minings import unpack
from models.store import NewRecording, add_recording, find_or_add_expert
from models.tables import Card, CardState, PassageRow
from models.transcripts import add_transcript
from models.values import MACHINE, CardContent, Seconds, Transcript, Vectors
from pipeline import imports, turns, worker
from pipeline.evaluate import read_marked
from pipeline.jobs import Desk, Job
from pipeline.measures import Marked, Quote
from pipeline.protocols import silent
from pipeline.remote import Worker
from pipeline.settings import Settings
from pipeline.tools import Tools, build_tools
from pipeline.way import Way

REVIEWER = Caller("reviewer", "Reviewer", Role.ADMIN)
SHARES = (0.1, 0.25, 0.5)
CHANCES = 5  # random orders


@dataclass(frozen=True, slots=True)
class Interview:
    """A transcript, and what people marked in it, if they did."""

    name: str
    transcript: Transcript
    marked: Marked | None = None

    def marks(self, content: CardContent) -> Iterator[str]:
        """What people marked that stands on the card, half of its words at least; steps of a task, if there are any."""
        if self.marked is None:
            return
        said = [self.marked.find(Quote(one.quote, one.start_char)) for one in content.evidence]
        units = self.marked.taken(word for span in said if span for word in span)
        steps = self.marked.groups.get("step") or [frozenset({unit}) for unit in units if self.marked.gold[unit]]
        yield from (f"{self.name}/{sorted(step)}" for step in steps if step & units)


@dataclass(frozen=True, slots=True)
class Offered:
    """A card as the reviewer meets it."""

    id: str
    seconds: Seconds
    rank: float
    first: bool
    marks: frozenset[str]
    vector: Vectors


class Here(Worker):
    """Answers in this process."""

    def __init__(self, tools: Tools) -> None:
        super().__init__(tools.settings)
        self._tools = tools

    def call(self, name: str, arguments: Mapping[str, Any], **told: Any) -> Any:
        return worker.CALLS[name](dict(arguments), self._tools, silent)


def interviews(folder: Path) -> Iterator[Interview]:
    """What the folder holds: marked interviews, or else every transcript that can be read."""
    try:
        found = read_marked(folder)
    except Invalid:
        found = []
    for one in found:
        yield Interview(one.id, turns.with_roles(imports.read_transcript(one.text.encode(), "marked.txt")), one)
    for path in [] if found else sorted(path for path in folder.rglob("*") if path.is_file()):
        try:
            yield Interview(path.name, turns.with_roles(imports.read_transcript(path.read_bytes(), path.name)))
        except TacitError as error:
            print(f"{path.name} is left out: {error.detail}")


class Corpus:
    """All interviews, drafted and gathered as the product does it."""

    def __init__(self, folder: Path, found: Sequence[Interview]) -> None:
        settings = Settings(data_dir=folder)
        upgrade(settings.database_url)
        self.database = Database(settings.database_url)
        way = Way(Desk(self.database, Here(build_tools(settings))), Blobs(settings.blob_dir), settings)
        self.interviews = {self._add(way, interview, number): interview for number, interview in enumerate(found)}
        self.is_marked = any(interview.marked for interview in found)
        self.cards = self._cards()

    def _add(self, way: Way, interview: Interview, number: int) -> str:
        sha256 = f"{number:064}"
        with self.database.writing() as session:
            expert = find_or_add_expert(session, f"Expert of {interview.name}").id
            new = NewRecording(
                title=interview.name,
                sha256=sha256,
                file_name=interview.name,
                transcript_sha256=sha256,
                experts=(expert,),
                agreements=(Agreement(expert, ALL_SCOPES),),
            )
            recording_id = add_recording(session, new, by=REVIEWER).id
            add_transcript(session, recording_id, interview.transcript, MACHINE)
        job = Job(recording_id, 1)
        way.begin(job)
        if way.mine(job):
            way.place(job)
            way.draft(job)
        return recording_id

    def _cards(self) -> dict[str, Offered]:
        found = {}
        with self.database.reading() as session:
            vectors = {row.card_id: unpack(row.vector, 1)[0] for row in session.scalars(select(PassageRow))}
            for card in session.scalars(select(Card).order_by(Card.id)):
                content = content_of(session, card)
                told = self.interviews[content.evidence[0].recording_id]
                marks = frozenset(told.marks(content))
                found[card.id] = Offered(card.id, card.reading_s, card.rank, card.first, marks, vectors[card.id])
        return found

    def queue(self) -> tuple[list[Offered], list[Seconds]]:
        """The cards in the order in which the queue offers them, each decided; and how long every approval took."""
        order: list[Offered] = []
        took: list[Seconds] = []
        while True:
            with self.database.writing() as session:
                offered = library.next_card(session, REVIEWER).card
                if offered is None:
                    return order, took
                card = session.get_one(Card, offered.id)
                useful = bool(self.cards[card.id].marks) or not self.is_marked
                to = CardState.APPROVED if useful and not missing(session, card) else CardState.REJECTED
                began = time.monotonic()
                review.move(session, card, to, by=REVIEWER, seen=None)
                if to == CardState.APPROVED:
                    took.append(time.monotonic() - began)
                order.append(self.cards[card.id])


def marks_of(cards: Sequence[Offered]) -> Callable[[Sequence[Offered]], list[float]]:
    """A measure: the share of the marks that stand on the cards so far, of those that stand on any."""
    every = {mark for card in cards for mark in card.marks}

    def measure(order: Sequence[Offered]) -> list[float]:
        seen: set[str] = set()
        return [len(seen := seen | card.marks) / max(1, len(every)) for card in order]

    return measure


def ground_of(cards: Sequence[Offered]) -> Callable[[Sequence[Offered]], list[float]]:
    """A measure: how near all that was drafted is to the cards so far."""
    every = np.stack([card.vector for card in cards])
    weights = np.array([card.rank for card in cards])

    def measure(order: Sequence[Offered]) -> list[float]:
        near, found = np.zeros(len(every)), []
        for card in order:
            near = np.maximum(near, every @ card.vector)
            found.append(float(weights @ near / weights.sum()))
        return found

    return measure


def reached(order: Sequence[Offered], values: Sequence[float]) -> list[float]:
    """What is reached after each of SHARES of the time, and the mean over all of it."""
    ends = np.cumsum([card.seconds for card in order])
    at = [max((value for value, end in zip(values, ends, strict=True) if end <= share * ends[-1]), default=0.0)
          for share in SHARES]  # fmt: skip
    steps = zip([0.0, *values], [card.seconds for card in order], strict=False)
    return [*at, sum(value * seconds for value, seconds in steps) / float(ends[-1])]


def rows(corpus: Corpus, order: Sequence[Offered]) -> Iterator[tuple[str, Mapping[str, list[float]]]]:
    """Measure by measure what each order reaches."""
    cards = list(corpus.cards.values())
    by_rank = sorted(cards, key=lambda card: (not card.first, -card.rank, card.id))
    chances = [random.Random(seed).sample(cards, len(cards)) for seed in range(CHANCES)]
    measures = {"ground": ground_of(cards)} | ({"marks": marks_of(cards)} if corpus.is_marked else {})
    for name, measure in measures.items():
        drawn = [reached(each, measure(each)) for each in chances]
        yield (
            name,
            {
                "queue": reached(order, measure(order)),
                "rank": reached(by_rank, measure(by_rank)),
                "chance": [fmean(each) for each in zip(*drawn, strict=True)],
            },
        )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path, metavar="DIR")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as data:
        corpus = Corpus(Path(data), list(interviews(arguments.folder)))
        order, took = corpus.queue()
        minutes = sum(card.seconds for card in order) / 60
        print(f"{len(corpus.interviews)} interviews, {len(order)} cards, {minutes:.0f} min to read them all")
        heads = [*(f"after {share:.0%}" for share in SHARES), "mean", "mean / rank’s"]
        print(f"\n| measure | order | {' | '.join(heads)} |\n{'|---' * (len(heads) + 2)}|")
        for name, found in rows(corpus, order):
            for system, figures in found.items():
                cells = [*(f"{figure:.3f}" for figure in figures), f"{figures[-1] / max(1e-9, found['rank'][-1]):.2f}"]
                print(f"| {name} | {system} | {' | '.join(cells)} |")
        if took:
            print(f"\nan approval: {1000 * fmean(took):.0f} ms on average, {1000 * max(took):.0f} ms at most")


if __name__ == "__main__":
    main()
