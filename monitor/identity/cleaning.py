"""From what stands on a label to the name: roles, pronouns, icons and dots left out."""

from __future__ import annotations

import re
import unicodedata
from typing import NamedTuple

MOST_LETTERS = 120
"""More than any name on a label; the rest is left out."""


def _set(words: str) -> frozenset[str]:
    return frozenset(words.split())


_HOST = _set(
    "host cohost organizer organiser meetinghost anfitrion anfitriona coanfitrion hote "
    "animateur gastgeber gastgeberin organisator ospite organizzatore anfitriao "
    "organizador organizadora 主持人 联席主持人 ホスト 共同ホスト"
)
_ME = _set("me you self yo moi vous ich io eu voce 我 您 你 自分")
_OTHER = _set(
    "guest external unverified presenter presenting attendee invited muted invitado "
    "invitada externo externa invite invitee externe gast extern convidado convidada "
    "访客 外部 ゲスト"
)
_PRONOUNS = _set(
    "she her hers he him his they them theirs ze zir hir xe xem ey em any all it its "
    "el ella elle elles ellos ellas il lui ils iel er ihm sie ihr ela ele dele dela "
    "hij hem zij haar hen hun die diens han hon"
)
_MYSELF = _set("you vous você tú あなた 你 您")
"""What a label says instead of the name of whoever looks at it."""

_SENTENCE = _set(
    "is are was were has have been being this that your you to the in on of a an new "
    "message meeting chat"
)
"""Two of these make a message of the call: "This meeting is being recorded"."""

_NOTE = re.compile(r"\s*[(\[]([^()\[\]]*)[)\]]")
_OPEN_NOTE = re.compile(r"\s*[(\[][^()\[\]]*$")
_BARE_PRONOUNS = re.compile(
    r"(?<![\w/])([a-z]{2,6}(?:\s?/\s?[a-z]{2,6}){1,3})(?![\w/])", re.I
)
_DOTS = re.compile(r"\s*(?:…|\.{2,}|·{2,}|(?<=\w)\s\.)[\s.…]*$")
_MISREAD = str.maketrans("ǓǔǙǚ", "ŨũŨũ")
"""A tilde over a small u looks like a tone mark that stands on no label."""

_SPACES = re.compile(r"\s+")
_EDGES = ' \t-\u2013\u2014_|/\\,;:·•*#~^=+<>"!?&@%$'
_PARTICLES = _set("la le lo los las les li l")


class CleanLabel(NamedTuple):
    """What a label says.

    Attributes:
        name: of the person, "" when there is none.
        is_host: it calls the person host or organiser.
        is_me: it calls the person the one who looks at it.
        cut: the call shortened the name with dots: it is the beginning of one.
    """

    name: str
    is_host: bool = False
    is_me: bool = False
    cut: bool = False


def clean(text: str) -> CleanLabel:
    """The name on a label, and what the label says beside it.

    Args:
        text: as read; any text at all.

    Returns:
        A name without control characters; cleaning it again changes nothing.
    """
    label = _once(text[:MOST_LETTERS])
    while (again := _once(label.name)).name != label.name:
        label = _joined(label, again)
    return label


def _once(text: str) -> CleanLabel:
    name = _plain(text)
    name, said = _without_notes(name)
    name = _without_pronouns(name)
    open_note = _OPEN_NOTE.search(name)
    if open_note:  # cut off within a note: what stands before it is whole
        said |= _said(open_note.group().strip(" ([….").replace("…", ""), begun=True)
        name = name[: open_note.start()]
    without_dots = _DOTS.sub("", name)
    cut = without_dots != name and not open_note
    name = _trimmed(without_dots)
    is_me = bool(said & _ME) or name.casefold() in _MYSELF
    if name.casefold() in _MYSELF or _is_message(name):
        name = ""
    return CleanLabel(_capitals(name), bool(said & _HOST), is_me, cut and bool(name))


def _is_message(name: str) -> bool:
    """Whether it is a sentence that the call lays over a label, not a name."""
    return len(_SENTENCE & set(name.casefold().split())) >= 2


def _joined(first: CleanLabel, then: CleanLabel) -> CleanLabel:
    return CleanLabel(
        then.name,
        first.is_host or then.is_host,
        first.is_me or then.is_me,
        (first.cut or then.cut) and bool(then.name),
    )


def _plain(text: str) -> str:
    """Composed, without control characters, symbols and doubled spaces."""
    composed = unicodedata.normalize("NFKC", text).translate(_MISREAD)
    kept = "".join(
        " " if character.isspace() else character
        for character in composed
        if character.isspace() or unicodedata.category(character) not in _UNWANTED
    )
    return unicodedata.normalize("NFKC", _SPACES.sub(" ", kept).strip())


_UNWANTED = frozenset(("Cc", "Cf", "Cs", "Co", "Cn", "So", "Sk"))


def _words(note: str) -> set[str]:
    """The words of a note, without accents, hyphens and case."""
    parts = re.split(r"[,/;&|]|\band\b", note)
    bare = (
        "".join(c for c in unicodedata.normalize("NFD", p.casefold()) if c.isalnum())
        for p in parts
    )
    return {word for word in bare if word}


def _said(note: str, *, begun: bool = False) -> set[str]:
    """The words of a note that say something of a role; all of them, or none."""
    words = _words(note)
    known = _HOST | _ME | _OTHER | _PRONOUNS
    if words <= known:
        return words
    if begun:
        return {k for k in _HOST for w in words if len(w) > 1 and k.startswith(w)}
    return set()


def _without_notes(name: str) -> tuple[str, set[str]]:
    said: set[str] = set()

    def judged(match: re.Match[str]) -> str:
        words = _said(match.group(1))
        said.update(words)
        return "" if words or not _words(match.group(1)) else match.group()

    return _NOTE.sub(judged, name), said


def _without_pronouns(name: str) -> str:
    def judged(match: re.Match[str]) -> str:
        return "" if _words(match.group(1)) <= _PRONOUNS else match.group()

    return _BARE_PRONOUNS.sub(judged, name)


def _trimmed(name: str) -> str:
    """Without what a misread icon leaves at the ends."""
    name = name.strip(_EDGES)
    while len(name) > 1 and not (name[0].isalnum() or name[0] in "'\u2019("):
        name = name[1:].lstrip(_EDGES)
    first, _, rest = name.partition(" ")
    if rest[:1].isalpha() and len(first) == 1 and _is_icon(first, rest):
        name = rest.strip(_EDGES)
    return name if any(character.isalnum() for character in name) else ""


def _is_icon(first: str, rest: str) -> bool:
    """A lone digit, or a lone character of a script that the name is not in."""
    ideograph = ord(first) > 0x2E00
    return first.isdigit() or (ideograph and all(ord(c) < 0x2E00 for c in rest))


def _capitals(name: str) -> str:
    """A capital I that was read as a small l at the start of a name's word.

    In most letters without serifs the two are one stroke. Only where other words, or
    the next letter, leave no doubt.
    """
    words = name.split(" ")
    capital = any(word[:1].isupper() for word in words)
    for i, word in enumerate(words):
        if len(word) < 2 or word[0] != "l" or word.casefold() in _PARTICLES:
            continue
        if not word[1].islower():
            continue
        if capital or word[1] not in "aeiouyáéíóúäöüàèâêå":
            words[i] = "I" + word[1:]
    return " ".join(words)
