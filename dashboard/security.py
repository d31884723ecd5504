"""Who may ask: this machine's own browser, by the name that it was given.

A page elsewhere on the web can make a browser send requests to a loopback port. Three
things stop it: names other than our own are refused (DNS rebinding), requests that
another site caused are refused, and no other site may read or frame an answer.
"""

from __future__ import annotations

import ipaddress
from collections.abc import Callable, Sequence
from urllib.parse import urlsplit

import flask

_OWN = frozenset({"localhost", "127.0.0.1", "::1"})
_ANY = frozenset({"0.0.0.0", "::"})  # noqa: S104 - compared with, not bound to


def protect(
    server: flask.Flask, host: str, script_hashes: Callable[[], Sequence[str]]
) -> None:
    """Check every request and put the headers on every answer.

    Args:
        server: the app.
        host: the address that the server listens at.
        script_hashes: gives those of the page's own inline scripts, for its policy.
    """
    headers = {
        "X-Frame-Options": "DENY",
        "X-Content-Type-Options": "nosniff",
        "Referrer-Policy": "no-referrer",
        "Cross-Origin-Opener-Policy": "same-origin",
        "Cross-Origin-Resource-Policy": "same-origin",
        "Permissions-Policy": "camera=(), microphone=(), geolocation=()",
    }

    @server.before_request
    def _check() -> flask.Response | None:
        reason = refusal(flask.request, host)
        return flask.Response(reason, 403, mimetype="text/plain") if reason else None

    @server.after_request
    def _add(response: flask.Response) -> flask.Response:
        response.headers.update(headers)
        response.headers["Content-Security-Policy"] = _policy(script_hashes())
        return response


def _policy(script_hashes: Sequence[str]) -> str:
    return "; ".join(
        [
            "default-src 'self'",
            " ".join(["script-src 'self'", *script_hashes]),
            # Plotly sets styles on its elements; there is no way to hash those.
            "style-src 'self' 'unsafe-inline'",
            "img-src 'self' data: blob:",
            "object-src 'none'",
            "base-uri 'none'",
            "form-action 'self'",
            "frame-ancestors 'none'",
        ]
    )


def refusal(request: flask.Request, host: str) -> str | None:
    """Why a request is not answered; None when it is."""
    name = _hostname(f"//{request.host}")
    if not is_own_name(name, host):
        return (
            f"ClassPulse answers to localhost and the address it was started with, "
            f"not to {name[:60]!r}."
        )
    if request.method in ("GET", "HEAD", "OPTIONS"):
        return None
    origin = request.headers.get("Origin")
    foreign = origin is not None and urlsplit(origin).netloc != request.host
    if foreign or request.headers.get("Sec-Fetch-Site") in ("cross-site", "same-site"):
        return "ClassPulse takes requests from its own pages only."
    return None


def is_own_name(name: str, host: str) -> bool:
    """Whether a Host header's name is one that this server answers to."""
    if name in _OWN or name == host.strip("[]").lower():
        return True
    # Listening everywhere was asked for: a bare address cannot be rebound, a name can.
    return host in _ANY and _is_address(name)


def _is_address(name: str) -> bool:
    try:
        ipaddress.ip_address(name)
    except ValueError:
        return False
    return True


def _hostname(url: str) -> str:
    try:
        return (urlsplit(url).hostname or "").lower()
    except ValueError:
        return ""
