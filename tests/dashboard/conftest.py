from __future__ import annotations

import json
from collections.abc import Iterator
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


def _pair(name: str) -> dict[str, str]:
    identity, prop = name.rsplit(".", 1)
    return {"id": identity, "property": prop}


def _valued(part: dict[str, str], values: dict[str, Any]) -> dict[str, Any]:
    name = f"{part['id']}.{part['property']}"
    return {**part, "value": values.get(name)}


@pytest.fixture
def pages(store: Store) -> Pages:
    return Pages(create_app(store).server.test_client())
