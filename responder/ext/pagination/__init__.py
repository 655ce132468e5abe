"""Lists in parts: numbered pages and cursors, in memory; over a database see `responder.ext.sqlalchemy`.

- `pages`: `Page`, `paginate`, `PageParams`.
- `cursors`: `CursorPage`, `CursorParams`, and how a cursor is written and read; `keyset`: lists in memory.
- `links`: `set_pagination_headers`.
"""

from __future__ import annotations

from responder.ext.pagination.cursors import CursorPage, CursorParams, CursorQuery, InvalidCursor
from responder.ext.pagination.keyset import paginate_by_cursor
from responder.ext.pagination.links import set_pagination_headers
from responder.ext.pagination.pages import Page, PageParams, PageQuery, paginate

__all__ = [
    "CursorPage",
    "CursorParams",
    "CursorQuery",
    "InvalidCursor",
    "Page",
    "PageParams",
    "PageQuery",
    "paginate",
    "paginate_by_cursor",
    "set_pagination_headers",
]
