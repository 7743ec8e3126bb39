"""Generate the tables in documents from the code.

With `--check` nothing is written, and the exit code is 1 if a document differs.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Final

from scopecheck.config.definitions import SETTINGS
from scopecheck.config.profile_file import load_profile
from scopecheck.embedded_canvas.options import described
from scopecheck.model.causes import Cause
from scopecheck.report.cause_order import IN_ORDER
from scripts.member_table import members
from scripts.option_tables import commands, options
from scripts.table import table

ROOT: Final = Path(__file__).parents[1]


def scopes() -> str:
    """The scopes that Ally needs, in the profile's order."""
    profile = load_profile("ally")
    rows = ((row.section, f"`{row.scope}`", row.why) for row in profile.requirements)
    return table(("section", "scope", f"what {profile.title} uses it for"), rows)


def settings() -> str:
    """Every setting with its option."""
    rows = ((f"`{each.variable}`", "–" if each.secret else f"`{each.option}`", each.help) for each in SETTINGS)
    return table(("variable", "option", "meaning"), rows)


def states() -> str:
    """Every state that the embedded Canvas can be in."""
    return table(("`--embedded`", "what it sets"), ((f"`{key}={form}`", meaning) for key, form, meaning in described()))


def causes() -> str:
    """Every cause, in the order in which an administrator handles them."""
    return table(("cause", "what it means", "what to do"), ((f"`{c.slug}`", c.means, _remedy(c)) for c in IN_ORDER))


def _remedy(cause: Cause) -> str:
    """The remedy with a placeholder for everything that a run fills in."""
    names = ("scope", "section", "key", "permission", "detail")
    return cause.remedy_for(**{name: f"‹{name}›" for name in names})


TABLES: Final[Mapping[str, tuple[str, Callable[[], str]]]] = {
    "commands": ("README.md", commands),
    "settings": ("README.md", settings),
    "scopes": ("docs/reference/scopes.md", scopes),
    "options": ("docs/reference/commands.md", options),
    "states": ("docs/reference/embedded-canvas.md", states),
    "causes": ("docs/reference/causes.md", causes),
    "members": ("docs/reference/reports.md", members),
}
"""Each table by the name in its markers: its document, and the function that makes it."""


def with_table(document: str, name: str, table: str) -> str:
    """`document` with the table between its markers; raises ValueError if it has none."""
    begin, end = f"<!-- {name}:begin -->", f"<!-- {name}:end -->"
    before, opened, rest = document.partition(begin)
    _, closed, after = rest.partition(end)
    if not (opened and closed):
        raise ValueError(f"A document has no place for the table of {name}; add the lines {begin} and {end}.")
    return f"{before}{begin}\n{table}\n{end}{after}"


def main() -> int:
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--check", action="store_true", help="only check whether the documents are up to date")
    check: bool = options.parse_args().check
    for name, (document, make) in TABLES.items():
        path = ROOT / document
        old = path.read_text("utf-8")
        new = with_table(old, name, make())
        if old == new:
            continue
        if check:
            print(
                f"The table of {name} in {document} is out of date; run `python -m scripts.made_tables`.",
                file=sys.stderr,
            )
            return 1
        path.write_text(new, "utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
