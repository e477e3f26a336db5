import pytest

from models.errors import Invalid
from models.values import JudgedFigure
from pipeline.simile_labels import of_verdicts, read_labels
from pipeline.simile_ranker import packed
from pipeline.simile_training import average_precision, examples_of, train


@pytest.fixture(scope="module")
def trained(language, embedder):
    return train(read_labels(), language=language, embedder=embedder)


def test_the_labels_teach_more_than_the_rules_know(trained):
    gain = trained.everything
    assert gain.found > 0.9  # of the figures: the miner is there for recall
    assert gain.labels > gain.rules + 0.02
    assert trained.judged is None


def test_the_shipped_ranker_is_what_the_shipped_labels_give(trained):
    from pipeline.simile_ranker import shipped_ranker

    assert abs(trained.ranker.rules - shipped_ranker().rules) < 1e-3
    assert float(abs(trained.ranker.vehicle - shipped_ranker().vehicle).max()) < 1e-2


@pytest.fixture(scope="module")
def few(language, embedder):
    """What a fifth of the labels gives."""
    return train(read_labels()[::5], language=language, embedder=embedder)


def test_training_twice_gives_the_same_bytes(few, language, embedder):
    assert packed(train(read_labels()[::5], language=language, embedder=embedder).ranker) == packed(few.ranker)


def test_verdicts_change_what_is_likely_and_the_gain_is_told(few, language, embedder):
    refused = [f"It's like a {kind} drum." for kind in ("steel", "cable", "brake", "paint", "rope", "oil")]
    kept = [f"The {part} sleeps like a cat." for part in ("dough", "boiler", "pump", "press", "engine", "oven")]
    verdicts = [JudgedFigure(one, one[:-1], one in kept) for one in refused + kept]
    learnt = train([*read_labels()[::5], *of_verdicts(verdicts)], language=language, embedder=embedder)
    (one,) = examples_of(of_verdicts([JudgedFigure("It's like a tin drum.", "It's like a tin drum", False)]), language)
    before, after = (each.ranker.scores([one.likeness], embedder)[0] for each in (few, learnt))
    assert after < before
    assert (learnt.judged.sentences, learnt.judged.figures) == (12, 6)
    assert learnt.judged.verdicts >= learnt.judged.labels


def test_too_few_sentences_teach_nothing_and_say_so(language, embedder):
    with pytest.raises(Invalid, match="10 figures of speech") as refused:
        train(read_labels()[:8], language=language, embedder=embedder)
    assert "--labels" in refused.value.remedy


@pytest.mark.parametrize(
    ("scores", "wanted", "figure"),
    [
        ([3, 2, 1], [True, True, False], 1.0),
        ([3, 2, 1], [False, False, True], 1 / 3),
        ([1, 1], [True, False], 1.0),  # alike: the earlier one first
        ([1, 2], [False, False], 0.0),
        ([], [], 0.0),
        ([1, float("-inf")], [False, True], 0.5),  # overlooked: last
    ],
)
def test_average_precision(scores, wanted, figure):
    assert average_precision(scores, wanted) == pytest.approx(figure)
