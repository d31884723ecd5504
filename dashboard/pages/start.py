"""Start a class: choose what is watched, see it, draw the region, begin."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from typing import Any

import dash
from dash import (
    ALL,
    ClientsideFunction,
    Input,
    Output,
    State,
    callback,
    dcc,
    html,
    no_update,
)
from dash.exceptions import PreventUpdate

from dashboard.agents import Agents, current_agents
from dashboard.components.notices import error_notice
from dashboard.components.start_class import Remembered, about, kept
from dashboard.components.start_form import SIDES, begin, watched
from dashboard.parts import Part, Parts
from dashboard.showing import WHOLE, Page, show
from dashboard.starting import (
    HOLD_S,
    RECORDING,
    SCREEN,
    WEBCAM,
    Place,
    class_question,
    equipment_question,
    first_region,
    found_words,
    roster_question,
    running_class,
)
from dashboard.stores import current_store, first_values, usable_settings
from monitor.errors import AgentError, StoreError

dash.register_page(  # type: ignore[no-untyped-call]
    __name__, path="/start", title="Start a class, ClassPulse", name="Start a class"
)

_ELSEWHERE = (
    "A class is started on the computer that watches it: open ClassPulse there without "
    "--host."
)

_REGION = {side: State(f"start-{side}", "value") for side in SIDES}
_PLACE = {
    "source": State("start-source", "value"),
    "camera": State("start-camera", "value"),
    "path": State("start-path", "value"),
    **_REGION,
}
_CLASS = {
    name: State(f"start-{name}", "value")
    for name in ("mode", "title", "course", "roster", "me", "every", "minutes")
} | {
    "agreed": State("start-agreed", "value"),
    "sent": State("start-upload", "contents"),
    "sent_name": State("start-upload", "filename"),
}


def layout(**_: object) -> html.Div:
    """The form; nothing is looked at before a source is chosen."""
    if current_agents() is None:
        return html.Div(
            [html.H1("Start a class"), html.P(_ELSEWHERE)], className="page start"
        )
    store, first = current_store(), first_values()
    try:
        running = running_class(store)
        settings, problem = usable_settings(store)
        remembered = Remembered(
            store.acknowledged_mode(), store.courses(), settings, first
        )
    except StoreError as error:
        return html.Div(error_notice(error), className="page")
    visit = secrets.token_urlsafe(16)
    told: dict[str, Any] = {"data-visit": visit}
    return html.Div(
        [
            html.H1("Start a class"),
            _running_told(running),
            html.P(problem, className="banner", hidden=not problem),
            watched(first.get("path")),
            kept(remembered),
            about(remembered),
            begin(),
            dcc.Store(id="start-visit", data=visit),
            dcc.Store(id="start-places"),
            dcc.Store(id="start-sight"),
            dcc.Store(id="start-boxes"),
            dcc.Location(id="start-away", refresh="callback-nav"),
        ],
        id="start-page",
        className="page start",
        **told,
    )


def _running_told(running: tuple[int, str] | None) -> Part:
    if running is None:
        return None
    number, title = running
    link = html.A(html.Bdi(title), href=f"/live/{number}")
    return html.P(["A class is being watched now: ", link, "."], className="banner")


def _agents() -> Agents:
    agents = current_agents()
    if agents is None:
        raise PreventUpdate
    return agents


def _place(fields: dict[str, Any]) -> Place:
    region = [fields[side] for side in SIDES]
    return Place(fields["source"], fields["camera"], fields["path"], region)


@callback(
    output={
        "screen": Output("start-screen-box", "hidden"),
        "webcam": Output("start-webcam-box", "hidden"),
        "recording": Output("start-recording-box", "hidden"),
        "region": Output("start-region", "hidden"),
        "hold": Output("start-hold", "hidden"),
        "hint": Output("start-hint", "hidden"),
    },
    inputs={"source": Input("start-source", "value")},
)
def _boxes(source: str | None) -> dict[str, bool]:
    screen = source == SCREEN
    return {
        "screen": not screen,
        "webcam": source != WEBCAM,
        "recording": source != RECORDING,
        "region": not screen,
        "hold": not screen,
        "hint": not screen,
    }


@callback(
    output={
        "sight": Output("start-sight", "data"),
        "seen": Output("start-seen", "children"),
        "no_sight": Output("start-sight-box", "hidden"),
        "problem": Output("start-problem", "children"),
        "no_problem": Output("start-problem", "hidden"),
        "found": Output("start-found", "children", allow_duplicate=True),
        "boxes": Output("start-boxes", "data", allow_duplicate=True),
        "no_follow": Output("start-follow", "hidden", allow_duplicate=True),
        "cameras": Output("start-camera", "options"),
        "camera": Output("start-camera", "value"),
        "places": Output("start-places", "data"),
        "me": Output("start-me", "value"),
    },
    inputs={
        "source": Input("start-source", "value"),
        "camera": Input("start-camera", "value"),
        "_open": Input("start-open", "n_clicks"),
        "_path": Input("start-path", "n_submit"),
        "_again": Input("start-again", "n_clicks"),
        "path": State("start-path", "value"),
        "known": State("start-places", "data"),
        "me": State("start-me", "value"),
        "visit": State("start-visit", "data"),
    },
    running=[
        (
            Output("start-seen", "children"),
            "Opening it\u2026",
            "",
        ),
    ],
    prevent_initial_call=True,
)
def _show(
    source: str | None,
    camera: int | None,
    path: str | None,
    known: dict[str, Any] | None,
    me: str | None,
    visit: str,
    **_: object,
) -> dict[str, Any]:
    """Open what was chosen, and say what it is."""
    place = Place(source, camera, path, WHOLE)
    return show(_agents(), visit, place, Page(dash.ctx.triggered_id, known, me))


@callback(
    Output("start-monitors", "children"),
    *(Output(f"start-{side}", "value") for side in SIDES),
    Input("start-places", "data"),
    prevent_initial_call=True,
)
def _monitors(places: dict[str, Any] | None) -> tuple[Parts, ...]:
    """A button for each monitor; the region begins where it was last time."""
    if not places:
        raise PreventUpdate
    region: Sequence[Any] | None = first_region(places)
    buttons: list[Part] = [
        html.Button(
            f"All of monitor {number}, {width} \u00d7 {height}",
            id={"type": "start-monitor", "number": number},
        )
        for number, (_, _, width, height) in enumerate(places["monitors"], 1)
    ]
    return (buttons, *(region or [no_update] * len(SIDES)))


@callback(
    *(Output(f"start-{side}", "value", allow_duplicate=True) for side in SIDES),
    Input({"type": "start-monitor", "number": ALL}, "n_clicks"),
    State("start-places", "data"),
    prevent_initial_call=True,
)
def _whole_monitor(_: list[int | None], places: dict[str, Any]) -> tuple[int, ...]:
    clicked = dash.ctx.triggered_id
    if not clicked or not dash.ctx.triggered[0]["value"]:
        raise PreventUpdate
    return tuple(places["monitors"][clicked["number"] - 1])


@callback(
    Output("start-found", "children"),
    Output("start-boxes", "data"),
    Input("start-check", "n_clicks"),
    State("start-visit", "data"),
    State("start-mode", "value"),
    dict(_PLACE),
    running=[(Output("start-check", "disabled"), True, False)],
    prevent_initial_call=True,
)
def _check(
    _: int, visit: str, mode: str | None, place: dict[str, Any]
) -> tuple[str, list[list[float]]]:
    """Find the faces as the class's samples will."""
    try:
        chosen = equipment_question(first_values())
        question = {**_place(place).question(), **chosen, "mode": mode}
        answer = _agents().ask(visit, "check", question)
    except AgentError as error:
        return str(error), []
    return found_words(answer), answer["boxes"]


@callback(
    Output("start-found", "children", allow_duplicate=True),
    Output("start-boxes", "data", allow_duplicate=True),
    Output("start-follow", "hidden"),
    Input("start-hold", "n_clicks"),
    Input("start-follow", "n_clicks"),
    State("start-visit", "data"),
    running=[
        (Output("start-hold", "disabled"), True, False),
        (
            Output("start-found", "children"),
            f"Bring the call to the front: the picture is taken in {HOLD_S} seconds.",
            "",
        ),
    ],
    prevent_initial_call=True,
)
def _hold(_hold: int, _follow: int, visit: str) -> tuple[str, list[Any], bool]:
    try:
        if dash.ctx.triggered_id == "start-follow":
            _agents().ask(visit, "follow")
            return "", [], True
        _agents().ask(visit, "hold", {"after_s": HOLD_S})
    except AgentError as error:
        return str(error), [], True
    return "The picture stands: draw the region on it, or check it.", [], False


@callback(
    Output("start-roster-told", "children"),
    Input("start-roster", "value"),
    Input("start-upload", "contents"),
    Input("start-course", "value"),
    State("start-upload", "filename"),
    State("start-visit", "data"),
    prevent_initial_call=True,
)
def _roster(
    path: str | None, sent: str | None, course: str | None, name: str | None, visit: str
) -> str:
    try:
        question = roster_question(path, sent, name)
        if not any(question.values()):
            return ""
        told = _agents().ask(visit, "roster", {**question, "course": course})["told"]
    except AgentError as error:
        return str(error)
    return f"{name}: {told}" if sent else told


@callback(
    Output("start-away", "href"),
    Output("start-told", "children"),
    Output("start-told", "hidden"),
    Input("start-go", "n_clicks"),
    State("start-visit", "data"),
    dict(_PLACE),
    dict(_CLASS),
    running=[
        (Output("start-go", "disabled"), True, False),
        (Output("start-go", "children"), "Starting\u2026", "Start the class"),
    ],
    prevent_initial_call=True,
)
def _go(
    _: int, visit: str, place: dict[str, Any], about_: dict[str, Any]
) -> tuple[Any, str, bool]:
    """Begin; the live page follows."""

    def require_free() -> None:
        running = running_class(current_store())
        if running is not None and place["source"] != RECORDING:
            raise AgentError(
                f"A class is being watched now ({running[1]}): stop it first, on its "
                "live page."
            )

    try:
        question = _place(place).question()
        details = {**question, **class_question(about_, first_values())}
        answer = _agents().begin(visit, details, require_free)
    except (AgentError, StoreError) as error:
        return no_update, str(error), False
    return f"/live/{answer['session']}", "", True


@callback(
    Output("start-told", "hidden", allow_duplicate=True),
    *(
        Input(f"start-{name}", "value")
        for name in (
            *("source", "camera", "path", *SIDES),
            *("mode", "agreed", "every", "minutes"),
        )
    ),
    prevent_initial_call=True,
)
def _mended(*_: object) -> bool:
    """What stood against the start may be mended now."""
    return True


dash.clientside_callback(
    ClientsideFunction("start", "drawRegion"),
    Input("start-sight", "data"),
    *(Input(f"start-{side}", "value") for side in SIDES),
)

dash.clientside_callback(
    ClientsideFunction("start", "drawFaces"),
    Input("start-boxes", "data"),
)
