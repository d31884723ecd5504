"""`classpulse dashboard`: the pages, and the process that serves them to a class."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import webbrowser
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import TYPE_CHECKING, Annotated

import typer

from monitor import apart
from monitor.cli.options import (
    DEFAULT_PORT,
    DbOption,
    NoOpenOption,
    PortOption,
    open_existing,
)
from monitor.cli.retention import let_go

if TYPE_CHECKING:
    from monitor.store.store import Store

_URL_LINE = "Dashboard: "


def dashboard(
    host: Annotated[
        str, typer.Option("--host", help="Address to serve on; stay on this computer.")
    ] = "127.0.0.1",
    port: PortOption = DEFAULT_PORT,
    no_open: NoOpenOption = False,
    beside: Annotated[
        bool,
        typer.Option("--beside", hidden=True, help="End when standard input ends."),
    ] = False,
    db_url: DbOption = None,
) -> None:
    """Open the dashboard: all sessions, live and past. Ctrl-C ends it."""
    if beside:
        threading.Thread(target=_end_with_input, daemon=True).start()
    if host not in {"127.0.0.1", "localhost", "::1"}:
        typer.echo(
            f"Warning: with --host {host} anyone who reaches this computer can read "
            "the students' pages; there is no password.",
            err=True,
        )
    with open_existing(db_url) as store:
        if not beside:  # whoever started it has done so
            let_go(store)
        serve_pages(store, host=host, port=port, open_browser=not no_open)


def serve_pages(
    store: Store,
    *,
    host: str = "127.0.0.1",
    port: int = DEFAULT_PORT,
    open_browser: bool,
    first: Mapping[str, object] | None = None,
) -> None:
    """Serve until Ctrl-C or SIGTERM; prints the address when the pages answer.

    Args:
        store: where the sessions are.
        host: the address to listen at.
        port: the first port to try.
        open_browser: open the page where there is a desktop.
        first: opens the page that starts a class, with these values in its fields;
            Home when None.
    """
    from dashboard.serve import serve

    def ready(url: str) -> None:
        url += "" if first is None else "start"
        typer.echo(f"{_URL_LINE}{url}")
        sys.stdout.flush()
        if open_browser:
            open_page(url)

    serve(store, host=host, port=port, on_ready=ready, first=first)


def _end_with_input() -> None:
    """End this process when the one that started it has gone."""
    sys.stdin.read()
    os.kill(os.getpid(), signal.SIGTERM)


def open_page(url: str) -> None:
    """Open a page in the user's browser, where there is a desktop to open it on.

    Without a desktop Python's `webbrowser` may start a browser inside the terminal,
    over the agent's own output.
    """
    desktop = sys.platform in {"win32", "darwin"} or any(
        os.environ.get(name) for name in ("DISPLAY", "WAYLAND_DISPLAY")
    )
    if desktop:
        webbrowser.open(url)


class DashboardProcess:
    """The dashboard in a process of its own, beside the agent.

    The two share the database and nothing else, so a slow page never makes a sample
    late.
    """

    def __init__(self, store: Store, port: int) -> None:
        command = apart.command("dashboard", "--no-open", "--beside")
        command += ["--port", str(port), "--db", store.url]
        self._process = subprocess.Popen(
            command,
            # Its end tells the pages that the agent is gone, however it went.
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            # Ctrl-C is for the agent: the pages live until its last sample is stored.
            **apart.apart(),
        )
        self._ready = threading.Event()
        self._url: str | None = None
        self._closing = False
        threading.Thread(target=self._listen, daemon=True).start()

    def _listen(self) -> None:
        assert self._process.stdout is not None  # noqa: S101
        for line in self._process.stdout:
            if line.startswith(_URL_LINE):
                self._url = line.removeprefix(_URL_LINE).strip()
                self._ready.set()
        self._ready.set()

    def url(self, timeout_s: float) -> str | None:
        """The address once the pages answer; None when they do not in time."""
        self._ready.wait(timeout_s)
        return self._url

    @property
    def closing(self) -> bool:
        """True once the agent has no more use for the pages."""
        return self._closing

    @property
    def running(self) -> bool:
        """False once the process has ended, for whatever reason."""
        return self._process.poll() is None

    def close(self) -> None:
        """End the process and wait for it."""
        self._closing = True
        self._process.terminate()
        try:
            self._process.wait(timeout=5)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        for pipe in (self._process.stdin, self._process.stdout):
            if pipe is not None:
                pipe.close()


@contextmanager
def dashboard_beside(
    store: Store, port: int, *, wanted: bool
) -> Iterator[DashboardProcess | None]:
    """The dashboard's process while inside; None when it is not wanted."""
    if not wanted:
        yield None
        return
    process = DashboardProcess(store, port)
    try:
        yield process
    finally:
        process.close()
