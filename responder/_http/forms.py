"""Forms, url-encoded or multipart, read as they arrive and within limits.

Text parts stay in memory, files go to `UploadFile`s that spool to disk.  It takes bytes from anywhere; `Body`
calls it with those of a request, and keeps what comes out for everybody who asks.
"""

from __future__ import annotations

from collections.abc import AsyncIterable
from dataclasses import dataclass
from tempfile import SpooledTemporaryFile
from typing import IO, BinaryIO, Final, cast

import python_multipart
from python_multipart.exceptions import FormParserError
from python_multipart.multipart import parse_options_header
from starlette.datastructures import FormData as StarletteFormData
from starlette.datastructures import Headers as StarletteHeaders
from starlette.datastructures import UploadFile as StarletteUploadFile

from responder._http.contenttypes import text_codec
from responder._http.problems import Problem
from responder._http.querystring import parse_query
from responder._http.structures import MultiDict, QueryDict
from responder._http.threads import run_io
from responder._http.uploads import UploadFile

SPOOL_BYTES: Final = 1 << 20
"""Files up to this size stay in memory."""

_WRITE_BYTES: Final = 1 << 18
"""How much is gathered before the disk is bothered."""

_LONG_FORM: Final = 1 << 16
"""An url-encoded form over this size is taken apart in a thread."""


@dataclass(frozen=True, slots=True)
class FormLimits:
    """How much of a form is read: more files or fields, or a larger text part, are a 400."""

    max_files: int = 1000
    max_fields: int = 1000
    max_part_size: int = 1 << 20


DEFAULT_LIMITS: Final = FormLimits()


class FormData(StarletteFormData):
    """The parts of a form: text and files together as a mapping, or apart as `fields` and `files`."""

    @property
    def fields(self) -> QueryDict:
        """The text parts."""
        return QueryDict([(name, part) for name, part in self.multi_items() if isinstance(part, str)])

    @property
    def files(self) -> MultiDict[UploadFile]:
        """The parts that are files."""
        return MultiDict([(name, part) for name, part in self.multi_items() if isinstance(part, UploadFile)])

    def get_list(self, name: str) -> list[StarletteUploadFile | str]:
        """All parts of a name."""
        return self.getlist(name)

    def on_disk(self) -> bool:
        """Whether letting go of it has to touch the disk."""
        return any(getattr(file.file, "_rolled", True) for file in self.files.values())

    def close_now(self) -> None:
        """Let go of all files."""
        for _, file in self.files.multi_items():
            file.close_now()


async def urlencoded_form(raw: bytes, limits: FormLimits) -> FormData:
    """The pairs of an url-encoded body."""
    # Counted before anything is made of them.
    if raw.count(b"&") >= limits.max_fields and sum(map(bool, raw.split(b"&"))) > limits.max_fields:
        raise _too_many("fields", limits.max_fields)
    pairs = parse_query(raw) if len(raw) <= _LONG_FORM else await run_io(parse_query, raw)
    if len(raw) > limits.max_part_size:
        for name, value in pairs:
            if len(name) + len(value) > limits.max_part_size:
                raise Problem(400, f"Field exceeded maximum size of {limits.max_part_size // 1024}KB.")
    return FormData([*pairs])


async def multipart_form(content_type: str, chunks: AsyncIterable[bytes], limits: FormLimits) -> FormData:
    """The parts of a multipart body; when it cannot be read to its end, no file is left open."""
    reader = _Multipart(content_type, limits)
    try:
        async for chunk in chunks:
            reader.feed(chunk)
            if reader.waiting >= _WRITE_BYTES:
                await run_io(reader.write)
        reader.finish()
        if reader.waiting:
            await run_io(reader.write)
    except BaseException:
        reader.close()
        raise
    return FormData([*reader.items])


class _Multipart:
    """python-multipart's events made into parts."""

    def __init__(self, content_type: str, limits: FormLimits) -> None:
        parameters = parse_options_header(content_type)[1]
        boundary = parameters.get(b"boundary")
        if not boundary:
            raise Problem(400, "Missing boundary in multipart.")
        self.charset = text_codec(parameters.get(b"charset", b"utf-8").decode("latin-1")) or "latin-1"
        self.limits = limits
        self.items: list[tuple[str, UploadFile | str]] = []
        self.waiting = 0
        self._uploads: list[UploadFile] = []
        # What is to be written, and None where a file is complete and is wound back.
        self._writes: list[tuple[UploadFile, bytearray | None]] = []
        self._fields = 0
        self._started = self._complete = False
        self._begin()
        try:
            self._parser = python_multipart.MultipartParser(
                boundary,
                {
                    "on_part_begin": self._begin,
                    "on_part_data": self._data,
                    "on_part_end": self._end,
                    "on_header_field": self._header_name,
                    "on_header_value": self._header_value,
                    "on_header_end": self._header_end,
                    "on_headers_finished": self._headers_done,
                    "on_end": self._all_done,
                },
            )
        except FormParserError as exc:
            raise _malformed() from exc

    def feed(self, chunk: bytes) -> None:
        """Take the next bytes."""
        self._started = True
        try:
            self._parser.write(chunk)
        except FormParserError as exc:
            raise _malformed() from exc

    def finish(self) -> None:
        """There is no more; a body that stops before its last boundary is malformed."""
        try:
            self._parser.finalize()
        except FormParserError as exc:
            raise _malformed() from exc
        if self._started and not self._complete:
            raise _malformed()

    def write(self) -> None:
        """Bring what has been gathered to the files that are on disk or go there; in a thread."""
        writes, self._writes, self.waiting = self._writes, [], 0
        for upload, data in writes:
            if data is None:
                upload.file.seek(0)
            else:
                upload.file.write(data)

    def close(self) -> None:
        """Let go of every file."""
        for upload in self._uploads:
            upload.close_now()

    def _begin(self) -> None:
        self._name = ""
        self._text = bytearray()
        self._upload: UploadFile | None = None
        self._headers: list[tuple[bytes, bytes]] = []
        self._header = [b"", b""]

    def _header_name(self, data: bytes, start: int, end: int) -> None:
        self._header[0] += data[start:end]

    def _header_value(self, data: bytes, start: int, end: int) -> None:
        self._header[1] += data[start:end]

    def _header_end(self) -> None:
        name, value = self._header
        self._headers.append((name.lower(), value))
        self._header = [b"", b""]

    def _headers_done(self) -> None:
        disposition = dict(self._headers).get(b"content-disposition", b"")
        options = parse_options_header(disposition.decode("latin-1"))[1]
        if b"name" not in options:
            raise Problem(400, 'The Content-Disposition header field "name" must be provided.')
        self._name = self._decode(options[b"name"])
        if b"filename" not in options:
            self._fields += 1
            if self._fields > self.limits.max_fields:
                raise _too_many("fields", self.limits.max_fields)
            return
        if len(self._uploads) >= self.limits.max_files:
            raise _too_many("files", self.limits.max_files)
        # Closed with the request.
        spool: IO[bytes] = SpooledTemporaryFile(max_size=SPOOL_BYTES)  # noqa: SIM115
        self._upload = UploadFile(
            cast("BinaryIO", spool),
            size=0,
            filename=self._decode(options[b"filename"]),
            headers=StarletteHeaders(raw=self._headers),
        )
        self._uploads.append(self._upload)

    def _data(self, data: bytes, start: int, end: int) -> None:
        upload = self._upload
        if upload is None:
            if len(self._text) + end - start > self.limits.max_part_size:
                raise Problem(400, f"Part exceeded maximum size of {self.limits.max_part_size // 1024}KB.")
            self._text += data[start:end]
            return
        upload.size = (upload.size or 0) + end - start
        if upload.size <= SPOOL_BYTES:
            upload.file.write(data[start:end])
            return
        last, gathered = self._writes[-1] if self._writes else (None, None)
        if last is not upload or gathered is None:
            gathered = bytearray()
            self._writes.append((upload, gathered))
        gathered += data[start:end]
        self.waiting += end - start

    def _end(self) -> None:
        upload = self._upload
        if upload is None:
            self.items.append((self._name, self._decode(self._text)))
            return
        self.items.append((self._name, upload))
        if (upload.size or 0) <= SPOOL_BYTES:
            upload.file.seek(0)
        else:
            self._writes.append((upload, None))
            self.waiting += 1

    def _all_done(self) -> None:
        self._complete = True

    def _decode(self, value: bytes | bytearray) -> str:
        try:
            return value.decode(self.charset)
        except UnicodeError:
            return value.decode("latin-1")


def _malformed() -> Problem:
    return Problem(400, "Invalid multipart data.")


def _too_many(what: str, limit: int) -> Problem:
    return Problem(400, f"Too many {what}. Maximum number of {what} is {limit}.")
