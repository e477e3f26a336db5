"""The way of a recording over what is kept: each stage reads rows, asks the worker, and writes rows.

A stage may run twice and then has written the same thing. What an earlier attempt has finished is not done again.
"""

import logging
from collections.abc import Mapping, Sequence
from dataclasses import astuple, replace
from datetime import datetime
from functools import partial
from pathlib import Path
from threading import Lock
from typing import Any, TypeVar, cast

from sqlalchemy import select
from sqlalchemy.orm import Session

from models import thesaurus, waiting
from models.access import Scope
from models.blobs import Blobs
from models.cards import draft_id
from models.documents import from_document, to_document
from models.drafts import Gathered, NewLink, add_drafts, corpus, placed
from models.echoes import propose_answers, propose_links
from models.edits import add_heard
from models.errors import Cancelled, TacitError
from models.identity import homes
from models.minings import load_mining, pack, save_mining, unpack
from models.proposing import propose_drafts
from models.redaction import carried
from models.spaces import place_again, strangers
from models.stages import is_done
from models.store import add_warnings, agreed, forget_warnings, set_duration, set_state
from models.tables import PassageRow, Recording, RecordingState, now
from models.terms import vocabulary
from models.thesaurus import Known, Likeness
from models.transcripts import (
    PlannedPart,
    add_transcript,
    forget_vocabulary,
    heard_parts,
    language_heard,
    latest_revision,
    latest_transcript,
    load_speakers,
    pending_parts,
    plan_parts,
    planned_parts,
    save_part,
    save_speakers,
)
from models.values import MACHINE, Concept, Draft, Mined, Redaction, Said, Seconds, Transcript, Vectors
from pipeline import align, rewriting, wire
from pipeline.chat import chosen
from pipeline.embed import stamp_of
from pipeline.jobs import Desk, Job, Part, Run, is_fresh
from pipeline.learning import score_correction, title_order
from pipeline.namesakes import heirs
from pipeline.pace import Length, of_sound
from pipeline.settings import Settings
from pipeline.speakers import Speakers, untold
from pipeline.surroundings import Placed, Surroundings, around, said_in
from pipeline.turns import with_roles
from pipeline.wire import (
    Planned,
    pack_mined,
    pack_placed,
    pack_surroundings,
    pack_wordings,
    unpack_drafts,
    unpack_mined,
    unpack_vectors,
)

T = TypeVar("T")

LOG = logging.getLogger(__name__)

KEPT, TEXT, SOUND = "kept", "text", "sound"  # where a recording's words come from

GUESS = "auto"
BATCH = 256  # passages that are placed again at once: what is done is kept, should somebody stop it
NO_CONSENT = "Nothing was mined: not every expert of this recording agrees to it."
NO_TIMES = "The transcript has no times, so quotes cannot be played; its words could not be sought in the sound. {}"
MOVED = (
    "The embedding model is another one than before: {} passages of earlier interviews were placed anew. "
    "Groups and links that were found with the other one stay."
)
NO_QUOTES = "No cards were made: not every expert of this recording agrees to be quoted."


class Way:
    """The stages, in their order. Each raises Cancelled where the recording is not the job's any more."""

    def __init__(self, desk: Desk, blobs: Blobs, settings: Settings) -> None:
        self._desk = desk
        self._blobs = blobs
        self._settings = settings
        self._corpus = Lock()  # who gathers sees what the one before has gathered

    def begin(self, job: Job) -> str:
        """Where the words come from: KEPT (they are there), TEXT, SOUND."""
        with self._desk.owned(job) as (session, recording):
            set_state(session, recording.id, RecordingState.WORKING)
            if is_kept(session, recording):
                return KEPT
            return TEXT if recording.transcript_sha256 else SOUND

    def read(self, job: Job) -> bool:
        """Import the transcript file; whether its sound must be heard before the words have times.

        A transcript with times is compared with the sound that it came with; one without is kept until the sound is
        heard, where there are weights to hear it.
        """
        with self._desk.owned(job) as (session, recording):
            if latest_transcript(session, recording.id) is not None:
                return False
            path = self._blobs.path(recording.transcript_sha256 or "")
            run = self._desk.begin(session, recording, "import", Length(0.0, path.stat().st_size / 6))
            name = recording.transcript_name or recording.file_name
            sound = self._sound(recording) if recording.media_sha256 else None
        found = self._desk.ask(run, "read", {"path": str(path), "name": name})
        transcript = from_document(Transcript, found)
        is_timed = align.is_timed(transcript)
        wanted = sound is not None and not is_timed
        deaf = self._desk.ask(run, "deaf", {"path": str(sound)}) if wanted else None
        with self._desk.owned(job) as (session, recording):
            self._desk.finish(session, run)
        if wanted and deaf is None:
            return True
        if sound is not None and is_timed:
            transcript = self._fitted(job, transcript, sound)
        elif deaf is not None:
            transcript = replace(transcript, warnings=(*transcript.warnings, NO_TIMES.format(deaf)))
        with self._desk.owned(job) as (session, recording):
            self._keep(session, recording, self._as_named(recording, transcript))
        return False

    def _fitted(self, job: Job, transcript: Transcript, sound: Path) -> Transcript:
        """The transcript with its times as the sound has them."""
        with self._desk.owned(job) as (session, recording):
            run = self._desk.begin(session, recording, "plan", of_sound(recording.duration_s or 0.0))
        question = {"transcript": to_document(transcript), "path": str(sound)}
        found = from_document(Transcript, self._desk.ask(run, "fit", question))
        with self._desk.owned(job) as (session, recording):
            self._desk.finish(session, run)
        return found

    def plan(self, job: Job) -> int:
        """Find where somebody speaks: the number of parts that are to be heard."""
        with self._desk.owned(job) as (session, recording):
            parts = planned_parts(session, recording.id)
            if parts or is_done(session, recording.id, "plan", attempt=job.attempt):
                return len(parts)
            run = self._desk.begin(session, recording, "plan", of_sound(recording.duration_s or 0.0))
            sound = self._sound(recording)
        planned = from_document(Planned, self._desk.ask(run, "plan", {"path": str(sound)}))
        with self._desk.owned(job) as (session, recording):
            plan_parts(session, recording.id, planned.groups, vocabulary=self._vocabulary(session, recording))
            set_duration(session, recording.id, planned.duration_s)
            add_warnings(session, recording.id, planned.warnings)
            self._desk.finish(session, run)
        return len(planned.groups)

    def listen(self, job: Job, number: int) -> None:
        """Hear one part."""
        with self._desk.owned(job) as (session, recording):
            parts = planned_parts(session, recording.id)
            if all(part.number != number for part in pending_parts(session, recording.id)):
                return
            length, share = of_sound(seconds_of(parts)), share_of(parts, number)
            run = self._desk.begin(session, recording, "transcribe", length, share)
            question = {
                "path": str(self._sound(recording)),
                "windows": [to_document(window) for window in parts[number].windows],
                "language": self._language(recording) or language_heard(session, recording.id),
                "vocabulary": parts[number].vocabulary,
            }
        heard = from_document(Transcript, self._desk.ask(run, "listen", question))
        with self._desk.owned(job) as (session, recording):
            save_part(session, recording.id, number, heard)
            self._desk.finish(session, run)

    def assemble(self, job: Job) -> None:
        """Tell who speaks, and make one transcript of the parts; of given words, with the times of what was heard.

        Two stages in one durable step: jobs that an older version began go on where they were.
        """
        self._diarize(job)
        self._join(job)

    def _diarize(self, job: Job) -> None:
        """Find out who is heard when; given words bring their speakers. What goes wrong costs only the speakers."""
        with self._desk.owned(job) as (session, recording):
            is_told = load_speakers(session, recording.id) is not None and is_fresh(session, recording, "diarize")
            is_heard = not recording.transcript_sha256 and heard_parts(session, recording.id)
            if is_told or not is_heard or is_kept(session, recording):
                return
            run = self._desk.begin(session, recording, "diarize", of_sound(recording.duration_s or 0.0))
            parts = planned_parts(session, recording.id)
            question = {
                "path": str(self._sound(recording)),
                "windows": [to_document(window) for part in parts for window in part.windows],
                "speakers": recording.speakers,
            }
        try:
            found = from_document(Speakers, self._desk.ask(run, "diarize", question))
        except Cancelled:
            raise
        except (TacitError, OSError) as error:
            LOG.warning("recording %s: the speakers were not told apart", job.recording_id, exc_info=True)
            found = untold(error)
        with self._desk.owned(job) as (session, recording):
            save_speakers(session, recording.id, to_document(found))
            self._desk.finish(session, run)

    def _join(self, job: Job) -> None:
        with self._desk.owned(job) as (session, recording):
            if is_kept(session, recording):
                return
            heard = heard_parts(session, recording.id)
            told = load_speakers(session, recording.id) or to_document(Speakers())
            run = self._desk.begin(session, recording, "assemble", of_sound(recording.duration_s or 0.0))
            given = recording.transcript_sha256
            file = {"path": str(self._blobs.path(given)), "name": recording.transcript_name or ""} if given else {}
        parts = [to_document(part) for part in heard]
        found = self._desk.ask(run, "lay" if given else "join", {"parts": parts, "speakers": told, **file})
        whole = from_document(Transcript, found)
        with self._desk.owned(job) as (session, recording):
            self._keep(session, recording, self._as_named(recording, whole) if given else whole)
            forget_vocabulary(session, recording.id)
            self._desk.finish(session, run)

    def redact(self, job: Job) -> None:
        """Propose what may have to be hidden. What people decided stays."""
        with self._desk.owned(job) as (session, recording):
            if is_done(session, recording.id, "redact", attempt=job.attempt):
                return
            transcript = kept(latest_transcript(session, recording.id))
            run = self._desk.begin(session, recording, "redact", length_of(transcript, recording))
            names = [consent.expert.name for consent in recording.consents]
        found = self._desk.ask(run, "redact", {"transcript": to_document(transcript), "known": names})
        proposals = tuple(from_document(list[Redaction], found))
        with self._desk.owned(job) as (session, recording):
            newest = kept(latest_transcript(session, recording.id))  # somebody may have corrected it meanwhile
            redacted = carried(replace(transcript, redactions=proposals), newest)
            add_transcript(session, recording.id, redacted, MACHINE)
            self._desk.finish(session, run)

    def mine(self, job: Job) -> bool:
        """Notice what the experts said; whether there is anything to make cards of."""
        with self._desk.owned(job) as (session, recording):
            transcript = kept(latest_transcript(session, recording.id))
            if not agreed(recording, Scope.MINE):
                add_warnings(session, recording.id, [NO_CONSENT])
                return False
            before = load_mining(session, recording.id)
            fresh = is_fresh(session, recording, "mine")
            if before is not None and fresh and says_the_same(before.transcript, transcript):
                return bool(before.statements)
            told = before.warnings if before else ()
            forget_warnings(session, recording.id, [*told, NO_CONSENT, NO_QUOTES, not_mined(transcript.language)])
            run = self._desk.begin(session, recording, "mine", length_of(transcript, recording))
        found = self._desk.ask(run, "mine", {"transcript": to_document(transcript)})
        with self._desk.owned(job) as (session, recording):
            self._desk.finish(session, run)
            if found is None:
                add_warnings(session, recording.id, [not_mined(transcript.language)])
                return False
            if not agreed(recording, Scope.MINE):  # it may have been narrowed meanwhile
                add_warnings(session, recording.id, [NO_CONSENT])
                return False
            mined = unpack_mined(found)
            save_mining(session, recording.id, mined)
            add_warnings(session, recording.id, mined.warnings)
            return bool(mined.statements)

    def place(self, job: Job) -> None:
        """Give every statement its vector and its score, as verdicts have corrected it by now."""
        with self._desk.owned(job) as (session, recording):
            mined = kept(load_mining(session, recording.id))
            if len(mined.vectors) and self._placed_here(mined):
                return
            run = self._desk.begin(session, recording, "embed", length_of(mined.transcript, recording))
            learnt = score_correction(session) if self._settings.learn_from_verdicts else None
        correction = to_document(learnt) if learnt else None
        found = self._desk.ask(run, "place", {"mined": pack_mined(mined), "correction": correction})
        with self._desk.owned(job) as (session, recording):
            mined = unpack_mined(found)
            save_mining(session, recording.id, mined)
            add_warnings(session, recording.id, mined.warnings)
            self._desk.finish(session, run)

    def _placed_here(self, mined: Mined) -> bool:
        """Whether the model that places statements now has placed these. Raises MissingModel."""
        return stamp_of(self._settings.embedding_model) in mined.models

    def draft(self, job: Job) -> None:
        """Make cards of the best passages, and gather them with what others said.

        One stage: what lies between the two is the words of people, and is kept nowhere else.
        """
        with self._desk.owned(job) as (session, recording):
            if is_done(session, recording.id, "gather", attempt=job.attempt):
                return
            mined = kept(load_mining(session, recording.id))
            length = length_of(mined.transcript, recording)
            run = self._desk.begin(session, recording, "draft", length)
            order = title_order(session) if self._settings.learn_from_verdicts else None
            question = {
                "mined": pack_mined(mined),
                "recording_id": recording.id,
                "talk_s": recording.duration_s,
                "order": to_document(order) if order else None,
            }
        drafts = self._worded(job, run, mined, self._desk.ask(run, "drafts", question))
        vectors = self._desk.ask(run, "passage_vectors", {"drafts": drafts})
        drafted_at = now()
        with self._corpus:
            self._gather(job, run, drafted_at, mined, unpack_drafts(drafts), unpack_vectors(vectors))

    def _worded(self, job: Job, run: Run, mined: Mined, drafts: list[Any]) -> list[Any]:
        """The drafts in the wording of the language model that the settings name, as far as it may be taken."""
        model = chosen(self._settings)
        if model is None:
            return drafts
        with self._desk.owned(job) as (session, recording):
            transcript = latest_transcript(session, recording.id) or mined.transcript
        is_stopped = partial(self._desk.is_stopped, job)
        found = rewriting.propose(unpack_drafts(drafts), transcript, model, stopped=is_stopped)
        with self._desk.owned(job) as (session, recording):
            add_warnings(session, recording.id, found.warnings)
        wordings = pack_wordings(found.wordings)
        return cast(
            list[Any], self._desk.ask(run, "reword", {"drafts": drafts, "wordings": wordings, "name": model.name})
        )

    def _gather(
        self,
        job: Job,
        drafting: Run,
        drafted_at: datetime,
        mined: Mined,
        drafts: Sequence[Draft],
        vectors: Vectors,
    ) -> None:
        said = [said_in(mined, draft.passage) for draft in drafts]
        with self._desk.owned(job) as (session, recording):
            run = self._desk.begin(session, recording, "gather", drafting.length)
        model = self._one_space(run)
        with self._desk.owned(job) as (session, recording):
            new = unknown(session, recording.id, drafts, vectors, said)
            near = kept_near(session, recording.id, new)
            fresh = thesaurus.unknown(session, [one.id for one in mined.concepts])
            known = thesaurus.known(session, collection_id=recording.collection_id, model=model)
        likeness = self._likeness(run, [one for one in mined.concepts if one.id in fresh], known, model)
        found = self._desk.ask(run, "gather", {"new": pack_placed(new), "kept": pack_surroundings(near)})
        gathered = from_document(wire.Gathered, found)
        with self._desk.owned(job) as (session, recording):
            quoted = agreed(recording, Scope.QUOTE)
            if quoted:
                propose_drafts(session, recording.id, drafts)
            else:
                add_warnings(session, recording.id, [NO_QUOTES])
            links = tuple(NewLink(*astuple(link)) for link in gathered.links)
            cards = add_drafts(
                session,
                recording.id,
                drafts,
                vectors=vectors,
                model=model,
                said=said,
                concepts=mined.concepts,
                likeness=likeness,
                gathered=Gathered(gathered.homes, gathered.labels, links, gathered.tags),
            )
            if quoted:
                propose_links(session, links)
                propose_answers(session, recording, cards)
            settle(session, gathered.homes)
            self._desk.finish(session, drafting, at=drafted_at)
            self._desk.finish(session, run)

    def _one_space(self, run: Run) -> str:
        """The mark of the model that places passages; those that another one placed are placed again, batch by batch.

        Clusters and links stay: what belongs somewhere does not move because somebody chose another model.
        """
        model: str = self._desk.ask(run, "space", {})
        moved = 0
        while True:
            with self._desk.owned(run.job) as (session, recording):
                others = strangers(session, model, limit=BATCH)
            if not others:
                return model
            found = self._desk.ask(run, "placed", {"texts": [one.text for one in others]})
            moved += len(others)
            with self._desk.owned(run.job) as (session, recording):
                place_again(session, others, unpack_vectors(found), mark=model)
                if not strangers(session, model, limit=1):
                    waiting.compare_all(session)
                    add_warnings(session, recording.id, [MOVED.format(moved)])

    def _likeness(self, run: Run, fresh: Sequence[Concept], known: Known, model: str) -> Likeness:
        """Which of the concepts that nobody has spoken of yet are known by another name."""
        labels = [one.pref_label for one in fresh]
        vectors = unpack_vectors(self._desk.ask(run, "placed", {"texts": [one.lower() for one in labels]}))
        named = list(zip([one.id for one in fresh], labels, strict=True))
        there = list(zip(known.ids, known.labels, strict=True))
        same = heirs(named, vectors, there, unpack(b"".join(known.vectors), len(there)))
        return Likeness(model, {one.id: pack(vector) for one, vector in zip(fresh, vectors, strict=True)}, same)

    def finish(self, job: Job) -> None:
        """The recording is ready."""
        with self._desk.owned(job) as (session, recording):
            set_state(session, recording.id, RecordingState.READY)
        self._desk.leave(job)

    def _keep(self, session: Session, recording: Recording, transcript: Transcript) -> None:
        if before := latest_transcript(session, recording.id):
            forget_warnings(session, recording.id, before.warnings)
        corrected = add_heard(session, recording.id, transcript)
        add_warnings(session, recording.id, corrected.warnings)

    def _as_named(self, recording: Recording, given: Transcript) -> Transcript:
        """A given transcript in the language that its recording names, if it names one."""
        spoken = self._language(recording)
        return replace(given, language=spoken) if recording.language and spoken else given

    def _sound(self, recording: Recording) -> Path:
        return self._blobs.path(recording.media_sha256 or "")

    def _vocabulary(self, session: Session, recording: Recording) -> str | None:
        """What the engine is told beforehand. It is kept with the plan: whoever resumes it hears with the same."""
        if self._settings.vocabulary_from_corpus:
            return vocabulary(session, recording)
        return recording.vocabulary

    def _language(self, recording: Recording) -> str | None:
        """The language that is spoken; None where the model is to guess."""
        named = recording.language or self._settings.language
        return None if named == GUESS else named


def is_kept(session: Session, recording: Recording) -> bool:
    """Whether the words are there, and not to be heard anew."""
    return is_fresh(session, recording, "assemble") and latest_revision(session, recording.id) is not None


def says_the_same(mined: Transcript, transcript: Transcript) -> bool:
    """Whether what was mined says what the transcript says, by the same speakers in the same roles."""
    return mined.text == transcript.text and mined.turns == with_roles(transcript).turns


def unknown(
    session: Session, recording_id: str, drafts: Sequence[Draft], vectors: Vectors, said: Sequence[Said]
) -> Placed:
    """The passages of the drafts of which no card was made yet."""
    known = homes(session, recording_id, drafts)
    rows = {name: row for row, draft in enumerate(drafts) if (name := draft_id(draft)) not in known}
    wanted = list(rows.values())
    texts = tuple(drafts[row].passage.text for row in wanted)
    return Placed(tuple(rows), texts, (None,) * len(rows), vectors[wanted], tuple(said[row] for row in wanted))


def kept_near(session: Session, recording_id: str, new: Placed) -> Surroundings:
    """What is kept of other recordings near the new passages. Only of that the words are read."""
    others = corpus(session, besides=recording_id)
    found, rows = around(new.vectors, others.clusters, others.vectors)
    near = placed(session, [others.ids[row] for row in rows])
    return Surroundings(found, Placed(near.ids, near.texts, near.clusters, near.vectors, near.said))


def settle(session: Session, homes: Mapping[str, str]) -> None:
    """Let kept passages that stood alone into the clusters that they have founded with new ones."""
    alone = select(PassageRow).where(PassageRow.id.in_(homes), PassageRow.cluster_id.is_(None))
    for passage in session.scalars(alone):
        passage.cluster_id = homes[passage.id]


def seconds_of(parts: Sequence[PlannedPart]) -> Seconds:
    """How much sound is to be heard in these parts."""
    return sum(window.end_s - window.start_s for part in parts for window in part.windows)


def share_of(parts: Sequence[PlannedPart], number: int) -> Part:
    """What part `number` is of the whole work of listening."""
    whole = seconds_of(parts)
    return Part(number, seconds_of(parts[:number]) / whole, seconds_of(parts[number : number + 1]) / whole)


def length_of(transcript: Transcript, recording: Recording) -> Length:
    return Length(recording.duration_s or 0.0, len(transcript.text.split()))


def kept(value: T | None) -> T:
    """What an earlier stage has kept. Raises TacitError where it is not there."""
    if value is None:
        raise TacitError("what an earlier stage kept is not there any more")
    return value


def not_mined(language: str) -> str:
    return f"Nothing was mined: there is no pipeline for the language “{language}”; the transcript is kept."
