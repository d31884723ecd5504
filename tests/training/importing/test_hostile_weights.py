"""Files of weights that read other files, or fill the memory; see `test_hostile`."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from tests.training.importing import builders
from tests.training.importing.builders import (
    h5py,
    sequential,
    tiny,
)

pytest.importorskip("h5py", reason="the extra `train` is not installed")

from models.training.importing import hdf5, limits
from monitor.errors import ModelError
from tests.training.importing.refusals import refusal


def elsewhere(tmp_path: Path) -> Path:
    return builders.write_weights(tmp_path / "secret.h5")


def external_link(tmp_path: Path, file: h5py.File) -> None:
    other = h5py.ExternalLink(str(elsewhere(tmp_path)), "/layers/dense")
    file["layers/dense"] = other


def soft_link(tmp_path: Path, file: h5py.File) -> None:
    file["layers/dense"] = h5py.SoftLink("/layers/conv2d")


def external_array(tmp_path: Path, file: h5py.File) -> None:
    secret = tmp_path / "secret.txt"
    secret.write_bytes(b"password" * 7)
    stored = [(str(secret), 0, 56)]
    file.create_dataset("layers/dense/vars/0", (2, 7), np.float32, external=stored)


def virtual_array(tmp_path: Path, file: h5py.File) -> None:
    made = h5py.VirtualLayout((2, 7), np.float32)
    made[:] = h5py.VirtualSource(elsewhere(tmp_path), "layers/dense/vars/0", (2, 7))
    file.create_virtual_dataset("layers/dense/vars/0", made)


def texts(tmp_path: Path, file: h5py.File) -> None:
    file["layers/dense/vars/0"] = np.array([b"cos\nsystem\n"], object)


def references(tmp_path: Path, file: h5py.File) -> None:
    file.create_dataset("layers/dense/vars/0", (2,), h5py.ref_dtype)


def shape_bomb(tmp_path: Path, file: h5py.File) -> None:
    file.create_dataset(
        "layers/dense/vars/0", (2**20, 100), np.float32, chunks=(1024, 100), fillvalue=1
    )


def huge_shape(tmp_path: Path, file: h5py.File) -> None:
    file.create_dataset("layers/dense/vars/0", (2**40, 100), np.float32, chunks=True)


def part_bomb(tmp_path: Path, file: h5py.File) -> None:
    packed = {"maxshape": (None, 7), "chunks": (9_586_980, 7), "compression": "gzip"}
    file.create_dataset("layers/dense/vars/0", data=np.ones((2, 7), "f4"), **packed)


def plug_in(tmp_path: Path, file: h5py.File) -> None:
    made = h5py.h5p.create(h5py.h5p.DATASET_CREATE)
    made.set_chunk((2, 7))
    made.set_filter(32015, h5py.h5z.FLAG_OPTIONAL, (3,))  # zstd, by name
    space = h5py.h5s.create_simple((2, 7))
    group = file.require_group("layers/dense/vars").id
    h5py.h5d.create(group, b"0", h5py.h5t.NATIVE_FLOAT, space, made)


def named_type(tmp_path: Path, file: h5py.File) -> None:
    file["layers/dense"] = np.dtype("f4")


def odd_type(tmp_path: Path, file: h5py.File) -> None:
    space = h5py.h5s.create_simple((2, 7))
    group = file.require_group("layers/dense/vars").id
    h5py.h5d.create(group, b"0", h5py.h5t.UNIX_D32LE, space)


IN_WEIGHTS: dict[str, tuple[Callable[[Path, h5py.File], None], str]] = {
    "external link": (external_link, "'dense' is a link to elsewhere"),
    "soft link": (soft_link, "'dense' is a link to elsewhere"),
    "external array": (external_array, "lies in another file"),
    "virtual array": (virtual_array, "lies in another file"),
    "texts": (texts, "not numbers"),
    "references": (references, "not numbers"),
    "shape bomb": (shape_bomb, "would grow from 0 to"),
    "huge shape": (huge_shape, "would grow from 0 to"),
    "part bomb": (part_bomb, "would grow from"),
    "plug-in": (plug_in, "needs a plug-in"),
    "type unknown to numpy": (odd_type, "HDF5 cannot read it"),
    "named type": (named_type, "neither a group nor an array"),
}


@pytest.mark.parametrize("kind", ["keras", "h5", "json"])
@pytest.mark.parametrize("what", IN_WEIGHTS)
def test_what_weights_must_not_be(tmp_path: Path, kind: str, what: str) -> None:
    spoil, expected = IN_WEIGHTS[what]
    only = {"conv2d": builders.numbers()["conv2d"]}
    if kind == "h5":
        file = builders.write_h5(tmp_path / "a.h5", weights=only)
        inside = file
    else:
        inside = builders.write_weights(tmp_path / "inner.h5", only)
    with h5py.File(inside, "a") as opened:
        spoil(tmp_path, opened)
    if kind == "keras":
        file = builders.write_keras(tmp_path / "a.keras", weights=inside)
    elif kind == "json":
        file = tmp_path / "a.json"
        file.write_text(json.dumps(sequential(tiny())))

    assert expected in refusal(file, weights=inside if kind == "json" else None)


def test_groups_that_hold_themselves(tmp_path: Path) -> None:
    weights = builders.write_weights(tmp_path / "w.h5")
    with h5py.File(weights, "a") as file:
        file["layers/again"] = file["layers"]
        file.create_dataset("layers/text", data="x")

    file = builders.write_keras(tmp_path / "a.keras", weights=weights)

    assert "not numbers" in refusal(file)


def test_more_weights_than_fit_are_not_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(limits, "WEIGHT_BYTES", limits.MIB)
    file = tmp_path / "large.h5"
    with h5py.File(file, "w") as opened:
        for name in ("kernel", "bias"):
            opened[name] = np.ones(150_000, np.float32)

    with pytest.raises(ModelError) as caught:
        hdf5.check("large.h5", file)

    assert str(caught.value) == (
        "large.h5: it declares more than 1 MiB of weights: it is not read"
    )
