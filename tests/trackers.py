"""Trackers for tests that are about something else."""

from __future__ import annotations

from collections.abc import Sequence

from monitor.identity.labels import TileLabel
from monitor.identity.names import Names
from monitor.identity.tiles import Layout
from monitor.identity.tracker import GalleryTracker, Parts
from monitor.records import Box, Face, Image


class NoTiles:
    """A webcam's picture: no tiles, and so no labels."""

    def look(self, image: Image, faces: Sequence[Face]) -> Layout:
        del image, faces
        return Layout((), None)


class NoLabels:
    """Tiles without names."""

    trouble: str | None = None

    def look(self, image: Image, tiles: Sequence[Box]) -> Sequence[TileLabel | None]:
        del image
        return [None] * len(tiles)

    def close(self) -> None:
        pass


def by_place(trouble: str | None = None) -> GalleryTracker:
    """Tells students apart by their place alone."""
    labels = NoLabels()
    labels.trouble = trouble
    return GalleryTracker(Parts(NoTiles(), labels, Names()))
