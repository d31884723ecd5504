"""What the start page asks its agent process, and how it says the answers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from dashboard.data import is_alive
from monitor.errors import AgentError
from monitor.reports.formatting import count
from monitor.store.store import Store

SCREEN, WEBCAM, RECORDING = "screen", "webcam", "recording"
AGREED = "agreed"
MOST_MB = 4
"""What a roster may hold: with a hundred letters a line, 40,000 students."""
HOLD_S = 5
"""Long enough to bring the call to the front."""

_NO_CAMERA = (
    "No camera answers: plug one in, or close the program that holds it; then look "
    "again."
)
_NO_PATH = "Type where the recording lies, then open it."


class Place(NamedTuple):
    """What is watched: the page's own fields.

    Attributes:
        source: screen, webcam or recording; None before one is chosen.
        camera: its number.
        path: of the recording.
        region: left, top, width, height in pixels of the desktop, as far as typed.
    """

    source: str | None
    camera: int | None
    path: str | None
    region: Sequence[int | float | None]

    def question(self) -> dict[str, Any]:
        """What the agent is to be told of it.

        Raises:
            AgentError: the page's fields do not say enough.
        """
        match self.source:
            case "screen":
                return {"source": SCREEN, "region": _whole(self.region)}
            case "webcam":
                if self.camera is None:
                    raise AgentError(_NO_CAMERA)
                return {"source": WEBCAM, "camera": self.camera}
            case "recording":
                path = (self.path or "").strip().strip('"')
                if not path:
                    raise AgentError(_NO_PATH)
                return {"source": path}
        raise AgentError("Choose what is to be watched first.")


def _whole(region: Sequence[int | float | None]) -> list[int | float]:
    sides = [side for side in region if side is not None]
    if len(sides) < len(region):
        raise AgentError(
            "The region is not complete: draw it on the picture, choose a monitor, or "
            "give all four numbers."
        )
    return sides


def first_region(places: Mapping[str, Any]) -> list[int] | None:
    """Where the region stands at first: as last time, else the primary monitor."""
    monitors = places["monitors"]
    if not monitors:
        return None
    remembered = places["region"]
    if remembered and any(_meets(remembered, monitor) for monitor in monitors):
        return list(remembered)
    return list(monitors[places["primary"]])


def _meets(one: Sequence[int], other: Sequence[int]) -> bool:
    across = one[0] < other[0] + other[2] and other[0] < one[0] + one[2]
    return across and one[1] < other[1] + other[3] and other[1] < one[1] + one[3]


def seen_words(sight: Mapping[str, Any]) -> str:
    """What the picture shows."""
    if sight["region"] is not None:
        return f"The whole desktop, {sight['width']} \u00d7 {sight['height']} pixels."
    told = sight["description"]
    return f"{told[:1].upper()}{told[1:]}."


def found_words(answer: Mapping[str, Any]) -> str:
    """What a check of the picture found, in words."""
    faces, readable = len(answer["boxes"]), answer["readable"]
    if answer["black"]:
        return (
            "The picture is black: is the call's window minimised? On macOS, allow "
            "screen recording for the terminal in System Settings, then begin again."
        )
    if not faces:
        return (
            "No face found. Is the call in gallery view, in front, and inside the "
            "region?"
        )
    text = f"{count(faces, 'face')} found"
    if readable is None:
        return f"{text}."
    if readable == faces:
        return f"{text}, " + ("readable." if faces == 1 else "all of them readable.")
    return (
        f"{text}; {faces - readable} not readable just now, for being small, turned or "
        f"blurred (the smallest is {answer['smallest']} pixels high). A larger call "
        "window helps."
    )


def camera_names(cameras: list[dict[str, int]]) -> list[dict[str, Any]]:
    """What each camera that answers is called."""
    return [
        {
            "value": one["number"],
            "label": f"Webcam {one['number']}, {one['width']} \u00d7 {one['height']}",
        }
        for one in cameras
    ]


def roster_question(
    path: str | None, sent: str | None, name: str | None
) -> dict[str, Any]:
    """The roster, as the agent is told: a chosen file counts, not what is typed.

    Raises:
        AgentError: the chosen file is too large to be one.
    """
    data = sent.partition(",")[2] if sent else ""
    if len(data) * 3 / 4 > MOST_MB * 1e6:
        raise AgentError(
            f"{name} holds more than {MOST_MB} MB, so it is no roster: choose a CSV "
            "file with a line a student."
        )
    return {
        "roster": path,
        "roster_sent": {"name": name, "data": data} if data else None,
    }


def class_question(
    about_: Mapping[str, Any], first: Mapping[str, Any]
) -> dict[str, Any]:
    """What the form says of the class, as the agent is told.

    Raises:
        AgentError: nobody has said what is to be kept.
    """
    if not about_["mode"]:
        raise AgentError("Choose what is kept of the class.")
    return {
        **equipment_question(first),
        "mode": about_["mode"],
        "accept": AGREED in (about_["agreed"] or []),
        "title": about_["title"],
        "course": about_["course"],
        "me": about_["me"] or "",
        "every_s": about_["every"],
        "minutes": about_["minutes"],
        **roster_question(about_["roster"], about_["sent"], about_["sent_name"]),
    }


def equipment_question(first: Mapping[str, Any]) -> dict[str, Any]:
    """What the command line alone can choose, as the agent is told."""
    names = ("model", "detector", "detector_file")
    return {name: first[name] for name in names if first.get(name)}


def running_class(store: Store) -> tuple[int, str] | None:
    """Number and title of a class that is being watched now.

    Raises:
        StoreError: the database cannot be read.
    """
    alive = (session for session in store.sessions() if is_alive(session))
    first = next(alive, None)
    return None if first is None else (first.id, first.title or "Untitled class")
