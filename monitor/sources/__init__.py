"""Sources of pictures: one file (or folder) a kind, listed without importing them.

A new kind is a new module here with ``create(options: SourceOptions) -> Source``.
"""

from __future__ import annotations

import importlib
import pkgutil
from typing import TYPE_CHECKING

from monitor.errors import UsageError
from monitor.sources.files import kind_of

if TYPE_CHECKING:
    from monitor.sources.port import Source, SourceOptions

__all__ = ["create", "kind_of", "kinds"]

_NOT_KINDS = {"files", "port"}


def kinds() -> list[str]:
    """Names of the kinds of source, without importing any."""
    names = (module.name for module in pkgutil.iter_modules(__path__))
    return sorted(name for name in names if name not in _NOT_KINDS)


def create(kind: str, options: SourceOptions) -> Source:
    """Make a source of the named kind; it opens when entered.

    Raises:
        UsageError: no such kind, or options that it cannot use.
        SourceUnavailable: what it would read from is not there.
    """
    if kind not in kinds():
        raise UsageError(f"unknown source {kind!r}: expected one of {kinds()}")
    module = importlib.import_module(f"{__name__}.{kind}")
    source: Source = module.create(options)
    return source
