"""rapidocr's recogniser, as labels need it."""

from __future__ import annotations

import logging
import socket
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from monitor.identity import ocr
from monitor.identity.ocr import ReadingFailed, Recogniser, prepared
from monitor.identity.strips import LineFinder, cutting
from tests.identity.labelled import labelled

NAMES = ("Łukasz Nowak", "Ásta Jóns", "Elif Şahin", "Søren Holm", "François Petit")


@pytest.fixture(scope="module")
def recogniser() -> Recogniser:
    return Recogniser()


def test_accents_are_read(recogniser: Recogniser) -> None:
    gallery = labelled(NAMES)
    lines = LineFinder().find(gallery.image, gallery.tiles)
    strips = [cutting(gallery.image, line) for line in lines if line is not None]
    readings = recogniser.read(strips)
    assert tuple(reading.text for reading in readings) == NAMES
    assert all(reading.sure > 0.9 for reading in readings)


def test_nothing_is_read_on_nothing(recogniser: Recogniser) -> None:
    (reading,) = recogniser.read([np.zeros((20, 100, 3), np.uint8)])
    assert reading.text.strip() == ""


@pytest.mark.parametrize("size", [(1, 1), (4, 900), (90, 3), (20, 100)])
def test_strips_of_any_shape_are_brought_to_few_widths(size: tuple[int, int]) -> None:
    batch = prepared(np.full((*size, 3), 255, np.uint8))
    assert batch.shape[:3] == (1, 3, 48)
    assert batch.shape[3] in (192, 320, 480, 768)
    assert batch.min() >= -1
    assert batch.max() <= 1


def test_nothing_is_fetched_and_nothing_said(
    monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    def refused(*_: object, **__: object) -> None:
        raise AssertionError("the network was asked")

    monkeypatch.setattr(socket.socket, "connect", refused)
    handlers = list(logging.getLogger().handlers)
    Recogniser().read([np.zeros((20, 100, 3), np.uint8)])
    assert capfd.readouterr() == ("", "")
    assert logging.getLogger().handlers == handlers
    assert "rapidocr" not in sys.modules  # its program, which would fetch files


def test_without_rapidocr_one_line_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ocr, "find_spec", lambda _: None)
    with pytest.raises(ReadingFailed, match=r"rapidocr is not installed.*pip install"):
        Recogniser()


def test_without_onnxruntime_one_line_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "onnxruntime", None)
    with pytest.raises(ReadingFailed, match="onnxruntime cannot be loaded") as caught:
        Recogniser()
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize("content", [None, b"", b"no network at all"])
def test_missing_or_damaged_weights_are_named(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, content: bytes | None
) -> None:
    folder = tmp_path / "rapidocr" / "models"
    folder.mkdir(parents=True)
    (folder.parent / "__init__.py").touch()
    if content is not None:
        (folder / "PP-OCRv6_rec_small.onnx").write_bytes(content)
    monkeypatch.syspath_prepend(tmp_path)
    expected = "is not in the installed" if content is None else "is damaged"
    with pytest.raises(ReadingFailed, match=f"PP-OCRv6_rec_small.onnx {expected}"):
        Recogniser()


def test_the_command_line_does_not_load_it() -> None:
    code = (
        "import sys, monitor.cli, monitor.identity.labels;"
        "sys.exit('onnxruntime' in sys.modules or 'rapidocr' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
