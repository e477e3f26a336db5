import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from models.errors import MissingModel
from models.values import Finding, FindingType, Statement
from pipeline.head import Head
from pipeline.score import score

ROOT = Path(__file__).parents[2]

TALK = [
    # (answer, text): three answers, of which only the second is about a craft
    (0, "I was born by the sea and went to school there."),
    (0, "My mother kept the books for a shipyard."),
    (1, "When the varnish starts to pull threads, you stop brushing and let it level."),
    (1, "You look at it from the side, and if the light breaks in one place, it is too thick there."),
    (1, "Never sand it before it stops smelling, or you tear the whole film off."),
    (1, "First you thin it with a tenth of turpentine, then you lay it on in long strokes."),
    (2, "Yes."),
    (2, "Thank you for coming all the way out here today."),
]


def statements(talk=TALK) -> list[Statement]:
    made, start = [], 0
    for index, (answer, text) in enumerate(talk):
        made.append(Statement(index, 0, answer, start, start + len(text), text, None))
        start += len(text) + 1
    return made


@pytest.fixture(scope="module")
def vectors(embedder):
    return embedder.embed([text for _, text in TALK])


def test_know_how_comes_before_mere_talk(vectors):
    best = sorted(score(statements(), [], vectors), key=lambda one: -one.score)
    assert {one.index for one in best[:4]} == {2, 3, 4, 5}


def test_each_statement_keeps_its_place_and_gets_a_kind(vectors):
    scored = score(statements(), [], vectors)
    assert [replace(one, score=0.0, kind="", reasons=()) for one in scored] == statements()
    assert scored[4].kind in {"warning", "novice_error"}
    assert scored[5].kind == "step"


def test_reasons_can_be_read(vectors):
    seen = Finding(FindingType.CONDITION, 2, 0, 36, "When the varnish\nstarts to pull", "if clause")
    scored = score(statements(), [seen], vectors)
    assert scored[2].reasons[-1] == "condition: “When the varnish starts to pull”"
    assert "long answer" in scored[2].reasons
    assert "near to “step”" in scored[5].reasons
    assert scored[6].reasons == ()


def test_reasons_name_the_rarer_finds_first(vectors):
    found = [
        Finding(FindingType.CONDITION, 4, 0, 5, "a condition", "x"),
        Finding(FindingType.WARNING, 4, 9, 12, "a warning", "x"),
        Finding(FindingType.CONCEPT, 4, 9, 12, "a concept", "x"),  # goes without saying
    ]
    assert score(statements(), found, vectors)[4].reasons[-2:] == ("warning: “a warning”", "condition: “a condition”")


def test_a_long_answer_lifts_its_statements(vectors):
    alone = [replace(one, answer=one.index) for one in statements()]
    together, apart = score(statements(), [], vectors), score(alone, [], vectors)
    assert together[2].score - together[0].score > apart[2].score - apart[0].score


def test_scores_are_finite_rounded_and_the_same_again(vectors):
    first = [one.score for one in score(statements(), [], vectors)]
    assert first == [one.score for one in score(statements(), [], vectors.copy())]
    assert all(np.isfinite(value) and value == round(value, 6) for value in first)


@pytest.mark.parametrize(
    "talk",
    [
        [(0, "You wait until it stops smelling.")],  # nothing to compare with
        [(0, "Yes."), (0, "Of course.")],  # too short to say anything
        [(0, "You wait a while."), (0, "No."), (1, "Hm.")],  # one that says something
    ],
)
def test_too_little_talk_is_scored_zero(talk, embedder):
    scored = score(statements(talk), [], embedder.embed([text for _, text in talk]))
    assert [one.score for one in scored] == [0.0] * len(talk)


def test_two_statements_alike_have_finite_scores(embedder):
    talk = [(0, "You wait until it stops smelling.")] * 2
    scored = score(statements(talk), [], embedder.embed([text for _, text in talk]))
    assert [one.score for one in scored] == [0.0, 0.0]


def test_no_statements_give_no_scores():
    assert score([], [], np.zeros((0, 384), np.float32)) == []


@pytest.mark.parametrize("shape", [(8, 12), (7, 384)])  # another embedding; a row missing
def test_vectors_of_another_shape_are_refused(shape):
    with pytest.raises(MissingModel, match=r"wants vectors of shape \(8, 384\)"):
        score(statements(), [], np.zeros(shape, np.float32))


def test_a_missing_head_is_a_missing_model(tmp_path):
    with pytest.raises(MissingModel, match="is missing"):
        Head.load(tmp_path / "head.npz")


def test_the_shipped_head_is_what_the_seeds_give(tmp_path):
    made = tmp_path / "head.npz"
    subprocess.run([sys.executable, "benchmarks/train_head.py", "--out", str(made)], cwd=ROOT, check=True)
    again, shipped = Head.load(made), Head.load()
    assert again.kinds == shipped.kinds
    assert np.abs(again.prototypes - shipped.prototypes).max() < 1e-3
    assert np.abs(again.talk - shipped.talk).max() < 1e-3
    assert np.abs(again.step - shipped.step).max() < 1e-2
    with np.load(made) as one, np.load(ROOT / "pipeline" / "resources" / "head.npz") as other:
        assert one["seeds"] == other["seeds"]
