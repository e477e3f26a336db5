import numpy as np
import pytest

from models.values import Statement
from pipeline.passages import LEAST_WORDS, LONG, choose
from pipeline.text import words

TEN = "one two three four five six seven eight nine ten"
FIFTY = " ".join([TEN] * 5)  # two of them spend what a short interview may


def said(*scores: float, answers: dict[int, int] | None = None, text: str = TEN) -> list[Statement]:
    """Statements of these scores, ten words each, of one answer unless `answers` says otherwise."""
    made, at = [], 0
    for index, score in enumerate(scores):
        answer = (answers or {}).get(index, 0)
        made.append(Statement(index, 0, answer, at, at + len(text), text, None, score))
        at += len(text) + 1
    return made


def chosen(statements, total_words=10**6, share=1.0, vectors=None):
    found = choose(statements, vectors, total_words=total_words, share=share)
    return [passage.statements for passage in found]


def test_the_best_statements_are_chosen_until_the_share_is_spent():
    statements = said(*range(40))
    found = chosen(statements, total_words=1000, share=0.2)
    assert found == [tuple(range(20, 40))]


def test_a_short_interview_may_spend_a_least_number_of_words():
    found = choose(said(*range(40)), total_words=100, share=0.2)
    assert sum(words(passage.text) for passage in found) == LEAST_WORDS


def test_the_best_statement_is_chosen_even_when_it_does_not_fit():
    long = said(1.0, 0.5, text=" ".join([TEN] * 30))
    assert chosen(long, total_words=100, share=0.2) == [(0,)]


def test_a_passage_ends_where_the_answer_does():
    assert chosen(said(1, 1, 1, 1, answers={2: 1, 3: 1})) == [(0, 1), (2, 3)]


OTHER = "We had a long day at the old mill."


@pytest.mark.parametrize(
    ("between", "cut"),
    [
        ([OTHER] * 2, False),
        ([OTHER] * 3, True),
        # what could never be chosen leads to nothing else
        (["Oh no."] * 5, False),
        (["What do you mean by that one?"] * 5, False),
        # parts of one sentence are one
        (["We had a long day at the mill,", "and then we went home again,", "and nobody was late."], False),
        ([OTHER, "We had a long day at the mill,", "and then we went home again.", OTHER], True),
    ],
)
def test_a_passage_ends_where_more_than_two_other_sentences_lie_between(between, cut):
    texts = [FIFTY, *between, FIFTY]
    scores = [1.0, *[0.0] * len(between), 1.0]
    rows = enumerate(zip(texts, scores, strict=True))
    statements = [Statement(n, 0, 0, n, n + 1, text, None, score) for n, (text, score) in rows]
    last = len(texts) - 1
    assert chosen(statements, total_words=0) == ([(0,), (last,)] if cut else [(0, last)])


def test_wanted_statements_come_before_all_others_within_a_tenth():
    statements = said(*range(40))
    found = choose(statements, total_words=1000, share=0.2, wanted={0, 1, 2, 3})
    numbers = {number for passage in found for number in passage.statements}
    assert numbers == {2, 3, *range(22, 40)}  # twenty words of two hundred for them, the best first


def test_questions_and_scraps_are_never_chosen():
    statements = [
        Statement(0, 0, 0, 0, 9, "What would you do about that here?", None, 9.0),
        Statement(1, 0, 0, 9, 19, "Never that.", None, 8.0),
        Statement(2, 0, 0, 19, 40, "Never force the wire in.", None, 1.0),
    ]
    assert chosen(statements) == [(2,)]


def test_a_long_passage_is_split_where_neighbours_differ_most():
    count = LONG // 10 + 4
    vectors = np.zeros((count, 2), np.float32)
    vectors[:9, 0] = vectors[9:, 1] = 1
    assert chosen(said(*[1.0] * count), vectors=vectors) == [tuple(range(9)), tuple(range(9, count))]


def test_a_passage_of_a_readable_length_is_not_split():
    vectors = np.eye(6, dtype=np.float32)
    assert chosen(said(*[1.0] * 6), vectors=vectors) == [tuple(range(6))]


def test_a_passage_holds_its_statements_verbatim():
    first, second = said(1, 1)
    (passage,) = choose([first, second], total_words=1000, share=1.0)
    assert passage.text == f"{first.text} {second.text}"
    assert (passage.start_char, passage.end_char) == (first.start_char, second.end_char)


def test_no_statements_make_no_passages():
    assert choose([], total_words=0, share=0.2) == []
