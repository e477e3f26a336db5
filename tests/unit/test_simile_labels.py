from collections import Counter

import pytest

from models.errors import Invalid
from models.values import JudgedFigure
from pipeline.simile_labels import Figure, of_verdicts, read_labels


def test_there_are_enough_labels_of_each_kind_and_none_twice():
    labels = read_labels()
    count = Counter(one.label for one in labels)
    assert count[Figure.FIGURATIVE] >= 300
    assert count[Figure.LITERAL] >= 300
    assert count[Figure.BORDERLINE] >= 50
    assert len({one.text for one in labels}) == len(labels)


def test_every_figure_says_what_it_is_likened_to():
    for one in read_labels():
        assert (one.source is not None) == (one.label is not Figure.LITERAL)
        for span in (one.source, one.target):
            assert span is None or one.text[span.start_char : span.end_char] == span.text != ""


def test_marks_become_spans_of_the_sentence_without_them(tmp_path):
    path = tmp_path / "labels.tsv"
    path.write_text("label\ttrade\tsentence\nfigurative\tbaking\tSo {the dough} sleeps like a [bear].\n")
    (one,) = read_labels(path)
    assert one.text == "So the dough sleeps like a bear."
    assert (one.target.start_char, one.target.end_char, one.target.text) == (3, 12, "the dough")
    assert (one.source.start_char, one.source.text) == (27, "bear")


@pytest.mark.parametrize(
    ("content", "named"),
    [
        ("", "first line"),
        ("label\tsentence\n", "first line"),
        ("label\ttrade\tsentence\nfunny\tbaking\tIt is.\n", "line 2"),  # a label that there is not
        ("label\ttrade\tsentence\nliteral\tIt is.\n", "line 2"),  # a cell is missing
        ("label\ttrade\tsentence\nliteral\ta\tb\n\nfigurative\ta\tlike a [bear\n", "line 4"),  # a mark is open
        ("label\ttrade\tsentence\nfigurative\ta\t]like a [bear\n", "line 2"),
        ("label\ttrade\tsentence\nfigurative\ta\t[like] a [bear]\n", "line 2"),
    ],
)
def test_a_file_that_cannot_be_read_is_refused_with_its_line(content, named, tmp_path):
    path = tmp_path / "labels.tsv"
    path.write_text(content, encoding="utf-8")
    with pytest.raises(Invalid, match=named) as refused:
        read_labels(path)
    assert refused.value.remedy


def test_a_file_that_is_no_text_is_refused(tmp_path):
    path = tmp_path / "labels.tsv"
    path.write_bytes(b"\xff\xfe\x00")
    with pytest.raises(Invalid):
        read_labels(path)


def test_what_people_kept_is_a_figure_and_what_they_took_away_is_none():
    kept, taken = of_verdicts(
        [
            JudgedFigure("Now it sleeps like a bear.", "it sleeps like a bear", True),
            JudgedFigure("It is like a folder.", "It is like a folder", False),
            JudgedFigure("Something else.", "like a bear", True),
            JudgedFigure("Something else.", "", True),
        ]
    )
    assert (kept.label, kept.expression.start_char) == (Figure.FIGURATIVE, 4)
    assert taken.label is Figure.LITERAL
