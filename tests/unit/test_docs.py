"""What the product can do stands in its docs."""

from pathlib import Path

import click
import pytest

from api.cli import main
from pipeline.settings import Settings

ROOT = Path(__file__).parents[2]
COMMANDS = (ROOT / "docs" / "commands.md").read_text(encoding="utf-8")


def every_command(group: click.Group, *names: str) -> list[tuple[str, click.Command]]:
    found: list[tuple[str, click.Command]] = []
    context = click.Context(group)
    for name in group.list_commands(context):
        command = group.get_command(context, name)
        assert command is not None, name
        if isinstance(command, click.Group):
            found += every_command(command, *names, name)
        else:
            found.append((" ".join((*names, name)), command))
    return found


ALL = every_command(main)


@pytest.mark.parametrize("name", [name for name, _ in ALL])
def test_a_command_stands_in_the_docs(name: str) -> None:
    assert f"`tacit {name}" in COMMANDS or f"`{name}" in COMMANDS


@pytest.mark.parametrize(("name", "command"), ALL, ids=[name for name, _ in ALL])
def test_a_command_explains_itself(name: str, command: click.Command) -> None:
    assert command.help
    for parameter in command.params:
        if isinstance(parameter, click.Option):
            assert parameter.help, f"{name} {parameter.name}"


@pytest.mark.parametrize("name", list(Settings.model_fields))
def test_a_setting_stands_in_the_docs(name: str) -> None:
    assert f"`{name}`" in COMMANDS
    assert Settings.model_fields[name].description


def test_links_in_the_docs_lead_somewhere() -> None:
    import re

    for page in [ROOT / "README.md", *(ROOT / "docs").rglob("*.md")]:
        for target in re.findall(r"\]\((?!http)([^)#]+)", page.read_text(encoding="utf-8")):
            assert (page.parent / target).exists(), f"{page.name}: {target}"
