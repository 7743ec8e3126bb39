"""Names that are nearly those of settings: a misspelt one must not be ignored like another program's variable."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from difflib import SequenceMatcher, get_close_matches
from typing import Final

from scopecheck.config.definitions import BY_VARIABLE
from scopecheck.installation import ENV_EXAMPLE

_PREFIX: Final = "CANVAS"
_ANOTHER: Final = "CANVA"
"""The prefix of another program's variables, some of which end like ours."""
_MISSPELT: Final = 0.85
"""How alike (difflib) the ends of two names are if one is the other misspelt."""
_ALIKE: Final = 0.7
"""How alike two names are if one is worth suggesting, where the other is refused anyway."""
_SHORT: Final = 6
"""Ends with fewer letters are not compared: other words are as alike as MODE and MODEL."""
_OF_A_TARGET: Final = ("CANVAS_BASE_URL", "CANVAS_ACCESS_TOKEN", "CANVAS_REFRESH_TOKEN")


@dataclass(frozen=True)
class Unknown:
    """Variables that are not settings: a sentence for each that is refused, and the names of those that are ignored."""

    problems: tuple[str, ...] = ()
    ignored: tuple[str, ...] = ()


def unknown_in_file(file: str, lines: Mapping[str, int]) -> Iterator[str]:
    """A sentence for each name in `.env`, given with its line, that is meant for this suite but is not a setting."""
    for name, line in lines.items():
        prefixed = f"{_PREFIX}_{name.upper()}"
        meant = misspelt(name) or (prefixed if prefixed in BY_VARIABLE.keys() - lines.keys() else None)
        if name in BY_VARIABLE or not (meant or _is_prefixed(name)):
            continue
        meant = meant or _in_other_words(name, BY_VARIABLE) or _suggested(name)
        hint = f": did you mean {meant}? Rename it" if meant else f"; choose one from {ENV_EXAMPLE}"
        yield f"{name} (line {line} of {file}) is not a setting{hint} or remove the line."


def unknown_in_environment(environment: Mapping[str, str], given: Collection[str]) -> Unknown:
    """What to make of the environment's other names; `given` are the settings that are set, from any source.

    Other programs have variables that begin with CANVAS_ too, so a name is refused only if it is nearly that of a
    setting that is not set. Without a target, the mere words URL and TOKEN are near enough.
    """
    problems, ignored = [], []
    for name in sorted(name for name, value in environment.items() if name not in BY_VARIABLE and value.strip()):
        meant = misspelt(name)
        if meant is None and not any(each in given for each in _OF_A_TARGET):
            meant = _in_other_words(name, _OF_A_TARGET)
        if meant and meant not in given:
            problems.append(
                f"{name} (in the environment) is not a setting: did you mean {meant}? Rename it, or unset it for this "
                "run if it is another program's."
            )
        elif _is_prefixed(name):
            ignored.append(name)
    return Unknown(tuple(problems), tuple(ignored))


def misspelt(name: str) -> str | None:
    """The setting that a name differs from by its case, its separators, or a slip or two of the hand."""
    end = _end(name)
    if end is None or end in _ENDS:
        return _ENDS.get(end or "")
    long = [each for each in _ENDS if len(each) >= _SHORT]
    found = get_close_matches(end, long, 1, _MISSPELT)
    return _ENDS[found[0]] if found else None


def _end(name: str) -> str | None:
    """The letters behind the prefix, which may be misspelt too; None if the name has none."""
    letters, first = _letters(name), _words(name)[0]
    if letters.startswith(_PREFIX):
        return letters.removeprefix(_PREFIX)
    alike = first != _ANOTHER and SequenceMatcher(None, first, _PREFIX).ratio() >= _MISSPELT - 0.05
    return letters.removeprefix(first) if alike else None


def _in_other_words(name: str, among: Collection[str]) -> str | None:
    """The setting that has one word more than a name or one less."""
    words = set(_words(name))
    return next((each for each in among if _PREFIX in words and len(words ^ set(_words(each))) == 1), None)


def _suggested(name: str) -> str | None:
    """The setting whose end is most like the name's, if any is; all are alike in their prefix."""
    found = get_close_matches(_letters(name).removeprefix(_PREFIX), _ENDS, 1, _ALIKE)
    return _ENDS[found[0]] if found else None


def _is_prefixed(name: str) -> bool:
    return len(_words(name)) > 1 and _words(name)[0] == _PREFIX


def _words(name: str) -> list[str]:
    return re.split("[_-]", name.upper())


def _letters(name: str) -> str:
    return re.sub("[^A-Z0-9]", "", name.upper())


_ENDS: Final = {_letters(each).removeprefix(_PREFIX): each for each in BY_VARIABLE}
"""The letters behind the prefix to the setting."""
