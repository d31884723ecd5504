"""The letters that names are drawn with, where a test depends on their very shapes."""

from __future__ import annotations

import os

import pytest
from PIL import ImageFont

FONT = "LiberationSans-Regular.ttf"


def need_letters() -> None:
    """Skip the test where the font is absent; in CI that is a failure instead."""
    try:
        ImageFont.truetype(FONT, 12)
    except OSError:
        text = f"needs the font {FONT} (Debian: fonts-liberation)"
        if os.environ.get("CI"):
            pytest.fail(text)
        pytest.skip(text)
