"""HTML text from the components that the pages are made of.

A page's browser builds these from JSON; a file has to hold the text itself. So the
report on paper says the same words as the page, from the same functions.
"""

from __future__ import annotations

import html as text
import re
from collections.abc import Iterator, Mapping

from dash import html
from dash.development.base_component import Component

from dashboard.parts import Parts

_VOID = frozenset({"br", "hr", "img", "wbr", "col"})
_ATTRIBUTES = {"className": "class", "htmlFor": "for"}
_UPPER = re.compile(r"(?<!^)(?=[A-Z])")


def to_html(parts: Parts) -> str:
    """The text of components; what is text in them stays text.

    Raises:
        TypeError: something is no plain HTML component: the page alone can show it.
    """
    return "".join(_pieces(parts))


def _pieces(part: object) -> Iterator[str]:
    if part is None:
        return
    if isinstance(part, Component):
        yield from _element(part)
    elif isinstance(part, list | tuple):
        for one in part:
            yield from _pieces(one)
    elif isinstance(part, str | int | float):
        yield text.escape(str(part), quote=False)
    else:
        raise TypeError(f"expected text or a component, got {type(part).__name__}")


def _element(component: Component) -> Iterator[str]:
    if type(component).__module__.split(".")[:2] != html.__name__.split("."):
        raise TypeError(
            f"expected a component of dash.html, got {type(component).__name__}"
        )
    name = type(component).__name__.lower()
    properties = dict(component.to_plotly_json()["props"])  # type: ignore[no-untyped-call]
    children = properties.pop("children", None)
    yield f"<{name}{''.join(_attributes(properties))}>"
    if name in _VOID:
        return
    yield from _pieces(children)
    yield f"</{name}>"


def _attributes(properties: Mapping[str, object]) -> Iterator[str]:
    for key, value in properties.items():
        name = _ATTRIBUTES.get(key, key if "-" in key else key.lower())
        if value is True:
            yield f" {name}"
        elif isinstance(value, Mapping):
            yield f' {name}="{text.escape(_style(value))}"'
        elif value is not None and value is not False:
            yield f' {name}="{text.escape(str(value))}"'


def _style(declarations: Mapping[str, object]) -> str:
    """Inline style from React's names; a bare number is pixels."""
    return ";".join(
        f"{_UPPER.sub('-', name).lower()}:"
        f"{f'{value}px' if isinstance(value, int | float) else value}"
        for name, value in declarations.items()
    )
