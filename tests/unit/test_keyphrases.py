from types import SimpleNamespace

import pytest

from models.errors import Invalid
from pipeline import keyphrases

TEXT = (
    "The relief valve opens when the pump runs hot. A worn seal lets the relief valve leak. Check "
    "the worn seal and the relief valve before you start the pump."
)


@pytest.fixture
def folder(tmp_path):
    for name, keys in (("one", "Relief Valves\nworn seal\npump\n"), ("two", "relief valve\n"), ("three", "")):
        for place, text in (("docsutf8", TEXT), ("keys", keys)):
            (tmp_path / "talk" / place).mkdir(parents=True, exist_ok=True)
            ending = "txt" if place == "docsutf8" else "key"
            (tmp_path / "talk" / place / f"{name}.{ending}").write_text(text, encoding="utf-8")
    return tmp_path


@pytest.mark.parametrize(
    ("phrases", "keys", "wanted"),
    [
        # two of ten, of three: 2·2 / (10 + 3)
        (["relief valves", "the moon", "Worn-Seal"], {"relief valve", "worn seal", "pump"}, 4 / 13),
        # the same twice counts once
        (["valve", "valves", "Valve"], {"valve"}, 2 / 11),
        # what comes after the first ten does not count
        ([*"abcdefghij", "valve"], {"valve"}, 0.0),
        ([], {"valve"}, 0.0),
    ],
)
def test_the_figure_is_f1_of_the_first_ten(phrases, keys, wanted):
    assert keyphrases.f_at(phrases, frozenset(keys)) == pytest.approx(wanted)


@pytest.mark.parametrize(
    ("phrase", "wanted"),
    [
        ("Relief-Valves", "relief valve"),
        ("batteries", "battery"),
        ("gases", "gase"),  # a stem, no word: the same for both sides
        ("glass", "glass"),
        ("!", ""),
    ],
)
def test_phrases_are_compared_without_case_marks_and_plural(phrase, wanted):
    assert keyphrases.stem(phrase) == wanted


def test_ours_stands_beside_tf_idf_in_one_table(folder, language):
    seen = []
    report = keyphrases.concepts(folder, SimpleNamespace(language=language), seen.append)
    rows = {row["system"]: row for row in report.document["rows"]}
    assert list(rows) == ["tacit", "TF-IDF, 1 word", "TF-IDF, 1–3 words"]
    assert all(row["texts"] == 2 for row in rows.values())  # the third has no keys
    assert rows["tacit"]["all"] == pytest.approx((6 / 13 + 2 / 11) / 2)  # it finds every one of them
    assert rows["TF-IDF, 1 word"]["all"] == pytest.approx((2 / 13) / 2)  # "pump" alone is one word
    assert report.table.count("\n") == 4
    assert seen[-1] == 1


def test_tf_idf_prefers_what_is_in_this_text_only():
    first, _ = keyphrases.tf_idf(1)(["the valve valve pump", "the pump pump gauge"])
    assert first == ["valve", "pump"]


def test_a_folder_without_a_benchmark_is_refused(tmp_path):
    with pytest.raises(Invalid, match="No benchmark") as caught:
        keyphrases.read(tmp_path)
    assert "docsutf8" in caught.value.remedy
