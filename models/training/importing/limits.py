"""How large a model from elsewhere may be."""

from __future__ import annotations

MIB = 2**20

CONFIG_BYTES = 16 * MIB
"""Of the configuration as JSON; EfficientNetB7's has 1 MiB."""
WEIGHT_BYTES = 2048 * MIB
"""Of the weights, as they lie in memory; VGG16 with its head has 528 MiB."""
INFLATION = 100
"""An archive's member or a data set that would grow by more is a bomb: weights hardly
shrink at all. Only what is larger than `INFLATION_FLOOR` is asked."""
INFLATION_FLOOR = 16 * MIB
OBJECTS = 50_000
"""Groups and data sets in an HDF5 file."""
LAYERS = 4_000
"""Layers, and calls of them where one is called more than once."""
DEPTH = 8
"""Models within models."""
NUMBER = 65_536
"""The largest whole number that a layer is made with: filters, units, pixels."""
PARAMETERS = 300_000_000
VALUES = 2**25
"""Numbers that one layer answers for one face; VGG16's largest has 3 million."""
SIDES = (32, 299)
"""The smallest and the largest input, in pixels: 299 is Inception's."""
