"""Learning from labels and from people's verdicts: tacit train."""

from pathlib import Path

import click

from api.commands import learning
from api.commands.here import Here, pass_here, say
from models.figures import judged
from models.values import JudgedFigure
from pipeline.simile_labels import LABELS, of_verdicts, read_labels
from pipeline.simile_ranker import keep, packed
from pipeline.simile_training import Gain, Trained
from pipeline.simile_training import train as train_ranker
from pipeline.tools import build_tools


@click.group()
def train() -> None:
    """Train what learns from people."""


train.add_command(learning.train_score)
train.add_command(learning.train_titles)


@train.command(name="similes")
@click.option(
    "--labels",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    default=LABELS,
    help="Labelled sentences, instead of the shipped ones.",
)
@click.option("--labels-only", is_flag=True, help="Leave people's verdicts out.")
@click.option(
    "--out",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Write the ranker here instead of into the data directory.",
)
@pass_here
def train_similes(here: Here, labels: Path, labels_only: bool, out: Path | None) -> None:
    """Train the ranker of similes on labelled sentences and on what people kept on cards or took away.

    It is used from then on; `tacit doctor` says which one is.

    \b
    Example:
      tacit train similes
    """
    verdicts = [] if labels_only else _verdicts(here)
    tools = build_tools(here.settings)
    trained = train_ranker(
        [*read_labels(labels), *of_verdicts(verdicts)], language=tools.language, embedder=tools.embedder
    )
    click.echo(gains_text(trained))
    if out:
        out.write_bytes(packed(trained.ranker))
    path = out or keep(trained.ranker, here.settings.models_dir)
    say(f"{path}: written")


def _verdicts(here: Here) -> list[JudgedFigure]:
    with here.database.reading() as session:
        return judged(session)


def gains_text(trained: Trained) -> str:
    """Cross-validated average precision before and after, as a table."""
    lines = [
        "| average precision, cross-validated | sentences | figures | found | rules | + labels | + verdicts |",
        "|---|---|---|---|---|---|---|",
        _row("all sentences", trained.everything),
    ]
    return "\n".join([*lines, *([_row("people's verdicts", trained.judged)] if trained.judged else [])])


def _row(name: str, gain: Gain) -> str:
    shares = " | ".join(f"{share:.3f}" for share in (gain.found, gain.rules, gain.labels, gain.verdicts))
    return f"| {name} | {gain.sentences} | {gain.figures} | {shares} |"
