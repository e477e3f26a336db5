"""Lines of a text, gathered from documents that know paragraphs, bold letters and tables."""

import re

from pipeline.formats.labels import clock, is_clock

_NAME_CHARS = 48  # longer cells hold talk
_BLANKS = re.compile("[ \n\r\f\xa0]+")  # a tab stays: it often stands between a name and the talk


class Paragraphs:
    """Takes runs of letters in their order, and gives a text that the reader of labelled text understands."""

    def __init__(self) -> None:
        self._lines: list[str] = []
        self._bold: list[str] = []  # the letters with which the open line begins, as long as they are bold
        self._plain: list[str] = []  # and all behind them

    def add(self, text: str, *, bold: bool = False) -> None:
        """A run of letters of the open line."""
        (self._bold if bold and not self._plain else self._plain).append(text)

    def end_line(self) -> None:
        """A line ends, and its paragraph goes on."""
        self._lines.append(self._line())
        self._bold, self._plain = [], []

    def end(self, *, heading: bool = False) -> None:
        """A paragraph ends; of nothing, nothing comes. A heading is nobody's talk."""
        line = self._line()
        if line.lstrip().startswith(":") and len(self._lines) > 1:  # broken markup parts a name from its colon
            self._lines.pop()
            self._lines[-1] += line.lstrip()
        elif line.strip():
            self._lines.append(f"# {line.strip()}" if heading else line)
        if self._lines and self._lines[-1]:
            self._lines.append("")
        self._bold, self._plain = [], []

    @property
    def text(self) -> str:
        return "\n".join(self._lines)

    def _line(self) -> str:
        """A name in bold before a colon is marked as in Markdown."""
        bold, plain = (_BLANKS.sub(" ", "".join(part)) for part in (self._bold, self._plain))
        if bold.strip() and (bold.rstrip().endswith(":") or plain.lstrip().startswith(":")):
            return f"**{bold.strip()}**{plain}"
        return bold + plain


def row_as_line(cells: list[str]) -> str:
    """A row of a table without a header: a time and a name before the talk are taken for what they look like."""
    cells = [cell for cell in (" ".join(cell.split()) for cell in cells) if cell]
    time = next((cell for cell in cells[:-1] if is_clock(cell)), None)
    named = [cell for cell in cells if cell is not time]
    at = f"[{clock(time)}] " if time is not None else ""
    if len(named) > 1 and len(named[0]) <= _NAME_CHARS:
        return f"{at}{named[0].rstrip(' :')}: {' '.join(named[1:])}"
    return at + " ".join(named)
