"""Given words take the times of heard ones: what somebody wrote down, where a recogniser heard it.

Both texts are parted at runs of words that stand once in each (as in patience diff), smaller and smaller; what lies
between two such runs is matched by its longest common subsequence. Words without a match lie between those around them.
Linear memory; a second or so for 30,000 words.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from models.patience import Pair, landmarks
from models.values import Seconds, Transcript, Turn, Word

FOUND_SHARE = 0.25  # of the given words, below which nothing is believed
SURE_SHARE = 0.6  # below which people are told how few it were

_RUNS = (4, 3, 2, 1)  # words that stand together, and once
_CELLS = 250_000  # of the table of one comparison
_STRAY = 4  # letters of a word that may be matched although its neighbours are not
_BETWEEN = 80  # words in a row that nobody heard, and that still lie between those around them
_FASTEST = 8.0  # words a second
_SLOWEST_S: Seconds = 0.5  # for a word where nothing was heard around it
_TOKEN = re.compile(r"\S+")
_LETTERS = re.compile(r"[^\W_]+")


@dataclass(frozen=True, slots=True)
class _Token:
    start_char: int
    end_char: int
    letters: str  # empty where the token is a mark


def is_timed(transcript: Transcript) -> bool:
    """Whether most of it says when it was said."""
    words = sum(word.start_s is not None for word in transcript.words)
    turns = sum(turn.start_s is not None for turn in transcript.turns)
    return 2 * words >= len(transcript.text.split()) or (
        len(transcript.turns) > 1 and 2 * turns >= len(transcript.turns)
    )


def align(given: Transcript, heard: Transcript) -> Transcript:
    """The given words, speakers and marks, with the times of the heard words; a warning where few of them match.

    Words that stand where nothing alike was heard keep no time, and neither does anything where fewer than FOUND_SHARE
    of the words are found.
    """
    tokens = [_Token(m.start(), m.end(), _letters(m[0])) for m in _TOKEN.finditer(given.text)]
    known = [number for number, token in enumerate(tokens) if token.letters]
    spoken = [word for word in heard.words if word.start_s is not None and word.end_s is not None]
    said = [_letters(heard.text[word.start_char : word.end_char]) for word in spoken]
    pairs = {known[one]: other for one, other in matches([tokens[n].letters for n in known], said)}
    share = len(pairs) / max(1, len(known))
    if share < FOUND_SHARE:
        told = f"Only {share:.0%} of the words were found in the sound, so the text has no times: does it belong to it?"
        return replace(given, warnings=(*given.warnings, told))
    spans = [(word.start_s or 0.0, word.end_s or 0.0) for word in spoken]
    words = tuple(_placed(given, tokens, pairs, spans))
    warnings = given.warnings
    if share < SURE_SHARE:
        warnings += (f"Only {share:.0%} of the words were found in the sound: the times of the others are estimated.",)
    aligned = replace(given, words=words, models=(*given.models, *heard.models), warnings=warnings)
    return replace(aligned, turns=_with_times(aligned))


def _letters(text: str) -> str:
    return "".join(_LETTERS.findall(text)).casefold()


# ---- which words are the same


def matches(one: Sequence[str], other: Sequence[str]) -> list[tuple[int, int]]:
    """Places of equal words, rising on both sides: nearly as many as there could be."""
    found, loose = list[tuple[int, int]](), list[tuple[int, int]]()
    windows = [(0, len(one), 0, len(other))]
    while windows:
        a, a_end, b, b_end = windows.pop()
        while a < a_end and b < b_end and one[a] == other[b]:
            found.append((a, b))
            a, b = a + 1, b + 1
        while a < a_end and b < b_end and one[a_end - 1] == other[b_end - 1]:
            a_end, b_end = a_end - 1, b_end - 1
            found.append((a_end, b_end))
        if a == a_end or b == b_end:
            continue
        if (a_end - a) * (b_end - b) <= _CELLS:
            loose += ((a + n, b + m) for n, m in _common(one[a:a_end], other[b:b_end]))
            continue
        edges = _anchors(one, other, (a, b), (a_end, b_end))
        for (left, right), (next_left, next_right) in zip([(a, b), *edges], [*edges, (a_end, b_end)], strict=True):
            if edges:
                windows.append((left, next_left, right, next_right))
    return sorted([*found, *_without_strays(loose, {*found, *loose}, one)])


def _anchors(one: Sequence[str], other: Sequence[str], begin: Pair, end: Pair) -> list[Pair]:
    """Where the longest runs begin that stand once on either side, in the same order on both; maybe nowhere."""
    for run in _RUNS:
        chain = [pair for pair in landmarks(one, other, begin, end, run=run) if pair != begin]
        if chain:
            return chain
    return []


def _common(one: Sequence[str], other: Sequence[str]) -> Iterator[tuple[int, int]]:
    """The places of a longest common subsequence."""
    rows = [[0] * (len(other) + 1)]
    for word in reversed(one):
        below, row = rows[-1], [0] * (len(other) + 1)
        for place in range(len(other) - 1, -1, -1):
            row[place] = below[place + 1] + 1 if word == other[place] else max(below[place], row[place + 1])
        rows.append(row)
    rows.reverse()
    n = m = 0
    while n < len(one) and m < len(other):
        if one[n] == other[m]:
            yield n, m
            n, m = n + 1, m + 1
        elif rows[n + 1][m] >= rows[n][m + 1]:
            n += 1
        else:
            m += 1


def _without_strays(
    loose: Sequence[tuple[int, int]], found: set[tuple[int, int]], words: Sequence[str]
) -> Iterator[tuple[int, int]]:
    """Without short words that are alone: “the” is said everywhere."""
    for n, m in loose:
        if len(words[n]) >= _STRAY or (n - 1, m - 1) in found or (n + 1, m + 1) in found:
            yield n, m


# ---- when they are said


def _placed(
    given: Transcript,
    tokens: Sequence[_Token],
    pairs: dict[int, int],
    spans: Sequence[tuple[Seconds, Seconds]],
) -> Iterator[Word]:
    """The given words with their times; their marks are those that they had."""
    marked = {word.start_char: word for word in given.words}
    times = dict(_times(tokens, pairs, spans))
    for number, token in enumerate(tokens):
        word = marked.get(token.start_char) or Word(token.start_char, token.end_char)
        start_s, end_s = times.get(number, (None, None))
        yield replace(word, start_char=token.start_char, end_char=token.end_char, start_s=start_s, end_s=end_s)


def _times(
    tokens: Sequence[_Token], pairs: dict[int, int], spans: Sequence[tuple[Seconds, Seconds]]
) -> Iterator[tuple[int, tuple[Seconds, Seconds]]]:
    """The times of the matched words, and of those between them that have room there."""
    places = [-1, *sorted(pairs), len(tokens)]
    for before, after in pairwise(places):
        if before >= 0:
            yield before, spans[pairs[before]]
        run = tokens[before + 1 : after]
        heard = pairs.get(before, -1) + 1, pairs.get(after, len(spans))
        room = _room(len(run), spans, *heard)
        if run and room is not None:
            yield from zip(range(before + 1, after), _spread(run, *room), strict=True)


def _room(count: int, spans: Sequence[tuple[Seconds, Seconds]], first: int, end: int) -> tuple[Seconds, Seconds] | None:
    """The stretch in which so many words were said: where other words were heard, else right behind the last match."""
    if count > _BETWEEN:
        return None
    if first < end:
        start_s, end_s = spans[first][0], spans[end - 1][1]
    elif first == 0:
        return None
    else:
        start_s = spans[first - 1][1]
        end_s = min(start_s + count * _SLOWEST_S, spans[end][0] if end < len(spans) else start_s + count * _SLOWEST_S)
    fits = count <= 2 or (end_s - start_s) * _FASTEST >= count
    return (start_s, max(start_s, end_s)) if fits else None


def _spread(run: Sequence[_Token], start_s: Seconds, end_s: Seconds) -> Iterator[tuple[Seconds, Seconds]]:
    """The words' shares of the stretch, by characters."""
    first, whole = run[0].start_char, max(1, run[-1].end_char - run[0].start_char)
    for token in run:
        start, end = ((char - first) / whole for char in (token.start_char, token.end_char))
        yield round(start_s + (end_s - start_s) * start, 3), round(start_s + (end_s - start_s) * end, 3)


def _with_times(aligned: Transcript) -> tuple[Turn, ...]:
    """The turns from their first word that knows its time to their last."""
    found = list[Turn]()
    for turn in aligned.turns:
        words = [word for word in aligned.words_in(turn.start_char, turn.end_char) if word.start_s is not None]
        start_s, end_s = (words[0].start_s, max(word.end_s or 0.0 for word in words)) if words else (None, None)
        found.append(replace(turn, start_s=start_s, end_s=end_s))
    return tuple(found)
