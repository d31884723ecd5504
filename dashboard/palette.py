"""The one palette: Okabe-Ito fills, one accent, grey for the rest.

Fills are the same in both themes. Text is never coloured. Everything that follows the
theme is a CSS variable: the charts' lines are coloured by the style sheet, so that
light and dark switch without drawing anything again; a figure itself has the light
theme's colours.

Okabe and Ito, "Color Universal Design" (2008), https://jfly.uni-koeln.de/color/
"""

from __future__ import annotations

STACK = ("happy", "surprise", "neutral", "sad", "fear", "disgust", "angry")
"""Order of stacks and legends, from the bottom: the class's lean becomes a shape."""

FILL = {
    "angry": "#D55E00",
    "disgust": "#009E73",
    "fear": "#CC79A7",
    "happy": "#E69F00",
    "sad": "#0072B2",
    "surprise": "#56B4E9",
    "neutral": "#999999",
}
"""Colour of each expression's area, everywhere."""

UNREADABLE = "#8A8A8A"
"""Hatching of faces that could not be read; 3:1 on both grounds."""

VALENCE_SCALE = (FILL["sad"], "#CFCBBE", FILL["happy"])
"""Unpleasant, even, pleasant: all three differ from bare ground, light or dark."""

INDEX_SCALE = ("#EBD49F", "#85A18C", "#1F6F78")
"""An index from 0 over its middle to 1; darker is more, and no grey is among them."""

PRESENT = "#B9C0C6"
"""Someone is there and no expression is read (presence mode)."""

LIGHT = {
    "ground": "#FBFBFA",
    "surface": "#FFFFFF",
    "sunken": "#F2F3F2",
    "ink": "#1B1F23",
    "muted": "#586069",
    "rule": "#E3E5E6",
    "edge": "#868C93",
    "accent": "#1F6F78",
    "on-accent": "#FFFFFF",
}

DARK = {
    "ground": "#14171A",
    "surface": "#1B1F23",
    "sunken": "#22272C",
    "ink": "#E8EAEC",
    "muted": "#A3ABB3",
    "rule": "#30363C",
    "edge": "#747C85",
    "accent": "#6EC1C9",
    "on-accent": "#0F1A1C",
}


def css_variables() -> str:
    """The style sheet's variables for both themes; paper is always light."""
    light, dark = _declarations(LIGHT), _declarations(DARK)
    fills = "".join(f"--fill-{name}:{colour};" for name, colour in FILL.items())
    for name, scale in (("valence", VALENCE_SCALE), ("index", INDEX_SCALE)):
        fills += f"--scale-{name}:linear-gradient(90deg,{','.join(scale)});"
    return (
        f":root{{color-scheme:light dark;{fills}"
        f"--unreadable:{UNREADABLE};--present:{PRESENT};{light}}}"
        f"@media screen and (prefers-color-scheme:dark){{:root{{{dark}}}}}"
        "@media print{:root{color-scheme:light}}"
    )


def paper_variables() -> str:
    """The light theme for paper, whatever the screen has."""
    light = _declarations(LIGHT)
    return f"@media print{{:root{{color-scheme:light;{light}}}}}"


def _declarations(theme: dict[str, str]) -> str:
    return "".join(f"--{name}:{value};" for name, value in theme.items())
