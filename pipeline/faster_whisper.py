"""faster-whisper: CTranslate2's way of running Whisper, several windows at once. An extra of tacit's.

It decodes greedily, and by beams where that gave something unlikely or repeated. Nothing is drawn by lot: CTranslate2
seeds its draws once a thread, so that what a window gives would hang on what was heard before it.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from importlib.util import find_spec
from pathlib import Path
from typing import Any, TypeAlias

import numpy as np
import numpy.typing as npt

from models.errors import Invalid, MissingModel, Unavailable
from models.values import SAMPLE_RATE, ModelStamp, Samples, Seconds
from pipeline import converted, whisper_models
from pipeline.answers import FRAME_RATE, frames_heard, is_sure, rank, segment, unplaced
from pipeline.protocols import Progress, Recognised, Segment, silent
from pipeline.settings import Settings
from pipeline.timestamps import LEAST_S, TAIL_S, Piece, cut
from pipeline.vocabulary import fitting

_BATCH = 8  # windows decoded together; the encoder's answer to one takes 2 to 8 MB
RETRIES: tuple[Mapping[str, int], ...] = ({"beam_size": 5}, {"beam_size": 5, "no_repeat_ngram_size": 4})
_OPENING, _CLOSING = "\"'“¿([{-", "\"'.。,，!！?？:：”)]}、"  # punctuation that belongs to the next, the last word
_WANTED = {"cpu": ("int8", "float32"), "cuda": ("float16", "int8", "float32")}  # ways to compute, the best one first

_AGAIN = "Delete it: what tacit has made, it makes again of the .pt file. What came from elsewhere, copy again."

_Encoded: TypeAlias = npt.NDArray[Any]  # (n, 1500, d): what the decoder hears
_Mel: TypeAlias = npt.NDArray[np.float32]  # (mels, frames)


@dataclass(frozen=True, slots=True)
class _Said:
    """One way to put a window, or the rest of one, into tokens."""

    tokens: Sequence[int]
    text: str
    avg_logprob: float
    compression_ratio: float
    no_speech_prob: float


@dataclass(slots=True)
class _Window:
    """One window, and what was heard of it so far."""

    mel: _Mel  # without its tail
    seek: int = 0  # frame up to which everything was heard
    answers: int = 0
    segments: list[Segment] = field(default_factory=list)
    latest_s: Seconds = 0.0  # where the last word ended

    @property
    def rest(self) -> _Mel:
        return self.mel[:, self.seek :]

    @property
    def is_heard(self) -> bool:
        return bool(self.seek >= self.mel.shape[1])


class FasterWhisper:
    """A Recogniser. The same window gives the same words, whatever stands beside it."""

    def __init__(
        self,
        model: Any,
        stamp: ModelStamp,
        *,
        max_tokens: int = 224,
        retries: Sequence[Mapping[str, int]] = RETRIES,
    ) -> None:
        """`model` is a faster_whisper.WhisperModel that writes at most `max_tokens` a window (Whisper's own limit).

        `retries` are the ways to decode again what is unlikely or repeats itself, as CTranslate2 names them.
        """
        self._model = model
        self._stamp = stamp
        self._max_tokens = max_tokens
        self._retries = retries

    @property
    def stamp(self) -> ModelStamp:
        return self._stamp

    def hear(
        self,
        windows: Sequence[Samples],
        *,
        language: str | None,
        vocabulary: str | None,
        progress: Progress = silent,
    ) -> list[Recognised]:
        """One answer a window, in order; none for no windows.

        `language` None: one is guessed from the first windows, for all. A model that knows English only hears English,
        whatever `language` says. Raises Invalid for a language that the model has never met.
        """
        spoken = self._known(language)
        started = [_Window(self._mel(samples)) for samples in windows]
        done = 0
        while waiting := [window for window in started if not window.is_heard]:
            together = waiting[:_BATCH]
            encoded = self._encode([window.rest for window in together])
            spoken = spoken or self._guess(encoded)
            self._hear_on(together, encoded, self._tokenizer(spoken), vocabulary)
            done += sum(window.is_heard for window in together)
            progress(done / len(started))
        return [Recognised(spoken or "en", tuple(window.segments)) for window in started]

    def _mel(self, samples: Samples) -> _Mel:
        """The spectrogram without the tail; at least as long as that."""
        filled = np.pad(samples, (0, max(0, round(TAIL_S * SAMPLE_RATE) - len(samples))))
        end_s = max(TAIL_S, len(samples) / SAMPLE_RATE - TAIL_S)
        mel: _Mel = self._model.feature_extractor(filled)[:, : round(end_s * FRAME_RATE)]
        return mel

    def _known(self, language: str | None) -> str | None:
        if not self._model.model.is_multilingual:
            return "en"
        if language is not None and self._model.hf_tokenizer.token_to_id(f"<|{language}|>") is None:
            raise Invalid(
                f"The model {self._stamp.name} knows no language “{language}”.",
                remedy="Name another language or model, or “auto” to let the model guess.",
            )
        return language

    def _hear_on(self, windows: Sequence[_Window], encoded: _Encoded, tokenizer: Any, vocabulary: str | None) -> None:
        """Hear what is left of each, up to its last timestamp."""
        hint = fitting(vocabulary, tokenizer.encode)
        prompt = [*([tokenizer.sot_prev, *hint] if hint else []), *tokenizer.sot_sequence]
        answers = self._generate(encoded, prompt, tokenizer, {"beam_size": 1})
        for number, (window, said) in enumerate(zip(windows, answers, strict=True)):
            alone = encoded[number : number + 1]
            if not is_sure(said):
                said = _surest(said, (self._generate(alone, prompt, tokenizer, how)[0] for how in self._retries))
            self._take(window, said, alone, tokenizer)

    def _encode(self, parts: Sequence[_Mel]) -> _Encoded:
        from faster_whisper.audio import pad_or_trim  # noqa: PLC0415 (an extra)

        stacked = np.ascontiguousarray(np.stack([pad_or_trim(part) for part in parts]))
        encoded: _Encoded = np.array(self._model.model.encode(_storage(stacked), to_cpu=True))
        return encoded

    def _guess(self, encoded: _Encoded) -> str:
        """The language that these windows are most likely in, taken together."""
        likely: dict[str, float] = {}
        for guesses in self._model.model.detect_language(_storage(encoded)):
            for name, probability in guesses:
                likely[name] = likely.get(name, 0.0) + probability
        return max(likely, key=lambda name: likely[name]).strip("<|>")

    def _tokenizer(self, language: str | None) -> Any:
        from faster_whisper.tokenizer import Tokenizer  # noqa: PLC0415 (an extra)

        model = self._model
        return Tokenizer(model.hf_tokenizer, model.model.is_multilingual, task="transcribe", language=language)

    def _generate(
        self, encoded: _Encoded, prompt: Sequence[int], tokenizer: Any, how: Mapping[str, int]
    ) -> list[_Said]:
        from faster_whisper.transcribe import get_compression_ratio, get_suppressed_tokens  # noqa: PLC0415 (an extra)

        results = self._model.model.generate(
            _storage(encoded),
            [list(prompt)] * len(encoded),
            max_length=2 * self._max_tokens,  # CTranslate2 writes half of it
            return_scores=True,
            return_no_speech_prob=True,
            suppress_tokens=list(get_suppressed_tokens(tokenizer, [-1])),
            sampling_temperature=0,
            **how,
        )
        found = []
        for result in results:
            tokens = result.sequences_ids[0]
            text = tokenizer.decode(tokens).strip()
            likely = result.scores[0] * len(tokens) / (len(tokens) + 1)  # as openai-whisper counts: with the end
            ratio = get_compression_ratio(text) if text else 0.0
            found.append(_Said(tokens, text, float(likely), float(ratio), float(result.no_speech_prob)))
        return found

    def _take(self, window: _Window, said: _Said, encoded: _Encoded, tokenizer: Any) -> None:
        """Put what was said into segments with words, and go on to where it ends."""
        frames = window.rest.shape[1]
        found = cut(said.tokens, tokenizer.timestamp_begin, frames / FRAME_RATE, least_s=LEAST_S)
        placed = self._placed(window, found.pieces, encoded, tokenizer)
        window.segments += [segment(one, tokenizer.decode(one["tokens"]), said) for one in placed]
        window.answers += 1
        window.seek += frames_heard(
            found,
            placed,
            said,
            seek=window.seek,
            frames=frames,
            breaks_off=self._breaks_off(said),
            answers=window.answers,
        )

    def _breaks_off(self, said: _Said) -> bool:
        """Whether Whisper could have said more, and something sensible."""
        return len(said.tokens) >= self._max_tokens and is_sure(said)

    def _placed(
        self, window: _Window, pieces: Sequence[Piece], encoded: _Encoded, tokenizer: Any
    ) -> list[dict[str, Any]]:
        """The pieces in faster-whisper's own form, with their words; times count from the start of the window."""
        said = unplaced(pieces, window.seek)
        if said:
            frames = window.rest.shape[1]
            window.latest_s = self._model.add_word_timestamps(
                [said], tokenizer, _storage(encoded), frames, _OPENING, _CLOSING, window.latest_s
            )
        return said


@dataclass(frozen=True, slots=True)
class _Model:
    """A CTranslate2 directory."""

    path: Path
    name: str
    sha256: str  # of the weights that it was made of, or of its own


def found(settings: Settings) -> Path:
    """The directory or the .pt file that `load` would use; nothing is loaded, downloaded or converted.

    Raises MissingModel where there is none that can be used, or the extra is not installed.
    """
    _installed()
    path = Path(settings.whisper_model)
    ready = path if path.is_dir() else _ready(settings)
    if ready is None:
        return whisper_models.weights(settings).path
    problem = converted.problem_of(ready)
    if problem is not None:
        raise MissingModel(
            f"{ready} is no whole CTranslate2 model: {problem}.",
            remedy=_AGAIN,
        )
    return ready


def device_of(settings: Settings) -> str:
    """“cpu” or “cuda”. Raises MissingModel without the extra, Unavailable where the settings want what is not there."""
    _installed()
    import ctranslate2  # noqa: PLC0415 (an extra)

    return whisper_models.device_for(settings, gpu=ctranslate2.get_cuda_device_count() > 0)


def load(settings: Settings) -> FasterWhisper:
    """The engine with the model that the settings choose, converted before where that is needed; never from the network
    but for openai-whisper's weights, where that is allowed.

    Raises MissingModel where the model or the extra is not on this machine, Unavailable where the device is not.
    """
    _installed()
    import ctranslate2  # noqa: PLC0415 (an extra)
    from faster_whisper import WhisperModel, __version__  # noqa: PLC0415 (an extra)

    chosen = _model(settings)
    device = device_of(settings)
    able = ctranslate2.get_supported_compute_types(device)
    how = next(way for way in _WANTED[device] if way in able)
    try:
        model = WhisperModel(
            str(chosen.path), device=device, compute_type=how, cpu_threads=settings.threads, local_files_only=True
        )
        if device == "cuda":
            _try_out(model)
    except whisper_models.BROKEN as problem:
        raise _unusable(chosen.path, device, problem) from problem
    return FasterWhisper(
        model, ModelStamp("transcribe", chosen.name, f"faster-whisper {__version__} {how}", chosen.sha256)
    )


def _installed() -> None:
    if find_spec("faster_whisper") is None:
        raise MissingModel(
            "The speech engine faster-whisper is not installed.",
            remedy="Install it with: pip install 'tacit[fast]'. Or set TACIT_SPEECH_ENGINE=openai-whisper.",
        )


def _ready(settings: Settings) -> Path | None:
    """The converted form of named weights, which need not be there themselves any more."""
    named = whisper_models.named_weights(settings.whisper_model)
    path = converted.directory_of(settings.whisper_dir, named.sha256) if named else None
    return path if path is not None and path.is_dir() else None


def _model(settings: Settings) -> _Model:
    path = Path(settings.whisper_model)
    if path.is_dir():
        return _Model(found(settings), path.name, whisper_models.sha256_of(path / converted.MODEL))
    named = whisper_models.named_weights(settings.whisper_model)
    ready = _ready(settings)
    if ready is not None and named is not None:
        return _Model(ready, named.name, named.sha256)
    weights = whisper_models.weights_at_hand(settings)
    return _Model(converted.made(settings.whisper_dir, weights), weights.name, weights.sha256)


def _try_out(model: Any) -> None:
    """Hear a silence: what a GPU lacks is found out when it is first used."""
    model.encode(np.zeros((model.feature_extractor.mel_filters.shape[0], 3000), np.float32))


def _unusable(path: Path, device: str, problem: BaseException) -> Unavailable:
    told = whisper_models.first_line(problem)
    if device == "cuda":
        return Unavailable(
            f"faster-whisper cannot use the GPU: {told}",
            remedy="Install cuBLAS and cuDNN for CUDA 12 (pip install nvidia-cublas-cu12 nvidia-cudnn-cu12), "
            "or set TACIT_DEVICE=cpu.",
        )
    return MissingModel(
        f"{path} holds no CTranslate2 model that can be used: {told}",
        remedy=_AGAIN,
    )


def _surest(first: _Said, others: Iterator[_Said]) -> _Said:
    """The first of them that can be trusted, or else the best; no more of the others are made than needed."""
    tried = [first]
    for said in others:
        if is_sure(said):
            return said
        tried.append(said)
    return max(tried, key=rank)


def _storage(values: npt.NDArray[Any]) -> Any:
    import ctranslate2  # noqa: PLC0415 (an extra)

    return ctranslate2.StorageView.from_array(np.ascontiguousarray(values))
