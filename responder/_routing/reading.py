"""The few functions that generated reading calls where a line of its own would not do."""

from __future__ import annotations

from collections.abc import Mapping
from typing import cast

import orjson
from starlette.datastructures import FormData

from responder._http.faults import error_item
from responder._http.problems import Problem, RequestInvalid
from responder._http.request import Request
from responder._routing.explain import Fields, Unfit, form_pairs, has_text, lookup, whole
from responder._routing.inputs import Input
from responder.params import MISSING

_FORMS = (b"application/x-www-form-urlencoded", b"multipart/form-data")


def is_json(content_type: bytes) -> bool:
    """Whether a Content-Type names JSON, with parameters or as a structured suffix."""
    kind = content_type.split(b";", 1)[0].strip().lower()
    return kind == b"application/json" or kind.endswith(b"+json") or not kind


def no_body() -> Problem:
    """Say that there is no JSON where JSON was promised."""
    return Problem(400, "Invalid JSON body")


def check_strict(raw: bytes) -> None:
    """Refuse NaN and Infinity, which are Python's but not JSON's."""
    try:
        orjson.loads(raw)
    except orjson.JSONDecodeError:
        raise no_body() from None


def embedded(raw: bytes) -> Mapping[str, object]:
    """Read the object that holds several bodies, one a key."""
    try:
        data = orjson.loads(raw)
    except orjson.JSONDecodeError:
        raise no_body() from None
    return as_object(data)


def as_object(data: object) -> Mapping[str, object]:
    """Take decoded data as an object, or say that it has to be one."""
    if isinstance(data, Mapping):
        return cast("Mapping[str, object]", data)
    raise RequestInvalid([error_item(["body"], "Request body must be a JSON object", "dict_type")])


async def other_body(req: Request, model: object, optional: bool) -> object:
    """Read a body that is not JSON: YAML, MessagePack, a form; an unsupported type is a 415."""
    kind = req.mimetype.partition(";")[0].strip().lower().encode("latin-1", "replace")
    if kind in _FORMS:
        return Fields(whole((await req.form()).multi_items(), model))
    if optional and not await req.content:
        return MISSING
    return await req.media()


def take(form: FormData, one: Input) -> object:
    """Take what a form carries for one input, which may share its name with others."""
    if one.carries == "whole":
        return whole(form.multi_items(), one.annotation)
    return lookup(form_pairs(form, one.source), one)


def take_file(form: FormData, one: Input) -> object:
    """Take the files of one input; text in their place does not fit."""
    if has_text(form, one.key):
        raise Unfit
    return take(form, one)
