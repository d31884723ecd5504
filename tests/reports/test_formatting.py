from __future__ import annotations

import math
import time
from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
from hypothesis import given, strategies as st

from monitor.reports import formatting
from monitor.words import AbsenceReason

NAN = math.nan
MINUS = formatting.MINUS


@pytest.fixture
def kolkata(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setenv("TZ", "Asia/Kolkata")
    time.tzset()
    yield
    monkeypatch.undo()
    time.tzset()


@pytest.mark.parametrize(
    ("value", "text"),
    [(0.42, "42%"), (0, "0%"), (0.004, "<1%"), (0.006, "1%"), (1, "100%"), (NAN, "–")],  # noqa: RUF001
)
def test_share(value: float, text: str) -> None:
    assert formatting.share(value) == text


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (0.123, "+0.12"),
        (-0.5, f"{MINUS}0.50"),
        (0, "0.00"),
        (-0.004, "0.00"),
        (NAN, "–"),  # noqa: RUF001
    ],
)
def test_valence(value: float, text: str) -> None:
    assert formatting.valence(value) == text


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (0, "0 min"),
        (0.4, "under 1 min"),
        (12.3, "12 min"),
        (59.7, "1 h 00 min"),
        (65, "1 h 05 min"),
        (NAN, "–"),  # noqa: RUF001
    ],
)
def test_minutes(value: float, text: str) -> None:
    assert formatting.minutes(value) == text


def test_counts_and_parts() -> None:
    assert formatting.count(1, "student") == "1 student"
    assert formatting.count(1200, "sample") == "1,200 samples"
    assert formatting.count(2, "class", "classes") == "2 classes"
    assert formatting.unreadable(4, 25) == "4 of 25 not readable"
    assert formatting.unreadable(0, 25) == "all 25 readable"


@pytest.mark.parametrize(
    ("offset_s", "text"),
    [(0, "0:00"), (725.9, "12:05"), (3661, "61:01"), (-5, f"{MINUS}0:05"), (NAN, "–")],  # noqa: RUF001
)
def test_into_class(offset_s: float, text: str) -> None:
    assert formatting.into_class(offset_s) == text


@pytest.mark.usefixtures("kolkata")
def test_times_are_those_of_the_teacher() -> None:
    moment = datetime(2026, 3, 2, 20, 0, 7, 500_000, tzinfo=UTC)
    assert formatting.clock(moment) == "01:30"
    assert formatting.clock(moment, seconds=True) == "01:30:07"
    assert formatting.day_and_clock(moment) == "2026-03-03 01:30"
    assert formatting.csv_time(moment) == "2026-03-03T01:30:07.500+05:30"


def test_names_sort_as_people_do() -> None:
    names = ["Student 10", "student 2", "Åsa", "Zoë", "Student 1", "7 of 9", ""]
    assert sorted(names, key=formatting.by_name) == [
        "",
        "7 of 9",
        "Åsa",
        "Student 1",
        "student 2",
        "Student 10",
        "Zoë",
    ]


def test_letters_of_any_alphabet_of_ours_sort_by_their_base() -> None:
    names = [
        *(
            "Æneas",
            "Agnes",
            "Đorđe",
            "Dunja",
            "Émile",
            "Emma",
            "Emre",
            "Ilse",
            "I\u015f\u0131l",
        ),
        *("Ivo", "Ludo", "Łukasz", "Lynn", "Olaf", "Øyvind", "Strasser", "Straßner"),
        *("Thora", "Þórunn", "Zoe 1", "Zoë 1", "Zoe 2"),
    ]
    assert sorted(set(names), key=formatting.by_name) == names


@given(st.lists(st.text()))
def test_any_names_can_be_sorted(names: list[str]) -> None:
    assert sorted(sorted(names, key=formatting.by_name)) == sorted(names)


@pytest.mark.parametrize(
    ("value", "text"),
    [(0.5, "0.5000"), (-0.00001, "0.0000"), (NAN, ""), (-1, "-1.0000")],
)
def test_csv_number(value: float, text: str) -> None:
    assert formatting.csv_number(value) == text


@pytest.mark.parametrize(
    "text",
    [
        "=1+1",
        "+1",
        "-1",
        "@SUM(A1)",
        " =1",
        '"=1',
        "\tx",
        "\rx",
        "\nx",
        "\ufeff=1",
        "\uff1d1",
        '=HYPERLINK("http://x")',
    ],
)
def test_formulas_are_made_harmless(text: str) -> None:
    assert formatting.csv_text(text) == f"'{text}"


@pytest.mark.parametrize(
    ("text", "safe"),
    [
        ("Ana;=1+1", "Ana;'=1+1"),
        ("Ana, @SUM(A1)", "Ana, '@SUM(A1)"),
        ("Ana|\ufeff-1", "Ana|\ufeff'-1"),
        ("Ana\n=1", "Ana\n'=1"),
        ('Ana;"=1+1"', 'Ana;"\'=1+1"'),
        ("\t=1", "'\t'=1"),
        ("=1;;=2", "'=1;;'=2"),
    ],
)
def test_another_separator_begins_no_formula(text: str, safe: str) -> None:
    assert formatting.csv_text(text) == safe


@pytest.mark.parametrize(
    "text",
    ["", "Ann-Marie", "O'Neil", "a=b", "李雷", "1 + 1", "Prado, Ana", "quiz; slide 2"],
)
def test_names_stay_as_they_are(text: str) -> None:
    assert formatting.csv_text(text) == text


def test_an_index_has_two_decimals() -> None:
    assert formatting.index(0.714) == "0.71"
    assert formatting.index(float("nan")) == formatting.NOT_KNOWN


@pytest.mark.parametrize(
    ("value", "text"), [(0.9, "0.9"), (-0.51, f"{formatting.MINUS}0.51"), (5.0, "5")]
)
def test_a_weight_is_as_short_as_it_is(value: float, text: str) -> None:
    assert formatting.weight(value) == text


def test_faces_left_out_are_told_by_samples() -> None:
    assert formatting.left_out([]) == formatting.left_out([0, 0]) == ""
    text = formatting.left_out([0, 3, 1, 0])
    assert "up to 3 faces at once, in 2 of 4 samples" in text


def test_away_is_said_in_plain_words() -> None:
    camera, page, left = AbsenceReason
    away = {camera: 4.2, page: 12.0, left: 0.0}
    assert formatting.away(away) == "camera off 4 min, off page 12 min"
    assert formatting.away({left: 0.3}) == "left under 1 min"
    assert formatting.away(dict.fromkeys(AbsenceReason, 0.0)) == ""
