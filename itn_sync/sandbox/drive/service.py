"""All of Drive: whoever imports this module has its methods registered.

The package itself cannot do it: `files`, on which the methods stand, needs the grants in it.
"""

from itn_sync.sandbox.drive import about, imports, listing, methods, people, permissions

__all__ = ["about", "imports", "listing", "methods", "people", "permissions"]
