"""Which kind of sound file bytes are, told from the bytes alone: a file's name is only ever compared with the answer.

What is not a container of sound has no kind: above all playlists and other files that point somewhere else.
"""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import PurePath
from typing import TypeAlias

HEAD_BYTES = 65_536  # enough to tell every kind

FrameLength: TypeAlias = Callable[[bytes], int]

_MP4 = (".mp4", ".m4a", ".mov", ".m4v", ".m4b", ".m4r", ".qt", ".3gp", ".3g2", ".3gpp", ".aac", ".amr")
_MATROSKA = (".mkv", ".webm", ".mka", ".weba")


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of sound file."""

    media_type: str
    label: str  # as people call it
    demuxer: str  # the only one of FFmpeg's that may open it
    extensions: tuple[str, ...]  # of names that fit, the usual one first


_WAV = Kind("audio/wav", "WAV", "wav", (".wav", ".wave"))
_AIFF = Kind("audio/aiff", "AIFF", "aiff", (".aiff", ".aif", ".aifc"))
_AVI = Kind("video/x-msvideo", "AVI", "avi", (".avi", ".divx"))
_MP3 = Kind("audio/mpeg", "MP3", "mp3", (".mp3", ".mp2", ".mpga", ".mpeg"))
_ADTS = Kind("audio/aac", "AAC", "aac", (".aac", ".adts", ".m4a"))
_FLAC = Kind("audio/flac", "FLAC", "flac", (".flac",))
_OGG = Kind("audio/ogg", "Ogg", "ogg", (".ogg", ".oga", ".opus", ".ogv", ".ogx", ".spx"))
_AMR = Kind("audio/amr", "AMR", "amr", (".amr", ".awb", ".3gp"))
_AMR_WIDE = Kind("audio/amr-wb", "AMR wideband", "amr", (".awb", ".amr", ".3gp"))
_CAF = Kind("audio/x-caf", "Core Audio", "caf", (".caf",))
_AU = Kind("audio/basic", "AU", "au", (".au", ".snd"))
_FLV = Kind("video/x-flv", "Flash video", "flv", (".flv", ".f4v"))
_ASF = Kind("audio/x-ms-wma", "Windows Media", "asf", (".wma", ".wmv", ".asf"))
_WAV64 = Kind("audio/wav", "Wave64", "w64", (".w64", ".wav"))
_WEBM = Kind("video/webm", "WebM", "matroska", (".webm", *_MATROSKA))
_MKV = Kind("video/x-matroska", "Matroska", "matroska", _MATROSKA)
_PROGRAM = Kind("video/mpeg", "MPEG video", "mpeg", (".mpg", ".mpeg", ".vob"))
_TRANSPORT = Kind("video/mp2t", "MPEG transport stream", "mpegts", (".ts", ".mts", ".m2ts", ".m2t", ".mpg", ".mpeg"))
_MP4_AUDIO = Kind("audio/mp4", "MP4", "mov", (".m4a", *_MP4))
_MP4_VIDEO = Kind("video/mp4", "MP4", "mov", _MP4)
_MOBILE = Kind("video/3gpp", "3GP", "mov", (".3gp", *_MP4))
_QUICKTIME = Kind("video/quicktime", "QuickTime", "mov", (".mov", *_MP4))

_BY_START = {
    b"fLaC": _FLAC,
    b"OggS": _OGG,
    b"#!AMR-WB": _AMR_WIDE,
    b"#!AMR": _AMR,
    b"caff": _CAF,
    b".snd": _AU,
    b"FLV\x01": _FLV,
    b"\x00\x00\x01\xba": _PROGRAM,
    b"\x30\x26\xb2\x75\x8e\x66\xcf\x11": _ASF,
    b"riff\x2e\x91\xcf\x11": _WAV64,
}
_BY_FORM = {
    (b"RIFF", b"WAVE"): _WAV,
    (b"RF64", b"WAVE"): _WAV,
    (b"BW64", b"WAVE"): _WAV,
    (b"RIFF", b"AVI "): _AVI,
    (b"FORM", b"AIFF"): _AIFF,
    (b"FORM", b"AIFC"): _AIFF,
}
_BY_BRAND = {b"M4A ": _MP4_AUDIO, b"M4B ": _MP4_AUDIO, b"qt  ": _QUICKTIME}  # all others are MP4_VIDEO
_KINDS = (*_BY_START.values(), *_BY_FORM.values(), *_BY_BRAND.values(), _MP3, _ADTS, _MKV, _TRANSPORT)
_PICTURE_BRANDS = (b"heic", b"heix", b"hevc", b"mif1", b"msf1", b"avif", b"avis", b"crx ", b"jp2 ", b"jpx ")
_QUICKTIME_ATOMS = (b"moov", b"mdat", b"wide", b"pnot")  # at the start of films older than the ftyp box

_OTHERS = {
    b"\x89PNG": "a picture (PNG)",
    b"\xff\xd8\xff": "a picture (JPEG)",
    b"GIF8": "a picture (GIF)",
    b"BM": "a picture (BMP)",
    b"II*\x00": "a picture (TIFF)",
    b"MM\x00*": "a picture (TIFF)",
    b"%PDF": "a PDF document",
    b"PK\x03\x04": "a ZIP archive or an Office document",
    b"PK\x05\x06": "an empty ZIP archive",
    b"\x1f\x8b": "a gzip archive",
    b"7z\xbc\xaf": "a 7z archive",
    b"Rar!": "a RAR archive",
    b"\xd0\xcf\x11\xe0": "an old Office document",
    b"{\\rtf": "an RTF document",
    b"MZ": "a program",
    b"\x7fELF": "a program",
    b"SQLite format": "a database",
    b"\xff\xfe": "text",
    b"\xfe\xff": "text",
}
_TEXTS = {
    "#extm3u": "a playlist (M3U)",
    "[playlist]": "a playlist (PLS)",
    "ffconcat": "a playlist (FFmpeg)",
    "[internetshortcut]": "a link to a web page",
    "[reference]": "a playlist (ASX)",
    "<asx": "a playlist (ASX)",
    "v=0": "a description of a live stream (SDP)",
    "webvtt": "a transcript (WebVTT)",
}
_MARKUP = {
    "<mpd": "a playlist (DASH)",
    "<playlist": "a playlist (XSPF)",
    "<smil": "a playlist (SMIL)",
    "<svg": "a picture (SVG)",
    "<html": "a web page",
    "<!doctype html": "a web page",
}
_TEXT_NAMES = (".txt", ".md", ".vtt", ".srt", ".json", ".jsonl", ".csv", ".tsv", ".xml", ".html", ".htm", ".rtf")
_DOCUMENT_NAMES = (".pdf", ".doc", ".docx", ".odt", ".xls", ".xlsx", ".ppt", ".pptx", ".zip", ".gz", ".7z", ".rar")
_PICTURE_NAMES = (".png", ".jpg", ".jpeg", ".gif", ".webp", ".svg", ".bmp", ".tif", ".tiff", ".heic")
_POINTER_NAMES = (".url", ".m3u", ".m3u8", ".pls", ".xspf", ".asx", ".mpd", ".sdp")
_SILENT_NAMES = frozenset((*_TEXT_NAMES, *_DOCUMENT_NAMES, *_PICTURE_NAMES, *_POINTER_NAMES))

_BITRATES = {  # kbit/s by (version 1?, layer), from ISO 11172-3 and 13818-3
    (True, 1): (0, 32, 64, 96, 128, 160, 192, 224, 256, 288, 320, 352, 384, 416, 448),
    (True, 2): (0, 32, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320, 384),
    (True, 3): (0, 32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320),
    (False, 1): (0, 32, 48, 56, 64, 80, 96, 112, 128, 144, 160, 176, 192, 224, 256),
    (False, 2): (0, 8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160),
    (False, 3): (0, 8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160),
}
_RATES = {3: (44_100, 48_000, 32_000), 2: (22_050, 24_000, 16_000), 0: (11_025, 12_000, 8_000)}  # Hz by version bits
_AMR_BYTES = {  # of a frame by its type, from 3GPP TS 26.101 and 26.201
    _AMR: (13, 14, 16, 18, 20, 21, 27, 32, 6),
    _AMR_WIDE: (18, 24, 33, 37, 41, 47, 51, 59, 61, 6),
}
_SEARCHED_BYTES = 4_096  # longer than any frame


def sniff(head: bytes) -> str | None:
    """The media type of a sound or video file from its first bytes (HEAD_BYTES are enough), None for all else."""
    kind = kind_of(head)
    return kind.media_type if kind else None


def kind_of(head: bytes) -> Kind | None:
    """The kind of file that begins so; None where it is nothing that holds sound."""
    if head[:4] == b"\x1a\x45\xdf\xa3":
        return _WEBM if b"webm" in head[:64] else _MKV
    if head[4:8] in (b"ftyp", *_QUICKTIME_ATOMS):
        return _mp4(head)
    form = _BY_FORM.get((head[:4], head[8:12]))
    if form:
        return form
    if head[:3] == b"ID3":
        return _after_tag(head)
    started = next((kind for start, kind in _BY_START.items() if head.startswith(start)), None)
    if started or what_else(head) is not None:
        return started
    return _stream(head)


def what_else(head: bytes) -> str | None:
    """What bytes that hold no sound are instead, in words; None where nobody can tell."""
    if not head:
        return "an empty file"
    if (head[:4], head[8:12]) == (b"RIFF", b"WEBP") or (head[4:8] == b"ftyp" and head[8:12] in _PICTURE_BRANDS):
        return "a picture"
    known = next((name for start, name in _OTHERS.items() if head.startswith(start)), None)
    return known or _text(head)


def misnamed(name: str, kind: Kind) -> bool:
    """Whether the ending of the name promises another content. No ending, or an unknown one, promises nothing."""
    ending = PurePath(name).suffix.lower()
    if ending in kind.extensions:
        return False
    return ending in _SILENT_NAMES or any(ending in other.extensions for other in _KINDS)


def tag_bytes(head: bytes) -> int:
    """Length of the ID3 tag that the bytes begin with, 0 for none."""
    if head[:3] != b"ID3" or len(head) < 10:
        return 0
    size = 0
    for byte in head[6:10]:
        size = size << 7 | byte & 0x7F
    return 10 + size


def frame_bytes(kind: Kind, frame: bytes) -> int:
    """How long a frame of a file without an index is by its own header; 0 where the header does not say."""
    if kind.demuxer == "mp3":
        return _mpeg_bytes(frame[:7])
    if kind.demuxer == "aac":
        return _adts_bytes(frame[:7])
    sizes = _AMR_BYTES.get(kind, ())
    number = frame[0] >> 3 & 15 if frame else len(sizes)
    return sizes[number] if number < len(sizes) else 0


def _after_tag(head: bytes) -> Kind:
    rest = head[tag_bytes(head) :]
    if rest.startswith(b"fLaC"):
        return _FLAC
    return _ADTS if _adts_bytes(rest) else _MP3


def _mp4(head: bytes) -> Kind | None:
    if head[4:8] != b"ftyp":
        return _QUICKTIME
    brand = head[8:12]
    if brand in _PICTURE_BRANDS:
        return None
    return _MOBILE if brand.startswith(b"3g") else _BY_BRAND.get(brand, _MP4_VIDEO)


def _text(head: bytes) -> str | None:
    try:
        text = head[:4096].decode("utf-8-sig", errors="strict" if len(head) < 4096 else "ignore").lstrip().lower()
    except UnicodeDecodeError:
        return None
    if any(ord(char) < 32 and char not in "\t\n\r\f\x1b" for char in text):
        return None
    if text.startswith("<"):
        return next((name for mark, name in (_TEXTS | _MARKUP).items() if mark in text), "text")
    return next((name for start, name in _TEXTS.items() if text.startswith(start)), "text")


def _stream(head: bytes) -> Kind | None:
    """Streams without a header begin with a frame; where one was recorded from its middle, three in a row tell it."""
    for step, offset in ((188, 0), (192, 4)):
        if len(head) > 2 * step + offset and all(head[offset + step * n] == 0x47 for n in range(3)):
            return _TRANSPORT
    if _mpeg_bytes(head):
        return _MP3
    if _adts_bytes(head):
        return _ADTS
    start = head.find(b"\xff")
    while 0 <= start < _SEARCHED_BYTES:
        if _frames_in_a_row(head, start, _mpeg_bytes):
            return _MP3
        if _frames_in_a_row(head, start, _adts_bytes):
            return _ADTS
        start = head.find(b"\xff", start + 1)
    return None


def _frames_in_a_row(head: bytes, start: int, length: FrameLength) -> bool:
    for _ in range(3):
        size = length(head[start : start + 7])
        if not size:
            return False
        start += size
    return True


def _mpeg_bytes(header: bytes) -> int:
    """Length of the MPEG audio frame with this header, 0 where it is none."""
    if len(header) < 4 or header[0] != 0xFF or header[1] & 0xE0 != 0xE0:
        return 0
    version, layer = header[1] >> 3 & 3, 4 - (header[1] >> 1 & 3)
    bitrate, rate = header[2] >> 4, header[2] >> 2 & 3
    if version == 1 or layer == 4 or bitrate in (0, 15) or rate == 3:
        return 0
    bits = _BITRATES[version == 3, layer][bitrate] * 1000
    padding = header[2] >> 1 & 1
    if layer == 1:
        return (12 * bits // _RATES[version][rate] + padding) * 4
    return (72 if layer == 3 and version != 3 else 144) * bits // _RATES[version][rate] + padding


def _adts_bytes(header: bytes) -> int:
    """Length of the AAC frame with this ADTS header, 0 where it is none."""
    if len(header) < 6 or header[0] != 0xFF or header[1] & 0xF6 != 0xF0 or header[2] >> 2 & 15 > 12:
        return 0
    size = (header[3] & 3) << 11 | header[4] << 3 | header[5] >> 5
    return size if size > 7 else 0
