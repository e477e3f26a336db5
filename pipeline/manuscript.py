"""A transcript as a Word document, to be read, printed and marked: a paragraph a turn, with its time.

Names and times have character styles of their own, by which `pipeline.imports` knows them again.
"""

import io
import zipfile
from collections.abc import Iterator
from datetime import UTC, datetime

from docx import Document
from docx.document import Document as Manuscript
from docx.enum.style import WD_STYLE_TYPE
from docx.shared import Pt, RGBColor

from models.values import Seconds, Transcript
from pipeline.captions import marked
from pipeline.formats.word import NAME_STYLE, TIME_STYLE

_GREY = RGBColor(0x60, 0x60, 0x60)
_EPOCH = datetime(1980, 1, 1, tzinfo=UTC)  # the first day of a ZIP archive


def to_docx(transcript: Transcript, *, title: str, at: datetime = _EPOCH) -> bytes:
    """The document. The same transcript, title and day give the same bytes."""
    manuscript = Document()
    _add_styles(manuscript)
    core = manuscript.core_properties
    core.title, core.author, core.comments = title, "tacit", ""
    core.created = core.modified = at.replace(tzinfo=None)
    core.language = transcript.language
    manuscript.add_heading(_printable(title), 0)
    speakers = dict.fromkeys(turn.speaker for turn in transcript.turns)
    manuscript.add_paragraph(_printable(f"{at:%Y-%m-%d} · {', '.join(speakers)}"), style="Subtitle")
    for turn in transcript.turns:
        paragraph = manuscript.add_paragraph()
        paragraph.add_run(_printable(turn.speaker), style=NAME_STYLE)
        if turn.start_s is not None:
            paragraph.add_run("  ")
            paragraph.add_run(_clock(turn.start_s), style=TIME_STYLE)
        paragraph.add_run().add_break()
        paragraph.add_run(_printable(marked(transcript, turn.start_char, turn.end_char)))
    target = io.BytesIO()
    manuscript.save(target)
    return _dateless(target.getvalue())


def _add_styles(manuscript: Manuscript) -> None:
    name = manuscript.styles.add_style(NAME_STYLE, WD_STYLE_TYPE.CHARACTER)
    name.font.bold = True
    time = manuscript.styles.add_style(TIME_STYLE, WD_STYLE_TYPE.CHARACTER)
    time.font.color.rgb, time.font.size = _GREY, Pt(9)


def _clock(seconds: Seconds) -> str:
    whole = int(seconds)
    return f"{whole // 3600:02}:{whole // 60 % 60:02}:{whole % 60:02}"


def _printable(text: str) -> str:
    """Without what XML cannot hold."""
    return "".join(_allowed(text))


def _allowed(text: str) -> Iterator[str]:
    for char in text:
        code = ord(char)
        if code >= 32 and not 0xD800 <= code <= 0xDFFF and code not in (0xFFFE, 0xFFFF):
            yield char


def _dateless(data: bytes) -> bytes:
    """The archive without the moment at which it was packed."""
    target = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as new:
        for part in old.infolist():
            new.writestr(zipfile.ZipInfo(part.filename), old.read(part), zipfile.ZIP_DEFLATED)
    return target.getvalue()
