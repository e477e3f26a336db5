"""People and keys: tacit user, tacit key."""

import sys

import click

from api.commands.here import Here, pass_here, say
from models import accounts, store
from models.access import Role
from models.errors import Invalid

ROLES = click.Choice([role.value for role in Role])


@click.group()
def user() -> None:
    """People who sign in at the pages.

    \b
    Example:
      tacit user add Ann --role manager
    """


@user.command(name="add")
@click.argument("name")
@click.option("--role", type=ROLES, required=True, help="What this person may do.")
@click.option("--expert", metavar="NAME", help="The expert that this person is; needed to see own interviews.")
@click.option("--password-stdin", is_flag=True, help="Read the password from standard input.")
@pass_here
def add_user(here: Here, name: str, role: str, expert: str | None, password_stdin: bool) -> None:
    """Let a person sign in.

    \b
    Example:
      echo "$PASSWORD" | tacit user add Ann --role manager --password-stdin
    """
    password = sys.stdin.readline().rstrip("\r\n") if password_stdin else asked_password()
    with here.database.writing() as session:
        stands_for = store.find_or_add_expert(session, expert).id if expert else None
        accounts.add_user(session, name, Role(role), password=password, expert_id=stands_for)
    say(f"{name} can sign in as {role} at {here.settings.address}/sign-in")


def asked_password() -> str:
    """The password as a person types it, twice."""
    if not sys.stdin.isatty():
        raise Invalid("no password came", remedy="Pipe it in with --password-stdin, or run this in a terminal.")
    password: str = click.prompt("Password", hide_input=True, confirmation_prompt=True, err=True)
    return password


@user.command(name="list")
@pass_here
def list_users(here: Here) -> None:
    """Show who can sign in."""
    with here.database.reading() as session:
        for one in accounts.list_users(session):
            state = "disabled" if one.disabled_at else "active"
            click.echo(f"{one.id}  {one.role:8}  {state:8}  {one.name}")


@user.command(name="disable")
@click.argument("name")
@pass_here
def disable_user(here: Here, name: str) -> None:
    """Sign a person out everywhere and keep them out; what they decided stays."""
    with here.database.writing() as session:
        accounts.disable_user(session, name)
    say(f"{name} can no longer sign in")


@click.group()
def key() -> None:
    """Keys that tools sign their requests with.

    \b
    Example:
      KEY=$(tacit key create wiki --role reader)
      curl -H "Authorization: Bearer $KEY" http://127.0.0.1:8000/api/v1/feed
    """


@key.command(name="create")
@click.argument("name")
@click.option("--role", type=ROLES, required=True, help="What this key may do.")
@click.option("--expert", metavar="NAME", help="The expert that this key stands for.")
@pass_here
def create_key(here: Here, name: str, role: str, expert: str | None) -> None:
    """Make a key. It is printed once, alone, and cannot be shown again.

    \b
    Example:
      tacit key create wiki --role reader
    """
    with here.database.writing() as session:
        stands_for = store.find_or_add_expert(session, expert).id if expert else None
        _, secret = accounts.create_key(session, name, Role(role), expert_id=stands_for)
    click.echo(secret)


@key.command(name="list")
@pass_here
def list_keys(here: Here) -> None:
    """Show the keys that there are, without their secrets."""
    with here.database.reading() as session:
        for one in accounts.list_keys(session):
            state = "revoked" if one.revoked_at else "active"
            click.echo(f"{one.id}  {one.role:8}  {state:8}  {one.created_at:%Y-%m-%d}  {one.name}")


@key.command(name="revoke")
@click.argument("key_id", metavar="ID")
@pass_here
def revoke_key(here: Here, key_id: str) -> None:
    """Make a key worthless at once.

    \b
    Example:
      tacit key list
      tacit key revoke 3f2c…
    """
    with here.database.writing() as session:
        accounts.revoke_key(session, key_id)
    say(f"key {key_id} is revoked")
