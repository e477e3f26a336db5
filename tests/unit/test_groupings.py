"""Our groups against those of people: what is read, and how agreement is measured."""

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from models.errors import Invalid
from pipeline.cluster import PassageClusterer
from pipeline.embed import SentenceEmbedder
from pipeline.groupings import ADDED, OURS, PLAIN, Grouped, added, batches, measure, read_grouped, systems, table
from pipeline.label import ClauseNamer

QUESTIONS = 'text,category\nWhere is my loaf?,late\nMy loaf did not come.,late\n"Too salty, this one.",taste\n'
ARGUMENTS = (
    "arg_id,argument,topic,stance\na1,It keeps warm.,wool,1\na2,It is warm and cheap.,wool,1\na3,It itches.,wool,-1\n"
)
LABELS = "arg_id,key_point_id,label\na1,k1,1\na1,k2,0\na2,k1,1\na2,k2,1\na3,k3,1\n"


def write(directory: Path, **files: str) -> Path:
    for name, text in files.items():
        path = directory / name.replace("__", "/").replace("_dot_", ".")
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return directory


def marked(number: int) -> str:
    said = "I knock on it. It sounds hollow. Weather was nice."
    units = [
        {"id": "u0", "start": 0, "end": 14, "gold": True},
        {"id": "u1", "start": 15, "end": 32, "gold": True},
        {"id": "u2", "start": 33, "end": 50, "gold": False},
    ]
    groups = [
        {"level": "passage", "label": "a", "units": ["u0", "u1"]},
        {"level": "passage", "label": "a; b", "units": ["u2"]},
        {"level": "tag", "label": "done", "units": ["u0", "u1", "u2"]},
        {"level": "tag", "label": "talk", "units": ["u2"]},
    ]
    document: dict[str, Any] = {
        "format": "card-gold/1",
        "id": f"t/{number}",
        "set": "t",
        "transcript": said,
        "units": units,
        "groups": groups,
        "grouping_levels": ["tag"],
    }
    return json.dumps(document)


def test_questions_are_read_with_their_category(tmp_path: Path) -> None:
    other = "startphrase,ending1\na,b\n"  # a table of something else
    (found,) = read_grouped(write(tmp_path, bank__test_dot_csv=QUESTIONS, other__test_dot_csv=other))
    assert (found.set_name, found.classes) == ("bank", ("late", "late", "taste"))
    assert found.texts[2] == "Too salty, this one."


def test_arguments_are_read_by_topic_if_they_match_one_key_point(tmp_path: Path) -> None:
    files = {"kp__d__arguments_dev_dot_csv": ARGUMENTS, "kp__d__labels_dev_dot_csv": LABELS}
    (found,) = read_grouped(write(tmp_path, **files))
    assert (found.set_name, found.name) == ("kp", "wool")
    assert (found.ids, found.classes) == (("a1", "a3"), ("k1", "k3"))


def test_marked_passages_of_all_interviews_are_one_set(tmp_path: Path) -> None:
    (found,) = read_grouped(write(tmp_path, a_dot_json=marked(1), b_dot_json=marked(2), c_dot_json="[1]"))
    assert found.texts == ("I knock on it. It sounds hollow.",) * 2  # what belongs to two classes is left out
    assert found.classes == ("done", "done")
    assert found.interviews == ("t/1", "t/2")
    assert batches(found) == [[0], [1]]


def test_tagged_highlights_are_read(tmp_path: Path) -> None:
    marks = [
        {"text": "It is pale.", "tags": ["look"]},
        {"text": "So-so.", "tags": ["a", "b"]},
        {"text": " ", "tags": ["a"]},
    ]
    (found,) = read_grouped(write(tmp_path, oven__P1_dot_json=json.dumps({"highlights": marks})))
    assert (found.set_name, found.texts, found.classes) == ("oven", ("It is pale.",), ("look",))


@pytest.mark.parametrize(
    ("files", "said"),
    [
        ({}, "Nothing below"),
        ({"a_dot_json": "{"}, "is not JSON"),
        ({"a_dot_json": '{"format": "card-gold/1"}'}, "is not as card-gold/1"),
        ({"test_dot_csv": "text\nhello\n"}, "line 2, has no category"),
        ({"arguments_x_dot_csv": ARGUMENTS}, "cannot be read"),
    ],
)
def test_what_cannot_be_read_is_told_with_a_remedy(tmp_path: Path, files: dict[str, str], said: str) -> None:
    with pytest.raises(Invalid, match=said) as caught:
        read_grouped(write(tmp_path, **files))
    assert "card-gold/1" in caught.value.remedy


@pytest.mark.parametrize(
    ("numbers", "bf", "ari", "noise"),
    [
        # as people have it; all in one; all alone; one of each class astray
        ([0, 0, 1, 1], 1.0, 1.0, 0.0),
        ([0, 0, 0, 0], 2 / 3, 0.0, 0.0),
        ([-1, -1, -1, -1], 2 / 3, 0.0, 1.0),
        ([0, 1, 0, 1], 0.5, -0.5, 0.0),
    ],
)
def test_agreement_with_people(numbers: list[int], bf: float, ari: float, noise: float) -> None:
    grouped = Grouped("s", "s", ("a", "b", "c", "d"), ("",) * 4, ("x", "x", "y", "y"))
    found = measure(grouped, np.array(numbers))
    assert (found["bf"], found["ari"], found["noise"]) == pytest.approx((bf, ari, noise))


def test_every_text_comes_in_one_batch_and_no_order_tells_the_class() -> None:
    grouped = Grouped("s", "s", tuple(f"{n:03}" for n in range(200)), ("",) * 200, ("x",) * 200)
    found = batches(grouped)
    assert sorted(row for batch in found for row in batch) == list(range(200))
    assert [len(batch) for batch in found] == [10] * 20
    assert found[0] != sorted(found[0])


THINGS = ["the loaf", "the pump", "the hive", "the sail"]
SAYINGS = ["I listen to {}.", "You can hear {} before you see it.", "Look at {} every morning.", "{} tells you when."]
EXTRA = ["", " Always.", " That is how I learnt it.", " My father did so, too."]


def test_groups_do_not_depend_on_the_order_and_what_is_added_finds_its_group(embedder: SentenceEmbedder) -> None:
    rows = [(one, say.format(one) + more) for one in THINGS for say in SAYINGS for more in EXTRA]
    texts, classes = tuple(text for _, text in rows), tuple(one for one, _ in rows)
    grouped = Grouped("s", "s", tuple(f"{n:03}" for n in range(len(rows))), texts, classes)
    vectors = embedder.embed(texts)
    clusterer = PassageClusterer(ClauseNamer(embedder))
    found = systems(grouped, vectors, clusterer)
    assert set(found) == {OURS, PLAIN}  # too few to be added bit by bit
    order = np.random.default_rng(3).permutation(len(rows))
    pick = tuple(order.tolist())
    mixed = Grouped("s", "s", *(tuple(each[n] for n in pick) for each in (grouped.ids, texts, classes)))
    assert systems(mixed, vectors[order], clusterer)[OURS].tolist() == found[OURS][order].tolist()
    assert measure(grouped, found[OURS])["bf"] > 0.8
    assert measure(grouped, added(grouped, vectors, clusterer))["bf"] > 0.7


def test_the_table_has_a_line_a_set_and_system() -> None:
    one = {"bf": 0.5, "ari": 0.25, "noise": 0.1, "groups": 4.0}
    figures = {"kp": {OURS: {"wool": one, "silk": {**one, "bf": 0.7}}, ADDED: {"wool": one}}}
    assert table(figures).splitlines()[2:] == [
        "| kp (2) | tacit | 0.600 | 0.250 | 0.100 | 4 |",
        "| kp | tacit, added bit by bit | 0.500 | 0.250 | 0.100 | 4 |",
    ]
