"""What gathering brings comes once, whatever is stopped between two stages or done twice."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select
from workbench import INTERVIEW, Here, mined

from models.blobs import Blobs
from models.db import Database
from models.errors import Unavailable
from models.store import next_attempt
from models.tables import Card, CardLink, PassageRow, Proposal, ProposalKind
from pipeline.embed import SentenceEmbedder
from pipeline.jobs import Desk, Job
from pipeline.settings import Settings
from pipeline.tools import Tools, build_tools
from pipeline.way import Way

AGAIN = INTERVIEW.replace("Keeper", "Colleague").replace("like a lorry", "like a van")


class Breaking(Here):
    """Dies at the first call of that name, and comes back."""

    def __init__(self, tools: Tools, at: str) -> None:
        super().__init__(tools)
        self._at: str | None = at

    def call(self, name: str, arguments: Mapping[str, Any], **told: Any) -> Any:
        if name == self._at:
            self._at = None
            raise Unavailable("the worker died")
        return super().call(name, arguments, **told)


@pytest.fixture
def tools(tmp_path: Path, language: Any, embedder: SentenceEmbedder) -> Tools:
    tools = build_tools(Settings(data_dir=tmp_path, threads=1))
    tools.__dict__.update(language=language, embedder=embedder)  # loaded already
    return tools


def way(database: Database, worker: Here, tools: Tools) -> Way:
    return Way(Desk(database, worker), Blobs(tools.settings.blob_dir), tools.settings)


def kept(database: Database) -> dict[str, list[Any]]:
    """What gathering wrote, without the hour."""
    with database.reading() as session:
        cards = [(one.id, one.version, one.rank, one.worth, one.twin_id) for one in session.scalars(select(Card))]
        offered = [(one.id, one.card_id, one.other_id, one.kind) for one in session.scalars(select(Proposal))]
        links = [(one.card_id, one.to_id, one.kind) for one in session.scalars(select(CardLink))]
        passages = list(session.scalars(select(PassageRow.id)))
    return {"cards": sorted(cards), "proposals": sorted(offered), "links": sorted(links), "passages": sorted(passages)}


@pytest.mark.parametrize("at", ["space", "gather"])
def test_what_was_stopped_between_two_stages_is_whole_after_the_next_try(
    database: Database, tools: Tools, at: str
) -> None:
    whole = way(database, Here(tools), tools)
    whole.draft(mined(database, whole, INTERVIEW, "a"))
    before = kept(database)
    broken = way(database, Breaking(tools, at), tools)
    job = mined(database, broken, AGAIN, "b")
    with pytest.raises(Unavailable):
        broken.draft(job)
    assert kept(database) == before

    broken.draft(job)

    after = kept(database)
    assert {kind for *_, kind in after["proposals"]} == {ProposalKind.EVIDENCE}
    assert len(after["cards"]) == len(after["passages"]) > len(before["cards"])
    broken.draft(job)
    with database.writing() as session:
        again = Job(job.recording_id, next_attempt(session, job.recording_id))
    broken.begin(again)
    broken.draft(again)
    assert kept(database) == after
