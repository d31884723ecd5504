"""From a frame to a tick: the only module that knows the order of the rooms.

The rooms are handed in through their ports; `build` chooses and loads them.
"""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from typing import TYPE_CHECKING

from monitor.picture_health import FreezeWatch, is_black
from monitor.records import Frame, GapReason, KnownStudent, Mode, Tick

if TYPE_CHECKING:
    from monitor.detectors.port import Detector
    from monitor.emotion.port import Reader
    from monitor.identity.port import Tracker


@dataclass(frozen=True, slots=True)
class Equipment:
    """What the user chose to look and to read with.

    Attributes:
        mode: student reads expressions; presence only sees who is there.
        model: the emotion network's file; None takes the shipped one.
        detector: kind of face detector.
        detector_file: its network's file, for kinds that no package carries.
        thorough: full scale at every sample; a live class takes the quick way.
        live: the pictures are of the present, so that one which never changes is
            worth a warning, and no label may hold up a sample.
        slides: slides may be shared in the pictures, and faces on them are no people.
        known: who is expected, from a roster or the course.
        asks_consent: only those who said yes are read.
        me: the teacher's own name, whose tile is left out.
    """

    mode: Mode = Mode.STUDENT
    model: Path | None = None
    detector: str = "centerface"
    detector_file: Path | None = None
    thorough: bool = True
    live: bool = False
    slides: bool = False
    known: tuple[KnownStudent, ...] = ()
    asks_consent: bool = False
    me: str | None = None


class CoverWatch:
    """Says when most of the faces have gone for two samples.

    A student leaving takes one face away; another window over the gallery takes most
    of them at once. What is usual is the median of the last trusted samples. When the
    faces stay away for ``patience`` samples the class has become smaller, and the
    present number is the usual one from then on.
    """

    def __init__(self, *, remembered: int = 20, patience: int = 100) -> None:
        self._counts: deque[int] = deque(maxlen=remembered)
        self._few = 0
        self._patience = patience

    def forget(self) -> None:
        """Another page has another number of faces: learn anew what is usual."""
        self._counts.clear()
        self._few = 0

    def covered(self, faces: int) -> bool:
        """Take the number of faces in the next sample; True while covered."""
        usual = median(self._counts) if self._counts else 0
        if usual >= 3 and faces < usual / 2:
            self._few += 1
            if self._few <= self._patience:
                return self._few >= 2
            self._counts.clear()
        self._few = 0
        self._counts.append(faces)
        return False


class Pipeline:
    """Looks at frames, one after another, and says what each gave."""

    def __init__(
        self, detector: Detector, tracker: Tracker, reader: Reader, *, live: bool
    ) -> None:
        self._detector = detector
        self._tracker = tracker
        self._reader = reader
        self._cover = CoverWatch()
        self._freeze = FreezeWatch() if live else None

    @property
    def model(self) -> str:
        """Name and version of the emotion network; empty in presence mode."""
        return self._reader.model

    @property
    def prior(self) -> tuple[float, ...] | None:
        """Class shares that its probabilities were calibrated under, if it has any."""
        return self._reader.prior

    @property
    def expressions(self) -> tuple[str, ...]:
        """Those of the seven that the network can tell."""
        return self._reader.expressions

    def look(self, frame: Frame, index: int) -> Tick:
        """Everything that one frame gives; the frame is not kept.

        Args:
            frame: the picture.
            index: the sample's number within the session, from 0.
        """
        gap: GapReason | None = None
        if is_black(frame.image):
            return self._tick(frame, index, GapReason.BLACK)
        if self._freeze is not None and self._freeze.is_frozen(frame.image):
            gap = GapReason.FROZEN
        faces = self._detector.detect(frame.image)
        seen = self._tracker.update(frame, faces)
        if seen.turned:
            self._cover.forget()
        if self._cover.covered(len(faces)):
            gap = GapReason.COVERED
        return Tick(
            index,
            frame.captured_at,
            frame.offset_s,
            readings=tuple(self._reader.read(frame, seen.sightings)),
            gap=gap,
            # What covers the gallery says nothing about who is away.
            away=seen.away if gap is None else (),
            named=seen.named,
            joined=seen.joined,
            left_out=seen.left_out,
            pictures=seen.pictures,
        )

    @property
    def trouble(self) -> str | None:
        """What does not work although the class goes on; None when all is well."""
        return self._tracker.trouble

    def close(self) -> None:
        """Let go of what works beside the samples; nothing is looked at after."""
        self._tracker.close()

    @staticmethod
    def _tick(frame: Frame, index: int, gap: GapReason) -> Tick:
        return Tick(index, frame.captured_at, frame.offset_s, (), gap)


def build(equipment: Equipment) -> Pipeline:
    """Load what the equipment names.

    Raises:
        DetectorError: the face detector cannot be loaded.
        ModelError: the emotion network is missing or damaged.
        UsageError: the detector needs what was not given.
    """
    # The rooms are heavy: a command that looks at no picture never loads them.
    from monitor import detectors
    from monitor.detectors.port import DetectorOptions
    from monitor.emotion import reader

    reads = (
        reader.PresenceReader()
        if equipment.mode is Mode.PRESENCE
        else reader.ExpressionReader.load(equipment.model)
    )
    options = DetectorOptions(file=equipment.detector_file, thorough=equipment.thorough)
    detector = detectors.create(equipment.detector, options)
    return Pipeline(detector, _tracker(equipment), reads, live=equipment.live)


def _tracker(equipment: Equipment) -> Tracker:
    from monitor.identity.labels import Labels
    from monitor.identity.names import Names
    from monitor.identity.still import StillFaces
    from monitor.identity.tiles import LayoutWatch
    from monitor.identity.tracker import GalleryTracker, Parts

    names = Names(equipment.known, equipment.me, asks_consent=equipment.asks_consent)
    stills = StillFaces() if equipment.slides else None
    unreadable = [label for one in equipment.known for label in one.labels]
    labels = Labels(wait=not equipment.live, unreadable=unreadable)
    return GalleryTracker(Parts(LayoutWatch(), labels, names, stills))
