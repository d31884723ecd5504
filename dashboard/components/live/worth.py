"""Students worth a look: in name order, each with the reason; no score, no ranking."""

from __future__ import annotations

from collections.abc import Sequence

from dash import html

from dashboard.parts import Part, Parts
from dashboard.words import CAPTION
from monitor.attention import Look, LookReason
from monitor.records import Mode
from monitor.reports import formatting

_RULES = {
    True: "Whose expression has been another than their own for five minutes, who "
    "became unreadable, or whose camera went off. In name order.",
    False: "Whose camera went off after being on. In name order.",
}


def worth_list(looks: Sequence[Look], session_id: int, mode: Mode) -> Parts:
    """The list with its rule; the same calm sentence where there is nobody."""
    rule = _RULES[mode is not Mode.PRESENCE]
    nobody = html.P("Nobody just now.", className="nobody")
    listed = html.Ul([_line(look, session_id) for look in looks], className="worth")
    return [
        html.H3("Worth a look"),
        html.P(rule, className="muted"),
        listed if looks else nobody,
    ]


def _line(look: Look, session_id: int) -> html.Li:
    page = f"/student/{session_id}/{look.student}"
    return html.Li(
        [
            html.A(html.Bdi(look.name), href=page),
            html.Span(_reason(look), className="why"),
        ],
        key=str(look.student),
    )


def _reason(look: Look) -> Part:
    span = formatting.minutes((look.to_s - look.from_s) / 60)
    since = f"since {formatting.into_class(look.from_s)} into class, {span}"
    read = f"{formatting.share(look.coverage)} read"
    match look.reason:
        case LookReason.CHANGED:
            words = _changed(look)
        case LookReason.UNREADABLE:
            words = "Seen, and hardly readable any more"
        case LookReason.CAMERA_OFF:
            words = "Camera off after being on"
    return f"{words}, {since}; {read}."


def _changed(look: Look) -> str:
    before, now = (CAPTION[name] if name else "" for name in (look.before, look.now))
    if before == now:
        return f"Mostly {now} as before, and yet unlike their own usual"
    return f"Mostly {now}, before that mostly {before}"
