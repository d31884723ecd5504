from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from hypothesis import given, strategies as st

from monitor.emotion import registry
from monitor.errors import ExportError, UsageError

pytestmark = pytest.mark.usefixtures("models")


def add(name: str) -> Path:
    path = registry.place(name)
    registry.keep(registry.find().read_bytes(), path)
    return path


def test_the_shipped_network_has_a_name() -> None:
    assert registry.find() == registry.find("expression")
    assert registry.find().name == "emotion.tflite"


def test_a_network_of_the_users_is_found_by_name_and_by_path(models: Path) -> None:
    path = add("mine")

    assert path == models / "mine.tflite"
    assert registry.find("mine") == path
    assert registry.find(str(path)) == path


def test_an_unknown_name_names_those_there_are() -> None:
    add("mine")
    add("another")

    with pytest.raises(UsageError) as caught:
        registry.find("gone")

    text = str(caught.value)
    assert "--model gone: no network of that name" in text
    assert "known here: expression, another, mine;" in text
    assert "`classpulse models import FILE`" in text


@pytest.mark.parametrize("name", ["../../etc/passwd", "", ".", "a/b", "Mine", "a\0b"])
def test_names_lead_nowhere_else(name: str) -> None:
    with pytest.raises(UsageError, match="no network of that name"):
        registry.find(name)


def test_a_missing_file() -> None:
    with pytest.raises(UsageError, match=r"--model gone\.tflite: no such file"):
        registry.find("gone.tflite")


def test_a_keras_model_must_be_imported_first(tmp_path: Path) -> None:
    file = tmp_path / "mine.keras"
    file.write_bytes(b"PK")

    with pytest.raises(UsageError, match="by `classpulse models import "):
        registry.find(str(file))


def test_the_list_names_what_cannot_be_used_and_why(models: Path) -> None:
    add("mine")
    (models / "broken.tflite").write_bytes(b"hello")
    (models / "notes.txt").write_text("not a network")

    shipped, broken, mine = registry.installed()

    assert (shipped.name, broken.name, mine.name) == ("expression", "broken", "mine")
    assert mine.metadata is not None
    assert mine.size == shipped.size
    assert broken.metadata is None
    assert "is damaged or no ClassPulse network" in broken.problem


def test_a_file_called_as_the_shipped_network_is_not_listed(models: Path) -> None:
    add("mine").rename(models / "expression.tflite")

    (only,) = registry.installed()

    assert only.path == registry.find("expression")
    assert only.path.parent != models


def test_files_that_no_name_asks_for_are_known(models: Path) -> None:
    add("mine")
    odd = [
        models / name
        for name in (
            *("My own.tflite", "UP.TFLITE", "expression.tflite"),
            *("-x.tflite", "x.tflite.tflite"),
        )
    ]
    for file in odd:
        file.touch()
    (models / "notes.txt").touch()

    assert registry.unnamed() == sorted(odd)
    with pytest.raises(UsageError, match="known here: expression, mine;"):
        registry.find("gone")
    assert [network.name for network in registry.installed()] == ["expression", "mine"]


def test_a_link_to_nothing_is_listed_but_not_offered(models: Path) -> None:
    add("mine")
    (models / "gone.tflite").symlink_to(models / "moved.tflite")

    _, gone, _ = registry.installed()

    assert gone.problem.endswith("or import or train yours again.")
    with pytest.raises(UsageError, match="known here: expression, mine;"):
        registry.find("gone")


@pytest.mark.parametrize(
    "name", ["expression", "", "Mine", "a b", "a/b", "..", "-x", "x.tflite", "a" * 61]
)
def test_names_that_are_none(name: str) -> None:
    with pytest.raises(UsageError, match="expected up to 60 small letters"):
        registry.place(name)


@given(st.text(max_size=80))
def test_a_file_always_gives_a_name(stem: str) -> None:
    file = Path("folder") / (stem.replace("/", "-").replace("\0", "") + ".keras")

    name = registry.named_after(file)

    assert registry.place(name).stem == name


def test_a_folder_that_cannot_be_written_leaves_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "file").write_text("in the way")
    monkeypatch.setenv(registry.VARIABLE, str(tmp_path / "file" / "networks"))

    with pytest.raises(ExportError, match=r"cannot be written .* CLASSPULSE_MODELS"):
        add("mine")


def test_the_folder_lies_with_the_users_data(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(registry.VARIABLE)

    assert registry.folder().name == "models"
    assert "classpulse" in str(registry.folder())


def test_a_network_is_replaced_whole(models: Path) -> None:
    path = add("mine")
    registry.keep(b"other", path)

    assert path.read_bytes() == b"other"
    assert [file.name for file in models.iterdir()] == ["mine.tflite"]
    shutil.rmtree(models)
    assert [network.name for network in registry.installed()] == ["expression"]
