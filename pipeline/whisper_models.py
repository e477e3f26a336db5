"""Whisper's weights, as openai-whisper names them: where they lie, whether they are whole, the model made of them."""

import hashlib
import pickle
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from models.errors import Invalid, MissingModel, Unavailable
from pipeline.fetching import fetch
from pipeline.settings import Settings

BROKEN = (  # what reading a file that holds no model may raise
    OSError,
    RuntimeError,
    LookupError,
    TypeError,
    ValueError,
    AttributeError,
    EOFError,
    MemoryError,
    pickle.UnpicklingError,
)
_MEGABYTES = {
    "tiny": 76,
    "base": 145,
    "small": 484,
    "medium": 1528,
    "large": 3087,
    "large-v3-turbo": 1618,
}
WITHOUT = "Without weights, give a transcript along with the sound, or import the transcript alone."


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

    @property
    def megabytes(self) -> int:
        """Size of the file, about."""
        size = re.match(r"large-v3-turbo|[a-z]+", self.file_name)
        return _MEGABYTES[size[0]] if size else 0

    @property
    def heads(self) -> bytes:
        """openai-whisper's code for the attention heads that words are placed by."""
        import whisper  # noqa: PLC0415 (heavy)

        code: bytes = whisper._ALIGNMENT_HEADS[self.name]
        return code


@dataclass(frozen=True, slots=True)
class Weights:
    """A .pt file of openai-whisper's."""

    path: Path
    name: str  # as people call the model: its own, or the file's
    sha256: str
    named: Named | None  # what openai-whisper knows it by


@dataclass(frozen=True, slots=True)
class Loaded:
    """A model in memory, and what it was made of."""

    model: Any  # whisper.model.Whisper
    name: str
    version: str  # of openai-whisper
    sha256: str


def all_named() -> list[Named]:
    """Everything that openai-whisper knows by name, once: the smallest first, English-only ones before others."""
    import whisper  # noqa: PLC0415 (heavy)

    found = {url: Named(name, url) for name, url in reversed(whisper._MODELS.items())}
    return list(reversed(found.values()))


def named_weights(name: str) -> Named | None:
    """What openai-whisper calls so; None where it does not."""
    import whisper  # noqa: PLC0415 (heavy)

    url = whisper._MODELS.get(name)
    return None if url is None else Named(name, url)


def named_by(sha256: str) -> Named | None:
    """What openai-whisper knows by this content; None where it does not."""
    return next((named for named in all_named() if named.sha256 == sha256), None)


def weights(settings: Settings) -> Weights:
    """The chosen model's weights; nothing is loaded and nothing downloaded.

    Raises MissingModel where they are not there, or are not what their name promises. Reads the whole file to know.
    """
    named = named_weights(settings.whisper_model)
    path = Path(settings.whisper_model) if named is None else settings.whisper_dir / named.file_name
    if not path.is_file():
        raise _missing(settings, named, path)
    sha256 = sha256_of(path)
    if named is not None and sha256 != named.sha256:
        raise MissingModel(
            f"{path} is not Whisper's “{named.name}”: its SHA-256 is another one than {named.sha256}.",
            remedy=f"Delete it and fetch it again: {_how(settings, named)}",
        )
    return Weights(path, named.name if named else path.name, sha256, named or named_by(sha256))


def weights_at_hand(settings: Settings) -> Weights:
    """The same, downloaded before where that is allowed and needed."""
    named = named_weights(settings.whisper_model)
    if named is not None and settings.allow_download and not (settings.whisper_dir / named.file_name).is_file():
        fetch(named.url, settings.whisper_dir / named.file_name, named.sha256)
    return weights(settings)


def load(settings: Settings) -> Loaded:
    """The chosen model. Raises MissingModel, and Unavailable where there is no such device.

    Only tensors are read from a file: one that holds code is refused.
    """
    import torch  # noqa: PLC0415 (heavy)
    import whisper  # noqa: PLC0415 (heavy)

    device = device_of(settings)
    torch.set_num_threads(settings.threads)
    found = weights_at_hand(settings)
    try:
        model = whisper.load_model(str(found.path), device=device)
    except BROKEN as problem:
        raise unusable(found.path, problem) from problem
    if found.named is not None:
        model.set_alignment_heads(found.named.heads)
    return Loaded(model.eval(), found.name, whisper.__version__, found.sha256)


def described(path: Path) -> str:
    """Which model a .pt file holds. Reads all of it. Raises MissingModel where it cannot be used."""
    import torch  # noqa: PLC0415 (heavy)

    sha256 = sha256_of(path)
    known = named_by(sha256)
    if known is not None:
        return f"Whisper's “{known.name}”, whole"
    meant = next((named for named in all_named() if named.file_name == path.name), None)
    if meant is not None:
        raise MissingModel(
            f"This is not Whisper's “{meant.name}”: expected SHA-256 {meant.sha256}, got {sha256}.",
            remedy=f"Copy it again, or fetch it again: tacit weights fetch {meant.name}.",
        )
    try:
        tensors = torch.load(path, map_location="cpu", weights_only=True)["model_state_dict"]
        count = sum(tensor.numel() for tensor in tensors.values())
    except BROKEN as problem:
        raise unusable(path, problem) from problem
    return f"a Whisper model of somebody's own, {count / 1e6:.0f} million parameters, SHA-256 {sha256}"


def unusable(path: Path, problem: BaseException) -> MissingModel:
    """The error of a file that is no model."""
    return MissingModel(
        f"{path} holds no Whisper model that can be used: {first_line(problem)}",
        remedy=f"Point whisper_model at a .pt file of openai-whisper, or name one of its models. {WITHOUT}",
    )


def device_of(settings: Settings) -> str:
    """Where openai-whisper runs: “cpu” or “cuda”. Raises Unavailable where the settings want what is not there."""
    import torch  # noqa: PLC0415 (heavy)

    return device_for(settings, gpu=torch.cuda.is_available())


def device_for(settings: Settings, *, gpu: bool) -> str:
    """“cpu” or “cuda”, as the settings want it; `gpu` says whether the engine sees one. Raises Unavailable."""
    if settings.device == "cuda" and not gpu:
        raise Unavailable(
            "No CUDA device can be used on this machine.",
            remedy="Set TACIT_DEVICE=auto or cpu; for a GPU, install its driver and a build of torch with CUDA.",
        )
    return "cuda" if gpu and settings.device != "cpu" else "cpu"


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


def _missing(settings: Settings, named: Named | None, path: Path) -> MissingModel:
    if path.is_dir():
        return MissingModel(
            f"{path} is a directory, and openai-whisper reads .pt files.",
            remedy="For a CTranslate2 model, set TACIT_SPEECH_ENGINE=faster-whisper. " + WITHOUT,
        )
    if named is None:
        return MissingModel(
            f"There is no Whisper model at {path}, and openai-whisper has none of that name.",
            remedy=f"Set TACIT_WHISPER_MODEL to a .pt file, or to one of openai-whisper's names. {WITHOUT}",
        )
    return MissingModel(
        f"The weights of Whisper's “{named.name}” are not on this machine: expected {path}.",
        remedy=_how(settings, named),
    )


def _how(settings: Settings, named: Named) -> str:
    return (
        f"Fetch them with “tacit weights fetch {named.name}” (or let tacit do so itself: TACIT_ALLOW_DOWNLOAD=1), or "
        f"copy {named.file_name} from a machine with internet ({named.url}) into {settings.whisper_dir}. {WITHOUT}"
    )


def first_line(problem: BaseException) -> str:
    return (str(problem) or type(problem).__name__).partition("\n")[0][:200]
