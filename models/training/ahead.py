"""Makes the next batch while the last one is learned."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

import numpy as np
import numpy.typing as npt

Rows = npt.NDArray[np.int64]
Made = TypeVar("Made")


def ahead(make: Callable[[Rows], Made], lots: Sequence[Rows]) -> Iterator[Made]:
    """What is made of each lot, in order, one at a time.

    Args:
        make: called in a thread, with one lot after the other.
        lots: rows of each batch; at least one.
    """
    with ThreadPoolExecutor(1) as pool:
        coming = pool.submit(make, lots[0])
        for rows in lots[1:]:
            made = coming.result()
            coming = pool.submit(make, rows)
            yield made
        yield coming.result()
