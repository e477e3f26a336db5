"""tacit serve, tacit demo."""

import signal
import socket
import sys
import threading
import time
from collections.abc import Callable
from contextlib import closing, suppress
from pathlib import Path

import click
import uvicorn
from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn

from api.app import create_app
from api.commands.here import OPERATOR, Here, pass_here, say
from api.commands.recordings import DONE, take
from api.commands.samples import Sample, read_samples, samples_dir
from api.consents import EVERYTHING
from api.uploads import Wanted
from models import accounts, library, store
from models.access import Role
from models.errors import NotFound, Unavailable
from pipeline.readers import Readers
from pipeline.workflow import Engine, Queue

POLL_S = 0.3
DEMO_USER = "demo"
GRACE_S = 10


class Server(uvicorn.Server):
    """Tells when it is ready to answer, and works on what else this process does meanwhile."""

    def __init__(self, config: uvicorn.Config, ready: Callable[[], None]) -> None:
        super().__init__(config)
        self._ready = ready

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        if self.started:
            threading.Thread(target=self._ready, name="ready", daemon=True).start()


class Waiting(Queue):
    """Puts work in line for another process, and does none."""

    def start(self) -> None: ...

    def stop(self) -> None:
        self.close()


def listening(host: str, port: int) -> socket.socket:
    """A socket at that address. Raises Unavailable where somebody else listens there."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    opened = socket.socket(family, socket.SOCK_STREAM)
    opened.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        opened.bind((host, port))
    except OSError as error:
        opened.close()
        raise Unavailable(
            f"cannot listen on {host}:{port}: {error.strerror}",
            remedy="Stop what listens there, or name another port with --port.",
        ) from error
    return opened


def serve(here: Here, engine: Engine | Waiting, ready: Callable[[str], None]) -> None:
    """Answer requests until somebody stops it; `ready` is told the address once it does."""
    settings = here.settings
    opened = listening(settings.host, settings.port)
    host = f"[{settings.host}]" if ":" in settings.host else settings.host
    address = settings.base_url or f"http://{host}:{opened.getsockname()[1]}"
    with closing(Readers()) as readers:
        app = create_app(settings, here.database, here.blobs, readers, engine)
        config = uvicorn.Config(
            app, log_level="warning", access_log=False, server_header=False, timeout_graceful_shutdown=GRACE_S
        )
        server = Server(config, lambda: ready(address))
        with suppress(KeyboardInterrupt):  # Ctrl-C is how a server ends; it has stopped cleanly by now
            server.run(sockets=[opened])
    if not server.started:
        raise Unavailable("the server did not start", remedy="Read the lines above; “tacit doctor” looks at each part.")


@click.command(name="serve")
@click.option("--host", help="Address to listen on.  [default: 127.0.0.1]")
@click.option("--port", type=click.IntRange(0, 65535), help="Port to listen on; 0 takes a free one.  [default: 8000]")
@click.option("--no-embedded", is_flag=True, help="Answer requests only; another process works on the recordings.")
@pass_here
def serve_command(here: Here, host: str | None, port: int | None, no_embedded: bool) -> None:
    """Serve the review pages and the REST interface, and work on what is uploaded.

    \b
    Example:
      tacit user add Ann --role admin
      tacit serve --port 8080
    """
    here = on(here, host, port)
    engine = Waiting(here.database) if no_embedded else Engine(here.settings, here.database)
    serve(here, engine, lambda address: click.echo(f"tacit serves {address}"))


def on(here: Here, host: str | None, port: int | None) -> Here:
    """The same with another address."""
    given = {name: value for name, value in (("host", host), ("port", port)) if value is not None}
    return Here(here.settings.model_copy(update=given), here.debug)


@click.command(name="demo")
@click.option("--host", help="Address to listen on.  [default: 127.0.0.1]")
@click.option("--port", type=click.IntRange(0, 65535), help="Port to listen on; 0 takes a free one.  [default: 8000]")
@pass_here
def demo_command(here: Here, host: str | None, port: int | None) -> None:
    """Process the shipped sample interviews, then serve them; the last line is a link that signs you in.

    The demo hears with a small checkpoint that knows one script and nothing else. For your own sound put real Whisper
    weights in place and run “tacit serve”: “tacit doctor” says how.

    \b
    Example:
      tacit --data-dir /tmp/tacit-demo demo --port 8080
    """
    folder = samples_dir()
    here = on(here, host, port)
    here.settings = here.settings.model_copy(update={"whisper_model": str(folder / "weights" / "demo-en.pt")})
    engine = Engine(here.settings, here.database)
    serve(here, engine, lambda address: guarded(lambda: show(here, engine, folder, address)))


def guarded(act: Callable[[], None]) -> None:
    """Do it in a thread of its own; what goes wrong there ends the server, and is said."""
    try:
        act()
    except Exception as error:  # noqa: BLE001 (nobody else is left to say it)
        say(f"tacit: the demo failed: {error}")
        signal.raise_signal(signal.SIGTERM)


def show(here: Here, engine: Engine, folder: Path, address: str) -> None:
    """The samples through the whole way, what was found, and the link."""
    began = time.monotonic()
    samples = read_samples(folder)
    ids = [take(here, engine, sample.file, sample.transcript, wanted_of(sample)) for sample in samples]
    watch(here, ids)
    click.echo(found(here, ids, time.monotonic() - began))
    with here.database.writing() as session:
        try:
            user = accounts.find_user(session, DEMO_USER)
        except NotFound:
            user = accounts.add_user(session, DEMO_USER, Role.ADMIN)
        token = accounts.sign_in_link(session, user)
    click.echo(
        "Only this demo's checkpoint is here: it knows one script. Your own sound needs Whisper weights (tacit doctor)."
    )
    click.echo("Ctrl-C ends the server. Sign in and open the drafts:")
    click.echo(f"{address}/sign-in/{token}?next=/queue")
    sys.stdout.flush()


def wanted_of(sample: Sample) -> Wanted:
    return Wanted(sample.title, sample.experts, None, sample.language, None, None, EVERYTHING)


def watch(here: Here, ids: list[str]) -> None:
    """Show how far each recording is, until all are done: bars on a terminal, else a line when one is done."""
    console = Console(stderr=True)
    columns = (TextColumn("{task.description}"), BarColumn(), TextColumn("{task.fields[stage]}"))
    with Progress(*columns, console=console, disable=not console.is_terminal) as bars:
        with here.database.reading() as session:
            titles = {one: store.get_recording(session, OPERATOR, one).title for one in ids}
        tasks = {one: bars.add_task(title, total=1.0, stage="") for one, title in titles.items()}
        told: set[str] = set()
        while True:
            with here.database.reading() as session:
                rows = [store.get_recording(session, OPERATOR, one) for one in ids]
            for row in rows:
                bars.update(tasks[row.id], completed=row.fraction, stage=row.stage or row.state.value)
                if row.state in DONE and row.id not in told:
                    told.add(row.id)
                    if not console.is_terminal:
                        say(f"{row.title}: {row.state.value}")
            if len(told) == len(ids):
                return
            time.sleep(POLL_S)


def found(here: Here, ids: list[str], seconds: float) -> str:
    """What the demo found, in a few lines."""
    with here.database.reading() as session:
        counts = store.counts(session, ids)
        lines = []
        for one in ids:
            row = store.get_recording(session, OPERATOR, one)
            spoken = ", ".join(consent.expert.name for consent in row.consents)
            lines.append(f"  {row.title} ({spoken}): {counts[one].cards} drafts, {row.state.value}")
        best = library.next_card(session, OPERATOR)
    lines = [f"{len(ids)} interviews, {sum(count.cards for count in counts.values())} drafts, {seconds:.0f} s", *lines]
    if best.card:
        lines.append(f"  The most promising of {best.left}: {best.card.content.title}")
    return "\n".join(lines)
