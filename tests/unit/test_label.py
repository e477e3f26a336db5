"""Naming a cluster by what somebody said."""

import numpy as np
import pytest

from pipeline.embed import SentenceEmbedder
from pipeline.label import ClauseNamer, clauses

PUMPS = [
    "Well, you know, we had a Tuesday like that. And when the pump runs dry, the seal burns in a minute.",
    "A pump that runs dry eats its seal, and nobody hears it, because the hall is loud.",
    "Never let it run dry; the seal goes first — I have changed forty of them.",
]
OTHERS = [
    "The bearing growls when it is worn.",
    "We always drink coffee at nine.",
    "The belt must give by a thumb's breadth.",
]


def test_the_label_says_what_the_members_share(embedder: SentenceEmbedder) -> None:
    vectors = embedder.embed([*PUMPS, *OTHERS])
    label = ClauseNamer(embedder).label(PUMPS, vectors[:3], vectors.mean(axis=0))
    assert any(label in text for text in PUMPS)
    assert "dry" in label
    assert len(label.split()) <= 12


def test_the_order_of_the_members_does_not_change_the_label(embedder: SentenceEmbedder) -> None:
    vectors = embedder.embed([*PUMPS, *OTHERS])
    namer, mean = ClauseNamer(embedder), vectors.mean(axis=0)
    assert namer.label(PUMPS[::-1], vectors[:3][::-1], mean) == namer.label(PUMPS, vectors[:3], mean)


@pytest.mark.parametrize("texts", [["Hm.", "Yes!"], ["", ""]])
def test_without_a_clause_the_most_central_text_is_the_label(embedder: SentenceEmbedder, texts: list[str]) -> None:
    vectors = embedder.embed(texts)
    assert ClauseNamer(embedder).label(texts, vectors, vectors.mean(axis=0)) in [text.strip() for text in texts]


def test_one_member_that_is_everything_still_gets_a_label(embedder: SentenceEmbedder) -> None:
    vectors = embedder.embed(PUMPS[2:])
    assert ClauseNamer(embedder).label(PUMPS[2:], vectors, 2 * np.asarray(vectors[0])) in PUMPS[2]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        # a sentence, then its parts
        (
            "When it growls, the bearing is gone.",
            ["When it growls, the bearing is gone", "When it growls", "the bearing is gone"],
        ),
        # what only opens a clause is left off
        ("And so, well, you know, it has to rest.", ["it has to rest"]),
        # a word that merely begins like an opening stays
        ("Software never hears that", ["Software never hears that"]),
        # fewer than three words are no clause
        ("Oh yes. Not really!", []),
        ("", []),
    ],
)
def test_clauses_are_verbatim_pieces_of_three_words_or_more(text: str, expected: list[str]) -> None:
    assert clauses(text) == expected
    assert all(clause in text for clause in expected)


def test_tags_are_the_words_that_set_a_group_apart(embedder: SentenceEmbedder) -> None:
    pumps, bread = ClauseNamer(embedder).tags([[*PUMPS, "The oil is old."], ["The dough is old.", "Fold the dough."]])
    assert pumps[:2] == ("dry", "seal")
    assert bread[0] == "dough"
    assert "old" not in pumps  # the other group says it too
    assert not {"the", "and", "it"} & {*pumps, *bread}
    assert len(pumps) == 5


def test_groups_without_words_have_no_tags(embedder: SentenceEmbedder) -> None:
    assert ClauseNamer(embedder).tags([]) == []
    assert ClauseNamer(embedder).tags([["…"], ["of the"]]) == [(), ()]
