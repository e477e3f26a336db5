"""openai-whisper's weights: where they lie, whether they are whole, and the model made of them."""

import hashlib
import pickle
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from models.errors import Invalid, MissingModel
from pipeline.settings import Settings

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
