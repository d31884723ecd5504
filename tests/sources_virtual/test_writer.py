"""The virtual class as a video with its truth, read back."""

from __future__ import annotations

import json
import resource
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

import cv2
import numpy as np
import pytest

from monitor import sources
from monitor.errors import ExportError, UsageError
from monitor.sources.port import SourceOptions
from monitor.sources.virtual.layout import Look
from monitor.sources.virtual.writer import write_video
from tests.sources_virtual.builders import SMALL, made_class, made_options

BEGUN = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)


def test_a_video_read_back(tmp_path: Path) -> None:
    video, truth = tmp_path / "class.mp4", tmp_path / "truth.jsonl"
    told: list[float] = []
    options = made_options(minutes=0.2, started_at=BEGUN)
    write_video(options, video, truth, fps=5, look=SMALL, progress=told.append)
    film = cv2.VideoCapture(str(video))
    assert film.get(cv2.CAP_PROP_FPS) == 5
    assert film.get(cv2.CAP_PROP_FRAME_COUNT) == 60
    film.set(cv2.CAP_PROP_POS_FRAMES, 15)
    _, read = film.read()
    film.release()
    with made_class(minutes=0.2) as source:
        drawn = source.picture(3.0)
        expected = [source.truth(t) for t in (0.0, 3.0, 6.0, 9.0)]
    assert np.abs(read.astype(int) - drawn).mean() < 6
    lines = truth.read_text("utf-8").splitlines()
    assert [json.loads(line) for line in lines] == expected
    assert set(expected[0]["people"][0]) == {"name", "tile", "face", "emotion", "yaw"}
    assert told == sorted(told)
    assert told[-1] == 1
    assert sorted(p.name for p in tmp_path.iterdir()) == ["class.mp4", "truth.jsonl"]


def test_the_video_knows_when_it_began(tmp_path: Path) -> None:
    video = tmp_path / "class.mp4"
    options = made_options(minutes=0.05, started_at=BEGUN)
    write_video(options, video, fps=5, look=Look(641, 361))
    with sources.create("video", SourceOptions(paths=(video,), every_s=1)) as film:
        assert film.started_at == BEGUN
        assert film.duration_s == pytest.approx(3, abs=0.2)
        frame = film.read(1.0)
    assert frame is not None
    # H.264 has no odd sides: a line of black was added.
    assert frame.image.shape == (362, 642, 3)


@pytest.mark.parametrize(
    ("place", "message"),
    [
        ("gone/class.mp4", "gone/class.mp4: No such file or directory; name a file"),
        ("", "it is a folder; name a file in a folder that you may write to"),
    ],
)
def test_a_place_that_cannot_be_written(
    place: str, message: str, tmp_path: Path
) -> None:
    with pytest.raises(ExportError, match=message):
        write_video(made_options(minutes=0.05), tmp_path / place, look=SMALL)
    assert list(tmp_path.iterdir()) == []


def test_a_truth_that_cannot_be_written_leaves_no_video(tmp_path: Path) -> None:
    with pytest.raises(ExportError, match=r"Cannot write .*truth\.jsonl: No such"):
        write_video(
            made_options(minutes=0.05),
            tmp_path / "class.mp4",
            tmp_path / "gone" / "truth.jsonl",
            look=SMALL,
        )
    assert list(tmp_path.iterdir()) == []


def test_a_disk_that_is_full(tmp_path: Path) -> None:
    """A limit on the size of files stands for it: ffmpeg meets it as it writes."""
    code = (
        "import signal; signal.signal(signal.SIGXFSZ, signal.SIG_IGN)\n"
        "from pathlib import Path\n"
        "from monitor.errors import ExportError\n"
        "from monitor.sources.virtual.writer import write_video\n"
        "from tests.sources_virtual.builders import SMALL, made_options\n"
        "try:\n"
        f"    write_video(made_options(), Path({str(tmp_path / 'a.mp4')!r}),"
        " look=SMALL)\n"
        "except ExportError as error:\n"
        "    print(error)\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", code],
        cwd=Path(__file__).parents[2],
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (20_000,) * 2),
        capture_output=True,
        text=True,
        timeout=120,
        check=True,
    )
    assert done.stdout.startswith(f"Cannot write {tmp_path / 'a.mp4'}: ")
    assert len(done.stdout.splitlines()) == 1
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("fps", [0, -1, 1000, float("nan")])
def test_a_rate_that_no_video_has(fps: float, tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="pictures a second: expected above 0"):
        write_video(made_options(), tmp_path / "class.mp4", fps=fps)
