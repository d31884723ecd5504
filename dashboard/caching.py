"""What a browser may keep: scripts and styles for good, a page of students never."""

from __future__ import annotations

import flask

_NAMED_ANEW = "m"
"""Dash puts the file's time into the address of each of our scripts and styles."""


def tell_what_may_be_kept(server: flask.Flask) -> None:
    """Say it on every answer."""

    @server.after_request
    def _add(response: flask.Response) -> flask.Response:
        kept = _kept(flask.request, response.status_code)
        if kept is not None:
            response.headers["Cache-Control"] = kept
        return response


def _kept(request: flask.Request, status: int) -> str | None:
    """None where Dash knows better: it names most of its scripts by their version."""
    if request.path.startswith("/_dash-component-suites/"):
        return None
    if not request.path.startswith("/assets/"):
        # Names of students have no place in a browser's cache.
        return "no-store"
    named_anew = _NAMED_ANEW in request.args and status in (200, 304)
    return "public, max-age=31536000, immutable" if named_anew else "no-cache"
