"""Gathering passages: the same set gives the same clusters, in whatever order it comes."""

import random

import numpy as np
import pytest

from models.values import Cluster, Vectors
from pipeline.cluster import PassageClusterer, cluster_id, coherent, groups, pretreated, smallest_cluster
from pipeline.embed import SentenceEmbedder
from pipeline.label import ClauseNamer

THEMES = {
    "dough": [
        "Press the dough with your thumb; when it springs back slowly it is ready.",
        "If the dough jumps back at once it has not rested long enough.",
        "A dough that stays dented has risen for too long.",
        "I poke the dough, and how fast the dent fills tells me when to bake.",
        "The dough is proved when a fingertip leaves a mark that closes by half.",
    ],
    "bearing": [
        "A dry bearing squeals before it gets hot.",
        "I hold a screwdriver to the bearing housing and listen for a rumble.",
        "When the bearing growls at low speed, its race is pitted.",
        "A bearing that clicks once a turn has a broken ball.",
        "New mechanics grease a noisy bearing, but the noise means that it is already gone.",
    ],
    "bees": [
        "A calm hive hums low; a hive without a queen roars.",
        "If the bees hang in front of the hive in the evening, they are about to swarm.",
        "I look for eggs in the comb before I say that the queen is there.",
        "When bees carry pollen in, there is brood in the hive.",
        "The hive smells of banana when the bees are about to sting.",
    ],
}
IDS = [f"{theme}-{number}" for theme, texts in THEMES.items() for number in range(len(texts))]
TEXTS = [text for texts in THEMES.values() for text in texts]


@pytest.fixture(scope="module")
def vectors(embedder: SentenceEmbedder) -> Vectors:
    return embedder.embed(TEXTS)


@pytest.fixture(scope="module")
def clusterer(embedder: SentenceEmbedder) -> PassageClusterer:
    return PassageClusterer(ClauseNamer(embedder))


def theme_of(cluster: Cluster) -> set[str]:
    return {member.partition("-")[0] for member in cluster.members}


def test_passages_about_the_same_thing_come_together(clusterer: PassageClusterer, vectors: Vectors) -> None:
    clusters, noise = clusterer.cluster(IDS, TEXTS, vectors)
    assert [theme_of(cluster) for cluster in clusters] == [{"bearing"}, {"bees"}, {"dough"}]
    assert sum(len(cluster.members) for cluster in clusters) + len(noise) == len(IDS)
    assert sum(len(cluster.members) for cluster in clusters) >= 12


def test_the_order_of_the_passages_changes_nothing(
    clusterer: PassageClusterer, embedder: SentenceEmbedder, vectors: Vectors
) -> None:
    expected = clusterer.cluster(IDS, TEXTS, vectors)
    for seed in range(5):
        order = random.Random(seed).sample(range(len(IDS)), len(IDS))
        texts = [TEXTS[i] for i in order]
        assert clusterer.cluster([IDS[i] for i in order], texts, embedder.embed(texts)) == expected


def test_a_cluster_is_named_by_its_members_and_labelled_in_their_words(
    clusterer: PassageClusterer, vectors: Vectors
) -> None:
    clusters, _ = clusterer.cluster(IDS, TEXTS, vectors)
    for cluster in clusters:
        assert cluster.id == cluster_id(cluster.members[::-1])
        assert any(cluster.label in TEXTS[IDS.index(member)] for member in cluster.members)
    assert len({cluster.id for cluster in clusters}) == len(clusters)


def test_a_member_too_far_from_the_others_is_left_out_and_nobody_stays_alone() -> None:
    angles = np.radians([0, 10, 20, 80, 0, 90])
    vectors = np.column_stack([np.cos(angles), np.sin(angles)]).astype(np.float32)
    numbers = np.array([0, 0, 0, 0, 1, 1])
    assert coherent(numbers, vectors, -1).tolist() == [0, 0, 0, 0, 1, 1]
    assert coherent(numbers, vectors, 0.9).tolist() == [0, 0, 0, -1, -1, -1]
    assert coherent(numbers, vectors, 1.1).tolist() == [-1] * 6


def test_below_ten_passages_everything_stands_alone(clusterer: PassageClusterer, vectors: Vectors) -> None:
    assert clusterer.cluster(IDS[:9], TEXTS[:9], vectors[:9]) == ([], sorted(IDS[:9]))
    assert clusterer.cluster([], [], vectors[:0]) == ([], [])


def test_passages_that_are_all_alike_do_no_harm(clusterer: PassageClusterer, vectors: Vectors) -> None:
    alike = np.repeat(vectors[:1], 40, axis=0)
    clusters, noise = clusterer.cluster([f"{i:02}" for i in range(40)], TEXTS[:1] * 40, alike)
    assert sum(len(cluster.members) for cluster in clusters) + len(noise) == 40


def test_pretreatment_gives_a_row_a_passage_of_at_most_twenty_numbers(vectors: Vectors) -> None:
    assert pretreated(vectors).shape == (15, 14)
    assert pretreated(np.vstack([vectors, -vectors])).shape == (30, 20)
    assert np.isfinite(pretreated(np.repeat(vectors[:1], 12, axis=0))).all()


def test_a_direction_points_the_same_way_on_every_machine(vectors: Vectors) -> None:
    first = pretreated(vectors)
    turned = pretreated(vectors[::-1])[::-1]
    assert np.allclose(np.abs(first[:, :3]), np.abs(turned[:, :3]), atol=1e-5)
    assert np.allclose(first[:, :3], turned[:, :3], atol=1e-5)


@pytest.mark.parametrize(("passages", "members"), [(10, 3), (159, 3), (200, 5), (640, 16), (100_000, 16)])
def test_the_more_passages_the_larger_the_smallest_cluster(passages: int, members: int) -> None:
    assert smallest_cluster(passages) == members


def test_many_passages_are_compared_in_blocks_without_a_seam() -> None:
    random_rows = np.random.default_rng(0).normal(size=(2500, 16)).astype(np.float32)
    centres = np.eye(16, dtype=np.float32)[np.arange(2500) % 5] * 12
    rows = random_rows + centres
    rows /= np.linalg.norm(rows, axis=1, keepdims=True)
    found = groups(rows)
    clustered = [set(found[np.arange(2500) % 5 == number].tolist()) - {-1} for number in range(5)]
    assert all(len(numbers) == 1 for numbers in clustered)
    assert len(set.union(*clustered)) == 5
