"""Whether a live picture still shows the class: black, or frozen.

A minimised call window, a screen saver or a missing screen-recording permission give
pictures that are technically fine. Nothing here keeps a picture: only a checksum.
"""

from __future__ import annotations

import zlib

import numpy as np

from monitor.records import Image

BLACK_LEVEL = 16
"""Brightest value of a pixel that counts as black. 16 is black in video range; the
ground of a dark call window (Teams: 31, Meet: 32 to 36) stays well above it."""

BLACK_SHARE = 0.995
"""Share of black pixels that makes a picture black: a pointer or a clock may show."""

FROZEN_SAMPLES = 10
"""Equal pictures in a row that count as frozen: half a minute at one sample every 3 s.

A camera never gives the same bytes twice, and one moving student changes the picture.
A class with every camera off can stand still for a few samples, while somebody reads.
"""


def is_black(image: Image) -> bool:
    """Whether nearly all of a picture is dark.

    Args:
        image: BGR, shape (H, W, 3), uint8.
    """
    # Every fourth row and column tells the share well enough, at 1/16 of the cost.
    blue, green, red = np.moveaxis(image[::4, ::4], 2, 0)
    brightest = np.maximum(np.maximum(blue, green), red)
    return float(np.mean(brightest <= BLACK_LEVEL)) >= BLACK_SHARE


class FreezeWatch:
    """Counts how often the same picture came in a row.

    Args:
        samples: equal pictures from which the stream counts as frozen.
    """

    def __init__(self, samples: int = FROZEN_SAMPLES) -> None:
        self._samples = samples
        self._last: tuple[tuple[int, ...], int] | None = None
        self.repeats = 0

    def is_frozen(self, image: Image) -> bool:
        """Take note of one sample, and tell whether the stream stands still.

        Args:
            image: BGR, shape (H, W, 3), uint8; not kept.
        """
        # A checksum of every byte: one small face that still moves is no freeze.
        signature = image.shape, zlib.crc32(np.ascontiguousarray(image).data)
        self.repeats = self.repeats + 1 if signature == self._last else 1
        self._last = signature
        return self.repeats >= self._samples
