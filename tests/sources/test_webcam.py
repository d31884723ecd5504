"""The webcam: real captures, of films where a camera would be; a film's end unplugs."""

from __future__ import annotations

import sys
from pathlib import Path

import cv2
import pytest

from monitor.errors import SourceLost, SourceUnavailable, UsageError
from monitor.sources.port import SourceOptions
from monitor.sources.webcam import Webcam, camera_numbers, create, open_camera
from tests.sources.films import number_of, write_film


class Cable:
    """Opens a film as the camera, as long as it is plugged in."""

    def __init__(self, film: Path) -> None:
        self.film = film
        self.plugged = True

    def __call__(self, number: int) -> cv2.VideoCapture:
        place = self.film if self.plugged else self.film / "gone"
        return cv2.VideoCapture(str(place), cv2.CAP_FFMPEG)


@pytest.fixture
def cable(tmp_path: Path) -> Cable:
    return Cable(write_film(tmp_path / "camera.mp4", 20, size=(1280, 720)))


def read_to_the_end(webcam: Webcam) -> str:
    """What the camera says when the film in it has ended."""
    try:
        for number in range(100):
            webcam.read(3.0 * number)
    except SourceLost as error:
        return str(error)
    return "it never ended"


def test_what_the_camera_shows(cable: Cable) -> None:
    with Webcam(1, cable) as webcam:
        assert webcam.live
        assert webcam.description == "webcam 1 1280x720"
        frame = webcam.read(4.5)
    assert frame.image.shape == (720, 1280, 3)
    assert frame.offset_s == 4.5


def test_waiting_pictures_are_passed_over(cable: Cable) -> None:
    """A film gives its pictures at once, like a full buffer: no read gets the next."""
    with Webcam(0, cable) as webcam:
        first, second = (number_of(webcam.read(3.0 * n).image) for n in range(2))
    assert second > first > 0


def test_unplugged_in_class_and_plugged_in_again(
    cable: Cable, capfd: pytest.CaptureFixture[str]
) -> None:
    with Webcam(0, cable) as webcam:
        cable.plugged = False
        for _ in range(2):
            assert read_to_the_end(webcam) == (
                "camera 0 gives no picture; plug it in again or close the program "
                "that took it (it is tried again at every sample)"
            )
        cable.plugged = True
        assert webcam.read(6.0).image.shape == (720, 1280, 3)
    assert capfd.readouterr() == ("", "")


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="/dev is Linux's")
def test_a_missing_camera_in_one_line(capfd: pytest.CaptureFixture[str]) -> None:
    free = max(camera_numbers(), default=-1) + 40
    found = ", ".join(map(str, camera_numbers())) or "none"
    with pytest.raises(SourceUnavailable) as caught, create(SourceOptions(camera=free)):
        pass
    assert str(caught.value) == (
        f"there is no camera {free} (found: {found}); plug it in, or choose another "
        "with --camera"
    )
    assert capfd.readouterr() == ("", "")
    assert not open_camera(free).isOpened()


def test_a_camera_below_zero() -> None:
    with pytest.raises(UsageError, match="there is no camera -1"):
        create(SourceOptions(camera=-1))
