"""Guides for people who hold interviews: for a first one on a task, and for the next one with an expert.

A guide is a value that pages lay out, and Markdown for everybody else. The first interview follows Applied Cognitive
Task Analysis (task diagram, knowledge audit; Militello & Hutton 1998) and the four sweeps of the Critical Decision
Method (Hoffman, Crandall & Shadbolt 1998).
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from models.values import GapReason, Seconds
from pipeline.export import clock
from pipeline.probes import AUDIT, DECISION, PROBES

THIS_TASK = "this task"
LAST_SWEEP = ("hypotheticals", "errors", "aiding", "experience")  # probes that look away from what happened
_SPECIAL = re.compile(r"([\\`*_\[\]<>])")

# ---- the first interview


@dataclass(frozen=True, slots=True)
class Section:
    """One part of an interview, or of what comes before it."""

    heading: str
    minutes: int | None  # None: it is read before the interview
    advice: tuple[str, ...]  # to the interviewer
    questions: tuple[str, ...] = ()  # to be said


@dataclass(frozen=True, slots=True)
class InterviewGuide:
    """What to do and to ask in a first interview."""

    task: str
    sections: tuple[Section, ...]

    @property
    def minutes(self) -> int:
        return sum(section.minutes or 0 for section in self.sections)


def interview_guide(task: str) -> InterviewGuide:
    """The guide for a first interview on the task, about an hour; "" stands for a task that nobody has named yet."""
    named = " ".join(task.split()) or THIS_TASK
    questions = {probe.id: probe.question for probe in PROBES}
    deepening = tuple(p.question for p in PROBES if p.method == DECISION and p.id not in LAST_SWEEP)
    sections = (
        _BEFORE,
        _CONSENT,
        Section(
            "Warm up",
            5,
            ("Start the recording, and say so. Small talk helps people to forget it.",),
            ("What do you do here, and how long have you done it?", f"How did you come to {named}?"),
        ),
        Section(
            "The task in a few steps",
            10,
            (
                "Draw the steps as boxes while they are told: three to six, no more. Do not go into any of them yet.",
                "Mark the boxes that need judgment. The next parts are about these.",
            ),
            (
                f"Think of {named}. Can you break it into three to six steps?",
                "Which of these steps are hard, so that somebody who has just learned them will get them wrong?",
                "Where do you have to judge, and not only to do?",
            ),
        ),
        Section(
            "What experts know and beginners do not",
            15,
            (
                "Take the hard steps. Choose three or four of these questions; nobody gets through all of them.",
                "Ask for an example each time, and then: What did you notice there? Why is that hard for a beginner?",
            ),
            tuple(probe.question for probe in PROBES if probe.method == AUDIT),
        ),
        Section(
            "One case, first sweep: find it",
            3,
            ("One real case in which the expert made a difference is worth more than ten rules.",),
            (
                f"Tell me about a time with {named} when your experience mattered: somebody with less of it would have "
                "done something else. Just tell it from the beginning to the end.",
            ),
        ),
        Section(
            "Second sweep: what happened when",
            5,
            (
                "Tell the case back in your own words, and let it be corrected. Write the moments on a line.",
                "Mark every point at which something was noticed, judged or decided.",
            ),
            ("Did I get that right? What came before it? How long was it until the next thing?",),
        ),
        Section(
            "Third sweep: look closer",
            12,
            ("Go to each marked point, and stay there. Two points in depth are better than six.",),
            deepening,
        ),
        Section(
            "Fourth sweep: what if",
            5,
            ("Now leave what happened, and change it.",),
            tuple(questions[each] for each in LAST_SWEEP),
        ),
        Section(
            "The end",
            5,
            ("Say what happens next: the expert hears every line again, and nothing is shared before that.",),
            (
                "What should I have asked that I did not?",
                "Who would disagree with you on this, and about what?",
                "May I come back with the questions that come up?",
            ),
        ),
        _GOOD_TALK,
    )
    return InterviewGuide(named, sections)


_BEFORE = Section(
    "Before you meet",
    None,
    (
        "Take one task, not a whole job. Take somebody who does it often, and an hour of a quiet room without their "
        "boss in it.",
        "One microphone for each of you, or a recorder in the middle of the table. Listen to ten seconds of it first.",
        "Bring a thing of the work, a picture or a form: hands remember what heads do not.",
        "Read what is written about the task, so that the hour goes to what is not.",
    ),
)
_CONSENT = Section(
    "What to say about consent",
    None,
    (
        "“I would like to record this. The recording and its text stay in our own building.”",
        "“A program looks for know-how in it and proposes cards in your words. You see each card, hear yourself say "
        "it, change it or throw it away. Nothing is shared before you have agreed.”",
        "“You decide four things, each for itself: that it is looked through, that your words may be quoted, that your "
        "voice may be heard, that approved cards may go to other tools. You can take back each of them at any time.”",
        "“Names of people and places can be hidden. If something should not be on the tape, say so, and I stop it.”",
        "Write down what was agreed, in front of them, when you upload the recording.",
    ),
)
_GOOD_TALK = Section(
    "What makes good talk",
    None,
    (
        "Ask for a case, not for a rule. When you hear “we usually” or “you should”, ask: when was the last time?",
        "Ask what they saw, heard, felt and smelled before you ask what they thought.",
        "When they say that it is a feeling, stay: what is different, when the feeling is not there?",
        "When they show it with their hands, say it aloud and let them correct you: the recording sees nothing.",
        "Ask for the number, or for the sign, behind every “too hot”, “enough” and “a while”.",
        "Wait. Count to five after an answer; the best part often comes then.",
        "Use their words, not yours, and never offer the answer in the question.",
    ),
)


def interview_markdown(guide: InterviewGuide) -> str:
    """The guide as Markdown."""
    lines = [f"# Interview guide: {_plain(guide.task)}", "", f"About {guide.minutes} minutes.", ""]
    for section in guide.sections:
        lines += [f"## {section.heading}{f' ({section.minutes} min)' if section.minutes else ''}", ""]
        lines += [f"* {_plain(each)}" for each in section.advice]
        if section.questions:
            lines += ["", *(f"- [ ] {_plain(each)}" for each in section.questions)]
        lines.append("")
    return "\n".join(lines)


# ---- the next interview


@dataclass(frozen=True, slots=True)
class Source:
    """Where something was said."""

    recording_id: str
    recording: str  # its title
    start_s: Seconds | None
    speaker: str | None
    quote: str


@dataclass(frozen=True, slots=True)
class ToAsk:
    """One question, why it is asked, and what was said."""

    gap_id: str
    question: str
    why: str
    rank: float
    card_id: str
    card: str  # its title
    source: Source | None  # None: the card does not know


@dataclass(frozen=True, slots=True)
class ProbeState:
    """A probe, and what covers it: None where nothing does."""

    id: str
    name: str
    method: str
    question: str
    covered_by: Source | None
    asked: str | None = None  # the interviewer's question, where one covers it


@dataclass(frozen=True, slots=True)
class FollowUp:
    """What to ask an expert next time."""

    expert_id: str
    expert: str
    recordings: tuple[str, ...]  # titles of those that were looked at
    first: tuple[ToAsk, ...]  # best first, as many as fit into an hour
    more: tuple[ToAsk, ...]  # where time is left
    probes: tuple[ProbeState, ...]

    @property
    def missing(self) -> tuple[ProbeState, ...]:
        return tuple(probe for probe in self.probes if probe.covered_by is None)

    @property
    def covered(self) -> tuple[ProbeState, ...]:
        return tuple(probe for probe in self.probes if probe.covered_by is not None)


WHY = {
    GapReason.HARD_TO_SAY: "Known without words for it: there is a sign behind it.",
    GapReason.EMPTY_SLOT: "Said without what belongs to it.",
    GapReason.ANNOUNCED: "Announced, and not told.",
    GapReason.NO_THRESHOLD: "A degree without a measure: nobody else can tell when it is reached.",
    GapReason.POINTING: "Shown, and a recording sees nothing.",
    GapReason.POLICY_VOICE: "The rule, and no case: what is really done is often something else.",
}
WHY_EMPTY = {
    "cues": "What to do is said, and not what tells that it is time.",
    "rationale": "It is said, and not why.",
    "exceptions": "One case is told, and not the other.",
}
NOTHING_HEARD = "No interview of this expert can be looked at yet. Start with the interview guide."
NOTHING_OPEN = "No question is open: everything that was noticed is answered."


def why(reason: GapReason, slot: str) -> str:
    """In a sentence, why a gap is one."""
    return WHY_EMPTY.get(slot, WHY[reason]) if reason is GapReason.EMPTY_SLOT else WHY[reason]


def follow_up_markdown(guide: FollowUp) -> str:
    """The guide as Markdown."""
    lines = [f"# What to ask {_plain(guide.expert)} next time", ""]
    if not guide.recordings:
        return "\n".join([*lines, NOTHING_HEARD, ""])
    lines += [f"Made of: {_plain('; '.join(guide.recordings))}.", ""]
    lines += list(_asked("Questions", guide.first)) if guide.first else [NOTHING_OPEN, ""]
    lines += list(_asked("If time is left", guide.more))
    if guide.missing:
        lines += ["## What nobody has asked for yet", ""]
        lines += [*(f"- [ ] {_plain(each.question)} *({each.name})*" for each in guide.missing), ""]
    if guide.covered:
        lines += ["## What the recordings cover already", ""]
        lines += [*(f"* **{each.name}**: {_shown_by(each)}" for each in guide.covered), ""]
    return "\n".join(lines)


def _asked(heading: str, questions: Sequence[ToAsk]) -> Iterator[str]:
    if questions:
        yield from (f"## {heading}", "")
    for number, each in enumerate(questions, 1):
        yield from (f"{number}. **{_plain(each.question)}**", "", f"   {each.why}", "")
        if each.source:
            yield from (f"   > {_plain(each.source.quote)} ({_plain(where(each.source))})", "")


def _shown_by(probe: ProbeState) -> str:
    source = probe.covered_by
    if source is None:
        return ""
    told = f"“{_plain(probe.asked)}” → " if probe.asked else ""
    return f"{told}“{_plain(source.quote)}” ({_plain(where(source))})"


def where(source: Source) -> str:
    """The recording and the time in it, in words."""
    at = clock(source.start_s)
    return ", ".join(part for part in (source.recording, at, source.speaker) if part)


def _plain(text: str) -> str:
    """The text in one line of Markdown that means nothing but itself."""
    return _SPECIAL.sub(r"\\\1", " ".join(text.split()))
