"""Pictures and folders of pictures."""

from __future__ import annotations

import os
import zlib
from datetime import UTC, datetime, timedelta
from pathlib import Path

import cv2
import numpy as np
import pytest
from PIL import Image as PillowImage

from monitor.errors import SourceLost, SourceUnavailable, UsageError
from monitor.sources.pictures import create, load_picture, name_order
from monitor.sources.port import SourceOptions


def write_picture(path: Path, level: int = 100, size: tuple[int, int] = (8, 6)) -> Path:
    """A grey picture of one level; the size is width and height."""
    PillowImage.new("RGB", size, (level, level, level)).save(path)
    return path


def levels(*paths: Path, every_s: float = 3.0) -> list[int]:
    """The levels of all pictures of a session, in its order."""
    found: list[int] = []
    with create(SourceOptions(paths=paths, every_s=every_s)) as pictures:
        while (frame := pictures.read(len(found) * every_s)) is not None:
            found.append(int(frame.image[0, 0, 0]))
        assert pictures.duration_s == len(found) * every_s
    return found


def test_a_folder_in_the_order_that_people_count(tmp_path: Path) -> None:
    for name, level in (("img10", 30), ("img2", 20), ("IMG1", 10), ("img10b", 40)):
        write_picture(tmp_path / f"{name}.png", level)
    (tmp_path / "notes.txt").write_text("not a picture")
    (tmp_path / ".hidden.png").write_bytes(b"")
    (tmp_path / "deeper.png").mkdir()
    assert levels(tmp_path) == [10, 20, 30, 40]


def test_files_and_folders_together_in_the_order_given(tmp_path: Path) -> None:
    folder = tmp_path / "b"
    folder.mkdir()
    write_picture(folder / "2.png", 20)
    write_picture(folder / "1.png", 10)
    last, first = (write_picture(tmp_path / f"{n}.png", n) for n in (90, 99))
    assert levels(first, folder, last, every_s=0.5) == [99, 10, 20, 90]


def test_odd_names_sort_without_error() -> None:
    names = ["1", "a", "", "a1", "1a", "a 01", "٣", "²"]
    assert sorted(map(Path, names), key=name_order)


def test_times(tmp_path: Path) -> None:
    one, two = (write_picture(tmp_path / f"{n}.png", n) for n in (1, 2))
    os.utime(one, (1_700_000_000, 1_700_000_000))
    with create(SourceOptions(paths=(one, two), every_s=5)) as pictures:
        assert pictures.description == "pictures 1.png, 2.png"
        frame = pictures.read(5.0)
        assert frame is not None
        start = datetime.fromtimestamp(1_700_000_000, UTC)
        assert frame.captured_at == start + timedelta(seconds=5)
        assert frame.offset_s == 5.0
    said = datetime(2025, 1, 2, tzinfo=UTC)
    with create(SourceOptions(paths=(one,), started_at=said)) as pictures:
        assert pictures.started_at == said


def test_turned_as_the_exif_tag_says(tmp_path: Path) -> None:
    path = tmp_path / "phone.jpg"
    picture = PillowImage.new("RGB", (40, 20))
    picture.paste((255, 255, 255), (0, 0, 20, 20))
    exif = PillowImage.Exif()
    exif[0x0112] = 6  # orientation: turn to the right to look at it
    picture.save(path, exif=exif)
    image = load_picture(path)
    assert image.shape == (40, 20, 3)
    assert image[:16].mean() > 230
    assert image[24:].mean() < 20


@pytest.mark.parametrize(
    ("pixel", "expected"),
    [
        (np.array([[7]], np.uint8), (7, 7, 7)),
        (np.array([[[10, 20, 30, 0]]], np.uint8), (10, 20, 30)),
        (np.array([[[0x1234, 0x5678, 0xFFFF]]], np.uint16), (0x12, 0x56, 0xFF)),
        (np.array([[0x8000]], np.uint16), (0x80, 0x80, 0x80)),
    ],
    ids=["grey", "transparent", "16 bit", "16 bit grey"],
)
def test_every_picture_becomes_bgr(
    pixel: np.ndarray, expected: tuple[int, int, int], tmp_path: Path
) -> None:
    path = tmp_path / "Bild räumlich 授業.png"
    path.write_bytes(cv2.imencode(".png", np.repeat(pixel, 4, axis=1))[1].tobytes())
    image = load_picture(path)
    assert image.shape == (1, 4, 3)
    assert image.dtype == np.uint8
    assert tuple(image[0, 0]) == expected


def test_a_huge_picture(tmp_path: Path) -> None:
    path = write_picture(tmp_path / "wall.png", 50, (16_000, 4_000))
    assert load_picture(path).shape == (4_000, 16_000, 3)


def make_bad(name: str, folder: Path) -> Path:
    """A file of that name that is no good picture."""
    path = folder / name
    if name == "empty.png":
        path.write_bytes(b"")
    elif name.startswith("torn"):
        noise = np.random.default_rng(1).integers(0, 255, (64, 64, 3), np.uint8)
        data = cv2.imencode(path.suffix, noise)[1].tobytes()
        path.write_bytes(data[: len(data) // 2])
    elif name == "notes.png":
        path.write_text("minutes of the lecture")
    elif name == "phone.heic":
        path.write_bytes(b"\0\0\0\x18ftypheic" + bytes(64))
    elif name == "vast.png":  # 70,000 pixels a side, says its head
        data = write_picture(path).read_bytes()
        head = b"IHDR" + (70_000).to_bytes(4, "big") * 2 + data[24:29]
        check = zlib.crc32(head).to_bytes(4, "big")
        path.write_bytes(data[:12] + head + check + data[33:])
    elif name == "folder":
        path.mkdir()
        (path / "film.mp4").write_bytes(b"x")
    return path


BAD = [
    ("missing.png", "{} does not exist; check the name and the folder"),
    ("empty.png", "{} is empty: expected a picture"),
    ("torn.png", "{} is damaged: it begins as a picture but cannot be decoded"),
    ("torn.jpg", "{} is damaged: it begins as a picture but cannot be decoded"),
    ("notes.png", "{} is not a picture: expected PNG, JPEG, WebP, BMP or TIFF"),
    ("phone.heic", "{} is of a kind that cannot be read here (HEIC); export it as"),
    ("vast.png", "{} cannot be read as a picture ("),
    ("folder", "folder {} has no picture (1 other files): expected PNG, JPEG"),
]


@pytest.mark.parametrize(("name", "message"), BAD)
def test_bad_files_say_so_in_one_line(
    name: str, message: str, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    path = make_bad(name, tmp_path)
    with (
        pytest.raises(SourceUnavailable) as caught,
        create(SourceOptions(paths=(path,))),
    ):
        pass
    assert str(caught.value).startswith(message.format(path))
    assert "\n" not in str(caught.value)
    assert capfd.readouterr() == ("", "")


def test_a_damaged_picture_among_others_is_a_gap(tmp_path: Path) -> None:
    good, last = (write_picture(tmp_path / f"{n}.png", n) for n in (1, 3))
    torn = make_bad("torn.png", tmp_path)
    options = SourceOptions(paths=(good, torn, last), every_s=1)
    with create(options) as pictures:
        assert pictures.read(0.0) is not None
        with pytest.raises(SourceLost, match=r"torn\.png is damaged"):
            pictures.read(1.0)
        assert pictures.read(2.0) is not None
        assert pictures.read(3.0) is None


def test_what_is_no_picture_is_refused_before_the_session(tmp_path: Path) -> None:
    good, notes = write_picture(tmp_path / "1.png"), make_bad("notes.png", tmp_path)
    options = SourceOptions(paths=(good, notes))
    with pytest.raises(SourceUnavailable, match="is not a picture"), create(options):
        pass


def test_wrong_options(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="no picture was named"):
        create(SourceOptions())
    with pytest.raises(UsageError, match="--every 0 cannot be"):
        create(SourceOptions(paths=(tmp_path,), every_s=0))
