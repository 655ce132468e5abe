"""The order of things that need each other: providers first, then what they are for.

Keys are opaque; what a node is called is the caller's business.  Pure functions over mappings of a node to
the nodes that it needs, called by the provider registry at start-up and by the mypy plugin for registries.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping, Sequence
from typing import Generic, TypeVar

from responder._contract.findings import Finding, found
from responder._contract.frozen import frozen

K = TypeVar("K", bound=Hashable)


@frozen
class Cycle(Generic[K]):
    """Nodes that need each other in a ring; the first is repeated at the end."""

    nodes: tuple[K, ...]

    def text(self, name: Callable[[K], str] = str) -> str:
        """The ring as people read it: "a -> b -> a"."""
        return chain(self.nodes, name)

    def finding(self, name: Callable[[K], str] = str) -> Finding:
        """The finding that reports the ring."""
        return found("dependency-cycle", parameter=name(self.nodes[0]), chain=self.text(name))


def chain(nodes: Iterable[K], name: Callable[[K], str] = str) -> str:
    """A way through the graph, written out."""
    return " -> ".join(name(node) for node in nodes)


def order(nodes: Mapping[K, Sequence[K]]) -> tuple[K, ...] | Cycle[K]:
    """Every node after all that it needs, otherwise in the order given; or the first cycle.

    What is needed but is no key of `nodes` is left out: that is another fault, found by whoever names things.
    """
    done: dict[K, None] = {}
    for root in nodes:
        if root in done:
            continue
        path: dict[K, Iterator[K]] = {root: iter(nodes[root])}
        while path:
            node = next(reversed(path))
            needed = next((need for need in path[node] if need in nodes and need not in done), None)
            if needed is None:
                done[node] = None
                del path[node]
            elif needed in path:
                ring = list(path)
                return Cycle((*ring[ring.index(needed) :], needed))
            else:
                path[needed] = iter(nodes[needed])
    return tuple(done)


def reachable(nodes: Mapping[K, Sequence[K]], start: Iterable[K]) -> tuple[K, ...]:
    """All that `start` needs, directly or not, `start` included, each once; cycles do no harm."""
    seen: dict[K, None] = {}
    waiting = list(start)[::-1]
    while waiting:
        node = waiting.pop()
        if node not in seen:
            seen[node] = None
            waiting.extend(reversed(nodes.get(node, ())))
    return tuple(seen)
