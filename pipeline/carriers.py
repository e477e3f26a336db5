"""Which channels of a recording carry one person's microphone each, told from how loud they are beside each other.

In ordinary stereo everybody is on both sides, hardly louder on one. With a microphone a person, who speaks is much
louder on the own channel than on any other, and every such channel is the loudest one for some time.
"""

from itertools import combinations
from typing import TypeAlias

import numpy as np
import numpy.typing as npt

from models.values import Seconds
from pipeline.tracks import HOP, HOP_S, Products

Energies: TypeAlias = npt.NDArray[np.float32]  # (hops, channels), or (hops,) of one of them

_FLOOR = 1e-6  # mean square, -60 dB of full scale: below it nothing sounds
_FAINT = 1e-3  # of the loudest channel's energy: a channel below it in its own loud moments holds nothing
_LOUD_SHARE = 0.95  # of a channel's moments are not louder than its loud ones
_SHORTEST_S: Seconds = 2.0  # that somebody speaks
_SMALLEST_SHARE = 0.01  # of the time, so that a cough on a spare microphone is nobody
_SAME = 0.95  # correlation above which two channels hold the same
_ALIKE = 0.9  # correlation with the loudest other channel in a moment, above which a channel only repeats it
_LOUDER = 4.0  # times the energy, 6 dB: the own microphone
_MUCH_LOUDER = 16.0  # 12 dB: the own microphone, even if the others hear exactly the same
_MOSTLY = 0.6  # share of the moments


def carriers(compared: Products) -> tuple[int, ...]:
    """The channels with a person each, in order, from the products of each two in every hop, (hops, n, n).

    None where fewer than two are such.
    """
    rows = _without_mixes(compared, _distinct(compared, _sounding(compared)))
    if len(rows) < 2:
        return ()
    part = compared[:, rows][:, :, rows]
    energy = _energy(part)
    loud = energy.max(axis=1) > _FLOOR * HOP
    part, energy = part[loud], energy[loud]
    order = np.argsort(-energy, axis=1)
    first, second = order[:, 0], order[:, 1]
    hops = np.arange(len(part))
    ratio = energy[hops, first] / np.maximum(energy[hops, second], 1e-12)
    alike = _alike(part[hops, first, second], energy[hops, first], energy[hops, second])
    own = (ratio >= _MUCH_LOUDER) | ((ratio >= _LOUDER) & ~alike)
    if own.mean() < _MOSTLY:
        return ()
    spoken = np.bincount(first[own], minlength=len(rows))
    enough = spoken >= max(_SHORTEST_S / HOP_S, _SMALLEST_SHARE * len(part))
    return tuple(row for row, is_one in zip(rows, enough, strict=True) if is_one) if enough.sum() > 1 else ()


def _energy(compared: Products) -> Energies:
    energy: Energies = np.diagonal(compared, axis1=1, axis2=2)
    return energy


def _alike(product: Energies, energy: Energies, other: Energies) -> npt.NDArray[np.bool_]:
    alike: npt.NDArray[np.bool_] = np.abs(product) > _ALIKE * np.sqrt(energy * other)
    return alike


def _sounding(compared: Products) -> list[int]:
    """The channels that hold any sound."""
    energy = _energy(compared)
    loud = np.quantile(energy, _LOUD_SHARE, axis=0)
    heard = (energy > _FLOOR * HOP).sum(axis=0) * HOP_S >= _SHORTEST_S
    peak = energy.max(axis=0)
    return [
        row for row in range(energy.shape[1]) if heard[row] and max(loud[row], 0.1 * peak[row]) > _FAINT * loud.max()
    ]


def _distinct(compared: Products, rows: list[int]) -> list[int]:
    """The channels without those that hold the same as an earlier one, turned over or not."""
    total = compared.sum(axis=0, dtype=np.float64)
    copies = {
        later
        for one, later in combinations(rows, 2)
        if abs(total[one, later]) > _SAME * np.sqrt(total[one, one] * total[later, later])
    }
    return [row for row in rows if row not in copies]


def _without_mixes(compared: Products, rows: list[int]) -> list[int]:
    """The channels without those in which nearly always just the loudest of two or more others is heard, as loud.

    The one with most sound is looked at first: a mix holds more than what it is the mix of.
    """
    if len(rows) < 3:
        return rows
    fullest = max(rows, key=lambda row: float(compared[:, row, row].sum()))
    others = [row for row in rows if row != fullest]
    return _without_mixes(compared, others) if _is_mix(compared, fullest, others) else rows


def _is_mix(compared: Products, row: int, others: list[int]) -> bool:
    energy = _energy(compared)
    heard = energy[:, row] > _FLOOR * HOP
    loudest = np.array(others)[energy[heard][:, others].argmax(axis=1)]
    hops, part = np.arange(int(heard.sum())), compared[heard]
    mine, theirs = energy[heard][:, row], energy[heard][hops, loudest]
    as_loud = (theirs < _LOUDER * mine) & (mine < _LOUDER * theirs)
    return bool((_alike(part[hops, row, loudest], mine, theirs) & as_loud).mean() > _MOSTLY)
