"""From the keywords of a route to frozen `RouteSettings`, or to all that is wrong with them.

Each option has one small check that gives the normalised value or a `Wrong`; `settle` runs them and then
looks for contradictions.  Nothing here knows a handler or a path.  Called by `declare`.
"""

from __future__ import annotations

import datetime
from collections.abc import Callable, Collection, Mapping, Sequence
from types import MappingProxyType
from typing import Final, TypeVar

from typing_extensions import TypeIs

from responder._contract.answers import BODILESS, PROMISES, STATUSES, is_status, model_finding
from responder._contract.findings import Finding, found
from responder._contract.frozen import frozen
from responder._contract.hints import resemblance
from responder._contract.options import (
    BYTES,
    DEPENDENCIES,
    ORIGINS,
    SECONDS,
    STATUS,
    SUBPROTOCOLS,
    TEXTS,
    VERBS,
    is_bytes,
    is_seconds,
    is_status_code,
    is_texts,
    is_tokens,
    is_verbs,
    shown,
)
from responder._http.forms import DEFAULT_LIMITS, FormLimits
from responder._http.messages import OnInvalid
from responder._http.origins import Origins, read_origins
from responder._http.raises import WANTED as RAISES
from responder._http.raises import Problems, read_raises
from responder._routing.authenticating import WANTED, Guards, read_auth
from responder._routing.farewell import Farewell, moment_of
from responder._routing.options import Requirement, RouteSettings, Unset
from responder._routing.wrapping import WANTED as LAYERS
from responder._routing.wrapping import Layers, read_layers
from responder.params import Dependency

T = TypeVar("T")

_SECURITY: Final = 'OpenAPI requirements, such as [{"bearerAuth": []}]'
_EMPTY: Final[Mapping[int | str, object]] = MappingProxyType({})
_NO_EXTRA: Final[Mapping[str, object]] = MappingProxyType({})
# The default of each as wide as what it stands for, so that `read` gives no less.
_UNSET_SECONDS: Final[float | Unset | None] = Unset.UNSET
_UNSET_BYTES: Final[int | Unset | None] = Unset.UNSET
_UNSET_AUTH: Final[Guards | Unset] = Unset.UNSET
_NO_HOOKS: Final[tuple[Callable[..., object], ...]] = ()
_UNSET_LIMITS: Final[FormLimits | Unset] = Unset.UNSET
_PLAIN: Final = RouteSettings()


@frozen
class Wrong:
    """What an option must be."""

    expected: str
    value: object


class _Options:
    """Reads options one by one and gathers what is wrong with them."""

    def __init__(self, given: Mapping[str, object]) -> None:
        self._given = given
        self.findings: list[Finding] = []

    def read(self, option: str, check: Callable[[object], T | Wrong], default: T) -> T:
        """The checked value of an option, or its default when it was not given or is wrong."""
        if option not in self._given:
            return default
        checked = check(self._given[option])
        if not isinstance(checked, Wrong):
            return checked
        self.findings.append(
            found("option-value", option=option, expected=checked.expected, value=_shown(checked.value))
        )
        return default


def settle(
    options: Mapping[str, object], allowed: Collection[str], verb: str | None = None
) -> tuple[RouteSettings, tuple[Finding, ...]]:
    """Settle the options of one declaration; with findings, the settings are not to be used.

    `allowed` are the keywords that this way of declaring takes; `verb` is the decorator that stands for one.
    """
    if not options:
        return _PLAIN, ()
    reader = _Options(options)
    for option in options:
        finding = _refused(option, allowed, verb)
        if finding is not None:
            reader.findings.append(finding)
    responses = reader.read("responses", _by_status, _EMPTY)
    models, unfit = _models(responses)
    reader.findings.extend(unfit)
    sunset = reader.read("sunset", _moment, None)
    after = reader.read("after", _hooks, _NO_HOOKS)
    settings = RouteSettings(
        methods=reader.read("methods", _methods, None),
        name=reader.read("name", _text, None),
        check_existing=reader.read("check_existing", _flag, True),
        gives_way=reader.read("gives_way", _flag, False),
        default=reader.read("default", _flag, False),
        websocket=reader.read("websocket", _flag, False),
        response_model=reader.read("response_model", _response_model, None),
        params_model=reader.read("params_model", _class, None),
        timeout=reader.read("timeout", _seconds, _UNSET_SECONDS),
        max_body_size=reader.read("max_body_size", _bytes, _UNSET_BYTES),
        form_limits=reader.read("form_limits", _form_limits, _UNSET_LIMITS),
        status_code=reader.read("status_code", _status, None),
        before=reader.read("before", _hooks, ()),
        after=after if sunset is None else (*after, Farewell(sunset)),
        dependencies=reader.read("dependencies", _guards, ()),
        auth=reader.read("auth", _auth, _UNSET_AUTH),
        middleware=reader.read("middleware", _layers, ()),
        security=reader.read("security", _security, None),
        include_in_schema=reader.read("include_in_schema", _flag, True),
        csrf=reader.read("csrf", _maybe_flag, None),
        tags=reader.read("tags", _texts, ()),
        summary=reader.read("summary", _text, None),
        description=reader.read("description", _text, None),
        operation_id=reader.read("operation_id", _text, None),
        deprecated=reader.read("deprecated", _maybe_flag, None if sunset is None else True),
        raises=reader.read("raises", _raises, ()),
        sunset=sunset,
        responses=responses,
        response_models=models,
        examples=options.get("examples"),
        response_examples=reader.read("response_examples", _by_status, _EMPTY),
        openapi_extra=reader.read("openapi_extra", _extra, _NO_EXTRA),
        allowed_origins=reader.read("allowed_origins", _origins, None),
        subprotocols=reader.read("subprotocols", _subprotocols, ()),
        on_invalid=reader.read("on_invalid", _on_invalid, "close"),
    )
    reader.read("before_request", _before_request, False)
    reader.findings.extend(_contradictions(settings))
    return settings, tuple(reader.findings)


def _refused(option: str, allowed: Collection[str], verb: str | None) -> Finding | None:
    if option == "methods" and verb is not None:
        why = f"{verb}() is for that one method; use route(..., methods=[...]) for several"
        return found("option-conflict", option="methods", other=verb, why=why)
    if option not in allowed:
        # What was once spelled `request_model` is an annotation now; `response_model` would mislead.
        hint = None if option == "request_model" else resemblance(option, allowed)
        return found("option-unknown", hint=hint, option=option)
    return None


def _contradictions(settings: RouteSettings) -> list[Finding]:
    findings: list[Finding] = []
    if settings.websocket and settings.methods is not None:
        why = "a WebSocket has no methods"
        findings.append(found("option-conflict", option="websocket", other="methods", why=why))
    if settings.websocket and settings.csrf is not None:
        why = "a WebSocket is opened by a GET, which carries no token; look at its Origin"
        findings.append(found("option-conflict", option="websocket", other="csrf", why=why))
    if settings.status_code in BODILESS and settings.response_model not in (None, False):
        findings.append(found("response-status-model", status=settings.status_code))
    return findings


def _models(responses: Mapping[int | str, object]) -> tuple[Mapping[int, object], list[Finding]]:
    """The models that other statuses promise, and what is wrong with promising them."""
    models: dict[int, object] = {}
    findings: list[Finding] = []
    for status, promise in responses.items():
        if _is_mapping(promise):
            model = promise.get("model")
        else:
            model = None if isinstance(promise, str) else promise
        if model is None:
            continue
        if isinstance(model, (bool, int, float, bytes, list, tuple, set)):
            findings.append(
                found("option-value", option="responses", expected=PROMISES, value=_shown(promise))
            )
            continue
        wrong = model_finding(status, _shown(status))
        if wrong is None:
            models[int(status)] = model
        else:
            findings.append(wrong)
    return MappingProxyType(models), findings


# --- one check an option
# ---------------------------------------------------------------------------------------


def _flag(value: object) -> bool | Wrong:
    return value if isinstance(value, bool) else Wrong("True or False", value)


def _maybe_flag(value: object) -> bool | Wrong | None:
    return None if value is None else _flag(value)


def _before_request(value: object) -> bool | Wrong:
    if isinstance(value, bool):
        return value
    return Wrong("True or False (a hook of this route alone is given as before=...)", value)


def _text(value: object) -> str | Wrong | None:
    return value if value is None or isinstance(value, str) else Wrong("a string", value)


def _texts(value: object) -> tuple[str, ...] | Wrong:
    if value is None:
        return ()
    return tuple(value) if is_texts(value) else Wrong(TEXTS, value)


def _methods(value: object) -> frozenset[str] | Wrong | None:
    if value is None:
        return None
    return frozenset(verb.upper() for verb in value) if is_verbs(value) else Wrong(VERBS, value)


def _status(value: object) -> int | Wrong | None:
    return value if value is None or is_status_code(value) else Wrong(STATUS, value)


def _seconds(value: object) -> float | Wrong | Unset | None:
    if value is None:
        return None
    return float(value) if is_seconds(value) else Wrong(SECONDS, value)


def _bytes(value: object) -> int | Wrong | Unset | None:
    return value if value is None or is_bytes(value) else Wrong(BYTES, value)


def _form_limits(value: object) -> FormLimits | Wrong | Unset:
    if value is None:
        return DEFAULT_LIMITS
    return value if isinstance(value, FormLimits) else Wrong("a FormLimits, or None", value)


def _response_model(value: object) -> object | Wrong:
    if value is True or (isinstance(value, (str, int, float, bytes)) and value is not False):
        return Wrong("a type, or False", value)
    return value


def _class(value: object) -> type[object] | Wrong | None:
    return value if value is None or isinstance(value, type) else Wrong("a class", value)


def _hooks(value: object) -> tuple[Callable[..., object], ...] | Wrong:
    if value is None:
        return ()
    hooks = tuple(value) if _is_sequence(value) else (value,)
    callables = [hook for hook in hooks if _is_callable(hook)]
    return tuple(callables) if len(callables) == len(hooks) else Wrong("a function or a list of them", value)


def _guards(value: object) -> tuple[Dependency, ...] | Wrong:
    if value is None:
        return ()
    guards = tuple(value) if _is_sequence(value) else (value,)
    others = [guard for guard in guards if not isinstance(guard, Dependency)]
    if others:
        return Wrong(DEPENDENCIES, others[0])
    return tuple(guard for guard in guards if isinstance(guard, Dependency))


def _auth(value: object) -> Guards | Wrong | Unset:
    guards = read_auth(value)
    return Wrong(WANTED, value) if guards is None else guards


def _layers(value: object) -> Layers | Wrong:
    layers = read_layers(value)
    return Wrong(LAYERS, value) if layers is None else layers


def _security(value: object) -> tuple[Requirement, ...] | Wrong | None:
    if value is None:
        return None
    requirements: list[Requirement] = []
    for one in value if _is_sequence(value) else (value,):
        scopes = {one: ()} if isinstance(one, str) else one
        if not _is_mapping(scopes):
            return Wrong(_SECURITY, value)
        kept: dict[str, tuple[str, ...]] = {}
        for name, wanted in scopes.items():
            texts = _texts(wanted)
            if not isinstance(name, str) or isinstance(texts, Wrong):
                return Wrong(_SECURITY, value)
            kept[name] = texts
        requirements.append(MappingProxyType(kept))
    return tuple(requirements)


def _raises(value: object) -> Problems | Wrong:
    kinds = read_raises(value)
    return Wrong(RAISES, value) if kinds is None else kinds


def _moment(value: object) -> datetime.datetime | Wrong | None:
    if value is None:
        return None
    moment = moment_of(value)
    return Wrong("a date, or a datetime with a time zone", value) if moment is None else moment


def _by_status(value: object) -> Mapping[int | str, object] | Wrong:
    if value is None:
        return _EMPTY
    if not _is_mapping(value):
        return Wrong("a mapping of statuses", value)
    kept: dict[int | str, object] = {}
    for status, meaning in value.items():
        if not is_status(status):
            return Wrong(STATUSES, status)
        kept[status] = meaning
    return MappingProxyType(kept)


def _origins(value: object) -> Origins | Wrong | None:
    texts = _texts(value)
    if value is None or isinstance(texts, Wrong):
        return None if value is None else Wrong(ORIGINS, value)
    try:
        return read_origins(texts)
    except ValueError:
        return Wrong(ORIGINS, value)


def _subprotocols(value: object) -> tuple[str, ...] | Wrong:
    if value is None:
        return ()
    return tuple(value) if is_tokens(value) else Wrong(SUBPROTOCOLS, value)


def _on_invalid(value: object) -> OnInvalid | Wrong:
    if value == "close":
        return "close"
    return "report" if value == "report" else Wrong('"close" or "report"', value)


def _extra(value: object) -> Mapping[str, object] | Wrong:
    if value is None:
        return _NO_EXTRA
    if not _is_mapping(value):
        return Wrong("a mapping", value)
    return MappingProxyType({str(key): item for key, item in value.items()})


def _is_sequence(value: object) -> TypeIs[Sequence[object]]:
    return isinstance(value, Sequence) and not isinstance(value, (str, bytes, bytearray))


def _is_callable(value: object) -> TypeIs[Callable[..., object]]:
    return callable(value)


def _is_mapping(value: object) -> TypeIs[Mapping[object, object]]:
    return isinstance(value, Mapping)


def _shown(value: object) -> str:
    """A value as a sentence can carry it: short, on one line, without addresses."""
    name = getattr(value, "__qualname__", None)
    if isinstance(name, str) and callable(value):
        return f'"{name}"'
    return shown(value)
