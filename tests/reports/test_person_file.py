from __future__ import annotations

from pathlib import Path

import pytest

from monitor.errors import ExportError
from monitor.reports.person_file import file_name, write_person


def test_a_file_bears_the_name() -> None:
    assert file_name("Ana Prado") == "classpulse-Ana_Prado.json"
    assert file_name("Ольга") == "classpulse-Ольга.json"


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Ana Prado", "Ana.Prado"),
        ("Ana Prado", "Ana_Prado"),
        ("🙂", "🎓"),
        ("a" * 40 + "b", "a" * 40 + "c"),
        ("../Ana", "Ana"),
    ],
)
def test_two_people_have_two_files(tmp_path: Path, one: str, other: str) -> None:
    files = [write_person({"name": name}, tmp_path) for name in (one, other)]
    assert len(set(files)) == len(list(tmp_path.iterdir())) == 2
    assert all(file.name.startswith("classpulse-") for file in files)


def test_a_later_file_takes_the_place_of_an_earlier_one(tmp_path: Path) -> None:
    write_person({"name": "Ana", "looks": 1}, tmp_path)
    file = write_person({"name": "Ana", "looks": 2}, tmp_path)
    assert '"looks": 2' in file.read_text("utf-8")
    assert list(tmp_path.iterdir()) == [file]


def test_nothing_is_left_of_a_file_that_could_not_be_written(tmp_path: Path) -> None:
    (tmp_path / file_name("Ana")).mkdir()
    with pytest.raises(ExportError, match="name another folder with --out"):
        write_person({"name": "Ana"}, tmp_path)
    assert [file.name for file in tmp_path.iterdir()] == [file_name("Ana")]
