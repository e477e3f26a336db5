"""The probes of cognitive task analysis: what to ask an expert for.

Two lists, in our own words: those of the Critical Decision Method (Klein, Calderwood & MacGregor 1989; Hoffman,
Crandall & Shadbolt 1998) for an incident, and the knowledge audit of Applied Cognitive Task Analysis (Militello &
Hutton 1998). Which of them an interview has covered says `pipeline.coverage`.
"""

from dataclasses import dataclass

DECISION, AUDIT = "Critical Decision Method", "Knowledge audit"


@dataclass(frozen=True, slots=True)
class Probe:
    """One thing to ask for."""

    id: str
    name: str
    method: str
    question: str


PROBES = (
    Probe("cues", "Cues", DECISION, "What did you see, hear, smell or feel at that moment that told you?"),
    Probe("knowledge", "Knowledge", DECISION, "What did you have to know for that, and where did you know it from?"),
    Probe(
        "analogues", "Analogues", DECISION, "Did it remind you of an earlier case? What was the same, and what was not?"
    ),
    Probe("goals", "Goals", DECISION, "What did you want to achieve just then, and what mattered more than the rest?"),
    Probe("options", "Options", DECISION, "What else could you have done, and why did you not?"),
    Probe("basis", "Basis of the choice", DECISION, "What decided you? Is there a rule that you followed?"),
    Probe(
        "experience", "Experience", DECISION, "What training or experience did that take? How would somebody get it?"
    ),
    Probe("aiding", "Aiding", DECISION, "What would have helped you: a tool, a piece of information, another person?"),
    Probe(
        "time", "Time pressure", DECISION, "How much time did you have, and what would you have done with more of it?"
    ),
    Probe(
        "assessment",
        "Situation assessment",
        DECISION,
        "If somebody had taken over from you then, how would you have summed up what was going on?",
    ),
    Probe(
        "hypotheticals",
        "What if",
        DECISION,
        "If one thing had been different, say the one you watched most, what would you have done?",
    ),
    Probe("errors", "Errors", DECISION, "What would a beginner have done there, and how would it have gone wrong?"),
    Probe(
        "standard",
        "Rule and case",
        DECISION,
        "What does the written procedure say, and where did this case not fit it?",
    ),
    Probe(
        "past_future",
        "Past and future",
        AUDIT,
        "When did you walk into the middle of it and know how it had come to that, and where it was going?",
    ),
    Probe(
        "big_picture",
        "Big picture",
        AUDIT,
        "What are the most important things to know and to keep track of in the whole of it?",
    ),
    Probe(
        "noticing", "Noticing", AUDIT, "Have there been times when something caught your eye that others did not see?"
    ),
    Probe(
        "job_smarts",
        "Job smarts",
        AUDIT,
        "Are there ways to do more with less, tricks that you would show a good colleague?",
    ),
    Probe(
        "improvising",
        "Improvising",
        AUDIT,
        "When did you have to do it another way than usual, and how did you see that it would work?",
    ),
    Probe(
        "self_monitoring",
        "Self-monitoring",
        AUDIT,
        "When did you notice that you were on the wrong track, and how did you set yourself right?",
    ),
    Probe(
        "anomalies",
        "Anomalies",
        AUDIT,
        "Tell me about a time when something was not as it should be. What was it that struck you?",
    ),
    Probe("equipment", "Equipment", AUDIT, "When did a device point you the wrong way, and how did you know better?"),
)
BY_ID = {probe.id: probe for probe in PROBES}
