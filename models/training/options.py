"""The command line of a run of our own networks."""

from __future__ import annotations

import argparse
import math
from collections.abc import Sequence
from pathlib import Path

from models.training.augment import MILD
from models.training.settings import PRECISIONS, Settings
from models.training.shape import Shape

_NUMBERS = ("cool", "clear", "small", "seed")
_SHARES = ("smoothing", "expected", "balance", "mixup")
_TAKEN = (
    "epochs",
    "rate",
    "decay",
    "vote_weight",
    "validation",
    "precision",
    "follow",
)
"""Settings that the command line takes under their own names: whole numbers, shares
and others."""


def _share(text: str) -> float:
    return _number(text, 0, 1)


def _part(text: str) -> float:
    share = _share(text)
    if share in {0, 1}:
        raise argparse.ArgumentTypeError(
            f"{text}: expected more than 0 and less than 1"
        )
    return share


def _amount(text: str) -> float:
    return _number(text, 0)


def _number(text: str, least: float, most: float = math.inf) -> float:
    try:
        value = float(text)
    except ValueError:
        value = math.nan
    # Not a number is no answer to either question.
    if not least <= value <= most or math.isinf(value):
        said = (
            f"from {least:g} to {most:g}" if most < math.inf else "a number, 0 or more"
        )
        raise argparse.ArgumentTypeError(f"{text}: expected {said}")
    return value


def _count(text: str) -> int:
    return _whole(text, 1)


def _counted(text: str) -> int:
    return _whole(text, 0)


def _whole(text: str, least: int) -> int:
    if not text.isdecimal() or int(text) < least:
        raise argparse.ArgumentTypeError(
            f"{text}: expected a whole number, at least {least}"
        )
    return int(text)


def parse(argv: Sequence[str] | None = None) -> argparse.Namespace:
    """The command line of a run; its `Settings` are ``settings``."""
    usual = Settings()
    parser = argparse.ArgumentParser(
        description="Trains an expression network of any size."
    )
    parser.add_argument("--data", type=Path, required=True, help="the .npz of faces")
    parser.add_argument("--out", type=Path, help="the run's folder")
    for name in _NUMBERS:
        parser.add_argument(f"--{name}", type=_counted, default=getattr(usual, name))
    parser.add_argument("--epochs", type=_count, default=usual.epochs)
    parser.add_argument("--rate", type=_amount, default=usual.rate)
    parser.add_argument("--decay", type=_amount, default=usual.decay)
    parser.add_argument(
        "--vote-weight",
        type=_amount,
        default=usual.vote_weight,
        help="weight of the votes' loss; that of the labels is 1",
    )
    parser.add_argument(
        "--validation",
        type=_part,
        default=usual.validation,
        help="share of Training that is held back to choose on",
    )
    for name in _SHARES:
        parser.add_argument(f"--{name}", type=_share, default=getattr(usual, name))
    parser.add_argument(
        "--teacher",
        type=Path,
        nargs="+",
        action="extend",
        default=[],
        help="network.keras of other runs, or released .tflite files, whose mean "
        "answer is learned too",
    )
    parser.add_argument(
        "--begin",
        type=Path,
        help="another run's network.keras, or a released .tflite, to begin with; "
        "where it has more blocks, each stage's last ones are left out",
    )
    parser.add_argument("--teacher-share", type=_share, default=usual.teacher)
    parser.add_argument(
        "--follow",
        action="store_true",
        help="ask the teacher about every face as it is shown, not once about all",
    )
    _ask_shape(parser, usual.shape)
    parser.add_argument(
        "--precision",
        choices=PRECISIONS,
        default=usual.precision,
        help="what it computes in while it learns; mixed_bfloat16 is quicker where the "
        "processor has instructions for it",
    )
    parser.add_argument(
        "--mild",
        action="store_true",
        help="damage the faces less; for the end, begun with a network that saw worse",
    )
    parser.add_argument("--resume", action="store_true", help="go on with a run")
    args = parser.parse_args(argv)
    if len(args.widths) != len(args.blocks):
        parser.error(
            f"--widths names {len(args.widths)} stages and --blocks {len(args.blocks)}:"
            " expected a number of each for every stage."
        )
    if args.follow and not args.teacher:
        parser.error("--follow asks a teacher: name one with --teacher.")
    given = {name: getattr(args, name) for name in (*_TAKEN, *_NUMBERS, *_SHARES)}
    if args.plain and args.fine:
        parser.error("--plain begins at full height and width by itself: no --fine.")
    shape = Shape(
        tuple(args.widths), tuple(args.blocks), fine=args.fine, plain=args.plain
    )
    args.settings = Settings(
        **given,
        teacher=args.teacher_share,
        shape=shape,
        damage=MILD if args.mild else usual.damage,
    )
    return args


def _ask_shape(parser: argparse.ArgumentParser, usual: Shape) -> None:
    parser.add_argument(
        "--widths",
        type=_count,
        nargs="+",
        default=usual.widths,
        help="channels of each stage; a larger network can teach a smaller one",
    )
    parser.add_argument(
        "--blocks",
        type=_count,
        nargs="+",
        default=usual.blocks,
        help="blocks of two convolutions of each stage",
    )
    parser.add_argument(
        "--fine",
        type=int,
        choices=range(5),
        default=usual.fine,
        help="residual blocks at full height and width before the first halving",
    )
    parser.add_argument(
        "--plain",
        action="store_true",
        help="blocks without a way around, as VGG has them; a teacher of another kind",
    )
