"""The products in the database.  Knows no HTTP beyond the problems it raises."""

from __future__ import annotations

import sqlite3

from examples.store.database import Session
from examples.store.errors import NoSuchProduct, OutOfStock, SkuTaken
from examples.store.models import NewProduct, Product, ProductChange
from responder.ext.pagination import Page, PageQuery, paginate
from responder.ext.query import parse_sort

SORTED_BY = ("name", "price_cents", "stock")
"""The columns that customers may sort by."""


class Catalogue:
    """Products, within one session."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def page(self, search: str, sort: str, part: PageQuery) -> Page[Product]:
        """A part of the catalogue, in the order that is asked for."""
        like = f"%{search}%"
        # Only names from the list above get here.
        keys = [
            f"{name} {'DESC' if descending else 'ASC'}"
            for name, descending in parse_sort(sort, allowed=SORTED_BY)
        ]
        order = ", ".join([*keys, "id"])
        rows = self._session.rows(
            f"SELECT * FROM products WHERE name LIKE ? ORDER BY {order} LIMIT ? OFFSET ?",
            like,
            part.size,
            part.offset,
        )
        total = self._session.number("SELECT count(*) FROM products WHERE name LIKE ?", like)
        return paginate([_product(row) for row in rows], page=part.page, size=part.size, total=total)

    def get(self, product_id: int) -> Product:
        """One product."""
        row = self._session.row("SELECT * FROM products WHERE id = ?", product_id)
        if row is None:
            raise NoSuchProduct(detail=f"There is no product {product_id}", product_id=product_id)
        return _product(row)

    def add(self, new: NewProduct) -> Product:
        """Add a product."""
        try:
            row = self._session.row(
                "INSERT INTO products (sku, name, price_cents, stock) VALUES (?, ?, ?, ?) RETURNING *",
                new.sku,
                new.name,
                new.price_cents,
                new.stock,
            )
        except sqlite3.IntegrityError as error:
            raise SkuTaken(detail=f"Another product has the sku {new.sku!r}", sku=new.sku) from error
        if row is None:
            raise LookupError("the new product was not returned")
        return _product(row)

    def change(self, product_id: int, change: ProductChange) -> Product:
        """Change what is given of a product."""
        changed = self.get(product_id).model_copy(update=change.model_dump(exclude_none=True))
        self._session.change(
            "UPDATE products SET name = ?, price_cents = ?, stock = ? WHERE id = ?",
            changed.name,
            changed.price_cents,
            changed.stock,
            product_id,
        )
        return changed

    def remove(self, product_id: int) -> None:
        """Take a product out of the catalogue."""
        if not self._session.change("DELETE FROM products WHERE id = ?", product_id):
            raise NoSuchProduct(detail=f"There is no product {product_id}", product_id=product_id)

    def take(self, product_id: int, quantity: int) -> Product:
        """Take some of a product out of the stock."""
        product = self.get(product_id)
        if product.stock < quantity:
            raise OutOfStock(
                detail=f"Only {product.stock} of product {product_id} left",
                product_id=product_id,
                available=product.stock,
            )
        return self.change(product_id, ProductChange(stock=product.stock - quantity))


def _product(row: sqlite3.Row) -> Product:
    return Product.model_validate(dict(row))
