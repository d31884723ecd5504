"""Who is not to be stored again: erased names, kept only as keyed hashes.

Somebody who was erased would come back with the next class that reads their label. So
the name is remembered in a form that tells nobody who it is but still answers "is it
this one?": a hash, slow on purpose, under a random key of this database.

The key lies in the database itself, not in a file beside it. What must never happen is
that somebody who was erased is stored again because a small file was left behind when
the database was copied or put back. What the key prevents (hashes that compare from one
school's database to another's, tables of names made beforehand) it prevents there as
well. Nothing prevents that whoever holds the whole database asks it about one name.

Names are compared by what a reader of labels easily mistakes: without case, accents,
order of words, and with letters that look alike taken for one. A label that cannot be
read, or is cut short, is no name: what is seen under it has a number and no more.
"""

from __future__ import annotations

import hashlib
import re
import secrets
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime

from sqlalchemy import Connection, and_, delete, insert, or_, select

from monitor.store.tables import Forgotten, NameKey

_ROUNDS = 20_000
"""About 10 ms a name: nothing for one label, much for all names of a language."""

_COPY = re.compile(r"(,\s*person \d+|\s*\(\d+\))+$")
"""What is added to a name that two tiles bear, or a part of what was seen."""

_LOOKS_LIKE = str.maketrans("01l|!58", "oiiiisb")
_SILENT = "'\u2018\u2019\u02bc`\u200c\u200d"
"""Inside a word, and not always read: O'Shea is OShea."""

_DIGRAPHS = (("rn", "m"), ("vv", "w"))


@dataclass(frozen=True, slots=True)
class Forgetting:
    """Who is not to be stored in one session, or in a course.

    Attributes:
        key: what names are hashed with; "" where nobody was forgotten.
        digests: of the names.
        numbers: of the session's tracker.
    """

    key: str
    digests: frozenset[str]
    numbers: frozenset[int]

    def holds(self, name: str) -> bool:
        """Whether somebody of this name was erased."""
        return bool(self.digests) and _digest(name, self.key) in self.digests


def of(
    connection: Connection, course: int | None, session_id: int | None = None
) -> Forgetting:
    """Who is not to be stored in a course, and in a session of it."""
    query = select(Forgotten.digest, Forgotten.number).where(
        or_(
            and_(Forgotten.course_id.is_not(None), Forgotten.course_id == course),
            and_(Forgotten.session_id.is_not(None), Forgotten.session_id == session_id),
        )
    )
    rows = connection.execute(query).all()
    digests = frozenset(row.digest for row in rows if row.digest is not None)
    return Forgetting(
        _key(connection) if digests else "",
        digests,
        frozenset(row.number for row in rows if row.number is not None),
    )


def forget_names(
    connection: Connection,
    names: Iterable[str],
    *,
    course: int | None = None,
    session_id: int | None = None,
) -> int:
    """Remember names as hashes, in a course or in one session; how many there are."""
    key = _key(connection)
    digests = {_digest(name, key) for name in names}
    digests -= of(connection, course, session_id).digests
    _insert(
        connection,
        [
            {"course_id": course, "session_id": session_id, "digest": digest}
            for digest in sorted(digests)
        ],
    )
    return len(digests)


def forget_numbers(
    connection: Connection, session_id: int, numbers: Iterable[int]
) -> None:
    """Remember numbers that a session's tracker gave."""
    _insert(
        connection,
        [{"session_id": session_id, "number": number} for number in sorted(numbers)],
    )


def allow_again(
    connection: Connection,
    name: str,
    *,
    course: int | None = None,
    session_id: int | None = None,
) -> bool:
    """Let a name be stored from now on; False when it was not forgotten."""
    digest = _digest(name, _key(connection))
    home = (
        Forgotten.session_id == session_id
        if course is None
        else Forgotten.course_id == course
    )
    gone = delete(Forgotten).where(home, Forgotten.digest == digest)
    return connection.execute(gone).rowcount > 0


def without_count(name: str) -> str:
    """A name without what is added to it where several bear it: "Ana (2)" is Ana."""
    return _COPY.sub("", name)


def skeleton(name: str) -> str:
    """What spellings and misreadings of one name have in common."""
    apart = unicodedata.normalize("NFKD", without_count(name)).casefold()
    bare = "".join(c for c in apart if not unicodedata.combining(c))
    for pair, one in _DIGRAPHS:
        bare = bare.replace(pair, one)
    words = "".join(
        c if unicodedata.category(c)[0] in "LMN" else " "
        for c in bare.translate(_LOOKS_LIKE)
        if c not in _SILENT
    ).split()
    # A name without any letter is compared as it is.
    return " ".join(sorted(words)) or bare.strip()


def _insert(connection: Connection, rows: list[dict[str, object]]) -> None:
    if rows:
        at = datetime.now(UTC)
        connection.execute(insert(Forgotten), [row | {"at": at} for row in rows])


def _digest(name: str, key: str) -> str:
    return hashlib.pbkdf2_hmac(
        "sha256", skeleton(name).encode(), bytes.fromhex(key), _ROUNDS
    ).hex()


def _key(connection: Connection) -> str:
    """This database's key; made when first needed, in a transaction that writes."""
    found = connection.execute(select(NameKey.key).order_by(NameKey.id)).scalar()
    if found is None:
        found = secrets.token_hex(32)
        connection.execute(insert(NameKey).values(key=found))
    return found
