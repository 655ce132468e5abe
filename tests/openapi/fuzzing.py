"""What Schemathesis is told of this sample, loaded by it as its module of hooks.

How the bodies are read that it knows no way to read, so that they are judged and not passed over; what a
picture is, where the document asks for one; and one check of our own, of every item of a stream.
"""

# Schemathesis leaves the types of what it hands out open.
# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false, reportUnknownArgumentType=false

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any, TypeAlias, cast

import jsonschema  # type: ignore[import-untyped]  # it has no types
import requests
import schemathesis
from hypothesis import strategies
from schemathesis.checks import CHECKS, CheckContext
from schemathesis.core.deserialization import DeserializationContext
from schemathesis.core.transport import Response
from schemathesis.generation.case import Case
from schemathesis.hooks import HookContext
from schemathesis.transport.serialization import Binary

from tests.openapi.sample.traffic import PNG
from tests.sockets.server import PATIENCE

Answer: TypeAlias = Mapping[str, Mapping[str, Mapping[str, object]]]
EVENTS = "text/event-stream"
LINES = "application/x-ndjson"

# Every file is a picture, because some have to be: what is none is made where wrong data is wanted.
schemathesis.openapi.format("binary", strategies.binary(max_size=20).map(lambda data: Binary(PNG + data)))


@schemathesis.deserializer(EVENTS)
def read_events(context: DeserializationContext, response: Response) -> object:
    """The events of a stream, or the data of one event, in the shape that the version's schema is about.

    Before 3.2 an event is text, and its content is what is in its data.  A stream ends with an empty line;
    what ends without one is an event alone.
    """
    text = response.content.decode()
    events = list(events_of(text))
    if str(context.operation.schema.raw_schema["openapi"]).startswith("3.2"):
        return events
    whole = not text or text.endswith("\n\n")
    return text.split("\n\n")[:-1] if whole else json.loads(str(events[0]["data"]))


@schemathesis.deserializer(LINES, "text/html", "text/x-python", "application/octet-stream")
def read_text(_: DeserializationContext, response: Response) -> object:
    """Text as it is; bytes are text that has a character for each."""
    return response.content.decode("latin-1")


@schemathesis.hook
def before_call(_: HookContext, case: Case[Any], __: object) -> None:
    """Bring along the token of a page, where one is asked for."""
    if case.operation.path == "/authored/forged":
        page = requests.get(f"{case.operation.base_url.rstrip('/')}/authored/token", timeout=PATIENCE)
        case.headers["X-CSRF-Token"] = page.text
        case.cookies.update(page.cookies.get_dict())


@schemathesis.check  # pyright: ignore[reportArgumentType, reportUntypedClassDecorator]  # takes classes, too
class NothingIsLeftOut:
    """Every check was on for every operation, and every operation has succeeded at least once."""

    def __init__(self) -> None:
        self.called: set[str] = set()
        self.succeeded: set[str] = set()
        self.off: set[tuple[str, str]] = set()

    def after_response(self, context: CheckContext, response: Response, case: Case[Any]) -> None:
        """Note what this answer shows."""
        label = case.operation.label
        self.called.add(label)
        if response.status_code < 300:
            self.succeeded.add(label)
        for name in (*CHECKS.get_all_names(), "max_response_time"):
            if not context.config.get_by_name(name=name).enabled:
                self.off.add((label, name))

    def after_run(self, _: CheckContext) -> None:
        """Say what is missing."""
        assert not self.off, f"switched off: {sorted(self.off)}"
        assert self.called == self.succeeded, f"never succeeded: {sorted(self.called - self.succeeded)}"


@schemathesis.check
def items_conform(_: CheckContext, response: Response, case: Case[Any]) -> None:
    """Every item of a stream has the schema that the document has for it."""
    media = response.headers.get("content-type", [""])[0].partition(";")[0]
    if media not in (EVENTS, LINES):
        return
    document = cast("Mapping[str, object]", case.operation.schema.raw_schema)
    answers = cast("Mapping[str, Answer]", case.operation.definition.raw["responses"])
    schema = item_schema(answers[str(response.status_code)]["content"][media])
    text = response.content.decode()
    items = [event["data"] for event in events_of(text)] if media == EVENTS else text.splitlines()
    validator = jsonschema.Draft202012Validator({**schema, "components": document["components"]})
    for item in items:
        assert [error.message for error in validator.iter_errors(json.loads(str(item)))] == []


def item_schema(media: Mapping[str, object]) -> Mapping[str, object]:
    """The schema of the items, of what the data of an event says."""
    schema = cast("Mapping[str, object]", media.get("x-responder-item-schema") or media["itemSchema"])
    data = cast("Mapping[str, Mapping[str, object]]", schema.get("properties", {})).get("data", {})
    return cast("Mapping[str, object]", data.get("contentSchema", schema))


def events_of(text: str) -> Iterator[dict[str, object]]:
    """The events of a stream, each with its fields."""
    for block in text.removesuffix("\n\n").split("\n\n"):
        event: dict[str, object] = {}
        for line in block.splitlines():
            name, _, value = line.partition(": ")
            joined = f"{event['data']}\n{value}" if name == "data" and "data" in event else value
            event[name] = int(value) if name == "retry" else joined
        if "data" in event:
            yield event
