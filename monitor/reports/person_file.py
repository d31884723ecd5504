"""What is held on one person as a file to hand over."""

from __future__ import annotations

import json
import os
import re
from collections.abc import Mapping
from pathlib import Path

from monitor.errors import ExportError

_LONGEST = 40


def file_name(name: str) -> str:
    """A name for the file that every system takes: "classpulse-Ana_Prado.json"."""
    plain = re.sub(r"[^\w-]+", "_", name).strip("_")[:_LONGEST]
    return f"classpulse-{plain or 'person'}.json"


def as_text(document: Mapping[str, object]) -> str:
    """The document as JSON that people can read."""
    return json.dumps(document, indent=1, ensure_ascii=False, allow_nan=False) + "\n"


def write_person(document: Mapping[str, object], folder: Path) -> Path:
    """Write a document of `monitor.store.personal`; a file of its name is replaced.

    Raises:
        ExportError: the folder cannot be made or written.
    """
    file = folder / file_name(str(document["name"]))
    draft = folder / f".{file.name}.{os.getpid()}.part"
    try:
        folder.mkdir(parents=True, exist_ok=True)
        draft.write_text(as_text(document), "utf-8")
        draft.replace(file)
    except OSError as exc:
        raise ExportError(
            f"cannot write {file} ({exc.strerror}): name another folder with --out"
        ) from exc
    return file
