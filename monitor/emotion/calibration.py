"""How a network's answers become probabilities that mean what they say.

Bias-corrected temperature scaling: p = softmax((logits + bias) / T), after Guo et al.
2017 (arXiv 1706.04599) and Alexandari et al. 2020 (arXiv 1901.06852). T may depend on
the height of the face's box: what is enlarged from 20 pixels deserves less trust.
`models.training.calibration` fits it; here it is applied.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from monitor.quoting import quoted

Floats = npt.NDArray[np.float64]

_HUGE = 1e30


@dataclass(frozen=True, slots=True)
class ByHeight:
    """A number that depends on a face's height: straight lines between points.

    Attributes:
        heights: of faces' boxes, in pixels, growing; may be empty.
        values: one for each height.
    """

    heights: tuple[float, ...] = ()
    values: tuple[float, ...] = ()

    def __post_init__(self) -> None:
        if len(self.heights) != len(self.values):
            raise ValueError(
                f"expected a value for each of {len(self.heights)} heights, got "
                f"{len(self.values)}"
            )
        pairs = zip(self.heights, self.heights[1:], strict=False)
        if any(low >= high for low, high in pairs):
            raise ValueError(
                f"expected growing heights, got {quoted(list(self.heights))}"
            )

    def at(self, heights: Floats) -> Floats:
        """(n,) values at (n,) heights; beyond the ends, the ends' values.

        Raises:
            ValueError: there is no point to go by.
        """
        return np.asarray(np.interp(heights, self.heights, self.values))


@dataclass(frozen=True, slots=True)
class Calibration:
    """Of one head.

    Attributes:
        bias: added to the logits, one for each of the network's classes.
        temperature: what their sum is divided by when no height is known, above 0.
        by_height: the same for faces of a known height; may hold no points.
    """

    bias: tuple[float, ...]
    temperature: float = 1.0
    by_height: ByHeight = ByHeight()

    def __post_init__(self) -> None:
        temperatures = [self.temperature, *self.by_height.values]
        if not all(t > 0 for t in temperatures):
            raise ValueError(
                f"expected temperatures above 0, got {quoted(temperatures)}"
            )

    @classmethod
    def read(cls, raw: Mapping[str, Any], classes: int) -> Calibration:
        """From what a network's file holds.

        Raises:
            KeyError: an entry is missing.
            ValueError: numbers are missing, too many or out of range.
        """
        bias = numbers(raw["bias"], classes)
        by_height = ByHeight(numbers(raw["heights"]), numbers(raw["temperatures"]))
        (temperature,) = numbers([raw["temperature"]])
        return cls(bias, temperature, by_height)

    def probabilities(self, logits: Floats, heights: Floats | None = None) -> Floats:
        """Calibrated probabilities.

        Args:
            logits: (n, k), columns as in ``bias``.
            heights: (n,) of the faces' boxes in pixels; None when there is no box.

        Returns:
            (n, k) float64, each row sums to 1.
        """
        temperature: float | Floats = self.temperature
        if heights is not None and self.by_height.heights:
            temperature = self.by_height.at(heights)[:, None]
        return softmax((logits + np.asarray(self.bias)) / temperature)


def uncalibrated(classes: int) -> dict[str, Any]:
    """What a file says of a head that nobody calibrated; it has no prior either."""
    return {
        "bias": [0.0] * classes,
        "temperature": 1.0,
        "heights": [],
        "temperatures": [],
    }


def is_calibrated(entry: Mapping[str, Any]) -> bool:
    """Whether what a file says of a head was fitted by anybody."""
    return dict(entry) != uncalibrated(len(entry["bias"]))


def softmax(logits: Floats) -> Floats:
    """(n, k) rows of probabilities for (n, k) logits."""
    raised = np.exp(logits - logits.max(1, keepdims=True, initial=-np.inf))
    return np.asarray(raised / raised.sum(1, keepdims=True))


def numbers(raw: object, count: int | None = None) -> tuple[float, ...]:
    """A list of finite numbers out of a file.

    Args:
        raw: what stands there.
        count: how many are expected; None takes any number.

    Raises:
        ValueError: it is no such list.
    """
    many = "" if count is None else f"{count} "
    if not isinstance(raw, list) or count not in {None, len(raw)}:
        raise ValueError(f"expected {many}numbers, got {quoted(raw)}")
    # A comparison holds for whole numbers of any length and fails for NaN.
    if not all(isinstance(x, int | float) and abs(x) < _HUGE for x in raw):
        raise ValueError(f"expected {many}numbers, got {quoted(raw)}")
    return tuple(float(x) for x in raw)
