"""Where the journals of a target are: which report folders hold open ones is remembered for each user of this machine.

A run may be started in another folder, or with another CANVAS_REPORTS, than the one that was killed. So one small file
for each target, in the user's state folder, names the report folders whose journals may have open changes. It is
written before the first change of a run, and read and written only under the target's lock. Journals in `reports/` of
the project and of the current folder are found without it: earlier versions kept none.
"""

from __future__ import annotations

import contextlib
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import msgspec
from platformdirs import user_state_path

from scopecheck.config.atomic_write import write_whole
from scopecheck.config.plain_file import NotPlain, read_plain
from scopecheck.installation import CLI
from scopecheck.sandbox.journal import JournalTarget
from scopecheck.sandbox.journal_reading import FOLDER

_PROJECT: Final = Path(__file__).parents[2]
_MOST_BYTES: Final = 1_000_000
_MOST_FOLDERS: Final = 100


class _Known(msgspec.Struct, forbid_unknown_fields=True):
    target: JournalTarget
    reports: list[str]


@dataclass(frozen=True)
class Places:
    """Where to look for a target's journals beside a run's own report folder."""

    elsewhere: tuple[Path, ...]
    note: str = ""
    """Why there may be others, or why others will not find this one; empty if all is well."""


def places(reports: Path, target: JournalTarget) -> Places:
    """Where to look for journals of this target; never raises."""
    known, note = _read(target)
    return Places(tuple(_each_once([reports, *known, *_of_earlier_versions()])[1:]), note)


def remember(reports: Path, target: JournalTarget) -> str:
    """Remember a report folder, to which journals of this target are about to be written.

    Folders without any are forgotten. Returns why it is not remembered, as a note; an empty text if it is.
    """
    known, _ = _read(target)
    kept = [each for each in known if has_journals(each, target)]
    return _write(target, _each_once([reports.absolute(), *kept]))


def forget_finished(target: JournalTarget) -> None:
    """Forget report folders without journals of this target; never raises."""
    known, _ = _read(target)
    if known:
        _write(target, [each for each in known if has_journals(each, target)])


def has_journals(reports: Path, target: JournalTarget) -> bool:
    """Whether a report folder has journals of a target; one that cannot be read may have some."""
    try:
        return any(path.name.endswith(".jsonl") for path in (reports / FOLDER / target.slug).iterdir())
    except (FileNotFoundError, NotADirectoryError):
        return False
    except OSError:
        return True


def _of_earlier_versions() -> list[Path]:
    try:
        return [_PROJECT / "reports", Path.cwd() / "reports"]
    except OSError:
        # The current folder has been deleted.
        return [_PROJECT / "reports"]


def _path(target: JournalTarget) -> Path:
    return user_state_path("canvas-scope-conformance", appauthor=False) / "journals" / f"{target.slug}.json"


def _read(target: JournalTarget) -> tuple[list[Path], str]:
    """The folders that are remembered, and why there may have been others."""
    path = _path(target)
    try:
        known = msgspec.json.decode(read_plain(path, _MOST_BYTES), type=_Known)
    except FileNotFoundError:
        return [], ""
    except (OSError, NotPlain, msgspec.MsgspecError, UnicodeDecodeError, RecursionError) as error:
        return [], f"{path}, which names further folders with journals, cannot be read ({_reason(error)}). {_LOOK}"
    if known.target != target:
        return [], f"{path}, which names further folders with journals, is about another course. {_LOOK}"
    there = [each for each in known.reports[:_MOST_FOLDERS] if _is_folder(each)]
    gone = [each for each in known.reports[:_MOST_FOLDERS] if each not in there]
    lost = f"{', '.join(gone)}, where a run that was killed left open changes, is not there. {_LOOK}" if gone else ""
    return [Path(each) for each in there], lost


_LOOK: Final = (
    f"If a run that used another folder for its reports was killed, run `{CLI} restore` with "
    "CANVAS_REPORTS set to that folder."
)


def _reason(error: Exception) -> str:
    if isinstance(error, NotPlain):
        return f"it {error}"
    return (error.strerror or str(error)) if isinstance(error, OSError) else "it is damaged"


def _is_folder(named: str) -> bool:
    """Whether this is the absolute path of a folder that is still there."""
    try:
        return Path(named).is_absolute() and Path(named).is_dir()
    except (OSError, ValueError):
        return False


def _write(target: JournalTarget, folders: Iterable[Path]) -> str:
    path = _path(target)
    try:
        reports = [str(each) for each in folders]
        if not reports:
            path.unlink(missing_ok=True)
            return ""
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        write_whole(path, msgspec.json.encode(_Known(target, reports)).decode(), 0o600)
    except (OSError, UnicodeEncodeError) as error:
        return (
            f"{path} cannot be written ({_reason(error)}), so if this run is killed, only a run or `restore` with the "
            "same folder for its reports finds its journal. Make that folder writable, or set XDG_STATE_HOME to one "
            "that is."
        )
    return ""


def _each_once(folders: Iterable[Path]) -> list[Path]:
    found: dict[Path, Path] = {}
    for each in folders:
        key = each
        with contextlib.suppress(OSError, RuntimeError):
            key = each.resolve()
        found.setdefault(key, each)
    return list(found.values())
