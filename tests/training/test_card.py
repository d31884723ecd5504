from __future__ import annotations

import re
from itertools import groupby
from xml.etree import ElementTree

import pytest

from models.training import evaluate
from models.training.release.card import PLOT, card, plot
from models.training.release.reliability import diagram
from monitor.records import EMOTIONS
from tests.training.cards import (
    answers,
    build_about,
    build_figures,
    build_run,
    figures_of,
)


def sections(text: str) -> list[str]:
    return re.findall(r"^## (.+)$", text, re.MULTILINE)


def test_the_card_tells_what_people_must_know() -> None:
    text = card(build_about(), build_run(), build_figures(), looks=3)

    assert text.startswith("# expression 2.0\n")
    assert sections(text) == [
        "What it must not be used for",
        "How often it is right",
        "How far its confidence can be believed",
        "Through the picture of a call",
        "Limits",
        "How it was made",
    ]
    assert "looked at 3 times" in text
    assert "Not for grading, discipline, ranking or hiring" in text
    assert f"]({PLOT})" in text
    assert "20 PublicTest faces stand in Training too" in text
    assert "50 faces where that is none of the seven" in text
    assert "MIT licence" in text
    assert "no licence of the pictures themselves" in text


def test_the_figures_stand_in_the_card() -> None:
    figures = build_figures()

    text = card(build_about(), build_run(), figures, looks=1)

    for name in ("public_test", "public_test_votes", "public_test_without_copies"):
        part = figures[name]
        assert f"{part['accuracy']:.1%}" in text
        assert f"{part['macro_f1']:.1%}" in text
        assert f"{part['ece']:.1%}" in text
    # 286 of 500 were right, as SciPy's binomtest has it, and so on.
    intervals = "52.8-61.5% | 56.6-65.3% | 54.5-63.6% | 56.4-65.9% | 54.2-64.0%"
    assert f"| its 95% confidence interval (Wilson) | {intervals} |" in text
    assert "1.23 ms a face" in text
    assert "3.15 MiB" in text
    assert "looked at once" in text
    recall = figures["public_test_votes"]["recall"]
    weakest = min(recall, key=lambda name: float(recall[name]))
    assert f"annotators saw them: {weakest} ({recall[weakest]:.0%})" in text


def test_every_table_has_as_many_cells_in_each_row() -> None:
    votes = figures_of(430, 5)
    errors = {"labels": {"direct": 0.02, "20": 0.04}, "votes": {"direct": 0.01}}
    errors["votes"]["20"] = 0.03
    figures = build_figures(
        public_test_votes_without_copies=votes, cross_validated=errors
    )

    text = card(build_about(), build_run(), figures, looks=1)

    tables = [
        list(lines)
        for in_table, lines in groupby(text.splitlines(), lambda x: x.startswith("|"))
        if in_table
    ]
    assert len(tables) == 6
    for lines in tables:
        assert len({line.count("|") for line in lines}) == 1
    assert "most annotators, without copies" in text
    assert "| votes | 1.0% | 3.0% |" in text


def test_scenes_stand_in_the_card_with_their_outcomes() -> None:
    text = card(build_about(), build_run(), build_figures(), looks=1)

    assert "|  | 25 tiles (faces of 83 px) | 49 tiles, JPEG 50 (faces of 59 px) |" in (
        text
    )
    assert "| 20 px | 20 px, JPEG 50 | 32 px |" in text
    assert "| not found | 6 (7.5%) |" in text
    assert "| found, not read | 4 (5.0%) |" in text
    assert "| read wrongly | 14 (17.5%) |" in text
    assert "| by most annotators: loss in points | +2.0 ± 1.1 |" in text


def test_each_class_is_told_without_copies_too() -> None:
    figures = build_figures()
    label, apart = (
        figures[name]["recall"]["fear"]
        for name in ("public_test", "public_test_without_copies")
    )
    faces = sum(figures["public_test"]["confusion"][EMOTIONS.index("fear")])

    text = card(build_about(), build_run(), figures, 1)

    assert label != apart
    assert "|  | faces | found | found, without copies | angry |" in text
    assert f"| fear | {faces} | {label:.1%} | {apart:.1%} |" in text
    # Of the votes that was not measured here.
    assert "|  | faces | found | angry |" in text


def test_thresholds_are_told_where_there_are_any() -> None:
    needed = {"heights": [20.0, 48.0, 96.0], "confidence": [0.45, 0.3, 0.0]}

    told = card(build_about(thresholds=needed), build_run(), build_figures(), 1)
    untold = card(build_about(), build_run(), build_figures(), 1)

    assert (
        "under 45% at 20 px, 30% at 48 px is stored as unreadable; from 96 px on none"
        in told
    )
    assert "stored as unreadable" not in untold


def test_the_plot_has_a_point_for_each_bin_with_faces() -> None:
    figures = build_figures()

    drawn = ElementTree.fromstring(plot(figures))  # noqa: S314 - drawn here

    name = "{http://www.w3.org/2000/svg}circle"
    bins = [row for rows in figures["reliability"].values() for row in rows]
    assert len(drawn.findall(name)) == sum(count > 0 for _, _, count in bins)
    texts = [text.text for text in drawn.iter("{http://www.w3.org/2000/svg}text")]
    assert "Labels" in texts
    assert "Votes (what the product reads)" in texts


def test_titles_are_text_and_bins_may_be_empty() -> None:
    drawn = ElementTree.fromstring(diagram({"a < b & c": [[0, 0, 0]]}))  # noqa: S314

    texts = [text.text for text in drawn.iter("{http://www.w3.org/2000/svg}text")]
    assert "a < b & c" in texts
    assert not list(drawn.iter("{http://www.w3.org/2000/svg}circle"))


def test_the_bins_add_up_to_the_calibration_error() -> None:
    probabilities, labels = answers(2000)

    bins = evaluate.reliability(probabilities, labels)

    assert len(bins) == 15
    assert sum(count for _, _, count in bins) == 2000
    gap = sum(abs(sure - right) * count for sure, right, count in bins) / 2000
    expected = evaluate.calibration_error(probabilities, labels)
    assert gap == pytest.approx(expected, abs=1e-3)
