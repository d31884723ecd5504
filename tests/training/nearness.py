"""How near two networks' answers are, whatever size those have."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt


def apart(found: npt.NDArray[np.floating], wanted: npt.NDArray[np.floating]) -> float:
    """The root mean square of the difference, as a share of what tells faces apart.

    One answer to every face is 1 or more apart from the right ones, answers to other
    faces are some 1.4: a small network says nearly the same of all faces, so that a
    bound on its logits would let both pass.

    Args:
        found: (n, k) logits.
        wanted: (n, k) logits, not the same for all n.
    """
    spread = np.sqrt(np.square(wanted - wanted.mean(0)).mean())
    return float(np.sqrt(np.square(found - wanted).mean()) / spread)
