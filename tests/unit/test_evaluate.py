import json
from dataclasses import replace

import numpy as np
import pytest
from simulated import favour

from models.errors import Invalid
from pipeline.evaluate import cards, ranked_by, read_marked
from pipeline.measures import Group, Quote, Ranked, Unit, bcubed, citing, marked, ranking
from pipeline.settings import Settings
from pipeline.tools import build_tools

LINES = [
    "First you wash the old brush.",
    "I like long walks on the beach.",
    "Never force the lid — it “snaps”.",
    "Okay.",
    "If it sticks, you pull it all out.",
    "The weather was quite nice then.",
]
GOLD = [True, False, True, False, True, False]


def interview(groups=((0,), (2,), (4,)), gold=GOLD, lines=LINES):
    """An interview of these lines, each a unit."""
    units, at = [], 0
    for number, line in enumerate(lines):
        units.append(Unit(f"L{number}", at, at + len(line), gold[number]))
        at += len(line) + 1
    grouped = [Group("step", tuple(f"L{unit}" for unit in group)) for group in groups]
    return marked("t/1", "t", "\n".join(lines), units, grouped, coverage_level="step", grouping_levels=["step"])


def ranked(*quotes, scores=None):
    return [Ranked(Quote(quote, 0), score) for quote, score in zip(quotes, scores or range(0, -99, -1), strict=False)]


def cited(*cards, budget=1.0, **more):
    return citing(interview(**more), [[Quote(text, 0) for text in card] for card in cards], budget=budget)


@pytest.mark.parametrize(
    ("said", "found"),
    [
        ("Never force the lid — it “snaps”.", range(13, 19)),
        # but for white space and the sort of quotation marks and dashes
        ('Never  force\nthe lid - it "snaps".', range(13, 19)),
        # over the border of two lines
        ("the beach. Never force", range(11, 15)),
        # words that are not there, and none at all
        ("Never bend the lid", None),
        ("...", None),
        # half a word is none
        ("ever force", range(14, 15)),
    ],
)
def test_a_quote_is_found_where_its_words_stand(said, found):
    assert interview().find(Quote(said, 0)) == found


def test_the_place_nearest_to_the_hint_is_taken():
    twice = interview(lines=["yes it is", "no", "yes it is"], gold=[True] * 3, groups=())
    assert twice.find(Quote("yes it is", 0)) == range(3)
    assert twice.find(Quote("yes it is", 13)) == range(4, 7)


@pytest.mark.parametrize(
    ("order", "ap"),
    [
        ((0, 2, 4, 1, 3, 5), 1.0),
        ((1, 3, 5, 0, 2, 4), (1 / 4 + 2 / 5 + 3 / 6) / 3),
        # nothing ranked is one tie: the share of gold units
        ((), 0.5),
        # what is left comes last, as one tie
        ((0,), (1 + 2 * 3 / 6) / 3),
    ],
)
def test_average_precision_counts_gold_units_from_the_top(order, ap):
    assert ranking(interview(), ranked(*(LINES[number] for number in order)))["ap"] == pytest.approx(ap)


def test_equal_scores_are_one_tie_and_a_lost_quote_is_wrong():
    tied = ranking(interview(), ranked(LINES[0], LINES[1], scores=[1.0, 1.0]))
    assert tied["ap"] == pytest.approx((1 / 2 + 2 * 3 / 6) / 3)
    assert tied["p_at_10"] == pytest.approx(0.5)
    lost = ranking(interview(), ranked("not said by anybody", LINES[0]))
    assert lost["ap"] == pytest.approx((1 / 2 + 2 * 3 / 7) / 3)


def test_cards_are_right_where_their_words_are_marked():
    found = cited([LINES[0], LINES[1]], [LINES[2]])
    assert found["precision"] == pytest.approx(2 / 3)
    assert found["recall"] == pytest.approx(2 / 3)
    assert found["near"] == 1.0  # the line between two marked ones
    assert found["coverage"] == pytest.approx(2 / 3)
    assert (found["grounded"], found["cards"]) == (1.0, 2.0)


def test_a_unit_is_taken_from_half_of_its_words_on():
    assert cited(["First you wash"])["recall"] == pytest.approx(1 / 3)
    assert cited(["First you"])["recall"] == 0


def test_only_what_fits_the_budget_covers():
    assert cited([LINES[0]], [LINES[2]], budget=0.2)["coverage"] == pytest.approx(1 / 3)
    assert cited([LINES[0]], [LINES[2]], budget=0.0)["coverage"] == 0


def test_a_quote_that_nobody_said_is_told_and_counts_as_wrong():
    found = cited(["nobody said that", LINES[0]])
    assert (found["grounded"], found["precision"]) == (0.5, 0.5)


def test_no_cards_have_no_figures_but_are_grounded():
    found = cited()
    assert (found["precision"], found["coverage"], found["bcubed_step"], found["grounded"]) == (0, 0, 0, 1)


@pytest.mark.parametrize(
    ("clusters", "classes", "f"),
    [
        ([[0, 1], [2]], [[0, 1], [2]], 1.0),
        # all in one: the precision of each is the share of its class
        ([[0, 1, 2, 3]], [[0, 1], [2, 3]], 2 * 0.5 * 1 / 1.5),
        # each alone: the recall is
        ([[0], [1], [2], [3]], [[0, 1], [2, 3]], 2 * 0.5 * 1 / 1.5),
        # the same cluster twice loses precision
        ([[0, 1], [0, 1]], [[0, 1]], 2 * 0.5 * 1 / 1.5),
        # nothing shared
        ([[0]], [[1]], 0.0),
        ([], [], 0.0),
    ],
)
def test_bcubed_compares_two_groupings(clusters, classes, f):
    assert bcubed(clusters, classes) == pytest.approx(f)


# ---- the way from files to a report

TALK = [
    ("Ann", "How do you clean the brush?"),
    ("Ben", "First you wash the old brush in warm water. Never force the bristles, because the glue breaks."),
    ("Ann", "And what do you do on Sundays?"),
    ("Ben", "I like long walks on the beach. We had nice weather."),
]


def gold_file(folder, name="01"):
    text = "\n".join(f"{speaker}: {said}" for speaker, said in TALK)
    marks = ["First you wash the old brush in warm water.", "I like long walks on the beach."]
    starts = [text.index(mark) for mark in marks]
    document = {
        "format": "card-gold/1",
        "id": f"brushes/{name}",
        "set": "brushes",
        "transcript": text,
        "units": [
            {"id": f"u{n}", "start": at, "end": at + len(mark), "gold": n == 0}
            for n, (at, mark) in enumerate(zip(starts, marks, strict=True))
        ],
        "groups": [{"id": "g0", "level": "step", "label": "Wash", "units": ["u0"]}],
        "coverage_level": "step",
        "grouping_levels": ["step"],
    }
    folder.mkdir(exist_ok=True)
    (folder / f"{name}.json").write_text(json.dumps(document), encoding="utf-8")
    return document


def test_marked_interviews_go_the_real_way_and_give_a_table(tmp_path):
    gold_file(tmp_path / "brushes")
    told = []
    backwards = lambda mined: ranked_by(mined, [-one.score for one in mined.statements])  # noqa: E731
    report = cards(tmp_path, build_tools(Settings()), told.append, rivals={"ours, backwards": backwards})
    assert told == [1.0]
    assert [line.split(" | ")[1] for line in report.table.splitlines()[2:]] == [
        "tacit",
        "random statements",
        "longest answers",
        "ours, backwards",
    ]
    (interview,) = report.document["interviews"]
    assert interview["id"] == "brushes/01"
    assert {"quote", "score", "start_char"} == interview["statements"][0].keys()
    assert interview["cards"]
    figures = report.document["report"]["tacit"]["interviews"]["brushes/01"]
    assert figures["grounded"] == 1.0
    assert figures["ap"] > report.document["report"]["ours, backwards"]["interviews"]["brushes/01"]["ap"]
    assert json.loads(json.dumps(report.document)) == report.document


def test_what_verdicts_have_taught_stands_beside_the_score_alone(tmp_path):
    gold_file(tmp_path)
    taught = favour(0.0)
    wild = replace(taught, direction=tuple(np.random.default_rng(1).normal(scale=9, size=len(taught.direction))))
    tools = build_tools(Settings())
    same = cards(tmp_path, tools, correction=taught).document["report"]
    other = cards(tmp_path, tools, correction=wild).document["report"]
    assert same["tacit with verdicts"] == same["tacit"] == other["tacit"]
    assert list(other) == ["tacit", "random statements", "longest answers", "tacit with verdicts"]


def test_other_json_files_are_passed_over(tmp_path):
    gold_file(tmp_path)
    (tmp_path / "other.json").write_text('{"format": "else"}', encoding="utf-8")
    assert [one.id for one in read_marked(tmp_path)] == ["brushes/01"]


@pytest.mark.parametrize("content", [None, "{", '{"format": "card-gold/1", "id": "a"}', '{"format": "else"}', "[]"])
def test_a_directory_without_readable_marks_is_refused_with_a_remedy(content, tmp_path):
    if content is not None:
        (tmp_path / "a.json").write_text(content, encoding="utf-8")
    with pytest.raises(Invalid, match=r"JSON|card-gold/1") as refused:
        read_marked(tmp_path)
    assert "card-gold/1" in refused.value.remedy
