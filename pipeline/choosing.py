"""What the titles that people choose say of the order in which titles are offered.

Every offered title that was not chosen makes a pair with the one that was. The weights that were chosen by reading
give a fixed offset, and a penalty holds what is learnt near them; how hard, cross-validation over cards chooses.
"""

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import astuple, dataclass, fields

import numpy as np
from threadpoolctl import threadpool_limits  # type: ignore[import-untyped]

from models.documents import to_document, to_json
from models.values import ModelStamp
from pipeline.gain import Figures
from pipeline.head import Array
from pipeline.logistic import fitted
from pipeline.merits import WEIGHTS, Features

STRENGTHS = (300.0, 100.0, 30.0, 10.0)  # of the penalty; of equally good ones the first
FOLDS, INNER_FOLDS = 5, 3  # cards held out: to judge, and to choose the strength
LEAST_SLOPE = 0.25  # of the fixed score, in logits: it counts even where the choices do not follow it
SPREAD = 1e-6
NAMES = tuple(each.name for each in fields(Features))


@dataclass(frozen=True, slots=True)
class Offer:
    """The titles of one card in numbers, and which of them a person took."""

    titles: tuple[Features, ...]
    chosen: int


@dataclass(frozen=True, slots=True)
class TitleOrder:
    """Learnt weights of titles."""

    weights: Features
    version: int = 0  # 0: not kept yet

    @property
    def stamp(self) -> ModelStamp:
        """Which version orders titles."""
        named = to_json(to_document(self))
        return ModelStamp("titles", "choices", str(self.version), hashlib.sha256(named.encode()).hexdigest())


@dataclass(frozen=True, slots=True)
class _Pairs:
    """What the chosen title has more than each other one of its card; rows run parallel."""

    more: Array  # (n, features), in units of `spread`
    fixed: Array  # (n,): the same by the fixed weights
    card: Array

    def only(self, cards: Array, *, inside: bool) -> "_Pairs":
        kept = np.isin(self.card, cards) == inside
        return _Pairs(self.more[kept], self.fixed[kept], self.card[kept])


def learn(offers: Sequence[Offer]) -> tuple[TitleOrder, Figures]:
    """The weights that these choices ask for, and how they do on cards that they have not seen.

    Wants at least two cards with more than one title. The same choices give the same weights.
    """
    with threadpool_limits(1):  # sums come out differently when they are split among threads
        pairs, spread = _pairs(offers)
        strength = _best_strength(pairs)
        learnt = np.array(astuple(WEIGHTS)) + _weights(pairs, strength) / spread
        order = TitleOrder(Features(**dict(zip(NAMES, map(float, learnt), strict=True))))
        return order, _figures(pairs, strength)


def _pairs(offers: Sequence[Offer]) -> tuple[_Pairs, Array]:
    """The pairs, and the spread of each feature over all titles."""
    tables = [np.array([astuple(title) for title in offer.titles]) for offer in offers]
    spread = np.vstack(tables).std(axis=0)
    spread = np.where(spread < SPREAD, 1.0, spread)
    more, card = [], []
    for number, (offer, table) in enumerate(zip(offers, tables, strict=True)):
        others = np.delete(table, offer.chosen, axis=0)
        more.append(table[offer.chosen] - others)
        card += [float(number)] * len(others)
    rows = np.vstack(more)
    return _Pairs(rows / spread, rows @ np.array(astuple(WEIGHTS)), np.array(card)), spread


def _weights(pairs: _Pairs, strength: float) -> Array:
    """What is added to the fixed weights, in units of theirs for standardised features."""
    right = np.ones(len(pairs.fixed), np.bool_)
    alone = fitted(pairs.fixed[:, None], right, np.zeros(len(right)), np.ones(1))
    slope = max(LEAST_SLOPE, float(alone[0]))
    penalties = np.full(pairs.more.shape[1], strength)
    return fitted(pairs.more, right, slope * pairs.fixed, penalties) / slope


def _won(pairs: _Pairs, scores: Array) -> tuple[Array, Array]:
    """For each card the pairs in which the chosen title stands first, and how many there are; a tie is half a pair."""
    ahead = (scores > 0) + (scores == 0) / 2
    cards = np.unique(pairs.card)
    won = np.array([ahead[pairs.card == card].sum() for card in cards])
    return won, np.array([(pairs.card == card).sum() for card in cards], np.float64)


def _folds(pairs: _Pairs, count: int) -> Iterator[tuple[_Pairs, _Pairs]]:
    cards = np.unique(pairs.card)
    for fold in range(min(count, len(cards))):
        held = cards[fold::count]
        yield pairs.only(held, inside=False), pairs.only(held, inside=True)


def _best_strength(pairs: _Pairs) -> float:
    """The strength with which most choices on held-out cards are foreseen."""
    won = dict.fromkeys(STRENGTHS, 0.0)
    for seen, held in _folds(pairs, INNER_FOLDS):
        for strength in won:
            won[strength] += _won(held, held.fixed + held.more @ _weights(seen, strength))[0].sum()
    return max(won, key=lambda strength: won[strength])


def _figures(pairs: _Pairs, strength: float) -> Figures:
    """What the fixed and the learnt weights foresee on cards from which neither weights nor strength were learnt."""
    plain, learnt, counts = [], [], []
    for seen, held in _folds(pairs, FOLDS):
        found, count = _won(held, held.fixed + held.more @ _weights(seen, _best_strength(seen)))
        learnt.append(found)
        counts.append(count)
        plain.append(_won(held, held.fixed)[0])
    return Figures.of(
        np.concatenate(plain),
        np.concatenate(learnt),
        np.concatenate(counts),
        examples=len(np.unique(pairs.card)),
        strength=strength,
    )
