"""Bytes to text: UTF-8, UTF-16, and a guess for everything older, which is never made without saying so."""

import re
from dataclasses import dataclass

from charset_normalizer import from_bytes

_MARKS = ((b"\xef\xbb\xbf", "utf-8-sig"), (b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16"))
_DECLARED = re.compile(rb"<meta[^<>]{0,200}?charset\s*=\s*[\"']?\s*([A-Za-z0-9_.:-]{2,40})", re.I)
_HEAD_BYTES = 2_048  # of a web page, in which it has to say its character set
_SAMPLE_BYTES = 8_192
_SAMPLED_FROM = 262_144
_TRIED = (
    "cp1252 cp1250 cp1251 koi8_r cp1253 cp1254 cp1255 cp1256 cp1257 iso8859_2 iso8859_5 iso8859_7 mac_roman "
    "cp932 euc_jp gb18030 big5 euc_kr"
).split()
_NAMES = {"cp932": "Shift JIS", "cp1252": "windows-1252", "gb18030": "GB 18030"}
_DAMAGED_SHARE = 0.2  # of the places beyond ASCII, up to which UTF-8 counts as damaged rather than as something else
_NEARLY = 0.1  # by which another guess may beat windows-1252, and windows-1252 is still taken


@dataclass(frozen=True, slots=True)
class Decoded:
    """A text with line feeds at the ends of its lines, and what is to be said about how it was read."""

    text: str
    warning: str | None = None


def decode(data: bytes, *, declared: bool = False) -> Decoded | None:
    """The text in the bytes; None where nobody can tell what they are.

    `declared`: the text may say its own character set, as web pages do. Reads a bounded sample to guess.
    """
    found = _unicode(data) or (_declared(data) if declared else None) or _damaged(data) or _guessed(data)
    if found is None:
        return None
    text = found.text.replace("\r\n", "\n").replace("\r", "\n")
    return Decoded(text.lstrip("\ufeff"), found.warning)


def _unicode(data: bytes) -> Decoded | None:
    """UTF-8, or what a byte order mark or the zeros between the letters say."""
    encoding = next((name for mark, name in _MARKS if data.startswith(mark)), _bare_utf16(data) or "utf-8")
    try:
        return Decoded(data.decode(encoding))
    except UnicodeDecodeError:
        return None


def _bare_utf16(data: bytes) -> str | None:
    """UTF-16 without a mark: every other byte is zero, or nearly."""
    head = data[:512]
    even, odd = head[::2].count(0), head[1::2].count(0)
    if len(head) < 8 or len(head) % 2 or max(even, odd) < 0.4 * len(head[::2]) or min(even, odd):
        return None
    return "utf-16-be" if even else "utf-16-le"


def _declared(data: bytes) -> Decoded | None:
    """What a web page says it is in; browsers take Latin-1 for windows-1252, and so does everybody who writes it."""
    match = _DECLARED.search(data[:_HEAD_BYTES])
    if match is None:
        return None
    name = match[1].decode("ascii").lower()
    name = "cp1252" if name in ("iso-8859-1", "latin1", "latin-1", "us-ascii", "ascii") else name
    try:
        return Decoded(data.decode(name, errors="replace"))
    except (LookupError, ValueError):  # no such character set, or none of text
        return None


def _damaged(data: bytes) -> Decoded | None:
    """UTF-8 in which a few bytes are wrong."""
    text = data.decode("utf-8", errors="replace")
    wrong = text.count("\ufffd")
    beyond = sum(map(len, re.findall("[^\x00-\x7f]+", text)))
    if wrong > _DAMAGED_SHARE * beyond:
        return None
    return Decoded(text, f"{wrong} characters are damaged, and � stands in their place: the rest is UTF-8.")


def _guessed(data: bytes) -> Decoded | None:
    """The most likely of the older character sets; windows-1252 among those of Western Europe."""
    matches = list(from_bytes(_sample(data), cp_isolation=_TRIED, chunk_size=512, steps=8))
    if not matches:
        return None
    name = matches[0].encoding
    western = next((one for one in matches if "cp1252" in one.could_be_from_charset), None)
    if western is not None and western.coherence >= matches[0].coherence - _NEARLY:
        name = "cp1252"
    text = data.decode(name, errors="replace")
    if text == data.decode("cp1252", errors="replace"):
        name = "cp1252"  # the two differ in letters that are not there
    shown = _NAMES.get(name, name.replace("cp125", "windows-125"))
    return Decoded(
        text,
        f"The text is not in UTF-8. It was read as {shown}: look whether letters with accents and quotes are right.",
    )


def _sample(data: bytes) -> bytes:
    """Lines that hold more than ASCII, up to a bound."""
    lines = [line for line in data[:_SAMPLED_FROM].splitlines(keepends=True) if not line.isascii()]
    return b"".join(lines)[:_SAMPLE_BYTES] or data[-_SAMPLE_BYTES:]
