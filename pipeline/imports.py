"""Transcripts that somebody already has: which format bytes are in, and what is said in them.

The content decides. A name that promises another kind of text is forgiven where the content is unmistakable, and a
warning says so; what is no text at all, or could do more than be read, is refused whatever it is called.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from pathlib import PurePath

from models.errors import TooLarge, Unreadable, Unsupported
from models.values import Transcript
from pipeline import media
from pipeline.formats.charset import Decoded, decode
from pipeline.formats.documents import read_json
from pipeline.formats.labelled import read_labelled
from pipeline.formats.pages import read_page
from pipeline.formats.subtitles import has_timing, is_sbv, read_sbv, read_srt, read_vtt
from pipeline.formats.tables import delimiter_of, read_table
from pipeline.formats.utterances import SPLIT
from pipeline.formats.word import is_zip, read_word

_TEXT_NAMES = (".txt", ".text", ".md", ".markdown")
_PAGE_NAMES = (".html", ".htm", ".xhtml")
_WORD_NAMES = (".docx", ".docm", ".dotx", ".doc", ".odt", ".rtf")  # of the last four the reader says what helps
_NAMES = (
    *(".vtt", ".srt", ".sbv", ".json", ".jsonl", ".ndjson", ".csv", ".tsv"),
    *(*_TEXT_NAMES, *_PAGE_NAMES, *_WORD_NAMES),
)
_TRANSCRIPT = media.Kind("text/plain", "a transcript", "", _NAMES)
_TEXTS = ("text", "a transcript (WebVTT)")
_BINARY = re.compile("[\x00-\x08\x0e-\x1a\x1c-\x1f]")
_MARKUP = re.compile(r"<(?:\?xml|!doctype|html|head|body|svg|smil|tt)\b", re.I)
_PAGE = re.compile(
    r"(?:<\?xml[^>]{0,200}>\s*)?(?:<!--.{0,2000}?-->\s*)*<(?:!doctype\s+html|html|head|body)\b", re.I | re.S
)
_JSON = re.compile(r"\{\s*[\"}]|\[\s*\{\s*[\"}]")
_AS_TEXT = (
    "Save it as plain text in UTF-8 with “Name:” before every turn, or upload WebVTT, SRT, DOCX or Whisper’s JSON."
)


_MOST = {"\n": 200_000, " ": 1_500_000, "<": 1_000_000}  # in a text
_MOST_OF_JSON = {"{": 1_000_000, "[": 1_000_000, ",": 5_000_000}


@dataclass(frozen=True, slots=True)
class Format:
    """A kind of transcript that is text."""

    label: str
    names: tuple[str, ...]
    read: Callable[[str, str], Transcript]


_VTT = Format("WebVTT", (".vtt",), read_vtt)
_SRT = Format("SubRip (SRT)", (".srt",), read_srt)
_SBV = Format("SubViewer (SBV)", (".sbv",), read_sbv)
_JSON_FORMAT = Format("JSON", (".json", ".jsonl", ".ndjson"), read_json)
_TABLE = Format("a table", (".csv", ".tsv"), read_table)
_PAGE_FORMAT = Format("a web page", _PAGE_NAMES, read_page)
_PLAIN = Format("text", _TEXT_NAMES, read_labelled)
_BY_NAME: Mapping[str, Format] = {
    name: form for form in (_VTT, _SRT, _SBV, _JSON_FORMAT, _TABLE, _PAGE_FORMAT, _PLAIN) for name in form.names
}


def looks_like_transcript(name: str, head: bytes) -> bool:
    """Whether a file is to be read as a transcript, from its name and its first bytes; else it is taken for sound.

    A name that promises a transcript is enough (the reader then says what is wrong); other names want text as content.
    """
    if media.kind_of(head) is not None:
        return False
    if PurePath(name).suffix.lower() in _NAMES:
        return True
    return not media.misnamed(name, _TRANSCRIPT) and media.what_else(head) in _TEXTS


def read_transcript(data: bytes, name: str) -> Transcript:
    """What is said in a transcript file; nobody has a role yet.

    `name` is only compared with the content. Raises Unsupported for what is no transcript at all, Unreadable for one
    that cannot be used, TooLarge for one that no interview needs. Takes about a second for 200,000 words.
    """
    shown = name or "standard input"
    ending = PurePath(name).suffix.lower()
    if not data.strip():
        raise Unreadable(f"“{shown}” is empty.")
    if ending in (".docx", ".dotx", ".docm") and is_zip(data):
        return read_word(data, shown)
    decoded = _decoded(data, shown, declared=ending in _PAGE_NAMES)
    form, warnings = _format_of(decoded.text, ending, shown)
    _refuse_huge(decoded.text, _MOST_OF_JSON if form is _JSON_FORMAT else _MOST, shown)
    found = form.read(decoded.text, shown)
    told = [*([decoded.warning] if decoded.warning else []), *warnings]
    return replace(found, warnings=(*told, *found.warnings)) if told else found


def _format_of(text: str, ending: str, shown: str) -> tuple[Format, list[str]]:
    """The format that the content is in, and a warning where the name promises another one.

    Raises Unsupported for text that is no transcript: programs, playlists, pages under another name.
    """
    promised = _BY_NAME.get(ending)
    if promised is not _PAGE_FORMAT or not _PAGE.match(text[:4000].lstrip()):
        _refuse_foreign(text, shown)
    found = _recognised(text, ending)
    if promised is None or promised is _PLAIN or found is promised:
        return found or _PLAIN, []
    if found is None:
        return promised, []
    return found, [f"“{shown}” is {found.label}, whatever its name says, and was read as that."]


def _recognised(text: str, ending: str) -> Format | None:
    """The format that shows itself in the first lines; None for plain text, and what nobody can tell."""
    if text.startswith("WEBVTT") and text[6:7] in ("", " ", "\t", "\n"):
        return _VTT
    if has_timing(text):
        return _SRT
    if is_sbv(text):
        return _SBV
    if _JSON.match(text.lstrip()[:200]):
        return _JSON_FORMAT
    if ending in _PAGE_NAMES:
        return _PAGE_FORMAT
    marks = {".csv": ",;\t|", ".tsv": "\t"}.get(ending, "\t")
    return _TABLE if delimiter_of(text, among=marks) else None


def _decoded(data: bytes, shown: str, *, declared: bool) -> Decoded:
    """The text with line feeds at the ends of its lines. Raises Unsupported for what is no text."""
    if not (declared and data.lstrip()[:1] == b"<") and not data.isascii() and _is_odd(data):
        _refuse_binary(data, shown)
    decoded = decode(data, declared=declared)
    if decoded is None:
        raise Unreadable(
            f"“{shown}” is not UTF-8, and nobody can tell what else.",
            remedy="Open it in a text editor, save it with the encoding UTF-8, and upload that.",
        )
    if _BINARY.search(decoded.text):
        _refuse_binary(data, shown)
        raise Unsupported(f"“{shown}” is not text: it holds bytes that no text has.", remedy=_AS_TEXT)
    return decoded


def _is_odd(data: bytes) -> bool:
    """Whether the bytes are no UTF-8."""
    try:
        data.decode()
    except UnicodeDecodeError:
        return True
    return False


def _refuse_binary(data: bytes, shown: str) -> None:
    """Raises Unsupported where the bytes are something known."""
    head = data[: media.HEAD_BYTES]
    kind = media.kind_of(head)
    known = f"{kind.label} sound" if kind else media.what_else(head)
    if kind is not None:
        raise Unsupported(
            f"“{shown}” is {known}, not a transcript.", remedy="Upload it under its own name, as recording."
        )
    if known is not None and known not in _TEXTS:
        raise Unsupported(f"“{shown}” is {known}, not a transcript.", remedy=_remedy(head))


def _remedy(head: bytes) -> str:
    if is_zip(head):
        return "If it is a Word document, give it the ending .docx; else unpack it, and upload the transcript alone."
    if head.startswith(b"\xd0\xcf\x11\xe0"):
        return "Open it in Word or LibreOffice, without its password, and save it as .docx or as plain text in UTF-8."
    return _AS_TEXT


def _refuse_huge(text: str, most: Mapping[str, int], shown: str) -> None:
    """Raises TooLarge where a text has so many lines, words, tags or fields that reading it is a waste of time."""
    if any(text.count(char) > count for char, count in most.items()):
        raise TooLarge(f"“{shown}” holds more than any interview: {len(text):,} characters.", remedy=SPLIT)


def _refuse_foreign(text: str, shown: str) -> None:
    """Raises Unsupported for text that is no transcript: documents, web pages, playlists."""
    start = text[:4000].lstrip()
    named: str | None = None
    if start.startswith(("{\\rtf", "%PDF")):
        named = media.what_else(start.encode(errors="replace"))
    elif _MARKUP.match(start):
        named = media.what_else(b"\n" + start.encode(errors="replace"))
        named = "an XML document" if named in (None, "text") else named
    elif not text.startswith("WEBVTT"):  # the line feed: letters are no magic numbers here
        named = media.what_else(b"\n" + start.encode(errors="replace"))
    if named is not None and named not in _TEXTS:
        raise Unsupported(f"“{shown}” is {named}, not a transcript.", remedy=_remedy_of(named))


def _remedy_of(named: str) -> str:
    return "Give it the ending .html." if named == "a web page" else _AS_TEXT
