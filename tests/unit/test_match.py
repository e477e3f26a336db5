"""New passages beside kept ones: they join, found clusters, or stand alone; what belongs somewhere never moves."""

import random
from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import pytest

from pipeline.cluster import PassageClusterer
from pipeline.embed import SentenceEmbedder
from pipeline.label import ClauseNamer
from pipeline.match import Link, Placed, gather, links

DOUGH = [
    "Press the dough with your thumb; when it springs back slowly it is ready.",
    "If the dough jumps back at once it has not rested long enough.",
    "I poke the dough, and how fast the dent fills tells me when to bake.",
    "The dough is proved when a fingertip leaves a mark that closes by half.",
]
BEARING = [
    "A dry bearing squeals before it gets hot.",
    "I hold a screwdriver to the bearing housing and listen for a rumble.",
    "When the bearing growls at low speed, its race is pitted.",
    "A bearing that clicks once a turn has a broken ball.",
]
BEES = [
    "A calm hive hums low; a hive without a queen roars.",
    "If the bees hang in front of the hive in the evening, they are about to swarm.",
    "When bees carry pollen in, there is brood in the hive.",
    "The hive smells of banana when the bees are about to sting.",
]


@pytest.fixture(scope="module")
def clusterer(embedder: SentenceEmbedder) -> PassageClusterer:
    return PassageClusterer(ClauseNamer(embedder))


def placed(embedder: SentenceEmbedder, name: str, texts: Sequence[str], cluster: str | None = None) -> Placed:
    ids = tuple(f"{name}-{number}" for number in range(len(texts)))
    return Placed(ids, tuple(texts), (cluster,) * len(texts), embedder.embed(texts))


def both(one: Placed, other: Placed) -> Placed:
    return Placed(
        one.ids + other.ids,
        one.texts + other.texts,
        one.clusters + other.clusters,
        np.vstack([one.vectors, other.vectors]),
    )


def test_a_passage_joins_the_cluster_that_speaks_of_the_same(
    embedder: SentenceEmbedder, clusterer: PassageClusterer
) -> None:
    kept = both(placed(embedder, "dough", DOUGH, "c-dough"), placed(embedder, "bearing", BEARING, "c-bearing"))
    new = placed(embedder, "new", ["When I push the dough with a finger, it comes back slowly: ready.", BEES[0]])
    found = gather(new, kept, clusterer)
    assert found.assignments == {"new-0": "c-dough"}
    assert found.clusters == ()


def test_the_first_recording_is_clustered_by_itself(embedder: SentenceEmbedder, clusterer: PassageClusterer) -> None:
    new = placed(embedder, "new", [*DOUGH, *BEARING, *BEES])
    found = gather(new, placed(embedder, "none", []), clusterer)
    assert len(found.clusters) == 3
    assert found.assignments == {member: one.id for one in found.clusters for member in one.members}


def test_strangers_in_a_small_recording_stay_alone(embedder: SentenceEmbedder, clusterer: PassageClusterer) -> None:
    strangers = [
        "The tax office wants the form in blue ink.",
        "Violins crack when the air is dry.",
        "A goalkeeper watches the hips and never the ball.",
        "Concrete needs water for a week.",
        "Saffron goes in last.",
        "A falcon is weighed before it flies.",
    ]
    new = placed(embedder, "new", [*DOUGH, *BEARING, *strangers])
    found = gather(new, placed(embedder, "none", []), clusterer)
    assert found.assignments
    assert not {f"new-{number}" for number in range(8, 14)} & set(found.assignments)


def test_what_stood_alone_may_found_a_cluster_with_new_passages(
    embedder: SentenceEmbedder, clusterer: PassageClusterer
) -> None:
    kept = placed(embedder, "kept", [*DOUGH[:2], *BEARING[:2], *BEES[:2]])
    new = placed(embedder, "new", [*DOUGH[2:], *BEARING[2:], *BEES[2:]])
    found = gather(new, kept, clusterer)
    assert any({one.partition("-")[0] for one in cluster.members} == {"kept", "new"} for cluster in found.clusters)


def test_what_belongs_somewhere_is_never_assigned_again(
    embedder: SentenceEmbedder, clusterer: PassageClusterer
) -> None:
    kept = placed(embedder, "kept", [*DOUGH, *BEARING], "one-for-all")
    new = placed(embedder, "new", [*DOUGH[::-1], *BEARING[::-1], *BEES])
    found = gather(new, kept, clusterer)
    assert not set(found.assignments) & set(kept.ids)
    assert not {member for cluster in found.clusters for member in cluster.members} & set(kept.ids)


def test_without_new_passages_nothing_changes(embedder: SentenceEmbedder, clusterer: PassageClusterer) -> None:
    kept = placed(embedder, "kept", [*DOUGH, *BEARING, *BEES])
    found = gather(placed(embedder, "none", []), kept, clusterer)
    assert (dict(found.assignments), found.clusters) == ({}, ())


def test_the_order_of_the_passages_changes_nothing(embedder: SentenceEmbedder, clusterer: PassageClusterer) -> None:
    new = placed(embedder, "new", [*DOUGH, *BEARING, *BEES])
    kept = placed(embedder, "kept", [DOUGH[0] + " Always.", "A late supper."])
    expected = gather(new, kept, clusterer)
    for seed in range(3):
        order = random.Random(seed).sample(range(len(new.ids)), len(new.ids))
        assert gather(new.rows(order), kept.rows([1, 0]), clusterer) == expected


def test_links_point_from_new_to_kept_and_say_how_near(embedder: SentenceEmbedder) -> None:
    kept = placed(embedder, "kept", DOUGH, "c-dough")
    new = placed(embedder, "new", [DOUGH[0].replace("Press", "Push"), BEARING[0]])
    new = replace(new, clusters=("c-dough", None))
    found = links(new, kept)
    assert found[0].from_id == "new-0"
    assert found[0].to_id == "kept-0"
    assert found[0].kind == "same_as"
    assert found[0].score == round(found[0].score, 6) > 0.9
    assert {link.kind for link in found[1:]} == {"related"}
    assert [link.score for link in found] == sorted((link.score for link in found), reverse=True)
    assert all(link.from_id == "new-0" for link in found)


def test_far_passages_outside_a_cluster_are_not_linked(embedder: SentenceEmbedder) -> None:
    new = placed(embedder, "new", DOUGH)
    assert links(new, placed(embedder, "kept", BEARING)) == []
    assert links(new, placed(embedder, "none", [])) == []
    assert links(placed(embedder, "none", []), new) == []


def test_two_that_stand_alone_are_not_related_for_that(embedder: SentenceEmbedder) -> None:
    assert links(placed(embedder, "new", DOUGH[:1]), placed(embedder, "kept", BEES)) == []


def test_a_passage_has_at_most_five_related_ones_and_all_that_are_the_same() -> None:
    def row(cosine: float) -> list[float]:
        return [cosine, float(np.sqrt(1 - cosine**2))]

    cosines = [0.99, 0.76, *(0.7 - step / 100 for step in range(8))]
    kept = Placed(
        tuple(f"k{number}" for number in range(10)),
        ("",) * 10,
        ("c",) * 10,
        np.array([row(cosine) for cosine in cosines], np.float32),
    )
    new = Placed(("n",), ("",), ("c",), np.array([[1, 0]], np.float32))
    found = links(new, kept)
    assert [link.to_id for link in found] == ["k0", "k1", "k2", "k3", "k4", "k5", "k6"]
    assert [link.kind for link in found] == ["same_as"] * 2 + ["related"] * 5
    assert found[1] == Link("n", "k1", "same_as", 0.76)
