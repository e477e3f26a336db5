import numpy as np
import pytest

from models.errors import MissingModel
from models.values import Finding, FindingType, ModelStamp, Span
from pipeline.simile_ranker import Ranker, keep, ranker_of, shipped_ranker, vehicle_phrase


def likeness(text, source, score=2.0):
    start = text.index(source)
    span = Span(start, start + len(source), source)
    return Finding(FindingType.SIMILE, 0, 0, len(text), text, "like", score=score, source=span)


def ranker(bias):
    return Ranker(
        "some embedding", np.zeros(3), 1.0, ("like: is",), np.zeros(1), bias, ModelStamp("similes", "trained", "0")
    )


def test_a_picture_from_another_world_ranks_above_a_thing_of_the_same(embedder):
    talk = [likeness("It's like a sleeping bear", "bear"), likeness("It's like a web server", "web server")]
    picture, thing = shipped_ranker().scores(talk, embedder)
    assert picture > 0.5 > thing


def test_with_another_embedding_the_rules_alone_speak(embedder):
    talk = [likeness("It's like a bear", "bear", 4.0), likeness("It's like a bear", "bear", 1.0)]
    assert ranker(0.0).scores(talk, embedder) == [2.0, -1.0]


def test_no_likeness_has_no_score(embedder):
    assert shipped_ranker().scores([], embedder) == []


def test_the_vehicle_is_looked_at_with_what_follows_it():
    text = "It's like a garden hose with a foot on it"
    assert vehicle_phrase(likeness(text, "garden hose")) == "garden hose with a foot on it"


def test_the_shipped_one_is_used_until_one_is_trained_then_the_newest(tmp_path):
    folder = tmp_path / "models"
    assert ranker_of(folder) is shipped_ranker()
    for bias in range(11):  # the tenth is newer than the second
        path = keep(ranker(float(bias)), folder)
    found = ranker_of(folder)
    assert (found.bias, found.stamp.version) == (10.0, "11")
    assert found.stamp.sha256[:12] in path.name
    assert not list(folder.glob("*.part"))


def test_the_same_weights_give_the_same_file(tmp_path):
    first, second = (keep(ranker(1.0), tmp_path / name) for name in "ab")
    assert first.read_bytes() == second.read_bytes()
    assert first.name == second.name


@pytest.mark.parametrize("damage", [b"", b"PK\x03\x04 but no more", b"no archive"])
def test_a_damaged_file_is_named_with_a_remedy(damage, tmp_path):
    path = keep(ranker(1.0), tmp_path)
    path.write_bytes(damage)
    with pytest.raises(MissingModel, match="similes-1") as told:
        ranker_of(tmp_path)
    assert "tacit train similes" in told.value.remedy


def test_a_whole_file_under_another_checksum_is_refused(tmp_path):
    path = keep(ranker(1.0), tmp_path)
    path.write_bytes(keep(ranker(2.0), tmp_path / "other").read_bytes())
    with pytest.raises(MissingModel, match="was changed"):
        ranker_of(tmp_path)
