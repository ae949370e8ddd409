"""`/healthz`: whether the service is well, for a monitor on the same machine.

200 while it is, 503 when runs keep failing or one is stuck; the body is one JSON object.
"""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime, timedelta
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from itn_sync.config_service import Service
from itn_sync.ledger_runs import Ending, Runs
from itn_sync.status import is_stuck

Health = Mapping[str, Any]

_PATH = "/healthz"


def health(service: Service, runs: Runs, next_run: datetime | None, now: datetime) -> Health:
    """Whether all is well; `next_run` is when the scheduler means to run next.

    A next run that lies as far back as a run may take is a scheduler that stands still.
    """
    trouble = runs.trouble()
    last_good = runs.last(Ending.DONE)
    overdue = next_run is not None and now - next_run > timedelta(minutes=service.stuck_minutes)
    stuck = overdue or is_stuck(runs.at_work(), service, now)
    failing = trouble.is_persistent(service.failures_before_mail)
    return {
        "ok": not (failing or stuck),
        "state": "stuck" if stuck else "failing" if failing else "ok",
        "last_success": last_good.started.isoformat(timespec="seconds") if last_good else None,
        "next_run": next_run.isoformat(timespec="seconds") if next_run else None,
        "failures_in_a_row": len(trouble.runs),
    }


@contextmanager
def answering(port: int, look: Callable[[], Health]) -> Iterator[int]:
    """Answer `/healthz` on 127.0.0.1 while the context lasts; the port. OSError when it is taken.

    Port 0 answers nowhere.
    """
    if not port:
        yield 0
        return
    with ThreadingHTTPServer(("127.0.0.1", port), _handler(look)) as server:
        server.daemon_threads = True
        threading.Thread(target=server.serve_forever, name="healthz", daemon=True).start()
        yield port
        server.shutdown()


def _handler(look: Callable[[], Health]) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        """One page, and nothing is logged."""

        def do_GET(self) -> None:
            if self.path != _PATH:
                self.send_error(HTTPStatus.NOT_FOUND)
                return
            found = look()
            body = json.dumps(found).encode()
            self.send_response(HTTPStatus.OK if found["ok"] else HTTPStatus.SERVICE_UNAVAILABLE)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *args: object) -> None:
            """Not in the service's log."""

    return Handler
