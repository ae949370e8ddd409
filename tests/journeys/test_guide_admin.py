"""docs/guide-admin.md, typed word for word on a machine whose only Google is the sandbox (F30).

What needs root, a package index or systemd is played by small programs of the same name, in front
on the PATH: `sudo` does as it is told, the folders of the system begin in one of the test's. The
consoles of Google cannot be tried here; what is pasted there is given to the sandbox.
"""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import pytest

from itn_sync.sandbox.server import RunningSandbox
from tests.journeys.test_founding import fill_in
from tests.rehearsal import MORNING, REFERENT_VA, Rehearsal

pytestmark = pytest.mark.skipif(os.name != "posix", reason="The guide is for Linux")

ROOT = Path(__file__).parents[2]
GUIDE = ROOT / "docs" / "guide-admin.md"
SYSTEM_FOLDERS = ("/opt/", "/var/lib/", "/usr/local/bin/", "/etc/systemd/system/")

PROGRAMS = {
    "sudo": '[ "$1" = -u ] && shift 2\nexec "$@"',
    "useradd": "exit 0",
    "chown": "exit 0",
    "nano": 'test -f "$1"',
    "systemctl": 'echo "$@" >> "$HOME/systemctl"',
    "python3": 'mkdir -p "$3/bin" && cp "$HOME/bin/pip" "$HOME/bin/itn-sync" "$3/bin/"',
    "pip": 'for word; do case "$word" in -*|install) ;; *) test -e "$word" || exit 1;; esac; done',
    "itn-sync": f'exec {sys.executable} -m itn_sync "$@"',
    "sqlite3": f'exec {sys.executable} "$HOME/bin/sqlite.py" "$@"',
}
SQLITE = """\
import sqlite3, sys
source, command = sys.argv[1:]
target = command.removeprefix(".backup ")
assert target != command
with sqlite3.connect(source) as ledger, sqlite3.connect(target) as copy:
    ledger.backup(copy)
"""


@dataclass(frozen=True)
class Machine:
    """A fresh machine: the reader's home folder, and where its system folders really are."""

    home: Path
    sandbox: RunningSandbox

    @property
    def school(self) -> Path:
        """What the guide calls /var/lib/itn-sync."""
        return self.home / "system/var/lib/itn-sync"

    def type(self, block: str) -> str:
        """What a block of the guide answers; every command in it must succeed."""
        done = subprocess.run(
            ["/bin/bash", "-euo", "pipefail", "-c", self.placed(block)],
            check=False,
            cwd=ROOT,
            env=self.environ,
            capture_output=True,
            text=True,
            timeout=120,
        )
        assert done.returncode == 0, f"{block}\n{done.stdout}\n{done.stderr}"
        return done.stdout

    def placed(self, text: str) -> str:
        """The text with the system's folders in ours."""
        for folder in SYSTEM_FOLDERS:
            text = re.sub(rf"(?<![\w/]){folder}", f"{self.home}/system{folder}", text)
        return text

    @property
    def environ(self) -> dict[str, str]:
        path = f"{self.home}/bin:{self.home}/system/usr/local/bin:{os.environ['PATH']}"
        root_url = {"ITN_SYNC_ROOT_URL": self.sandbox.url, "PYTHONPATH": str(ROOT)}
        return {**os.environ, "HOME": str(self.home), "PATH": path, **root_url}


@pytest.fixture
def machine(workspace: RunningSandbox, tmp_path: Path) -> Machine:
    """The reader has downloaded the key, as step 3 says."""
    for folder in ("bin", *(f"system{folder}" for folder in SYSTEM_FOLDERS)):
        (tmp_path / folder).mkdir(parents=True)
    for name, lines in PROGRAMS.items():
        program = tmp_path / "bin" / name
        program.write_text(f"#!/bin/bash\n{lines}\n", encoding="utf-8")
        program.chmod(0o755)
    (tmp_path / "bin/sqlite.py").write_text(SQLITE, encoding="utf-8")
    (tmp_path / "credentials.json").write_bytes(workspace.credentials.read_bytes())
    return Machine(tmp_path, workspace)


def steps() -> Iterator[tuple[str, str]]:
    """Each block of commands with the heading that it stands under."""
    for section in re.split(r"^##+ ", GUIDE.read_text("utf-8"), flags=re.MULTILINE)[1:]:
        for block in re.findall(r"^```sh\n(.*?)^```", section, re.DOTALL | re.MULTILINE):
            yield section.splitlines()[0], block


def test_the_guide_leads_from_nothing_to_a_student_who_is_answered(
    school: Rehearsal, machine: Machine
) -> None:
    told: dict[str, list[str]] = {}
    school.control("PUT", "delegation", scopes=[])
    for heading, block in steps():
        school.go_to(datetime.now(UTC) if "itn-sync check" in block else MORNING)
        if "itn-sync plan" in block and not told.get("9. Le premier passage"):
            answer_the_form(school, machine)
        if "itn-sync rebuild" in block:
            lose_the_ledger(machine)
        told.setdefault(heading, []).append(machine.type(block))
        if "units.toml" in block:
            name_a_unit(machine)
        if "itn-sync scopes" in block:
            paste_in_the_admin_console(school, told[heading][-1])
    assert "by hand" in told["7. Créer les feuilles et le formulaire"][0]
    assert " 0 to look at, 0 to mend." in told["8. Vérifier"][0]
    assert told["8. Vérifier"][1].startswith("Objet : ")
    planned, done = told["9. Le premier passage"]
    assert "Zoé Exemple" in planned
    assert "2 mails sent" in done
    assert "Next:" in told["10. L'horaire"][0]
    assert "made     register «Mathématiques 1»" in told["Créer les registres"][0]
    assert "0 mails to send" in told["Registre perdu"][0]
    assert " 0 to mend." in told["Mettre à jour"][0]
    assert len(school.inbox("zoe@etudiant.example")) == 1
    assert len(school.inbox(REFERENT_VA)) == 1
    assert (machine.school / "sauvegarde.db").stat().st_size > 0
    assert "enable --now itn-sync" in (machine.home / "systemctl").read_text("utf-8")
    keep_the_schedule_for_a_moment(machine)


def paste_in_the_admin_console(school: Rehearsal, shown: str) -> None:
    """The reader grants the last line, whole, and nothing else."""
    school.control("PUT", "delegation", scopes=shown.splitlines()[-1].split(","))


def answer_the_form(school: Rehearsal, machine: Machine) -> None:
    """The reader answers the new form as a student."""
    forms = tomllib.loads((machine.school / "config/forms.toml").read_text("utf-8"))
    fill_in(school, forms["form"][0])


def name_a_unit(machine: Machine) -> None:
    """The reader writes the UE of the guide, for a year in which nothing was missed yet."""
    (block,) = re.findall(r"^\[\[unit\]\]\n.*?(?=^```)", GUIDE.read_text("utf-8"), re.DOTALL | re.M)
    later = block.replace("2026-", "2126-").replace("2027-", "2127-")
    path = machine.school / "config/units.toml"
    path.write_text(path.read_text("utf-8") + later, encoding="utf-8")


def lose_the_ledger(machine: Machine) -> None:
    """What «Registre perdu» is for."""
    for file in machine.school.glob("itn-sync.db*"):
        file.unlink()


def keep_the_schedule_for_a_moment(machine: Machine) -> None:
    """The unit that was copied starts a service, which stops when it is asked to."""
    unit = (machine.home / "system/etc/systemd/system/itn-sync.service").read_text("utf-8")
    command = re.findall(r"^ExecStart=(.+)$", unit, re.MULTILINE)[0]
    service = subprocess.Popen(
        machine.placed(command).split(), env=machine.environ, stderr=subprocess.PIPE, text=True
    )
    assert service.stderr is not None
    first = service.stderr.readline()
    service.send_signal(signal.SIGTERM)
    _, rest = service.communicate(timeout=60)
    assert "event=" in first
    assert service.returncode == 0, rest
