from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given, strategies as st

from monitor.records import Marker
from monitor.reports.pseudonyms import with_pseudonyms
from tests.builders import build_session_data, build_session_row


def text_after(text: str, *names: str) -> str:
    data = build_session_data([], names=names, markers=[Marker(offset_s=3, text=text)])
    return with_pseudonyms(data).markers[0].text


def test_names_become_numbers_in_the_order_of_storing() -> None:
    data = with_pseudonyms(build_session_data([], names=["Zoe", "Ada"]))
    assert [student.name for student in data.students] == ["P1", "P2"]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Ana Prado asks", "P1 asks"),
        ("ANA PRADO asks", "P1 asks"),
        ("a word with Prado", "a word with P1"),
        ("ana_prado-lesson.mp4", "P1-lesson.mp4"),
        ("Lesson_Prado_2", "Lesson_P1_2"),
        ("Ana!", "someone!"),
        ("Anabel", "Anabel"),
        ("ana lysis", "ana lysis"),
        ("Student 7 and Bo", "P4 and P5"),
        ("Student talks", "Student talks"),
        ("问李明的测验", "问P3的测验"),
    ],
)
def test_names_go_from_notes_too(text: str, expected: str) -> None:
    names = ("Ana Prado", "Ana Silva", "李明", "Student 7", "Bo")
    assert text_after(text, *names) == expected


def test_title_course_and_source_hold_no_name() -> None:
    row = replace(
        build_session_row(), title="With Ana Prado", course="Prado's", source="Ana.mp4"
    )
    data = with_pseudonyms(build_session_data([], names=["Ana Prado"], session=row))
    head = data.session
    assert (head.title, head.course, head.source) == ("With P1", "P1's", "P1.mp4")


@given(st.lists(st.text(max_size=12), max_size=6), st.text(max_size=40))
def test_free_text_of_any_kind_is_taken(names: list[str], text: str) -> None:
    text_after(text, *names)


def test_a_name_of_signs_alone_takes_no_blanks_away() -> None:
    assert text_after("a . b - c", ".") == "a P1 b - c"


@given(st.text("aA(.*[)é李 _-", min_size=1, max_size=8).filter(str.strip))
def test_a_whole_name_never_stays(name: str) -> None:
    assert name not in text_after(f"x {name} y", name)
