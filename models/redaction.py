"""What is hidden in a transcript: found, decided, carried from one revision to the next. Pure: no database.

Offsets never move and the stored text never changes: a decision makes a revision with the same text, and words are
blotted out where they leave.
"""

from bisect import bisect_left, bisect_right
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import get_args

from models.corrections import Kind
from models.errors import Conflict, FieldError, Invalid
from models.masking import Hidden, Mask, Token, blotted, tokens
from models.spans import united
from models.values import MACHINE, Clip, Redaction, RedactionState, Seconds, Transcript, Word

KINDS: tuple[str, ...] = get_args(Kind)
ROOM_S: Seconds = 0.06  # of a beep, on each side of a word whose times were heard
GUESSED_ROOM_S: Seconds = 1.5  # of one whose times were guessed inside of a caption
NEAR_S: Seconds = 2.0  # by which two transcripts of the same sound may differ
AROUND = 3  # words on each side by which a place is known again
OPEN_ENDED: Seconds = 1e9  # further than any recording goes


@dataclass(frozen=True, slots=True)
class Decision:
    """What somebody says about some words of a transcript."""

    start_char: int
    end_char: int
    state: RedactionState
    kind: str | None = None  # None: as it was found, or “other”


def text_of(transcript: Transcript, redaction: Redaction) -> str:
    """The words themselves."""
    return transcript.text[redaction.start_char : redaction.end_char]


def accepted(transcript: Transcript) -> tuple[Redaction, ...]:
    """What is hidden, in order."""
    return tuple(each for each in transcript.redactions if each.state == RedactionState.ACCEPTED)


def open_proposals(transcript: Transcript) -> int:
    """How many finds nobody has decided on."""
    return sum(each.state == RedactionState.PROPOSED for each in transcript.redactions)


# Decisions


def decided(transcript: Transcript, decisions: Sequence[Decision], by: str) -> Transcript:
    """The transcript with what `by` decided, in order; the last word on a character counts.

    Decisions are widened to whole words. Words that nobody found may be named too. Raises Invalid, naming every
    decision that lies outside of the text, holds no word, or is of another kind than KINDS.
    """
    wide = _checked(transcript, decisions)
    kept = list(transcript.redactions)
    for decision, (start, end) in zip(decisions, wide, strict=True):
        known = next((each for each in kept if (each.start_char, each.end_char) == (start, end)), None)
        kind = decision.kind or (known.kind if known else _kind_around(kept, start, end))
        kept = [part for each in kept for part in _without(transcript.text, each, start, end)]
        kept.append(Redaction(start, end, kind, decision.state, by))
    return replace(transcript, redactions=_ordered(kept))


def _checked(transcript: Transcript, decisions: Sequence[Decision]) -> list[tuple[int, int]]:
    words = tokens(transcript.text)
    errors: list[FieldError] = []
    spans: list[tuple[int, int]] = []
    for number, decision in enumerate(decisions):
        place = f"/redactions/{number}"
        if not 0 <= decision.start_char < decision.end_char <= len(transcript.text):
            errors.append(FieldError(place, f"does not lie within the {len(transcript.text)} characters of the text"))
        elif (span := widened(transcript.text, words, decision.start_char, decision.end_char)) is None:
            errors.append(FieldError(place, "holds no word"))
        else:
            spans.append(span)
        if decision.kind is not None and decision.kind not in KINDS:
            errors.append(FieldError(f"{place}/kind", f"wants one of {', '.join(KINDS)}"))
    if errors:
        raise Invalid("; ".join(f"{each.pointer} {each.detail}" for each in errors[:3]), errors=errors)
    return spans


def widened(text: str, words: Sequence[Token], start: int, end: int) -> tuple[int, int] | None:
    """The characters without white space at the ends, and with all of the words that they cut; None without a word."""
    first = bisect_right(words, start, key=lambda word: word.end)
    last = bisect_left(words, end, key=lambda word: word.start) - 1
    if first > last:
        return None
    start += len(text[start:end]) - len(text[start:end].lstrip())
    end -= len(text[start:end]) - len(text[start:end].rstrip())
    return min(start, words[first].start), max(end, words[last].end)


def _kind_around(kept: Iterable[Redaction], start: int, end: int) -> str:
    """The kind of what was found at those characters."""
    return next((each.kind for each in kept if each.start_char < end and start < each.end_char), "other")


def _without(text: str, redaction: Redaction, start: int, end: int) -> Iterator[Redaction]:
    """What is left of it outside of [start, end), where that holds a word."""
    if start >= redaction.end_char or end <= redaction.start_char:
        yield redaction
        return
    for left, right in ((redaction.start_char, start), (end, redaction.end_char)):
        words = tokens(text[left:right]) if left < right else []
        if words:
            yield replace(redaction, start_char=left + words[0].start, end_char=left + words[-1].end)


def _ordered(redactions: Iterable[Redaction]) -> tuple[Redaction, ...]:
    return tuple(sorted(redactions, key=lambda each: (each.start_char, each.end_char)))


def reversed_words(before: Transcript, after: Transcript) -> bool:
    """Whether something is shown after a decision that was hidden before it; both have the same text."""
    now_hidden = united((each.start_char, each.end_char) for each in accepted(after))
    return any(
        not any(start <= word.start and word.end <= end for start, end in now_hidden)
        for each in accepted(before)
        for word in _tokens_at(before.text, each)
    )


def _tokens_at(text: str, redaction: Redaction) -> list[Token]:
    shift = redaction.start_char
    found = tokens(text[redaction.start_char : redaction.end_char])
    return [Token(word.key, word.start + shift, word.end + shift) for word in found]


def everywhere(transcript: Transcript, text: str) -> list[tuple[int, int]]:
    """Where those words stand, in order, however they are written; empty where they do not, or are no words."""
    return Mask([Hidden(text, "", 0, 0)]).spans(transcript.text)


# From the machine, and from one revision to the next


def proposed(transcript: Transcript, found: Iterable[Redaction]) -> Transcript:
    """The transcript with what a machine found beside what is there; what overlaps something there is left out."""
    kept = list(transcript.redactions)
    for each in found:
        if not _overlaps(kept, each.start_char, each.end_char):
            kept.append(each)
    return replace(transcript, redactions=_ordered(kept))


def carried(before: Transcript, after: Transcript) -> Transcript:
    """The newer transcript with what was found and decided in the older one.

    The same text: at the same characters. Another text: at all places of the same words, each decided as the place
    nearest to it was, in seconds where both know them, else in the share of the text. A name that begins with a capital
    is not looked for in small letters. What was hidden and reads differently now is hidden where it was heard, or
    stood between the same words. What `after` says itself stays.
    """
    if before.text == after.text or not before.redactions:
        return proposed(after, before.redactions)
    again = list(_found_again(before, after))
    there = {old for old, new in again if _is_near(before, old, after, new)}
    moved = [(each, _moved(before, each, after)) for each in accepted(before) if each not in there]
    found = sorted((new for _, new in again), key=lambda each: (each.start_char - each.end_char, each.start_char))
    ordered = [
        *(each for each in found if each.by != MACHINE),  # of two that overlap the longer one
        *(replace(each, start_char=span[0], end_char=span[1]) for each, span in moved if span),
        *(each for each in found if each.by == MACHINE),
    ]
    return proposed(after, ordered)


def _found_again(before: Transcript, after: Transcript) -> Iterator[tuple[Redaction, Redaction]]:
    """Redactions of the older text, each with one of the same words in the newer."""
    known: defaultdict[tuple[str, ...], list[Redaction]] = defaultdict(list)
    for each in before.redactions:
        known[_keys(text_of(before, each))].append(each)
    for old in (each for keys, each in known.items() if keys):
        words = text_of(before, old[0])
        for start, end in everywhere(after, words):
            if _as_capital(words, after.text[start:end]):
                same = _nearest(before, old, after, start, end)
                yield same, replace(same, start_char=start, end_char=end)


def _is_near(before: Transcript, old: Redaction, after: Transcript, new: Redaction) -> bool:
    """Whether both are heard at about the same moment."""
    then, moment = _moment(before, old.start_char, old.end_char), _moment(after, new.start_char, new.end_char)
    return then is not None and moment is not None and abs(then - moment) <= NEAR_S


def _moved(before: Transcript, hidden: Redaction, after: Transcript) -> tuple[int, int] | None:
    """The characters of the newer text that were heard, or stood, where the hidden words did; None where none did."""
    heard = [word for word in before.words_in(hidden.start_char, hidden.end_char) if word.start_s is not None]
    if heard:
        start_s, end_s = heard[0].start_s or 0.0, heard[-1].end_s or heard[-1].start_s or 0.0
        there = [word for word in after.words if _mostly_within(word, start_s, end_s)]
        if there:
            return widened(after.text, tokens(after.text), there[0].start_char, there[-1].end_char)
    return _between(before.text, hidden, after.text)


def _mostly_within(word: Word, start_s: Seconds, end_s: Seconds) -> bool:
    if word.start_s is None or word.end_s is None:
        return False
    return min(word.end_s, end_s) - max(word.start_s, start_s) > (word.end_s - word.start_s) / 2


def _between(text: str, hidden: Redaction, newer: str) -> tuple[int, int] | None:
    """What stands in the newer text between the words that stood around the hidden ones, where that is in one place."""
    old, new = tokens(text), tokens(newer)
    first = bisect_left(old, hidden.start_char, key=lambda word: word.start)
    last = bisect_left(old, hidden.end_char, key=lambda word: word.start)
    left = [word.key for word in old[max(0, first - AROUND) : first]]
    right = [word.key for word in old[last : last + AROUND]]
    keys = [word.key for word in new]
    found = [
        (new[begin].start, new[end - 1].end)
        for begin in range(len(left), len(new) + 1)
        if keys[begin - len(left) : begin] == left and (left or begin == 0)
        for end in range(begin + 1, min(len(new), begin + last - first + AROUND) + 1)
        if keys[end : end + len(right)] == right and (right or end == len(new))
    ]
    return found[0] if len(found) == 1 else None


def _overlaps(kept: Iterable[Redaction], start: int, end: int) -> bool:
    return any(each.start_char < end and start < each.end_char for each in kept)


def _as_capital(name: str, other: str) -> bool:
    return not name[:1].isupper() or not other[:1].islower()


def _nearest(before: Transcript, old: Sequence[Redaction], after: Transcript, start: int, end: int) -> Redaction:
    moment, share = _moment(after, start, end), start / max(1, len(after.text))

    def distance(each: Redaction) -> tuple[bool, float, int]:
        then = _moment(before, each.start_char, each.end_char)
        if moment is not None and then is not None:
            return False, abs(then - moment), each.start_char
        return True, abs(each.start_char / max(1, len(before.text)) - share), each.start_char

    return min(old, key=distance)


def _moment(transcript: Transcript, start: int, end: int) -> Seconds | None:
    return next((word.start_s for word in transcript.words_in(start, end) if word.start_s is not None), None)


# What is hidden, where words leave


def hidden_in(transcript: Transcript) -> tuple[Hidden, ...]:
    """The accepted words, each spelling once for every place, for texts that were made of this transcript."""
    spans = [(each.start_char, each.end_char) for each in accepted(transcript)]
    if not spans:
        return ()
    shown = _ordinary(transcript, spans)
    sha256 = transcript.sha256
    return tuple(
        Hidden(text, sha256, start, end, exact=_is_ordinary(text, shown))
        for start, end in spans
        if tokens(text := transcript.text[start:end])
    )


def _ordinary(transcript: Transcript, spans: Sequence[tuple[int, int]]) -> Counter[str]:
    """The words in small letters that anybody may read in the transcript."""
    text = _blot(transcript.text, spans)
    return Counter(text[word.start : word.end] for word in tokens(text) if text[word.start].islower())


def _is_ordinary(text: str, shown: Counter[str]) -> bool:
    words = tokens(text)
    return len(words) == 1 and text[words[0].start].isupper() and shown[words[0].key] > 0


def masked(transcript: Transcript) -> Transcript:
    """The transcript as it may leave: accepted words blotted out, in the speakers' names and warnings too.

    Offsets, words and turns stay; `sha256` is not that of the stored text any more.
    """
    spans = [(each.start_char, each.end_char) for each in accepted(transcript)]
    if not spans:
        return transcript
    mask = Mask(hidden_in(transcript))
    return replace(
        transcript,
        text=_blot(transcript.text, spans),
        turns=tuple(replace(turn, speaker=mask(turn.speaker)) for turn in transcript.turns),
        warnings=tuple(map(mask, transcript.warnings)),
    )


def _blot(text: str, spans: Iterable[tuple[int, int]]) -> str:
    pieces, at = [], 0
    for start, end in united(spans):
        pieces += [text[at:start], blotted(text[start:end])]
        at = end
    return "".join([*pieces, text[at:]])


def hidden_words(transcript: Transcript) -> frozenset[int]:
    """Where those words begin that lie at least partly under an accepted redaction."""
    return frozenset(
        word.start_char for each in accepted(transcript) for word in transcript.words_in(each.start_char, each.end_char)
    )


def hidden_after(before: Iterable[Hidden], transcript: Transcript) -> tuple[Hidden, ...]:
    """What is hidden once this is the newest revision; `before`: what was hidden under the one before it.

    Evidence may rest on an older text: words hidden there stay so, unless the same words were shown again here.
    """
    hidden = hidden_in(transcript)
    shut = {_keys(each.text) for each in hidden}
    opened = {_keys(text_of(transcript, each)) for each in transcript.redactions} - shut
    sha256 = transcript.sha256
    older = (each for each in before if each.transcript_sha256 != sha256 and _keys(each.text) not in opened)
    return (*hidden, *older)


def _keys(text: str) -> tuple[str, ...]:
    return tuple(word.key for word in tokens(text))


# Sound


def beeps(transcript: Transcript) -> list[Clip]:
    """Where a beep has to cover the sound, in order; nothing overlaps.

    A word without times of its own is covered from the end of the one before it to the beginning of the one behind.
    Raises Conflict where nobody can say when hidden words are heard.
    """
    timed = [word for word in transcript.words if word.start_s is not None and word.end_s is not None]
    if accepted(transcript) and not timed:
        raise Conflict(
            "Words of this recording are hidden, and nobody knows when they are heard: its transcript has no times.",
            remedy="Read the quote; or have the recording transcribed, so that the words have times.",
        )
    found = [_covered(transcript, timed, each) for each in accepted(transcript)]
    return [Clip(start, end) for start, end in united(found)]


def _covered(transcript: Transcript, timed: Sequence[Word], hidden: Redaction) -> tuple[Seconds, Seconds]:
    own = transcript.words_in(hidden.start_char, hidden.end_char)
    sure = bool(own) and all(word.start_s is not None and word.end_s is not None for word in own)
    if sure:
        room = ROOM_S if all(word.confidence is not None for word in own) else GUESSED_ROOM_S
        starts, ends = [word.start_s or 0.0 for word in own], [word.end_s or 0.0 for word in own]
        return max(0.0, min(starts) - room), max(ends) + room
    before = [word.end_s or 0.0 for word in timed if word.end_char <= hidden.start_char]
    behind = [word.start_s or 0.0 for word in timed if word.start_char >= hidden.end_char]
    inside = [word for word in own if word.start_s is not None and word.end_s is not None]
    start = min([before[-1] if before else 0.0, *(word.start_s or 0.0 for word in inside)])
    end = max([behind[0] if behind else OPEN_ENDED, *(word.end_s or 0.0 for word in inside)])
    return max(0.0, start - ROOM_S), end + ROOM_S
