from __future__ import annotations

import http.client
import socket
import subprocess
import sys
import threading
from contextlib import closing

import pytest

from dashboard.serve import DashboardServer, serve
from monitor.errors import UsageError
from monitor.store.store import Store


def ask(port: int, name: str) -> tuple[int, bytes]:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
    with closing(connection):
        connection.request("GET", "/", headers={"Host": name})
        answer = connection.getresponse()
        return answer.status, answer.read()


def test_serves_and_gives_the_port_back(store: Store) -> None:
    with DashboardServer(store, "127.0.0.1", 0) as server:
        thread = threading.Thread(target=server.run)
        thread.start()
        port = int(server.url.rstrip("/").rpartition(":")[2])
        assert ask(port, "localhost")[0] == 200
        assert b"ClassPulse" in ask(port, "localhost")[1]
        assert ask(port, "evil.example")[0] == 403
    thread.join(timeout=30)
    assert not thread.is_alive()


def test_a_busy_port_moves_on(store: Store) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        with DashboardServer(store, "127.0.0.1", port) as server:
            assert server.url.startswith("http://127.0.0.1:")
            assert server.url != f"http://127.0.0.1:{port}/"


@pytest.mark.parametrize(
    ("host", "port", "message"),
    [
        ("127.0.0.1", 70000, "give a number from 0 to 65535"),
        ("203.0.113.7", 8050, "expected an address of this machine"),
        ("no.such.host.invalid", 8050, "expected an address of this machine"),
    ],
)
def test_an_address_that_cannot_be_had(
    store: Store, host: str, port: int, message: str
) -> None:
    with pytest.raises(UsageError, match=message):
        serve(store, host=host, port=port)


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no SIGTERM")
def test_sigterm_ends_it(store: Store) -> None:
    code = (
        "import sys\n"
        "from monitor.store.store import Store\n"
        "from dashboard.serve import serve\n"
        "try:\n"
        "    serve(Store.open(sys.argv[1]), port=0,"
        " on_ready=lambda url: print(url, flush=True))\n"
        "except KeyboardInterrupt:\n"
        "    sys.exit(7)\n"
    )
    process = subprocess.Popen(
        [sys.executable, "-c", code, store.url], stdout=subprocess.PIPE, text=True
    )
    assert process.stdout is not None
    with process.stdout:
        assert process.stdout.readline().startswith("http://127.0.0.1:")
        process.terminate()
        assert process.wait(timeout=30) == 0
