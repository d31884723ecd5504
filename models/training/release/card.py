"""The model card: what the shipped network is, and what it is not.

`models.training.release` measures and hands over ``figures``, a dictionary that JSON
can hold:

    public_test                 a `evaluate.Figures` as a dictionary: head "labels"
                                against FER2013's label, all faces
    public_test_without_copies  the same without faces that stand in Training too
    public_test_votes           head "votes" against what most annotators saw; faces
                                where that is none of the seven are left out
    public_test_votes_without_copies   may be absent
    validation, validation_votes       as for PublicTest, on the validation part
    reliability                 {head: [[mean confidence, accuracy, faces] x 15]},
                                see `evaluate.reliability`; on PublicTest
    cross_validated             {head: {"direct" or a face's height: calibration
                                error}}, see `calibration.cross_validated`; may be
                                absent
    agreement                   `shipping.agreement`; may be absent
    path                        {scene's name: `path.walk.Outcome` as a dictionary},
                                PublicTest in `path.scene.SCENES`
    speed                       {"ms_per_face": one core, batch of 25, "bytes"}
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from models.training.path.walk import LABELS, VOTES
from models.training.release.making import commands, made
from models.training.release.reliability import diagram
from models.training.release.tables import markdown, measured, through_the_path
from monitor.records import EMOTIONS

PLOT = "calibration.svg"

_TITLES = {LABELS: "Labels", VOTES: "Votes (what the product reads)"}


def card(
    about: Mapping[str, Any],
    run: Mapping[str, Any],
    figures: Mapping[str, Any],
    looks: int,
) -> str:
    """The text of ``CARD.md``.

    Args:
        about: what the network's file says of itself.
        run: the training run's record.
        figures: what was measured, see the module.
        looks: how often PublicTest has been looked at.
    """
    return "\n".join(
        [
            f"# {about['name']} {about['version']}",
            "",
            *_what(about, figures),
            *_must_not(),
            *measured(figures, looks),
            *_confidence(about, figures),
            *through_the_path(figures["path"]),
            *_limits(about, figures),
            *made(about, run, figures.get("agreement")),
            *commands(about, run),
        ]
    )


def plot(figures: Mapping[str, Any]) -> str:
    """The calibration plot beside the card, `PLOT`: an SVG."""
    bins = figures["reliability"]
    return diagram({_TITLES[head]: bins[head] for head in _TITLES if head in bins})


def _what(about: Mapping[str, Any], figures: Mapping[str, Any]) -> list[str]:
    speed, labels = figures["speed"], figures["public_test"]["accuracy"]
    votes = figures["public_test_votes"]
    return [
        "Written by `models.training.release`, not by hand. It reads the expression of "
        f"one face: seven probabilities in the order {', '.join(EMOTIONS)}.",
        "",
        "Of FER2013's PublicTest faces it names the label that FER2013 gives in "
        f"**{labels:.1%}**; of the {votes['faces']:,} on which most annotators agree, "
        f"what they saw in **{votes['accuracy']:.1%}**. It takes "
        f"{speed['bytes'] / 2**20:.2f} MiB, and {speed['ms_per_face']:.2f} ms a face "
        "on one core (batch of 25).",
        "",
        "One trunk with two heads: *labels* learned FER2013's label, *votes* how the "
        "ten annotators of FER+ voted on the same face. The product reads "
        f"*{about['reads']}*: it is what people see in a face, and its share of "
        "neutral faces (a third, against a sixth) is nearer to a class at work. "
        "*labels* is for comparison with what others report.",
        "",
    ]


def _must_not() -> list[str]:
    return [
        "## What it must not be used for",
        "",
        "- An expression is not an emotion: people smile without joy and are sad "
        "without a frown ([Barrett et al. 2019]"
        "(https://doi.org/10.1177/1529100619832930)). It reports expressions.",
        "- Not for grading, discipline, ranking or hiring. Inferring emotions of "
        "people in education is prohibited in the EU (AI Act, Art. 5(1)(f)).",
        "- Not for deciding anything about one person from one reading.",
        "",
    ]


def _confidence(about: Mapping[str, Any], figures: Mapping[str, Any]) -> list[str]:
    lines = [
        "## How far its confidence can be believed",
        "",
        f"![Accuracy against confidence]({PLOT})",
        "",
        "PublicTest, 15 bins; a point's area says how many faces it stands for. "
        "Probabilities are `softmax((logits + bias) / T)`, fitted on the validation "
        "part, with a T that depends on the height of the face.",
        "",
    ]
    errors = figures.get("cross_validated")
    if errors:
        names = list(next(iter(errors.values())))
        lines += [
            "Calibration error on the validation part, each half measured with what "
            "the other half gave (heights: through galleries, clean and damaged)"
            + (
                "; what was taken off *labels* was chosen on both halves:"
                if about.get("unmixed")
                else ":"
            ),
            "",
            *markdown(
                ["head", *(n if n == "direct" else f"{n} px" for n in names)],
                [
                    [head, *(f"{said[name]:.1%}" for name in names)]
                    for head, said in errors.items()
                ],
            ),
        ]
    return lines + _unreadable(about["thresholds"])


def _unreadable(needed: Mapping[str, Any]) -> list[str]:
    points = list(zip(needed["heights"], needed["confidence"], strict=True))
    last = max((i for i, (_, least) in enumerate(points) if least > 0), default=None)
    if last is None:
        return []
    asked, rest = points[: last + 1], points[last + 1 :]
    said = ", ".join(f"{least:.0%} at {height:.0f} px" for height, least in asked)
    free = next((height for height, _ in rest), None)
    none = f"; from {free:.0f} px on none is" if free else ""
    return [
        f"A face whose largest probability is under {said} is stored as unreadable"
        f"{none}. These are points of risk-coverage curves, straight lines between.",
        "",
    ]


def _limits(about: Mapping[str, Any], figures: Mapping[str, Any]) -> list[str]:
    recall = figures["public_test_votes"]["recall"]
    weak = sorted(recall, key=lambda name: float(recall[name]))[:3]
    told = ", ".join(f"{name} ({recall[name]:.0%})" for name in weak)
    return [
        "## Limits",
        "",
        f"- It finds these least often, where most annotators saw them: {told}. "
        "The tables above tell what it calls them instead.",
        "- It learned from photographs found by web search, labelled by few people: "
        "other cultures, ages, skin tones, glasses, veils, hard light and heads turned "
        "away are under-represented, and how much worse it reads them was not "
        "measured. Many of the faces are posed, louder than a student's who listens.",
        "- FER2013's labels are noisy: people name about 65% of its faces as the label "
        "does ([Goodfellow et al. 2013](https://arxiv.org/abs/1307.0414)), so a "
        "difference of a few points between two students means nothing.",
        "- The galleries above are made: FER2013 faces in tiles. A real call has its "
        "own light, cameras and codecs.",
        f"- Faces under {about['min_face_height']:.0f} pixels are not read: training "
        "shows none smaller.",
        "",
    ]
