"""The integration's redirect URI: the one that is set, or its profile's form filled in for a region and a customer."""

from __future__ import annotations

import re
from typing import Final
from urllib.parse import urlsplit

from scopecheck.canvas.authorize_reading import OUT_OF_BAND
from scopecheck.config.settings import SettingsError
from scopecheck.key.redirect_form import wrong_form
from scopecheck.model.profile import Profile

_NUMBER: Final = re.compile(r"\[\w+Id\]")
"""What stands for a number in a profile's form of the redirect URI."""
_HOST: Final = re.compile(r"(?<=://)[^/]+")
_UNFIT: Final = re.compile(r"[^\x21-\x7e]|[\"'`#$\\<>]")
"""Characters that Canvas or `.env` would not keep as they are; Canvas takes what is between blanks for several URIs."""


def redirect_uri(
    profile: Profile, given: str | None, *, region: str | None = None, customer: str | None = None
) -> str | None:
    """The given URI, or the one of a region and customer; None if there is neither.

    Raises SettingsError if it cannot be the integration's.
    """
    uri = given if region is None and customer is None else _of_region(profile, region, customer)
    if uri is None:
        return None
    wrong = wrong_form(uri, profile.key) or _not_an_address(uri)
    if wrong:
        form = f", whose callback has the form {profile.key.redirect_uri}" if profile.key.redirect_uri else ""
        raise SettingsError([f"The redirect URI {uri!r} {wrong}; set it to that of {profile.title}{form}."])
    return uri


def how_to_give(profile: Profile) -> str:
    """With which options the redirect URI is given."""
    key = profile.key
    number = " --customer NUMBER" if _NUMBER.search(key.redirect_uri) else ""
    if not key.redirect_hosts:
        return "--redirect-uri URI"
    return f"--region NAME{number} (NAME is one of {', '.join(key.redirect_hosts)}), or --redirect-uri URI"


def _of_region(profile: Profile, region: str | None, customer: str | None) -> str:
    uri = profile.key.redirect_uri
    if not uri:
        raise SettingsError([f"The form of {profile.title}'s redirect URI is not known; give it with --redirect-uri."])
    if region is None and profile.key.redirect_hosts and "://[" in uri:
        raise SettingsError([f"--region is missing; write one of {', '.join(profile.key.redirect_hosts)}."])
    if region is not None:
        uri = _HOST.sub(_host(profile, region), uri, count=1)
    if customer is not None and not re.fullmatch(r"[0-9]{1,19}", customer):
        raise SettingsError([f"--customer is {customer!r}; write the customer's number at {profile.title}."])
    number = _NUMBER.search(uri)
    if customer is not None and number is None:
        raise SettingsError([f"{profile.title}'s redirect URI has no customer's number in it; omit --customer."])
    if number and customer is None:
        raise SettingsError([
            f"--customer is missing: {number.group()} in {uri} stands for the customer's number at {profile.title}."
        ])  # fmt: skip
    return _NUMBER.sub(customer or "", uri)


def _host(profile: Profile, region: str) -> str:
    """The host of the region that is meant: by its name, its initials, or the beginning of its name alone."""
    hosts, given = profile.key.redirect_hosts, _plain(region)
    by_name = [host for name, host in hosts.items() if given in {_plain(name), _initials(name)}]
    found = by_name or [host for name, host in hosts.items() if given and _plain(name).startswith(given)]
    if len(found) != 1:
        known = ", ".join(profile.key.redirect_hosts)
        told = f"write one of {known}" if known else f"{profile.title} has none, so give --redirect-uri instead"
        raise SettingsError([f"--region is {region!r}, no region of {profile.title}; {told}."])
    return found[0]


def _plain(name: str) -> str:
    return re.sub(r"[^a-z]", "", name.lower())


def _initials(name: str) -> str | None:
    words = name.lower().split()
    return "".join(word[0] for word in words) if len(words) > 1 else None


def _not_an_address(uri: str) -> str | None:
    """What is wrong with the URI whatever its profile, as the end of a sentence."""
    if _UNFIT.search(uri):
        return "has a character that no address has here"
    if uri == OUT_OF_BAND:
        return None
    try:
        parts = urlsplit(uri)
    except ValueError:
        return "is not an address"
    return None if parts.scheme and parts.netloc else "is not an address"
