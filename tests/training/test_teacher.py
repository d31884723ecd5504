from __future__ import annotations

import hashlib
import json
import shutil
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

import pytest

keras = pytest.importorskip("keras", reason="the extra `train` is not installed")

from models.training.augment import Damage  # noqa: E402
from models.training.networks import HEADS, Shape  # noqa: E402
from models.training.settings import Settings  # noqa: E402
from models.training.teacher import Teacher, describe  # noqa: E402
from models.training.train import train  # noqa: E402
from monitor.errors import UsageError  # noqa: E402
from tests.training import made  # noqa: E402

SMALL = Settings(
    epochs=1,
    cool=1,
    small=1,
    batch=16,
    shape=Shape(widths=(4, 8), blocks=(1, 1), dropout=0),
    damage=Damage(small=0, codec=0, blur=0, erase=0),
)


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return made.write(tmp_path_factory.mktemp("data") / "faces.npz", 28)


@pytest.fixture(scope="module")
def teacher(data: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The network of a run of one epoch."""
    return train(data, tmp_path_factory.mktemp("runs") / "teacher", SMALL)


def record(run: Path) -> dict[str, Any]:
    read: dict[str, Any] = json.loads((run / "run.json").read_text("utf-8"))
    return read


def sum_of(file: Path) -> str:
    return hashlib.sha256(file.read_bytes()).hexdigest()


def test_a_pupils_record_says_whose_answers_it_learned(
    data: Path, teacher: Path, tmp_path: Path
) -> None:
    out = tmp_path / "pupil"
    train(data, out, SMALL, teacher=teacher)

    assert record(teacher.parent)["teacher"] is None
    told = record(out)["teacher"]
    assert told["sha256"] == sum_of(teacher)
    assert told["settings"] == json.loads(json.dumps(asdict(SMALL)))
    assert told["epochs"] == 1
    assert told["backend"] == keras.backend.backend()

    train(data, out, replace(SMALL, epochs=2), resume=True, teacher=teacher)

    run = record(out)
    assert run["teacher"] == told
    assert [epoch["epoch"] for epoch in run["epochs"]] == [1, 2]
    # A teacher's own teacher is part of how it was trained.
    assert describe(out / "network.keras")["teacher"] == told
    assert describe(out / "network.keras")["schedules"] == run["schedules"]


def test_a_teacher_without_a_record_is_known_by_its_sum(
    teacher: Path, tmp_path: Path
) -> None:
    lone = Path(shutil.copy(teacher, tmp_path / "network.keras"))

    assert Teacher.load(lone).about == {"sha256": sum_of(teacher)}


def test_a_face_and_its_mirror_image_are_answered_alike(teacher: Path) -> None:
    images, _ = made.faces(9)
    read = Teacher.load(teacher)

    answers = read.answers(images)
    mirrored = read.answers(images[:, :, ::-1])

    assert set(answers) == set(HEADS)
    for head in HEADS:
        assert answers[head].shape == (9, 7)
        assert answers[head].sum(1) == pytest.approx(1)
        assert answers[head] == pytest.approx(mirrored[head], abs=1e-6)


@pytest.mark.parametrize("content", [None, b"", b"weights", b"PK\x03\x04 cut off"])
def test_a_file_that_is_no_network_is_refused(
    data: Path, tmp_path: Path, content: bytes | None
) -> None:
    file = tmp_path / "network.keras"
    if content is not None:
        file.write_bytes(content)

    with pytest.raises(UsageError) as caught:
        train(data, tmp_path / "run", SMALL, teacher=file)

    assert str(caught.value) == (
        f"{file} is no network of a run: --teacher takes the network.keras of one."
    )
    assert not (tmp_path / "run").exists()


@pytest.mark.parametrize("heads", [None, ("labels",), ("labels", "faces")])
def test_a_network_with_other_heads_is_refused(
    tmp_path: Path, heads: tuple[str, ...] | None
) -> None:
    face = keras.Input((None, None, 1))
    seven = keras.layers.Dense(7)(keras.layers.GlobalAveragePooling2D()(face))
    output = seven if heads is None else dict.fromkeys(heads, seven)
    keras.Model(face, output).save(tmp_path / "other.keras")

    with pytest.raises(UsageError, match="does not answer with the heads labels, vot"):
        Teacher.load(tmp_path / "other.keras")


def test_a_damaged_record_beside_a_teacher_is_named(
    teacher: Path, tmp_path: Path
) -> None:
    lone = Path(shutil.copy(teacher, tmp_path / "network.keras"))
    (tmp_path / "run.json").write_text("{")

    with pytest.raises(UsageError, match=r"holds no readable run\.json"):
        Teacher.load(lone)


def test_a_run_of_older_settings_does_not_go_on(
    data: Path, teacher: Path, tmp_path: Path
) -> None:
    out = Path(shutil.copytree(teacher.parent, tmp_path / "older"))
    run = record(out)
    for name in ("expected", "teacher", "balance", "mixup"):
        del run["settings"][name]
    (out / "run.json").write_text(json.dumps(run))

    with pytest.raises(UsageError) as caught:
        train(data, out, replace(SMALL, epochs=2), resume=True)

    assert str(caught.value) == (
        f"The run in {out} was begun with other settings (balance, expected, mixup, "
        "teacher): go on with those in its run.json, or choose another folder with "
        "--out."
    )
