"""A network that cannot tell every expression: of the others nothing is claimed."""

from __future__ import annotations

import csv
import json
import re
from pathlib import Path

import pytest

from monitor.records import EMOTIONS
from monitor.store.store import Store
from tests.cli.conftest import Run
from tests.commands import AGREED
from tests.emotion import networks

UNTOLD = ("disgust", "fear")
TOLD = tuple(name for name in EMOTIONS if name not in UNTOLD)


@pytest.fixture
def out(run: Run, picture: Path, tmp_path: Path) -> Path:
    """A class of four that such a network has read, as files."""
    network = networks.write(tmp_path / "five.tflite", classes=list(reversed(TOLD)))
    done = run("analyze", picture, "--model", network, "--course", "Year 9", *AGREED)
    assert done.status == 0, done.err
    out = tmp_path / "out"
    for done in (
        run("export", "last", "--out", out),
        run("export", "--course", "Year 9", "--out", out),
        run("report", "last", "--out", out / "report.html"),
    ):
        assert done.status == 0, done.err
    return out


def rows(file: Path) -> list[dict[str, str]]:
    with file.open(encoding="utf-8-sig", newline="") as text:
        return list(csv.DictReader(text))


def test_files_leave_it_empty(out: Path) -> None:
    files = sorted(out.glob("*.csv"))

    assert [file.stem for file in files] == [
        "observations",
        "sessions",
        "students",
        "timeline",
    ]
    for file in files:
        read = [row for row in rows(file) if row["neutral"]]
        assert read, file
        for row in read:
            assert [row[name] for name in UNTOLD] == ["", ""]
            shares = [float(row[name]) for name in TOLD]
            assert sum(shares) == pytest.approx(1, abs=0.001)


def test_the_report_leaves_it_out(out: Path) -> None:
    report = (out / "report.html").read_text("utf-8")
    table = re.search(
        r"<caption>Expressions over the whole class</caption>.*?</table>", report, re.S
    )

    assert table is not None
    assert "smiling" in table[0]
    assert "grimacing" not in table[0]
    assert "fearful" not in table[0]
    assert "The network cannot tell: grimacing, fearful;" in report
    shares = re.search(
        r"<caption>Shares of expressions, students.*?</table>", report, re.S
    )
    assert shares is not None
    assert len(re.findall("<td>–</td>", shares[0])) == 2 * 4  # noqa: RUF001


def test_what_is_held_on_a_student_says_null(out: Path, run: Run, db: Path) -> None:
    with Store.open(str(db)) as store:
        session = store.session("last")
        name = store.people(session.id)[0].name
    done = run("students", "export", name, "--session", session.id, "--out", out)
    (file,) = out.glob("classpulse-*.json")
    held = json.loads(file.read_text("utf-8"))
    (attended,) = held["sessions"]

    assert done.status == 0, done.err
    assert session.expressions == TOLD
    for shares in (
        attended["summary"]["shares"],
        attended["observations"][0]["shares"],
    ):
        assert {name for name, share in shares.items() if share is None} == {*UNTOLD}
