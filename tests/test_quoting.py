from __future__ import annotations

import json

import pytest

from monitor.quoting import LONGEST, named, on_one_line, quoted


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        ("angry", "'angry'"),
        ([48, 48, 1], "[48, 48, 1]"),
        (None, "None"),
        (float("nan"), "nan"),
        ("a\nb\x1b[31m", r"'a\nb\x1b[31m'"),
        ("\u202eabc", r"'\u202eabc'"),
        ("x" * 3_000_000, f"'{'x' * 27}...{'x' * 28}'"),
    ],
)
def test_a_value_is_shown_on_one_line(value: object, shown: str) -> None:
    assert quoted(value) == shown


@pytest.mark.parametrize(
    "value",
    [
        ["x" * 50] * 50,
        {"x" * 50: ["y" * 50] * 9},
        json.loads("[" * 900 + "]" * 900),
        10**4000,
        "\x1b" * 1000,
    ],
)
def test_a_large_value_is_cut(value: object) -> None:
    text = quoted(value)

    assert len(text) <= LONGEST
    assert "..." in text
    assert text.isprintable()


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("grün, & 2", "grün, & 2"),
        ("x\ny", r"'x\ny'"),
        ("z" * 100, f"'{'z' * 27}...{'z' * 28}'"),
    ],
)
def test_a_name_is_quoted_only_where_it_must_be(name: str, shown: str) -> None:
    assert named(name) == shown


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("angry/a b.png: blank", "angry/a b.png: blank"),
        ("angry/a\nb.png:\t blank", "angry/a b.png: blank"),
        ("\x1b[31mred", r"\x1b[31mred"),
        ("caf\udce9.png", r"caf\udce9.png"),
    ],
)
def test_a_text_is_shown_on_one_line(text: str, shown: str) -> None:
    assert on_one_line(text) == shown
