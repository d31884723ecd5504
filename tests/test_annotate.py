from __future__ import annotations

import numpy as np
import pytest

from dashboard import palette
from monitor import annotate
from monitor.emotion.reader import Answer, Unreadable
from monitor.records import EMOTIONS, Box, Face, Image

HAPPY: Answer = (0.02, 0.0, 0.03, 0.8, 0.0, 0.05, 0.1)


def face(xyxy: Box) -> Face:
    return Face(xyxy, 0.9, ((1.0, 1.0),) * 5)


def ground(width: int = 320, height: int = 240) -> Image:
    return np.full((height, width, 3), 120, np.uint8)


def pixels(image: Image, colour: str) -> int:
    """How many pixels have exactly this colour."""
    bgr = tuple(int(colour[i : i + 2], 16) for i in (5, 3, 1))
    return int((image == bgr).all(2).sum())


def test_the_colours_are_the_dashboards() -> None:
    assert annotate.FILL == palette.FILL
    assert annotate.STACK == palette.STACK
    assert annotate.UNREADABLE == palette.UNREADABLE


def test_a_read_face_has_its_frame_its_shares_and_its_words() -> None:
    before = ground()

    after = annotate.annotated(before, [face((100, 80, 180, 190))], [HAPPY])

    assert after.shape == before.shape
    assert (before == 120).all()
    assert pixels(after[190:, 100:181], annotate.FILL["happy"]) > 150
    assert pixels(after[190:], annotate.FILL["neutral"]) > 10
    assert pixels(after[80:190, 99:102], annotate.FILL["happy"]) > 150
    assert pixels(after[:80], annotate.INK) > 20
    assert pixels(after, annotate.FILL["disgust"]) == 0


def test_an_unreadable_face_is_grey_and_has_no_shares() -> None:
    box: Box = (100, 80, 180, 190)

    after = annotate.annotated(ground(), [face(box)], [Unreadable.TURNED])

    assert pixels(after, annotate.UNREADABLE) > 300
    assert (after[195:] == 120).all()


def test_captions() -> None:
    assert annotate.caption(HAPPY) == "happy 80%"
    assert annotate.caption(Unreadable.SMALL) == "unreadable"
    assert set(annotate.FILL) == set(EMOTIONS)


@pytest.mark.parametrize(
    "box",
    [
        (-20.0, -30.0, 40.0, 50.0),
        (300.0, 200.0, 340.0, 260.0),
        (5.0, 5.0, 6.0, 6.0),
        (-50.0, -50.0, 900.0, 900.0),
    ],
)
def test_a_face_at_the_edge_keeps_its_words_in_the_picture(box: Box) -> None:
    after = annotate.annotated(ground(), [face(box)], [HAPPY])

    assert pixels(after, annotate.INK) > 20


def test_a_picture_smaller_than_the_words() -> None:
    after = annotate.annotated(ground(20, 12), [face((2, 2, 10, 10))], [HAPPY])

    assert after.shape == (12, 20, 3)
