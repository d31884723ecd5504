"""The generative face model: identity and expression in, a face on a canvas out.

`models.training.faces` makes its file and says what is in it.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from importlib import resources

import cv2
import numpy as np
import numpy.typing as npt

from monitor.errors import SourceUnavailable
from monitor.records import EMOTIONS
from monitor.sources.virtual.drawing import Floats, fetch

WIDTH, HEIGHT = 160, 176
"""The canvas; a unit of every measure in this package's drawings is its pixel."""

NEUTRAL = EMOTIONS.index("neutral")

SHARPENED = 0.6
"""A mean is smoother than a face: so much of its finest detail is added again."""


@dataclass(frozen=True, slots=True, eq=False)
class FaceModel:
    """Means and components; see `models.training.faces.pack`.

    Attributes:
        means: (7, HEIGHT, WIDTH) grey levels in [0, 255], in the order of `EMOTIONS`.
        components: (k, HEIGHT, WIDTH) effect of one standard deviation, grey levels.
        shapes: (m, HEIGHT, WIDTH, 2) effect of one standard deviation, canvas pixels.
    """

    means: Floats
    components: Floats
    shapes: Floats

    def face(
        self, emotion: int, strength: float, light: Floats, form: Floats
    ) -> Floats:
        """One person's face with one expression.

        Args:
            emotion: position in `EMOTIONS`.
            strength: how strongly it is shown; 1 is the mean of many people.
            light: (k,) identity weights in standard deviations.
            form: (m,) form weights in standard deviations.

        Returns:
            (HEIGHT, WIDTH) grey levels, not clipped.
        """
        neutral = self.means[NEUTRAL]
        shown = neutral + np.float32(strength) * (self.means[emotion] - neutral)
        shown += np.tensordot(light, self.components, 1)
        bend = _grid() + np.tensordot(form, self.shapes, 1).astype(np.float32)
        moved = fetch(shown, bend, cv2.INTER_CUBIC, cv2.BORDER_REPLICATE)
        return np.asarray(moved, np.float32)


@cache
def load() -> FaceModel:
    """The shipped model.

    Raises:
        SourceUnavailable: its file is missing or damaged.
    """
    file = resources.files("models") / "faces.npz"
    try:
        with file.open("rb") as stream, np.load(stream, allow_pickle=False) as arrays:
            means = arrays["means"].astype(np.float32)
            components = _scaled(arrays["components"], arrays["component_scale"])
            shapes = _scaled(arrays["shapes"], arrays["shape_scale"])
    except (OSError, ValueError, KeyError, EOFError) as exc:
        raise SourceUnavailable(
            f"The virtual class's face model {file} cannot be read ({exc}): install "
            "ClassPulse again"
        ) from exc
    soft = np.stack([cv2.GaussianBlur(mean, (0, 0), 2.0) for mean in means])
    return FaceModel(
        means + np.float32(SHARPENED) * (means - soft),
        np.stack([_to_canvas(one) for one in components]) * _inside(),
        np.stack([_to_canvas(one) for one in shapes]),
    )


def _scaled(quantised: npt.NDArray[np.int8], scale: Floats) -> Floats:
    shape = (-1,) + (1,) * (quantised.ndim - 1)
    return quantised.astype(np.float32) * scale.reshape(shape)


def _to_canvas(small: Floats) -> Floats:
    large = cv2.resize(small, (WIDTH, HEIGHT), interpolation=cv2.INTER_CUBIC)
    return np.asarray(large, np.float32)


def _inside() -> Floats:
    """(HEIGHT, WIDTH) 1 on the face, falling to 0 where hair and background were."""
    at = _grid() - np.array([WIDTH / 2, 98], np.float32)
    far = np.sqrt((at[..., 0] / 46) ** 2 + (at[..., 1] / 70) ** 2)
    return np.asarray(np.clip((1.1 - far) / 0.35, 0, 1), np.float32)


def _grid() -> Floats:
    across = np.arange(WIDTH, dtype=np.float32)
    down = np.arange(HEIGHT, dtype=np.float32)
    return np.dstack(np.meshgrid(across, down)).astype(np.float32)
