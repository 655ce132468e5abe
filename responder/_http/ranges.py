"""Byte ranges (RFC 9110 §14): what a `Range` header asks of a body of known size, and how several are sent.

Pure.  What is read is bounded before it is read: a header of any length costs one look at its commas.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import Final

from responder._contract.frozen import frozen
from responder._http.dates import parse_http_date

MOST: Final = 16
"""How many ranges a request may ask for; one that asks for more gets the whole body."""

_SPEC = re.compile(r"([0-9]{0,19})-([0-9]{0,19})", re.ASCII)


@frozen
class Span:
    """Some bytes of a body: from `start` up to, and without, `stop`."""

    start: int
    stop: int

    @property
    def length(self) -> int:
        """How many bytes they are."""
        return self.stop - self.start

    def content_range(self, size: int) -> str:
        """`bytes 0-99/1234`."""
        return f"bytes {self.start}-{self.stop - 1}/{size}"


@frozen
class Part:
    """One piece of a body of several ranges: what stands before the bytes, and which bytes."""

    head: bytes
    span: Span


def asked_spans(header: str | None, size: int) -> tuple[Span, ...] | None:
    """The spans to send, in order and without overlaps; `None` for the whole body, empty for none of it.

    Whatever is malformed, or asks for too much, is ignored: the whole body is always a right answer.
    """
    if header is None or size == 0:
        return None
    unit, equals, listed = header.partition("=")
    if not equals or unit.strip(" \t").lower() != "bytes" or listed.count(",") > 2 * MOST:
        return None
    texts = [text for text in (part.strip(" \t") for part in listed.split(",")) if text]
    if not 1 <= len(texts) <= MOST:
        return None
    spans: list[Span] = []
    for text in texts:
        found = _SPEC.fullmatch(text)
        if found is None:
            return None
        first, last = found.groups()
        if first:
            if last and int(last) < int(first):
                return None
            span = Span(int(first), min(int(last) + 1, size) if last else size)
        elif last:
            span = Span(max(size - int(last), 0), size)
        else:
            return None
        if span.start < span.stop:
            spans.append(span)
    return merged(spans)


def merged(spans: Iterable[Span]) -> tuple[Span, ...]:
    """The same bytes in order, spans that overlap or touch made one."""
    kept: list[Span] = []
    for span in sorted(spans, key=lambda one: one.start):
        if kept and span.start <= kept[-1].stop:
            kept[-1] = Span(kept[-1].start, max(kept[-1].stop, span.stop))
        else:
            kept.append(span)
    return tuple(kept)


def still_same(if_range: str | None, etag: str | None, last_modified: str | None) -> bool:
    """Whether a range may be sent: without `If-Range`, or when the body is surely the one it speaks of."""
    if if_range is None:
        return True
    wanted = if_range.strip(" \t")
    if wanted.startswith(('"', "W/")):
        return wanted.startswith('"') and wanted == etag
    moment, limit = parse_http_date(last_modified or ""), parse_http_date(wanted)
    return moment is not None and limit is not None and moment <= limit


def parts_of(spans: Sequence[Span], size: int, content_type: str, boundary: str) -> tuple[Part, ...]:
    """The pieces of a `multipart/byteranges` body; `closing` comes after the last."""
    kind = f"Content-Type: {content_type}\r\n" if content_type else ""
    return tuple(
        Part(f"\r\n--{boundary}\r\n{kind}Content-Range: {span.content_range(size)}\r\n\r\n".encode(), span)
        for span in spans
    )


def closing(boundary: str) -> bytes:
    """What ends a `multipart/byteranges` body."""
    return f"\r\n--{boundary}--\r\n".encode()
