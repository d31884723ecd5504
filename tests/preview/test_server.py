"""Who gets a picture, and who does not."""

from __future__ import annotations

import http.client
import os
import stat
from pathlib import Path

import pytest

from monitor.errors import AgentError, SourceLost
from monitor.preview.server import PreviewServer
from monitor.preview_address import Address, address_file, ask, find, left_at


def get(address: Address, path: str, host: str | None = None) -> tuple[int, bytes]:
    connection = http.client.HTTPConnection("127.0.0.1", address.port, timeout=30)
    connection.request("GET", path, headers={"Host": host} if host else {})
    answer = connection.getresponse()
    assert not [name for name in answer.headers if name.startswith("Access-Control")]
    assert answer.headers["Cache-Control"] == "no-store"
    found = answer.status, answer.read()
    connection.close()
    return found


def test_only_the_token_under_its_own_name_is_answered(
    capfd: pytest.CaptureFixture[str],
) -> None:
    with PreviewServer(lambda: b"a picture") as server:
        port, token = address = server.address
        assert get(address, f"/{token}/look") == (200, b"a picture")
        for path in ("/", "/look", "/%s/look" % ("x" * len(token)), f"/{token}"):
            assert get(address, path) == (404, b"")
        for host in ("evil.example", f"localhost:{port}", "127.0.0.1"):
            assert get(address, f"/{token}/look", host) == (404, b"")
        assert ask(address) == b"a picture"
    # Not a word: a log would hold the token.
    assert capfd.readouterr() == ("", "")
    with pytest.raises(AgentError, match="gives no picture: it is ending"):
        ask(address)


def test_each_server_has_a_token_of_its_own() -> None:
    with PreviewServer(lambda: None) as one, PreviewServer(lambda: None) as other:
        assert one.address.token != other.address.token
        assert ask(one.address) is None
        with pytest.raises(AgentError, match="open the page again"):
            ask(Address(one.address.port, other.address.token))


def test_why_there_is_no_picture_is_told() -> None:
    def lost() -> bytes:
        raise SourceLost("the monitor is gone; connect it again")

    with (
        PreviewServer(lost) as server,
        pytest.raises(AgentError, match="the monitor is gone; connect it again"),
    ):
        ask(server.address)


def test_the_address_is_for_the_user_alone_and_goes_with_the_class(
    tmp_path: Path,
) -> None:
    file = address_file(tmp_path / "class.db", 3)
    file.parent.mkdir()
    file.write_text("left by an agent that was killed")
    file.chmod(0o644)
    with left_at(file, Address(4000, "secret")):
        assert find(file) == Address(4000, "secret")
        if os.name == "posix":
            assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert find(file) is None
    assert list(file.parent.iterdir()) == []


@pytest.mark.parametrize("text", ["", "{}", "[]", '{"port": "x", "token": 1}'])
def test_a_file_that_is_no_address_is_none(tmp_path: Path, text: str) -> None:
    file = tmp_path / "1.preview"
    file.write_text(text)
    assert find(file) is None


def test_a_class_goes_on_where_no_address_can_be_left(tmp_path: Path) -> None:
    file = tmp_path / "no folder" / "1.preview"
    with left_at(file, Address(1, "t")):
        assert find(file) is None
