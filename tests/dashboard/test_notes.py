"""Markers and moments on the mood chart, and the bars between markers."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import plotly.graph_objects as go
import pytest
from hypothesis import given, settings, strategies as st

from dashboard.components.notes import moment_words, notes_list
from dashboard.data import View
from dashboard.figures.axes import plain
from dashboard.figures.mood import HEIGHT, mood_figure, mood_height, mood_info
from dashboard.figures.notes import (
    MOST_ROWS,
    Note,
    moment_label,
    note_labels,
    place_notes,
)
from dashboard.figures.segments import (
    segments_figure,
    segments_height,
    segments_info,
)
from dashboard.palette import STACK
from monitor.records import GapReason, Marker
from monitor.segments import segments
from tests.builders import (
    HAPPY,
    build_moment,
    build_session_data,
    build_tick,
    plausible_ticks,
)

JUMP = build_moment(at_s=300.0)


def at(minute: float, text: str = "quiz") -> Marker:
    return Marker(offset_s=minute * 60, text=text)


def rows(notes: tuple[Note, ...]) -> list[int | None]:
    return [note.row for note in notes]


def test_labels_far_apart_share_a_row() -> None:
    notes = place_notes([at(5), at(20), at(40)], [], 0, 3600)
    assert rows(notes) == [0, 0, 0]
    assert [note.left for note in notes] == [False] * 3


def test_labels_close_together_rise_to_the_left() -> None:
    notes = place_notes(
        [at(20, "quiz"), at(21, "answers"), at(22, "break")], [], 0, 3600
    )
    assert rows(notes) == [2, 1, 0]


def test_a_label_at_the_end_stands_at_the_left_of_its_line() -> None:
    (note,) = place_notes([at(59, "summing up")], [], 0, 3600)
    assert note.left
    assert note_labels([note])[0]["xanchor"] == "right"


def test_a_label_without_room_is_left_out_and_its_line_stays() -> None:
    notes = place_notes([at(30 + i / 10, f"slide {i}") for i in range(9)], [], 0, 3600)
    assert len(notes) == 9
    placed = [row for row in rows(notes) if row is not None]
    assert MOST_ROWS <= len(placed) < 9
    assert max(placed) == MOST_ROWS - 1


def test_moments_and_markers_come_in_time_order() -> None:
    notes = place_notes([at(8), at(2)], [JUMP], 0, 3600)
    assert [note.at_s for note in notes] == [120, 300, 480]
    assert [note.found for note in notes] == [False, True, False]
    assert notes[1].text == moment_label(JUMP) == "smiling 15→43%"


def test_notes_outside_the_axis_stand_at_the_edge_or_are_left_out() -> None:
    whole = place_notes([at(-1, "early"), at(99, "late")], [], 0, 600)
    assert [note.at_s for note in whole] == [0, 600]
    window = place_notes([at(1, "before"), at(12, "within")], [], 600, 1200)
    assert [note.text for note in window] == ["within"]


@settings(max_examples=60, deadline=None)
@given(
    st.lists(st.tuples(st.floats(0, 60), st.text(max_size=40)), max_size=14),
    st.floats(60, 7200),
)
def test_no_label_covers_another_or_stands_on_a_pole(
    told: list[tuple[float, str]], to_s: float
) -> None:
    markers = [at(minute * to_s / 3600, text) for minute, text in told]
    notes = place_notes(markers, [], 0.0, to_s)
    scale = 520 / to_s
    placed = []
    for note in notes:
        if note.row is not None:
            pole, width = note.at_s * scale, 6.4 * len(note.text)
            span = (pole - width, pole) if note.left else (pole, pole + width)
            placed.append((note.row, pole, *span))
    for i, (row, pole, first, last) in enumerate(placed):
        for j, (other_row, other_pole, other_first, other_last) in enumerate(placed):
            if i != j and row == other_row:
                assert last <= other_first or other_last <= first
            if i != j and row < other_row and pole != other_pole:
                assert not first < other_pole < last


def view_of(markers: list[Marker]) -> View:
    data = build_session_data(plausible_ticks(students=4, minutes=10), markers=markers)
    return View(data, 0.0, 600.0, 15.0)


def test_the_mood_chart_grows_by_its_rows_of_labels() -> None:
    bare = mood_info(view_of([]))
    assert (mood_height(bare), bare.notes) == (HEIGHT, ())
    info = mood_info(view_of([at(2, "quiz"), at(2.2, "answers")]), [JUMP])
    assert mood_height(info) == HEIGHT + 2 * 16
    figure = go.Figure(mood_figure(info).to_dict())
    texts = [annotation.text for annotation in figure.layout.annotations]
    told = map(plain, ("quiz", "answers", "smiling 15→43%"))
    assert set(told) <= set(texts)
    lines = [shape for shape in figure.layout.shapes if shape.type == "line"]
    assert [line.line.dash for line in lines if line.ysizemode is None] == [
        "solid",
        "solid",
        "dot",
    ]


def test_a_markers_text_is_no_markup() -> None:
    info = mood_info(view_of([at(2, "<b>x</b>")]))
    texts = [a.text for a in mood_figure(info).layout.annotations]
    assert "\u2068&lt;b&gt;x&lt;/b&gt;\u2069" in texts


def test_the_list_names_every_note_with_its_time() -> None:
    listed = notes_list([at(12, "<i>quiz")], [JUMP])
    assert listed is not None
    assert [item.children[0].children for item in listed.children] == ["5:00", "12:00"]
    assert listed.children[1].children[1].children.children == "<i>quiz"
    assert notes_list([], []) is None


def test_a_moment_says_how_sure_it_is() -> None:
    assert moment_words(JUMP) == (
        "Smiling rose from 15% to 43%: a change of 20 to 36 points, nine times of ten, "
        "of the 9 students read before and after."
    )
    fell = replace(JUMP, before=0.43, after=0.15, low=-0.36, high=-0.2)
    assert "fell from 43% to 15%: a change of 20 to 36 points" in moment_words(fell)


def test_a_bar_a_stretch_with_its_coverage() -> None:
    ticks = [
        build_tick(i, gap=GapReason.FROZEN if i >= 30 else None) for i in range(40)
    ]
    data = build_session_data(ticks, markers=[at(1, "quiz"), at(1.5, "<b>break")])
    info = segments_info(segments(data))
    assert info.names == ["From the start", "quiz", "<b>break"]
    assert info.spans == ["0:00 to 1:00", "1:00 to 1:30", "1:30 to 2:00"]
    assert info.coverage == ["100% read", "100% read", "no reading"]
    assert info.shares[0, STACK.index("happy")] == pytest.approx(HAPPY[3])
    assert np.isnan(info.shares[2]).all()
    assert "70% smiling" in info.hover[1]
    assert "&lt;b&gt;break" in info.hover[2]
    figure = go.Figure(segments_figure(info).to_dict())
    assert figure.layout.height == segments_height(3)
    # The stretch without a reading has no bar at all.
    assert all(len(bar.y) == 2 for bar in figure.data[:-1])


def test_bars_of_nothing_follow_plotlys_rules() -> None:
    go.Figure(segments_figure(segments_info([])).to_dict())
