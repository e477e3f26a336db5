"""A language model that the settings name words the drafts of a recording; people see that it did."""

from pathlib import Path

from chat_house import endpoint
from workbench import INTERVIEW, MANAGER, Bench

from api.showing import slots_of
from models import library
from models.tables import Card, RecordingState
from models.values import LINE_SLOTS


def test_drafts_are_worded_by_the_model_where_it_says_what_the_expert_said(tmp_path: Path) -> None:
    def answer(asked: dict[str, list[str]]) -> dict[str, object]:
        lines = [line.replace("I look for", "Look for").replace("never", "always") for line in asked["lines"]]
        return {"title": "Buy more bees", "lines": lines}

    with endpoint(answer) as there:
        bench = Bench(tmp_path, rewording_url=f"{there.url}/v1", rewording_model="bee", rewording_key="secret")
        bench.engine.start()
        try:
            recording_id = bench.hand_in(bench.upload(INTERVIEW))
            assert bench.done(recording_id).state is RecordingState.READY
            with bench.database.reading() as session:
                rows = [session.get_one(Card, card_id) for card_id in bench.cards(recording_id)]
                views = [library.view(session, MANAGER, row) for row in rows]
        finally:
            bench.close()
    assert len(there.asked) == sum(view.first for view in views)
    assert set(there.keys) == {"Bearer secret"}
    lines = [line for view in views for slot in LINE_SLOTS for line in view.content.lines(slot)]
    worded = [line.text for line in lines if line.by == "llm:bee"]
    assert [text[:20] for text in worded] == ["Look for queen cells"]
    assert not any("always" in line.text for line in lines)
    assert {view.content.title_by for view in views} == {"machine"}
    notes = [line.note for view in views for slot in slots_of(view) for line in slot.lines if line.text in worded]
    assert all("worded by bee" in note for note in notes)
    assert notes
    assert all(mark.verified for view in views for mark in view.marks)
