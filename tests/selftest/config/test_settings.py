"""Wrong and incomplete settings are reported before any request, all at once."""

from __future__ import annotations

from pathlib import Path

import pytest

from scopecheck.config.definitions import BY_VARIABLE, SETTINGS
from scopecheck.config.settings import SettingsError, load_settings
from scopecheck.model.secret import Secret

GOOD = {
    "CANVAS_BASE_URL": "https://school.test.instructure.com",
    "CANVAS_ACCESS_TOKEN": "1234~secret",
    "CANVAS_SANDBOX_COURSE_ID": "7",
    "CANVAS_SANDBOX_COURSE_NAME": "Sandbox",
}


@pytest.fixture(autouse=True)
def _no_settings(monkeypatch: pytest.MonkeyPatch) -> None:
    """The developer's own environment does not reach the tests."""
    for setting in SETTINGS:
        monkeypatch.delenv(setting.variable, raising=False)


def environment(monkeypatch: pytest.MonkeyPatch, **values: str) -> None:
    """Set variables."""
    for name, value in values.items():
        monkeypatch.setenv(name, value)


def problems(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, **values: str) -> list[str]:
    """The problems that these variables have."""
    environment(monkeypatch, **values)
    with pytest.raises(SettingsError) as caught:
        load_settings({}, tmp_path)
    return caught.value.problems


def test_nothing_set_means_the_embedded_canvas(tmp_path: Path) -> None:
    """Without settings there is no target, Ally's profile, and exercise mode."""
    settings = load_settings({}, tmp_path)

    assert (settings.base_url, settings.profile.name, settings.mode) == (None, "ally", "exercise")


def test_options_win_over_environment_over_dotenv(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """An option overrides the environment, and the environment overrides `.env`."""
    (tmp_path / ".env").write_text("CANVAS_ACCOUNT_ID=1\nCANVAS_SANDBOX_COURSE_NAME=File\nCANVAS_CLIENT_ID=5\n")
    environment(monkeypatch, **GOOD, CANVAS_ACCOUNT_ID="2")

    settings = load_settings({"canvas_account_id": "3"}, tmp_path)

    assert (settings.account_id, settings.course_name, settings.client_id) == ("3", "Sandbox", "5")


def test_empty_counts_as_unset(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """An empty copy of `.env.example` means the embedded Canvas."""
    (tmp_path / ".env").write_text("\n".join(f"{setting.variable}=" for setting in SETTINGS))
    environment(monkeypatch, CANVAS_BASE_URL="  ")

    assert load_settings({}, tmp_path).base_url is None


def test_probe_is_the_default_without_a_sandbox_course(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Nothing is written to a Canvas if no sandbox course is set."""
    environment(monkeypatch, CANVAS_BASE_URL="https://a.test", CANVAS_ACCESS_TOKEN="t")

    assert load_settings({}, tmp_path).mode == "probe"


@pytest.mark.parametrize(
    ("values", "named"),
    [
        ({"CANVAS_BASE_URL": "school"}, "CANVAS_BASE_URL"),
        ({"CANVAS_BASE_URL": "https://"}, "CANVAS_BASE_URL"),
        ({"CANVAS_BASE_URL": "https://a.test:99999"}, "CANVAS_BASE_URL"),
        ({"CANVAS_BASE_URL": "ftp://a.test"}, "CANVAS_BASE_URL"),
        ({"CANVAS_BASE_URL": "https://a.test/courses/1"}, "CANVAS_BASE_URL"),
        ({"CANVAS_BASE_URL": "http://a.test"}, "plain http"),
        ({"CANVAS_REFRESH_TOKEN": "r", "CANVAS_CLIENT_ID": "1", "CANVAS_CLIENT_SECRET": "s"}, "both set"),
        ({"CANVAS_ACCESS_TOKEN": ""}, "Neither CANVAS_ACCESS_TOKEN nor CANVAS_REFRESH_TOKEN"),
        ({"CANVAS_ACCESS_TOKEN": "", "CANVAS_REFRESH_TOKEN": "r", "CANVAS_CLIENT_ID": "1"}, "CANVAS_CLIENT_SECRET"),
        ({"CANVAS_SANDBOX_COURSE_NAME": ""}, "CANVAS_SANDBOX_COURSE_NAME"),
        ({"CANVAS_SANDBOX_COURSE_ID": ""}, "CANVAS_SANDBOX_COURSE_ID"),
        ({"CANVAS_SANDBOX_COURSE_ID": "7/../8"}, "CANVAS_SANDBOX_COURSE_ID"),
        ({"CANVAS_MODE": "harmless"}, "CANVAS_MODE"),
        ({"CANVAS_MODE": "exercise", "CANVAS_SANDBOX_COURSE_ID": "", "CANVAS_SANDBOX_COURSE_NAME": ""},
         "CANVAS_SANDBOX_COURSE_ID"),
        ({"CANVAS_PROFILE": "nobody"}, "nobody"),
        ({"CANVAS_RUN_SECONDS": "0"}, "CANVAS_RUN_SECONDS"),
        ({"CANVAS_RUN_SECONDS": "ten"}, "CANVAS_RUN_SECONDS"),
        ({"CANVAS_LEASE_WAIT_SECONDS": "-1"}, "CANVAS_LEASE_WAIT_SECONDS"),
        ({"CANVAS_LEASE_WAIT_SECONDS": "10000"}, "CANVAS_LEASE_WAIT_SECONDS"),
        ({"CANVAS_REPORTS": "/dev/null/reports"}, "CANVAS_REPORTS"),
        ({"CANVAS_KNOWN_GAPS": "nowhere.toml"}, "CANVAS_KNOWN_GAPS: the known gaps cannot be read"),
        ({"CANVAS_BASELINE": "nowhere.json"}, "CANVAS_BASELINE: "),
    ],
)  # fmt: skip
def test_one_problem_one_sentence(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, values: dict[str, str], named: str
) -> None:
    """Each wrong setting gives exactly one sentence, which names it and says what to do."""
    (only,) = problems(monkeypatch, tmp_path, **{**GOOD, **values})

    assert named in only
    assert only.endswith(".")


def test_all_problems_at_once(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Nobody has to start the suite three times to find three mistakes."""
    found = problems(
        monkeypatch, tmp_path, CANVAS_BASE_URL="http://a.test", CANVAS_MODE="x", CANVAS_SANDBOX_COURSE_ID="7"
    )

    assert len(found) == 4


def test_settings_without_a_host_are_not_ignored(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """A token without a host is a mistake; it does not mean the embedded Canvas."""
    (only,) = problems(monkeypatch, tmp_path, CANVAS_ACCESS_TOKEN="t")

    assert only.startswith("CANVAS_BASE_URL is not set, but CANVAS_ACCESS_TOKEN is set")


@pytest.mark.parametrize("host", ["http://localhost:3000", "http://127.0.0.1:8080", "http://[::1]:80"])
def test_plain_http_is_allowed_on_loopback(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, host: str) -> None:
    """A Canvas on this machine needs no TLS."""
    environment(monkeypatch, **{**GOOD, "CANVAS_BASE_URL": host})

    assert load_settings({}, tmp_path).base_url == host


def test_no_problem_shows_a_secret(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """An error shows neither a password in the address nor a token."""
    found = problems(
        monkeypatch, tmp_path, CANVAS_BASE_URL="ftp://user:hunter2@a.test", CANVAS_ACCESS_TOKEN="tokenvalue"
    )

    assert "hunter2" not in str(found)
    assert "tokenvalue" not in str(found)


def test_a_secret_shows_nothing() -> None:
    """A secret does not show in its repr, its str, or a formatted string."""
    secret = Secret("tokenvalue")

    assert "tokenvalue" not in f"{secret} {secret!r} {[secret]}"
    assert secret.reveal() == "tokenvalue"


def test_the_example_file_names_every_setting() -> None:
    """`.env.example` has every setting, and nothing else."""
    lines = Path(__file__).parents[3].joinpath(".env.example").read_text().splitlines()
    named = {line.partition("=")[0] for line in lines if line and not line.startswith("#")}

    assert named == set(BY_VARIABLE)


@pytest.mark.parametrize(
    ("given", "ids"),
    [
        ("7", ("7",)),
        (" 7, 8 ,7,", ("7", "8")),
        ("1~23,sis_course_id:BIO-101", ("1~23", "sis_course_id:BIO-101")),
        (
            "uuid:abc,hex:sis_course_id:42494f,lti_context_id:9f",
            ("uuid:abc", "hex:sis_course_id:42494f", "lti_context_id:9f"),
        ),
        ("", ()),
    ],
)
def test_courses_to_read(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, given: str, ids: tuple[str, ...]) -> None:
    """Every form of ID that Canvas takes, each once."""
    environment(monkeypatch, **GOOD, CANVAS_READ_COURSE_IDS=given)

    assert load_settings({}, tmp_path).read_course_ids == ids


@pytest.mark.parametrize(
    ("given", "problem"),
    [
        (",", "names no course"),
        ("7 8", "'7 8', which is not a Canvas ID; separate IDs by commas"),
        ("7,https://school.instructure.com/courses/8", "which is not a Canvas ID"),
        (",".join(map(str, range(1, 12))), "names 11 courses; keep 10 at most"),
    ],
)
def test_courses_that_cannot_be_read(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, given: str, problem: str) -> None:
    """What is no list of IDs is refused before any request."""
    (found,) = problems(monkeypatch, tmp_path, **GOOD, CANVAS_READ_COURSE_IDS=given)

    assert found.startswith("CANVAS_READ_COURSE_IDS ")
    assert problem in found


def test_courses_to_read_need_a_canvas(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Whoever names courses does not mean the embedded Canvas."""
    (found,) = problems(monkeypatch, tmp_path, CANVAS_READ_COURSE_IDS="7")

    assert "CANVAS_BASE_URL is not set, but CANVAS_READ_COURSE_IDS is set" in found
