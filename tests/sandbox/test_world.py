"""The state file: whole after a crash, one writer at a time, never a deadlock."""

from __future__ import annotations

import json
import os
import signal
import sqlite3
import subprocess
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import requests
from google.auth.transport.requests import AuthorizedSession

from itn_sync.sandbox.server import RunningSandbox, serve
from itn_sync.sandbox.world import World, get_setting, next_number, now, put_setting, set_now
from tests.sandbox.conftest import Session, credentials, scopes_of

_RUN = (
    "import sys; from pathlib import Path; from itn_sync.sandbox.server import run_sandbox;"
    "sys.exit(run_sandbox(0, Path(sys.argv[1]), sys.argv[2], 'ecole.example'))"
)


@pytest.fixture
def world(tmp_path: Path) -> World:
    """An empty world."""
    return World(tmp_path / "world.sqlite")


def test_a_failure_takes_everything_back(world: World) -> None:
    def fail_halfway() -> None:
        with world.transaction(write=True) as state:
            put_setting(state, "world.a", 1)
            raise RuntimeError

    with pytest.raises(RuntimeError):
        fail_halfway()
    with world.transaction(write=False) as state:
        assert get_setting(state, "world.a") is None


def test_a_reader_cannot_write(world: World) -> None:
    with (
        pytest.raises(sqlite3.OperationalError, match="readonly"),
        world.transaction(write=False) as state,
    ):
        put_setting(state, "world.a", 1)


def test_a_reader_sees_one_moment(world: World) -> None:
    with world.transaction(write=False) as before:
        assert get_setting(before, "world.a") is None
        with world.transaction(write=True) as state:
            put_setting(state, "world.a", 1)
        assert get_setting(before, "world.a") is None
    with world.transaction(write=False) as after:
        assert get_setting(after, "world.a") == 1


def test_a_reset_keeps_the_keys_of_the_house(world: World) -> None:
    with world.transaction(write=True) as state:
        put_setting(state, "world.a", 1)
        put_setting(state, "tokens.key", "k")
        state.execute("INSERT INTO upload_session (id, draft, mime_type) VALUES ('s', '{}', 'x')")
    assert not world.is_empty()
    world.reset()
    assert world.is_empty()
    with world.transaction(write=False) as state:
        assert get_setting(state, "world.a") is None
        assert get_setting(state, "tokens.key") == "k"


def test_the_clock_is_the_machines_until_moved(world: World) -> None:
    with world.transaction(write=True) as state:
        assert abs(now(state) - datetime.now(UTC)) < timedelta(seconds=2)
        set_now(state, datetime(2030, 1, 1, tzinfo=UTC))
        assert timedelta(0) <= now(state) - datetime(2030, 1, 1, tzinfo=UTC) < timedelta(seconds=2)


def test_numbers_never_repeat_between_threads(world: World) -> None:
    def take(_n: int) -> int:
        with world.transaction(write=True) as state:
            return next_number(state, "drafts")

    with ThreadPoolExecutor(8) as threads:
        taken = list(threads.map(take, range(200)))
    assert sorted(taken) == list(range(1, 201))


def test_sixteen_clients_mix_calls_without_a_deadlock(
    sandbox: RunningSandbox, session: Session
) -> None:
    worker = session()
    sheet = worker.post("v4/spreadsheets", json={}).json()["spreadsheetId"]
    bearer = {"Authorization": f"Bearer {worker.credentials.token}"}  # type: ignore[attr-defined]  # (AuthorizedSession)

    def client(number: int) -> list[int]:
        with requests.Session() as line:
            line.headers.update(bearer)
            calls = (
                lambda: line.get(f"{sandbox.url}v4/spreadsheets/{sheet}/values/A1", timeout=30),
                lambda: line.put(
                    f"{sandbox.url}v4/spreadsheets/{sheet}/values/A{number + 1}",
                    params={"valueInputOption": "RAW"},
                    json={"values": [[number]]},
                    timeout=30,
                ),
                lambda: line.get(f"{sandbox.url}gmail/v1/users/me/messages", timeout=30),
                lambda: line.get(f"{sandbox.url}drive/v3/files", timeout=30),
            )
            return [calls[(number + turn) % 4]().status_code for turn in range(12)]

    with ThreadPoolExecutor(16) as clients:
        statuses = [status for found in clients.map(client, range(16)) for status in found]
    assert set(statuses) == {200}
    column = worker.get(f"v4/spreadsheets/{sheet}/values/A1:A16").json()["values"]
    assert [int(row[0]) for row in column] == list(range(16))


def _start(data: Path, school: str = "empty") -> tuple[subprocess.Popen[str], dict[str, str]]:
    process = subprocess.Popen(
        [sys.executable, "-c", _RUN, str(data), school], stdout=subprocess.PIPE, text=True
    )
    assert process.stdout is not None
    announced: dict[str, str] = json.loads(process.stdout.readline())
    return process, announced


def _stop(process: subprocess.Popen[str], number: int) -> int:
    process.send_signal(number)
    code = process.wait(10)
    assert process.stdout is not None
    process.stdout.close()
    return code


def test_the_command_announces_itself_and_stops_on_sigterm(tmp_path: Path) -> None:
    process, announced = _start(tmp_path / "new" / "folder")
    assert requests.get(f"{announced['url']}sandbox/v1/health", timeout=5).ok
    assert Path(announced["credentials"]).is_file()
    assert announced["url"] in Path(announced["config"]).read_text("utf-8")
    assert Path(announced["credentials"]).stat().st_mode & 0o077 == 0, "a key is private"
    assert _stop(process, signal.SIGTERM) == 0


def test_every_answered_write_survives_a_kill(tmp_path: Path) -> None:
    process, announced = _start(tmp_path)
    answered: list[str] = []
    writer = threading.Thread(target=_write_until_cut, args=(announced, answered))
    writer.start()
    deadline = time.monotonic() + 10
    while len(answered) < 20 and time.monotonic() < deadline:
        time.sleep(0.01)
    _stop(process, signal.SIGKILL)
    writer.join(10)
    with serve(tmp_path) as again:
        chosen = credentials(again.credentials, "itn-sync@ecole.example", scopes_of("drive"))
        kept = _names(again.url, chosen)
        with again.tenant.world.transaction(write=False) as state:
            assert state.execute("PRAGMA integrity_check").fetchone()[0] == "ok"
    assert len(answered) >= 20
    assert set(answered) <= kept


def _write_until_cut(announced: dict[str, str], answered: list[str]) -> None:
    chosen = credentials(
        Path(announced["credentials"]), "itn-sync@ecole.example", scopes_of("drive")
    )
    with AuthorizedSession(chosen) as line:  # type: ignore[no-untyped-call]  # (google-auth)
        for number in range(100_000):
            name = f"fichier {number}"
            try:
                line.post(f"{announced['url']}drive/v3/files", json={"name": name}, timeout=5)
            except requests.ConnectionError:
                return
            answered.append(name)


def _names(url: str, chosen: object) -> set[str]:
    with AuthorizedSession(chosen) as line:  # type: ignore[no-untyped-call]  # (google-auth)
        found: set[str] = set()
        token = ""
        while True:
            query = {"pageSize": 1000} | ({"pageToken": token} if token else {})
            page = line.get(f"{url}drive/v3/files", params=query).json()
            found |= {file["name"] for file in page["files"]}
            token = page.get("nextPageToken", "")
            if not token:
                return found


def test_the_demo_school_is_there_once(tmp_path: Path) -> None:
    with serve(tmp_path, school="demo") as first:
        assert not first.tenant.world.is_empty()
        key = json.loads(first.credentials.read_text("utf-8"))["private_key_id"]
        with first.tenant.world.transaction(write=False) as state:
            before = _responses(state)
    with serve(tmp_path, school="demo") as second:
        with second.tenant.world.transaction(write=False) as state:
            assert _responses(state) == before > 30
        assert json.loads(second.credentials.read_text("utf-8"))["private_key_id"] == key


def _responses(state: sqlite3.Connection) -> int:
    return int(state.execute("SELECT count(*) FROM form_response").fetchone()[0])


def test_the_first_port_that_is_taken_is_said(tmp_path: Path) -> None:
    with serve(tmp_path / "a") as first:
        port = first.url.rpartition(":")[2].strip("/")
        run = _RUN.replace("run_sandbox(0,", f"run_sandbox({port},")
        done = subprocess.run(
            [sys.executable, "-c", run, str(tmp_path / "b"), "empty"],
            capture_output=True,
            text=True,
            timeout=20,
            check=False,
            env=os.environ,
        )
    assert done.returncode == 1
    assert done.stderr.startswith("itn-sync sandbox:")
