"""Word documents, web pages and tables; character sets; names that promise something else; talk over each other."""

import io
import zipfile
from collections.abc import Callable

import docx
import pytest

from models.errors import TacitError, Unreadable, Unsupported
from models.values import Transcript
from pipeline.formats import word
from pipeline.imports import looks_like_transcript, read_transcript


def said(transcript: Transcript) -> list[tuple[str, str]]:
    return [(turn.speaker, transcript.text[turn.start_char : turn.end_char]) for turn in transcript.turns]


def starts(transcript: Transcript) -> list[float | None]:
    return [turn.start_s for turn in transcript.turns]


def overlapping(transcript: Transcript) -> list[str]:
    return [transcript.text[one.start_char : one.end_char] for one in transcript.words if one.overlap]


TWO = [("Ada Marsh", "How hot?"), ("Ben Oak", "Cherry red.")]


# ---- Word


def written(*paragraphs: str | tuple[str, str]) -> bytes:
    """A document with these paragraphs; of a pair, the first is in bold."""
    document = docx.Document()
    for one in paragraphs:
        if isinstance(one, str):
            document.add_paragraph(one)
        else:
            paragraph = document.add_paragraph()
            paragraph.add_run(one[0]).bold = True
            paragraph.add_run(one[1])
    return saved(document)


def saved(document: object) -> bytes:
    target = io.BytesIO()
    document.save(target)  # type: ignore[attr-defined]
    return target.getvalue()


def tabled(*rows: tuple[str, ...]) -> bytes:
    document = docx.Document()
    document.add_heading("Kiln talk")
    table = document.add_table(len(rows), len(rows[0]))
    for row, cells in zip(table.rows, rows, strict=True):
        for cell, text in zip(row.cells, cells, strict=True):
            cell.text = text
    return saved(document)


def changed(data: bytes, change: Callable[[bytes], bytes]) -> bytes:
    """The document with its main part changed."""
    target = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as new:
        for part in old.infolist():
            content = old.read(part)
            new.writestr(part.filename, change(content) if part.filename == "word/document.xml" else content)
    return target.getvalue()


def with_part(data: bytes, name: str, content: bytes) -> bytes:
    target = io.BytesIO(data)
    with zipfile.ZipFile(target, "a", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(name, content)
    return target.getvalue()


def archive(**parts: bytes) -> bytes:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as made:
        for name, content in parts.items():
            made.writestr(name.replace("__", "/"), content)
    return target.getvalue()


@pytest.mark.parametrize(
    ("data", "seconds"),
    [
        (written("Ada Marsh: How hot?", "Ben Oak: Cherry red."), [None, None]),
        (written(("Ada Marsh:", " How hot?"), ("Ben Oak:", " Cherry red.")), [None, None]),
        (written(("Ada Marsh", ": How hot?"), "", ("Ben Oak", ": Cherry"), "red."), [None, None]),
        (written("Ada Marsh   0:03\nHow hot?", "Ben Oak   0:07\nCherry red."), [3.0, 7.0]),  # Teams today
        (written(("Ada Marsh", "   0:03\nHow hot?"), ("Ben Oak", "   0:07\nCherry red.")), [3.0, 7.0]),
        (  # Teams some years ago
            written(
                "0:0:3.0 --> 0:0:4.200\nAda Marsh\nHow hot?",
                "0:0:7.10 --> 0:0:9.0\nBen Oak\nCherry",
                "0:0:9.0 --> 0:0:9.500\nBen Oak\nred.",
            ),
            [3.0, 7.01],
        ),
        (written("Ada Marsh  0:03", "How hot?", "", "Ben Oak  0:07", "Cherry red."), [3.0, 7.0]),  # Otter
        (written("[00:00:03] Ada Marsh: How hot?", "[00:00:07] Ben Oak: Cherry red."), [3.0, 7.0]),
        (
            tabled(
                ("Time", "Speaker", "Text"),
                ("00:03", "Ada Marsh", "How hot?"),
                ("00:07", "Ben Oak", "Cherry\nred."),
            ),
            [3.0, 7.0],
        ),
        (tabled(("Ada Marsh", "How hot?"), ("Ben Oak", "Cherry red.")), [None, None]),
        (tabled(("[0:03]", "Ada Marsh:", "How hot?"), ("[0:07]", "Ben Oak:", "Cherry red.")), [3.0, 7.0]),
    ],
    ids=range(11),
)
def test_word_documents_of_many_hands_are_read(data: bytes, seconds: list[float | None]) -> None:
    assert looks_like_transcript("talk.docx", data[:4096])
    transcript = read_transcript(data, "talk.docx")
    assert said(transcript) == TWO
    assert starts(transcript) == seconds
    assert transcript.source == "docx"


def test_insertions_count_and_deletions_do_not() -> None:
    w = b"Ada Marsh: How hot?"
    runs = (
        b"</w:t></w:r><w:ins w:id='1' w:author='x'><w:r><w:t>How </w:t></w:r></w:ins>"
        b"<w:del w:id='2' w:author='x'><w:r><w:delText>not</w:delText></w:r></w:del>"
        b"<w:sdt><w:sdtContent><w:r><w:t>hot?</w:t></w:r></w:sdtContent></w:sdt><w:r><w:t>"
    )
    data = changed(
        written("Ada Marsh: How hot?", "Ben Oak: Cherry red."),
        lambda xml: xml.replace(b">" + w, b">Ada Marsh: " + runs),
    )
    assert said(read_transcript(data, "talk.docx")) == TWO


GOOD = written("Ada Marsh: How hot?", "Ben Oak: Cherry red.")


@pytest.mark.parametrize(
    ("data", "kind", "told"),
    [
        (GOOD[: len(GOOD) // 2], Unreadable, "cannot be opened"),
        (GOOD[:4] + bytes(400), Unreadable, "cannot be opened"),
        (changed(GOOD, lambda xml: xml[:-30]), Unreadable, "damaged"),
        (changed(GOOD, lambda xml: xml.replace(b"Ada", b"<w:t>" * 400)), Unreadable, "damaged"),
        (changed(GOOD, lambda xml: b"<a/>"), Unreadable, "Nobody speaks"),
        (
            changed(GOOD, lambda xml: xml.replace(b"<w:document ", b'<!DOCTYPE x [<!ENTITY e "lol">]><w:document ')),
            Unreadable,
            "declares entities",
        ),
        (with_part(GOOD, "word/media/a.png", bytes(40 * 2**20)), Unreadable, "unpacks"),
        (with_part(GOOD, "word/vbaProject.bin", b"x"), Unsupported, "macros"),
        (archive(word__styles_xml=b"<a/>"), Unreadable, "without any text"),
        (archive(xl__workbook_xml=b"<a/>"), Unsupported, "Excel"),
        (archive(holiday_jpg=b"x"), Unsupported, "a ZIP archive"),
        (written(), Unreadable, "Nobody speaks"),
    ],
    ids=range(12),
)
def test_word_documents_that_are_none_or_more_are_refused(data: bytes, kind: type[TacitError], told: str) -> None:
    with pytest.raises(kind, match=told) as caught:
        read_transcript(data, "talk.docx")
    assert caught.value.remedy.endswith(".")


def test_an_archive_of_very_many_parts_is_refused() -> None:
    with pytest.raises(Unreadable, match="parts"):
        read_transcript(archive(**{f"word__{n}": b"x" for n in range(word.MOST_PARTS + 1)}), "talk.docx")


@pytest.mark.parametrize("name", ["talk.doc", "talk.docx", "talk.txt"])
def test_documents_of_an_older_word_are_refused_with_a_way_out(name: str) -> None:
    data = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600)
    assert looks_like_transcript(name, data)
    with pytest.raises(Unsupported, match="old Office document") as caught:
        read_transcript(data, name)
    assert "save it as .docx" in caught.value.remedy


# ---- web pages


@pytest.mark.parametrize(
    "body",
    [
        "<p>Ada Marsh: How hot?</p><p>Ben Oak: Cherry red.</p>",
        "<h1>Kiln: a talk</h1><p><b>Ada Marsh</b>: How hot?<p><b>Ben Oak:</b> Cherry\nred.",
        "<P><FONT SIZE=2>Ada Marsh:&#9;How hot?<BR></FONT><P>Ben Oak:&nbsp;Cherry<br>red.",
        "<B><P>Ada Marsh</B>: How hot?</P><B><P>Ben Oak</B>: Cherry red.</P>",  # tags that cross each other
        "<script>Cy: no</script><style>p:b</style><p>Ada Marsh: How hot?</p><nav>Next: no</nav><p>Ben Oak: Cherry red.",
        "<table><tr><td>Ada Marsh</td><td>How hot?</td></tr><tr><td>Ben Oak</td><td>Cherry <b>red.</b></td></table>",
        "<table><tr><th>Speaker<th>Text<tr><td>Ada Marsh<td>How hot?<tr><td>Ben Oak<td>Cherry red.</table>",
    ],
)
def test_web_pages_are_read_a_paragraph_a_turn(body: str) -> None:
    page = f"<!DOCTYPE html><html><head><title>x: y</title></head><body>{body}</body></html>"
    transcript = read_transcript(page.encode(), "talk.html")
    assert said(transcript) == TWO
    assert transcript.source == "html"


def test_a_page_says_its_character_set() -> None:
    page = '<html><head><meta charset="iso-8859-1"></head><body><p>Zoë: “Heiß”?</p><p>Ben: Ja…</p>'
    assert said(read_transcript(page.encode("cp1252"), "talk.htm")) == [("Zoë", "“Heiß”?"), ("Ben", "Ja…")]


NOSCRIBE = (
    "<html><body><p>talk</p><p>Transcribed with …</p>"
    '<p><a name="ts_1000_3000_S00">S00: <span>[00:00:01]</span> So how</a><a name="ts_3000_4000_S00"> hot?</a></p>'
    '<p><a name="ts_4000_6000_S01">S01: Cherry red</a><a name="ts_6000_7000_//S00"> //S00: I see</a>'
    '<a name="ts_7000_9000_S01">// and dry.</a></p></body></html>'
)


def test_noscribes_page_knows_every_second_and_who_falls_in() -> None:
    transcript = read_transcript(NOSCRIBE.encode(), "talk.html")
    assert said(transcript) == [
        ("S00", "So how hot?"),
        ("S01", "Cherry red"),
        ("S00", "I see"),
        ("S01", "and dry."),
    ]
    assert starts(transcript) == [1.0, 4.0, 6.0, 7.0]
    assert overlapping(transcript) == ["I", "see"]


# ---- talk over each other


def test_noscribes_voices_in_webvtt_overlap() -> None:
    blocks = ("<v S01>Cherry red", "<v //S00> //S00: I see", "<v S01>// and dry.")
    cues = [f"{n}\n00:00:0{n}.000 --> 00:00:0{n + 1}.000\n{text}" for n, text in enumerate(blocks, 1)]
    transcript = read_transcript("\n\n".join(["WEBVTT talk", "NOTE\nby noScribe", *cues]).encode(), "talk.vtt")
    assert said(transcript) == [("S01", "Cherry red"), ("S00", "I see"), ("S01", "and dry.")]
    assert overlapping(transcript) == ["I", "see"]


@pytest.mark.parametrize(
    ("line", "turns", "over"),
    [
        # another speaker falls in, and the first goes on
        ("Cherry red //Ada: I see// and dry.", ["Cherry red", "I see", "and dry."], ["I", "see"]),
        # the end of the paragraph is the end of the overlap
        ("Cherry red //Ada: I see.//", ["Cherry red", "I see."], ["I", "see."]),
        # nobody else is named
        ("Cherry //red, I// say.", ["Cherry red, I say."], ["red,", "I"]),
        ("//Yes.// Cherry red.", ["Yes. Cherry red."], ["Yes."]),
        # two fall in, one after the other
        ("Red //Ada: I see //Cy: aha// yes.", ["Red", "I see", "aha", "yes."], ["I", "see", "aha"]),
        # no marks
        ("See https://kiln.example//a and //server/share.", ["See https://kiln.example//a and //server/share."], []),
        ("Either // or.", ["Either // or."], []),
    ],
)
def test_marks_in_text_are_overlaps(line: str, turns: list[str], over: list[str]) -> None:
    transcript = read_transcript(f"Ada: How?\n\nBen: {line}\n\nAda: Thanks.\n".encode(), "talk.txt")
    assert [text for _, text in said(transcript)][1:-1] == turns
    assert overlapping(transcript) == over


# ---- tables


@pytest.mark.parametrize(
    ("name", "text", "seconds"),
    [
        ("talk.csv", "speaker,text\nAda Marsh,How hot?\nBen Oak,Cherry red.\n", [None, None]),
        ("talk.csv", "Start;End;Speaker;Text\n3,5;4;Ada Marsh;How hot?\n7;8;Ben Oak;Cherry red.\n", [3.5, 7.0]),
        (
            "talk.tsv",
            "Timespan\tSpeaker\tContent\n00:03\tAda Marsh\tHow hot?\n00:07\tBen Oak\tCherry red.\n",
            [3.0, 7.0],
        ),
        (
            "talk.txt",
            "Timespan\tSpeaker\tContent\n00:03\tAda Marsh\tHow hot?\n00:07\tBen Oak\tCherry red.\n",
            [3.0, 7.0],
        ),
        ("talk.csv", 'name,utterance\n"Ada Marsh","How\nhot?"\n"Ben Oak","Cherry red."\n', [None, None]),
        ("talk.csv", 'id,transcript\n1,"Ada Marsh: How hot?\n\nBen Oak: Cherry red."\n', [None, None]),
        (
            "talk.csv",
            "id,speaker,text\n1,Ada Marsh,How hot?\n2,Ben Oak,Cherry red.\n",
            [None, None],
        ),  # rows are numbered
    ],
)
def test_tables_are_read_a_row_a_turn(name: str, text: str, seconds: list[float | None]) -> None:
    transcript = read_transcript(text.encode(), name)
    assert said(transcript) == TWO
    assert starts(transcript) == seconds
    assert transcript.source == "csv"


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ('id,text\n1,"Ada: How?\nBen: Red."\n2,"Ada: And?\nCy: Blue."\n', "holds 2 interviews"),
        ("interview,speaker,text\n1,Ada,How?\n1,Ben,Red.\n2,Ada,And?\n2,Cy,Blue.\n", "holds 2 interviews"),
        ("colour,heat\nred,900\n", "no header"),
        ("speaker,text\n", "Nobody speaks"),
    ],
)
def test_tables_that_are_no_interview_are_refused(text: str, told: str) -> None:
    with pytest.raises(Unreadable, match=told):
        read_transcript(text.encode(), "talk.csv")


# ---- character sets


@pytest.mark.parametrize(
    ("text", "encoding", "told"),
    [
        ("Ada: Où est l’été? Ben: C’est déjà très élevé, “voilà”.", "cp1252", "windows-1252"),
        ("Ada: Wie heiß wird es? Ben: Fünf Öfen, schön müde.", "latin-1", "windows-1252"),
        ("Ada: I don’t know. Ben: That’s the “hum” — you hear it…", "cp1252", "windows-1252"),
        ("Ada: Jak gorąco? Ben: Zależy, później łagodny, źle się pali, więc czekamy.", "cp1250", "windows-1250"),
        ("Анна: Как вы понимаете, что печь готова? Борис: По звуку, тяга тише.", "cp1251", "windows-1251"),
        ("アナ: どうやってわかりますか。 ベン: 音でわかります。空気の流れが静かです。", "cp932", "Shift JIS"),
    ],
)
def test_older_character_sets_are_guessed_and_told(text: str, encoding: str, told: str) -> None:
    data = "\n".join(text.replace(" Ben", "\nBen").split("\n")).encode(encoding)
    transcript = read_transcript(data, "talk.txt")
    assert transcript.text.split()[-1] == text.split()[-1]
    assert told in transcript.warnings[0]


def test_utf8_with_a_few_broken_bytes_stays_utf8() -> None:
    data = "Zoë: Wie heiß?\nBen: Größer müßte er sein, schön früh.\n".encode() + b"Zo\xff: A\xe9h.\n"
    transcript = read_transcript(data, "talk.txt")
    assert "Größer müßte er sein, schön früh." in transcript.text
    assert "2 characters are damaged" in transcript.warnings[0]


@pytest.mark.parametrize("encoding", ["utf-16-le", "utf-16-be"])
def test_utf16_needs_no_mark(encoding: str) -> None:
    assert said(read_transcript("Ada: Heiß?\nBen: Ja.".encode(encoding), "talk.txt")) == [
        ("Ada", "Heiß?"),
        ("Ben", "Ja."),
    ]


# ---- names that promise something else


SRT = b"1\n00:00:01,000 --> 00:00:02,000\nAda: Hot?\n\n2\n00:00:02,000 --> 00:00:03,000\nBen: Red.\n"
SBV = b"0:00:01.000,0:00:02.000\nAda: Hot?\n\n0:00:02.000,0:00:03.000\nBen: Red.\n"
VTT = b"WEBVTT\n\n00:01.000 --> 00:02.000\n<v Ada>Hot?\n\n00:02.000 --> 00:03.000\n<v Ben>Red.\n"
JSON = (
    b'[{"start": 1, "end": 2, "text": "Hot?", "speaker": "Ada"}, '
    b'{"start": 2, "end": 3, "text": "Red.", "speaker": "Ben"}]'
)


@pytest.mark.parametrize("name", ["talk.vtt", "talk.srt", "talk.sbv", "talk.json", "talk.csv"])
@pytest.mark.parametrize("data", [SRT, SBV, VTT, JSON])
def test_a_wrong_ending_is_forgiven_where_the_content_is_clear_and_told(name: str, data: bytes) -> None:
    transcript = read_transcript(data, name)
    assert said(transcript) == [("Ada", "Hot?"), ("Ben", "Red.")]
    assert starts(transcript) == [1.0, 2.0]
    fits = {"webvtt": ".vtt", "srt": ".srt", "sbv": ".sbv", "whisper-json": ".json"}[transcript.source]
    assert any("whatever its name says" in one for one in transcript.warnings) is not name.endswith(fits)


@pytest.mark.parametrize(
    ("name", "data", "told"),
    [
        ("talk.txt", GOOD, "ZIP archive or an Office document"),
        ("talk.vtt", GOOD, "ZIP archive or an Office document"),
        ("talk.json", b"<html><body>Ada: hot", "web page"),
        ("talk.html", b"%PDF-1.7\n1 0 obj", "PDF"),
        ("talk.html", b"<?xml version='1.0'?><smil/>", "playlist"),
        ("talk.html", b"#EXTM3U\nhttp://example.org/a.mp3\n", "playlist"),
        ("talk.rtf", rb"{\rtf1\ansi Ada: hot}", "RTF"),
        ("talk.docx", b"%PDF-1.7\n1 0 obj", "PDF"),
    ],
)
def test_a_wrong_ending_over_something_else_is_refused(name: str, data: bytes, told: str) -> None:
    assert looks_like_transcript(name, data)
    with pytest.raises(Unsupported, match=told):
        read_transcript(data, name)


# ---- captions


def test_youtubes_captions_are_read() -> None:
    transcript = read_transcript(
        b"0:00:01.000,0:00:02.500\nAda: Hot[br]and dry?\n\n0:00:02.500,0:00:04.000\nBen: Red.\n", "a.sbv"
    )
    assert said(transcript) == [("Ada", "Hot and dry?"), ("Ben", "Red.")]
    assert starts(transcript) == [1.0, 2.5]


def test_arrows_before_the_words_tell_another_speaker() -> None:
    data = b"WEBVTT\n\n00:01.000 --> 00:02.000\n&gt;&gt; How hot?\n\n00:02.000 --> 00:03.000\n>> Red.\n>> I see.\n"
    assert [text for _, text in said(read_transcript(data, "a.vtt"))] == ["How hot?", "Red.", "I see."]


def test_one_cue_that_runs_backwards_costs_its_end_and_no_words() -> None:
    cues = "".join(f"{n}\n00:00:0{n},000 --> 00:00:0{n + 1},000\nRed.\n\n" for n in range(1, 4))
    transcript = read_transcript(f"{cues}4\n00:00:09,000 --> 00:00:08,000\nDry.\n".encode(), "a.srt")
    assert transcript.text == "Red. Red. Red. Dry."
    assert (transcript.words[-1].start_s, transcript.words[-1].end_s) == (9.0, 9.0)
    assert "line 14: the cue ends" in transcript.warnings[0]
