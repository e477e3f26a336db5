"""Another embedding model on a filled corpus: what the old one placed is placed again, and nothing else changes."""

from collections.abc import Callable
from importlib.resources import files
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from sentence_transformers import SentenceTransformer
from sentence_transformers.sentence_transformer.modules import StaticEmbedding
from sqlalchemy import select
from tokenizers import Tokenizer
from workbench import INTERVIEW, MANAGER, Here, mined

from models import library
from models.blobs import Blobs
from models.cards import etag
from models.db import Database
from models.minings import load_mining, pack
from models.spaces import Stranger, place_again, strangers
from models.store import next_attempt
from models.tables import Card, PassageRow, Recording
from pipeline import embed
from pipeline.embed import SentenceEmbedder, load_embedder
from pipeline.jobs import Desk, Job
from pipeline.settings import Settings
from pipeline.tools import build_tools
from pipeline.way import Way


@pytest.fixture(scope="module")
def small_model(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A sentence-transformers model of our own that has learnt nothing; with the dimensions that the scorer wants."""
    folder = tmp_path_factory.mktemp("small-model")
    torch.manual_seed(0)
    tokenizer = Tokenizer.from_file(str(files(embed.SHIPPED_PACKAGE) / "model" / "tokenizer.json"))
    SentenceTransformer(modules=[StaticEmbedding(tokenizer, embedding_dim=384)], device="cpu").save(str(folder))
    return folder


@pytest.fixture
def way_with(database: Database, tmp_path: Path, language: Any) -> Callable[..., Way]:
    def build(embedding_model: str, embedder: SentenceEmbedder | None = None) -> Way:
        settings = Settings(data_dir=tmp_path, threads=1, embedding_model=embedding_model)
        tools = build_tools(settings)
        tools.__dict__["language"] = language  # loaded already
        if embedder is not None:
            tools.__dict__["embedder"] = embedder
        return Way(Desk(database, Here(tools)), Blobs(tmp_path / "blobs"), settings)

    return build


def passages(database: Database) -> dict[str, PassageRow]:
    with database.reading() as session:
        return {row.id: row for row in session.scalars(select(PassageRow))}


def test_passages_of_another_model_are_placed_again_and_cards_stay(
    database: Database, way_with: Callable[..., Way], embedder: SentenceEmbedder, small_model: Path
) -> None:
    before = way_with(embed.SHIPPED, embedder)
    before.draft(mined(database, before, INTERVIEW, "a"))
    with database.writing() as session:
        session.scalars(select(Card).order_by(Card.id)).first().nearest = 0.9  # type: ignore[union-attr]
    old = passages(database)
    assert {row.model for row in old.values()} == {embed.SHIPPED_SHA256}
    with database.reading() as session:
        shown = {card.id: etag(library.view(session, MANAGER, card)) for card in session.scalars(select(Card))}

    after = way_with(str(small_model))
    job = mined(database, after, INTERVIEW.replace("lorry", "tram"), "b")
    after.draft(job)

    mark = embed.stamp_of(str(small_model)).mark
    now = passages(database)
    assert {row.model for row in now.values()} == {mark}
    texts = [row.text for row in now.values()]
    assert [row.vector for row in now.values()] == [
        pack(one) for one in load_embedder(str(small_model), 1).embed(texts)
    ]
    assert len(now) > len(old)
    with database.reading() as session:
        assert {one: etag(library.view(session, MANAGER, session.get_one(Card, one))) for one in shown} == shown
        assert max(session.scalars(select(Card.nearest))) == 0  # of the old space, in which nothing is approved
        warnings = session.get_one(Recording, job.recording_id).warnings
        links = [link for card in session.scalars(select(Card)) for link in card.links]
    assert any(f"{len(old)} passages of earlier interviews were placed anew" in warning for warning in warnings)
    assert {link.to_id for link in links} & set(old)


def test_an_interview_half_way_is_placed_again_before_it_is_drafted(
    database: Database, way_with: Callable[..., Way], embedder: SentenceEmbedder, small_model: Path
) -> None:
    before = way_with(embed.SHIPPED, embedder)
    job = mined(database, before, INTERVIEW, "a")
    with database.writing() as session:
        job = Job(job.recording_id, next_attempt(session, job.recording_id))
    after = way_with(str(small_model))
    after.begin(job)
    after.place(job)
    with database.reading() as session:
        placed = load_mining(session, job.recording_id)
    assert placed is not None
    said = [statement.text for statement in placed.statements]
    assert np.array_equal(placed.vectors, load_embedder(str(small_model), 1).embed(said))
    assert [stamp.name for stamp in placed.models if stamp.stage == "embed"] == [small_model.name]
    after.draft(job)
    assert {row.model for row in passages(database).values()} == {embed.stamp_of(str(small_model)).mark}


def test_what_was_placed_again_before_a_stop_is_not_placed_once_more(
    database: Database, way_with: Callable[..., Way], embedder: SentenceEmbedder
) -> None:
    way = way_with(embed.SHIPPED, embedder)
    way.draft(mined(database, way, INTERVIEW, "a"))
    with database.writing() as session:
        everything = strangers(session, "other", limit=100)
        assert everything == sorted(everything, key=lambda one: one.id)
        assert len(everything) > 1
        first = strangers(session, "other", limit=1)
        place_again(session, [*first, Stranger("gone meanwhile", "")], embedder.embed(["a", "b"]), mark="other")
        assert strangers(session, "other", limit=100) == everything[1:]
