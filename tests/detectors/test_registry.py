from __future__ import annotations

import pytest

from monitor import detectors
from monitor.detectors.port import DetectorOptions
from monitor.errors import UsageError


def test_the_kinds_are_the_files() -> None:
    assert detectors.kinds() == ["centerface", "yunet"]


@pytest.mark.parametrize("kind", ["haar", "port", "_centerface_network"])
def test_an_unknown_kind_is_answered_with_the_known_ones(kind: str) -> None:
    with pytest.raises(UsageError) as caught:
        detectors.create(kind, DetectorOptions())
    assert str(caught.value) == (
        f"unknown detector {kind!r}: expected one of ['centerface', 'yunet']"
    )
