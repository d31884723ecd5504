"""What tests that build Keras models need; keras must be there to import this."""

from __future__ import annotations

import keras
import pytest

ON_TENSORFLOW = [
    pytest.mark.slow,
    pytest.mark.skipif(
        keras.backend.backend() != "tensorflow",
        reason=f"Keras runs on {keras.backend.backend()} in this process",
    ),
]


def nobody(_: int | None) -> tuple[str, ...]:
    """Who is asked for classes where they are given."""
    raise AssertionError("the classes were asked for")
