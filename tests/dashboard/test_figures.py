from __future__ import annotations

from collections.abc import Iterable

import numpy as np
import plotly.graph_objects as go
import pytest

from dashboard.data import View, choose_bin, last_offset
from dashboard.figures.axes import into_class, plain, time_axis
from dashboard.figures.gaps import Gap, find_gaps
from dashboard.figures.mood import mood_figure, mood_info
from dashboard.figures.students import (
    students_figure,
    students_height,
    students_info,
)
from dashboard.palette import STACK
from monitor.records import GapReason, Mode, Status, Tick
from tests.builders import (
    HAPPY,
    NEUTRAL,
    build_reading,
    build_session_data,
    build_session_row,
    build_tick,
    plausible_ticks,
)


def view_of(
    ticks: Iterable[Tick],
    *,
    mode: Mode = Mode.STUDENT,
    names: list[str] | None = None,
    bin_s: float | None = None,
) -> View:
    data = build_session_data(ticks, names=names, session=build_session_row(mode=mode))
    to_s = last_offset(data.samples) + 3
    return View(data, 0.0, to_s, bin_s or choose_bin(to_s, 3))


def checked(figure: go.Figure) -> go.Figure:
    """The same figure, by the rules that are left out when serving."""
    return go.Figure(figure.to_dict())


def test_shares_stack_up_to_one_in_the_order_of_the_palette() -> None:
    info = mood_info(view_of(plausible_ticks(students=6, minutes=5)))
    assert np.allclose(np.nansum(info.shares, axis=1), 1)
    happiest = mood_info(view_of([build_tick(i) for i in range(20)]))
    assert np.allclose(happiest.shares[:, STACK.index("happy")], HAPPY[3])
    height, caption = happiest.labels[0]
    assert height == pytest.approx(HAPPY[3] / 2)
    assert caption == "smiling"


def test_a_pause_is_left_open() -> None:
    ticks = [build_tick(i) for i in range(60) if not 20 <= i < 40]
    info = mood_info(view_of(ticks))
    assert info.gaps == [Gap(60, 120, "not watched")]
    assert np.isnan(info.shares[6:12]).all()
    assert np.isnan(info.valence[6:12]).all()
    assert info.runs == [(0, 5), (12, 17)]
    band = mood_figure(info).data[0]
    outline = np.array(band.x, dtype=float)
    assert not ((outline > 1) & (outline < 2)).any()


def test_what_was_seen_while_covered_is_not_drawn() -> None:
    ticks = [
        build_tick(i, gap=GapReason.COVERED if 20 <= i < 40 else None)
        for i in range(60)
    ]
    info = mood_info(view_of(ticks))
    assert info.gaps == [Gap(60, 120, "gallery covered")]
    assert np.isnan(info.shares[6:12]).all()
    assert info.runs == [(0, 5), (12, 17)]


def test_a_marked_pause_and_its_hole_are_one_gap() -> None:
    ticks = [build_tick(0), build_tick(1, (), gap=GapReason.PAUSED), build_tick(30)]
    assert find_gaps(view_of(ticks).data.samples, 3) == [Gap(3, 90, "paused")]


def test_a_late_sample_is_no_gap() -> None:
    ticks = [build_tick(i) for i in range(20) if i not in (5, 11, 12)]
    assert find_gaps(view_of(ticks).data.samples, 3) == []


@pytest.mark.parametrize(
    "ticks",
    [
        [],
        [build_tick(0)],
        [build_tick(0, ())],
        [build_tick(0, [build_reading(1, None)])],
        plausible_ticks(students=25, minutes=12),
    ],
    ids=["no sample", "one reading", "no face", "nothing readable", "a class"],
)
def test_figures_follow_plotlys_rules(ticks: list[Tick]) -> None:
    view = view_of(ticks)
    checked(mood_figure(mood_info(view)))
    checked(students_figure(students_info(view)))


def test_the_bins_end_with_the_last_sample() -> None:
    info = mood_info(view_of([build_tick(i) for i in range(22)]))
    assert info.ends_s[-1] == info.to_s == 66
    assert info.starts_s[-1] == 60


def test_a_bin_says_what_it_is_made_of() -> None:
    info = mood_info(view_of([build_tick(i) for i in range(40)]))
    assert "0:10 into class" in info.hover[1]
    assert "70% smiling" in info.hover[1]
    assert "100% read" in info.hover[1]


def test_a_bin_tells_facing_and_engagement_where_they_are_known() -> None:
    ticks = [
        build_tick(i, [build_reading(facing=i % 2 == 0 if i < 20 else None)])
        for i in range(40)
    ]
    info = mood_info(view_of(ticks))
    assert "facing 67%" in info.hover[1]
    assert "engagement 0." in info.hover[1]
    assert "facing" not in info.hover[-1]
    assert "engagement" not in info.hover[-1]


def test_a_student_row_shows_expression_unreadable_and_absence() -> None:
    def readings(i: int) -> list[object]:
        first = build_reading(1, HAPPY if i < 20 else NEUTRAL)
        if i < 20:
            return [first]
        return [first, build_reading(2, None)] if i < 40 else [first]

    ticks = [build_tick(i, readings(i)) for i in range(60)]  # type: ignore[arg-type]
    info = students_info(view_of(ticks, bin_s=60))
    happy, neutral = STACK.index("happy"), STACK.index("neutral")
    assert info.dominant.tolist() == [[happy, neutral, neutral], [-1, -1, -1]]
    assert info.strength[0, 0] == pytest.approx(HAPPY[3])
    assert np.isnan(info.strength[1]).all()
    assert [tuple(stretch) for stretch in info.unreadable] == [(1, 60, 120)]
    assert info.hover[1][0] == ""
    assert "not readable" in info.hover[1][1]


def test_presence_is_neither_unreadable_nor_an_expression() -> None:
    ticks = [
        build_tick(i, [build_reading(1, None, status=Status.PRESENT)])
        for i in range(20)
    ]
    info = students_info(view_of(ticks, mode=Mode.PRESENCE))
    assert info.unreadable == []
    assert [tuple(stretch) for stretch in info.present] == [(0, 0, 60)]
    assert "seen" in info.hover[0][0]
    assert "readable" not in info.hover[0][0]


def test_names_are_shown_as_they_are() -> None:
    name = "<b>Eve</b> & <a href='javascript:x'>co</a>"
    ticks = [build_tick(i) for i in range(20)]
    info = students_info(view_of(ticks, names=[name]))
    assert info.names == [name]
    assert "<b>Eve" not in info.hover[0][0]
    assert "&lt;b&gt;Eve" in info.hover[0][0]
    assert plain("x" * 500) == f"\u2068{'x' * 39}…\u2069"


def test_a_name_from_right_to_left_leaves_what_follows_in_place() -> None:
    ticks = [build_tick(i) for i in range(20)]
    info = students_info(view_of(ticks, names=["مريم"]))
    assert info.hover[0][0].startswith("<b>\u2068مريم\u2069</b>, 0:00 into class")


def test_rows_are_as_high_as_the_names_beside_them() -> None:
    figure = students_figure(students_info(view_of(plausible_ticks(students=7))))
    assert figure.layout.height == students_height(7)
    assert students_height(8) - students_height(7) == 32


def test_a_chart_too_narrow_for_a_tick_still_has_a_title_that_can_be_placed() -> None:
    assert "standoff" not in time_axis(0, 60)["title"]


def test_bins_are_named_in_minutes() -> None:
    assert into_class(720, 60) == "minute 13"
    assert into_class(720, 120) == "minutes 13-14"
    assert into_class(95, 5) == "1:35 into class"


def test_who_did_not_agree_has_a_strip_of_their_own_kind() -> None:
    refused = build_reading(2, None, status=Status.NO_CONSENT)
    ticks = [build_tick(i, [build_reading(1, None), refused]) for i in range(20)]
    info = students_info(view_of(ticks, bin_s=60))
    assert [tuple(stretch) for stretch in info.unreadable] == [(0, 0, 60)]
    assert [tuple(stretch) for stretch in info.present] == [(1, 0, 60)]
    assert info.hover[0][0].endswith("seen, not readable")
    assert info.hover[1][0].endswith("seen, not read: no consent")
