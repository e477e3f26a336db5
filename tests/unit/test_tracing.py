"""Where words of one revision stand in another."""

import random
import time
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from models.tracing import RUN, Trace, alike
from models.values import Transcript, Word


def of(text: str, *, step_s: float | None = None) -> Transcript:
    """The text, with a word every `step_s` seconds."""
    words: list[Word] = []
    start = 0
    for number, word in enumerate(text.split() if step_s else []):
        start = text.index(word, start)
        words.append(Word(start, start + len(word), number * step_s, (number + 1) * step_s))  # type: ignore[operator]
        start += len(word)
    return Transcript(text, (), tuple(words))


@pytest.mark.parametrize(
    ("old", "quote", "new", "found"),
    [
        # nothing changed before, behind or in it
        ("No. It is hollow. Done.", "It is hollow.", "No. It is hollow. Done.", "It is hollow."),
        # words before it went: it moved
        ("Well, you know, it sounds hollow.", "it sounds hollow", "it sounds hollow.", "it sounds hollow"),
        # one of its words was corrected
        ("as the cram has set, I stop", "the cram has set", "as the crumb has set, I stop", "the crumb has set"),
        # its first word was corrected
        ("then knot on it twice", "knot on it", "then knock on it twice", "knock on it"),
        # its only word was corrected, to two
        ("press thumb in here", "thumb", "press the thumbnail in here", "the thumbnail"),
        # words came in inside of it
        ("when it goes back fast", "it goes back", "when it soon goes right back fast", "it soon goes right back"),
        # words went inside of it
        ("when it, um, springs back fast", "it, um, springs back", "when it springs back fast", "it springs back"),
        # words came in at its edge: they are not part of it
        ("wait. It is hollow. Stop", "It is hollow", "wait. Maybe. It is hollow. Stop", "It is hollow"),
        # the mark that ended it was corrected
        ("It is hollow, then I stop", "It is hollow,", "It is hollow. Then I stop", "It is hollow."),
        # what was in quotation marks still is
        ("he says “not yet” and waits", "“not yet”", "he said “not yet” and waits", "“not yet”"),
        # the same words stand twice: each has its own place
        ("it is done. no. it is done. yes", "it is done. yes", "it is done. no. it is dawn. yes", "it is dawn. yes"),
        # it is gone
        ("one two three four five six", "three four", "one two five six", None),
        # everything is gone
        ("one two three", "two", "", None),
    ],
)  # fmt: skip
def test_a_quote_is_found_where_it_stands_now(old: str, quote: str, new: str, found: str | None) -> None:
    start = old.rindex(quote)
    span = Trace(of(old), of(new)).span(start, start + len(quote))
    assert (span and new[span[0] : span[1]]) == found


def test_words_that_were_heard_quite_differently_are_shared_out_by_their_seconds() -> None:
    old = Transcript("a b c d e", (), tuple(Word(2 * n, 2 * n + 1, n, n + 1) for n in range(5)))
    new = Transcript("a v w x y z e", (), tuple(
        Word(2 * n, 2 * n + 1, start, end)
        for n, (start, end) in enumerate([(0, 1), (1, 1.2), (1.2, 1.4), (1.4, 1.6), (1.6, 1.9), (3, 4), (4, 5)])
    ))  # fmt: skip
    assert Trace(old, new).span(2, 3) == (2, 9)  # b, said from 1 to 2: v w x y
    assert Trace(old, new).span(4, 5) is None  # c, said from 2 to 3, when nobody says anything now
    assert Trace(old, new).span(6, 7) == (10, 11)  # d: z


def test_without_seconds_they_are_shared_out_evenly() -> None:
    old, new = of("a b c d e"), of("a u v w x y z e")
    assert Trace(old, new).span(2, 3) == (2, 5)
    assert Trace(old, new).span(4, 7) == (6, 13)


WORDS = st.lists(st.sampled_from("a b c d e f g".split()), max_size=40)


@given(WORDS, WORDS)
@settings(max_examples=300, deadline=None)
def test_what_is_alike_is_so_in_order(old: list[str], new: list[str]) -> None:
    pairs = alike(old, new)
    assert all(old[one] == new[other] for one, other in pairs)
    assert all(one < two and other < another for (one, other), (two, another) in pairwise(pairs))


@given(WORDS, WORDS)
@settings(max_examples=300, deadline=None)
def test_places_lie_in_the_new_text_in_the_order_of_the_old(old: list[str], new: list[str]) -> None:
    before, after = of(" ".join(old)), of(" ".join(new))
    trace = Trace(before, after)
    spans = [trace.span(2 * number, 2 * number + 1) for number in range(len(old))]
    found = [span for span in spans if span]
    assert all(0 <= start < end <= len(after.text) for start, end in found)
    assert all(one[1] <= other[0] for one, other in pairwise(found))


@given(WORDS)
def test_in_the_same_text_everything_stays_where_it_is(words: list[str]) -> None:
    text = of(" ".join(words))
    assert all(Trace(text, text).span(start, start + 1) == (start, start + 1) for start in range(len(text.text)))


@pytest.mark.parametrize("wrong", [0.0001, 0.1, 0.5, 1.0])
def test_three_hours_of_talk_are_traced_in_a_moment(wrong: float) -> None:
    chance = random.Random(7)
    vocabulary = [f"w{number}" for number in range(5000)]
    often = [1 / (number + 1) for number in range(5000)]
    words = chance.choices(vocabulary, often, k=30_000)
    heard = [chance.choice(vocabulary) if chance.random() < wrong else word for word in words]
    old, new = of(" ".join(words)), of(" ".join(heard))
    begin = time.process_time()
    trace = Trace(old, new)
    assert time.process_time() - begin < 5.0
    if wrong < 1:
        place = next(n for n in range(15_000, 30_000) if words[n : n + RUN] == heard[n : n + RUN])
        start = len(" ".join(words[:place])) + 1
        there = trace.span(start, start + len(words[place]))
        assert there is not None
        assert new.text[: there[0]].count(" ") == place
