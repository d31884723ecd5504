"""Faces through the path: what becomes of each, and what the way costs.

The detector, the crop and the reader's rules are the agent's own. Each face is not
found, or found but not read (too small, turned away, blurred, the network not sure
enough), or read wrongly, or read rightly.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import TypeAlias

import numpy as np
import numpy.typing as npt

from models.training.datasets import Faces
from models.training.evaluate import calibration_error
from models.training.path.finding import Find, Found, found_in
from models.training.path.scene import Scene
from models.training.scores import PLACES
from monitor.emotion.network import Network
from monitor.emotion.preprocess import align_batch
from monitor.emotion.reader import ExpressionReader, Unreadable
from monitor.records import EMOTIONS

Ints: TypeAlias = npt.NDArray[np.int64]
Mask: TypeAlias = npt.NDArray[np.bool_]
Floats: TypeAlias = npt.NDArray[np.float64]

LABELS, VOTES = "labels", "votes"
"""FER2013's label, and what most of FER+'s annotators saw (`datasets.majority`)."""


@dataclass(frozen=True, slots=True)
class Score:
    """What became of faces, by one truth.

    Attributes:
        head: whose answers were scored: the truth's own where the network has it,
            else those that the product reads.
        faces: with such a truth: ``not_found + not_read + wrong + right``.
        direct: accuracy in [0, 1] on the faces that were read, when the network is
            given them as they stand in the data.
        through: accuracy in [0, 1] on the same faces as they were read.
        points: the loss through the path, ``direct - through``, in percentage points;
            below 0 the path helps.
        points_error: standard error of ``points``.
        ece: expected calibration error of what was read, 15 bins, in [0, 1].

    The last five are None when nothing was read.
    """

    head: str
    faces: int
    not_found: int
    not_read: int
    wrong: int
    right: int
    direct: float | None = None
    through: float | None = None
    points: float | None = None
    points_error: float | None = None
    ece: float | None = None


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of faces in one scene; `dataclasses.asdict` makes it JSON-able.

    Attributes:
        scene: its name.
        height: of a pasted face in pixels.
        quality: JPEG quality, None without.
        faces: how many.
        found: share of them in [0, 1].
        read: share of them in [0, 1].
        unread: how many were found but not read, by what stood against it.
        box_height: median height of the detector's boxes in pixels; None without any.
        strays: finds that are no face of the set, or one found again.
        reads: the truth by which the product's own answers are scored.
        scores: by each truth, `LABELS` and `VOTES`.
    """

    scene: str
    height: int
    quality: int | None
    faces: int
    found: float
    read: float
    unread: dict[str, int]
    box_height: float | None
    strays: int
    reads: str
    scores: dict[str, Score]


def walk(network: Network, faces: Faces, scene: Scene, find: Find) -> Outcome:
    """Sends faces through the path.

    Args:
        network: the file that the agent runs; it takes FER2013's 48x48 grey.
        faces: that it has not learned from, at least one.
        scene: the galleries that they are set into.
        find: the face detector, see `finding.finder`.

    Raises:
        ModelError: the network cannot be run.
    """
    heads = {truth: _head(network, truth) for truth in (LABELS, VOTES)}
    seen = _look(network, faces, scene, find)
    boxes = seen.heights[seen.found]
    truths: dict[str, tuple[Ints, Mask]] = {
        LABELS: (faces.labels, np.ones(len(faces), bool)),
        VOTES: (faces.seen, faces.seen >= 0),
    }
    said = network.classify_heads(faces.images[seen.read])
    direct = {head: said[head].argmax(1) for head in seen.answers}
    return Outcome(
        scene=scene.name,
        height=scene.height,
        quality=scene.quality,
        faces=len(faces),
        found=round(float(seen.found.mean()), PLACES),
        read=round(float(seen.read.mean()), PLACES),
        unread={why.value: seen.unread[why] for why in Unreadable},
        box_height=round(float(np.median(boxes)), 1) if len(boxes) else None,
        strays=seen.strays,
        reads=VOTES if network.metadata.reads == VOTES else LABELS,
        scores={
            truth: _score(seen, head, direct[head], *truths[truth])
            for truth, head in heads.items()
        },
    )


@dataclass(slots=True, eq=False)
class _Seen:
    """What the path gave for n faces.

    Attributes:
        heights: (n,) of their boxes in pixels, NaN where none was found.
        read: (n,) True where the reader gave an answer.
        answers: by head, (n, 7) probabilities, NaN where the face was not read.
        unread: how many were found but not read, by reason.
        strays: see `Outcome`.
    """

    heights: Floats
    read: Mask
    answers: dict[str, Floats]
    unread: Counter[str] = field(default_factory=Counter)
    strays: int = 0

    @property
    def found(self) -> Mask:
        return ~np.isnan(self.heights)


def _head(network: Network, truth: str) -> str:
    about = network.metadata
    return truth if truth in about.heads else about.reads


def _look(network: Network, faces: Faces, scene: Scene, find: Find) -> _Seen:
    n = len(faces)
    heads = {network.metadata.reads, *(_head(network, t) for t in (LABELS, VOTES))}
    seen = _Seen(
        heights=np.full(n, np.nan),
        read=np.zeros(n, bool),
        answers={head: np.full((n, len(EMOTIONS)), np.nan) for head in sorted(heads)},
    )
    reader = ExpressionReader(network)
    for found in found_in(faces.images, scene, find):
        seen.strays += found.strays
        _read(network, reader, found, seen)
    return seen


def _read(
    network: Network, reader: ExpressionReader, found: Found, seen: _Seen
) -> None:
    """Notes what one picture gives; the reader decides which faces are read."""
    reads = network.metadata.reads
    there = list(found.faces.items())
    for row, face in there:
        seen.heights[row] = face.height
    asked = []
    said = reader.look(found.picture, [face for _, face in there])
    for (row, face), answer in zip(there, said, strict=True):
        if isinstance(answer, Unreadable):
            seen.unread[answer] += 1
        else:
            seen.read[row] = True
            seen.answers[reads][row] = answer
            asked.append((row, face))
    rows = [row for row, _ in asked]
    crops = align_batch(found.picture, [face.landmarks for _, face in asked])
    for head in seen.answers.keys() - {reads}:
        said_besides = network.classify(crops, seen.heights[rows], head)
        seen.answers[head][rows] = said_besides


def _score(seen: _Seen, head: str, direct: Ints, truth: Ints, known: Mask) -> Score:
    """Scores one head.

    Args:
        seen: what the path gave for n faces.
        head: whose answers.
        direct: for the faces that were read, what it answers to the face itself.
        truth: (n,) positions in `EMOTIONS`.
        known: (n,) False where there is no such truth.
    """
    read = seen.read & known
    said = seen.answers[head][read]
    right = said.argmax(1) == truth[read]
    counts = {
        "faces": int(known.sum()),
        "not_found": int((known & ~seen.found).sum()),
        "not_read": int((known & seen.found & ~seen.read).sum()),
        "wrong": int((~right).sum()),
        "right": int(right.sum()),
    }
    if not len(right):
        return Score(head, **counts)
    right_direct = direct[known[seen.read]] == truth[read]
    lost = right_direct.astype(np.float64) - right
    return Score(
        head,
        **counts,
        direct=round(float(right_direct.mean()), PLACES),
        through=round(float(right.mean()), PLACES),
        points=round(100 * float(lost.mean()), PLACES),
        points_error=round(100 * float(lost.std() / np.sqrt(len(lost))), PLACES),
        ece=round(calibration_error(said, truth[read]), PLACES),
    )
