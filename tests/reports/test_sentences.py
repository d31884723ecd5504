"""What is said of a class, against whole sentences."""

from __future__ import annotations

import re
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings, strategies as st

from monitor.moments import Moment, moments
from monitor.prior import Shares
from monitor.records import (
    GapReason,
    Marker,
    Mode,
    SessionData,
    SessionStatus,
    Status,
    Tick,
)
from monitor.reports.sentences import change_words, summary_sentence
from monitor.summaries import summarise_class
from tests.builders import (
    HAPPY,
    build_moment,
    build_reading,
    build_session_data,
    build_session_row,
    build_tick,
    plausible_ticks,
)

JUMP = build_moment(at_s=735.0)


def told(data: SessionData, *changes: Moment, corrected: Shares | None = None) -> str:
    return summary_sentence(data, summarise_class(data), changes, corrected)


def smiling(count: int, unreadable: int = 0, students: int = 2) -> list[Tick]:
    """Students who smile; in the first samples the first one cannot be read."""
    return [
        build_tick(
            i,
            [
                build_reading(n, None if n == 1 and i < unreadable else HAPPY)
                for n in range(1, students + 1)
            ],
        )
        for i in range(count)
    ]


def test_a_class_in_plain_words() -> None:
    assert told(build_session_data(smiling(400, unreadable=80)), JUMP) == (
        "2 students were seen in 20 min. The expression seen most was smiling (70% of "
        "what was read), then neutral (15%). It changed most 12:15 minutes into class: "
        "smiling rose from 15% to 43%. Coverage was 90%; 80 of 800 faces were not "
        "readable."
    )


def test_a_steady_class_is_called_so_and_a_short_one_is_not() -> None:
    steady = told(build_session_data(smiling(100)))
    assert "No change stood out from the usual ups and downs." in steady
    assert "Coverage was 100%; every face seen could be read." in steady
    assert "change" not in told(build_session_data(smiling(60)))


def test_corrected_shares_come_with_their_interval() -> None:
    mean = np.array([0.0, 0.0, 0.0, 0.2, 0.04, 0.0, 0.76])
    corrected = Shares(mean, mean - 0.05, mean + 0.05)
    text = told(build_session_data(smiling(60)), corrected=corrected)
    assert (
        "most was smiling (70% of what was read), then neutral (15%). Corrected for "
        "the faces that the network learned from, neutral has about 76%, between 71% "
        "and 81%." in text
    )
    unknown = np.full(7, np.nan)
    without = Shares(unknown, np.zeros(7), np.ones(7))
    assert "Corrected" not in told(build_session_data(smiling(60)), corrected=without)


def test_several_changes_are_named_by_when() -> None:
    small = replace(JUMP, at_s=1500.0, expression="neutral", before=0.6, after=0.48)
    text = told(build_session_data(smiling(600)), JUMP, small)
    assert "smiling rose from 15% to 43%; also at 25:00." in text
    assert change_words(small) == "neutral fell from 60% to 48%"


def test_a_change_right_after_a_marker_is_told_with_it() -> None:
    data = build_session_data(
        smiling(400),
        markers=[Marker(offset_s=700, text="quiz"), Marker(offset_s=760, text="end")],
    )
    text = told(data, JUMP)
    assert "12:15 minutes into class, soon after “\u2068quiz\u2069”: smiling" in text
    far = build_session_data(smiling(400), markers=[Marker(offset_s=60, text="quiz")])
    assert "quiz" not in told(far, JUMP)


def test_a_marker_is_cut_before_it_fills_the_page() -> None:
    data = build_session_data(
        smiling(400), markers=[Marker(offset_s=700, text="x" * 500)]
    )
    assert len(told(data, JUMP)) < 400


def test_one_student() -> None:
    text = told(build_session_data(smiling(200, unreadable=1, students=1)))
    assert text.startswith("1 student was seen in 10 min.")
    assert "1 of 200 faces was not readable." in text


def test_who_did_not_agree_is_not_said_to_be_unreadable() -> None:
    refused = build_reading(2, None, status=Status.NO_CONSENT)
    ticks = [build_tick(i, [build_reading(1), refused]) for i in range(40)]
    text = told(build_session_data(ticks))
    assert "every face of those who agreed could be read." in text
    ticks[0] = build_tick(0, [build_reading(1, None), refused])
    text = told(build_session_data(ticks))
    assert "1 of 40 faces of those who agreed was not readable." in text
    nobody = [build_tick(i, [refused]) for i in range(40)]
    assert told(build_session_data(nobody)).endswith(
        "Nobody who was seen had agreed to be read, so nothing can be said of "
        "expressions."
    )


def test_who_was_never_seen_is_counted_apart() -> None:
    data = build_session_data(smiling(60), names=["Ada", "Ben", "Cleo", "Dan"])
    assert told(data).startswith("2 students were seen in 3 min; 2 more were not.")


def test_presence_says_no_word_of_expressions_but_that_there_are_none() -> None:
    ticks = [
        build_tick(i, [build_reading(n, None, status=Status.PRESENT) for n in (1, 2)])
        for i in range(100)
    ]
    data = build_session_data(ticks, session=build_session_row(mode=Mode.PRESENCE))
    assert told(data) == (
        "2 students were seen in 5 min. On average each was in view for 5 min. No "
        "expressions were read: presence only."
    )


@pytest.mark.parametrize(
    ("ticks", "sentence"),
    [
        ([], "This class ended before the first look at it."),
        ([build_tick(i, ()) for i in range(40)], "No face was seen in 2 min."),
        (
            [build_tick(i, gap=GapReason.COVERED) for i in range(40)],
            "Faces were seen only while the picture stood still or the gallery was "
            "covered, so nothing can be said of this class. For 2 min there was no "
            "class to look at.",
        ),
        (
            [build_tick(0, gap=GapReason.COVERED)]
            + [build_tick(i, (), gap=GapReason.PAUSED) for i in range(1, 40)],
            "Faces were seen only while the picture stood still or the gallery was "
            "covered, so nothing can be said of this class. For 2 min the class was "
            "paused. For under 1 min there was no class to look at.",
        ),
        (
            [build_tick(i, [build_reading(1, None)]) for i in range(40)],
            "1 student was seen in 2 min. None of the 40 faces could be read, so "
            "nothing can be said of expressions.",
        ),
        (
            [build_tick(0, [build_reading(1, None)])],
            "1 student was seen in under 1 min. The one face could not be read, so "
            "nothing can be said of expressions.",
        ),
        (
            [build_tick(i) for i in range(7)],
            "1 student was seen in under 1 min. Only 7 readings could be made: too "
            "few to say how the class looked.",
        ),
    ],
    ids=["empty", "no face", "covered", "paused", "unreadable", "one face", "few"],
)
def test_where_there_is_little_to_say(ticks: list[Tick], sentence: str) -> None:
    assert told(build_session_data(ticks)) == sentence


def test_a_running_class_is_told_so_far() -> None:
    live = build_session_row(status=SessionStatus.RUNNING)
    assert told(build_session_data([], session=live)) == (
        "The class has not been looked at yet."
    )
    text = told(build_session_data(smiling(60), session=live))
    assert text.startswith("So far 2 students were seen in 3 min.")


@settings(max_examples=30, deadline=None)
@given(st.integers(0, 8), st.integers(1, 8), st.integers(0, 1000))
def test_no_name_no_feeling_and_no_broken_number(
    students: int, minutes: int, seed: int
) -> None:
    ticks = plausible_ticks(students, minutes, seed=seed)
    data = build_session_data(ticks, names=[f"Nn{i}" for i in range(students)])
    text = told(data, *moments(data))
    assert text.endswith(".")
    assert not re.search(r"nan|None|Nn|feel|happy|bored|attenti|\n|  ", text)
