"""What the integration does with each endpoint: one module per section of the developer key screen."""

from importlib import import_module
from pkgutil import iter_modules

for _module in iter_modules(__path__, f"{__name__}."):
    # Importing a section registers its exercises.
    import_module(_module.name)
