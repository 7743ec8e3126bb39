"""Whether a redirect URI has the form that the integration's profile gives, and leads to one of its hosts.

The same mistake on the key and in the settings passes Canvas's exact comparison, and then the integration is refused.
"""

from __future__ import annotations

import re
from typing import Final
from urllib.parse import SplitResult, urlsplit

from scopecheck.canvas.authorize_reading import OUT_OF_BAND
from scopecheck.key.callback import LOOPBACK, leads_here
from scopecheck.model.named import SUITE
from scopecheck.model.profile import KeySettings

_PLACEHOLDER: Final = re.compile(r"\[(\w+)\]|%5B(\w+)%5D", re.IGNORECASE)
_OWN: Final = f" (for the suite's own token, give it to {SUITE} alone, with --canvas-redirect-uri)"
_DEFAULT_PORT: Final = {"https": 443, "http": 80}
_ANY: Final = re.compile(r"\[\w+\]")


def wrong_form(uri: str, key: KeySettings) -> str | None:
    """What is wrong with the URI's form, as the end of a sentence; None if nothing is, or the profile gives no form."""
    if not key.redirect_uri:
        return None
    if uri == OUT_OF_BAND:
        return f"is for programs that have no address, and the integration has one{_OWN}"
    left = _PLACEHOLDER.search(uri)
    if left:
        return f"still has the placeholder {left.group()} in it"
    expected, given = _split(key.redirect_uri), _split(uri)
    if expected is None or given is None:
        return "is not an address"
    if given.hostname in LOOPBACK:
        return f"leads to this computer, where the integration is not{_OWN}"
    if given.scheme != expected.scheme:
        return f"starts with {given.scheme}:// instead of {expected.scheme}://"
    if "?" in uri or "#" in uri:
        return f"goes on after {expected.path.rsplit('/', 1)[-1]}"
    return _wrong_path(given.path, expected.path)


def unknown_host(uri: str, key: KeySettings) -> str | None:
    """The URI's host, if it is none of the integration's known ones; None where none are known or it is one."""
    if not key.redirect_hosts or _is_our_own(uri):
        return None
    parts = _split(uri)
    host = parts.netloc.removesuffix(f":{_DEFAULT_PORT.get(parts.scheme)}") if parts else uri
    return None if host.lower() in _hosts(key) else host


def host_of(uri: str) -> str:
    """The host in an address, a placeholder included; empty if there is none."""
    parts = _split(uri)
    return (parts.hostname if parts else None) or ""


def is_meant(uri: str, key: KeySettings) -> bool:
    """Whether the URI is meant to be the integration's: by its host, or by how its path begins or ends.

    Others are on the key for this suite's own token: `authorize` takes any callback.
    """
    if _is_our_own(uri):
        return False
    parts, expected = _split(uri), _split(key.redirect_uri)
    if parts is None or expected is None or _PLACEHOLDER.search(uri):
        return True
    fixed = _ANY.split(expected.path)
    path = re.sub("/+", "/", parts.path).rstrip("/")
    named = [part.rstrip("/") for part in (fixed[0], fixed[-1]) if part.strip("/")]
    return host_of(uri) in _hosts(key) or any(part in path for part in named)


def _is_our_own(uri: str) -> bool:
    return uri == OUT_OF_BAND or leads_here(uri)


def _hosts(key: KeySettings) -> frozenset[str]:
    return frozenset(host.lower() for host in key.redirect_hosts.values())


def _wrong_path(given: str, expected: str) -> str | None:
    """The first difference, from a slash at the end down to a segment that is missing or not what it should be."""
    if given.endswith("/") and not expected.endswith("/"):
        return "ends with a slash"
    if "//" in given:
        return "has two slashes in a row"
    ours, theirs = given.strip("/").split("/"), expected.strip("/").split("/")
    for here, there in zip(ours, theirs, strict=False):
        wrong = _wrong_segment(here, there)
        if wrong:
            return wrong
    if len(ours) < len(theirs):
        return f"ends before /{'/'.join(theirs[len(ours) :])}"
    return f"goes on after {theirs[-1]}" if len(ours) > len(theirs) else None


def _wrong_segment(given: str, expected: str) -> str | None:
    if not _ANY.fullmatch(expected):
        return None if given == expected else f"has {given or 'nothing'} where {expected} belongs"
    # Whose name ends in Id stands for a number, as Ally's [ClientId] does.
    number = expected.endswith("Id]")
    return f"has {given or 'nothing'} where the number {expected} belongs" if number and not given.isdecimal() else None


def _split(url: str) -> SplitResult | None:
    """The parts of an address, a placeholder as host included."""
    scheme, found, rest = url.partition("://")
    if not found:
        return None
    try:
        # Square brackets are for IPv6 alone in a host.
        parts = urlsplit(f"{scheme}://{rest.replace('[', '(').replace(']', ')')}")
        _ = parts.port
    except ValueError:
        return None
    return parts._replace(path=parts.path.replace("(", "[").replace(")", "]"))
