"""From an application, a document or its text to the source of a client."""

from __future__ import annotations

from collections.abc import Mapping
from keyword import iskeyword
from os import PathLike
from pathlib import Path
from typing import Final, Literal, Protocol, TypeAlias, cast, get_args, runtime_checkable

from responder.errors import ConfigurationError
from responder.ext.clients.model import read_service
from responder.ext.clients.python import write_python
from responder.formats import get_formats

__all__ = ["LANGUAGES", "Language", "Source", "generate_client", "write_client"]

Language: TypeAlias = Literal["python"]
LANGUAGES: Final = cast("tuple[Language, ...]", get_args(Language))


@runtime_checkable
class HasDocument(Protocol):
    """What holds a document, as `api.openapi` does."""

    @property
    def document(self) -> object:
        """The document."""
        ...


@runtime_checkable
class HasOpenAPI(Protocol):
    """What has one, as an application does."""

    @property
    def openapi(self) -> HasDocument:
        """What holds the document."""
        ...


Source: TypeAlias = HasOpenAPI | HasDocument | Mapping[str, object] | str
"""An application, its document, or the document as a mapping, as JSON or as YAML."""


def generate_client(source: Source, *, class_name: str = "APIClient", language: Language = "python") -> str:
    """The source text of a client."""
    if cast("str", language) not in LANGUAGES:
        raise ConfigurationError(
            f"A client can be written in {', '.join(LANGUAGES)}, not in {language!r};"
            " generators for other languages read the document."
        )
    if not class_name.isidentifier() or iskeyword(class_name) or class_name.startswith("_"):
        raise ConfigurationError(f"A client needs a name that a class can have, not {class_name!r}.")
    try:
        return write_python(read_service(_document(source)), class_name)
    except RecursionError as error:
        raise ConfigurationError("The document is nested too deeply for a client.") from error


def write_client(
    source: Source, path: str | PathLike[str], *, class_name: str = "APIClient", language: Language = "python"
) -> Path:
    """Write a client to a file, whose folders are made; gives its path."""
    text = generate_client(source, class_name=class_name, language=language)
    target = Path(path)
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_text(text, encoding="utf-8")
    return target


def _document(source: Source) -> Mapping[str, object]:
    if isinstance(source, str):
        found: object = _parsed(source)
    elif isinstance(source, Mapping):
        return source
    elif isinstance(source, HasDocument):
        found = source.document
    else:
        found = source.openapi.document
    if not isinstance(found, Mapping):
        raise ConfigurationError("A client is made from an OpenAPI document; this is none.")
    return cast("Mapping[str, object]", found)


def _parsed(text: str) -> object:
    """The document of a text, which is JSON where it looks like it and YAML otherwise."""
    name = "json" if text.lstrip().startswith("{") else "yaml"
    return get_formats()[name].decode(text.encode())
