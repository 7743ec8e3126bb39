"""Check the direction of the folders' imports: import-linter's contracts in pyproject.toml, as a module to be run."""

from importlinter.cli import lint_imports_command

if __name__ == "__main__":
    lint_imports_command(["--no-cache"])
