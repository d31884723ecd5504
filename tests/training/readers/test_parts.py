from __future__ import annotations

import os
from pathlib import Path

import numpy as np
import pytest

from models.training.readers import open_data
from models.training.readers.data import Data
from models.training.readers.parts import learnable, split_by_group, strange
from models.training.readers.report import describe
from monitor.errors import UsageError
from tests.training.readers import sets


def of(folder: Path, images: sets.Images, usage: list[str]) -> Data:
    return open_data(sets.write_csv(folder / "fer2013.csv", images, usage=usage))


def test_no_picture_stands_on_both_sides(tmp_path: Path) -> None:
    images = sets.pictures(30)
    images[10:20] = images[:10, :, ::-1]
    images[20:24] = images[:4]
    data = of(tmp_path, images, ["Training"] * 30)

    learn, choose = split_by_group(data, 0.3, seed=2)

    groups = data.groups.of
    assert sorted([*learn, *choose]) == list(range(30))
    assert not set(groups[learn]) & set(groups[choose])
    assert len(set(groups[choose])) == round(0.3 * 16)
    again, _ = split_by_group(data, 0.3, seed=2)
    other, _ = split_by_group(data, 0.3, seed=3)
    assert again.tolist() == learn.tolist() != other.tolist()


def test_what_is_measured_on_is_not_learned(tmp_path: Path) -> None:
    images = sets.pictures(12)
    images[0], images[1] = images[10], images[11][:, ::-1]
    data = of(tmp_path, images, ["Training"] * 9 + ["PublicTest"] * 3)

    learn, choose = split_by_group(data, 0.3, seed=1)

    assert len(learnable(data)) == 9
    assert sorted([*learn, *choose]) == [2, 3, 4, 5, 6, 7, 8]


def test_a_validation_part_is_used_as_it_is(tmp_path: Path) -> None:
    images = sets.pictures(9)
    images[7] = images[0]  # validation and train
    images[8] = images[1]  # test and train
    root = sets.write_folders(
        tmp_path,
        {
            "train/happy": images[:5],
            "validation/happy": images[5:8],
            "test/happy": images[8:],
        },
    )
    data = open_data(root)

    learn, choose = split_by_group(data, 0.5, seed=1)

    assert choose.tolist() == data.part("validation").tolist()
    assert len(learn) == 3
    assert set(learn) < set(data.part("train"))


def test_without_parts_all_rows_are_split(tmp_path: Path) -> None:
    root = sets.write_folders(tmp_path, {"happy": sets.pictures(10)})

    learn, choose = split_by_group(open_data(root), 0.2, seed=1)

    assert (len(learn), len(choose)) == (8, 2)


def test_nothing_to_learn_from(tmp_path: Path) -> None:
    data = of(tmp_path, sets.pictures(3), ["PublicTest"] * 3)

    with pytest.raises(UsageError, match="expected Training or train, got PublicTest"):
        split_by_group(data, 0.2, seed=1)


@pytest.mark.parametrize("seed", range(6))
def test_black_pictures_stand_on_one_side(tmp_path: Path, seed: int) -> None:
    images = sets.pictures(20)
    images[::2] = 0
    data = of(tmp_path, images, ["Training"] * 20)

    learn, choose = split_by_group(data, 0.3, seed)

    assert sorted([*learn, *choose]) == list(range(20))
    # That the other pictures go where they went before is what a run relies on.
    drawn = np.random.default_rng(seed).permutation(20)[:6]
    assert choose.tolist() == sorted(drawn[drawn % 2 == 1])


def test_a_black_picture_in_another_part_is_not_learned_from(tmp_path: Path) -> None:
    images = sets.pictures(12)
    images[[2, 5, 11]] = 0
    data = of(tmp_path, images, ["Training"] * 11 + ["PublicTest"])

    learn, choose = split_by_group(data, 0.2, seed=1)

    assert sorted([*learn, *choose]) == [0, 1, 3, 4, *range(6, 11)]
    assert "3 exact" in " ".join(describe(data))


def test_all_pictures_are_one(tmp_path: Path) -> None:
    data = of(tmp_path, sets.pictures(1).repeat(3, axis=0), ["Training"] * 3)

    with pytest.raises(UsageError, match="0 pictures to learn from and 3 to choose on"):
        split_by_group(data, 0.2, seed=1)


def test_a_share_that_cannot_be(tmp_path: Path) -> None:
    data = of(tmp_path, sets.pictures(3), ["Training"] * 3)

    with pytest.raises(UsageError, match="validation share of 1: expected above 0"):
        split_by_group(data, 1.0, seed=1)


def test_the_report_counts_all_there_is(tmp_path: Path) -> None:
    images = sets.pictures(9)
    near = images[3].astype(int) + np.random.default_rng(0).integers(-9, 9, (48, 48))
    images[0], images[1] = images[7], images[8][:, ::-1]
    images[2] = near.clip(0, 255).astype(np.uint8)
    path = tmp_path / "fer2013.csv"
    sets.write_csv(path, images, usage=["Training"] * 7 + ["PublicTest"] * 2)
    path.write_text(path.read_text() + "0,1 2,Training\n" * 12)
    sets.write_votes(tmp_path / "fer2013new.csv", sets.votes_for([9, *[3] * 20]))

    lines = describe(open_data(path))

    bad = "2 pixels, expected 2,304 (48x48)"
    assert lines == [
        "fer2013.csv: 9 pictures in 7 classes",
        "Training: 7 (angry 1, disgust 1, fear 1, happy 1, sad 1, surprise 1, "
        "neutral 1)",
        "PublicTest: 2 (angry 1, disgust 1, fear 0, happy 0, sad 0, surprise 0, "
        "neutral 0)",
        "votes of FER+ on 8 pictures",
        "12 bad rows left out:",
        *(f"  fer2013.csv:{number}: {bad}" for number in range(11, 21)),
        "  and 2 more",
        "3 pictures of 9 had been there before (pairs: 1 exact, 1 mirrored, 1 near)",
        "2 of Training's 7 stand in another part too: not learned from",
        "2 of PublicTest's 2 stand in another part too",
    ]


def test_the_report_of_a_clean_set(tmp_path: Path) -> None:
    root = sets.write_folders(tmp_path / "faces", {"happy": sets.pictures(2)})

    assert describe(open_data(root)) == [
        "faces: 2 pictures in 1 class",
        "not in a part: 2 (happy 2)",
        "no bad rows",
        "no picture stands there twice",
    ]


@pytest.mark.skipif(os.name == "nt", reason="Windows has no such file names")
def test_names_of_folders_and_files_do_not_break_the_lines(tmp_path: Path) -> None:
    faces = {"sad": sets.pictures(1), "a\nb": sets.pictures(1)}
    root = sets.write_folders(tmp_path / "faces", faces)
    (root / "sad" / "\x1b[31m.png").write_bytes(b"no picture")

    lines = describe(open_data(root))

    assert lines[1] == r"not in a part: 2 ('a\nb' 1, sad 1)"
    assert any(r"\x1b[31m.png" in line for line in lines)
    assert all(line.isprintable() for line in lines)
    with pytest.raises(UsageError) as caught:
        open_data(root, bad="stop")
    assert str(caught.value).isprintable()


@pytest.mark.skipif(os.name == "nt", reason="Windows has no such file names")
def test_names_of_parts_do_not_break_the_lines(tmp_path: Path) -> None:
    faces = {"sad": sets.pictures(1), "Sad\n": sets.pictures(1)}
    root = tmp_path / "faces"
    for part in ("train", "te\nst"):
        sets.write_folders(root / part, faces)

    data = open_data(root)
    lines = describe(data)

    assert any(line.startswith(r"'te\nst': 2") for line in lines)
    assert r"2 of 'te\nst''s 2 stand in another part too" in lines
    assert all(line.isprintable() for line in lines)
    with pytest.raises(UsageError) as caught:
        data.part("gone")
    assert str(caught.value).isprintable()


@pytest.mark.parametrize(
    ("usage", "said", "pictures"),
    [
        (["Training", "Trainig", "Trainig"], "'Trainig'", 2),
        (["Training", "", "a\x1b[0m"], "'', 'a\\x1b[0m'", 2),
        (["1", "2", "3", "4"], "'1', '2', '3' and 1 more", 4),
    ],
)
def test_a_slip_of_the_pen_in_usage_is_told(
    tmp_path: Path, usage: list[str], said: str, pictures: int
) -> None:
    data = of(tmp_path, sets.pictures(len(usage)), usage)

    told = (
        f"fer2013.csv: parts of unknown names ({said}) are neither learned from nor "
        f"chosen on; pictures there: {pictures}"
    )
    assert strange(data) == [told]
    assert told in describe(data)


def test_a_slip_of_the_pen_in_a_folder_is_told(tmp_path: Path) -> None:
    images = sets.pictures(5)
    parts = {"train/happy": images[:3], "valdiation/happy": images[3:]}
    data = open_data(sets.write_folders(tmp_path / "set", parts))

    assert strange(data) == [
        "set: parts of unknown names ('valdiation') are neither learned from nor "
        "chosen on; pictures there: 2"
    ]


@pytest.mark.parametrize("usage", ["", "training", "test", "PrivateTest", "Validation"])
def test_a_part_that_is_known_needs_no_note(tmp_path: Path, usage: str) -> None:
    assert strange(of(tmp_path, sets.pictures(2), [usage, usage])) == []
