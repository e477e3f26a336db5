"""The command `tacit`."""

import sys
from collections.abc import Mapping
from importlib import import_module
from pathlib import Path
from typing import Any

import click
from pydantic import ValidationError

from api.commands.here import Here
from models.errors import Invalid, TacitError
from pipeline.settings import Settings

# name → (module, attribute, what it does): a command is imported when it is called, since some need large libraries
COMMANDS: Mapping[str, tuple[str, str, str]] = {
    "serve": ("server", "serve_command", "Serve the review pages and REST, and work on what is uploaded."),
    "demo": ("server", "demo_command", "Process the shipped sample interviews, then serve them."),
    "ingest": ("recordings", "ingest_command", "Store recordings or transcripts and queue them."),
    "rerun": ("recordings", "rerun_command", "Go on with a recording, or work on it anew."),
    "guide": ("guides", "guide_command", "A guide for a first interview on a task, or for the next one."),
    "export": ("recordings", "export_command", "Write the approved cards as Markdown notes."),
    "transcribe": ("stages", "transcribe_command", "Write down what is said in a recording; nothing is stored."),
    "mine": ("stages", "mine_command", "Show statements and what was noticed in them; nothing is stored."),
    "cards": ("stages", "cards_command", "Show the drafts that a file would give; nothing is stored."),
    "gather": ("stages", "gather_command", "Gather passages that speak about the same thing."),
    "evaluate": ("stages", "evaluate_command", "Our figures against interviews that people have marked."),
    "train": ("training", "train", "Learn from labels and from people's decisions by hand, and see what it is worth."),
    "user": ("accounts", "user", "People who sign in: add, list, disable."),
    "key": ("accounts", "key", "Keys of tools: create, list, revoke."),
    "weights": ("weights", "weights", "Speech models: list, fetch, check."),
    "db": ("upkeep", "db", "The data directory: upgrade, backup, restore."),
    "doctor": ("upkeep", "doctor_command", "What is installed, reachable and writable; which models."),
    "settings": ("upkeep", "settings_command", "Print every setting."),
}


class Plain(click.Group):
    """A group whose errors are one plain line and its remedy: no traceback unless --debug."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in COMMANDS:
            return None
        module, attribute, _ = COMMANDS[cmd_name]
        command: click.Command = getattr(import_module(f"api.commands.{module}"), attribute)
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        with formatter.section("Commands"):
            formatter.write_dl([(name, what) for name, (_, _, what) in COMMANDS.items()])

    def invoke(self, ctx: click.Context) -> Any:
        try:
            return super().invoke(ctx)
        except TacitError as error:
            if ctx.params.get("debug"):
                raise
            click.echo(f"tacit: {error.detail}", err=True)
            for field in error.errors:
                click.echo(f"  {field.pointer}: {field.detail}", err=True)
            click.echo(f"  {error.remedy}", err=True)
            ctx.exit(1)
        except BrokenPipeError:
            sys.stderr.close()
            ctx.exit(1)


def read_settings(**flags: Any) -> Settings:
    """The settings, with these flags on top. Raises Invalid, naming each value that does not fit."""
    try:
        return Settings(**{name: value for name, value in flags.items() if value is not None})
    except ValidationError as error:
        what = "; ".join(f"{'.'.join(map(str, e['loc'])) or 'settings'}: {e['msg']}" for e in error.errors())
        remedy = "Correct tacit.toml or the TACIT_… variable; see “tacit settings”."
        raise Invalid(f"the settings do not fit: {what}", remedy=remedy) from error
    except ValueError as error:
        raise Invalid(
            f"tacit.toml cannot be read: {error}", remedy="Correct it; “tacit settings” prints one."
        ) from error


@click.group(cls=Plain, context_settings={"help_option_names": ["-h", "--help"]})
@click.option("--data-dir", type=click.Path(file_okay=False, path_type=Path), help="Where everything is kept.")
@click.option("--debug", is_flag=True, help="Show the traceback of an error.")
@click.version_option(package_name="tacit")
@click.pass_context
def main(context: click.Context, data_dir: Path | None, debug: bool) -> None:
    """Turn recorded expert interviews into knowledge cards that people approve and tools pull.

    \b
    Example:
      tacit demo                             the shipped interviews, from sound to the review pages
      tacit cards interview.vtt              what tacit would make of a transcript; nothing is stored
      tacit ingest interview.m4a --wait      store it, and make drafts of it
      tacit serve                            the review pages and the REST interface
    """
    context.obj = Here(read_settings(data_dir=data_dir), debug)


if __name__ == "__main__":
    main()
