"""A Keras model from elsewhere becomes a network under a name."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from models.training.importing import files, meaning, plan as planning
from monitor.emotion import metadata, registry
from monitor.emotion.calibration import softmax, uncalibrated
from monitor.emotion.preprocess import CANONICAL_LANDMARKS
from monitor.emotion.reader import load_network
from monitor.errors import ExportError, ModelError, UsageError
from monitor.quoting import quoted
from monitor.records import EMOTIONS

if TYPE_CHECKING:
    import keras

HEAD = "imported"
MIN_FACE_HEIGHT = 24.0
"""Half of FER2013's faces: it is not known how a foreign network reads smaller ones."""
CLOSE = 0.02
"""How far the file's probabilities may lie from Keras' own."""

Ask = Callable[[int | None], Sequence[str]]


@dataclass(frozen=True, slots=True)
class Request:
    """What is to be imported, and what only its owner knows.

    Attributes:
        file: the model's.
        weights: its weights, where they lie apart.
        name: what it is to be called; None takes the file's.
        classes: of its answers, in their order; None takes those of the run that
            trained it, or asks.
        scale: a pixel of 0..255 goes in as pixel * scale + offset; None finds out.
        offset: see ``scale``.
        replace: a network of that name may be replaced.
    """

    file: Path
    weights: Path | None = None
    name: str | None = None
    classes: tuple[str, ...] | None = None
    scale: float | None = None
    offset: float = 0.0
    replace: bool = False


@dataclass(frozen=True, slots=True)
class Imported:
    """What became of it.

    Attributes:
        name: under which it is used.
        path: of its file.
        about: what the file says of itself.
        notes: what its owner should know, a sentence each.
    """

    name: str
    path: Path
    about: dict[str, Any]
    notes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _Ends:
    """What goes in, what comes out."""

    size: tuple[int, int, int]
    classes: tuple[str, ...]
    output: str
    scale: float
    offset: float


def import_model(request: Request, ask: Ask) -> Imported:
    """Stores a model among the user's networks, or leaves nothing behind.

    Args:
        request: what is wanted.
        ask: called when no classes were given, with their number where it is known;
            returns their names or raises UsageError.

    Raises:
        UsageError: an option is missing or does not fit.
        ModelError: the file cannot be read, or its network cannot be used.
        ExportError: there is no room for it.
    """
    path = registry.place(request.name or registry.named_after(request.file))
    if path.exists() and not request.replace:
        raise UsageError(
            f"--name {path.stem}: a network of that name is there already; choose "
            "another, or replace it with --replace"
        )
    if files.is_litert(request.file):
        return _as_it_is(request, path)
    name = request.file.name
    with files.taken_apart(request.file, request.weights) as parts:
        plan = planning.read(name, parts.config, parts.version)
        ends, notes = _ends(request, plan, ask)
        if len(parts.sources) > 1 and request.weights is None:
            notes += (f"Its weights come from {parts.sources[-1].name} beside it.",)
        # TensorFlow takes seconds to load: after all that can be said without it.
        from models.training.export import converting, to_litert
        from models.training.importing import build

        model = build.build(name, plan, ends.size)
        build.fill(parts.sources[-1].name, model, parts.weights)
    _check_answers(name, model, ends.classes)
    about = _about(path.stem, parts.sources, ends, meaning.run_of(request.file))
    with files.temporary() as folder:
        made = folder / path.name
        for weights in ("float16", "float32"):
            with converting(name):
                content = to_litert(model, ends.size, weights)
            _write(made, content, about)
            if _same(name, model, made, ends):
                break
        else:
            raise ModelError(
                f"{name}: LiteRT answers otherwise than Keras does, so it is not used"
            )
        registry.keep(made.read_bytes(), path)
    return Imported(path.stem, path, about, notes)


def _as_it_is(request: Request, path: Path) -> Imported:
    """Takes a network that is usable as it is; only its name is another."""
    told = (request.weights, request.classes, request.scale, request.offset or None)
    if any(each is not None for each in told):
        raise UsageError(
            f"{request.file} says by itself what its classes and its pixels are: leave "
            "--weights, --classes, --scale and --offset out"
        )
    about = metadata.read(request.file).raw | {"name": path.stem}
    came = "imported before" if metadata.imported_from(about) else "trained here"
    if metadata.was_released(about):
        came = "released with ClassPulse"
    with files.temporary() as folder:
        made = folder / path.name
        _write(made, request.file.read_bytes(), about)
        load_network(made)
        registry.keep(made.read_bytes(), path)
    note = f"It was {came}, so it is used as it is."
    return Imported(path.stem, path, about, (note,))


def _ends(
    request: Request, plan: planning.Plan, ask: Ask
) -> tuple[_Ends, tuple[str, ...]]:
    name = request.file.name
    size = meaning.input_size(name, plan)
    output = meaning.output(name, plan)
    count = meaning.answers(plan)
    recorded = None if request.classes else meaning.run_of(request.file).classes
    _check_many(name, count)
    if recorded:
        classes = meaning.emotions(recorded, "The run.json beside it")
    else:
        classes = meaning.emotions(request.classes or ask(count))
    if count is not None:
        _check_count(name, count, classes)
    notes = []
    if recorded:
        notes.append("Its classes stand in the run.json beside it.")
    scale = request.scale
    itself = meaning.scales_itself(plan)
    if scale is None and itself:
        scale = 1.0
        notes.append("It brings pixels to its own scale, so they go in as 0 to 255.")
    elif scale is None:
        scale = 1 / 255
        notes.append(
            "It has no layer that scales pixels, so they go in divided by 255; if it "
            "learned from others, import it again with --scale, --offset and --replace."
        )
    elif itself and (scale, request.offset) != (1.0, 0.0):
        notes.append(
            "It brings pixels to its own scale as well, after --scale and --offset: if "
            "that is once too often, import it again without them, with --replace."
        )
    return _Ends(size, classes, output, scale, request.offset), tuple(notes)


def _check_many(name: str, count: int | None) -> None:
    if count is not None and not 2 <= count <= len(EMOTIONS):
        raise UsageError(
            f"{name} tells {count} {'class' if count == 1 else 'classes'} apart, "
            f"expected two to seven, of {', '.join(EMOTIONS)}"
        )


def _check_count(name: str, count: int, classes: Sequence[str]) -> None:
    if count != len(classes):
        raise UsageError(
            f"{name} tells {count} classes apart, but --classes names {len(classes)}: "
            f"{','.join(classes)}"
        )


def _check_answers(name: str, model: keras.Model, classes: Sequence[str]) -> None:
    shape = tuple(model.output_shape[1:])
    if len(shape) != 1:
        raise ModelError(
            f"{name}: it answers numbers of shape {quoted(shape)} for a face, expected "
            "one for each class"
        )
    _check_count(name, shape[0], classes)


def _about(
    name: str, sources: Sequence[Path], ends: _Ends, run: meaning.Run
) -> dict[str, Any]:
    """What the file is to say of itself; see `monitor.emotion.metadata`."""
    digests = [_digest(file) for file in sources]
    # The same file answers otherwise with other classes or pixels: another network.
    told = json.dumps([*digests, ends.classes, ends.scale, ends.offset])
    version = hashlib.sha256(told.encode()).hexdigest()[:8]
    return {
        "format": metadata.FORMAT,
        "name": name,
        "version": version,
        "labels": list(EMOTIONS),
        "classes": list(ends.classes),
        "input": list(ends.size),
        "scale": ends.scale,
        "offset": ends.offset,
        "heads": [HEAD],
        "reads": HEAD,
        "output": ends.output,
        "calibration": {HEAD: uncalibrated(len(ends.classes))},
        "thresholds": {"heights": [], "confidence": []},
        "landmarks": [list(point) for point in CANONICAL_LANDMARKS],
        "crop": "similarity of the five landmarks, shares of the side, edge repeated",
        "min_face_height": MIN_FACE_HEIGHT,
        "data": {
            "imported_from": sources[0].name,
            "sha256": digests[0],
            "learned_from_sha256": run.pictures,
        },
        "seed": None,
        "figures": {},
    }


def _digest(file: Path) -> str:
    with file.open("rb") as opened:
        return hashlib.file_digest(opened, "sha256").hexdigest()


def _write(made: Path, content: bytes, about: dict[str, Any]) -> None:
    try:
        made.write_bytes(content)
        metadata.write(made, about)
    except OSError as exc:
        raise ExportError(
            f"{made} cannot be written ({exc.strerror}): make room, or name another "
            "folder in TMPDIR"
        ) from exc


def _same(name: str, model: keras.Model, made: Path, ends: _Ends) -> bool:
    """Whether the file, as the agent runs it, answers what Keras does."""
    from monitor.emotion.network import Network

    rng = np.random.default_rng(0)
    height, width, channels = ends.size
    coarse = rng.integers(0, 256, (4, 6, 6, channels), dtype=np.uint8)
    rows, columns = (np.arange(n) * 6 // n for n in (height, width))
    faces = coarse[:, rows][:, :, columns]
    answer = _raw(model, faces, ends)
    if not np.isfinite(answer).all():
        raise ModelError(
            f"{name}: it answers no finite numbers; its weights are damaged, or its "
            "training failed"
        )
    if ends.output == "logits" and _are_shares(answer):
        raise ModelError(
            f"{name}: what it answers sums to 1 already, though it does not end in "
            "softmax; end it in softmax, or in the plain numbers before it"
        )
    expected = _probabilities(answer, ends)
    crops = faces[..., 0] if channels == 1 else faces
    return bool(np.abs(Network(made).classify(crops) - expected).max() < CLOSE)


def _raw(
    model: keras.Model, faces: npt.NDArray[np.uint8], ends: _Ends
) -> npt.NDArray[np.float64]:
    """(n, k) what Keras answers for (n, h, w, c) faces."""
    pixels = faces.astype(np.float32) * ends.scale + ends.offset
    return np.asarray(model(pixels.astype(np.float32), training=False), np.float64)


def _are_shares(answer: npt.NDArray[np.float64]) -> bool:
    return bool(answer.min() >= 0 and np.allclose(answer.sum(1), 1, atol=1e-3))


def _probabilities(
    answer: npt.NDArray[np.float64], ends: _Ends
) -> npt.NDArray[np.float64]:
    """(n, 7) of (n, k) answers, in the order of `EMOTIONS`."""
    if ends.output == "logits":
        answer = softmax(answer)
    answer = answer / answer.sum(1, keepdims=True)
    columns = [EMOTIONS.index(name) for name in ends.classes]
    placed = np.zeros((len(answer), len(EMOTIONS)))
    placed[:, columns] = answer
    return placed
