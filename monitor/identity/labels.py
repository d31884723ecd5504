"""Name labels: found on tiles, known again, read when they are new."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from monitor.identity.known_labels import KnownLabel, KnownLabels
from monitor.identity.label_readers import LabelReader, PatientReader, ThreadedReader
from monitor.identity.ocr import LabelEngine, Recogniser
from monitor.identity.signatures import Looks
from monitor.identity.stencils import Stencil
from monitor.identity.strips import LineFinder, cutting
from monitor.records import Box, Image


@dataclass(frozen=True, slots=True)
class TileLabel:
    """The label on one tile.

    Attributes:
        signature: of its looks: the same for the same label, as hexadecimal digits. A
            label that looks new may get another one at first, until it is read.
        text: as it stands there; None while it is not read, "" when it cannot be.
        name: of the person, "" without one.
        is_me: it says that this is whoever looks at the call.
        is_host: it says that this is the call's host.
        cut: the call shortened the name: ``name`` is how it begins.
    """

    signature: str
    text: str | None
    name: str
    is_me: bool = False
    is_host: bool = False
    cut: bool = False


class _Place(NamedTuple):
    """What stood on a tile at the last look."""

    label: KnownLabel
    stencil: Stencil


class Labels:
    """The labels of a gallery, look after look.

    A label that stands where it stood costs a few hundredths of a millisecond; one that
    moved is known again by its letters; only a new one is read.

    Args:
        wait: True reads new labels before answering (files and pictures), False in a
            thread beside the class, so that no sample waits.
        engine: what reads; None is rapidocr's recogniser, loaded when first needed.
        unreadable: signatures of labels that are known and cannot be read.
    """

    def __init__(
        self,
        wait: bool,
        engine: LabelEngine | None = None,
        unreadable: Iterable[str] = (),
    ) -> None:
        kind: type[LabelReader] = PatientReader if wait else ThreadedReader
        self._reader = kind(lambda: engine or Recogniser())
        self._finder = LineFinder()
        self._known = KnownLabels(unreadable)
        self._places: dict[tuple[int, ...], _Place] = {}

    @property
    def trouble(self) -> str | None:
        """Why labels are not read, in one line; None when all is well."""
        return self._reader.trouble

    def look(self, image: Image, tiles: Sequence[Box]) -> tuple[TileLabel | None, ...]:
        """The label of every tile, in their order; None where there is none.

        Args:
            image: the gallery, BGR (H, W, 3) uint8.
            tiles: in it, in pixels.
        """
        self._note_answers()
        spots = [_spot(tile) for tile in tiles]
        places = {spot: self._still(image, spot) for spot in spots}
        moved = [i for i, spot in enumerate(spots) if places[spot] is None]
        lines = self._finder.find(image, [tiles[i] for i in moved]) if moved else []
        for i, line in zip(moved, lines, strict=True):
            if line is not None:
                stencil = Stencil.of(image, line)
                label = self._known.fitting(stencil)
                if label is None:
                    label = self._known.add(stencil, Looks.around(image, line))
                places[spots[i]] = _Place(label, stencil)
        self._places = {s: place for s, place in places.items() if place is not None}
        self._ask(image)
        return tuple(self._answer(self._places.get(spot)) for spot in spots)

    def close(self) -> None:
        """Read nothing more."""
        self._reader.close()

    def _still(self, image: Image, spot: tuple[int, ...]) -> _Place | None:
        place = self._places.get(spot)
        return place if place is not None and place.stencil.still(image) else None

    def _ask(self, image: Image) -> None:
        """Have labels read that are not read yet."""
        for place in self._places.values():
            label = place.label.itself
            if label.text is None:
                self._reader.ask(label, cutting(image, place.stencil.line))
        self._note_answers()

    def _note_answers(self) -> None:
        for label, reading in self._reader.answers():
            if isinstance(label, KnownLabel):
                self._known.read(label, reading.text, reading.sure)

    def _answer(self, place: _Place | None) -> TileLabel | None:
        if place is None:
            return None
        label = place.label.itself
        says = label.says
        return TileLabel(
            label.signature, label.text, says.name, says.is_me, says.is_host, says.cut
        )


def _spot(tile: Box) -> tuple[int, ...]:
    return tuple(round(side) for side in tile)
