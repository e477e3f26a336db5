"""Guides for interviews: tacit guide."""

import click
from sqlalchemy import select
from sqlalchemy.orm import Session

from api.commands.here import OPERATOR, Here, pass_here, put
from api.guides import follow_up
from models.documents import to_document
from models.errors import NotFound
from models.tables import Expert
from pipeline import guides


@click.command(name="guide")
@click.option("--task", help="A first interview: what it is about.")
@click.option("--expert", metavar="NAME", help="The next interview: the expert's name or id.")
@click.option("--json", "as_json", is_flag=True, help="JSON in place of Markdown.")
@pass_here
def guide_command(here: Here, task: str | None, expert: str | None, as_json: bool) -> None:
    """Print a guide for an interview as Markdown: for a first one on a task, or for the next one with an expert.

    \b
    Example:
      tacit guide --task "reading the dough" > interview.md
      tacit guide --expert "Jo Baker" > next-time.md
    """
    if (task is None) == (expert is None):
        raise click.UsageError("Give either --task or --expert.")
    if expert is None:
        first = guides.interview_guide(task or "")
        if as_json:
            put({**to_document(first), "minutes": first.minutes})
        else:
            click.echo(guides.interview_markdown(first), nl=False)
        return
    with here.database.reading() as session:
        next_time = follow_up(session, OPERATOR, expert_id(session, expert))
    if as_json:
        put(to_document(next_time))
    else:
        click.echo(guides.follow_up_markdown(next_time), nl=False)


def expert_id(session: Session, named: str) -> str:
    """The id of the expert with that id or name (the first, where several bear it). Raises NotFound."""
    query = (
        select(Expert.id).where((Expert.id == named) | (Expert.name == named)).order_by(Expert.created_at, Expert.id)
    )
    found = session.scalar(query.limit(1))
    if found is None:
        raise NotFound(f"there is no expert {named[:80]!r}", remedy="Name one as the recordings do.")
    return found
