"""Words in which an expert shows to know more than is said, and the question that each of them makes.

A table, no more: who reads a statement with it is `pipeline.gaps`. In a question `{}` stands for the
expert's own phrase. The questions are probes of the Critical Decision Method (Klein, Calderwood & MacGregor 1989;
Hoffman, Crandall & Shadbolt 1998) and of the knowledge audit of ACTA (Militello & Hutton 1998).
"""

import re
from dataclasses import dataclass, field

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
    hints: tuple[str, ...] = field(kw_only=True)  # in small letters: one of them is in all that `words` finds


def _hints(listed: str) -> tuple[str, ...]:
    return tuple(listed.split("|"))


TELL = "Think of the last time: what did you see, hear or feel that told you?"
SIGNALS = (
    Signal(
        GapReason.HARD_TO_SAY,
        "a knowing",
        KNOWING,
        f"You said “{{}}”. {TELL}",
        BY_WHICH,
        hints=_hints("know|feel|sense|see it|tell|told|knew"),
    ),
    Signal(
        GapReason.HARD_TO_SAY,
        "no words for it",
        WORDLESS,
        f"You said “{{}}”. {TELL}",
        hints=_hints(
            "expla|descri|articul|verbali|pin|words|finger|tell you|ask me|show|be there|been there|write|say"
        ),
    ),
    Signal(
        GapReason.HARD_TO_SAY,
        "a gut feeling",
        GUT,
        "You said “{}”. Think of one such time: what had you noticed just before, and what did you expect?",
        hints=_hints("gut|instinct|intuiti|hunch|sixth|feeling|trust"),
    ),
    Signal(
        GapReason.HARD_TO_SAY,
        "off or right",
        OFF_OR_RIGHT,
        "You said “{}”. What exactly do you see, hear or feel then, and how is it otherwise?",
        BY_WHICH,
        hints=_hints("feel|look|sound|smell|tast|something"),
    ),
    Signal(
        GapReason.HARD_TO_SAY,
        "a skill",
        SKILL,
        "You said “{}”. What do you notice there today that a beginner would miss?",
        hints=_hints(
            "come with|comes with|book|school|classroom|manual|course|learn|teach|taught|"
            "second nature|muscle memory|thinking|think about|knack|experience|common sense|judg|"
            "feel for|feeling for|sense for|touch for|by feel|on feel|by touch|on touch|art than|"
            "an art|exact science| hand| finger| wrist| bones| bod| ear| eye|eyeball| nose| gut| jaw|"
            " feet"
        ),
    ),
    Signal(
        GapReason.ANNOUNCED,
        "it depends",
        DEPENDS,
        "You said “{}”. Take two times that went differently: what made the difference, and how did you notice?",
        ALTERNATIVES,
        hints=_hints("depend|varies|by case|by-case|different|no two"),
    ),
    Signal(
        GapReason.ANNOUNCED,
        "an exception without a case",
        EXCEPTIONS,
        "You said “{}”. Tell me about one time when it was different: what was it that made you see it?",
        hints=_hints(
            "exception|there are|not always|not in every|not necessarily|simple|easy|straightforward|than that"
        ),
    ),
    Signal(
        GapReason.ANNOUNCED,
        "a trick that is not told",
        TRICK,
        "You said “{}”. Take me through the last time: what did you do, step by step, and why so?",
        hints=_hints("there's|there is|there are|my own|our own|their own"),
    ),
    Signal(
        GapReason.ANNOUNCED,
        "only sometimes",
        SOMETIMES,
        "You said “{}”. When was the last time, and what told you that it was one of those times?",
        hints=_hints(
            "sometimes|occasionally|every |once in|time to time|in some|in certain|in rare|"
            "in particular|under certain|under some|under special"
        ),
    ),
    Signal(
        GapReason.ANNOUNCED,
        "not always",
        MOSTLY,
        "You said “{}”. Tell me about a time when it was otherwise: how did you notice?",
        hints=_hints("times|percent|%|always|most|rule|general|often"),
    ),
    Signal(
        GapReason.ANNOUNCED,
        "signs that are not named",
        LISTED,
        "You said “{}”. Which ones? What did you look at the last time, and in what order?",
        hints=_hints("there are"),
    ),
    Signal(
        GapReason.NO_THRESHOLD,
        "too much or enough",
        TOO_OR_ENOUGH,
        "You said “{}”. How can you tell: is there a number, or what do you see, hear or feel?",
        OF_TALK,
        hints=_hints("too |enough"),
    ),
    Signal(
        GapReason.NO_THRESHOLD,
        "a point without a measure",
        RIGHT_POINT,
        "You said “{}”. How do you know that it is there: is there a number, or what do you see, hear or feel?",
        hints=_hints("right|proper|correct|perfect|ideal|certain"),
    ),
    Signal(
        GapReason.NO_THRESHOLD,
        "a while",
        A_WHILE,
        "You said “{}”. How much is that, and what tells you that it is enough?",
        UNTIL,
        hints=_hints("for a|for quite|a bit|a little|some"),
    ),
    Signal(
        GapReason.NO_THRESHOLD,
        "a scale without a measure",
        SCALED,
        "You said “{}”. From where on: is there a number, or what do you see, hear or feel?",
        hints=_hints(
            "hot|cold|high|low|heavy|large|big|small|thick|thin|tight|loose|fast|slow|strong|weak|steep|dense|loud"
        ),
    ),
    Signal(
        GapReason.POINTING,
        "shown, not said",
        SHOWN,
        "You said “{}” and showed it. How would you say it to somebody who cannot see your hands?",
        hints=_hints(
            "like this|like so|like that|this way|that way|here|right there|over there|down there|up there| much| far|"
            " deep| wide| thick| long| high| big| small|so thin|this thin|yay thin| tall|these "
        ),
    ),
    Signal(
        GapReason.POLICY_VOICE,
        "a rule without a case",
        RULED,
        "You said “{}”. Tell me about the last time: what did you really do, and what made that case different?",
        hints=_hints(
            "rule|policy|procedure|protocol|guideline|best practice|recommendation|book|manual|"
            "regulation|standard|checklist|instructions|recipe|spec|documentation|supposed|required|"
            "obliged|expected|on paper|officially|technically|in theory"
        ),
    ),
    Signal(
        GapReason.EMPTY_SLOT,
        "a decision without its ground",
        DECIDED,
        "You said “{}”. What else could you have done, and what was it that decided you?",
        hints=_hints("decided|chose|opted|resolved|preferred|refused|made|skipped|stopped|turned"),
    ),
    Signal(
        GapReason.EMPTY_SLOT,
        "a hard part without its why",
        HARD_PART,
        "You said “{}”. What makes it hard: where does it go wrong, and what do you notice there that others miss?",
        hints=_hints("hard|trick|difficult|delicate|challenging|easy to"),
    ),
)
