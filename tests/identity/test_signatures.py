"""Labels' looks: alike for one label, apart for two."""

from __future__ import annotations

import itertools

import pytest
from hypothesis import given, strategies as st

from monitor.identity.signatures import Looks
from monitor.identity.stencils import Stencil
from monitor.identity.strips import LineFinder
from tests.identity.labelled import Labelled, labelled
from tests.lettering import need_letters

NAMES = (
    "Иван Петров", "Ольга Кузнецова", "Zoë Dupont", "Sofía Castro", "Ioana Popa",
    "Tariq Khan", "Nadia Aziz", "Kaito Abe", "Mai Lê", "Alejandro Ruiz",
)  # fmt: skip
NEAR = (
    ("Chris Lee", "Chris Leo"), ("Mai Lê", "Mei Lê"), ("Student 11", "Student 12"),
    ("Maria Fernandez", "Mario Fernandez"), ("Ana Ruiz", "Ana Ruíz"),
)  # fmt: skip


def looks(gallery: Labelled) -> list[Looks]:
    lines = LineFinder().find(gallery.image, gallery.tiles)
    return [Looks.of(gallery.image, line) for line in lines if line is not None]


def around(gallery: Labelled) -> list[tuple[Looks, ...]]:
    lines = LineFinder().find(gallery.image, gallery.tiles)
    return [Looks.around(gallery.image, line) for line in lines if line is not None]


def stencils(gallery: Labelled) -> list[Stencil]:
    lines = LineFinder().find(gallery.image, gallery.tiles)
    return [Stencil.of(gallery.image, line) for line in lines if line is not None]


@pytest.mark.parametrize("skin", ["zoom", "teams"])
def test_one_label_looks_alike_over_any_video(skin: str) -> None:
    first = looks(labelled(NAMES, skin=skin))
    again = labelled(NAMES, skin=skin, seed=1, muted={0, 3, 4})
    for one, other in zip(first, around(again.through_codec()), strict=True):
        assert any(one.like(variant) for variant in other)


def test_different_labels_do_not_look_alike() -> None:
    for one, other in itertools.combinations(around(labelled(NAMES)), 2):
        assert not any(one[0].like(variant) for variant in other)


def test_a_signature_brings_the_looks_back() -> None:
    for one in looks(labelled(NAMES)):
        again = Looks.from_text(str(one))
        assert again is not None
        assert str(again) == str(one)
        assert again.like(one)


@given(st.text(max_size=60))
def test_what_is_no_signature_brings_nothing(text: str) -> None:
    found = Looks.from_text(text)
    assert found is None or len(text.strip()) >= 50


@pytest.mark.parametrize("skin", ["zoom", "teams"])
def test_a_stencil_fits_its_label_wherever_it_moved(skin: str) -> None:
    first = stencils(labelled(NAMES, skin=skin))
    moved = stencils(labelled(NAMES[::-1], skin=skin, seed=1, muted={1, 5}))
    for i, j in itertools.product(range(len(NAMES)), repeat=2):
        assert first[i].fits(moved[j]) == (i + j == len(NAMES) - 1)


@pytest.mark.parametrize(("one", "other"), NEAR)
def test_a_stencil_tells_names_apart_that_differ_in_one_letter(
    one: str, other: str
) -> None:
    a, b, *_ = stencils(labelled([one, other, "Ana Ruiz", "Linh Vũ"]))
    assert not a.fits(b)


def test_a_stencil_sees_a_name_grow() -> None:
    need_letters()
    before, after = labelled(["Ana"] * 4), labelled(["Ana B"] * 4)
    stencil = stencils(before)[0]
    assert stencil.still(before.image)
    assert stencil.still(labelled(["Ana"] * 4, seed=3).image)
    assert not stencil.still(after.image)
    assert not stencil.still(labelled(["Ana"] * 4, hidden={0}).image)
    assert not stencil.still(before.image[:10, :10])
