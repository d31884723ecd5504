"""What holds for every page."""

from __future__ import annotations

import re
from pathlib import Path

from dashboard.app import create_app
from monitor.store.store import Store
from tests.builders import build_session
from tests.dashboard.conftest import Pages, damage


def test_a_tab_names_its_page_and_never_a_class(pages: Pages, store: Store) -> None:
    session_id = build_session(store, students=1, minutes=1)
    (student,) = store.load(session_id).students
    titles = {
        "/": "ClassPulse",
        f"/live/{session_id}": "ClassPulse",  # neutral: its tab may be shared
        f"/session/{session_id}": "Report, ClassPulse",
        f"/student/{session_id}/{student.id}": "Student, ClassPulse",
        "/settings": "Settings, ClassPulse",
        "/start": "Start a class, ClassPulse",
    }
    for path, title in titles.items():
        assert f'"title": "{title}"' in pages.page(path)


def test_a_damaged_database_is_said_calmly(pages: Pages, store: Store) -> None:
    session_id = build_session(store, students=1, minutes=1)
    damage(store)
    for path in ("/", f"/live/{session_id}"):
        page = pages.page(path)
        assert "The database cannot be read" in page
        assert "--db" in page
        assert "Traceback" not in page


def test_two_apps_keep_their_stores_apart(store: Store, tmp_path: Path) -> None:
    with Store.open(str(tmp_path / "other.db")) as other:
        build_session(other, students=1, minutes=1)
        mine = Pages(create_app(store).server.test_client())
        theirs = Pages(create_app(other).server.test_client())
        assert "Algebra" not in mine.page("/")
        assert "Algebra" in theirs.page("/")


def test_scripts_and_styles_are_kept_until_they_change(pages: Pages) -> None:
    index = pages.client.get("/").text
    own = re.findall(r"""["'](/assets/[^"']+\.(?:js|css)\?m=[^"']+)["']""", index)
    assert len(own) > 10
    for address in own:
        kept = pages.client.get(address).headers["Cache-Control"]
        assert kept == "public, max-age=31536000, immutable"
    unnamed = pages.client.get(own[0].partition("?")[0])
    assert unnamed.headers["Cache-Control"] == "no-cache"
    gone = pages.client.get("/assets/none.js?m=1")
    assert gone.headers["Cache-Control"] == "no-cache"
