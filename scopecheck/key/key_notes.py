"""What a run says once about the key beside its checks: it works, but somebody ought to know."""

from __future__ import annotations

from scopecheck.model.key_facts import KeyFacts


def key_notes(facts: KeyFacts) -> list[str]:
    """Sentences for the run's notes, each with what to do."""
    return [note for note in (_long_addresses(facts),) if note]


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
