"""Who may know whom: the house's rules, read off the code itself."""

from __future__ import annotations

import ast
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
PACKAGES = ("monitor", "dashboard", "models", "migrations")
ROOMS = ("sources", "detectors", "identity", "emotion", "store", "reports")
PURE = (
    "errors",
    "words",
    "session_data",
    "records",
    "boxes",
    "engagement",
    "summaries",
    "minutes",
    "series",
    "presence",
    "prior",
    "settings",
    "segments",
    "moments",
    "unread",
    "past",
    "attention",
    "signals",
    "apart",
    "preview_address",
    "quoting",
    "typed_number",
    "typed_time",
)
TO_SHOW = (
    *(name for name in PURE if name not in ("boxes", "series")),
    "store",
    "reports",
    "identity.pairs",
)
"""What the dashboard may know of ``monitor``."""
HEAVY = ("cv2", "numpy", "dash", "plotly", "sqlalchemy", "alembic", "tensorflow")


def modules() -> dict[str, Path]:
    """Dotted name and file of every module that is shipped."""
    found = {}
    for package in PACKAGES:
        for file in sorted((ROOT / package).rglob("*.py")):
            parts = file.relative_to(ROOT).with_suffix("").parts
            name = ".".join(parts[:-1] if parts[-1] == "__init__" else parts)
            found[name] = file
    return found


MODULES = modules()


def imports(file: Path) -> Iterator[str]:
    """Every module that a file imports anywhere, relative imports resolved."""
    package = file.relative_to(ROOT).parent.parts
    for node in ast.walk(ast.parse(file.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            parents = package[: len(package) - node.level + 1] if node.level else ()
            base = ".".join([*parents, *([node.module] if node.module else [])])
            for alias in node.names:
                full = f"{base}.{alias.name}"
                yield full if full in MODULES else base


def belongs(name: str, package: str) -> bool:
    return name == package or name.startswith(package + ".")


def known(name: str) -> list[str]:
    """Our own modules that a module imports."""
    return sorted({m for m in imports(MODULES[name]) if m.split(".")[0] in PACKAGES})


@pytest.mark.parametrize("room", ROOMS)
def test_rooms_never_know_each_other(room: str) -> None:
    pure = {f"monitor.{name}" for name in PURE} | {"monitor"}
    for name in MODULES:
        if not belongs(name, f"monitor.{room}"):
            continue
        for other in known(name):
            own = belongs(other, f"monitor.{room}") or other in pure
            # The store keeps the database's history; the virtual class and the
            # emotion room find their weights in `models`.
            shipped = other == "models" or (room == "store" and other == "migrations")
            assert own or shipped, f"{name} imports {other}"


def test_pure_modules_know_only_pure_modules() -> None:
    pure = {f"monitor.{name}" for name in PURE}
    for name in pure & set(MODULES):
        for other in known(name):
            assert other in pure, f"{name} imports {other}"


def test_only_the_command_line_knows_the_dashboard() -> None:
    for name in MODULES:
        if belongs(name, "dashboard") or belongs(name, "monitor.cli"):
            continue
        assert not any(belongs(m, "dashboard") for m in known(name)), name


def test_only_the_command_line_knows_the_command_line() -> None:
    for name in MODULES:
        if belongs(name, "monitor.cli") or name == "monitor.__main__":
            continue
        assert not any(belongs(m, "monitor.cli") for m in known(name)), name


def test_the_dashboard_sees_no_pixels() -> None:
    allowed = ["dashboard", *(f"monitor.{room}" for room in TO_SHOW)]
    for name in MODULES:
        if not belongs(name, "dashboard"):
            continue
        # The package itself holds its version and nothing else.
        for other in set(known(name)) - {"monitor"}:
            assert any(belongs(other, a) for a in allowed), f"{name}: {other}"
        foreign = {m.split(".")[0] for m in imports(MODULES[name])}
        assert not foreign & {"cv2", "ai_edge_litert", "mss", "PIL"}, name


def test_only_training_knows_tensorflow() -> None:
    for name, file in MODULES.items():
        if not belongs(name, "models.training"):
            foreign = {m.split(".")[0] for m in imports(file)}
            assert not foreign & {"tensorflow", "keras"}, name


def test_training_knows_only_what_serving_does_to_a_face() -> None:
    rooms = (
        "records",
        "words",
        "session_data",
        "errors",
        "boxes",
        "quoting",
        "emotion",
        "detectors",
    )
    allowed = ["models", *(f"monitor.{room}" for room in rooms)]
    for name in MODULES:
        if belongs(name, "models.training"):
            for other in known(name):
                assert any(belongs(other, a) for a in allowed), f"{name}: {other}"


def test_imports_hold_no_cycle() -> None:
    graph = {name: set(known(name)) & set(MODULES) for name in MODULES}
    done: set[str] = set()

    def visit(name: str, path: tuple[str, ...]) -> None:
        assert name not in path, " -> ".join([*path[path.index(name) :], name])
        if name not in done:
            for other in graph[name] - {name}:
                visit(other, (*path, name))
            done.add(name)

    for name in graph:
        visit(name, ())


@pytest.mark.parametrize(
    "name", [n for n in MODULES if MODULES[n].name == "__init__.py"]
)
def test_packages_import_nothing_heavy(name: str) -> None:
    """Only what stands at a package's own top counts: functions may import."""
    tree = ast.parse(MODULES[name].read_text("utf-8"))
    for node in tree.body:
        if isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            names = [node.module or ""]
        else:
            continue
        assert not {n.split(".")[0] for n in names} & set(HEAVY), name


def test_the_command_line_loads_nothing_heavy() -> None:
    code = (
        "import sys, monitor.cli;"
        f"print([m for m in {(*HEAVY, 'scipy', 'mss', 'PIL')!r} if m in sys.modules])"
    )
    result = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True
    )
    assert result.stdout.strip() == "[]"


def test_modules_stay_small() -> None:
    for file in [*MODULES.values(), *(ROOT / "tests").rglob("*.py")]:
        lines = len(file.read_text("utf-8").splitlines())
        assert lines <= 400, f"{file.relative_to(ROOT)} has {lines} lines"


def test_the_top_level_holds_only_the_house() -> None:
    folders = subprocess.run(
        ["git", "ls-tree", "-d", "--name-only", "HEAD"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    if folders.returncode:
        pytest.skip("not a git checkout")
    visible = {name for name in folders.stdout.split() if not name.startswith(".")}
    assert visible <= {*PACKAGES, "tests"}
