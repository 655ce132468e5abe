"""Public face of the codec table: the formats that bodies are read and written in."""

from __future__ import annotations

from responder._http.media import Format, Formats, JSONFormat, JSONValue, MessagePackFormat, YAMLFormat
from responder._http.media import make_formats as get_formats

__all__ = [
    "Format",
    "Formats",
    "JSONFormat",
    "JSONValue",
    "MessagePackFormat",
    "YAMLFormat",
    "get_formats",
]
