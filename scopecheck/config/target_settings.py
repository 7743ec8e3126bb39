"""Checks that the settings for host, key, token and sandbox course fit together, before any request."""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Collection, Mapping
from typing import Final
from urllib.parse import urlsplit

from scopecheck.config.definitions import BY_VARIABLE, unset


def target_problems(values: Mapping[str, str], needs_token: bool, needs: Collection[str]) -> list[str]:
    """What is wrong with host, key, token and course, one sentence each; `needs` are variables that must be set."""
    has = values.keys()
    needed = [unset(variable, "this command needs it") for variable in needs if variable not in has]
    if "CANVAS_BASE_URL" not in has and "CANVAS_BASE_URL" in needs:
        return needed
    if "CANVAS_BASE_URL" not in has:
        stray = sorted(v for v in has if v not in _EMBEDDED_ACCEPTS)
        return [unset("CANVAS_BASE_URL", f"{' and '.join(stray)} {'is' if len(stray) == 1 else 'are'} set",
                       "or unset all of them to use the embedded Canvas")] if stray else []  # fmt: skip
    problems = [*_url_problems(values["CANVAS_BASE_URL"]), *needed]
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
    for variable in ("CANVAS_ACCOUNT_ID", "CANVAS_SANDBOX_COURSE_ID"):
        if variable in has and not _ID.fullmatch(values[variable]):
            problems.append(
                f"{variable} is {values[variable]!r}, which is not a Canvas ID; use the number in the "
                f"address bar, for example {BY_VARIABLE[variable].example}."
            )
    return problems


_EMBEDDED_ACCEPTS: Final = frozenset(
    {"CANVAS_MODE", "CANVAS_PROFILE", "CANVAS_REPORTS", "CANVAS_ACCOUNT_ID", "CANVAS_KNOWN_GAPS", "CANVAS_BASELINE",
     "CANVAS_RUN_SECONDS"}
)  # fmt: skip
_GO_TOGETHER: Final = (
    ("CANVAS_REFRESH_TOKEN", "CANVAS_CLIENT_ID"),
    ("CANVAS_REFRESH_TOKEN", "CANVAS_CLIENT_SECRET"),
    ("CANVAS_SANDBOX_COURSE_ID", "CANVAS_SANDBOX_COURSE_NAME"),
    ("CANVAS_SANDBOX_COURSE_NAME", "CANVAS_SANDBOX_COURSE_ID"),
)
"""If the first is set, the second must be set too."""

_ID: Final = re.compile(r"[\w~:.%-]+")


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
