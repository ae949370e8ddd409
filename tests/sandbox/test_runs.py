"""Synchronisations started from the home page: one at a time, and nobody misses a line."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

import pytest

from itn_sync.sandbox.runs import Clock, Happening, Line, Runs

PATIENCE = 10


@dataclass(frozen=True)
class Told:
    key: str
    done: bool = False
    text: str = "Une ligne"
    why: str = "pour l'essai"
    link: str = ""
    link_text: str = ""


@dataclass(frozen=True)
class Ended:
    text: str = "C’est fait"
    mend: str = ""
    is_good: bool = True


@dataclass
class Rehearsed:
    """A synchronisation that tells one line, then waits to be let go."""

    begun: int = 0
    told: threading.Event = field(default_factory=threading.Event)
    go: threading.Event = field(default_factory=threading.Event)

    def __call__(self, _clock: Clock, hear: Callable[[Line], None]) -> Ended:
        self.begun += 1
        hear(Told("a"))
        self.told.set()
        assert self.go.wait(PATIENCE)
        hear(Told("a", done=True))
        return Ended()


def started(sync: Rehearsed) -> Runs:
    runs = Runs(sync)
    runs.start()
    assert sync.told.wait(PATIENCE)
    return runs


def heard(happenings: Iterator[Happening | None]) -> list[tuple[str, str]]:
    return [(one.id, one.kind) for one in happenings if one is not None]


WHOLE = [("1-1", "begin"), ("1-2", "line"), ("1-3", "line"), ("1-4", "end")]


def test_whoever_comes_late_hears_it_from_the_beginning() -> None:
    sync = Rehearsed()
    runs = started(sync)
    sync.go.set()
    assert heard(runs.follow()) == WHOLE
    assert heard(runs.follow("0-9")) == WHOLE, "an id of another run counts for none"
    assert heard(runs.follow("nonsense")) == WHOLE


def test_a_cut_line_goes_on_where_it_left_off() -> None:
    sync = Rehearsed()
    runs = started(sync)
    assert not runs.is_over("1-2")
    sync.go.set()
    assert heard(runs.follow("1-2")) == WHOLE[2:]
    assert runs.is_over("1-4")
    assert not runs.is_over("1-3")


def test_a_line_comes_as_soon_as_it_is_told() -> None:
    sync = Rehearsed()
    follower = started(sync).follow()
    assert heard(iter([next(follower), next(follower)])) == WHOLE[:2]
    sync.go.set()
    assert heard(follower) == WHOLE[2:]


def test_a_second_click_joins_the_run_at_work() -> None:
    sync = Rehearsed()
    runs = started(sync)
    runs.start()
    sync.go.set()
    heard(runs.follow())
    assert sync.begun == 1
    runs.start()
    assert heard(runs.follow("1-4"))[0] == ("2-1", "begin")
    assert sync.begun == 2


def test_a_line_told_twice_is_shown_once_as_it_is_now() -> None:
    sync = Rehearsed()
    runs = started(sync)
    assert [line["done"] for line in runs.shown().lines] == [False]
    assert runs.shown().running
    sync.go.set()
    heard(runs.follow())
    shown = runs.shown()
    assert [line["done"] for line in shown.lines] == [True]
    assert shown.ending == {"text": "C’est fait", "mend": "", "good": True}
    assert not shown.running


def test_a_run_at_work_is_not_forgotten_an_old_one_is() -> None:
    sync = Rehearsed()
    runs = started(sync)
    runs.clear()
    assert runs.shown().lines
    sync.go.set()
    heard(runs.follow())
    runs.clear()
    assert runs.shown().lines == []


def test_nothing_is_told_before_the_first_run() -> None:
    runs = Runs(Rehearsed())
    assert heard(runs.follow()) == []
    assert runs.is_over("")


def test_without_a_synchronisation_there_is_nothing_to_start() -> None:
    with pytest.raises(LookupError):
        Runs().start()
