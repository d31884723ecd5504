from __future__ import annotations

from pathlib import Path
from typing import Literal

import numpy as np
import pytest

from models.training.readers import open_data
from models.training.readers.report import describe
from monitor.errors import UsageError
from tests.training import made
from tests.training.readers import sets
from tests.training.readers.test_fer_csv import GOOD, message_for


def test_votes_beside_the_file_are_joined_by_row(tmp_path: Path) -> None:
    path = sets.write_csv(tmp_path / "fer2013.csv", sets.pictures(3), [3, 0, 6])
    alone = open_data(path).sha256
    sets.write_votes(tmp_path / "fer2013new.csv", sets.votes_for([3, 4, 7]))

    data = open_data(path)

    assert data.votes is not None
    assert data.other_votes is not None
    assert data.votes.dtype == np.float32
    assert data.votes.tolist() == [
        [0, 0, 0, 8, 0, 0, 0],
        [0, 0, 0, 0, 8, 0, 0],
        [0] * 7,
    ]
    assert data.other_votes.tolist() == [[0, 2, 0], [0, 2, 0], [8, 2, 0]]
    assert data.sha256 != alone


def test_bad_rows_do_not_shift_the_votes(tmp_path: Path) -> None:
    lines = [sets.HEADER, GOOD, "3,1 2 3,Training", GOOD]
    path = sets.write_lines(tmp_path / "fer2013.csv", lines)
    votes = sets.write_votes(tmp_path / "mine.csv", sets.votes_for([1, 2, 5]))

    data = open_data(path, votes=votes)

    assert data.votes is not None
    assert data.votes.argmax(1).tolist() == [1, 5]


def test_an_empty_line_at_the_end_is_no_row_of_the_votes(tmp_path: Path) -> None:
    path = sets.write_lines(tmp_path / "fer2013.csv", [sets.HEADER, GOOD, "", ""])
    sets.write_votes(tmp_path / "fer2013new.csv", sets.votes_for([1]))

    data = open_data(path)

    assert data.votes is not None
    assert data.bad == []


@pytest.mark.parametrize(("agreed", "right"), [(0.72, True), (0.4, False)])
def test_a_wrong_join_is_caught(tmp_path: Path, agreed: float, right: bool) -> None:
    n = 200
    labels = [i % 7 for i in range(n)]
    images = np.zeros((n, 48, 48), np.uint8)
    path = sets.write_csv(tmp_path / "fer2013.csv", images, labels)
    choices = [
        label if i < agreed * n else (label + 1) % 7 for i, label in enumerate(labels)
    ]
    votes = sets.write_votes(tmp_path / "fer2013new.csv", sets.votes_for(choices))

    found = open_data(path)

    if right:
        assert found.votes is not None
        assert found.notes == ()
        return
    said = f"{votes}: clear votes agree with 40.0% of the labels, expected about 72%"
    assert found.votes is None
    assert found.notes == (f"{said}; its votes were left out",)
    assert message_for(path, votes=votes) == (
        f"{said}: labels and votes were joined wrongly; leave the votes out."
    )


def test_votes_on_another_number_of_rows(tmp_path: Path) -> None:
    path = sets.write_csv(tmp_path / "fer2013.csv", sets.pictures(2))
    votes = sets.write_votes(tmp_path / "fer2013new.csv", sets.votes_for([1]))

    found = open_data(path)

    assert found.votes is None
    assert found.notes == (
        f"{votes} has 1 rows, fer2013.csv has 2: its votes were left out",
    )
    assert "expected a vote for each row" in message_for(path, votes=votes)


def test_votes_that_are_none(tmp_path: Path) -> None:
    path = sets.write_csv(tmp_path / "fer2013.csv", sets.pictures(1))
    votes = tmp_path / "fer2013new.csv"

    assert "No votes at" in message_for(path, votes=tmp_path / "gone.csv")
    votes.write_bytes(b"neutral,happiness\n1,2\n")
    assert "it lacks the columns anger, disgust" in message_for(path, votes=votes)
    votes.write_bytes(b"")
    assert "it lacks the columns" in message_for(path, votes=votes)
    sets.write_votes(votes, sets.votes_for([1]))
    votes.write_text(votes.read_text().replace("8", "many"))
    assert "fer2013new.csv:2: expected ten whole numbers of votes" in message_for(
        path, votes=votes
    )


@pytest.mark.parametrize("bad", ["skip", "stop"])
@pytest.mark.parametrize("damaged", [b"", b"neutral,happiness\n1,2\n", b"\xff\0\n" * 3])
def test_damaged_votes_that_nobody_asked_for_are_passed_over(
    tmp_path: Path, damaged: bytes, bad: Literal["skip", "stop"]
) -> None:
    path = sets.write_csv(tmp_path / "fer2013.csv", sets.pictures(1))
    votes = tmp_path / "fer2013new.csv"
    votes.write_bytes(damaged)

    data = open_data(path, bad=bad)

    (note,) = data.notes
    assert data.votes is None
    assert note.startswith(
        f"{votes} is not FER+'s fer2013new.csv: it lacks the columns"
    )
    assert note.endswith("NF; its votes were left out")
    assert note in describe(data)


def test_votes_are_for_the_table_alone(tmp_path: Path) -> None:
    sets.write_folders(tmp_path / "faces", {"happy": sets.pictures(1)})

    with pytest.raises(UsageError, match=r"votes on fer2013\.csv alone"):
        open_data(tmp_path / "faces", votes=tmp_path / "fer2013new.csv")


def test_votes_are_of_fer2013_csv_alone(tmp_path: Path) -> None:
    folder = tmp_path / "set"
    sets.write_picture(folder / "happy" / "1.png", made.faces(1)[0][0])
    votes = sets.write_votes(tmp_path / "mine.csv", sets.votes_for([3]))

    with pytest.raises(UsageError) as caught:
        open_data(folder, votes=votes)

    assert str(caught.value) == f"{votes} votes on fer2013.csv alone: leave it out."
