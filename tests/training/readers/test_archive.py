from __future__ import annotations

import hashlib
import os
import struct
import zipfile
import zlib
from pathlib import Path

import numpy as np
import pytest

from models.training.datasets import split
from models.training.readers import open_data
from models.training.readers.data import OTHER_VOTES
from models.training.readers.parts import split_by_group
from models.training.readers.shipped import load
from monitor.errors import UsageError
from monitor.records import EMOTIONS
from tests.training import made
from tests.training.readers import sets


def rewrite(path: Path, **changes: object) -> Path:
    """The file with other arrays; None takes one out."""
    with np.load(path) as file:
        arrays = dict(file) | changes
    kept = {k: np.asarray(v) for k, v in arrays.items() if v is not None}
    np.savez(path, **kept)  # type: ignore[arg-type]
    return path


def test_every_row_is_given(tmp_path: Path) -> None:
    images = sets.pictures(70)
    images[3] = images[65]
    path = made.write(tmp_path / "faces.npz", images=images)

    data = open_data(path)

    assert len(data) == 70
    assert data.classes == EMOTIONS
    assert np.array_equal(data.grey(np.arange(70)), images)
    assert data.part("PublicTest").tolist() == list(range(60, 70))
    assert len(data.part("Training")) == 60
    assert data.votes is not None
    assert data.votes.shape == (70, 7)
    assert data.other_votes is not None
    assert data.other_votes.shape == (70, len(OTHER_VOTES))
    assert data.sha256 == hashlib.sha256(path.read_bytes()).hexdigest()


def test_the_split_is_the_one_that_networks_are_trained_with(tmp_path: Path) -> None:
    images = sets.pictures(70)
    images[3], images[5], images[9] = images[65], images[66][:, ::-1], images[8]
    path = made.write(tmp_path / "faces.npz", images=images)
    archive = load(path)
    learn, choose = split(archive.training, 0.2, seed=4)

    data = open_data(path)
    rows, chosen = split_by_group(data, 0.2, seed=4)

    assert np.array_equal(data.grey(rows), learn.images)
    assert np.array_equal(data.grey(chosen), choose.images)
    assert archive.shared == 60 - len(rows) - len(chosen) == 2


def test_faces_that_cannot_be_used(tmp_path: Path) -> None:
    path = made.write(tmp_path / "faces.npz")
    with np.load(path) as file:
        labels, offsets = file["labels"], file["offsets"]
    labels[2], offsets[70] = 9, offsets[69]
    rewrite(path, labels=labels, offsets=offsets)

    data = open_data(path)

    assert data.index.tolist() == [0, 1, *range(3, 69)]
    assert [(bad.where, bad.why, bad.part) for bad in data.bad] == [
        ("faces.npz, face 2", "class 9, expected 0 to 6", "Training"),
        ("faces.npz, face 69", "no 48x48 picture", "PublicTest"),
    ]
    with pytest.raises(UsageError, match="face 2: class 9, expected 0 to 6; mend"):
        open_data(path, bad="stop")


def test_faces_of_other_classes_are_bad_where_the_seven_are_asked_for(
    tmp_path: Path,
) -> None:
    path = made.write(tmp_path / "faces.npz")
    with np.load(path) as file:
        labels, names = file["labels"], file["label_names"]
    labels[2] = len(names)
    rewrite(path, labels=labels, label_names=np.append(names, "contempt"))

    assert len(open_data(path).bad) == 0
    data = open_data(path, seven=True)

    (bad,) = data.bad
    assert bad.where == "faces.npz, face 2"
    assert bad.why == "of the class contempt, none of the seven expressions"
    assert len(data.emotions()) == len(labels) - 1


def test_votes_and_parts_may_be_missing(tmp_path: Path) -> None:
    path = made.write(tmp_path / "faces.npz")
    rewrite(path, votes=None, vote_names=None, public_test=None)

    data = open_data(path)

    assert data.votes is None
    assert data.part_names == ()


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"labels": None}, "lacks labels: not FER2013 faces"),
        ({"labels": np.zeros(3, int)}, "expected (4,) for 3 faces"),
        ({"labels": np.zeros((70, 1), int)}, "labels is int64 (70, 1)"),
        ({"labels": np.zeros(70)}, "labels is float64"),
        ({"votes": np.zeros((70, 3), int)}, "votes is int64 (70, 3)"),
        ({"webp": np.zeros(9)}, "webp is float64"),
        ({"vote_names": np.array(list("abcdefghij"))}, "lacks votes for anger"),
    ],
)
def test_arrays_of_something_else(
    tmp_path: Path, changes: dict[str, object], said: str
) -> None:
    path = rewrite(made.write(tmp_path / "faces.npz"), **changes)

    with pytest.raises(UsageError) as caught:
        open_data(path)

    assert said in str(caught.value)


def test_a_wrong_join_is_caught(tmp_path: Path) -> None:
    path = made.write(tmp_path / "faces.npz", n=300, agreed=0.4)

    with pytest.raises(UsageError, match="expected about 72%"):
        open_data(path)


def test_files_that_are_no_archives(tmp_path: Path) -> None:
    path = tmp_path / "faces.npz"
    path.write_bytes(b"emotion,pixels,Usage")
    with pytest.raises(UsageError, match=r"is no \.npz file, or cut short: copy it"):
        open_data(path)

    with path.open("wb") as file:
        np.save(file, np.zeros(3))
    with pytest.raises(UsageError, match=r"is no \.npz file, or cut short: copy it"):
        open_data(path)

    whole = made.write(tmp_path / "whole.npz").read_bytes()
    path.write_bytes(whole[: len(whole) // 2])
    with pytest.raises(UsageError, match=r"is no \.npz file, or cut short: copy it"):
        open_data(path)


def replace_member(path: Path, name: str, content: bytes) -> Path:
    """The archive with other bytes in one of its members."""
    with zipfile.ZipFile(path) as file:
        members = {each: file.read(each) for each in file.namelist()}
    with zipfile.ZipFile(path, "w") as file:
        for each, bytes_ in (members | {name: content}).items():
            file.writestr(each, bytes_)
    return path


def npy(header: str) -> bytes:
    """A member that says of itself what is told, and holds next to nothing."""
    return (
        b"\x93NUMPY\1\0" + struct.pack("<H", len(header)) + header.encode() + b"\0" * 8
    )


def mark_members(path: Path, place: int, value: int) -> None:
    """Sets a byte of each member's header, counted from that of the file's list."""
    content = bytearray(path.read_bytes())
    for start, further in ((b"PK\1\2", 2), (b"PK\3\4", 0)):
        at = content.find(start)
        while at >= 0:
            content[at + place + further] = value
            at = content.find(start, at + 4)
    path.write_bytes(content)


@pytest.mark.parametrize(
    ("place", "value", "said"),
    [
        (6, 1, "is encrypted, password required"),
        (8, 97, "compression method is not supported"),
        (4, 255, "zip file version 25.5"),
    ],
)
def test_archives_packed_as_nobody_unpacks(
    tmp_path: Path, place: int, value: int, said: str
) -> None:
    path = made.write(tmp_path / "faces.npz")
    mark_members(path, place, value)

    said_of_it = refused(path)

    assert "not a readable .npz file" in said_of_it
    assert said in said_of_it


@pytest.mark.parametrize(
    ("shape", "said"),
    [
        ("(3,\n", "EOF in multi-line statement"),
        ("(100000000000000,)}", "Unable to allocate 728. TiB"),
        (f"({2**70},)}}", "Python int too large"),
        ("-" * 9000 + "1}", "(MemoryError)"),
    ],
)
def test_headers_that_cannot_be(tmp_path: Path, shape: str, said: str) -> None:
    path = made.write(tmp_path / "faces.npz")
    header = f"{{'descr': '<i8', 'fortran_order': False, 'shape': {shape}"
    replace_member(path, "labels.npy", npy(header))

    said_of_it = refused(path)

    assert "not a readable .npz file" in said_of_it
    assert said in said_of_it


def test_a_damaged_member_that_7_zip_packed(tmp_path: Path) -> None:
    path = made.write(tmp_path / "faces.npz")
    with zipfile.ZipFile(path) as file:
        members = {each: file.read(each) for each in file.namelist()}
    with zipfile.ZipFile(path, "w", zipfile.ZIP_LZMA) as file:
        for each, bytes_ in members.items():
            file.writestr(each, bytes_)
        damaged = file.getinfo("labels.npy")
    content = bytearray(path.read_bytes())
    # Behind the nine bytes in which LZMA says how it packed.
    content[damaged.header_offset + 30 + len(damaged.filename) + 9] = 255
    path.write_bytes(content)

    assert "not a readable .npz file (Corrupt input data)" in refused(path)


def test_members_that_are_no_arrays(tmp_path: Path) -> None:
    path = made.write(tmp_path / "faces.npz")
    replace_member(path, "labels.npy", b"0 1 2")
    replace_member(path, "votes.npy", b"")

    assert "labels, votes holds no array" in refused(path)


def refused(path: Path) -> str:
    """The one line that is said of a file."""
    with pytest.raises(UsageError) as caught:
        open_data(path)
    assert "\n" not in str(caught.value)
    return str(caught.value).removeprefix(str(path))


def test_a_picture_larger_than_any(tmp_path: Path) -> None:
    path = made.write(tmp_path / "faces.npz")
    with np.load(path) as file:
        webp, offsets = file["webp"], file["offsets"]
    huge = np.frombuffer(png_of(100_000), np.uint8)
    webp = np.concatenate([webp[: offsets[3]], huge, webp[offsets[4] :]])
    offsets[4:] += len(huge) - (offsets[4] - offsets[3])
    rewrite(path, webp=webp, offsets=offsets)

    data = open_data(path)

    assert [(bad.where, bad.why) for bad in data.bad] == [
        ("faces.npz, face 3", "no 48x48 picture")
    ]
    assert len(data) == 69


def png_of(side: int) -> bytes:
    """The few bytes of a PNG that says that it is this large."""

    def chunk(kind: bytes, body: bytes) -> bytes:
        check = struct.pack(">I", zlib.crc32(kind + body))
        return struct.pack(">I", len(body)) + kind + body + check

    header = struct.pack(">IIBBBBB", side, side, 8, 0, 0, 0, 0)
    pixels = chunk(b"IDAT", zlib.compress(b"\0"))
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + pixels + chunk(b"IEND", b"")


@pytest.mark.skipif(
    "CLASSPULSE_DATA" not in os.environ, reason="CLASSPULSE_DATA is not set"
)
def test_the_real_file() -> None:
    data = open_data(Path(os.environ["CLASSPULSE_DATA"]) / "fer2013.npz", bad="stop")

    assert len(data.part("Training")) == 28709
    assert len(data.part("PublicTest")) == 3579
    assert data.votes is not None
    assert data.votes.sum() > 250_000
    assert data.grey(data.part("Training")[:4]).std() > 10
