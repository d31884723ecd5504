"""Who is who in a gallery: by label, tile, place and size, over time."""

from __future__ import annotations

from collections.abc import Sequence

from monitor.identity.positions import PositionTracker
from monitor.records import Face, Frame, Seen


class GalleryTracker:
    """Tells students apart; a `monitor.identity.port.Tracker`."""

    def __init__(self) -> None:
        self._places = PositionTracker()

    def update(self, frame: Frame, faces: Sequence[Face]) -> Seen:
        """See `monitor.identity.port.Tracker.update`."""
        del frame
        return Seen(self._places.update(faces))

    def close(self) -> None:
        """See `monitor.identity.port.Tracker.close`."""
