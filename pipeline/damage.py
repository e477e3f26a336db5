"""Holes in the sound of a file, and how people are told of them."""

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from math import inf, isfinite

from models.values import Seconds

MOST_TOLD = 10
MOST_KEPT = 10_000  # of one track; a file with more is told by its first ones

JUMP_S = 0.05  # timestamps jitter; a step beyond this is a hole (or an overlap)
_POINT_S = 0.1  # a hole shorter than that has no known length: the file does not say how much is missing
_NEAR_S = 1.0  # holes as near as that are told as one


@dataclass(frozen=True, slots=True)
class Hole:
    """A place without sound."""

    start_s: Seconds
    end_s: Seconds  # inf where nothing more comes
    damaged: bool  # else the recording may just have been interrupted


@dataclass(slots=True)
class Trouble:
    """What has gone wrong in a track so far."""

    without_gaps: bool  # whether a file of this kind has no gaps unless it is damaged
    failed: bool = False  # whether something could not be read or decoded since the last frame
    lost_s: Seconds = 0.0  # of what could not be decoded since then
    gave_up: bool = False  # whether nothing more can be read of the file
    holes: list[Hole] = field(default_factory=list)

    def lost(self, seconds: Seconds) -> None:
        """Something of that length could not be decoded."""
        self.failed = True
        self.lost_s += seconds

    def begun(self) -> None:
        """Whatever went wrong before is forgotten."""
        self.failed, self.lost_s = False, 0.0

    def met(self, due_s: Seconds, time_s: Seconds) -> None:
        """Sound goes on at `time_s`, where it ought to at `due_s`."""
        gap = time_s > due_s + JUMP_S
        if (self.failed or gap) and len(self.holes) < MOST_KEPT:
            self.holes.append(Hole(due_s, max(due_s, time_s), self.failed or self.without_gaps))
        self.begun()

    def ended(self, due_s: Seconds) -> None:
        """No more sound came since `due_s`."""
        if self.gave_up:
            self.holes.append(Hole(due_s, inf, damaged=True))
        elif self.lost_s > _POINT_S:
            self.met(due_s, due_s + self.lost_s)


def sentences(holes: Iterable[Hole]) -> tuple[str, ...]:
    """The holes of all tracks as warnings in order of time, few even where there are many."""
    merged = _merged(sorted(holes, key=lambda hole: hole.start_s))
    told = [_sentence(hole) for hole in merged[:MOST_TOLD]]
    rest = merged[MOST_TOLD:]
    if rest:
        missing = sum(hole.end_s - hole.start_s for hole in rest if isfinite(hole.end_s))
        told.append(
            f"So it is at {len(rest)} further places, {missing:.1f} seconds in all; the last is at {_place(rest[-1])}."
        )
    return tuple(told)


def _merged(holes: Iterable[Hole]) -> list[Hole]:
    merged = list[Hole]()
    for hole in holes:
        last = merged[-1] if merged else None
        if last and hole.start_s < last.end_s + _NEAR_S:
            merged[-1] = replace(last, end_s=max(last.end_s, hole.end_s), damaged=last.damaged or hole.damaged)
        else:
            merged.append(hole)
    return merged


def _place(hole: Hole) -> str:
    return f"second {hole.start_s:.1f}"


def _sentence(hole: Hole) -> str:
    if not isfinite(hole.end_s):
        return (
            f"From {_place(hole)} on nothing could be decoded: the file is damaged, or goes on in another form that is "
            "not known here."
        )
    if hole.end_s - hole.start_s < _POINT_S:
        return f"At {_place(hole)} the file is damaged: some sound may be missing there."
    span = f"Between {_place(hole)} and second {hole.end_s:.1f}"
    if hole.damaged:
        return f"{span} nothing could be decoded: the file is damaged there."
    return f"{span} the file holds no sound: the recording was interrupted, or the file is damaged there."
