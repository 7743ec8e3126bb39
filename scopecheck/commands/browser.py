"""Opens an address in the user's browser."""

from __future__ import annotations

import os
import webbrowser

from scopecheck.config.settings import forget_secrets


def opened(url: str) -> bool:
    """Open it, and return whether a browser was there. The browser's process gets no secret of the environment."""
    taken = forget_secrets()
    try:
        return webbrowser.open(url)
    finally:
        os.environ.update(taken)
