"""What happens in a virtual lecture, as a pure function of the seed and the time.

Everything is fixed when a `Scene` is made, so frames and truth may be asked for in any
order and agree. Somebody's part does not depend on how many others are there.
"""

from __future__ import annotations

import math
from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from monitor.records import EMOTIONS

FADE_S = 1.0
"""How long one expression takes to become the next."""

BLINK_S = 0.3
_NEUTRAL = EMOTIONS.index("neutral")
_HAPPY = EMOTIONS.index("happy")
_SURPRISE = EMOTIONS.index("surprise")

_LEANINGS = {
    "angry": 0.04,
    "disgust": 0.03,
    "fear": 0.03,
    "happy": 0.35,
    "sad": 0.2,
    "surprise": 0.15,
}
"""How often each expression comes after a neutral stretch, before temperament."""


class Pose(NamedTuple):
    """How one student looks at one moment.

    Attributes:
        weights: (7,) blend of the expressions, sums to 1.
        emotion: position in `EMOTIONS` of the one meant: the target of a fade from
            its middle on.
        yaw_deg: head turned, positive towards the picture's right.
        sway: head moved (right, down), as shares of the face's height.
        roll_deg: head tilted, positive clockwise.
        nod: head lowered, in [-1, 1].
        closed: eyelids, 0 open to 1 shut.
        brightness: of the tile's light, about 1.
        warmth: of its colour, about 0, positive towards red.
    """

    weights: npt.NDArray[np.float32]
    emotion: int
    yaw_deg: float
    sway: tuple[float, float]
    roll_deg: float
    nod: float
    closed: float
    brightness: float
    warmth: float


class Moment(NamedTuple):
    """The class at one moment: a pose for each student, and who speaks (or None)."""

    poses: tuple[Pose, ...]
    speaker: int | None
    muted: tuple[bool, ...]


@dataclass(frozen=True, slots=True)
class _Wave:
    """Something that most of the class answers: a joke, a surprise."""

    start_s: float
    emotion: int


@dataclass(frozen=True, slots=True)
class _Wobble:
    """A sum of slow sines: smooth, endless, and known at every time."""

    sizes: tuple[float, ...]
    speeds: tuple[float, ...]
    phases: tuple[float, ...]

    @classmethod
    def draw(
        cls, random: np.random.Generator, size: float, slowest_s: float
    ) -> _Wobble:
        speeds = 2 * math.pi / slowest_s * np.array([1.0, 2.3, 4.7])
        speeds *= random.uniform(0.8, 1.25, 3)
        return cls(
            tuple((size * np.array([0.6, 0.28, 0.12])).tolist()),
            tuple(speeds.tolist()),
            tuple(random.uniform(0, 2 * math.pi, 3).tolist()),
        )

    def at(self, offset_s: float) -> float:
        parts = zip(self.sizes, self.speeds, self.phases, strict=True)
        return sum(a * math.sin(w * offset_s + p) for a, w, p in parts)


class Scene:
    """A lecture: who shows what, turns and speaks, whether on the page or not.

    Args:
        seed: another seed is another lecture.
        students: how many take part.
        minutes: how long it lasts.

    Attributes:
        duration_s: how long it lasts.
        horizon_s: up to when everything is drawn; whole hours.
    """

    def __init__(self, seed: int, students: int, minutes: float) -> None:
        self.duration_s = minutes * 60
        # Drawn in hours, so that a longer lecture begins like a shorter one.
        horizon_s = 3600.0 * (math.ceil(self.duration_s / 3600) or 1)
        self.horizon_s = horizon_s
        waves = _waves(np.random.default_rng([seed, 10]), horizon_s)
        self._parts = tuple(
            _Part(np.random.default_rng([seed, 11, i]), waves, horizon_s)
            for i in range(students)
        )
        self._turns = _turns(
            np.random.default_rng([seed, 12, students]), students, horizon_s
        )
        muted = np.random.default_rng([seed, 13]).random(64) < 0.7
        self._muted = tuple(bool(m) for m in muted[:students])

    def at(self, offset_s: float) -> Moment:
        """Everyone at that time, in seconds since the lecture's start."""
        starts, speakers = self._turns
        speaker = speakers[bisect_right(starts, offset_s) - 1]
        muted = tuple(m and i != speaker for i, m in enumerate(self._muted))
        return Moment(tuple(p.at(offset_s) for p in self._parts), speaker, muted)

    def turns(self) -> Iterator[tuple[float, int | None]]:
        """When someone begins to speak, and who; None while no student does."""
        return zip(*self._turns, strict=True)


class _Part:
    """One student's part in the lecture."""

    def __init__(
        self, random: np.random.Generator, waves: list[_Wave], horizon_s: float
    ) -> None:
        self._starts, self._emotions = _moods(random, waves, horizon_s)
        self._yaw = _Wobble.draw(random, random.uniform(6, 15), 40)
        self._usual_yaw = random.uniform(-5, 5)
        self._sway = (_Wobble.draw(random, 0.05, 17), _Wobble.draw(random, 0.035, 13))
        self._roll = _Wobble.draw(random, random.uniform(2, 6), 23)
        self._nod = _Wobble.draw(random, 0.6, 11)
        self._light = _Wobble.draw(random, random.uniform(0.03, 0.1), 90)
        self._warmth = _Wobble.draw(random, 0.04, 120)
        self._blink_every = random.uniform(3, 6)
        self._blink_phase = random.uniform(0, 6)

    def at(self, offset_s: float) -> Pose:
        now = max(bisect_right(self._starts, offset_s) - 1, 0)
        emotion = self._emotions[now]
        before = self._emotions[max(now - 1, 0)]
        share = min((offset_s - self._starts[now]) / FADE_S, 1.0) if now else 1.0
        share = share * share * (3 - 2 * share)
        weights = np.zeros(len(EMOTIONS), np.float32)
        weights[before] += 1 - share
        weights[emotion] += share
        # A lifting factor keeps the blinks from being even.
        beat = (offset_s + self._blink_phase) / self._blink_every
        beat += 0.3 * math.sin(beat)
        into = (beat % 1) * self._blink_every / BLINK_S
        return Pose(
            weights=weights,
            emotion=emotion if share >= 0.5 else before,
            yaw_deg=self._usual_yaw + self._yaw.at(offset_s),
            sway=(self._sway[0].at(offset_s), self._sway[1].at(offset_s)),
            roll_deg=self._roll.at(offset_s),
            nod=self._nod.at(offset_s),
            closed=math.sin(math.pi * into) if into < 1 else 0.0,
            brightness=1 + self._light.at(offset_s),
            warmth=self._warmth.at(offset_s),
        )


def _waves(random: np.random.Generator, horizon_s: float) -> list[_Wave]:
    waves, now = [], float(random.uniform(15, 50))
    while now < horizon_s:
        waves.append(_Wave(now, _HAPPY if random.random() < 0.75 else _SURPRISE))
        now += float(random.uniform(50, 150))
    return waves


def _moods(
    random: np.random.Generator, waves: list[_Wave], horizon_s: float
) -> tuple[list[float], list[int]]:
    """When each of a student's expressions begins, and which it is."""
    lively = float(random.uniform(0.12, 0.5))
    joins = float(random.uniform(0.35, 0.95))
    leaning = np.array([_LEANINGS.get(name, 0.0) for name in EMOTIONS])
    leaning *= random.gamma(2.0, 0.5, len(EMOTIONS))
    leaning /= leaning.sum()
    starts, emotions, now = [0.0], [_NEUTRAL], 0.0
    answered = [w for w in waves if random.random() < joins]
    while now < horizon_s:
        shown = emotions[-1] != _NEUTRAL
        until = now + float(random.uniform(10, 24 if shown else 40))
        following = _NEUTRAL
        if not shown and random.random() < lively:
            following = int(random.choice(len(EMOTIONS), p=leaning))
        wave = next((w for w in answered if now < w.start_s <= until), None)
        if wave is not None:
            following = wave.emotion
            until = max(wave.start_s + float(random.uniform(0, 2)), now + 3)
        if following != emotions[-1]:
            starts.append(until)
            emotions.append(following)
        now = until
    return starts, emotions


def _turns(
    random: np.random.Generator, students: int, horizon_s: float
) -> tuple[list[float], list[int | None]]:
    """When someone begins to speak, and who; None while the teacher does."""
    starts: list[float] = [0.0]
    speakers: list[int | None] = [None]
    now = float(random.uniform(0, 6))
    while now < horizon_s:
        starts.append(now)
        speakers.append(int(random.integers(students)))
        now += float(random.uniform(6, 25))
        starts.append(now)
        speakers.append(None)
        now += float(random.uniform(2, 30))
    return starts, speakers
