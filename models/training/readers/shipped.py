"""Any data as an expression network's training takes it: 48 pixels, grey, the seven."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import numpy.typing as npt

from models.training.datasets import SIDE, Archive, Faces, majority
from models.training.readers import open_data
from models.training.readers.data import Data
from models.training.readers.parts import choosing, learnable
from monitor.errors import UsageError
from monitor.records import EMOTIONS

ANNOTATORS = 10
"""Who say the label, where nobody voted: as many as FER+ asked."""
PUBLIC_TEST = "publictest"


def load(path: Path) -> Archive:
    """Reads FER2013 with FER+'s votes, whole: what the shipped files are made from.

    Raises:
        UsageError: the file is missing or no such file, a face of it cannot be used,
            or its labels and votes were joined wrongly.
    """
    data = open_data(path, seven=True)
    if data.bad:
        bad = data.bad[0]
        raise UsageError(f"{bad.where}: {bad.why}; expected all of FER2013.")
    if data.votes is None or PUBLIC_TEST not in map(str.casefold, data.part_names):
        raise UsageError(
            f"{path} lacks FER+'s votes or PublicTest: not all of FER2013."
        )
    return archive(data)


def archive(data: Data) -> Archive:
    """The data as an expression network's training takes it.

    Where nobody voted, the label stands for the votes as well: a head that learned
    nothing would answer by chance.

    Raises:
        UsageError: a class is none of the seven, or no part is there to learn from.
    """
    emotions, groups, learn = data.emotions(), data.groups.of, learnable(data)
    elsewhere = np.setdiff1d(np.arange(len(data)), learn)
    copied = np.isin(groups[learn], groups[elsewhere])
    votes = data.votes
    if votes is None:
        votes = ANNOTATORS * np.eye(len(EMOTIONS), dtype=np.float32)[emotions]

    seen = majority(votes, data.other_votes)
    choose = choosing(data)
    public = np.flatnonzero(np.char.lower(data.parts) == PUBLIC_TEST)

    def faces(rows: npt.NDArray[np.int64]) -> Faces:
        images = data.grey(rows, SIDE)
        return Faces(images, emotions[rows], votes[rows], groups[rows], seen[rows])

    return Archive(
        training=faces(learn[~copied]),
        public_test=faces(public),
        sha256=data.sha256,
        shared=int(copied.sum()),
        copies=np.isin(groups[public], groups[learn]),
        validation=faces(choose) if len(choose) else None,
        bad=len(data.bad),
        voted=data.votes is not None,
    )
