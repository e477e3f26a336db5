"""What a waiting card is worth: its value per minute of a reviewer's time. Pure: no database.

The parts are those that a person would weigh: how good it is within its interview, how much it holds, how new it is
against what is approved, how many experts say it, whether it fills a gap; and how long it takes to read or to hear. The
sizes were chosen by reasoning: each line counts as much as another, the same said again is worth a quarter, a second
expert half as much again, a gap that is filled a quarter.
"""

from collections.abc import Collection as AnyOf
from math import log2

from models.values import LINE_SLOTS, CardContent, Seconds

WORDS_A_SECOND = 238 / 60  # silent reading of prose, Brysbaert 2019
DECIDING_S = 8.0  # to find one's way into a card, and to decide
FAR, SAME = 0.50, 0.75  # cosine with the nearest approved passage: below it is new, from there on it says the same
KNOWN_SHARE = 0.25  # of its value, that a card keeps which says what is approved already: it is evidence
LARGEST_STEP = 0.1  # of the rank, that novelty may take


def reading_s(content: CardContent, heard: AnyOf[str]) -> Seconds:
    """How long a reviewer needs for it: title and lines are read, a quote is read or, where there is sound, heard.

    `heard` are the ids of the recordings that can be played.
    """
    lines = [line.text for slot in LINE_SLOTS for line in content.lines(slot)]
    read = [content.title, *lines, *(metaphor.expression for metaphor in content.metaphors)]
    seconds = DECIDING_S
    for one in content.evidence:
        if one.recording_id in heard and one.start_s is not None and one.end_s is not None:
            seconds += max(0.0, one.end_s - one.start_s)
        else:
            read.append(one.quote)
    return seconds + sum(len(text.split()) for text in read) / WORDS_A_SECOND


def lines_of(content: CardContent) -> int:
    """How many lines the card has."""
    return sum(len(content.lines(slot)) for slot in LINE_SLOTS)


def novelty(nearest: float) -> float:
    """0 (says what is approved) … 1 (nothing like it is), from the cosine with the nearest approved passage."""
    return min(1.0, max(0.0, (SAME - nearest) / (SAME - FAR)))


def rank(percentile: float, nearest: float, *, drafts: int) -> float:
    """The percentile within the interview first, then novelty: it moves a draft by less than a place among `drafts`."""
    return percentile - (1 - novelty(nearest)) * min(1 / max(1, drafts), LARGEST_STEP)


def left_by(nearest: float) -> float:
    """The share of its value that a card keeps beside what is approved."""
    return KNOWN_SHARE + (1 - KNOWN_SHARE) * novelty(nearest)


def worth(rank: float, nearest: float, *, lines: int, voices: int, closes: int, seconds: Seconds) -> float:
    """The value a minute; `voices` experts say it, and it fills `closes` gaps of others."""
    held = max(1, lines)  # two cards of a line each are worth what one of two lines is
    said = 1 + log2(max(1, voices)) / 2
    filled = 1.25 if closes else 1.0
    return 60 * rank * held * left_by(nearest) * said * filled / seconds
