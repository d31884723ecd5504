"""Where the pictures of a running class can be had: a port of this computer, a token.

The agent leaves it in a small file beside the session's lock, which only the user may
read, and takes it away with the class. It is no row of the database, for that is
copied, kept and handed on. On Windows the user's own folder protects it (untried).
"""

from __future__ import annotations

import http.client
import json
import os
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from pathlib import Path
from typing import NamedTuple

from monitor.errors import AgentError

_PATIENCE_S = 10.0
_LARGEST = 16 << 20


class Address(NamedTuple):
    """A port of 127.0.0.1, and the token that its server wants."""

    port: int
    token: str


def address_file(database: Path, session_id: int) -> Path:
    """Where the address of a session's pictures lies while it is recorded."""
    return database.with_name(database.name + ".locks") / f"{session_id}.preview"


@contextmanager
def left_at(file: Path, address: Address) -> Iterator[None]:
    """The address lies in the file while inside; without one if it cannot be made."""
    text = json.dumps(address._asdict())
    # What an earlier agent left is not written into: its rights may be others.
    with suppress(OSError):
        file.unlink(missing_ok=True)
        made = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(made, "w", encoding="utf-8") as opened:
            opened.write(text)
    try:
        yield
    finally:
        with suppress(OSError):
            file.unlink(missing_ok=True)


def find(file: Path) -> Address | None:
    """The address in the file, None when there is none."""
    try:
        found = json.loads(file.read_text("utf-8"))
        return Address(int(found["port"]), str(found["token"]))
    except (OSError, ValueError, KeyError, TypeError):
        return None


def ask(address: Address) -> bytes | None:
    """One look from an agent's memory; None while there is nothing to see.

    Raises:
        AgentError: the agent has no picture, or is gone; the message says why.
    """
    connection = http.client.HTTPConnection(
        "127.0.0.1", address.port, timeout=_PATIENCE_S
    )
    try:
        with closing(connection):
            connection.request("GET", f"/{address.token}/look")
            answer = connection.getresponse()
            body = answer.read(_LARGEST)
    except (OSError, http.client.HTTPException) as error:
        raise AgentError(
            "the class's own process gives no picture: it is ending, or the computer "
            "is very busy; try again"
        ) from error
    if answer.status == 200:
        return body
    if answer.status == 204:
        return None
    raise AgentError(
        body.decode("utf-8", "replace")
        or "this picture is no longer shown; open the page again"
    )
