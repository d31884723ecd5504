"""The model card's section on how the network was made, and how to make it again."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import asdict
from string import ascii_lowercase
from typing import TypeAlias

from models.training.augment import MILD
from models.training.forebears import Held, begun_from, forebears, teachers_of
from models.training.settings import Settings
from models.training.shape import SMALL

Named: TypeAlias = Mapping[str, tuple[str, Held]]
"""Networks that a run came from, by the sum of the file: a name, what is known."""

_OPTIONS = ("smoothing", "expected", "balance", "mixup")
"""Of what a head is asked for; a record from before there were any lacks them."""

_MILD = json.loads(json.dumps(asdict(MILD)))

_STORED = {
    "float16": "weights stored as float16, computed in float32",
    "float32": "weights stored and computed in float32",
    "int8": "weights stored and computed in whole numbers of 8 bits (slower on a "
    "processor without instructions for those, such as VNNI: see `training/NOTES.md`)",
}


def _kind(run: Held) -> str:
    """Whether there is a way around its blocks; older records had no other."""
    shape = run["settings"].get("shape") or {}
    return "plain" if shape.get("plain") else "residual"


def _weights(about: Held) -> str:
    """How a file stores them; one from before there was a choice has float16."""
    return str(about.get("weights", "float16"))


def made(about: Held, run: Held, alike: Held | None = None) -> list[str]:
    """The section on data, network and training.

    Args:
        about: what the network's file says of itself.
        run: the training run's record.
        alike: `shipping.agreement`, where it was measured.
    """
    data, versions, backend = about["data"], run["versions"], run["backend"]
    return [
        "## How it was made",
        "",
        f"- Faces: FER2013's Training part, {data['learned_from']:,} learned from and "
        f"{data['chosen_on']:,} held back to choose on, split by groups of exact, "
        f"mirrored and near duplicates; {data['left_out_as_copies_of_other_parts']:,} "
        "left out as copies of PublicTest faces. File sha256 "
        f"`{data['sha256'][:16]}`.",
        "- Licences: FER2013 was made for a challenge of the ICML 2013 workshop on "
        "representation learning, from pictures found by web image search; we know of "
        "no licence of the pictures themselves. The FER+ votes "
        "([Barsoum et al. 2016](https://arxiv.org/abs/1608.01041)) are published by "
        "Microsoft under the MIT licence. Neither is part of this project.",
        f"- Network: {_kind(run)}, {run['parameters']:,} parameters, "
        f"{run['multiply_adds'] / 1e6:.0f} M multiply-adds a face, 48x48 grey; "
        f"{_STORED[_weights(about)]}." + (_agreed(alike) if alike else ""),
        f"- Training: {_trained(run)}; Keras {versions['keras']} on its {backend} "
        f"backend ({backend} {versions[backend]}). Exported through TensorFlow. What "
        "was tried stands in `training/NOTES.md`.",
        *_averaged(run),
        *_unmixed(about),
        *_networks(run),
        "",
    ]


def _averaged(run: Held) -> list[str]:
    """Whether its weights are half-way to its first ones."""
    begun = begun_from(run)
    if not run.get("averaged") or begun is None:
        return []
    name, _ = _named(run)[begun["sha256"]]
    return [
        f"- Then the mean of its weights and those of `{name}`, which it was begun "
        "with, was taken, as they stand in the files (`training/averaging.py` says "
        "what that is of a released one)."
    ]


def _unmixed(about: Held) -> list[str]:
    """What became of the labels' head after training; older files keep it as it was."""
    if not about.get("unmixed"):
        return []
    return [
        f"- Then {about['unmixed']:.1%} of the votes' logits were taken off those of "
        "*labels*: as much as makes the labels of the faces held back likeliest "
        "(`training/unmixing.py`)."
    ]


def _agreed(alike: Held) -> str:
    return (
        f" The file answers as the network itself does for {alike['same_answer']:.1%} "
        f"of the {alike['faces']:,} faces held back (largest difference of a logit "
        f"{alike['largest_difference']:.2g})."
    )


def commands(about: Held, run: Held) -> list[str]:
    """What was typed, teachers and schedules changed on the way included."""
    return [
        f"Made again with {_tools(run)} (what is no option stands in "
        "`training/settings.py`), each by the code of its own time in this "
        "repository's history: later code may draw other faces, and gives another "
        "network then:",
        "",
        *_typed(run),
        "    python -m models.training.release --data fer2013.npz --run run \\",
        f"        --version {about['version']} --weights {_weights(about)}",
        "",
    ]


def _tools(run: Held) -> str:
    """What must be installed: the extra brings no other backend than TensorFlow."""
    backend = run["backend"]
    extra = "the extra `train`"
    return extra if backend == "tensorflow" else f"{extra} and {backend} beside it"


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
    shape = _shape(settings.get("shape"))
    extra = (
        shape and f"stages and blocks `{shape}`",
        _differs("precision", settings)
        and "computed in bfloat16 where that loses least",
        _if("labels smoothed by {:.0%}", settings.get("smoothing")),
        _if(
            "the label mixed with {:.0%} of what the votes let one expect of it",
            settings.get("expected"),
        ),
        teachers_of(held)
        and _if(
            "{:.0%} of what both heads are asked for is what other networks answer",
            settings.get("teacher"),
        )
        + _if(" about the face as it is shown", settings.get("follow")),
        _if(
            "faces weighted by their label's rarity to the power {:g}",
            settings.get("balance"),
        ),
        _if(
            "faces laid over each other (mixup), in shares drawn from "
            "Beta({0:g}, {0:g})",
            settings.get("mixup"),
        ),
        _if(
            "the last {} epochs without mixup and without covered faces",
            settings.get("clear"),
        ),
        _is_mild(settings) and "faces damaged mildly",
    )
    return "; ".join([", ".join(parts), *(said for said in extra if said)])


def _if(text: str, value: float | None) -> str:
    return text.format(value) if value else ""


def _named(held: Held) -> Named:
    """A folder's name for each network that a run came from, by the file's sum."""
    return {
        key: (f"run-{letter}", about)
        for letter, (key, about) in zip(
            ascii_lowercase, forebears(held).items(), strict=False
        )
    }


def _networks(held: Held) -> Iterator[str]:
    """A line for the networks that this one came from, and one for each of those."""
    others = _named(held)
    if others:
        yield f"- Other networks of ours that it came from: {_from(held, others)}."
    for name, about in others.values():
        how = "how it was trained was not recorded"
        if "version" in about:
            how = (
                f"{_release(about)}, whose own card, in this repository's history, "
                "says how it was made"
            )
        elif "settings" in about:
            how = f"trained for {_trained(about)}"
            if about.get("averaged"):
                how += "; then the mean with its beginning was taken"
            how += _if(
                "; then {:.1%} of the votes' logits were taken off those of *labels*",
                about.get("unmixed"),
            )
        came = _from(about, others)
        yield (
            f"- `{name}`: file sha256 `{about['sha256'][:16]}`, {how}"
            f"{came and f'; {came}'}."
        )


def _from(held: Held, others: Named) -> str:
    teachers = [f"`{others[one['sha256']][0]}`" for one in teachers_of(held)]
    begun = begun_from(held)
    parts = [
        teachers and f"taught by {' and '.join(teachers)}",
        begun and f"begun with the weights of `{others[begun['sha256']][0]}`",
    ]
    return ", ".join(part for part in parts if part)


def _typed(held: Held) -> Iterator[str]:
    """The commands of a run, those of the networks that it came from first."""
    others = _named(held)
    for name, about in others.values():
        if "version" in about:
            yield f"    # {name}.tflite: {_release(about)}, from this history"
        elif "settings" in about:
            yield from _whole_run(about, name, others, about.get("unmixed"))
        else:
            yield f"    # {name}: the run named above"
    yield from _whole_run(held, "run", others)


def _whole_run(
    about: Held, name: str, others: Named, unmixed: float | None = None
) -> Iterator[str]:
    """The commands of a network in the folder ``name``: training, and what followed."""
    later = [step for step in (about.get("averaged"), unmixed) if step]
    folders = [f"{name}-{i}" for i in range(1, len(later) + 1)] + [name]
    yield from _run(about, folders[0], others)
    if about.get("averaged"):
        first = _file(others[(begun_from(about) or {})["sha256"]])
        yield (
            f"    python -m models.training.averaging --run {folders[0]} --begun "
            f"{first} --out {folders[1]}"
        )
    if unmixed:
        yield (
            f"    python -m models.training.unmixing --run {folders[-2]} --share "
            f"{unmixed:g} --out {name}"
        )


def _release(about: Held) -> str:
    return f"{about.get('name', 'a network')} {about['version']}"


def _file(named: tuple[str, Held]) -> str:
    name, about = named
    return f"{name}.tflite" if "version" in about else f"{name}/network.keras"


def _run(held: Held, folder: str, others: Named) -> Iterator[str]:
    """The commands of one run: one, and one for each change of its schedule."""
    settings, learned, resume = held["settings"], [], ""
    if teachers := teachers_of(held):
        files = [_file(others[one["sha256"]]) for one in teachers]
        learned.append(
            f"--teacher {' '.join(files)} --teacher-share {settings['teacher']:g}"
            + _if(" --follow", settings.get("follow"))
        )
    if begun := begun_from(held):
        learned.append(f"--begin {_file(others[begun['sha256']])}")
    for schedule in held.get("schedules", []):
        # A record from before there were clear epochs had none.
        then = settings | {"clear": 0} | schedule
        yield _command(held, then, folder, [*learned, resume])
        yield f"    # stopped after {schedule['until']} epochs, then:"
        resume = "--resume"
    yield _command(held, settings, folder, [*learned, resume])


def _command(held: Held, settings: Held, folder: str, more: list[str]) -> str:
    options = [f"--{name} {settings.get(name, 0):g}" for name in _OPTIONS]
    lines = [
        f"KERAS_BACKEND={held['backend']} python -m models.training.train",
        f"--data fer2013.npz --out {folder} --seed {settings['seed']} "
        f"--epochs {settings['epochs']}",
        f"--cool {settings['cool']} --small {settings['small']} "
        f"--rate {settings['rate']:g}"
        + _if(" --decay {:g}", settings.get("decay"))
        + _if(" --clear {}", settings.get("clear")),
        " ".join(options),
        _unusual(settings),
        _shape(settings.get("shape")),
        *more,
    ]
    return "    " + " \\\n        ".join(line for line in lines if line)


def _unusual(settings: Held) -> str:
    """Options that are typed where they are not what they are by themselves."""
    typed = [
        f"--{name.replace('_', '-')} {settings[name]}"
        for name in ("vote_weight", "validation", "precision")
        if _differs(name, settings)
    ]
    return " ".join([*typed, *["--mild"] * _is_mild(settings)])


def _differs(name: str, settings: Held) -> bool:
    usual = getattr(Settings(), name)
    return bool(settings.get(name, usual) != usual)


def _is_mild(settings: Held) -> bool:
    """As JSON holds it: the record keeps lists where the damage has pairs."""
    return bool(json.loads(json.dumps(settings.get("damage"))) == _MILD)


def _shape(held: Held | None) -> str:
    """The options of a shape that is not the usual one."""
    usual = asdict(SMALL)
    typed = _shape_options(usual | dict(held or {}))
    return "" if typed == _shape_options(usual) else typed


def _shape_options(shape: Held) -> str:
    widths, blocks = (
        " ".join(str(count) for count in shape[name]) for name in ("widths", "blocks")
    )
    # A record from before there were plain ones lacks the name.
    kind = "--plain" if shape.get("plain") else f"--fine {shape['fine']}"
    return f"--widths {widths} --blocks {blocks} {kind}"
