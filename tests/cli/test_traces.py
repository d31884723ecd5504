"""What the program leaves on a computer, and that it is all its own."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

from tests.commands import PROGRAM

_NEEDED = ("PATH", "SYSTEMROOT")
"""What Python needs of the environment to begin."""


def test_a_class_leaves_nothing_but_its_own_files(tmp_path: Path) -> None:
    home, meanwhile = tmp_path / "home", tmp_path / "meanwhile"
    home.mkdir()
    meanwhile.mkdir()
    # Libraries that tell their maker of a program keep silent where a variable says
    # that this is CI: nothing else is passed on. Before they tell, they write.
    passed = {name: os.environ[name] for name in _NEEDED if name in os.environ}
    folders = {"HOME": home, "USERPROFILE": home, "TMPDIR": meanwhile}
    asked = ("demo", "--students", "2", "--minutes", "0.1", "--no-dashboard")

    done = subprocess.run(
        [*PROGRAM, *asked],
        env=passed | {name: str(folder) for name, folder in folders.items()},
        cwd=Path(__file__).parents[2],
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )

    assert done.returncode == 0, done.stderr
    assert "Session 1 ended" in done.stdout
    left = [file for file in tmp_path.rglob("*") if file.is_file()]
    assert left
    assert [file for file in left if "classpulse" not in file.parts] == []
