from __future__ import annotations

import tempfile
import warnings
from io import BytesIO
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings, strategies as st
from PIL import Image

from models.training.readers import open_data
from models.training.readers.pixels import fault
from monitor.errors import UsageError
from tests.training.readers import sets


def message_for(path: Path) -> str:
    with pytest.raises(UsageError) as caught:
        open_data(path)
    assert "\n" not in str(caught.value)
    return str(caught.value)


def packed(image: sets.Images, kind: str = "PNG") -> bytes:
    file = BytesIO()
    Image.fromarray(image).save(file, kind)
    return file.getvalue()


def test_classes_without_parts(tmp_path: Path) -> None:
    images = sets.pictures(3)
    root = sets.write_folders(tmp_path, {"sad": images[2:], "happy": images[:2]})

    data = open_data(root)

    assert data.classes == ("happy", "sad")
    assert data.labels.tolist() == [0, 0, 1]
    assert data.parts.tolist() == [""] * 3
    assert data.emotions().tolist() == [3, 3, 4]
    assert np.array_equal(data.grey(np.arange(3)), images)
    assert data.votes is None


def test_a_folder_without_a_picture_is_no_class(tmp_path: Path) -> None:
    root = sets.write_folders(tmp_path, {"sad": sets.pictures(1)})
    (root / "happy").mkdir()
    (root / "notes").mkdir()
    (root / "notes" / "read me.txt").write_text("to do")

    data = open_data(root)

    assert data.classes == ("sad",)
    assert [Path(bad.where).name for bad in data.bad] == ["happy", "read me.txt"]


def test_classes_in_parts(tmp_path: Path) -> None:
    images = sets.pictures(4)
    named = ["train/Anger", "train/contempt", "validation/Anger", "test/sad"]
    root = sets.write_folders(
        tmp_path, {name: images[i : i + 1] for i, name in enumerate(named)}
    )

    data = open_data(root)

    assert data.classes == ("Anger", "contempt", "sad")
    assert data.part_names == ("test", "train", "validation")
    assert [data.classes[data.labels[row]] for row in data.part("train")] == [
        "Anger",
        "contempt",
    ]
    with pytest.raises(
        UsageError, match=r"none of the seven .*\(contempt\): .*; rename"
    ):
        data.emotions()


def test_classes_that_are_none_of_the_seven_are_bad_where_those_are_needed(
    tmp_path: Path,
) -> None:
    images = sets.pictures(4)
    named = ["train/Anger", "train/contempt", "test/contempt", "test/sad"]
    root = sets.write_folders(
        tmp_path, {name: images[i : i + 1] for i, name in enumerate(named)}
    )

    data = open_data(root, seven=True)

    assert data.classes == ("Anger", "sad")
    assert data.emotions().tolist() == [4, 0]
    # Bad rows count.
    assert data.index.tolist() == [1, 2]
    assert [(bad.part, bad.why) for bad in data.bad] == [
        (part, "of the class contempt, none of the seven expressions")
        for part in ("test", "train")
    ]
    with pytest.raises(UsageError, match="of the class contempt, none of the seven"):
        open_data(root, bad="stop", seven=True)


def test_names_that_differ_in_case_alone_are_one_class(tmp_path: Path) -> None:
    images = sets.pictures(5)
    named = ["train/Angry", "train/sad", "validation/angry", "test/ANGRY", "test/sad"]
    root = sets.write_folders(
        tmp_path, {name: images[i : i + 1] for i, name in enumerate(named)}
    )

    data = open_data(root)

    assert data.classes == ("ANGRY", "sad")
    assert data.labels.tolist() == [0, 1, 0, 1, 0]
    assert data.notes == ("the folders ANGRY and Angry and angry are one class, ANGRY",)


def test_pictures_of_any_size_kind_and_depth(tmp_path: Path) -> None:
    colour = np.zeros((60, 90, 3), np.uint8)
    colour[:] = (0, 0, 200)  # BGR: red
    for name in ("a.jpg", "b.webp", "c.bmp", "d.png", "e.tiff"):
        sets.write_picture(tmp_path / "happy" / name, colour)
    deep = Image.fromarray(np.full((20, 20), 51400, np.uint16))
    deep.save(tmp_path / "happy" / "f.png")
    glass = Image.new("RGBA", (30, 30), (200, 0, 0, 128))
    glass.save(tmp_path / "happy" / "g.png")

    data = open_data(tmp_path, bad="stop")

    red = data.colour(np.arange(7), 32)
    assert red.shape == (7, 32, 32, 3)
    for picture in red[[0, 1, 2, 3, 4, 6]]:
        assert np.abs(picture.mean((0, 1)) - (200, 0, 0)).max() < 6
    assert (red[5] == 200).all()
    assert np.abs(data.grey(np.arange(5)).mean((1, 2)) - 60).max() < 3


def test_a_photograph_is_turned_as_its_camera_says(tmp_path: Path) -> None:
    (tmp_path / "happy").mkdir()
    lying = np.zeros((40, 80), np.uint8)
    lying[:, :40] = 255  # the camera's left is up
    exif = Image.Exif()
    exif[0x0112] = 6
    Image.fromarray(lying).save(tmp_path / "happy" / "a.jpg", exif=exif)

    picture = open_data(tmp_path).grey(np.array([0]), 40)[0]

    assert picture[:15].min() > 200
    assert picture[25:].max() < 50


def test_what_is_no_picture_is_named(tmp_path: Path) -> None:
    root = sets.write_folders(tmp_path, {"happy": sets.pictures(2)})
    whole = packed(sets.pictures(1, 200)[0], "JPEG")
    files = {"a.txt": b"hello", "b.png": b"", "c.jpg": whole[: len(whole) // 2]}
    for name, content in files.items():
        (root / "happy" / name).write_bytes(content)
    for name in (".hidden", "Thumbs.db", ".DS_Store"):
        (root / "happy" / name).write_bytes(b"left by a system")
    (root / "happy" / "more").mkdir()
    (root / "sad").mkdir()
    sets.write_picture(root / "lost.png", sets.pictures(1)[0])
    (root / "README.txt").write_text("pictures")

    data = open_data(root)

    said = {Path(bad.where).name: bad.why for bad in data.bad}
    assert len(data) == 2
    assert data.classes == ("happy",)
    assert said.pop("c.jpg").startswith("a damaged picture (")
    assert said == {
        "a.txt": "no picture: expected one of png, jpeg, webp, bmp, tiff, gif, ppm",
        "b.png": "an empty file, expected a picture",
        "more": "a folder in a class folder, expected pictures",
        "sad": "a class folder without pictures",
        "lost.png": "beside the class folders, expected in one of them",
    }
    with pytest.raises(UsageError, match=r"lost\.png: beside the class folders"):
        open_data(root, bad="stop")


def test_what_is_no_picture_counts_in_its_part(tmp_path: Path) -> None:
    images = {f"{part}/happy": sets.pictures(1) for part in ("train", "test")}
    root = sets.write_folders(tmp_path, images)
    sets.write_picture(root / "lost.png", sets.pictures(1)[0])
    (root / "train" / "happy" / "a.txt").write_bytes(b"hello")
    (root / "test" / "happy" / "deeper").mkdir()
    (root / "test" / "sad").mkdir()

    data = open_data(root)

    def names(part: str) -> list[str]:
        return [Path(bad.where).name for bad in data.bad_in(part)]

    assert sorted(names("train")) == ["a.txt", "lost.png"]
    assert sorted(names("test")) == ["deeper", "lost.png", "sad"]


def test_a_part_without_classes_is_named(tmp_path: Path) -> None:
    root = sets.write_folders(tmp_path, {"train/happy": sets.pictures(1)})
    (root / "test").mkdir()

    data = open_data(root)

    assert [(Path(b.where).name, b.why, b.part) for b in data.bad] == [
        ("test", "a part without class folders", "test")
    ]


def test_two_layouts_in_one(tmp_path: Path) -> None:
    images = sets.pictures(1)
    root = sets.write_folders(tmp_path, {"train/happy": images, "sad": images})

    assert "mixes two layouts: train holds folders, sad holds pictures" in message_for(
        root
    )


def test_no_class_folders(tmp_path: Path) -> None:
    sets.write_picture(tmp_path / "a.png", sets.pictures(1)[0])
    assert "holds no folders: expected a folder for each class" in message_for(tmp_path)

    (tmp_path / "fer2013.csv").touch()
    assert "; if fer2013.csv was meant, name it itself." in message_for(tmp_path)


def test_folders_without_a_usable_picture(tmp_path: Path) -> None:
    (tmp_path / "happy").mkdir()
    (tmp_path / "happy" / "a.png").write_bytes(b"no")

    assert "holds no picture that can be used; bad rows: 1, the first" in message_for(
        tmp_path
    )


def test_a_picture_lost_since(tmp_path: Path) -> None:
    root = sets.write_folders(tmp_path, {"happy": sets.pictures(2)})
    data = open_data(root)
    (root / "happy" / "1.png").unlink()

    with pytest.raises(UsageError, match=r"1\.png can no longer be read"):
        data.grey(np.arange(2))


def test_the_sum_follows_names_and_contents(tmp_path: Path) -> None:
    images = sets.pictures(2)
    one = open_data(sets.write_folders(tmp_path / "a", {"happy": images})).sha256
    same = open_data(sets.write_folders(tmp_path / "b", {"happy": images})).sha256
    other = open_data(sets.write_folders(tmp_path / "c", {"sad": images})).sha256
    changed = open_data(
        sets.write_folders(tmp_path / "d", {"happy": images[::-1]})
    ).sha256

    assert one == same
    assert len({one, other, changed}) == 3


@settings(max_examples=150, deadline=None)
@given(
    kind=st.sampled_from(["PNG", "JPEG", "WEBP", "BMP", "TIFF", "GIF"]),
    where=st.floats(0, 1),
    change=st.binary(max_size=12),
    cut=st.booleans(),
)
def test_damaged_pictures_are_named_never_a_crash(
    kind: str, where: float, change: bytes, cut: bool
) -> None:
    whole = packed(sets.pictures(1, 24)[0], kind)
    place = int(where * len(whole))
    rest = b"" if cut else whole[place + len(change) :]
    data = whole[:place] + change + rest

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        why = fault(data)

    assert why is None or (why and "\n" not in why)
    if why is None:
        with tempfile.TemporaryDirectory() as folder:
            file = Path(folder, "happy", "a.png")
            file.parent.mkdir()
            file.write_bytes(data)
            read = open_data(Path(folder)).grey(np.array([0]))
        assert read.shape == (1, 48, 48)
