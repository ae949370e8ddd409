"""The service's log: one line per event, whatever is in it."""

from __future__ import annotations

import logging
import subprocess
import sys

from itn_sync.service_log import OneLine, told


def test_an_event_is_key_and_value() -> None:
    line = told("run_ended", job="suivi", mails_sent=0, cause="", port=None, detail='a "b"\nc')
    assert line == 'event=run_ended job=suivi mails_sent=0 detail="a \\"b\\"\\nc"'


def test_a_traceback_of_a_library_stays_on_one_line() -> None:
    record = logging.LogRecord("x", logging.ERROR, "x.py", 1, "broken", (), None)
    record.exc_text = "Traceback:\n  somewhere\nValueError"
    assert OneLine("%(message)s").format(record) == "broken | Traceback: |   somewhere | ValueError"


def test_the_service_speaks_and_libraries_only_warn() -> None:
    script = """
import logging
from itn_sync.service_log import write_log
write_log()
logging.getLogger("itn_sync.service").info("event=started")
logging.getLogger("apscheduler.scheduler").info("chatter")
logging.getLogger("apscheduler.scheduler").warning("late")
"""
    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=True
    )
    lines = done.stderr.splitlines()
    assert len(lines) == 2
    assert lines[0].endswith("Z level=INFO event=started")
    assert lines[1].endswith("Z level=WARNING late")
