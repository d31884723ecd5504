"""How a file is refused."""

from __future__ import annotations

from pathlib import Path

import pytest

from models.training.importing.convert import Request, import_model
from monitor.emotion import registry
from monitor.errors import ModelError
from tests.training.importing.builders import CLASSES


def refusal(
    file: Path,
    error: type[Exception] = ModelError,
    weights: Path | None = None,
    classes: tuple[str, ...] = CLASSES,
) -> str:
    """The one line that a file is refused with; nothing may be left behind."""
    with pytest.raises(error) as caught:
        import_model(Request(file, weights, classes=classes), lambda _: ())
    text = str(caught.value)
    assert text.isprintable()
    assert len(text.replace(str(file.parent), "")) < 400
    assert not registry.folder().exists()
    return text
