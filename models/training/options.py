"""The command line of a run of our own networks."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from pathlib import Path

from models.training.settings import Settings
from models.training.shape import Shape

_NUMBERS = ("epochs", "cool", "clear", "small", "seed")
_SHARES = ("smoothing", "expected", "together", "balance", "mixup")
"""Settings that the command line takes under their own names, as it does rate and
decay."""


def _share(text: str) -> float:
    value = float(text)
    if not 0 <= value <= 1:
        raise argparse.ArgumentTypeError(f"{text}: expected from 0 to 1")
    return value


def _count(text: str) -> int:
    value = int(text)
    if value < 1:
        raise argparse.ArgumentTypeError(f"{text}: expected at least 1")
    return value


def parse(argv: Sequence[str] | None = None) -> argparse.Namespace:
    """The command line of a run; its `Settings` are ``settings``."""
    usual = Settings()
    parser = argparse.ArgumentParser(description="Trains the shipped network.")
    parser.add_argument("--data", type=Path, required=True, help="the .npz of faces")
    parser.add_argument("--out", type=Path, help="the run's folder")
    for name in _NUMBERS:
        parser.add_argument(f"--{name}", type=int, default=getattr(usual, name))
    parser.add_argument("--rate", type=float, default=usual.rate)
    parser.add_argument("--decay", type=float, default=usual.decay)
    for name in _SHARES:
        parser.add_argument(f"--{name}", type=_share, default=getattr(usual, name))
    parser.add_argument(
        "--teacher",
        type=Path,
        nargs="+",
        default=[],
        help="network.keras of other runs, whose mean answer is learned too",
    )
    parser.add_argument(
        "--begin", type=Path, help="another run's network.keras to begin with"
    )
    parser.add_argument("--teacher-share", type=_share, default=usual.teacher)
    _ask_shape(parser, usual.shape)
    parser.add_argument("--resume", action="store_true", help="go on with a run")
    args = parser.parse_args(argv)
    if args.together and not args.teacher:
        parser.error(
            "--together says how much a teacher's answer counts: add --teacher."
        )
    if len(args.widths) != len(args.blocks):
        parser.error(
            f"--widths names {len(args.widths)} stages and --blocks {len(args.blocks)}:"
            " expected a number of each for every stage."
        )
    given = {
        name: getattr(args, name) for name in (*_NUMBERS, "rate", "decay", *_SHARES)
    }
    shape = Shape(tuple(args.widths), tuple(args.blocks), fine=args.fine)
    args.settings = Settings(**given, teacher=args.teacher_share, shape=shape)
    return args


def _ask_shape(parser: argparse.ArgumentParser, usual: Shape) -> None:
    parser.add_argument(
        "--widths",
        type=_count,
        nargs="+",
        default=usual.widths,
        help="channels of each stage; a larger network than the shipped one can be "
        "its teacher",
    )
    parser.add_argument(
        "--blocks",
        type=_count,
        nargs="+",
        default=usual.blocks,
        help="residual blocks of each stage",
    )
    parser.add_argument(
        "--fine",
        type=int,
        choices=range(5),
        default=usual.fine,
        help="residual blocks at full height and width before the first halving",
    )
