from __future__ import annotations

from collections.abc import Iterable

import numpy as np
import pytest

from dashboard.comparison import Lecture
from dashboard.figures.axes import whens
from dashboard.figures.compare import compare_figure, compare_info
from dashboard.figures.hatching import Stretch
from dashboard.figures.heatmap import (
    HeatInfo,
    Shade,
    heat_figure,
    heat_height,
    heat_info,
)
from dashboard.palette import STACK
from monitor.records import GapReason, Mode, Status, Tick
from monitor.summaries import summarise_class
from tests.builders import (
    HAPPY,
    NEUTRAL,
    build_reading,
    build_session_data,
    build_session_row,
    build_tick,
    plausible_ticks,
)
from tests.dashboard.test_figures import checked, view_of

HAPPY_AT, NEUTRAL_AT = STACK.index("happy"), STACK.index("neutral")


def heat(ticks: Iterable[Tick], shade: Shade = Shade.SEEN_MOST) -> HeatInfo:
    return heat_info(view_of(ticks, bin_s=60), shade)


def two_students(index: int) -> Tick:
    """The first smiles, then looks neutral; the second cannot be read, then goes."""
    first = build_reading(1, HAPPY if index < 20 else NEUTRAL)
    if index >= 40:
        return build_tick(index, [first])
    return build_tick(index, [first, build_reading(2, None)])


def test_a_cell_is_read_or_unreadable_or_not_seen() -> None:
    info = heat([two_students(i) for i in range(60)])
    assert info.values[0].tolist() == [HAPPY_AT, NEUTRAL_AT, NEUTRAL_AT]
    assert np.isnan(info.values[1]).all()
    assert info.unreadable == [Stretch(1, 0, 120)]
    assert info.not_known == []
    assert info.words[0][0] == "smiling 70%; 20 of 20 read"
    assert info.words[1] == ["seen, not readable"] * 2 + [""]


def test_valence_is_told_with_its_scale() -> None:
    smiling = [build_tick(i) for i in range(60)]
    info = heat(smiling, Shade.VALENCE)
    assert info.values[0, 0] > 0.5
    assert info.reach == 1
    assert info.words[0][0].startswith("valence +0.5")
    still = [build_tick(i, [build_reading(1, NEUTRAL)]) for i in range(40)]
    calm = heat(still, Shade.VALENCE)
    assert calm.reach == 0.5


def test_engagement_that_is_not_known_is_grey_and_not_unreadable() -> None:
    info = heat([two_students(i) for i in range(60)], Shade.ENGAGEMENT)
    assert np.isnan(info.values).all()
    assert info.not_known == [Stretch(0, 0, 180)]
    assert info.unreadable == [Stretch(1, 0, 120)]
    assert "engagement not known" in info.words[0][0]


def test_presence_is_seen_and_nothing_else() -> None:
    seen = build_reading(1, None, status=Status.PRESENT)
    view = view_of([build_tick(i, [seen]) for i in range(40)], mode=Mode.PRESENCE)
    info = heat_info(view, Shade.SEEN_MOST)
    assert info.unreadable == []
    assert info.not_known == [Stretch(0, 0, 120)]
    assert set(info.words[0]) == {"seen"}


def test_a_gap_is_no_absence() -> None:
    ticks = [
        build_tick(i, gap=GapReason.FROZEN if 20 <= i < 40 else None) for i in range(60)
    ]
    info = heat(ticks)
    assert [gap.reason for gap in info.gaps] == ["picture frozen"]
    assert np.isnan(info.values[0, 1])


@pytest.mark.parametrize("shade", list(Shade))
@pytest.mark.parametrize(
    "ticks",
    [
        [],
        [build_tick(0)],
        [build_tick(0, ())],
        [build_tick(0, [build_reading(1, None)])],
        plausible_ticks(students=50, minutes=12),
    ],
    ids=["no sample", "one reading", "no face", "nothing readable", "a class"],
)
def test_the_heat_map_follows_plotlys_rules(ticks: list[Tick], shade: Shade) -> None:
    view = view_of(ticks)
    info = heat_info(view, shade)
    figure = checked(heat_figure(info, view))
    assert figure.layout.height == heat_height(len(info.names))


def test_names_in_the_heat_map_are_shown_as_they_are() -> None:
    name = "<b>Eve</b> & <a href='javascript:x'>co</a>"
    view = view_of([build_tick(i) for i in range(20)], names=[name])
    figure = heat_figure(heat_info(view, Shade.SEEN_MOST), view)
    assert "<b>Eve" not in figure.data[-1].text[0][0]
    assert "&lt;b&gt;Eve" in figure.data[-1].text[0][0]


def test_numbers_of_an_hour_stay_small() -> None:
    view = view_of(plausible_ticks(students=50, minutes=60))
    figure = heat_figure(heat_info(view, Shade.VALENCE), view)
    assert len(figure.to_json()) < 500_000


def test_bins_are_told_with_the_clock() -> None:
    at = build_session_row().started_at
    assert whens(at, np.array([0.0, 60.0]), 60)[1].startswith("minute 2, ")


def lecture(session_id: int, ticks: list[Tick], mode: Mode = Mode.STUDENT) -> Lecture:
    row = build_session_row(session_id, mode=mode)
    whole = summarise_class(build_session_data(ticks, session=row))
    return Lecture(row, 1, whole)


def test_every_class_of_a_course_has_its_column() -> None:
    happy = lecture(1, [build_tick(i) for i in range(20)])
    nothing = lecture(2, [build_tick(0, ())])
    seen = build_reading(1, None, status=Status.PRESENT)
    present = lecture(3, [build_tick(0, [seen])], Mode.PRESENCE)
    info = compare_info([happy, nothing, present], session_id=2)
    assert info.here == 1
    assert info.shares[0, HAPPY_AT] == pytest.approx(HAPPY[3])
    assert np.isnan(info.shares[1:]).all()
    assert "70% smiling" in info.hover[0]
    assert "no expression was read" in info.hover[2]
    checked(compare_figure(info))


def test_the_class_that_is_looked_at_always_has_its_date() -> None:
    lectures = [lecture(i, [build_tick(0)]) for i in range(1, 38)]
    info = compare_info(lectures, session_id=30)
    axis = compare_figure(info).layout.xaxis
    assert 29 in axis.tickvals
    assert len(axis.tickvals) <= 12


def test_classes_of_presence_have_panels_of_their_own() -> None:
    seen = [build_reading(1, None, status=Status.PRESENT, facing=True)]
    ticks = [build_tick(i, seen) for i in range(40)]
    info = compare_info([lecture(i, ticks, Mode.PRESENCE) for i in (1, 2)], 2)
    assert (info.students.tolist(), info.facing.tolist()) == ([1, 1], [1, 1])
    drawn = checked(compare_figure(info))
    assert [trace.yaxis for trace in drawn.data] == ["y", "y2"]
    titles = [note.text for note in drawn.layout.annotations]
    assert titles == ["Students seen", "Facing, share of looks", "this class"]


@pytest.mark.parametrize("shade", Shade)
def test_who_did_not_agree_is_not_called_unreadable(shade: Shade) -> None:
    refused = build_reading(2, None, status=Status.NO_CONSENT)
    ticks = [build_tick(i, [build_reading(1, None), refused]) for i in range(40)]
    info = heat(ticks, shade)
    assert info.unreadable == [Stretch(0, 0, 120)]
    assert info.not_known == [Stretch(1, 0, 120)]
    assert info.grey == "seen, not read: no consent"
    assert info.words[1] == ["seen, not read: no consent"] * 2


def test_plain_grey_says_all_that_it_means() -> None:
    refused = build_reading(2, None, status=Status.NO_CONSENT)
    ticks = [build_tick(i, [build_reading(1), refused]) for i in range(20)]
    info = heat(ticks, Shade.ENGAGEMENT)
    assert info.grey == "seen, engagement not known or not read: no consent"
