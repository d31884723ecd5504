"""Class folders of pictures: ``root/{class}/...`` or ``root/{part}/{class}/...``.

Any class list, any picture size, grey or colour; names that differ in upper and lower
case alone are one class. Every file in a class folder is
opened once to see whether it is a picture, and decoded again when it is asked for.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from models.training.class_names import foreign
from models.training.readers.data import BadRows, Data, part_array
from models.training.readers.pixels import Files, decoders, fault
from monitor.errors import UsageError
from monitor.quoting import named

PICTURES = frozenset(
    {".png", ".jpg", ".jpeg", ".webp", ".bmp", ".tif", ".tiff", ".gif", ".pgm", ".ppm"}
)
"""What is missed when it lies outside a class folder; other files are not."""

_LEFT_BY_SYSTEMS = frozenset({"thumbs.db", "desktop.ini", "__macosx"})
_EXPECTED = "expected a folder for each class, or such folders in train and test"
_LOT = 256


@dataclass(frozen=True, slots=True)
class _Folder:
    """What lies in a folder, by name; hidden things are passed over."""

    path: Path
    folders: list[Path]
    files: list[Path]

    @classmethod
    def look(cls, path: Path) -> _Folder:
        try:
            inside = sorted(path.iterdir(), key=lambda entry: entry.name)
        except OSError as exc:
            raise UsageError(f"{path} cannot be read: {exc.strerror or exc}.") from exc
        seen = [
            entry
            for entry in inside
            if not entry.name.startswith(".")
            and entry.name.casefold() not in _LEFT_BY_SYSTEMS
        ]
        folders = [entry for entry in seen if entry.is_dir()]
        return cls(path, folders, [entry for entry in seen if entry not in folders])

    @property
    def pictures(self) -> list[Path]:
        return [file for file in self.files if file.suffix.lower() in PICTURES]


@dataclass(frozen=True, slots=True)
class _ClassFolder:
    part: str
    name: str
    folder: _Folder


@dataclass(frozen=True, slots=True)
class _Labelled:
    file: Path
    part: str
    name: str
    index: int
    sha256: str


def read(path: Path, bad: BadRows, _votes: Path | None) -> Data:
    """Finds the pictures and checks each; there are no votes on folders.

    Raises:
        UsageError: no class folders, two layouts in one, or no usable picture.
    """
    found = list(_class_folders(_Folder.look(path), bad))
    others = set(foreign(each.name for each in found)) if bad.seven else set()
    rows = list(_checked(found, others, bad))
    bad.check_some_left(path, len(rows))
    # A folder without a usable picture would be a class that nothing can learn.
    spelled, notes = _spelled({row.name for row in rows})
    classes = tuple(sorted(set(spelled.values())))
    digest = hashlib.sha256()
    files = [row.file for row in rows]
    for row in rows:
        name = row.file.relative_to(path).as_posix()
        digest.update(f"{name}\n{row.sha256}\n".encode(errors="surrogateescape"))
    return Data(
        path=path,
        classes=classes,
        labels=np.array([classes.index(spelled[row.name]) for row in rows], np.int64),
        parts=part_array(row.part for row in rows),
        index=np.array([row.index for row in rows], np.int64),
        sha256=digest.hexdigest(),
        bad=bad.found,
        notes=notes,
        pictures=Files(files),
        files=files,
    )


def _spelled(names: set[str]) -> tuple[dict[str, str], tuple[str, ...]]:
    """Each name's class, and what to say of names that differ in case alone."""
    alike: dict[str, list[str]] = {}
    for name in sorted(names):
        alike.setdefault(name.casefold(), []).append(name)
    notes = tuple(
        f"the folders {' and '.join(map(named, each))} are one class, {named(each[0])}"
        for each in alike.values()
        if len(each) > 1
    )
    return {name: each[0] for each in alike.values() for name in each}, notes


def _class_folders(root: _Folder, bad: BadRows) -> Iterator[_ClassFolder]:
    """The class folders in order; names what lies where no picture belongs."""
    inside = [_Folder.look(folder) for folder in root.folders]
    if not inside:
        tables = [file.name for file in root.files if file.suffix.lower() == ".csv"]
        meant = f"; if {named(tables[0])} was meant, name it itself" if tables else ""
        raise UsageError(f"{root.path} holds no folders: {_EXPECTED}{meant}.")
    _outside(root, bad)
    deep = [folder for folder in inside if folder.folders and not folder.pictures]
    flat = [folder for folder in inside if folder.pictures]
    if deep and flat:
        raise UsageError(
            f"{root.path} mixes two layouts: {named(deep[0].path.name)} holds folders, "
            f"{named(flat[0].path.name)} holds pictures; {_EXPECTED}."
        )
    if not deep:
        yield from (_ClassFolder("", each.path.name, each) for each in inside)
        return
    for part in inside:
        if not part.folders:
            bad.add(str(part.path), "a part without class folders", part.path.name)
        _outside(part, bad)
        for folder in part.folders:
            yield _ClassFolder(part.path.name, folder.name, _Folder.look(folder))


def _outside(folder: _Folder, bad: BadRows) -> None:
    for file in folder.pictures:
        bad.add(str(file), "beside the class folders, expected in one of them")


def _checked(
    found: list[_ClassFolder], others: set[str], bad: BadRows
) -> Iterator[_Labelled]:
    """The pictures that can be used; those of ``others``, foreign classes, cannot."""
    index = 0
    with decoders() as pool:
        for each in found:
            for folder in each.folder.folders:
                why = "a folder in a class folder, expected pictures"
                bad.add(str(folder), why, each.part)
            if not each.folder.files and not each.folder.folders:
                why = "a class folder without pictures"
                bad.add(str(each.folder.path), why, each.part)
            files = each.folder.files
            if each.name in others:
                why = f"of the class {named(each.name)}, none of the seven expressions"
                for file in files:
                    bad.add(str(file), why, each.part)
                index += len(files)
                continue
            # In lots, so that stopping at a bad one does not wait for all the others.
            for start in range(0, len(files), _LOT):
                lot = files[start : start + _LOT]
                checks = zip(lot, pool.map(_check, lot), strict=True)
                for file, (reason, digest) in checks:
                    if reason is not None:
                        bad.add(str(file), reason, each.part)
                    else:
                        yield _Labelled(file, each.part, each.name, index, digest)
                    index += 1


def _check(file: Path) -> tuple[str | None, str]:
    """Why a file cannot be used (None: it can), and its SHA-256."""
    try:
        data = file.read_bytes()
    except OSError as exc:
        return f"a file that cannot be opened ({exc.strerror or exc})", ""
    return fault(data), hashlib.sha256(data).hexdigest()
