"""Generated lines that HTTP and WebSocket endpoints share: open providers, call views and hooks, close
again.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from responder._contract.frozen import frozen
from responder._contract.sources import Source
from responder._contract.template import Template
from responder._routing.emit import Code
from responder._routing.extract import Slot
from responder._routing.inputs import Input
from responder._routing.lifetimes import AppScope
from responder._routing.plan import BoundView, Operation
from responder._routing.providers import Argument, Linker, Overrides, Ref, Step
from responder._routing.steps import Hook
from responder.guards import Auth

_ROLES = {Source.REQUEST: "req", Source.RESPONSE: "resp", Source.SOCKET: "ws"}


@frozen
class Link:
    """An operation's providers in order; the first `guarding` of them stand before everything else.

    `auth` are the places of those that say who calls, and the first `authenticating` steps lead up to them.
    """

    steps: tuple[Step, ...]
    auth: tuple[int, ...]
    authenticating: int
    guarding: int
    places: Mapping[int, int]
    """Which step answers an argument, by the argument's identity."""


def link(operation: Operation, overrides: Overrides) -> Link:
    """Put an operation's providers in order, with what stands in for them now."""
    linker = Linker(operation.suppliers, overrides)
    auth = tuple(linker.place(Ref(None, guard)) for guard in operation.auth)
    authenticating = len(linker.steps)
    for ref in operation.guards:
        linker.place(ref)
    guarding = len(linker.steps)
    places: dict[int, int] = {}
    for view in operation.views:
        for argument in view.arguments:
            if argument.ref is not None:
                places[id(argument)] = linker.place(argument.ref)
    return Link(tuple(linker.steps), auth, authenticating, guarding, places)


class Calls:
    """Writes calls into one generated function and knows the variables that hold what was opened."""

    def __init__(self, code: Code, operation: Operation, linked: Link, app_scope: AppScope) -> None:
        self._code = code
        self._operation = operation
        self._linked = linked
        self._app_scope = app_scope
        self._slots: dict[int, Slot] = {}
        self._values: dict[int, str] = {}
        self.closers: list[tuple[str, Step]] = []
        for place, step in enumerate(linked.steps):
            if step.supplier.yields and not step.shared:
                self.closers.append((f"g_{place}", step))

    def slots_of(self, arguments: Sequence[Argument]) -> list[Slot]:
        """Give the inputs among some arguments, each with a variable of its own."""
        slots: list[Slot] = []
        for argument in arguments:
            if argument.input is None:
                continue
            same = self._same_body(argument.input)
            slot = self._slots[id(argument)] = same or Slot(argument.input, self._code.fresh("v"))
            if same is None:
                slots.append(slot)
        return slots

    def _same_body(self, one: Input) -> Slot | None:
        """Find a body that was declared before in the same words: both get the same instance."""
        if one.source is not Source.BODY:
            return None
        for slot in self._slots.values():
            other = slot.input
            if (other.source, other.name, other.key, other.embed) == (
                one.source,
                one.name,
                one.key,
                one.embed,
            ):
                default = other.default is one.default and other.default_factory is one.default_factory
                if other.adapter is one.adapter and default:
                    return slot
        return None

    def step_arguments(self, start: int, stop: int) -> list[Argument]:
        """Give the arguments of the providers that are opened in this stretch."""
        chosen = [step for step in self._linked.steps[start:stop] if not step.shared]
        return [argument for step in chosen for argument in step.supplier.arguments]

    def authenticate(self) -> None:
        """Write who is asked who calls, one after the other, and keep whom they name."""
        code, operation, linked = self._code, self._operation, self._linked
        opened = 0
        for guard, place in zip(operation.auth, linked.auth, strict=True):
            self.open_steps(opened, place + 1)
            opened = max(opened, place + 1)
            if not isinstance(guard, Auth):
                code.line(f"admit({self._values[place]})")
        named = [self._values[place] for place in linked.auth[: operation.principals]]
        code.line(f"principal = {named[0] if len(named) == 1 else '[' + ', '.join(named) + ']'}")
        code.line("sign_in(scope, principal)")

    def open_steps(self, start: int, stop: int) -> None:
        """Write the opening of a stretch of providers."""
        for place in range(start, stop):
            self._open(place, self._linked.steps[place])

    def _open(self, place: int, step: Step) -> None:
        code, supplier = self._code, step.supplier
        variable = f"s_{place}"
        self._values[place] = variable
        if step.shared:
            cell = code.bind("cell", self._app_scope.cell(supplier))
            code.line(f"{variable} = {cell}.value if {cell}.ready else await {cell}.open()")
            return
        function = code.bind("p", supplier.function)
        needs = dict(zip(map(id, supplier.arguments), step.needs, strict=True))
        text = self._arguments(
            supplier.arguments, {key: need for key, need in needs.items() if need is not None}
        )
        if supplier.style == "async":
            code.line(f"{variable} = await {function}({text})")
        elif supplier.style == "value":
            code.line(f"{variable} = {function}()")
        elif supplier.style == "sync":
            code.line(f"{variable} = await run({', '.join(filter(None, (function, text)))})")
            self._await_if_needed(variable)
        else:
            made = f"{function}({text})"
            code.line(f"g_{place} = {made if supplier.style == 'asyncgen' else f'ThreadSteps({made})'}")
            with code.block("try:"):
                code.line(f"{variable} = await g_{place}.__anext__()")
            with code.block("except StopAsyncIteration:"):
                code.line(f"raise no_value({code.bind('n', supplier.name)}) from None")

    def call_view(self, view: BoundView, instance: str | None, run: str) -> None:
        """Write the call of a view; its answer is in `result`."""
        code = self._code
        function = code.bind("view", view.view.function)
        text = self._arguments(view.arguments, self._linked.places)
        given = ", ".join(filter(None, (instance if view.view.owner is not None else "", text)))
        if view.view.style == "sync":
            code.line(f"result = await {run}({', '.join(filter(None, (function, given)))})")
            self._await_if_needed("result")
        elif view.view.style == "async":
            code.line(f"result = await {function}({given})")
        else:
            code.line(f"result = {function}({given})")

    def call_hook(self, hook: Hook, subject: str) -> None:
        """Write the call of a hook with what it takes."""
        code = self._code
        function = code.bind("hook", hook.function)
        given = subject if hook.takes == 1 else f"{subject}, resp"
        if hook.style == "async":
            code.line(f"await {function}({given})")
        else:
            code.line(f"later = await run({function}, {given})")
            self._await_if_needed("later", keep=False)

    def close_all(self) -> None:
        """Write the teardown of what is open."""
        if not self.closers:
            return
        code = self._code
        if len(self.closers) == 1:
            (variable, step), *_ = self.closers
            self._close_one(variable, code.bind("n", step.supplier.name))
            return
        pairs = [f"({variable}, {code.bind('n', step.supplier.name)})" for variable, step in self.closers]
        code.line(f"opened = [pair for pair in ({', '.join(pairs)},) if pair[0] is not None]")
        code.line("await (close_all(opened) if error is None else unwind(opened, error))")

    def _close_one(self, variable: str, name: str) -> None:
        """Write what `close_all` does, for the one teardown that most routes have."""
        code = self._code
        with code.block(f"if {variable} is not None:"):
            with code.block("if error is not None:"):
                code.line(f"await unwind((({variable}, {name}),), error)")
            with code.block("else:"):
                with code.block("try:"):
                    code.line(f"await Uninterrupted({variable}.__anext__())")
                with code.block("except StopAsyncIteration:"):
                    code.line("pass")
                with code.block("except Exception as wrong:"):
                    code.line(f"teardown_failed({name}, wrong)")
                with code.block("else:"):
                    code.line(f"await yielded_twice({variable}, {name})")

    def prepare_closers(self) -> None:
        """Write that nothing is open yet."""
        if self.closers:
            code_names = " = ".join(variable for variable, _ in self.closers)
            self._code.line(f"{code_names} = error = None")

    def _await_if_needed(self, variable: str, *, keep: bool = True) -> None:
        """A plain function may hand back a coroutine; it is awaited on the loop."""
        with self._code.block(f"if {variable}.__class__ is CoroutineType:"):
            self._code.line(f"{variable} = await {variable}" if keep else f"await {variable}")

    def _arguments(self, arguments: Sequence[Argument], places: Mapping[int, int]) -> str:
        written: list[str] = []
        in_order = True
        for argument in arguments:
            if argument.source is Source.EXTRAS:
                written.append(self._extras(arguments))
                continue
            value = self._value(argument, places)
            in_order = in_order and argument.source in _ROLES and argument.kind != "keyword"
            plain = argument.kind == "positional-only" or in_order
            written.append(value if plain else f"{argument.name}={value}")
        return ", ".join(written)

    def _value(self, argument: Argument, places: Mapping[int, int]) -> str:
        role = _ROLES.get(argument.source)
        if role is not None:
            return role
        if argument.ref is not None:
            return self._values[places[id(argument)]]
        if argument.source is Source.PRINCIPAL:
            return "principal"
        return self._slots[id(argument)].variable

    def _extras(self, arguments: Sequence[Argument]) -> str:
        """Write what `**kwargs` gets: the path fields that no other parameter takes."""
        taken = {one.input.key for one in arguments if one.input is not None and one.source is Source.PATH}
        items = [
            f"{self._code.bind('k', name)}: values[{place}]"
            for place, name in enumerate(self._operation.template.names)
            if name not in taken
        ]
        return f"**{{{', '.join(items)}}}"


def takes(arguments: Sequence[Argument], source: Source) -> bool:
    """Whether any of some arguments comes from a source."""
    return any(argument.source is source for argument in arguments)


def path_params(code: Code, template: Template) -> str:
    """Write the dictionary of path parameters."""
    items = [f"{code.bind('k', name)}: values[{place}]" for place, name in enumerate(template.names)]
    return f"{{{', '.join(items)}}}"
