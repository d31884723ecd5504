"""What the live page tells: shares, tiles, worth a look, notices, markers, requests."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import pytest

from monitor.records import (
    AbsenceReason,
    Away,
    GapReason,
    Mode,
    NewSession,
    SessionStatus,
    Status,
)
from monitor.settings import Settings
from monitor.store.recording import Recording
from monitor.store.store import Store
from tests.builders import (
    HAPPY,
    NEUTRAL,
    SAD,
    build_new_session,
    build_reading,
    build_tick,
    plausible_ticks,
)
from tests.dashboard.conftest import Pages
from tests.dashboard.live import refreshed, told


def with_prior(prior: tuple[float, ...] | None) -> NewSession:
    return replace(build_new_session(), prior=prior)


def rows_of(now: dict[str, Any]) -> list[list[str]]:
    """The cells of the table of expressions."""
    table = now["children"][0]["props"]["children"]
    rows = table[2]["props"]["children"]
    return [[told(cell) for cell in row["props"]["children"]] for row in rows]


def test_the_shares_now_are_corrected_with_their_interval(
    pages: Pages, store: Store
) -> None:
    with store.begin(with_prior((1 / 7,) * 7)) as recording:
        for index in range(140):
            face = HAPPY if index >= 120 else NEUTRAL
            readings = [build_reading(number, face) for number in range(1, 9)]
            recording.write(build_tick(index, readings))
        answer = refreshed(pages, recording.session_id)
    now = told(answer["now"])
    assert "Corrected for what the network saw more often" in now
    assert "more than before" in now
    assert "less than before" in now
    (smiling,) = [row for row in rows_of(answer["now"]) if row[0] == "smiling"]
    share = int(smiling[2].rstrip("%"))
    low, high = map(int, smiling[3].rstrip("%").split("\N{EN DASH}"))
    assert low < share <= high
    # More than the plain mean of the readings says, 70%.
    assert share > 75


def test_shares_of_an_unknown_network_are_plain_and_say_so(
    pages: Pages, store: Store
) -> None:
    with store.begin(with_prior(None)) as recording:
        recording.write(build_tick(0))
        answer = refreshed(pages, recording.session_id)
    assert "Plain means of the readings" in told(answer["now"])
    assert [cell.strip() for cell in rows_of(answer["now"])[0]] == [
        "smiling",
        "",
        "70%",
        "",
    ]


def test_tiles_stand_as_the_gallery_does(pages: Pages, store: Store) -> None:
    places = {
        1: (700.0, 40.0),
        2: (100.0, 430.0),
        3: (100.0, 45.0),
        4: (420.0, 30.0),
        5: (60.0, 40.0),
    }
    faces = {1: HAPPY, 2: HAPPY, 3: None, 4: NEUTRAL, 5: HAPPY}
    boxes = {n: (x, y, x + 60, y + 80) for n, (x, y) in places.items()}
    with store.begin(build_new_session()) as recording:
        for index in range(40):
            seen = [1, 2, 3, 4, 5] if index < 20 else [1, 3, 4]
            readings = [build_reading(n, faces[n], xyxy=boxes[n]) for n in seen]
            reasons = {2: AbsenceReason.CAMERA_OFF, 5: AbsenceReason.LEFT}
            away = [Away(*pair) for pair in reasons.items()] if index >= 20 else []
            recording.write(build_tick(index, readings, away=away))
        tiles = refreshed(pages, recording.session_id, shown=True)["tiles"]["children"]
    assert [" ".join(told(tile).split()) for tile in tiles] == [
        "Student 3 not readable 0% read",
        "Student 4 neutral 74% 100% read",
        "Student 1 smiling 70% 100% read",
        "Student 2 camera off 100% read",
        "Student 5 left 100% read",
    ]
    strip = tiles[3]["props"]["children"][2]["props"]
    assert strip["aria-label"] == "Last minutes: smiling 50%, not seen 50%"
    assert "var(--fill-happy) 0.0% 50.0%" in strip["style"]["--strip"]


def test_a_tile_of_who_did_not_agree_claims_no_coverage(
    pages: Pages, store: Store
) -> None:
    refused = build_reading(2, None, status=Status.NO_CONSENT)
    with store.begin(build_new_session()) as recording:
        recording.write(build_tick(0))
        alone = refreshed(pages, recording.session_id, shown=True)
        for index in range(1, 40):
            readings = [build_reading(1), *([refused] if index < 20 else [])]
            away = [Away(2, AbsenceReason.CAMERA_OFF)] if index >= 20 else []
            recording.write(build_tick(index, readings, away=away))
        shown = refreshed(pages, recording.session_id, shown=True)
        hidden = refreshed(pages, recording.session_id)
    tiles = [" ".join(told(tile).split()) for tile in shown["tiles"]["children"]]
    assert tiles == [
        "Student 1 smiling 70% 100% read",
        "Student 2 camera off without consent",
    ]
    assert "seen, not read: no consent" in told(shown["tiles-legend"])
    assert "no consent" not in told(alone["tiles-legend"])
    assert "seen, not readable" in told(alone["tiles-legend"])
    assert hidden["tiles-legend"]["children"] is None


def write_changed(recording: Recording, first: int, end: int) -> None:
    """Samples in which the first student leaves their usual expression at 10:00."""
    for index in range(first, end):
        face = HAPPY if index >= 200 else NEUTRAL
        readings = [build_reading(1, face), build_reading(2, NEUTRAL)]
        recording.write(build_tick(index, readings))


def test_worth_a_look_shows_with_the_students_alone(pages: Pages, store: Store) -> None:
    with store.begin(build_new_session()) as recording:
        write_changed(recording, 0, 300)
        session_id = recording.session_id
        quiet = refreshed(pages, session_id)
        shown = refreshed(pages, session_id, shown=True)
        store.keep_settings(Settings(worth_a_look=False))
        off = refreshed(pages, session_id, shown=True)
    assert quiet["worth"]["children"] is None
    assert (
        "Student 1 Mostly smiling, before that mostly neutral, since 10:00 into class, "
        "5 min; 100% read." in told(shown["worth"])
    )
    assert "Student 2" not in told(shown["worth"])
    assert off["worth"]["children"] is None


def test_who_is_worth_a_look_is_known_as_the_class_goes_on(
    pages: Pages, store: Store
) -> None:
    with store.begin(build_new_session()) as recording:
        for first in range(0, 300, 60):
            write_changed(recording, first, first + 60)
            shown = refreshed(pages, recording.session_id, shown=True)
    assert "before that mostly neutral" in told(shown["worth"])


def test_a_notice_tells_its_reason_and_can_be_muted(pages: Pages, store: Store) -> None:
    with store.begin(build_new_session()) as recording:
        for index in range(40):
            gap = GapReason.FROZEN if index >= 30 else None
            recording.write(build_tick(index, gap=gap))
        session_id = recording.session_id
        loud = told(refreshed(pages, session_id)["gentle"])
        muted = {str(session_id): ["frozen"], "99": ["late"]}
        quiet = told(refreshed(pages, session_id, muted=muted)["gentle"])
        store.keep_settings(Settings(notices=False))
        off = told(refreshed(pages, session_id)["gentle"])
    assert "The picture has not changed." in loud
    assert "For 30 s. Is the call still running, and its window on top?" in loud
    assert "The picture" not in quiet
    assert "1 notice muted for this class." in quiet
    assert off == ""


def test_a_mood_that_fell_is_told_with_its_numbers(pages: Pages, store: Store) -> None:
    with store.begin(build_new_session()) as recording:
        for index in range(10 * 20):
            face = SAD if index >= 160 else NEUTRAL
            readings = [build_reading(number, face) for number in range(1, 8)]
            recording.write(build_tick(index, readings))
        gentle = told(refreshed(pages, recording.session_id)["gentle"])
    assert "The class's mood has fallen for two minutes." in gentle
    assert "7 of 7 students compared with themselves, 100% read." in gentle


def test_a_slip_in_the_settings_is_said_and_the_page_goes_on(
    pages: Pages, store: Store
) -> None:
    with store.begin(build_new_session()) as recording:
        recording.write(build_tick(0))
        store.path.with_suffix(".settings.json").write_text('{"notices": "no"}')
        page = pages.page(f"/live/{recording.session_id}")
    assert "The setting notices is 'no': expected true or false" in page
    assert "How the class is now" in page


def marked(pages: Pages, session_id: int, **wish: object) -> dict[str, Any]:
    values = {"mark-wish.data": wish, "session.data": session_id}
    response = pages.call("mark-answer.children", values)
    answer: dict[str, Any] = json.loads(response.text)["response"]
    return answer


def test_a_marker_is_dropped_shown_and_taken_back(pages: Pages, store: Store) -> None:
    with store.begin(build_new_session()) as recording:
        for tick in plausible_ticks(students=3, minutes=2):
            recording.write(tick)
        session_id = recording.session_id
        seen = refreshed(pages, session_id)["seen"]["data"]
        answer = marked(pages, session_id, text=" <b>quiz</b> ")
        assert told(answer["mark-answer"]) == "Marked: <b>quiz</b>."
        assert answer["mark-text"]["value"] == ""
        done = answer["mark-done"]["data"]
        shown = refreshed(pages, session_id, seen=seen, marked=done)
        assert "<b>quiz</b>" in told(shown["markers"])
        assert "quiz" in json.dumps(shown["mood"]["figure"]["layout"]["annotations"])
        (marker,) = store.load(session_id).markers
        removed = marked(pages, session_id, id=marker.id)
        assert told(removed["mark-answer"]) == "Marker removed."
        assert store.load(session_id).markers == ()
        again = marked(pages, session_id, id=marker.id)
        assert "may have been taken away already" in told(again["mark-answer"])


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("  ", "Type what begins now, then press Enter."),
        ("x" * 81, "is no note: expected 1 to 80 characters in one line."),
        ("two\nlines", "is no note"),
    ],
)
def test_a_note_that_cannot_be_kept_is_said(
    pages: Pages, store: Store, text: str, line: str
) -> None:
    with store.begin(build_new_session()) as recording:
        recording.write(build_tick(0))
        answer = marked(pages, recording.session_id, text=text)
        assert line in told(answer["mark-answer"])
        assert "mark-text" not in answer
        assert store.load(recording.session_id).markers == ()


def test_what_was_asked_for_stands_until_it_is_done(pages: Pages, store: Store) -> None:
    with store.begin(build_new_session()) as recording:
        recording.write(build_tick(0))
        session_id = recording.session_id
        values = {"pause.n_clicks": 1, "session.data": session_id}
        asked = json.loads(pages.call("asked.children", values).text)["response"]
        assert asked["pending"]["data"] == "paused"
        recording.write(build_tick(1))
        waits = refreshed(pages, session_id, pending="paused")
        assert "asked" not in waits
        assert waits["tick"]["interval"] < 1000
        recording.set_status(SessionStatus.PAUSED)
        done = refreshed(pages, session_id, pending="paused")
    assert done["asked"]["children"] == ""
    assert done["pending"]["data"] == ""
    assert done["resume"]["hidden"] is False
    assert "until you press Resume" in told(done["notice"])


def test_a_source_that_is_lost_is_told_at_once(pages: Pages, store: Store) -> None:
    with store.begin(build_new_session()) as recording:
        recording.write(build_tick(0))
        seen = refreshed(pages, recording.session_id)["seen"]["data"]
        recording.write(build_tick(1, (), gap=GapReason.SOURCE_LOST))
        lost = refreshed(pages, recording.session_id, seen=seen)
    assert "The picture is lost." in told(lost["gentle"])
    assert "1 lost" in told(lost["facts"])


def test_class_mode_shows_totals_by_the_minute_and_nobody(
    pages: Pages, store: Store
) -> None:
    with store.begin(build_new_session(mode=Mode.CLASS)) as recording:
        session_id = recording.session_id
        recording.write(build_tick(0))
        early = refreshed(pages, session_id, shown=True)
        for index in range(1, 130):
            readings = [build_reading(number) for number in range(1, 8)]
            recording.write(build_tick(index, readings))
        later = refreshed(pages, session_id, shown=True)
    assert "Waiting for the first minute with five faces" in told(early["notice"])
    assert "Students \N{EN DASH}  not known yet" in told(early["facts"])
    assert "7 of 7" in told(later["glance"])
    assert "Plain means of the last minute with five faces" in told(later["now"])
    assert "Only totals are kept of this class" in told(later["now"])
    assert later["mood-section"]["hidden"] is False
    assert later["students-section"]["hidden"] is True
    assert later["tiles"]["children"] is None
    ended = refreshed(pages, session_id, shown=True)
    assert "7 seen at least once" in told(ended["glance"])
    assert "Plain means of all minutes with five faces or more" in told(ended["now"])
