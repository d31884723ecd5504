"""Labelled pictures: one file a kind, of which only the one that is needed is imported.

- ``fer_csv``: FER2013 as ``fer2013.csv``, with the votes of FER+ where there are any;
- ``archive``: FER2013 with the votes of FER+ as one ``.npz``;
- ``folders``: a folder for each class, whole or in parts.

Each has ``read(path, bad, votes) -> Data``. ``parts`` splits what was read into a part
to learn from and one to choose on, ``report`` says in words what was read.
"""

from __future__ import annotations

import importlib
import os
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from monitor.errors import UsageError

if TYPE_CHECKING:
    from models.training.readers.data import Data

_EXPECTED = "expected fer2013.csv, an .npz of FER2013 faces, or a folder of classes"
_KINDS = {".csv": "fer_csv", ".npz": "archive"}


def open_data(
    path: Path | str,
    *,
    bad: Literal["skip", "stop"] = "skip",
    votes: Path | str | None = None,
    seven: bool = False,
) -> Data:
    """Reads labelled pictures of any kind; those in folders are decoded when asked for.

    Args:
        path: a ``.csv`` or ``.npz`` file, or a folder.
        bad: "skip" leaves out what cannot be used and names it in `Data.bad`; "stop"
            gives up at the first.
        votes: FER+'s ``fer2013new.csv`` for a ``.csv`` file; None takes the one that
            lies beside it, if any, and notes it where that one cannot be used.
        seven: pictures of classes that are none of the seven expressions are bad.

    Raises:
        UsageError: there is no such data, nothing in it can be used, labels and votes
            do not belong together, or, with "stop", a row is bad.
    """
    if bad not in {"skip", "stop"}:
        raise UsageError(f"Bad rows cannot be treated as {bad!r}: expected skip, stop.")
    path = Path(path)
    # False where the name alone is impossible, too; Path's own would raise there.
    if not os.path.exists(path):  # noqa: PTH110
        raise UsageError(f"No data at {path}: {_EXPECTED}.")
    kind = "folders" if path.is_dir() else _KINDS.get(path.suffix.lower())
    if kind is None:
        raise UsageError(f"{path} is of no kind that is known: {_EXPECTED}.")
    if votes is not None and kind != "fer_csv":
        raise UsageError(f"{votes} votes on fer2013.csv alone: leave it out.")
    from models.training.readers.data import BadRows

    module = importlib.import_module(f"{__name__}.{kind}")
    given = None if votes is None else Path(votes)
    data: Data = module.read(path, BadRows(bad == "stop", seven), given)
    return data
