"""The rehearsal school, for every test here."""

from tests.rehearsal import school, workspace

__all__ = ["school", "workspace"]
