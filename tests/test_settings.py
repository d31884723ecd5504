from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, strategies as st

from monitor.engagement import INDEX_WEIGHTS, IndexWeights
from monitor.errors import SettingsError
from monitor.settings import DESCRIPTIONS, OWN_WEIGHTS, Settings, parse
from monitor.store.store import Store


def test_nothing_set_is_as_usual() -> None:
    assert parse({}) == Settings()
    assert Settings().weights == INDEX_WEIGHTS


def test_every_setting_is_described_in_its_order() -> None:
    assert [one.key for one in DESCRIPTIONS] == list(Settings().as_json())
    assert all(one.text.endswith(".") and one.title for one in DESCRIPTIONS)


def test_what_is_written_is_read_again() -> None:
    weights = {"expressions": {"happy": 0.5}, "facing": 4, "away": 1}
    own = parse(
        {"every_s": 5, "retention_days": 7, "notices": False, "weights": weights}
    )
    assert parse(own.as_json()) == own
    assert own.weights.version == OWN_WEIGHTS
    assert own.weights.expressions[3] == 0.5
    assert parse(Settings().as_json()) == Settings()


def test_the_usual_weights_are_the_published_version() -> None:
    assert parse({"weights": {"facing": 5}}).weights == IndexWeights()


@pytest.mark.parametrize(
    ("raw", "message"),
    [
        ({"every": 3}, "the setting every is not known: expected every_s, retention"),
        ({"every_s": 0.1}, "the setting every_s is '0.1': expected seconds from 0.2"),
        ({"every_s": True}, "the setting every_s is 'True'"),
        ({"every_s": 10**400}, "the setting every_s is '1000"),
        (
            {"retention_days": 0},
            "the setting retention_days is '0': expected days from",
        ),
        (
            {"retention_days": 2.5},
            "the setting retention_days is '2.5': expected whole",
        ),
        ({"retention_days": "30"}, "the setting retention_days is '30'"),
        ({"notices": "no"}, "the setting notices is 'no': expected true or false"),
        ({"weights": 3}, "the setting weights is '3': expected a table of weights"),
        ({"weights": {"turned": 1}}, "the setting weights.turned is not known"),
        (
            {"weights": {"expressions": {"joy": 1}}},
            "the setting weights.expressions.joy is not known: expected angry, disgust",
        ),
        (
            {"weights": {"expressions": [1]}},
            "weights.expressions is '\\[1\\]': expected",
        ),
        (
            {"weights": {"expressions": {"sad": -1}}},
            "weights.expressions.sad is '-1': expected a number from 0 to 100",
        ),
        (
            {"weights": {"facing": 0, "away": 0}},
            "expected one above 0 for an expression",
        ),
    ],
)
def test_a_bad_setting_is_refused_by_name(raw: dict[str, Any], message: str) -> None:
    with pytest.raises(SettingsError, match=message):
        parse(raw)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=9),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.text(max_size=9), inner, max_size=3)
    ),
    max_leaves=8,
)
KEYS = st.sampled_from([*Settings().as_json(), "expressions", "facing", "other"])


@given(
    st.dictionaries(KEYS, JSON | st.dictionaries(KEYS, JSON, max_size=3), max_size=4)
)
def test_whatever_a_file_holds_is_settings_or_one_line(raw: dict[str, Any]) -> None:
    try:
        read = parse(raw)
    except SettingsError:
        return
    assert parse(read.as_json()) == read


def test_settings_lie_beside_the_database(tmp_path: Path) -> None:
    with Store.open(str(tmp_path / "c.db")) as store:
        assert store.settings() == Settings()
        store.keep_settings(Settings(retention_days=7))
        assert store.settings() == Settings(retention_days=7)
    assert sorted(file.name for file in tmp_path.glob("*.json")) == ["c.settings.json"]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("{", "are no JSON"),
        ("[" * 100_000, "are no JSON"),
        ("[]", "are no table of settings"),
        (
            '{"retention_days": 9999}',
            "is '9999': expected days from 1 to 365; it stands",
        ),
        ("\xff", "cannot be read"),
    ],
)
def test_a_damaged_file_is_one_line(tmp_path: Path, text: str, message: str) -> None:
    file = tmp_path / "c.settings.json"
    file.write_bytes(text.encode("latin-1"))
    with (
        Store.open(str(tmp_path / "c.db")) as store,
        pytest.raises(SettingsError, match=message) as caught,
    ):
        store.settings()
    assert str(file) in str(caught.value)
    assert "\n" not in str(caught.value)


def test_settings_that_cannot_be_written_say_so(tmp_path: Path) -> None:
    with Store.open(str(tmp_path / "c.db")) as store:
        (tmp_path / "c.settings.json").mkdir()
        with pytest.raises(SettingsError, match="cannot be written"):
            store.keep_settings(Settings())
    assert list(tmp_path.glob(".*.part")) == []
