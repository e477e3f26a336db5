"""Who speaks when, from the voices alone: each is a place in the space of voiceprints, and people speak on for a while.

Voiceprints of one second are noisy. So nobody is recognised by one of them: a hidden Markov model whose states are the
speakers explains the whole recording at once (after VBx: Landini et al. 2022, “Bayesian HMM clustering of x-vector
sequences”). It is begun from several clusterings, and the explanation that is most likely is kept. Overlapping speech
goes to one of the two: one microphone does not tell.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from math import inf
from typing import TypeAlias

import numpy as np
import numpy.typing as npt
from threadpoolctl import threadpool_limits  # type: ignore[import-untyped]

from models.values import SAMPLE_RATE, Clip, ModelStamp, Samples, Seconds, Vectors, Voice
from pipeline.speakers import in_order
from pipeline.turn_taking import explained
from pipeline.voiceprints import Heard, VoiceEncoder

Array: TypeAlias = npt.NDArray[np.float64]
Numbers: TypeAlias = npt.NDArray[np.int64]

MOST_ROWS = 2_000  # of which a tree is built; its time and memory grow as their square
FEWEST, FEWEST_SHARE = 6, 0.015  # windows that make a speaker, when a tree is cut

COMPONENTS, USED = 16, 8  # principal components in which noise is measured, and those in which voices differ
AFTER = 4  # windows: from there on two of them share no sound
DEPENDENCE = 0.3  # what a window counts: it shares three quarters of its sound with the next one
CHANGE_IN_SPEECH, CHANGE_IN_SILENCE = 0.06, 0.25  # probability that the next window is somebody else's

BREATH_S = 0.5  # a shorter silence between two stretches of one voice belongs to it
PIECE_S = 0.02
SILENCE = 10 ** (-35 / 20)  # fainter by more than this is nobody's voice
SHORTEST_S = 0.25  # nobody is heard for less in the middle of another's speech
MARGIN_S = 0.05  # more than where words are looked for: faint beginnings and ends
REACH_S = 0.125  # a border is moved so far, to where it is quiet: half of what lies between two windows


class VoiceDiarizer:
    """A Diarizer (see protocols) that compares voiceprints."""

    def __init__(self, encoder: VoiceEncoder) -> None:
        self._encoder = encoder

    @property
    def stamp(self) -> ModelStamp:
        return self._encoder.stamp

    def voices(self, blocks: Iterable[Samples], speech: Sequence[Clip], *, speakers: int) -> list[Voice]:
        """Who is heard when, in order of time, inside of `speech` and its short pauses; empty where nobody speaks.

        At most `speakers` people are told apart, “Speaker 1” is heard first. Holds one block, and less than a kilobyte
        for every quarter of a second of speech; takes about a hundredth of the sound's time.
        """
        meter = _Meter()
        heard = self._encoder.hear(meter.passing(blocks), speech)
        with threadpool_limits(1):  # sums come out differently when they are split among threads
            numbers = told_apart(heard, speech, speakers)
        return joined(_placed(heard, numbers, speech, meter.loudness))


@dataclass(frozen=True, slots=True)
class Loudness:
    """How loud a sound is, every PIECE_S from its start."""

    values: npt.NDArray[np.float32]

    def quietest(self, start_s: Seconds, end_s: Seconds) -> Seconds:
        """The middle of the quietest tenth of a second between the two times, the earliest of several."""
        first, last = round(start_s / PIECE_S), round(end_s / PIECE_S)
        around = self.values[max(0, first - 2) : last + 3]
        if len(around) < 5:
            return (start_s + end_s) / 2
        means = np.convolve(around, np.full(5, 0.2), "valid")
        return (max(0, first - 2) + int(np.argmin(means)) + 2.5) * PIECE_S

    def trimmed(self, clip: Clip) -> Clip:
        """The clip without silence at its ends: what is fainter than its loud pieces by more than SILENCE."""
        first, last = round(clip.start_s / PIECE_S), round(clip.end_s / PIECE_S)
        part = self.values[first:last]
        loud = np.flatnonzero(part >= SILENCE * np.percentile(part, 90)) if len(part) else part
        if not len(loud):
            return clip
        start_s, end_s = (first + int(loud[0])) * PIECE_S, (first + int(loud[-1]) + 1) * PIECE_S
        return Clip(max(clip.start_s, start_s), min(clip.end_s, end_s))


class _Meter:
    """Writes down how loud the blocks are as they pass."""

    def __init__(self) -> None:
        self._values = [np.zeros(0, np.float32)]

    def passing(self, blocks: Iterable[Samples]) -> Iterator[Samples]:
        piece, rest = round(PIECE_S * SAMPLE_RATE), np.zeros(0, np.float32)
        for block in blocks:
            rest = np.concatenate([rest, block])
            whole = len(rest) - len(rest) % piece
            self._values.append(np.sqrt(np.mean(rest[:whole].reshape(-1, piece) ** 2, axis=1)))
            rest = rest[whole:]
            yield block

    @property
    def loudness(self) -> Loudness:
        return Loudness(np.concatenate(self._values))


def _placed(heard: Heard, numbers: Numbers, speech: Sequence[Clip], quiet: Loudness) -> Iterator[Voice]:
    """The clips of speech, each cut where the middles of its windows pass from one speaker to another."""
    middles = [(window.start_s + window.end_s) / 2 for window in heard.windows]
    at = 0
    for whole in speech:
        clip = quiet.trimmed(whole)
        begins_s, first = clip.start_s, at
        while at < len(middles) and (middles[at] < whole.end_s or at == first):
            if at > first and numbers[at] != numbers[at - 1]:
                border_s = _border(middles[at - 1], middles[at], quiet)
                yield Voice(str(numbers[at - 1]), begins_s, border_s)
                begins_s = border_s
            at += 1
        if at > first:
            yield Voice(str(numbers[at - 1]), begins_s, clip.end_s)


def _border(before_s: Seconds, after_s: Seconds, quiet: Loudness) -> Seconds:
    """Where it is quietest, not far from the middle between two windows."""
    middle_s = (before_s + after_s) / 2
    return min(max(quiet.quietest(middle_s - REACH_S, middle_s + REACH_S), before_s), after_s)


def joined(voices: Iterable[Voice]) -> list[Voice]:
    """Voices in order of time, one person's made one across a breath, blips left to their surroundings, and named."""
    found = list[Voice]()
    for voice in _without_blips(list(voices)):
        if found and found[-1].speaker == voice.speaker and voice.start_s - found[-1].end_s <= BREATH_S:
            found[-1] = Voice(voice.speaker, found[-1].start_s, voice.end_s)
        else:
            found.append(voice)
    return in_order(_widened(found))


def _widened(voices: Sequence[Voice]) -> Iterator[Voice]:
    """The voices with MARGIN_S around them, up to the middle of a gap."""
    for number, voice in enumerate(voices):
        before_s = voices[number - 1].end_s if number else 0.0
        after_s = voices[number + 1].start_s if number + 1 < len(voices) else inf
        yield Voice(
            voice.speaker,
            voice.start_s - min(MARGIN_S, (voice.start_s - before_s) / 2),
            voice.end_s + min(MARGIN_S, (after_s - voice.end_s) / 2),
        )


def _without_blips(voices: Sequence[Voice]) -> Iterator[Voice]:
    for number, voice in enumerate(voices):
        around = {other.speaker for other in (*voices[max(0, number - 1) : number], *voices[number + 1 : number + 2])}
        blip = voice.end_s - voice.start_s < SHORTEST_S and len(around) == 1
        yield Voice(around.pop(), voice.start_s, voice.end_s) if blip else voice


def told_apart(heard: Heard, speech: Sequence[Clip], speakers: int) -> Numbers:
    """The speaker's number, 0 … speakers − 1, for every window."""
    count = len(heard.windows)
    if speakers == 1 or count < 2 * speakers:
        return np.zeros(count, np.int64)
    starts = [clip.start_s for clip in speech]
    middles = [(window.start_s + window.end_s) / 2 for window in heard.windows]
    clips = np.searchsorted(starts, middles, side="right") - 1
    places, between = _places(heard.vectors, clips)
    begun = _beginnings(heard.vectors, places, clips, speakers)
    new_clip = np.concatenate([[True], clips[1:] != clips[:-1]])
    changes = np.where(new_clip, CHANGE_IN_SILENCE, CHANGE_IN_SPEECH)
    return explained(places, between, begun, changes, dependence=DEPENDENCE)


def _places(vectors: Vectors, clips: Numbers) -> tuple[Array, Array]:
    """(n, ≤ USED) principal components in which one voice scatters by 1, and how much more all of them do.

    How one voice scatters is told by windows of one clip that share no sound: most clips are one person's.
    """
    mean = vectors.mean(axis=0, dtype=np.float64)
    spread = np.zeros((vectors.shape[1],) * 2)
    for start in range(0, len(vectors), 4096):
        part = vectors[start : start + 4096] - mean
        spread += part.T @ part
    _, axes = np.linalg.eigh(spread)
    size = max(1, min(COMPONENTS, len(vectors) // 4))
    components: Array = (vectors @ axes[:, ::-1][:, :size].astype(np.float32)).astype(np.float64)
    components -= components.mean(axis=0)
    pairs = np.flatnonzero(clips[AFTER:] == clips[:-AFTER])
    apart = components[pairs + AFTER] - components[pairs] if len(pairs) else np.diff(components, axis=0)
    scatter = max(float(np.mean(apart**2)) / 2, 1e-9)
    places = components[:, :USED] / np.sqrt(scatter)
    return places, np.maximum(np.mean(places**2, axis=0) - 1, 1e-3)


def _beginnings(vectors: Vectors, places: Array, clips: Numbers, speakers: int) -> list[Numbers]:
    """Several ways in which the windows may belong to the speakers, found without looking at the order of time."""
    known, first = np.unique(clips, return_inverse=True)
    sums = [np.bincount(first, weights=column) for column in places.T]
    means: Array = np.stack(sums, axis=1) / np.bincount(first)[:, None]
    found = [robust_tree(vectors, speakers)]
    for size in sorted({1, 2, 4, places.shape[1]}):
        found.append(_tree(places[:, :size], speakers))
        if len(known) > speakers:
            found.append(_tree(means[:, :size], speakers)[first])
    return found


def _tree(points: Array, count: int) -> Numbers:
    """Ward's clustering of evenly sampled rows; the others belong to the nearest mean."""
    from scipy.cluster.hierarchy import fcluster, linkage  # noqa: PLC0415

    rows = _sample(len(points))
    cut = fcluster(linkage(points[rows], "ward"), count, "maxclust") - 1
    means = np.stack([points[rows[cut == number]].mean(axis=0) for number in range(cut.max() + 1)])
    return _nearest(points @ means.T - np.sum(means**2, axis=1) / 2)


def robust_tree(vectors: Vectors, count: int) -> Numbers:
    """Average linkage by cosine, cut lower until `count` clusters are no outliers; the rest goes to the nearest one."""
    from scipy.cluster.hierarchy import fcluster, linkage  # noqa: PLC0415

    rows = _sample(len(vectors))
    tree = linkage(vectors[rows].astype(np.float64), "average", metric="cosine")
    fewest = max(FEWEST, FEWEST_SHARE * len(rows))
    for pieces in range(count, len(rows) + 1):
        cut = fcluster(tree, pieces, "maxclust") - 1
        sizes = np.bincount(cut)
        large = np.argsort(-sizes, kind="stable")[:count]
        if len(large) == count and sizes[large[-1]] >= fewest:
            break
    else:
        cut = fcluster(tree, count, "maxclust") - 1
        large = np.unique(cut)
    means = np.stack([vectors[rows[cut == number]].mean(axis=0) for number in large])
    numbers = _nearest(vectors @ _unit(means).T)
    for _ in range(2):
        means = np.stack([vectors[numbers == n].mean(axis=0) if n in numbers else means[n] for n in range(len(means))])
        numbers = _nearest(vectors @ _unit(means).T)
    return numbers


def _sample(count: int) -> Numbers:
    return np.unique(np.linspace(0, count - 1, min(count, MOST_ROWS)).round().astype(np.int64))


def _nearest(closeness: npt.NDArray[np.floating]) -> Numbers:
    found: Numbers = closeness.argmax(axis=1).astype(np.int64)
    return found


def _unit(means: Vectors) -> Vectors:
    found: Vectors = means / np.maximum(np.linalg.norm(means, axis=1, keepdims=True), 1e-9)
    return found
