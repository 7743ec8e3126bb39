"""The file of a fleet: many Canvases, each with its settings and the names of the variables that hold its secrets.

```toml
[defaults]
CANVAS_PROFILE = "ally"

[[target]]
name = "School A"
CANVAS_BASE_URL = "https://a.test.instructure.com"
secrets = { CANVAS_ACCESS_TOKEN = "SCHOOL_A_TOKEN" }
```

Settings have the names that they have everywhere. A target's own come before the defaults; an empty one is unset. Paths
start at the file's folder.
"""

from __future__ import annotations

import re
import tomllib
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path
from typing import Any, Final

from scopecheck.config.definitions import BY_VARIABLE, SETTINGS
from scopecheck.config.file_problems import FileProblems
from scopecheck.config.profile_file import is_profile_name
from scopecheck.config.targets_lines import Lines
from scopecheck.config.targets_secrets import has_login, is_token, looks_like_secret, written_in
from scopecheck.installation import ENV_EXAMPLE
from scopecheck.model.secret import without_credentials


class TargetsError(FileProblems):
    """A file of targets cannot be used."""


@dataclass(frozen=True)
class Target:
    """One Canvas of a fleet."""

    name: str
    folder: str
    """A name that its folder of reports can have."""
    settings: Mapping[str, str]
    """By variable; none is secret, and paths are absolute."""
    secrets: Mapping[str, str]
    """By the setting's variable: the name of the variable that holds the value."""


def load_targets(path: Path, environment: Mapping[str, str]) -> tuple[Target, ...]:
    """The targets in a file, in its order; raises TargetsError with everything that is wrong with it.

    `environment` has the values of what the file references: none of them may be written into it.
    """
    try:
        text = path.read_text("utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        reason = error.strerror if isinstance(error, OSError) else "it is not in UTF-8"
        raise TargetsError([f"{path} cannot be read ({reason}); give the path of a TOML file of targets."]) from None
    reading = _Parser(path, text)
    try:
        data = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        reading.note("", f"this is not valid TOML: {without_credentials(str(error))}", "mend that line")
        raise TargetsError(reading.problems) from None
    targets = reading.targets(data)
    named = "\n".join(reading.problems)
    values = reading.lines.with_values(_referenced(targets, environment))
    for line, what in dict([*((line, f"the value of {name}") for line, name in values), *written_in(text)]).items():
        if f"line {line})" not in named:
            reading.note(f"line {line}", f"{what} is written into the file", _MOVE)
    if reading.problems:
        raise TargetsError(reading.problems)
    return targets


BY_FLEET: Final = ("CANVAS_REPORTS",)
"""Settings that the fleet itself gives each target."""
OWN_FILES: Final = ("index.html", "matrix.html", "fleet.json")
"""What lies beside the targets' folders, so that no target can be called so."""
_SECRETS: Final = tuple(setting.variable for setting in SETTINGS if setting.secret)
_PLAIN: Final = tuple(s.variable for s in SETTINGS if not s.secret and s.variable not in BY_FLEET)
_ADDRESSES: Final = ("CANVAS_BASE_URL", "CANVAS_REDIRECT_URI")
_MOVE: Final = (
    "whoever reads the file has it: have Canvas issue another one, set a variable of the environment to it, and write "
    'the name of that variable here, like secrets = { CANVAS_ACCESS_TOKEN = "SCHOOL_A_TOKEN" }'
)
_LONGEST_NAME: Final = 80
_RESERVED: Final = re.compile(r"(?i)(con|prn|aux|nul|com\d|lpt\d)(\..*)?")
"""What Windows opens as a device, whatever its ending."""


def folder_for(name: str) -> str:
    """The folder of a target of this name; empty if it has no letter or digit."""
    plain = re.sub(r"[^\w.-]+", "-", unicodedata.normalize("NFC", name)).strip("-._")
    return f"{plain}-" if _RESERVED.fullmatch(plain) else plain


def _referenced(targets: tuple[Target, ...], environment: Mapping[str, str]) -> dict[str, str]:
    names = sorted({name for target in targets for name in target.secrets.values()})
    return {name: environment[name].strip() for name in names if environment.get(name, "").strip()}


class _Parser:
    """One file of targets being read, and the problems found so far."""

    def __init__(self, path: Path, text: str) -> None:
        self.path = path
        self.lines = Lines(text)
        self.problems: list[str] = []

    def note(self, place: str, wrong: str, remedy: str) -> None:
        where = f"{self.path.name}, {place}" if place else self.path.name
        self.problems.append(f"{wrong} ({where}); {remedy}.")

    def targets(self, data: dict[str, Any]) -> tuple[Target, ...]:
        for name in data:
            if name not in {"target", "defaults"}:
                self.note(self.lines.place("top", name), f"{_shown(name)} is not a known name", _HEADINGS)
        defaults = data.get("defaults", {})
        if not isinstance(defaults, dict):
            self.note("top", "defaults is not a table", _HEADINGS)
            defaults = {}
        common = self.table("defaults", defaults)
        rows = data.get("target", [])
        if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
            self.note("top", "target is not a list of tables", _HEADINGS)
            return ()
        if not rows:
            self.note("top", "there is no target", _HEADINGS)
        self.lines.expect(len(rows))
        taken: dict[str, str] = {each.casefold(): f"a file of the overview, {each}" for each in OWN_FILES}
        return tuple(self.target(number, row, common, taken) for number, row in enumerate(rows, 1))

    def target(
        self, number: int, row: dict[str, Any], common: tuple[dict[str, str], dict[str, str]], taken: dict[str, str]
    ) -> Target:
        own = {name: value for name, value in row.items() if name != "name"}
        name = self.name(number, row.get("name"), taken)
        settings, secrets = self.table(f"target {name or number}", own, number)
        return Target(name, folder_for(name), _set({**common[0], **settings}), _set({**common[1], **secrets}))

    def name(self, number: int, given: object, taken: dict[str, str]) -> str:
        """Its name, and it takes the folder of that name; empty if it cannot have it."""
        place = self.lines.place(f"target {number}", "name", number)
        if not isinstance(given, str) or not given.strip():
            self.note(place, "name is missing", 'add one, in quotes, like name = "School A"')
            return ""
        name = given.strip()
        if is_token(name) or len(name) > _LONGEST_NAME or not name.isprintable() or not folder_for(name):
            self.note(place, "name is not one that a folder can have", "use letters and digits, not too many")
            return ""
        other = taken.setdefault(folder_for(name).casefold(), f"{_shown(name)} (target {number})")
        if other != f"{_shown(name)} (target {number})":
            self.note(
                place, f"{_shown(name)} would have the same folder as {other}",
                "give it a name that differs by more than case, blanks and signs",
            )  # fmt: skip
        return name

    def table(self, title: str, table: dict[str, Any], number: int = 0) -> tuple[dict[str, str], dict[str, str]]:
        """The settings and the names of secrets in a table; everything that is wrong with them is noted."""
        settings: dict[str, str] = {}
        for key, value in table.items():
            place = self.lines.place(_shown(title), key, number)
            if key in _PLAIN:
                text = self.value(place, key, value)
                settings |= {} if text is None else {key: text}
            elif key in _SECRETS:
                self.note(place, f"{key} is written into the file", _MOVE)
            elif key in BY_FLEET:
                self.note(place, f"{key} is not for one target", "use the option --reports for the folder of all")
            elif key != "secrets":
                self.note(place, f"{_shown(key)} is not a setting", _instead(key))
        secrets = table.get("secrets", {})
        if not isinstance(secrets, dict):
            place = self.lines.place(_shown(title), "secrets", number)
            self.note(place, "secrets is not a table", f"write it {_LIKE}")
            secrets = {}
        return settings, dict(self.references(title, secrets, number))

    def value(self, place: str, key: str, value: object) -> str | None:
        if isinstance(value, bool):
            return str(value).lower()
        if not isinstance(value, (str, int)):
            self.note(place, f"{key} is neither text nor a whole number", "write it in quotes")
            return None
        text = str(value).strip()
        if key in _ADDRESSES and has_login(text):
            self.note(place, f"{key} has a password or token in it", "remove it, and have another one issued")
            return None
        if not text or not BY_VARIABLE[key].is_path or (key == "CANVAS_PROFILE" and is_profile_name(text)):
            return text
        return str(self.path.absolute().parent / text)

    def references(self, title: str, secrets: dict[str, Any], number: int) -> Iterator[tuple[str, str]]:
        for key, name in secrets.items():
            place = self.lines.place(_shown(title), key, number)
            if key in _PLAIN or key in BY_FLEET:
                self.note(place, f"{key} is not secret", "write it beside secrets, with its value")
            elif key not in _SECRETS:
                self.note(place, f"{_shown(key)} is not a secret setting", f"write one of {', '.join(_SECRETS)}")
            elif not isinstance(name, str):
                self.note(place, f"{key} is not text", f"name the variable that holds it, {_LIKE}")
            elif looks_like_secret(name):
                self.note(place, f"{key} looks like the secret itself, not like a variable's name", _MOVE)
            else:
                yield key, name


_HEADINGS: Final = "write each Canvas under its own [[target]] heading, and what is common to all under [defaults]"
_LIKE: Final = 'like secrets = { CANVAS_ACCESS_TOKEN = "SCHOOL_A_TOKEN" }'


def _set(values: Mapping[str, str]) -> dict[str, str]:
    return {name: value for name, value in values.items() if value}


def _shown(text: str) -> str:
    """What stands where a name is expected: it may be a secret."""
    return without_credentials(text)


def _instead(key: str) -> str:
    """What to write instead of an unknown key."""
    full = key.upper() if key.upper().startswith("CANVAS_") else f"CANVAS_{key.upper()}"
    found = get_close_matches(full.replace("-", "_"), [*_PLAIN, *_SECRETS], 1, 0.8)
    if found and found[0] in _SECRETS:
        return f"if you mean {found[0]}, name the variable that holds it, like secrets = {{ {found[0]} = … }}"
    return f"did you mean {found[0]}" if found else f"write name, secrets, or a setting from {ENV_EXAMPLE}"
