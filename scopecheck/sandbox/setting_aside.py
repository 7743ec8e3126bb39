"""What in a journal is not believed is set aside by name: said once, and kept where no run meets it again.

A whole file (or what stands in its place) is renamed. Of one that holds open changes too, a copy is set aside, and the
changes are written anew, so that they are undone as always. What the system does not let this suite read now, and what
a newer version of it wrote, stays where it is, and is said each time.
"""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from scopecheck.config.plain_file import NotPlain, open_plain, read_plain
from scopecheck.model.verdict import FailedRestore
from scopecheck.sandbox.journal import MOST_BYTES, VERSION, JournalTarget, Line, Opened, record
from scopecheck.sandbox.journal_reading import JournalFile
from scopecheck.sandbox.tag import PREFIX

SUFFIX: Final = ".set-aside"
_NUMBERS: Final = range(1, 1000)


@dataclass(frozen=True)
class SetAside:
    """What became of what was wrong with a file."""

    failure: FailedRestore
    done: bool
    """Whether no run meets it again."""


def set_aside(file: JournalFile, target: JournalTarget) -> SetAside:
    """Set aside what is wrong with a file, and say so."""
    what, why = f"journal {file.path.name}", f"It {' and '.join(file.wrong)}"
    lost = "so what it says there is not restored" if file.entries else "so nothing in it is restored"
    if file.stays:
        return SetAside(FailedRestore(what, f"{why}, {lost}. {_WHILE_IT_STAYS.format(path=file.path)}"), done=False)
    try:
        kept = _copy_and_rewrite(file, target) if file.entries else _rename(file.path)
    except (OSError, NotPlain) as error:
        reason = getattr(error, "strerror", None) or error
        text = f"{why}, {lost}, and it cannot be set aside ({reason}). {_BY_HAND} then remove {file.path}."
        return SetAside(FailedRestore(what, text), done=False)
    text = f"{why}, {lost}. {_BY_HAND} then delete {kept}, where it is now."
    return SetAside(FailedRestore(what, text), done=True)


_BY_HAND: Final = f"Look in the course for what contains '{PREFIX}-', remove that by hand,"
_WHILE_IT_STAYS: Final = (
    "Make {path} readable, or use the version of this suite that wrote it, and run again; or check the course by hand "
    "and delete it."
)


def _rename(path: Path) -> Path:
    aside = _free(path)
    path.rename(aside)
    return aside


def _copy_and_rewrite(file: JournalFile, target: JournalTarget) -> Path:
    """Whatever happens meanwhile, either the old file is there or the new one."""
    aside, new = _free(file.path), file.path.with_name(f"{file.path.name}.new")
    _write_anew(aside, read_plain(file.path, MOST_BYTES))
    new.unlink(missing_ok=True)
    _write_anew(new, b"".join(record(Line(VERSION, target, Opened(entry))) for entry in reversed(file.entries)))
    new.replace(file.path)
    return aside


def _write_anew(path: Path, content: bytes) -> None:
    descriptor = open_plain(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL)
    with os.fdopen(descriptor, "wb") as out:
        out.write(content)
        out.flush()
        os.fsync(out.fileno())


def _free(path: Path) -> Path:
    """The first name next to it that nothing has yet. Raises FileExistsError."""
    for number in _NUMBERS:
        aside = path.with_name(f"{path.name}{SUFFIX}{f'-{number}' if number > 1 else ''}")
        if not os.path.lexists(aside):
            return aside
    raise FileExistsError(f"there are {len(_NUMBERS)} of them already")
