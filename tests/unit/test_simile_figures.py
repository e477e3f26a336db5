import json

import pytest

from models.errors import Invalid
from pipeline.settings import Settings
from pipeline.simile_figures import Figure, Mark, Proposal, Tally, read_marked, similes
from pipeline.tools import build_tools

TALK = (
    "Ann: How is the dough in winter?\n"
    "Ben: The dough sleeps like a bear. I like a firm crust. You add things like a pinch of malt. "
    "It rises like a normal dough.\n"
    "Ann: And the oven, is it like a dragon?\n"
    "Ben: We have like a meeting on Mondays. It never sulks."
)


def mark(words, label="figurative"):
    start = TALK.index(words)
    return {"start": start, "end": start + len(words), "label": label}


def write(folder, *figures, **changed):
    document = {"format": "simile-gold/1", "id": "baker", "transcript": TALK, "figures": list(figures), **changed}
    (folder / "baker.json").write_text(json.dumps(document), encoding="utf-8")


def test_ours_finds_the_figure_and_the_trivial_one_finds_fillers_too(tmp_path):
    write(tmp_path, mark("The dough sleeps like a bear"), mark("It never sulks"))
    report = similes(tmp_path, build_tools(Settings(data_dir=tmp_path / "var")))
    ours, every = (report.document["report"][name] for name in ("tacit", "every “like” + noun"))
    assert (ours["shown"], ours["precision"], ours["recall"]) == (1, 1.0, 0.5)  # nobody finds the sulking
    assert ours["AP"] == pytest.approx((1 + 2 / 4) / 2)  # of four: two more likenesses, and what is overlooked
    assert every["shown"] > 3 > every["precision"] * 10
    (interview,) = report.document["interviews"]
    assert [one["text"] for one in interview["similes"]] == ["The dough sleeps like a bear"]
    assert report.table.count("\n") == 4


def test_what_an_interviewer_says_does_not_count(tmp_path):
    write(tmp_path, mark("is it like a dragon"), mark("The dough sleeps like a bear"))
    report = similes(tmp_path, build_tools(Settings(data_dir=tmp_path / "var")))
    assert report.document["report"]["tacit"]["recall"] == 1.0


def test_a_tally_tells_strict_from_borderline():
    def said(score, *, shown):
        return Proposal(0, 1, score, shown)

    found = [
        (said(3.0, shown=True), Figure.FIGURATIVE),
        (said(2.0, shown=True), Figure.BORDERLINE),
        (said(1.0, shown=True), Figure.LITERAL),
        (said(0.0, shown=False), Figure.FIGURATIVE),
    ]
    shown, rate, strict, loose, recall, ap, _ = Tally(10_000, found, missed=2).row()
    assert (shown, rate, strict, loose, recall) == (3, 3.0, 1 / 3, 2 / 3, 1 / 4)
    assert ap == pytest.approx((1 + 2 / 4 + 3 / 5 + 4 / 6) / 4)


def test_nothing_said_has_no_figures():
    assert set(Tally().row()) == {0}


@pytest.mark.parametrize(
    "changed",
    [
        {"format": "else"},
        {"transcript": None, "figures": [{"start": 0, "end": 9999, "label": "figurative"}]},
        {"figures": [{"start": 5, "end": 3, "label": "figurative"}]},
        {"figures": [{"start": 5, "end": 9, "label": "funny"}]},
        {"figures": [{"start": 0, "label": "figurative"}]},
        {"figures": [{"start": 0, "end": 40, "label": "figurative"}]},  # across two speakers
        {"figures": 7},
    ],
)
def test_marks_that_do_not_fit_are_refused(changed, tmp_path):
    write(tmp_path, **changed)
    with pytest.raises(Invalid, match="simile-gold/1"):
        read_marked(tmp_path)


def test_marks_are_counted_in_what_was_said(tmp_path):
    write(tmp_path, mark("It never sulks"), mark("The dough sleeps like a bear", "borderline"))
    (talk,) = read_marked(tmp_path)
    assert [talk.transcript.text[one.start : one.end] for one in talk.figures] == [
        "The dough sleeps like a bear",
        "It never sulks",
    ]
    assert isinstance(talk.figures[0], Mark)
