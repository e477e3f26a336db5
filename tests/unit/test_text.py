import shutil
import sys
from pathlib import Path

import pytest
import spacy

from models.errors import MissingModel
from models.values import Span, Statement
from pipeline.text import SHIPPED, language_stamp, load_language, quote, words

EXAMPLE = "If the dough springs back, you let it rest."


def install(site: Path, name: str) -> None:
    """Our own pipeline as an installed package `name`, laid out as spaCy's packages are."""
    package = site / name
    shutil.copytree(SHIPPED, package / "data")
    information = site / f"{name}-0.0.1.dist-info"
    information.mkdir()
    (information / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {name}\nVersion: 0.0.1\n")
    (package / "__init__.py").write_text(
        "from pathlib import Path\n"
        "from spacy.util import load_model_from_path\n"
        "def load(**overrides):\n"
        "    nlp = load_model_from_path(Path(__file__).parent / 'data', **overrides)\n"
        f"    nlp.meta['name'] = {name.removeprefix('en_')!r}\n"
        "    return nlp\n"
    )


@pytest.fixture
def site(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.syspath_prepend(tmp_path)
    for name in [name for name in sys.modules if name.startswith("en_core_web")]:
        monkeypatch.delitem(sys.modules, name)
    return tmp_path


def test_auto_takes_the_shipped_pipeline_where_nothing_else_is_installed(site):
    assert language_stamp(load_language("auto")).name == "en_tacit_sm"


def test_auto_takes_an_installed_pipeline_and_it_reads_alike(site):
    install(site, "en_core_web_sm")
    chosen = load_language("auto")
    assert language_stamp(chosen).name == "en_core_web_sm"
    shipped = load_language(str(SHIPPED))
    assert [token.dep_ for token in chosen(EXAMPLE)] == [token.dep_ for token in shipped(EXAMPLE)]
    sys.modules.pop("en_core_web_sm")


def test_auto_prefers_the_larger_of_two_installed_pipelines(site):
    install(site, "en_core_web_sm")
    install(site, "en_core_web_md")
    assert language_stamp(load_language("auto")).name == "en_core_web_md"
    sys.modules.pop("en_core_web_md")


def test_a_path_is_taken_as_it_is(site, tmp_path):
    install(site, "en_core_web_sm")
    copy = shutil.copytree(SHIPPED, tmp_path / "mine")
    assert language_stamp(load_language(str(copy))).name == "en_tacit_sm"


def test_the_stamp_names_stage_and_version():
    stamp = language_stamp(load_language("auto"))
    assert (stamp.stage, stamp.version) == ("mine", "0.0.1")


@pytest.mark.parametrize("name", ["en_core_web_nowhere", "/nowhere/at/all", ""])
def test_a_pipeline_that_is_not_there_is_a_missing_model(name):
    with pytest.raises(MissingModel) as raised:
        load_language(name)
    assert "TACIT_SPACY_MODEL" in raised.value.remedy


def test_a_directory_that_holds_no_pipeline_is_a_missing_model(tmp_path):
    with pytest.raises(MissingModel):
        load_language(str(tmp_path))


def test_a_pipeline_that_cannot_parse_is_a_missing_model(tmp_path):
    spacy.blank("en").to_disk(tmp_path / "blank")
    with pytest.raises(MissingModel, match="lacks tagger, parser, lemmatizer"):
        load_language(str(tmp_path / "blank"))


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("You don't force it.", 4),  # an apostrophe does not part a word
        ("I’d say 78 degrees", 4),  # nor does a curly one; a number is a word
        ("well-known", 2),  # a hyphen parts
        ("… — ?", 0),
        ("", 0),
    ],
)
def test_words_are_counted(text, count):
    assert words(text) == count


def test_a_quote_counts_in_the_transcript():
    statement = Statement(0, 0, 0, 100, 118, "it springs right.", None)
    assert quote(statement, 3, 10) == Span(103, 110, "springs")
