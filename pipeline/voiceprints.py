"""What a voice sounds like, as 256 numbers: the d-vector network of Resemblyzer 0.1.4, for a sound of any length.

Wan et al. 2018, “Generalized End-to-End Loss for Speaker Verification”, trained and published by Resemble AI under
Apache-2.0. Only the weights are taken, out of the installed wheel and by their checksum; the package is not imported,
since it wants a compiler's work and a setuptools of the past.
"""

import hashlib
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from importlib.util import find_spec
from itertools import chain
from math import log
from pathlib import Path
from typing import Any, TypeAlias

import numpy as np
import numpy.typing as npt

from models.errors import MissingModel
from models.values import SAMPLE_RATE, Clip, ModelStamp, Samples, Vectors

PACKAGE, VERSION, WEIGHTS = "resemblyzer", "0.1.4", "pretrained.pt"
SHA256 = "39373b86598fa3da9fcddee6142382efe09777e8d37dc9c0561f41f0070f134e"
REMEDY = "Install its weights: pip install --no-deps resemblyzer==0.1.4 (they lie in the wheel, 17 MB)."

BANDS = 40
FRAME, HOP = 400, 160  # samples: 25 ms every 10 ms
FRAMES_A_SECOND = SAMPLE_RATE // HOP
WINDOW_S, STEP_S = 1.0, 0.25  # a vector hears so much, every so often
_WINDOW = round(WINDOW_S * FRAMES_A_SECOND)
_STEP = round(STEP_S * FRAMES_A_SECOND)
_SHORTEST = 40  # frames; a shorter clip is heard with what lies around it
_UNITS, _LAYERS, _SIZE = 256, 3, 256
_BATCH = 64  # windows at once, always in the same company: the last bits of a sum depend on it
_LOUDNESS = 10 ** (-30 / 10)  # mean square: the network was trained at −30 dB below full scale
_FAINTEST = 1e-10  # nothing is made louder than from −100 dB

Bands: TypeAlias = npt.NDArray[np.float32]  # (frames, BANDS) of power, and its mean square in a last column


@dataclass(frozen=True, slots=True)
class Heard:
    """Vectors of windows in order of time. `vectors` has a row for every window."""

    windows: tuple[Clip, ...]
    vectors: Vectors


class VoiceEncoder:
    """Places voices in a space where near means alike. The same sound gives the same, however it comes in blocks."""

    def __init__(self, network: Any) -> None:
        self._network = network

    @property
    def stamp(self) -> ModelStamp:
        return ModelStamp("diarize", PACKAGE, VERSION, SHA256)

    def hear(self, blocks: Iterable[Samples], speech: Sequence[Clip]) -> Heard:
        """A unit vector for every window of WINDOW_S inside the clips of speech, every STEP_S; none for no clips.

        `blocks` is the whole sound. Holds one block, and half a kilobyte for every window.
        """
        windows, rows = list[Clip](), list[npt.NDArray[np.float16]]()
        for batch in _batches(_cut(_bands(blocks), speech)):
            windows += [window for window, _ in batch]
            rows.append(self._network.vectors(np.stack([_level(bands) for _, bands in batch])).astype(np.float16))
        return Heard(tuple(windows), np.concatenate([*rows, np.zeros((0, _SIZE), np.float16)]).astype(np.float32))


class _Network:
    """LSTM 40 → 256, three layers; the last state through a linear layer and a ReLU, on the unit sphere."""

    def __init__(self, state: dict[str, Any]) -> None:
        import torch  # noqa: PLC0415

        self._torch = torch
        self._lstm = torch.nn.LSTM(BANDS, _UNITS, _LAYERS, batch_first=True)
        self._linear = torch.nn.Linear(_UNITS, _SIZE)
        self._lstm.load_state_dict(_part(state, "lstm."))
        self._linear.load_state_dict(_part(state, "linear."))

    def vectors(self, bands: npt.NDArray[np.float32]) -> Vectors:
        """(n, frames, BANDS) → (n, 256)."""
        with self._torch.inference_mode(), self._one_thread():
            _, (states, _) = self._lstm(self._torch.from_numpy(bands))
            raw = self._torch.relu(self._linear(states[-1])).numpy()
        found: Vectors = raw / np.maximum(np.linalg.norm(raw, axis=1, keepdims=True), 1e-6)
        return found

    @contextmanager
    def _one_thread(self) -> Iterator[None]:
        """Sums come out differently when they are split among threads."""
        threads = self._torch.get_num_threads()
        self._torch.set_num_threads(1)
        try:
            yield
        finally:
            self._torch.set_num_threads(threads)


def _part(state: dict[str, Any], name: str) -> dict[str, Any]:
    return {key.removeprefix(name): value for key, value in state.items() if key.startswith(name)}


def load_encoder() -> VoiceEncoder:
    """The encoder with its published weights. Raises MissingModel where they are not there, or are not the same."""
    import torch  # noqa: PLC0415

    package = find_spec(PACKAGE)
    path = Path(package.origin).with_name(WEIGHTS) if package and package.origin else None
    if path is None or not path.is_file():
        raise MissingModel("The weights that tell voices apart (Resemblyzer 0.1.4) are not installed.", remedy=REMEDY)
    found = hashlib.sha256(path.read_bytes()).hexdigest()
    if found != SHA256:
        raise MissingModel(f"{path} is not the file that Resemblyzer 0.1.4 came with: SHA-256 {found}.", remedy=REMEDY)
    return VoiceEncoder(_Network(torch.load(path, map_location="cpu", weights_only=True)["model_state"]))


def _windows(speech: Iterable[Clip]) -> Iterator[tuple[int, int]]:
    """(first, behind the last) frame of every window: the last of a clip ends with it."""
    for clip in speech:
        first, end = round(clip.start_s * FRAMES_A_SECOND), round(clip.end_s * FRAMES_A_SECOND)
        lacking = max(0, _SHORTEST - (end - first))
        first, end = max(0, first - lacking // 2), end + lacking - lacking // 2
        last = max(first, end - _WINDOW)
        for start in (*range(first, last, _STEP), last):
            yield start, min(end, start + _WINDOW)


def _cut(bands: Iterable[Bands], speech: Iterable[Clip]) -> Iterator[tuple[Clip, Bands]]:
    """Every window with its frames, fewer where the sound ends within it, and none behind that; holds few frames."""
    held, begins, coming = np.zeros((0, BANDS + 1), np.float32), 0, iter(bands)
    for first, end in _windows(speech):
        while begins + len(held) < end and (more := next(coming, None)) is not None:
            held = np.concatenate([held, more])
            passed = min(len(held), max(0, first - begins))
            held, begins = held[passed:], begins + passed
        found = held[max(0, first - begins) : max(0, end - begins)]
        if len(found):
            yield Clip(first / FRAMES_A_SECOND, (first + len(found)) / FRAMES_A_SECOND), found


def _batches(windows: Iterable[tuple[Clip, Bands]]) -> Iterator[list[tuple[Clip, Bands]]]:
    """Windows that follow each other and are equally long, at most _BATCH of them."""
    batch: list[tuple[Clip, Bands]] = []
    for window, bands in windows:
        if batch and (len(batch) == _BATCH or len(batch[0][1]) != len(bands)):
            yield batch
            batch = []
        batch.append((window, bands))
    if batch:
        yield batch


def _level(bands: Bands) -> npt.NDArray[np.float32]:
    """The power of a window as it would be if the window were as loud as what the network was trained on."""
    levelled: npt.NDArray[np.float32] = bands[:, :BANDS] * (_LOUDNESS / max(float(bands[:, BANDS].mean()), _FAINTEST))
    return levelled


def _bands(blocks: Iterable[Samples]) -> Iterator[Bands]:
    """Power in BANDS mel bands every HOP, and the mean square of its FRAME samples; around the sound is silence."""
    shape, bank = np.hanning(FRAME + 1)[:-1].astype(np.float32), mel_bank()
    for framed in _framed(blocks):
        power = np.abs(np.fft.rfft(framed * shape, axis=1)).astype(np.float32) ** 2
        yield np.concatenate([power @ bank.T, np.mean(framed**2, axis=1, keepdims=True)], axis=1)


def _framed(blocks: Iterable[Samples]) -> Iterator[npt.NDArray[np.float32]]:
    """(frames, FRAME) of sound, the middle of the first frame at its first sample; a block gives one array or none."""
    rest = np.zeros(FRAME // 2, np.float32)
    for block in chain(blocks, [np.zeros(FRAME // 2, np.float32)]):
        joined = np.concatenate([rest, block])
        count = (len(joined) - FRAME) // HOP + 1
        if count > 0:
            yield np.lib.stride_tricks.sliding_window_view(joined, FRAME)[: count * HOP : HOP]
        rest = joined[max(0, count) * HOP :]


@cache
def mel_bank() -> npt.NDArray[np.float32]:
    """(BANDS, FRAME // 2 + 1): triangles between neighbours on Slaney's mel scale from 0 to 8 kHz, each of area 1.

    The scale is linear below 1 kHz (3 mels are 200 Hz) and logarithmic above (27 mels are a factor of 6.4): Slaney
    1998, “Auditory Toolbox”.
    """
    edges = _hertz(np.linspace(0.0, _mels(SAMPLE_RATE / 2), BANDS + 2))
    bins = np.linspace(0.0, SAMPLE_RATE / 2, FRAME // 2 + 1)
    low, middle, high = edges[:-2, None], edges[1:-1, None], edges[2:, None]
    triangles = np.maximum(0.0, np.minimum((bins - low) / (middle - low), (high - bins) / (high - middle)))
    return (triangles * 2 / (high - low)).astype(np.float32)


def _mels(hertz: float) -> float:
    return 3 * hertz / 200 if hertz < 1000 else 15 + 27 * log(hertz / 1000) / log(6.4)


def _hertz(mels: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    return np.where(mels < 15, 200 * mels / 3, 1000 * np.exp((mels - 15) * log(6.4) / 27))
