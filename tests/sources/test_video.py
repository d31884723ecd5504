"""Recorded lectures: the right picture at each time, and a clear word for bad files."""

from __future__ import annotations

import os
from datetime import UTC, datetime, timedelta
from pathlib import Path

import cv2
import numpy as np
import pytest

from monitor.errors import SourceUnavailable, UsageError
from monitor.sources.port import SourceOptions
from monitor.sources.video import Video, create
from monitor.sources.video.ffmpeg import packets, probe
from tests.sources.films import ffmpeg, number_of, write_film


def numbers(video: Video, every_s: float) -> list[int]:
    """Numbers of the pictures sampled until the film ends."""
    found: list[int] = []
    while (frame := video.read(len(found) * every_s)) is not None:
        found.append(number_of(frame.image))
    return found


def test_samples_are_the_pictures_on_show(tmp_path: Path) -> None:
    film = write_film(tmp_path / "film.mp4", 50, fps=5)
    with Video(film, 3.0, None) as video:
        assert video.duration_s == pytest.approx(10.0)
        assert numbers(video, 3.0) == [0, 15, 30, 45]


def test_odd_intervals_and_any_order(tmp_path: Path) -> None:
    film = write_film(tmp_path / "film.mp4", 50, fps=5)
    with Video(film, 0.7, None) as video:
        offsets = [0.0, 0.7, 1.4, 5.6, 0.3, 9.9, 0.0, 4.2]
        frames = [video.read(offset) for offset in offsets]
        assert [f and number_of(f.image) for f in frames] == [0, 3, 7, 28, 1, 49, 0, 21]
        assert video.read(10.1) is None


def test_close_key_frames_are_jumped_to_and_give_the_same(tmp_path: Path) -> None:
    film = tmp_path / "film.mp4"
    slow = write_film(tmp_path / "slow.mp4", 60, fps=2, output=["-g", "2"])
    ffmpeg("-i", slow, "-r", "60", "-g", "30", film)
    assert packets(film)[1] == pytest.approx(0.5)
    with Video(film, 3.0, None) as video:
        assert video._jumps
        assert numbers(video, 3.0) == [6 * n for n in range(10)]


def test_uneven_frame_times(tmp_path: Path) -> None:
    """Ten pictures a second apart, then one every seven seconds."""
    even = write_film(tmp_path / "even.mp4", 14, fps=1)
    film = tmp_path / "uneven.mp4"
    times = r"setpts=if(lt(N\,10)\,N\,10+(N-10)*7)/TB"
    ffmpeg("-i", even, "-vf", times, "-fps_mode", "passthrough", film)
    expected = [0, 4, 8, 10, 10, 11, 12, 12]
    with Video(film, 4.0, None) as video:
        assert numbers(video, 4.0) == expected
    with Video(film, 4.0, None) as video:  # each by a jump of its own
        frames = [video.read(4.0 * n) for n in reversed(range(8))]
        found = [number_of(f.image) for f in frames if f is not None]
        assert found == expected[::-1]


def test_the_rotation_flag_is_heeded(tmp_path: Path) -> None:
    film, turned = tmp_path / "film.mp4", tmp_path / "turned.mp4"
    half = "drawbox=w=iw/2:color=white:t=fill"
    write_film(tmp_path / "plain.mp4", 5)
    ffmpeg("-i", tmp_path / "plain.mp4", "-vf", half, film)
    ffmpeg("-display_rotation", "90", "-i", film, "-c", "copy", turned)
    with Video(turned, 1.0, None) as video:
        frame = video.read(0.0)
    assert frame is not None
    assert frame.image.shape == (96, 64, 3)
    # Turned to the left, the white left half lies at the bottom.
    assert frame.image[:40].mean() < 20
    assert frame.image[56:].mean() > 235


def test_a_size_that_changes_in_the_middle(tmp_path: Path) -> None:
    write_film(tmp_path / "a.ts", 10, fps=5, size=(96, 64))
    write_film(tmp_path / "b.ts", 10, fps=5, size=(192, 128))
    film = tmp_path / "joined.ts"
    parts = (tmp_path / name for name in ("a.ts", "b.ts"))
    film.write_bytes(b"".join(part.read_bytes() for part in parts))
    with Video(film, 1.0, None) as video:
        frames = [video.read(float(n)) for n in range(4)]
    assert {f.image.shape for f in frames if f is not None} == {(64, 96, 3)}


def test_a_recording_without_a_length_is_counted(tmp_path: Path) -> None:
    film = tmp_path / "browser.webm"
    write_film(tmp_path / "film.mp4", 20, fps=5)
    ffmpeg("-i", tmp_path / "film.mp4", "-c:v", "libvpx", "-live", "1", film)
    assert probe(film).duration_s is None
    with Video(film, 1.0, None) as video:
        assert video.duration_s == pytest.approx(4.0, abs=0.21)
        assert numbers(video, 1.0) == [0, 5, 10, 15]


def test_when_it_began(tmp_path: Path) -> None:
    film, tagged = tmp_path / "film.mp4", tmp_path / "tagged.mp4"
    write_film(film, 10, fps=5)
    os.utime(film, (1_700_000_000, 1_700_000_000))
    tag = "creation_time=2025-03-04T10:00:00+01:00"
    ffmpeg("-i", film, "-c", "copy", "-metadata", tag, tagged)
    said = datetime(2024, 5, 6, 7, tzinfo=UTC)
    with Video(film, 3.0, None) as video:
        mtime = datetime.fromtimestamp(1_700_000_000, UTC)
        assert video.started_at == mtime - timedelta(seconds=2)
    with Video(tagged, 1.0, None) as video:
        assert video.started_at == datetime(2025, 3, 4, 9, tzinfo=UTC)
        frame = video.read(1.0)
        assert frame is not None
        assert frame.captured_at == datetime(2025, 3, 4, 9, 0, 1, tzinfo=UTC)
    options = SourceOptions(paths=(tagged,), started_at=said)
    with create(options) as video:
        assert video.started_at == said


def test_a_zero_creation_tag_is_not_believed(tmp_path: Path) -> None:
    film, tagged = tmp_path / "film.mp4", tmp_path / "tagged.mp4"
    write_film(film, 5)
    ffmpeg(
        *("-i", film, "-c", "copy", "-metadata"),
        *("creation_time=1970-01-02T00:00:00Z", tagged),
    )
    assert probe(tagged).created_at is None


def test_strange_names_are_no_addresses(tmp_path: Path) -> None:
    film = write_film(tmp_path / "film.mp4", 5)
    for name in ("http:lesson 1%d.mp4", "-i.mp4", "Übung räumlich 授業.mp4"):
        path = film.rename(tmp_path / name)
        with Video(path, 1.0, None) as video:
            assert video.read(0.0) is not None
            assert name in video.description
        film = path


def test_what_was_cut_half_way_is_read_to_the_cut(tmp_path: Path) -> None:
    film = tmp_path / "film.mkv"
    write_film(film, 50, fps=5, size=(320, 240), output=["-g", "5"])
    whole = film.read_bytes()
    film.write_bytes(whole[: len(whole) // 2])
    with Video(film, 1.0, None) as video:
        found = numbers(video, 1.0)
    assert found == [5 * n for n in range(len(found))]
    assert 2 <= len(found) < 10


def write_sound(path: Path, *more: str | Path) -> Path:
    """A second of silence, with more inputs and options before the output."""
    ffmpeg("-f", "lavfi", "-t", "1", "-i", "anullsrc", *more, path)
    return path


def make_bad(kind: str, folder: Path) -> Path:
    """A file of that name that is no good recording."""
    path = folder / f"{kind}.mp4"
    if kind == "empty":
        path.write_bytes(b"")
    elif kind == "headless":  # the index of an MP4 stands at its end
        data = write_film(path, 20).read_bytes()
        path.write_bytes(data[: data.index(b"moov")])
    elif kind == "sound":
        write_sound(path)
    elif kind == "cover":
        cover = folder / "cover.jpg"
        cv2.imwrite(str(cover), np.zeros((32, 32, 3), np.uint8))
        maps = ["-map", "0", "-map", "1", "-c:v", "copy"]
        write_sound(path, "-i", cover, *maps, "-disposition:v:0", "attached_pic")
    elif kind == "text":
        path.write_text("minutes of the lecture\n" * 50)
    elif kind == "hollow":  # the index is there, every picture is gone
        write_film(path, 20, output=["-movflags", "+faststart"])
        data = path.read_bytes()
        path.write_bytes(data[: data.index(b"mdat") + 4])
    elif kind == "folder":
        path.mkdir()
    return path


@pytest.mark.parametrize(
    ("kind", "message"),
    [
        ("missing", "does not exist; check the name and the folder"),
        ("empty", "is empty: expected a recording"),
        ("headless", "is cut short: its index is missing; get a complete copy"),
        ("sound", "has no video stream (sound alone?)"),
        ("cover", "has no video stream (sound alone?)"),
        ("text", "is not a video that can be read: expected MP4, MKV"),
        ("hollow", "is damaged: no picture of it can be decoded"),
        ("folder", "is a folder: expected a recording"),
    ],
)
def test_bad_files_say_so_in_one_line(
    kind: str, message: str, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    path = make_bad(kind, tmp_path)
    with pytest.raises(SourceUnavailable) as caught, Video(path, 1.0, None):
        pass
    assert str(caught.value).startswith(f"{path} {message}")
    assert "\n" not in str(caught.value)
    assert capfd.readouterr() == ("", "")


def test_wrong_options() -> None:
    with pytest.raises(UsageError, match="expected one recording, got 2"):
        create(SourceOptions(paths=(Path("a"), Path("b"))))
    with pytest.raises(UsageError, match="--every 0 cannot be"):
        create(SourceOptions(paths=(Path("a"),), every_s=0))
