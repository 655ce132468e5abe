"""Where each parameter gets its value: the rules one by one."""

from __future__ import annotations

from dataclasses import replace

import pytest

from responder._contract.binding import Bound, Facts, bind
from responder._contract.shapes import (
    BOOL,
    FLOAT,
    INT,
    NOTHING,
    STR,
    UNKNOWN,
    UUID,
    Choice,
    Many,
    Model,
    Other,
    Scalar,
    Shape,
    Upload,
)
from responder._contract.signature import MarkerFacts, Param, Signature
from responder._contract.sources import Source
from tests.contract.strategies import OWN, messages, parsed

ITEM = Model("app.Item")
GET = Facts(methods=frozenset({"GET"}), dependencies={})
POST = Facts(methods=frozenset({"POST"}), dependencies={})
SOCKET = Facts(kind="websocket", methods=frozenset({"GET"}), dependencies={})
REQ = Param("req", "positional")
RESP = Param("resp", "positional")


def key(name: str, shape: Shape = UNKNOWN, **more: object) -> Param:
    """A keyword-only parameter; its annotation is spelt by its shape."""
    spelt = "" if shape == UNKNOWN else "A"
    return replace(Param(name, shape=shape, annotation=spelt), **more)  # type: ignore[arg-type]  # names are checked at run time


def handler(*params: Param) -> Signature:
    return Signature("show", params)


def bound(path: str, facts: Facts, *params: Param) -> Bound:
    return bind(parsed(path), handler(*params), facts)


def sources(result: Bound) -> dict[str, Source]:
    return {one.name: one.source for one in result.inputs}


def told(path: str, facts: Facts, *params: Param) -> list[str]:
    return messages(bound(path, facts, *params).findings)


# Request, response, socket


def test_request_and_response_are_known_by_reserved_names_anywhere() -> None:
    result = bound("/{id}", GET, key("id"), key("response"), key("request"))
    assert sources(result) == {"id": Source.PATH, "response": Source.RESPONSE, "request": Source.REQUEST}


def test_leading_parameters_without_annotation_are_request_and_response_by_position() -> None:
    result = bound("/{id}", GET, Param("a", "positional"), Param("b", "positional-only"), key("id"))
    assert sources(result) == {"a": Source.REQUEST, "b": Source.RESPONSE, "id": Source.PATH}


def test_a_role_taken_by_name_or_annotation_is_not_given_by_position_again() -> None:
    result = bound("/", GET, Param("r", "positional"), key("mine", role="request"))
    assert sources(result) == {"r": Source.RESPONSE, "mine": Source.REQUEST}


def test_a_path_field_is_never_the_request_by_position() -> None:
    result = bound("/{id}", GET, Param("id", "positional"))
    assert sources(result) == {"id": Source.PATH}
    assert result.findings == ()


def test_a_positional_name_that_may_be_a_dependency_is_open_until_that_is_known() -> None:
    params = (Param("db", "positional"), RESP)
    open_ = bound("/", replace(GET, dependencies=None), *params)
    assert open_.pending == ("db",)
    assert sources(bound("/", GET, *params))["db"] is Source.REQUEST
    assert sources(bound("/", replace(GET, dependencies={"db": UNKNOWN}), *params))["db"] is Source.NAMED


def test_nothing_needs_to_be_taken() -> None:
    assert bound("/", GET) == Bound()


def test_a_field_called_like_the_request_reaches_a_keyword_but_not_the_request_itself() -> None:
    assert sources(bound("/{response}", GET, REQ, RESP, key("response")))["response"] is Source.PATH
    assert told("/{req}", GET, REQ, RESP) == [
        (
            'Path parameter "req" can not be read by name, because parameter "req" of handler "show" '
            "is the request; "
            "rename it"
        )
    ]


def test_an_annotated_reserved_name_is_an_ordinary_parameter() -> None:
    assert sources(bound("/{request:int}", GET, key("request", INT)))["request"] is Source.PATH


def test_a_socket_is_known_by_name_position_and_annotation() -> None:
    for param in (
        Param("ws", "positional"),
        Param("s", "positional"),
        key("s", role="socket"),
        Param("req", "positional"),
    ):
        assert sources(bound("/", SOCKET, param)) == {param.name: Source.SOCKET}


def test_a_socket_on_http_and_a_response_on_a_socket_are_findings() -> None:
    assert told("/", GET, Param("ws", "positional")) == [
        'Handler "show" takes a WebSocket ("ws"), but its route answers HTTP; pass websocket=True'
    ]
    assert told("/", SOCKET, Param("ws", "positional"), Param("resp", "positional")) == [
        'Handler "show" takes a response ("resp"), but its route serves a WebSocket'
    ]
    assert told("/", SOCKET, key("r", role="request")) == [
        'Handler "show" takes a request ("r"), but its route serves a WebSocket'
    ]


# Path


@pytest.mark.parametrize(
    ("convertor", "shape"),
    [
        ("int", INT),
        ("int", FLOAT),
        ("int", Choice((INT, NOTHING))),
        ("int", UNKNOWN),
        ("int", Other("object")),
        ("uuid", UUID),
        ("str", INT),
        ("str", Scalar("app.Color", ("str",))),
        ("path", Scalar("pathlib.Path")),
        ("float", FLOAT),
        ("date", Scalar("datetime.date")),
        ("slug", STR),
    ],
)
def test_a_field_fits_an_annotation_that_takes_what_its_convertor_yields(
    convertor: str, shape: Shape
) -> None:
    facts = replace(GET, convertors=OWN)
    result = bound(f"/{{id:{convertor}}}", facts, key("id", shape))
    assert result.findings == ()
    assert sources(result) == {"id": Source.PATH}


@pytest.mark.parametrize(
    ("convertor", "param", "message"),
    [
        (
            "int",
            key("id", STR, annotation="str"),
            (
                'Path parameter "id" has type "int" (convertor "int"), but handler "show" declares "str"; '
                'did you mean "{id:str}"?'
            ),
        ),
        (
            "float",
            key("id", INT, annotation="int"),
            (
                'Path parameter "id" has type "float" (convertor "float"), but handler "show" declares '
                '"int"; '
                'did you mean "{id:int}"?'
            ),
        ),
        (
            "uuid",
            key("id", ITEM, annotation="Item"),
            'Path parameter "id" has type "UUID" (convertor "uuid"), but handler "show" declares "Item"',
        ),
        (
            "int",
            key("id", Other("dict"), annotation="dict[str, int]"),
            (
                'Path parameter "id" has type "int" (convertor "int"), but handler "show" declares '
                '"dict[str, int]"'
            ),
        ),
        (
            "str",
            key("id", Many(INT), annotation="list[int]"),
            'Parameter "id" of type "list[int]" can not be read from a path',
        ),
        (
            "path",
            key("id", Upload(), annotation="UploadFile"),
            'Parameter "id" of type "UploadFile" can not be read from a path',
        ),
    ],
)
def test_a_field_that_does_not_fit_its_annotation_is_a_finding(
    convertor: str, param: Param, message: str
) -> None:
    assert told(f"/{{id:{convertor}}}", GET, param) == [message]


def test_every_field_must_be_accepted() -> None:
    assert told("/{a}/{b}", GET, REQ, RESP, key("b")) == [
        'Path parameter "a" is not accepted by handler "show"'
    ]


def test_keywords_accept_every_field() -> None:
    result = bound("/{a}/{b}", GET, key("b"), Param("rest", "var-keyword"))
    assert result.findings == ()
    assert sources(result) == {"b": Source.PATH, "rest": Source.EXTRAS}


def test_one_misspelling_is_told_once_at_the_parameter() -> None:
    result = bound("/users/{user_id}", GET, key("id", INT))
    assert messages(result.findings) == [
        (
            'Parameter "id" of handler "show" is neither a path parameter of "/users/{user_id}", a '
            "dependency, a marker "
            'nor a request body; did you mean "user_id"?'
        )
    ]
    assert (result.findings[0].code, result.findings[0].parameter) == ("responder-path", "id")


def test_a_misspelling_that_may_be_a_dependency_is_told_at_the_field() -> None:
    result = bound("/{user_id}", replace(GET, dependencies=None), key("user_idd"))
    assert result.pending == ("user_idd",)
    assert messages(result.findings) == [
        (
            'Path parameter "user_id" is not accepted by handler "show"; did you mean "user_id" '
            'instead of "user_idd"?'
        )
    ]


def test_a_path_marker_takes_the_field_it_names_and_reads_it_again() -> None:
    marker = MarkerFacts(Source.PATH, alias="uid")
    result = bound("/{uid:int}", GET, key("user", STR, marker=marker))
    assert result.findings == ()
    assert [(one.name, one.key, one.required) for one in result.inputs] == [("user", "uid", True)]


def test_a_path_marker_that_names_no_field_is_a_finding() -> None:
    marker = MarkerFacts(Source.PATH, alias="uid")
    assert told("/{user_id}", GET, key("user_id", marker=marker)) == [
        (
            'Path marker of parameter "user_id" refers to "uid", which is not a path parameter of '
            '"/{user_id}"; '
            'did you mean "user_id"?'
        )
    ]
    assert told("/{usr_id}", GET, key("user_id", marker=MarkerFacts(Source.PATH))) == [
        (
            'Path marker of parameter "user_id" refers to "user_id", which is not a path parameter of '
            '"/{usr_id}"; '
            'did you mean "usr_id"?'
        )
    ]


@pytest.mark.parametrize(
    ("source", "word"), [(Source.QUERY, "Query"), (Source.DEPENDS, "Depends"), (Source.BODY, "Body")]
)
def test_another_marker_on_a_field_would_never_be_used(source: Source, word: str) -> None:
    assert told("/{id}", POST, key("id", marker=MarkerFacts(source))) == [
        f'Parameter "id" is a path parameter of "/{{id}}"; {word}() would never be used'
    ]


# Markers


@pytest.mark.parametrize(
    ("marker", "looked_up"),
    [
        (MarkerFacts(Source.QUERY), "user_agent"),
        (MarkerFacts(Source.QUERY, alias="q"), "q"),
        (MarkerFacts(Source.HEADER), "user-agent"),
        (MarkerFacts(Source.HEADER, convert_underscores=False), "user_agent"),
        (MarkerFacts(Source.HEADER, alias="X-Token"), "x-token"),
        (MarkerFacts(Source.COOKIE, alias="Sid"), "Sid"),
        (MarkerFacts(Source.FORM), "user_agent"),
    ],
)
def test_a_marker_says_what_is_looked_up(marker: MarkerFacts, looked_up: str) -> None:
    (one,) = bound("/", POST, key("user_agent", STR, marker=marker)).inputs
    assert (one.source, one.key, one.required) == (marker.source, looked_up, True)


def test_a_default_beside_a_marker_makes_it_optional() -> None:
    (one,) = bound("/", GET, key("q", STR, marker=MarkerFacts(Source.QUERY), has_default=True)).inputs
    assert not one.required


# Dependencies


def test_a_name_is_open_until_the_dependencies_are_known() -> None:
    unknown = replace(GET, dependencies=None)
    assert bound("/", unknown, key("db")).pending == ("db",)
    assert bound("/", unknown, key("limit", INT, has_default=True)).pending == ("limit",)
    assert sources(bound("/", replace(GET, dependencies={"db": UNKNOWN}), key("db"))) == {"db": Source.NAMED}


def test_a_field_comes_before_a_dependency_and_a_dependency_before_a_body() -> None:
    facts = replace(POST, dependencies={"id": INT, "item": ITEM})
    result = bound("/{id}", facts, key("id", STR), key("item", ITEM))
    assert sources(result) == {"id": Source.PATH, "item": Source.NAMED}


def test_a_dependency_of_another_type_is_a_finding() -> None:
    facts = replace(GET, dependencies={"db": INT})
    assert told("/", facts, key("db", STR, annotation="str")) == [
        'Dependency "db" provides "int", but handler "show" declares "str"'
    ]
    assert told("/", facts, key("db", FLOAT)) == []
    assert told("/", replace(GET, dependencies={"db": BOOL}), key("db", INT)) == []
    assert told("/", replace(GET, dependencies={"db": INT}), key("db", BOOL)) != []
    assert told("/", facts, key("db", Other("app.Session"))) == []


def test_a_misspelt_dependency_is_told_with_the_one_that_was_meant() -> None:
    facts = replace(GET, dependencies={"database": Other("app.Session")})
    assert told("/x", facts, key("databse", Other("app.Session"))) == [
        (
            'Parameter "databse" of handler "show" is neither a path parameter of "/x", a dependency, '
            "a marker nor a "
            'request body; did you mean "database"?'
        )
    ]


def test_a_dependency_that_is_a_model_is_not_mistaken_for_a_body_when_it_is_misspelt() -> None:
    facts = replace(POST, dependencies={"account": ITEM})
    assert [finding.hint for finding in bound("/", facts, key("acount", ITEM)).findings] == ["account"]
    assert sources(bound("/", facts, key("payload", ITEM))) == {"payload": Source.BODY}


def test_a_principal_is_found_by_name_where_there_is_a_guard() -> None:
    facts = replace(GET, principals=frozenset({"user"}))
    assert sources(bound("/", facts, key("user"))) == {"user": Source.PRINCIPAL}
    assert told("/", GET, key("user")) != []


# Bodies


@pytest.mark.parametrize(
    "shape", [ITEM, Many(ITEM), Choice((ITEM, Model("app.Order"))), Choice((Many(ITEM), NOTHING))]
)
@pytest.mark.parametrize("method", ["POST", "PUT", "PATCH", "DELETE"])
def test_a_required_model_on_a_writing_method_is_the_body(shape: Shape, method: str) -> None:
    (one,) = bound("/", replace(POST, methods=frozenset({method})), key("item", shape)).inputs
    assert (one.source, one.required, one.embed) == (Source.BODY, True, False)


def test_a_model_that_may_be_none_is_an_optional_body() -> None:
    (one,) = bound("/", POST, key("item", Choice((ITEM, NOTHING)), has_default=True)).inputs
    assert (one.source, one.required) == (Source.BODY, False)


def test_a_model_with_a_default_of_its_own_is_left_alone() -> None:
    assert sources(bound("/", POST, key("item", ITEM, has_default=True))) == {"item": Source.DEFAULT}


@pytest.mark.parametrize("shape", [INT, Other("dict"), Many(INT), Choice((ITEM, INT)), UNKNOWN])
def test_what_is_no_model_needs_a_marker_to_be_the_body(shape: Shape) -> None:
    assert told("/", POST, key("data", shape)) != []
    marked = bound("/", POST, key("data", shape, marker=MarkerFacts(Source.BODY)))
    assert marked.findings == ()
    assert sources(marked) == {"data": Source.BODY}


@pytest.mark.parametrize("methods", [{"GET"}, {"HEAD"}, {"OPTIONS"}, {"GET", "POST"}])
def test_a_body_on_a_method_without_one_is_a_finding(methods: set[str]) -> None:
    method = sorted(methods - {"POST"})[0]
    for param in (key("item", ITEM), key("item", Other("dict"), marker=MarkerFacts(Source.BODY))):
        assert told("/", replace(GET, methods=frozenset(methods)), param) == [
            f'Handler "show" takes a request body ("item"), which {method} requests do not have'
        ]


def test_a_form_that_can_never_come_is_a_finding() -> None:
    form = key("name", STR, marker=MarkerFacts(Source.FORM))
    assert told("/", GET, form) == [
        'Handler "show" takes a request body ("name"), which GET requests do not have'
    ]
    assert told("/", replace(GET, methods=frozenset({"GET", "POST"})), form) == []
    assert told("/", SOCKET, form) == []


def test_a_body_needs_a_route_that_says_its_methods() -> None:
    every = replace(POST, methods=None)
    assert told("/", every, key("item", ITEM)) == [
        (
            'Handler "show" takes a request body ("item"), but its route answers every method; pass '
            "methods=[...] or "
            "use a verb decorator"
        )
    ]
    assert told("/", every, key("item", Choice((ITEM, NOTHING)), has_default=True)) == []


def test_a_handshake_has_no_body() -> None:
    assert told("/", SOCKET, key("item", ITEM)) == [
        'Handler "show" takes a request body ("item"), which WebSocket handshakes do not have'
    ]


def test_two_bodies_each_need_a_key() -> None:
    assert told("/", POST, key("item", ITEM), key("order", Model("app.Order"))) == [
        (
            'Handler "show" has two request body parameters, "item" and "order"; Body(embed=True) on '
            "both gives each a "
            "key of its own"
        )
    ]
    embedded = MarkerFacts(Source.BODY, embed=True)
    result = bound("/", POST, key("item", ITEM, marker=embedded), key("order", ITEM, marker=embedded))
    assert result.findings == ()
    assert [one.embed for one in result.inputs] == [True, True]


@pytest.mark.parametrize("first", [True, False])
def test_two_bodies_of_which_one_has_a_key_are_a_finding(first: bool) -> None:
    params = [
        key("item", ITEM, marker=MarkerFacts(Source.BODY, embed=first)),
        key("order", ITEM, marker=MarkerFacts(Source.BODY, embed=not first)),
    ]
    assert [finding.rule.name for finding in bound("/", POST, *params).findings] == ["body-two"]


def test_a_body_is_read_as_a_form_or_as_a_whole() -> None:
    form = key("name", STR, marker=MarkerFacts(Source.FORM))
    assert told("/", POST, key("item", ITEM), form) == [
        'Handler "show" reads the request body as a form ("name") and as a whole ("item")'
    ]


# The rest


def test_a_default_is_left_alone() -> None:
    assert sources(bound("/", GET, key("limit", INT, has_default=True))) == {"limit": Source.DEFAULT}


@pytest.mark.parametrize("shape", [INT, UNKNOWN, ITEM, Upload()])
def test_a_parameter_that_nothing_fills_is_a_finding(shape: Shape) -> None:
    findings = bound("/x", SOCKET if shape == ITEM else GET, key("what", shape)).findings
    assert len(findings) == 1
    assert findings[0].parameter == "what"


def test_starred_arguments_and_positional_only_parameters_can_not_be_filled() -> None:
    assert told("/", GET, REQ, RESP, Param("args", "var-positional")) == [
        (
            'Parameter "*args" of handler "show" can never be filled; if a decorator put it there, use '
            "functools.wraps"
        )
    ]
    assert told("/{id}", GET, Param("id", "positional-only", INT, "int")) == [
        'Positional-only parameter "id" of handler "show" can never be injected'
    ]
    assert told("/", GET, Param("limit", "positional-only", INT, "int", has_default=True)) == []


def test_a_caller_that_sees_only_a_part_is_not_told_what_may_be_fine() -> None:
    part = replace(POST, partial=True)
    assert bound("/", part, key("item", UNKNOWN, annotation="Elsewhere")).pending == ("item",)
    hidden = bound("/{id}", part, key("x", INT, has_default=None))
    assert (hidden.pending, hidden.findings) == (("x",), ())
    assert told("/", part, key("item")) != []
