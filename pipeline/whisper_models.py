"""openai-whisper: its weights (where they lie, whether they are whole), the model made of them, and what it hears."""

import hashlib
import pickle
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path
from typing import Any

from models.errors import Invalid, MissingModel
from models.values import SAMPLE_RATE, Samples
from pipeline.settings import Settings

_TEMPERATURES = (0.0, 0.4, 0.8)  # tried in turn while the text repeats itself or is unlikely
_SEED = 20_250_625  # of the tries that draw lots
# Whisper goes on from its last timestamp, and hears the crumb that is left of a window as if it were everything. So it
# stops before the silence at a window's end, and what it hears in so short a rest all the same is left out.
_TAIL_S = 0.1
_CRUMB_S = 0.6
_SEEK_RATE = 100  # of Whisper's "seek", a second
_BROKEN = (OSError, RuntimeError, LookupError, TypeError, ValueError, AttributeError, EOFError, MemoryError)
_WITHOUT = "Without weights, give a transcript along with the sound, or import the transcript alone."


@dataclass(frozen=True, slots=True)
class Named:
    """Weights that openai-whisper knows by name."""

    name: str
    url: str

    @property
    def file_name(self) -> str:
        return self.url.rpartition("/")[2]

    @property
    def sha256(self) -> str:
        return self.url.split("/")[-2]


@dataclass(frozen=True, slots=True)
class Loaded:
    """A model in memory, and what it was made of."""

    model: Any  # whisper.model.Whisper
    name: str
    version: str  # of openai-whisper
    sha256: str


def weights(settings: Settings) -> Path:
    """The file with the chosen model's weights; nothing is loaded and nothing downloaded.

    Raises MissingModel where it is not there, or is not the file that its name promises. Reads the whole file to know.
    """
    named = _named(settings.whisper_model)
    path = Path(settings.whisper_model) if named is None else settings.whisper_dir / named.file_name
    if not path.is_file():
        raise _missing(settings, named, path)
    if named is not None and sha256_of(path) != named.sha256:
        raise MissingModel(
            f"{path} is not Whisper's “{named.name}”: its SHA-256 is another one than {named.sha256}.",
            remedy=f"Delete it and fetch it again: {_how(settings, named)}",
        )
    return path


def load(settings: Settings) -> Loaded:
    """The chosen model, downloaded before where that is allowed and needed. Raises MissingModel.

    Only tensors are read from a file: one that holds code is refused.
    """
    import torch  # noqa: PLC0415 (heavy)
    import whisper  # noqa: PLC0415 (heavy)

    torch.set_num_threads(settings.threads)
    named = _named(settings.whisper_model)
    if named is not None and settings.allow_download and not (settings.whisper_dir / named.file_name).is_file():
        _download(settings, named)
    path = weights(settings)
    try:
        # by name for its alignment heads; the file is whole, so this downloads nothing
        model = whisper.load_model(named.name if named else str(path), download_root=str(settings.whisper_dir))
    except (*_BROKEN, pickle.UnpicklingError) as problem:
        raise MissingModel(
            f"{path} holds no Whisper model that can be used: {_first_line(problem)}",
            remedy="Point whisper_model at a .pt file of openai-whisper, or name one of its models. " + _WITHOUT,
        ) from problem
    name = named.name if named else path.name
    return Loaded(model.eval(), name, whisper.__version__, named.sha256 if named else sha256_of(path))


def hear(model: Any, samples: Samples, language: str | None, vocabulary: str | None) -> Mapping[str, Any]:
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


def language_code(language: str | None) -> str | None:
    """Whisper's code for a language tag or an English name ("en-GB", "German"); None for None and "auto".

    Raises Invalid for a language that Whisper does not know.
    """
    from whisper.tokenizer import LANGUAGES, TO_LANGUAGE_CODE  # noqa: PLC0415 (heavy)

    if language is None or language.lower() == "auto":
        return None
    name = re.split("[-_]", language.strip().lower())[0]
    code: str = TO_LANGUAGE_CODE.get(name, name)
    if code not in LANGUAGES:
        raise Invalid(
            f"Whisper knows no language “{language}”.",
            remedy="Name one by its code, as “en” or “de”, or “auto” to let Whisper guess.",
        )
    return code


def sha256_of(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _named(name: str) -> Named | None:
    import whisper  # noqa: PLC0415 (heavy)

    url = whisper._MODELS.get(name)
    return None if url is None else Named(name, url)


def _download(settings: Settings, named: Named) -> None:
    import whisper  # noqa: PLC0415 (heavy)

    try:
        whisper._download(named.url, str(settings.whisper_dir), in_memory=False)
    except (OSError, RuntimeError) as problem:
        (settings.whisper_dir / named.file_name).unlink(missing_ok=True)
        raise MissingModel(
            f"Whisper's “{named.name}” could not be downloaded: {_first_line(problem)}", remedy=_how(settings, named)
        ) from problem


def _missing(settings: Settings, named: Named | None, path: Path) -> MissingModel:
    if named is None:
        return MissingModel(
            f"There is no Whisper model at {path}, and openai-whisper has none of that name.",
            remedy=f"Set TACIT_WHISPER_MODEL to a .pt file, or to one of openai-whisper's names. {_WITHOUT}",
        )
    return MissingModel(
        f"The weights of Whisper's “{named.name}” are not on this machine: expected {path}.",
        remedy=_how(settings, named),
    )


def _how(settings: Settings, named: Named) -> str:
    return (
        f"Let tacit fetch them (TACIT_ALLOW_DOWNLOAD=1), or copy {named.file_name} from a machine with internet "
        f"({named.url}) into {settings.whisper_dir}. {_WITHOUT}"
    )


def _first_line(problem: BaseException) -> str:
    return (str(problem) or type(problem).__name__).partition("\n")[0][:200]
