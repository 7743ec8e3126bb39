"""Checks that the settings for host, key, token and sandbox course fit together, before any request."""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Collection, Mapping
from typing import Final
from urllib.parse import unquote, urlsplit

from scopecheck.config.definitions import BY_VARIABLE, unset


def target_problems(
    values: Mapping[str, str], needs_token: bool, needs: Collection[str], unreadable: Collection[str] = ()
) -> list[str]:
    """What is wrong with host, key, token and course, one sentence each.

    `needs` are variables that must be set, `unreadable` ones that are set to what cannot be read.
    """
    has = {*values, *unreadable}
    needed = [unset(variable, "this command needs it") for variable in needs if variable not in has]
    required = values.get("CANVAS_REQUIRED", "false").lower()
    problems = [] if required in {*_TRUE, *_FALSE} else [
        f"CANVAS_REQUIRED is {values['CANVAS_REQUIRED']!r}; set it to true or false."
    ]  # fmt: skip
    if "CANVAS_BASE_URL" not in has:
        return [*problems, *(needed if "CANVAS_BASE_URL" in needs else _without_host(has, required in _TRUE))]
    problems += [*(_url_problems(values["CANVAS_BASE_URL"]) if "CANVAS_BASE_URL" in values else ()), *needed]
    access, refresh = "CANVAS_ACCESS_TOKEN" in has, "CANVAS_REFRESH_TOKEN" in has
    if access and refresh:
        problems.append("CANVAS_ACCESS_TOKEN and CANVAS_REFRESH_TOKEN are both set; keep only one of them.")
    if not access and not refresh and needs_token:
        problems.append(
            "Neither CANVAS_ACCESS_TOKEN nor CANVAS_REFRESH_TOKEN is set; set one of them, for example "
            "CANVAS_ACCESS_TOKEN=1234~abc… (a token issued through the key)."
        )
    for trigger, other in _GO_TOGETHER:
        if trigger in has and other not in {*has, *needs}:
            problems.append(unset(other, f"{trigger} is set"))
    if not re.fullmatch(r"[0-9]+", values.get("CANVAS_CLIENT_ID", "0")):
        problems.append("CANVAS_CLIENT_ID is not a number; copy it from the key's Details column.")
    for variable, is_one in (("CANVAS_ACCOUNT_ID", _ACCOUNT_ID), ("CANVAS_SANDBOX_COURSE_ID", _COURSE_ID)):
        plain = unquote(values.get(variable, "1"))
        if not (is_one.fullmatch(plain) and plain.isprintable()):
            problems.append(
                f"{variable} is {values[variable]!r}, which is not a Canvas ID; use the number in the "
                f"address bar, for example {_examples(variable)}."
            )
    return [*problems, *_read_course_problems(values)]


def _examples(variable: str) -> str:
    example = BY_VARIABLE[variable].example
    return f"1, or {example} for the root account" if variable == "CANVAS_ACCOUNT_ID" else example


def _without_host(has: Collection[str], required: bool) -> list[str]:
    """What is wrong with settings that name no Canvas to test."""
    stray = sorted(variable for variable in has if variable not in _EMBEDDED_ACCEPTS)
    if stray:
        because = f"{' and '.join(stray)} {'is' if len(stray) == 1 else 'are'} set"
        return [unset("CANVAS_BASE_URL", because, "or unset all of them to use the embedded Canvas")]
    return [
        "CANVAS_BASE_URL is not set, but CANVAS_REQUIRED is true, so the embedded Canvas will not do; set it to the "
        "Canvas to test. In CI, check the names of the environment, its variables and its secrets."
    ] if required else []  # fmt: skip


def read_course_ids(values: Mapping[str, str]) -> tuple[str, ...]:
    """The IDs in CANVAS_READ_COURSE_IDS, each once."""
    given = (unquote(each.strip()) for each in values.get("CANVAS_READ_COURSE_IDS", "").split(","))
    return tuple(dict.fromkeys(each for each in given if each))


def _read_course_problems(values: Mapping[str, str]) -> list[str]:
    variable = "CANVAS_READ_COURSE_IDS"
    ids = read_course_ids(values)
    wrong = [each for each in ids if not (_COURSE_ID.fullmatch(each) and each.isprintable())]
    example = f"for example {BY_VARIABLE[variable].example}"
    if wrong:
        return [f"{variable} has {wrong[0]!r}, which is not a Canvas ID; separate IDs by commas, {example}."]
    if variable in values and not ids:
        return [f"{variable} names no course; write one ID or more, separated by commas, {example}, or unset it."]
    if len(ids) > _MOST_READ:
        return [f"{variable} names {len(ids)} courses; keep {_MOST_READ} at most, since each takes about 15 requests."]
    return []


_TRUE: Final = frozenset({"true", "yes", "on", "1"})
_FALSE: Final = frozenset({"false", "no", "off", "0"})
_MOST_READ: Final = 10
_EMBEDDED_ACCEPTS: Final = frozenset(
    {"CANVAS_MODE", "CANVAS_PROFILE", "CANVAS_REPORTS", "CANVAS_KNOWN_GAPS", "CANVAS_BASELINE", "CANVAS_REQUIRED",
     "CANVAS_RUN_SECONDS", "CANVAS_LEASE_WAIT_SECONDS", "CANVAS_OPTIONAL_GROUPS"}
)  # fmt: skip
_GO_TOGETHER: Final = (
    ("CANVAS_REFRESH_TOKEN", "CANVAS_CLIENT_ID"),
    ("CANVAS_REFRESH_TOKEN", "CANVAS_CLIENT_SECRET"),
    ("CANVAS_SANDBOX_COURSE_ID", "CANVAS_SANDBOX_COURSE_NAME"),
    ("CANVAS_SANDBOX_COURSE_NAME", "CANVAS_SANDBOX_COURSE_ID"),
)
"""If the first is set, the second must be set too."""

NOT_EMBEDDED: Final = (
    "--without-scope and --embedded are for the embedded Canvas, but CANVAS_BASE_URL is set; omit them."
)
_NUMBER: Final = r"(?:[0-9]{1,8}~)?(?!0+\Z|[0-9]*0{13}\Z)[0-9]{1,19}"
"""Not 0, local or global: Canvas's own migrations create a course and an account with that ID, which nobody means."""
_COURSE_ID: Final = re.compile(rf"{_NUMBER}|(?:hex:)?sis_course_id:.+|sis_integration_id:.+|lti_context_id:.+|uuid:.+")
_ACCOUNT_ID: Final = re.compile(
    rf"{_NUMBER}|self|default|site_admin|(?:hex:)?sis_account_id:.+|sis_integration_id:.+|lti_context_id:.+|uuid:.+"
)
"""The ways in which Canvas lets a request name a course or an account (lib/api.rb)."""


def _url_problems(url: str) -> list[str]:
    example = f"for example {BY_VARIABLE['CANVAS_BASE_URL'].example}"
    try:
        parts = urlsplit(url)
        host, _ = parts.hostname, parts.port
    except ValueError:
        host, parts = None, urlsplit("")
    if parts.scheme not in {"http", "https"} or not host or re.search(r"\s", url):
        return [f"CANVAS_BASE_URL is {_without_login(url)!r}, which is not a web address; use https://HOST, {example}."]
    problems = []
    if parts.username or parts.password:
        problems.append(f"CANVAS_BASE_URL contains a user name or password; remove it, {example}.")
    if parts.path.strip("/") or parts.query or parts.fragment:
        problems.append(f"CANVAS_BASE_URL has more than a host; remove everything after the host, {example}.")
    if parts.scheme == "http" and not _is_loopback(host):
        problems.append(f"CANVAS_BASE_URL is plain http, which would send the token unencrypted; use https, {example}.")
    return problems


def _without_login(url: str) -> str:
    return re.sub(r"//[^/@]*@", "//", url)


def _is_loopback(host: str) -> bool:
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False
