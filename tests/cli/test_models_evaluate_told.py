"""What `classpulse models evaluate` warns of beside its figures."""

from __future__ import annotations

import hashlib
from pathlib import Path

import pytest

from tests.cli.conftest import Run
from tests.emotion import networks
from tests.training.readers import sets


@pytest.mark.parametrize("split", [[], ["--split", "Training"]])
def test_faces_that_it_may_have_learned_from_flatter(
    run: Run, tmp_path: Path, split: list[str]
) -> None:
    usage = ["Training"] * 4 + ["PublicTest"] * 2
    data = sets.write_csv(tmp_path / "fer2013.csv", sets.pictures(6), usage=usage)

    result = run("models", "evaluate", "--data", data, "--json", *split)

    assert result.status == 0
    assert result.err == (
        "4 of these faces stand in a part to learn from; if expression was made with "
        "them, what is measured on them flatters; --split measures one part alone\n"
    )


def test_faces_kept_for_measuring_flatter_nobody(run: Run, tmp_path: Path) -> None:
    usage = ["Training"] * 4 + ["PublicTest"] * 2
    data = sets.write_csv(tmp_path / "fer2013.csv", sets.pictures(6), usage=usage)

    result = run("models", "evaluate", "--data", data, "--split", "PublicTest")

    assert result.status == 0
    assert result.err == ""


def test_faces_that_it_did_learn_from_flatter(run: Run, tmp_path: Path) -> None:
    rows = [
        sets.line(image, label).rsplit(",", 1)[0]
        for label, image in enumerate(sets.pictures(7))
    ]
    data = sets.write_lines(tmp_path / "mine.csv", ["emotion,pixels", *rows])
    about = {"sha256": hashlib.sha256(data.read_bytes()).hexdigest()}
    network = networks.write(tmp_path / "tiny.tflite", data=about)

    result = run("models", "evaluate", "--data", data, "--model", network, "--json")

    assert result.status == 0
    assert result.err.endswith(
        "was made with up to 7 of these faces, what is measured on them flatters\n"
    )
    assert result.err.count("\n") == 1
