"""Write the table of required scopes into README.md, out of the profile.

With `--check` nothing is written, and the exit code is 1 where README and profile differ.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT))

# A script finds the project by the line above.
from scopecheck.profile import Profile, load_profile  # noqa: E402 - see above
from scopecheck.scope import Scope  # noqa: E402 - see above

BEGIN = "<!-- scopes:begin -->"
END = "<!-- scopes:end -->"


def table(profile: Profile) -> str:
    """The profile's scopes as a Markdown table, in the profile's order."""
    rows = [f"| {row.section} | `{_cell(row.scope)}` | {row.why} |" for row in profile.requirements]
    head = f"| section | scope | what {profile.title} uses it for |"
    return "\n".join([head, "| --- | --- | --- |", *rows])


def _cell(scope: Scope) -> str:
    """In a Markdown table a bare | ends the cell, even within code."""
    return str(scope).replace("|", r"\|")


def with_table(readme: str, profile: Profile) -> str:
    """`readme` with the profile's table between its markers; ValueError where there are none."""
    before, begin, rest = readme.partition(BEGIN)
    _, end, after = rest.partition(END)
    if not (begin and end):
        msg = f"README has no place for the table; add the lines {BEGIN} and {END}."
        raise ValueError(msg)
    return f"{before}{BEGIN}\n{table(profile)}\n{END}{after}"


def main() -> int:
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--check", action="store_true", help="only tell whether README is up to date")
    options.add_argument("readme", nargs="?", type=Path, default=ROOT / "README.md")
    arguments = options.parse_args()
    try:
        old = arguments.readme.read_text("utf-8")
        new = with_table(old, load_profile("ally"))
    except (OSError, ValueError) as error:
        print(error, file=sys.stderr)
        return 1
    if arguments.check and old != new:
        print("README's scopes differ from the profile's; run scripts/readme_table.py.", file=sys.stderr)
        return 1
    if old != new:
        arguments.readme.write_text(new, "utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
