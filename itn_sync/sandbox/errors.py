"""Google's error envelopes: modern (Forms, Classroom, Sheets) and legacy (Drive, Gmail).

Source: https://google.aip.dev/193 and each API's «handle errors» page.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

Json = dict[str, Any]

LEGACY_APIS = frozenset({"drive", "gmail"})

_STATUS_OF_CODE = {
    400: "INVALID_ARGUMENT",
    401: "UNAUTHENTICATED",
    403: "PERMISSION_DENIED",
    404: "NOT_FOUND",
    408: "DEADLINE_EXCEEDED",
    409: "ALREADY_EXISTS",
    429: "RESOURCE_EXHAUSTED",
    499: "CANCELLED",
    500: "INTERNAL",
    501: "UNIMPLEMENTED",
    503: "UNAVAILABLE",
    504: "DEADLINE_EXCEEDED",
}


@dataclass(eq=False)  # not frozen: contextlib assigns an exception's traceback
class ApiError(Exception):
    """What a method answers instead of a result.

    `reason`, `location`, `location_type` and `legacy_message` fill the legacy `errors[0]`;
    `details` the modern list.
    """

    code: int
    message: str
    status: str = ""
    reason: str = ""
    domain: str = "global"
    location: str = ""
    location_type: str = ""
    legacy_message: str = ""
    details: Sequence[Json] = ()
    headers: Mapping[str, str] = field(default_factory=dict)

    def envelope(self, api: str) -> Json:
        """The JSON body as `api` words it: `{"error": {code, message, status, …}}`."""
        error: Json = {"code": self.code, "message": self.message}
        if api in LEGACY_APIS:
            error["errors"] = [self._legacy_entry()]
        error["status"] = self.status or _STATUS_OF_CODE.get(self.code, "UNKNOWN")
        if self.details:
            error["details"] = list(self.details)
        return {"error": error}

    def _legacy_entry(self) -> Json:
        reason = self.reason or _legacy_reason(self.code)
        message = self.legacy_message or self.message
        entry = {"message": message, "domain": self.domain, "reason": reason}
        if self.location:
            entry |= {"location": self.location, "locationType": self.location_type or "parameter"}
        return entry


def _legacy_reason(code: int) -> str:
    return {
        400: "badRequest",
        401: "authError",
        403: "forbidden",
        404: "notFound",
        409: "conflict",
        429: "rateLimitExceeded",
        500: "backendError",
        501: "notImplemented",
        503: "backendError",
    }.get(code, "unknown")


def field_violation(field_path: str, description: str) -> Json:
    """One BadRequest detail naming the offending field."""
    return {
        "@type": "type.googleapis.com/google.rpc.BadRequest",
        "fieldViolations": [{"field": field_path, "description": description}],
    }


def invalid(message: str, field_path: str = "", **more: Any) -> ApiError:
    """400 INVALID_ARGUMENT, with BadRequest details when the field is known."""
    details = (field_violation(field_path, message),) if field_path else ()
    return ApiError(400, message, details=details, **{"reason": "invalidArgument", **more})


def failed_precondition(message: str, **more: Any) -> ApiError:
    """400 FAILED_PRECONDITION."""
    return ApiError(
        400, message, status="FAILED_PRECONDITION", **{"reason": "failedPrecondition", **more}
    )


def forbidden(message: str = "The caller does not have permission", **more: Any) -> ApiError:
    """403 PERMISSION_DENIED."""
    return ApiError(403, message, **more)


def not_found(message: str = "Requested entity was not found.", **more: Any) -> ApiError:
    """404 NOT_FOUND."""
    return ApiError(404, message, **more)


def unimplemented(method_id: str) -> ApiError:
    """501: the method is Google's, the sandbox has no behaviour for it yet."""
    return ApiError(501, f"The sandbox has no behaviour for {method_id} yet.")
