"""Hidden words in what a card says: found again however they are written, and blotted out at the same length.

Pure: no database. What hides a transcript's own characters is `models.redaction`; here are the texts that were made of
them, or that people wrote about them, where no characters are known.
"""

import re
import unicodedata
from collections import defaultdict, deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import groupby

from models.spans import united
from models.values import LINE_SLOTS, CardContent, Evidence, Gap, Line, Metaphor

BLOT = "█"  # for every character but white space: offsets never move
FILLERS = frozenset("um uh umm uhm uhh er erm ah hmm hm mm mhm".split())  # a card's lines leave them out

_UNPARTED = "\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff"  # written without blanks
_TOKEN = re.compile(rf"[{_UNPARTED}]|(?:[^\W_{_UNPARTED}]|[\u0300-\u036f])+")


@dataclass(frozen=True, slots=True)
class Hidden:
    """Words that people had hidden in one transcript.

    `exact`: only where they are written just so, since the same letters are an ordinary word there too (“Rose”).
    """

    text: str
    transcript_sha256: str
    start_char: int
    end_char: int
    exact: bool = False


@dataclass(frozen=True, slots=True)
class Token:
    """A word of a text: its letters without case and accents, and where it stands."""

    key: str
    start: int
    end: int


def tokens(text: str) -> list[Token]:
    """The words and numbers of a text, in order; apostrophes, hyphens and points part them."""
    return [Token(_key(found[0]), found.start(), found.end()) for found in _TOKEN.finditer(text)]


def _key(word: str) -> str:
    if word.isascii():
        return word.lower()
    plain = "".join(letter for letter in unicodedata.normalize("NFKD", word) if not unicodedata.combining(letter))
    return plain.casefold()


def blotted(text: str) -> str:
    """The text with every character hidden that is no white space."""
    return "".join(letter if letter.isspace() else BLOT for letter in text)


@dataclass(frozen=True, slots=True)
class _Pattern:
    keys: tuple[str, ...]
    written: tuple[str, ...] | None  # the very letters, where only these count


class Mask:
    """Hides words wherever a text has them: as whole words, whatever the case, fillers or marks between them."""

    def __init__(self, hidden: Iterable[Hidden] = ()) -> None:
        self._by_first: defaultdict[str, set[_Pattern]] = defaultdict(set)
        for one in hidden:
            for pattern in _patterns(one.text, one.exact):
                self._by_first[pattern.keys[0]].add(pattern)

    def __bool__(self) -> bool:
        return bool(self._by_first)

    def __call__(self, text: str) -> str:
        """The text, as long as before, with the words blotted out."""
        if not self._by_first:
            return text
        for start, end in self.spans(text):
            text = text[:start] + blotted(text[start:end]) + text[end:]
        return text

    def spans(self, text: str) -> list[tuple[int, int]]:
        """Where the words stand, in order; nothing overlaps."""
        found: list[tuple[int, int]] = []
        words = tokens(text)
        for at, word in enumerate(words):
            for pattern in self._by_first.get(word.key, ()):
                run = words[at : at + len(pattern.keys)]
                if tuple(each.key for each in run) == pattern.keys and _written_so(pattern, run, text):
                    found.append((run[0].start, run[-1].end))
        return united(span for span in found if BLOT not in text[slice(*span)])  # what stands there is hidden already

    def names(self, text: str) -> bool:
        """Whether any of the words stands in the text."""
        return bool(self._by_first) and bool(self.spans(text))


def _patterns(text: str, exact: bool) -> Iterator[_Pattern]:
    """The words as they stand, and as a card's line has them: without fillers and restarts."""
    words = tokens(text)
    smooth = [word for word in words if word.key not in FILLERS]
    smooth = [next(same) for _, same in groupby(smooth, key=lambda word: word.key)]
    for run in (words, smooth):
        if run:
            written = tuple(text[word.start : word.end] for word in run) if exact else None
            yield _Pattern(tuple(word.key for word in run), written)


def _written_so(pattern: _Pattern, run: Sequence[Token], text: str) -> bool:
    return pattern.written is None or pattern.written == tuple(text[word.start : word.end] for word in run)


# Cards


def mask_of(content: CardContent, hidden: Sequence[Hidden]) -> Mask:
    """What hides those words on this card; of words that a quote cuts through, what is left of them too."""
    cut = [part for evidence in quoted(content) for part in _cut(evidence, hidden)]
    return Mask([*hidden, *cut])


def quoted(content: CardContent) -> tuple[Evidence, ...]:
    """Every quote on the card: its evidence, and the statements that its gaps ask about."""
    return (*content.evidence, *(gap.said for gap in content.gaps if gap.said))


def _cut(evidence: Evidence, hidden: Sequence[Hidden]) -> Iterator[Hidden]:
    for one in hidden:
        if one.transcript_sha256 != evidence.transcript_sha256:
            continue
        start, end = max(one.start_char, evidence.start_char), min(one.end_char, evidence.end_char)
        if start < end and (start, end) != (one.start_char, one.end_char):
            part = evidence.quote[start - evidence.start_char : end - evidence.start_char]
            yield replace(one, text=part, start_char=start, end_char=end)


def masked(content: CardContent, mask: Mask) -> CardContent:
    """The content with the words hidden in everything that it says; a concept that names them is left out."""
    if not mask:
        return content
    slots = {slot: tuple(_line(line, mask) for line in content.lines(slot)) for slot in LINE_SLOTS}
    return replace(
        content,
        **slots,  # type: ignore[arg-type]
        title=mask(content.title),
        title_choices=tuple(map(mask, content.title_choices)),
        metaphors=tuple(_metaphor(metaphor, mask) for metaphor in content.metaphors),
        concepts=tuple(concept for concept in content.concepts if not mask.names(concept)),
        gaps=tuple(_gap(gap, mask) for gap in content.gaps),
        evidence=tuple(_evidence(evidence, mask) for evidence in content.evidence),
    )


def sealed(content: CardContent, mask: Mask) -> CardContent:
    """The content with the words gone for good from all but its evidence, once their recording is behind it no more."""
    return replace(masked(content, mask), evidence=content.evidence, concepts=content.concepts)


def _said(text: str | None, mask: Mask) -> str | None:
    return None if text is None else mask(text)


def _line(line: Line, mask: Mask) -> Line:
    return replace(line, text=mask(line.text), threshold=_said(line.threshold, mask))


def _metaphor(one: Metaphor, mask: Mask) -> Metaphor:
    source, target = _said(one.source, mask), _said(one.target, mask)
    return replace(one, expression=mask(one.expression), source=source, target=target)


def _gap(gap: Gap, mask: Mask) -> Gap:
    said = gap.said and _evidence(gap.said, mask)
    return replace(gap, question=mask(gap.question), answered_by=_said(gap.answered_by, mask), said=said)


def _evidence(evidence: Evidence, mask: Mask) -> Evidence:
    return replace(
        evidence,
        quote=mask(evidence.quote),
        speaker=_said(evidence.speaker, mask),
        question=_said(evidence.question, mask),
        reasons=_reasons(evidence, mask),
    )


def _reasons(evidence: Evidence, mask: Mask) -> tuple[str, ...]:
    """Why it was chosen; without the words that a reason quotes, which may cut a hidden name in two."""
    if not mask.names(evidence.quote):
        return evidence.reasons
    return tuple(reason.partition(": “")[0] for reason in evidence.reasons)


# Edits of what was shown masked


def restored(after: CardContent, before: CardContent, mask: Mask) -> CardContent:
    """What a person made of the masked content, with the words back that were hidden from them.

    `after` was made of `masked(before, mask)`. A blot that a person kept stands for the words beneath it; one that
    belongs nowhere stays a blot.
    """
    if not mask:
        return after
    titles = _Beneath([before.title, *before.title_choices], mask)
    slots = {slot: _lines(after.lines(slot), before.lines(slot), mask) for slot in LINE_SLOTS}
    quotes = {_place(evidence): evidence for evidence in before.evidence}
    gaps = {gap.id: gap for gap in before.gaps}
    lost = tuple(concept for concept in before.concepts if mask.names(concept))
    return replace(
        after,
        **slots,  # type: ignore[arg-type]
        title=titles.back(after.title),
        title_choices=tuple(map(titles.back, after.title_choices)),
        metaphors=_metaphors(after.metaphors, before.metaphors, mask),
        concepts=(*after.concepts, *(concept for concept in lost if concept not in after.concepts)),
        gaps=tuple(_asked(gap, gaps.get(gap.id), mask) for gap in after.gaps),
        evidence=tuple(replace(quotes[_place(one)], index=one.index) for one in after.evidence),
    )


def _place(evidence: Evidence) -> tuple[str, str, int, int]:
    return evidence.recording_id, evidence.transcript_sha256, evidence.start_char, evidence.end_char


class _Beneath:
    """What stands beneath the blots of some texts."""

    def __init__(self, texts: Iterable[str | None], mask: Mask) -> None:
        self._whole: defaultdict[str, deque[str]] = defaultdict(deque)
        self._runs: dict[tuple[int, ...], list[str]] = {}
        for text in filter(None, texts):
            shown = mask(text)
            self._whole[shown].append(text)
            blots = list(_BLOTS.finditer(shown))
            self._runs.setdefault(_lengths(blots), [text[blot.start() : blot.end()] for blot in blots])

    def back(self, shown: str) -> str:
        """The text itself, where it was shown just so; else with every blot replaced that can be told."""
        if found := self._whole.get(shown):
            return found.popleft() if len(found) > 1 else found[0]
        words = self._runs.get(_lengths(list(_BLOTS.finditer(shown))), [])
        beneath = iter(words)
        return _BLOTS.sub(lambda _: next(beneath), shown) if words else shown

    def maybe(self, shown: str | None) -> str | None:
        return None if shown is None else self.back(shown)


_BLOTS = re.compile(f"{BLOT}+")


def _lengths(blots: Sequence[re.Match[str]]) -> tuple[int, ...]:
    return tuple(blot.end() - blot.start() for blot in blots)


def _lines(after: Sequence[Line], before: Sequence[Line], mask: Mask) -> tuple[Line, ...]:
    texts = _Beneath([line.text for line in before], mask)
    thresholds = _Beneath([line.threshold for line in before], mask)
    return tuple(
        replace(line, text=texts.back(line.text), threshold=thresholds.maybe(line.threshold)) for line in after
    )


def _metaphors(after: Sequence[Metaphor], before: Sequence[Metaphor], mask: Mask) -> tuple[Metaphor, ...]:
    read: tuple[Callable[[Metaphor], str | None], ...] = (
        lambda one: one.expression,
        lambda one: one.source,
        lambda one: one.target,
    )
    expressions, sources, targets = (_Beneath(map(part, before), mask) for part in read)
    return tuple(
        replace(
            one,
            expression=expressions.back(one.expression),
            source=sources.maybe(one.source),
            target=targets.maybe(one.target),
        )
        for one in after
    )


def _asked(gap: Gap, before: Gap | None, mask: Mask) -> Gap:
    if before is None:
        return gap
    question, answer = _Beneath([before.question], mask), _Beneath([before.answered_by], mask)
    answered_by = answer.maybe(gap.answered_by)
    return replace(gap, question=question.back(gap.question), answered_by=answered_by, said=before.said)
