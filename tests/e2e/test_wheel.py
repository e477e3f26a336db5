"""The wheel holds everything that the installed product needs."""

import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

pytestmark = [pytest.mark.browser, pytest.mark.timeout(600)]

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("wheel")
    command = [sys.executable, "-m", "pip", "wheel", "--quiet", "--no-deps", "--wheel-dir", str(folder), str(ROOT)]
    subprocess.run(command, check=True)
    [built] = folder.glob("*.whl")
    return built


def test_models_templates_migrations_and_samples_are_inside(wheel: Path) -> None:
    names = set(zipfile.ZipFile(wheel).namelist())
    for wanted in (
        "pipeline/resources/en_tacit_sm/meta.json",
        "pipeline/resources/head.npz",
        "pipeline/resources/samples/samples.toml",
        "pipeline/resources/samples/weights/demo-en.pt",
        "models/migrations/env.py",
        "api/templates/card.html",
        "api/static/tacit.css",
    ):
        assert wanted in names


def test_the_installed_product_makes_cards_away_from_the_checkout(wheel: Path, tmp_path: Path) -> None:
    site = tmp_path / "site"
    install = [sys.executable, "-m", "pip", "install", "--quiet", "--no-deps", "--target", str(site), str(wheel)]
    subprocess.run(install, check=True)
    talk = tmp_path / "talk.txt"
    talk.write_text(
        "Ivo: How do you know that the glaze is dry?\n"
        "Mara: I tap the pot, and when it rings like a small bell it is dry. If it sounds dull, wait until the "
        "morning, because damp glaze crawls in the fire.\n",
        encoding="utf-8",
    )
    code = f"import sys; sys.path.insert(0, {str(site)!r}); from api.cli import main; main()"
    command = [sys.executable, "-P", "-c", code, "--data-dir", str(tmp_path / "data"), "cards", str(talk)]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert "rings like a small bell" in done.stdout
