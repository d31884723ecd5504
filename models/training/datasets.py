"""FER2013 joined with the FER+ votes, read from one ``.npz`` that the user has.

The file holds ``webp`` (lossless pictures, concatenated), ``offsets``, ``labels``,
``label_names``, ``votes``, ``vote_names`` and ``public_test``; face i is
``cv2.imdecode(webp[offsets[i]:offsets[i + 1]], 0)``. FER2013's label is the stated
truth; the votes of FER+ (Barsoum et al. 2016, arXiv 1608.01041) may soften it.
"""

from __future__ import annotations

import hashlib
import zipfile
import zlib
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeAlias

import cv2
import numpy as np
import numpy.typing as npt

from models.training import duplicates
from monitor.errors import UsageError
from monitor.records import EMOTIONS

SIDE = 48
"""Height and width of a FER2013 face in pixels."""

VOTES_OF = {
    "angry": "anger",
    "disgust": "disgust",
    "fear": "fear",
    "happy": "happiness",
    "sad": "sadness",
    "surprise": "surprise",
    "neutral": "neutral",
}
"""What FER+ calls each of the seven."""

AGREEMENT = (0.68, 0.76)
"""Share of faces with a clear vote whose vote is the label: 0.718 in the true join."""
CLEAR_VOTES = 6
ENOUGH_VOTES = 5
AGREEMENT_NEEDS = 200
"""A made file of a few faces says nothing about the join; FER2013 always does."""

KEYS = ("webp", "offsets", "labels", "label_names", "votes", "vote_names")


Votes: TypeAlias = npt.NDArray[np.float32]
Positions: TypeAlias = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True, eq=False)
class Faces:
    """Labelled faces, n of them.

    Attributes:
        images: (n, 48, 48) uint8, grey.
        labels: (n,) int64, positions in `EMOTIONS`.
        votes: (n, 7) float32, annotators' votes in the order of `EMOTIONS`.
        groups: (n,) int64, equal where two pictures are one (`duplicates.find`).
        seen: (n,) int64, what most annotators saw (`majority`).
    """

    images: npt.NDArray[np.uint8]
    labels: npt.NDArray[np.int64]
    votes: npt.NDArray[np.float32]
    groups: npt.NDArray[np.int64]
    seen: npt.NDArray[np.int64]

    def __len__(self) -> int:
        return len(self.labels)

    def take(self, rows: npt.NDArray[Any]) -> Faces:
        """The faces at ``rows`` (positions or a mask)."""
        return Faces(
            self.images[rows],
            self.labels[rows],
            self.votes[rows],
            self.groups[rows],
            self.seen[rows],
        )

    def stated(self, smoothing: float) -> npt.NDArray[np.float32]:
        """(n, 7) float32 rows that sum to 1: the labels.

        Args:
            smoothing: share in [0, 1] spread evenly over the seven.
        """
        hard = np.eye(len(EMOTIONS), dtype=np.float32)[self.labels]
        return np.asarray(
            (1 - smoothing) * hard + smoothing / len(EMOTIONS), dtype=np.float32
        )

    def voted(self) -> npt.NDArray[np.float32]:
        """(n, 7) float32: shares of the votes; of a face without votes all 0."""
        total = self.votes.sum(1, keepdims=True)
        return np.asarray(self.votes / np.maximum(total, 1), dtype=np.float32)

    @property
    def counted(self) -> npt.NDArray[np.bool_]:
        """(n,) True where at least half of ten annotators chose one of the seven."""
        return np.asarray(self.votes.sum(1) >= ENOUGH_VOTES)


@dataclass(frozen=True, slots=True, eq=False)
class Archive:
    """What one file holds.

    Attributes:
        training: FER2013's Training part without the pictures that stand, as they
            are, mirrored or nearly so, in PublicTest too.
        public_test: FER2013's PublicTest part: only for the report.
        sha256: of the file, for the run's record.
        shared: how many Training faces were left out as copies.
        copies: of PublicTest, True where the picture stands in Training too.
    """

    training: Faces
    public_test: Faces
    sha256: str
    shared: int
    copies: npt.NDArray[np.bool_]


def load(path: Path) -> Archive:
    """Reads and checks a file of faces.

    Raises:
        UsageError: the file is missing, is no such file, or its labels and votes
            were joined wrongly.
    """
    if not path.is_file():
        raise UsageError(
            f"No training data at {path}: give the .npz file of FER2013 faces."
        )
    try:
        # A bare .npy is an array, which cannot be closed.
        if not zipfile.is_zipfile(path):
            raise UsageError(f"{path} is not a readable .npz file.")
        with np.load(path, allow_pickle=False) as file:
            missing = [key for key in (*KEYS, "public_test") if key not in file.files]
            if missing:
                raise UsageError(f"{path} lacks {', '.join(missing)}: not FER2013.")
            arrays = {key: file[key] for key in (*KEYS, "public_test")}
    except (ValueError, OSError, EOFError, zipfile.BadZipFile, zlib.error) as exc:
        raise UsageError(f"{path} is not a readable .npz file ({exc}).") from exc
    faces = _faces(path, arrays)
    _check_join(path, faces)
    return _parts(path, faces, arrays["public_test"])


def split(faces: Faces, share: float, seed: int) -> tuple[Faces, Faces]:
    """Splits off a validation part so that no picture stands on both sides.

    Args:
        faces: FER2013's Training part.
        seed: draws the groups.
        share: the validation part's share of the groups, in (0, 1).

    Returns:
        The faces to learn from and those to choose on.
    """
    names = np.unique(faces.groups)
    order = np.random.default_rng(seed).permutation(len(names))
    chosen = names[order[: max(1, round(share * len(names)))]]
    held = np.isin(faces.groups, chosen)
    return faces.take(~held), faces.take(held)


def majority(votes: Votes, others: Votes | None = None) -> Positions:
    """(n,) what most of FER+'s annotators saw: positions in `EMOTIONS`.

    -1 where it was none of the seven (contempt, unknown, no face), where two had as
    many votes, and where nobody voted.

    Args:
        votes: (n, 7) for the seven.
        others: (n, m) for anything else.
    """
    cast = votes if others is None else np.hstack([votes, others])
    first = cast.argmax(1)
    alone = (cast == cast.max(1, keepdims=True)).sum(1) == 1
    return np.where(alone & (first < len(EMOTIONS)), first, -1)


def _faces(path: Path, arrays: dict[str, npt.NDArray[Any]]) -> Faces:
    names = tuple(str(name) for name in arrays["label_names"])
    if names != EMOTIONS:
        raise UsageError(f"{path} labels {names}, expected {EMOTIONS} in that order.")
    webp, offsets = arrays["webp"], arrays["offsets"]
    images = np.empty((len(offsets) - 1, SIDE, SIDE), np.uint8)
    for i in range(len(images)):
        image = cv2.imdecode(webp[offsets[i] : offsets[i + 1]], cv2.IMREAD_GRAYSCALE)
        if image is None or image.shape != (SIDE, SIDE):
            raise UsageError(f"{path}: face {i} is no {SIDE}x{SIDE} picture.")
        images[i] = image
    vote_names = [str(name) for name in arrays["vote_names"]]
    columns = [vote_names.index(VOTES_OF[emotion]) for emotion in EMOTIONS]
    others = [i for i in range(len(vote_names)) if i not in columns]
    cast = arrays["votes"].astype(np.float32)
    votes = cast[:, columns]
    groups = duplicates.find(images).of
    seen = majority(votes, cast[:, others])
    return Faces(images, arrays["labels"].astype(np.int64), votes, groups, seen)


def _check_join(path: Path, faces: Faces) -> None:
    clear = faces.votes.max(1) >= CLEAR_VOTES
    if clear.sum() < AGREEMENT_NEEDS:
        return
    agreed = float((faces.votes.argmax(1) == faces.labels)[clear].mean())
    low, high = AGREEMENT
    if not low <= agreed <= high:
        raise UsageError(
            f"{path}: clear votes agree with {agreed:.1%} of the labels, expected "
            f"about 72%: labels and votes were joined wrongly."
        )


def _parts(path: Path, faces: Faces, public: npt.NDArray[np.bool_]) -> Archive:
    copied = np.isin(faces.groups, faces.groups[public]) & ~public
    return Archive(
        training=faces.take(~public & ~copied),
        public_test=faces.take(public),
        sha256=hashlib.sha256(path.read_bytes()).hexdigest(),
        shared=int(copied.sum()),
        copies=np.isin(faces.groups[public], faces.groups[~public]),
    )
