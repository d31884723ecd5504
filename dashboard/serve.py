"""Serves the dashboard to this machine's browser."""

from __future__ import annotations

import errno
import logging
import signal
import socket
import sys
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from types import FrameType
from typing import Any

import waitress

from dashboard.agents import end_agents
from dashboard.app import create_app
from dashboard.stores import FIRST
from monitor.errors import UsageError
from monitor.store.store import Store

_TRIES = 20
_THREADS = 8
"""Pictures and the process that starts a class take their time."""


class DashboardServer:
    """A dashboard that has its port; a context manager that gives it back.

    Attributes:
        url: where a browser finds it.
    """

    def __init__(self, store: Store, host: str, port: int) -> None:
        listening = _listen(host, port)
        self.url = _url(host, listening.getsockname()[1])
        # A client that goes away is no news; waitress would print it.
        logging.getLogger("waitress").setLevel(logging.ERROR)
        self._app = create_app(store, host=host).server
        self._server: Any = waitress.create_server(
            self._app,
            sockets=[listening],
            threads=_THREADS,
            ident=None,
        )
        self._socket = listening

    def begin_with(self, first: Mapping[str, object]) -> None:
        """Let the page that starts a class begin with these values in its fields.

        They stay in memory: in an address they would lie in the browser's history.
        """
        self._app.config[FIRST] = first

    def run(self) -> None:
        """Serve until `close`, or until the process is told to end."""
        try:
            self._server.run()
        except OSError as error:
            # `close` from another thread takes the socket out of the loop's hands.
            if error.errno != errno.EBADF:
                raise

    def close(self) -> None:
        """Stop serving, end what pages have started, and give the port back."""
        end_agents(self._app)
        # Who answers now is waited for: an answer needs the server's own loop.
        self._server.task_dispatcher.shutdown(cancel_pending=True, timeout=5)
        self._server.close()
        self._socket.close()

    def __enter__(self) -> DashboardServer:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


def serve(
    store: Store,
    host: str = "127.0.0.1",
    port: int = 8050,
    on_ready: Callable[[str], None] | None = None,
    first: Mapping[str, object] | None = None,
) -> None:
    """Serve until Ctrl-C or SIGTERM; a busy port moves on to the next.

    Args:
        store: where the sessions are.
        host: the address to listen at; anything but loopback is seen by the network.
        port: the first port to try; 0 takes any that is free.
        on_ready: called with the address once it can be opened.
        first: what the fields of the page that starts a class begin with.

    Raises:
        UsageError: the address is not of this machine, or no port is free.
    """
    # Being told to end is how this ends, whether waitress is already at work or not.
    with (
        DashboardServer(store, host, port) as server,
        _ends_on_sigterm(),
        suppress(KeyboardInterrupt),
    ):
        server.begin_with(first or {})
        if on_ready is not None:
            on_ready(server.url)
        server.run()


def _listen(host: str, port: int) -> socket.socket:
    """A listening socket at the first free port."""
    if not 0 <= port <= 65535:
        raise UsageError(f"--port {port} is no port: give a number from 0 to 65535")
    for candidate in range(port, min(port + _TRIES, 65536)):
        try:
            return _bind(host.strip("[]"), candidate)
        except PermissionError as error:
            raise UsageError(
                f"Port {candidate} may not be used by this account: give --port a "
                "number above 1023"
            ) from error
        except OSError as error:
            if error.errno not in (errno.EADDRINUSE, errno.EACCES):
                raise UsageError(
                    f"The dashboard cannot listen at {host}: expected an address of "
                    "this machine, such as --host 127.0.0.1"
                ) from error
    raise UsageError(
        f"The {_TRIES} ports from {port} on are all in use: give another --port"
    )


def _bind(host: str, port: int) -> socket.socket:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listening = socket.socket(family, socket.SOCK_STREAM)
    try:
        if sys.platform == "win32":
            # There, SO_REUSEADDR lets two programs share one port.
            listening.setsockopt(socket.SOL_SOCKET, socket.SO_EXCLUSIVEADDRUSE, 1)
        else:
            listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listening.bind((host, port))
        listening.listen(64)
    except OSError:
        listening.close()
        raise
    return listening


def _url(host: str, port: int) -> str:
    if host in ("0.0.0.0", "::", ""):  # noqa: S104 - compared with, not bound to
        host = "127.0.0.1"
    name = host.strip("[]")
    return f"http://[{name}]:{port}/" if ":" in name else f"http://{name}:{port}/"


@contextmanager
def _ends_on_sigterm() -> Iterator[None]:
    """SIGTERM ends the server as Ctrl-C does; signals belong to the main thread."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return

    def _end(_signal: int, _frame: FrameType | None) -> None:
        raise KeyboardInterrupt

    before = signal.signal(signal.SIGTERM, _end)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)
