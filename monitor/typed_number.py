"""A number as a teacher types it, with a point or a comma."""

from __future__ import annotations


def number_of(typed: object) -> float | None:
    """What was typed as a number; None where it is none.

    It may still be infinite or no number at all ("nan"): who asks knows the range.
    """
    try:
        return float(str(typed).strip().replace(",", "."))
    except ValueError:
        return None
