"""Words that two people say at once, marked //so//: the way of noScribe, and of many who transcribe by hand.

noScribe names who falls in, “//S01: yes// and on it goes”; in WebVTT that is the voice “//S01”.
https://github.com/kaixxx/noScribe
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import replace

from pipeline.formats.utterances import Utterance, squeeze, time_at, timed

MARK = "//"
_MOST_MARKS = 2_000  # of one turn: more are something else
_MARKED = re.compile(
    r"""(?:(?<=\s)|^)//(?=[^\s/])
    (?:(?P<name>[^\W\d_][^\s:/][^:/\n]{0,40}|[^\W\d_]):\s*)?
    (?P<said>[^/]*(?:/(?!/)[^/]*)*)
    (?://(?=[\s.,;:!?)\]]|$)|(?=(?<=\s)//))""",
    re.X,
)


def parted(said: Iterable[Utterance]) -> Iterator[Utterance]:
    """The same without the marks; what stands between them is an utterance of its own, and overlaps."""
    fell_in = False
    for one in said:
        voice = one.speaker or ""
        if fell_in and one.text.startswith(f"{MARK} "):
            one = timed(one.speaker, one.text[len(MARK) :], one.start_s, one.end_s, continues=one.continues)
        fell_in = voice.startswith(MARK)
        if fell_in:
            yield _fallen_in(one, squeeze(voice.lstrip("/")))
        elif MARK in one.text and one.text.count(MARK) <= _MOST_MARKS:
            yield from _pieces(one)
        else:
            yield one


def _fallen_in(one: Utterance, speaker: str) -> Utterance:
    """What the voice that falls in says: its name stands in the text once more, and takes no time."""
    text = re.sub(rf"^//\s*(?:{re.escape(speaker)}\s*:)?", "", one.text.removesuffix(MARK))
    return replace(timed(speaker or None, text, one.start_s, one.end_s), overlap=True)


def _pieces(one: Utterance) -> Iterator[Utterance]:
    at = 0
    for marked in _MARKED.finditer(one.text):
        yield _piece(one, at, marked.start())
        speaker = marked["name"] or one.speaker
        yield replace(_piece(one, *marked.span("said")), speaker=speaker, overlap=True)
        at = marked.end()
    yield _piece(one, at, len(one.text)) if at else one


def _piece(one: Utterance, start: int, end: int) -> Utterance:
    """The characters from start to end, with their share of the time; it begins a turn where the whole did."""
    text = one.text[start:end]
    start += len(text) - len(text.lstrip())
    text = text.strip()
    end = start + len(text)
    continues = one.continues or start > 0
    if not one.anchors:
        return replace(one, text=text, continues=continues)
    inside = tuple((char - start, at_s) for char, at_s in one.anchors if start < char < end)
    edges = time_at(one.anchors, start), time_at(one.anchors, end)
    anchors = ((0, edges[0]), *inside, (len(text), edges[1]))
    return replace(one, text=text, start_s=edges[0], end_s=edges[1], anchors=anchors, continues=continues)
