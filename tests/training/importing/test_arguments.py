"""Whatever a layer is told: it is built, or refused in a line."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings, strategies as st

from monitor.errors import ModelError
from tests.training.importing.builders import entry, sequential, tiny

pytest.importorskip("keras", reason="the extra `train` is not installed")
pytest.importorskip("tensorflow", reason="the extra `train` is not installed")


from models.training.importing import build, layers, plan as planning
from tests.training.importing.marks import ON_TENSORFLOW

pytestmark = ON_TENSORFLOW

TOLD = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-2, 4)
    | st.floats(-2, 2)
    | st.sampled_from(["same", "relu", "nearest"]),
    lambda inner: st.lists(inner, max_size=3),
    max_leaves=4,
)
CASES = [(kind, key) for kind, keys in layers.ARGUMENTS.items() for key in keys]


@settings(max_examples=250, deadline=None)
@given(case=st.sampled_from(CASES), value=TOLD)
def test_whatever_a_layer_is_told(case: tuple[str, str], value: object) -> None:
    kind, key = case
    needed: dict[str, Any] = {
        "filters": 2,
        "kernel_size": 3,
        "units": 2,
        "dims": [1, 2, 3],
    }
    known = layers.ARGUMENTS[kind]
    told = {name: x for name, x in needed.items() if name in known}
    told[key] = value
    config = sequential(tiny(entry(kind, name="told", **told)))
    try:
        build.build("a", planning.read("a", config), (48, 48, 1))
    except ModelError as exc:
        said = str(exc)
    else:
        said = "a: "
    assert said.startswith("a: ")
    assert "\n" not in said


def test_a_word_is_expected_where_keras_takes_one() -> None:
    layer = entry("Conv2D", filters=2, kernel_size=3, padding=None, name="told")

    with pytest.raises(ModelError) as caught:
        planning.read("a", sequential(tiny(layer)))

    assert str(caught.value) == "a: 'told' has padding None, expected a word"
