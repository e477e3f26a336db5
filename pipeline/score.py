"""How much know-how is in a statement: S, a sum of z-scores within one interview; and what corrects it.

S = nearness to a kind of know-how rather than to mere talk + length of the answer + .3 · likeness to a step
+ .5 · likeness to what scored best in the same interview. The head behind it (`resources/head.npz`) was trained on the
made-up sentences of `resources/seeds.tsv` alone; `python benchmarks/train_head.py` makes it again.
"""

from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import numpy.typing as npt

from models.errors import MissingModel
from models.values import Finding, FindingType, Statement, Vectors
from pipeline.correction import Correction, Signals
from pipeline.head import Array, Head, shipped_head
from pipeline.text import words

STEP_WEIGHT, LIKENESS_WEIGHT = 0.3, 0.5
BEST_SHARE, BEST_LEAST = 0.05, 8  # of the statements, those that the others are likened to
SHORTEST = 3  # words below which a statement says nothing about the interview
SHORTEST_BEST = 4  # words below which it is no example of the interview's know-how
DIGITS = 6
LONG, STEP, LIKE, WORDS = "long answer", "step", "like the best", "words"  # signals
LONG_ANSWER = 0.5  # z-scores from which a reason is worth telling
LIKE_A_STEP = 1.0
NEAR = 0.0  # margin
LEARNT = 0.5  # z-scores that people's verdicts add or take, from which it is told
READABLE = {"perceptual_cue": "perceptual cue", "novice_error": "novice error", "judgement": "judgment"}
TOLD = {
    FindingType.NOVICE_ERROR: "novice error",
    FindingType.WARNING: "warning",
    FindingType.CUE: "cue",
    FindingType.CONDITION: "condition",
    FindingType.EXCEPTION: "exception",
    FindingType.RATIONALE: "rationale",
    FindingType.THRESHOLD: "threshold",
    FindingType.SIMILE: "simile",
    FindingType.ANALOGY: "analogy",
    FindingType.GAP: "gap",
}


def score(
    statements: Sequence[Statement],
    findings: Sequence[Finding],
    vectors: Vectors,
    *,
    head: Head | None = None,
    correction: Correction | None = None,
) -> list[Statement]:
    """The statements of one interview with score, kind and reasons, in the same order.

    `vectors` has a unit vector for each of them, (n, d). Scores can be compared within the interview only. All are 0
    where fewer than two statements have three words. `head` None: the shipped one; `correction` None: S as it is.
    """
    if not statements:
        return []
    head = head or shipped_head()
    seen = signals(statements, findings, vectors, head=head)
    learnt = correction.of(seen) if correction else np.zeros(len(statements))
    total = seen.scores + learnt
    margins, long_z, step_z = seen.values[:, : len(head.kinds)], seen.column(LONG), seen.column(STEP)
    found = _reasons_found(findings)
    return [
        replace(
            statement,
            score=round(float(total[row]), DIGITS) + 0.0,  # no "-0.0"
            kind=head.kinds[int(margins[row].argmax())],
            reasons=(
                *_reasons_of_head(head, margins[row], long_z[row], step_z[row]),
                *found[statement.index],
                *_reasons_learnt(learnt[row]),
            ),
        )
        for row, statement in enumerate(statements)
    ]


def signals(
    statements: Sequence[Statement], findings: Sequence[Finding], vectors: Vectors, *, head: Head | None = None
) -> Signals:
    """What S and the rules see in the statements of one interview, at least one.

    Margins of the kinds, then what else S is made of, the length, and whether there is a finding of each type.
    """
    head = head or shipped_head()
    _check(statements, vectors, head)
    exact = vectors.astype(np.float64)
    said = np.array([words(statement.text) for statement in statements], np.float64)
    margins, long = head.margins(exact), _answer_lengths(statements, said)
    counted = said >= SHORTEST
    if counted.sum() < 2:
        counted = np.zeros_like(counted)
    long_z, step_z = _z(long, counted), _z(exact @ head.step + head.step_bias, counted)
    total = _z(margins.max(axis=1), counted) + long_z + STEP_WEIGHT * step_z
    like_z = _z(_likeness(exact, total, said >= SHORTEST_BEST), counted)
    seen = {(one.statement, one.type) for one in findings}
    flags = np.array([[(one.index, type_) in seen for type_ in TOLD] for one in statements], np.float64)
    return Signals(
        names=(*(f"near {kind}" for kind in head.kinds), LONG, STEP, LIKE, WORDS, *(type_.value for type_ in TOLD)),
        values=np.column_stack([margins, long_z, step_z, like_z, np.log1p(said), flags]),
        vectors=exact,
        scores=total + LIKENESS_WEIGHT * like_z,
    )


def _check(statements: Sequence[Statement], vectors: Vectors, head: Head) -> None:
    wanted = (len(statements), head.prototypes.shape[1])
    if vectors.shape != wanted:
        raise MissingModel(
            f"The statement head wants vectors of shape {wanted}, got {vectors.shape}.",
            remedy="Use the embedding that the head was trained with, or train it: python benchmarks/train_head.py",
        )


def _z(values: Array, counted: npt.NDArray[np.bool_]) -> Array:
    """Standardised by the counted rows; zeros when none counts."""
    if not counted.any():
        return np.zeros_like(values)
    kept = values[counted]
    return np.asarray((values - kept.mean()) / (kept.std() + 1e-9))


def _answer_lengths(statements: Sequence[Statement], said: Array) -> Array:
    """Logarithm of the words in the whole answer that a statement belongs to."""
    length: Counter[int] = Counter()
    for statement, count in zip(statements, said, strict=True):
        length[statement.answer] += int(count)
    return np.log1p(np.array([length[statement.answer] for statement in statements], np.float64))


def _likeness(vectors: Array, total: Array, able: npt.NDArray[np.bool_]) -> Array:
    """How like each statement is to the best ones so far."""
    rows = np.flatnonzero(able)
    if not len(rows):
        return np.zeros(len(total))
    best = rows[np.argsort(-total[rows], kind="stable")][: max(BEST_LEAST, int(BEST_SHARE * len(rows)))]
    return np.asarray(vectors @ vectors[best].mean(axis=0))


def _reasons_of_head(head: Head, margins: Array, long_z: float, step_z: float) -> list[str]:
    reasons = []
    if margins.max() > NEAR:
        kind = head.kinds[int(margins.argmax())]
        reasons.append(f"near to “{READABLE.get(kind, kind)}”")
    if step_z >= LIKE_A_STEP:
        reasons.append("reads like a step")
    if long_z >= LONG_ANSWER:
        reasons.append("long answer")
    return reasons


def _reasons_learnt(learnt: float) -> list[str]:
    if abs(learnt) < LEARNT:
        return []
    return ["like what people here keep" if learnt > 0 else "like what people here reject"]


def _reasons_found(findings: Sequence[Finding]) -> defaultdict[int, list[str]]:
    """What the rules saw in each statement, in the order of TOLD and then of the text, as 'condition: “if …”'."""
    order = {type_: place for place, type_ in enumerate(TOLD)}
    told = sorted((one for one in findings if one.type in TOLD), key=lambda one: (order[one.type], one.start_char))
    reasons: defaultdict[int, list[str]] = defaultdict(list)
    for one in told:
        reasons[one.statement].append(f"{TOLD[one.type]}: “{' '.join(one.text.split())}”")
    return reasons
