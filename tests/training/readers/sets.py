"""Made sets of pictures in each of the layouts that are read."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path

import cv2
import numpy as np
import numpy.typing as npt

from models.training.readers.votes import COLUMNS

Images = npt.NDArray[np.uint8]

HEADER = "emotion,pixels,Usage"


def pictures(n: int, side: int = 48, seed: int = 0) -> Images:
    """(n, side, side) uint8: noise, of which no two pictures are alike."""
    rng = np.random.default_rng(seed)
    return rng.integers(0, 256, (n, side, side), dtype=np.uint8)


def line(image: Images, label: int = 3, usage: str = "Training") -> str:
    """A picture as a row of fer2013.csv."""
    return f"{label},{' '.join(map(str, image.ravel().tolist()))},{usage}"


def write_csv(
    path: Path,
    images: Images,
    labels: Sequence[int] | None = None,
    usage: Sequence[str] | None = None,
) -> Path:
    """fer2013.csv of pictures; labels go round the seven, all of them Training."""
    labels = labels or [i % 7 for i in range(len(images))]
    usage = usage or ["Training"] * len(images)
    rows = [line(*row) for row in zip(images, labels, usage, strict=True)]
    return write_lines(path, [HEADER, *rows])


def write_lines(path: Path, lines: Iterable[str]) -> Path:
    """A file of these lines."""
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path


def write_votes(path: Path, votes: npt.NDArray[np.int64]) -> Path:
    """fer2013new.csv; (n, 10) votes with columns as `COLUMNS`."""
    # As FER+ has them: in another order than ours, behind two columns more.
    order = [6, 3, 5, 4, 0, 1, 2, 7, 8, 9]
    lines = [",".join(["Usage", "Image name", *(COLUMNS[place] for place in order)])]
    for i, row in enumerate(votes):
        cells = [str(int(row[place])) for place in order]
        lines.append(",".join(["Training", f"fer{i:07d}.png", *cells]))
    return write_lines(path, lines)


def votes_for(choices: Sequence[int]) -> npt.NDArray[np.int64]:
    """(n, 10) votes, eight of ten for the chosen columns."""
    votes = np.zeros((len(choices), 10), np.int64)
    votes[np.arange(len(choices)), choices] = 8
    votes[:, 8] += 2
    return votes


def write_picture(path: Path, image: Images) -> Path:
    """A picture file, grey or BGR, of the kind that its name says."""
    path.parent.mkdir(parents=True, exist_ok=True)
    written, packed = cv2.imencode(path.suffix, image)
    assert written
    path.write_bytes(packed.tobytes())
    return path


def write_folders(root: Path, images: dict[str, Images]) -> Path:
    """``root/{key}/0.png`` and so on, for each key ("happy", "train/happy")."""
    for name, stack in images.items():
        (root / name).mkdir(parents=True, exist_ok=True)
        for i, image in enumerate(stack):
            write_picture(root / name / f"{i}.png", image)
    return root
