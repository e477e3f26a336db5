"""Transcripts that somebody already has: which format bytes are in, and what is said in them."""

import re
from pathlib import PurePath

from models.errors import Unreadable, Unsupported
from models.values import Transcript
from pipeline import media
from pipeline.formats.labelled import read_labelled
from pipeline.formats.subtitles import has_timing, read_srt, read_vtt
from pipeline.formats.whisper import read_whisper

_TEXT_NAMES = (".txt", ".text", ".md", ".markdown")
_NAMES = (".vtt", ".srt", ".json", *_TEXT_NAMES)
_TRANSCRIPT = media.Kind("text/plain", "a transcript", "", _NAMES)
_TEXTS = ("text", "a transcript (WebVTT)")
_BINARY = re.compile("[\x00-\x08\x0e-\x1a\x1c-\x1f]")
_MARKUP = re.compile(r"<(?:\?xml|!doctype|html|head|body|svg|smil|tt)\b", re.I)
_JSON = re.compile(r"\{\s*[\"}]|\[\s*\{\s*[\"}]")
_SBV = re.compile(r"\d+:\d\d:\d\d\.\d{3},\d+:\d\d:\d\d\.\d{3}\s*$", re.M)
_AS_TEXT = "Save it as plain text in UTF-8 with “Name:” before every turn, or upload WebVTT, SRT or Whisper’s JSON."


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
    that cannot be used. Takes about a second a megabyte.
    """
    shown = name or "standard input"
    if not data.strip():
        raise Unreadable(f"“{shown}” is empty.")
    text = _decoded(data, shown)
    _refuse_foreign(text, shown)
    ending = PurePath(name).suffix.lower()
    if ending == ".vtt":
        return read_vtt(text, shown)
    if ending == ".json":
        return read_whisper(text, shown)
    if text.startswith("WEBVTT") and ending == ".srt":
        raise Unreadable(f"“{shown}” is WebVTT, not SRT.", remedy="Give the file the ending .vtt.")
    if text.startswith("WEBVTT") and text[6:7] in ("", " ", "\t", "\n"):
        return read_vtt(text, shown)
    if ending == ".srt" or has_timing(text):
        return read_srt(text, shown)
    return read_whisper(text, shown) if _JSON.match(text) else read_labelled(text, shown)


def _decoded(data: bytes, shown: str) -> str:
    """The text with line feeds at the ends of its lines."""
    encoding = "utf-16" if data[:2] in (b"\xff\xfe", b"\xfe\xff") else "utf-8-sig"
    try:
        text = data.decode(encoding)
    except UnicodeDecodeError as error:
        _refuse_binary(data, shown)
        raise Unreadable(
            f"“{shown}” is not UTF-8: byte {error.start + 1} does not fit.",
            remedy="Open it in a text editor, save it with the encoding UTF-8, and upload that.",
        ) from error
    if _BINARY.search(text):
        _refuse_binary(data, shown)
        raise Unsupported(f"“{shown}” is not text: it holds bytes that no text has.", remedy=_AS_TEXT)
    return text.replace("\r\n", "\n").replace("\r", "\n").lstrip("\ufeff")


def _refuse_binary(data: bytes, shown: str) -> None:
    """Raises Unsupported where the bytes are something known, or hold zeros."""
    head = data[: media.HEAD_BYTES]
    kind = media.kind_of(head)
    known = f"{kind.label} sound" if kind else media.what_else(head)
    if kind is not None:
        raise Unsupported(
            f"“{shown}” is {known}, not a transcript.", remedy="Upload it under its own name, as recording."
        )
    if known is not None and known not in _TEXTS:
        raise Unsupported(f"“{shown}” is {known}, not a transcript.", remedy=_AS_TEXT)
    if b"\0" in data:
        raise Unsupported(f"“{shown}” is not text: it holds bytes that no text has.", remedy=_AS_TEXT)


def _refuse_foreign(text: str, shown: str) -> None:
    """Raises Unsupported for text that is no transcript: documents, web pages, playlists."""
    start = text[:4000].lstrip()
    named: str | None = None
    if start.startswith(("{\\rtf", "%PDF")):
        named = media.what_else(start.encode())
    elif _MARKUP.match(start):
        named = media.what_else(b"\n" + start.encode())
        named = "an XML document" if named in (None, "text") else named
    elif _SBV.match(start):
        named = "captions in the SBV format"
    elif not text.startswith("WEBVTT"):
        named = media.what_else(b"\n" + start.encode())  # the line feed: letters are no magic numbers here
    if named is not None and named not in _TEXTS:
        raise Unsupported(f"“{shown}” is {named}, not a transcript.", remedy=_AS_TEXT)
