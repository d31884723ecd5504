"""The page of one student: numbers with coverage, time line, and the course."""

from __future__ import annotations

from collections.abc import Sequence

from dash import dcc, html

from dashboard.components.charts import named_chart
from dashboard.components.definitions import definitions
from dashboard.components.glance import card, seen_most, unread_words
from dashboard.components.legend import expressions_legend
from dashboard.components.notices import honesty, presence_only
from dashboard.components.rights import rights
from dashboard.components.sessions import page_of, title_of
from dashboard.components.tables import behind, data_table
from dashboard.data import is_alive
from dashboard.figures.axes import clock, into_class
from dashboard.figures.course import HEIGHT, course_figure, course_info
from dashboard.figures.student import student_figure, student_height, student_info
from dashboard.network_card import measured
from dashboard.parts import Part
from dashboard.shares import SHARE_HEADS, share_cells, untold
from dashboard.student_data import Attended, Student, band_at
from dashboard.words import CAPTION, NOT_KNOWN, REFUSED, SEEN, lean, span, turned
from monitor.records import EMOTIONS, Mode, SessionRow
from monitor.reports import formatting
from monitor.summaries import StudentSummary, summarise_bins

_OVER_CLASS = "the student over this class"


def student_page(student: Student) -> html.Div:
    """The whole page; the course is filled in when its classes are read."""
    session = student.session
    reads = session.mode is not Mode.PRESENCE
    return html.Div(
        [
            _header(student),
            _numbers(student),
            definitions(reads=reads, weights=student.weights),
            _timeline(student),
            _course(session),
            rights(student.row.name, session.course),
            honesty(measured(session.model)) if reads else presence_only(),
            dcc.Store(id="student-session", data=session.id),
            dcc.Store(id="student-id", data=student.row.id),
        ],
        className="page",
    )


def nobody(session: SessionRow) -> html.Div:
    """For the link of a student who is not, or no longer, in the class."""
    why = (
        "What was kept of this class's students has gone, as the settings ask; the "
        "class's minutes are kept."
        if session.purged
        else "What was kept may have been erased, left out of the class, or merged "
        "into another name."
    )
    return html.Div(
        html.Div(
            [
                html.H1("There is no such student here"),
                html.P(why, className="lead"),
                html.P(["Back to ", html.A(title_of(session), href=page_of(session))]),
            ],
            className="notice",
            role="alert",
        ),
        className="page",
    )


def career(attended: Sequence[Attended], here: int) -> list[Part]:
    """The person's classes of the course, as a chart and a table.

    Args:
        attended: oldest first.
        here: the class whose page this is.
    """
    if len(attended) < 2:
        text = "So far this is the only class of the course with this student."
        return [html.P(text, className="muted")]
    reads = any(row.summary.readings for row in attended)
    told = {
        name
        for row in attended
        if row.summary.readings
        for name in row.session.expressions
    }
    chart = named_chart(
        "the student's classes of the course",
        figure=course_figure(course_info(attended)),
        className="chart course",
        style={"height": HEIGHT},
    )
    return [
        html.P(
            "A bar for each class in which this name was seen, oldest first."
            if reads
            else "In none of these classes was an expression of this student read.",
            className="muted",
        ),
        *([expressions_legend(told), chart] if reads else []),
        _career_table(attended, here, reads=reads),
    ]


def bins_table(student: Student) -> html.Div:
    """A row a bin: the numbers that the chart is made of."""
    view = student.view
    series = summarise_bins(view.data, bin_s=view.bin_s, weights=student.weights)
    reads, refused = student.reads, student.refused
    started_at = student.session.started_at
    rows = []
    for i, start in enumerate(series.starts_s.tolist()):
        at = f"{into_class(start, view.bin_s)}, {clock(started_at, start)}"
        where = band_at(student.bands, student.gaps, start + view.bin_s / 2)
        hidden = refused or (reads and not series.asked[i])
        seen = f"{SEEN}, {REFUSED}" if hidden else SEEN
        row: list[Part] = [at, seen if series.sightings[i] else where]
        if not refused:
            row.append(formatting.share(float(series.facing[i])))
        if reads:
            row += [
                formatting.index(float(series.engagement[i])),
                f"{int(series.readings[i]):,}",
                formatting.share(float(series.coverage[i])),
                *share_cells(series.shares[i], student.session),
            ]
        rows.append(row)
    heads = ["When", "Seen", *([] if refused else ["Facing"])]
    if reads:
        heads += ["Engagement", "Readings", "Coverage"]
        heads += SHARE_HEADS
    return data_table("The student over this class", heads, rows)


def _header(student: Student) -> html.Header:
    session = student.session
    facts: dict[str, Part] = {
        "Class": title_of(session),
        "Course": html.Bdi(session.course) if session.course else None,
        "Started": formatting.day_and_clock(session.started_at),
        "First seen": _into(student.summary.first_seen_s),
        "Last seen": _into(student.summary.last_seen_s),
        "Not seen": formatting.away(student.away) or None,
    }
    return html.Header(
        [
            html.A(
                "Back to the class", href=f"/session/{session.id}", className="back"
            ),
            html.Div(html.H1(html.Bdi(student.row.name)), className="title"),
            html.Dl(
                [
                    html.Div([html.Dt(name), html.Dd(value)])
                    for name, value in facts.items()
                    if value is not None
                ],
                className="facts",
            ),
            _so_far(session),
        ]
    )


def _so_far(session: SessionRow) -> Part:
    if not is_alive(session):
        return None
    text = "The class goes on: these are the numbers so far. Reload for newer ones."
    return html.P(text, className="banner", role="status")


def _into(offset_s: float) -> str:
    told = formatting.into_class(offset_s)
    return told if told == formatting.NOT_KNOWN else f"{told} into class"


def _numbers(student: Student) -> html.Section:
    mine, reads = student.summary, student.reads
    if not mine.samples:
        return html.Section(
            html.P("This student was never seen in this class."),
            className="empty",
        )
    cards = [
        card("Present", formatting.minutes(mine.present_minutes), _looks(mine)),
    ]
    if reads:
        word = unread_words(mine, "looks not readable", "every look was readable")
        cards += [
            card("Coverage", formatting.share(mine.coverage), word),
            seen_most(mine, NOT_KNOWN, student.session.expressions),
            card(
                "Valence, \N{MINUS SIGN}1 to +1",
                formatting.valence(mine.valence),
                lean(mine.valence),
            ),
        ]
    if student.refused:
        cards.append(card("Expressions and facing", formatting.NOT_KNOWN, REFUSED))
    else:
        told = turned(mine.facing, sightings=mine.samples)
        cards.append(
            card("Facing, share of looks", formatting.share(mine.facing), told)
        )
    if reads:
        known = formatting.index(mine.engagement)
        word = (
            "not known while facing is not"
            if known == formatting.NOT_KNOWN
            else "an index of looks, see below"
        )
        cards.append(card("Engagement, 0 to 1", known, word))
    return html.Section(
        [html.H2("In this class"), html.Div(cards, className="glance")],
        id="student-numbers",
    )


def _looks(mine: StudentSummary) -> str:
    return f"in {formatting.count(mine.samples, 'look')}"


def _timeline(student: Student) -> html.Section:
    bins, reads = span(student.view.bin_s), student.reads
    info = student_info(student)
    text = f"Means of all readings in every {bins}." if reads else f"Every {bins}."
    text += " Where the student was not seen or could not be read it stays open."
    if reads:
        text += untold(student.session)
    if student.refused:
        text = f"Every {bins}. {REFUSED.capitalize()}."
    chart = named_chart(
        _OVER_CLASS,
        figure=student_figure(info),
        className="chart student" if reads else "chart student presence",
        style={"height": student_height(info)},
    )
    return html.Section(
        [
            html.H2("Over this class"),
            html.P(text, className="muted"),
            expressions_legend(student.session.expressions) if reads else None,
            _bands_legend(student),
            chart,
            behind("student-timeline", _OVER_CLASS),
        ],
        hidden=not student.summary.samples,
    )


def _bands_legend(student: Student) -> html.Ul:
    """What the strip's fillings and the grey across all panels mean, where there."""
    kinds = dict.fromkeys((band.kind, band.caption) for band in student.bands)
    if student.gaps:
        reasons = dict.fromkeys(gap.reason for gap in student.gaps)
        kinds["gap", ", ".join(reasons)] = None
    return html.Ul(
        [
            html.Li([html.Span(className=f"swatch {kind}"), caption])
            for kind, caption in kinds
        ],
        className="legend",
    )


def _course(session: SessionRow) -> html.Section:
    name = html.Bdi(session.course or "")
    return html.Section(
        [
            html.H2(["Over the course ", name]),
            html.Div(
                html.P("The classes of the course are being read.", className="muted"),
                id="student-course",
                **{"aria-live": "polite"},  # type: ignore[arg-type]
            ),
        ],
        hidden=session.course is None,
    )


def _career_table(attended: Sequence[Attended], here: int, *, reads: bool) -> html.Div:
    heads = ["Class", "Started", "Present", "Facing"]
    if reads:
        heads += ["Coverage", "Seen most", "Valence", "Engagement"]
    rows = []
    for session, student_id, mine in attended:
        name: Part = title_of(session)
        if session.id != here:
            name = html.A(name, href=f"/student/{session.id}/{student_id}")
        row = [
            name,
            formatting.day_and_clock(session.started_at),
            formatting.minutes(mine.present_minutes),
            formatting.share(mine.facing),
        ]
        if reads:
            most = mine.dominant and mine.shares[EMOTIONS.index(mine.dominant)]
            row += [
                formatting.share(mine.coverage),
                f"{CAPTION[mine.dominant]} {formatting.share(most)}"
                if mine.dominant and most
                else formatting.NOT_KNOWN,
                formatting.valence(mine.valence),
                formatting.index(mine.engagement),
            ]
        rows.append(row)
    return data_table("Classes of the course, the oldest first", heads, rows)
