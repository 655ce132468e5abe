"""The table from full names to hooks; no analysis happens here.

mypy asks the plugin, for each call, method, attribute and base class that it meets, whether there is a hook
for it. The table is for the hooks that read routes, routers, registries and markers, and report what the
contract finds. It is empty so far, so that types are exactly what they are without the plugin.

What the plugin does know is when mypy's caches are stale: mypy looks at one file of a plugin only, while a
finding depends on every source of this package and of the contract.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator, Mapping
from functools import lru_cache
from pathlib import Path
from typing import TypeAlias

from mypy.plugin import MethodContext, Plugin, ReportConfigContext
from mypy.types import Type
from typing_extensions import override

from responder._contract import version as contract

MethodHook: TypeAlias = Callable[[MethodContext], Type]

METHOD_HOOKS: Mapping[str, MethodHook] = {}
"""The hook of each method, by the method's bare name.

mypy gives the name of the receiver's class, which may be a subclass of the user's; the hook looks at the
class.
"""


class ResponderPlugin(Plugin):
    """What mypy asks."""

    @override
    def get_method_hook(self, fullname: str) -> MethodHook | None:
        """The hook for a method call, found by the method's own name."""
        return METHOD_HOOKS.get(fullname.rpartition(".")[2])

    @override
    def report_config_data(self, ctx: ReportConfigContext) -> object:
        """What else a module's cache depends on: the rules as they are now."""
        return {"responder": digest()}


@lru_cache(maxsize=1)
def digest() -> str:
    """A digest of the sources that decide what is reported."""
    combined = hashlib.sha256()
    for source in sources():
        combined.update(source.name.encode())
        combined.update(source.read_bytes())
    return combined.hexdigest()


def sources() -> Iterator[Path]:
    """This package's sources and the contract's, in a fixed order."""
    for module in (__file__, contract.__file__):
        yield from sorted(Path(module).parent.glob("*.py"))
