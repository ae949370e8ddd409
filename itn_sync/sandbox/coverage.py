"""Which methods of the five APIs do something here: `itn-sync sandbox --coverage`."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import groupby

from itn_sync.sandbox import behaviours
from itn_sync.sandbox.call import methods_with_behaviour
from itn_sync.sandbox.discovery import APIS, methods

_HEAD = "| API, resource | With behaviour | Which | 501 |\n|---|---|---|---|"

_Found = Sequence[tuple[str, bool]]


def coverage() -> list[tuple[str, bool]]:
    """Every method id of the documents, in order, with whether it has behaviour."""
    behaviours.load()
    covered = methods_with_behaviour()
    return [(method_id, method_id in covered) for method_id in sorted(methods())]


def coverage_table() -> str:
    """The same as a Markdown table: a row for each API, then one for each resource in use."""
    found = coverage()
    lines = [line for api in APIS for line in _rows(api, found)]
    return "\n".join([_HEAD, *lines]) + "\n"


def _rows(api: str, found: _Found) -> Iterator[str]:
    own = sorted((e for e in found if e[0].startswith(f"{api}.")), key=_place)
    resources = {name: list(group) for name, group in groupby(own, key=_resource)}
    used = {name: group for name, group in resources.items() if any(done for _, done in group)}
    unused = ", ".join(f"`{name}`" for name in resources if name not in used)
    yield _row(f"{api.capitalize()} {APIS[api]}", own, "", unused)
    for name, group in used.items():
        yield _row(f"`{name}`", group, _names(group, True), _names(group, False))


def _row(name: str, found: _Found, does: str, lacks: str) -> str:
    cells = (name, f"{sum(done for _, done in found)} of {len(found)}", does, lacks)
    return f"| {' | '.join(cells)} |".replace("  ", " ")


def _names(found: _Found, wanted: bool) -> str:
    return ", ".join(method_id.rpartition(".")[2] for method_id, done in found if done is wanted)


def _place(entry: tuple[str, bool]) -> tuple[str, str]:
    return _resource(entry), entry[0]


def _resource(entry: tuple[str, bool]) -> str:
    """`gmail.users.messages.get` → `users.messages`: a resource by its place in its API."""
    return entry[0].partition(".")[2].rpartition(".")[0]
