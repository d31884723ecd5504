"""What `classpulse models evaluate` warns of beside its figures."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

import pytest

from tests.cli.conftest import Run
from tests.emotion import networks
from tests.training.readers import sets

FLATTERS = "what is measured on them flatters"
USAGE = ["Training"] * 4 + ["Validation"] * 2 + ["PublicTest"] * 3


def sum_of(file: Path) -> str:
    return hashlib.sha256(file.read_bytes()).hexdigest()


@pytest.mark.parametrize(
    ("split", "faces"), [(None, 6), ("Training", 4), ("validation", 2)]
)
@pytest.mark.parametrize("known", [False, True])
def test_faces_that_it_may_have_been_made_with_flatter(
    run: Run, tmp_path: Path, split: str | None, faces: int, known: bool
) -> None:
    data = sets.write_csv(tmp_path / "fer2013.csv", sets.pictures(9), usage=USAGE)
    about = {"sha256": sum_of(data)} if known else {}
    network = networks.write(tmp_path / "tiny.tflite", data=about)
    asked = ["--split", split] if split else []

    result = run(
        *("models", "evaluate", "--data", data, "--model", network, "--json"), *asked
    )

    assert result.status == 0
    told = (
        f"tiny learned from up to {faces} of these faces, or was chosen and calibrated "
        f"on them: {FLATTERS}; --split PublicTest leaves them out"
        if known
        else f"{faces} of these faces stand in a part to learn from or to choose on; "
        f"if tiny was made with them, {FLATTERS}; --split PublicTest leaves them out"
    )
    assert result.err == f"{told}\n"
    assert json.loads(result.out)["notes"] == [told]


def test_without_a_part_to_measure_on_none_is_advised(run: Run, tmp_path: Path) -> None:
    usage = ["Training"] * 4 + ["Validation"] * 2
    data = sets.write_csv(tmp_path / "fer2013.csv", sets.pictures(6), usage=usage)

    result = run("models", "evaluate", "--data", data, "--json")

    assert result.err.endswith(f"{FLATTERS}\n")


def test_faces_kept_for_measuring_flatter_nobody(run: Run, tmp_path: Path) -> None:
    data = sets.write_csv(tmp_path / "fer2013.csv", sets.pictures(9), usage=USAGE)

    result = run("models", "evaluate", "--data", data, "--split", "PublicTest")

    assert result.status == 0
    assert result.err == ""


def without_parts(path: Path) -> Path:
    rows = [
        sets.line(image, label).rsplit(",", 1)[0]
        for label, image in enumerate(sets.pictures(7))
    ]
    return sets.write_lines(path, ["emotion,pixels", *rows])


@pytest.mark.parametrize("imported", [False, True])
def test_faces_that_it_did_learn_from_flatter(
    run: Run, tmp_path: Path, imported: bool
) -> None:
    data = without_parts(tmp_path / "mine.csv")
    about = {"sha256": sum_of(data)}
    if imported:
        # What came from Keras names that file's sum, and its run's pictures.
        about = {
            "imported_from": "network.keras",
            "sha256": "of that file",
            "learned_from_sha256": sum_of(data),
        }
    network = networks.write(tmp_path / "tiny.tflite", data=about)

    result = run("models", "evaluate", "--data", data, "--model", network, "--json")

    assert result.status == 0
    assert result.err == (
        "tiny learned from up to 7 of these faces, or was chosen and calibrated on "
        f"them: {FLATTERS}\n"
    )


def test_where_nobody_knows_it_is_said_so(run: Run, tmp_path: Path) -> None:
    data = without_parts(tmp_path / "mine.csv")

    result = run("models", "evaluate", "--data", data, "--json")

    assert result.status == 0
    assert result.err == (
        "whether expression was made with these faces is not known; if it was, "
        f"{FLATTERS}\n"
    )


def test_parts_of_unknown_names_may_have_been_learned_from(
    run: Run, tmp_path: Path
) -> None:
    usage = ["fold1"] * 3 + ["fold2"] * 3 + ["test"] * 2
    data = sets.write_csv(tmp_path / "fer2013.csv", sets.pictures(8), usage=usage)

    fold, test = (
        run("models", "evaluate", "--data", data, "--split", part, "--json")
        for part in ("fold1", "test")
    )

    assert fold.err == (
        "whether expression was made with these faces is not known; if it was, "
        f"{FLATTERS}\n"
    )
    assert test.err == ""


def test_what_chance_leaves_open_stands_in_the_table(run: Run, tmp_path: Path) -> None:
    data = without_parts(tmp_path / "mine.csv")

    report = json.loads(run("models", "evaluate", "--data", data, "--json").out)
    table = run("models", "evaluate", "--data", data).out

    low, high = report["accuracy_ci95"]
    heading, cells = (
        line for line in table.splitlines() if "ECE" in line or "the labels" in line
    )
    assert "95% interval" in heading
    assert f" {report['accuracy']:.1%} " in cells
    assert f" {100 * low:.1f}-{100 * high:.1f}% " in cells
