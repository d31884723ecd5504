"""The routes by which a page gets pictures: asked of the agent, on the page's behalf.

The browser speaks to the dashboard alone, so that no token ever lies in a page, an
address or a history. A picture is asked for with POST, which `dashboard.security` lets
only our own pages do, and only where the dashboard listens to this computer alone.
"""

from __future__ import annotations

import ipaddress
import json
import struct

import flask

from dashboard.agents import AGENTS, Agents, current_agents
from dashboard.stores import current_store
from monitor.errors import AgentError, ClassPulseError
from monitor.preview_address import address_file, ask, find
from monitor.store.store import Store

_LOOPBACK = ("localhost", "127.0.0.1", "::1")
_NONE_KEPT = (
    "No picture can be had of this class now: it has just begun, has ended, or is "
    "recorded by an older version."
)


def serve_pictures(server: flask.Flask, store: Store, host: str) -> None:
    """Add the routes, on a dashboard that listens to this computer alone.

    Args:
        server: the app.
        store: its store.
        host: the address that it listens at.
    """
    if host.strip("[]") not in _LOOPBACK:
        return
    server.config[AGENTS] = Agents(store.url)
    server.post("/start/look/<visit>")(_look_before)
    server.post("/start/stay/<visit>")(_stay)
    server.post("/start/leave/<visit>")(_leave)
    server.post("/live/<int:session_id>/look")(_look_live)


def _look_before(visit: str) -> flask.Response:
    agents = _for_this_computer()
    try:
        look = agents.look(visit)
    except AgentError as error:
        return _told(str(error))
    return _picture(look)


def _stay(visit: str) -> flask.Response:
    """The page is still open, in a tab that is not looked at."""
    _for_this_computer().stay(visit)
    return flask.Response(status=204)


def _leave(visit: str) -> flask.Response:
    _for_this_computer().leave(visit)
    return flask.Response(status=204)


def _look_live(session_id: int) -> flask.Response:
    _for_this_computer()
    store = current_store()
    address = find(address_file(store.path, session_id))
    if address is None:
        return _told(_NONE_KEPT)
    try:
        look = ask(address)
        if look and flask.request.args.get("names") == "1":
            look = _named(look, store.numbered(session_id))
    except ClassPulseError as error:
        return _told(str(error))
    return _picture(look)


def _named(look: bytes, names: dict[int, str]) -> bytes:
    """The look with the present name of each face's student."""
    (length,) = struct.unpack(">I", look[:4])
    about = json.loads(look[4 : 4 + length])
    for face in about["faces"]:
        face["name"] = names.get(face["student"])
    head = json.dumps(about).encode()
    return struct.pack(">I", len(head)) + head + look[4 + length :]


def _for_this_computer() -> Agents:
    agents = current_agents()
    asked_by = flask.request.remote_addr or ""
    try:
        own = ipaddress.ip_address(asked_by).is_loopback
    except ValueError:
        own = False
    if agents is None or not own:
        flask.abort(403)
    return agents


def _picture(look: bytes | None) -> flask.Response:
    if not look:
        return flask.Response(status=204)
    return flask.Response(look, mimetype="application/octet-stream")


def _told(line: str) -> flask.Response:
    """No error of the page's: a browser would write one into its console each time."""
    return flask.Response(line, mimetype="text/plain")
