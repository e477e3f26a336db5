"""The child process that does the heavy work: `python -m pipeline.worker`, spoken to as in `pipeline.child`.

Models are loaded once, at the first call that needs them.
"""

from dataclasses import replace
from pathlib import Path
from typing import Any

from models.documents import from_document, to_document
from models.errors import TacitError
from models.values import PlannedWindow, Transcript
from pipeline import align, audio, steps, turns
from pipeline.child import Arguments, calls, serve
from pipeline.choosing import TitleOrder
from pipeline.correction import Correction
from pipeline.protocols import Progress
from pipeline.settings import Settings
from pipeline.speakers import Speakers
from pipeline.tools import Tools, build_tools
from pipeline.wire import (
    Gathered,
    Planned,
    pack_drafts,
    pack_mined,
    pack_vectors,
    unpack_drafts,
    unpack_mined,
    unpack_placed,
    unpack_surroundings,
    unpack_wordings,
)

NICENESS = 5  # pages are served first


def read(arguments: Arguments, tools: Tools, progress: Progress) -> Any:
    transcript = steps.read(Path(arguments["path"]).read_bytes(), arguments["name"])
    return to_document(turns.with_roles(transcript))


def fit(arguments: Arguments, tools: Tools, progress: Progress) -> Any:
    """The given transcript with its times as the sound has them; as it is, where the sound cannot be heard."""
    given = from_document(Transcript, arguments["transcript"])
    try:
        return to_document(steps.fitted(given, Path(arguments["path"]), tools, progress))
    except TacitError as error:
        told = f"Nobody could look whether the transcript’s times fit its sound: {error.detail}"
        return to_document(replace(given, warnings=(*given.warnings, told)))


def deaf(arguments: Arguments, tools: Tools, progress: Progress) -> Any:
    """Why nobody can hear what is said in a sound; None where somebody can."""
    try:
        audio.probe(Path(arguments["path"]))
        tools.transcriber  # noqa: B018 (loads the weights)
    except TacitError as error:
        return error.detail
    return None


def plan(arguments: Arguments, tools: Tools, progress: Progress) -> Any:
    planned = steps.plan(Path(arguments["path"]), tools, progress)
    return to_document(Planned(planned.duration_s, planned.groups, planned.warnings))


def listen(arguments: Arguments, tools: Tools, progress: Progress) -> Any:
    heard = steps.listen(
        Path(arguments["path"]),
        from_document(list[PlannedWindow], arguments["windows"]),
        tools,
        language=arguments["language"],
        vocabulary=arguments["vocabulary"],
        progress=progress,
    )
    return to_document(heard)


def diarize(arguments: Arguments, tools: Tools, progress: Progress) -> Any:
    windows = from_document(list[PlannedWindow], arguments["windows"])
    found = steps.diarize(
        Path(arguments["path"]), tools, speakers=arguments["speakers"], windows=windows, progress=progress
    )
    return to_document(found)


def join(arguments: Arguments, tools: Tools, progress: Progress) -> Any:
    parts = from_document(list[Transcript], arguments["parts"])
    speakers = from_document(Speakers, arguments["speakers"])
    return to_document(turns.with_roles(steps.join(parts, tools, speakers)))


def lay(arguments: Arguments, tools: Tools, progress: Progress) -> Any:
    """The given words with the times of the heard ones."""
    given = steps.read(Path(arguments["path"]).read_bytes(), arguments["name"])
    heard = steps.join(from_document(list[Transcript], arguments["parts"]), tools)
    return to_document(turns.with_roles(align.align(given, heard)))


def redact(arguments: Arguments, tools: Tools, progress: Progress) -> Any:
    transcript = from_document(Transcript, arguments["transcript"])
    return [to_document(one) for one in steps.redactions(transcript, tools, known=arguments["known"])]


def mine(arguments: Arguments, tools: Tools, progress: Progress) -> Any:
    transcript = from_document(Transcript, arguments["transcript"])
    return pack_mined(steps.mine(transcript, tools)) if steps.is_mined(transcript) else None


def place(arguments: Arguments, tools: Tools, progress: Progress) -> Any:
    learnt = arguments["correction"]
    correction = from_document(Correction, learnt) if learnt else None
    return pack_mined(steps.place(unpack_mined(arguments["mined"]), tools, correction))


def drafts(arguments: Arguments, tools: Tools, progress: Progress) -> Any:
    mined = unpack_mined(arguments["mined"])
    order = from_document(TitleOrder, arguments["order"]) if arguments["order"] else None
    recording_id, talk_s = arguments["recording_id"], arguments["talk_s"]
    return pack_drafts(steps.drafts(mined, tools, recording_id=recording_id, talk_s=talk_s, order=order))


def reword(arguments: Arguments, tools: Tools, progress: Progress) -> Any:
    proposed, wordings = unpack_drafts(arguments["drafts"]), unpack_wordings(arguments["wordings"])
    return pack_drafts(steps.reworded(proposed, wordings, tools, name=arguments["name"]))


def passage_vectors(arguments: Arguments, tools: Tools, progress: Progress) -> Any:
    return pack_vectors(steps.passage_vectors(unpack_drafts(arguments["drafts"]), tools))


def space(arguments: Arguments, tools: Tools, progress: Progress) -> Any:
    """The mark of the model that places texts."""
    return tools.embedder.stamp.mark


def placed(arguments: Arguments, tools: Tools, progress: Progress) -> Any:
    return pack_vectors(steps.placed(arguments["texts"], tools))


def gather(arguments: Arguments, tools: Tools, progress: Progress) -> Any:
    found, links = steps.gather(unpack_placed(arguments["new"]), unpack_surroundings(arguments["kept"]), tools)
    labels = {cluster.id: cluster.label for cluster in found.clusters}
    tags = {cluster.id: cluster.tags for cluster in found.clusters}
    return to_document(Gathered(dict(found.assignments), labels, tags, tuple(links)))


CALLS = calls(
    read,
    fit,
    deaf,
    plan,
    listen,
    diarize,
    join,
    lay,
    redact,
    mine,
    place,
    drafts,
    reword,
    passage_vectors,
    space,
    placed,
    gather,
)


def main() -> None:
    """Answer calls until standard input closes."""
    serve(CALLS, lambda settings: build_tools(Settings(**settings)), niceness=NICENESS)


if __name__ == "__main__":
    main()
