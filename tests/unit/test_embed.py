"""Sentence embeddings: near means alike, and the same call gives the same bytes."""

import shutil
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from importlib.resources import files
from pathlib import Path

import numpy as np
import pytest
import torch

from models.errors import MissingModel
from pipeline import embed
from pipeline.embed import SentenceEmbedder, load_embedder

DOUGH = "The dough springs back too quickly, so it needs more time."
DOUGH_AGAIN = "If the dough bounces back at once, wait a little longer."
PUMP = "A worn bearing growls before it gets hot."


@pytest.fixture(scope="module")
def shipped() -> Path:
    return Path(str(files(embed.SHIPPED_PACKAGE))) / "model"


def test_texts_that_mean_the_same_lie_nearer_than_others(embedder: SentenceEmbedder) -> None:
    dough, again, pump = embedder.embed([DOUGH, DOUGH_AGAIN, PUMP])
    assert dough @ again > 0.6 > 0.3 > dough @ pump


def test_rows_are_float32_of_unit_length_in_the_order_of_the_texts(embedder: SentenceEmbedder) -> None:
    texts = [DOUGH * 9, "Yes.", PUMP, "", DOUGH]
    together = embedder.embed(texts)
    assert together.shape == (5, 384)
    assert together.dtype == np.float32
    assert np.allclose(np.linalg.norm(together, axis=1), 1, atol=1e-6)
    alone = np.vstack([embedder.embed([text]) for text in texts])
    assert np.abs(together - alone).max() < 1e-6


def test_the_same_call_gives_the_same_bytes(embedder: SentenceEmbedder) -> None:
    texts = [f"{DOUGH} {'Wait. ' * n}" for n in range(40)]
    assert embedder.embed(texts).tobytes() == embedder.embed(texts).tobytes()


def test_another_order_gives_the_same_bytes_to_every_text(embedder: SentenceEmbedder) -> None:
    texts = [f"{DOUGH[: 20 + n % 7]} {n}" for n in range(70)] + [DOUGH, DOUGH]
    assert embedder.embed(texts[::-1])[::-1].tobytes() == embedder.embed(texts).tobytes()


def test_no_texts_give_no_rows(embedder: SentenceEmbedder) -> None:
    assert embedder.embed([]).shape == (0, 384)


def test_half_a_surrogate_does_no_harm(embedder: SentenceEmbedder) -> None:
    assert np.isfinite(embedder.embed(["the dough \ud83d is ready"])).all()


def test_the_stamp_names_the_weights(embedder: SentenceEmbedder) -> None:
    assert embedder.stamp.stage == "embed"
    assert embedder.stamp.name == "all-MiniLM-L6-v2"
    assert embedder.stamp.sha256 == embed.SHIPPED_SHA256


def test_a_model_in_a_directory_gives_the_same_vectors(
    embedder: SentenceEmbedder, shipped: Path, tmp_path: Path
) -> None:
    mine = tmp_path / "mine"
    mine.mkdir()
    for part in shipped.iterdir():
        (mine / part.name).symlink_to(part)
    other = load_embedder(str(mine), threads=2)
    assert other.stamp.name == "mine"
    assert np.allclose(other.embed([DOUGH]), embedder.embed([DOUGH]), atol=1e-6)


def test_a_path_without_a_model_is_a_missing_model(tmp_path: Path) -> None:
    for name in (str(tmp_path), str(tmp_path / "nothing"), "paraphrase-of-nobody"):
        with pytest.raises(MissingModel, match="no sentence-transformers model") as caught:
            load_embedder(name, threads=1)
        assert "TACIT_EMBEDDING_MODEL" in caught.value.remedy


def test_a_broken_directory_is_a_missing_model(shipped: Path, tmp_path: Path) -> None:
    for part in ("modules.json", "config.json"):
        shutil.copy(shipped / part, tmp_path)
    (tmp_path / "model.safetensors").write_bytes(b"no weights")
    with pytest.raises(MissingModel, match="cannot be loaded"):
        load_embedder(str(tmp_path), threads=1)


def test_weights_that_are_not_the_known_ones_are_refused(tmp_path: Path) -> None:
    package = tmp_path / embed.SHIPPED_PACKAGE
    (package / "model").mkdir(parents=True)
    (package / "__init__.py").touch()
    (package / "model" / "modules.json").write_text("[]")
    (package / "model" / "model.safetensors").write_bytes(b"other weights")
    code = "from pipeline.embed import load_embedder; load_embedder('all-MiniLM-L6-v2', 1)"
    ran = subprocess.run(
        [sys.executable, "-c", f"import sys; sys.path.insert(0, {str(tmp_path)!r}); {code}"],
        cwd=Path(embed.__file__).parents[1],
        capture_output=True,
        text=True,
    )
    assert "MissingModel: The weights of all-MiniLM-L6-v2 have the SHA-256" in ran.stderr


def test_loading_and_embedding_print_nothing() -> None:
    code = "from pipeline.embed import load_embedder; load_embedder('all-MiniLM-L6-v2', 1).embed(['x'])"
    ran = subprocess.run(
        [sys.executable, "-c", code], cwd=Path(embed.__file__).parents[1], capture_output=True, text=True
    )
    assert (ran.returncode, ran.stdout, ran.stderr) == (0, "", "")


def test_neither_the_threads_nor_another_caller_at_the_same_time_change_the_bytes(embedder: SentenceEmbedder) -> None:
    texts = [f"{DOUGH} {'Wait. ' * (n % 7)}{n}" for n in range(100)]
    expected = load_embedder("all-MiniLM-L6-v2", threads=1).embed(texts).tobytes()
    before = torch.get_num_threads()
    with ThreadPoolExecutor(3) as pool:
        assert {found.tobytes() for found in pool.map(embedder.embed, [texts] * 3)} == {expected}
    assert torch.get_num_threads() == before
