"""The model card: what the shipped network is, and what it is not."""

from __future__ import annotations

from typing import Any

from models.training.augment import Damage
from monitor.records import EMOTIONS

TRAIN = (
    "    python -m models.training.train --data fer2013.npz --seed {seed} --out {out}"
)
RELEASE = "    python -m models.training.release --data fer2013.npz --run {out}"


def card(about: dict[str, Any], run: dict[str, Any], looks: int) -> str:
    """The text of ``CARD.md``.

    Args:
        about: what the network's file says of itself, figures included.
        run: the training run's record.
        looks: how often PublicTest has been looked at.
    """
    return "\n".join(
        [
            f"# {about['name']} {about['version']}",
            "",
            "Reads the expression of one face: seven probabilities in the order "
            + ", ".join(EMOTIONS)
            + ".",
            "",
            *_limits(),
            *_measured(about["figures"], looks),
            *_made(about, run),
            "Made again with:",
            "",
            *_commands(run),
            f"{RELEASE.format(out=_folder(run))} --version {about['version']}",
            "",
        ]
    )


def _commands(run: dict[str, Any]) -> list[str]:
    """What was typed for a run, after what was typed for those that it began with."""
    settings, first = run["settings"], run.get("first")
    command = TRAIN.format(seed=settings["seed"], out=_folder(run))
    ease = settings["damage"]["turn"] / Damage().turn
    options = f"--epochs {settings['epochs']} --rate {settings['rate']} --ease {ease:g}"
    if first is None:
        return [f"{command} \\", f"        {options}"]
    begins = f"--from {_folder(first)}"
    return [*_commands(first), f"{command} \\", f"        {begins} {options}"]


def _epochs(run: dict[str, Any]) -> str:
    """Epochs of a run and of those before it: "24, then 12"."""
    own = str(run["settings"]["epochs"])
    return f"{_epochs(run['first'])}, then {own}" if "first" in run else own


def _folder(run: dict[str, Any]) -> str:
    """A name for a run's folder: how many runs stand before it."""
    number = 1
    while run := run.get("first") or {}:
        number += 1
    return f"run-{number}"


def _limits() -> list[str]:
    return [
        "## What it must not be used for",
        "",
        "- An expression is not an emotion: people smile without joy and are sad "
        "without a frown ([Barrett et al. 2019]"
        "(https://doi.org/10.1177/1529100619832930)). It reports expressions.",
        "- Not for grading, discipline, ranking or hiring. Inferring emotions of "
        "people in education is prohibited in the EU (AI Act, Art. 5(1)(f)).",
        "- It learned from photographs found by web search, labelled "
        "by few people: other cultures, ages, skin tones, glasses, veils, hard light "
        "and heads turned away are under-represented, and how much worse it reads "
        "them was not measured.",
        "- FER2013's labels are noisy: people name about 65% of its faces as the "
        "label does ([Goodfellow et al. 2013](https://arxiv.org/abs/1307.0414)), so "
        "a difference of a few points between two students means nothing.",
        "",
    ]


def _measured(figures: dict[str, Any], looks: int) -> list[str]:
    test, choose = figures["public_test"], figures["validation"]
    path = figures["path"]
    rows = [
        f"| {name} | {test['recall'][name]:.1%} | "
        + " | ".join(str(count) for count in counts)
        + " |"
        for name, counts in zip(EMOTIONS, test["confusion"], strict=True)
    ]
    return [
        "## What was measured (through this file, by LiteRT)",
        "",
        "| | PublicTest | validation |",
        "|---|---|---|",
        f"| faces | {test['faces']} | {choose['faces']} |",
        f"| accuracy | **{test['accuracy']:.1%}** | {choose['accuracy']:.1%} |",
        f"| mean over the seven | {test['balanced']:.1%} | {choose['balanced']:.1%} |",
        f"| calibration error (15 bins) | {test['ece']:.1%} | {choose['ece']:.1%} |",
        f"| Brier score | {test['brier']:.3f} | {choose['brier']:.3f} |",
        "",
        f"Looks at PublicTest so far: {looks} "
        "(`training/public_test_looks.jsonl`); nothing was chosen on it. The "
        "temperature was fitted on the validation part, whose calibration error is "
        "therefore flattering.",
        "",
        f"Through a gallery: of {path['faces']} PublicTest faces set "
        f"{path['height']} pixels high into a grey picture, CenterFace found "
        f"{path['found']:.1%}; of these the network reads {path['direct']:.1%} "
        f"directly and {path['through']:.1%} as the agent crops them "
        f"(loss {path['points']:+.1f} points).",
        "",
        "PublicTest by label (rows) and answer (columns):",
        "",
        "| | found | " + " | ".join(EMOTIONS) + " |",
        "|---" * (len(EMOTIONS) + 2) + "|",
        *rows,
        "",
    ]


def _made(about: dict[str, Any], run: dict[str, Any]) -> list[str]:
    data, settings = about["data"], run["settings"]
    return [
        "## How it was made",
        "",
        f"- Data: FER2013's Training part ({data['learned_from']} faces learned "
        f"from, {data['chosen_on']} held back to choose on, "
        f"{data['left_out_as_copies_of_public_test']} left out as copies of "
        f"PublicTest faces), targets softened by FER+'s votes "
        f"({settings['vote_weight']:.0%}); file sha256 `{data['sha256'][:16]}`.",
        f"- Network: residual, {run['parameters']:,} parameters, "
        f"{run['multiply_adds'] / 1e6:.0f} M multiply-adds a look, float32; each face "
        f"is looked at twice, the second time mirrored, and the answers averaged; "
        f"temperature {about['temperature']}.",
        f"- Training: {_epochs(run)} epochs, batch {settings['batch']}, seed "
        f"{settings['seed']}, TensorFlow {run['versions']['tensorflow']}, "
        f"Keras {run['versions']['keras']}.",
        f"- Faces under {about['min_face_height']:.0f} pixels are not read: training "
        "shows none smaller.",
        "",
    ]
