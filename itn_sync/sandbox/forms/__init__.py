"""Forms v1: forms, their items, and what people answered."""

from itn_sync.sandbox.forms import imports, methods, responses

__all__ = ["imports", "methods", "responses"]
