"""The speech engine openai-whisper: windows to words, the same ones whatever stands beside a window."""

from collections.abc import Iterator, Mapping, Sequence
from itertools import groupby
from typing import Any

from models.values import SAMPLE_RATE, ModelStamp, Samples
from pipeline import whisper_models
from pipeline.protocols import HeardWord, Progress, Recognised, Segment, silent
from pipeline.settings import Settings

_TEMPERATURES = (0.0, 0.4, 0.8)  # tried in turn while the text repeats itself or is unlikely
_SEED = 20_250_625  # of the tries that draw lots
# Whisper goes on from its last timestamp, and hears the crumb that is left of a window as if it were everything. So it
# stops before the silence at a window's end, and what it hears in so short a rest all the same is left out.
_TAIL_S = 0.1
_CRUMB_S = 0.6
_SEEK_RATE = 100  # of Whisper's "seek", a second


class OpenaiWhisper:
    """A Recogniser on openai-whisper's model."""

    def __init__(self, model: Any, stamp: ModelStamp) -> None:
        self._model = model
        self._stamp = stamp

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
        heard = []
        for number, samples in enumerate(windows, 1):
            said = _hear(self._model, samples, language, vocabulary)
            heard.append(Recognised(said["language"], tuple(map(_segment, said["segments"]))))
            progress(number / len(windows))
        return heard


def load(settings: Settings) -> OpenaiWhisper:
    """The engine with the weights that the settings choose. Raises MissingModel where they are not on this machine."""
    loaded = whisper_models.load(settings)
    return OpenaiWhisper(loaded.model, ModelStamp("transcribe", loaded.name, loaded.version, loaded.sha256))


def _hear(model: Any, samples: Samples, language: str | None, vocabulary: str | None) -> Mapping[str, Any]:
    """Whisper's own answer for one window: "language", and "segments" with "words". The same sound gives the same."""
    import torch  # noqa: PLC0415 (heavy)
    import whisper  # noqa: PLC0415 (heavy)

    end_s = len(samples) / SAMPLE_RATE
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(_SEED)
        said: Mapping[str, Any] = whisper.transcribe(
            model,
            samples,
            language=language,
            temperature=_TEMPERATURES,
            condition_on_previous_text=False,  # a mistake would be repeated for minutes
            no_speech_threshold=None,  # somebody speaks here: what is doubtful is marked, and nothing thrown away
            initial_prompt=(vocabulary or "").replace("<|", "< |").strip() or None,  # no control tokens
            carry_initial_prompt=True,
            clip_timestamps=[0.0, max(0.1, end_s - _TAIL_S)],
            fp16=model.device.type == "cuda",
        )
    segments = [one for one in said["segments"] if one["seek"] == 0 or one["seek"] < (end_s - _CRUMB_S) * _SEEK_RATE]
    _place_words(model, samples, said["language"], segments)
    return {"language": said["language"], "segments": segments}


def _place_words(model: Any, samples: Samples, language: str, said: Sequence[Mapping[str, Any]]) -> None:
    """Give every segment its "words".

    Afterwards, for `word_timestamps=True` goes on from the end of the last word, which lies before that of the speech.
    """
    from whisper.audio import N_FRAMES, N_SAMPLES, log_mel_spectrogram, pad_or_trim  # noqa: PLC0415 (heavy)
    from whisper.timing import add_word_timestamps  # noqa: PLC0415 (heavy)
    from whisper.tokenizer import get_tokenizer  # noqa: PLC0415 (heavy)

    mel = log_mel_spectrogram(samples, model.dims.n_mels, padding=N_SAMPLES)
    tokenizer = get_tokenizer(
        model.is_multilingual, num_languages=model.num_languages, language=language, task="transcribe"
    )
    latest = 0.0
    for seek, run in groupby(said, key=lambda segment: segment["seek"]):
        segments = list(run)
        frames = min(N_FRAMES, mel.shape[-1] - N_FRAMES - seek)
        part = pad_or_trim(mel[:, seek : seek + frames], N_FRAMES).to(model.device)
        add_word_timestamps(
            segments=segments,
            model=model,
            tokenizer=tokenizer,
            mel=part,
            num_frames=frames,
            last_speech_timestamp=latest,
        )
        latest = max([latest, *(word["end"] for segment in segments for word in segment["words"])])


def _segment(said: Mapping[str, Any]) -> Segment:
    return Segment(
        start_s=float(said["start"]),
        end_s=float(said["end"]),
        text=said["text"],
        words=tuple(_words(said)),
        avg_logprob=float(said["avg_logprob"]),
        compression_ratio=float(said["compression_ratio"]),
        no_speech_prob=float(said["no_speech_prob"]),
    )


def _words(said: Mapping[str, Any]) -> Iterator[HeardWord]:
    for word in said["words"]:
        yield HeardWord(word["word"], float(word["start"]), float(word["end"]), float(word["probability"]))
