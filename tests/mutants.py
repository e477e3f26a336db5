"""Files that are nearly transcripts: seeds in every format, damaged by chance, and shapes that are made to hurt.

Everything is drawn from one generator of chance, so that a number is enough to make the same file again.
"""

import io
import json
import random
import zipfile
from collections.abc import Sequence

import docx
from hypothesis import strategies as st

NAMES = (
    *("a.vtt", "a.srt", "a.sbv", "a.json", "a.jsonl", "a.txt", "a.md", "a.html", "a.csv", "a.tsv", "a.docx", "a.rtf"),
    *("", "a", "a.vtt.txt"),
)
VTT = (
    "WEBVTT\nLanguage: en-GB\n\nNOTE x\n\nid-1\n00:00:01.000 --> 00:00:04.000 align:start\n<v Ada>it"
    "<00:00:02.500><c> hums</c> &amp; glows</v>\n\n2\n00:04.000 --> 00:06.000\n<v //Ben> //Ben: aha\n\n"
    "00:06.000 --> 00:08.000\n<v Ada>// so"
)
SRT = (
    "1\n00:00:01,000 --> 00:00:04,000\nAda: How do you know?\n\n2\n00:00:04,000 --> 00:00:06,000\nBen: It goes quiet.\n"
)
SBV = "0:00:01.000,0:00:04.000\n>> Ada: How do[br]you know?\n\n0:00:04.000,0:00:06.000\n>> Ben: It goes quiet.\n"
TEXT = (
    "Ada: How?\n\nBen (00:12): By the //Ada: aha// sound.\n[00:14] Ada: And?\n**Ben:** It — “sings”.\n\nCy  0:20\n"
    "1. What?\n2. Why?\n3. When?\n# Kiln\n\n---\nADA:\tNow?\nInterviewer 1: Q: see https://kiln.example//a\n"
)
TABLE = 'start,end,speaker,text\n00:01,00:02,Ada,"How, then?"\n3.5,4,Ben,"It ""sings""."\n'
PAGE = (
    '<!DOCTYPE html><html><head><meta charset="iso-8859-1"><style>p</style></head><body><h1>Kiln</h1><p><b>Ada</b>: '
    "How?<br>x<table><tr><th>Speaker<th>Text<tr><td>Ben<td>Red</table><script>no</script><a name='ts_10_20_//S01'>"
    "//S01: x</a></body></html>"
)
_WORD = {"word": " a", "start": 4, "end": 5, "probability": 0.5, "speaker": "S1"}
DOCUMENTS: tuple[object, ...] = (
    {
        "segments": [
            {"start": 4, "end": 5.5, "text": "a b", "speaker": "S1", "words": [_WORD, {**_WORD, "speaker": "S2"}]}
        ]
    },
    {"results": [{"alternatives": [{"words": [{"word": "a", "startTime": "1.200s", "speakerTag": 1}]}]}]},
    {"results": {"items": [{"type": "pronunciation", "start_time": "0.1", "alternatives": [{"content": "a"}]}]}},
    {"results": {"channels": [{"alternatives": [{"words": [_WORD]}]}, {"alternatives": [{"words": [_WORD]}]}]}},
    {
        "recognizedPhrases": [
            {"offset": "PT1.5S", "durationInTicks": 9, "nBest": [{"display": "a b", "words": [{}, {}]}]}
        ]
    },
    {"phrases": [{"offsetMilliseconds": 1, "text": "a"}], "durationMilliseconds": 3},
    {"audio_duration": 3, "utterances": [{"speaker": "A", "text": "a", "start": 1, "end": 2, "words": [_WORD]}]},
    {"words": [{"id": 0, "start": 1, "end": 2, "text": "a"}], "paragraphs": [{"start": 0, "end": 3, "speaker": "A"}]},
    {
        "text": "a b",
        "turns": [{"speaker": "A", "start_char": 0, "end_char": 3}],
        "words": [{"start_char": 0, "end_char": 1}],
    },
    {"text": "Ada: a\nBen: b", "highlights": []},
    [{"text": "Red.", "start": 0, "end": 1}],
)
BITS = (
    *(b"-->", b"\n", b"\n\n", b"<v ", b">", b"<00:00:01.000>", b"99:99:99.999", b"\x00", b"\xff", b"{", b"[", b"null"),
    *(b"1e999", b"NaN", b"-5", b":", b"**", b"\t", b"[00:01]", b"WEBVTT", b"&#xD800;", b"\\ud800", b"\xc2\x85", b"Q:"),
    *(b"//", b" //", b"//S01: ", b">> ", b"<table>", b"<tr><td>", b"<b>", b"<!--", b"<script>", b'"', b",", b"true"),
    *(
        "１２:３４".encode(),
        "²".encode(),
        "٣:٤٥".encode(),
        b"9" * 5000,
        b'{"seconds": 1e308}',
        b"PT99999999H",
        b"\xef\xbb\xbf",
    ),
)
UNITS = (
    *(
        "a ",
        "a\n",
        "a",
        "1:",
        "**",
        ": ",
        "\n",
        " ",
        "\t",
        "//",
        " //a",
        "<b>",
        "<p>",
        "<div>",
        "</b>",
        "<v a>",
        "&amp",
        "&gt;",
    ),
    *(
        "[",
        '{"segments":',
        "[[],",
        '{"a":',
        "-->",
        "Ada 0:12\n",
        "Ada: a\n",
        "[00:01] ",
        "00:01.000 --> 00:02.000\n",
        "é",
    ),
    *(
        "<00:01.500>",
        "a.b:",
        "A B C D E F ",
        '"',
        '""',
        ",",
        "1.\n",
        "# ",
        "<!--",
        "- ",
        "(",
        "0:00:01.000,0:00:02.000\n",
    ),
)


def seeds() -> list[bytes]:
    """A small file of each format."""
    texts = (VTT, SRT, SBV, TEXT, TABLE, TABLE.replace(",", "\t"), PAGE, *map(json.dumps, DOCUMENTS))
    return [text.encode() for text in texts] + [document(TEXT)]


def document(text: str) -> bytes:
    """The text as a Word document, with a table."""
    made = docx.Document()
    for line in text.split("\n"):
        made.add_paragraph("".join(char for char in line if char.isprintable() or char == "\t"))
    cells = made.add_table(1, 3).rows[0].cells
    for cell, content in zip(cells, ("0:12", "Ada", "Red."), strict=True):
        cell.text = content
    target = io.BytesIO()
    made.save(target)
    return target.getvalue()


def mutant(chance: random.Random, found: Sequence[bytes]) -> tuple[str, bytes]:
    """A name and a file: one of the seeds, damaged a few times; now and then something that grows."""
    data = chance.choice(found)
    if len(data) > 60_000 and chance.random() < 0.9 and not data.startswith(b"PK"):
        at = chance.randrange(len(data) - 40_000)
        data = data[: chance.randrange(2_000)] + data[at : at + chance.randrange(40_000)]
    name = chance.choice(NAMES)
    if data.startswith(b"PK"):
        return ("a.docx" if chance.random() < 0.8 else name), _unpacked(chance, data)
    for _ in range(chance.randint(1, 6)):
        data = _damaged(chance, data, found)
    if chance.random() < 0.1:
        data = chance.choice((data[:500], b"", b"WEBVTT\n\n00:01.000 --> 00:02.000\n", b"Ada: ")) + grown(chance)
    return name, data


def grown(chance: random.Random) -> bytes:
    """One or two short pieces over and over again."""
    pieces = chance.choice(UNITS) * chance.randint(1, 3) + chance.choice(("", chance.choice(UNITS)))
    return (pieces * (chance.choice((2_000, 60_000, 400_000)) // len(pieces))).encode()


def _damaged(chance: random.Random, data: bytes, found: Sequence[bytes]) -> bytes:
    at, what = chance.randrange(len(data) + 1), chance.randrange(12)
    if what < 3:
        return data[:at] + chance.choice(BITS) + data[at:]
    if what < 5:
        return data[:at] + data[at + chance.randint(1, 20) :]
    if what == 5:
        return data[:at] + bytes([chance.randrange(256)]) + data[at + 1 :]
    if what == 6:
        lines = data.split(b"\n")
        chance.shuffle(lines)
        return b"\n".join(lines)
    if what == 7:
        lines = data.split(b"\n")
        return b"\n".join(line for line in lines if chance.random() < 0.8)
    if what == 8:
        other = chance.choice(found)
        return data[:at] + other[chance.randrange(len(other) + 1) :][:20_000]
    if what == 9:
        return data.decode(errors="replace").encode(
            chance.choice(("utf-16", "utf-16-le", "cp1252", "cp932")), "replace"
        )
    if what == 10:
        return data.replace(b"\n", chance.choice((b"", b" ", b"\r", b"\r\n", b"\n\n")))
    return data[:at] + data[max(0, at - chance.randint(1, 200)) : at] * chance.randint(2, 50) + data[at:]


def _unpacked(chance: random.Random, data: bytes) -> bytes:
    """A Word document, damaged in its text or as an archive."""
    if chance.random() < 0.3:
        return _damaged(chance, data, (data,))
    target = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as new:
        for part in old.infolist():
            content = old.read(part)
            if part.filename == "word/document.xml":
                for _ in range(chance.randint(1, 3)):
                    content = _damaged(chance, content, (content, b"<w:p><w:r><w:t>Ada: a</w:t></w:r></w:p>" * 50))
                if chance.random() < 0.2:
                    content = content.replace(b"<w:body>", b"<w:body>" + chance.choice((b"<w:p>", b"<w:tc>")) * 3_000)
            if chance.random() < 0.98:
                new.writestr(part.filename, content)
    return target.getvalue()


# ---- for hypothesis


_SCALARS = st.none() | st.booleans() | st.floats() | st.integers() | st.text(max_size=12)
_KEYS = st.sampled_from(
    "segments words text word start end speaker results alternatives items channels transcript startTime endTime "
    "speakerTag recognizedPhrases nBest display offsetInTicks utterances audio_duration paragraphs turns start_char "
    "phrases durationMilliseconds type content confidence transcription offsets word_segments highlights".split()
)
JSON = st.recursive(
    _SCALARS, lambda inner: st.lists(inner, max_size=4) | st.dictionaries(_KEYS, inner, max_size=5), max_leaves=24
).map(lambda value: json.dumps(value).encode())
LINES = st.lists(
    st.sampled_from([*TEXT.split("\n"), *VTT.split("\n"), *SRT.split("\n"), *SBV.split("\n"), *TABLE.split("\n")])
    | st.sampled_from([bit.decode(errors="replace") for bit in BITS])
    | st.text(max_size=30),
    max_size=30,
).map(lambda lines: "\n".join(lines).encode(errors="replace"))
FILES = st.tuples(
    st.sampled_from(NAMES),
    JSON | LINES | st.binary(max_size=400) | st.text().map(lambda one: one.encode(errors="replace")),
)
