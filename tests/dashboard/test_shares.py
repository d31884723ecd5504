"""What a network cannot tell stands nowhere as a number."""

from __future__ import annotations

import re
from dataclasses import replace

from dashboard.comparison import Lecture
from dashboard.components.glance import glance_cards
from dashboard.components.live.now import now_table
from dashboard.components.mood import mood_table
from dashboard.components.report.compare import comparison_table
from dashboard.data import glance_back, view_of
from dashboard.document.facts import gather
from dashboard.document.markup import to_html
from dashboard.document.sections import shares
from dashboard.figures.compare import compare_info
from dashboard.figures.mood import mood_info
from dashboard.now import now_info
from dashboard.shares import SHARE_HEADS, share_cells, share_lines, untold
from monitor.records import Mode, SessionData, SessionRow
from monitor.reports.formatting import NOT_KNOWN
from monitor.reports.sentences import summary_sentence
from monitor.summaries import summarise_class
from tests.builders import (
    build_reading,
    build_session_data,
    build_session_row,
    build_tick,
)

SHARES = (0.1, 0.0, 0.0, 0.5, 0.1, 0.0, 0.3)
ALL = build_session_row()
SIX = replace(ALL, expressions=("angry", "fear", "happy", "sad", "surprise", "neutral"))


def test_a_network_of_seven_tells_all() -> None:
    assert share_cells(SHARES, ALL) == ["50%", "0%", "30%", "10%", "0%", "0%", "10%"]
    assert len(share_lines(SHARES, ALL)) == len(SHARE_HEADS) == 7
    assert untold(ALL) == ""


def test_of_what_it_cannot_tell_there_is_no_number() -> None:
    where = SHARE_HEADS.index("grimacing")

    cells, lines = share_cells(SHARES, SIX), share_lines(SHARES, SIX)

    assert cells[where] == NOT_KNOWN
    assert cells[:where] + cells[where + 1 :] == [
        "50%",
        "0%",
        "30%",
        "10%",
        "0%",
        "10%",
    ]
    assert lines[0] == "10% frowning"
    assert len(lines) == 6
    assert not any("grimacing" in line for line in lines)
    assert untold(SIX) == (
        " The network cannot tell: grimacing; valence and engagement are made of the "
        "other expressions alone."
    )


def test_charts_and_tables_of_a_class_leave_it_out() -> None:
    data = build_session_data()
    data = replace(data, session=replace(data.session, expressions=SIX.expressions))
    view = view_of(data)

    assert all("grimacing" not in text for text in mood_info(view).hover)
    table = to_html(mood_table(view))
    rows = re.findall(r"<tr>.*?</tr>", table, re.DOTALL)[1:]
    cells = [re.findall(r"<td>(.*?)</td>", row) for row in rows]
    assert cells
    assert {row[SHARE_HEADS.index("grimacing")] for row in cells} == {NOT_KNOWN}
    assert NOT_KNOWN not in {row[SHARE_HEADS.index("smiling")] for row in cells}


def test_the_expressions_of_now_leave_it_out_and_say_so() -> None:
    data = build_session_data()
    info = now_info(glance_back(data, summarise_class(data)), None, None, SIX)

    assert [row.name for row in info.rows] == [
        "happy",
        "surprise",
        "neutral",
        "sad",
        "fear",
        "angry",
    ]
    assert "have no interval. The network cannot tell: grimacing;" in to_html(
        now_table(info)
    )


def class_of(session: SessionRow) -> SessionData:
    """A class of three in which all that was read is neutral, to the last digit."""
    neutral = (0.0,) * 6 + (1.0,)
    ticks = [
        build_tick(i, [build_reading(n, neutral) for n in (1, 2, 3)]) for i in range(20)
    ]
    return build_session_data(ticks, session=session)


def test_what_was_seen_second_is_one_that_it_can_tell() -> None:
    two = replace(ALL, expressions=("happy", "neutral"))
    data = class_of(two)
    whole = summarise_class(data)

    cards = glance_cards(
        glance_back(data, whole), reads=True, expressions=two.expressions
    )

    assert "100%, then smiling 0%" in to_html(cards)
    assert "then smiling (0%)" in summary_sentence(data, whole, [], None)


def test_two_networks_of_one_course_stand_beside_each_other() -> None:
    rows = [replace(row, id=id_, students=3) for id_, row in ((1, ALL), (2, SIX))]
    lectures = [Lecture(row, 3, summarise_class(class_of(row))) for row in rows]

    table = to_html(comparison_table(lectures, rows[0]))

    where = 5 + SHARE_HEADS.index("grimacing")
    told = [
        re.findall(r"<td>(.*?)</td>", row)[where]
        for row in re.findall(r"<tr>.*?</tr>", table, re.DOTALL)[1:]
    ]
    assert told == ["0%", NOT_KNOWN]
    first, second = compare_info(lectures, 1).hover
    assert "grimacing" in first
    assert "grimacing" not in second


def test_a_class_of_totals_says_what_its_network_cannot_tell() -> None:
    data = class_of(replace(SIX, mode=Mode.CLASS))

    told = to_html(shares(gather(data)))

    assert "cannot tell: grimacing;" in told
    assert "grimacing (disgust)" not in told
