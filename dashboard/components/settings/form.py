"""What a teacher may set: a field each, with its unit, range and a sentence."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

from dash import dcc, html

from dashboard.components.definitions import PAPER
from dashboard.palette import STACK
from dashboard.words import CAPTION
from monitor.errors import SettingsError
from monitor.records import EMOTIONS
from monitor.settings import Described, Settings, described, parse, parse_weights
from monitor.typed_number import number_of

NUMBERS = ("every_s", "retention_days")
SWITCHES = ("worth_a_look", "notices")
HEADS = {"facing": "turned as usual", "away": "turned away"}
WEIGHTS = (*reversed(STACK), *HEADS)
FIELDS = (*NUMBERS, *WEIGHTS)
"""What has a text field, and a line beside it for what is wrong."""

ON = "on"


class Entered(NamedTuple):
    """What a form holds: settings, or by field what is wrong with it."""

    settings: Settings | None
    wrong: dict[str, str]


def form(settings: Settings) -> html.Section:
    """Every setting as it is kept now."""
    return html.Section(
        [
            html.H2("How a class is watched"),
            *(_number(key, settings) for key in NUMBERS),
            *(_switch(key, settings) for key in SWITCHES),
            _weights(settings),
            html.Div(
                [
                    html.Button("Save", id="settings-save", className="primary"),
                    html.P(id="settings-told", role="status", className="muted"),
                ],
                className="acts",
            ),
        ],
        id="watching",
    )


def read_form(texts: Mapping[str, object], switches: Mapping[str, bool]) -> Entered:
    """Settings from what stands in the fields.

    Args:
        texts: by the names in `FIELDS`, as typed.
        switches: by the names in `SWITCHES`.
    """
    values = {key: _as_number(texts.get(key)) for key in FIELDS}
    wrong = {}
    for key in FIELDS:
        try:
            if key in WEIGHTS:
                parse_weights(_as_weights({key: values[key]}))
            else:
                parse({key: values[key]})
        except SettingsError as error:
            wrong[key] = _beside(error, texts.get(key))
    if wrong:
        return Entered(None, wrong)
    raw: dict[str, Any] = {key: values[key] for key in NUMBERS}
    raw |= {key: bool(switches.get(key)) for key in SWITCHES}
    raw["weights"] = _as_weights({key: values[key] for key in WEIGHTS})
    try:
        return Entered(parse(raw), {})
    except SettingsError as error:
        # What no field has for itself: all weights are nothing.
        return Entered(None, {WEIGHTS[0]: told(error)})


def usual_weights() -> dict[str, str]:
    """The published weights, as their fields hold them."""
    return _weight_texts(Settings())


def told(error: Exception | str) -> str:
    """An error's line as a sentence of a page."""
    text = str(error)
    return f"{text[:1].upper()}{text[1:].rstrip('.')}."


def _beside(error: SettingsError, typed: object) -> str:
    """A field's line: the field itself says which setting it is."""
    _, apart, expected = str(error).partition(": ")
    got = repr(str(typed)[:40]) if typed not in (None, "") else "nothing"
    return told(f"{expected}, got {got}" if apart else error)


def _as_number(typed: object) -> object:
    """A number where one was typed, with point or comma; else what was typed."""
    text = str(typed if typed is not None else "").strip()
    number = number_of(text)
    return text if number is None else number


def _as_weights(values: Mapping[str, object]) -> dict[str, Any]:
    raw: dict[str, Any] = {key: values[key] for key in HEADS if key in values}
    expressions = {key: values[key] for key in EMOTIONS if key in values}
    return raw | {"expressions": expressions}


def _number(key: str, settings: Settings) -> html.Div:
    about = described(key)
    value = getattr(settings, key)
    return html.Div(
        [
            html.Label(about.title, htmlFor=f"settings-{key}", className="name"),
            html.Div(
                [
                    _field(key, f"{value:g}"),
                    html.Span(about.unit),
                    html.Span(_range(about), className="muted"),
                ],
                className="value",
            ),
            _wrong(key),
            html.P(about.text, className="muted"),
        ],
        className="setting",
    )


def _switch(key: str, settings: Settings) -> html.Div:
    about = described(key)
    choice = dcc.Checklist(
        id=f"settings-{key}",
        options=[{"label": about.title, "value": ON}],
        value=[ON] if getattr(settings, key) else [],
        className="switch",
    )
    return html.Div(
        [choice, html.P(about.text, className="muted")], className="setting"
    )


def _weights(settings: Settings) -> html.Fieldset:
    about = described("weights")
    values = _weight_texts(settings)
    fields = [
        html.Div(
            [
                html.Label(CAPTION.get(key, HEADS.get(key)), htmlFor=f"settings-{key}"),
                _field(key, values[key]),
                _wrong(key),
            ],
            className="weight",
        )
        for key in WEIGHTS
    ]
    return html.Fieldset(
        [
            html.Legend(about.title, className="name"),
            html.P(
                [
                    f"{about.text} A weight is a number {_range(about)}. ",
                    html.A("The paper", href=PAPER),
                ],
                className="muted",
            ),
            html.Div(fields, className="weights"),
            html.Button("Put the published weights back", id="settings-usual"),
        ],
        className="setting",
    )


def _field(key: str, value: str) -> dcc.Input:
    # As text: a number field would hide from us what is no number.
    return dcc.Input(
        id=f"settings-{key}",
        type="text",
        value=value,
        maxLength=20,
    )


def _wrong(key: str) -> html.P:
    return html.P(id=f"settings-{key}-wrong", role="alert", className="wrong")


def _range(about: Described) -> str:
    return f"from {about.low:g} to {about.high:g}"


def _weight_texts(settings: Settings) -> dict[str, str]:
    weights = settings.weights
    expressions = zip(EMOTIONS, weights.expressions, strict=True)
    heads = {"facing": weights.facing, "away": weights.away}
    return {key: f"{value:g}" for key, value in [*expressions, *heads.items()]}
