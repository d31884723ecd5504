"""Facing and engagement on the page: numbers, words, and how they are computed."""

from __future__ import annotations

import json

import pytest

from dashboard.components.definitions import definitions
from dashboard.components.glance import glance_cards
from dashboard.data import take_glance
from dashboard.words import turned
from monitor.engagement import FACING_ERROR
from monitor.records import HeadPose, Mode, Reading, SessionStatus, Status
from monitor.store.store import Store
from monitor.words import EMOTIONS
from tests.builders import (
    build_new_session,
    build_reading,
    build_session_data,
    build_session_row,
    build_tick,
)
from tests.dashboard.conftest import Pages

SURE = (0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 1.0)


def looking(index: int, *, away_every: int = 4, read: bool = True) -> Reading:
    """Neutral, and turned far aside at every ``away_every``-th look."""
    pose = HeadPose(0 if index % away_every else 50, 0)
    if read:
        return build_reading(1, SURE, pose=pose)
    return build_reading(1, None, status=Status.PRESENT, pose=pose)


def session_of(store: Store, samples: int, mode: Mode = Mode.STUDENT) -> int:
    with store.begin(build_new_session(mode=mode)) as recording:
        for index in range(samples):
            reading = looking(index, read=mode is Mode.STUDENT)
            recording.write(build_tick(index, [reading]))
    return recording.session_id


def students_table(pages: Pages, session_id: int) -> list[str]:
    """The cells of the table's first row."""
    values = {"students-wish.data": {"whole": False}, "session.data": session_id}
    answer = json.loads(pages.call("painted-students.data", values).text)
    painted = answer["response"]["painted-students"]["data"]
    table = painted["students-table"]["props"]["children"]
    _, head, body = table["props"]["children"]
    heads, row = head["props"]["children"], body["props"]["children"][0]
    names = [cell["props"]["children"] for cell in heads["props"]["children"]]
    cells = [cell["props"]["children"] for cell in row["props"]["children"]]
    return [f"{name}: {cell}" for name, cell in zip(names, cells, strict=True)]


def test_the_page_shows_facing_and_engagement(pages: Pages, store: Store) -> None:
    session_id = session_of(store, 40)
    page = pages.page(f"/live/{session_id}")
    # Turned away at 10 of 40 looks: (30 * 1 + 10 * 0.4) / 40 = 0.85.
    for text in ('"75%"', '"0.85"', "most turned as usual", "How is this computed?"):
        assert text in page
    cells = students_table(pages, session_id)
    assert "Facing: 75%" in cells
    assert "Engagement: 0.85" in cells


def test_before_twenty_looks_facing_is_not_known(pages: Pages, store: Store) -> None:
    session_id = session_of(store, 19)
    page = pages.page(f"/live/{session_id}")
    assert "not known before 20 sightings of a student" in page
    assert "not known while facing is not" in page
    cells = students_table(pages, session_id)
    assert "Facing: \N{EN DASH}" in cells
    assert "Engagement: \N{EN DASH}" in cells


def test_presence_mode_shows_facing_alone(pages: Pages, store: Store) -> None:
    session_id = session_of(store, 40, Mode.PRESENCE)
    page = pages.page(f"/live/{session_id}")
    assert '"75%"' in page
    assert "Engagement" not in page
    assert "Facing: 75%" in students_table(pages, session_id)


def test_faces_left_out_are_counted(pages: Pages, store: Store) -> None:
    with store.begin(build_new_session()) as recording:
        for index, left_out in enumerate([0, 1, 2, 0]):
            recording.write(build_tick(index, left_out=left_out))
    page = pages.page(f"/live/{recording.session_id}")
    assert "up to 2 faces at once, in 2 of 4 samples" in page


def test_a_class_of_pictures_alone_says_what_was_left_out(
    pages: Pages, store: Store
) -> None:
    with store.begin(build_new_session()) as recording:
        recording.write(build_tick(0, [], left_out=1))
    page = pages.page(f"/live/{recording.session_id}")
    assert "No face was found in this class." in page
    assert "up to 1 face at once, in 1 of 1 samples" in page


def test_nothing_left_out_is_not_spoken_of(pages: Pages, store: Store) -> None:
    assert "Left out" not in pages.page(f"/live/{session_of(store, 2)}")


def test_every_number_says_how_it_is_computed() -> None:
    text = str(definitions(reads=True))
    for part in (
        "Index version 1",
        "neutral 0.9",
        "surprised 0.6",
        "frowning 0.25",
        "facing 5 when turned as usual, 2 when not",
        "/ 4.5",
        "arxiv.org/abs/1909.12913",
        "not from its text",
        "Russell and Mehrabian 1977",
        "smiling 0.81",
        FACING_ERROR,
    ):
        assert part in text


def test_a_running_class_says_when_somebody_is_worth_a_look() -> None:
    text = str(definitions(reads=True, live=True))
    for part in ("Corrected shares", "The mood has fallen", "Worth a look"):
        assert part in text
    alone = str(definitions(reads=False, live=True))
    assert "Camera off: for 30 s or more" in alone
    assert "mood" not in alone


def test_a_page_without_expressions_explains_facing_alone() -> None:
    text = str(definitions(reads=False))
    assert FACING_ERROR in text
    assert "Valence" not in text
    assert "Sharma" not in text


@pytest.mark.parametrize(
    ("share", "word"),
    [
        (1.0, "nearly all turned as usual"),
        (0.7, "most turned as usual"),
        (0.2, "many turned away"),
    ],
)
def test_facing_in_words(share: float, word: str) -> None:
    assert turned(share) == word


def test_the_live_glance_says_whether_facing_changed() -> None:
    ticks = [
        build_tick(i, [build_reading(1, SURE, facing=i < 180)]) for i in range(200)
    ]
    running = build_session_row(status=SessionStatus.RUNNING, samples=200, students=1)
    data = build_session_data(ticks, session=running)
    text = str(glance_cards(take_glance(data), reads=True, expressions=EMOTIONS))
    assert "many turned away, lower than before" in text
    assert "lower than before" in text.split("Engagement")[1]
