"""The live preview: the class's picture with each face's box and seven scores.

Off until a click, and off again on Esc, in a hidden tab or after a minute in another
window. The browser asks for one picture after another (assets/preview.js); nothing of
them is kept anywhere.
"""

from __future__ import annotations

import json
from typing import Any

from dash import html

from dashboard.agents import current_agents
from dashboard.data import is_alive
from dashboard.words import CAPTION
from monitor.records import EMOTIONS, Mode, SessionRow

OFF = "Off. Nothing is looked at for it."


def preview_panel(session: SessionRow) -> html.Section:
    """The panel of a running class; hidden for any other, and beyond this computer."""
    reads = session.mode is Mode.STUDENT
    told: dict[str, Any] = {
        "data-session": str(session.id),
        "data-off": OFF,
        "data-captions": json.dumps({name: CAPTION[name] for name in EMOTIONS}),
        "data-expressions": json.dumps(session.expressions),
        "aria-labelledby": "preview-heading",
    }
    toggle: dict[str, Any] = {"aria-pressed": "false", "aria-controls": "preview-stage"}
    picture: dict[str, Any] = {
        "role": "img",
        "aria-label": "The class as it is watched now; what is read stands in the "
        "table below.",
    }
    return html.Section(
        [
            html.Div(
                [
                    html.H2("The picture, live", id="preview-heading"),
                    html.Button("Show the picture", id="preview-toggle", **toggle),
                ],
                className="heading",
            ),
            html.P(OFF, id="preview-told", className="muted", role="status"),
            html.Div(
                [
                    html.Div(id="preview-picture", className="picture", **picture),
                    html.P(_meaning(reads=reads), className="muted"),
                    html.Div(
                        html.Table(
                            [
                                html.Caption(
                                    "Each face in the picture", className="unseen"
                                ),
                                html.Thead(_heads(reads=reads)),
                                html.Tbody(id="preview-faces"),
                            ],
                            className="data faces",
                        ),
                        className="scroll",
                    ),
                ],
                id="preview-stage",
                hidden=True,
            ),
        ],
        id="preview",
        className="preview",
        hidden=not is_alive(session) or current_agents() is None,
        **told,
    )


def _meaning(*, reads: bool) -> str:
    text = "From this computer's memory, never stored. Esc hides it. Names show while "
    text += "the students do. A face without a number is not counted: it is new, your "
    text += "own, or on a slide."
    if reads:
        text += " Scores are of this one look; the class's numbers are of the samples."
    return text


def _heads(*, reads: bool) -> html.Tr:
    shares = [CAPTION[name] for name in EMOTIONS] if reads else []
    names = ["Face", "State", *shares]
    return html.Tr([html.Th(name, scope="col") for name in names])
