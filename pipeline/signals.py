"""Words in which an expert shows to know more than is said, and the question that each of them makes.

A table, no more: who reads a statement with it is `pipeline.gaps`. In a question `{}` stands for the
expert's own phrase. The questions are probes of the Critical Decision Method (Klein, Calderwood & MacGregor 1989;
Hoffman, Crandall & Shadbolt 1998) and of the knowledge audit of ACTA (Militello & Hutton 1998).
"""

import re
from dataclasses import dataclass

from models.values import GapReason
from pipeline.unsaid import (
    A_WHILE,
    ALTERNATIVES,
    BY_WHICH,
    DECIDED,
    DEPENDS,
    EXCEPTIONS,
    GUT,
    HARD_PART,
    KNOWING,
    LISTED,
    MOSTLY,
    OF_TALK,
    OFF_OR_RIGHT,
    RIGHT_POINT,
    RULED,
    SCALED,
    SHOWN,
    SKILL,
    SOMETIMES,
    TOO_OR_ENOUGH,
    TRICK,
    UNTIL,
    WORDLESS,
)


@dataclass(frozen=True, slots=True)
class Signal:
    """Words that show a gap, and what to ask then."""

    reason: GapReason
    rule: str
    words: re.Pattern[str]
    question: str
    unless: re.Pattern[str] | None = None  # said anywhere in the statement, it gives what seemed to be missing
    hints: tuple[str, ...] = ()  # in small letters: one of them is in what `words` finds, which saves most searches


TELL = "Think of the last time: what did you see, hear or feel that told you?"
SIGNALS = (
    Signal(
        GapReason.HARD_TO_SAY,
        "a knowing",
        KNOWING,
        f"You said “{{}}”. {TELL}",
        BY_WHICH,
        hints=("know", "feel", "sense", "see it", "tell", "told", "knew"),
    ),
    Signal(
        GapReason.HARD_TO_SAY,
        "no words for it",
        WORDLESS,
        f"You said “{{}}”. {TELL}",
        hints=(
            "expla",
            "descri",
            "articul",
            "verbali",
            "pin",
            "words",
            "finger",
            "tell you",
            "ask me",
            "show",
            "be there",
            "been there",
            "write",
            "say",
        ),
    ),
    Signal(
        GapReason.HARD_TO_SAY,
        "a gut feeling",
        GUT,
        "You said “{}”. Think of one such time: what had you noticed just before, and what did you expect?",
        hints=("gut", "instinct", "intuiti", "hunch", "sixth", "feeling", "trust"),
    ),
    Signal(
        GapReason.HARD_TO_SAY,
        "off or right",
        OFF_OR_RIGHT,
        "You said “{}”. What exactly do you see, hear or feel then, and how is it otherwise?",
        BY_WHICH,
        hints=("feel", "look", "sound", "smell", "tast", "something"),
    ),
    Signal(
        GapReason.HARD_TO_SAY,
        "a skill",
        SKILL,
        "You said “{}”. What do you notice there today that a beginner would miss?",
    ),
    Signal(
        GapReason.ANNOUNCED,
        "it depends",
        DEPENDS,
        "You said “{}”. Take two times that went differently: what made the difference, and how did you notice?",
        ALTERNATIVES,
    ),
    Signal(
        GapReason.ANNOUNCED,
        "an exception without a case",
        EXCEPTIONS,
        "You said “{}”. Tell me about one time when it was different: what was it that made you see it?",
    ),
    Signal(
        GapReason.ANNOUNCED,
        "a trick that is not told",
        TRICK,
        "You said “{}”. Take me through the last time: what did you do, step by step, and why so?",
    ),
    Signal(
        GapReason.ANNOUNCED,
        "only sometimes",
        SOMETIMES,
        "You said “{}”. When was the last time, and what told you that it was one of those times?",
    ),
    Signal(
        GapReason.ANNOUNCED,
        "not always",
        MOSTLY,
        "You said “{}”. Tell me about a time when it was otherwise: how did you notice?",
        hints=("times", "percent", "%", "always", "most", "rule", "general", "often"),
    ),
    Signal(
        GapReason.ANNOUNCED,
        "signs that are not named",
        LISTED,
        "You said “{}”. Which ones? What did you look at the last time, and in what order?",
    ),
    Signal(
        GapReason.NO_THRESHOLD,
        "too much or enough",
        TOO_OR_ENOUGH,
        "You said “{}”. How can you tell: is there a number, or what do you see, hear or feel?",
        OF_TALK,
        hints=("too ", "enough"),
    ),
    Signal(
        GapReason.NO_THRESHOLD,
        "a point without a measure",
        RIGHT_POINT,
        "You said “{}”. How do you know that it is there: is there a number, or what do you see, hear or feel?",
    ),
    Signal(
        GapReason.NO_THRESHOLD,
        "a while",
        A_WHILE,
        "You said “{}”. How much is that, and what tells you that it is enough?",
        UNTIL,
        hints=("for a", "for quite", "a bit", "a little", "some"),
    ),
    Signal(
        GapReason.NO_THRESHOLD,
        "a scale without a measure",
        SCALED,
        "You said “{}”. From where on: is there a number, or what do you see, hear or feel?",
    ),
    Signal(
        GapReason.POINTING,
        "shown, not said",
        SHOWN,
        "You said “{}” and showed it. How would you say it to somebody who cannot see your hands?",
        hints=("like", " way", "here", " this", " so ", "these", "yay"),
    ),
    Signal(
        GapReason.POLICY_VOICE,
        "a rule without a case",
        RULED,
        "You said “{}”. Tell me about the last time: what did you really do, and what made that case different?",
    ),
    Signal(
        GapReason.EMPTY_SLOT,
        "a decision without its ground",
        DECIDED,
        "You said “{}”. What else could you have done, and what was it that decided you?",
    ),
    Signal(
        GapReason.EMPTY_SLOT,
        "a hard part without its why",
        HARD_PART,
        "You said “{}”. What makes it hard: where does it go wrong, and what do you notice there that others miss?",
    ),
)
