"""`classpulse models evaluate`."""

from __future__ import annotations


def evaluate() -> None:
    """Measure a network on labelled faces."""
    raise NotImplementedError
