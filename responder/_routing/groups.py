"""Prefixes: `Group` declares on an application right away, `Router` keeps what it is told until it is
included.

How settings nest is in `under`, a pure function from what was declared to what it is below a prefix; so a
router may be included many times, each time with other settings.  Called by users and by the application.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from functools import partial
from typing import ClassVar, Final, Generic, cast, overload

from starlette.exceptions import HTTPException
from typing_extensions import TypeVar, Unpack, override

from responder._contract.convertors import ConvertorFacts
from responder._contract.findings import Finding, found
from responder._contract.template import EMPTY, Template, join, parse
from responder._http.problems import ConfigurationError
from responder._routing.declare import Batch, Declared, HookRecord, Journal
from responder._routing.decorators import PrefixT, RegC
from responder._routing.errors import Located, RouteError, gathering, refuse, site_of_caller
from responder._routing.handlers import ExceptionDecorator, ExceptionHandler, ExcT, Handlers
from responder._routing.listed import RouteSpec, as_spec
from responder._routing.options import PREFIX, PrefixOptions, RouteSettings, Unset
from responder._routing.settle import settle
from responder._routing.streamed import StreamRoutes
from responder.registry import Registry

OuterT = TypeVar("OuterT", bound=str, default=str, covariant=True)

CURABLE: Final = frozenset({"convertor-unknown", "parameter-unknown", "path-marker"})
"""Rules that a router can not judge alone: the prefix it gets, or the application, may still make it
right."""


class Host(StreamRoutes[RegC, PrefixT], Generic[RegC, PrefixT]):
    """Whatever routers can be included in."""

    def group(self, prefix: str, /, **options: Unpack[PrefixOptions]) -> Group[RegC, str]:
        """Give a view of this whose paths all begin with `prefix`; the options mean what they mean for a
        router, for the routes that are declared on the group.
        """
        return Group(self, prefix, **options)

    def include_router(
        self,
        router: Router[RegC, str, str],
        *,
        prefix: str = "",
        **options: Unpack[PrefixOptions],
    ) -> None:
        """Declare everything that a router has been told by now, below `prefix`.

        `tags`, `dependencies` and `middleware` come before the router's own, which come before those of its
        routes.  `auth` is for the routes that neither say who may call themselves nor have a router that
        does.  `name` is put before the names of its routes, so that a router may be included twice.
        """
        site = site_of_caller()
        _check_router(router)
        if router is self:
            raise ValueError("a router can not include itself")
        settings, findings = _settled(options, "include_router")
        outer = _prefix(prefix)
        if isinstance(outer, Finding):
            findings = (outer, *findings)
        if findings or isinstance(outer, Finding):
            refuse(RouteError(Located(finding, site, prefix or None) for finding in findings))
            return
        self._take(under(router.batch(), outer, settings))

    def _take_list(self, routes: object) -> None:
        """Declare the routes of a list, or raise everything that is wrong with them."""
        listed = cast("Sequence[object]", routes) if type(routes) in (list, tuple) else (routes,)
        with gathering() as faults:
            for one in listed:
                spec, router = as_spec(one), _as_router(one)
                if type(routes) not in (list, tuple) or (spec is None and router is None):
                    expected = "a list of RouteSpec(...) and routers"
                    wrong = found("option-value", option="routes", expected=expected, value=repr(one))
                    faults.append(Located(wrong, site_of_caller()))
                elif router is not None:
                    self.include_router(router)
                elif spec is not None and spec.options.get("before_request", False) is True:
                    when = self._hook_wanted(spec.path, spec.options, spec.site)
                    self._record(spec.endpoint, when, spec.site)
                elif spec is not None:
                    wanted = self._wanted(spec.path, spec.options, spec.site)
                    self._declare(wanted, spec.endpoint, spec.names)
        if faults:
            refuse(RouteError(faults))


class Group(Host[RegC, PrefixT], Generic[RegC, PrefixT]):
    """An application's routes below a prefix; what is declared here is declared there, at once."""

    _under_prefix: ClassVar[bool] = True

    def __init__(self, owner: Host[RegC, str], prefix: str, **options: Unpack[PrefixOptions]) -> None:
        self._owner = owner
        self._prefix = _checked_prefix(prefix)
        self._settings, findings = _settled(options, "group")
        if findings:
            raise RouteError(Located(finding, site_of_caller(), prefix or None) for finding in findings)

    @property
    def prefix(self) -> str:
        """What every path of the group begins with."""
        return self._prefix.text

    @override
    def _take(self, batch: Batch) -> None:
        self._owner._take(under(batch, self._prefix, self._settings))


class Router(Host[RegC, PrefixT], Generic[RegC, PrefixT, OuterT]):
    """Routes to be included in an application, or in another router, later and as often as wanted.

    `registry` says which names and convertors the application must offer.  `outer` is a path template of the
    fields that the prefix it is included under will have.
    """

    _under_prefix: ClassVar[bool] = True

    @overload
    def __init__(
        self: Router[Registry, str, str],
        prefix: str = "",
        *,
        outer: str = "",
        routes: Sequence[RouteSpec | Router[Registry, str, str]] = (),
        **options: Unpack[PrefixOptions],
    ) -> None: ...
    @overload
    def __init__(
        self,
        prefix: str = "",
        *,
        registry: type[RegC],
        outer: str = "",
        routes: Sequence[RouteSpec | Router[RegC, str, str]] = (),
        **options: Unpack[PrefixOptions],
    ) -> None: ...
    def __init__(
        self,
        prefix: str = "",
        *,
        registry: type[Registry] | None = None,
        outer: str = "",
        routes: Sequence[object] = (),
        **options: Unpack[PrefixOptions],
    ) -> None:
        self._prefix = _checked_prefix(prefix)
        self._outer = _checked_prefix(outer)
        self._settings, findings = _settled(options, "Router")
        if findings:
            site = site_of_caller()
            refuse(RouteError(Located(finding, site, prefix or None) for finding in findings))
        self._journal = Journal(registry)
        self._routes: list[Declared] = []
        self._hooks: list[HookRecord] = []
        self._answers = Handlers()
        if routes != ():
            self._take_list(routes)

    @property
    def prefix(self) -> str:
        """What every path of the router begins with, before it is included anywhere."""
        return self._prefix.text

    def batch(self) -> Batch:
        """Everything that was declared by now."""
        if not self._answers:
            return Batch(tuple(self._routes), tuple(self._hooks))
        own = self._answers.copy()
        routes = [
            replace(one, settings=replace(one.settings, answers=(*one.settings.answers, own)))
            for one in self._routes
        ]
        return Batch(tuple(routes), tuple(self._hooks))

    @overload
    def exception_handler(self, key: type[ExcT], /) -> ExceptionDecorator[ExcT]: ...
    @overload
    def exception_handler(self, key: int, /) -> ExceptionDecorator[HTTPException]: ...
    def exception_handler(self, key: type[Exception] | int, /) -> object:
        """Let `function(req, resp, exc)` answer a class of exceptions, or a status, on the router's routes.

        It comes before the handlers of outer routers and of the application.
        """
        return ExceptionDecorator[Exception](partial(self._answer_by, key))

    @overload
    def add_exception_handler(self, key: type[ExcT], handler: ExceptionHandler[ExcT]) -> None: ...
    @overload
    def add_exception_handler(self, key: int, handler: ExceptionHandler[HTTPException]) -> None: ...
    def add_exception_handler(self, key: type[Exception] | int, handler: Callable[..., object]) -> None:
        """Let `handler(req, resp, exc)` answer a class of exceptions, or a status, on the router's routes."""
        self._answer_by(key, handler)

    def _answer_by(self, key: type[Exception] | int, handler: Callable[..., object]) -> None:
        if key is Exception or key == 500:
            said = "500" if key == 500 else "Exception"
            raise ConfigurationError(
                f"A router answers exceptions that it knows; {said} is for api.exception_handler()."
            )
        try:
            self._answers.add(key, handler)
        except RouteError as error:
            refuse(error)

    @override
    def _take(self, batch: Batch) -> None:
        own = under(batch, self._prefix, self._settings)
        faults = list(own.faults)
        for declared in own.routes:
            whole = join(self._outer, declared.template)
            if isinstance(whole, Finding):
                faults.append(declared.located(whole))
            else:
                faults.extend(_certain(replace(declared, template=whole), self._journal.facts))
        if faults:
            refuse(RouteError(faults))
            return
        self._routes.extend(own.routes)
        self._hooks.extend(own.hooks)


def under(batch: Batch, prefix: Template, outer: RouteSettings) -> Batch:
    """What was declared, below a prefix: paths and hooks move there, tags and guards are put in front, and
    who may call is what the innermost says.
    """

    routes: list[Declared] = []
    hooks: list[HookRecord] = []
    faults = list(batch.faults)
    for declared in batch.routes:
        template = join(prefix, declared.template)
        if isinstance(template, Finding):
            faults.append(declared.located(template))
            continue
        settings = replace(
            declared.settings,
            tags=tuple(dict.fromkeys((*outer.tags, *declared.settings.tags))),
            dependencies=(*outer.dependencies, *declared.settings.dependencies),
            auth=outer.auth if declared.settings.auth is Unset.UNSET else declared.settings.auth,
            middleware=(*outer.middleware, *declared.settings.middleware),
            responses={**outer.responses, **declared.settings.responses},
            response_models=_models(outer, declared.settings),
            namespace=(*outer.namespace, *declared.settings.namespace),
        )
        routes.append(replace(declared, template=template, settings=settings))
    for record in batch.hooks:
        scope = join(prefix, EMPTY if record.prefix is None else record.prefix)
        if isinstance(scope, Finding):
            faults.append(Located(scope, record.site))
        else:
            hooks.append(replace(record, prefix=scope if scope.text else None))
    return Batch(tuple(routes), tuple(hooks), tuple(faults))


def _models(outer: RouteSettings, own: RouteSettings) -> Mapping[int, object]:
    """The models of all statuses; a route that says something of a status says it instead."""
    said = {str(status) for status in own.responses}
    kept = {status: model for status, model in outer.response_models.items() if str(status) not in said}
    return {**kept, **own.response_models}


def _certain(declared: Declared, facts: Mapping[str, ConvertorFacts]) -> list[Located]:
    """What is wrong with a route wherever its router will be included."""
    return [fault for fault in declared.faults(facts) if fault.finding.rule.name not in CURABLE]


def _settled(options: Mapping[str, object], verb: str) -> tuple[RouteSettings, tuple[Finding, ...]]:
    """What a prefix says for everything below it."""
    given = {option: value for option, value in options.items() if value is not Unset.UNSET}
    settings, findings = settle(given, PREFIX, verb)
    if settings.name is None:
        return settings, findings
    if not settings.name or ":" in settings.name:
        expected = 'a text without ":"'
        wrong = found("option-value", option="name", expected=expected, value=repr(settings.name))
        return settings, (*findings, wrong)
    return replace(settings, name=None, namespace=(settings.name,)), findings


def _as_router(given: object) -> Router[Registry, str, str] | None:
    return cast("Router[Registry, str, str]", given) if isinstance(given, Router) else None


def _check_router(given: object) -> None:
    if not isinstance(given, Router):
        raise TypeError(f"include_router() needs a Router, not {given!r}")


def _prefix(text: object) -> Template | Finding:
    """A prefix without the slashes that end it."""
    if not isinstance(text, str):
        expected = 'a string that starts with "/"'
        return found("option-value", option="prefix", expected=expected, value=repr(text))
    trimmed = text.rstrip("/")
    return parse(trimmed, allow_empty=True)


def _checked_prefix(text: object) -> Template:
    template = _prefix(text)
    if isinstance(template, Finding):
        refuse(RouteError([Located(template, site_of_caller(), str(text))]))
        return EMPTY
    return template
