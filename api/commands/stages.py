"""The stages one by one, without a database: transcribe, mine, cards, gather, evaluate."""

import json
import sys
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import click

from api.commands.here import Here, pass_here, progress, put, say
from api.commands.learning import correction_in_use
from api.showing import why_of
from models.cards import proposed as card_document
from models.documents import to_document
from models.errors import Invalid, Unreadable
from models.values import Draft, Mined, Seconds, Transcript
from pipeline import (
    audio,
    captions,
    evaluate,
    groupings,
    imports,
    keyphrases,
    manuscript,
    rewriting,
    simile_figures,
    steps,
)
from pipeline.chat import chosen
from pipeline.tools import Tools, build_tools

HEAD = 4096
PLANNED = 0.05  # of the work on a sound: finding who speaks where
FORMS = click.Choice(["json", "vtt", "srt", "txt", "docx"])
EXISTING = click.Path(exists=True, dir_okay=False, allow_dash=True, path_type=Path)


@contextmanager
def as_file(path: Path) -> Iterator[Path]:
    """The path itself, or standard input as a file for as long as it is needed."""
    if str(path) != "-":
        yield path
        return
    with tempfile.NamedTemporaryFile(prefix="tacit-") as file:
        while block := sys.stdin.buffer.read(1 << 20):
            file.write(block)
        file.flush()
        yield Path(file.name)


def transcript_at(
    path: Path, tools: Tools, *, language: str | None = None, speakers: int | None = None
) -> tuple[Transcript, Seconds | None]:
    """The transcript in a file, or of the sound in it; and the sound's seconds."""
    name = "" if str(path) == "-" else path.name
    with as_file(path) as file:
        with file.open("rb") as opened:
            head = opened.read(HEAD)
        if imports.looks_like_transcript(name, head):
            if file.stat().st_size > tools.settings.max_transcript_bytes:
                raise Unreadable(f"{path} is larger than {tools.settings.max_transcript_bytes} bytes")
            return steps.read(file.read_bytes(), name), None
        media = audio.check(file, name, max_duration_s=tools.settings.max_duration_s)
        spoken = language or tools.settings.language
        with progress("listening") as told:
            heard = steps.transcript_of(
                file,
                tools,
                language=None if spoken == "auto" else spoken,
                speakers=speakers,
                planning=lambda share: told(PLANNED * share, "finding speech"),
                progress=lambda share: told(PLANNED + (1 - PLANNED) * share, "listening"),
            )
        return replace(heard, warnings=tuple(dict.fromkeys((*media.warnings, *heard.warnings)))), media.duration_s


@click.command(name="transcribe")
@click.argument("sound", metavar="AUDIO", type=EXISTING)
@click.option("--format", "form", type=FORMS, default="json", show_default=True, help="What to write.")
@click.option("--language", help="Language spoken, as “en”; “auto” lets the model guess.")
@click.option("--speakers", type=click.IntRange(1, 8), help="How many people are heard; without it, two are assumed.")
@pass_here
def transcribe_command(here: Here, sound: Path, form: str, language: str | None, speakers: int | None) -> None:
    """Write down what is said in AUDIO (or standard input: -).

    \b
    Example:
      tacit transcribe interview.m4a --format vtt > interview.vtt
    """
    heard, duration_s = transcript_at(sound, build_tools(here.settings), language=language, speakers=speakers)
    for warning in heard.warnings:
        say(f"tacit: {warning}")
    if form == "json":
        put({**captions.to_whisper_json(heard), "duration": duration_s})
    elif form == "docx":
        click.echo(manuscript.to_docx(heard, title=sound.stem), nl=False)
    else:
        writers = {"vtt": captions.to_vtt, "srt": captions.to_srt, "txt": captions.to_txt}
        click.echo(writers[form](heard), nl=False)


def mined_document(mined: Mined, name: str) -> dict[str, Any]:
    """What `tacit mine` prints of one file."""
    statement_fields = ("start_char", "end_char", "text", "score", "kind", "reasons", "question")
    finding_fields = ("type", "start_char", "end_char", "text", "score", "source", "target", "question", "rule")
    statements = [to_document(statement) for statement in mined.statements]
    findings = [to_document(finding) for finding in mined.findings]
    turns = [to_document(turn) for turn in mined.transcript.turns]
    return {
        "file": name,
        "text": mined.transcript.text,
        "turns": turns,
        "statements": [{field: one[field] for field in statement_fields} for one in statements],
        "findings": [{field: one[field] for field in finding_fields} for one in findings],
        "concepts": [to_document(concept) for concept in mined.concepts],
        "warnings": [*mined.transcript.warnings, *mined.warnings],
    }


def mined_at(path: Path, tools: Tools) -> tuple[Mined, Seconds | None]:
    """Everything noticed in one file."""
    transcript, duration_s = transcript_at(path, tools)
    if not steps.is_mined(transcript):
        raise Invalid(
            f"{path} is in “{transcript.language}”, and tacit mines English only",
            remedy="Mine an English transcript; “tacit ingest” keeps transcripts in other languages.",
        )
    return steps.place(steps.mine(transcript, tools), tools), duration_s


@click.command(name="mine")
@click.argument("paths", metavar="PATH…", type=EXISTING, nargs=-1, required=True)
@click.option("--json", "as_json", is_flag=True, help="One JSON object a file and line.")
@pass_here
def mine_command(here: Here, paths: tuple[Path, ...], as_json: bool) -> None:
    """Show the statements in transcripts or recordings, and what was noticed in them.

    \b
    Example:
      tacit mine interview.vtt --json | jq '.statements[0]'
    """
    tools = build_tools(here.settings)
    for path in paths:
        mined, _ = mined_at(path, tools)
        if as_json:
            put(mined_document(mined, str(path)))
        else:
            click.echo(mined_text(mined, path))


@click.command(name="cards")
@click.argument("paths", metavar="PATH…", type=EXISTING, nargs=-1, required=True)
@click.option("--json", "as_json", is_flag=True, help="One JSON object a file and line.")
@pass_here
def cards_command(here: Here, paths: tuple[Path, ...], as_json: bool) -> None:
    """Show the drafts that transcripts or recordings would give; nothing is stored.

    \b
    Example:
      tacit cards interview.vtt
    """
    tools = build_tools(here.settings)
    for path in paths:
        mined, duration_s = mined_at(path, tools)
        found = worded(steps.drafts(mined, tools, recording_id=str(path), talk_s=duration_s), mined, tools)
        if as_json:
            text = mined.transcript.text
            put({**mined_document(mined, str(path)), "cards": [card_document(draft, text) for draft in found]})
        else:
            click.echo(drafts_text(found, path))


def worded(found: list[Draft], mined: Mined, tools: Tools) -> list[Draft]:
    """The drafts in the wording of the language model that the settings name, if they name one."""
    model = chosen(tools.settings)
    if model is None:
        return found
    proposed = rewriting.propose(found, mined.transcript, model)
    for warning in proposed.warnings:
        say(f"tacit: {warning}")
    return steps.reworded(found, proposed.wordings, tools, name=model.name)


def mined_text(mined: Mined, path: Path) -> str:
    """The best statements and every figure of speech and gap, for a person."""
    best = sorted(mined.statements, key=lambda statement: (-statement.score, statement.index))[:20]
    lines = [f"{path}: {len(mined.statements)} statements, {len(mined.findings)} findings", ""]
    for statement in best:
        lines += [f"  {statement.score:5.2f}  {statement.text}", f"         {'; '.join(statement.reasons)}"]
    told = [finding for finding in mined.findings if finding.type in ("simile", "analogy", "gap")]
    lines += ["", *(f"  {finding.type}: {finding.text}" for finding in told)]
    return "\n".join(lines)


def drafts_text(found: Iterable[Draft], path: Path) -> str:
    """The drafts for a person: title, slots, gaps."""
    found = list(found)
    first = [draft for draft in found if draft.first]
    lines = [f"{path}: {len(found)} drafts, {len(first)} of them offered first"]
    for draft in first:
        content = draft.content
        lines += ["", f"{content.title}  [{content.kind}, rank {draft.rank:.2f}]", f"  why: {why_of(content)}"]
        for slot in ("situation", "cues", "judgment", "action", "rationale", "exceptions", "novice_errors", "warnings"):
            lines += [f"  {slot.replace('_', ' ')}: {line.text}" for line in content.lines(slot)]
        lines += [f"  {metaphor.kind}: {metaphor.expression}" for metaphor in content.metaphors]
        lines += [f"  to ask: {gap.question}" for gap in content.gaps]
    return "\n".join(lines)


def read_passages(lines: Iterable[str]) -> Iterator[tuple[str, str]]:
    """(id, text) of each line. Raises Invalid naming the line that does not fit."""
    seen: set[str] = set()
    for number, line in enumerate(lines, 1):
        if not line.strip():
            continue
        remedy = 'Write one {"id": "…", "text": "…", "recording": "…"} a line.'
        try:
            row = json.loads(line)
        except (ValueError, RecursionError) as error:
            raise Invalid(f"line {number} is not JSON: {error}", remedy=remedy) from error
        if not isinstance(row, dict) or not all(isinstance(row.get(key), str) for key in ("id", "text")):
            raise Invalid(f"line {number} has no “id” and “text” that are strings", remedy=remedy)
        if row["id"] in seen:
            raise Invalid(
                f"line {number} has the id {row['id']!r} of an earlier line", remedy="Give every passage its own id."
            )
        seen.add(row["id"])
        yield row["id"], row["text"]


@click.command(name="gather")
@click.argument("passages", metavar="PASSAGES.jsonl", type=EXISTING)
@click.option("--json", "as_json", is_flag=True, help="One JSON object.")
@pass_here
def gather_command(here: Here, passages: Path, as_json: bool) -> None:
    """Gather passages that speak about the same thing; a line is {"id", "text", "recording"}.

    \b
    Example:
      tacit gather passages.jsonl --json
    """
    with as_file(passages) as file:
        try:
            rows = list(read_passages(file.read_text(encoding="utf-8-sig").splitlines()))
        except UnicodeDecodeError as error:
            raise Invalid(f"{passages} is not UTF-8: {error}", remedy="Save it as UTF-8.") from error
    ids, texts = [row[0] for row in rows], [row[1] for row in rows]
    tools = build_tools(here.settings)
    clusters, noise = tools.clusterer.cluster(ids, texts, tools.embedder.embed(texts))
    if as_json:
        put({"clusters": [to_document(cluster) for cluster in clusters], "noise": noise})
        return
    for cluster in clusters:
        click.echo(f"{cluster.label}  ({len(cluster.members)})\n  {' '.join(cluster.members)}")
    click.echo(f"{len(clusters)} clusters; {len(noise)} passages stand alone")


FIGURES = {"similes": simile_figures.similes, "concepts": keyphrases.concepts, "groups": groupings.evaluate}


@click.command(name="evaluate")
@click.argument("what", type=click.Choice(["cards", *FIGURES]))
@click.argument("directory", metavar="DIR", type=click.Path(exists=True, file_okay=False, path_type=Path))
@click.option(
    "--out", type=click.Path(dir_okay=False, path_type=Path), help="Write predictions and figures here, as JSON."
)
@pass_here
def evaluate_command(here: Here, what: str, directory: Path, out: Path | None) -> None:
    """Our figures against what people have marked, as a table.

    Cards are compared with files of format card-gold/1, similes with files of format simile-gold/1, concepts with
    keyphrases (DIR/…/docsutf8/NAME.txt and keys/NAME.key), groups with texts that people sorted (BANKING77, ArgKP,
    Taguette's highlights, card-gold/1).

    Where verdicts correct the score in this data directory, the drafts that they give stand beside those of S alone.

    \b
    Example:
      tacit evaluate cards gold/ --out figures.json
    """
    with progress("evaluating") as told:
        tools = build_tools(here.settings)
        if what == "cards":
            report = evaluate.cards(directory, tools, told, correction=correction_in_use(here))
        else:
            report = FIGURES[what](directory, tools, told)
    click.echo(report.table)
    if out:
        out.write_text(json.dumps(report.document, ensure_ascii=False, indent=1), encoding="utf-8")
