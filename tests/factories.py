"""Recordings, transcripts and cards for tests: real rows, made the way the product makes them."""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
from sqlalchemy.orm import Session

from models import drafts, store, transcripts
from models.access import ALL_SCOPES, Agreement, Caller, Role, Scope
from models.citing import cited
from models.store import NewRecording
from models.tables import Card, Recording
from models.values import (
    MACHINE,
    CardContent,
    CardKind,
    Concept,
    Draft,
    Gap,
    GapReason,
    Line,
    Metaphor,
    Modality,
    Passage,
    SpeakerRole,
    Transcript,
    Turn,
    Word,
)

ADMIN = Caller("admin-1", "Ann", Role.ADMIN)
MANAGER = Caller("manager-1", "Max", Role.MANAGER)
READER = Caller("reader-1", "a tool", Role.READER)

ASKED = "When do you take the loaf out?"
TOLD = (
    "I knock on the bottom and it sounds hollow. Then it is done, um, because the crumb has set. "
    "If the crust is pale, I give it five minutes more. A loaf is like a drum that somebody tightens."
)
HOLLOW = "I knock on the bottom and it sounds hollow."
DONE = "Then it is done, um, because the crumb has set."
PALE = "If the crust is pale, I give it five minutes more."
DRUM = "A loaf is like a drum that somebody tightens."


def expert_caller(expert_id: str) -> Caller:
    return Caller("expert-1", "Ada", Role.EXPERT, expert_id)


def transcript(told: str = TOLD, *, suspect: str | None = None) -> Transcript:
    """One question and its answer; half a second a word, and the words of `suspect` are doubted."""
    text = f"{ASKED}\n{told}"
    words: list[Word] = []
    start = 0
    doubted = text.find(suspect) if suspect else -1
    for number, word in enumerate(text.split()):
        start = text.index(word, start)
        inside = suspect is not None and doubted <= start < doubted + len(suspect)
        words.append(Word(start, start + len(word), number * 0.5, number * 0.5 + 0.4, 0.9, "loop" if inside else None))
        start += len(word)
    turns = (
        Turn("Ivo", SpeakerRole.INTERVIEWER, 0, len(ASKED)),
        Turn("Ada", SpeakerRole.EXPERT, len(ASKED) + 1, len(text)),
    )
    return Transcript(text=text, turns=turns, words=tuple(words))


def recorded(
    session: Session,
    *,
    expert: str = "Ada Quill",
    scopes: Sequence[Scope] | None = ALL_SCOPES,
    sha256: str = "a" * 64,
    said: Transcript | None = None,
    collection: str | None = None,
    title: str = "The oven",
) -> Recording:
    """A recording with its transcript; `scopes` None: nobody said anything about consent."""
    heard = store.find_or_add_expert(session, expert)
    agreements = () if scopes is None else (Agreement(heard.id, tuple(scopes)),)
    new = NewRecording(
        title=title,
        sha256=sha256,
        file_name="oven.m4a",
        media_sha256=sha256,
        media_type="audio/mp4",
        collection_id=collection and store.find_or_add_collection(session, collection).id,
        experts=(heard.id,),
        agreements=agreements,
    )
    recording = store.add_recording(session, new, by=ADMIN)
    transcripts.add_transcript(session, recording.id, said or transcript(), by=MACHINE)
    return recording


def draft(recording_id: str, said: Transcript, *quotes: str, rank: float = 0.9, first: bool = True) -> Draft:
    """A draft with a cue of its first quote, a judgment of each other one, and a figure of speech where DRUM is."""
    places = [(said.text.index(quote), said.text.index(quote) + len(quote)) for quote in quotes]
    evidence = tuple(
        replace(cited(index, recording_id, said, *place), question=ASKED, suspect=False)
        for index, place in enumerate(places)
    )
    drum = [index for index, quote in enumerate(quotes) if quote == DRUM]
    content = CardContent(
        kind=CardKind.CUE,
        title=quotes[0].rstrip("."),
        title_choices=("When a loaf is done",),
        cues=(Line(quotes[0], (0,), modality=Modality.HEARD, threshold="hollow"),),
        judgment=tuple(Line(quote, (index,)) for index, quote in enumerate(quotes) if index),
        metaphors=tuple(Metaphor("like a drum", "simile", "drum", "loaf", (index,)) for index in drum),
        concepts=("loaf",),
        gaps=(Gap("gap-1", "exceptions", GapReason.EMPTY_SLOT, "When would you not?"),),
        evidence=evidence,
    )
    passage = Passage((0,), evidence[0].start_char, evidence[-1].end_char, " ".join(quotes))
    return Draft(content, passage, rank, first)


def carded(session: Session, recording: Recording, *quotes: str, rank: float = 0.9, first: bool = True) -> Card:
    """A card that the machine drafted of the recording's transcript."""
    said = transcripts.latest_transcript(session, recording.id)
    assert said is not None
    made = draft(recording.id, said, *(quotes or (HOLLOW,)), rank=rank, first=first)
    vectors = np.full((1, 4), 0.5, np.float32)
    concepts = [Concept("loaf", "loaf", ("bread",))]
    return drafts.add_drafts(session, recording.id, [made], vectors=vectors, concepts=concepts)[0]
