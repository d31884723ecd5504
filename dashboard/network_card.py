"""What the shipped network's file says about how often it is right.

The figures travel in the file that the agent reads with (a zip archive behind the
network). They are shown only for sessions that this very network has read.
"""

from __future__ import annotations

import json
import zipfile
from dataclasses import dataclass
from functools import lru_cache
from importlib import resources
from pathlib import Path
from typing import Any

from monitor.words import EMOTIONS

_MEMBER = "classpulse.json"


@dataclass(frozen=True, slots=True)
class Measured:
    """How often the network was right on FER2013's test faces, as percentages.

    Attributes:
        votes: answers that are what most of ten people saw; None when not measured.
        labels: answers that are the face's label.
    """

    votes: str | None
    labels: str


@dataclass(frozen=True, slots=True)
class Shipped:
    """The network that comes with the program.

    Attributes:
        name: and version.
        measured: how often it was right; None when its file does not say.
        found: share in [0, 1] of the faces that most of ten people called so, by
            expression; empty when that was not measured.
    """

    name: str
    measured: Measured | None
    found: dict[str, float]


def shipped() -> Shipped | None:
    """The shipped network; None when its file cannot be read."""
    about = _about(_file())
    if not about:
        return None
    figures = about.get("figures")
    votes = figures.get("public_test_votes") if isinstance(figures, dict) else None
    found = votes.get("recall") if isinstance(votes, dict) else None
    return Shipped(
        f"{about.get('name')} {about.get('version')}",
        measured_in(figures),
        found if isinstance(found, dict) and set(found) == set(EMOTIONS) else {},
    )


def measured(model: str) -> Measured | None:
    """What was measured of a network; None when it is not known.

    Args:
        model: name and version of the network that read the session.
    """
    about = _about(_file())
    if f"{about.get('name')} {about.get('version')}" != model:
        return None
    return measured_in(about.get("figures"))


def measured_in(figures: object) -> Measured | None:
    """What a network's figures say; None when they say nothing."""
    if not isinstance(figures, dict):
        return None
    labels = _percentage(figures.get("public_test"))
    if labels is None:
        return None
    return Measured(_percentage(figures.get("public_test_votes")), labels)


def _percentage(figures: object) -> str | None:
    value = figures.get("accuracy") if isinstance(figures, dict) else None
    if not isinstance(value, float) or not 0 < value <= 1:
        return None
    return f"{value:.1%}"


def _file() -> Path:
    return Path(str(resources.files("models") / "emotion.tflite"))


@lru_cache(maxsize=1)
def _about(path: Path) -> dict[str, Any]:
    try:
        with zipfile.ZipFile(path) as archive:
            about = json.loads(archive.read(_MEMBER))
    except (OSError, zipfile.BadZipFile, KeyError, ValueError):
        # The page can do without: the agent is who complains about a bad network.
        return {}
    return about if isinstance(about, dict) else {}
