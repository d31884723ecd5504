"""The report as one file: what is in it, what is not, and that it asks for nothing."""

from __future__ import annotations

import base64
import hashlib
import json
import re
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from html import escape

import pytest

from dashboard.document.build import report_html
from dashboard.document.facts import gather
from dashboard.document.people import ROWS_A_PAGE, pages
from monitor.engagement import IndexWeights
from monitor.records import (
    Absence,
    AbsenceReason,
    GapReason,
    Marker,
    Mode,
    SessionData,
    SessionStatus,
    Status,
    Tick,
)
from monitor.store.store import Store
from tests.builders import (
    PRIOR,
    STARTED_AT,
    build_new_session,
    build_reading,
    build_session,
    build_session_data,
    build_session_row,
    build_tick,
    plausible_ticks,
)

NAMES = ("<b>Eve</b> & co", "Ana Prado", "عمر الخيام", "x" * 200, "李明")

LARGEST = 6 * 1024 * 1024


def a_class(
    *,
    status: SessionStatus = SessionStatus.ENDED,
    prior: tuple[float, ...] | None = PRIOR,
) -> SessionData:
    data = build_session_data(
        plausible_ticks(students=5, minutes=6),
        names=NAMES,
        markers=[
            Marker(offset_s=60, text="quiz"),
            Marker(offset_s=200, text="</script><script>alert(1)</script>"),
        ],
        absences=[Absence(2, 30, 90, AbsenceReason.CAMERA_OFF)],
    )
    row = replace(data.session, prior=prior, title="Cells & <i>membranes</i>")
    return replace(data, session=replace(row, status=status))


def words(file: str) -> str:
    """What a reader sees: the body's text without elements and scripts."""
    body = re.sub(r"<(script|style)\b.*?</\1>", " ", file, flags=re.DOTALL)
    return re.sub(r"\s+", " ", re.sub(r"<[^>]*>", " ", body))


def headings(file: str) -> list[str]:
    return re.findall(r"<h2>(.*?)</h2>", file)


def test_a_class_has_every_section_and_stays_small() -> None:
    file = report_html(a_class())
    assert len(file.encode()) < LARGEST
    assert headings(file) == [
        "How the class went",
        "How often each expression was seen",
        "The class's expressions over time",
        "Between markers",
        "Students",
        "Each student over time",
        "Out of view",
        "What could not be read, and why",
        "How the numbers are computed",
    ]
    seen = words(file)
    for told in (
        "5 students were seen in 6 min.",
        "Coverage was",
        "Corrected shares",
        "camera off 0:30 to 1:30",
        "Expressions, not feelings.",
        "Art. 5(1)(f)",
        "Not for grading, discipline or ranking.",
        "Made by ClassPulse",
    ):
        assert told in seen


def test_a_table_stands_behind_every_chart() -> None:
    file = report_html(a_class())
    assert file.count('data-chart="') == 3
    assert file.count('<details class="behind">') == 3


def test_students_come_in_name_order_with_their_coverage() -> None:
    file = report_html(a_class())
    table = file[file.index("<h2>Students</h2>") :]
    rows = re.findall(r'<th scope="row"><bdi>(.*?)</bdi></th>', table)[:5]
    assert rows == [
        "&lt;b&gt;Eve&lt;/b&gt; &amp; co",
        "Ana Prado",
        "x" * 200,
        *NAMES[2::2],
    ]
    assert "Coverage" in re.findall(r'<th scope="col">(.*?)</th>', table)


def test_the_file_asks_for_nothing_and_runs_nothing_but_its_own() -> None:
    file = report_html(a_class())
    policy = re.search(r'Content-Security-Policy" content="([^"]*)"', file)
    assert policy is not None
    assert policy[1].startswith("default-src 'none'; script-src 'sha256-")
    # No element fetches anything: the only addresses are links to be followed.
    outside = re.sub(r"<script>.*?</script>", "", file, flags=re.DOTALL)
    assert not re.search(r"\ssrc=|<link|@import|url\((?!['\"]?data:)", outside)
    allowed = set(re.findall(r"'sha256-([^']+)'", policy[1]))
    scripts = re.findall(r"<script>(.*?)</script>", file, flags=re.DOTALL)
    digests = {
        base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()
        for script in scripts
    }
    assert digests == allowed
    assert len(scripts) == 2


def test_figures_are_data_whatever_a_name_or_a_marker_holds() -> None:
    file = report_html(a_class())
    data = re.findall(r'<script type="application/json"[^>]*>(.*?)</script>', file)
    assert len(data) == 3
    for text in data:
        assert set(json.loads(text)) == {"data", "layout", "config"}
    assert "alert(1)</script>" not in file
    assert "&lt;/script&gt;&lt;script&gt;alert(1)" in file
    assert "<i>membranes" not in file


def test_pseudonyms_leave_no_name_anywhere() -> None:
    row = a_class()
    data = replace(
        row,
        session=replace(row.session, title="With Ana Prado", source="Prado.mp4"),
        markers=(Marker(offset_s=60, text="Ana asks about 李明"),),
    )
    file = report_html(data, pseudonyms=True)
    # Plotly's own script holds every short word there is.
    own = re.sub(r"<script>.*?</script>", "", file, flags=re.DOTALL)
    for name in (*NAMES, "Eve", "Ana", "Prado", "الخيام", "عمر"):
        assert not re.search(rf"(?<!\w){re.escape(name)}(?!\w)", own), name
        assert not re.search(rf"(?<!\w){re.escape(escape(name))}(?!\w)", own), name
    assert "P1" in words(file)
    assert "Numbers stand for the students" in words(file)


def test_corrected_shares_stand_beside_the_plain_ones_where_they_can() -> None:
    assert "Nine times of ten between" in words(report_html(a_class()))
    plain = words(report_html(a_class(prior=None)))
    assert "Nine times of ten" not in plain
    assert "came without measurements: how often it is wrong is not known" in plain


def test_presence_tells_of_no_expression() -> None:
    ticks = [
        build_tick(i, [build_reading(n, None, status=Status.PRESENT) for n in (1, 2)])
        for i in range(40)
    ]
    data = build_session_data(ticks, session=build_session_row(mode=Mode.PRESENCE))
    file = report_html(data)
    assert headings(file) == [
        "How the class went",
        "Students",
        "Each student over time",
        "Gaps",
        "How the numbers are computed",
    ]
    seen = words(file)
    assert "Presence only." in seen
    assert not re.search(r"smiling|Coverage|Valence|Engagement", seen)


@pytest.mark.parametrize(
    ("ticks", "told"),
    [
        ([], "This class ended before the first look at it."),
        ([build_tick(i, ()) for i in range(9)], "No face was seen in under 1 min."),
        (
            [build_tick(i, [build_reading(1, None)]) for i in range(40)],
            "None of the 40 faces could be read",
        ),
        (
            [build_tick(i, gap=GapReason.BLACK) for i in range(40)],
            "so nothing can be said of this class",
        ),
    ],
    ids=["no sample", "no face", "unreadable", "black"],
)
def test_a_class_with_little_to_tell_says_so(ticks: list[Tick], told: str) -> None:
    file = report_html(build_session_data(ticks))
    assert told in words(file)
    assert "The class's expressions over time" not in headings(file)


def test_a_file_without_charts_has_no_script() -> None:
    file = report_html(build_session_data([]))
    assert "<script" not in file
    assert "script-src 'none'" in file
    assert len(file) < 100_000


def test_a_running_class_is_told_so_far() -> None:
    file = report_html(a_class(status=SessionStatus.RUNNING))
    seen = words(file)
    assert "This class goes on" in seen
    assert "How the class goes so far" in headings(file)
    assert "So far 5 students were seen" in seen


def test_a_class_that_broke_off_says_so() -> None:
    seen = words(report_html(a_class(status=SessionStatus.INTERRUPTED)))
    assert "The program stopped before the class ended" in seen


@pytest.mark.parametrize(
    ("probabilities", "told"),
    [
        (PRIOR, "All 3 readable. "),
        (None, "3 of 3 not readable: too small, too blurred or turned"),
    ],
)
def test_why_faces_were_not_read_is_told_when_some_were_not(
    probabilities: tuple[float, ...] | None, told: str
) -> None:
    reading = build_reading(probabilities=probabilities)
    ticks = [build_tick(i, [reading]) for i in range(3)]

    assert told in words(report_html(build_session_data(ticks)))


def test_what_was_frozen_late_or_on_a_slide_is_named_with_its_reason() -> None:
    ticks = [
        build_tick(
            i, gap=GapReason.FROZEN if i >= 30 else None, left_out=2 if i == 3 else 0
        )
        for i in range(60)
    ]
    data = build_session_data(ticks)
    seen = words(report_html(replace(data, session=replace(data.session, late=1))))
    assert "30 faces seen while the picture stood still" in seen
    assert "Picture frozen: 2 min in all." in seen
    assert "1 sample came too late and was left out." in seen
    assert "up to 2 faces at once, in 1 of 60 samples" in seen


def test_weights_of_the_teachers_own_are_used_and_said() -> None:
    own = IndexWeights(version=0, expressions=(1, 1, 1, 1, 1, 1, 1), facing=1, away=0)
    ticks = [build_tick(i, [build_reading(1, facing=True)]) for i in range(40)]
    file = report_html(build_session_data(ticks), weights=own)
    assert "smiling 1" in words(file)
    assert "engagement 1.00" in file
    assert gather(build_session_data(ticks), own).whole.engagement == pytest.approx(1)


def test_it_says_when_it_was_made() -> None:
    at = datetime(2026, 4, 1, 12, 0, tzinfo=UTC)
    local = at.astimezone().strftime("%Y-%m-%d %H:%M")
    assert f"on {local}." in words(report_html(a_class(), made_at=at))


def test_a_class_whose_students_have_gone_keeps_its_minutes(store: Store) -> None:
    session_id = build_session(store, students=8, minutes=8)
    store.mark(session_id, "quiz", STARTED_AT + timedelta(minutes=4))
    store.purge(datetime.now(UTC) + timedelta(days=400))
    file = report_html(store.load(session_id))
    assert headings(file) == [
        "How the class went",
        "How often each expression was seen",
        "The class's expressions over time",
        "Between markers",
        "What could not be read, and why",
        "How the numbers are computed",
    ]
    seen = words(file)
    assert (
        "What was kept of this class's students has been deleted; totals by the minute "
        "are left: of 8 min of its 8 min. The expression seen most was" in seen
    )
    assert "The shares cannot be corrected" in seen
    assert "that takes every reading, and only totals are kept" in seen
    assert "Student 1" not in seen


def test_the_minute_in_which_a_class_ends_is_no_whole_one(store: Store) -> None:
    with store.begin(build_new_session(mode=Mode.CLASS)) as recording:
        for index in range(48):
            recording.write(
                build_tick(index, [build_reading(number) for number in range(1, 8)])
            )
    file = report_html(store.load(recording.session_id))
    assert "totals by the minute are kept: of 2 min of its 2 min." in words(file)


def test_a_small_class_whose_students_have_gone_has_nothing_left(store: Store) -> None:
    session_id = build_session(store, students=3, minutes=2)
    store.purge(datetime.now(UTC) + timedelta(days=400))
    file = report_html(store.load(session_id))
    assert "and no minute had the five faces that they take." in words(file)
    assert headings(file)[0] == "What could not be read, and why"


@pytest.mark.parametrize("count", [0, 1, ROWS_A_PAGE, ROWS_A_PAGE + 1, 49, 200])
def test_strips_are_parted_into_pages_of_one_length(count: int) -> None:
    rows = list(gather(a_class()).students) * 40
    parts = pages(rows[:count])
    assert [row for part in parts for row in part] == rows[:count]
    assert all(0 < len(part) <= ROWS_A_PAGE for part in parts)
    assert len({len(part) for part in parts[:-1]}) <= 1
    assert len(parts) == -(-count // ROWS_A_PAGE)
