from __future__ import annotations

from pathlib import Path

import pytest

from monitor.errors import UsageError
from monitor.store.place import database_path, database_url


@pytest.mark.parametrize("prefix", ["", "sqlite:///", "sqlite+pysqlite:///"])
def test_url_and_bare_path_name_the_same_file(prefix: str, tmp_path: Path) -> None:
    path = tmp_path / "a class.db"
    assert database_path(f"{prefix}{path}") == path


@pytest.mark.parametrize("name", ["a?b.db", "50%25 #1.db", "klasse_ä_数学.db"])
def test_url_of_odd_names_comes_back(name: str, tmp_path: Path) -> None:
    path = tmp_path / name
    assert database_path(database_url(path)) == path


def test_relative_path_is_made_absolute(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    assert database_path("sqlite:///mine.db") == tmp_path / "mine.db"


def test_variable_is_used_without_an_option(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CLASSPULSE_DB", f"sqlite:///{tmp_path}/env.db")
    assert database_path() == tmp_path / "env.db"
    assert database_path(str(tmp_path / "option.db")) == tmp_path / "option.db"


def test_usual_place_is_the_users_folder(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("CLASSPULSE_DB", raising=False)
    path = database_path()
    assert path.name == "classpulse.db"
    assert path.parent.name == "classpulse"
    assert path.is_absolute()


def test_other_scheme_is_refused_without_its_password() -> None:
    with pytest.raises(UsageError, match=r"SQLite file, not postgresql://") as caught:
        database_path("postgresql://teacher:secret@host/db")
    assert "secret" not in str(caught.value)
    assert "--db sqlite:///FILE" in str(caught.value)


@pytest.mark.parametrize("url", ["sqlite:///", ":memory:", "sqlite:///:memory:"])
def test_database_without_a_file_is_refused(url: str) -> None:
    with pytest.raises(UsageError, match="must be a file"):
        database_path(url)


def test_sqlite_without_its_third_slash_is_refused() -> None:
    with pytest.raises(UsageError, match="sqlite:///FILE"):
        database_path("sqlite://mine.db")
