"""The model card's section on how the network was made, and how to make it again."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, TypeAlias

Held: TypeAlias = Mapping[str, Any]
"""A run's record, or what a pupil's record keeps of its teacher's."""

_OPTIONS = ("expected", "balance", "mixup")
"""Of what a head is asked for; a record from before there were any lacks them."""


def made(about: Held, run: Held) -> list[str]:
    """The section on data, network and training.

    Args:
        about: what the network's file says of itself.
        run: the training run's record.
    """
    data, versions, backend = about["data"], run["versions"], run["backend"]
    return [
        "## How it was made",
        "",
        f"- Faces: FER2013's Training part, {data['learned_from']:,} learned from and "
        f"{data['chosen_on']:,} held back to choose on, split by groups of exact, "
        f"mirrored and near duplicates; {data['left_out_as_copies_of_public_test']:,} "
        "left out as copies of PublicTest faces. File sha256 "
        f"`{data['sha256'][:16]}`.",
        "- Licences: FER2013 was made for a challenge of the ICML 2013 workshop on "
        "representation learning, from pictures found by web image search; we know of "
        "no licence of the pictures themselves. The FER+ votes "
        "([Barsoum et al. 2016](https://arxiv.org/abs/1608.01041)) are published by "
        "Microsoft under the MIT licence. Neither is part of this project.",
        f"- Network: residual, {run['parameters']:,} parameters, "
        f"{run['multiply_adds'] / 1e6:.0f} M multiply-adds a face, 48x48 grey; weights "
        "stored as float16, computed in float32.",
        f"- Training: {_trained(run)}; Keras {versions['keras']} on its {backend} "
        f"backend ({backend} {versions[backend]}). Exported through TensorFlow. What "
        "was tried stands in `training/NOTES.md`.",
        *_teachers(run),
        "",
    ]


def commands(about: Held, run: Held) -> list[str]:
    """What was typed, teachers and schedules changed on the way included."""
    return [
        "Made again with (what is no option stands in `training/settings.py`):",
        "",
        *_typed(run, "run"),
        "    python -m models.training.release --data fer2013.npz --run run \\",
        f"        --version {about['version']}",
        "",
    ]


def _trained(held: Held) -> str:
    """A run's settings in words."""
    settings, epochs = held["settings"], held["epochs"]
    count = epochs if isinstance(epochs, int) else len(epochs)
    parts = [
        f"{count} epochs, batch {settings['batch']}",
        f"Muon at {settings['rate']:g}" + _if(", decay {:g}", settings.get("decay")),
        f"votes weighted {settings['vote_weight']:g} beside the labels' 1",
        "averaged weights",
        f"seed {settings['seed']}",
    ]
    extra = (
        _if("labels smoothed by {:.0%}", settings.get("smoothing")),
        _if(
            "the label mixed with {:.0%} of what the votes let one expect of it",
            settings.get("expected"),
        ),
        held.get("teacher")
        and _if(
            "{:.0%} of what both heads are asked for is a teacher's answer",
            settings.get("teacher"),
        ),
        _if(
            "faces weighted by their label's rarity to the power {:g}",
            settings.get("balance"),
        ),
        _if(
            "faces laid over each other (mixup), in shares drawn from "
            "Beta({0:g}, {0:g})",
            settings.get("mixup"),
        ),
    )
    return "; ".join([", ".join(parts), *(said for said in extra if said)])


def _if(text: str, value: float | None) -> str:
    return text.format(value) if value else ""


def _teachers(held: Held) -> Iterator[str]:
    """A line for the teacher, one for the teacher's own, and so on."""
    name, about = "Teacher", _teacher(held)
    while about:
        how = "how it was trained was not recorded"
        if "settings" in about:
            how = f"trained for {_trained(about)}"
        yield (
            f"- {name}: the network of another run, file sha256 "
            f"`{about['sha256'][:16]}`, {how}."
        )
        name, about = f"{name}'s teacher", _teacher(about)


def _teacher(held: Held) -> Held:
    """What a record says of its teacher; {} without one."""
    about = held.get("teacher")
    # A record of before teachers were described holds the sum alone.
    return {"sha256": about} if isinstance(about, str) else about or {}


def _typed(held: Held, folder: str) -> Iterator[str]:
    """The commands of a run, its teacher's first."""
    teacher = _teacher(held)
    learned = ""
    if teacher:
        home = f"{folder}-teacher"
        if "settings" in teacher:
            yield from _typed(teacher, home)
        else:
            yield f"    # {home}: the run of the teacher named above"
        share = held["settings"]["teacher"]
        learned = f"--teacher {home}/network.keras --teacher-share {share:g}"
    settings, resume = held["settings"], ""
    for schedule in held.get("schedules", []):
        yield _command(held, settings | schedule, folder, [learned, resume])
        yield f"    # stopped after {schedule['until']} epochs, then:"
        resume = "--resume"
    yield _command(held, settings, folder, [learned, resume])


def _command(held: Held, settings: Held, folder: str, more: list[str]) -> str:
    options = [f"--{name} {settings.get(name, 0):g}" for name in _OPTIONS]
    lines = [
        f"KERAS_BACKEND={held['backend']} python -m models.training.train",
        f"--data fer2013.npz --out {folder} --seed {settings['seed']} "
        f"--epochs {settings['epochs']}",
        f"--cool {settings['cool']} --small {settings['small']} "
        f"--rate {settings['rate']:g}",
        " ".join(options),
        " ".join(option for option in more if option),
    ]
    return "    " + " \\\n        ".join(line for line in lines if line)
