"""Which probes of cognitive task analysis an interview has covered already, and what shows it.

A probe counts as covered where an interviewer asked for it and was answered, or where the expert told it unasked.
Either way the statement that shows it is named, so that a person can see whether that will do.
"""

import re
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from models.values import Finding, FindingType, Statement
from pipeline.probes import PROBES
from pipeline.text import words

ANSWERED = 12  # words of an answer that is one
TOLD = 6  # words of a statement that tells something


@dataclass(frozen=True, slots=True)
class Signs:
    """By what a probe is recognised."""

    asked: re.Pattern[str]  # in an interviewer's question
    told: re.Pattern[str]  # in an expert's statement
    findings: frozenset[FindingType] = frozenset()  # of which one in a statement tells it as well


@dataclass(frozen=True, slots=True)
class Covered:
    """What covers a probe: a question that was answered, or a statement that nobody asked for."""

    probe: str  # Probe.id
    asked: bool
    statement: Statement  # the one that tells it, or with which the answer begins


def _any(*patterns: str) -> re.Pattern[str]:
    return re.compile(rf"\b(?:{'|'.join(patterns)})", re.I)


LEARNERS = (
    r"(?:beginners?|novices?|juniors?|apprentices?|trainees?|students?|new (?:people|one|colleagues?)|"
    r"young \w+|newcomers?)"
)
DEVICES = (
    r"(?:gauges?|displays?|sensors?|meters?|screens?|instruments?|alarms?|readings?|computers?|software|"
    r"machines?|tools?)"
)
WRONG = r"(?:wrong|off|odd|strange|weird|unusual|not right|out of the ordinary|unexpected)"

SIGNS = {
    "cues": Signs(
        _any(
            r"what (?:did|do|does|would|could|can) (?:you|your \w+) (?:see|hear|notice|smell|feel|look|spot|"
            r"watch|listen|tell)",
            r"what (?:told|tells|tipped) you",
            r"how (?:can|could|do|did|would) you (?:\w+ )?(?:tell|know|notice|recogni[sz]e|judge|check)\b",
            r"how (?:can|could|did) you see\b",
            r"what (?:are|were) you looking",
            r"what (?:does|did|do) (?:\w+ ){1,4}(?:sound|look|feel|smell|taste) like",
            r"what (?:had |has )?changed",
        ),
        _any(
            r"(?:i|we|you) (?:could (?:see|hear|smell|feel)|heard|smelled|smelt) (?:that|how|the|a|it)\b",
            r"(?:i|we) (?:saw|felt) (?:that|how|it)\b",
        ),
        frozenset({FindingType.CUE}),
    ),
    "knowledge": Signs(
        _any(
            r"what (?:information|knowledge)",
            r"where did you (?:learn|get|know|hear)",
            r"how did you (?:learn|come to know|find out)",
            r"who (?:taught|told|showed)",
            r"(?:teach|taught) you",
        ),
        _any(
            r"(?:i|we) learn(?:ed|t) (?:that|it|this|from|to|by|how)\b",
            r"taught (?:me|us)\b",
            r"showed (?:me|"
            r"us) how\b",
        ),
    ),
    "analogues": Signs(
        _any(
            r"remind(?:s|ed)?\b",
            r"(?:similar|same|comparable|earlier|previous) (?:case|situation|thing|problem)s?\b",
            r"(?:happened|seen (?:it|that|this)|something like (?:it|that|this)) before",
        ),
        _any(
            r"remind(?:s|ed) me\b",
            r"(?:just |exactly |a bit )?like (?:the last time|last time|the time)\b",
            r"(?:i|we) (?:had|have|'ve|'d) seen (?:it|that|this|one) before",
            r"the same thing (?:had )?happened",
        ),
    ),
    "goals": Signs(
        _any(
            r"(?:goals?|aims?|purpose|objectives?|priorit(?:y|ies))\b",
            r"what (?:did|do) you want\b",
            r"trying to (?:achieve|do|reach|get)",
            r"what (?:were|are) you after",
        ),
        _any(
            r"(?:my|our|the|your) (?:main |only |first |real )?(?:goal|aim|purpose|objective|priority) (?:is|was)\b",
            r"(?:i|we) (?:just |really |only )*wanted to (?:make sure|avoid|prevent|keep|save|protect|gain)\b",
            r"what (?:i|we|you) (?:really )?want(?:ed)? (?:is|was)\b",
        ),
    ),
    "options": Signs(
        _any(
            r"what else (?:could|did|might|would|can)\b",
            r"(?:other|another|different) (?:options?|ways?|courses?|possibilit\w+|approach\w*|choices?)",
            r"alternatives?\b",
            r"did you (?:also )?consider",
            r"could you have done",
        ),
        _any(
            r"(?:i|we|you) (?:could|might) (?:also |just |either )*have (?:\w+ed|gone|done|taken|put|left|let|"
            r"made|given|cut|kept)\b",
            r"(?:other|another|second) (?:option|way|possibility|choice|alternative)\b",
            r"(?:i|we) (?:also )?(?:considered|thought about \w+ing|weighed)\b",
            r"(?:two|three|several) (?:options|ways|possibilities|choices)\b",
        ),
    ),
    "basis": Signs(
        _any(
            r"why (?:did|do|would|do not|don't|didn't) you\b",
            r"why (?:not|that|this|the)\b",
            r"how did you (?:decide|choose)\b",
            r"what (?:made|makes) you\b",
            r"on what (?:basis|grounds)",
            r"what decided you",
        ),
        _any(
            r"(?:i|we) (?:\w+ )?(?:decided|chose|picked|went for|opted|skipped|stopped|left|"
            r"took)\b[^.]*\b(?:because|since|so that)\b",
            r"(?:that's|that is|which is) why (?:i|we)\b",
        ),
    ),
    "experience": Signs(
        _any(
            r"what (?:kind of |sort of )?(?:training|experience|background|skills?)",
            r"how long (?:did it take|does it take|have you|until)",
            r"how (?:would|could|does) (?:somebody|someone|one|a person) (?:learn|get)",
        ),
        _any(
            r"(?:after|over|in) (?:\w+ )?(?:\w+ )?(?:years|decades) (?:of|in|you|i|on)\b",
            r"(?:from|with|by) (?:long |my |your )?experience\b",
            r"it (?:takes|took) (?:me |you |us )?(?:\w+ )?(?:years|months|weeks) (?:to|until|before)\b",
        ),
    ),
    "aiding": Signs(
        _any(
            r"(?:would|could|might) (?:have )?(?:help(?:ed)?|been (?:helpful|useful|easier))",
            r"what (?:do|did) you (?:lack|miss|wish)",
            r"make (?:it|that|this) easier",
        ),
        _any(
            r"(?:would|could) have helped\b",
            r"(?:i|we) wish (?:i|we|there|somebody) had\b",
            r"if (?:i|we|you) (?:only |just )?had (?:had|known|a|the)\b",
            r"it would (?:really )?help\b",
        ),
    ),
    "time": Signs(
        _any(
            r"how (?:much|long) (?:time|did you have|"
            r"do you have)",
            r"time pressure",
            r"in a hurry",
            r"how (?:fast|quickly) (?:do|did|must)",
        ),
        _any(
            r"(?:no|not enough|little|hardly any) time (?:to|for|left)\b",
            r"in a (?:hurry|rush)\b",
            r"(?:under|time) pressure\b",
            r"(?:you|i|we) (?:only |just )?(?:have|had) (?:\w+ ){0,3}(?:seconds|minutes|hours)(?: left| until|"
            r" before|, not)\b",
            r"before it(?:'s| is| was) too late\b",
            r"has hours, not days\b",
        ),
    ),
    "assessment": Signs(
        _any(
            r"sum (?:it |that |the \w+ )?up",
            r"what did you make of",
            r"what (?:was|is) (?:going on|happening|the (?:problem|situation))",
            r"what did you (?:think|believe|conclude|assume)",
            r"what had happened",
            r"describe (?:the|that) situation",
        ),
        _any(
            r"(?:i|we) (?:then |immediately |soon )?(?:figured|concluded|realized|realised|suspected)\b",
            r"(?:i|we) (?:thought|knew) (?:that )?(?:it|that|this|the \w+) (?:was|had|were)\b",
            r"(?:that|which|it) (?:told|tells) (?:me|us|you) (?:that )?(?:it|the|there|somebody|we)\b",
        ),
    ),
    "hypotheticals": Signs(
        _any(
            r"what if\b",
            r"what would (?:have happened|happen|you (?:do|have done))",
            r"suppose\b",
            r"(?:had|were) (?:been )?(?:different|otherwise)",
            r"do (?:it )?differently",
            r"could (?:it )?have gone wrong",
            r"in which you would not",
        ),
        _any(
            r"if (?:i|we|it|they|that|he|she|you|the \w+) (?:had|hadn't|had not) \w+[^.]*\bwould\b",
        ),
    ),
    "errors": Signs(
        _any(
            rf"{LEARNERS}\b",
            r"(?:common|typical|usual) (?:mistakes?|errors?)",
            r"(?:get|gets|go|goes|do|does) (?:it )?wrong",
            r"(?:a|any|the) mistakes?\b",
        ),
        _any(r"(?:common|classic|typical|biggest) (?:mistake|error)s?\b"),
        frozenset({FindingType.NOVICE_ERROR}),
    ),
    "standard": Signs(
        _any(
            r"(?:procedure|manual|recipe|protocol|checklist|guideline|handbook|"
            r"textbook)s?\b",
            r"by the book",
            r"(?:the|a) rules?\b",
        ),
        _any(
            r"(?:the|our) (?:\w+ )?(?:procedure|manual|recipe|protocol|checklist|guideline|handbook|textbook|"
            r"sheet)s? "
            r"(?:says?|tells?|wants?|does(?:n't| not)|never)\b",
            r"(?:in|from|by) the (?:manual|book|recipe|procedure)\b",
            r"on paper\b",
        ),
    ),
    "past_future": Signs(
        _any(
            r"how did (?:it|that|things) (?:get|come|start|begin)",
            r"what (?:happens|happened|comes|came) (?:next|then|after)",
            r"what (?:will|would) happen",
            r"what led (?:up )?to",
            r"where (?:is|was) it going",
        ),
        _any(
            r"by the time (?:you|it|the|we|i|they)\b",
            r"(?:sooner or later|before long),? (?:it|you|they|the)\b",
            r"(?:it|that|the \w+|they) (?:will|'ll|is going to|are going to) \w+ (?:within|"
            r"in) (?:\w+ )?(?:an hour|minutes|hours|days|weeks)\b",
        ),
    ),
    "big_picture": Signs(
        _any(
            r"big(?:ger)? picture",
            r"most important",
            r"what matters",
            r"keep (?:track|in mind|"
            r"an eye)",
            r"over(?:all|view)",
            r"main (?:steps|things)",
        ),
        _any(
            r"(?:the )?(?:whole|big|bigger|larger) picture\b",
            r"what (?:really )?matters (?:most |here |there )?is\b",
            r"the (?:main|most important|only important) (?:thing|point) is\b",
            r"above all\b",
        ),
    ),
    "noticing": Signs(
        _any(
            r"(?:others|other people|nobody(?: else)?|no one(?: else)?) (?:\w+ )?(?:miss|see|saw|notice|"
            r"overlook|told)",
            r"notice (?:that|what|things?) (?:others|nobody)",
            r"(?:miss|missed|overlook)\b",
            r"look at that nobody",
        ),
        _any(
            r"(?:people|others|they|beginners|nobody|most|everybody) (?:\w+ )?(?:miss(?:es)?|overlooks?|"
            r"(?:don't|doesn't|do not|does not|never) (?:see|notice|hear|look))\b",
            r"(?:easy|easily) (?:to )?(?:missed|miss|overlooked|overlook)\b",
        ),
    ),
    "job_smarts": Signs(
        _any(r"tricks?\b", r"shortcuts?\b", r"rules? of thumb", r"(?:save|saves) (?:time|effort)", r"more efficient"),
        _any(
            r"(?:my|a|the|one|little|another) (?:\w+ )?tricks? (?:is|was|that|to|there)\b",
            r"shortcuts?\b",
            r"rules? of thumb\b",
            r"saves? (?:you |me |us )?(?:a lot of |some )?(?:time|work|trouble)\b",
        ),
    ),
    "improvising": Signs(
        _any(
            r"improvis\w+",
            r"make do",
            r"in no (?:recipe|book|manual)",
            r"deviat\w+",
            r"break (?:a|"
            r"the) rules?",
            r"another way",
        ),
        _any(
            r"improvis\w+",
            r"(?:i|we) (?:just )?(?:skipped|made do|worked around|got around)\b",
            r"(?:a|the) work ?around\b",
            r"instead of (?:the|what the) (?:usual|rule|recipe|book|procedure|normal)\b",
        ),
    ),
    "self_monitoring": Signs(
        _any(
            r"(?:you|were) (?:\w+ )?wrong\b",
            r"chang\w+ your mind",
            r"(?:doubt|double[- ]check|check yourself)",
            r"how (?:do|did) you know (?:that )?you (?:were|are) (?:right|wrong)",
        ),
        _any(
            r"i (?:was|had been) (?:completely |totally |just )?wrong\b",
            r"chang(?:ed|e) my mind\b",
            r"i (?:began|started) to doubt\b",
            r"i (?:always |also |then )*(?:double[- ]check|ask(?:ed)? myself|stop(?:ped)? myself)\b",
            r"since then i (?:always|never)\b",
        ),
    ),
    "anomalies": Signs(
        _any(
            rf"(?:feel|felt|feels|look\w*|seem\w*|something|anything|was|is) (?:\w+ )?{WRONG}\b",
            r"did not feel right",
            r"(?:exceptions?|unusual)\b",
            r"not like the others",
        ),
        _any(
            rf"(?:something|it|that|everything) (?:\w+ )?(?:was|felt|looked|sounded|smelled|"
            rf"seemed) (?:\w+ )?{WRONG}\b",
            r"(?:had|have) never seen (?:that|it|such|anything)\b",
            r"out of the ordinary\b",
            r"surprised (?:me|us)\b",
            r"(?:was|were) too quiet\b",
        ),
    ),
    "equipment": Signs(
        _any(
            r"trust (?:it|them|the|your)\b",
            rf"{DEVICES}\b[^?]*\b(?:wrong|fail|mislead|disagree|broke|"
            rf"lie)",
            rf"(?:every|the) {DEVICES} (?:said|says)",
        ),
        _any(
            rf"(?:the|that|this|a) (?:\w+ )?{DEVICES} (?:\w+ ){{0,3}}(?:wrong|lies?|lied|fails?|failed|"
            rf"misleads?|misled|broke|"
            r"drifts?|was off|is off|cannot|can't)\b",
            rf"(?:do not|don't|never|not) (?:\w+ )?(?:trust|believe) (?:the|my|a) (?:\w+ )?{DEVICES}\b",
        ),
    ),
}


def covered(statements: Sequence[Statement], findings: Sequence[Finding]) -> list[Covered]:
    """The probes that these statements of one interview cover, in the order of PROBES, each once; empty for none.

    A question that was answered in at least ANSWERED words goes before a statement that nobody asked for, the best
    statement by its score before the others.
    """
    answers: defaultdict[int, list[Statement]] = defaultdict(list)
    for statement in statements:
        answers[statement.answer].append(statement)
    types: defaultdict[int, set[FindingType]] = defaultdict(set)
    for finding in findings:
        types[finding.statement].add(finding.type)
    full = [said for said in answers.values() if sum(words(one.text) for one in said) >= ANSWERED]
    telling = [one for one in statements if words(one.text) >= TOLD and not one.text.endswith("?")]
    found = (_asked(probe.id, full) or _told(probe.id, telling, types) for probe in PROBES)
    return [one for one in found if one is not None]


def _asked(probe: str, answers: Sequence[Sequence[Statement]]) -> Covered | None:
    """The first answer to a question that asks for it."""
    for said in answers:
        question = said[0].question
        if question and SIGNS[probe].asked.search(question.replace("’", "'")):
            return Covered(probe, True, said[0])
    return None


def _told(probe: str, statements: Sequence[Statement], types: defaultdict[int, set[FindingType]]) -> Covered | None:
    """The best statement that tells it."""
    signs = SIGNS[probe]
    fit = [
        one for one in statements if signs.findings & types[one.index] or signs.told.search(one.text.replace("’", "'"))
    ]
    best = max(fit, key=lambda one: (one.score, -one.index), default=None)
    return None if best is None else Covered(probe, False, best)
