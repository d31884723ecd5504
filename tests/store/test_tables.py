from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import pytest
from sqlalchemy import LargeBinary, create_engine, insert, inspect, select
from sqlalchemy.exc import StatementError

from monitor.store.store import Store
from monitor.store.tables import Audit, Base
from tests.builders import build_new_session, plausible_ticks

BYTES_PER_OBSERVATION = 100


def test_no_table_can_hold_a_picture(store: Store) -> None:
    for table in Base.metadata.sorted_tables:
        assert not any(isinstance(c.type, LargeBinary) for c in table.columns), table
    found = inspect(create_engine(f"sqlite:///{store.path}"))
    assert len(found.get_table_names()) > 10
    for name in found.get_table_names():
        for column in found.get_columns(name):
            # A column without a type would be a blob column as well.
            assert str(column["type"]) not in ("BLOB", "NULL"), (name, column)


def test_design_names_the_tables() -> None:
    assert set(Base.metadata.tables) == {
        "absence",
        "acknowledgement",
        "audit",
        "class_reading",
        "class_session",
        "correction",
        "course",
        "enrolment",
        "forgotten",
        "marker",
        "name_key",
        "observation",
        "request",
        "sample",
        "student",
    }


def test_observation_takes_few_bytes_on_disk(path: Path) -> None:
    """The whole file, indexes and samples included, over its observations."""
    with Store.open(str(path)) as store:
        with store.begin(build_new_session()) as recording:
            for tick in plausible_ticks(students=25, minutes=40):
                recording.write(tick)
        rows = len(store.load(recording.session_id).observations)
    assert rows > 15_000
    size = path.stat().st_size / rows
    print(f"{size:.1f} bytes an observation over {rows} observations")  # noqa: T201
    assert size <= BYTES_PER_OBSERVATION


@pytest.mark.parametrize(
    "at",
    [
        datetime(2026, 3, 2, 9, 0, 0, 123456, tzinfo=UTC),
        datetime(2026, 3, 2, 1, 0, tzinfo=timezone(timedelta(hours=-8))),
    ],
)
def test_times_come_back_aware_and_utc(store: Store, at: datetime) -> None:
    engine = create_engine(store.url)
    with engine.begin() as connection:
        connection.execute(insert(Audit).values(at=at, action="export", detail={}))
        (back,) = connection.execute(select(Audit.at)).one()
    engine.dispose()
    assert back == at
    assert back.tzinfo is UTC


def test_naive_time_is_refused(store: Store) -> None:
    engine = create_engine(store.url)
    naive = datetime(2026, 3, 2)  # noqa: DTZ001 - it is the subject
    with (
        engine.begin() as connection,
        pytest.raises(StatementError, match="expected an aware time"),
    ):
        connection.execute(insert(Audit).values(at=naive, action="export", detail={}))
    engine.dispose()
