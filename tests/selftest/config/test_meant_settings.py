"""What cannot be meant is refused before any request, all of it at once; what only looks odd is said."""

from __future__ import annotations

import codecs
from pathlib import Path

import pytest

from scopecheck.config.definitions import SETTINGS
from scopecheck.config.env_file import store_settings
from scopecheck.config.env_text import EnvFileError
from scopecheck.config.settings import Settings, SettingsError, load_settings

HOST = {"CANVAS_BASE_URL": "https://school.test.instructure.com", "CANVAS_ACCESS_TOKEN": "1234~secret"}


@pytest.fixture(autouse=True)
def _no_settings(monkeypatch: pytest.MonkeyPatch) -> None:
    """The developer's own environment does not reach the tests."""
    for setting in SETTINGS:
        monkeypatch.delenv(setting.variable, raising=False)
    monkeypatch.delenv("PYTHON_DOTENV_DISABLED", raising=False)


def loaded(monkeypatch: pytest.MonkeyPatch, root: Path, file: str | bytes = "", **values: str) -> Settings | list[str]:
    """The settings that a `.env` and the environment give, or all that is wrong with them."""
    for name, value in values.items():
        monkeypatch.setenv(name, value)
    (root / ".env").write_bytes(file.encode() if isinstance(file, str) else file)
    try:
        return load_settings({}, root)
    except SettingsError as error:
        return error.problems


def wrong(monkeypatch: pytest.MonkeyPatch, root: Path, file: str | bytes = "", **values: str) -> list[str]:
    """All that is wrong."""
    found = loaded(monkeypatch, root, file, **values)
    return found if isinstance(found, list) else []


def right(monkeypatch: pytest.MonkeyPatch, root: Path, file: str | bytes = "", **values: str) -> Settings:
    """The settings, with which nothing is wrong."""
    found = loaded(monkeypatch, root, file, **values)
    assert isinstance(found, Settings), found
    return found


@pytest.mark.parametrize(
    ("name", "meant"),
    [
        ("CANVAS_BASEURL", "CANVAS_BASE_URL"),
        ("CANVAS-BASE-URL", "CANVAS_BASE_URL"),
        ("canvas_base_url", "CANVAS_BASE_URL"),
        ("CANVS_BASE_URL", "CANVAS_BASE_URL"),
        ("CANVAS_BASE_URI", "CANVAS_BASE_URL"),
        ("CANVAS_URL", "CANVAS_BASE_URL"),
        ("BASE_URL", "CANVAS_BASE_URL"),
        ("CANVAS_ACESS_TOKEN", "CANVAS_ACCESS_TOKEN"),
        ("CANVAS_TOKEN", "CANVAS_ACCESS_TOKEN"),
        ("CANVAS_SANDBOX_COURSE", "CANVAS_SANDBOX_COURSE_ID"),
        ("CANVAS_REDIRECT_URL", "CANVAS_REDIRECT_URI"),
        ("CANVAS_MODES", "CANVAS_MODE"),
    ],
)
def test_a_misspelt_name_in_env_is_refused(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, name: str, meant: str
) -> None:
    """`.env` is this suite's own, so a name in it that is no setting is a mistake; the message says what was meant."""
    (only,) = wrong(monkeypatch, tmp_path, f"# mine\n\n{name}=x\n")

    assert only == f"{name} (line 3 of .env) is not a setting: did you mean {meant}? Rename it or remove the line."


def test_an_unknown_name_in_env_is_refused_like_nothing(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Where nothing is alike, the message says where the names are; without a value nothing is meant."""
    assert wrong(monkeypatch, tmp_path, "CANVAS_XYZZY=1\nCANVAS_FROB=\nOTHER=1\nCANVAS_FOO=1\n") == [
        f"{name} (line {line} of .env) is not a setting; choose one from .env.example or remove the line."
        for name, line in (("CANVAS_XYZZY", 1), ("CANVAS_FOO", 4))
    ]


@pytest.mark.parametrize(
    "name",
    ["CANVAS_BASE_URL", "CANVAS_ACCESS_TOKEN", "CANVAS_CLIENT_ID", "CANVAS_SANDBOX_COURSE_ID",
     "CANVAS_SANDBOX_COURSE_NAME"],
)  # fmt: skip
def test_a_line_that_cannot_be_read_is_refused(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, caplog: pytest.LogCaptureFixture, name: str
) -> None:
    """A quote that is never closed is one fault: what the line sets is not called unset, and its value is not shown."""
    whole = {**HOST, "CANVAS_REFRESH_TOKEN": "", "CANVAS_CLIENT_ID": "1", "CANVAS_SANDBOX_COURSE_ID": "7",
             "CANVAS_SANDBOX_COURSE_NAME": "S", "CANVAS_MODE": "exercise"}  # fmt: skip
    lines = [f"{each}={value}" for each, value in whole.items() if each != name]
    (only,) = wrong(monkeypatch, tmp_path, "\n".join([f"{name}='1234~secret", "nonsense here", *lines]))

    assert only == "Line 1 of .env cannot be read; write NAME=VALUE, with both quotes or none."
    assert not caplog.records


@pytest.mark.parametrize("line", ["CANVAS BASE URL=https://x.example", "canvas_base_url https://x.example"])
def test_a_line_is_refused_however_its_name_is_written(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, line: str
) -> None:
    """Otherwise the embedded Canvas would be tested instead."""
    (only,) = wrong(monkeypatch, tmp_path, line)

    assert only.startswith("Line 1 of .env cannot be read")


@pytest.mark.parametrize(
    ("name", "meant"),
    [
        ("CANVAS_BASEURL", "CANVAS_BASE_URL"),
        ("CANVS_BASE_URL", "CANVAS_BASE_URL"),
        ("CANVAS_URL", "CANVAS_BASE_URL"),
        ("CANVAS_TOKEN", "CANVAS_ACCESS_TOKEN"),
        ("CANVAS_ACCESSTOKEN", "CANVAS_ACCESS_TOKEN"),
        ("CANVAS_CLIENT_SECERT", "CANVAS_CLIENT_SECRET"),
        ("CANVAS_REQIURED", "CANVAS_REQUIRED"),
    ],
)
def test_a_misspelt_name_in_the_environment_is_refused(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, name: str, meant: str
) -> None:
    """Without a target it would be ignored, and the embedded Canvas be tested instead."""
    (only,) = wrong(monkeypatch, tmp_path, **{name: "x"})

    assert only == (
        f"{name} (in the environment) is not a setting: did you mean {meant}? Rename it, or unset it for this run if "
        "it is another program's."
    )


def ignored(*names: str) -> str:
    """The note about other programs' variables."""
    return f"Ignored in the environment, since these are not settings: {', '.join(names)}."


def test_other_programs_variables_are_ignored_and_said(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Near a setting that is set, or near none: other programs' variables end no run, and are named once."""
    others = ("CANVAS_API_KEY", "CANVAS_API_URL", "CANVAS_COURSE_ID", "CANVAS_MODEL", "CANVAS_TOKEN", "CANVAS_URL")
    settings = right(monkeypatch, tmp_path, **HOST, **dict.fromkeys(others, "x"), CANVA_CLIENT_ID="1", CANVAS_EMPTY="",
                     CANVAS="test")  # fmt: skip

    assert settings.notes == (ignored(*others),)


def test_a_target_may_have_either_token(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """With a target, the word TOKEN alone is another program's, even where the access token is left unset."""
    given = {**HOST, "CANVAS_ACCESS_TOKEN": "", "CANVAS_REFRESH_TOKEN": "r", "CANVAS_CLIENT_ID": "1"}

    assert right(monkeypatch, tmp_path, **given, CANVAS_CLIENT_SECRET="s", CANVAS_TOKEN="x").notes == (
        ignored("CANVAS_TOKEN"),
    )


def test_other_programs_variables_do_not_stop_a_demonstration(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """What is not near a setting is ignored without a target too, and Canva is not Canvas."""
    others = {"CANVAS_API_KEY": "x", "CANVAS_DOMAIN": "x", "CANVAS_PORT": "tcp://10.0.0.1:80", "CANVA_CLIENT_ID": "1"}

    assert right(monkeypatch, tmp_path, **others).notes == (ignored("CANVAS_API_KEY", "CANVAS_DOMAIN", "CANVAS_PORT"),)
    assert right(monkeypatch, tmp_path, OTHER="x").base_url is None


def test_a_near_name_counts_only_while_its_setting_is_unset(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """A setting in `.env` is set, wherever the near name is."""
    file = "".join(f"{name}={value}\n" for name, value in HOST.items())

    assert right(monkeypatch, tmp_path, file, CANVAS_BASEURL="x").notes == (ignored("CANVAS_BASEURL"),)


@pytest.mark.parametrize(
    "name",
    [setting.variable for setting in SETTINGS if setting.secret]
    + ["CANVAS_CLIENT_ID", "CANVAS_REDIRECT_URI", "CANVAS_ACCOUNT_ID", "CANVAS_SANDBOX_COURSE_ID"],
)
def test_a_setting_of_a_target_needs_the_host(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, name: str) -> None:
    """Whoever sets it means a Canvas of their own, not the embedded one."""
    (only,) = wrong(monkeypatch, tmp_path, **{name: "1"})

    assert only.startswith(f"CANVAS_BASE_URL is not set, but {name} is set; set it to the Canvas to test")


@pytest.mark.parametrize("name", [setting.variable for setting in SETTINGS if setting.secret])
@pytest.mark.parametrize(
    ("value", "what"),
    [
        ("1234~se cret", "a blank"),
        ("'1234~secret'", "quotes"),
        ("\u201c1234~secret\u201d", "quotes and a character that no token has"),
        ("1234~se\ncret", "a line break and a blank"),
        ("Bearer 1234~secret", 'the word "Bearer" and a blank'),
        ("bearer:1234~secret", 'the word "Bearer"'),
        ("Authorization:Bearer1234~secret", 'the word "Bearer"'),
        ("1234~secret\u2026", "a character that no token has"),
    ],
)
def test_a_secret_that_cannot_be_one(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, name: str, value: str, what: str
) -> None:
    """More than the value was copied; the message says what is in it, and never shows it."""
    found = wrong(monkeypatch, tmp_path, **{name: value})

    assert found[0] == f"{name} contains {what}; copy the value alone, without anything around it."
    assert "1234" not in str(found)


@pytest.mark.parametrize("value", ["1~embedded-access-token", "eyJh.bGci_-.x+/y==", "a" * 64])
def test_a_secret_of_any_other_kind_is_taken(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, value: str) -> None:
    """Blanks and line breaks at its ends are dropped as ever."""
    found = right(monkeypatch, tmp_path, **{**HOST, "CANVAS_ACCESS_TOKEN": f" {value}\r\n"})

    assert found.access_token is not None
    assert found.access_token.reveal() == value


@pytest.mark.parametrize("other", ["CANVAS_ADMIN_TOKEN", "CANVAS_CLIENT_SECRET"])
def test_two_secrets_are_never_the_same(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, other: str) -> None:
    """The administrator's token is not the one under test, and a secret is no token: one was pasted twice."""
    one, two = sorted(["CANVAS_ACCESS_TOKEN", other], key=[setting.variable for setting in SETTINGS].index)

    assert wrong(monkeypatch, tmp_path, **HOST, **{other: HOST["CANVAS_ACCESS_TOKEN"]}) == [
        f"{one} and {two} have the same value, so one of them is wrong; set each to its own or unset one."
    ]


def test_everything_at_once(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Nobody has to start the suite four times to find four mistakes."""
    found = wrong(monkeypatch, tmp_path, "CANVAS_MOED=probe\n", CANVAS_BASEURL="x", CANVAS_ACCESS_TOKEN="a b")

    assert [problem.split(" ")[0] for problem in found] == [
        "CANVAS_MOED", "CANVAS_BASEURL", "CANVAS_ACCESS_TOKEN", "CANVAS_BASE_URL",
    ]  # fmt: skip


TEXT = "CANVAS_BASE_URL=https://school.test.instructure.com\r\nCANVAS_ACCESS_TOKEN=1234~secret\r\nNAME=é\r\n"


@pytest.mark.parametrize(
    "content",
    [
        TEXT.encode(),
        codecs.BOM_UTF8 + TEXT.encode(),
        codecs.BOM_UTF16_LE + TEXT.encode("utf-16-le"),
        codecs.BOM_UTF16_BE + TEXT.encode("utf-16-be"),
        TEXT.encode("utf-16-le"),
        TEXT.encode("utf-16-be"),
    ],
)
def test_encodings_of_env(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, content: bytes) -> None:
    """What editors and PowerShell write is read, with its first name, and written into without losing anything."""
    assert right(monkeypatch, tmp_path, content).base_url == "https://school.test.instructure.com"

    store_settings(tmp_path / ".env", {"CANVAS_BASE_URL": "https://other.test"})
    assert (tmp_path / ".env").read_bytes() == TEXT.replace("school.test.instructure.com", "other.test").encode()


@pytest.mark.parametrize("content", [TEXT.encode("latin-1"), TEXT.encode("utf-32-le"), codecs.BOM_UTF16_LE + b"A\xd8="])
def test_another_encoding_of_env_is_refused(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, content: bytes) -> None:
    """It is neither half read nor overwritten."""
    said = f"{tmp_path / '.env'} is not in UTF-8; save it again as UTF-8."

    assert wrong(monkeypatch, tmp_path, content) == [said]
    with pytest.raises(EnvFileError, match="not in UTF-8"):
        store_settings(tmp_path / ".env", {"CANVAS_BASE_URL": "https://other.test"})
    assert (tmp_path / ".env").read_bytes() == content


def test_required(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Without a host, CANVAS_REQUIRED refuses the embedded Canvas; with one it changes nothing."""
    (only,) = wrong(monkeypatch, tmp_path, CANVAS_REQUIRED="true")

    assert only.startswith("CANVAS_BASE_URL is not set, but CANVAS_REQUIRED is true")
    assert "check the names of the environment, its variables and its secrets" in only
    assert right(monkeypatch, tmp_path, **HOST).base_url == HOST["CANVAS_BASE_URL"]


@pytest.mark.parametrize("value", ["", "false", "False", "no", "0"])
def test_not_required(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, value: str) -> None:
    """Empty and false leave it a demonstration."""
    assert right(monkeypatch, tmp_path, CANVAS_REQUIRED=value).base_url is None


def test_required_is_true_or_false(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Anything else is refused, with and without a host."""
    said = ["CANVAS_REQUIRED is 'treu'; set it to true or false."]

    assert wrong(monkeypatch, tmp_path, CANVAS_REQUIRED="treu") == said
    assert wrong(monkeypatch, tmp_path, **HOST) == said


@pytest.mark.parametrize(
    ("name", "value", "meant"),
    [
        ("CANVAS_ACCOUNT_ID", "self", "self"),
        ("CANVAS_ACCOUNT_ID", "default", "default"),
        ("CANVAS_ACCOUNT_ID", "sis_account_id:Fak 2/é", "sis_account_id:Fak 2/é"),
        ("CANVAS_ACCOUNT_ID", "sis_account_id:Fak%202%2F%C3%A9", "sis_account_id:Fak 2/é"),
        ("CANVAS_ACCOUNT_ID", "hex:sis_account_id:414243", "hex:sis_account_id:414243"),
        ("CANVAS_SANDBOX_COURSE_ID", "1~1001", "1~1001"),
        ("CANVAS_SANDBOX_COURSE_ID", "10000000001001", "10000000001001"),
        ("CANVAS_SANDBOX_COURSE_ID", "sis_course_id:50% off", "sis_course_id:50% off"),
        ("CANVAS_SANDBOX_COURSE_ID", "lti_context_id:4dde05e8ca1973bcca9bffc13e1548820eee93a3",
         "lti_context_id:4dde05e8ca1973bcca9bffc13e1548820eee93a3"),
    ],
)  # fmt: skip
def test_every_way_of_writing_an_id(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, name: str, value: str, meant: str
) -> None:
    """What Canvas takes in a path is taken here, percent-encoded or not."""
    found = right(monkeypatch, tmp_path, **HOST, CANVAS_SANDBOX_COURSE_NAME="S",
                  **{"CANVAS_SANDBOX_COURSE_ID": "7", name: value})  # fmt: skip

    assert meant in (found.account_id, found.course_id)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("CANVAS_ACCOUNT_ID", "Main"),
        ("CANVAS_ACCOUNT_ID", "https://school.test.instructure.com/accounts/1"),
        ("CANVAS_ACCOUNT_ID", "sis_course_id:x"),
        ("CANVAS_ACCOUNT_ID", "sis_account_id:"),
        ("CANVAS_ACCOUNT_ID", "sis_account_id:a%07b"),
        ("CANVAS_SANDBOX_COURSE_ID", "self"),
        ("CANVAS_SANDBOX_COURSE_ID", "1~2~3"),
        ("CANVAS_SANDBOX_COURSE_ID", "7/../8"),
    ],
)
def test_what_names_no_record_is_refused(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, name: str, value: str
) -> None:
    """An ID that Canvas could not look up is found out before Canvas says 404 to everything."""
    (only,) = wrong(monkeypatch, tmp_path, **HOST, CANVAS_SANDBOX_COURSE_NAME="S",
                    **{"CANVAS_SANDBOX_COURSE_ID": "7", name: value})  # fmt: skip

    assert only.startswith(f"{name} is {value!r}, which is not a Canvas ID; use the number in the address bar")


def test_an_account_is_exemplified_by_a_number(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """`self` is no number in any address bar."""
    (only,) = wrong(monkeypatch, tmp_path, **HOST, CANVAS_ACCOUNT_ID="abc")

    assert only.endswith("use the number in the address bar, for example 1, or self for the root account.")
