"""Who asks and who tells.

A speaker's label often says it. Otherwise the interviewer is the one whose talk is densest in questions, and an expert
holds at least a good part of the words.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace

from models.values import SpeakerRole, Transcript
from pipeline.text import words

EXPERT_SHARE = 0.15  # of the words, below which nobody is taken for an expert
HEARD_SHARE = 0.02  # of the words, below which one question makes nobody the interviewer
ASKING_SHARE = 0.5  # of the densest speaker's questions a word, above which somebody asks
SMALL_TALK = 60  # words: added to everybody's, so that one question in three words is no proof

ASKING = frozenset(
    "interviewer interviewers moderator facilitator researcher host questioner question investigator "
    "assistant ai chatbot".split()  # machines interview, too, and are nobody's expert
)
TELLING = frozenset("interviewee interviewees expert guest respondent informant narrator participant answer".split())
NOBODY = frozenset("unknown unidentified inaudible break jingle music all everyone multiple".split())
LETTERS = {"q": SpeakerRole.INTERVIEWER, "a": SpeakerRole.EXPERT}

_NAME_WORD = re.compile(r"[^\W\d_]+")
_QUESTION = re.compile(
    r"\?|(?:^|[.!?]\s+)(?:(?:and|so|but|okay|ok|well|now)[,\s]+)?"
    r"(?:(?:what|how|why|when|where|who|which)\b|(?:do|did|can|could|would|are|were|have) you\b|"
    r"(?:tell|walk|talk|show|give) (?:me|us)\b|(?:describe|explain)\b)[^.!?]*\??",
    re.I,
)
_TAG = re.compile(r"(?:[,.]\s*|^)(?:right|okay|ok|yes|no|yeah|you know|huh|eh|see|correct)\?", re.I)


@dataclass(frozen=True, slots=True)
class _Voice:
    """What one speaker says in all."""

    words: int
    questions: int
    role: SpeakerRole  # as somebody has set it; OTHER for nobody

    @property
    def density(self) -> float:
        return self.questions / (self.words + SMALL_TALK)


def with_roles(transcript: Transcript) -> Transcript:
    """The transcript with a role for every speaker who has none.

    Roles that are set stay, and where an expert is among them nobody else becomes one. A speaker who is alone is the
    expert. One who tells little sits on the asking side, whether or not they ask; names such as “Unknown” stay OTHER.
    """
    voices = _voices(transcript)
    chosen = {name: voice.role for name, voice in voices.items() if voice.role is not SpeakerRole.OTHER}
    named = {name: role for name in voices if (role := _labelled(name)) is not None}
    told: dict[str, SpeakerRole] = {**named, **chosen}
    roles = {**_guessed(voices, told), **told}
    if SpeakerRole.EXPERT in chosen.values():
        roles = {name: role for name, role in roles.items() if role is not SpeakerRole.EXPERT or name in chosen}
    turns = (
        replace(turn, role=roles.get(turn.speaker, turn.role)) if turn.role is SpeakerRole.OTHER else turn
        for turn in transcript.turns
    )
    return replace(transcript, turns=tuple(turns))


def _voices(transcript: Transcript) -> dict[str, _Voice]:
    """What each speaker says, by name, in order of their first turns."""
    voices: dict[str, _Voice] = {}
    for turn in transcript.turns:
        text = transcript.text[turn.start_char : turn.end_char]
        before = voices.get(turn.speaker, _Voice(0, 0, SpeakerRole.OTHER))
        role = turn.role if before.role is SpeakerRole.OTHER else before.role
        asked = sum(1 for _ in _QUESTION.finditer(_TAG.sub(" ", text)))
        voices[turn.speaker] = _Voice(before.words + words(text), before.questions + asked, role)
    return voices


def _labelled(name: str) -> SpeakerRole | None:
    """The role that the name itself tells."""
    parts = {part.lower() for part in _NAME_WORD.findall(name)}
    if len(parts) == 1 and (role := LETTERS.get(next(iter(parts)))) is not None:
        return role
    if parts & NOBODY:
        return SpeakerRole.OTHER
    if parts & ASKING:
        return SpeakerRole.INTERVIEWER
    return SpeakerRole.EXPERT if parts & TELLING else None


def _guessed(voices: Mapping[str, _Voice], told: Mapping[str, SpeakerRole]) -> dict[str, SpeakerRole]:
    """Roles for those who are not told of yet, from how much they say and how densely they ask."""
    voices = {name: voice for name, voice in voices.items() if told.get(name) is not SpeakerRole.OTHER}
    everything = max(1, sum(voice.words for voice in voices.values()))
    heard = [voice for voice in voices.values() if voice.words >= HEARD_SHARE * everything]
    densest = max((voice.density for voice in heard), default=0.0)
    known = set(told.values())
    complete = SpeakerRole.EXPERT not in known or SpeakerRole.INTERVIEWER in known  # else the other is sought first
    tellers = [
        name
        for name, voice in voices.items()
        if complete and name not in told and voice.words >= EXPERT_SHARE * everything
    ]
    calmest = min(tellers, key=lambda name: voices[name].density, default=None)
    guessed: dict[str, SpeakerRole] = {}
    for name, voice in voices.items():
        asks = voice.questions > 0 and voice.density > ASKING_SHARE * densest
        if name in tellers and (not asks or (name == calmest and SpeakerRole.EXPERT not in known)):
            guessed[name] = SpeakerRole.EXPERT
        else:
            guessed[name] = SpeakerRole.INTERVIEWER
    return guessed
