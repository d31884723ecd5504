"""`classpulse models predict`, with the real detector on people whom nobody is."""

from __future__ import annotations

import json
from pathlib import Path

import cv2
import numpy as np
import pytest

from monitor.records import EMOTIONS
from tests.cli.conftest import Run
from tests.emotion import networks
from tests.galleries import gallery, portraits


@pytest.fixture
def wall(tmp_path: Path) -> Path:
    """A picture without a face."""
    file = tmp_path / "wall.png"
    ramp = np.tile(np.linspace(40, 220, 320, dtype=np.uint8), (240, 1))
    cv2.imwrite(str(file), cv2.merge([ramp, ramp, ramp]))
    return file


@pytest.fixture
def people(tmp_path: Path) -> Path:
    """Six portraits as a gallery, the second of them blurred."""
    pictures = portraits(6)
    pictures[1] = np.asarray(cv2.GaussianBlur(pictures[1], (0, 0), 12), np.uint8)
    file = tmp_path / "people.png"
    cv2.imwrite(str(file), gallery(pictures, (1280, 720)).image)
    return file


def test_faces_in_reading_order(run: Run, people: Path) -> None:
    result = run("models", "predict", people, "--json")

    assert result.status == 0, result.err
    ((picture),) = json.loads(result.out)
    assert picture["file"] == str(people)
    read = [face for face in picture["faces"] if face["status"] == "read"]
    assert len(read) >= 5
    for face in read:
        shares = face["probabilities"]
        assert list(shares) == list(EMOTIONS)
        assert sum(shares.values()) == pytest.approx(1, abs=1e-3)
        assert shares[face["emotion"]] == face["confidence"] == max(shares.values())
    for face in picture["faces"]:
        x, y, width, height = face["box"]
        assert 0 <= x < x + width <= 1280
        assert 0 <= y < y + height <= 720
        if face["status"] == "unreadable":
            assert face["reason"] == "too blurred or too even"
    across = [face["box"][0] for face in picture["faces"]]
    assert across[0] < across[-1]


def test_expressions_that_a_network_never_answers_have_no_share(
    run: Run, tmp_path: Path, people: Path
) -> None:
    known = ["surprise", "happy", "neutral", "sad"]
    few = networks.write(tmp_path / "few.tflite", classes=known)

    told = run("models", "predict", people, "--model", few, "--json")
    table = run("models", "predict", people, "--model", few)

    ((picture),) = json.loads(told.out)
    read = [face for face in picture["faces"] if face["status"] == "read"]
    assert read
    for face in read:
        assert list(face["probabilities"]) == ["happy", "sad", "surprise", "neutral"]
        assert sum(face["probabilities"].values()) == pytest.approx(1, abs=1e-3)
    rows = [line for line in table.out.splitlines() if "%" in line]
    assert len(rows) == len(read)
    assert all(row.count("%") == len(known) for row in rows)


def test_a_table_and_an_annotated_copy(run: Run, tmp_path: Path, people: Path) -> None:
    before = people.read_bytes()

    result = run("models", "predict", people, "--out", tmp_path / "new" / "out")

    assert result.status == 0, result.err
    copy = tmp_path / "new" / "out" / "people.annotated.png"
    assert "happy" in result.out
    assert str(copy) in result.out
    drawn, plain = cv2.imread(str(copy)), cv2.imread(str(people))
    assert drawn is not None
    assert plain is not None
    assert drawn.shape == plain.shape
    assert (drawn != plain).any()
    assert people.read_bytes() == before


def test_why_a_face_is_not_read(run: Run, tmp_path: Path, people: Path) -> None:
    never = {"heights": [20], "confidence": [0.99]}
    network = networks.write(tmp_path / "a.tflite", (0.001,), thresholds=never)

    result = run("models", "predict", people, "--model", network)

    assert result.status == 0, result.err
    assert "1 is unreadable: the network is not sure enough" in result.out
    assert ", 0 read" in result.out


def test_a_small_face_is_told_how_large_it_had_to_be(
    run: Run, tmp_path: Path, people: Path
) -> None:
    network = networks.write(tmp_path / "a.tflite", min_face_height=700.0)

    asked = ("models", "predict", people, "--model", network)
    ((picture),) = json.loads(run(*asked, "--json").out)
    table = run(*asked)

    first = picture["faces"][0]
    assert first["least_height"] == 700
    assert first["height"] == pytest.approx(first["box"][3], abs=1)
    assert (
        f"1 is unreadable: too small ({first['height']:g} pixels high; a face is read "
        "from 700 on)"
    ) in table.out


def test_no_face(run: Run, wall: Path) -> None:
    table = run("models", "predict", wall)

    assert table.status == 0
    assert table.out == f"{wall}: no face was found\n"
    assert json.loads(run("models", "predict", wall, "--json").out) == [
        {"file": str(wall), "faces": []}
    ]


def test_what_is_no_picture_is_named_and_the_others_are_read(
    run: Run, tmp_path: Path, wall: Path
) -> None:
    text = tmp_path / "notes.png"
    text.write_text("this is no picture\n" * 9)

    loop = tmp_path / "loop.png"
    loop.symlink_to(loop)

    pictures = (tmp_path / "gone.jpg", text, tmp_path, loop, wall)
    result = run("models", "predict", *pictures)
    as_json = run("models", "predict", text, wall, "--json")

    assert result.status == 1
    lines = result.err.strip().splitlines()
    assert len(lines) == 4
    assert all(line.startswith("classpulse: ") for line in lines)
    assert "gone.jpg does not exist" in lines[0]
    assert "notes.png is not a picture" in lines[1]
    assert lines[2].endswith(f"{tmp_path} is a folder: name the pictures in it")
    assert "loop.png" in lines[3]
    assert "no face was found" in result.out
    assert as_json.status == 1
    bad, good = json.loads(as_json.out)
    assert "is not a picture" in bad["error"]
    assert good["faces"] == []


def test_no_copy_takes_the_place_of_another_picture(
    run: Run, tmp_path: Path, wall: Path
) -> None:
    # The name that wall.png's copy would have belongs to a picture of the user's.
    mine = tmp_path / "wall.annotated.png"
    mine.write_bytes(wall.read_bytes())
    other = tmp_path / "other" / "wall.png"
    other.parent.mkdir()
    other.write_bytes(wall.read_bytes())

    result = run("models", "predict", wall, other, mine, "--out", tmp_path)

    assert result.status == 0, result.err
    assert mine.read_bytes() == wall.read_bytes()
    names = {file.name for file in tmp_path.glob("*.annotated.png")}
    assert names == {
        "wall.annotated.png",
        "wall-2.annotated.png",
        "wall-3.annotated.png",
        "wall.annotated.annotated.png",
    }


def test_no_copy_takes_the_place_of_an_older_one(
    run: Run, tmp_path: Path, wall: Path
) -> None:
    out = tmp_path / "out"
    run("models", "predict", wall, "--out", out)
    (out / "wall.annotated.png").write_bytes(b"mine")

    result = run("models", "predict", wall, "--out", out)

    assert str(out / "wall-2.annotated.png") in result.out.replace("\n", "")
    assert (out / "wall.annotated.png").read_bytes() == b"mine"


def test_a_copy_whose_name_is_too_long(run: Run, tmp_path: Path, wall: Path) -> None:
    long = tmp_path / f"{'x' * 245}.png"
    long.write_bytes(wall.read_bytes())

    result = run("models", "predict", long, "--out", tmp_path / "out")

    assert result.status == 1
    assert "cannot be written (File name too long)" in result.err.replace("\n", " ")


def test_a_folder_that_cannot_be(run: Run, tmp_path: Path, wall: Path) -> None:
    (tmp_path / "file").write_text("")

    result = run("models", "predict", wall, "--out", tmp_path / "file")

    assert result.status == 1
    assert "name another folder for --out" in result.err
    assert len(result.err.strip().splitlines()) == 1


def test_a_model_that_is_not_there(run: Run, wall: Path) -> None:
    result = run("models", "predict", wall, "--model", "nobody")

    assert result.status == 2
    assert "no network of that name" in result.err
