"""The settings' file beside the database: ``classpulse.settings.json``."""

from __future__ import annotations

import json
import os
from pathlib import Path

from monitor.errors import SettingsError
from monitor.settings import Settings, parse


def settings_path(database: Path) -> Path:
    """Where the settings of a database lie."""
    return database.with_suffix(".settings.json")


def read(database: Path) -> Settings:
    """The settings; the usual ones where nothing was set.

    Raises:
        SettingsError: the file cannot be read, or holds what is no setting.
    """
    file = settings_path(database)
    try:
        text = file.read_text("utf-8")
    except FileNotFoundError:
        return Settings()
    except (OSError, UnicodeDecodeError) as exc:
        raise SettingsError(
            f"the settings {file} cannot be read ({_why(exc)}): mend the file, or "
            "remove it to have the usual settings"
        ) from exc
    try:
        raw = json.loads(text)
    except (ValueError, RecursionError) as exc:
        raise SettingsError(
            f"the settings {file} are no JSON ({exc}): mend the file, or remove it to "
            "have the usual settings"
        ) from exc
    if not isinstance(raw, dict):
        raise SettingsError(
            f"the settings {file} are no table of settings: mend the file, or remove "
            "it to have the usual settings"
        )
    try:
        return parse(raw)
    except SettingsError as exc:
        raise SettingsError(f"{exc}; it stands in {file}") from exc


def write(database: Path, settings: Settings) -> None:
    """Keep settings; the file is replaced whole, or stays as it was.

    Raises:
        SettingsError: the file cannot be written.
    """
    file = settings_path(database)
    draft = file.with_name(f".{file.name}.{os.getpid()}.part")
    try:
        draft.write_text(json.dumps(settings.as_json(), indent=2) + "\n", "utf-8")
        draft.replace(file)
    except OSError as exc:
        draft.unlink(missing_ok=True)
        raise SettingsError(
            f"the settings {file} cannot be written ({_why(exc)}): allow writing to "
            "the database's folder"
        ) from exc


def _why(exc: OSError | UnicodeDecodeError) -> str:
    return (exc.strerror if isinstance(exc, OSError) else None) or "no text"
