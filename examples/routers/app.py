"""Fifty kinds of things, six routes each."""

from __future__ import annotations

from examples.routers.shelves import make_router
from responder import API

KINDS = """
anvils axes barrels baskets beams bells belts benches blankets boards books bottles boxes bricks brushes
buckets buttons cables candles carpets chairs chests clocks coats coins combs corks crates cups desks doors
drums fans
files flags forks frames gloves hammers hats hooks jars kettles keys knives ladders lamps levers locks maps
""".split()

api = API(title="Warehouse", version="1.0", docs_route="/docs")
for kind in KINDS:
    api.include_router(make_router(kind))
