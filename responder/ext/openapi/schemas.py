"""The schemas of a document and its components: made once each, named when all of them are known.

`of` gives the schema of a type, with provisional references; `finish` settles which definitions differ
between what is sent and what is received, names all that are used, and puts the names into a whole document.
 Called by whoever writes a part of the document.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Final, cast

from pydantic import TypeAdapter
from pydantic.errors import PydanticSchemaGenerationError, PydanticUserError

from responder.ext.openapi.dialects import spell_30, tidy
from responder.ext.openapi.generator import PROVISIONAL, DecimalText, Generator, Mode
from responder.ext.openapi.naming import Called, called, settle_names
from responder.ext.openapi.objects import Schema, is_array, is_object

__all__ = ["Schemas", "adapter_of"]

REFERENCE: Final = "#/components/schemas/"


class Schemas:
    """The schemas of one document; thrown away when it is finished."""

    def __init__(
        self, version: str, decimals: DecimalText = "string", given: Mapping[object, str] | None = None
    ) -> None:
        self.is_30 = version.startswith("3.0")
        self.calls = 0
        """How many schemas were made, for whoever watches the cost."""
        self._generator = Generator(decimals)
        self._made: dict[tuple[int, Mode], Schema] = {}
        self._kept: list[object] = []  # what an id stands for must not go away
        self._given = dict(given or {})
        self._own: dict[str, tuple[Called, Schema]] = {}

    # -- while the document is written

    def of(self, adapter: TypeAdapter[object], mode: Mode) -> Schema:
        """The schema of what an adapter reads or writes, in the document's dialect."""
        return self.spell(self.raw(adapter, mode))

    def raw(self, adapter: TypeAdapter[object], mode: Mode) -> Schema:
        """The same as it was made, to be changed at will before it is spelled."""
        known = self._made.get((id(adapter), mode))
        if known is None:
            self.calls += 1
            self._kept.append(adapter)
            known = self._made[(id(adapter), mode)] = self._generator.make(adapter.core_schema, mode)
        return dict(known)

    def add(
        self, name: str, schema: Callable[[], Schema], *, fixed: bool = False, module: str = ""
    ) -> Schema:
        """A reference to a definition of our own; it is made the first time that it is asked for."""
        key = f"+{module}:{name}"
        if key not in self._own:
            self._own[key] = (Called(name, module, fixed), {})
            self._own[key] = (Called(name, module, fixed), schema())
        return {"$ref": PROVISIONAL + key}

    def follow(self, schema: Mapping[str, object]) -> Mapping[str, object]:
        """What a schema says once its references are followed."""
        for _ in range(20):
            ref = schema.get("$ref")
            target = self._target(ref) if isinstance(ref, str) else None
            if target is None:
                return schema
            schema = target
        return schema

    def _target(self, ref: str) -> Schema | None:
        key = ref.removeprefix(PROVISIONAL)
        if key in self._own:
            return self._own[key][1]
        definitions = cast("Mapping[str, Schema]", self._generator.definitions)
        return definitions.get(key)

    # -- when all of it is written

    def finish(self, document: Mapping[str, object]) -> tuple[dict[str, object], dict[str, Schema]]:
        """The document with every reference named, and the components that it uses, by name."""
        self._demand_discriminators()
        definitions = cast("dict[str, Schema]", self._generator.definitions)
        spelled = {key: self._spelled(schema) for key, schema in definitions.items()}
        spelled.update({key: self._spelled(schema) for key, (_, schema) in self._own.items()})
        refs_of = {key: tuple(_references(schema)) for key, schema in spelled.items()}
        used = _reached(document, refs_of)
        names = self._names([key for key in spelled if key in used], spelled, refs_of)
        refs = {PROVISIONAL + key: REFERENCE + name for key, name in names.items()}
        whole = cast("dict[str, object]", _renamed(document, refs))
        components: dict[str, Schema] = {}
        for key, name in names.items():
            if name not in components:
                components[name] = cast("Schema", _renamed(spelled[key], refs))
        return whole, dict(sorted(components.items()))

    def spell(self, schema: Schema) -> Schema:
        """A schema in the document's dialect."""
        return self._spelled(schema)

    def _spelled(self, schema: Schema) -> Schema:
        made = spell_30(schema, self._target) if self.is_30 else tidy(schema)
        return cast("Schema", made)

    def _demand_discriminators(self) -> None:
        """The property that tells the members of a union apart is always there, and has no default."""
        for name, refs in self._generator.unions.values():
            for ref in refs:
                target = self._target(ref)
                properties = None if target is None else target.get("properties")
                if target is None or not isinstance(properties, dict) or name not in properties:
                    continue
                known = cast("dict[str, object]", properties)
                one = cast("Schema", known[name])
                known[name] = {key: value for key, value in one.items() if key != "default"}
                required = cast("list[str]", target.get("required") or [])
                if name not in required:
                    target["required"] = [field for field in known if field in (*required, name)]

    def _names(
        self, keys: list[str], spelled: Mapping[str, Schema], refs_of: Mapping[str, Iterable[str]]
    ) -> dict[str, str]:
        """The name of every definition; one for both directions where these are the same."""
        split = _split(keys, spelled, refs_of)
        wanted: dict[str, Called] = {}
        for key in keys:
            subject = _subject(key)
            if subject not in wanted:
                wanted[subject] = self._called(key)
        wanted.update(self._unions(keys, wanted))
        settled = settle_names(wanted)
        if split:
            named = {subject: Called(name, fixed=True) for subject, name in settled.items()}
            for subject in split:
                one = wanted[subject]
                name = f"{settled[subject]}Input"
                named[f"{subject}.in"] = Called(name, one.module, one.fixed and name not in settled.values())
            settled = settle_names(named)
        return {key: settled[key if key in settled else _subject(key)] for key in keys}

    def _called(self, key: str) -> Called:
        if key in self._own:
            return self._own[key][0]
        core_ref = self._generator.core_ref(key)
        if core_ref is None:
            return Called("Union")
        cls = self._generator.class_of(core_ref)
        given = self._given.get(cls) if cls is not None and _is_hashable(cls) else None
        return called(core_ref, cls) if given is None else Called(given, fixed=True)

    def _unions(self, keys: Iterable[str], wanted: Mapping[str, Called]) -> dict[str, Called]:
        named: dict[str, Called] = {}
        for key in keys:
            told = self._generator.unions.get(key)
            if told is None:
                continue
            members = [wanted[_subject(ref.removeprefix(PROVISIONAL))] for ref in told[1]]
            named[_subject(key)] = Called("Or".join(one.name for one in members), members[0].module)
        return named


def adapter_of(annotation: object) -> TypeAdapter[object] | str:
    """An adapter for a type, or why there is none."""
    make = cast("Callable[[object], TypeAdapter[object]]", TypeAdapter)
    try:
        return make(annotation)
    except (PydanticSchemaGenerationError, PydanticUserError, TypeError, NameError) as error:
        return str(error).splitlines()[0]


def _is_hashable(value: object) -> bool:
    return type(value).__hash__ is not None


def _subject(key: str) -> str:
    """What a definition is about, whichever the direction."""
    return key.removesuffix(".in").removesuffix(".out")


def _references(value: object) -> Iterator[str]:
    """Every provisional reference in a value, without what they begin with."""
    if isinstance(value, str):
        if value.startswith(PROVISIONAL):
            yield value.removeprefix(PROVISIONAL)
    elif is_object(value):
        for one in value.values():
            yield from _references(one)
    elif is_array(value):
        for one in value:
            yield from _references(one)


def _split(
    keys: Iterable[str], spelled: Mapping[str, Schema], refs_of: Mapping[str, Iterable[str]]
) -> list[str]:
    """The definitions that are not the same in both directions, by what they hold or refer to."""
    used = set(keys)
    both = [key.removesuffix(".in") for key in keys if key.endswith(".in") and f"{key[:-3]}.out" in used]
    differing = {one for one in both if not _same(spelled[f"{one}.in"], spelled[f"{one}.out"])}
    users: dict[str, list[str]] = {}
    for one in both:
        for ref in refs_of[f"{one}.out"]:
            users.setdefault(_subject(ref), []).append(one)
    waiting = list(differing)
    while waiting:
        for user in users.get(waiting.pop(), ()):
            if user not in differing:
                differing.add(user)
                waiting.append(user)
    return [one for one in both if one in differing]


def _reached(document: object, refs_of: Mapping[str, Iterable[str]]) -> set[str]:
    """The keys of all definitions that a document uses, also by way of others."""
    reached: set[str] = set()
    waiting = list(_references(document))
    while waiting:
        key = waiting.pop()
        if key in refs_of and key not in reached:
            reached.add(key)
            waiting.extend(refs_of[key])
    return reached


def _renamed(value: object, refs: Mapping[str, str]) -> object:
    """A copy with every provisional reference replaced."""
    if isinstance(value, str):
        return refs.get(value, value) if value.startswith(PROVISIONAL) else value
    if is_object(value):
        return {key: _renamed(one, refs) for key, one in value.items()}
    if isinstance(value, (list, tuple)):
        return [_renamed(one, refs) for one in cast("list[object]", value)]
    return value


def _same(one: object, other: object) -> bool:
    """Whether two schemas say the same; references count by what they are about."""
    if isinstance(one, str) and isinstance(other, str):
        return one == other or (one.startswith(PROVISIONAL) and _subject(one) == _subject(other))
    if is_object(one) and is_object(other):
        return one.keys() == other.keys() and all(_same(one[key], other[key]) for key in one)
    if is_array(one) and is_array(other):
        return len(one) == len(other) and all(map(_same, one, other))
    return type(one) is type(other) and one == other
