from __future__ import annotations

import re

import pytest

from dashboard.app import create_app
from dashboard.security import is_own_name
from monitor.store.store import Store
from tests.dashboard.conftest import Pages


@pytest.mark.parametrize(
    ("name", "host", "own"),
    [
        ("localhost", "127.0.0.1", True),
        ("127.0.0.1", "127.0.0.1", True),
        ("::1", "127.0.0.1", True),
        ("evil.example", "127.0.0.1", False),
        ("192.168.1.5", "127.0.0.1", False),
        ("192.168.1.5", "192.168.1.5", True),
        ("192.168.1.5", "::", True),
        ("evil.example", "::", False),
        ("fe80::1", "[fe80::1]", True),
        ("", "127.0.0.1", False),
    ],
)
def test_names_that_are_answered_to(name: str, host: str, own: bool) -> None:
    assert is_own_name(name, host) is own


@pytest.mark.parametrize("header", ["evil.example", "evil.example:8050", "[::1", ""])
def test_a_rebound_name_is_refused(pages: Pages, header: str) -> None:
    answer = pages.client.get("/", headers={"Host": header})
    assert answer.status_code in (400, 403)


@pytest.mark.parametrize(
    "headers",
    [
        {"Origin": "https://evil.example"},
        {"Origin": "null"},
        {"Origin": "http://localhost:9999"},
        {"Sec-Fetch-Site": "cross-site"},
    ],
)
def test_another_sites_request_is_refused(
    pages: Pages, headers: dict[str, str]
) -> None:
    answer = pages.client.post("/_dash-update-component", headers=headers, json={})
    assert answer.status_code == 403
    assert "its own pages only" in answer.text


def test_answers_cannot_be_framed_cached_or_read_elsewhere(pages: Pages) -> None:
    headers = pages.client.get("/").headers
    assert headers["X-Frame-Options"] == "DENY"
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Referrer-Policy"] == "no-referrer"
    assert headers["Cache-Control"] == "no-store"
    assert "Access-Control-Allow-Origin" not in headers
    policy = headers["Content-Security-Policy"]
    assert "default-src 'self'" in policy
    assert "frame-ancestors 'none'" in policy
    assert "unsafe-eval" not in policy
    assert re.search(r"script-src 'self'( 'sha256-[\w+/=]+')+;", policy)


def test_the_page_names_no_other_place(store: Store) -> None:
    client = create_app(store).server.test_client()
    page = client.get("/").text
    assert not re.findall(r"(?:src|href)=[\"'](?:https?:)?//", page)
