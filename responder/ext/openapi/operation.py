"""One operation of the plan as one operation of the document.

Called by `document` for every route it shows; everything comes from the plan and from what authors added.
"""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import product
from typing import cast

from responder.ext.openapi.answers import Answers
from responder.ext.openapi.identity import Documented, words
from responder.ext.openapi.objects import OperationObject, Requirement
from responder.ext.openapi.overlay import NOTHING_TOLD, BadOverlay, Told, merge, read_docstring
from responder.ext.openapi.parameters import body_of, parameters_of
from responder.ext.openapi.schemas import Schemas
from responder.routes import Operation, Route

__all__ = ["Writer"]

NO_TAG = "Default"


@dataclass(slots=True)
class Writer:
    """Writes operations, and gathers the security schemes that they name."""

    schemas: Schemas
    answers: Answers
    default_security: Sequence[Requirement] = ()
    schemes: dict[str, Mapping[str, object]] = field(default_factory=dict[str, Mapping[str, object]])

    def write(self, one: Documented, spelling: Sequence[str]) -> OperationObject:
        """One operation; `spelling` are the names of its path's fields in the document."""
        operation, settings = one.operation, one.operation.settings
        told = told_of(operation)
        made = OperationObject(operationId=one.id, tags=tags_of(one.route))
        made["summary"] = settings.summary or told.summary or words(one.id)
        description = settings.description or (told.text if settings.summary else told.description)
        if description:
            made["description"] = description
        if settings.deprecated:
            made["deprecated"] = True
        parameters = parameters_of(operation, self.schemas, spelling)
        if parameters:
            made["parameters"] = [*parameters]
        body = body_of(operation, one.id, self.schemas)
        if body is not None:
            made["requestBody"] = body
        security = self._security(operation)
        asked = self.default_security if security is None else security
        # A guard may turn callers away without a word about how; and `security=` may say more than there is.
        secured = bool(asked) or bool(operation.auth)
        made["responses"] = self.answers.of(operation, one.method, secured=secured)
        if settings.sunset is not None:
            _end(made, settings.sunset)
        if security is not None:
            made["security"] = security
        return self._authored(made, one, told)

    def _authored(self, made: OperationObject, one: Documented, told: Told) -> OperationObject:
        whole = merge(made, one.operation.settings.openapi_extra)
        addition = (told.by_method or {}).get(one.method.lower())
        return cast("OperationObject", whole if addition is None else merge(whole, addition))

    def _security(self, operation: Operation) -> list[Requirement] | None:
        """Who may call; None where the document's own requirement holds, or nobody knows."""
        settings = operation.settings
        given = cast("Sequence[Mapping[str, Sequence[str]]] | None", getattr(settings, "security", None))
        guards = guards_of(operation)
        for guard in guards:
            self.schemes.update(schemes_of(guard))
        if given is not None:
            return [{name: list(scopes) for name, scopes in one.items()} for one in given]
        requirements = all_of(map(security_of, guards))
        if requirements:
            return requirements
        if guards:
            return None  # they don't say whom they let in: not everybody
        return None if self.default_security and getattr(settings, "auth", None) != () else []


def _end(made: OperationObject, sunset: datetime.datetime) -> None:
    """Say when an operation ends, and that its successes say so too."""
    cast("dict[str, object]", made)["x-sunset"] = sunset.isoformat().replace("+00:00", "Z")
    header = {"description": "When this ends (RFC 8594).", "schema": {"type": "string"}}
    for status, answer in made.get("responses", {}).items():
        if status.startswith("2"):
            told = cast("dict[str, object]", answer)
            told["headers"] = merge(told.get("headers", {}), {"Sunset": header})


def guards_of(operation: Operation) -> Sequence[object]:
    """What lets callers in, or keeps them out: the guards of `auth=`, and those that are dependencies."""
    guards = list(cast("Iterable[object]", getattr(operation, "auth", ())))
    guards.extend(one.function for one in operation.providers if security_of(one.function))
    return guards


def security_of(guard: object) -> Sequence[Mapping[str, Sequence[str]]]:
    """The OpenAPI requirements of a guard, any one of which is enough."""
    told: object = getattr(guard, "security", ())
    return cast("Sequence[Mapping[str, Sequence[str]]]", told if isinstance(told, list | tuple) else ())


def schemes_of(guard: object) -> Mapping[str, Mapping[str, object]]:
    """The OpenAPI security schemes of a guard, by name."""
    told: object = getattr(guard, "schemes", None)
    return cast("Mapping[str, Mapping[str, object]]", told if isinstance(told, Mapping) else {})


def all_of(guards: Iterable[Sequence[Mapping[str, Sequence[str]]]]) -> list[Requirement]:
    """The requirements of several guards that all have to be met: each choice of one from every guard."""
    asked = [requirements for requirements in guards if requirements]
    if not asked:
        return []
    made: list[Requirement] = []
    for choice in product(*asked):
        together: Requirement = {}
        for requirement in choice:
            for name, scopes in requirement.items():
                together[name] = list(dict.fromkeys((*together.get(name, ()), *scopes)))
        if together not in made:
            made.append(together)
    return made


def told_of(operation: Operation) -> Told:
    """What the docstring of a handler tells; that of a method goes before its class's."""
    view = operation.views[-1].view
    texts = [getattr(view.function, "__doc__", None)]
    if view.owner is not None:
        texts.append(view.owner.__doc__)
    for text in texts:
        if isinstance(text, str) and text.strip():
            try:
                return read_docstring(text)
            except BadOverlay:
                return NOTHING_TOLD
    return NOTHING_TOLD


def tags_of(route: Route) -> list[str]:
    """The tags of a route; one that names none is tagged by the first word of its path."""
    if route.settings.tags:
        return list(route.settings.tags)
    for part in route.template.public.split("/"):
        if part and not part.startswith("{"):
            return [words(part)]
    return [NO_TAG]
