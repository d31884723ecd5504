from __future__ import annotations

import hashlib
import json
import shutil
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pytest
from hypothesis import given, strategies as st

keras = pytest.importorskip("keras", reason="the extra `train` is not installed")

from models.training.augment import Damage, augment  # noqa: E402
from models.training.datasets import held_back  # noqa: E402
from models.training.forebears import check_held_back  # noqa: E402
from models.training.networks import HEADS, LABELS, as_input  # noqa: E402
from models.training.readers.shipped import load  # noqa: E402
from models.training.shape import Shape  # noqa: E402
from models.training.targets import Floats  # noqa: E402
from models.training.teacher import Forebears, Teacher, describe  # noqa: E402
from models.training.train import train, train_on  # noqa: E402
from monitor.emotion.calibration import softmax  # noqa: E402
from monitor.errors import UsageError  # noqa: E402
from tests.training import made, runs  # noqa: E402

SMALL = replace(runs.SMALL, epochs=1)


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
    train(data, out, SMALL, forebears=Forebears((teacher,)))

    assert record(teacher.parent)["teachers"] == []
    (told,) = record(out)["teachers"]
    assert told["sha256"] == sum_of(teacher)
    assert told["settings"] == json.loads(json.dumps(asdict(SMALL)))
    assert told["epochs"] == 1
    assert told["backend"] == keras.backend.backend()

    train(
        data,
        out,
        replace(SMALL, epochs=2),
        resume=True,
        forebears=Forebears((teacher,)),
    )

    run = record(out)
    assert run["teachers"] == [told]
    assert [epoch["epoch"] for epoch in run["epochs"]] == [1, 2]
    # A teacher's own teacher is part of how it was trained.
    assert describe(out / "network.keras")["teachers"] == [told]
    assert describe(out / "network.keras")["schedules"] == run["schedules"]


def test_a_teacher_without_a_record_is_known_by_its_sum(
    teacher: Path, tmp_path: Path
) -> None:
    lone = Path(shutil.copy(teacher, tmp_path / "network.keras"))

    assert describe(lone) == {"sha256": sum_of(teacher)}


def test_a_face_and_its_mirror_image_are_answered_alike(teacher: Path) -> None:
    images, _ = made.faces(9)
    read = Teacher.load([teacher])

    answers = read.answers(images)
    mirrored = read.answers(images[:, :, ::-1])

    assert set(answers) == set(HEADS)
    for head in HEADS:
        assert answers[head].shape == (9, 7)
        assert answers[head].sum(1) == pytest.approx(1)
        assert answers[head] == pytest.approx(mirrored[head], abs=1e-6)


def test_a_face_is_answered_as_it_is_shown(teacher: Path) -> None:
    faces = as_input(made.faces(9)[0], 32)
    (model,) = (read := Teacher.load([teacher])).models

    told = read.told(faces)
    half = read.computing_in("mixed_bfloat16").told(faces)

    for head, answer in model.predict_on_batch(faces).items():
        assert told[head] == pytest.approx(softmax(answer), abs=1e-6)
        assert half[head] == pytest.approx(told[head], abs=0.02)
        assert not np.array_equal(half[head], told[head])


def test_a_pupil_may_follow_its_teacher_through_what_is_done_to_faces(
    data: Path, teacher: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings = replace(SMALL, rate=0.0, teacher=1.0, follow=True, epochs=1)
    out = tmp_path / "run"
    shown = []
    told = Teacher.told

    def noted(self: Teacher, faces: npt.NDArray[np.float32]) -> dict[str, Floats]:
        shown.append((faces, told(self, faces)))
        return shown[-1][1]

    asked = []
    learn = keras.Model.train_on_batch

    def kept(self: Any, x: Any, y: Any, **options: Any) -> Any:  # noqa: ANN401
        asked.append((x, y))
        return learn(self, x, y, **options)

    monkeypatch.setattr(Teacher, "told", noted)
    monkeypatch.setattr(keras.Model, "train_on_batch", kept)
    train(data, out, settings, forebears=Forebears((teacher,), teacher))

    assert len(asked) == len(shown) > 1
    for (faces, answers), (seen, says) in zip(asked, shown, strict=True):
        assert faces is seen
        # At a share of 1 nothing but the teacher's answer is left, by weight.
        weight = answers[LABELS].sum(1, keepdims=True)
        assert answers[LABELS] == pytest.approx(weight * says[LABELS], abs=1e-5)
    with pytest.raises(UsageError, match=r"other settings \(follow\)"):
        train(data, out, replace(settings, epochs=2, follow=False), resume=True)


@pytest.mark.parametrize("content", [None, b"", b"weights", b"PK\x03\x04 cut off"])
def test_a_file_that_is_no_network_is_refused(
    data: Path, tmp_path: Path, content: bytes | None
) -> None:
    file = tmp_path / "network.keras"
    if content is not None:
        file.write_bytes(content)

    with pytest.raises(UsageError) as caught:
        train(data, tmp_path / "run", SMALL, forebears=Forebears((file,)))

    assert str(caught.value) == (
        f"{file} is no network of a run: --teacher takes the network.keras of one, or "
        "a .tflite that was released."
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
        Teacher.load([tmp_path / "other.keras"])


def test_a_damaged_record_beside_a_teacher_is_named(
    teacher: Path, tmp_path: Path
) -> None:
    lone = Path(shutil.copy(teacher, tmp_path / "network.keras"))
    (tmp_path / "run.json").write_text("{")

    with pytest.raises(UsageError, match=r"holds no readable run\.json"):
        describe(lone)


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


def test_several_teachers_answer_with_their_mean(
    data: Path, teacher: Path, tmp_path: Path
) -> None:
    other = train(data, tmp_path / "other", replace(SMALL, seed=2))
    images, _ = made.faces(9)

    both = Teacher.load([teacher, other])

    apart = [Teacher.load([file]).answers(images) for file in (teacher, other)]
    for head in HEADS:
        mean = (apart[0][head] + apart[1][head]) / 2
        assert both.answers(images)[head] == pytest.approx(mean, abs=1e-6)


def test_a_run_begins_with_another_runs_weights(
    data: Path, teacher: Path, tmp_path: Path
) -> None:
    still = replace(SMALL, rate=0.0)

    train(data, tmp_path / "next", still, forebears=Forebears(begin=teacher))

    begun, first = (
        keras.saving.load_model(file)
        for file in (tmp_path / "next" / "network.keras", teacher)
    )
    kernels = [weight.shape for weight in first.trainable_weights]
    assert kernels
    for one, other in zip(
        begun.trainable_weights, first.trainable_weights, strict=True
    ):
        assert keras.ops.convert_to_numpy(one) == pytest.approx(
            keras.ops.convert_to_numpy(other), abs=1e-6
        )
    assert record(tmp_path / "next")["begun_from"]["sha256"] == sum_of(teacher)


def test_a_run_is_shown_other_draws_than_the_network_that_it_begins_with(
    data: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    drawn: list[npt.NDArray[np.uint8]] = []

    def noted(
        images: npt.NDArray[np.uint8], rng: np.random.Generator, damage: Damage
    ) -> npt.NDArray[np.uint8]:
        drawn.append(augment(images, rng, damage))
        return drawn[-1]

    monkeypatch.setattr("models.training.batches.augment", noted)
    begin = None
    for name in ("first", "second", "third"):
        begin = train(data, tmp_path / name, SMALL, forebears=Forebears(begin=begin))

    first, second, third = np.array_split(np.array(drawn), 3)
    assert first.shape == second.shape == third.shape
    for one, other in ((first, second), (first, third), (second, third)):
        assert (one != other).any()
    # As three epochs of one run would be.
    drawn.clear()
    train(data, tmp_path / "whole", replace(SMALL, epochs=3))
    assert (np.array(drawn) == np.concatenate([first, second, third])).all()


@pytest.mark.parametrize(
    "shape",
    [replace(SMALL.shape, widths=(4, 12)), replace(SMALL.shape, blocks=(1, 2))],
)
def test_a_beginning_of_another_shape_is_refused(
    data: Path, teacher: Path, tmp_path: Path, shape: Shape
) -> None:
    another = replace(SMALL, shape=shape)

    with pytest.raises(UsageError, match="is a network of another shape: --begin"):
        train(data, tmp_path / "next", another, forebears=Forebears(begin=teacher))

    assert not (tmp_path / "next").exists()


def test_a_deeper_network_can_be_the_beginning(data: Path, tmp_path: Path) -> None:
    deeper = replace(SMALL, shape=replace(SMALL.shape, blocks=(1, 3)))
    first = train(data, tmp_path / "deeper", deeper)
    still = replace(SMALL, small=0, rate=0.0)

    train(data, tmp_path / "next", still, forebears=Forebears(begin=first))

    begun, other = (
        [layer.get_weights() for layer in model.layers if hasattr(layer, "kernel")]
        for model in (
            keras.saving.load_model(file)
            for file in (tmp_path / "next" / "network.keras", first)
        )
    )
    # Two blocks of two convolutions are left out, before the heads.
    left = [*other[:-6], *other[-2:]]
    for one, first in zip(begun, left, strict=True):
        assert one[0] == pytest.approx(first[0], abs=1e-6)


def test_a_run_does_not_go_on_with_another_teacher(
    data: Path, teacher: Path, tmp_path: Path
) -> None:
    out = Path(shutil.copytree(teacher.parent, tmp_path / "run"))
    more = replace(SMALL, epochs=2)

    for networks, named in (
        (Forebears((teacher,)), "--teacher"),
        (Forebears(begin=teacher), "--begin"),
    ):
        with pytest.raises(UsageError, match=f"begun with other settings .{named}."):
            train(data, out, more, resume=True, forebears=networks)

    assert len(record(out)["epochs"]) == 1


def test_a_network_that_learned_what_is_held_back_is_refused(
    data: Path, teacher: Path, tmp_path: Path
) -> None:
    other = replace(SMALL, seed=2)
    said = (
        f"The network {sum_of(teacher)[:16]} has learned from faces that this run "
        "holds back: train it, or this one, with the other's --seed and --validation."
    )

    for networks in (Forebears((teacher,)), Forebears(begin=teacher)):
        with pytest.raises(UsageError) as caught:
            train(data, tmp_path / "run", other, forebears=networks)
        assert str(caught.value) == said
    assert not (tmp_path / "run").exists()


def test_a_teachers_teacher_too_may_not_have_learned_what_is_held_back() -> None:
    def about(seed: int, **more: object) -> dict[str, object]:
        settings = {"seed": seed, "validation": 0.1}
        return {"sha256": f"{seed}" * 64, "settings": settings, "data": data} | more

    data = {"sha256": "d" * 64}
    held = {"teachers": [about(1, teachers=[about(2)])], "begun_from": None}

    check_held_back({"teachers": [about(1)]}, "d" * 64, replace(SMALL, seed=1))
    with pytest.raises(UsageError, match="The network 2222222222222222 has learned"):
        check_held_back(held, "d" * 64, replace(SMALL, seed=1))
    # Of other data, it did not.
    check_held_back(held, "e" * 64, replace(SMALL, seed=1))


@given(mine=st.floats(0.01, 0.99), its=st.floats(0.01, 0.99), seed=st.integers(0, 99))
def test_a_smaller_part_is_held_back_from_within_a_larger_one(
    mine: float, its: float, seed: int
) -> None:
    groups, flat = np.arange(60) // 2 * 2, np.zeros(60, np.bool_)
    parts = [held_back(groups, flat, share, seed) for share in (mine, its)]
    about = {"sha256": "1" * 64, "data": {"sha256": "d" * 64}}
    held = {"teachers": [about | {"settings": {"seed": seed, "validation": its}}]}

    if mine <= its:
        check_held_back(held, "d" * 64, replace(SMALL, seed=seed, validation=mine))
        assert not (parts[0] & ~parts[1]).any()
    else:
        with pytest.raises(UsageError, match="has learned from faces"):
            check_held_back(held, "d" * 64, replace(SMALL, seed=seed, validation=mine))


def test_data_with_a_validation_part_of_its_own_hold_back_the_same_for_every_seed(
    data: Path, tmp_path: Path
) -> None:
    archive = load(data)
    parted = replace(archive, validation=archive.public_test)
    first = train_on(parted, "faces", tmp_path / "first", SMALL)

    other = replace(SMALL, seed=2)
    train_on(parted, "faces", tmp_path / "next", other, forebears=Forebears((first,)))

    assert len(record(tmp_path / "next")["epochs"]) == SMALL.epochs
