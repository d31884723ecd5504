"""Opening what was chosen on the start page, so that it can be seen."""

from __future__ import annotations

from typing import Any, NamedTuple

from dash import no_update

from dashboard.agents import Agents
from dashboard.starting import RECORDING, WEBCAM, Place, camera_names, seen_words
from monitor.errors import AgentError

WHOLE = (0, 0, 1, 1)
"""Any region: the whole desktop is shown, whatever part of it will be watched."""


class Page(NamedTuple):
    """What the page holds when something is chosen.

    Attributes:
        asked: the part of it that was used.
        places: what the agent has said of monitors, None before the first question.
        me: what stands in the field of the teacher's own name.
    """

    asked: object
    places: dict[str, Any] | None
    me: str | None


def show(agents: Agents, visit: str, place: Place, page: Page) -> dict[str, Any]:
    """Open a source; everything on the page that this changes, problems included."""
    kept = dict.fromkeys(("cameras", "camera", "places", "me"), no_update)
    shown: dict[str, Any] = {**kept, "found": "", "boxes": [], "no_follow": True}
    try:
        if page.places is None:
            known = agents.ask(visit, "places")
            shown |= {"places": known, "me": page.me or known["me"] or ""}
        if place.source == WEBCAM and page.asked in ("start-source", "start-again"):
            cameras = agents.ask(visit, "cameras")["cameras"]
            number = cameras[0]["number"] if cameras else None
            place = place._replace(camera=number)
            shown |= {"cameras": camera_names(cameras), "camera": number}
        elif place.source == RECORDING and page.asked == "start-source":
            # Its path may still be half typed.
            return {**shown, **_nothing("")}
        sight = agents.ask(visit, "show", place.question())
    except AgentError as error:
        return {**shown, **_nothing(str(error))}
    seen = {"sight": sight, "seen": seen_words(sight), "no_sight": False}
    return {**shown, **seen, "problem": "", "no_problem": True}


def _nothing(problem: str) -> dict[str, Any]:
    return {
        "sight": None,
        "seen": "",
        "no_sight": True,
        "problem": problem,
        "no_problem": not problem,
    }
