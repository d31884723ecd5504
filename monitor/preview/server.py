"""Serves looks to this computer alone, to whoever knows the token.

Listens at 127.0.0.1 on a port that the system chooses. What is asked for is
``GET /<token>/look``; the token is made anew for every server and is told only to the
dashboard (over a pipe, or in a file that the user alone may read), which asks on the
page's behalf: no browser ever learns it. Other names in ``Host`` are refused, no other
site may read an answer, and nothing is written to any log.
"""

from __future__ import annotations

import hmac
import secrets
import sys
import threading
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import Any, Self

from monitor.errors import ClassPulseError
from monitor.preview_address import Address

_WAIT_S = 30.0


class PreviewServer:
    """Serves while entered.

    Args:
        look: makes the next look, or None while there is nothing to see; called from
            one thread for each request.

    Attributes:
        address: where it listens, and the token.
    """

    def __init__(self, look: Callable[[], bytes | None]) -> None:
        token = secrets.token_urlsafe(32)
        handler = type("Handler", (_Handler,), {"look": staticmethod(look)})
        self._server = _Server(("127.0.0.1", 0), handler)
        self.address = Address(self._server.server_address[1], token)
        handler.address = self.address  # type: ignore[attr-defined]
        self._thread = threading.Thread(
            target=self._server.serve_forever, args=(0.1,), daemon=True
        )

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    block_on_close = False

    def handle_error(self, request: Any, client_address: Any) -> None:  # noqa: ANN401
        """A client that goes away is no news."""
        if not isinstance(sys.exception(), ConnectionError):
            super().handle_error(request, client_address)


class _Handler(BaseHTTPRequestHandler):
    address: Address
    look: Callable[[], bytes | None]
    timeout = _WAIT_S
    server_version, sys_version = "ClassPulse", ""

    def do_GET(self) -> None:
        """Answer with a look, or with one line on why there is none."""
        port, token = self.address
        asked = self.path.encode("utf-8", "replace")
        known = hmac.compare_digest(asked, f"/{token}/look".encode())
        if not known or self.headers.get("Host") != f"127.0.0.1:{port}":
            self._answer(404, b"")
            return
        try:
            look = self.look()
        except ClassPulseError as error:
            self._answer(409, str(error).encode())
            return
        self._answer(200 if look else 204, look or b"")

    def _answer(self, status: int, body: bytes) -> None:
        self.send_response(status)
        self.send_header("Content-Type", "application/octet-stream")
        self.send_header("Content-Length", str(len(body)))
        self.send_header("Cache-Control", "no-store")
        self.send_header("X-Content-Type-Options", "nosniff")
        self.send_header("Cross-Origin-Resource-Policy", "same-origin")
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002
        """Say nothing: the path holds the token."""
