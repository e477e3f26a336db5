"""Word documents (DOCX): Teams' and Otter's transcripts, paragraphs with “Name:”, tables with a row a turn.

Only the main part is read, as a stream. python-docx would keep a tree of the whole, leave out insertions that nobody
has accepted yet and all content controls, and unpack every picture; it writes our documents (`pipeline.manuscript`).
ECMA-376, part 1, 17.2–17.4.
"""

import io
import re
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass, replace

from lxml import etree

from models.errors import TooLarge, Unreadable, Unsupported
from models.values import Transcript
from pipeline.formats.labelled import read_labelled
from pipeline.formats.labels import clock, is_clock, seconds_of
from pipeline.formats.overlaps import parted
from pipeline.formats.paragraphs import Paragraphs, row_as_line
from pipeline.formats.subtitles import times_of
from pipeline.formats.tables import columns_of, read_rows
from pipeline.formats.utterances import SPLIT, Utterance, assemble, timed, with_ends

_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_STRICT = "{http://purl.oclc.org/ooxml/wordprocessingml/main}"
_PASSED_OVER = frozenset("txbxContent Fallback moveFrom del footnote endnote instrText".split())
_OFF = frozenset(("0", "false", "off", "none"))
NAME_STYLE = "SpeakerName"  # of the letters that are a speaker's name, in documents that we wrote
TIME_STYLE = "SpokenAt"

MOST_PARTS = 4_000
MOST_BYTES = 200 * 2**20  # of everything together, unpacked
MOST_TEXT_BYTES = 16 * 2**20  # of the part with the text
MOST_TIMES = 200  # larger unpacked than packed
_SMALL_BYTES = 2**20  # whose ratio says nothing
_BROKEN = (zipfile.BadZipFile, zlib.error, EOFError, OSError, NotImplementedError, RuntimeError, ValueError)
_AS_DOCX = "Open it in Word or LibreOffice, save it as .docx or as plain text in UTF-8, and upload that."
_OTHERS = {"xl/": "an Excel workbook", "ppt/": "a PowerPoint presentation", "content.xml": "an OpenDocument file"}


def is_zip(data: bytes) -> bool:
    return data.startswith(b"PK\x03\x04")


def read_word(data: bytes, name: str) -> Transcript:
    """The transcript in a Word document.

    Raises Unsupported for another kind of document and for one with macros, Unreadable where it is damaged, protected,
    unpacks to far more than a transcript, or holds no words.
    """
    document = _Document()
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            for event, element in _elements(archive, name):
                document.take(event, element)
    except _BROKEN as error:
        raise Unreadable(
            f"“{name}” is a Word document that cannot be opened: {_told(error)}.", remedy=_AS_DOCX
        ) from error
    except etree.XMLSyntaxError as error:
        raise Unreadable(f"“{name}” is a damaged Word document: {_told(error)}.", remedy=_AS_DOCX) from error
    if document.turns:
        ours = [_ours(turn) for turn in document.turns]
        return assemble(list(parted(with_ends(ours))), name, source="docx")
    cues = list(_cues(document.blocks))
    if cues:
        return assemble(cues, name, source="docx")
    if document.rows and columns_of(document.rows[0]):
        return read_rows(document.rows[0], document.rows[1:], name, source="docx")
    return read_labelled(document.paragraphs.text, name, source="docx")


def _told(error: Exception) -> str:
    return (str(error) or type(error).__name__).partition("\n")[0][:120].rstrip(".")


# ---- the package


def _elements(archive: zipfile.ZipFile, name: str) -> Iterator[tuple[str, etree._Element]]:
    """The start and the end of every element of the main part; each is emptied once its paragraph is over."""
    parts = archive.infolist()
    _check(parts, name)
    with archive.open(_main_part(archive, name)) as opened:
        parsed = etree.iterparse(
            opened, events=("start", "end"), resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False
        )
        for event, element in parsed:
            if event == "start" and element.getparent() is None and element.getroottree().docinfo.doctype:
                raise Unreadable(
                    f"“{name}” declares entities of its own, which no Word document does.", remedy=_AS_DOCX
                )
            yield event, element
            if event == "end" and element.tag.endswith("}p"):
                element.clear()
                while element.getprevious() is not None:
                    del element.getparent()[0]


def _check(parts: list[zipfile.ZipInfo], name: str) -> None:
    """Raises Unreadable for an archive that is made to fill a machine, Unsupported for one that is no document."""
    names = [part.filename for part in parts]
    whole, packed = sum(part.file_size for part in parts), sum(part.compress_size for part in parts)
    bloated = whole > _SMALL_BYTES and whole > MOST_TIMES * max(1, packed)
    if len(parts) > MOST_PARTS or whole > MOST_BYTES or bloated:
        raise Unreadable(
            f"“{name}” unpacks {packed:,} bytes in {len(parts):,} parts to {whole:,} bytes: no transcript does.",
            remedy="Save it as plain text in UTF-8, and upload that.",
        )
    if any(part.flag_bits & 1 for part in parts):
        raise Unreadable(f"“{name}” is protected by a password.", remedy="Save it without one, and upload that.")
    if any(one.lower().endswith("vbaproject.bin") for one in names):
        raise Unsupported(f"“{name}” holds macros, and is not opened.", remedy=_AS_DOCX)
    if not any(one.startswith("word/") for one in names):
        kind = next((told for start, told in _OTHERS.items() if any(one.startswith(start) for one in names)), None)
        raise Unsupported(f"“{name}” is {kind or 'a ZIP archive'}, not a transcript.", remedy=_AS_DOCX)


def _main_part(archive: zipfile.ZipFile, name: str) -> zipfile.ZipInfo:
    """The part with the text: word/document.xml, or what the web versions of Word call it."""
    found = [part for part in archive.infolist() if re.fullmatch(r"word/document\d{0,2}\.xml", part.filename)]
    if not found:
        raise Unreadable(f"“{name}” is a Word document without any text.", remedy=_AS_DOCX)
    if found[0].file_size > MOST_TEXT_BYTES:
        raise TooLarge(f"“{name}” holds {found[0].file_size:,} bytes of text: no interview does.", remedy=SPLIT)
    return found[0]


# ---- the text


@dataclass(slots=True)
class _Turn:
    """A paragraph of a document that we wrote, while it is read."""

    name: str = ""
    time: str = ""
    said: str = ""


class _Document:
    """Paragraphs and tables, while they are read."""

    def __init__(self) -> None:
        self.paragraphs = Paragraphs()
        self.blocks: list[list[str]] = []  # the lines of every paragraph
        self.rows: list[list[str]] = []  # of all tables
        self._passed = 0
        self.turns: list[_Turn] = []  # of a document that we wrote
        self._turn = _Turn()
        self._in_run = False
        self._bold = False
        self._style = ""  # of the letters
        self._heading = False
        self._block: list[str] = [""]
        self._cells = 0  # depth

    def take(self, event: str, element: etree._Element) -> None:
        tag = element.tag if isinstance(element.tag, str) else ""
        space, _, local = tag.rpartition("}")
        if local in _PASSED_OVER:
            self._passed += 1 if event == "start" else -1
        if self._passed or (space and f"{space}}}" not in (_W, _STRICT)):
            return
        if event == "start":
            self._start(local)
        else:
            self._end(local, element)

    def _start(self, local: str) -> None:
        if local == "r":
            self._in_run, self._bold, self._style = True, False, ""
        elif local == "p":
            self._heading = False
        elif local == "tr" and not self._cells:
            self.rows.append([])
        elif local == "tc":
            self._cells += 1
            if self._cells == 1 and self.rows:
                self.rows[-1].append("")

    def _end(self, local: str, element: etree._Element) -> None:
        if local == "t":
            self._add(element.text or "")
        elif local in ("tab", "noBreakHyphen") and self._in_run:  # elsewhere, tab stops are set
            self._add("\t" if local == "tab" else "-")
        elif local in ("br", "cr"):
            self._line_break()
        elif local == "r":
            self._in_run = False
        elif local in ("b", "rStyle", "pStyle"):
            self._mark(local, _value(element))
        elif local == "p":
            self._paragraph()
        elif local == "tc":
            self._cells -= 1
        elif local == "tr" and not self._cells:
            self.paragraphs.add(row_as_line(self.rows[-1]))
            self.paragraphs.end()

    def _mark(self, local: str, value: str) -> None:
        if local == "b":
            self._bold = value not in _OFF
        elif local == "rStyle":
            self._style = value
        else:
            self._heading = value.lower().startswith(("heading", "title", "subtitle"))

    def _add(self, text: str) -> None:
        if self._cells:
            if self.rows and self.rows[-1]:
                self.rows[-1][-1] += text
            return
        if self._style == NAME_STYLE:
            self._turn.name += text
        elif self._style == TIME_STYLE:
            self._turn.time += text
        else:
            self._turn.said += text
        self._block[-1] += text
        self.paragraphs.add(text, bold=self._bold)

    def _line_break(self) -> None:
        if self._cells:
            self._add("\n")
            return
        self._block.append("")
        self.paragraphs.end_line()

    def _paragraph(self) -> None:
        if self._cells:
            self._add("\n")
            return
        self.blocks.append(self._block)
        self._block = [""]
        if self._turn.name:
            self.turns.append(self._turn)
        self._turn = _Turn()
        self.paragraphs.end(heading=self._heading)


def _value(element: etree._Element) -> str:
    """The attribute w:val, empty where there is none."""
    return next((str(value) for key, value in element.attrib.items() if str(key).endswith("}val")), "")


def _ours(turn: _Turn) -> Utterance:
    start_s = seconds_of(clock(turn.time)) if is_clock(turn.time) else None
    one = timed(turn.name.strip(), turn.said, start_s, None)
    return replace(one, continues=False)


def _cues(blocks: list[list[str]]) -> Iterator[Utterance]:
    """Of an older Teams: a paragraph a cue, with its times, the speaker and the talk on lines of their own."""
    for lines in blocks:
        times = times_of(lines[0])
        if times is None:
            continue
        speaker, talk = (lines[1], lines[2:]) if len(lines) > 2 else ("", lines[1:])
        yield timed(speaker.strip() or None, " ".join(talk), *times)
