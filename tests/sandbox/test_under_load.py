"""Sixteen clients on one spreadsheet, and kill -9 among them: every batchUpdate whole or absent.

Each writer counts upwards in its own row, in two cells, and adds a row to the tab in the same
batchUpdate; so at any moment the rows added are the sum of the counters.
"""

from __future__ import annotations

import json
import random
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from threading import Event
from typing import Any

import requests
from google.auth.transport.requests import Request

from itn_sync.sandbox.server import serve
from tests.sandbox.conftest import WORKER, credentials, scopes_of

WRITERS, READERS = 8, 8
FIRST_ROWS = 1000
GRID = "sheets.properties.gridProperties.rowCount"


@dataclass
class Office:
    """A spreadsheet, and people at work on it until told to stop or cut off."""

    url: str
    headers: dict[str, str]
    sheet: str
    answered: dict[int, int] = field(default_factory=dict)
    torn: list[object] = field(default_factory=list)
    closing: Event = field(default_factory=Event)

    def write(self, row: int) -> None:
        """Count upwards in `row`, remembering the last number that was answered."""
        with self._line() as line:
            for number in range(1, 100_000):
                if self.closing.is_set():
                    return
                body = {"requests": _count(row, number)}
                line.post(f"{self.sheet}:batchUpdate", json=body, timeout=30).raise_for_status()
                self.answered[row] = number

    def read(self, _number: int) -> None:
        """Look again and again; remember what was ever seen half done."""
        with self._line() as line:
            while not self.closing.is_set():
                self.torn += torn(look(line, self.sheet))

    def _line(self) -> requests.Session:
        line = requests.Session()
        line.headers.update(self.headers)
        return line

    def at_work(self, seconds: float, end: Any) -> None:
        """Everybody works for so long, then `end()` is called and they go home."""

        def person(number: int) -> None:
            try:
                (self.write if number < WRITERS else self.read)(number)
            except requests.ConnectionError:
                return  # cut off, as planned

        with ThreadPoolExecutor(WRITERS + READERS) as people:
            working = [people.submit(person, number) for number in range(WRITERS + READERS)]
            time.sleep(seconds)
            end()
            self.closing.set()
            for one in working:
                one.result()


def _count(row: int, number: int) -> list[dict[str, Any]]:
    cell = {"userEnteredValue": {"numberValue": number}}

    def write(column: int) -> dict[str, Any]:
        start = {"sheetId": 0, "rowIndex": row, "columnIndex": column}
        return {"start": start, "fields": "userEnteredValue", "rows": [{"values": [cell]}]}

    more = {"sheetId": 0, "dimension": "ROWS", "length": 1}
    return [{"updateCells": write(0)}, {"appendDimension": more}, {"updateCells": write(2)}]


def look(line: requests.Session, sheet: str) -> dict[str, Any]:
    """The counters and the size of the tab, in one answer."""
    fields = f"{GRID},sheets.data.rowData.values.effectiveValue"
    query = {"ranges": f"A1:C{WRITERS}", "fields": fields}
    answer = line.get(sheet, params=query, timeout=30)
    answer.raise_for_status()
    tab: dict[str, Any] = answer.json()["sheets"][0]
    return tab


def counters(tab: dict[str, Any]) -> list[tuple[int, int]]:
    """The two cells of each writer's row; 0 where nothing is written."""
    rows = [row.get("values", []) for row in tab["data"][0].get("rowData", [])]
    return [(_number(row, 0), _number(row, 2)) for row in rows]


def _number(row: list[dict[str, Any]], column: int) -> int:
    cell = row[column] if column < len(row) else {}
    return int(cell.get("effectiveValue", {}).get("numberValue", 0))


def torn(tab: dict[str, Any]) -> list[object]:
    """What no whole sequence of batchUpdates could have left."""
    pairs = counters(tab)
    added = tab["properties"]["gridProperties"]["rowCount"] - FIRST_ROWS
    halves: list[object] = [pair for pair in pairs if pair[0] != pair[1]]
    return halves + ([] if added == sum(first for first, _ in pairs) else [(added, pairs)])


def office_at(url: str, key: Path) -> Office:
    """A new spreadsheet behind `url`."""
    person = credentials(key, WORKER, scopes_of("sheets"))
    person.refresh(Request())
    headers = {"Authorization": f"Bearer {person.token}"}
    sheets = f"{url}v4/spreadsheets"
    made = requests.post(sheets, json={}, headers=headers, timeout=10).json()
    return Office(url, headers, f"{sheets}/{made['spreadsheetId']}")


def test_no_reader_ever_sees_half_a_batch_update(tmp_path: Path) -> None:
    with serve(tmp_path) as sandbox:
        office = office_at(sandbox.url, sandbox.credentials)
        office.at_work(1.5, lambda: None)
        with requests.Session() as line:
            line.headers.update(office.headers)
            end = look(line, office.sheet)
    assert office.torn == []
    assert dict(enumerate(first for first, _ in counters(end))) == office.answered
    assert min(office.answered.values()) > 3


def test_a_kill_among_sixteen_clients_leaves_every_batch_update_whole_or_absent(
    tmp_path: Path,
) -> None:
    dice = random.Random(20261123)  # noqa: S311  (a repeatable rehearsal)
    with _killable(tmp_path) as (process, url):
        office = office_at(url, tmp_path / "service-account.json")
        office.at_work(dice.uniform(0.5, 1.2), lambda: process.send_signal(signal.SIGKILL))
    with serve(tmp_path) as again, requests.Session() as line:
        line.headers.update(office.headers)
        end = look(line, office.sheet.replace(url, again.url))
    assert office.torn == []
    assert torn(end) == []
    kept = [first for first, _ in counters(end)]
    assert sum(kept) > 20
    assert all(kept[row] - answered in {0, 1} for row, answered in office.answered.items())


@contextmanager
def _killable(data: Path) -> Iterator[tuple[subprocess.Popen[str], str]]:
    command = [sys.executable, "-m", "itn_sync", "sandbox", "--port", "0", "--data", str(data)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        yield process, json.loads(process.stdout.readline())["url"]
        process.kill()
