"""SQLite: a pool that lives as long as the application, a session that lives as long as a request."""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Iterator, Sequence
from contextlib import closing
from typing import TypeAlias

from examples.store.settings import Settings

Value: TypeAlias = str | int | None

SCHEMA = """
CREATE TABLE IF NOT EXISTS products (
    id INTEGER PRIMARY KEY,
    sku TEXT NOT NULL UNIQUE,
    name TEXT NOT NULL,
    price_cents INTEGER NOT NULL CHECK (price_cents >= 0),
    stock INTEGER NOT NULL CHECK (stock >= 0)
);
CREATE TABLE IF NOT EXISTS orders (
    id TEXT PRIMARY KEY,
    customer TEXT NOT NULL,
    placed_at TEXT NOT NULL
);
CREATE TABLE IF NOT EXISTS lines (
    order_id TEXT NOT NULL REFERENCES orders (id),
    product_id INTEGER NOT NULL,
    quantity INTEGER NOT NULL,
    price_cents INTEGER NOT NULL
);
"""

FIRST_STOCK = (
    ("tea-green", "Green tea", 450, 40),
    ("tea-black", "Black tea", 390, 60),
    ("pot-iron", "Iron teapot", 5900, 3),
)


class Pool:
    """Connections to one database file; keeps a few of them for the next request.

    It never makes a request wait: when no connection is idle, it opens one.  Used from many threads; each
    connection belongs to one session at a time.
    """

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._idle: list[sqlite3.Connection] = []
        self._lock = threading.Lock()
        self._closed = False

    def take(self) -> sqlite3.Connection:
        """Hand out a connection."""
        with self._lock:
            if self._idle:
                return self._idle.pop()
        connection = sqlite3.connect(
            self._settings.database,
            timeout=self._settings.patience,
            isolation_level=None,
            check_same_thread=False,
        )
        connection.row_factory = sqlite3.Row
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute("PRAGMA foreign_keys = ON")
        return connection

    def give_back(self, connection: sqlite3.Connection) -> None:
        """Take a connection back, or close it when there are enough."""
        with self._lock:
            if not self._closed and len(self._idle) < self._settings.idle_connections:
                self._idle.append(connection)
                return
        connection.close()

    def close(self) -> None:
        """Close what is idle now, and later what is still out."""
        with self._lock:
            self._closed = True
            idle, self._idle = self._idle, []
        for connection in idle:
            connection.close()


class Session:
    """One transaction."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection

    def rows(self, sql: str, *values: Value) -> list[sqlite3.Row]:
        """Run a statement and return all its rows."""
        with closing(self._connection.execute(sql, values)) as cursor:
            found: list[sqlite3.Row] = cursor.fetchall()
        return found

    def row(self, sql: str, *values: Value) -> sqlite3.Row | None:
        """Run a statement and return its first row, if there is one."""
        found = self.rows(sql, *values)
        return found[0] if found else None

    def number(self, sql: str, *values: Value) -> int:
        """Run a statement and return the number in its only row."""
        return int(self.rows(sql, *values)[0][0])

    def change(self, sql: str, *values: Value) -> int:
        """Run a statement and return how many rows it changed."""
        with closing(self._connection.execute(sql, values)) as cursor:
            return cursor.rowcount


def open_pool(settings: Settings) -> Iterator[Pool]:
    """Make the database, and a pool that is closed when the application ends."""
    pool = Pool(settings)
    connection = pool.take()
    connection.executescript(SCHEMA)
    stock_up(connection, FIRST_STOCK)
    pool.give_back(connection)
    yield pool
    pool.close()


def stock_up(connection: sqlite3.Connection, products: Sequence[tuple[str, str, int, int]]) -> None:
    """Fill an empty catalogue."""
    with closing(connection.execute("SELECT count(*) FROM products")) as cursor:
        empty = cursor.fetchone()[0] == 0
    if empty:
        connection.executemany(
            "INSERT INTO products (sku, name, price_cents, stock) VALUES (?, ?, ?, ?)", products
        )


def open_session(pool: Pool) -> Iterator[Session]:
    """Open a transaction; commit it when the handler returned, undo it when the handler raised."""
    connection = pool.take()
    try:
        connection.execute("BEGIN IMMEDIATE")
        try:
            yield Session(connection)
        except BaseException:
            connection.execute("ROLLBACK")
            raise
        connection.execute("COMMIT")
    finally:
        pool.give_back(connection)
