"""The command `tacit`."""

import sys
from pathlib import Path
from typing import Any

import click
from pydantic import ValidationError

from api.commands import accounts, recordings, server, stages, upkeep
from api.commands.here import Here
from models.errors import Invalid, TacitError
from pipeline.settings import Settings


class Plain(click.Group):
    """A group whose errors are one plain line and its remedy: no traceback unless --debug."""

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
        raise Invalid(
            f"the settings do not fit: {what}",
            remedy="Correct tacit.toml or the TACIT_… variable; see “tacit settings”.",
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


for group in (server, recordings, stages, accounts, upkeep):
    for command in group.COMMANDS:
        main.add_command(command)


if __name__ == "__main__":
    main()
