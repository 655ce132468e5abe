"""The registry: what handlers and providers may ask for, by name, with its type."""

from __future__ import annotations

from examples.store.catalogue import Catalogue
from examples.store.database import Session, open_pool, open_session
from examples.store.ledger import Ledger
from examples.store.settings import read_settings
from responder import Registry, provider


def open_catalogue(session: Session) -> Catalogue:
    """The catalogue in this request's session."""
    return Catalogue(session)


def open_ledger(session: Session, catalogue: Catalogue) -> Ledger:
    """The ledger in this request's session."""
    return Ledger(session, catalogue)


class Deps(Registry):
    """Everything the store's handlers depend on.

    The session is closed before the answer is sent: a commit that fails is a 500 and not a lost order.
    """

    settings = provider(read_settings, scope="app")
    pool = provider(open_pool, scope="app")
    session = provider(open_session, close="before-send")
    catalogue = provider(open_catalogue)
    ledger = provider(open_ledger)
