from __future__ import annotations

import re
import sqlite3
from importlib import resources
from pathlib import Path

import numpy as np
import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import create_engine

from monitor.errors import SchemaError, StoreBusy, StoreUnusable
from monitor.records import EMOTIONS
from monitor.store import schema
from monitor.store.database import Database
from monitor.store.store import Store
from monitor.store.tables import Base
from tests.builders import build_session

ASSETS = Path(__file__).parents[1] / "assets"


def migrate(path: Path, target: str) -> None:
    """Run Alembic itself on a file, empty or not."""
    database = Database(path, foreign_keys=False)
    before = schema.revision(database) or ""
    with database.write() as connection:
        config = schema.alembic_config(connection)
        if target == "base" or target < before:
            command.downgrade(config, target)
        else:
            command.upgrade(config, target)
    database.close()


def tables(path: Path) -> dict[str, list[str]]:
    """What the file's tables and indexes were made of; the order is no matter."""
    connection = sqlite3.connect(path)
    rows = connection.execute("SELECT name, sql FROM sqlite_master").fetchall()
    connection.close()
    return {
        name: sorted(re.split(r",\s*", re.sub(r"\s+", " ", sql)))
        for name, sql in rows
        if sql and name not in ("alembic_version", "sqlite_sequence")
    }


def write_old(path: Path, revision: str) -> None:
    """A database as it was of that revision, with classes in it."""
    with sqlite3.connect(path) as old:
        old.executescript((ASSETS / f"revision_{revision}.sql").read_text("utf-8"))
    old.close()


def body(parts: dict[str, list[str]]) -> dict[str, list[str]]:
    """Compare words, not the places of brackets that open and close a table.

    Nor quotes: SQLite puts some around the name of a table that was copied.
    """
    return {
        name: sorted(re.findall(r"[\w.]+", " ".join(sql)))
        for name, sql in parts.items()
    }


def test_migrated_file_equals_the_mappings(path: Path) -> None:
    migrate(path, "head")
    engine = create_engine(f"sqlite:///{path}")
    with engine.connect() as connection:
        context = MigrationContext.configure(
            connection, opts={"compare_type": True, "compare_server_default": True}
        )
        assert compare_metadata(context, Base.metadata) == []
    engine.dispose()


def test_new_file_equals_a_migrated_one(tmp_path: Path) -> None:
    migrate(tmp_path / "migrated.db", "head")
    with Store.open(str(tmp_path / "new.db")):
        pass
    migrated, new = tables(tmp_path / "migrated.db"), tables(tmp_path / "new.db")
    assert set(migrated) == set(new)
    assert body(migrated) == body(new)


def test_program_knows_every_revision_in_order() -> None:
    scripts = ScriptDirectory(str(resources.files("migrations")))
    found = [script.revision for script in scripts.walk_revisions()]
    assert tuple(reversed(found)) == schema.REVISIONS
    assert scripts.get_heads() == [schema.HEAD]


def test_emptied_database_is_brought_up_again(path: Path) -> None:
    with Store.open(str(path)) as store:
        build_session(store, students=2, minutes=1)
    migrate(path, "base")
    assert tables(path) == {}
    with pytest.raises(SchemaError, match="run `classpulse db upgrade`"):
        Store.open(str(path))
    assert schema.upgrade(str(path)) == ("", schema.HEAD)
    with Store.open(str(path)) as store:
        build_session(store, students=1, minutes=1)


def test_upgrade_makes_a_missing_database(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'new folder' / 'c.db'}"
    assert schema.upgrade(url) == (None, schema.HEAD)
    assert schema.upgrade(url) == (schema.HEAD, schema.HEAD)
    with Store.open(url, upgrade_new=False) as store:
        assert store.sessions() == []


def test_upgrade_keeps_what_is_stored(path: Path) -> None:
    with Store.open(str(path)) as store:
        session_id = build_session(store, students=3, minutes=1)
        before = len(store.load(session_id).observations)
    schema.upgrade(str(path))
    with Store.open(str(path)) as store:
        assert len(store.load(session_id).observations) == before


@pytest.mark.parametrize("revision", schema.REVISIONS[:-1])
def test_database_of_every_older_revision_is_upgraded(
    path: Path, revision: str
) -> None:
    write_old(path, revision)
    with pytest.raises(SchemaError, match="run `classpulse db upgrade`"):
        Store.open(str(path))
    assert schema.upgrade(str(path)) == (revision, schema.HEAD)
    assert "is whole" in schema.check(str(path))
    with Store.open(str(path)) as store:
        rows = {row.title: row for row in store.sessions()}
        algebra, geometry = rows["Algebra"], rows["Geometry"]
        assert (algebra.course, algebra.students, algebra.samples) == ("Year 9", 3, 12)
        data = store.load(algebra.id)
        assert [s.name for s in data.students] == [f"Student {n}" for n in (1, 2, 3)]
        assert data.markers[0].text == "quiz"
        assert (algebra.prior, algebra.index_version) == (None, 1)
        assert algebra.expressions == EMOTIONS
        assert not algebra.purged
        assert (len(data.observations), data.absences) == (32, ())
        x1, *edges = data.observations.xyxy[0].tolist()
        assert edges == [40, x1 + 62, 120]
        seen = store.load(geometry.id, since_sample=-1).observations
        assert seen.facing[0] == 1
        assert np.isnan(seen.yaw).all()
        assert not seen.shared.any()
        assert build_session(store, students=2, minutes=1) == len(rows) + 1


def test_who_is_who_of_an_older_revision_is_kept(path: Path) -> None:
    write_old(path, "0002")
    schema.upgrade(str(path))
    with Store.open(str(path)) as store:
        data = store.load(3)
        assert [s.name for s in data.students] == [
            "Ana Prado",
            "Ben Oduya",
            "Cleo Lind",
            "Софія",
        ]
        (away,) = data.absences
        assert (away.from_s, away.to_s, away.reason) == (6, 12, "camera_off")
        known = {one.name: one for one in store.known("Biology 2")}
        assert known["Софія"].labels == ("v1-abc",)
        assert (known["Ben Oduya"].consent, known["Ana Prado"].id) == (False, "17")
        assert [done.kind for done in store.corrections(3)] == ["rename", "ignore"]
        store.undo(3)
        assert store.session(3).students == 4


def test_totals_of_an_older_revision_are_kept(path: Path) -> None:
    write_old(path, "0003")
    schema.upgrade(str(path))
    with Store.open(str(path)) as store:
        physics = store.session(4)
        minutes = store.load(4).minutes
        assert (physics.purged, physics.students, physics.course) == (
            True,
            6,
            "Biology 2",
        )
        assert physics.prior == (0.1, 0.05, 0.1, 0.25, 0.15, 0.1, 0.25)
        assert physics.expressions == EMOTIONS
        assert minutes is not None
        assert minutes.readings.tolist() == [110]
        assert minutes.shares[0, EMOTIONS.index("happy")] == pytest.approx(0.4)
    with sqlite3.connect(path) as new:
        for table in ("forgotten", "name_key", "audit"):
            ((count,),) = new.execute(f"SELECT count(*) FROM {table}")  # noqa: S608
            assert count == 1, table
    new.close()


def test_upgrade_and_back_lose_no_reading(path: Path) -> None:
    with Store.open(str(path)) as store:
        session_id = build_session(store, students=3, minutes=1)
        before = store.load(session_id).observations
    for revision in (*schema.REVISIONS[-2::-1], "head"):
        migrate(path, revision)
    with Store.open(str(path)) as store:
        after = store.load(session_id).observations
    np.testing.assert_array_equal(after.probabilities, before.probabilities)
    assert "is whole" in schema.check(str(path))


def test_upgrade_of_a_newer_database_is_refused(path: Path) -> None:
    with Store.open(str(path)):
        pass
    with sqlite3.connect(path) as other:
        other.execute("UPDATE alembic_version SET version_num = '9999'")
    other.close()
    with pytest.raises(SchemaError, match="update the program"):
        schema.upgrade(str(path))


def test_upgrade_of_what_is_no_database_is_refused(path: Path) -> None:
    path.write_text("no database" * 200)
    with pytest.raises(StoreUnusable, match="is no ClassPulse database"):
        schema.upgrade(str(path))


def test_older_revision_among_several_names_the_command(path: Path) -> None:
    with pytest.raises(SchemaError, match=r"revision 0001, expected 0002") as caught:
        schema.require_head("0001", path, ("0001", "0002"))
    assert "`classpulse db upgrade`" in str(caught.value)
    schema.require_head("0002", path, ("0001", "0002"))


def test_locked_database_stops_an_upgrade(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with Store.open(str(path)):
        pass
    migrate(path, "base")
    other = sqlite3.connect(path, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    with pytest.raises(StoreBusy, match="locked by another program"):
        schema.upgrade(str(path), busy_timeout_s=0.05)
    other.execute("ROLLBACK")
    other.close()
    schema.upgrade(str(path))


def test_failed_upgrade_leaves_the_database_as_it_was(path: Path) -> None:
    """A table in the way makes the first step fail half-way."""
    with Store.open(str(path)):
        pass
    migrate(path, "base")
    with sqlite3.connect(path) as other:
        other.execute("CREATE TABLE sample (id INTEGER)")
    other.close()
    before = tables(path)
    with pytest.raises(StoreUnusable, match="table sample already exists"):
        schema.upgrade(str(path))
    assert tables(path) == before


def test_check_says_that_all_is_well(path: Path) -> None:
    with Store.open(str(path)) as store:
        build_session(store, students=2, minutes=1)
    text = schema.check(str(path))
    assert text == f"The database {path} is whole and up to date ({schema.HEAD})."


def test_check_of_a_missing_database_makes_none(path: Path) -> None:
    with pytest.raises(StoreUnusable, match="there is no database"):
        schema.check(str(path))
    assert not path.exists()


def test_check_finds_rows_that_refer_to_nothing(path: Path) -> None:
    with Store.open(str(path)) as store:
        build_session(store, students=2, minutes=1)
    with sqlite3.connect(path) as other:
        other.execute("DELETE FROM student")
    other.close()
    with pytest.raises(StoreUnusable, match="a row of observation refers to nothing"):
        schema.check(str(path))


def test_check_finds_damaged_pages(path: Path) -> None:
    with Store.open(str(path)) as store:
        build_session(store, students=5, minutes=10)
    size = path.stat().st_size
    with path.open("r+b") as file:
        file.seek(size // 2 // 4096 * 4096)
        file.write(b"\xff" * 4096)
    with pytest.raises(StoreUnusable, match="is damaged"):
        schema.check(str(path))
