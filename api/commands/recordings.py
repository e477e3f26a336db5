"""Recordings in, approved cards out: tacit ingest, tacit export."""

import signal
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager
from pathlib import Path
from threading import Event
from typing import Any

import click
from sqlalchemy.orm import Session

from api import documents, jobs, uploads
from api.commands.here import OPERATOR, READER, Here, Told, pass_here, progress, put, say
from api.consents import EVERYTHING, Said
from api.deps import Services
from api.intake import Received, check, discard
from api.uploads import HandedIn, Wanted
from models import library, lookups, store
from models.cards import document
from models.errors import Busy, TacitError, Unreadable
from models.library import CardFilter
from models.tables import CardState, Collection, Recording, RecordingState
from models.values import MOST_SPEAKERS, Seconds
from pipeline import export
from pipeline.jobs import RerunStage
from pipeline.readers import Readers
from pipeline.workflow import Engine, Queue

POLL_S = 0.5
DONE = (RecordingState.READY, RecordingState.FAILED, RecordingState.CANCELLED, RecordingState.WITHDRAWN)
BLOCK = 1 << 20
A_FILE = click.Path(exists=True, dir_okay=False, path_type=Path)
APPROVED = CardFilter(state=CardState.APPROVED)


def received(here: Here, path: Path, limit: int) -> Received:
    """A file of this machine, copied into the blob store."""
    try:
        with path.open("rb") as file:
            return Received(path.name, here.blobs.write(iter(lambda: file.read(BLOCK), b""), limit))
    except OSError as error:
        raise Unreadable(
            f"{path} cannot be read: {error.strerror}", remedy="Check the path and its permissions."
        ) from error


def take(here: Here, queue: Engine | Queue, path: Path, transcript: Path | None, wanted: Wanted) -> str:
    """The id of the recording that came of a file, checked as an upload is. Known bytes: the first one."""
    settings = here.settings
    files = [received(here, path, settings.max_upload_bytes)]
    with closing(Readers()) as readers:
        services = Services(settings, here.database, here.blobs, readers, queue)  # type: ignore[arg-type]
        try:
            if transcript:
                files.append(received(here, transcript, settings.max_transcript_bytes))
            beside = files[1] if transcript else None
            upload = check(files[0], beside, blobs=here.blobs, settings=settings, readers=readers)
            with here.database.writing() as session:
                row, _ = uploads.take(session, HandedIn(wanted, upload), services, by=OPERATOR)
                return row.id
        finally:
            discard(here.database, here.blobs, [each.blob.sha256 for each in files])


def consent_of(text: str | None) -> Said | None:
    """`all`, or what the JSON file of that name says."""
    if text is None or text == EVERYTHING:
        return uploads.said(text)
    path = Path(text)
    if not path.is_file():
        raise Unreadable(
            f"{text} is neither “all” nor a file", remedy="Write [{expert, scopes, until}] as JSON into a file."
        )
    return uploads.said(path.read_text(encoding="utf-8"))


@contextmanager
def workers(here: Here, *, wait: bool) -> Iterator[Engine | Queue]:
    """Whoever puts work in line; with `wait` this process works too, unless a server already does."""
    if wait:
        engine = Engine(here.settings, here.database)
        try:
            engine.start()
        except Busy:
            say("tacit: a server works on this data directory already; waiting for it")
        else:
            try:
                yield engine
            finally:
                engine.stop()
            return
    queue = Queue(here.database)
    try:
        yield queue
    finally:
        queue.close()


@contextmanager
def ctrl_c() -> Iterator[Callable[[], None]]:
    """A look that raises KeyboardInterrupt once Ctrl-C was pressed.

    Python raises it wherever it stands, and drops it where that is a library's callback: then nobody would stop.
    """
    pressed = Event()
    before = signal.signal(signal.SIGINT, lambda *_: pressed.set())

    def look() -> None:
        if pressed.is_set():
            raise KeyboardInterrupt

    try:
        yield look
    finally:
        signal.signal(signal.SIGINT, before)


def follow(here: Here, ids: list[str], told: Told, look: Callable[[], None]) -> None:
    """Wait until none of the recordings is at work any more; `look` may raise meanwhile."""
    while True:
        look()
        with here.database.reading() as session:
            rows = [store.get_recording(session, OPERATOR, one) for one in ids]
        at_work = [row for row in rows if row.state not in DONE]
        shares = [1.0 if row.state in DONE else row.fraction for row in rows]
        told(sum(shares) / len(shares), doing(rows, at_work), left_on(at_work))
        if not at_work:
            return
        time.sleep(POLL_S)


def doing(rows: Sequence[Recording], at_work: Sequence[Recording]) -> str:
    """What is at work: the stage of the first one, and of how many recordings."""
    stage = next((row.stage for row in at_work if row.stage), "waiting" if at_work else "ready")
    return stage if len(rows) == 1 else f"{len(rows) - len(at_work)} of {len(rows)} done, {stage}"


def left_on(at_work: Sequence[Recording]) -> Seconds | None:
    """The seconds until the last one is done; None where nobody knows of one."""
    told = [row.eta_s for row in at_work]
    return None if None in told else max((each for each in told if each is not None), default=0.0)


def wait_for(here: Here, queue: Engine | Queue, ids: list[str]) -> None:
    """Follow the recordings to their end; Ctrl-C cancels those that are at work, and says how to go on."""
    try:
        with progress("working") as told, ctrl_c() as look:
            follow(here, ids, told, look)
    except KeyboardInterrupt:
        for one in cancel(here, queue, ids):
            say(f"tacit: cancelled {one}; what was finished is kept. To go on: tacit rerun {one} --wait")
        raise


def cancel(here: Here, queue: Engine | Queue, ids: list[str]) -> list[str]:
    """Stop the work on the recordings: those that were at work."""
    with here.database.writing() as session:
        rows = [store.get_recording(session, OPERATOR, one) for one in ids]
        stopped = [row.id for row in rows if row.state not in DONE]
        for one in stopped:
            store.set_state(session, one, RecordingState.CANCELLED)
    for one in stopped:
        queue.cancel(one)
    return stopped


SPEAKERS = click.IntRange(1, MOST_SPEAKERS)


@click.command(name="ingest")
@click.argument("paths", metavar="PATH…", nargs=-1, required=True, type=A_FILE)
@click.option(
    "--transcript",
    type=A_FILE,
    help="The transcript of the one sound.",
)
@click.option("--title", help="Title of the one recording; default: the file's name.")
@click.option("--expert", "experts", multiple=True, metavar="NAME", help="Whose know-how it is; once for each expert.")
@click.option("--language", help="Language spoken, as “en”; “auto” lets the model guess.")
@click.option("--vocabulary", help="Names and terms to listen for.")
@click.option("--speakers", type=SPEAKERS, help="How many people are heard; without it, two are assumed.")
@click.option("--collection", help="Area of the organization; made where it is missing.")
@click.option(
    "--consent", metavar="all|FILE", help="Consent of the experts: all, or a JSON file [{expert, scopes, until}]."
)
@click.option("--wait", is_flag=True, help="Work on it now, and end when it is ready.")
@click.option("--json", "as_json", is_flag=True, help="One JSON object a recording and line, with seconds by stage.")
@click.pass_context
def ingest_command(
    context: click.Context,
    paths: tuple[Path, ...],
    transcript: Path | None,
    title: str | None,
    experts: tuple[str, ...],
    language: str | None,
    vocabulary: str | None,
    speakers: int | None,
    collection: str | None,
    consent: str | None,
    wait: bool,
    as_json: bool,
) -> None:
    """Store recordings or transcripts and queue them, as an upload would. Works beside a running server.

    Without --wait the next “tacit serve” works on them.

    \b
    Example:
      tacit ingest interview.m4a --expert "Jo Baker" --consent all --wait
      tacit ingest interview.m4a --transcript interview.vtt --wait --json
    """
    here: Here = context.ensure_object(Here)
    if len(paths) > 1 and (transcript or title):
        raise click.UsageError("--transcript and --title go with one PATH.")
    wanted = Wanted(title, experts, collection, language, vocabulary, speakers, consent_of(consent))
    make_collection(here, collection)
    refused = False
    with workers(here, wait=wait) as queue:
        ids = []
        for path in paths:
            try:
                ids.append(take(here, queue, path, transcript, wanted))
            except TacitError as error:
                if len(paths) == 1:
                    raise
                refused = True
                say(f"tacit: {path}: {error.detail}\n  {error.remedy}")
        if wait and ids:
            wait_for(here, queue, ids)
    failed = report(here, ids, as_json=as_json)
    if refused or failed:
        context.exit(1)


def make_collection(here: Here, name: str | None) -> None:
    if name is None:
        return
    with here.database.writing() as session:
        if session.get(Collection, name) is None:
            store.find_or_add_collection(session, name)


def report(here: Here, ids: list[str], *, as_json: bool) -> bool:
    """Say how far each recording is; whether one failed."""
    failed = False
    with here.database.reading() as session:
        for one in ids:
            row = store.get_recording(session, OPERATOR, one)
            failed = failed or row.state == RecordingState.FAILED
            shown = documents.recording(session, row)
            if as_json:
                put(shown)
                continue
            click.echo(f"{shown['id']}  {shown['state']}  {shown['title']}  {shown['counts'].get('cards', 0)} cards")
            for warning in shown["warnings"]:
                say(f"  {warning}")
            if shown["problem"]:
                say(f"  {shown['problem']['detail']}\n  {shown['problem'].get('remedy', '')}")
    return failed


@click.command(name="rerun")
@click.argument("recording")
@click.option(
    "--from",
    "stage",
    type=click.Choice([each.value for each in RerunStage]),
    help="Do it anew from here on; default: go on where it stopped.",
)
@click.option("--speakers", type=SPEAKERS, help="How many people speak, where that was said wrongly; with --from.")
@click.option("--wait", is_flag=True, help="Work on it now, and end when it is ready.")
@click.option("--json", "as_json", is_flag=True, help="One JSON object, with seconds by stage.")
@click.pass_context
def rerun_command(
    context: click.Context, recording: str, stage: str | None, speakers: int | None, wait: bool, as_json: bool
) -> None:
    """Go on with a RECORDING that failed or was cancelled, or do it anew: hear it again, look again for know-how.

    Cards stay as they are; what would change on them is proposed.

    \b
    Example:
      tacit rerun 0b6f0f7c2c1f4d6fa4a3a3c1a7f6a001 --wait
      TACIT_WHISPER_MODEL=medium tacit rerun 0b6f0f7c2c1f4d6fa4a3a3c1a7f6a001 --from transcribe --wait
    """
    here: Here = context.ensure_object(Here)
    with workers(here, wait=wait) as queue, closing(Readers()) as readers:
        services = Services(here.settings, here.database, here.blobs, readers, queue)  # type: ignore[arg-type]
        with here.database.writing() as session:
            if stage is None:
                jobs.retry(session, OPERATOR, recording, services)
            else:
                jobs.rerun(session, OPERATOR, recording, services, RerunStage(stage), speakers=speakers)
        if wait:
            wait_for(here, queue, [recording])
    if report(here, [recording], as_json=as_json):
        context.exit(1)


@click.command(name="export")
@click.argument("form", metavar="FORMAT", type=click.Choice(["markdown"]))
@click.argument("folder", metavar="DIR", type=click.Path(file_okay=False, path_type=Path))
@pass_here
def export_command(here: Here, form: str, folder: Path) -> None:
    """Write the approved cards as a folder of Markdown notes, for Obsidian and any editor.

    \b
    Example:
      tacit export markdown vault/
    """
    with here.database.reading() as session:
        cards = list(approved(session))
        named = {item["recording_id"] for card in cards for item in card["evidence"]}
        notes = export.markdown(
            cards,
            concepts=lookups.concepts(session, READER),
            recordings=lookups.recording_titles(session, named),
        )
    click.echo(f"{export.write(notes, folder)} notes in {folder}")


def approved(session: Session) -> Iterator[dict[str, Any]]:
    """Every card as readers are served it, by title."""
    cursor = None
    while True:
        page = library.list_cards(
            session, READER, CardFilter(state=CardState.APPROVED), sort="title", cursor=cursor, limit=200
        )
        yield from map(document, page.items)
        if (cursor := page.next) is None:
            return
