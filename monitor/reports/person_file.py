"""What is held on one person as a file to hand over."""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import re
from collections.abc import Mapping
from pathlib import Path

from monitor.errors import ExportError

_LONGEST = 40
_SIGNS = 6


def file_name(name: str) -> str:
    """A name for the file that every system takes: "classpulse-Ana_Prado.json".

    Two people get two: where more than blanks was left out of a name, a few signs tell
    it from others that look the same without.
    """
    plain = re.sub(r"[^\w-]+", "_", name).strip("_")[:_LONGEST]
    if plain.replace("_", " ") != name:
        apart = hashlib.sha256(name.encode("utf-8", "replace")).hexdigest()[:_SIGNS]
        plain = f"{plain or 'person'}-{apart}"
    return f"classpulse-{plain}.json"


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
    finally:
        # All that is held on somebody is not left under a name that is not looked for.
        with contextlib.suppress(OSError):
            draft.unlink()
    return file
