"""Tell whether a tag may be released: it is the suite's version, and the changelog has an entry for it with a date."""

from __future__ import annotations

import argparse
import re
import sys
from pathlib import Path
from typing import Final

from scopecheck import __version__

CHANGELOG: Final = Path(__file__).resolve().parents[1] / "CHANGELOG.md"
_HEADING: Final = re.compile(r"^## (?P<version>[\d.]+) - (?P<released>unreleased|\d{4}-\d\d-\d\d)$", re.MULTILINE)


def latest(changelog: str) -> tuple[str, str]:
    """Version and date (or `unreleased`) of the topmost entry; ValueError where its heading is of another form."""
    topmost = next((line for line in changelog.splitlines() if line.startswith("## ")), "")
    heading = _HEADING.fullmatch(topmost)
    if not heading:
        raise ValueError(
            f"The topmost entry of the changelog is headed {topmost!r}; write ## VERSION - YYYY-MM-DD, "
            "or unreleased for the date."
        )
    return heading["version"], heading["released"]


def against(tag: str, version: str, changelog: str) -> str:
    """What speaks against releasing this version under this tag; empty where nothing does."""
    entry, released = latest(changelog)
    if tag != f"v{version}":
        return f"The tag is {tag}, but the version is {version}: tag v{version}, or change scopecheck.__version__."
    if entry != version:
        return f"The changelog's topmost entry is of {entry}, but the version is {version}: add an entry for it."
    if released == "unreleased":
        return f"The changelog says that {version} is unreleased: put today's date there."
    return ""


def main() -> None:
    """Check the tag given; exit code 1 where something speaks against it."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("tag")
    tag: str = parser.parse_args().tag
    if reason := against(tag, __version__, CHANGELOG.read_text("utf-8")):
        sys.exit(reason)
    print(f"{tag} is the version, and the changelog has its entry.")


if __name__ == "__main__":
    main()
