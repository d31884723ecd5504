"""The report's sections about the class: plain components, facts in, HTML out."""

from __future__ import annotations

from dash import html

from dashboard.components.glance import glance_cards
from dashboard.components.header import session_facts, session_status
from dashboard.components.legend import expressions_legend, full_caption
from dashboard.components.mood import mood_table
from dashboard.components.notes import ABOUT, notes_list
from dashboard.components.tables import data_table
from dashboard.data import is_alive
from dashboard.document.charts import Chart
from dashboard.document.facts import Facts
from dashboard.figures.mood import mood_figure, mood_height, mood_info
from dashboard.figures.segments import (
    segment_span,
    segments_figure,
    segments_height,
    segments_info,
)
from dashboard.palette import STACK
from dashboard.parts import Part
from dashboard.shares import SHARE_HEADS, share_cells, untold
from dashboard.words import GAP, STATUS_MEANING, span
from monitor.records import EMOTIONS, SessionStatus
from monitor.reports import formatting
from monitor.reports.sentences import summary_sentence

UNTOLD = "totals by the minute do not keep why"
"""Of faces that were not read, where only their number is left."""


def head(facts: Facts, *, pseudonyms: bool) -> html.Header:
    """Title, status, the class in plain words, and what holds for the whole file."""
    session = facts.session
    lead = summary_sentence(facts.data, facts.whole, facts.changes, facts.corrected)
    return html.Header(
        [
            html.P("ClassPulse report", className="kind"),
            html.Div(
                [
                    html.H1(html.Bdi(session.title or "Untitled class")),
                    html.Div(session_status(session)),
                ],
                className="title",
            ),
            html.P(html.Bdi(session.course), className="muted")
            if session.course
            else None,
            html.Dl(session_facts(session), className="facts"),
            *_banners(facts, pseudonyms=pseudonyms),
            html.P(lead, className="lead"),
        ]
    )


def glance(facts: Facts) -> html.Section | None:
    """The numbers of the whole class, each with its coverage or a word of meaning."""
    if not facts.whole.samples:
        return None
    cards = glance_cards(
        facts.glance, reads=facts.reads, expressions=facts.session.expressions
    )
    return html.Section(cards, className="keep")


def timeline(facts: Facts, charts: list[Chart]) -> html.Section | None:
    """The class's expressions over time with markers and moments."""
    if not facts.has_readings:
        return None
    info = mood_info(facts.view, facts.changes, facts.weights)
    about = (
        f"Mean of all readings in every {span(facts.view.bin_s)}; time runs in minutes "
        "into class. Where nothing could be trusted the chart is left open."
    )
    chart = Chart(
        "mood",
        mood_figure(info),
        mood_height(info),
        "The class's expressions, valence and coverage over time; the table below "
        "holds the same numbers.",
    )
    charts.append(chart)
    return html.Section(
        [
            html.Div(
                [
                    html.H2("The class's expressions over time"),
                    html.P(
                        f"{about} {ABOUT}" if info.notes else about, className="muted"
                    ),
                    expressions_legend(facts.session.expressions),
                    chart.place("mood"),
                ],
                className="keep",
            ),
            notes_list(facts.data.markers, facts.changes),
            fold(mood_table(facts.view, facts.weights)),
        ]
    )


def shares(facts: Facts) -> html.Section | None:
    """How often each expression was seen, as it was read and corrected."""
    if not facts.has_readings:
        return None
    heads = ["Expression", "Share of readings"]
    corrected = facts.corrected
    if corrected is not None:
        heads += ["Corrected", "Nine times of ten between"]
    rows: list[list[Part]] = []
    for name in reversed(STACK):
        if name not in facts.session.expressions:
            continue
        k = EMOTIONS.index(name)
        swatch = html.Span(className=f"swatch {name}")
        row: list[Part] = [
            html.Span([swatch, full_caption(name)], className="named"),
            formatting.share(facts.whole.shares[k]),
        ]
        if corrected is not None:
            low, high = float(corrected.low[k]), float(corrected.high[k])
            row += [
                formatting.share(float(corrected.mean[k])),
                f"{formatting.share(low)} and {formatting.share(high)}",
            ]
        rows.append(row)
    about = (
        f"Of {formatting.count(facts.whole.readings, 'reading')}, coverage "
        f"{formatting.share(facts.whole.coverage)}. "
    )
    return html.Section(
        [
            html.H2("How often each expression was seen"),
            html.P(
                f"{about}{_correction(facts)}{untold(facts.session)}", className="muted"
            ),
            data_table("Expressions over the whole class", heads, rows),
        ],
        className="keep",
    )


def _correction(facts: Facts) -> str:
    if facts.corrected is not None:
        return (
            "Corrected for how frequent each expression was among the faces that the "
            "network learned from; the interval widens when few faces are read."
        )
    if facts.data.minutes is not None:
        return (
            "The shares cannot be corrected for how frequent each expression was among "
            "the faces that the network learned from: that takes every reading, and "
            "only totals are kept."
        )
    return (
        "The network that read this class came without measurements: how often it is "
        "wrong is not known, its shares cannot be corrected, and no face was left out "
        "for being doubtful."
    )


def segments(facts: Facts, charts: list[Chart]) -> html.Section | None:
    """Shares between markers; nothing for a class without any."""
    if not facts.has_readings or len(facts.stretches) < 2:
        return None
    info = segments_info(facts.stretches)
    chart = Chart(
        "segments",
        segments_figure(info),
        segments_height(len(facts.stretches)),
        "Shares of expressions between markers; the table below holds the same "
        "numbers.",
    )
    charts.append(chart)
    rows: list[list[Part]] = [
        [
            html.Bdi(stretch.name),
            segment_span(stretch),
            *share_cells(stretch.summary.shares, facts.session),
            formatting.valence(stretch.summary.valence),
            formatting.share(stretch.summary.facing),
            f"{stretch.summary.readings:,}",
            formatting.share(stretch.summary.coverage),
        ]
        for stretch in facts.stretches
    ]
    heads = ["From", "Minutes", *SHARE_HEADS]
    heads += ["Valence", "Facing", "Readings", "Coverage"]
    return html.Section(
        [
            html.H2("Between markers"),
            html.P(
                "Mean of all readings from one marker to the next, in the same colours "
                "as above; the share of looks that were read stands beside each.",
                className="muted",
            ),
            chart.place("segments"),
            fold(data_table("Expressions between markers", heads, rows)),
        ]
    )


def not_read(facts: Facts) -> html.Section | None:
    """What could not be read and why."""
    if not len(facts.data.samples) and facts.data.minutes is None:
        return None
    missing, session = facts.missing, facts.session
    lines: list[Part] = []
    if facts.data.minutes is not None:
        lines.append(
            "Totals by the minute are kept over five faces or more; minutes with fewer "
            "are left open."
        )
    lines += _faces(facts)
    lines += [
        f"{GAP[gap].capitalize()}: {formatting.minutes(minutes)} in all."
        for gap, minutes in missing.gap_minutes.items()
    ]
    if session.late:
        lines.append(
            f"{formatting.count(session.late, 'sample')} came too late and "
            f"{'was' if session.late == 1 else 'were'} left out."
        )
    slides = formatting.left_out(facts.data.samples.left_out.tolist())
    if slides:
        lines.append(slides)
    if not lines:
        lines.append(nothing_left_out(facts))
    return html.Section(
        [
            html.H2("What could not be read, and why" if facts.reads else "Gaps"),
            html.Ul([html.Li(line) for line in lines]),
        ],
        className="keep",
    )


def _faces(facts: Facts) -> list[Part]:
    """The faces that count in no share, and why."""
    missing = facts.missing
    lines: list[Part] = []
    if facts.reads and missing.untold:
        faces = formatting.part_of(missing.untold, missing.faces, "faces not read")
        lines.append(f"{faces}: {UNTOLD}.")
    elif facts.reads and missing.asked:
        line = formatting.unreadable(missing.unreadable, missing.asked).capitalize()
        if missing.unreadable:
            line += ": too small, too blurred or turned too far away. They count in no "
            line += "share"
        lines.append(f"{line}.")
    if missing.no_consent:
        faces = formatting.count(missing.no_consent, "face")
        lines.append(f"{faces} of students who did not agree: seen, and not read.")
    if missing.not_trusted:
        faces = formatting.count(missing.not_trusted, "face")
        lines.append(
            f"{faces} seen while the picture stood still, was black or the gallery "
            "was covered: they count nowhere."
        )
    return lines


def nothing_left_out(facts: Facts) -> str:
    """What is said where there is no reason to tell of."""
    if facts.reads and facts.missing.every_face_read:
        return "Every face that was seen could be read, all the time."
    return "Every look at the class was taken, and nothing was left out."


def fold(table: Part) -> html.Details:
    """The table behind a chart: closed, and on paper only when it was opened."""
    return html.Details([html.Summary("Show as table"), table], className="behind")


def _banners(facts: Facts, *, pseudonyms: bool) -> list[Part]:
    session = facts.session
    told: list[Part] = []
    if is_alive(session):
        taken = formatting.count(session.samples, "sample")
        told.append(f"This class goes on: these are the numbers of {taken} so far.")
    elif session.status is not SessionStatus.ENDED:
        told.append(STATUS_MEANING[session.status])
    if pseudonyms:
        told.append(
            "Numbers stand for the students' names, the same ones in every export of "
            "this class."
        )
    return [html.P(words, className="banner") for words in told]
