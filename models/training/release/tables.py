"""The tables of the model card, in Markdown."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from models.training.path.scene import CALLS, CODEC, SIZES
from models.training.path.table import table
from models.training.scores import wilson_interval
from monitor.records import EMOTIONS

_COLUMNS = {
    "public_test": "label",
    "public_test_without_copies": "label, without copies",
    "public_test_votes": "most annotators",
    "public_test_votes_without_copies": "most annotators, without copies",
    "validation": "validation: label",
    "validation_votes": "validation: most annotators",
}
_ROWS = {
    "accuracy": "accuracy",
    "macro_f1": "macro-F1",
    "balanced": "mean share found of the seven",
    "ece": "calibration error (15 bins)",
}


def markdown(header: Sequence[str], rows: Sequence[Sequence[str]]) -> list[str]:
    """A table's lines and an empty one."""
    return [
        f"| {' | '.join(header)} |",
        "|---" * len(header) + "|",
        *(f"| {' | '.join(row)} |" for row in rows),
        "",
    ]


def measured(figures: Mapping[str, Any], looks: int) -> list[str]:
    """The section on how often the file is right.

    Args:
        figures: see `models.training.release.card`.
        looks: how often PublicTest has been looked at.
    """
    names = [name for name in _COLUMNS if name in figures]
    parts = [figures[name] for name in names]
    test, votes = figures["public_test"], figures["public_test_votes"]
    copies = test["faces"] - figures["public_test_without_copies"]["faces"]
    first, *others = (
        [told, *(f"{p[key]:.1%}" for p in parts)] for key, told in _ROWS.items()
    )
    rows = [
        ["faces", *(str(part["faces"]) for part in parts)],
        first,
        ["its 95% confidence interval (Wilson)", *map(_interval, parts)],
        *others,
        ["Brier score", *(f"{part['brier']:.3f}" for part in parts)],
    ]
    times = "once" if looks == 1 else f"{looks} times"
    return [
        "## How often it is right",
        "",
        "Measured through this file, by LiteRT, on FER2013's PublicTest and on the "
        "validation part; every face counts, whatever the confidence.",
        "",
        *markdown(["against", *(_COLUMNS[name] for name in names)], rows),
        f"PublicTest has been looked at {times} (`training/public_test_looks.jsonl`); "
        "what followed from each look stands in `training/NOTES.md`. What is fitted "
        "(calibration, which moves answers too) was fitted on the validation part, and "
        "this network was chosen by it: all that is said of that part flatters.",
        "",
        f"*Copies*: {copies} PublicTest faces stand in Training too, as they are, "
        "mirrored or nearly so. The network has not learned from those copies: they "
        "were left out of Training; without these faces the figures stand beside. "
        "*Most annotators*: the one answer that most of FER+'s ten gave; "
        f"{test['faces'] - votes['faces']} faces where that is none of the seven, or "
        "two are level, are left out.",
        "",
        *_confusion("by label", test, figures["public_test_without_copies"]),
        *_confusion(
            "by what most annotators saw",
            votes,
            figures.get("public_test_votes_without_copies"),
        ),
    ]


def _interval(part: Mapping[str, Any]) -> str:
    right = sum(row[i] for i, row in enumerate(part["confusion"]))
    low, high = wilson_interval(right, part["faces"])
    return f"{low * 100:.1f}-{high:.1%}"


def through_the_path(path: Mapping[str, Mapping[str, Any]]) -> list[str]:
    """The section on what becomes of faces in a call.

    Args:
        path: outcomes by scene, see `models.training.release.card`.
    """
    calls = [path[scene.name] for scene in CALLS if scene.name in path]
    sizes = [path[scene.name] for scene in SIZES if scene.name in path]
    return [
        "## Through the picture of a call",
        "",
        "PublicTest faces in the tiles of made 1920x1080 galleries, with a head and "
        "shoulders painted around them; found by CenterFace as in a live class, cut "
        "out and read by the program's own rules. FER2013 holds some pictures that "
        "are no face: part of what is not found is rightly so. *Given directly*: the "
        "same faces that were read, given to the network as they stand in FER2013; "
        "the loss is the difference, with its standard error.",
        "",
        *_scenes([f"{o['scene']} (faces of {o['height']} px)" for o in calls], calls),
        "By the height of the face in the picture (the detector's box is about as "
        f"high as the face is pasted), and after JPEG at quality {CODEC}, which stands "
        "for a video codec's damage:",
        "",
        *_scenes([str(outcome["scene"]) for outcome in sizes], sizes),
    ]


def _scenes(names: Sequence[str], outcomes: Sequence[Mapping[str, Any]]) -> list[str]:
    return markdown(["", *names], [[row.what, *row.cells] for row in table(outcomes)])


def _confusion(
    by: str, part: Mapping[str, Any], apart: Mapping[str, Any] | None
) -> list[str]:
    """Of all faces; beside, what is found of those ``apart`` from copies."""
    return [
        f"PublicTest {by} (rows) and answer (columns):",
        "",
        *markdown(
            [
                "",
                "faces",
                "found",
                *(["found, without copies"] * bool(apart)),
                *EMOTIONS,
            ],
            [
                [
                    name,
                    str(sum(counts)),
                    f"{part['recall'][name]:.1%}",
                    *([f"{apart['recall'][name]:.1%}"] if apart else []),
                    *(str(count) for count in counts),
                ]
                for name, counts in zip(EMOTIONS, part["confusion"], strict=True)
            ],
        ),
    ]
