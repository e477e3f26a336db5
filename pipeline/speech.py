"""Where somebody speaks: Silero's voice detector, run over a sound of any length, and windows cut from its answer."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from importlib.util import find_spec
from itertools import pairwise
from math import ceil, inf
from pathlib import Path

import numpy as np
import numpy.typing as npt
import onnxruntime

from models.errors import MissingModel
from models.values import SAMPLE_RATE, Clip, Samples, Seconds

FRAME = 512  # samples that the detector judges at once, 32 ms
_FRAME_S = FRAME / SAMPLE_RATE
_CONTEXT = 64  # samples of the frame before, which it wants to hear again
_HYSTERESIS = 0.15  # speech goes on until its probability falls this far below the threshold
_MIN_SILENCE_S = 0.3  # shorter ones lie within a sentence
_MIN_SPEECH_S = 0.25
_PAD_S = 0.1  # first and last consonants are often missed

WINDOW_S = 28.0  # Whisper hears 30 s at once, and wants some room
_SHORTEST_WINDOW_S = 14.0  # looked for from here on, the longest silence before WINDOW_S is the best cut
_LONG_SILENCE_S = 2.0  # no window reaches across: Whisper invents words in silence
LEVEL_S = 0.1


class SileroCutter:
    """Finds speech with silero-vad 6. The same sound gives the same clips, however it comes in blocks."""

    def __init__(self, *, threshold: float = 0.5) -> None:
        self.threshold = threshold
        self._session = _load_silero()

    def speech(self, samples: Samples) -> list[Clip]:
        """Stretches of speech in order of time, in seconds from the first sample; empty where nobody speaks."""
        return self.speech_in([samples])

    def speech_in(self, blocks: Iterable[Samples]) -> list[Clip]:
        """The same for a sound that comes in blocks: holds one of them, and one number for 32 ms of sound."""
        probabilities = np.fromiter(self._probabilities(blocks), np.float32)
        return _clips(probabilities, self.threshold)

    def _probabilities(self, blocks: Iterable[Samples]) -> Iterator[float]:
        state = np.zeros((2, 1, 128), np.float32)
        context = np.zeros(_CONTEXT, np.float32)
        rate = np.array(SAMPLE_RATE, np.int64)
        for frame in _framed(blocks):
            heard = np.concatenate([context, frame])[None]
            probability, state = self._session.run(None, {"input": heard, "state": state, "sr": rate})
            context = frame[-_CONTEXT:]
            yield float(probability[0, 0])


def _load_silero() -> onnxruntime.InferenceSession:
    """Its weights, out of its wheel. They run without the package itself, whose import changes torch's threads."""
    package = find_spec("silero_vad")
    if package is None or package.origin is None:
        raise MissingModel("silero-vad is not installed: nobody can tell where somebody speaks.")
    options = onnxruntime.SessionOptions()
    options.inter_op_num_threads = options.intra_op_num_threads = 1
    path = Path(package.origin).parent / "data" / "silero_vad.onnx"
    return onnxruntime.InferenceSession(str(path), options, providers=["CPUExecutionProvider"])


def _framed(blocks: Iterable[Samples]) -> Iterator[Samples]:
    """The sound in frames of FRAME samples; the last one is filled up with silence."""
    rest = np.zeros(0, np.float32)
    for block in blocks:
        joined = np.concatenate([rest, block])
        whole = len(joined) - len(joined) % FRAME
        yield from joined[:whole].reshape(-1, FRAME)
        rest = joined[whole:]
    if len(rest):
        yield np.pad(rest, (0, FRAME - len(rest)))


def _clips(probabilities: npt.NDArray[np.float32], threshold: float) -> list[Clip]:
    """Speech with room around it, up to the middle of a short silence."""
    spoken = list(_spoken(probabilities, threshold))
    ends = [0.0, *(end for _, end in spoken), inf]
    starts = [0.0, *(start for start, _ in spoken), inf]
    return [
        Clip(
            max(0.0, start - min(_PAD_S, (start - ends[number]) / 2)),
            min(end + min(_PAD_S, (starts[number + 2] - end) / 2), len(probabilities) * _FRAME_S),
        )
        for number, (start, end) in enumerate(spoken)
    ]


def _spoken(probabilities: npt.NDArray[np.float32], threshold: float) -> Iterator[tuple[Seconds, Seconds]]:
    """(start, end) of what was judged to be speech, without short bursts."""
    start: int | None = None
    silent: int | None = None  # since which frame
    for frame, probability in enumerate((*probabilities.tolist(), *[0.0] * ceil(_MIN_SILENCE_S / _FRAME_S))):
        if probability >= threshold:
            start, silent = frame if start is None else start, None
        elif start is not None and probability < threshold - _HYSTERESIS:
            silent = frame if silent is None else silent
            if (frame + 1 - silent) * _FRAME_S >= _MIN_SILENCE_S:
                if (silent - start) * _FRAME_S >= _MIN_SPEECH_S:
                    yield start * _FRAME_S, silent * _FRAME_S
                start = silent = None


@dataclass(frozen=True, slots=True)
class Levels:
    """How loud a sound is, every 100 ms from its start."""

    values: npt.NDArray[np.float32]

    def quietest(self, start_s: Seconds, end_s: Seconds) -> Seconds:
        """The middle of the quietest 100 ms between the two times, the earliest of several."""
        first = round(start_s / LEVEL_S)
        part = self.values[first : max(first + 1, round(end_s / LEVEL_S))]
        return (first + int(np.argmin(part)) + 0.5) * LEVEL_S if len(part) else (start_s + end_s) / 2


def levels(samples: Samples) -> npt.NDArray[np.float32]:
    """Root mean square of every 100 ms; the last one may be of less."""
    step = round(LEVEL_S * SAMPLE_RATE)
    filled = np.pad(samples, (0, -len(samples) % step)).reshape(-1, step)
    return np.sqrt(np.mean(filled**2, axis=1, dtype=np.float32))


def windows(speech: Sequence[Clip], loud: Levels) -> list[Clip]:
    """What to hand to Whisper: all the speech, in order, in windows of at most WINDOW_S.

    Cut in silence wherever there is one in reach: in the longest between _SHORTEST_WINDOW_S and WINDOW_S, and in every
    long one. Where somebody speaks without a pause, cut at the quietest place.
    """
    pieces = [piece for clip in speech for piece in _short_enough(clip, loud)]
    found = list[Clip]()
    while pieces:
        count = _taken(pieces)
        found.append(Clip(pieces[0].start_s, pieces[count - 1].end_s))
        pieces = pieces[count:]
    return found


def _short_enough(clip: Clip, loud: Levels) -> Iterator[Clip]:
    start = clip.start_s
    while clip.end_s - start > WINDOW_S:
        cut = loud.quietest(start + _SHORTEST_WINDOW_S, start + WINDOW_S - LEVEL_S)
        yield Clip(start, cut)
        start = cut
    yield Clip(start, clip.end_s)


def _taken(pieces: Sequence[Clip]) -> int:
    """How many of the first pieces make one window."""
    gaps = [following.start_s - piece.end_s for piece, following in pairwise(pieces)]
    fitting = 1
    while fitting < len(pieces) and gaps[fitting - 1] < _LONG_SILENCE_S:
        if pieces[fitting].end_s - pieces[0].start_s > WINDOW_S:
            late = [n for n in range(1, fitting + 1) if pieces[n - 1].end_s - pieces[0].start_s >= _SHORTEST_WINDOW_S]
            return max(late, key=lambda n: gaps[n - 1], default=fitting)
        fitting += 1
    return fitting
