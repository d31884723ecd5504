"""Face detectors: one file a kind, listed without importing them.

A new kind is a new module here with ``create(options: DetectorOptions) -> Detector``;
a module whose name begins with an underscore is part of a kind.
"""

from __future__ import annotations

import importlib
import pkgutil
from typing import TYPE_CHECKING

from monitor.errors import UsageError

if TYPE_CHECKING:
    from monitor.detectors.port import Detector, DetectorOptions

_NOT_KINDS = {"port"}


def kinds() -> list[str]:
    """Names of the kinds of detector, without importing any."""
    names = (module.name for module in pkgutil.iter_modules(__path__))
    return sorted(n for n in names if n not in _NOT_KINDS and not n.startswith("_"))


def create(kind: str, options: DetectorOptions) -> Detector:
    """Load a detector of the named kind.

    Raises:
        UsageError: no such kind, or options that it cannot use.
        DetectorError: its network cannot be loaded.
    """
    if kind not in kinds():
        raise UsageError(f"unknown detector {kind!r}: expected one of {kinds()}")
    module = importlib.import_module(f"{__name__}.{kind}")
    detector: Detector = module.create(options)
    return detector
