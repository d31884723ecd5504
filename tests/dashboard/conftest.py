from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from dashboard.app import create_app
from monitor.store.store import Store


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with Store.open(str(tmp_path / "class.db"), busy_timeout_s=0.2) as opened:
        yield opened


def damage(store: Store) -> None:
    """Put something in the database's place that is none."""
    store.close()
    for extra in ("-wal", "-shm"):
        store.path.with_name(store.path.name + extra).unlink(missing_ok=True)
    store.path.write_bytes(b"no database at all" * 500)


@contextmanager
def taken(store: Store) -> Iterator[None]:
    """Another program has the database for itself alone."""
    store.close()
    with closing(sqlite3.connect(store.path, isolation_level=None)) as other:
        other.execute("PRAGMA locking_mode=EXCLUSIVE")
        other.execute("BEGIN EXCLUSIVE")
        yield


def spoil_settings(store: Store) -> None:
    """Leave settings beside the database that cannot be used."""
    store.keep_settings(store.settings())
    (file,) = store.path.parent.glob("*.json")
    file.write_text('{"retention_days": 0}')


class Pages:
    """Asks an app for what a browser would ask it for."""

    def __init__(self, client: FlaskClient) -> None:
        self.client = client
        # Dash registers callbacks at the first request: two apps made before that
        # would share them.
        assert client.get("/").status_code == 200
        self.callbacks = json.loads(client.get("/_dash-dependencies").data)

    def page(self, path: str) -> str:
        """The contents of a page, as JSON text."""
        values = {"_pages_location.pathname": path}
        response = self.call("_pages_content.children", values)
        assert response.status_code == 200, response.text
        # Dash escapes slashes and brackets: read and written again they are plain.
        return json.dumps(json.loads(response.text))

    def call(
        self, output: str, values: dict[str, Any], triggered: str | None = None
    ) -> TestResponse:
        """Run the callback that has an output, with some of its inputs and states."""
        callback = next(
            c for c in self.callbacks if output in c["output"].strip(".").split("...")
        )
        outputs: Any = [_pair(part) for part in callback["output"][2:-2].split("...")]
        if not callback["output"].startswith(".."):
            outputs = _pair(callback["output"])
        body = {
            "output": callback["output"],
            "outputs": outputs,
            "inputs": [_valued(part, values) for part in callback["inputs"]],
            "state": [_valued(part, values) for part in callback["state"]],
            "changedPropIds": [triggered or next(iter(values))],
        }
        return self.client.post("/_dash-update-component", json=body)

    def asked(
        self, output: str, values: dict[str, Any], triggered: str | None = None
    ) -> dict[str, Any]:
        """What the same callback gives, by component and property."""
        answer = self.call(output, values, triggered)
        assert answer.status_code == 200, answer.text
        response: dict[str, Any] = json.loads(answer.text)["response"]
        return response


def _pair(name: str) -> dict[str, str]:
    identity, prop = name.rsplit(".", 1)
    return {"id": identity, "property": prop}


def _valued(part: dict[str, str], values: dict[str, Any]) -> dict[str, Any]:
    name = f"{part['id']}.{part['property']}"
    return {**part, "value": values.get(name)}


@pytest.fixture
def pages(store: Store) -> Pages:
    return Pages(create_app(store).server.test_client())
