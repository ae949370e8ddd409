"""What a check found, one line each: how grave, where, what, and how to mend it."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Grade(StrEnum):
    """How much a finding matters; a run works in spite of a warning."""

    OK = "ok"
    WARNING = "warning"
    ERROR = "error"


@dataclass(frozen=True)
class Finding:
    """One thing that was looked at. `mend` says what to do, and is "" only where all is well."""

    grade: Grade
    topic: str
    where: str
    what: str
    mend: str = ""

    @property
    def line(self) -> str:
        """The finding on one line, as people read it."""
        told = f"{self.topic}: {self.where}: {self.what}"
        mended = f"{told.rstrip('.;')}; {self.mend}" if self.mend else told
        return f"{self.grade:7} {' '.join(mended.split())}"


def fine(topic: str, where: str, what: str) -> Finding:
    """Something that is as it should be."""
    return Finding(Grade.OK, topic, where, what)


def warning(topic: str, where: str, what: str, mend: str) -> Finding:
    """Something to look at, in spite of which a run works."""
    return Finding(Grade.WARNING, topic, where, what, mend)


def error(topic: str, where: str, what: str, mend: str) -> Finding:
    """Something that keeps a run from doing all it should, or a secret from being kept."""
    return Finding(Grade.ERROR, topic, where, what, mend)
