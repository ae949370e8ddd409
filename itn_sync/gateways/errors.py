"""What can go wrong between the worker and Google, in the few kinds that matter to a caller.

Messages are for logs: English, and without what was sent (Google quotes bad input, so quotations
are cut). Source: https://google.aip.dev/193, facts section 9.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any, TypeVar

T = TypeVar("T")

_RATE_LIMITED = frozenset(
    {"rateLimitExceeded", "userRateLimitExceeded", "RATE_LIMIT_EXCEEDED", "RESOURCE_EXHAUSTED"}
)
_QUOTA_SPENT = frozenset({"dailyLimitExceeded", "quotaExceeded", "limitExceeded"})
_SCOPE_MISSING = frozenset({"ACCESS_TOKEN_SCOPE_INSUFFICIENT", "insufficientPermissions"})
_BAD_ADDRESS = "Invalid To header"
"""Gmail's words; its reason, `invalidArgument`, tells nothing."""
_PASSING = frozenset({408, 500, 502, 503, 504})


class GatewayError(Exception):
    """A call did not do what was asked; `status` is 0 when there was no HTTP answer."""

    def __init__(self, status: int, reason: str, message: str) -> None:
        super().__init__(status, reason, message)
        self.status = status
        self.reason = reason
        self.message = message

    def __str__(self) -> str:
        return f"{self.message} [{self.status or 'no answer'}, {self.reason}]"

    @property
    def french(self) -> str:
        """What a secretary needs to know of it: `erreur 403`, or that nothing answered."""
        return f"erreur {self.status}" if self.status else "Google ne répond pas"


class Refused(GatewayError):  # noqa: N818 (reads as a sentence in `except`)
    """Google says no and will say no again (a permanent 4xx): nothing was done."""


class InvalidAddress(Refused):
    """Nobody can be written to at that address."""

    @property
    def french(self) -> str:
        """What a secretary has to mend."""
        return "adresse invalide"


class Missing(Refused):
    """There is no such thing, or this account may not know of it (404)."""


class Unavailable(GatewayError):  # noqa: N818 (reads as a sentence in `except`)
    """Google could not be reached, or was busy, after all the patience there is.

    Nothing was done, or what was asked may be asked again without harm.
    """


class OutcomeUnknown(GatewayError):  # noqa: N818 (reads as a sentence in `except`)
    """The answer to a create or a send was lost: it may have been done or not."""


class QuotaSpent(GatewayError):  # noqa: N818 (reads as a sentence in `except`)
    """No more today, or for longer than a run can wait: nothing was done."""


class CredentialsRefused(GatewayError):  # noqa: N818 (reads as a sentence in `except`)
    """The worker may not act as this person at all; the message says what to mend."""

    def __str__(self) -> str:
        """Where nothing was asked yet, a file is wrong, not an answer missing."""
        return super().__str__() if self.status else self.message


@dataclass(frozen=True)
class Complaint:
    """An error answer as Google words it, whichever of its two envelopes it came in."""

    status: int
    reasons: tuple[str, ...]
    message: str

    @property
    def reason(self) -> str:
        """The most precise reason given, or `HTTP 400` when there is none."""
        return self.reasons[0] if self.reasons else f"HTTP {self.status}"

    @property
    def is_rate_limit(self) -> bool:
        """True when Google turned the call away for its frequency: nothing was done."""
        return self.status == 429 or (self.status == 403 and bool(self._said(_RATE_LIMITED)))

    @property
    def is_quota_spent(self) -> bool:
        """True when the daily allowance is gone."""
        return self.status in (403, 429) and bool(self._said(_QUOTA_SPENT))

    @property
    def is_passing(self) -> bool:
        """True for an outage that ends by itself; whether something was done is not known."""
        return self.status in _PASSING

    @property
    def lacks_scope(self) -> bool:
        """True when the token does not carry the scope that the method needs."""
        return self.status == 403 and bool(self._said(_SCOPE_MISSING))

    def _said(self, reasons: frozenset[str]) -> frozenset[str]:
        return reasons.intersection(self.reasons)


def read_complaint(status: int, body: bytes) -> Complaint:
    """What an error answer says; `body` may be HTML, cut short or empty."""
    try:
        error = json.loads(body)["error"]
    except (ValueError, KeyError, TypeError):
        return Complaint(status, (), "the answer was not Google's JSON")
    if not isinstance(error, dict):
        return Complaint(status, (str(error),), "see the reason")
    return Complaint(status, tuple(_reasons(error)), _without_quotations(error.get("message", "")))


def permanent(complaint: Complaint) -> GatewayError:
    """The error for an answer that will not change by itself."""
    return _kind(complaint)(complaint.status, complaint.reason, complaint.message)


def _kind(complaint: Complaint) -> type[Refused]:
    if complaint.status == 404:
        return Missing
    bad_address = complaint.status == 400 and complaint.message == _BAD_ADDRESS
    return InvalidAddress if bad_address else Refused


def _reasons(error: dict[str, Any]) -> Iterator[str]:
    """Most precise first: ErrorInfo, then the legacy list, then the status (facts 9)."""
    entries = [*error.get("details", ()), *error.get("errors", ())]
    yield from (e["reason"] for e in entries if isinstance(e, dict) and "reason" in e)
    if "status" in error:
        yield str(error["status"])


def _without_quotations(message: object) -> str:
    return re.sub(r'"[^"]*"?', '"…"', str(message))[:300]


def attempt(read: Callable[[], T]) -> T | GatewayError:
    """What was read, or what went wrong: one thing that fails stops no other.

    Raises CredentialsRefused: without credentials nothing can be read at all.
    """
    try:
        return read()
    except CredentialsRefused:
        raise
    except GatewayError as error:
        return error
