"""The speech engine openai-whisper: windows to words, the same ones whatever stands beside a window.

Windows are encoded and decoded side by side; what repeats itself or is unlikely is decoded again alone. Words are
placed by Whisper's own alignment, which is handed what was encoded already.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from models.values import SAMPLE_RATE, ModelStamp, Samples, Seconds
from pipeline import whisper_models
from pipeline.answers import FRAME_RATE, frames_heard, is_sure, rank, segment, unplaced
from pipeline.greedy import decoded
from pipeline.protocols import Progress, Recognised, Segment, silent
from pipeline.settings import Settings
from pipeline.timestamps import LEAST_S, TAIL_S, Piece, cut
from pipeline.vocabulary import fitting

_EDGE_SAMPLES = 1600  # of silence behind a window, for the spectrogram of its end
_BATCH_BYTES = 600 * 2**20  # of what the decoder keeps of the windows that stand side by side
_SEED = 20_250_625  # of the tries that draw lots


@dataclass(frozen=True, slots=True)
class Decoding:
    """How words are chosen."""

    temperatures: tuple[float, ...] = (0.0, 0.4, 0.8)  # tried in turn while the text repeats itself or is unlikely
    most_tokens: int | None = None  # of one answer; None: what Whisper can say at once


USUAL = Decoding()


@dataclass(slots=True)
class _Hearing:
    """One window, and what was heard of it so far."""

    spectrum: Any  # (mels, frames)
    end: int  # frame at which listening stops
    seek: int = 0  # frame up to which everything was heard
    answers: int = 0
    segments: list[Segment] = field(default_factory=list)

    @property
    def latest_s(self) -> Seconds:
        return max((segment.end_s for segment in self.segments), default=0.0)

    @property
    def is_done(self) -> bool:
        return self.seek >= self.end


class OpenaiWhisper:
    """A Recogniser on openai-whisper's model."""

    def __init__(self, model: Any, stamp: ModelStamp, *, decoding: Decoding = USUAL) -> None:
        self._model = model
        self._stamp = stamp
        self._decoding = decoding

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
        import torch  # noqa: PLC0415 (heavy)

        hearings = [self._hearing(samples) for samples in windows]
        with torch.inference_mode():
            encoded = [self._encoded(one) for one in hearings]
            spoken = language or self._guess(encoded)
            reader = _Reader(self._model, spoken, vocabulary, self._decoding)
            while waiting := [number for number, one in enumerate(hearings) if not one.is_done]:
                for numbers in _slices(waiting, self._side_by_side):
                    reader.go_on([hearings[number] for number in numbers], [encoded[number] for number in numbers])
                    for number in numbers:
                        if not hearings[number].is_done:
                            encoded[number] = self._encoded(hearings[number])
                    progress(sum(min(1.0, one.seek / one.end) for one in hearings) / len(hearings))
        return [Recognised(spoken, tuple(one.segments)) for one in hearings]

    @property
    def _side_by_side(self) -> int:
        """How many windows are decoded at once."""
        dims = self._model.dims
        window_bytes: int = 8 * dims.n_audio_ctx * dims.n_text_state * dims.n_text_layer
        return max(1, _BATCH_BYTES // window_bytes)

    def _hearing(self, samples: Samples) -> _Hearing:
        from whisper.audio import log_mel_spectrogram  # noqa: PLC0415 (heavy)

        spectrum = log_mel_spectrogram(samples, self._model.dims.n_mels, padding=_EDGE_SAMPLES)
        end_s = max(TAIL_S, len(samples) / SAMPLE_RATE - TAIL_S)
        return _Hearing(spectrum, round(end_s * FRAME_RATE))

    def _encoded(self, hearing: _Hearing) -> Any:
        """What the encoder makes of the rest of a window: (positions, states)."""
        from whisper.audio import N_FRAMES, pad_or_trim  # noqa: PLC0415 (heavy)

        rest = pad_or_trim(hearing.spectrum[:, hearing.seek : hearing.end], N_FRAMES).to(self._model.device)
        return self._model.encoder(rest.half()[None] if rest.is_cuda else rest[None])[0]

    def _guess(self, encoded: Sequence[Any]) -> str:
        """The language that is likeliest for all the windows together."""
        import torch  # noqa: PLC0415 (heavy)

        if not self._model.is_multilingual or not encoded:
            return "en"
        found: list[Mapping[str, float]] = self._model.detect_language(torch.stack(list(encoded)))[1]
        return max(found[0], key=lambda language: sum(one[language] for one in found))


def load(settings: Settings) -> OpenaiWhisper:
    """The engine with the weights that the settings choose. Raises MissingModel where they are not on this machine."""
    loaded = whisper_models.load(settings)
    return OpenaiWhisper(loaded.model, ModelStamp("transcribe", loaded.name, loaded.version, loaded.sha256))


class _Reader:
    """Writes down what was encoded, in one language."""

    def __init__(self, model: Any, language: str, vocabulary: str | None, decoding: Decoding) -> None:
        from whisper.decoding import DecodingOptions  # noqa: PLC0415 (heavy)
        from whisper.tokenizer import get_tokenizer  # noqa: PLC0415 (heavy)

        self._model = model
        self._temperatures = decoding.temperatures
        self._tokenizer = get_tokenizer(
            model.is_multilingual, num_languages=model.num_languages, language=language, task="transcribe"
        )
        self._options = DecodingOptions(
            language=language,
            prompt=fitting(vocabulary, self._tokenizer.encode) or None,
            sample_len=decoding.most_tokens,
            fp16=model.device.type == "cuda",
        )

    def go_on(self, hearings: Sequence[_Hearing], encoded: Sequence[Any]) -> None:
        """Write down what is said in the rest of each window, or in the first part of it."""
        import torch  # noqa: PLC0415 (heavy)

        answers = self._decoded(torch.stack(list(encoded)), self._temperatures[0])
        for hearing, features, answer in zip(hearings, encoded, answers, strict=True):
            self._write(hearing, features, self._surer(features, answer))

    def _decoded(self, features: Any, temperature: float) -> list[Any]:
        """Whisper's answers, one for each of (n, positions, states)."""
        return decoded(self._model, features, replace(self._options, temperature=temperature))

    def _surer(self, features: Any, first: Any) -> Any:
        """The answer; where Whisper's own rule doubts it, the first good one of other tries, or the best of all."""
        import torch  # noqa: PLC0415 (heavy)

        tried = [first]
        for temperature in self._temperatures[1:]:
            if is_sure(tried[-1]):
                return tried[-1]
            with torch.random.fork_rng():
                torch.manual_seed(_SEED)
                tried += self._decoded(features[None], temperature)
        if is_sure(tried[-1]):
            return tried[-1]
        return max(tried, key=rank)

    def _write(self, hearing: _Hearing, features: Any, answer: Any) -> None:
        frames = hearing.end - hearing.seek
        found = cut(answer.tokens, self._tokenizer.timestamp_begin, frames / FRAME_RATE, least_s=LEAST_S)
        said = self._placed(hearing, features, found.pieces)
        hearing.segments += [segment(one, self._text(one), answer) for one in said]
        hearing.answers += 1
        hearing.seek += frames_heard(
            found,
            said,
            answer,
            seek=hearing.seek,
            frames=frames,
            breaks_off=self._breaks_off(answer),
            answers=hearing.answers,
        )

    def _breaks_off(self, answer: Any) -> bool:
        """Whether Whisper could have said more, and something sensible."""
        prompt = self._options.prompt
        context = self._model.dims.n_text_ctx
        asked = len(self._tokenizer.sot_sequence) + (len(prompt) + 1 if prompt else 0)
        most = min(self._options.sample_len or context // 2, context + 1 - asked)
        return len(answer.tokens) >= most and is_sure(answer)

    def _placed(self, hearing: _Hearing, features: Any, pieces: Sequence[Piece]) -> list[dict[str, Any]]:
        """The pieces in Whisper's own form, with their words; times count from the start of the window."""
        import torch  # noqa: PLC0415 (heavy)
        from whisper.timing import add_word_timestamps  # noqa: PLC0415 (heavy)

        said = unplaced(pieces, hearing.seek)
        threads = torch.get_num_threads()
        add_word_timestamps(
            segments=said,
            model=_Encoded(self._model),
            tokenizer=self._tokenizer,
            mel=features,
            num_frames=hearing.end - hearing.seek,
            last_speech_timestamp=hearing.latest_s,
        )
        torch.set_num_threads(threads)  # numba, which aligns, would take all there are
        return said

    def _text(self, said: Mapping[str, Any]) -> str:
        text: str = self._tokenizer.decode([token for token in said["tokens"] if token < self._tokenizer.eot])
        return text


class _Encoded:
    """A model that is handed what its encoder made of a sound, in place of the sound."""

    def __init__(self, model: Any) -> None:
        self._model = model

    def __getattr__(self, name: str) -> Any:
        return getattr(self._model, name)

    def __call__(self, features: Any, tokens: Any) -> Any:
        return self._model.decoder(tokens, features)


def _slices(numbers: Sequence[int], size: int) -> Iterator[Sequence[int]]:
    for start in range(0, len(numbers), size):
        yield numbers[start : start + size]
