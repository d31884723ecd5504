"""Where callbacks find the store of the app that serves them."""

from __future__ import annotations

import flask

from monitor.store.store import Store

STORE = "STORE"
"""Key in the Flask app's settings."""


def current_store() -> Store:
    """The store of the app that is answering the present request."""
    store = flask.current_app.config[STORE]
    assert isinstance(store, Store)  # noqa: S101 - narrows the type of a dict's value
    return store
