"""Real recordings, made by the ffmpeg that reads them: one grey level a picture."""

from __future__ import annotations

import subprocess
from collections.abc import Iterable
from pathlib import Path

import imageio_ffmpeg
import numpy as np

from monitor.records import Image

STEP = 4
"""Grey levels between one picture and the next; H.264 moves them by 2 at most."""


def write_film(
    path: Path,
    count: int,
    *,
    fps: float = 5.0,
    size: tuple[int, int] = (96, 64),
    output: Iterable[str] = (),
) -> Path:
    """A film whose picture number n is grey of level n x STEP (see `number_of`)."""
    width, height = size
    writer = imageio_ffmpeg.write_frames(
        str(path), size, fps=fps, macro_block_size=2, output_params=list(output)
    )
    writer.send(None)
    for number in range(count):
        writer.send(np.full((height, width, 3), number * STEP, np.uint8))
    writer.close()
    return path


def number_of(image: Image) -> int:
    """Which picture of the film this is."""
    return round(float(image.mean()) / STEP)


def ffmpeg(*arguments: str | Path) -> None:
    """Run ffmpeg to its end."""
    program = imageio_ffmpeg.get_ffmpeg_exe()
    command = [program, "-nostdin", "-v", "error", "-y", *map(str, arguments)]
    subprocess.run(command, check=True, timeout=60)
