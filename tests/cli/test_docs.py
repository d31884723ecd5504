"""The README and the commands say the same."""

from __future__ import annotations

import inspect
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
import typer.main
from typer import Typer
from typer.core import TyperGroup

from monitor.cli import app
from tests.cli.conftest import Run

ROOT = Path(__file__).parents[2]
README = (ROOT / "README.md").read_text("utf-8")


def commands(typer_app: Typer = app, prefix: str = "") -> list[str]:
    """Every command's full name, but of those that are not for people."""
    group = typer.main.get_group(typer_app)
    names = []
    for name, command in group.commands.items():
        if command.hidden:
            continue
        inner = getattr(command, "commands", None)
        names += [f"{name} {sub}" for sub in inner] if inner else [name]
    return names


def helps(group: TyperGroup) -> Iterator[tuple[str, str]]:
    """The help of each command and group of commands, whoever they are for."""
    for name, command in group.commands.items():
        yield name, inspect.cleandoc(command.help or "")
        if isinstance(command, TyperGroup):
            yield from helps(command)


@pytest.mark.parametrize("name", commands())
def test_every_command_stands_in_the_readme(name: str) -> None:
    assert f"classpulse {name}" in README


@pytest.mark.parametrize("name", commands())
def test_every_command_has_help_for_itself_and_its_options(run: Run, name: str) -> None:
    result = run(*name.split(), "--help")
    assert result.status == 0
    assert f"classpulse {name}" in result.out


def test_help_is_as_wide_as_the_window() -> None:
    # A line end within a paragraph stays where it is, whatever the window's width.
    broken = [
        f"{name}: {paragraph}"
        for name, text in helps(typer.main.get_group(app))
        for paragraph in text.split("\n\n")[1:]
        if "\n" in paragraph
    ]
    assert broken == []


def test_every_option_in_the_readme_exists(run: Run) -> None:
    offered = {
        option
        for name in commands()
        for option in re.findall(r"--[a-z-]+", run(*name.split(), "--help").out)
    }
    written = set(re.findall(r"(?<![\w-])--[a-z][a-z-]+", README))
    assert written - offered == set()


def test_a_row_of_the_readme_names_options_of_its_own_commands(run: Run) -> None:
    known = commands()
    rows = re.findall(r"^\| (`classpulse .*?) \| (.*) \|$", README, re.MULTILINE)
    assert len(rows) > 15
    for heads, told in rows:
        named = re.findall(r"`classpulse ([^`]*)`", heads)
        own = [name for head in named for name in known if f"{head} ".startswith(name)]
        assert len(own) >= len(named), heads
        offered = {
            option
            for name in own
            for option in re.findall(r"--[a-z-]+", run(*name.split(), "--help").out)
        }
        written = set(re.findall(r"(?<![\w-])--[a-z][a-z-]+", f"{heads} {told}"))
        assert written - offered == set(), heads


def test_every_example_in_the_readme_is_a_command() -> None:
    examples = re.findall(r"^(?:\S*/)?classpulse (\w+)", README, re.MULTILINE)
    assert examples
    assert set(examples) <= {name.split()[0] for name in commands()}


def test_every_picture_and_link_in_the_readme_is_there() -> None:
    links = re.findall(r"\]\((?!https?:)([^)#]+)\)", README)
    assert links
    for link in links:
        assert (ROOT / link).is_file(), link
