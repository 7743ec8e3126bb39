"""What Canvas does for each route: one module for each of Canvas's controllers, registered on import."""

from importlib import import_module
from pkgutil import iter_modules

for _module in iter_modules(__path__, f"{__name__}."):
    import_module(_module.name)
