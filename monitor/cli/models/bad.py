"""What becomes of labelled rows and pictures that cannot be used."""

from __future__ import annotations

from enum import StrEnum


class Bad(StrEnum):
    """The choices of ``--bad``."""

    SKIP = "skip"
    STOP = "stop"
