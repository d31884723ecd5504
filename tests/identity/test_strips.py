"""Where labels' writing is found."""

from __future__ import annotations

import cv2
import numpy as np
import pytest

from monitor.identity.strips import Line, LineFinder
from tests.identity.labelled import TALL, WIDE, Labelled, labelled, video

NAMES = ("Ana Ruiz", "Linh Vũ", "Ásta Jóns", "Ioana Popa", "Grace Mwangi", "Ng")


def lines(gallery: Labelled) -> list[Line | None]:
    return LineFinder().find(gallery.image, gallery.tiles)


@pytest.mark.parametrize("skin", ["zoom", "teams", "meet"])
def test_a_microphone_before_a_name_is_left_out(skin: str) -> None:
    plain = lines(labelled(NAMES, skin=skin))
    muted = lines(labelled(NAMES, skin=skin, muted=range(len(NAMES))))
    for one, other in zip(plain, muted, strict=True):
        assert one is not None
        assert other is not None
        assert other.left > one.left
        assert other.right - other.left == pytest.approx(one.right - one.left, abs=2)


def test_a_tile_without_a_label_has_none() -> None:
    found = lines(labelled(NAMES, hidden={1, 4}))
    assert [line is None for line in found] == [False, True, False, False, True, False]


def test_no_tiles_and_tiles_out_of_the_picture_have_none() -> None:
    image = video(1)
    assert LineFinder().find(image, []) == []
    away = [(-500.0, 0.0, -100.0, 200.0), (0.0, 0.0, 4.0, 4.0), (360.0, 0, 900, 500)]
    assert LineFinder().find(image, away) == [None, None, None]


def test_where_labels_stand_is_remembered_for_the_few_that_are_left() -> None:
    finder, gallery = LineFinder(), labelled(NAMES)
    before = finder.find(gallery.image, gallery.tiles)
    gone = labelled(NAMES, hidden=range(1, len(NAMES)))
    assert finder.find(gone.image, gone.tiles) == [before[0], *[None] * 5]


def test_the_edge_of_the_video_beside_a_box_is_no_letter() -> None:
    gallery = labelled(NAMES)
    right = [line.right for line in lines(gallery) if line is not None]
    for tile, end in zip(gallery.tiles, right, strict=True):
        x, base = end + 9, int(tile[3])
        gallery.image[base - 18 : base - 14, x : x + 3] = 190
    assert [line.right for line in lines(gallery) if line is not None] == right


def plain(text: str, size: float, *, disc: bool = False) -> Labelled:
    image = np.full((TALL, WIDE, 3), 36, np.uint8)
    if disc:
        cv2.circle(image, (WIDE // 2, TALL // 2), TALL // 4, (60, 120, 200), -1)
    font = cv2.FONT_HERSHEY_SIMPLEX
    (wide, tall), _ = cv2.getTextSize(text, font, size, 2)
    at = ((WIDE - wide) // 2, (TALL + tall) // 2)
    cv2.putText(image, text, at, font, size, (255, 255, 255), 2, cv2.LINE_AA)
    return Labelled(image, ((0.0, 0.0, float(WIDE), float(TALL)),))


def test_a_name_in_the_middle_counts_where_the_camera_is_off() -> None:
    (line,) = lines(plain("Ana Ruiz", 0.9))
    assert line is not None
    assert (line.left + line.right) / 2 == pytest.approx(WIDE / 2, abs=6)


def test_initials_in_the_middle_are_no_name() -> None:
    assert lines(plain("AR", 1.8, disc=True)) == [None]
    assert lines(plain("A", 1.8, disc=True)) == [None]
