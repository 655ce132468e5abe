"""Material for the tests of the route table: rows, own convertors, random tables and paths that fit them."""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from random import Random

from typing_extensions import override

from responder._contract.findings import Finding
from responder._contract.template import parse
from responder._routing.table import Row
from responder.convertors import CONVERTORS, AnyConvertor, Convertor


class DateConvertor(Convertor[datetime.date], name="date"):
    """A pattern that lets through what the conversion then refuses: there is no thirteenth month."""

    pattern = r"[0-9]{4}-[0-9]{2}-[0-9]{2}"

    @override
    def convert(self, text: str, /) -> datetime.date:
        return datetime.date.fromisoformat(text)


class SlugConvertor(Convertor[str], name="slug"):
    pattern = r"[a-z0-9-]+"

    @override
    def convert(self, text: str, /) -> str:
        return text.upper()


class WordConvertor(Convertor[list[str]], name="word"):
    """Takes the empty text too, and yields something that two requests must not share."""

    pattern = r"[a-z]*"

    @override
    def convert(self, text: str, /) -> list[str]:
        return [text]


class RepoConvertor(Convertor[str], name="repo"):
    """Holds exactly one slash."""

    pattern = r"[a-z]+/[a-z]+"
    spans = True

    @override
    def convert(self, text: str, /) -> str:
        return text


OWN = (DateConvertor(), SlugConvertor(), WordConvertor(), RepoConvertor())
KNOWN: Mapping[str, AnyConvertor] = {**CONVERTORS, **{own.name: own for own in OWN}}

#: Texts that a convertor takes, and some that it nearly takes.
TEXTS: Mapping[str, tuple[str, ...]] = {
    "str": ("a", "b", "x-y", "1", "a.b", "é", "a\n", " "),
    "int": ("0", "7", "42", "007", "٣", "1\n", "-1"),
    "float": ("1", "1.5", "0.25", "1.", ".5", "1e3"),
    "uuid": (
        "12345678-1234-5678-1234-567812345678",
        "ABCDEF01-1234-5678-1234-56781234567A",
        "12345678-1234-5678-1234-56781234567",
    ),
    "path": ("a", "a/b", "a//b", "/", "x-y/1.5", "a/"),
    "date": ("2024-02-29", "2023-02-29", "2024-13-01", "2024-1-1"),
    "slug": ("a", "a-b", "1-", "A"),
    "word": ("", "a", "abc", "1"),
    "repo": ("a/b", "ab/cd", "a/b/c", "a"),
}
LITERALS = (
    "a",
    "b",
    "ab",
    "-",
    ".",
    ".json",
    "+",
    "*",
    "(a|b)",
    "[a]",
    "^",
    "$",
    "\\",
    "a?",
    "é",
    " ",
    "@",
    "",
)
METHODS = ("GET", "HEAD", "POST", "DELETE", "OPTIONS", "PURGE")
REQUESTS = (*METHODS, "WEIRD", "")


def row(text: str, methods: str | None, target: int) -> Row[int]:
    """Write a row: `row("/users/{id:int}", "GET POST", 0)`."""
    template = parse(text)
    assert not isinstance(template, Finding), template.message
    return Row(template, None if methods is None else frozenset(methods.split()), target)


def rows(*written: tuple[str, str | None]) -> list[Row[int]]:
    """Write rows; each has its place as target."""
    return [row(text, methods, target) for target, (text, methods) in enumerate(written)]


def random_rows(random: Random, count: int, variety: int) -> list[Row[int]]:
    """Make a table.  `variety` is how many different literals there are besides the tricky ones."""
    literals = (*LITERALS, *(f"r{number}" for number in range(variety)))
    return [row(_template(random, literals), _methods(random), target) for target in range(count)]


def _template(random: Random, literals: tuple[str, ...]) -> str:
    fields = 0
    text = ""
    for _ in range(random.choice((1, 1, 2, 2, 3, 4))):
        text += "/"
        for _ in range(random.choice((1, 1, 1, 1, 2, 3))):
            if random.random() < 0.5:
                text += random.choice(literals)
            elif fields < 4:
                text += f"{{f{fields}:{random.choice(tuple(KNOWN))}}}"
                fields += 1
    return text


def _methods(random: Random) -> str | None:
    if random.random() < 0.2:
        return None
    return " ".join(random.sample(METHODS, random.choice((1, 1, 2))))


def random_path(random: Random, table: list[Row[int]]) -> str:
    """Make a path from a row of the table, and perhaps spoil it a little."""
    path = "".join(
        part if isinstance(part, str) else random.choice(TEXTS[part.convertor])
        for part in random.choice(table).template.parts
    )
    if random.random() < 0.3:
        at = random.randrange(len(path) + 1)
        spoiled = (path + "/", path + "\n", path[:at] + "/" + path[at:], path[:at] + path[at + 1 :], path[1:])
        path = random.choice(spoiled)
    return path
