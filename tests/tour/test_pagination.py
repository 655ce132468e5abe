"""The tour's sections on pagination, sorting and filtering, on the wire."""

from __future__ import annotations

import pytest
from pydantic import BaseModel

from responder import API, Query, Request, Response
from responder.ext.pagination import CursorPage, CursorParams, Page, PageParams, paginate, paginate_by_cursor
from responder.ext.pagination import set_pagination_headers as tell
from responder.ext.query import filter_items, sort_items
from tests.tour.support import call


class Item(BaseModel):
    id: int
    name: str
    status: str = "active"


ITEMS = [
    Item(id=number, name="abc"[number % 3], status="sold" if number == 4 else "active") for number in range(7)
]


def application() -> API:
    api = API()

    @api.get("/items", response_model=Page[Item])
    def items(req, resp, *, page: int = Query(1, ge=1), size: int = Query(20, ge=1, le=100)):
        result = paginate(ITEMS, page=page, size=size)
        tell(req, resp, result)
        resp.media = result

    @api.get("/sorted", response_model=Page[Item])
    def ordered(
        req,
        resp,
        *,
        status: str | None = Query(None),
        sort: str = Query("name"),
        page: int = Query(1, ge=1),
        size: int = Query(20, ge=1, le=100),
    ):
        rows = filter_items(ITEMS, {"status": status})
        rows = sort_items(rows, sort, allowed={"name", "id"})
        resp.media = paginate(rows, page=page, size=size)

    @api.get("/sliced", response_model=Page[Item])
    def sliced(req, resp, *, page: int = Query(1, ge=1), size: int = Query(20, ge=1, le=100)):
        resp.media = paginate(ITEMS[:size], page=page, size=size, total=250)

    @api.get("/typed")
    def typed(req: Request, resp: Response, *, params: PageParams) -> Page[Item]:
        return paginate(ITEMS, page=params.page, size=params.size)

    @api.get("/parts")
    def parts(*, params: CursorParams) -> CursorPage[Item]:
        return paginate_by_cursor(ITEMS, params, sort="name", unique="id")

    return api


@pytest.fixture(scope="module")
def api() -> API:
    return application()


def ids(body: object) -> list[int]:
    assert isinstance(body, dict)
    return [item["id"] for item in body["items"]]


def test_a_page_is_an_envelope(api: API) -> None:
    answer = api.requests.get("/items?page=2&size=3")
    assert answer.json() == {
        "items": [item.model_dump() for item in ITEMS[3:6]],
        "total": 7,
        "page": 2,
        "size": 3,
        "pages": 3,
    }
    assert api.requests.get("/typed?page=2&size=3").json() == answer.json()


def test_headers_tell_of_the_other_pages(api: API) -> None:
    answer = api.requests.get("/items?page=2&size=3&status=active")
    url = "http://;/items?status=active"
    assert answer.headers["x-total-count"] == "7"
    assert answer.headers["link"] == (
        f'<{url}&page=1&size=3>; rel="first", <{url}&page=1&size=3>; rel="prev", '
        f'<{url}&page=3&size=3>; rel="next", <{url}&page=3&size=3>; rel="last"'
    )


def test_rows_that_were_cut_elsewhere_come_with_the_total(api: API) -> None:
    body = api.requests.get("/sliced?size=2").json()
    assert (ids(body), body["total"], body["pages"]) == ([0, 1], 250, 125)


@pytest.mark.parametrize("query", ["page=0", "size=101", "page=x"])
def test_a_page_out_of_bounds_is_a_fault_of_the_input(api: API, query: str) -> None:
    assert api.requests.get(f"/items?{query}").status_code == 422
    assert api.requests.get(f"/typed?{query}").status_code == 422


def test_lists_are_sorted_and_filtered_as_clients_wish(api: API) -> None:
    assert ids(api.requests.get("/sorted?sort=-name,id").json()) == [2, 5, 1, 4, 0, 3, 6]
    assert ids(api.requests.get("/sorted?status=sold").json()) == [4]


def test_a_field_that_is_not_offered_is_refused(api: API) -> None:
    answer = api.requests.get("/sorted?sort=status")
    assert answer.status_code == 400
    assert answer.json()["detail"] == "Cannot sort by 'status'"


def test_a_list_is_read_part_by_part(api: API) -> None:
    seen: list[int] = []
    query = b"size=3"
    while True:
        body = call(api, "GET", "/parts", query=query).json()
        assert isinstance(body, dict)
        seen += ids(body)
        if body["next_cursor"] is None:
            break
        query = f"size=3&cursor={body['next_cursor']}".encode()
    assert seen == [0, 3, 6, 1, 4, 2, 5]
    assert call(api, "GET", "/parts", query=b"cursor=AAAA").status == 400
