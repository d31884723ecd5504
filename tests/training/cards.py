"""What a model card is made from, with defaults."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

import numpy as np

from models.training import evaluate
from models.training.path.scene import SCENES
from models.training.path.walk import Outcome, Score
from monitor.emotion.calibration import softmax
from tests.emotion import networks

Floats = np.typing.NDArray[np.float64]


def answers(n: int, seed: int = 0) -> tuple[Floats, np.typing.NDArray[np.int64]]:
    rng = np.random.default_rng(seed)
    probabilities = softmax(rng.normal(0, 2, (n, 7)))
    draws = rng.random((n, 1))
    return probabilities, (probabilities.cumsum(1) < draws).sum(1).clip(0, 6)


def figures_of(n: int, seed: int = 0) -> dict[str, Any]:
    return asdict(evaluate.figures(*answers(n, seed)))


def build_outcome(name: str, height: int, quality: int | None) -> dict[str, Any]:
    score = Score("votes", 80, 6, 4, 14, 56, 0.82, 0.8, 2.0, 1.1, 0.031)
    return asdict(
        Outcome(
            name,
            height,
            quality,
            faces=90,
            found=0.93,
            read=0.89,
            unread={},
            box_height=float(height),
            strays=0,
            reads="votes",
            scores={"votes": score, "labels": score},
        )
    )


def build_figures(**changes: object) -> dict[str, Any]:
    return {
        "public_test": figures_of(500),
        "public_test_without_copies": figures_of(480),
        "public_test_votes": figures_of(450, 1),
        "validation": figures_of(400, 2),
        "validation_votes": figures_of(380, 3),
        "reliability": {
            "labels": evaluate.reliability(*answers(500)),
            "votes": evaluate.reliability(*answers(450, 1)),
        },
        "path": {
            scene.name: build_outcome(scene.name, scene.height, scene.quality)
            for scene in SCENES
        },
        "speed": {"ms_per_face": 1.23, "bytes": 3_300_000},
    } | changes


def build_about(**changes: object) -> dict[str, Any]:
    data = {
        "learned_from": 25_000,
        "chosen_on": 2800,
        "left_out_as_copies_of_other_parts": 700,
        "sha256": "0123456789abcdef0123",
    }
    heads = {"heads": ["labels", "votes"], "reads": "votes"}
    said = networks.about(name="expression", version="2.0", data=data, **heads)
    return said | changes


def build_run(**changes: object) -> dict[str, Any]:
    return {
        "settings": {
            "epochs": 50,
            "cool": 40,
            "small": 20,
            "batch": 256,
            "rate": 0.02,
            "decay": 0.1,
            "vote_weight": 0.5,
            "smoothing": 0.05,
            "expected": 0.4,
            "teacher": 0.3,
            "balance": 0.3,
            "mixup": 0.2,
            "seed": 7,
        },
        "teacher": None,
        "parameters": 1_600_000,
        "multiply_adds": 57_000_000,
        "backend": "torch",
        "versions": {"torch": "2.15.0", "keras": "3.15.1"},
        "epochs": [{}] * 50,
    } | changes
