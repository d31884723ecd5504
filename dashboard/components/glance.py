"""The first glance: how the class is, and whether it is changing."""

from __future__ import annotations

import math
from collections.abc import Collection
from typing import Any

from dash import html

from dashboard.data import Glance
from dashboard.words import (
    CAPTION,
    NOT_KNOWN,
    REFUSED,
    TOO_FEW,
    change,
    lean,
    turned,
)
from monitor.reports import formatting
from monitor.summaries import StudentSummary
from monitor.words import by_share


def glance_cards(
    glance: Glance,
    *,
    reads: bool,
    expressions: Collection[str],
    most: bool = True,
) -> list[Any]:
    """A heading and up to six numbers, each with a unit and a word of meaning.

    Args:
        glance: the class.
        reads: whether expressions are read in it.
        expressions: those that its network can tell.
        most: whether the expressions seen most are among the numbers.
    """
    cards = [_students(glance)]
    if reads:
        cards.append(_readable(glance))
        if most:
            cards.append(seen_most(glance.now, "no face was read", expressions))
        cards.append(_valence(glance))
    cards.append(_facing(glance))
    if reads:
        cards.append(_engagement(glance))
    return [html.H2(_heading(glance)), html.Div(cards, className="glance")]


def _heading(glance: Glance) -> str:
    if glance.is_live:
        return "How the class is now"
    return "How the class goes so far" if glance.goes_on else "How the class went"


def card(label: str, number: str, word: str) -> html.Div:
    """A number with what it is above and a word of meaning below."""
    return html.Div(
        [
            html.Div(label, className="label"),
            html.Div(number, className="figure"),
            html.Div(word, className="word"),
        ],
        className="card",
    )


def _students(glance: Glance) -> html.Div:
    if not glance.is_live:
        return card(
            "Students",
            f"{glance.known:,}",
            "seen at least once" if glance.known else "nobody was seen",
        )
    if glance.too_few:
        return card("Students in the last minute", "\N{EN DASH}", TOO_FEW)
    if glance.present and not glance.now.samples:
        # Seen, but in a picture that stood still or was covered.
        return card("Students in the last minute", "\N{EN DASH}", NOT_KNOWN)
    missing = max(glance.known - glance.present, 0)
    return card(
        "Students in the last minute",
        f"{glance.present} of {glance.known}",
        f"{missing} not seen" if missing else "everyone seen so far is here",
    )


def _readable(glance: Glance) -> html.Div:
    now = glance.now
    word = unread_words(now, "faces not read", "every face seen was read")
    return card(
        "Coverage", formatting.share(now.coverage), word if now.samples else NOT_KNOWN
    )


def unread_words(seen: StudentSummary, hidden: str, nothing: str) -> str:
    """How much of what was seen was not read; who did not agree is told apart.

    Args:
        seen: a student or the class.
        hidden: what could not be read is called so.
        nothing: what is said where all could be.
    """
    refused = seen.samples - seen.asked
    if refused and not seen.asked:
        return REFUSED
    unread = seen.asked - seen.readings
    word = formatting.part_of(unread, seen.asked, hidden) if unread else nothing
    return f"{word}; {refused:,} without consent" if refused else word


def seen_most(
    now: StudentSummary, unread: str, expressions: Collection[str]
) -> html.Div:
    """The two expressions that were seen most; ``unread`` stands where none was."""
    if now.dominant is None:
        return card("Seen most", formatting.NOT_KNOWN, unread)
    (first, most), (second, less) = by_share(now.shares, expressions)[:2]
    return card(
        "Seen most",
        CAPTION[first],
        f"{formatting.share(most)}, then {CAPTION[second]} {formatting.share(less)}",
    )


def _valence(glance: Glance) -> html.Div:
    now = glance.now.valence
    words = [lean(now)]
    if glance.before is not None:
        words.append(change(now, glance.before.valence))
    return card(
        "Valence, \N{MINUS SIGN}1 to +1",
        "\N{EN DASH}" if math.isnan(now) else formatting.valence(now),
        ", ".join(word for word in words if word),
    )


def _facing(glance: Glance) -> html.Div:
    now = glance.now.facing
    words = [turned(now)]
    if glance.before is not None:
        words.append(change(now, glance.before.facing))
    return card(
        "Facing, share of looks",
        formatting.share(now),
        ", ".join(word for word in words if word),
    )


def _engagement(glance: Glance) -> html.Div:
    now = glance.now.engagement
    word = "an index of looks, see below"
    if math.isnan(now):
        word = "not known while facing is not"
    elif glance.before is not None:
        word = change(now, glance.before.engagement) or word
    return card("Engagement, 0 to 1", formatting.index(now), word)
