"""Everything that is held on one person, as one document to hand over.

A document is made of what JSON knows: times in ISO 8601 (UTC), shares of one, empty
(null) for what is not known. Nobody else's name is in it: of a correction it says when
and of what kind it was, not in which words.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

import numpy as np
from sqlalchemy import Connection, select

from monitor.engagement import with_facing
from monitor.records import EMOTIONS, SessionData, SessionRow, Status
from monitor.settings import Settings
from monitor.store import audit, careers, queries
from monitor.store.audit import Action
from monitor.store.changes import Detail
from monitor.store.database import Database
from monitor.store.desk import course_of, stored
from monitor.store.erasure import find_course
from monitor.store.people import PersonRow, find, members, session_rows
from monitor.store.tables import Enrolment
from monitor.summaries import summarise_students
from monitor.words import shares_told

FORMAT = "classpulse person 1"
"""What a document says of its own form."""

Document = dict[str, Any]


def of_student(
    database: Database, session_id: int, name: str, settings: Settings
) -> Document:
    """What one class holds of a student.

    Raises:
        UsageError: nobody is called so.
        UnknownSession: there is no session of that id.
    """
    with database.write() as connection:
        course_of(connection, session_id)
        root = find(session_rows(connection, session_id), name, session_id)
        audit.note(connection, Action.EXPORT_PERSON, session=session_id)
    part = careers.Part(session_id, root.id)
    return _document(root.name) | {"sessions": [_session(database, part, settings)]}


def of_person(
    database: Database, course: str, name: str, settings: Settings
) -> Document:
    """What a course and its classes hold of somebody.

    Raises:
        UsageError: there is no such course, or nobody in it is called so.
    """
    with database.write() as connection:
        home = find_course(connection, course)
        folk = careers.Folk(connection, home)
        whole = folk.whole(course, name)
        known = whole.person and _known(connection, whole.person, whole.people)
        audit.note(connection, Action.EXPORT_PERSON, course=home)
    sessions = [_session(database, part, settings) for part in whole.parts]
    sessions.sort(key=lambda one: (one["started_at"], one["id"]))
    return _document(whole.name) | {
        "course": course,
        "known_to_the_course": known,
        "sessions": sessions,
    }


def _document(name: str) -> Document:
    return {
        "format": FORMAT,
        "name": name,
        "exported_at": datetime.now(UTC).isoformat(timespec="seconds"),
    }


def _known(
    connection: Connection, person: PersonRow, group: Sequence[PersonRow]
) -> Document:
    """What the course itself remembers."""
    query = select(Enrolment.consent)
    enrolled = query.where(Enrolment.student_id.in_([row.id for row in group]))
    consents = list(connection.execute(enrolled).scalars())
    return _called(group) | {
        "school_id": person.roster_id or None,
        "on_the_roster": bool(consents),
        "consent": consents[0] if consents else None,
    }


def _called(group: Sequence[PersonRow]) -> Document:
    names = [name for row in group for name in (row.name, *row.aliases)]
    labels = [label for row in group for label in row.labels]
    return {
        "names": list(dict.fromkeys(names)),
        "label_signatures": list(dict.fromkeys(labels)),
    }


def _session(database: Database, part: careers.Part, settings: Settings) -> Document:
    """What one session holds of a student."""
    data = with_facing(queries.student_data(database, *part))
    with database.read() as connection:
        rows = session_rows(connection, part.session_id)
        corrections = stored(connection, part.session_id)
    group = members(rows, part.student_id)
    session = data.session
    return {
        "id": session.id,
        "title": session.title,
        "course": session.course,
        "mode": session.mode.value,
        "model": session.model,
        "started_at": _time(session, 0.0),
        "ended_at": session.ended_at and session.ended_at.isoformat(),
        "interval_s": session.interval_s,
        **_called(group),
        "ignored": rows[part.student_id].ignored,
        "summary": _summary(data, settings),
        "absences": [
            {
                "from": _time(session, absence.from_s),
                "to": _time(session, absence.to_s),
                "reason": absence.reason.value,
            }
            for absence in data.absences
        ],
        "corrections": [
            {"kind": done.kind, "at": done.at.isoformat()}
            for done, detail in corrections
            if _concerns(detail, {row.id for row in group})
        ],
        "observations": _observations(data),
    }


def _summary(data: SessionData, settings: Settings) -> Document:
    (row,) = summarise_students(data, settings.weights)
    return {
        "samples": row.samples,
        "readings": row.readings,
        "coverage": _number(row.coverage),
        "present_minutes": _number(row.present_minutes),
        "first_seen": _time(data.session, row.first_seen_s),
        "last_seen": _time(data.session, row.last_seen_s),
        "dominant": row.dominant,
        "shares": _shares(row.shares, data.session),
        "valence": _number(row.valence),
        "facing": _number(row.facing),
        "engagement": _number(row.engagement),
    }


def _observations(data: SessionData) -> list[Document]:
    """One a sighting: what was read, where the head was turned, where the face was."""
    seen, words = data.observations, tuple(Status)
    offsets = data.samples.offset_s[seen.sample]
    return [
        {
            "captured_at": _time(data.session, float(offsets[row])),
            "offset_s": _number(float(offsets[row])),
            "status": words[seen.status[row]].value,
            "shares": _shares(seen.probabilities[row].tolist(), data.session),
            "facing": None if np.isnan(seen.facing[row]) else bool(seen.facing[row]),
            "yaw_deg": _number(float(seen.yaw[row])),
            "pitch_deg": _number(float(seen.pitch[row])),
            "box": seen.xyxy[row].tolist(),
            "shared_tile": bool(seen.shared[row]),
        }
        for row in range(len(seen))
    ]


def _concerns(detail: Detail, ids: set[int]) -> bool:
    changed = {int(id_) for id_ in detail["changes"]} | {*detail["created"]}
    return not changed.isdisjoint(ids)


def _shares(
    shares: Sequence[float], session: SessionRow
) -> dict[str, float | None] | None:
    """By name; empty where nothing was read, and for what the network cannot tell."""
    if any(math.isnan(share) for share in shares):
        return None
    told = shares_told(shares, session.expressions)
    return {name: _number(told.get(name, math.nan)) for name in EMOTIONS}


def _number(value: float) -> float | None:
    return None if math.isnan(value) else round(value, 4)


def _time(session: SessionRow, offset_s: float) -> str | None:
    if math.isnan(offset_s):
        return None
    moment = session.started_at + timedelta(seconds=offset_s)
    return moment.isoformat(timespec="milliseconds")
