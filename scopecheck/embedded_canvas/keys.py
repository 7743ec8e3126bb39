"""Developer keys: finding one, whether it can be used here, and which redirect URIs it accepts.

Source: developer_key.rb, developer_key_account_binding.rb, lib/canvas/oauth/provider.rb.
"""

from __future__ import annotations

from typing import Final
from urllib.parse import urlsplit

from scopecheck.embedded_canvas.config import CanvasConfig
from scopecheck.embedded_canvas.records import DeveloperKey
from scopecheck.embedded_canvas.tables import Tables

SHARD: Final = 10_000_000_000_000
"""A global ID is the local ID plus the shard's number times this; this Canvas is shard 1."""

OUT_OF_BAND: Final = "urn:ietf:wg:oauth:2.0:oob"
"""The redirect URI of clients that have none: the code is shown on a page of Canvas."""


def find_key(tables: Tables, client_id: object) -> DeveloperKey | None:
    """The active key with a client ID, global or local; None if it is not an integer."""
    try:
        number = int(str(client_id))
    except ValueError:
        return None
    key = tables.keys.get(number) or tables.keys.get(SHARD + number)
    return key if key and is_usable(key) else None


def is_usable(key: DeveloperKey) -> bool:
    """Whether the key is active; inactive and deleted keys count as unknown."""
    return key.workflow_state == "active"


def is_on(key: DeveloperKey) -> bool:
    """Whether the key is on for this account; `allow` alone is not on, it lets the account below decide."""
    return binding_state(key) == "on"


def binding_state(key: DeveloperKey) -> str:
    """`on`, `off` or `allow`: an explicit setting of the owner overrides this root account's."""
    if key.binding == "allow" and key.root_binding:
        return key.root_binding
    return key.binding


def accepts_redirect(key: DeveloperKey, uri: str, config: CanvasConfig) -> bool:
    """Whether the key may send the user back to this URI.

    Every Canvas accepts an exact entry; old Canvas also accepts the out-of-band URI for every key, and the host of
    the legacy single URI with its subdomains.
    """
    if any(character <= " " for character in uri):
        return False
    if uri in key.redirect_uris:
        return True
    return config.is_old and (uri == OUT_OF_BAND or _same_domain(key.redirect_uri, uri))


def _same_domain(legacy: str | None, uri: str) -> bool:
    own, other = urlsplit(legacy or ""), urlsplit(uri)
    if not own.hostname or not other.hostname or own.scheme != other.scheme:
        return False
    return other.hostname == own.hostname or other.hostname.endswith(f".{own.hostname}")
