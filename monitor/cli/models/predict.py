"""`classpulse models predict`."""

from __future__ import annotations


def predict() -> None:
    """Read the expressions in pictures."""
    raise NotImplementedError
