"""One group of inputs, the few lines that fetch and coerce them.

The lines assume good input and stop at the first fault; then `explain` reads everything again.  Headers are
walked once, for the declared ones and for what the answer needs (`accept`) alike.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from functools import partial

from responder._contract.frozen import frozen
from responder._contract.sources import Source
from responder._contract.template import Template
from responder._http.negotiate import MAX_HEADER
from responder._http.texts import is_strict, text_validate
from responder._routing.adapters import coercer_for, is_text
from responder._routing.emit import Code
from responder._routing.explain import Received, fit, text_keys
from responder._routing.inputs import Input, is_judged, is_raw, lax, takes_any_file

_FORM = (Source.FORM, Source.FILE)
_ORDER = tuple(Source)
_MANY = 3
_OURS = frozenset((b"accept", b"content-type", b"content-length", b"cookie"))


@frozen
class Slot:
    """An input and the variable that holds its value."""

    input: Input
    variable: str


@frozen
class Surroundings:
    """What else the one walk over the headers looks for, and how the body may be taken.

    `negotiates` collects what the answer's format depends on.  `sized` holds the length of the body to the
    limit. `taken` says that someone may have read the body before, so that it has to be asked of the request.
    """

    negotiates: bool = False
    sized: bool = False
    taken: bool = False


class Reading:
    """Writes the reading of one group of inputs."""

    def __init__(self, code: Code, template: Template, slots: Sequence[Slot], around: Surroundings) -> None:
        self._code = code
        self._template = template
        self._slots = sorted(slots, key=lambda slot: _ORDER.index(slot.input.source))
        self._around = around
        self._raw = {slot.variable: code.fresh("r") for slot in slots}

    def write(self) -> None:
        """Write it all: headers, body, then every value."""
        self._headers()
        has_body = bool(self._of(Source.BODY))
        has_form = bool(self._of(*_FORM))
        if self._around.sized:
            with self._code.block("if length is not None:"):
                self._code.line("check_length(length, limit)")
        if has_body:
            self._body()
        if has_form:
            self._code.line("form = await req.form()")
        if all(self._is_plain(slot) for slot in self._slots):
            self._values()
            return
        with self._code.block("try:"):
            self._values()
        with self._code.block("except (ValidationError, Unfit) as unfit:"):
            inputs = self._code.bind("inputs", tuple(slot.input for slot in self._slots))
            given = ['scope, scope["path_params"]']
            if has_body:
                given.append("raw, data")
            if has_form:
                given.append("form=form")
            received = f"{self._code.bind('received', Received)}({', '.join(given)})"
            self._code.line(f"raise explain({inputs}, {received}, unfit) from None")

    def _of(self, *sources: Source) -> list[Slot]:
        return [slot for slot in self._slots if slot.input.source in sources]

    def _headers(self) -> None:
        code, around = self._code, self._around
        wanted: dict[bytes, list[str]] = {}
        for slot in self._of(Source.HEADER):
            raw = self._raw[slot.variable]
            many = slot.input.carries == "many"
            code.line(f"{raw} = {'[]' if many else 'MISSING'}")
            text = 'value.decode("latin-1")'
            lines = wanted.setdefault(slot.input.key.encode("latin-1", "replace"), [])
            lines.append(f"{raw}.append({text})" if many else f"{raw} = {text}")
        if self._of(Source.COOKIE):
            code.line("cookies = []")
            wanted.setdefault(b"cookie", []).append("cookies.append(value)")
        if self._of(Source.BODY):
            code.line("ctype = None")
            wanted.setdefault(b"content-type", []).append("ctype = value")
        if around.sized:
            code.line("length = None")
            wanted.setdefault(b"content-length", []).append("length = value")
        if around.negotiates:
            code.line("accept = None")
            # Beyond what anyone reads of it, no more lines are joined: each would copy all before it.
            joined = f'accept + b", " + value if len(accept) < {MAX_HEADER} else accept'
            wanted.setdefault(b"accept", []).append(f"accept = value if accept is None else {joined}")
        self._walk_headers(wanted)
        if self._of(Source.COOKIE):
            code.line('cookies = parse_cookies(b"; ".join(cookies).decode("latin-1"))')
            for slot in self._of(Source.COOKIE):
                key = code.bind("k", slot.input.key)
                raw = self._raw[slot.variable]
                if slot.input.carries == "many":
                    code.line(f"{raw} = [text for name, text in cookie_pairs(scope) if name == {key}]")
                else:
                    code.line(f"{raw} = cookies.get({key}, MISSING)")

    def _walk_headers(self, wanted: Mapping[bytes, list[str]]) -> None:
        """Walk the headers once.  Most are nobody's: where several are wanted, one look-up passes over the
        rest.
        """
        code = self._code
        chain = [(repr(key) if key in _OURS else code.bind("h", key), lines) for key, lines in wanted.items()]
        if len(chain) < _MANY:
            _walk(code, chain, 'for name, value in scope["headers"]:', "name")
            return
        known = f"if name in {code.bind('names', frozenset(wanted) | _OURS)}:"
        with code.block('for name, value in scope["headers"]:'), code.block(known):
            _choose(code, chain, "name")

    def _body(self) -> None:
        code = self._code
        bodies = [slot.input for slot in self._of(Source.BODY)]
        code.line("raw = data = MISSING")
        if is_raw(bodies[0]):
            self._take_raw()
            if not bodies[0].required:
                with code.block("if not raw:"):
                    code.line("raw = MISSING")
            return
        model = code.bind("model", bodies[0].annotation)
        required = any(one.required for one in bodies)
        embeds = any(one.embed for one in bodies)
        key = ("body", model, required, embeds, self._around.taken)
        code.segment(key, partial(self._body_of_kind, model, required, embeds))

    def _body_of_kind(self, model: str, required: bool, embeds: bool) -> None:
        code = self._code
        with code.block('if ctype is None or ctype == b"application/json" or is_json(ctype):'):
            self._take_raw()
            with code.block("if not raw:"):
                code.line("raise no_body()" if required else "raw = MISSING")
            if embeds:
                with code.block("if raw is not MISSING:"):
                    code.line("data = embedded(raw)")
            else:
                head = 'if raw is not MISSING and (b"NaN" in raw or b"Infinity" in raw):'
                with code.block(head):
                    code.line("check_strict(raw)")
        with code.block("else:"):
            code.line(f"data = await other_body(req, {model}, {not required})")
            if embeds:
                with code.block("if data is not MISSING:"):
                    code.line("data = as_object(data)")

    def _take_raw(self) -> None:
        code = self._code
        if self._around.taken:
            code.line("raw = await req.content")
            return
        with code.block('if "responder" in scope:'):
            code.line("raw = await req.content")
        with code.block("else:"):
            code.line("message = await receive()")
            with code.block('if message["type"] == "http.request" and not message.get("more_body"):'):
                code.line('raw = message.get("body", b"")')
                with code.block("if limit is not None and len(raw) > limit:"):
                    code.line("raise too_large()")
            with code.block("else:"):
                code.line("raw = await read_rest(message, receive, limit)")
            code.line("req._adopt(raw)")

    def _values(self) -> None:
        for slot in self._of(Source.PATH):
            self._path(slot)
        self._query()
        for slot in self._of(Source.HEADER, Source.COOKIE):
            self._convert(slot, self._raw[slot.variable])
        texts = text_keys([slot.input for slot in self._slots])
        for slot in self._of(*_FORM):
            raw = self._raw[slot.variable]
            one = self._code.bind("input", slot.input)
            alone = slot.input.source is Source.FILE and slot.input.key not in texts
            self._code.line(f"{raw} = {'take_file' if alone else 'take'}(form, {one})")
            if slot.input.carries == "whole" and not slot.input.required:
                self._code.line(f"{raw} = {raw} or MISSING")
            self._convert(slot, raw, empty="MISSING")
        for slot in self._of(Source.BODY):
            self._body_value(slot)

    def _path(self, slot: Slot) -> None:
        place = self._template.names.index(slot.input.key)
        value = f"values[{place}]"
        if not self._passes(slot.input):
            validate = text_validate(slot.input.adapter, strict=slot.input.strict)
            value = f"{self._code.bind('c', validate)}({value})"
        self._code.line(f"{slot.variable} = {value}")

    def _passes(self, one: Input) -> bool:
        """Whether a path value goes in as the table found it."""
        field = next(field for field in self._template.fields if field.name == one.key)
        return is_text(one.annotation, one.constraints) or not is_judged(one, field.convertor)

    def _query(self) -> None:
        slots = self._of(Source.QUERY)
        if not slots:
            return
        code = self._code
        models = [slot for slot in slots if slot.input.carries == "whole"]
        keys: dict[str, list[str]] = {}
        for slot in slots:
            if slot in models:
                continue
            raw = self._raw[slot.variable]
            many = slot.input.carries == "many"
            code.line(f"{raw} = {'[]' if many else 'MISSING'}")
            lines = keys.setdefault(slot.input.key, [])
            lines.append(f"{raw}.append(text)" if many else f"{raw} = text")
        wanted = [(code.bind("k", key), lines) for key, lines in keys.items()]
        if models:
            code.line('pairs = parse_query(scope["query_string"])')
            _walk(code, wanted, "for key, text in pairs:", "key")
        else:
            with code.block('if scope["query_string"]:'):
                _walk(code, wanted, 'for key, text in parse_query(scope["query_string"]):', "key")
        for slot in slots:
            if slot in models:
                raw = self._raw[slot.variable]
                model = code.bind("model", slot.input.annotation)
                code.line(f"{raw} = whole(pairs, {model}){'' if slot.input.required else ' or MISSING'}")
                self._convert(slot, raw, empty="MISSING")
            else:
                self._convert(slot, self._raw[slot.variable])

    def _convert(self, slot: Slot, raw: str, empty: str | None = None) -> None:
        """Turn what was collected into the value, or take the default."""
        code, one = self._code, slot.input
        many = one.carries == "many" and empty is None
        coercer = self._coercer(one)
        value = raw if coercer is None else f"{code.bind('c', coercer)}({raw})"
        missing = f"not {raw}" if many else f"{raw} is MISSING"
        if one.required:
            with code.block(f"if {missing}:"):
                code.line("raise Unfit")
            code.line(f"{slot.variable} = {value}")
        else:
            code.line(f"{slot.variable} = {self._fallback(one)} if {missing} else {value}")

    def _coercer(self, one: Input) -> object:
        if one.source is Source.FILE:
            return None if takes_any_file(one) else one.adapter.validator.validate_python
        if one.carries == "whole":
            return text_validate(one.adapter, strict=one.strict)
        if coercer_for(one.annotation, lax(one.constraints)) is None:
            return None
        return text_validate(one.adapter, strict=one.strict)

    def _fallback(self, one: Input) -> str:
        if one.default_factory is not None:
            return f"{self._code.bind('f', one.default_factory)}()"
        default = self._code.bind("d", one.default)
        return f"{default}.copy()" if isinstance(one.default, (list, dict, set)) else default

    def _body_value(self, slot: Slot) -> None:
        code, one = self._code, slot.input
        if one.annotation is bytes and one.required and not one.constraints:
            code.line(f"{slot.variable} = raw")
            return
        coerce = code.bind("c", one.adapter.validator.validate_python)
        more = ""
        if is_strict(one.adapter) and not is_raw(one):
            coerce = code.bind("fit", partial(fit, one.adapter))
            more = ", raw, data" if one.embed else ", MISSING, data"
        if one.embed:
            raw = self._raw[slot.variable]
            code.line(f"{raw} = MISSING if data is MISSING else data.get({code.bind('k', one.key)}, MISSING)")
            with code.block(f"if {raw} is not MISSING:"):
                code.line(f"{slot.variable} = {coerce}({raw}{more})")
            with code.block("else:"):
                self._absent(slot)
            return
        with code.block("if raw is not MISSING:"):
            read = coerce if is_raw(one) else code.bind("j", one.adapter.validator.validate_json)
            code.line(f"{slot.variable} = {read}(raw)")
        with code.block("elif data is not MISSING:"):
            code.line(f"{slot.variable} = {coerce}(data{more})")
        with code.block("else:"):
            self._absent(slot)

    def _absent(self, slot: Slot) -> None:
        if slot.input.required:
            self._code.line("raise Unfit")
        else:
            self._code.line(f"{slot.variable} = {self._fallback(slot.input)}")

    def _is_plain(self, slot: Slot) -> bool:
        """Whether reading this input can never fail."""
        one = slot.input
        if one.source is Source.PATH:
            return self._passes(one)
        if one.required or one.carries == "whole" or one.source in (Source.BODY, Source.FILE):
            return False
        return self._coercer(one) is None


def _walk(code: Code, wanted: Iterable[tuple[str, list[str]]], head: str, subject: str) -> None:
    """Write one loop that keeps what is wanted, by one chain of comparisons."""
    chain = list(wanted)
    if not chain:
        return
    with code.block(head):
        _choose(code, chain, subject)


def _choose(code: Code, chain: Iterable[tuple[str, list[str]]], subject: str) -> None:
    word = "if"
    for name, lines in chain:
        with code.block(f"{word} {subject} == {name}:"):
            for line in lines:
                code.line(line)
        word = "elif"
