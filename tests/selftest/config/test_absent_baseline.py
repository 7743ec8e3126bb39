"""A baseline that is the last run's own scopes.json, which a run that tested nothing does not leave."""

from __future__ import annotations

from pathlib import Path

import pytest

from scopecheck.config.settings import SettingsError, load_settings, secrets_given


@pytest.fixture(autouse=True)
def bare(monkeypatch: pytest.MonkeyPatch) -> None:
    """No setting from this machine."""
    monkeypatch.setenv("PYTHON_DOTENV_DISABLED", "1")
    for variable in (
        "CANVAS_BASE_URL",
        "CANVAS_REPORTS",
        "CANVAS_BASELINE",
        "CANVAS_KNOWN_GAPS",
        "CANVAS_ACCESS_TOKEN",
    ):
        monkeypatch.delenv(variable, raising=False)


def test_the_last_runs_own_may_be_absent(tmp_path: Path) -> None:
    """It does not stop the next run, which says that it compares nothing."""
    found = load_settings({"canvas_baseline": str(tmp_path / "reports" / "scopes.json")}, tmp_path)

    assert found.baseline is None
    assert found.notes == ("Nothing is compared: the last run left no scopes.json for CANVAS_BASELINE.",)
    assert load_settings({}, tmp_path).notes == ()


def test_another_must_be_there(tmp_path: Path) -> None:
    """A file elsewhere that does not exist is a wrong setting."""
    with pytest.raises(SettingsError, match=r"CANVAS_BASELINE: .*last.scopes.json does not exist"):
        load_settings({"canvas_baseline": str(tmp_path / "last" / "scopes.json")}, tmp_path)


def test_one_that_is_no_scopes_json_is_never_ignored(tmp_path: Path) -> None:
    """Not even in the report folder."""
    (tmp_path / "reports").mkdir()
    (tmp_path / "reports" / "scopes.json").write_text("{}")
    with pytest.raises(SettingsError, match=r"is not a scopes\.json"):
        load_settings({"canvas_baseline": str(tmp_path / "reports" / "scopes.json")}, tmp_path)


def test_secrets_are_known_even_if_settings_are_wrong(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """They are masked in what is said about the others."""
    monkeypatch.setenv("CANVAS_ACCESS_TOKEN", "1234~x")

    assert "1234~x" in [secret.reveal() for secret in secrets_given(tmp_path)]
