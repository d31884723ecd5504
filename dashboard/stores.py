"""Where callbacks find the store of the app that serves them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import flask

from monitor.store.store import Store

STORE = "STORE"
"""Key in the Flask app's settings."""

FIRST = "FIRST"
"""Key of what the start page's fields begin with."""


def current_store() -> Store:
    """The store of the app that is answering the present request."""
    store = flask.current_app.config[STORE]
    assert isinstance(store, Store)  # noqa: S101 - narrows the type of a dict's value
    return store


def first_values() -> Mapping[str, Any]:
    """What the start page's fields begin with, as the command line said."""
    found: Mapping[str, Any] = flask.current_app.config.get(FIRST, {})
    return found
