"""The virtual class as a source of pictures, and the truth about each of them."""

from __future__ import annotations

import math
from datetime import UTC, datetime, timedelta
from types import TracebackType
from typing import Self, TypedDict

import numpy as np

from monitor.errors import SourceLost, UsageError
from monitor.records import EMOTIONS, Frame, Image, utc
from monitor.sources.port import SourceOptions
from monitor.sources.virtual import model, skins
from monitor.sources.virtual.events import SCENARIOS, Call, Events, Showing
from monitor.sources.virtual.gallery import Gallery, Signs
from monitor.sources.virtual.head import Rectangle
from monitor.sources.virtual.layout import Look, Tile
from monitor.sources.virtual.people import NAMES, Person, make_people
from monitor.sources.virtual.scene import Moment, Scene
from monitor.sources.virtual.sitters import (
    Cast,
    DrawnSitter,
    PictureSitter,
    load_pictures,
    picture_files,
)
from monitor.sources.virtual.slides import Slides

MOST_STUDENTS = 49
"""As many as one page of a call shows."""

_EXTRAS = ("(she/her)", "(he/him)", "(they/them)", "(Co-host)", "(Guest)")
_WITH_EXTRA = 8
"""One person in so many has a label that says more than the name."""


class PersonTruth(TypedDict):
    """What is true of one student at one moment; boxes are x, y, width, height."""

    name: str
    tile: list[int]
    face: list[float] | None
    emotion: str | None
    yaw: float | None


class Truth(TypedDict):
    """What is true of the class at one moment: a line of the truth file."""

    offset_s: float
    people: list[PersonTruth]


class VirtualClass:
    """A made-up class, looked at as fast as it is asked.

    The clock begins ``minutes`` ago, so that a class which is shown faster than real
    time ends about now.

    Args:
        options: students, minutes, seed, scenario, faces and started_at count.
        look: size and skin of the gallery; 1920x1080 after Zoom when None.
        events: what happens; as the scenario says when None.
    """

    live = False

    def __init__(
        self,
        options: SourceOptions,
        look: Look | None = None,
        events: Events | None = None,
    ) -> None:
        check(options)
        self.look = look or Look()
        skins.skin(self.look.skin)
        self._options = options
        self._events = events or SCENARIOS[options.scenario]
        self._count = options.students + self._events.teacher
        if options.faces is not None:
            picture_files(options.faces, self._count)
        self.duration_s: float | None = options.minutes * 60
        begun = options.started_at or (
            datetime.now(UTC) - timedelta(minutes=options.minutes)
        )
        self.started_at: datetime | None = utc(begun)
        self.description = f"virtual class, {options.students} students"
        self._scene = Scene(options.seed, self._count, options.minutes)
        self._call = Call(options.seed, self._count, self._scene, self._events)
        self._people: tuple[Person, ...] = ()
        self._gallery: Gallery | None = None

    def __enter__(self) -> Self:
        options, faces = self._options, model.load()
        people = make_people(
            options.seed, self._count, len(faces.components), len(faces.shapes)
        )
        if options.faces is None:
            cast = Cast(lambda i, *size: DrawnSitter(people[i], faces, *size))
        else:
            pictures = load_pictures(options.faces, self._count)
            cast = Cast(lambda i, *size: PictureSitter(pictures[i], *size))
        names = [person.name for person in people]
        signs = Signs(names, [self._label(i, name) for i, name in enumerate(names)])
        slides = Slides(options.seed, faces)
        self._people = people
        self._gallery = Gallery(self.look, cast, signs, slides)
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._gallery = None

    def read(self, offset_s: float) -> Frame | None:
        """The gallery at that time of the class; None once it is over."""
        if self.started_at is None or self.duration_s is None:
            raise SourceLost("the virtual class has no beginning")
        if offset_s >= self.duration_s:
            return None
        taken_at = self.started_at + timedelta(seconds=offset_s)
        return Frame(self.picture(offset_s), taken_at, offset_s)

    def picture(self, offset_s: float) -> Image:
        """The call at any time: (height, width, 3) BGR uint8."""
        return self._entered().draw(self._scene.at(offset_s), self.showing(offset_s))

    def showing(self, offset_s: float) -> Showing:
        """What the call shows at any time, apart from what everyone looks like."""
        return self._call.at(offset_s)

    def truth(self, offset_s: float) -> Truth:
        """Which students are shown, where, and what they show, at that time."""
        gallery, moment = self._entered(), self._scene.at(offset_s)
        showing = self.showing(offset_s)
        boxes = gallery.face_boxes(moment, showing)
        shown = zip(showing.seats, gallery.places(showing).tiles, boxes, strict=True)
        return {
            "offset_s": offset_s,
            "people": [
                self._truth_of(i, moment, tile, box, i in showing.off)
                for i, tile, box in shown
                if i < self._options.students
            ],
        }

    def _truth_of(
        self,
        number: int,
        moment: Moment,
        tile: Tile,
        box: Rectangle | None,
        off: bool,
    ) -> PersonTruth:
        drawn = self._options.faces is None and not off
        pose = moment.poses[number]
        return {
            "name": self._people[number].name,
            "tile": list(tile),
            "face": None if box is None else [round(part, 1) for part in box],
            "emotion": EMOTIONS[pose.emotion] if drawn else None,
            "yaw": round(pose.yaw_deg, 1) if drawn else None,
        }

    def _label(self, number: int, name: str) -> str:
        """What a label says of a person; the last one of all may be the teacher."""
        if number == self._options.students:
            return f"{name} (Host, me)"
        random = np.random.default_rng([self._options.seed, 31, number])
        if self._events.extras and random.integers(_WITH_EXTRA) == 0:
            return f"{name} {_EXTRAS[int(random.integers(len(_EXTRAS)))]}"
        return name

    def _entered(self) -> Gallery:
        if self._gallery is None:
            raise SourceLost("the virtual class was not opened: enter the source first")
        return self._gallery


def check(options: SourceOptions) -> None:
    """Refuses what no virtual class can be.

    Raises:
        UsageError: a number out of its range, or a scenario that does not exist.
    """
    most = min(MOST_STUDENTS, len(NAMES))
    if not 1 <= options.students <= most:
        raise UsageError(
            f"--students {options.students}: expected 1 to {most}, one page of a call"
        )
    if not (math.isfinite(options.minutes) and options.minutes > 0):
        raise UsageError(
            f"--minutes {options.minutes:g}: expected a number of minutes above 0"
        )
    if options.seed < 0:
        raise UsageError(f"--seed {options.seed}: expected 0 or a larger whole number")
    if options.scenario not in SCENARIOS:
        expected = " or ".join(SCENARIOS)
        raise UsageError(f"--scenario {options.scenario}: expected {expected}")
