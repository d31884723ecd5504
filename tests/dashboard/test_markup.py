"""Components as text: what is text in them stays text."""

from __future__ import annotations

from html.parser import HTMLParser
from typing import Any

import pytest
from dash import dcc, html
from hypothesis import given, settings, strategies as st

from dashboard.document.markup import to_html
from dashboard.parts import Parts

ARIA: dict[str, Any] = {"aria-label": 'a "b"'}


@pytest.mark.parametrize(
    ("part", "expected"),
    [
        (None, ""),
        ("a < b & c", "a &lt; b &amp; c"),
        (html.Br(), "<br>"),
        (html.P(3), "<p>3</p>"),
        (
            html.Ul([html.Li("a"), None, html.Li(["b", 2])]),
            "<ul><li>a</li><li>b2</li></ul>",
        ),
        (html.Div(className="x", id="y"), '<div id="y" class="x"></div>'),
        (html.Label("n", htmlFor="f"), '<label for="f">n</label>'),
        (html.Th("n", colSpan=2, scope="col"), '<th colspan="2" scope="col">n</th>'),
        (html.Div(hidden=True), "<div hidden></div>"),
        (html.Details(open=False), "<details></details>"),
        (html.Div(tabIndex="0"), '<div tabindex="0"></div>'),
        (
            html.Div(style={"height": 8, "maxWidth": "2em"}),
            '<div style="height:8px;max-width:2em"></div>',
        ),
        (
            html.Div(**ARIA),
            '<div aria-label="a &quot;b&quot;"></div>',
        ),
    ],
)
def test_components_become_the_text_that_a_browser_would_make(
    part: Parts, expected: str
) -> None:
    assert to_html(part) == expected


def test_what_only_a_page_can_show_is_refused() -> None:
    with pytest.raises(
        TypeError, match=r"expected a component of dash\.html, got Graph"
    ):
        to_html(dcc.Graph())
    with pytest.raises(TypeError, match="expected text or a component, got set"):
        to_html({"a"})  # type: ignore[arg-type]


class Read(HTMLParser):
    """What a browser makes of a text."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.attributes: list[tuple[str, str | None]] = []
        self.text = ""
        self.feed(text)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.attributes += attrs

    def handle_data(self, data: str) -> None:
        self.text += data


@settings(max_examples=100, deadline=None)
@given(st.text("<>&\"'/ aس=!-", max_size=40))
def test_no_text_ever_becomes_an_element(name: str) -> None:
    read = Read(to_html(html.P(html.Bdi(name, title=name))))
    assert read.tags == ["p", "bdi"]
    assert read.text == name
    assert read.attributes == [("title", name)]
