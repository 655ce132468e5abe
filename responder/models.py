"""Public face of what handlers receive and answer with."""

from __future__ import annotations

from responder._http.forms import FormLimits
from responder._http.headers import ResponseHeaders as CaseInsensitiveDict
from responder._http.request import Request
from responder._http.response import Response
from responder._http.structures import Headers, MultiDict, QueryDict, State
from responder._http.uploads import UploadFile
from responder._http.websocket import WebSocket

__all__ = [
    "CaseInsensitiveDict",
    "FormLimits",
    "Headers",
    "MultiDict",
    "QueryDict",
    "Request",
    "Response",
    "State",
    "UploadFile",
    "WebSocket",
]
