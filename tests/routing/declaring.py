"""The smallest thing that routes can be declared on: a journal with the decorators around it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Literal

import pytest
from typing_extensions import override

from responder._routing.declare import Batch, Declared, Journal, ProviderRecord
from responder._routing.errors import RouteError
from responder._routing.groups import Host
from responder._routing.supply import Supplies
from responder.registry import Registry


class App(Host[Registry, Literal[""]], Supplies[Registry]):
    def __init__(self, registry: type[Registry] | None = None) -> None:
        self.journal = Journal(registry)

    @override
    def _take(self, batch: Batch) -> None:
        self.journal.take(batch)

    @override
    def _provide(self, record: ProviderRecord) -> None:
        self.journal.provide(record)

    @property
    def labels(self) -> list[str]:
        return [declared.label for declared in self.journal.routes]

    @property
    def last(self) -> Declared:
        return self.journal.routes[-1]


def told(act: Callable[[], object]) -> list[tuple[str, str]]:
    """What is said against something: rule and sentence of each finding."""
    with pytest.raises(RouteError) as caught:
        act()
    return [(located.finding.rule.name, located.finding.message) for located in caught.value.findings]
