"""The embedded Canvas of a run that has no other Canvas set."""

from __future__ import annotations

import pytest

from scopecheck.model.profile import Profile
from scopecheck.run.embedded_target import Embedded, EmbeddedError


def start_embedded(config: pytest.Config, profile: Profile) -> Embedded:
    """Start one in the state that the options ask for; raises pytest.UsageError for an unknown state."""
    try:
        return Embedded.start(profile, config.option.canvas_without_scope, config.option.canvas_embedded)
    except EmbeddedError as error:
        raise pytest.UsageError(str(error)) from None
