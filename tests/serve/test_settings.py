"""What `API(...)` may be told, and what it refuses."""

from __future__ import annotations

import dataclasses
import inspect
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from typing import Any

import pytest

from responder import API, ConfigurationError, Registry
from responder._serve.options import ApplicationOptions
from responder._serve.settings import DEFAULTS, KEYWORDS, Settings, settle
from responder.middleware import CORSConfig, SecurityHeaders


def refused(**options: Any) -> str:
    with pytest.raises(ConfigurationError) as told:
        API(**options)
    return str(told.value)


def test_every_default_may_be_given_explicitly() -> None:
    assert settle(dict(DEFAULTS)) == Settings()


def test_every_keyword_has_a_default_and_a_line_of_documentation() -> None:
    assert set(DEFAULTS) == KEYWORDS == set(ApplicationOptions.__annotations__)
    whole = inspect.getsource(inspect.getmodule(ApplicationOptions) or API)
    module = whole.partition("class DocumentOptions")[2]
    for name in KEYWORDS:
        _, _, rest = module.partition(f"    {name}: ")
        assert rest.partition("\n")[2].startswith('    """'), name


def test_help_lists_every_keyword() -> None:
    assert list(inspect.signature(API).parameters) == [
        "registry",
        "state",
        "routes",
        *ApplicationOptions.__annotations__,
    ]


def test_settings_are_frozen() -> None:
    with pytest.raises(dataclasses.FrozenInstanceError):
        API().settings.debug = True  # type: ignore[misc]  # wrong on purpose


def test_an_unknown_keyword_is_refused_with_the_nearest_one() -> None:
    assert (
        refused(request_timout=3)
        == "API() takes no keyword 'request_timout'; did you mean 'request_timeout'?"
    )
    assert "did you mean 'registry'" in refused(registri=Registry)


def four(a: object, b: object, c: object, d: object) -> None: ...


@pytest.mark.parametrize(
    ("option", "value"),
    [
        ("debug", 1),
        ("gzip", None),
        ("title", 5),
        ("contact", "me"),
        ("contact", {"phone": "1"}),
        ("max_request_size", -1),
        ("max_request_size", True),
        ("max_request_size", "1MB"),
        ("request_timeout", 0),
        ("request_timeout", float("inf")),
        ("ws_idle_timeout", float("nan")),
        ("encoder", "json"),
        ("json_decimal", "exact"),
        ("problem_handler", 5),
        ("problem_handler", four),
        ("allowed_hosts", "example.com"),
        ("allowed_hosts", ["exa*mple.com"]),
        ("allowed_hosts", [""]),
        ("cors", "yes"),
        ("security_headers", {"nope": 1}),
        ("security_headers", {"headers": {"X-A": "a\r\nb"}}),
        ("secret_key", 5),
        ("registry", Settings),
        ("static_dir", 5),
        ("static_route", "static"),
        ("static_route", "/{x}"),
        ("templates_dir", ""),
        ("auto_escape", 1),
        ("implicit_static_fallback", "yes"),
        ("form_limits", 5),
        ("worker_threads", 0),
        ("worker_threads", True),
        ("openapi", "2.0"),
        ("openapi", True),
        ("openapi_route", "schema.yml"),
        ("openapi_servers", {"url": "https://example.com"}),
        ("openapi_servers", [{"name": "no url"}]),
        ("docs_route", "/{docs}"),
        ("openapi_theme", "dark"),
        ("enable_logging", "xml"),
        ("trace_dispatch", 1),
        ("metrics_route", 5),
        ("metrics_buckets", ()),
        ("metrics_buckets", (1.0, 1.0)),
        ("metrics_buckets", (1.0, float("inf"))),
        ("metrics_buckets", "12"),
        ("health_route", "health"),
    ],
)
def test_a_value_of_the_wrong_kind_is_refused_at_construction(option: str, value: object) -> None:
    assert option in refused(**{option: value}) or option == "problem_handler"


def test_a_secret_is_not_repeated_in_an_error() -> None:
    assert "hunter2" not in refused(secret_key=b"hunter2")


def test_contradictions_are_refused() -> None:
    assert "without cors=True" in refused(cors_params={"allow_origins": ["*"]})
    assert "says it twice" in refused(cors=CORSConfig(), cors_params={"allow_origins": ["*"]})
    assert "allow_origin_regex" in refused(cors=CORSConfig(allow_origin_regex="("))
    assert "allow_origins" in refused(cors=True, cors_params={"allow_origins": "https://a.example"})


def test_a_lifespan_that_was_not_decorated_is_told_so() -> None:
    async def lifespan(app: object) -> AsyncGenerator[None]:
        yield

    assert "asynccontextmanager" in refused(lifespan=lifespan)
    assert API(lifespan=asynccontextmanager(lifespan)).settings.lifespan is not None


def test_configuration_errors_are_value_errors_and_type_errors() -> None:
    with pytest.raises(ValueError, match="debug"):
        API(debug="yes")  # type: ignore[call-overload]  # wrong on purpose
    with pytest.raises(TypeError, match="debug"):
        API(debug="yes")  # type: ignore[call-overload]  # wrong on purpose


def test_hosts_are_kept_in_lower_case_and_nothing_means_all() -> None:
    assert API(allowed_hosts=["Example.COM"]).settings.allowed_hosts == ("example.com",)
    assert API(allowed_hosts=[]).settings.allowed_hosts == API().settings.allowed_hosts == ("*",)


def test_switches_become_records() -> None:
    assert API(cors=True).settings.cors == CORSConfig()
    params = {"allow_origins": ["https://a.example"]}
    assert API(cors=True, cors_params=params).settings.cors == CORSConfig(allow_origins=["https://a.example"])  # type: ignore[call-overload]  # a plain dict
    assert API(security_headers=True).settings.security_headers == SecurityHeaders()
