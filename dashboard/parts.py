"""Names for what Dash calls children."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeAlias

from dash.development.base_component import Component

Part: TypeAlias = str | int | float | Component | None
Parts: TypeAlias = Part | Sequence[Part]
