"""What could not be read, and why: counts, minutes, and what they mean."""

from __future__ import annotations

from collections.abc import Iterator

from dash import html

from dashboard.components.tables import data_table
from dashboard.document.sections import UNTOLD, nothing_left_out
from dashboard.parts import Part
from dashboard.report_data import Report
from dashboard.words import GAP
from monitor.records import AbsenceReason, GapReason
from monitor.reports import formatting

_GAP_MEANING = {
    GapReason.SOURCE_LOST: "the screen, camera or file gave no picture",
    GapReason.COVERED: "something lay over the gallery",
    GapReason.BLACK: "the picture was black",
    GapReason.FROZEN: "the picture stood still",
    GapReason.PAUSED: "nobody looked, as you had asked",
}

_AWAY = {
    AbsenceReason.CAMERA_OFF: ("Camera off", "a tile without a face"),
    AbsenceReason.OFF_PAGE: ("Off the page", "on a page of the call that was not open"),
    AbsenceReason.LEFT: ("Left", "no tile at all"),
}


def unread_section(report: Report) -> html.Section:
    """A row a reason; nothing of it is counted as neutral."""
    rows = [*_faces(report), *_gaps(report), *_samples(report), *_away(report)]
    told: Part = html.P(nothing_left_out(report.facts))
    if rows:
        told = data_table(
            "By reason; none of it counts as an expression",
            ["What", "How much", "Why"],
            rows,
        )
    heading = "What could not be read" if report.reads else "What could not be seen"
    return html.Section([html.H2(heading), told], id="report-unread")


def _faces(report: Report) -> Iterator[list[Part]]:
    found = report.facts.missing
    if found.untold and report.reads:
        yield [
            "Faces not read",
            formatting.part_of(found.untold, found.faces, "faces"),
            UNTOLD,
        ]
    if found.unreadable:
        yield [
            "Faces not readable",
            formatting.part_of(found.unreadable, found.faces, "faces"),
            f"too small, blurred or turned away{_smaller(report)}",
        ]
    if found.no_consent:
        yield [
            "Faces not to be read",
            formatting.part_of(found.no_consent, found.faces, "faces"),
            "no consent: the roster has no yes, or the name could not be read",
        ]
    if found.not_trusted:
        yield [
            "Faces not counted",
            formatting.count(found.not_trusted, "face"),
            "seen while the picture stood still or the gallery was covered",
        ]
    if found.slide_faces:
        yield [
            "Pictures of faces",
            f"up to {found.slide_faces:,} at once",
            "left out: they stood on a shared slide",
        ]


def _smaller(report: Report) -> str:
    """How high the faces were, when that says why they could not be read."""
    heights = report.face_heights
    if heights is None or heights.unreadable > 0.75 * heights.read:
        return ""
    return (
        f"; half of them less than {heights.unreadable:.0f} pixels high, where half "
        f"of those read had more than {heights.read:.0f}"
    )


def _gaps(report: Report) -> Iterator[list[Part]]:
    for reason, minutes in report.facts.missing.gap_minutes.items():
        name = GAP[reason]
        yield [
            f"{name[:1].upper()}{name[1:]}",
            formatting.minutes(minutes),
            _GAP_MEANING[reason],
        ]


def _samples(report: Report) -> Iterator[list[Part]]:
    session = report.session
    if session.late:
        yield [
            "Samples that came too late",
            f"{session.late:,}",
            "the machine was busy; they were left out",
        ]
    if session.lost:
        yield [
            "Samples that were lost",
            f"{session.lost:,}",
            "the source gave no picture for them",
        ]


def _away(report: Report) -> Iterator[list[Part]]:
    for reason, (name, why) in _AWAY.items():
        minutes = [by_reason[reason] for by_reason in report.away.values()]
        students = sum(1 for one in minutes if one > 0)
        if students:
            total = formatting.minutes(sum(minutes))
            of = formatting.count(students, "student")
            yield [name, f"{total} in all, {of}", f"not seen: {why}"]
