"""Where callbacks find the store of the app that serves them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import flask

from monitor.engagement import IndexWeights
from monitor.errors import SettingsError
from monitor.settings import Settings
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


def usable_settings(store: Store) -> tuple[Settings, str]:
    """The teacher's settings; the usual ones, and why, where they cannot be used."""
    try:
        return store.settings(), ""
    except SettingsError as error:
        return Settings(), str(error)


def own_weights(store: Store) -> IndexWeights:
    """The engagement index's weights as set, or the usual ones."""
    return usable_settings(store)[0].weights
