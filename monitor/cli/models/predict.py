"""`classpulse models predict`."""

from __future__ import annotations

import json
import math
import os
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, NamedTuple

import typer

from monitor.cli.models.places import real
from monitor.cli.options import ModelOption
from monitor.errors import ExportError, SourceError
from monitor.words import EMOTIONS

if TYPE_CHECKING:
    from monitor.detectors.port import Detector
    from monitor.emotion.reader import Answer, ExpressionReader
    from monitor.records import Face, Image


class _Seen(NamedTuple):
    """What was read in one picture; faces and answers in reading order."""

    image: Image
    faces: Sequence[Face]
    answers: Sequence[Answer]


def predict(
    pictures: Annotated[
        list[Path], typer.Argument(metavar="IMAGE...", help="Pictures with faces.")
    ],
    model: ModelOption = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
    out: Annotated[
        Path | None,
        typer.Option(
            "--out",
            metavar="DIR",
            help="Write a copy of each picture, NAME.annotated.png, with what was "
            "read drawn on it. Files already there are kept; the new copy "
            "gets a number.",
        ),
    ] = None,
) -> None:
    """Read the expressions in pictures; nothing is stored unless --out asks for it.

    A face that is too small, turned away, blurred or doubtful is unreadable: it is
    named as such, with the reason, and never taken for neutral.
    """
    from monitor import detectors
    from monitor.detectors.port import DetectorOptions
    from monitor.emotion import registry
    from monitor.emotion.reader import ExpressionReader

    if out is not None:
        _make_folder(out)
    reader = ExpressionReader.load(registry.find(model))
    detector = detectors.create("centerface", DetectorOptions())
    said: list[dict[str, Any]] = []
    taken = {real(picture) for picture in pictures}
    for picture in pictures:
        try:
            seen = _look(picture, detector, reader)
        except SourceError as error:
            # The other pictures are still worth reading.
            typer.echo(f"classpulse: {error}", err=True)
            said.append({"file": str(picture), "error": str(error)})
            continue
        said.append({"file": str(picture), "faces": _as_json(seen, reader)})
        if out is not None:
            copy = _free_name(out, picture, taken)
            _write(copy, seen)
            said[-1]["annotated"] = str(copy)
        if not as_json:
            _print(picture, said[-1])
    if as_json:
        typer.echo(json.dumps(said, indent=2))
    if any("error" in one for one in said):
        raise typer.Exit(1)


def _look(picture: Path, detector: Detector, reader: ExpressionReader) -> _Seen:
    from monitor import boxes
    from monitor.identity.layout import reading_order
    from monitor.sources.pictures import load_picture

    image = load_picture(picture)
    found = detector.detect(image)
    xyxy = boxes.as_array([face.xyxy for face in found])
    order = reading_order(boxes.centres(xyxy), boxes.heights(xyxy))
    faces = [found[i] for i in order]
    return _Seen(image, faces, reader.look(image, faces))


def _as_json(seen: _Seen, reader: ExpressionReader) -> list[dict[str, Any]]:
    """Each face as JSON says it, with the expressions that the network can answer.

    One that is too small has its height and the least that is read, in pixels: the
    sides of its box are rounded, and may seem enough.
    """
    from monitor.emotion.reader import Unreadable

    faces: list[dict[str, Any]] = []
    for face, answer in zip(seen.faces, seen.answers, strict=True):
        x1, y1, x2, y2 = (round(side) for side in face.xyxy)
        said: dict[str, Any] = {"box": [x1, y1, x2 - x1, y2 - y1]}
        if isinstance(answer, Unreadable):
            said |= {"status": "unreadable", "reason": str(answer)}
            if answer is Unreadable.SMALL:
                said |= {
                    # Down: a face just under what is needed must not seem enough.
                    "height": math.floor(face.height * 10) / 10,
                    "least_height": reader.least_height,
                }
        else:
            whole = dict(zip(EMOTIONS, (round(p, 6) for p in answer), strict=True))
            shares = {name: whole[name] for name in reader.expressions}
            best = max(shares, key=lambda name: shares[name])
            said |= {
                "status": "read",
                "emotion": best,
                "confidence": shares[best],
                "probabilities": shares,
            }
        faces.append(said)
    return faces


def _print(picture: Path, said: Mapping[str, Any]) -> None:
    faces = said["faces"]
    if not faces:
        typer.echo(f"{picture}: no face was found")
    else:
        noun = "face" if len(faces) == 1 else "faces"
        read = sum(face["status"] == "read" for face in faces)
        typer.echo(f"{picture}: {len(faces)} {noun}, {read} read")
        _print_table(faces)
    for number, face in enumerate(faces, 1):
        if "reason" in face:
            why = ""
            if "least_height" in face:
                height, least = face["height"], face["least_height"]
                why = f" ({height:g} pixels high; a face is read from {least:g} on)"
            typer.echo(f"{number} is unreadable: {face['reason']}{why}")
    if "annotated" in said:
        typer.echo(said["annotated"])


def _print_table(faces: list[dict[str, Any]]) -> None:
    """A row a face: 76 columns, so that it fits any terminal."""
    from rich.console import Console
    from rich.table import Table

    table = Table(box=None, header_style="bold", pad_edge=False, padding=(0, 1, 0, 0))
    for heading in ("", "x,y", "size", "expression"):
        table.add_column(heading, no_wrap=True)
    for name in EMOTIONS:
        table.add_column(name, justify="right", no_wrap=True)
    for number, face in enumerate(faces, 1):
        x, y, width, height = face["box"]
        shares = face.get("probabilities", {})
        table.add_row(
            str(number),
            f"{x},{y}",
            f"{width}x{height}",
            face.get("emotion", "unreadable"),
            *(f"{shares[name]:.0%}" if name in shares else "" for name in EMOTIONS),
        )
    Console().print(table, highlight=False)


def _make_folder(folder: Path) -> None:
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as exc:
        raise ExportError(
            f"{folder} cannot be made ({exc.strerror}): name another folder for --out"
        ) from exc


def _free_name(folder: Path, picture: Path, taken: set[Path]) -> Path:
    """A name that no file and no other picture has; it is taken from now on."""
    number = 1
    while True:
        again = f"-{number}" if number > 1 else ""
        copy = folder / f"{picture.stem}{again}.annotated.png"
        # Not Path.exists, which raises at a name that is too long.
        if real(copy) not in taken and not os.path.lexists(copy):
            taken.add(real(copy))
            return copy
        number += 1


def _write(copy: Path, seen: _Seen) -> None:
    import cv2

    from monitor.annotate import annotated

    # Not cv2.imwrite: on Windows it knows no path outside the system's code page.
    _, packed = cv2.imencode(".png", annotated(seen.image, seen.faces, seen.answers))
    try:
        copy.write_bytes(packed.tobytes())
    except OSError as exc:
        raise ExportError(
            f"{copy} cannot be written ({exc.strerror}): name another folder for --out"
        ) from exc
