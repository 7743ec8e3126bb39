"""What a run says once about the key beside its checks: it works, but somebody ought to know."""

from __future__ import annotations

from scopecheck.canvas.classify import DEAD_TOKEN, Reading, read
from scopecheck.key.redirect_form import unknown_host
from scopecheck.model.foreign_text import clean
from scopecheck.model.key_facts import KeyFacts
from scopecheck.model.named import UNNAMED, Named


def key_notes(facts: KeyFacts) -> list[str]:
    """Sentences for the run's notes, each with what to do."""
    notes = (_long_addresses(facts), _unknown_host(facts), _acting(facts), _no_administrator(facts))
    return [note for note in notes if note]


def _long_addresses(facts: KeyFacts) -> str | None:
    refused = facts.preflight.too_long if facts.preflight else None
    if refused is None:
        return None
    return (
        f"Something between here and Canvas, such as a firewall, refuses addresses of {len(refused.url):,} bytes "
        f"({refused.says()}), so the preflight was made in parts. The address at which a user authorizes the "
        "integration is as long: have whoever runs it let 8,000 bytes through to /login/oauth2/auth, or authorize from "
        "another network."
    )


def _unknown_host(facts: KeyFacts) -> str | None:
    host = unknown_host(facts.redirect_uri, facts.needs) if facts.redirect_uri else None
    if host is None:
        return None
    title = facts.profile.title if facts.profile else "the integration"
    known = ", ".join(f"{known} ({region})" for region, known in facts.needs.redirect_hosts.items())
    return (
        f"CANVAS_REDIRECT_URI leads to {host}, which is not a known host of {title}: {known}. Check it, "
        "unless you know it to be right; the key has to carry the integration's own callback in any case."
    )


def acting_note(real_user: str, named: Named = UNNAMED) -> str:
    """What to know of an integration that somebody authorized while acting as another user."""
    real_user = clean(real_user)
    return (
        f"The integration was authorized by {real_user} acting as its user. That works only as long as {real_user} may "
        f"act as this user. Better log in as the user it is to act for, and {named.again}."
    )


def _acting(facts: KeyFacts) -> str | None:
    acting = facts.identity.real_user_id
    real_user = facts.real_user or (f"user {acting}" if acting else None)
    return acting_note(real_user, facts.named) if real_user else None


def rejects_administrator(facts: KeyFacts) -> bool:
    """Whether Canvas rejected the administrator's token: it is of no use in this run."""
    return facts.admin_refused is not None and read(facts.admin_refused) in DEAD_TOKEN


def _no_administrator(facts: KeyFacts) -> str | None:
    refused = facts.admin_refused
    if refused and rejects_administrator(facts):
        return (
            f"Canvas rejected CANVAS_ADMIN_TOKEN ({refused.says()}), so nothing was read or created with it. Set it to "
            "a valid token, or unset it."
        )
    if refused and read(refused) in {Reading.NOT_PERMITTED, Reading.SCOPE_MISSING}:
        return (
            f"CANVAS_ADMIN_TOKEN may not see the key ({refused.says()}). Set it to a token of an administrator of the "
            "root account who may manage developer keys, or unset it."
        )
    return None
