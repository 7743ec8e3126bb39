"""The form of a run's tag: part of the name of everything that a run creates (`sandbox.tag`)."""

from __future__ import annotations

import re
from typing import Final

PREFIX: Final = "scopecheck"
TAG: Final = re.compile(rf"{PREFIX}-\d{{8}}T\d{{6}}-[0-9a-f]{{4}}")
