"""The options that say what a key is to be, and what may be done to it besides adding scopes."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace

from scopecheck.administration.key_plan import Kind, Wish
from scopecheck.administration.key_redirect import redirect_uri
from scopecheck.commands.key_text import FLAGS
from scopecheck.config.settings import Settings, SettingsError


def add_redirect_options(parser: ArgumentParser) -> None:
    """How the redirect URI is given."""
    parser.add_argument("--region", metavar="NAME", help="the region of the integration that the redirect URI leads to")
    parser.add_argument("--customer", metavar="NUMBER", help="with --region: the customer's number at the integration")
    parser.add_argument(
        "--redirect-uri", "--canvas-redirect-uri", dest="canvas_redirect_uri", metavar="URI",
        help="the integration's redirect URI instead (default: CANVAS_REDIRECT_URI)",
    )  # fmt: skip


def add_consent_options(parser: ArgumentParser) -> None:
    """What has to be allowed by name."""
    parser.add_argument(
        FLAGS[Kind.ENFORCE], action="store_true", dest="enforce",
        help="also switch on Enforce Scopes: every token that was issued without scopes stops working at once",
    )  # fmt: skip
    parser.add_argument(
        FLAGS[Kind.SWITCH_ON], action="store_true", dest="switch_on",
        help="also activate the key and switch it on: its tokens work again",
    )  # fmt: skip


def consent_in(options: Namespace) -> frozenset[Kind]:
    """What the options allow by name."""
    allowed = {Kind.ENFORCE: options.enforce, Kind.ACTIVATE: options.switch_on, Kind.SWITCH_ON: options.switch_on}
    return frozenset(kind for kind, given in allowed.items() if given)


def wish_of(options: Namespace, settings: Settings) -> Wish:
    """What the key is to be. Raises SettingsError if the redirect URI cannot be the integration's."""
    by_region = options.region is not None or options.customer is not None
    if by_region and options.canvas_redirect_uri is not None:
        raise SettingsError(["--redirect-uri and --region are both given; keep one of them."])
    given = (options.canvas_redirect_uri or "").strip() or settings.redirect_uri
    uri = redirect_uri(settings.profile, given, region=options.region, customer=options.customer)
    return Wish(settings.profile, uri)
