"""What training and importing share: the extra that they need, and how they end."""

from __future__ import annotations

from collections.abc import Collection

INSTALL = 'in ClassPulse\'s folder, pip install ".[train]" (Python 3.11 to 3.13)'
INTERRUPTED = 130
"""The status of a command that Ctrl-C ended, as shells have it."""


def not_installed(error: ModuleNotFoundError, needed: Collection[str]) -> str:
    """Which package of the extra is missing.

    Raises:
        ModuleNotFoundError: ``error`` itself, where it names none of those ``needed``:
            that is a fault of ours.
    """
    missing = (error.name or "").split(".")[0]
    if missing not in needed:
        raise error
    return missing
