"""Keeping an installation well: tacit db, doctor, settings."""

import os
import shutil
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import click

from api.commands.here import Here, pass_here, put, say
from models.backup import back_up, restore
from models.errors import TacitError
from models.values import ModelStamp
from pipeline import faster_whisper, whisper_models
from pipeline.chat import chosen
from pipeline.lock import DirectoryLock
from pipeline.settings import Settings
from pipeline.text import language_stamp
from pipeline.tools import build_tools, uses_faster_whisper

ENOUGH_BYTES = 2 * 2**30


@click.group()
def db() -> None:
    """The database and the files beside it."""


@db.command(name="upgrade")
@pass_here
def upgrade_command(here: Here) -> None:
    """Bring the data directory to this version; every other command does so too."""
    with here.database.reading():
        say(f"{here.settings.data_dir} is up to date")


@db.command(name="backup")
@click.argument("target", metavar="FILE", type=click.Path(dir_okay=False, path_type=Path))
@pass_here
def backup_command(here: Here, target: Path) -> None:
    """Write everything into one file; the server may run meanwhile.

    \b
    Example:
      tacit db backup /backups/tacit-monday.tar
    """
    with here.database.reading():
        pass
    size = back_up(here.settings.data_dir, target)
    say(f"{target}: {size / 2**20:.1f} MiB")


@db.command(name="restore")
@click.argument("source", metavar="FILE", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@pass_here
def restore_command(here: Here, source: Path) -> None:
    """Unpack a backup into a data directory that holds nothing yet.

    \b
    Example:
      tacit --data-dir /srv/tacit db restore /backups/tacit-monday.tar
    """
    lock = DirectoryLock(here.settings.data_dir)
    lock.acquire()
    try:
        count = restore(source, here.settings.data_dir)
    finally:
        lock.release()
    with here.database.reading():
        say(f"{here.settings.data_dir}: restored, with {count} uploaded files")


@dataclass(frozen=True, slots=True)
class Check:
    """What the doctor found; `well` False means that some job could not run."""

    what: str
    well: bool
    found: str
    remedy: str = ""


def examine(what: str, look: Callable[[], str]) -> Check:
    """One check: well with what it found, or what is wrong and what helps."""
    try:
        return Check(what, True, look())
    except TacitError as error:
        return Check(what, False, error.detail, error.remedy)


def tell(context: click.Context, checks: Sequence[Check], *, as_json: bool) -> None:
    """Say what was found; end with 1 where something is not well."""
    if as_json:
        put({"checks": [{"what": c.what, "well": c.well, "found": c.found, "remedy": c.remedy} for c in checks]})
    for check in () if as_json else checks:
        click.echo(f"{'ok     ' if check.well else 'MISSING'}  {check.what}: {check.found}")
        if not check.well:
            click.echo(f"         {check.remedy}")
    if not all(check.well for check in checks):
        context.exit(1)


def examination(here: Here) -> Iterator[Check]:
    """Every check, in the order in which a recording meets the parts."""
    tools = build_tools(here.settings)
    yield examine("data directory", lambda: written(here.settings.data_dir))
    yield examine("database", lambda: opened(here))
    yield examine("speech engine", lambda: speech_engine(here.settings))
    yield examine("speech weights", lambda: speech_weights(here.settings))
    yield examine("voice activity", lambda: "silero-vad" if tools.cutter else "")
    yield examine("language", lambda: stamp_text(language_stamp(tools.language)))
    yield examine("embedding", lambda: stamp_text(tools.embedder.stamp))
    yield examine("similes", lambda: stamp_text(tools.ranker.stamp))
    yield examine("rewording", lambda: rewording(here.settings))
    free = shutil.disk_usage(here.settings.data_dir if here.settings.data_dir.exists() else Path.cwd()).free
    yield Check(
        "free disk", free > ENOUGH_BYTES, f"{free / 2**30:.1f} GiB", "Make room: uploads and their jobs need it."
    )


def rewording(settings: Settings) -> str:
    """Which language model words cards, once it has answered a trial."""
    model = chosen(settings)
    if model is None:
        return "off: cards keep the expert's own words"
    model.answer('Answer in JSON only: {"ready": true}', "Are you ready?")
    return f"{model.name} at {settings.rewording_url}"


def stamp_text(stamp: ModelStamp) -> str:
    return f"{stamp.name} {stamp.version}"


def written(directory: Path) -> str:
    """The directory's path, once a file could be written there."""
    try:
        directory.mkdir(parents=True, exist_ok=True)
        probe = directory / f".doctor-{os.getpid()}"
        probe.write_bytes(b"well")
        probe.unlink()
    except OSError as error:
        raise TacitError(
            f"{directory} cannot be written: {error.strerror}",
            remedy="Name another with --data-dir, or give it to this user.",
        ) from error
    return str(directory.resolve())


def opened(here: Here) -> str:
    with here.database.reading():
        return here.settings.database_url


def speech_engine(settings: Settings) -> str:
    """Which engine hears, and where."""
    if uses_faster_whisper(settings):
        return f"faster-whisper on {faster_whisper.device_of(settings)}"
    return f"openai-whisper on {whisper_models.device_of(settings)}"


def speech_weights(settings: Settings) -> str:
    """Which model the engine would load, and where it lies."""
    path = faster_whisper.found(settings) if uses_faster_whisper(settings) else whisper_models.weights(settings).path
    return f"{settings.whisper_model}, {path}"


@click.command(name="doctor")
@click.option("--json", "as_json", is_flag=True, help="One JSON object.")
@click.pass_context
def doctor_command(context: click.Context, as_json: bool) -> None:
    """Say what is installed, reachable and writable, and which models there are.

    Ends with 1 when some job could not run: without speech weights, for example, sound needs its transcript beside it.

    \b
    Example:
      tacit doctor
    """
    here = context.find_object(Here) or Here(Settings())
    tell(context, list(examination(here)), as_json=as_json)


@click.command(name="settings")
@click.option("--json", "as_json", is_flag=True, help="One JSON object.")
@pass_here
def settings_command(here: Here, as_json: bool) -> None:
    """Print every setting as tacit.toml would say it, with what it is for.

    \b
    Example:
      tacit settings > tacit.toml
      TACIT_PORT=8080 tacit serve
    """
    values = here.settings.model_dump(mode="json")
    if as_json:
        put(values)
        return
    for name, field in type(here.settings).model_fields.items():
        click.echo(f"# {field.description}  (TACIT_{name.upper()})")
        click.echo(toml_line(name, values[name]))


def toml_line(name: str, value: object) -> str:
    """One line of tacit.toml; a setting that is not set stands as a comment."""
    if value is None:
        return f"# {name} ="
    if isinstance(value, bool):
        return f"{name} = {str(value).lower()}"
    if isinstance(value, str):
        escaped = value.replace("\\", "\\\\").replace('"', '\\"')
        return f'{name} = "{escaped}"'
    return f"{name} = {value}"
