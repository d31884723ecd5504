"""One look as it travels to the page: what is known of a picture, then the picture.

    4 bytes, big-endian: length of the JSON text | JSON, UTF-8 | JPEG

Together, so that boxes never stand on another picture than theirs.
"""

from __future__ import annotations

import json
import struct
from collections.abc import Mapping

import cv2
import numpy as np

from monitor.records import Box, Image

_QUALITY = 78


def packed(about: Mapping[str, object], image: Image, widest: int) -> bytes:
    """A look.

    Args:
        about: what JSON can hold.
        image: BGR, (H, W, 3) uint8.
        widest: the JPEG is at most so many pixels wide.
    """
    head = json.dumps(about, separators=(",", ":")).encode()
    return struct.pack(">I", len(head)) + head + jpeg(image, widest)


def jpeg(image: Image, widest: int) -> bytes:
    """A picture as JPEG, at most ``widest`` pixels wide."""
    height, width = image.shape[:2]
    if width > widest:
        size = widest, max(1, round(height * widest / width))
        image = np.asarray(cv2.resize(image, size, interpolation=cv2.INTER_AREA))
    _, encoded = cv2.imencode(".jpg", image, (cv2.IMWRITE_JPEG_QUALITY, _QUALITY))
    return encoded.tobytes()


def in_shares(xyxy: Box, image: Image) -> list[float]:
    """A box as shares of the picture's width and height: left, top, right, bottom."""
    height, width = image.shape[:2]
    sides = (width, height, width, height)
    return [
        round(min(max(value / side, 0.0), 1.0), 4)
        for value, side in zip(xyxy, sides, strict=True)
    ]
