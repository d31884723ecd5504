"""What a network cannot tell stands nowhere as a number."""

from __future__ import annotations

import re
from dataclasses import replace

from dashboard.components.live.now import now_table
from dashboard.components.mood import mood_table
from dashboard.data import glance_back, view_of
from dashboard.document.markup import to_html
from dashboard.figures.mood import mood_info
from dashboard.now import now_info
from dashboard.shares import HEADS, share_cells, share_lines, untold
from monitor.reports.formatting import NOT_KNOWN
from monitor.summaries import summarise_class
from tests.builders import build_session_data, build_session_row

SHARES = (0.1, 0.0, 0.0, 0.5, 0.1, 0.0, 0.3)
ALL = build_session_row()
SIX = replace(ALL, expressions=("angry", "fear", "happy", "sad", "surprise", "neutral"))


def test_a_network_of_seven_tells_all() -> None:
    assert share_cells(SHARES, ALL) == ["50%", "0%", "30%", "10%", "0%", "0%", "10%"]
    assert len(share_lines(SHARES, ALL)) == len(HEADS) == 7
    assert untold(ALL) == ""


def test_of_what_it_cannot_tell_there_is_no_number() -> None:
    where = HEADS.index("grimacing")

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
    assert untold(SIX) == " The network cannot tell: grimacing."


def test_charts_and_tables_of_a_class_leave_it_out() -> None:
    data = build_session_data()
    data = replace(data, session=replace(data.session, expressions=SIX.expressions))
    view = view_of(data)

    assert all("grimacing" not in text for text in mood_info(view).hover)
    table = to_html(mood_table(view))
    rows = re.findall(r"<tr>.*?</tr>", table, re.DOTALL)[1:]
    cells = [re.findall(r"<td>(.*?)</td>", row) for row in rows]
    assert cells
    assert {row[HEADS.index("grimacing")] for row in cells} == {NOT_KNOWN}
    assert NOT_KNOWN not in {row[HEADS.index("smiling")] for row in cells}


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
    assert "have no interval. The network cannot tell: grimacing.</p>" in to_html(
        now_table(info)
    )
