"""A multipart form read as it comes: files go straight into the blob store, never whole into memory."""

from collections import deque
from collections.abc import Collection as AnyOf
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from python_multipart.exceptions import FormParserError
from python_multipart.multipart import MultipartParser, parse_options_header

from api.intake import Received
from models.blobs import Blobs
from models.errors import BadRequest, FieldError, Invalid, Unsupported

if TYPE_CHECKING:
    from python_multipart.multipart import MultipartCallbacks

FIELD_LIMIT = 2**16  # bytes of one text field
HEADER_LIMIT = 2**13  # bytes of the headers of one part
PARTS_LIMIT = 200


@dataclass(slots=True)
class Form:
    """What a form holds so far: texts and files in the order in which they came."""

    fields: list[tuple[str, str]] = field(default_factory=list)
    files: list[tuple[str, Received]] = field(default_factory=list)

    def text(self, name: str) -> str | None:
        """The last text of that name; None where none came or it is blank."""
        return next((text.strip() for key, text in reversed(self.fields) if key == name and text.strip()), None)

    def texts(self, name: str) -> list[str]:
        return [text.strip() for key, text in self.fields if key == name and text.strip()]

    def file(self, name: str) -> Received | None:
        """The file of that name; None where none came, or only the blank that a browser sends for none chosen."""
        return next((file for key, file in self.files if key == name and (file.name or file.blob.size)), None)


def boundary_of(content_type: str) -> bytes:
    """Raises Unsupported for anything but a form, BadRequest for one that does not name its boundary."""
    kind, options = parse_options_header(content_type.encode("latin-1", "replace"))
    if kind != b"multipart/form-data":
        raise Unsupported(
            f"This route reads multipart/form-data; {content_type[:80] or 'no content type'} came.",
            remedy="Send a form, for example with curl -F file=@interview.mp3.",
        )
    boundary = options.get(b"boundary")
    if not boundary or len(boundary) > 200:
        raise BadRequest("The form's content type names no usable boundary.")
    return boundary


def fill(
    form: Form,
    chunks: Iterator[bytes],
    *,
    boundary: bytes,
    blobs: Blobs,
    limits: Mapping[str, int],
    names: AnyOf[str],
) -> None:
    """Read every part into `form`, which knows of every stored blob even when a later part fails.

    `limits` names the file fields and their most bytes, `names` the text fields; any other name is Invalid.
    """
    events = parts(chunks, boundary)
    for kind, data in events:
        if kind != "begin":
            continue
        name, file_name = disposition(data)
        if name in limits and file_name is not None:
            if form.file(name):
                raise Invalid(f"The field “{name}” holds one file.", errors=[FieldError(f"/{name}", "came twice")])
            blob = blobs.write(content(events), limits[name])
            form.files.append((name, Received(file_name, blob)))
        elif name in names and file_name is None:
            form.fields.append((name, text_of(name, events)))
        else:
            wrong = "is a text field" if name in names else "is a file field" if name in limits else "is no field"
            raise Invalid(f"“{name[:60]}” {wrong} of this form.", errors=[FieldError(f"/{name[:60]}", wrong)])


def parts(chunks: Iterator[bytes], boundary: bytes) -> Iterator[tuple[str, bytes]]:
    """("begin", Content-Disposition), ("data", bytes) …, ("end", b"") for every part, as they come."""
    found: deque[tuple[str, bytes]] = deque()
    reader = PartReader(found)
    parser = MultipartParser(boundary, reader.callbacks())
    for chunk in chunks:
        try:
            parser.write(chunk)
        except FormParserError as error:
            raise BadRequest(f"The form cannot be read: {str(error)[:120]}") from error
        while found:
            yield found.popleft()
    if not reader.complete:
        raise BadRequest("The form ends before its closing boundary.")


class PartReader:
    """Turns the parser's calls into a queue of what they found."""

    def __init__(self, found: deque[tuple[str, bytes]]) -> None:
        self.found = found
        self.complete = False
        self.header = self.value = self.disposition = b""
        self.count = 0

    def callbacks(self) -> "MultipartCallbacks":
        return {
            "on_part_begin": self.begin,
            "on_header_field": lambda data, start, end: self.grow("header", data[start:end]),
            "on_header_value": lambda data, start, end: self.grow("value", data[start:end]),
            "on_header_end": self.end_header,
            "on_headers_finished": lambda: self.found.append(("begin", self.disposition)),
            "on_part_data": lambda data, start, end: self.found.append(("data", bytes(data[start:end]))),
            "on_part_end": lambda: self.found.append(("end", b"")),
            "on_end": self.end,
        }

    def begin(self) -> None:
        self.header = self.value = self.disposition = b""
        self.count += 1
        if self.count > PARTS_LIMIT:
            raise BadRequest(f"A form has at most {PARTS_LIMIT} parts.")

    def grow(self, name: str, more: bytes) -> None:
        grown = getattr(self, name) + more
        if len(grown) > HEADER_LIMIT:
            raise BadRequest("A part of the form has headers beyond measure.")
        setattr(self, name, grown)

    def end_header(self) -> None:
        if self.header.lower() == b"content-disposition":
            self.disposition = self.value
        self.header = self.value = b""

    def end(self) -> None:
        self.complete = True


def disposition(value: bytes) -> tuple[str, str | None]:
    """A part's field name, and its file name where it is a file."""
    _, options = parse_options_header(value)
    if b"name" not in options:
        raise BadRequest("A part of the form has no name.")
    file_name = options.get(b"filename")
    return options[b"name"].decode(errors="replace"), None if file_name is None else shown(file_name)


def shown(file_name: bytes) -> str:
    """A caller's file name, without its folders and without characters that nobody sees."""
    name = file_name.decode(errors="replace").replace("\\", "/").rpartition("/")[2]
    return "".join(letter for letter in name if letter.isprintable())[:200]


def content(events: Iterator[tuple[str, bytes]]) -> Iterator[bytes]:
    """The bytes of the part that has begun."""
    for kind, data in events:
        if kind == "end":
            return
        yield data


def text_of(name: str, events: Iterator[tuple[str, bytes]]) -> str:
    """The text of the part that has begun."""
    raw = bytearray()
    for data in content(events):
        raw += data
        if len(raw) > FIELD_LIMIT:
            raise Invalid(f"“{name}” has more than {FIELD_LIMIT} bytes.", errors=[FieldError(f"/{name}", "too long")])
    try:
        text = raw.decode()
    except UnicodeDecodeError as error:
        raise Invalid(f"“{name}” is not UTF-8.", errors=[FieldError(f"/{name}", "is not UTF-8")]) from error
    if "\0" in text:
        raise Invalid(f"“{name}” holds a NUL character.", errors=[FieldError(f"/{name}", "holds a NUL character")])
    return text
