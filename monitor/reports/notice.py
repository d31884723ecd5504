"""What a teacher is told before watching a class, and may tell the class.

Terminal and pages show the same words.
"""

from __future__ import annotations

import textwrap

POINTS = (
    "Tell the class, and ask: ClassPulse looks at the faces on your screen every few "
    "seconds and stores what expressions they show. It stores no picture, and nothing "
    "leaves this computer.",
    "In the EU, inferring emotions of people in education is prohibited (AI Act, "
    "Art. 5(1)(f)), and consent does not change that: use {presence} there. Elsewhere "
    "FERPA, India's DPDP Act or Illinois BIPA may ask for notice, consent, access and "
    "erasure.",
    "An expression is not a feeling, and the network is often wrong. Never use this "
    "for grading, discipline or ranking.",
    "If you share your whole screen, the class sees this too.",
)
"""``{presence}`` stands for how presence mode is chosen where the text is read."""

FOR_THE_CHAT = (
    "I am using a tool that reads facial expressions from the gallery on my computer, "
    "to see how the lesson goes. No pictures are kept. If you would rather not take "
    "part, switch your camera off or tell me."
)
"""To paste into the call's chat."""

_TITLE = "Before you watch a class"
_WIDTH = 84


def points(presence: str) -> tuple[str, ...]:
    """The notice, a paragraph each.

    Args:
        presence: how presence mode is called there ("presence only").
    """
    return tuple(point.format(presence=presence) for point in POINTS)


def in_the_terminal() -> str:
    """The whole notice as a terminal shows it, a line break at its end."""
    told = [
        textwrap.fill(point, _WIDTH, initial_indent="  * ", subsequent_indent=" " * 4)
        for point in points("--mode presence")
    ]
    chat = textwrap.fill(f'A text for the chat: "{FOR_THE_CHAT}"', _WIDTH)
    return "\n".join([_TITLE, "", *told, "", chat, ""])
