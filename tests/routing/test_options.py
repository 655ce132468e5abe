"""Options of a route: what each becomes, and what is said when it can't be meant."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import get_type_hints

import pytest

from responder._routing.options import OPERATION, ROUTE, SOCKET, RouteOptions, RouteSettings, SocketOptions
from responder._routing.settle import settle
from responder.params import Depends


class Item:
    pass


class Fault:
    pass


def guard() -> None: ...


def hook(req: object, resp: object) -> None: ...


def settled(**options: object) -> RouteSettings:
    settings, findings = settle(options, ROUTE)
    assert findings == ()
    return settings


def said(**options: object) -> list[tuple[str, str]]:
    return [(finding.rule.name, finding.message) for finding in settle(options, ROUTE)[1]]


def test_every_option_that_can_be_written_is_kept() -> None:
    kept = set(RouteSettings.__dataclass_fields__) - {"response_models", "stream", "namespace", "answers"}
    assert kept == (ROUTE | SOCKET) - {"before_request"}


def test_every_option_is_documented() -> None:
    import ast
    import inspect

    from responder._routing import options

    tree = ast.parse(inspect.getsource(options))
    for node in tree.body:
        if isinstance(node, ast.ClassDef) and node.name.endswith("Options"):
            for statement, following in zip(node.body, [*node.body[1:], None], strict=True):
                if isinstance(statement, ast.AnnAssign):
                    assert isinstance(following, ast.Expr), ast.unparse(statement)


def test_the_annotations_of_options_can_be_resolved() -> None:
    for options in (RouteOptions, SocketOptions):
        assert get_type_hints(options)


def test_verbs_take_what_routes_take_but_for_what_the_verb_says() -> None:
    assert {"methods", "websocket", "before_request"} == ROUTE - OPERATION
    assert {"allowed_origins", "subprotocols", "on_invalid"} == SOCKET - ROUTE


def test_nothing_given_is_the_default_of_everything() -> None:
    assert settled() == RouteSettings()


def test_none_means_not_given() -> None:
    nothing = dict.fromkeys(
        (
            "name methods response_model params_model status_code before after dependencies tags summary "
            "description operation_id deprecated responses examples response_examples openapi_extra"
        ).split()
    )
    assert settled(**nothing) == RouteSettings()


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ({"methods": ["get", "Post"]}, {"methods": frozenset({"GET", "POST"})}),
        ({"methods": ("PURGE",)}, {"methods": frozenset({"PURGE"})}),
        ({"methods": {"get"}}, {"methods": frozenset({"GET"})}),
        ({"before": hook}, {"before": (hook,)}),
        ({"after": [hook, guard]}, {"after": (hook, guard)}),
        ({"tags": ["a", "b"]}, {"tags": ("a", "b")}),
        ({"dependencies": Depends(guard)}, {"dependencies": (Depends(guard),)}),
        ({"dependencies": [Depends(guard)]}, {"dependencies": (Depends(guard),)}),
        ({"response_model": False}, {"response_model": False}),
        ({"response_model": Item | None}, {"response_model": Item | None}),
        ({"status_code": 299}, {"status_code": 299}),
    ],
)
def test_values_are_normalised(given: dict[str, object], kept: Mapping[str, object]) -> None:
    settings = settled(**given)
    for name, value in kept.items():
        assert getattr(settings, name) == value


def test_models_among_responses_are_found_whichever_way_they_are_written() -> None:
    settings = settled(
        responses={
            404: Fault,
            409: {"description": "Taken", "model": Item},
            410: "Gone",
            418: None,
            "4XX": "No",
        }
    )
    assert settings.response_models == {404: Fault, 409: Item}
    assert set(settings.responses) == {404, 409, 410, 418, "4XX"}


def test_a_union_may_be_a_response_model() -> None:
    model = Item | Fault
    assert settled(responses={404: model}).response_models == {404: model}


def test_settings_do_not_follow_a_mapping_that_changes_later() -> None:
    responses: dict[int, object] = {404: "No"}
    settings = settled(responses=responses)
    responses[405] = "Later"
    assert set(settings.responses) == {404}
    with pytest.raises(TypeError):
        settings.responses[1] = 2  # type: ignore[index]  # that it is refused is the point


VERBS = 'a list of verbs, such as ["GET", "POST"]'
STATUS = "a status from 100 to 599"
STATUSES = 'a mapping of statuses (100 to 599, "4XX" or "default")'
BOOL = "True or False"
TYPE = "a type, or False"
STRINGS = 'a list of strings, such as ["users"]'
HOOKS = "a function or a list of them"
GUARDS = "Depends(...) or a list of them"
EXACT = "a mapping whose models stand under exact statuses"

VALUES: list[tuple[str, object, str]] = [
    ("methods", "GET", f"{VERBS}, not 'GET'"),
    ("methods", [], f"{VERBS}, not []"),
    ("methods", ["G T"], f"{VERBS}, not ['G T']"),
    ("methods", [1], f"{VERBS}, not [1]"),
    ("status_code", 99, f"{STATUS}, not 99"),
    ("status_code", 600, f"{STATUS}, not 600"),
    ("status_code", True, f"{STATUS}, not True"),
    ("status_code", "201", f"{STATUS}, not '201'"),
    ("name", 4, "a string, not 4"),
    ("summary", b"x", "a string, not b'x'"),
    ("tags", "users", f"{STRINGS}, not 'users'"),
    ("tags", [1], f"{STRINGS}, not [1]"),
    ("check_existing", 0, f"{BOOL}, not 0"),
    ("default", "yes", f"{BOOL}, not 'yes'"),
    ("websocket", 1, f"{BOOL}, not 1"),
    ("include_in_schema", None, f"{BOOL}, not None"),
    ("deprecated", "soon", f"{BOOL}, not 'soon'"),
    ("before", "hook", f"{HOOKS}, not 'hook'"),
    ("after", [hook, 4], f"{HOOKS}, not "),
    ("dependencies", guard, f'{GUARDS}, not "guard"'),
    ("dependencies", [guard], f"{GUARDS}, not "),
    ("response_model", True, f"{TYPE}, not True"),
    ("response_model", 0, f"{TYPE}, not 0"),
    ("response_model", "Item", f"{TYPE}, not 'Item'"),
    ("params_model", "Item", "a class, not 'Item'"),
    ("responses", [404], "a mapping of statuses, not [404]"),
    ("responses", {99: "x"}, f"{STATUSES}, not 99"),
    ("responses", {True: "x"}, f"{STATUSES}, not True"),
    ("responses", {"4XX": Fault}, f"{EXACT}, not '4XX'"),
    ("response_examples", [], "a mapping of statuses, not []"),
    ("openapi_extra", [], "a mapping, not []"),
]


@pytest.mark.parametrize(("option", "value", "expected"), VALUES)
def test_a_value_that_an_option_cannot_have_is_told(option: str, value: object, expected: str) -> None:
    ((rule, text),) = said(**{option: value})
    assert rule == "option-value"
    assert text.startswith(f'Option "{option}" must be {expected}')


OTHERS: list[tuple[dict[str, object], str, str]] = [
    ({"responses": {204: Fault}}, "response-status-model", "Status 204 has no response body"),
    (
        {"status_code": 204, "response_model": Item},
        "response-status-model",
        "Status 204 has no response body",
    ),
    ({"websocket": True, "methods": ["GET"]}, "option-conflict", 'Options "websocket" and "methods"'),
    ({"statuscode": 201}, "option-unknown", 'Unknown option "statuscode"; did you mean "status_code"?'),
    ({"zzz": 201}, "option-unknown", 'Unknown option "zzz"'),
    ({"auth": []}, "option-value", 'Option "auth" must be an auth helper'),
    ({"auth": "admin"}, "option-value", 'Option "auth" must be an auth helper'),
    ({"auth": Item}, "option-value", 'Option "auth" must be an auth helper'),
    ({"csrf": "yes"}, "option-value", 'Option "csrf" must be True or False'),
    ({"security": 5}, "option-value", 'Option "security" must be OpenAPI requirements'),
    ({"security": [{"key": "read"}]}, "option-value", 'Option "security" must be OpenAPI requirements'),
]


@pytest.mark.parametrize(("options", "rule", "sentence"), OTHERS)
def test_a_bad_option_is_told(options: dict[str, object], rule: str, sentence: str) -> None:
    ((found, text),) = said(**options)
    assert found == rule
    assert text.startswith(sentence)


def test_a_hook_given_as_before_request_is_pointed_to_before() -> None:
    ((rule, text),) = said(before_request=hook)
    assert rule == "option-value"
    assert text == (
        'Option "before_request" must be True or False (a hook of this route alone is given as before=...), '
        'not "hook"'
    )


def test_request_model_is_not_mistaken_for_response_model() -> None:
    assert said(request_model=Item) == [("option-unknown", 'Unknown option "request_model"')]


def test_methods_on_a_verb_contradict_the_verb() -> None:
    _, findings = settle({"methods": ["GET"]}, OPERATION, "post")
    (finding,) = findings
    assert finding.message == (
        'Options "methods" and "post" contradict each other: post() is for that one method; '
        "use route(..., methods=[...]) for several"
    )


def test_everything_that_is_wrong_is_told_at_once() -> None:
    assert [rule for rule, _ in said(statuscode=1, tags="x", status_code=1)] == [
        "option-unknown",
        "option-value",
        "option-value",
    ]


def test_a_long_value_is_shortened() -> None:
    ((_, text),) = said(name=list(range(1000)))
    assert len(text) < 120


def test_no_address_is_shown_for_a_function() -> None:
    functions: list[Callable[..., object]] = [hook]
    ((_, text),) = said(methods=functions[0])
    assert text.endswith('not "hook"')
