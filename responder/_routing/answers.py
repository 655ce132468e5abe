"""The end of a generated endpoint: from what the response holds to the two messages of an answer.

The lines answer the common cases themselves; whatever they do not recognise is left to `send_response`, which
knows every case.  Both write the same bytes; the tests ask both.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from responder._http.extras import mere_lines
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
        promise = self._contract.default
        kind: tuple[object, ...] = ()
        if promise is not None:
            kind = (promise.channel, promise.plain, promise.exact is None, promise.model is str)
        flags = (kind, bool(self._contract.by_status), self._may_stop)
        delivery = self._delivery
        sending = (delivery.etag, delivery.gzip, delivery.vary, delivery.quick_dumps is None)
        self._code.segment(("answer", self._names(), flags, sending), self._lines)

    def _names(self) -> tuple[str, ...]:
        """Bind whatever the lines may use, so that they can be had again."""
        code, promise, delivery = self._code, self._contract.default, self._delivery
        names = [code.bind("delivery", delivery), code.bind("prefers_json", self._prefers_json)]
        names.append(code.bind("mere_lines", mere_lines))
        if promise is None or promise.plain:
            names.append(code.bind("dumps", delivery.dumps))
            if delivery.quick_dumps is not None:
                names.append(code.bind("quick_dumps", delivery.quick_dumps))
        if self._contract:
            names.append(code.bind("contract", self._contract))
        if promise is not None:
            names.append(code.bind("promise", promise))
            names.append(code.bind("validate", promise.validate))
            names.append(code.bind("to_json", promise.to_json))
            if promise.exact is not None:
                names.append(code.bind("exact", promise.exact))
        return tuple(names)

    def _lines(self) -> None:
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
        with code.block('elif "session" in scope:'):
            code.line("start = await with_session(scope, start)")

    def _quick(self) -> None:
        code, promise = self._code, self._contract.default
        # Headers of the handler's own, or of hooks, are laid between ours where they change nothing else.
        mere = code.bind("mere_lines", mere_lines)
        code.line(f"lines = () if resp._extras is None else {mere}(resp._extras)")
        quick = "lines is not None and (status == 200 or has_body(status))"
        with code.block(f"if not stopped and {quick}:" if self._may_stop else f"if {quick}:"):
            self._kinds(promise)
            with code.block("if lines and start is not None:"):
                code.line("start[2:2] = lines")

    def _kinds(self, promise: Promise | None) -> None:
        code = self._code
        if promise is None:
            with code.block("if resp._kind == MEDIA:"):
                self._media(None)
            with code.block("elif resp._kind == TEXT:"):
                self._text()
        elif promise.channel == "media":
            if not promise.plain and self._delivery.quick_dumps is None:
                return  # pydantic's writer does not escape as this application wants it
            with code.block("if resp._kind == MEDIA and status < 300:"):
                self._media(promise)
        elif promise.channel == "text":
            with code.block("if resp._kind == TEXT and status < 300 and resp._value.__class__ is str:"):
                if promise.model is not str:
                    self._checked(promise)
                self._text()

    def _media(self, promise: Promise | None) -> None:
        code = self._code
        preference = code.bind("prefers_json", self._prefers_json)
        with code.block(f"if {_JSON.format(preference)}:"):
            vary = "VARY_ACCEPT" if self._delivery.vary else None
            if promise is None or promise.plain:
                if promise is not None:
                    self._checked(promise)
                self._write("resp._value" if promise is None else "value")
                self._start("CT_JSON", vary)
                return
            self._checked(promise)
            with code.block("try:"):
                code.line(f"body = {code.bind('to_json', promise.to_json)}(value)")
            with code.block("except PydanticSerializationError:"):
                # A spoilt model, or text that no encoding carries: the cold road tells them apart.
                code.line("pass")
            with code.block("else:"):
                self._start("CT_JSON", vary)

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
        code = self._code
        with code.block("try:"):
            code.line("body = resp._value.encode()")
        with code.block("except UnicodeEncodeError:"):
            code.line("body = whole_text(resp._value).encode()")
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
