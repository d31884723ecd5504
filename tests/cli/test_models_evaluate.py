"""`classpulse models evaluate`, on made faces and a made network."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import cv2
import numpy as np
import pytest

from monitor.emotion.registry import shipped
from monitor.records import EMOTIONS
from tests.cli.conftest import Run
from tests.emotion import networks
from tests.training import made
from tests.training.readers import sets

KEYS = [
    *("images", "accuracy", "macro_f1", "ece", "brier", "per_class", "confusion"),
    *("accuracy_ci95", "head", "ms_per_face", "bytes", "skipped", "bad_rows"),
]


@pytest.fixture
def network(tmp_path: Path) -> Path:
    return networks.write(tmp_path / "tiny.tflite")


def written(path: Path, n: int = 21, spoilt: int | None = None) -> Path:
    """A fer2013.csv of made faces, the last third of it PublicTest."""
    images, labels = made.faces(n)
    with path.open("w", newline="") as text:
        table = csv.writer(text)
        table.writerow(["emotion", "pixels", "Usage"])
        for i, (image, label) in enumerate(zip(images, labels, strict=True)):
            pixels = image.ravel()[:17] if i == spoilt else image.ravel()
            part = "PublicTest" if i >= n - n // 3 else "Training"
            table.writerow([label, " ".join(map(str, pixels)), part])
    return path


def test_every_row_of_a_csv(run: Run, tmp_path: Path, network: Path) -> None:
    data = written(tmp_path / "fer2013.csv")

    result = run("models", "evaluate", "--data", data, "--model", network, "--json")

    assert result.status == 0, result.err
    report = json.loads(result.out)
    assert list(report) == [*KEYS, "notes"]
    assert report["images"] == 21
    assert report["accuracy"] == report["macro_f1"] == 1
    assert 0 <= report["ece"] < 0.01
    assert 0 <= report["brier"] < 0.01
    assert report["per_class"] == dict.fromkeys(EMOTIONS, 1.0)
    assert report["confusion"] == (3 * np.eye(7, dtype=int)).tolist()
    # Chance leaves much open on 21 faces, though all were right.
    low, high = report["accuracy_ci95"]
    assert 0.8 < low < 0.9
    assert high == 1
    assert report["ms_per_face"] >= 0
    assert report["bytes"] == network.stat().st_size
    assert report["skipped"] == 0
    assert report["bad_rows"] == []


def test_one_part(run: Run, tmp_path: Path, network: Path) -> None:
    data = written(tmp_path / "fer2013.csv")
    asked = ("models", "evaluate", "--data", data, "--model", network, "--json")

    result = run(*asked, "--split", "PublicTest")
    wrong = run(*asked, "--split", "train")

    assert json.loads(result.out)["images"] == 7
    assert wrong.status == 2
    assert "no part 'train': it has Training, PublicTest" in wrong.err


def test_bad_rows_are_all_named_and_counted_in_their_part(
    run: Run, tmp_path: Path, network: Path
) -> None:
    data = written(tmp_path / "fer2013.csv")
    with data.open("a") as text:
        text.write("3,1 2,Training\n" * 12 + "3,1 2,PublicTest\n" * 2)
    asked = ("models", "evaluate", "--data", data, "--model", network, "--json")

    whole, part = run(*asked), run(*asked, "--split", "publictest")

    report = json.loads(whole.out)
    assert report["skipped"] == 14
    assert [row["where"] for row in report["bad_rows"]] == [
        f"fer2013.csv:{number}" for number in range(23, 37)
    ]
    assert "14 bad rows left out:" in whole.err
    assert "  and 4 more" in whole.err
    report = json.loads(part.out)
    assert (report["images"], report["skipped"]) == (7, 2)
    why = "2 pixels, expected 2,304 (48x48)"
    assert report["bad_rows"] == [
        {"where": f"fer2013.csv:{number}", "why": why} for number in (35, 36)
    ]
    assert part.err.splitlines() == [
        "2 bad rows left out:",
        f"  fer2013.csv:35: {why}",
        f"  fer2013.csv:36: {why}",
    ]


def test_damaged_votes_beside_the_data_are_passed_over(
    run: Run, tmp_path: Path, network: Path
) -> None:
    data = written(tmp_path / "fer2013.csv", 7)
    (tmp_path / "fer2013new.csv").write_bytes(b"half a do")
    asked = ("models", "evaluate", "--data", data, "--model", network, "--json")

    result = run(*asked, "--split", "PublicTest")

    assert "ferplus" not in json.loads(result.out)
    assert one_line(result.err).endswith("its votes were left out")


def test_predictions(run: Run, tmp_path: Path, network: Path) -> None:
    data = written(tmp_path / "fer2013.csv", spoilt=2)
    file = tmp_path / "said.csv"

    result = run(
        *("models", "evaluate", "--data", data, "--model", network, "--json"),
        *("--predictions", file),
    )

    assert json.loads(result.out)["skipped"] == 1
    assert "1 bad row left out" in result.err
    with file.open(newline="", encoding="utf-8") as text:
        rows = list(csv.DictReader(text))
    assert list(rows[0]) == ["index", "label", *EMOTIONS]
    # The third row of the data could not be used.
    assert [int(row["index"]) for row in rows] == [0, 1, *range(3, 21)]
    assert rows[2]["label"] == "happy"
    for row in rows:
        shares = [float(row[name]) for name in EMOTIONS]
        assert sum(shares) == pytest.approx(1, abs=1e-3)
        assert EMOTIONS[int(np.argmax(shares))] == row["label"]


def test_a_bad_row_stops_it_when_asked(run: Run, tmp_path: Path, network: Path) -> None:
    data = written(tmp_path / "fer2013.csv", spoilt=2)

    result = run("models", "evaluate", "--data", data, "--bad", "stop")

    assert result.status == 2
    assert len(result.err.strip().splitlines()) == 1
    assert "fer2013.csv" in result.err
    assert "17" in result.err


def test_votes_stand_beside(run: Run, tmp_path: Path) -> None:
    heads = {"heads": ["labels", "votes"], "reads": "votes"}
    network = networks.write(tmp_path / "two.tflite", (0.1, 0.1), **heads)
    data = made.write(tmp_path / "faces.npz", 70)
    with np.load(data) as file:
        arrays = dict(file)
    # Face 0 becomes contempt, face 1 no face, face 2 a tie; 3 votes another way.
    arrays["votes"][0] = [0, 0, 0, 0, 4, 0, 0, 6, 0, 0]
    arrays["votes"][1] = [0, 0, 0, 0, 0, 4, 0, 0, 0, 6]
    arrays["votes"][2] = [5, 0, 0, 0, 0, 0, 5, 0, 0, 0]
    arrays["votes"][3] = [9, 0, 0, 0, 0, 0, 0, 0, 0, 0]
    np.savez(data, **arrays)
    asked = ("models", "evaluate", "--data", data, "--model", network)

    report = json.loads(run(*asked, "--json").out)
    table = run(*asked, "--predictions", tmp_path / "said.csv")

    assert list(report) == [*KEYS, "ferplus", "notes"]
    assert report["accuracy"] == 1
    assert report["images"] == 70
    assert report["ferplus"]["images"] == 67
    assert report["ferplus"]["left_out"] == 3
    assert report["ferplus"]["accuracy"] == pytest.approx(66 / 67, abs=1e-4)
    assert (report["head"], report["ferplus"]["head"]) == ("labels", "votes")
    assert set(report["ferplus"]) == {
        "head",
        *("images", "left_out", "accuracy", "macro_f1", "ece", "brier"),
        "accuracy_ci95",
    }
    assert "most annotators (FER+)" in table.out
    assert f"Written: {tmp_path / 'said.csv'}" in table.out
    assert "FER+: 3 faces left out" in table.out
    assert (
        "labels: head `labels`; most annotators: head `votes`. A class is read with "
        "`votes`."
    ) in " ".join(table.out.split())


def test_folders_of_other_sizes_with_some_of_the_classes(
    run: Run, tmp_path: Path, network: Path
) -> None:
    images, labels = made.faces(14)
    for i in np.flatnonzero(np.isin(labels, [3, 4])):
        name = {3: "Happiness", 4: "Sadness"}[int(labels[i])]
        # Two blanks, which are part of the name.
        folder = tmp_path / "my  faces" / name
        folder.mkdir(parents=True, exist_ok=True)
        big = cv2.resize(images[i], (96, 96), interpolation=cv2.INTER_NEAREST)
        cv2.imwrite(str(folder / f"{i}.png"), big)

    result = run(
        *("models", "evaluate", "--data", tmp_path / "my  faces"),
        *("--model", network, "--json", "--predictions", tmp_path / "said.csv"),
    )

    report = json.loads(result.out)
    with (tmp_path / "said.csv").open(newline="", encoding="utf-8") as text:
        said = list(csv.DictReader(text))
    assert list(said[0]) == ["index", "label", *EMOTIONS, "file"]
    for row in said:
        file = Path(row["file"])
        assert file.is_file()
        assert (
            row["label"] == {"Happiness": "happy", "Sadness": "sad"}[file.parent.name]
        )
    assert report["images"] == 4
    assert report["accuracy"] == 1
    assert report["per_class"]["happy"] == 1
    assert report["per_class"]["angry"] is None


def test_classes_that_a_network_never_answers_are_named(
    run: Run, tmp_path: Path
) -> None:
    few = networks.write(
        tmp_path / "few.tflite", classes=["happy", "sad", "surprise", "neutral"]
    )
    data = written(tmp_path / "fer2013.csv")

    result = run("models", "evaluate", "--data", data, "--model", few, "--json")

    assert result.err.splitlines()[-1] == (
        "tiny never answers angry, disgust, fear; faces with those labels, all counted "
        "as wrong: 9"
    )
    report = json.loads(result.out)
    assert report["per_class"]["angry"] == 0
    assert report["accuracy"] == pytest.approx(12 / 21, abs=1e-3)


def test_the_shipped_network_is_the_default(run: Run, tmp_path: Path) -> None:
    result = run("models", "evaluate", "--data", written(tmp_path / "f.csv", 7))

    assert result.status == 0, result.err
    assert result.out.startswith("expression ")
    assert "the labels" in result.out
    assert "MiB" in result.out
    assert shipped().exists()


@pytest.mark.parametrize(
    ("target", "says"),
    [
        ("", "is a folder: name a file"),
        ("no/such/said.csv", "is no folder: make it first"),
        ("fer2013.csv", "holds the data: name another file"),
    ],
)
def test_predictions_that_cannot_be_written(
    run: Run, tmp_path: Path, network: Path, target: str, says: str
) -> None:
    data = written(tmp_path / "fer2013.csv", 7)
    before = data.read_bytes()

    result = run(
        *("models", "evaluate", "--data", data, "--model", network),
        *("--predictions", tmp_path / target),
    )

    assert result.status == 1
    assert says in result.err
    assert len(result.err.strip().splitlines()) == 1
    assert data.read_bytes() == before


def test_predictions_never_replace_what_is_read(
    run: Run, tmp_path: Path, network: Path
) -> None:
    data = written(tmp_path / "fer2013.csv", 7)
    votes, beside = tmp_path / "mine.csv", tmp_path / "fer2013new.csv"
    link = tmp_path / "said.csv"
    link.hardlink_to(network)
    sets.write_votes(votes, sets.votes_for([0] * 7))
    sets.write_votes(beside, sets.votes_for([0] * 7))
    kept = {file: file.read_bytes() for file in (data, network, votes, beside)}
    asked = ("models", "evaluate", "--data", data, "--model", network)

    said = [
        run(*asked, "--predictions", network),
        run(*asked, "--predictions", link),
        run(*asked, "--votes", votes, "--predictions", votes),
        run(*asked, "--predictions", beside),
    ]

    assert [result.status for result in said] == [1] * 4
    assert [one_line(result.err).split(": ")[-2:] for result in said] == [
        [f"{network} holds the model", "name another file"],
        [f"{link} holds the model", "name another file"],
        [f"{votes} holds the votes", "name another file"],
        [f"{beside} holds the votes", "name another file"],
    ]
    assert {file: file.read_bytes() for file in kept} == kept


@pytest.mark.parametrize("name", ["happy/0.png", "happy/new.csv", "said.csv"])
def test_predictions_stay_out_of_the_datas_folder(
    run: Run, tmp_path: Path, network: Path, name: str
) -> None:
    images, _ = made.faces(4)
    root = sets.write_folders(tmp_path / "faces", {"happy": images[3:]})
    before = {file: file.read_bytes() for file in root.rglob("*.*")}
    (tmp_path / "other").symlink_to(root)
    asked = ("models", "evaluate", "--data", root, "--model", network)

    for target in (root / name, tmp_path / "other" / name):
        result = run(*asked, "--predictions", target)

        assert result.status == 1
        assert f"{target} lies among the data: name a file elsewhere" in one_line(
            result.err
        )
    assert {file: file.read_bytes() for file in root.rglob("*.*")} == before


def one_line(err: str) -> str:
    """What was said, which was one line."""
    (line,) = err.strip().splitlines()
    return line


def test_data_that_is_not_there(run: Run, tmp_path: Path) -> None:
    result = run("models", "evaluate", "--data", tmp_path / "gone.csv")

    assert result.status == 2
    assert "No data at" in result.err


def test_classes_that_are_none_of_the_seven(run: Run, tmp_path: Path) -> None:
    (tmp_path / "faces" / "bored").mkdir(parents=True)
    cv2.imwrite(str(tmp_path / "faces" / "bored" / "1.png"), made.faces(1)[0][0])

    result = run("models", "evaluate", "--data", tmp_path / "faces")

    assert result.status == 2
    assert "holds no picture that can be used" in result.err
    assert "of the class bored, none of the seven expressions" in result.err


def test_a_class_too_many_is_left_out_by_name_or_stops(
    run: Run, tmp_path: Path
) -> None:
    root = tmp_path / "faces"
    images = made.faces(3)[0]
    sets.write_folders(root, {"test/happy": images[:2], "test/contempt": images[2:]})

    skipped = run("models", "evaluate", "--data", root, "--split", "test", "--json")
    stopped = run("models", "evaluate", "--data", root, "--bad", "stop")

    why = "of the class contempt, none of the seven expressions"
    assert skipped.status == 0, skipped.err
    report = json.loads(skipped.out)
    assert (report["images"], report["skipped"]) == (2, 1)
    assert report["bad_rows"] == [
        {"where": str(next((root / "test" / "contempt").iterdir())), "why": why}
    ]
    assert "1 bad row left out:" in skipped.err
    assert stopped.status == 2
    assert f"{why}; mend or remove it, or choose --bad skip." in one_line(stopped.err)


def test_a_model_that_is_not_there(run: Run, tmp_path: Path) -> None:
    data = written(tmp_path / "fer2013.csv", 7)

    result = run("models", "evaluate", "--data", data, "--model", "nobody")

    assert result.status == 2
    assert "no network of that name" in result.err
