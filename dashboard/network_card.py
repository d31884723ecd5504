"""What the shipped network's file says about how often it is right.

The figures travel in the file that the agent reads with (a zip archive behind the
network). They are shown only for sessions that this very network has read.
"""

from __future__ import annotations

import json
import zipfile
from functools import lru_cache
from importlib import resources
from pathlib import Path
from typing import Any

_MEMBER = "classpulse.json"


def measured_accuracy(model: str) -> str | None:
    """The share of FER2013's test faces read as labelled, None when not known.

    Args:
        model: name and version of the network that read the session.
    """
    about = _about(Path(str(resources.files("models") / "emotion.tflite")))
    if f"{about.get('name')} {about.get('version')}" != model:
        return None
    return accuracy_of(about.get("figures"))


def accuracy_of(figures: object) -> str | None:
    """The accuracy on the public test in a network's figures, as a percentage."""
    if isinstance(figures, dict):
        figures = figures.get("public_test", figures)
    value = figures.get("accuracy") if isinstance(figures, dict) else None
    if not isinstance(value, float) or not 0 < value <= 1:
        return None
    return f"{value:.1%}"


@lru_cache(maxsize=1)
def _about(path: Path) -> dict[str, Any]:
    try:
        with zipfile.ZipFile(path) as archive:
            about = json.loads(archive.read(_MEMBER))
    except (OSError, zipfile.BadZipFile, KeyError, ValueError):
        # The page can do without: the agent is who complains about a bad network.
        return {}
    return about if isinstance(about, dict) else {}
