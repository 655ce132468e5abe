"""The table of rules: every fault that a declaration can have, with its code and its sentence.

A code is a family that users silence as one; a rule is one sentence, and one section of docs/rules.md.
Sentences name the thing at fault in the user's own spelling.  Nothing here decides anything.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from responder._contract.frozen import frozen


@frozen
class Rule:
    """One rule: `name` ("path-not-accepted"), `code` ("responder-path"), and `text`, a sentence to fill
    in.
    """

    name: str
    code: str
    text: str


TEMPLATE = {
    "path-missing": "A route path is required",
    "template-slash": 'Path template "{template}" must start with "/"',
    "template-open": 'Unmatched "{{" in path template "{template}"',
    "template-close": 'Unmatched "}}" in path template "{template}"',
    "template-name": '"{name}" in path template "{template}" is not a valid parameter name',
    "template-convertor": '"{name}" in path template "{template}" is not a valid convertor name',
    "template-duplicate": 'Duplicate parameter "{parameter}" in path template "{template}"',
}

CONVERTOR = {
    "convertor-unknown": 'Unknown convertor "{convertor}" for path parameter "{parameter}"',
    "convertor-undeclared": 'Convertor "{convertor}" is not declared in registry "{registry}"',
    "convertor-name": '"{convertor}" is not a valid convertor name',
    "convertor-pattern": 'Pattern of convertor "{convertor}" {why}',
}

PATH = {
    "path-not-accepted": 'Path parameter "{parameter}" is not accepted by handler "{handler}"',
    "path-misspelt": (
        'Parameter "{parameter}" of handler "{handler}" is neither a path parameter of '
        '"{template}", a dependency, '
        "a marker nor a request body"
    ),
    "path-bound-by-prefix": 'Path parameter "{parameter}" is already bound by the prefix "{prefix}"',
    "path-marker": (
        'Path marker of parameter "{parameter}" refers to "{alias}", which is not a path '
        'parameter of "{template}"'
    ),
    "path-reserved": (
        'Path parameter "{parameter}" can not be read by name, because parameter '
        '"{parameter}" of handler "{handler}" '
        "is the {role}; rename it"
    ),
    "view-verb": '"{name}" is not a request method of a class-based view',
    "view-empty": 'Class-based view "{view}" defines no on_<method>() handler',
}

TYPE = {
    "path-type": (
        'Path parameter "{parameter}" has type "{type}" (convertor "{convertor}"), but '
        'handler "{handler}" declares '
        '"{annotation}"'
    ),
    "dependency-type": (
        'Dependency "{parameter}" provides "{type}", but handler "{handler}" declares "{annotation}"'
    ),
    "provider-type": (
        'Dependency "{parameter}" provides "{type}", but provider "{handler}" declares "{annotation}"'
    ),
    "registry-type": (
        'Provider of dependency "{parameter}" returns "{type}", but registry '
        '"{registry}" declares "{annotation}"'
    ),
    "depends-type": (
        'Depends() metadata of parameter "{parameter}" provides "{type}", but it is annotated "{annotation}"'
    ),
}

DEPENDENCY = {
    "parameter-unknown": (
        'Parameter "{parameter}" of handler "{handler}" is neither a path parameter of '
        '"{template}", a dependency, '
        "a marker nor a request body"
    ),
    "provider-parameter": (
        'Parameter "{parameter}" of provider "{handler}" is neither a request object nor a dependency'
    ),
    "provider-socket": (
        'Provider "{handler}" takes a WebSocket ("{parameter}"), but a route that answers HTTP asks for it'
    ),
    "dependency-undeclared": 'Dependency "{parameter}" is not declared in registry "{registry}"',
    "dependency-unbound": (
        'Dependency "{parameter}" is declared in registry "{registry}", but nothing provides it'
    ),
    "dependency-reserved": '"{parameter}" is reserved and can not be a dependency name',
    "dependency-unused": 'Nothing asks for dependency "{parameter}"',
    "dependency-unknown": 'There is no dependency "{parameter}"',
    "dependency-scope": 'Scope of dependency "{parameter}" must be "request" or "app", not "{scope}"',
    "dependency-cycle": "Dependency cycle: {chain}",
    "provider-value": 'Provider "{handler}" {why}',
    "registry-entry": (
        '"{parameter}" of registry "{registry}" is neither a provider nor a convertor; '
        "write {parameter} = provider(...)"
    ),
    "registry-made": '"{registry}" is a registry: pass the class itself, API(registry={registry})',
    "depends-provider": "Depends() needs a provider that can be called, not {value}",
    "app-scope-dependency": (
        'App-scoped provider "{handler}" can not depend on request-scoped "{parameter}"'
    ),
    "app-scope-request": (
        'App-scoped provider "{handler}" can not depend on the request (parameter "{parameter}")'
    ),
}

AUTH = {
    "principal-type": (
        'The guard of the route gives "{type}", but parameter "{parameter}" of handler "{handler}" declares '
        '"{annotation}"'
    ),
    "principal-public": (
        'Parameter "{parameter}" of handler "{handler}" is the principal, but its route has no auth='
    ),
}

MARKER = {
    "marker-bound": "Default {default} violates {constraint}={bound}",
    "marker-bounds": "No value satisfies the constraints (lower bound {lower}, upper bound {upper})",
    "marker-pattern": "Pattern is not a valid regular expression: {why}",
    "marker-default-pattern": 'Default "{default}" does not match pattern "{pattern}"',
    "marker-default-short": 'Default "{default}" is shorter than min_length={bound}',
    "marker-default-long": 'Default "{default}" is longer than max_length={bound}',
    "marker-constraint": 'Constraint {constraint} does not apply to parameter "{parameter}" of type "{type}"',
    "marker-place": 'Parameter "{parameter}" of type "{type}" can not be read from {place}',
    "marker-option": '{marker}() has no option "{option}"',
    "marker-value": 'Option "{option}" of {marker}() must be {expected}, not {value}',
    "marker-defaults": "{marker}() takes a default or a default_factory, not both",
    "marker-unused": (
        'Parameter "{parameter}" is a path parameter of "{template}"; {marker}() would never be used'
    ),
}

BODY = {
    "body-method": (
        'Handler "{handler}" takes a request body ("{parameter}"), which {method} requests do not have'
    ),
    "body-every-method": (
        'Handler "{handler}" takes a request body ("{parameter}"), but its route answers every method; pass '
        "methods=[...] or use a verb decorator"
    ),
    "body-two": (
        'Handler "{handler}" has two request body parameters, "{first}" and "{parameter}"; '
        "Body(embed=True) on both gives each a key of its own"
    ),
    "body-form": (
        'Handler "{handler}" reads the request body as a form ("{form}") and as a whole ("{parameter}")'
    ),
    "body-websocket": (
        'Handler "{handler}" takes a request body ("{parameter}"), which WebSocket handshakes do not have'
    ),
}

RESPONSE = {
    "response-field": (
        'response_model "{model}" requires "{field}", which "{type}" returned by handler '
        '"{handler}" does not have'
    ),
    "response-type": (
        'response_model "{model}" can not be made of "{type}", which handler "{handler}" returns'
    ),
    "response-body": 'Handler "{handler}" answers {status} with "{type}", but promises "{model}"',
    "response-body-field": 'Handler "{handler}" answers {status} without "{field}", which "{model}" requires',
    "raises-undeclared": (
        'Handler "{handler}" raises {problem}, which is not among the raises= of its route; add it there'
    ),
    "abort-undeclared": (
        'Handler "{handler}" aborts with {status}, which no problem among the raises= of its route has; '
        "add one there, or the status to responses="
    ),
    "provider-raises": (
        'Provider "{handler}" raises {problem}, which is neither among its raises= nor among those of a '
        "route that asks for it; add it to one of them"
    ),
    "provider-aborts": (
        'Provider "{handler}" aborts with {status}, which no problem among its raises= has, nor among those '
        "of a route that asks for it; add one to one of them"
    ),
    "response-status": 'Status {status} has no response body, but handler "{handler}" returns "{type}"',
    "response-status-model": "Status {status} has no response body, but response_model is given",
    "stream-items": (
        'Handler "{handler}" does not say what it streams; annotate it with AsyncIterator[Item], '
        "or give {option}="
    ),
    "stream-type": 'Handler "{handler}" streams "{type}", but {option}= says "{model}"',
    "response-unsupported": 'Response type of handler "{handler}" can not be validated: {why}',
}

ROUTER = {
    "router-field-missing": 'Router expects path parameter "{parameter}" from its prefix',
    "router-field-extra": (
        'Path parameter "{parameter}" of the prefix is not declared by the router; declare it with '
        'Router(outer="{template}")'
    ),
    "router-convertor": (
        'Path parameter "{parameter}" has convertor "{convertor}", but the router declares "{declared}"'
    ),
}

DYNAMIC = {"path-dynamic": "Route path is not statically known; its handler is not checked"}

ROUTE = {
    "route-duplicate": 'Route "{template}" already exists',
    "route-shadowed": (
        'Route "{template}" can never match: "{other}" is declared before it and matches every path it does'
    ),
    "route-ambiguous": (
        'Routes "{other}" and "{template}" match some of the same paths; "{other}" is declared first and wins'
    ),
}

OPTION = {
    "option-unknown": 'Unknown option "{option}"',
    "option-value": 'Option "{option}" must be {expected}, not {value}',
    "option-conflict": 'Options "{option}" and "{other}" contradict each other: {why}',
}

ANNOTATION = {
    "annotation-unresolvable": (
        'Annotation "{annotation}" of parameter "{parameter}" of handler "{handler}" can '
        "not be resolved: {why}"
    ),
    "annotation-unsupported": (
        'Annotation "{annotation}" of parameter "{parameter}" of handler "{handler}" can '
        "not be validated: {why}"
    ),
    "params-model": 'params_model "{model}" can not be validated: {why}',
    "return-unresolvable": (
        'Return annotation "{annotation}" of handler "{handler}" can not be resolved: {why}'
    ),
}

SIGNATURE = {
    "signature-unreadable": 'Signature of handler "{handler}" can not be read',
    "handler-callable": "A handler must be a function, a class or another callable, not {value}",
    "handler-arguments": (
        'Parameter "*{parameter}" of handler "{handler}" can never be filled; '
        "if a decorator put it there, use functools.wraps"
    ),
    "positional-only": 'Positional-only parameter "{parameter}" of handler "{handler}" can never be injected',
    "socket-on-http": (
        'Handler "{handler}" takes a WebSocket ("{parameter}"), but its route answers '
        "HTTP; pass websocket=True"
    ),
    "http-on-socket": (
        'Handler "{handler}" takes a {role} ("{parameter}"), but its route serves a WebSocket'
    ),
    "socket-handler-sync": 'WebSocket handler "{handler}" must be an async function',
    "socket-view-step": (
        '"{name}" is not a step of a WebSocket: those are on_connect, on_receive and on_disconnect'
    ),
    "socket-view-signature": 'Step "{handler}" of a WebSocket must be a method that accepts {expected}',
    "view-constructor": 'Class-based view "{view}" can not be created without arguments: {why}',
}

HOOK = {
    "hook-callable": "A hook must be callable, not {value}",
    "hook-signature": 'Hook "{hook}" must accept {expected}',
    "hook-generator": 'Hook "{hook}" is a generator, whose body would never run; write it without yield',
    "handler-status": "An exception handler is for a status from 400 to 599, not {status}",
}

DOCUMENT = {
    "operation-id": (
        'Handlers "{handler}" and "{other}" are both called "{name}" in the OpenAPI document; give one of '
        "them operation_id="
    ),
    "example-invalid": 'Example "{example}" of {place} does not fit: {why}',
    "header-invalid": 'Header "{name}" of the answer {status} can not be documented: {why}',
    "docstring-yaml": 'YAML in the docstring of handler "{handler}" can not be used: {why}',
    "security-unknown": (
        'Security scheme "{name}" is not known; declare it with add_security_scheme("{name}", {{...}})'
    ),
    "security-clash": (
        'Two security schemes are called "{name}" and differ; give one of them another scheme_name='
    ),
}


def _table(**families: Mapping[str, str]) -> Mapping[str, Rule]:
    return MappingProxyType(
        {
            name: Rule(name, f"responder-{family}", text)
            for family, texts in families.items()
            for name, text in texts.items()
        }
    )


RULES: Mapping[str, Rule] = _table(
    template=TEMPLATE,
    convertor=CONVERTOR,
    path=PATH,
    type=TYPE,
    dependency=DEPENDENCY,
    auth=AUTH,
    marker=MARKER,
    body=BODY,
    response=RESPONSE,
    router=ROUTER,
    dynamic=DYNAMIC,
    route=ROUTE,
    option=OPTION,
    annotation=ANNOTATION,
    signature=SIGNATURE,
    hook=HOOK,
    document=DOCUMENT,
)
"""Every rule by its name, in the order of docs/rules.md."""

NOTES = frozenset({"dependency-unused", "route-ambiguous"})
"""Rules about what is worth a look and no mistake for sure."""

CODES = frozenset(rule.code for rule in RULES.values())
"""Every code that a finding can have."""
