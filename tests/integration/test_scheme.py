"""Concepts over HTTP and on the pages: SKOS that people edit, that no run undoes, and that shows nobody too much."""

import re
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from alembic import command
from alembic.script import ScriptDirectory
from fastapi.testclient import TestClient
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from rest_house import House, drafted, two_turns
from sqlalchemy import text

from models import accounts, consent, drafts, labelling, scheme, store, terms, thesaurus, transcripts
from models.access import ALL_SCOPES, Agreement, Caller, Role, Scope
from models.db import Database, migrations, open_engine, upgrade
from models.redaction import Redaction
from models.tables import CardState, ConceptMention, ConceptRow, Recording
from models.values import MACHINE, Concept, RedactionState, Span

MANAGER = Caller("m1", "Mo", Role.MANAGER)
RINGS = "when it rings like a small bell it is dry"
DULL = "If it sounds dull, wait until the morning"
SHA = two_turns().sha256


def span(words: str) -> Span:
    start = two_turns().text.index(words)
    return Span(start, start + len(words), words)


POT = Concept("pot", "pot", ("pots",), related=("bell",), definitions=(span(RINGS),), weight=3.0)
BELL = Concept("small-bell", "small bell", (), broader=("bell",), weight=2.0)
BIG = Concept("bell", "bell", ("bells",), related=("pot",), weight=1.5)


def told(house: House, *concepts: Concept, collection: str | None = None, **card: Any) -> str:
    """The id of a new recording of Mara that speaks of the concepts, with a card that names some of them."""
    with house.database.writing() as session:
        mara = store.find_or_add_expert(session, "Mara")
        agreed = (Agreement(mara.id, ALL_SCOPES),)
        new = store.NewRecording("Glazing", "0" * 64, "talk.vtt", experts=(mara.id,), agreements=agreed)
        recording = store.add_recording(session, replace(new, collection_id=collection), by=MANAGER)
        transcripts.add_transcript(session, recording.id, two_turns(), MACHINE)
        recording_id = recording.id
    said(house, recording_id, *concepts, **card)
    return recording_id


def said(
    house: House,
    recording_id: str,
    *concepts: Concept,
    on_card: Sequence[str] = (),
    approved: bool = False,
    quote: str = RINGS,
) -> None:
    """Let the recording speak of these concepts, as a run of the pipeline would."""
    made = drafted(recording_id, two_turns(), quote)
    made = replace(made, content=replace(made.content, concepts=tuple(on_card)))
    with house.database.writing() as session:
        vectors = np.ones((1, 8), np.float32)
        (card,) = drafts.add_drafts(session, recording_id, [made], vectors=vectors, concepts=concepts)
        if approved:
            card.state, card.served_revision = CardState.APPROVED, 1


def concept(client: TestClient, concept_id: str) -> dict[str, Any]:
    answer = client.get(f"concepts/{concept_id}")
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


def change(client: TestClient, concept_id: str, path: str = "", **members: Any) -> Any:
    etag = client.get(f"concepts/{concept_id}").headers.get("etag", "*")
    headers = {"If-Match": etag}
    if path:
        return client.post(f"concepts/{concept_id}/{path}", json=members, headers=headers)
    return client.patch(f"concepts/{concept_id}", json=members, headers=headers)


def ids(client: TestClient, query: str = "") -> list[str]:
    answer = client.get(f"concepts?{query}")
    assert answer.status_code == 200, answer.text
    return [one["id"] for one in answer.json()["items"]]


# What people say stays


def test_what_a_person_said_survives_later_runs_and_interviews(house: House) -> None:
    first = told(house, POT, BELL, BIG)
    manager = house.client(Role.MANAGER)
    sent = {"pref_label": "Crock", "alt_labels": ["jar"], "definition": "What is fired."}
    assert change(manager, "pot", **sent).status_code == 200
    said(house, first, replace(POT, pref_label="pot!", alt_labels=("pots", "potty")), BELL, BIG)  # a re-run
    told(house, replace(POT, alt_labels=("vessel",), broader=("bell",)), BIG, quote=DULL)  # another interview
    found = concept(manager, "pot")
    assert found["pref_label"] == "Crock"
    assert found["alt_labels"] == ["jar", "pot", "pot!", "potty", "vessel"]  # "pots" was taken away
    assert found["definitions"][0]["text"] == "What is fired."
    assert found["broader"] == ["bell"]
    assert change(manager, "pot", broader=[], pref_label=None).status_code == 200
    told(house, replace(POT, broader=("bell",)), BIG)
    found = concept(manager, "pot")
    assert (found["broader"], found["pref_label"]) == ([], "pot!")


def test_a_later_interview_adds_names_and_renames_nothing(house: House) -> None:
    told(house, Concept("loaf", "loaf"))
    told(house, Concept("loaf", "Loaves", ("boule",)), quote=DULL)
    found = concept(house.client(Role.MANAGER), "loaf")
    assert (found["pref_label"], found["alt_labels"]) == ("loaf", ["boule", "Loaves"])


def test_a_merged_concept_leads_to_its_heir_and_brings_its_cards(house: House) -> None:
    told(house, POT, on_card=["pot"])
    told(house, Concept("jar", "jar", ("jars",)), on_card=["jar"], quote=DULL)
    manager = house.client(Role.MANAGER)
    merged = change(manager, "pot", "merge", concepts=["jar"]).json()
    assert (merged["alt_labels"], merged["merged"], merged["card_count"]) == (["jar", "jars", "pots"], ["jar"], 2)
    moved = manager.get("concepts/jar")
    assert (moved.status_code, moved.headers["location"]) == (301, "/api/v1/concepts/pot")
    assert ids(manager) == ["pot"]
    for name in ("pot", "jar"):  # both ids find both cards
        cards = manager.get(f"cards?concept={name}").json()["items"]
        assert [card["concepts"] for card in cards] == ([["pot"], ["pot"]] if name == "pot" else [["pot"]])
    parted = change(manager, "pot", "split", concepts=["jar"]).json()
    assert (parted["alt_labels"], parted["card_count"]) == (["pots"], 1)
    assert ids(manager) == ["jar", "pot"]
    kinds = [event["type"] for event in manager.get("concepts/pot/history").json()["items"]]
    assert kinds == ["merged", "split"]


def test_merging_keeps_what_people_said_of_either_and_makes_no_circle(house: House) -> None:
    told(house, POT, BELL, BIG)
    manager = house.client(Role.MANAGER)
    change(manager, "small-bell", pref_label="chime", definition="A little one.")
    assert concept(manager, "small-bell")["broader"] == ["bell"]
    merged = change(manager, "bell", "merge", concepts=["small-bell"]).json()
    assert (merged["broader"], merged["narrower"]) == ([], [])
    assert "chime" in merged["alt_labels"]
    assert [one["text"] for one in merged["definitions"]] == ["A little one."]


def test_what_is_no_concept_is_shown_nowhere_and_can_be_brought_back(house: House) -> None:
    told(house, POT, BIG, on_card=["pot", "bell"], approved=True)
    manager, reader = house.client(Role.MANAGER), house.client(Role.READER)
    assert change(manager, "pot", hidden=True).json()["hidden"] is True
    assert ids(reader) == ids(manager) == ["bell"]
    assert ids(manager, "hidden=true") == ["pot"]
    assert reader.get("concepts/pot").status_code == 404
    assert reader.get("cards").json()["items"][0]["concepts"] == ["bell"]
    assert concept(reader, "bell")["related"] == []
    assert change(manager, "pot", hidden=False).status_code == 200
    assert ids(reader) == ["bell", "pot"]


def test_an_experts_definition_can_be_struck(house: House) -> None:
    told(house, POT)
    manager = house.client(Role.MANAGER)
    (found,) = concept(manager, "pot")["definitions"]
    assert (found["text"], found["by"], found["transcript_sha256"]) == (RINGS, "machine", SHA)
    assert change(manager, "pot", not_definitions=[found["id"]]).json()["definitions"] == []
    assert change(manager, "pot", not_definitions=None).json()["definitions"] == [found]


def test_people_relate_concepts_both_ways(house: House) -> None:
    told(house, POT, BIG, Concept("kiln", "kiln"))
    manager = house.client(Role.MANAGER)
    assert concept(manager, "bell")["related"] == ["pot"]
    assert change(manager, "pot", related=["kiln"]).json()["related"] == ["kiln"]
    assert (concept(manager, "kiln")["related"], concept(manager, "bell")["related"]) == (["pot"], [])


REFUSED = [
    # what is sent, the status, where
    ({"broader": ["small-bell"]}, 422, "/broader/0"),  # it is narrower: a circle
    ({"broader": ["bell"]}, 422, "/broader/0"),  # itself
    ({"related": ["nothing"]}, 422, "/related/0"),
    ({"pref_label": " "}, 422, "/pref_label"),
    ({"colour": "red"}, 422, "/colour"),
    ({"alt_labels": ["x"] * 201}, 422, "/alt_labels"),
    ({"pref_label": "POT"}, 409, None),  # another concept has that name
    ({"related": ["pot"], "broader": ["pot"]}, 422, "/related"),
]


@pytest.fixture
def belled(house: House) -> House:
    told(house, POT, BELL, BIG)
    return house


def test_what_does_not_fit_is_refused_with_its_place_and_changes_nothing(belled: House) -> None:
    manager = belled.client(Role.MANAGER)
    before = concept(manager, "bell")
    for members, status, pointer in REFUSED:
        answer = change(manager, "bell", **members)
        assert answer.status_code == status, (members, answer.text)
        assert pointer is None or pointer in [error["pointer"] for error in answer.json()["errors"]]
    assert change(manager, "bell", "merge", concepts=["bell"]).status_code == 422
    assert change(manager, "bell", "merge", concepts=["nothing"]).status_code == 404
    assert change(manager, "bell", "split", concepts=["pot"]).status_code == 422
    assert concept(manager, "bell") == before


def test_a_change_names_the_version_that_was_seen_and_wants_a_manager(belled: House) -> None:
    manager = belled.client(Role.MANAGER)
    etag = manager.get("concepts/pot").headers["etag"]
    assert manager.patch("concepts/pot", json={"pref_label": "x"}).status_code == 428
    assert manager.patch("concepts/pot", json={"pref_label": "x"}, headers={"If-Match": etag}).status_code == 200
    stale = manager.patch("concepts/pot", json={"pref_label": "y"}, headers={"If-Match": etag})
    assert stale.status_code == 412
    assert manager.get("concepts/pot", headers={"If-None-Match": stale.headers["etag"]}).status_code == 304
    for role in (Role.READER, Role.EXPERT):
        client = belled.client(role)
        assert client.patch("concepts/pot", json={}).status_code == 403
        assert client.post("concepts/pot/merge", json={"concepts": ["bell"]}).status_code == 403
        assert client.get("concepts/pot/history").status_code == 403
    (event,) = manager.get("concepts/pot/history").json()["items"]
    assert (event["type"], event["changes"], event["by"][:6]) == ("edited", {"pref_label": "x"}, "human:")


def test_one_interview_more_shows_what_looking_at_all_of_them_would(house: House) -> None:
    told(house, POT, BELL, BIG)
    told(house, replace(POT, alt_labels=("jar",), broader=("bell",)), replace(BIG, broader=("pot",)), quote=DULL)
    told(house, replace(BELL, alt_labels=("chime",)), POT, BIG)
    columns = ("id", "pref_label", "words", "broader", "related", "weight")
    with house.database.writing() as session:

        def shown() -> list[tuple[Any, ...]]:
            rows = session.query(ConceptRow).order_by(ConceptRow.id)
            return [tuple(getattr(row, name) for name in columns) for row in rows]

        grown = shown()
        thesaurus.settle(session, ["pot", "bell", "small-bell"])
        assert shown() == grown


# Who sees what


def test_readers_see_the_concepts_of_approved_cards_only(house: House) -> None:
    told(house, POT, BELL, BIG, on_card=["pot"], approved=True)
    told(house, Concept("kiln", "kiln"), on_card=["kiln"], quote=DULL)
    reader = house.client(Role.READER)
    assert ids(reader) == ["pot"]
    found = concept(reader, "pot")
    assert (found["related"], found["broader"], found["card_count"]) == ([], [], 1)
    assert [card["state"] for card in found["cards"]] == ["approved"]
    assert reader.get("concepts/kiln").status_code == reader.get("concepts/bell").status_code == 404
    assert ids(house.client(Role.MANAGER)) == ["bell", "kiln", "pot", "small-bell"]
    mara = house.client(Role.EXPERT, expert="Mara")
    assert ids(mara) == ["bell", "kiln", "pot", "small-bell"]  # she is heard in both
    assert ids(house.client(Role.EXPERT, expert="Bo")) == ["pot"]


def test_names_do_not_pass_from_one_collection_to_another(house: House) -> None:
    with house.database.writing() as session:
        rooms = {name: store.find_or_add_collection(session, name).id for name in ("East", "West")}
    told(house, replace(POT, definitions=()), on_card=["pot"], collection=rooms["East"], approved=True)
    told(house, Concept("pot", "pot", ("secret jar",), definitions=(span(DULL),)), collection=rooms["West"], quote=DULL)
    east = house.client(Role.MANAGER, collections=[rooms["East"]])
    assert concept(east, "pot")["alt_labels"] == ["pots"]
    assert concept(east, "pot")["definitions"] == []
    assert ids(east, "q=secret") == []
    everywhere = house.client(Role.MANAGER)
    assert concept(everywhere, "pot")["alt_labels"] == ["pots", "secret jar"]
    assert ids(everywhere, "q=secret jar") == ["pot"]
    assert ids(everywhere, f"collection={rooms['West']}") == ["pot"]


def test_lists_are_searched_sorted_and_turned_page_by_page(belled: House) -> None:
    manager = belled.client(Role.MANAGER)
    assert ids(manager, "sort=weight") == ["pot", "small-bell", "bell"]
    assert ids(manager, "q=BELL") == ["bell", "small-bell"]
    first = manager.get("concepts?limit=2").json()
    assert ids(manager, f"limit=2&cursor={first['next']}") == ["small-bell"]
    assert manager.get("concepts?sort=age").status_code == manager.get("concepts?x=1").status_code == 422


def test_hidden_words_are_in_no_label_and_no_definition(house: House) -> None:
    words = span("small bell")
    recording_id = told(
        house, POT, BELL, replace(BIG, alt_labels=("small bell",)), on_card=["pot", "small-bell", "bell"], approved=True
    )
    with house.database.writing() as session:
        hidden = Redaction(words.start_char, words.end_char, "person", RedactionState.ACCEPTED, "human:m1")
        said_now = replace(two_turns(), redactions=(hidden,))
        transcripts.add_transcript(session, recording_id, said_now, "human:m1")
    for role in (Role.READER, Role.MANAGER):
        client = house.client(role)
        assert ids(client) == ["bell", "pot"]
        assert client.get("concepts/small-bell").status_code == 404
        assert ids(client, "q=small") == []
        everything = client.get("concepts.jsonld").text + client.get("concepts").text + client.get("concepts/pot").text
        assert "small" not in everything
        assert "█████ ████" in concept(client, "pot")["definitions"][0]["text"]


def test_what_consent_takes_back_is_gone_from_labels_and_definitions(house: House) -> None:
    first = told(house, POT, BELL, on_card=["pot"])
    told(house, Concept("pot", "pot", ("vessel",)), on_card=["pot"], quote=DULL)
    manager = house.client(Role.MANAGER)
    with house.database.writing() as session:
        row = session.get_one(Recording, first)
        narrower = Agreement(row.consents[0].expert_id, (Scope.MINE,))
        consent.put_consent(session, row, [narrower], by=MANAGER)
    found = concept(manager, "pot")
    assert (found["alt_labels"], found["definitions"]) == (["vessel"], [])
    with house.database.writing() as session:
        consent.withdraw(session, session.get_one(Recording, first), by=MANAGER)
    assert ids(manager) == ["pot"]
    with house.database.reading() as session:
        assert session.query(ConceptMention).filter_by(recording_id=first).count() == 0
        assert session.get(ConceptRow, "small-bell") is None
        assert session.get_one(ConceptRow, "pot").words == "pot\nvessel"


def test_definitions_of_what_is_not_shared_stay_inside(house: House) -> None:
    recording_id = told(house, POT, on_card=["pot"], approved=True)
    with house.database.writing() as session:
        row = session.get_one(Recording, recording_id)
        row.consents[0].scopes = [scope.value for scope in ALL_SCOPES if scope is not Scope.SHARE_FEED]
    assert concept(house.client(Role.MANAGER), "pot")["definitions"] != []
    assert concept(house.client(Role.READER), "pot")["definitions"] == []


def test_the_engine_hears_the_names_that_people_gave(house: House) -> None:
    told(house, POT, BIG, on_card=["pot", "bell"], approved=True)
    manager = house.client(Role.MANAGER)
    change(manager, "pot", pref_label="Crock")
    change(manager, "bell", hidden=True)
    with house.database.writing() as session:
        assert terms.vocabulary(session, session.query(Recording).one()) == "Crock"


# SKOS


def triples(document: dict[str, Any]) -> list[dict[str, Any]]:
    (top, *concepts) = document["@graph"]
    assert (top["type"], document["@context"]["skos"]) == ("skos:ConceptScheme", "http://www.w3.org/2004/02/skos/core#")
    assert all(one["type"] == "skos:Concept" and one["inScheme"] == top["id"] for one in concepts)
    assert top["hasTopConcept"] == [one["id"] for one in concepts if "topConceptOf" in one]
    return concepts


def check_skos(concepts: list[dict[str, Any]]) -> None:
    """The integrity conditions of SKOS that a single scheme can break, and that nothing is above itself."""
    by_id = {one["id"]: one for one in concepts}
    above = {one["id"]: one["broader"] for one in concepts}

    def upwards(start: str) -> set[str]:
        found: set[str] = set()
        waiting = list(above[start])
        while waiting:
            at = waiting.pop()
            if at not in found:
                found.add(at)
                waiting += above[at]
        return found

    for one in concepts:
        label = one["prefLabel"]
        assert list(label) == ["en"]  # S14: one in each language
        assert isinstance(label["en"], str)
        folded = [other.casefold() for other in one["altLabel"]["en"]]
        assert label["en"].casefold() not in folded  # S13
        assert len(set(folded)) == len(folded)
        assert one["id"] not in upwards(one["id"])
        for other in one["related"]:
            assert other not in upwards(one["id"])  # S27
            assert one["id"] not in upwards(other)
            assert one["id"] in by_id[other]["related"]  # S23: symmetric
        for other in one["broader"]:
            assert one["id"] in by_id[other]["narrower"]  # S25: inverse


def test_the_scheme_is_skos(belled: House) -> None:
    answer = belled.client(Role.MANAGER).get("concepts.jsonld")
    assert answer.headers["content-type"] == "application/ld+json"
    concepts = triples(answer.json())
    assert [one["id"].rpartition("/")[2] for one in concepts] == ["bell", "pot", "small-bell"]
    assert concepts[2]["broader"] == [concepts[0]["id"]]
    assert concepts[1]["definition"] == {"en": [RINGS]}
    check_skos(concepts)


NAMES = ("a", "b", "c", "d", "e")
SOME = st.lists(st.sampled_from(NAMES), max_size=3)
LABELS = st.lists(st.sampled_from(("a", "B", "x", "X", "y")), max_size=3)
MINED = st.lists(st.tuples(st.sampled_from(NAMES), LABELS, SOME, SOME), min_size=1, max_size=5)
DONE = ("alt_labels", "broader", "related", "merge", "pref_label")
EDIT = st.tuples(st.sampled_from(NAMES), st.sampled_from(DONE), SOME)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=st.lists(st.one_of(MINED, EDIT), min_size=1, max_size=8))
def test_no_order_of_interviews_edits_and_mergers_breaks_skos(house: House, steps: list[Any]) -> None:
    from api import skos
    from models.errors import TacitError

    with house.database.writing() as session:
        for number, step in enumerate(steps):
            if isinstance(step, list):
                recording = _recording(session, number)
                mined = {
                    name: Concept(name, name, tuple(labels), tuple(up), tuple(beside))
                    for name, labels, up, beside in step
                }
                thesaurus.keep(session, recording, list(mined.values()))
                continue
            name, member, values = step
            try:
                with session.begin_nested():
                    row = scheme.find_concept(session, MANAGER, name)
                    if member == "merge":
                        labelling.merge(session, row, values, by=MANAGER)
                    else:
                        sent = {member: (values or ["z"])[0] if member == "pref_label" else values}
                        labelling.relabel(session, row, sent, by=MANAGER)
            except TacitError:
                continue
        check_skos(triples(skos.scheme_of(scheme.every_concept(session, MANAGER), "https://x/concepts")))
        session.rollback()


def _recording(session: Any, number: int) -> Recording:
    new = store.NewRecording(title=f"R{number}", sha256=f"{number:064}", file_name="x.txt")
    return store.add_recording(session, new, by=MANAGER)


# Pages


def browser(house: House, role: Role) -> TestClient:
    with house.database.writing() as session:
        accounts.add_user(session, f"user-{role}", role, password="correct horse battery")
    client = TestClient(house.app, base_url="http://testserver", headers={"accept": "text/html"})
    client.post("/sign-in", data={"name": f"user-{role}", "password": "correct horse battery", "next": "/concepts"})
    return client


def fields(page: str) -> dict[str, str]:
    """The hidden fields and the texts of the first form of a concept's page."""
    form = page[page.index("/edit") :]
    found = dict(re.findall(r'name="(\w+)" value="([^"]*)"', form.partition("</form>")[0]))
    found |= dict(re.findall(r'<textarea name="(\w+)"[^>]*>([^<]*)</textarea>', form))
    return {name: value.replace("&#34;", '"') for name, value in found.items()}


def test_a_manager_finds_changes_and_merges_concepts_on_the_pages(house: House) -> None:
    told(house, POT, BELL, BIG, on_card=["pot"])
    client = browser(house, Role.MANAGER)
    listed = client.get("/concepts?q=pot").text
    assert 'href="/concepts/pot"' in listed
    assert "/concepts/bell" not in listed
    page = client.get("/concepts/pot").text
    assert RINGS in page
    sent = fields(page)
    assert "Nothing was changed" in client.post("/concepts/pot/edit", data=sent).text
    wanted = {"pref_label": "Crock", "broader": "Bell", "related": ""}
    saved = client.post("/concepts/pot/edit", data=sent | wanted).text
    assert "<h1>Crock</h1>" in saved
    assert ">bell</a>" in saved
    assert "edited" in saved
    stale = client.post("/concepts/pot/edit", data=sent | {"pref_label": "Jug"})
    assert stale.status_code == 412
    merging = fields(client.get("/concepts/small-bell").text)
    unknown = client.post("/concepts/small-bell/merge", data=merging | {"into": "gong"})
    assert unknown.status_code == 422
    merged = client.post("/concepts/small-bell/merge", data=merging | {"into": "bell"})
    assert merged.url.path == "/concepts/bell"
    assert client.get("/concepts/small-bell").url.path == "/concepts/bell"
    parting = fields(merged.text) | {"concept": "small-bell"}
    assert "stands for itself again" in client.post("/concepts/bell/split", data=parting).text


def test_a_reader_reads_and_changes_nothing_on_the_pages(house: House) -> None:
    told(house, POT, BIG, on_card=["pot"], approved=True)
    client = browser(house, Role.READER)
    assert "/concepts/bell" not in client.get("/concepts").text
    page = client.get("/concepts/pot").text
    assert "Change this concept" not in page
    csrf = re.search(r'name="csrf" value="([^"]*)"', page)
    assert csrf is not None
    assert client.post("/concepts/pot/edit", data={"csrf": csrf[1], "pref_label": "x"}).status_code == 403
    assert client.get("/concepts/bell").status_code == 404


# Migration


def test_what_recordings_said_before_the_migration_is_kept(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'old.db'}"
    engine, config = open_engine(url), migrations()
    before = ScriptDirectory.from_config(config).get_revision("0007").down_revision
    document = '{"concepts": [{"id": "loaf", "pref_label": "loaf", "alt_labels": ["bread"], "broader": []}]}'
    with engine.begin() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, before)
        for row in (
            "INSERT INTO concepts (id, pref_label, alt_labels, broader) VALUES ('loaf', 'loaf', '[\"bread\"]', '[]')",
            "INSERT INTO recordings (id, title, sha256, file_name, state, fraction, warnings, attempt, created_by, "
            "created_at, updated_at) VALUES ('r', 'R', 's', 'f', 'ready', 1, '[]', 1, 'm', '2026-01-01', '2026-01-01')",
        ):
            connection.execute(text(row))
        kept = text("INSERT INTO minings (recording_id, transcript_sha256, document) VALUES ('r', 's', :document)")
        connection.execute(kept, {"document": document})
    engine.dispose()
    upgrade(url)
    migrated = Database(url)
    with migrated.reading() as session:
        (found,) = scheme.every_concept(session, MANAGER)
        assert (found.pref_label, found.alt_labels) == ("loaf", ("bread",))
        assert scheme.list_concepts(session, MANAGER, scheme.ConceptFilter(q="bread")).items == (found,)
    migrated.engine.dispose()
