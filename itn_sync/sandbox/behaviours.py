"""Every room that does something, imported so that its behaviours and importers are registered.

The order is the order of imports: people and files first, then what is kept in files.
"""

from __future__ import annotations

from importlib import import_module
from pkgutil import iter_modules

_ROOMS = ("drive", "sheets", "forms", "gmail", "classroom")


def load() -> None:
    """Register everything; a second call does nothing."""
    for room in _ROOMS:
        package = import_module(f"itn_sync.sandbox.{room}")
        for module in iter_modules(package.__path__):
            import_module(f"{package.__name__}.{module.name}")
