"""The integration's redirect URI: given as a whole, or by region and customer."""

from __future__ import annotations

from dataclasses import replace

import pytest

from scopecheck.administration.key_redirect import how_to_give, redirect_uri
from scopecheck.config.settings import SettingsError
from scopecheck.embedded_canvas.known import REDIRECT_URI
from scopecheck.model.profile import KeySettings
from tests.selftest.exercises.sweep import ALLY

OTHER = replace(ALLY, title="Other", key=KeySettings())
NUMBERED = replace(ALLY, title="Numbered", key=KeySettings(redirect_uri="https://one.example/[TenantId]/callback"))
HOSTS = {
    "United States": "prod.ally.ac",
    "united states": "prod.ally.ac",
    "us": "prod.ally.ac",
    "U": "prod.ally.ac",
    "canada": "prod-ca-central-1.ally.ac",
    "EU": "prod-eu-central-1.ally.ac",
    "sing": "prod-ap-southeast-1.ally.ac",
    "Australia": "prod-ap-southeast-2.ally.ac",
}


@pytest.mark.parametrize(("region", "host"), HOSTS.items())
def test_a_region_by_a_beginning_of_its_name(region: str, host: str) -> None:
    """Case and blanks do not count; the customer's number takes the place that ends in Id."""
    assert redirect_uri(ALLY, None, region=region, customer="77") == f"https://{host}/api/v2/77/auth/canvas/callback"


def test_a_region_goes_before_what_is_set() -> None:
    """It was asked for."""
    assert redirect_uri(ALLY, REDIRECT_URI, region="c", customer="1") != REDIRECT_URI
    assert redirect_uri(ALLY, REDIRECT_URI) == REDIRECT_URI
    assert redirect_uri(ALLY, None) is None
    assert redirect_uri(NUMBERED, None, customer="5") == "https://one.example/5/callback"


@pytest.mark.parametrize(
    ("region", "customer", "words"),
    [
        (
            "Europa",
            "1",
            "--region is 'Europa', no region of Anthology Ally; write one of United States, Canada, Europe",
        ),
        ("", "1", "--region is ''"),
        ("Canada", None, r"--customer is missing: \[ClientId\] in https://prod-ca-central-1.ally.ac/api"),
        ("Canada", "12a", "--customer is '12a'; write the customer's number at Anthology Ally"),
        (None, "12", "--region is missing; write one of United States, Canada"),
    ],
)
def test_a_region_that_is_no_help(region: str | None, customer: str | None, words: str) -> None:
    """What is wrong is said, and what there is to choose from."""
    with pytest.raises(SettingsError, match=words):
        redirect_uri(ALLY, None, region=region, customer=customer)


def test_a_profile_without_regions() -> None:
    """Where its form is not known, or has no such part, only the whole URI can be given."""
    with pytest.raises(SettingsError, match="give it with --redirect-uri"):
        redirect_uri(OTHER, None, region="Europe", customer="1")
    with pytest.raises(SettingsError, match="Numbered has none, so give --redirect-uri"):
        redirect_uri(NUMBERED, None, region="Europe", customer="1")
    fixed = replace(OTHER, key=KeySettings(redirect_uri="https://one.example/callback"))
    with pytest.raises(SettingsError, match="no customer's number in it; omit --customer"):
        redirect_uri(fixed, None, customer="1")


@pytest.mark.parametrize(
    ("given", "words"),
    [
        (f"{REDIRECT_URI}/", "ends with a slash"),
        (f"{REDIRECT_URI} {REDIRECT_URI}", "has"),
        ("https://prod.ally.ac/api/v2/[ClientId]/auth/canvas/callback", "still has the placeholder"),
        ("http://localhost:4000/callback", "leads to this computer"),
        ("prod.ally.ac", "is not an address"),
    ],
)
def test_what_cannot_be_the_integrations(given: str, words: str) -> None:
    """It is refused before Canvas could accept it, as it accepts any text."""
    with pytest.raises(SettingsError, match=words):
        redirect_uri(ALLY, given)


@pytest.mark.parametrize(
    "given",
    ["https://a.example/cb\x00", "https://a.example/c b", 'https://a.example/"', "cb", "https:///cb", "https://[/cb"],
)
def test_what_is_no_address(given: str) -> None:
    """Also where the profile gives no form; a blank would make two of it, and quotes would not stay in `.env`."""
    with pytest.raises(SettingsError, match=r"character that no address|is not an address"):
        redirect_uri(OTHER, given)


@pytest.mark.parametrize("given", ["https://a.example/cb?x=1", "urn:ietf:wg:oauth:2.0:oob", "myapp://callback"])
def test_addresses_of_other_integrations(given: str) -> None:
    """Without a form any address is right."""
    assert redirect_uri(OTHER, given) == given


def test_how_it_is_given() -> None:
    """With the regions to choose from, where there are any."""
    assert how_to_give(OTHER) == "--redirect-uri URI"
    assert how_to_give(ALLY).startswith("--region NAME --customer NUMBER (NAME is one of United States, Canada")
