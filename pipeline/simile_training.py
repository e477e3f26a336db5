"""Trains the ranker of similes on labelled sentences and people's verdicts, and says what that changes.

Deterministic: the same sentences and the same models give the same weights. Takes seconds.
"""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from spacy.language import Language

from models.errors import Invalid
from models.values import Finding, ModelStamp, Statement
from pipeline.metaphors import find
from pipeline.protocols import Embedder
from pipeline.simile_labels import Figure, Labelled
from pipeline.simile_ranker import STAGE, Array, Ranker, one_of, vehicle_phrase

FOLDS = 5
STRETCH = 3.0  # of the unit vectors, which is the same as a weaker penalty
PENALTY = 1.0
BORDERLINE_WEIGHT, VERDICT_WEIGHT = 0.5, 3.0  # of a sentence; a label of our own weighs 1
LEAST = 10  # examples of each side below which nothing is learnt

Flags = npt.NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Example:
    """A likeness that the miner found in a labelled sentence, or a figure that it overlooked."""

    sentence: Labelled
    likeness: Finding | None  # None: overlooked

    @property
    def weight(self) -> float:
        if self.sentence.expression:
            return VERDICT_WEIGHT
        return BORDERLINE_WEIGHT if self.sentence.label is Figure.BORDERLINE else 1.0


@dataclass(frozen=True, slots=True)
class Gain:
    """Cross-validated average precision on the same sentences, what is overlooked counted as never shown."""

    sentences: int
    figures: int
    found: float  # share of the figures that the miner found
    rules: float  # in the order of the rules alone
    labels: float  # of a ranker that learnt from the labels alone
    verdicts: float  # and from the verdicts as well


@dataclass(frozen=True, slots=True)
class Trained:
    """The ranker, and what it gains over less: on all sentences, and on those of the verdicts where there are any."""

    ranker: Ranker
    everything: Gain
    judged: Gain | None


def train(labelled: Sequence[Labelled], *, language: Language, embedder: Embedder) -> Trained:
    """The ranker of these sentences. Raises Invalid where too few of a side have a likeness in them."""
    examples = examples_of(labelled, language)
    known = [one for one in examples if one.likeness is not None]
    sides = [_is_figure(one) for one in known]
    if min(sides.count(True), sides.count(False)) < LEAST:
        raise Invalid(
            f"expected {LEAST} figures of speech and {LEAST} other likenesses, got {sides.count(True)} and "
            f"{sides.count(False)}",
            remedy="Add labelled sentences, or leave --labels away to take the shipped ones as well.",
        )
    forms = tuple(sorted({one.likeness.rule for one in known if one.likeness is not None}))
    features = _features(known, forms, embedder)
    weights, bias = _fit(features, known)
    held = _held_out(known, features)
    judged = [one for one in examples if one.sentence.expression]
    ranker = Ranker(
        embedding=embedder.stamp.sha256 or "",
        vehicle=weights[1 + len(forms) :] * STRETCH,
        rules=float(weights[0]),
        forms=forms,
        form=weights[1 : 1 + len(forms)],
        bias=bias,
        stamp=ModelStamp(STAGE, "trained", "0"),
    )
    return Trained(ranker, _gain(examples, known, held), _gain(judged, known, held) if judged else None)


def examples_of(labelled: Sequence[Labelled], language: Language) -> list[Example]:
    """Every labelled sentence with the likeness in it; those without a figure and without a likeness are left out."""
    docs = language.pipe([one.text for one in labelled])
    found = []
    for one, doc in zip(labelled, docs, strict=True):
        likenesses = find([Statement(0, 0, 0, 0, len(one.text), one.text, None)], [doc])
        place = one.source or one.expression
        if place is not None:
            likenesses = [
                each for each in likenesses if each.start_char < place.end_char and each.end_char > place.start_char
            ]
        if likenesses:
            found.append(Example(one, max(likenesses, key=lambda each: each.score)))
        elif one.label is not Figure.LITERAL:
            found.append(Example(one, None))
    return found


def average_precision(scores: Sequence[float], wanted: Sequence[bool]) -> float:
    """Mean precision at each wanted one, best score first; of two alike the earlier one. 0 where nothing is wanted."""
    hits, total = 0, 0.0
    for place, row in enumerate(sorted(range(len(scores)), key=lambda row: -scores[row]), 1):
        if wanted[row]:
            hits += 1
            total += hits / place
    return total / hits if hits else 0.0


def _is_figure(example: Example) -> bool:
    return example.sentence.label is not Figure.LITERAL


def _features(known: Sequence[Example], forms: Sequence[str], embedder: Embedder) -> Array:
    """(n, 1 + forms + d): the rules' score, the form, and the stretched vector of the vehicle."""
    likenesses = [one.likeness for one in known if one.likeness is not None]
    vectors = embedder.embed([vehicle_phrase(one) for one in likenesses]).astype(np.float64)
    return np.column_stack([[one.score for one in likenesses], one_of(forms, likenesses), vectors * STRETCH])


def _fit(features: Array, known: Sequence[Example]) -> tuple[Array, float]:
    from sklearn.linear_model import LogisticRegression  # noqa: PLC0415 (slow to load)

    model = LogisticRegression(C=PENALTY, max_iter=2000)
    model.fit(features, [_is_figure(one) for one in known], sample_weight=[one.weight for one in known])
    return np.asarray(model.coef_[0], np.float64), float(model.intercept_[0])


def _held_out(known: Sequence[Example], features: Array) -> dict[int, tuple[float, float]]:
    """Number of an example among `known` → its scores by rankers that did not see its sentence: labels, and all."""
    folds = np.array([int(hashlib.sha256(one.sentence.text.encode()).hexdigest(), 16) % FOLDS for one in known])
    is_label = np.array([one.sentence.expression is None for one in known])
    found: dict[int, tuple[float, float]] = {}
    for fold in range(FOLDS):
        held = np.flatnonzero(folds == fold)
        alone, both = (_scores(features, known, kept, held) for kept in ((folds != fold) & is_label, folds != fold))
        found |= {int(row): (alone[place], both[place]) for place, row in enumerate(held)}
    return found


def _scores(features: Array, known: Sequence[Example], kept: Flags, held: npt.NDArray[np.intp]) -> list[float]:
    """Scores of the held rows by what the kept ones teach; 0 where they are all of one side."""
    rows = [int(row) for row in np.flatnonzero(kept)]
    if len({_is_figure(known[row]) for row in rows}) < 2:
        return [0.0] * len(held)
    weights, bias = _fit(features[rows], [known[row] for row in rows])
    return [float(one) for one in features[held] @ weights + bias]


def _gain(examples: Sequence[Example], known: Sequence[Example], held: dict[int, tuple[float, float]]) -> Gain:
    wanted = [_is_figure(one) for one in examples]
    place = {id(one): row for row, one in enumerate(known)}
    scores = [held[place[id(one)]] if one.likeness else (-np.inf, -np.inf) for one in examples]
    rules = [one.likeness.score if one.likeness else -np.inf for one in examples]
    figures = [one for one in examples if _is_figure(one)]
    return Gain(
        sentences=len(examples),
        figures=len(figures),
        found=sum(one.likeness is not None for one in figures) / max(1, len(figures)),
        rules=average_precision(rules, wanted),
        labels=average_precision([one for one, _ in scores], wanted),
        verdicts=average_precision([one for _, one in scores], wanted),
    )
