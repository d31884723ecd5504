"""Which kind of source reads a named file."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from monitor.errors import SourceUnavailable, UsageError
from monitor.sources import create, kind_of, kinds
from monitor.sources.files import as_typed
from monitor.sources.port import SourceOptions
from tests.sources.films import write_film
from tests.sources.test_pictures import write_picture


def test_the_folder_lists_the_kinds() -> None:
    assert {"screen", "webcam", "video", "pictures"} <= set(kinds())
    assert not {"port", "files"} & set(kinds())


def test_listing_imports_no_kind() -> None:
    code = (
        "import sys, monitor.sources as s; s.kinds(); "
        "print({'cv2', 'mss', 'numpy', 'imageio_ffmpeg'} & set(sys.modules))"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], check=True, capture_output=True, text=True
    )
    assert done.stdout.strip() == "set()"


def test_an_unknown_kind() -> None:
    with pytest.raises(UsageError, match="unknown source 'port': expected one of"):
        create("port", SourceOptions())


def test_a_path_as_it_is_typed() -> None:
    assert as_typed("~/a.mp4") == Path.home() / "a.mp4"
    assert as_typed("~nobody-of-that-name/a.mp4") == Path("~nobody-of-that-name/a.mp4")


def test_a_path_that_no_system_can_hold_is_one_line() -> None:
    with pytest.raises(SourceUnavailable, match="xx cannot be opened: "):
        kind_of(Path("x" * 5000))


def test_pictures_and_folders(tmp_path: Path) -> None:
    for suffix in ("png", "jpg", "webp", "bmp", "tiff", "gif"):
        plain = write_picture(tmp_path / f"a.{suffix}")
        assert (
            kind_of(plain.rename(tmp_path / f"{suffix} without suffix")) == "pictures"
        )
    assert kind_of(tmp_path) == "pictures"


def test_recordings(tmp_path: Path) -> None:
    for suffix in ("mp4", "mkv", "avi"):
        film = write_film(tmp_path / f"a.{suffix}", 3)
        assert kind_of(film) == "video"
    assert kind_of(film.rename(tmp_path / "no suffix")) == "video"


@pytest.mark.parametrize(
    ("name", "kind"),
    [("a.PNG", "pictures"), ("a.heic", "pictures"), ("a.mp4", "video")],
)
def test_an_empty_file_is_what_its_name_says(
    name: str, kind: str, tmp_path: Path
) -> None:
    (tmp_path / name).write_bytes(b"")
    assert kind_of(tmp_path / name) == kind


def test_a_missing_file(tmp_path: Path) -> None:
    with pytest.raises(SourceUnavailable, match="gone does not exist; check the name"):
        kind_of(tmp_path / "gone")
