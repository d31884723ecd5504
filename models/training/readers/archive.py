"""FER2013 with the votes of FER+ as one ``.npz``.

The file holds ``webp`` (lossless pictures, concatenated), ``offsets``, ``labels`` and
``label_names``, perhaps ``votes`` and ``vote_names``, and ``public_test``; face i is
``cv2.imdecode(webp[offsets[i]:offsets[i + 1]], 0)``. FER2013's label is the stated
truth; the votes of FER+ (Barsoum et al. 2016, arXiv 1608.01041) may soften it.
"""

from __future__ import annotations

import hashlib
import lzma
import tokenize
import zipfile
import zlib
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import numpy.typing as npt

from models.training.class_names import foreign, position
from models.training.datasets import SIDE
from models.training.readers import votes as fer_plus
from models.training.readers.data import BadRows, Data, Images, part_array
from models.training.readers.pixels import Stack, one_line
from monitor.errors import UsageError
from monitor.quoting import named
from monitor.records import EMOTIONS

NEEDED = ("webp", "offsets", "labels", "label_names")
VOTES = ("votes", "vote_names")
PUBLIC = "public_test"

# What Python's zip files and NumPy's headers raise about a damaged or a hostile file:
# RuntimeError of a password or an unknown compression, MemoryError of a giant shape.
_UNREADABLE = (
    TypeError,
    ValueError,
    OSError,
    EOFError,
    RuntimeError,
    MemoryError,
    OverflowError,
    tokenize.TokenError,
    zipfile.BadZipFile,
    zlib.error,
    lzma.LZMAError,
)

Arrays = dict[str, npt.NDArray[Any]]


def read(path: Path, bad: BadRows, _given: Path | None) -> Data:
    """Reads the file; its votes stand in it and are never given apart.

    Raises:
        UsageError: another kind of file, no usable row, or votes that were joined
            wrongly.
    """
    arrays, digest = _arrays(path)
    classes = tuple(str(name) for name in arrays["label_names"])
    parts = _parts(arrays)
    kept, images = _usable(path, arrays, parts, bad)
    bad.check_some_left(path, len(kept))
    labels = arrays["labels"].astype(np.int64)[kept]
    seven, other = _votes(path, arrays)
    meant = np.array([position(name) for name in classes], np.int64)
    if seven is not None and (meant[labels] >= 0).all():
        fer_plus.check(path, meant[labels], seven[kept])
    return Data(
        path=path,
        classes=classes,
        labels=labels,
        parts=parts[kept],
        index=kept,
        sha256=digest,
        bad=bad.found,
        pictures=Stack(images),
        votes=None if seven is None else seven[kept],
        other_votes=None if other is None else other[kept],
    )


def _arrays(path: Path) -> tuple[Arrays, str]:
    """What the file holds, its shapes checked, and its SHA-256."""
    try:
        with path.open("rb") as raw:
            digest = hashlib.file_digest(raw, "sha256").hexdigest()
        with np.load(path, allow_pickle=False) as file:
            known = {*NEEDED, *VOTES, PUBLIC} & set(file.files)
            arrays = {key: file[key] for key in known}
    # A bare .npy has no ``files``, and no ``with``.
    except (AttributeError, *_UNREADABLE) as exc:
        raise _unreadable(path, exc) from exc
    # NumPy gives the bytes of whatever is no .npy.
    other = sorted(k for k, v in arrays.items() if not isinstance(v, np.ndarray))
    if other:
        raise UsageError(
            f"{path} is not of FER2013 faces: {', '.join(other)} holds no array."
        )
    missing = [key for key in NEEDED if key not in arrays]
    if missing:
        raise UsageError(f"{path} lacks {', '.join(missing)}: not FER2013 faces.")
    _check_layout(path, arrays)
    return arrays, digest


def _unreadable(path: Path, exc: BaseException) -> UsageError:
    system = isinstance(exc, OSError) and exc.strerror
    # NumPy's advice about what is no .npz is to load it in a way that runs its code.
    if not system and not zipfile.is_zipfile(path):
        return UsageError(f"{path} is no .npz file, or cut short: copy it again.")
    return UsageError(f"{path} is not a readable .npz file ({one_line(exc)}).")


def _check_layout(path: Path, arrays: Arrays) -> None:
    """Refuses arrays that do not fit together."""
    n = arrays["labels"].size
    names = arrays.get("vote_names", np.empty(0)).size
    layout = {
        "labels": (("i", "u"), (n,)),
        "label_names": (("U",), (arrays["label_names"].size,)),
        "webp": (("u1",), (arrays["webp"].size,)),
        "offsets": (("i", "u"), (n + 1,)),
        "votes": (("i", "u", "f"), (n, names)),
        "vote_names": (("U",), (names,)),
        PUBLIC: (("b",), (n,)),
    }
    for key, (kinds, shape) in layout.items():
        array = arrays.get(key)
        if array is None:
            continue
        if array.shape != shape or not array.dtype.str[1:].startswith(kinds):
            raise UsageError(
                f"{path} is not of FER2013 faces: {key} is {array.dtype} "
                f"{array.shape}, expected {shape} for {n:,} faces."
            )


def _parts(arrays: Arrays) -> npt.NDArray[np.str_]:
    """(n,) the part of each face; "" where the file does not tell."""
    public = arrays.get(PUBLIC)
    if public is None:
        return part_array([""] * arrays["labels"].size)
    return np.where(public, "PublicTest", "Training")


def _usable(
    path: Path, arrays: Arrays, parts: npt.NDArray[np.str_], bad: BadRows
) -> tuple[npt.NDArray[np.int64], Images]:
    """(k,) rows that can be used, and their (k, 48, 48) pictures."""
    webp, offsets, labels = arrays["webp"], arrays["offsets"], arrays["labels"]
    classes = [str(name) for name in arrays["label_names"]]
    others = set(foreign(classes)) if bad.seven else set()
    images = np.empty((len(labels), SIDE, SIDE), np.uint8)
    kept: list[int] = []
    for row, label in enumerate(labels):
        where = f"{path.name}, face {row}"
        image = _decoded(webp[offsets[row] : offsets[row + 1]])
        if image is None or image.shape != (SIDE, SIDE):
            bad.add(where, f"no {SIDE}x{SIDE} picture", str(parts[row]))
        elif not 0 <= label < len(classes):
            why = f"class {label}, expected 0 to {len(classes) - 1}"
            bad.add(where, why, str(parts[row]))
        elif classes[label] in others:
            why = f"of the class {named(classes[label])}, none of the seven expressions"
            bad.add(where, why, str(parts[row]))
        else:
            images[len(kept)] = image
            kept.append(row)
    return np.array(kept, np.int64), images[: len(kept)]


def _decoded(packed: npt.NDArray[np.uint8]) -> Images | None:
    """(h, w) uint8; None where the bytes are no picture."""
    if not packed.size:
        return None
    try:
        image = cv2.imdecode(packed, cv2.IMREAD_GRAYSCALE)
    # OpenCV answers damage with None, but raises at a size that it does not take.
    except cv2.error:
        return None
    return None if image is None else np.asarray(image, dtype=np.uint8)


def _votes(
    path: Path, arrays: Arrays
) -> tuple[npt.NDArray[np.float32] | None, npt.NDArray[np.float32] | None]:
    """(n, 7) votes on the seven and (n, 3) on the others; None where there are none."""
    if not all(key in arrays for key in VOTES):
        return None, None
    names = [str(name) for name in arrays["vote_names"]]
    missing = [name for name in fer_plus.COLUMNS if name not in names]
    if missing:
        raise UsageError(f"{path} lacks votes for {', '.join(missing)}.")
    places = [names.index(name) for name in fer_plus.COLUMNS]
    cast = arrays["votes"][:, places].astype(np.float32)
    return cast[:, : len(EMOTIONS)], cast[:, len(EMOTIONS) :]
