"""Synchronisations started from the home page: one at a time, followed by any number of people.

What a run does is not the sandbox's business: it is given one to start, and shows what that tells.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol

from itn_sync.sandbox.errors import Json
from itn_sync.sandbox.world import machine_now

_HEARTBEAT = 15.0
"""Seconds after which a silent line is used, so that one that was cut is noticed."""


class Line(Protocol):
    """Something that a run is to do, or has `done`: told again under the same `key`."""

    @property
    def key(self) -> str: ...
    @property
    def text(self) -> str: ...
    @property
    def why(self) -> str: ...
    @property
    def done(self) -> bool: ...
    @property
    def link(self) -> str: ...
    @property
    def link_text(self) -> str: ...


class Ending(Protocol):
    """How a run ended, in words for the person who started it."""

    @property
    def text(self) -> str: ...
    @property
    def mend(self) -> str: ...
    @property
    def is_good(self) -> bool: ...


Clock = Callable[[], datetime]

Sync = Callable[[Clock, Callable[[Line], None]], Ending]
"""Runs a synchronisation by that clock, telling each line as it happens; it never raises."""


@dataclass(frozen=True)
class Happening:
    """One event of a run: `begin`, `line` or `end`; `id` is where to go on listening."""

    id: str
    kind: str
    data: Json


@dataclass(frozen=True)
class Shown:
    """A run as it stands: its lines in the order in which they were first told."""

    number: int
    running: bool
    lines: list[Json]
    ending: Json | None


@dataclass
class Runs:
    """The synchronisations of one sandbox, by its `clock`; `sync` is None where it has none."""

    sync: Sync | None = None
    clock: Clock = machine_now
    _news: threading.Condition = field(default_factory=threading.Condition)
    _number: int = 0
    _running: bool = False
    _told: list[tuple[str, Json]] = field(default_factory=list)

    def start(self) -> None:
        """Begin a run, or join the one that is at work; LookupError if there is none to run."""
        if self.sync is None:
            raise LookupError("this sandbox was given no synchronisation")
        with self._news:
            if self._running:
                return
            self._number, self._running, self._told = self._number + 1, True, []
            self._say("begin", {"run": self._number})
        threading.Thread(target=self._run, args=(self.sync,), daemon=True).start()

    def shown(self) -> Shown:
        """The latest run as it stands now."""
        with self._news:
            told, number, running = list(self._told), self._number, self._running
        lines = {data["key"]: data for kind, data in told if kind == "line"}
        ended = next((data for kind, data in told if kind == "end"), None)
        return Shown(number, running, list(lines.values()), ended)

    def clear(self) -> None:
        """Forget the latest run, unless it is at work."""
        with self._news:
            if not self._running:
                self._told = []

    def follow(self, after: str = "") -> Iterator[Happening | None]:
        """The latest run's events after the one with that id, as they come, to its end.

        An id of another run counts for none: the run is told from its beginning. None says that
        nothing happened for a while.
        """
        number, place = self._place(after)
        while True:
            with self._news:
                if self._number != number:
                    number, place = self._number, 0
                if len(self._told) <= place and self._running:
                    self._news.wait(_HEARTBEAT)
                fresh = self._told[place:] if self._number == number else []
                over = not self._running
            if not fresh:
                if over:
                    return
                yield None
            for kind, data in fresh:
                place += 1
                yield Happening(f"{number}-{place}", kind, data)

    def is_over(self, after: str) -> bool:
        """True where nothing comes after the event with that id."""
        number, place = self._place(after)
        with self._news:
            return not self._running and number == self._number and place >= len(self._told)

    def _place(self, event_id: str) -> tuple[int, int]:
        number, _, place = event_id.partition("-")
        known = number.isdecimal() and place.isdecimal() and int(number) == self._number
        return (self._number, int(place)) if known else (self._number, 0)

    def _run(self, sync: Sync) -> None:
        ended = sync(self.clock, lambda line: self._say("line", _shown_line(line)))
        with self._news:
            self._running = False
            data = {"text": ended.text, "mend": ended.mend, "good": ended.is_good}
            self._say("end", data)

    def _say(self, kind: str, data: Json) -> None:
        with self._news:
            self._told.append((kind, data))
            self._news.notify_all()


def _shown_line(line: Line) -> Json:
    return {
        "key": line.key,
        "text": line.text,
        "why": line.why,
        "done": line.done,
        "link": line.link,
        "linkText": line.link_text,
    }
