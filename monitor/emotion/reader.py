"""Turns sightings into readings: the last room that sees pixels."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, TypeAlias

import cv2
import numpy as np
import numpy.typing as npt

from monitor.emotion.preprocess import CROP_SIDE, Crop, align_batch
from monitor.errors import ModelError
from monitor.records import EMOTIONS, Face, Frame, Image, Reading, Sighting, Status

if TYPE_CHECKING:
    from monitor.emotion.network import Network


_ROUNDING = 20 / 12
"""What rounding, of variance 1/12, adds to a Laplacian, whose squared weights sum to
20 (four ones and a minus four)."""


@dataclass(frozen=True, slots=True)
class Limits:
    """When a face is too poor to read; such a face is never counted as neutral.

    Attributes:
        min_height: height of the face's box in pixels; None takes what the network's
            file says: training shows no face of fewer pixels than that.
        min_eye_span: distance between the eyes as a share of the box's height. A face
            seen from the front has about 0.4; turned by 60 degrees, half of it.
        nose_margin: how near the nose may come to the line of one eye, as a share
            of the distance between the eyes. At 0 it stands under the eye: the head
            is turned by more than about 45 degrees, which FER2013 hardly shows.
        min_detail: variance of the crop's Laplacian as a share of the crop's own
            variance; see `detail`. Of held-back faces blurred by 2 pixels of the crop
            half fall under 0.01, and the network has lost 8 points of accuracy on
            them (13 at 2.5 pixels); faces merely shrunk to 16 pixels stay above 0.02.
        min_contrast: standard deviation of the crop's grey levels, of 255: under it
            the face is a dark or washed-out patch.
    """

    min_height: float | None = None
    min_eye_span: float = 0.18
    nose_margin: float = 0.0
    min_detail: float = 0.01
    min_contrast: float = 4.0


class Unreadable(StrEnum):
    """What stands against reading a face."""

    SMALL = "too small"
    TURNED = "turned away, or no face"
    BLURRED = "too blurred or too even"
    UNSURE = "the network is not sure enough"


Answer: TypeAlias = tuple[float, ...] | Unreadable
"""Seven calibrated probabilities, or what stands against them."""


class ExpressionReader:
    """Reads expressions, all faces of a frame in one batch."""

    def __init__(self, network: Network, limits: Limits = Limits()) -> None:
        self._network = network
        self._limits = limits

    @classmethod
    def load(
        cls, path: Path | None = None, limits: Limits = Limits()
    ) -> ExpressionReader:
        """A reader with the network in ``path``, or with the shipped one.

        Raises:
            ModelError: the network, or the runtime that it needs, cannot be loaded.
        """
        return cls(load_network(path), limits)

    @property
    def model(self) -> str:
        """Name and version of the network."""
        return f"{self._network.name} {self._network.version}"

    @property
    def expressions(self) -> tuple[str, ...]:
        """Those of `EMOTIONS` that the network can tell, in their order."""
        known = self._network.metadata.classes
        return tuple(name for name in EMOTIONS if name in known)

    @property
    def least_height(self) -> float:
        """Height of a face in pixels under which it is not read."""
        return self._limits.min_height or self._network.metadata.min_face_height

    @property
    def prior(self) -> tuple[float, ...] | None:
        """Class shares of the data that the head which is read was calibrated on.

        None where the file does not say; nothing is put in their place.
        """
        about = self._network.metadata
        return about.priors[about.reads]

    def read(self, frame: Frame, sightings: Sequence[Sighting]) -> tuple[Reading, ...]:
        """One reading for each sighting, in their order.

        Args:
            frame: the picture that the faces stand in.
            sightings: who was seen where.

        Returns:
            Readings of status read, with calibrated probabilities, unreadable, or
            no_consent.

        Raises:
            ModelError: the network cannot be run.
        """
        asked = [seen for seen in sightings if seen.may_read]
        answers = iter(self.look(frame.image, [seen.face for seen in asked]))
        return tuple(
            _reading(seen, next(answers))
            if seen.may_read
            else _noted(seen, Status.NO_CONSENT)
            for seen in sightings
        )

    def look(self, image: Image, faces: Sequence[Face]) -> list[Answer]:
        """What can be read in faces, and why the others cannot be.

        Args:
            image: BGR, (H, W, 3) uint8.
            faces: in it.

        Returns:
            For each face seven calibrated probabilities, or what stands against them.

        Raises:
            ModelError: the network cannot be run.
        """
        against = [self._against(face) for face in faces]
        posed = np.array([i for i, why in enumerate(against) if why is None], np.intp)
        crops = align_batch(image, [faces[i].landmarks for i in posed])
        clear = is_clear(crops, self._limits)
        for i in posed[~clear]:
            against[i] = Unreadable.BLURRED
        asked = posed[clear]
        answers = self._ask(image, [faces[i] for i in asked], crops[clear])
        read = dict(zip(asked.tolist(), answers, strict=True))
        return [why or read[i] for i, why in enumerate(against)]

    def _ask(self, image: Image, faces: Sequence[Face], crops: Crop) -> list[Answer]:
        """What the network says of faces; ``crops`` are theirs, 48x48 grey."""
        about = self._network.metadata
        side, _, channels = about.input
        if (side, channels) != (CROP_SIDE, 1):
            marks = [face.landmarks for face in faces]
            crops = align_batch(image, marks, side, colour=channels == 3)
        heights = np.array([face.height for face in faces], dtype=np.float64)
        rows = self._network.classify(crops, heights)
        sure = rows.max(1, initial=0) >= about.confidence_needed(heights)
        return [
            tuple(row) if enough else Unreadable.UNSURE
            for row, enough in zip(rows.tolist(), sure.tolist(), strict=True)
        ]

    def _against(self, face: Face) -> Unreadable | None:
        if face.height < self.least_height:
            return Unreadable.SMALL
        return None if faces_camera(face, self._limits) else Unreadable.TURNED


def load_network(path: Path | None = None, threads: int | None = None) -> Network:
    """The network in ``path``, or the shipped one.

    Raises:
        ModelError: it, or the runtime that it needs, cannot be loaded.
    """
    # Here, not above: presence mode must not load LiteRT.
    try:
        from monitor.emotion.network import Network
    except ModuleNotFoundError as exc:
        if exc.name is None or not exc.name.startswith("ai_edge_litert"):
            raise
        raise ModelError(
            "expressions cannot be read here: LiteRT, which runs the network, is "
            "not installed (Intel Macs have no current build of it); "
            "--mode presence works without it"
        ) from exc

    return Network.load(path, threads)


class PresenceReader:
    """Notes that students are visible; never loads an emotion network."""

    @property
    def model(self) -> str:
        """Empty: there is no network."""
        return ""

    @property
    def prior(self) -> None:
        """None: there are no probabilities."""
        return None

    @property
    def expressions(self) -> tuple[str, ...]:
        """All seven: no network is asked, so that none falls short of them."""
        return EMOTIONS

    def read(self, frame: Frame, sightings: Sequence[Sighting]) -> tuple[Reading, ...]:
        """One reading of status present for each sighting; the frame is not looked at.

        Args:
            frame: taken because every reader takes it.
            sightings: who was seen where.
        """
        del frame
        return tuple(_noted(seen, Status.PRESENT) for seen in sightings)


def faces_camera(face: Face, limits: Limits = Limits()) -> bool:
    """False when the landmarks show a head turned too far, or show no face at all."""
    points = np.asarray(face.landmarks, dtype=np.float64)
    left, right, nose = points[0], points[1], points[2]
    span = right - left
    length = float(np.hypot(*span))
    if not np.isfinite(points).all() or length < limits.min_eye_span * face.height:
        return False
    along = float((nose - left) @ span) / length**2
    return bool(limits.nose_margin <= along <= 1 - limits.nose_margin)


def is_clear(
    crops: npt.NDArray[np.uint8], limits: Limits = Limits()
) -> npt.NDArray[np.bool_]:
    """(n,) False for crops (n, 48, 48) uint8 that are blurred or show nothing."""
    contrast = crops.std((1, 2)) >= limits.min_contrast
    return np.asarray(contrast & (detail(crops) >= limits.min_detail))


def detail(crops: npt.NDArray[np.uint8]) -> npt.NDArray[np.float64]:
    """How much fine structure crops have, whatever their light.

    Args:
        crops: (n, 48, 48) uint8, grey.

    Returns:
        (n,) float64: the variance of the Laplacian over the variance of the crop, of
        the former what rounding to whole grey levels adds taken away: of a dim,
        blurred face nothing else is left.
    """
    edges = np.array([cv2.Laplacian(crop, cv2.CV_32F).var() for crop in crops])
    own = crops.astype(np.float64).var((1, 2))
    return np.asarray(np.maximum(edges - _ROUNDING, 0) / np.maximum(own, 1e-6))


def _reading(seen: Sighting, answer: Answer) -> Reading:
    if isinstance(answer, Unreadable):
        return _noted(seen, Status.UNREADABLE)
    return _noted(seen, Status.READ, answer)


def _noted(
    seen: Sighting, status: Status, probabilities: tuple[float, ...] | None = None
) -> Reading:
    return Reading(
        seen.student,
        status,
        seen.face.xyxy,
        probabilities,
        # Of somebody who did not agree nothing is kept but that they are there.
        facing=seen.facing if seen.may_read else None,
        pose=seen.pose if seen.may_read else None,
        shared=seen.shared,
    )
