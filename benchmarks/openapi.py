"""What the OpenAPI document costs: milliseconds of CPU a route, by the number of routes.

    python -m benchmarks.openapi

Each route has a path field, two query parameters, a nested body and an answer of its own models, which is the
worst case: nothing is shared but what pydantic shares.
"""

from __future__ import annotations

import itertools
import time

from pydantic import BaseModel, create_model

from responder import API, Query

COUNTS = (100, 500, 1000, 2000)


class Address(BaseModel):
    """A part of every body."""

    street: str
    city: str = "Rome"


def make(count: int) -> API:
    """An application with so many routes."""
    api = API(openapi="3.1.1")
    for number in range(count):
        body = create_model(f"Body{number}", name=(str, ...), address=(Address, ...), size=(int, 1))
        answer = create_model(f"Answer{number}", id=(int, ...), body=(body, ...))
        _add(api, number, body, answer)
    return api


def _add(api: API, number: int, model: type[BaseModel], answer: type[BaseModel]) -> None:
    def handler(
        *,
        id: int,
        body: model,  # type: ignore[valid-type]  # made for this route
        page: int = Query(1, ge=1),
        tag: list[str] = Query([]),
    ) -> None:
        """Do something."""

    handler.__name__ = f"handler_{number}"
    declared = api.post(f"/routes{number}/{{id:int}}", response_model=answer)
    declared(handler)  # pyright: ignore[reportUnknownArgumentType]  # its body is made above


def main() -> None:
    """Print a line for each count."""
    print(f"{'routes':>7}  {'document':>9}  {'JSON':>7}  {'YAML':>7}   ms a route")
    for count in COUNTS:
        api = make(count)
        _ = api.operations
        openapi = api.openapi
        times = [time.process_time()]
        _ = openapi.document
        times.append(time.process_time())
        openapi.to_json()
        times.append(time.process_time())
        openapi.to_yaml()
        times.append(time.process_time())
        document, as_json, as_yaml = (
            1000 * (end - begin) / count for begin, end in itertools.pairwise(times)
        )
        print(f"{count:>7}  {document:>9.3f}  {as_json:>7.3f}  {as_yaml:>7.3f}")


if __name__ == "__main__":
    main()
