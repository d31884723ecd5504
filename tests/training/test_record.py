from __future__ import annotations

from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

import cv2
import numpy as np
import pytest

pytest.importorskip("keras", reason="the extra `train` is not installed")

from models.training import record
from monitor.errors import UsageError


def test_a_package_whose_distribution_has_another_name_is_known() -> None:
    with pytest.raises(PackageNotFoundError):
        version("cv2")

    assert record._version_of("cv2") == cv2.__version__
    assert record._version_of("numpy") == np.__version__


def write_half(*files: Path) -> None:
    """Breaks off after the first of the files."""
    with record.replacing(*files) as partial:
        partial[0].write_text("newer")
        partial[1].read_text()


def test_files_are_replaced_together_or_not_at_all(tmp_path: Path) -> None:
    files = tmp_path / "a.json", tmp_path / "b.txt"
    for file in files:
        file.write_text("older")

    with pytest.raises(FileNotFoundError):
        write_half(*files)
    assert [file.read_text() for file in files] == ["older", "older"]

    with record.replacing(*files) as partial:
        for file in partial:
            file.write_text("newer")
    assert [file.read_text() for file in files] == ["newer", "newer"]
    assert sorted(file.name for file in tmp_path.iterdir()) == ["a.json", "b.txt"]


def test_settings_that_differ_are_named() -> None:
    held = {"settings": {"seed": 1, "shape": {"widths": [4, 8]}}}

    assert record.changed(held, {"seed": 1, "shape": {"widths": (4, 8)}}) == set()
    assert record.changed(held, {"seed": 2, "mixup": 0.3}) == {"seed", "mixup"}


def test_settings_that_are_no_options_are_named_together() -> None:
    held = {"settings": {"small": 8, "damage": {"small": 0.5}}}

    changed = record.changed(held, {"small": 8, "damage": {"small": 0.4}})

    assert changed == {"damage"}


def test_settings_that_there_were_not_yet_are_those_that_change_nothing() -> None:
    held = {"settings": {"seed": 1, "shape": {"widths": [4, 8]}}}
    now = {"seed": 1, "clear": 0}

    wanted = now | {"shape": {"widths": (4, 8), "fine": 0}}
    assert record.changed(held, wanted) == set()
    assert record.changed(held, wanted | {"clear": 8}) == {"clear"}
    finer = wanted | {"shape": {"widths": (4, 8), "fine": 1}}
    assert record.changed(held, finer) == {"fine"}
    plain = wanted | {"shape": {"widths": (4, 8), "fine": 0, "plain": True}}
    assert record.changed(held, plain) == {"plain"}


def test_a_run_stays_with_its_backend() -> None:
    held = {"settings": {"seed": 1}, "backend": "other"}

    assert record.changed(held, {"seed": 1}) == {"KERAS_BACKEND"}


def test_files_of_other_origin_are_not_replaced(tmp_path: Path) -> None:
    (tmp_path / "notes.txt").write_text("mine")
    assert record.check_free(tmp_path, "expression", resume=False) is None
    for name in ("network.keras", "curves.png"):
        (tmp_path / name).write_text("mine")

    with pytest.raises(UsageError) as caught:
        record.check_free(tmp_path, "expression", resume=False)

    assert str(caught.value) == (
        f"{tmp_path} holds network.keras, curves.png, which a run would replace, and "
        "no run.json: choose another folder with --out, or move these away."
    )
