"""The report on one class as one file that opens anywhere and asks for nothing.

Plotly's own script is in the file, so it is near 5 MB. Its policy lets nothing be
fetched and no script run but those in it, whatever a name holds.
"""

from __future__ import annotations

import base64
import hashlib
import html as text
from datetime import UTC, datetime
from importlib import resources

from dash import html
from plotly.offline import get_plotlyjs

from dashboard.components.definitions import definition_list
from dashboard.components.notices import honesty, presence_only
from dashboard.document import people, sections
from dashboard.document.charts import Chart, chart_data
from dashboard.document.facts import Facts, gather
from dashboard.document.markup import to_html
from dashboard.network_card import measured
from dashboard.palette import css_variables, paper_variables
from dashboard.parts import Part
from monitor import __version__
from monitor.engagement import INDEX_WEIGHTS, IndexWeights
from monitor.records import SessionData
from monitor.reports import formatting
from monitor.reports.pseudonyms import with_pseudonyms

_STYLES = (
    ("assets", "classpulse.css"),
    ("assets", "charts.css"),
    ("document", "document.css"),
)

_LAW = (
    "In the EU, inferring emotions of people in education is prohibited (AI Act, "
    "Art. 5(1)(f)), with or without consent; presence alone may be recorded. Elsewhere "
    "FERPA, India's DPDP Act, Illinois BIPA and others may ask for notice, consent, "
    "access and erasure."
)
_KEEPING = (
    "This file tells of people. No picture and no face embedding is in it or was ever "
    "stored. Hand it on only to whom they would expect, and delete it when it has "
    "served: nobody else does."
)


def report_html(
    data: SessionData,
    *,
    pseudonyms: bool = False,
    weights: IndexWeights = INDEX_WEIGHTS,
    made_at: datetime | None = None,
) -> str:
    """The whole file as text.

    Args:
        data: the session, whole; of a running one what there is.
        pseudonyms: "P1", "P2" ... in place of names, everywhere in the file.
        weights: of the engagement index.
        made_at: what the file says of when it was made; now by default.
    """
    facts = gather(with_pseudonyms(data) if pseudonyms else data, weights)
    charts: list[Chart] = []
    body = to_html(_body(facts, charts, pseudonyms=pseudonyms))
    made = _made(facts, made_at or datetime.now(UTC))
    return _file(_title(facts), f"{body}{to_html(made)}", charts)


def _body(facts: Facts, charts: list[Chart], *, pseudonyms: bool) -> list[Part]:
    """The sections that there is something to say in, from the glance to details."""
    return [
        sections.head(facts, pseudonyms=pseudonyms),
        sections.glance(facts),
        sections.shares(facts),
        sections.timeline(facts, charts),
        sections.segments(facts, charts),
        people.students(facts),
        people.strips(facts, charts),
        people.presence(facts),
        sections.not_read(facts),
        html.Section(
            [
                html.H2("How the numbers are computed"),
                definition_list(reads=facts.reads, weights=facts.weights, report=True),
            ],
            className="definitions",
        ),
        honesty(measured(facts.session.model)) if facts.reads else presence_only(),
    ]


def _made(facts: Facts, made_at: datetime) -> html.Div:
    model = facts.session.model
    read_by = f"Expressions were read by the network {model}. " if model else ""
    return html.Div(
        [
            html.P(_LAW),
            html.P(_KEEPING),
            html.P(
                f"{read_by}Made by ClassPulse {__version__} on "
                f"{formatting.day_and_clock(made_at)}."
            ),
        ],
        className="made",
    )


def _title(facts: Facts) -> str:
    title = facts.session.title or "Untitled class"
    return f"{title}, {formatting.day(facts.session.started_at)}"


def _file(title: str, body: str, charts: list[Chart]) -> str:
    scripts = [get_plotlyjs(), _shipped("document", "document.js")] if charts else []
    allowed = " ".join(f"'sha256-{_digest(script)}'" for script in scripts) or "'none'"
    policy = (
        f"default-src 'none'; script-src {allowed}; style-src 'unsafe-inline'; "
        "img-src data: blob:; base-uri 'none'; form-action 'none'"
    )
    styles = [css_variables(), paper_variables()]
    style = "\n".join([*styles, *(_shipped(*place) for place in _STYLES)])
    parts = [
        '<!DOCTYPE html>\n<html lang="en">\n<head>\n<meta charset="utf-8">',
        f'<meta http-equiv="Content-Security-Policy" content="{policy}">',
        '<meta name="viewport" content="width=device-width, initial-scale=1">',
        '<meta name="color-scheme" content="light dark">',
        '<meta name="robots" content="noindex">',
        '<meta name="referrer" content="no-referrer">',
        f"<title>{text.escape(title)}</title>",
        f"<style>{style}</style>\n</head>\n<body>",
        "<noscript><p>The charts need JavaScript, which is in this file; the tables "
        "hold the same numbers.</p></noscript>"
        if charts
        else "",
        f'<main class="page">{body}</main>',
        *map(chart_data, charts),
        *(f"<script>{script}</script>" for script in scripts),
        "</body>\n</html>\n",
    ]
    return "\n".join(parts)


def _shipped(folder: str, name: str) -> str:
    """A file of this package, line ends as browsers count them for a digest."""
    file = resources.files("dashboard") / folder / name
    return file.read_text("utf-8").replace("\r\n", "\n")


def _digest(script: str) -> str:
    """What a content security policy knows a script by."""
    return base64.b64encode(hashlib.sha256(script.encode("utf-8")).digest()).decode()
