"""The embedded Canvas of a run that names no other: started before the cases, stopped after."""

from __future__ import annotations

from dataclasses import dataclass, replace

import pytest

from embedded_canvas.options import OptionError, parse
from embedded_canvas.server import EmbeddedCanvas
from scopecheck.profile import Profile
from scopecheck.secret import Secret
from scopecheck.settings import Settings


@dataclass
class Embedded:
    """A running embedded Canvas and the settings that lead to it."""

    canvas: EmbeddedCanvas

    @classmethod
    def start(cls, config: pytest.Config, profile: Profile) -> Embedded:
        """Start one in the state that `--without-scope` and `--embedded` ask for.

        Raises pytest.UsageError for a state that there is not.
        """
        scopes = tuple(str(requirement.scope) for requirement in profile.requirements)
        without = frozenset(config.getoption("without_scope"))
        unknown = sorted(without.difference(scopes))
        if unknown:
            raise pytest.UsageError(
                f"--without-scope names {', '.join(unknown)}, which profile {profile.name} does not have; "
                "copy a scope from the README's table, in quotes."
            )
        try:
            state = parse(config.getoption("embedded"))
        except OptionError as error:
            raise pytest.UsageError(str(error)) from None
        state = replace(state, scopes=scopes, missing_on_key=state.missing_on_key | without,
                        missing_on_token=state.missing_on_token | without)  # fmt: skip
        return cls(EmbeddedCanvas(state))

    def settings(self, settings: Settings) -> Settings:
        """The settings, led to this Canvas; what the user set beside (mode, profile, reports) stays."""
        known = self.canvas.credentials
        return replace(
            settings,
            base_url=self.canvas.url,
            client_id=known.client_id,
            client_secret=Secret(known.client_secret),
            redirect_uri=known.redirect_uri,
            access_token=Secret(known.access_token),
            course_id=known.course_id,
            course_name=known.course_name,
        )

    def stop(self) -> None:
        """Stop it and free its port."""
        self.canvas.stop()
