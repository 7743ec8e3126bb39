"""A small, faithful Canvas on loopback: a test double for whatever speaks to Canvas. It imports nothing of the engine.

```
from scopecheck.embedded_canvas import CanvasConfig, EmbeddedCanvas

with EmbeddedCanvas(CanvasConfig(enforce_scopes=False)) as canvas:
    ...  # canvas.url is its address; canvas.credentials has tokens, key, course and user
```

The names below are its public interface; docs/how-to/use-as-a-test-double.md shows it with canvasapi and pytest, and
says what is stable.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from scopecheck.embedded_canvas.config import CanvasConfig, Fault
    from scopecheck.embedded_canvas.known import Credentials
    from scopecheck.embedded_canvas.options import OptionError, parse
    from scopecheck.embedded_canvas.server import EmbeddedCanvas
    from scopecheck.embedded_canvas.tables import Write

__all__ = ["CanvasConfig", "Credentials", "EmbeddedCanvas", "Fault", "OptionError", "Write", "parse"]

_MODULES = {
    "CanvasConfig": "config",
    "Credentials": "known",
    "EmbeddedCanvas": "server",
    "Fault": "config",
    "OptionError": "options",
    "Write": "tables",
    "parse": "options",
}


def __getattr__(name: str) -> object:
    """Import a public name when it is first asked for: the rest of the suite needs single modules of this package."""
    if name not in _MODULES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{_MODULES[name]}"), name)
