"""How well the stored students of a session agree with who was really there."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy.optimize import linear_sum_assignment

from monitor.records import SessionData
from monitor.sources.virtual.source import Truth

_NEAR = 0.6
"""A stored face is the true one when its middle is nearer than this share of its
height; the nearest counts."""


@dataclass(frozen=True, slots=True)
class Score:
    """What became of the sightings of one session.

    Attributes:
        shown: faces that were shown in the samples.
        found: of them, those with a stored sighting.
        right: of those, sightings stored for the student who it was.
        strange: sightings where no student's face was: pictures, the teacher.
        people: students whose face was shown.
        named: of them, those stored under their exact name.
        students: students stored with at least one sighting of a student.
        strangers: students stored with none.
        wrong: the most frequent confusions: true name, stored name, how often.
    """

    shown: int
    found: int
    right: int
    strange: int
    people: int
    named: int
    students: int
    strangers: int
    wrong: tuple[tuple[str, str, int], ...]

    @property
    def accuracy(self) -> float:
        """Share of the sightings that are right; NaN without any."""
        return self.right / self.found if self.found else float("nan")


def score(data: SessionData, truths: Sequence[Truth]) -> Score:
    """Hold a session against the truth.

    A student counts as the person whose name they bear. One with another name
    ("Student 3", a misread label) counts as the person they mostly are, one student a
    person: a person who was split in two is right in one of them only.

    Args:
        data: the whole session, as stored.
        truths: of each of its samples, by offset.
    """
    names = {student.id: student.name for student in data.students}
    pairs, strange = _pairs(data, truths)
    counts = Counter(pairs)
    meant = _meant(names, counts)
    seen = {student for student, _ in counts}
    stored = {int(student) for student in np.unique(data.observations.student)}
    shown = [p["name"] for t in truths for p in t["people"] if p["face"] is not None]
    wrong: Counter[tuple[str, str]] = Counter()
    for (student, name), count in counts.items():
        if meant.get(student) != name:
            wrong[name, names[student]] += count
    return Score(
        shown=len(shown),
        found=len(pairs),
        right=len(pairs) - wrong.total(),
        strange=strange,
        people=len(set(shown)),
        named=len(set(shown) & {names[student] for student in seen}),
        students=len(seen),
        strangers=len(stored - seen),
        wrong=tuple((*pair, count) for pair, count in wrong.most_common(6)),
    )


def _pairs(
    data: SessionData, truths: Sequence[Truth]
) -> tuple[list[tuple[int, str]], int]:
    """(student's id, true name) of each sighting; and how many were of nobody."""
    at = {round(truth["offset_s"], 3): truth for truth in truths}
    pairs, strange = [], 0
    observations = data.observations
    for row, offset in enumerate(data.samples.offset_s):
        chosen = observations.pick(observations.sample == row)
        faces = [
            (person["name"], person["face"])
            for person in at[round(float(offset), 3)]["people"]
            if person["face"] is not None
        ]
        boxes = np.array([face for _, face in faces], float).reshape(-1, 4)
        middles = boxes[:, :2] + boxes[:, 2:] / 2
        found = (chosen.xyxy[:, :2] + chosen.xyxy[:, 2:]) / 2
        away = np.linalg.norm(found[:, None] - middles[None], axis=2)
        far = away > _NEAR * boxes[None, :, 3]
        rows, columns = linear_sum_assignment(np.where(far, 1e6, away))
        kept = [(i, j) for i, j in zip(rows, columns, strict=True) if not far[i, j]]
        pairs += [(int(chosen.student[i]), faces[j][0]) for i, j in kept]
        strange += len(chosen) - len(kept)
    return pairs, strange


def _meant(names: dict[int, str], counts: Counter[tuple[int, str]]) -> dict[int, str]:
    """The person whom each student stands for."""
    people = sorted({name for _, name in counts})
    meant = {student: name for student, name in names.items() if name in people}
    rest = sorted({student for student, _ in counts} - set(meant))
    free = [name for name in people if name not in meant.values()]
    table = np.array([[counts[s, n] for n in free] for s in rest], float)
    if table.size:
        rows, columns = linear_sum_assignment(table, maximize=True)
        meant |= {rest[i]: free[j] for i, j in zip(rows, columns, strict=True)}
    return meant
