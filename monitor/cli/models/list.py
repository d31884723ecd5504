"""`classpulse models list`."""

from __future__ import annotations


def list_models() -> None:
    """List the networks that `--model` knows."""
    raise NotImplementedError
