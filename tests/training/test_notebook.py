from __future__ import annotations

import json
import os
from pathlib import Path

import pytest

pytest.importorskip("keras", reason="the extra `train` is not installed")
pytest.importorskip("ipykernel", reason="no notebook can be run: ipykernel is missing")
nbclient = pytest.importorskip("nbclient", reason="nbclient is not installed")
nbformat = pytest.importorskip("nbformat", reason="nbformat is not installed")

ROOT = Path(__file__).parents[2]
TUTORIAL = ROOT / "models" / "training" / "tutorial.ipynb"


def test_the_tutorial_is_kept_without_its_outputs() -> None:
    cells = json.loads(TUTORIAL.read_text("utf-8"))["cells"]
    code = [cell for cell in cells if cell["cell_type"] == "code"]

    assert code
    assert not any(cell["outputs"] or cell["execution_count"] for cell in code)


@pytest.mark.slow
def test_the_tutorial_runs_from_data_to_a_prediction(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    # The packages as they stand here, not as they may be installed.
    paths = [str(ROOT), os.environ.get("PYTHONPATH", "")]
    monkeypatch.setenv("PYTHONPATH", os.pathsep.join(filter(None, paths)))
    notebook = nbformat.read(TUTORIAL, as_version=4)

    nbclient.NotebookClient(notebook, timeout=600, kernel_name="python3").execute()

    outputs = [out for cell in notebook.cells for out in cell.get("outputs", [])]
    pictures = [out for out in outputs if "image/png" in out.get("data", {})]
    printed = "".join(out["text"] for out in outputs if "text" in out)
    assert len(pictures) == 4
    assert "360 pictures in 3 classes" in printed
    assert "held back" in printed
    assert not [out for out in outputs if out.output_type == "error"]
