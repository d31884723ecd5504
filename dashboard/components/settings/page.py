"""The page of settings and privacy as a whole."""

from __future__ import annotations

from dash import html

from dashboard.components.settings.erasing import erasing
from dashboard.components.settings.form import form
from dashboard.components.settings.privacy import audit, keeping, limits, notice
from dashboard.erasing import Done
from dashboard.network_card import shipped
from monitor.store.store import Store

_PARTS = {
    "watching": "How a class is watched",
    "notice-text": "What to tell the class",
    "keeping": "What is kept",
    "limits": "How often it is wrong",
    "audit": "What was done",
    "erase": "Erase",
}


def erased_line(erased: Done) -> html.P:
    """What was erased, and what is left to do."""
    text = f"{erased.told} {erased.trouble}".strip()
    return html.P(text, className="banner", role="status")


def settings_page(store: Store, *, erased: Done | None = None) -> html.Div:
    """The page as the database and the settings have it now.

    Args:
        store: what it is about.
        erased: what has just been erased, to be said at the top.

    Raises:
        StoreError: the database cannot be read.
        SettingsError: the settings' file cannot be read.
    """
    settings = store.settings()
    sessions = store.sessions()
    contents = [
        html.Li(html.A(title, href=f"#{anchor}")) for anchor, title in _PARTS.items()
    ]
    return html.Div(
        [
            html.H1("Settings and privacy"),
            None if erased is None else erased_line(erased),
            html.Ul(contents, className="contents"),
            form(settings),
            notice(),
            keeping(store, settings),
            limits(shipped()),
            audit(store.audit()),
            erasing(sessions, store.courses()),
        ],
        className="page settings",
        id="settings-page",
    )
