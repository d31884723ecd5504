from __future__ import annotations

import os
import sqlite3
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest
from sqlalchemy import Engine, event

from monitor.errors import (
    SchemaError,
    StoreBusy,
    StoreError,
    StoreUnusable,
    UnknownSession,
    UsageError,
)
from monitor.records import AbsenceReason, Away, HeadPose, Marker, Mode
from monitor.store import schema
from monitor.store.store import Store
from tests.builders import (
    build_new_session,
    build_reading,
    build_session,
    build_tick,
    plausible_ticks,
)
from tests.store.classes import tick, write


def test_new_database_is_made_with_its_folders(tmp_path: Path) -> None:
    path = tmp_path / "a" / "b" / "c.db"
    with Store.open(f"sqlite:///{path}") as store:
        assert store.path == path
        assert store.url == f"sqlite:///{path}"
        assert store.sessions() == []
    with Store.open(str(path), upgrade_new=False) as store:
        assert store.sessions() == []


def test_empty_file_is_taken_as_new(path: Path) -> None:
    path.touch()
    with Store.open(str(path)) as store:
        build_session(store, students=1, minutes=1)


def test_missing_database_is_told_when_none_is_to_be_made(path: Path) -> None:
    with pytest.raises(StoreUnusable, match="there is no database"):
        Store.open(str(path), upgrade_new=False)
    assert not path.exists()


def test_other_scheme_is_refused() -> None:
    with pytest.raises(UsageError, match="SQLite"):
        Store.open("mysql://host/db")


def one_line(caught: pytest.ExceptionInfo[StoreError], path: Path) -> str:
    text = str(caught.value)
    assert "\n" not in text
    assert str(path) in text
    return text


def test_file_that_is_no_database_is_told_and_left_alone(path: Path) -> None:
    path.write_bytes(b"this is a shopping list, not a database" * 40)
    before = path.read_bytes()
    with pytest.raises(StoreUnusable, match="is no ClassPulse database") as caught:
        Store.open(str(path))
    assert "--db" in one_line(caught, path)
    assert path.read_bytes() == before


def test_database_of_another_program_is_told(path: Path) -> None:
    with sqlite3.connect(path) as other:
        other.execute("CREATE TABLE recipe (id INTEGER)")
    other.close()
    os.utime(path, (1e9, 1e9))
    before = path.read_bytes(), path.stat()
    with pytest.raises(StoreUnusable, match="database of another program") as caught:
        Store.open(str(path))
    one_line(caught, path)
    with pytest.raises(StoreUnusable, match="database of another program"):
        schema.upgrade(str(path))
    after = path.stat()
    assert (path.read_bytes(), after.st_mtime_ns) == (before[0], before[1].st_mtime_ns)
    assert [file.name for file in path.parent.iterdir()] == [path.name]


@pytest.mark.parametrize("version", ["0001", "9999"])
def test_database_that_is_refused_is_left_as_it_was(path: Path, version: str) -> None:
    with Store.open(str(path)):
        pass
    with sqlite3.connect(path) as other:
        other.execute("UPDATE alembic_version SET version_num = ?", (version,))
    other.execute("PRAGMA journal_mode=DELETE")
    other.close()
    before = path.read_bytes()
    with pytest.raises(SchemaError):
        Store.open(str(path))
    assert path.read_bytes() == before


def test_copy_without_the_write_ahead_log_gets_it_again(path: Path) -> None:
    for _ in range(2):
        with Store.open(str(path)):
            other = sqlite3.connect(path)
            assert other.execute("PRAGMA journal_mode").fetchone() == ("wal",)
            other.close()
        other = sqlite3.connect(path)
        other.execute("PRAGMA journal_mode=DELETE")
        other.close()


def test_folder_in_place_of_the_file_is_told(path: Path) -> None:
    path.mkdir()
    with pytest.raises(StoreUnusable, match="is a folder, expected the database file"):
        Store.open(str(path))


def test_folder_that_cannot_be_made_is_told(path: Path) -> None:
    path.write_text("a file")
    with pytest.raises(StoreUnusable, match="cannot make the folder") as caught:
        Store.open(str(path / "sub" / "c.db"))
    one_line(caught, path)


@pytest.mark.skipif(sys.platform != "linux", reason="/proc refuses files even to root")
def test_folder_that_is_not_writable_is_told() -> None:
    with pytest.raises(StoreUnusable, match="cannot be opened: its folder must") as got:
        Store.open("/proc/classpulse.db")
    one_line(got, Path("/proc/classpulse.db"))


def test_older_database_names_the_command(path: Path) -> None:
    with Store.open(str(path)):
        pass
    with sqlite3.connect(path) as other:
        other.execute("DELETE FROM alembic_version")
    other.close()
    with pytest.raises(SchemaError, match="run `classpulse db upgrade`") as caught:
        Store.open(str(path))
    one_line(caught, path)


def test_newer_database_asks_for_a_newer_program(path: Path) -> None:
    with Store.open(str(path)):
        pass
    with sqlite3.connect(path) as other:
        other.execute("UPDATE alembic_version SET version_num = '9999'")
    other.close()
    with pytest.raises(SchemaError, match="made by a newer ClassPulse") as caught:
        Store.open(str(path))
    assert "update the program" in one_line(caught, path)


def test_locked_database_is_told(path: Path) -> None:
    with Store.open(str(path)):
        pass
    other = sqlite3.connect(path, isolation_level=None)
    other.execute("PRAGMA locking_mode=EXCLUSIVE")
    other.execute("BEGIN EXCLUSIVE")
    other.execute("UPDATE alembic_version SET version_num = version_num")
    try:
        with pytest.raises(StoreBusy, match=r"locked by another .*waited 0.05 s"):
            Store.open(str(path), busy_timeout_s=0.05)
    finally:
        other.close()


@pytest.mark.parametrize("instead", [False, True])
def test_file_deleted_or_replaced_meanwhile_is_told(path: Path, instead: bool) -> None:
    with Store.open(str(path)) as store:
        path.rename(path.with_name("elsewhere.db"))
        if instead:
            path.write_bytes(b"")
        with pytest.raises(StoreUnusable, match="deleted, moved or replaced"):
            store.sessions()
        with pytest.raises(StoreUnusable, match="start ClassPulse again"):
            store.acknowledge(Mode.STUDENT)
        assert path.exists() == instead


def test_damaged_tables_are_told(path: Path) -> None:
    with Store.open(str(path)):
        pass
    with sqlite3.connect(path) as other:
        other.execute("DROP TABLE acknowledgement")
    other.close()
    with (
        Store.open(str(path)) as store,
        pytest.raises(StoreUnusable, match="damaged or not ClassPulse's"),
    ):
        store.acknowledged_mode()


def test_programs_may_make_the_same_new_database_at_once(path: Path) -> None:
    code = "import sys; from monitor.store.store import Store; Store.open(sys.argv[1])"
    programs = [
        subprocess.Popen([sys.executable, "-c", code, path], stderr=subprocess.PIPE)
        for _ in range(4)
    ]
    assert [program.communicate()[1] for program in programs] == [b""] * 4
    assert [program.returncode for program in programs] == [0] * 4


def test_write_ahead_log_and_foreign_keys_are_on(store: Store) -> None:
    other = sqlite3.connect(store.path)
    assert other.execute("PRAGMA journal_mode").fetchone() == ("wal",)
    other.close()


def test_last_stored_session_comes_first(store: Store) -> None:
    ids = [build_session(store, students=1, minutes=1) for _ in range(3)]
    assert [row.id for row in store.sessions()] == ids[::-1]
    assert store.session("last").id == ids[-1]
    assert store.session(ids[0]) == store.session(str(ids[0])) == store.sessions()[-1]


def test_sessions_of_one_course_share_it(store: Store) -> None:
    for _ in range(2):
        with store.begin(build_new_session(course="Year 9")):
            pass
    assert [row.course for row in store.sessions()] == ["Year 9", "Year 9"]


@pytest.mark.parametrize("ref", [7, "7", "-1", "first", "", "1.5", 10**30])
def test_unknown_session_says_how_to_see_ids(store: Store, ref: int | str) -> None:
    with pytest.raises(UnknownSession, match="`classpulse sessions`") as caught:
        store.session(ref)
    assert repr(ref) in str(caught.value)


def test_no_last_session_says_how_to_make_one(store: Store) -> None:
    with pytest.raises(UnknownSession, match="`classpulse start`"):
        store.session("last")


def test_loading_an_unknown_session_is_refused(store: Store) -> None:
    with pytest.raises(UnknownSession):
        store.load(3)
    with pytest.raises(UnknownSession):
        store.latest(3)


def test_empty_session_loads(store: Store) -> None:
    with store.begin(build_new_session()) as recording:
        for data in (store.load(recording.session_id), store.latest(1)):
            assert len(data.samples) == len(data.observations) == 0
            assert data.observations.probabilities.shape == (0, 7)


def test_load_gives_only_what_is_new(store: Store) -> None:
    session_id = build_session(store, students=4, minutes=2)
    build_session(store, students=4, minutes=2, seed=1)
    whole = store.load(session_id)
    new = store.load(session_id, since_sample=29)
    assert whole.samples.index.tolist() == list(range(40))
    assert new.samples.index.tolist() == list(range(30, 40))
    tail = whole.observations.sample >= 30
    np.testing.assert_array_equal(
        new.observations.sample, whole.observations.sample[tail] - 30
    )
    np.testing.assert_array_equal(
        new.observations.probabilities, whole.observations.probabilities[tail]
    )
    assert new.students == whole.students
    assert len(store.load(session_id, since_sample=39).samples) == 0


def test_latest_counts_back_from_the_last_sample(store: Store) -> None:
    session_id = build_session(store, students=4, minutes=5)
    data = store.latest(session_id, minutes=1)
    assert data.samples.index.tolist() == list(range(79, 100))
    assert data.samples.offset_s[0] == data.samples.offset_s[-1] - 60
    assert set(data.observations.sample.tolist()) == set(range(21))
    assert len(store.latest(session_id, minutes=60).samples) == 100


def test_latest_does_as_much_work_in_a_long_session_as_in_a_short_one(
    path: Path,
) -> None:
    with Store.open(str(path)) as store:
        short = build_session(store, students=3, minutes=2)
        long = build_session(store, students=3, minutes=30)
    steps = [0]

    def count(connection: sqlite3.Connection, entry: object) -> None:
        def step() -> None:
            steps[0] += 1

        connection.set_progress_handler(step, 1)

    event.listen(Engine, "connect", count)
    try:
        with Store.open(str(path)) as store:
            work = []
            for session_id in (short, long):
                steps[0] = 0
                store.latest(session_id, minutes=1)
                work.append(steps[0])
    finally:
        event.remove(Engine, "connect", count)
    assert work[1] < work[0] * 1.2


def test_rows_are_in_order_even_when_samples_were_not(store: Store) -> None:
    with store.begin(build_new_session()) as recording:
        for tick in reversed(plausible_ticks(3, 1)):
            recording.write(tick)
    data = store.load(recording.session_id)
    assert data.samples.index.tolist() == list(range(20))
    assert (np.diff(data.observations.sample) >= 0).all()
    assert len(data.observations) == sum(len(t.readings) for t in plausible_ticks(3, 1))


def test_markers_come_with_the_session(store: Store) -> None:
    session_id = build_session(store, students=1, minutes=1)
    with sqlite3.connect(store.path) as other:
        other.executemany(
            "INSERT INTO marker (session_id, offset_s, text) VALUES (?, ?, ?)",
            [(session_id, 40.0, "quiz"), (session_id, 5.0, "slide 12")],
        )
    other.close()
    assert store.load(session_id).markers == (
        Marker(5.0, "slide 12", 2),
        Marker(40.0, "quiz", 1),
    )


def test_answer_to_the_notice_is_kept(path: Path) -> None:
    with Store.open(str(path)) as store:
        assert store.acknowledged_mode() is None
        store.acknowledge(Mode.STUDENT)
        store.acknowledge(Mode.PRESENCE)
    with Store.open(str(path)) as store:
        assert store.acknowledged_mode() is Mode.PRESENCE


def test_exports_lie_beside_the_database(store: Store) -> None:
    assert store.exports_folder(12) == store.path.parent / "exports" / "12"


def test_readers_in_many_threads_see_a_growing_session(store: Store) -> None:
    with store.begin(build_new_session()) as recording:
        recording.write(build_tick(0))

        def look(_: int) -> bool:
            data = store.load(recording.session_id)
            newest = store.latest(recording.session_id, 1)
            return len(data.samples) > 0 and len(newest.samples) > 0

        with ThreadPoolExecutor(8) as pool:
            looks = pool.map(look, range(40))
            for tick in plausible_ticks(10, 1)[1:]:
                recording.write(tick)
            assert all(looks)
    assert len(store.load(recording.session_id).samples) == 20


def test_facing_of_a_whole_session_is_judged_by_all_of_it(store: Store) -> None:
    with store.begin(build_new_session()) as recording:
        for index in range(30):
            pose = HeadPose(0 if index else 50, 0)
            recording.write(build_tick(index, [build_reading(pose=pose)]))
    whole = store.load(recording.session_id).observations
    assert whole.facing.tolist() == [0.0] + [1.0] * 29
    part = store.load(recording.session_id, since_sample=-1).observations
    assert np.isnan(part.facing).all()


def test_a_tile_that_nobody_could_tell_anything_of_is_no_student_yet(
    store: Store,
) -> None:
    off = [Away(2, AbsenceReason.CAMERA_OFF), Away(3, AbsenceReason.CAMERA_OFF)]
    session = write(
        store, tick(0, 1, names={1: "Ana", 2: "Ben"}, away=off), tick(1, 1, away=off)
    )

    # Ben's camera was off throughout: his label said that he was there.
    assert [s.name for s in store.load(session).students] == ["Ana", "Ben"]
    assert "Student 3" in [p.name for p in store.people(session)]

    store.rename(session, "Student 3", "Дарья")

    assert [s.name for s in store.load(session).students] == ["Ana", "Ben", "Дарья"]


@pytest.mark.skipif(sys.platform == "win32", reason="Windows keeps rights elsewhere")
def test_nobody_else_on_the_computer_may_read_a_database(tmp_path: Path) -> None:
    file = tmp_path / "kept" / "class.db"
    with Store.open(str(file)) as store:
        build_session(store, students=1, minutes=1)
        made = [file.parent, file, file.with_name("class.db-wal")]
        assert [path.stat().st_mode & 0o077 for path in made] == [0, 0, 0]
