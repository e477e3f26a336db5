"""The map: the same passages lie in the same places, and one more moves the others little."""

import numpy as np

from pipeline.layout import layout


def themed(count: int, *, seed: int = 1, themes: int = 6) -> tuple[list[str | None], np.ndarray]:
    """Passages around a few themes; every seventh stands alone."""
    chance = np.random.default_rng(seed)
    middles = chance.normal(size=(themes, 48))
    rows = middles[np.arange(count) % themes] + chance.normal(size=(count, 48)) * 0.8
    rows /= np.linalg.norm(rows, axis=1, keepdims=True)
    clusters = [None if number % 7 == 0 else f"c{number % themes}" for number in range(count)]
    return clusters, rows.astype(np.float32)


def test_one_more_passage_moves_the_others_little() -> None:
    clusters, vectors = themed(90)
    for kept in (40, 60, 89):
        before = layout(clusters[:kept], vectors[:kept])
        after = layout(clusters[: kept + 1], vectors[: kept + 1])
        moved = np.linalg.norm(after[:kept] - before, axis=1)
        assert moved.max() < 0.12 * np.ptp(before, axis=0).max()
        assert np.median(moved) < 0.05 * np.ptp(before, axis=0).max()


def test_a_new_cluster_of_what_is_there_turns_nothing_over() -> None:
    clusters, vectors = themed(60)
    before = layout([None] * 60, vectors)
    after = layout(clusters, vectors)
    assert all(np.corrcoef(before[:, axis], after[:, axis])[0, 1] > 0.8 for axis in range(2))


def test_groups_stand_apart() -> None:
    clusters, vectors = themed(120, themes=3)
    places = layout(clusters, vectors)
    middles = {name: places[[one == name for one in clusters]].mean(axis=0) for name in ("c0", "c1", "c2")}
    for place, cluster in zip(places, clusters, strict=True):
        if cluster is not None:
            assert min(middles, key=lambda name: np.linalg.norm(place - middles[name])) == cluster


def test_the_same_passages_lie_in_the_same_places() -> None:
    clusters, vectors = themed(50)
    assert np.array_equal(layout(clusters, vectors), layout(list(clusters), vectors.copy()))


def test_few_passages_have_places_too() -> None:
    clusters, vectors = themed(3)
    assert layout([], vectors[:0]).shape == (0, 2)
    assert np.allclose(layout(clusters[:1], vectors[:1]), 0)
    assert np.isfinite(layout(clusters[:2], vectors[:2])).all()
    assert np.abs(layout(clusters, vectors)).max() <= 1
    assert np.isfinite(layout([None] * 4, np.repeat(vectors[:1], 4, axis=0))).all()
