"""Why no Canvas is set: what people did instead of filling in `.env`."""

from __future__ import annotations

from pathlib import Path

import pytest

from scopecheck.config.unconfigured import why_unconfigured

TEMPLATE = (Path(__file__).resolve().parents[3] / ".env.example").read_text("utf-8")
FILLED = TEMPLATE.replace("CANVAS_BASE_URL=", "CANVAS_BASE_URL=https://school.test.instructure.com")


def why(root: Path, **files: str) -> str:
    """The reason in a project with the template as it is, and these files."""
    for name, text in {".env.example": TEMPLATE, **files}.items():
        (root / name).write_text(text, "utf-8")
    return why_unconfigured(root)


def test_nothing_was_done(tmp_path: Path) -> None:
    """Without any file the next step is to copy the template."""
    assert why(tmp_path) == "No Canvas is set. To test yours, copy .env.example to .env and fill it in."


def test_a_copy_that_is_not_filled_in(tmp_path: Path) -> None:
    """A `.env` as it was copied is said to be empty."""
    assert why(tmp_path, **{".env": TEMPLATE}).startswith(".env is not filled in: all its settings are empty.")


def test_a_file_without_the_host(tmp_path: Path) -> None:
    """A `.env` with other settings lacks just this one."""
    said = why(tmp_path, **{".env": TEMPLATE.replace("CANVAS_MODE=", "CANVAS_MODE=probe")})

    assert said.startswith(".env does not set CANVAS_BASE_URL.")


@pytest.mark.parametrize(
    "name", [".env.txt", "env", "env.txt", ".env.env", "_env", "dotenv", ".env - Copy.txt", ".env.local", ".ENV.TXT"]
)
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_another_name(tmp_path: Path, name: str, encoding: str) -> None:
    """What was saved beside it is named, however an editor encoded it, even if an empty `.env` is there."""
    (tmp_path / name).write_text(FILLED, encoding)
    said = why(tmp_path, **{".env": TEMPLATE})

    assert said.startswith(f"The settings are in {name}, which is not read; rename it to .env")


def test_the_template_itself(tmp_path: Path) -> None:
    """Who filled in the template is told to copy it; a file of another name counts more."""
    assert why(tmp_path, **{".env.example": FILLED}).startswith("The settings are in .env.example, which is only the")
    assert ".env.txt" in why(tmp_path, **{".env.example": FILLED, ".env.txt": FILLED})


def test_other_files_are_not_meant(tmp_path: Path) -> None:
    """A virtual environment, a copy without values, and files of other programs are not taken for it."""
    (tmp_path / "env").mkdir()
    said = why(tmp_path, **{".env.txt": TEMPLATE, "env.py": "CANVAS = 1\n", ".env.prod": "OTHER=1\n", "envoy": FILLED})

    assert said.startswith("No Canvas is set.")


def test_a_file_that_is_switched_off(tmp_path: Path) -> None:
    """A filled in `.env` that is not read is not called empty."""
    assert "PYTHON_DOTENV_DISABLED" in why(tmp_path, **{".env": FILLED})


def test_no_value_is_shown(tmp_path: Path) -> None:
    """What stands in these files may be secret."""
    secret = TEMPLATE.replace("CANVAS_ACCESS_TOKEN=", "CANVAS_ACCESS_TOKEN=1234~secret")

    for name in (".env", ".env.txt", ".env.example"):
        assert "1234~secret" not in why(tmp_path, **{name: secret})
