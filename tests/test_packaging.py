"""What a school installs: the wheel, and the lock files that make two commands enough."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import tomllib
from email import message_from_bytes
from email.message import Message
from pathlib import Path
from zipfile import ZipFile

import pytest

from itn_sync import __version__

ROOT = Path(__file__).parent.parent
PINNED = re.compile(r"^([A-Za-z0-9._-]+)(?:\[[a-z0-9,-]+\])?==\S+(?: ; .+)? \\$")


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> ZipFile:
    folder = tmp_path_factory.mktemp("dist")
    build = [sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", str(folder)]
    subprocess.run([*build, str(ROOT)], check=True, capture_output=True)
    return ZipFile(next(folder.glob("*.whl")))


@pytest.fixture(scope="module")
def metadata(wheel: ZipFile) -> Message:
    return message_from_bytes(wheel.read(f"itn_sync-{__version__}.dist-info/METADATA"))


def names_of(wheel: ZipFile) -> set[str]:
    return set(wheel.namelist())


@pytest.mark.parametrize("folder", ["config", "templates"])
def test_the_wheel_carries_the_settings_and_wordings_of_the_repository(
    wheel: ZipFile, folder: str
) -> None:
    files = [path for path in (ROOT / folder).rglob("*") if path.is_file()]
    assert files
    for path in files:
        packed = f"itn_sync/data/{path.relative_to(ROOT).as_posix()}"
        assert wheel.read(packed) == path.read_bytes()


def test_the_wheel_carries_every_file_of_the_package(wheel: ZipFile) -> None:
    package = (path for path in (ROOT / "itn_sync").rglob("*") if path.is_file())
    wanted = {p.relative_to(ROOT).as_posix() for p in package if "__pycache__" not in p.parts}
    assert wanted <= names_of(wheel)


def test_the_wheel_carries_nothing_but_the_package(wheel: ZipFile) -> None:
    tops = {name.split("/")[0] for name in names_of(wheel)}
    assert tops == {"itn_sync", f"itn_sync-{__version__}.dist-info"}


def test_the_package_says_what_it_is(metadata: Message) -> None:
    assert metadata["Name"] == "itn-sync"
    assert metadata["Version"] == __version__
    assert metadata["License-Expression"] == "MIT"
    assert metadata["Requires-Python"] == ">=3.11"


def test_the_package_pins_nothing_and_names_no_address(metadata: Message) -> None:
    needed = metadata.get_all("Requires-Dist")
    assert needed
    assert [one for one in needed if "==" in one.split(";")[0] or "@" in one] == []


def test_the_demo_runs_from_the_wheel_in_an_empty_folder(wheel: ZipFile, tmp_path: Path) -> None:
    installed, empty = tmp_path / "installed", tmp_path / "empty"
    wheel.extractall(installed)
    empty.mkdir()
    command = [sys.executable, "-m", "itn_sync", "demo", "--once", "--port", "0"]
    ran = subprocess.run(
        command,
        cwd=empty,
        env=os.environ | {"PYTHONPATH": str(installed)},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert ran.returncode == 0, ran.stderr
    assert "mails sent" in ran.stdout
    assert (empty / "demo" / "google.toml").is_file()


@pytest.mark.parametrize("name", ["requirements.lock", "requirements-dev.lock"])
class TestLock:
    def test_it_pins_and_hashes_every_package(self, name: str) -> None:
        blocks = re.split(r"\n(?=\S)", (ROOT / name).read_text("utf-8").strip())
        for block in blocks:
            first, *hashes = block.splitlines()
            assert PINNED.match(first), first
            assert hashes
            assert all(re.match(r" +--hash=sha256:[0-9a-f]{64}", line) for line in hashes)

    def test_it_holds_all_that_the_package_needs(self, name: str) -> None:
        project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
        needed = list(project["dependencies"]) + project["optional-dependencies"]["build-backend"]
        if "dev" in name:
            needed += project["optional-dependencies"]["dev"]
        wanted = {re.split(r"[<>=;~ ]", one)[0] for one in needed}
        assert wanted <= locked(name)

    def test_it_serves_windows_too(self, name: str) -> None:
        assert {"colorama", "tzdata"} <= locked(name)

    def test_it_names_no_index(self, name: str) -> None:
        text = (ROOT / name).read_text("utf-8")
        assert not re.search(r"https?://|file:|--index|--find-links|--extra|--trusted", text)


def test_tests_run_on_the_versions_that_schools_get() -> None:
    assert pins("requirements.lock") <= pins("requirements-dev.lock")


def locked(name: str) -> set[str]:
    return {pin.split("==")[0] for pin in pins(name)}


def pins(name: str) -> set[str]:
    lines = (ROOT / name).read_text("utf-8").splitlines()
    return {line.split(" ")[0] for line in lines if PINNED.match(line)}
