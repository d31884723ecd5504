"""Reads HDF5 files of weights without following them anywhere else.

An HDF5 file may point to others: external and soft links, data sets that lie in
another file or are put together from several. Reading such a "weight" would take any
file of this computer into the model (CVE-2026-1669). Filters outside the library are
plug-ins, loaded by name.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from math import prod
from pathlib import Path
from typing import Literal, NoReturn

import h5py

from models.training.importing import limits
from monitor.errors import ModelError
from monitor.quoting import quoted

Layout = Literal["layers", "names"]
"""How weights lie in a file: by the place of each layer (``.weights.h5`` of Keras 3)
or under names in lists (all ``.h5`` of Keras 2, whole models of Keras 3)."""

_FILTERS = {
    h5py.h5z.FILTER_DEFLATE,
    h5py.h5z.FILTER_SHUFFLE,
    h5py.h5z.FILTER_FLETCHER32,
}
_NUMBERS = "fiub"
_DAMAGED = (OSError, KeyError, RuntimeError, TypeError, ValueError)
"""What h5py raises at files that are cut short, spoiled or of odd types."""


def check(name: str, path: Path) -> None:
    """Refuses a file that points elsewhere or holds more than numbers.

    Args:
        name: the file's, for messages.
        path: where it lies.

    Raises:
        ModelError: it is damaged, or not to be read.
    """
    declared = 0
    with _opened(name, path) as file:
        for dataset in _datasets(name, file):
            declared += _size(name, dataset)
            if declared > limits.WEIGHT_BYTES:
                raise ModelError(
                    f"{name}: it declares more than "
                    f"{limits.WEIGHT_BYTES // limits.MIB} MiB of weights: it is not "
                    "read"
                )


def configuration(name: str, path: Path) -> bytes | None:
    """The model's configuration as JSON; None when the file holds weights alone.

    Raises:
        ModelError: it is of no kind that Keras writes.
    """
    with _opened(name, path) as file:
        if "model_config" not in file.attrs:
            return None
        size = file.attrs.get_id("model_config").get_storage_size()
        found = file.attrs["model_config"] if size <= limits.CONFIG_BYTES else None
    if isinstance(found, str):
        return found.encode()
    if isinstance(found, bytes):
        return bytes(found)
    raise ModelError(f"{name}: its configuration is no text; save the model again")


def version(name: str, path: Path) -> str:
    """Of the Keras that saved the model, as "2.11.0"; empty when it is not said."""
    with _opened(name, path) as file:
        found = file.attrs.get("keras_version", "")
    text = found.decode("latin-1") if isinstance(found, bytes) else found
    return text if isinstance(text, str) else ""


def layout(name: str, path: Path) -> Layout:
    """How the weights lie in the file.

    Raises:
        ModelError: it holds none.
    """
    with _opened(name, path) as file:
        if "layer_names" in file.attrs or "model_weights" in file:
            return "names"
        if "layers" in file or "_layer_checkpoint_dependencies" in file:
            return "layers"
    raise ModelError(
        f"{name}: no weights of a Keras model are in it; save them again with "
        "model.save_weights('NAME.weights.h5')"
    )


@contextmanager
def _opened(name: str, path: Path) -> Iterator[h5py.File]:
    """A file whose damage is said in one line, wherever it shows.

    Raises:
        ModelError: the library stumbles over what it reads.
    """
    try:
        with h5py.File(path, "r") as file:
            yield file
    except _DAMAGED as exc:
        raise ModelError(
            f"{name}: it is damaged or cut short (HDF5 cannot read it); copy or save "
            "it again"
        ) from exc


def _datasets(name: str, file: h5py.File) -> Iterator[h5py.Dataset]:
    """Every data set of a file, each once, having looked at all links."""
    seen: set[tuple[int, ...]] = set()
    waiting: list[h5py.Group] = [file]
    while waiting:
        group = waiting.pop()
        for key in group:
            if group.id.links.get_info(key.encode()).type != h5py.h5l.TYPE_HARD:
                _refuse(name, f"{quoted(key)} is a link to elsewhere")
            found = group[key]
            place = h5py.h5o.get_info(found.id)
            if (place.fileno, place.addr) in seen:
                continue
            seen.add((place.fileno, place.addr))
            if len(seen) > limits.OBJECTS:
                _refuse(name, f"it has more than {limits.OBJECTS} entries")
            if isinstance(found, h5py.Group):
                waiting.append(found)
            elif isinstance(found, h5py.Dataset):
                yield found
            else:
                _refuse(name, f"{quoted(key)} is neither a group nor an array")


def _size(name: str, dataset: h5py.Dataset) -> int:
    """Bytes that a data set takes in memory, once it may be read."""
    called = quoted(dataset.name)
    if dataset.external or dataset.is_virtual:
        _refuse(name, f"{called} lies in another file")
    if dataset.dtype.kind not in _NUMBERS:
        _refuse(name, f"{called} holds {str(dataset.dtype)[:60]}, not numbers")
    made = dataset.id.get_create_plist()
    filters = {made.get_filter(i)[0] for i in range(made.get_nfilters())}
    if filters - _FILTERS:
        _refuse(name, f"{called} is packed in a way that needs a plug-in")
    # A part that is packed by itself is unpacked whole, however little of it counts.
    count = max(int(dataset.size or 0), prod(dataset.chunks or (0,)))
    size = count * int(dataset.dtype.itemsize)
    stored = int(dataset.id.get_storage_size())
    if size > limits.INFLATION_FLOOR and size > limits.INFLATION * stored:
        _refuse(name, f"{called} would grow from {stored} to {size} bytes")
    return size


def _refuse(name: str, what: str) -> NoReturn:
    raise ModelError(f"{name}: {what}; such a file is not read")
