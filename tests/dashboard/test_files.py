from __future__ import annotations

from pathlib import Path

import pytest

from dashboard.files import CSV_FILES, HTML_FILE, address_of
from monitor.reports.csv_files import write_session
from monitor.store.store import Store
from tests.builders import build_session
from tests.dashboard.conftest import Pages, damage, spoil_settings


@pytest.mark.parametrize("name", CSV_FILES)
def test_a_file_holds_what_the_command_writes(
    pages: Pages, store: Store, tmp_path: Path, name: str
) -> None:
    session_id = build_session(store, students=3, minutes=2)
    answer = pages.client.get(address_of(session_id, name))
    write_session(store.load(session_id), tmp_path / "command")
    assert answer.data == (tmp_path / "command" / name).read_bytes()
    assert answer.headers["Content-Disposition"] == f'attachment; filename="{name}"'
    assert answer.headers["Cache-Control"] == "no-store"


@pytest.mark.parametrize(
    ("address", "words"),
    [
        ("/files/99/students.csv", "there is no class 99: the list of classes"),
        ("/files/x/students.csv", "no class is called 'x'"),
        ("/files/1/secrets.txt", "There is no file 'secrets.txt': expected students"),
    ],
)
def test_a_file_that_is_not_there_is_one_line(
    pages: Pages, store: Store, address: str, words: str
) -> None:
    build_session(store, students=1, minutes=1)
    answer = pages.client.get(address)
    assert answer.status_code == 404
    assert words in answer.text
    assert answer.text.count("\n") == 0


def test_another_site_gets_no_file(pages: Pages, store: Store) -> None:
    session_id = build_session(store, students=1, minutes=1)
    headers = {"Sec-Fetch-Site": "cross-site"}
    answer = pages.client.get(address_of(session_id, "students.csv"), headers=headers)
    assert answer.status_code == 403


def test_a_damaged_database_gives_no_file_and_says_why(
    pages: Pages, store: Store
) -> None:
    session_id = build_session(store, students=1, minutes=1)
    damage(store)
    answer = pages.client.get(address_of(session_id, "students.csv"))
    assert answer.status_code == 503
    assert "--db" in answer.text


def test_the_report_as_a_file_is_one_page(pages: Pages, store: Store) -> None:
    session_id = build_session(store, students=3, minutes=2)
    answer = pages.client.get(address_of(session_id, HTML_FILE))
    assert answer.status_code == 200
    assert answer.mimetype == "text/html"
    assert 'filename="report.html"' in answer.headers["Content-Disposition"]
    assert "Student 3" in answer.text
    assert answer.text.startswith("<!DOCTYPE html>")


def test_settings_that_cannot_be_used_are_told_in_place_of_the_report(
    pages: Pages, store: Store
) -> None:
    session_id = build_session(store, students=1, minutes=1)
    spoil_settings(store)
    answer = pages.client.get(address_of(session_id, HTML_FILE))
    assert answer.status_code == 503
    assert "retention_days is '0'" in answer.text
