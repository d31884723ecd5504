"""A network's stages and residual blocks, and how another network takes them over."""

from __future__ import annotations

from typing import TypeAlias

import keras
from keras import layers

Block: TypeAlias = list[layers.Layer]


def take_over(model: keras.Model, other: keras.Model) -> None:
    """Gives a network another's weights, stage by stage.

    Where a stage of the other has more blocks, its last ones are left out: a block adds
    to what passes through it, so that the others still work in part (Veit et al. 2016,
    arXiv 1605.06431; `NOTES.md` says how well).

    Args:
        model: as `networks.expression_network` makes it.
        other: likewise; as wide in each stage, and at least as deep.

    Raises:
        ValueError: it is of another shape. Some weights may have been given by then.
    """
    for mine, theirs in zip(_stages(model), _stages(other), strict=True):
        for block, given in zip(mine, theirs[: len(mine)], strict=True):
            for layer, source in zip(block, given, strict=True):
                layer.set_weights(source.get_weights())


def _stages(model: keras.Model) -> list[list[Block]]:
    """The layers with weights, by stage and block.

    What comes before the first block counts to it; the heads are the last stage.
    """
    stages: list[list[Block]] = [[]]
    block: Block = []
    for layer in model.layers:
        if layer.weights:
            block.append(layer)
        if isinstance(layer, layers.Add):
            if stages[-1] and any(_halves(each) for each in block):
                stages.append([])
            stages[-1].append(block)
            block = []
    return [*stages, [block]]


def _halves(layer: layers.Layer) -> bool:
    return isinstance(layer, layers.Conv2D) and layer.strides != (1, 1)
