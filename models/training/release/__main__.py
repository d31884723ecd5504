"""``python -m models.training.release --data FILE --run DIR --version VERSION``."""

from __future__ import annotations

import argparse
import json
from pathlib import Path

# First: it chooses TensorFlow before Keras is imported.
from models.training import export, record
from models.training.release.shipping import release
from monitor.emotion.registry import shipped
from monitor.errors import ClassPulseError


def main() -> None:
    """The command line of a release."""
    parser = argparse.ArgumentParser(
        prog="python -m models.training.release",
        description="Ships a trained network.",
    )
    parser.add_argument("--data", type=Path, required=True, help="the .npz of faces")
    parser.add_argument("--run", type=Path, help="the run's folder")
    parser.add_argument("--out", type=Path, default=shipped())
    parser.add_argument("--version", required=True)
    parser.add_argument(
        "--weights",
        choices=export.WEIGHTS,
        required=True,
        help="how the file stores them; int8 computes in whole numbers",
    )
    args = parser.parse_args()
    run = args.run or record.default_folder(export.NAME, 1)
    try:
        figures = release(run, args.data, args.out, args.version, args.weights)
    except ClassPulseError as exc:
        parser.exit(2, f"{exc}\n")
    print(json.dumps(figures, indent=1))


if __name__ == "__main__":
    main()
