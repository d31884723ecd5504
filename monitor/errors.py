"""What can go wrong for a user, named for what can be done about it.

    ClassPulseError
    ├── UsageError              the command was put wrongly: correct it (exit status 2)
    │   └── UnknownStudent      nobody is called so
    ├── SettingsError           a setting cannot be used: correct it where it stands
    ├── SourceError             the pictures
    │   ├── SourceUnavailable   cannot be had at all: mend the option or the device
    │   └── SourceLost          worked and then stopped: the agent tries again
    ├── AgentError              the process that looks gives no answer or no picture
    ├── DetectorError           the face detector cannot be loaded
    ├── ModelError              the emotion network is missing or damaged
    ├── StoreError              the database
    │   ├── StoreUnusable       not writable, not a database, disk full
    │   ├── StoreBusy           held by another program: try again
    │   ├── SchemaError         of another version: run the command that it names
    │   └── UnknownSession      no session by that id
    └── ExportError             a file or folder cannot be written

Every message is one line: what happened, what was expected, how to mend it.
Foreign exceptions are translated where they enter, with ``from exc``.
"""

from __future__ import annotations


class ClassPulseError(Exception):
    """Base of everything that a user can meet; its text is shown as it is."""


class UsageError(ClassPulseError):
    """The command was put wrongly."""


class UnknownStudent(UsageError):
    """Nobody in the session is called so."""


class SettingsError(ClassPulseError):
    """A setting is not known, or its value cannot be used."""


class SourceError(ClassPulseError):
    """The pictures of the class cannot be had."""


class SourceUnavailable(SourceError):
    """The source cannot be opened: the option or the device must be mended."""


class SourceLost(SourceError):
    """The source worked and then failed: opening it again may help."""


class AgentError(ClassPulseError):
    """The process that looks at the class gives no answer, or no picture."""


class DetectorError(ClassPulseError):
    """The face detector cannot be loaded."""


class ModelError(ClassPulseError):
    """The emotion network is missing, damaged or of another kind."""


class StoreError(ClassPulseError):
    """The database cannot do what was asked."""


class StoreUnusable(StoreError):
    """The database file cannot be opened or written."""


class StoreBusy(StoreError):
    """Another program holds the database; trying again may help."""


class SchemaError(StoreError):
    """The database is of an older or a newer version than this program."""


class UnknownSession(StoreError):
    """No session has that id."""


class ExportError(ClassPulseError):
    """A file or a folder cannot be written."""
