"""Speech models on this machine: tacit weights list, fetch, check."""

from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import click

from api.commands.here import Here, pass_here, progress, put, say
from api.commands.upkeep import Check, examine, tell
from models.errors import Invalid, MissingModel
from pipeline import converted, whisper_models
from pipeline.fetching import fetch
from pipeline.whisper_models import Named

SUFFIX = ".pt"


@click.group()
def weights() -> None:
    """Speech models: which there are, fetch one, check what was carried in."""


@weights.command(name="list")
@click.option("--json", "as_json", is_flag=True, help="One JSON object.")
@pass_here
def list_command(here: Here, as_json: bool) -> None:
    """Say which models openai-whisper knows by name, and which of them are here and whole.

    \b
    Example:
      tacit weights list
    """
    root = here.settings.whisper_dir
    rows = [
        {"name": named.name, "file": named.file_name, "megabytes": named.megabytes, "here": state(root, named)}
        for named in whisper_models.all_named()
    ]
    if as_json:
        put({"directory": str(root), "weights": rows})
        return
    say(f"{root}:")
    for row in rows:
        click.echo(f"{row['name']:<16}{row['megabytes']:>6} MB  {row['here']}")


def state(root: Path, named: Named) -> str:
    """What is there of named weights: whole, spoilt, converted, partly; empty for nothing. Reads them to know."""
    path = root / named.file_name
    if path.is_file():
        return "whole" if whisper_models.sha256_of(path) == named.sha256 else "spoilt"
    if converted.directory_of(root, named.sha256).is_dir():
        return "converted"
    return "partly" if path.with_name(f"{path.name}.part").is_file() else ""


@weights.command(name="fetch")
@click.argument("name")
@click.option("--to", "directory", type=click.Path(file_okay=False, path_type=Path), help="Where to put the file.")
@click.option("--from", "mirror", metavar="URL", help="A directory on the web that holds the file under its own name.")
@pass_here
def fetch_command(here: Here, name: str, directory: Path | None, mirror: str | None) -> None:
    """Bring a model here from the internet, and make sure that it is the one that openai-whisper published.

    What broke off is gone on with. Copy the file into DATA_DIR/weights of a machine without internet.

    \b
    Example:
      tacit weights fetch small
      tacit weights fetch large-v3-turbo --to /media/usb
    """
    named = whisper_models.named_weights(name)
    if named is None:
        known = ", ".join(each.name for each in whisper_models.all_named())
        raise Invalid(f"openai-whisper has no model “{name}”.", remedy=f"Name one of: {known}.")
    target = (directory or here.settings.whisper_dir) / named.file_name
    if target.is_file() and whisper_models.sha256_of(target) == named.sha256:
        say(f"{target} is there already, and whole")
        return
    with progress(named.name) as told:
        fetch(source(named, mirror), target, named.sha256, progress=told)
    click.echo(target)


def source(named: Named, mirror: str | None) -> str:
    """Where the file comes from. Raises Invalid for a mirror that is no address on the web."""
    if mirror is None:
        return named.url
    if urlsplit(mirror).scheme not in ("http", "https"):
        raise Invalid(f"“{mirror}” is no address on the web.", remedy="Give one that begins with https:// or http://.")
    return f"{mirror.rstrip('/')}/{named.file_name}"


@weights.command(name="check")
@click.argument("path", required=False, type=click.Path(exists=True, path_type=Path))
@click.option("--json", "as_json", is_flag=True, help="One JSON object.")
@click.pass_context
def check_command(context: click.Context, path: Path | None, as_json: bool) -> None:
    """Check the models in PATH (a file or a directory), or all of this installation's, by reading them.

    Ends with 1 when one of them cannot be used.

    \b
    Example:
      tacit weights check /media/usb/small.pt
    """
    here = context.ensure_object(Here)
    places = [path] if path else [here.settings.whisper_dir, Path(here.settings.whisper_model)]
    checks = [check for place in places for check in checked(place)]
    if not checks:
        raise MissingModel(
            f"There are no speech models in {places[0]}.", remedy="Fetch one: tacit weights fetch small."
        )
    tell(context, checks, as_json=as_json)


def checked(place: Path) -> Iterator[Check]:
    """What is to be said of each model in a place; nothing where there is none."""
    if place.is_file() or converted.is_model(place):
        yield examine(str(place), lambda: described(place))
    elif place.is_dir():
        for path in sorted(place.iterdir()):
            if path.suffix == SUFFIX or converted.is_model(path):
                yield from checked(path)


def described(path: Path) -> str:
    """Which model lies there. Raises MissingModel where it cannot be used."""
    if path.is_dir():
        problem = converted.problem_of(path)
        if problem is not None:
            raise MissingModel(f"{path} is no whole model: {problem}", remedy="Delete it, or copy it again.")
        return "a CTranslate2 model, for faster-whisper"
    return whisper_models.described(path)
