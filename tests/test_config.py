"""Typed configuration."""

from __future__ import annotations

import enum
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from types import ModuleType, SimpleNamespace
from typing import Literal

import pytest

from responder import API, ConfigurationError
from responder.config import CommaSeparatedStrings, Config, Environ, Secret

ENV = """
# a comment
PLAIN=from the file
export EXPORTED = yes
SINGLE='a b'
DOUBLE="a 'b'"
TWICE="'x'"
ODD="x'
EMPTY=
URL=postgres://u:p@h/db?x=1#f
not a pair
"""


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / ".env"
    path.write_text(ENV)
    return path


def test_the_environment_wins_over_the_file_and_the_file_over_the_default(file: Path) -> None:
    config = Config(file, environ={"PLAIN": "from the environment"})
    assert config("PLAIN") == "from the environment"
    assert Config(file, environ={})("PLAIN", default="default") == "from the file"
    assert config("NOWHERE", default="default") == "default"
    assert config.get("NOWHERE", default=None) is None
    with pytest.raises(ConfigurationError, match="NOWHERE is missing"):
        config("NOWHERE")


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("EXPORTED", "yes"),
        ("SINGLE", "a b"),
        ("DOUBLE", "a 'b'"),
        ("TWICE", "'x'"),
        ("ODD", "\"x'"),
        ("EMPTY", ""),
        ("URL", "postgres://u:p@h/db?x=1#f"),
    ],
)
def test_quotes_are_stripped_once_and_only_in_pairs(file: Path, name: str, value: str) -> None:
    assert Config(file, environ={})(name) == value


def test_a_file_that_is_not_there_holds_nothing(tmp_path: Path) -> None:
    assert Config(tmp_path / ".env", environ={"A": "1"})("A", cast=int) == 1


def test_a_file_has_an_encoding(tmp_path: Path) -> None:
    (tmp_path / ".env").write_bytes("NAME=Zoë".encode("latin-1"))
    assert Config(tmp_path / ".env", encoding="latin-1", environ={})("NAME") == "Zoë"


@pytest.mark.parametrize(
    ("text", "value"), [("true", True), ("TRUE", True), ("1", True), ("False", False), ("0", False)]
)
def test_booleans(text: str, value: bool) -> None:
    assert Config(environ={"X": text})("X", cast=bool) is value


@pytest.mark.parametrize("text", ["yes", "", "2", "on"])
def test_what_is_no_boolean_is_refused(text: str) -> None:
    with pytest.raises(ConfigurationError, match="X must be true, false, 1 or 0"):
        Config(environ={"X": text})("X", cast=bool)


def test_casts_and_defaults() -> None:
    config = Config(environ={"PORT": "80", "HOSTS": "a, 'b c' ,d"})
    assert config("PORT", cast=int) == 80
    assert config("OTHER", cast=int, default=5) == 5
    assert config("OTHER", cast=int, default="6") == 6
    assert config("OTHER", int, None) is None
    assert list(config("HOSTS", cast=CommaSeparatedStrings)) == ["a", "b c", "d"]
    assert list(config("NONE", cast=CommaSeparatedStrings, default="x,y")) == ["x", "y"]


def test_what_is_wrong_is_told_without_the_value() -> None:
    config = Config(environ={"PORT": "hunter2"})
    with pytest.raises(ConfigurationError, match="PORT is not a valid int") as told:
        config("PORT", cast=int)
    assert "hunter2" not in str(told.value)
    assert told.value.__cause__ is None
    assert told.value.__suppress_context__


def test_a_prefix_stands_before_every_name(file: Path) -> None:
    config = Config(file, prefix="PLA", environ={"PLAX": "1"})
    assert config("X") == "1"
    assert config("IN") == "from the file"


def test_a_secret_hides_itself() -> None:
    secret = Config(environ={"KEY": "hunter2"})("KEY", cast=Secret)
    assert "hunter2" not in repr(secret)
    assert str(secret) == "hunter2"
    assert not Secret("")


def test_what_was_read_cannot_be_changed() -> None:
    environ = Environ({"A": "1", "B": "2"})
    environ["A"] = "3"
    assert Config(environ=environ)("A") == "3"
    with pytest.raises(ConfigurationError, match="A cannot be set"):
        environ["A"] = "4"
    with pytest.raises(ConfigurationError, match="A cannot be deleted"):
        del environ["A"]
    assert "C" not in environ
    with pytest.raises(ConfigurationError, match="C cannot be set"):
        environ["C"] = "asked for, and found missing"
    del environ["B"]
    assert (list(environ), len(environ)) == (["A"], 1)


class Level(enum.Enum):
    LOW = "low"
    HIGH = "high"


@dataclass(frozen=True)
class Settings:
    secret_key: Secret
    database_url: str
    debug: bool = False
    allowed_hosts: Sequence[str] = field(default_factory=lambda: ["localhost"])
    request_timeout: float | None = 1.0
    level: Level = Level.LOW
    mode: Literal["fast", "slow"] = "fast"
    ports: tuple[int, ...] = ()
    names: CommaSeparatedStrings = field(default_factory=lambda: CommaSeparatedStrings(""))
    quiet: bool | None = None


NEEDED = {"SECRET_KEY": "a long enough secret", "DATABASE_URL": "sqlite://"}


def test_a_dataclass_is_filled_by_the_names_of_its_fields_each_as_annotated() -> None:
    given = {"DEBUG": "True", "ALLOWED_HOSTS": "a.com, b.com", "REQUEST_TIMEOUT": "2.5", "LEVEL": "high"}
    more = {"PORTS": "80,443", "NAMES": "x, y", "QUIET": "0", "MODE": "slow"}
    settings = Config(environ={**NEEDED, **given, **more}).load(Settings)
    assert str(settings.secret_key) == "a long enough secret"
    assert (settings.debug, settings.quiet) == (True, False)
    assert settings.allowed_hosts == ["a.com", "b.com"]
    assert (settings.request_timeout, settings.level, settings.mode) == (2.5, Level.HIGH, "slow")
    assert (settings.ports, list(settings.names)) == ((80, 443), ["x", "y"])


def test_what_a_dataclass_says_itself_is_the_default() -> None:
    settings = Config(environ=NEEDED).load(Settings)
    own = Settings(settings.secret_key, "sqlite://", names=settings.names)
    assert settings == own


def test_an_empty_variable_is_none_where_there_may_be_none() -> None:
    assert Config(environ={**NEEDED, "REQUEST_TIMEOUT": ""}).load(Settings).request_timeout is None


def test_all_that_is_missing_or_wrong_with_a_dataclass_is_told_at_once_without_values() -> None:
    with pytest.raises(ConfigurationError) as caught:
        Config(environ={"DEBUG": "hunter2", "LEVEL": "hunter2", "PORTS": "1,hunter2"}).load(Settings)
    assert str(caught.value).splitlines() == [
        "The setting SECRET_KEY is missing: it has no value and no default.",
        "The setting DATABASE_URL is missing: it has no value and no default.",
        "The setting DEBUG must be true, false, 1 or 0.",
        "The setting LEVEL is not a valid Level.",
        "The setting PORTS is not a valid tuple[int, ...].",
    ]


def test_a_mapping_in_a_dataclass_is_written_as_json() -> None:
    assert Config(environ={"LIMITS": '{"a": 1}', "NAMES": "{}"}).load(Tables) == Tables({"a": 1}, {})
    with pytest.raises(ConfigurationError) as told:
        Config(environ={"LIMITS": '{"a": "hunter2"}', "NAMES": "hunter2"}).load(Tables)
    assert "LIMITS" in told.value.message
    assert "NAMES" in told.value.message
    assert "hunter2" not in told.value.message


@dataclass(frozen=True)
class Tables:
    limits: dict[str, int]
    names: Mapping[str, str]


def test_only_dataclasses_are_loaded() -> None:
    whole = Config(environ=NEEDED).load(Settings)
    for other in (dict, whole):
        with pytest.raises(ConfigurationError, match="takes a dataclass"):
            Config(environ={}).load(other)  # type: ignore[arg-type]  # the mistake


def test_a_field_that_no_text_can_be_is_named() -> None:
    @dataclass
    class Odd:
        path: Path
        api: API | None = None

    odd = Config(environ={"PATH": "/", "API": "here"})
    with pytest.raises(ConfigurationError, match=r"Odd\.api is of type API, which can not be read from text"):
        odd.load(Odd)
    assert Config(environ={"PATH": "/"}).load(Odd) == Odd(Path("/"))


def test_an_application_is_made_of_the_settings_that_it_knows() -> None:
    settings = Config(environ={**NEEDED, "ALLOWED_HOSTS": "a.com"}).load(Settings)
    api = API.from_settings(settings, debug=True)
    assert (api.settings.allowed_hosts, api.settings.request_timeout) == (("a.com",), 1.0)
    assert api.secret_key == "a long enough secret"
    assert api.debug
    assert (
        API.from_settings({"title": "Shop", "database_url": "sqlite://"}).openapi.document["info"]["title"]
        == "Shop"
    )


def test_settings_are_checked_like_keywords() -> None:
    with pytest.raises(ConfigurationError, match="debug"):
        API.from_settings({"debug": "yes"})
    with pytest.raises(ConfigurationError, match="takes an object with settings"):
        API.from_settings(Settings)


@pytest.mark.parametrize(
    ("name", "meant"),
    [("titel", "title"), ("DEBUG", "debug"), ("allowed_host", "allowed_hosts"), ("staticdir", "static_dir")],
)
def test_a_setting_that_looks_like_a_keyword_is_told(name: str, meant: str) -> None:
    for settings in ({name: 1}, SimpleNamespace(**{name: 1})):
        with pytest.raises(ConfigurationError, match=f"no keyword '{name}'; did you mean '{meant}'"):
            API.from_settings(settings)
    class_of_its_own = type("ClassOfItsOwn", (), {name: 1})()
    with pytest.raises(ConfigurationError, match="did you mean"):
        API.from_settings(class_of_its_own)
    annotated = type("Annotated", (), {"__annotations__": {name: int}})()
    with pytest.raises(ConfigurationError, match="did you mean"):
        API.from_settings(annotated)


def test_a_setting_beside_the_keyword_it_looks_like_is_the_program_s_own() -> None:
    api = API.from_settings({"titel": "Herr", "title": "Shop", "secret": "x", "port": 80, "_title": "", 5: 1})
    assert api.settings.title == "Shop"


@pytest.mark.parametrize("thing", ["text", 5, [("debug", True)], None])
def test_what_holds_no_settings_is_refused(thing: object) -> None:
    with pytest.raises(ConfigurationError, match="an object with settings"):
        API.from_settings(thing)


def test_a_module_may_hold_the_settings() -> None:
    module = ModuleType("settings")
    module.__dict__.update(debug=True, import_me=5)
    assert API.from_settings(module).debug
