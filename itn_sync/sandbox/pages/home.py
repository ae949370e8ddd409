"""The first page: what there is to open, and how to try the whole path."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from sqlite3 import Row

from werkzeug import Response

from itn_sync.sandbox import files
from itn_sync.sandbox.drive.people import display_name
from itn_sync.sandbox.errors import Json
from itn_sync.sandbox.pages.clock import is_moved, shown_now
from itn_sync.sandbox.pages.visit import Visit, render
from itn_sync.sandbox.world import State


@dataclass(frozen=True)
class Mailbox:
    """An address that somebody may open."""

    address: str
    name: str
    messages: int


def show(visit: Visit) -> Response:
    """`/`: the story with the latest run beside it, then everything there is to open."""
    with visit.transaction(write=False) as state:
        forms = _files(state, files.FORM)
        sheets = _files(state, files.SPREADSHEET)
        classes = _by_section(_classes(state))
        mailboxes = _mailboxes(state)
        today, moved = shown_now(state), is_moved(state)
    return render(
        "home.html",
        forms=forms,
        sheets=_most_shared_first((sheet, people_with_access(sheet)) for sheet in sheets),
        classes=classes,
        today=today,
        moved=moved,
        run=visit.runs.shown(),
        can_run=visit.runs.sync is not None,
        domains=_by_domain(mailboxes),
    )


def _files(state: State, mime_type: str) -> list[Json]:
    rows = state.execute(
        "SELECT id FROM drive_file WHERE mime = ? AND trashed = 0 ORDER BY name", (mime_type,)
    ).fetchall()
    found = (files.get_file(state, row["id"]) for row in rows)
    return [file for file in found if file is not None]


def _most_shared_first(sheets: Iterable[tuple[Json, list[Json]]]) -> list[tuple[Json, list[Json]]]:
    """What everybody works in comes before what is confidential."""
    return sorted(sheets, key=lambda pair: -len(pair[1]))


def _classes(state: State) -> list[Row]:
    """The classes that are alive, by name, with their sections."""
    query = (
        "SELECT id, name, coalesce(extra ->> 'section', '') AS section"
        " FROM classroom_course WHERE state = 'ACTIVE' ORDER BY name"
    )
    return state.execute(query).fetchall()


def _by_section(classes: list[Row]) -> list[tuple[str, list[Row]]]:
    """Classes by section, the section of the oldest class first."""
    sections: dict[str, list[Row]] = {}
    for one in classes:
        sections.setdefault(one["section"], []).append(one)
    return sorted(sections.items(), key=lambda pair: min(one["id"] for one in pair[1]))


def people_with_access(file: Json) -> list[Json]:
    """The permissions that name a person, those who are not the owner first."""
    named = [grant for grant in file["permissions"] if grant["type"] in {"user", "group"}]
    return sorted(named, key=lambda grant: grant["role"] == "owner")


def _mailboxes(state: State) -> list[Mailbox]:
    rows = state.execute(
        "SELECT address, sum(messages) AS messages FROM ("
        " SELECT mailbox AS address, count(*) AS messages FROM gmail_message GROUP BY mailbox"
        " UNION ALL SELECT email, 0 FROM person) GROUP BY address ORDER BY address"
    ).fetchall()
    return [
        Mailbox(row["address"], display_name(state, row["address"]), row["messages"])
        for row in rows
    ]


def _by_domain(mailboxes: list[Mailbox]) -> list[tuple[str, list[Mailbox]]]:
    """Mailboxes by domain, the domain with most mail and people first."""
    domains: dict[str, list[Mailbox]] = {}
    for mailbox in mailboxes:
        domains.setdefault(mailbox.address.rpartition("@")[2], []).append(mailbox)
    named = {domain: sum(box.messages == 0 for box in boxes) for domain, boxes in domains.items()}
    return sorted(domains.items(), key=lambda pair: (-named[pair[0]], pair[0]))
