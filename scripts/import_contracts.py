"""Check the direction of the folders' imports: import-linter's contracts in pyproject.toml, as a module to be run."""

import sys
from pathlib import Path

from importlinter.cli import lint_imports_command

ROOT = Path(__file__).resolve().parents[1]
PACKAGES = ("scopecheck",)


def unseen() -> list[str]:
    """Folders of modules without an `__init__.py`: import-linter does not see what is in them."""
    folders = {path.parent for name in PACKAGES for path in (ROOT / name).rglob("*.py")}
    return sorted(str(folder.relative_to(ROOT)) for folder in folders if not (folder / "__init__.py").exists())


if __name__ == "__main__":
    if unseen():
        sys.exit(f"No __init__.py in {', '.join(unseen())}: add one, so that the import contracts hold there too.")
    lint_imports_command(["--no-cache"])
