"""The virtual class: people who do not exist, in a gallery, as a source of pictures.

scene    what happens: who shows which expression, turns, speaks, at every moment
people   who they are: names, identities, looks
model    the generative face model, whose weights lie in `models`
portrait a person's head and shoulders, drawn once; head, only what moves
gallery  the tiles and what lies on them, in the look of a skin
source   all of it as a `Source`; writer and window show it elsewhere
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from monitor.sources.port import SourceOptions
    from monitor.sources.virtual.source import VirtualClass


def create(options: SourceOptions) -> VirtualClass:
    """A virtual class; nothing is drawn before it is entered.

    Raises:
        UsageError: options that no class can have.
        SourceUnavailable: the folder of portraits is not there or holds too few.
    """
    from monitor.sources.virtual.source import VirtualClass

    return VirtualClass(options)
