"""New passages beside kept ones: they join, found clusters, or stand alone; what belongs somewhere never moves."""

import random
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from models.values import Said
from pipeline.cluster import PassageClusterer
from pipeline.embed import SentenceEmbedder
from pipeline.label import ClauseNamer
from pipeline.match import Gathering, gather, links
from pipeline.surroundings import MOST_NEAR, Link, Placed, around, surroundings

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


def gathered(new: Placed, kept: Placed, clusterer: PassageClusterer) -> Gathering:
    return gather(new, surroundings(new, kept), clusterer)


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
    found = gathered(new, kept, clusterer)
    assert found.assignments == {"new-0": "c-dough"}
    assert found.clusters == ()


def test_the_first_recording_is_clustered_by_itself(embedder: SentenceEmbedder, clusterer: PassageClusterer) -> None:
    new = placed(embedder, "new", [*DOUGH, *BEARING, *BEES])
    found = gathered(new, placed(embedder, "none", []), clusterer)
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
    found = gathered(new, placed(embedder, "none", []), clusterer)
    assert found.assignments
    assert not {f"new-{number}" for number in range(8, 14)} & set(found.assignments)


def test_what_stood_alone_may_found_a_cluster_with_new_passages(
    embedder: SentenceEmbedder, clusterer: PassageClusterer
) -> None:
    kept = placed(embedder, "kept", [*DOUGH[:2], *BEARING[:2], *BEES[:2]])
    new = placed(embedder, "new", [*DOUGH[2:], *BEARING[2:], *BEES[2:]])
    found = gathered(new, kept, clusterer)
    assert any({one.partition("-")[0] for one in cluster.members} == {"kept", "new"} for cluster in found.clusters)


def test_what_belongs_somewhere_is_never_assigned_again(
    embedder: SentenceEmbedder, clusterer: PassageClusterer
) -> None:
    kept = placed(embedder, "kept", [*DOUGH, *BEARING], "one-for-all")
    new = placed(embedder, "new", [*DOUGH[::-1], *BEARING[::-1], *BEES])
    found = gathered(new, kept, clusterer)
    assert not set(found.assignments) & set(kept.ids)
    assert not {member for cluster in found.clusters for member in cluster.members} & set(kept.ids)


def test_without_new_passages_nothing_changes(embedder: SentenceEmbedder, clusterer: PassageClusterer) -> None:
    kept = placed(embedder, "kept", [*DOUGH, *BEARING, *BEES])
    found = gathered(placed(embedder, "none", []), kept, clusterer)
    assert (dict(found.assignments), found.clusters) == ({}, ())


def test_the_order_of_the_passages_changes_nothing(embedder: SentenceEmbedder, clusterer: PassageClusterer) -> None:
    new = placed(embedder, "new", [*DOUGH, *BEARING, *BEES])
    kept = placed(embedder, "kept", [DOUGH[0] + " Always.", "A late supper."])
    expected = gathered(new, kept, clusterer)
    for seed in range(3):
        order = random.Random(seed).sample(range(len(new.ids)), len(new.ids))
        assert gathered(new.rows(order), kept.rows([1, 0]), clusterer) == expected


def said(embedder: SentenceEmbedder, name: str, *passages: Sequence[str], cluster: str | None = None) -> Placed:
    """Passages of these statements."""
    found = placed(embedder, name, [" ".join(passage) for passage in passages], cluster)
    return replace(found, said=tuple(Said(tuple(passage), embedder.embed(passage)) for passage in passages))


def test_links_point_from_new_to_kept_and_say_how_near(embedder: SentenceEmbedder, language: Any) -> None:
    kept = placed(embedder, "kept", DOUGH, "c-dough")
    new = placed(embedder, "new", [DOUGH[0].replace("Press", "Push"), BEARING[0]])
    new = replace(new, clusters=("c-dough", None))
    found = links(new, kept, language.pipe)
    assert found[0].from_id == "new-0"
    assert found[0].to_id == "kept-0"
    assert found[0].kind == "same_as"
    assert found[0].score == round(found[0].score, 6) > 0.9
    assert {link.kind for link in found[1:]} == {"related"}
    assert [link.score for link in found] == sorted((link.score for link in found), reverse=True)
    assert all(link.from_id == "new-0" for link in found)


def test_far_passages_outside_a_cluster_are_not_linked(embedder: SentenceEmbedder, language: Any) -> None:
    new = placed(embedder, "new", DOUGH)
    assert links(new, placed(embedder, "kept", BEARING), language.pipe) == []
    assert links(new, placed(embedder, "none", []), language.pipe) == []
    assert links(placed(embedder, "none", []), new, language.pipe) == []


def test_two_that_stand_alone_are_not_related_for_that(embedder: SentenceEmbedder, language: Any) -> None:
    assert links(placed(embedder, "new", DOUGH[:1]), placed(embedder, "kept", BEES), language.pipe) == []


def test_a_passage_has_at_most_five_related_ones_and_all_that_are_the_same(language: Any) -> None:
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
    found = links(new, kept, language.pipe)
    assert [link.to_id for link in found] == ["k0", "k1", "k2", "k3", "k4", "k5", "k6"]
    assert [link.kind for link in found] == ["same_as"] * 2 + ["related"] * 5
    assert found[1] == Link("n", "k1", "same_as", 0.76)


DOOR = "Never open the oven door in the first minutes."
CRUMB = "A dense crumb comes from old flour."


@pytest.mark.parametrize(
    ("new", "kept", "kind", "why"),
    [
        # one statement of each decides, wherever it stands in its passage
        ([CRUMB, DOOR], ["Open the oven door in the first minutes."], "contradicts", "negation"),
        ([DOOR[:-1] + ", because the steam gets out."], [DOOR, BEES[0]], "refines", "reason"),
        # what the older one says more is no link of the older one
        ([DOOR], [DOOR[:-1] + ", because the steam gets out."], "same_as", "reason"),
        # a contradiction weighs more than what else they agree on
        ([DOOR, "Bake the loaf at 240 degrees."], [DOOR, "Bake the loaf at 210 degrees."], "contradicts", "number"),
    ],
)
def test_statements_say_how_passages_are_linked(
    embedder: SentenceEmbedder, language: Any, new: list[str], kept: list[str], kind: str, why: str
) -> None:
    (link,) = links(said(embedder, "new", new), said(embedder, "kept", kept), language.pipe)
    assert (link.kind, link.why) == (kind, why)
    assert link.statement is not None
    assert link.to_statement is not None
    assert link.score == pytest.approx(
        float(np.prod(embedder.embed([new[link.statement], kept[link.to_statement]]), axis=0).sum()), abs=1e-5
    )


def test_near_passages_whose_statements_speak_of_other_things_are_not_the_same(
    embedder: SentenceEmbedder, language: Any
) -> None:
    new = said(embedder, "new", ["Let the rye dough rest for two hours."])
    assert links(new, said(embedder, "kept", ["Let the wheat dough rest for two hours."]), language.pipe) == []


def test_passages_of_one_recording_are_linked_once(embedder: SentenceEmbedder, language: Any) -> None:
    new = said(embedder, "new", [DOOR], [CRUMB], [DOOR.replace("Never", "You should never")])
    (link,) = links(new, placed(embedder, "none", []), language.pipe)
    assert (link.from_id, link.to_id, link.kind) == ("new-2", "new-0", "same_as")
    (turned,) = links(new.rows([2, 1, 0]), placed(embedder, "none", []), language.pipe)
    assert turned == link


def test_the_more_is_kept_the_smaller_is_the_share_that_is_compared() -> None:
    rows = np.random.default_rng(0).normal(size=(3000, 32)).astype(np.float32)
    rows /= np.linalg.norm(rows, axis=1, keepdims=True)
    clusters = tuple(None if number % 3 else f"c{number % 40}" for number in range(3000))
    for kept in (300, 3000):
        homes, near = around(rows[:4] * 1.0, clusters[:kept], rows[:kept])
        assert near == sorted(set(near))
        assert len(near) <= 4 * 2 * MOST_NEAR
        assert len(homes.names) <= 4
        assert {0, 1, 2, 3} <= set(near)


def test_what_is_compared_does_not_depend_on_who_else_is_kept(
    embedder: SentenceEmbedder, clusterer: PassageClusterer
) -> None:
    kept = both(placed(embedder, "dough", DOUGH, "c-dough"), placed(embedder, "bearing", BEARING))
    new = placed(embedder, "new", [BEARING[0] + " I know it.", DOUGH[0] + " I know it."])
    found = surroundings(new, kept)
    assert found.homes.names == ("c-dough",)
    assert np.allclose(found.homes.middles[0], kept.vectors[:4].mean(axis=0), atol=1e-6)
    assert set(found.near.alone().ids) <= {f"bearing-{number}" for number in range(4)}
    assert gathered(new, kept, clusterer).assignments["new-1"] == "c-dough"
