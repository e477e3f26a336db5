"""Web pages with an interview: a paragraph a turn, the name before it; and noScribe's, which know each second.

Read as a stream, without a tree: scripts, styles and everything that points elsewhere are passed over.
"""

import re
from collections.abc import Mapping

from lxml import etree

from models.errors import Unreadable
from models.values import Transcript
from pipeline.formats.labelled import read_labelled
from pipeline.formats.overlaps import parted
from pipeline.formats.paragraphs import Paragraphs, row_as_line
from pipeline.formats.tables import columns_of, read_rows
from pipeline.formats.utterances import assemble, timed

_PASSED_OVER = frozenset("script style head title noscript template svg math object iframe select textarea nav".split())
_BLOCKS = frozenset(
    "p div li ul ol dl dt dd tr table section article header footer main aside blockquote pre hr body form figure "
    "center dir address fieldset".split()
)
_HEADINGS = frozenset("h1 h2 h3 h4 h5 h6".split())
_BOLD = frozenset("b strong th".split())
_ANCHOR = re.compile(r"ts_(\d{1,10})_(\d{1,10})_(.*)", re.S)  # noScribe: milliseconds, and who speaks
_STAMP = re.compile(r"\s*\[\d\d:\d\d:\d\d\]\s*")
_CHUNK_CHARS = 65_536


def read_page(text: str, name: str) -> Transcript:
    """The transcript in a web page. Raises Unreadable where it holds no words."""
    page = _Page()
    parser = etree.HTMLParser(target=page, encoding="utf-8")
    try:
        for at in range(0, len(text), _CHUNK_CHARS):
            parser.feed(text[at : at + _CHUNK_CHARS].encode("utf-8", errors="replace"))
        parser.close()
    except etree.LxmlError as error:
        raise Unreadable(f"“{name}” is no web page that can be read: {error}.") from error
    if page.anchors:
        return _of_noscribe(page, name)
    if page.rows and columns_of(page.rows[0]):
        return read_rows(page.rows[0], page.rows[1:], name, source="html")
    return read_labelled(page.paragraphs.text, name, source="html")


class _Anchor:
    """A piece of noScribe's talk, while it is read."""

    def __init__(self, start_ms: str, end_ms: str, speaker: str) -> None:
        self.start_s, self.end_s = int(start_ms) / 1000, int(end_ms) / 1000
        self.speaker = speaker
        self.parts: list[str] = []


class _Page:
    """What lxml tells about the page, element by element."""

    def __init__(self) -> None:
        self.paragraphs = Paragraphs()
        self.anchors: list[_Anchor] = []
        self.rows: list[list[str]] = []  # of all tables
        self._passed = 0  # depth inside of what is passed over
        self._bold = 0
        self._cell: list[str] | None = None
        self._anchor: _Anchor | None = None

    def start(self, tag: str, attributes: Mapping[str, str]) -> None:
        self._passed += tag in _PASSED_OVER
        self._bold += tag in _BOLD
        if tag == "br":
            self._break()
        elif tag == "tr":
            self.paragraphs.end()
            self.rows.append([])
        elif tag in ("td", "th"):
            self._cell = []
        elif tag == "a" and (match := _ANCHOR.fullmatch(attributes.get("name", ""))):
            self._anchor = _Anchor(*match.groups())
            self.anchors.append(self._anchor)
        elif tag in _BLOCKS or tag in _HEADINGS:
            self._end_paragraph()

    def end(self, tag: str) -> None:
        self._passed -= tag in _PASSED_OVER and self._passed > 0
        self._bold -= tag in _BOLD and self._bold > 0
        if tag in ("td", "th") and self._cell is not None:
            if self.rows:
                self.rows[-1].append("".join(self._cell))
            self._cell = None
        elif tag == "tr":
            if self.rows:
                self.paragraphs.add(row_as_line(self.rows[-1]))
            self.paragraphs.end()
        elif tag == "a":
            self._anchor = None
        elif tag in _HEADINGS:
            self.paragraphs.end(heading=True)
        elif tag in _BLOCKS:
            self._end_paragraph()

    def data(self, text: str) -> None:
        if self._passed:
            return
        if self._anchor is not None:
            self._anchor.parts.append(text)
        if self._cell is not None:
            self._cell.append(text)
        else:
            self.paragraphs.add(text, bold=self._bold > 0)

    def close(self) -> None:
        self._end_paragraph()

    def _break(self) -> None:
        if self._cell is not None:
            self._cell.append("\n")
        else:
            self.paragraphs.end_line()

    def _end_paragraph(self) -> None:
        if self._cell is not None:
            self._cell.append("\n")
        else:
            self.paragraphs.end()


def _of_noscribe(page: _Page, name: str) -> Transcript:
    said = []
    for anchor in page.anchors:
        voice = anchor.speaker.lstrip("/")
        text = _STAMP.sub(" ", "".join(anchor.parts))
        text = re.sub(rf"^\s*{re.escape(voice)}\s*:", "", text) if voice else text
        end_s = max(anchor.start_s, anchor.end_s)
        said.append(timed(anchor.speaker or None, text, anchor.start_s, end_s))
    return assemble(list(parted(said)), name, source="html")
