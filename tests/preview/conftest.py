from __future__ import annotations

import json
import struct
from collections.abc import Callable
from typing import Any

import cv2
import numpy as np
import pytest

from monitor.records import Image

Unpacked = tuple[dict[str, Any], Image]


@pytest.fixture
def unpacked() -> Callable[[bytes], Unpacked]:
    """Takes a look apart, as the page's script does."""

    def unpack(look: bytes) -> Unpacked:
        (length,) = struct.unpack(">I", look[:4])
        picture = cv2.imdecode(np.frombuffer(look[4 + length :], np.uint8), 1)
        assert picture is not None
        return json.loads(look[4 : 4 + length]), np.asarray(picture, np.uint8)

    return unpack
