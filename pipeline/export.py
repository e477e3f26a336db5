"""Approved cards as a folder of Markdown that Obsidian and any editor reads.

A card is one note: front matter (title, summary, sources, dates, tags, aliases), its slots as lists, wikilinks to
other cards and concepts, and a mark `^[recording, 00:01:01]` behind every line that says where it was said.
"""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from models.values import LINE_SLOTS, Concept, Stance

HEADINGS = {
    "situation": "When",
    "cues": "What you notice",
    "judgment": "What it means",
    "action": "What to do",
    "rationale": "Why",
    "exceptions": "Except",
    "novice_errors": "What beginners get wrong",
    "warnings": "Beware",
}
_UNSAFE = re.compile(r"[^\w \-.,()’']+")
_MAX_NAME = 90


@dataclass(frozen=True, slots=True)
class Note:
    """One file of the vault: a path relative to its folder, and its text."""

    path: str
    text: str


def file_name(title: str, taken: set[str]) -> str:
    """A file name that every system takes, unlike those taken (case does not count); adds itself to them."""
    stem = " ".join(_UNSAFE.sub(" ", title).split()).strip(" .")[:_MAX_NAME].strip(" .") or "card"
    name, number = stem, 2
    while name.lower() in taken:
        name, number = f"{stem} {number}", number + 1
    taken.add(name.lower())
    return name


def markdown(
    cards: Sequence[Mapping[str, Any]],
    *,
    concepts: Mapping[str, Concept],
    recordings: Mapping[str, str],
) -> list[Note]:
    """The notes of these card documents (as the REST interface gives them) and of the concepts that they name.

    `recordings` gives titles by id. The same cards give the same notes, in the order given.
    """
    taken: set[str] = set()
    names = {card["id"]: file_name(card["title"], taken) for card in cards}
    used = sorted({concept for card in cards for concept in card["concepts"] if concept in concepts})
    labels = {concept: file_name(concepts[concept].pref_label, taken) for concept in used}
    notes = [Note(f"cards/{names[card['id']]}.md", _card(card, names, labels, concepts, recordings)) for card in cards]
    mentions = {concept: [names[card["id"]] for card in cards if concept in card["concepts"]] for concept in used}
    notes += [Note(f"concepts/{labels[c]}.md", _concept(concepts[c], mentions[c], labels)) for c in used]
    return notes


def write(notes: Iterable[Note], folder: Path) -> int:
    """Write the notes below the folder, which is made where it is missing; gives their number."""
    count = 0
    for note in notes:
        path = folder / note.path
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(note.text, encoding="utf-8")
        count += 1
    return count


def clock(seconds: float | None) -> str | None:
    """hh:mm:ss of a time in a recording."""
    if seconds is None:
        return None
    whole = int(seconds)
    return f"{whole // 3600:02}:{whole // 60 % 60:02}:{whole % 60:02}"


def _quoted(text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{" ".join(escaped.split())}"'


def _listed(values: Iterable[str]) -> str:
    return "[" + ", ".join(_quoted(value) for value in values) + "]"


def _mark(card: Mapping[str, Any], evidence: Iterable[int], recordings: Mapping[str, str]) -> str:
    by_index = {item["index"]: item for item in card["evidence"]}
    marks = []
    for index in evidence:
        item = by_index.get(index)
        if item is None:
            continue
        title = recordings.get(item["recording_id"], item["recording_id"]).replace("]", ")").replace("[", "(")
        at = clock(item["start_s"])
        marks.append(f" ^[{title}, {at}]" if at else f" ^[{title}]")
    return "".join(dict.fromkeys(marks))


def _front_matter(
    card: Mapping[str, Any],
    concepts: Mapping[str, Concept],
    recordings: Mapping[str, str],
) -> list[str]:
    summary = next((line["text"] for slot in ("judgment", *LINE_SLOTS) for line in card[slot]), "")
    sources = dict.fromkeys(recordings.get(item["recording_id"], item["recording_id"]) for item in card["evidence"])
    known = [concepts[concept] for concept in card["concepts"] if concept in concepts]
    aliases = dict.fromkeys(label for concept in known for label in concept.alt_labels)
    tags = [card["kind"], *(concept.id for concept in known)]
    return [
        "---",
        f"title: {_quoted(card['title'])}",
        f"summary: {_quoted(summary)}",
        f"sources: {_listed(sources)}",
        *_experts(card),
        f"created: {card['created_at']}",
        f"updated: {card['updated_at']}",
        f"tags: {_listed(tags)}",
        f"aliases: {_listed(aliases)}",
        f"id: {_quoted(card['id'])}",
        f"revision: {card['revision']}",
        "---",
    ]


def _experts(card: Mapping[str, Any]) -> Iterator[str]:
    """Who says so; and who says otherwise, if anybody."""
    says = {stance: [one["name"] for one in card["experts"] if one["stance"] == stance] for stance in Stance}
    yield f"experts: {_listed(says[Stance.SUPPORTS])}"
    if says[Stance.CONTRADICTS]:
        yield f"dissent: {_listed(says[Stance.CONTRADICTS])}"


def _card(
    card: Mapping[str, Any],
    names: Mapping[str, str],
    labels: Mapping[str, str],
    concepts: Mapping[str, Concept],
    recordings: Mapping[str, str],
) -> str:
    lines = [*_front_matter(card, concepts, recordings), "", f"# {card['title']}"]
    for slot in LINE_SLOTS:
        if card[slot]:
            lines += ["", f"## {HEADINGS[slot]}", ""]
            lines += [f"- {line['text']}{_mark(card, line['evidence'], recordings)}" for line in card[slot]]
    if card["metaphors"]:
        lines += ["", "## Pictures", ""]
        lines += [f"- {one['expression']}{_mark(card, one['evidence'], recordings)}" for one in card["metaphors"]]
    if card["gaps"]:
        lines += ["", "## Still to ask", "", *(f"- {gap['question']}" for gap in card["gaps"])]
    linked = [names[link["to"]] for link in card["links"] if link["to"] in names]
    linked += [labels[concept] for concept in card["concepts"] if concept in labels]
    if linked:
        lines += ["", "## See also", "", *(f"- [[{name}]]" for name in linked)]
    return "\n".join(lines) + "\n"


def _concept(concept: Concept, mentions: Sequence[str], labels: Mapping[str, str]) -> str:
    lines = ["---", f"title: {_quoted(concept.pref_label)}", f"aliases: {_listed(concept.alt_labels)}", "---", ""]
    lines += [f"# {concept.pref_label}", ""]
    lines += [f"Broader: [[{labels[broader]}]]" for broader in concept.broader if broader in labels]
    lines += [f"- [[{name}]]" for name in mentions]
    return "\n".join(lines) + "\n"
