"""The service's log: one line per event, `key=value`, ready for journald and for grep."""

from __future__ import annotations

import json
import logging
import re
import time

_PLAIN = re.compile(r"[\w.,:;/@+*()–-]+")


def told(event: str, **values: object) -> str:
    """`event=run_ended job=suivi ending=done`; empty values are left out, others quoted."""
    shown = (
        f"{key}={_value(str(value))}" for key, value in values.items() if value not in ("", None)
    )
    return " ".join((f"event={event}", *shown))


def _value(text: str) -> str:
    return text if _PLAIN.fullmatch(text) else json.dumps(text, ensure_ascii=False)


class OneLine(logging.Formatter):
    """Also what a library says over several lines, a traceback for one."""

    def format(self, record: logging.LogRecord) -> str:
        """The record on one line."""
        return " | ".join(super().format(record).splitlines())


def write_log() -> None:
    """Send the log to standard error, instants in UTC; the libraries' own from warnings on."""
    form = OneLine("time=%(asctime)s level=%(levelname)s %(message)s", datefmt="%Y-%m-%dT%H:%M:%SZ")
    form.converter = time.gmtime
    handler = logging.StreamHandler()
    handler.setFormatter(form)
    logging.basicConfig(level=logging.WARNING, handlers=[handler])
    logging.getLogger("itn_sync.service").setLevel(logging.INFO)
