from __future__ import annotations

from pathlib import Path

import pytest

from tests.training import made, runs


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A made file of faces."""
    return made.write(tmp_path_factory.mktemp("data") / "faces.npz")


@pytest.fixture(scope="module")
def trained(data: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of a run of two epochs on it."""
    # Needs the extra `train`, as not every test beside this one does.
    from models.training.train import train

    out = tmp_path_factory.mktemp("runs") / "one"
    train(data, out, runs.SMALL)
    return out
