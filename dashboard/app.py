"""Makes the dashboard for a store."""

from __future__ import annotations

import dash
from dash import ClientsideFunction, Input, html

from dashboard.caching import tell_what_may_be_kept
from dashboard.components.navigation import CONTENT, navigation, skip_link
from dashboard.files import add_files
from dashboard.history import HISTORIES, Histories
from dashboard.palette import LIGHT, css_variables
from dashboard.pictures import serve_pictures
from dashboard.security import protect
from dashboard.stores import STORE
from monitor.store.store import Store

_MARK = (
    "data:image/svg+xml,%3Csvg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 16 16'"
    f"%3E%3Crect width='16' height='16' rx='4' fill='%23{LIGHT['accent'][1:]}'/%3E"
    "%3Cpath d='M2 9h3l2-5 2 8 2-3h3' fill='none' stroke='%23fff' stroke-width='1.5'/"
    "%3E%3C/svg%3E"
)

_INDEX = f"""<!DOCTYPE html>
<html lang="en">
    <head>
        {{%metas%}}
        <meta name="color-scheme" content="light dark">
        <title>{{%title%}}</title>
        <link rel="icon" href="{_MARK}">
        <style>{css_variables()}</style>
        {{%css%}}
    </head>
    <body>
        <noscript>This page needs JavaScript, all of which comes from this machine.
        </noscript>
        {{%app_entry%}}
        <div>{{%config%}}{{%scripts%}}{{%renderer%}}</div>
    </body>
</html>"""


def create_app(store: Store, *, host: str = "127.0.0.1") -> dash.Dash:
    """The dashboard over a store; ``app.server`` is its WSGI application.

    Args:
        store: where the sessions are; callbacks find it through the app.
        host: the address it will listen at: other names are refused.
    """
    # The package's name, not this module's: Dash names pages after it, and would
    # register a second copy of each otherwise.
    app = dash.Dash(
        "dashboard",
        use_pages=True,
        title="ClassPulse",
        update_title="",
        index_string=_INDEX,
        serve_locally=True,
        # The pages hold what their callbacks name, one page at a time.
        suppress_callback_exceptions=True,
        include_pages_meta=False,
        add_log_handler=False,
        enable_mcp=False,
        meta_tags=[{"name": "robots", "content": "noindex"}],
    )
    app.layout = _frame()
    app.clientside_callback(  # type: ignore[no-untyped-call]
        ClientsideFunction("navigation", "arrive"),
        Input("_pages_location", "pathname"),
    )
    app.server.config[STORE] = store
    app.server.config[HISTORIES] = Histories()
    serve_pictures(app.server, store, host)
    add_files(app.server)
    tell_what_may_be_kept(app.server)
    # Dash adds its router's inline script at the first request: hash what is there.
    protect(app.server, host, app.csp_hashes)
    return app


def _frame() -> html.Div:
    return html.Div(
        [
            skip_link(),
            navigation(),
            html.P(
                [
                    html.Strong("No answer from ClassPulse. "),
                    "What stands here is the last that was known: the class may have "
                    "ended. Type ",
                    html.Code("classpulse"),
                    " to open the pages again.",
                ],
                id="lost",
                className="banner lost",
                role="alert",
                hidden=True,
            ),
            html.Main(dash.page_container, id=CONTENT, tabIndex="-1"),
        ]
    )
