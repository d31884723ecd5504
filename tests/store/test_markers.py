from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from monitor.errors import UnknownSession, UsageError
from monitor.records import Marker
from monitor.store.store import Store
from tests.builders import (
    STARTED_AT,
    build_new_session,
    build_session,
    build_tick,
)


def after(seconds: float) -> datetime:
    return STARTED_AT + timedelta(seconds=seconds)


@pytest.fixture
def ended(store: Store) -> int:
    """A class of a minute, at one sample every 3 s."""
    return build_session(store, students=2, minutes=1)


def test_a_note_is_put_in_and_taken_away(store: Store, ended: int) -> None:
    late = store.mark(ended, "  slide 12 ", after(40))
    early = store.mark(ended, "quiz <b>&", after(3.5))
    assert store.load(ended).markers == (early, late)
    assert early == Marker(3.5, "quiz <b>&", early.id)
    assert late.text == "slide 12"
    store.unmark(ended, early.id)
    assert store.load(ended).markers == (late,)
    with pytest.raises(UsageError, match=f"has no note {early.id}: it may have been"):
        store.unmark(ended, early.id)


def test_a_running_class_is_marked_now(store: Store) -> None:
    began = datetime.now(UTC) - timedelta(seconds=20)
    with store.begin(build_new_session(started_at=began)) as recording:
        assert 20 <= store.mark(recording.session_id, "quiz").offset_s < 30


def test_a_recording_is_marked_where_it_is(store: Store) -> None:
    with store.begin(build_new_session()) as recording:
        recording.write(build_tick(0))
        recording.write(build_tick(7))
        assert store.mark(recording.session_id, "quiz").offset_s == 21


@pytest.mark.parametrize("text", ["", "   ", "two\nlines", "x" * 81])
def test_what_is_no_note_is_refused(store: Store, ended: int, text: str) -> None:
    with pytest.raises(UsageError, match="is no note: expected 1 to 80 characters"):
        store.mark(ended, text, after(3))


@pytest.mark.parametrize(
    ("text", "sign"), [("\x07", "0007"), ("a\u202eb", "202E"), ("a\u200b", "200B")]
)
def test_what_cannot_be_seen_in_a_note_is_named(
    store: Store, ended: int, text: str, sign: str
) -> None:
    line = rf"is no note: it holds a character that cannot be seen \(U\+{sign}\)"
    with pytest.raises(UsageError, match=line):
        store.mark(ended, text, after(3))


def test_a_note_outside_the_class_is_refused(store: Store, ended: int) -> None:
    for seconds in (-1, 58):
        with pytest.raises(UsageError, match="expected a time between"):
            store.mark(ended, "quiz", after(seconds))


def test_an_ended_class_has_no_now(store: Store, ended: int) -> None:
    with pytest.raises(UsageError, match="has ended: say at which time"):
        store.mark(ended, "quiz")


def test_a_note_of_another_class_stays(store: Store, ended: int) -> None:
    other = build_session(store, students=1, minutes=1)
    note = store.mark(ended, "quiz", after(3))
    with pytest.raises(UsageError, match="has no note"):
        store.unmark(other, note.id)
    for call in (lambda: store.mark(99, "quiz"), lambda: store.unmark(99, 1)):
        with pytest.raises(UnknownSession):
            call()
