"""The start page's first part: what is watched, its picture, and which part of it."""

from __future__ import annotations

from typing import Any

from dash import dcc, html

from dashboard.starting import HOLD_S, RECORDING, SCREEN, WEBCAM

SIDES = ("x", "y", "width", "height")

_SIDE_NAMES = ("Left", "Top", "Width", "Height")
_SOURCES = {
    SCREEN: "This computer's screen",
    WEBCAM: "A webcam",
    RECORDING: "A recording",
}


def watched(path: str | None) -> html.Section:
    """Which source; its picture; which part of it.

    Args:
        path: of the recording, if it is known already.
    """
    return html.Section(
        [
            html.H2("What is watched", id="start-watched"),
            choice("start-source", _SOURCES, "start-watched"),
            _screen(),
            _webcam(),
            _recording(path),
            html.P(id="start-problem", className="banner", role="alert", hidden=True),
            # Beside the picture's box, which hides until there is a picture: the first
            # opening takes longest.
            html.P(id="start-seen", className="muted", role="status"),
            html.Div(
                [
                    html.Div(
                        id="start-picture",
                        className="picture",
                        role="img",
                        **_labelled("What the chosen source shows"),
                    ),
                    html.Div(
                        [
                            html.Button("Check the picture", id="start-check"),
                            html.Button(
                                f"Take the picture in {HOLD_S} s", id="start-hold"
                            ),
                            html.Button("Show it live", id="start-follow", hidden=True),
                        ],
                        className="row",
                    ),
                    html.P(id="start-found", className="found", role="status"),
                    html.P(
                        f"One monitor only? Press \u201cTake the picture in {HOLD_S} "
                        "s\u201d, bring the call to the front, and come back.",
                        id="start-hint",
                        className="muted",
                    ),
                    _region(),
                ],
                id="start-sight-box",
                hidden=True,
            ),
        ]
    )


def begin() -> html.Div:
    """The button, and what stands against it."""
    return html.Div(
        [
            html.Button("Start the class", id="start-go", className="primary"),
            html.P(id="start-told", role="alert", className="banner", hidden=True),
        ],
        className="begin",
    )


def choice(
    id_: str, options: dict[str, str], heading: str, value: str | None = None
) -> html.Div:
    """One of several, under a heading that names the group."""
    group: dict[str, Any] = {"role": "radiogroup", "aria-labelledby": heading}
    return html.Div(
        dcc.RadioItems(id=id_, options=options, value=value, className="choice"),
        **group,
    )


def _screen() -> html.Div:
    return html.Div(
        [
            html.P(
                "If you share your whole screen in the call, the class sees these "
                "pages too: share a window instead.",
                className="muted",
            ),
            html.Div(id="start-monitors", className="row"),
        ],
        id="start-screen-box",
        hidden=True,
    )


def _webcam() -> html.Div:
    return html.Div(
        [
            html.Div(
                dcc.RadioItems(id="start-camera", options={}, className="choice"),
                role="radiogroup",
                **_labelled("Webcams that answer"),
            ),
            html.Button("Look for webcams again", id="start-again"),
        ],
        id="start-webcam-box",
        hidden=True,
    )


def _recording(path: str | None) -> html.Div:
    return html.Div(
        html.Div(
            [
                field(
                    "path",
                    "The recording\u2019s path",
                    "A video, or a folder of pictures",
                    value=path,
                ),
                html.Button("Open", id="start-open"),
            ],
            className="row",
        ),
        id="start-recording-box",
        hidden=True,
    )


def _region() -> html.Fieldset:
    fields = [
        html.Div(
            [
                html.Label(name, htmlFor=f"start-{side}"),
                dcc.Input(id=f"start-{side}", type="number", step=1, debounce=0.3),
            ],
            className="entry",
        )
        for side, name in zip(SIDES, _SIDE_NAMES, strict=True)
    ]
    return html.Fieldset(
        [
            html.Legend("The region, in pixels of the desktop"),
            html.P(
                "Draw it on the picture around the gallery of faces, or type it here. "
                "It is remembered for next time.",
                className="muted",
            ),
            html.Div(fields, className="row"),
        ],
        id="start-region",
        hidden=True,
    )


def field(name: str, label: str, hint: str, **more: Any) -> html.Div:  # noqa: ANN401
    """A labelled field; what else Dash's input takes goes with it."""
    settings: dict[str, Any] = {"type": "text", "maxLength": 1000, **more}
    return html.Div(
        [
            html.Label(label, htmlFor=f"start-{name}"),
            dcc.Input(id=f"start-{name}", **settings),
            html.P(hint, className="muted hint"),
        ],
        className="entry",
    )


def _labelled(text: str) -> dict[str, Any]:
    return {"aria-label": text}
