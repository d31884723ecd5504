"""Elements that are painted in place (assets/paint.js), where there are many of them.

A component of Dash says the same. Made and turned into JSON by the hundred every few
seconds, components would take longer than all that they tell.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, TypeAlias

from dashboard.parts import Parts

Element: TypeAlias = dict[str, Any]
"""As Dash writes a component: ``type`` (of `dash.html`) and ``props``."""

Painted: TypeAlias = Parts | Sequence[Element]
"""What may fill a place."""


def element(kind: str, children: object = None, **props: object) -> Element:
    """An element.

    Args:
        kind: name of the class in `dash.html`.
        children: text, an element, or a list of both.
        props: as the class takes them.
    """
    return {"type": kind, "props": {"children": children, **props}}
