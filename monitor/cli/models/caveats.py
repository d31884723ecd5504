"""What is to be known beside the figures of `classpulse models evaluate`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from monitor.words import EMOTIONS

if TYPE_CHECKING:
    from models.training.evaluate import Figures
    from models.training.readers.data import Data
    from monitor.emotion.network import Network


def made_with(network: Network, data: Data, split: str | None) -> str:
    """Says so where the network was, or may have been, made with these faces.

    Those that it was chosen and calibrated on count as those that it learned from.

    Raises:
        UsageError: there is no such part.
    """
    import numpy as np

    from models.training.readers import parts
    from monitor.emotion.metadata import learned_from

    name = network.name
    same = learned_from(network.metadata.raw) == data.sha256
    made = np.union1d(parts.learning(data), parts.choosing(data))
    doubtful = parts.unknown(data)
    if same and not data.part_names:
        made = doubtful
    if split is not None:
        made, doubtful = (
            np.intersect1d(rows, data.part(split)) for rows in (made, doubtful)
        )
    if not len(made):
        if not len(doubtful):
            return ""
        return (
            f"whether {name} was made with these faces is not known; if it was, what "
            "is measured on them flatters"
        )
    kept = parts.measuring(data)
    others = f"; --split {kept[0]} leaves them out" if kept else ""
    if same:
        return (
            f"{name} learned from up to {len(made):,} of these faces, or was chosen "
            f"and calibrated on them: what is measured on them flatters{others}"
        )
    return (
        f"{len(made):,} of these faces stand in a part to learn from or to choose on; "
        f"if {name} was made with them, what is measured on them flatters{others}"
    )


def never_answered(network: Network, figures: Figures) -> str:
    """What a network with fewer classes than seven cannot find, where there is any."""
    missed = {
        name: count
        for name, faces in zip(EMOTIONS, figures.confusion, strict=True)
        if name not in network.metadata.classes and (count := sum(faces))
    }
    if not missed:
        return ""
    return (
        f"{network.name} never answers {', '.join(missed)}; faces with those labels, "
        f"all counted as wrong: {sum(missed.values()):,}"
    )
