"""The end of a generated endpoint: from what the response holds to the two messages of an answer.

The lines answer the common cases themselves; whatever they do not recognise is left to `send_response`, which
knows every case.  Both write the same bytes; the tests ask both.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from responder._http.quick import GZIP_MINIMUM
from responder._http.sending import Delivery
from responder._routing.emit import Code
from responder._routing.plan import Operation
from responder._routing.returns import Promise

_JSON: Final = 'accept is None or accept == b"*/*" or accept == b"application/json" or {}(accept)'


class Answer:
    """Writes how one operation answers."""

    def __init__(
        self, code: Code, operation: Operation, delivery: Delivery, prefers_json: Callable[[bytes], bool]
    ) -> None:
        self._code = code
        self._contract = operation.contract
        self._delivery = delivery
        self._prefers_json = prefers_json
        # What a hook answered was answered before anything was read.
        self._may_stop = bool(operation.before)

    def write(self) -> None:
        """Write it: the quick cases where they are safe, then the way out."""
        code = self._code
        code.line("status = resp.status_code")
        with code.block("if status is None:"):
            code.line("status = 200")
        if not self._delivery.etag and not self._contract.by_status:
            self._quick()
        with code.block("if start is None:"):
            if self._contract:
                contract = code.bind("contract", self._contract)
                if self._may_stop:
                    with code.block("if not stopped:"):
                        code.line(f"settle_data({contract}, resp, status)")
                else:
                    code.line(f"settle_data({contract}, resp, status)")
            code.line("later = True")
            code.line("send = Sender(send)")
            delivery = code.bind("delivery", self._delivery)
            code.line(f"await send_response(scope, receive, send, req, resp, {delivery})")

    def _quick(self) -> None:
        code, promise = self._code, self._contract.default
        quick = "resp._extras is None and (status == 200 or has_body(status))"
        with code.block(f"if not stopped and {quick}:" if self._may_stop else f"if {quick}:"):
            if promise is None:
                with code.block("if resp._kind == MEDIA:"):
                    self._media(None)
                with code.block("elif resp._kind == TEXT:"):
                    self._text()
            elif promise.channel == "media":
                with code.block("if resp._kind == MEDIA and status < 400:"):
                    self._media(promise)
            elif promise.channel == "text":
                with code.block("if resp._kind == TEXT and status < 400 and resp._value.__class__ is str:"):
                    self._text()

    def _media(self, promise: Promise | None) -> None:
        code = self._code
        preference = code.bind("prefers_json", self._prefers_json)
        with code.block(f"if {_JSON.format(preference)}:"):
            if promise is None:
                self._write("resp._value")
            else:
                self._promised(promise)
            self._start("CT_JSON", "VARY_ACCEPT" if self._delivery.vary else None)

    def _write(self, value: str) -> None:
        code = self._code
        dumps = code.bind("dumps", self._delivery.dumps)
        quick = self._delivery.quick_dumps
        if quick is None:
            code.line(f"body = {dumps}({value})")
            return
        with code.block("try:"):
            code.line(f"body = {code.bind('quick_dumps', quick)}({value})")
        with code.block("except (TypeError, ValueError):"):
            code.line(f"body = {dumps}({value})")

    def _promised(self, promise: Promise) -> None:
        code = self._code
        self._checked(promise)
        if promise.plain:
            self._write("value")
            return
        contract = code.bind("contract", self._contract)
        kept = code.bind("promise", promise)
        with code.block("try:"):
            code.line(f"body = {code.bind('to_json', promise.to_json)}(value)")
        with code.block("except PydanticSerializationError as wrong:"):
            code.line(f"raise unwritable({contract}, {kept}, wrong) from wrong")

    def _checked(self, promise: Promise) -> None:
        code = self._code
        contract = code.bind("contract", self._contract)
        kept = code.bind("promise", promise)
        code.line("value = resp._value")
        known = None if promise.exact is None else code.bind("exact", promise.exact)
        if known is None:
            self._validate(promise, contract, kept)
        else:
            with code.block(f"if value.__class__ is not {known}:"):
                self._validate(promise, contract, kept)

    def _validate(self, promise: Promise, contract: str, kept: str) -> None:
        code = self._code
        with code.block("try:"):
            code.line(f"value = {code.bind('validate', promise.validate)}(value)")
        with code.block("except ValidationError as wrong:"):
            code.line(f"raise broken({contract}, {kept}, wrong) from wrong")

    def _text(self) -> None:
        self._code.line('body = resp._value.encode("utf-8", "replace")')
        self._start("CT_TEXT", None)

    def _start(self, content_type: str, vary: str | None) -> None:
        code = self._code
        quick = f"start = [content_length(len(body)), {content_type}{'' if vary is None else ', ' + vary}]"
        if not self._delivery.gzip:
            code.line(quick)
            return
        with code.block(f"if len(body) < {GZIP_MINIMUM}:"):
            code.line(quick.replace("content_length(len(body))", "LENGTHS[len(body)]"))
        with code.block("else:"):
            code.line(f"start, body = await squeeze(scope, body, {content_type}, {vary or 'None'})")
