"""tacit train: learn from people's decisions by hand; the engine does the same by itself."""

from typing import Any

import click

from api.commands.here import OPERATOR, Here, pass_here, put
from models.cards import rfc3339
from models.tables import LearntModel, Subject
from pipeline import learning
from pipeline.correction import Correction

OF = {Subject.SCORE: "statements", Subject.TITLES: "cards"}


@click.command(name="score")
@click.option("--json", "as_json", is_flag=True, help="One JSON object.")
@pass_here
def train_score(here: Here, as_json: bool) -> None:
    """Learn which statements carry know-how, from accepted and rejected lines and cards; from 200 verdicts on.

    Recordings are held out in turn: of every two statements of one of them, one kept and one rejected, the share is
    told of which the better one stands first. The new version is used if it is better by more than chance; drafts
    made from then on are ranked with it. The engine does the same by itself, whenever there are enough new verdicts.

    \b
    Example:
      tacit train score
    """
    learnt(here, Subject.SCORE, as_json=as_json)


@click.command(name="titles")
@click.option("--json", "as_json", is_flag=True, help="One JSON object.")
@pass_here
def train_titles(here: Here, as_json: bool) -> None:
    """Learn in which order titles are offered, from the ones that people took; from 100 cards on.

    Cards are held out in turn: of every title that was taken and another one that was offered with it, the share is
    told of which the taken one stands first. The new version is used if it is better by more than chance.

    \b
    Example:
      tacit train titles
    """
    learnt(here, Subject.TITLES, as_json=as_json)


def learnt(here: Here, subject: Subject, *, as_json: bool) -> None:
    """Learn it, and say what it is worth."""
    row = learning.TRAINED[subject](here.database, by=OPERATOR.signature)
    if as_json:
        put(version_document(row))
    else:
        click.echo(version_text(row))


def version_document(row: LearntModel) -> dict[str, Any]:
    return {
        "what": row.subject.value,
        "version": row.version,
        "trained_at": rfc3339(row.trained_at),
        "decisions": row.decisions,
        "active": row.active,
        "figures": row.figures,
    }


def version_text(row: LearntModel) -> str:
    """Both figures, and what follows from them."""
    figures = learning.figures_of(row)
    follows = "it is used from now on" if row.active else "no more than chance could give: it is not used"
    return "\n".join(
        [
            f"{row.subject} version {row.version}, from {figures.examples} {OF[row.subject]} that people decided on",
            f"  rightly ordered pairs: {figures.plain:.3f} before, {figures.learnt:.3f} with it",
            f"  difference {figures.learnt - figures.plain:+.3f} ± {figures.error:.3f} "
            f"({figures.pairs} pairs in {figures.groups} groups, penalty {figures.strength:g})",
            f"  {follows}",
        ]
    )


def correction_in_use(here: Here) -> Correction | None:
    """What was learnt in this data directory, if there is one."""
    if not here.settings.learn_from_verdicts or not (here.settings.data_dir / "tacit.db").exists():
        return None
    with here.database.reading() as session:
        return learning.score_correction(session)
