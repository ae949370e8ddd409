"""The `updateMask` of Classroom: required, and naming only what may be changed.

Source: the parameter's description on every `patch` of the `classroom.v1` discovery document.
"""

from __future__ import annotations

from itn_sync.sandbox.call import Call
from itn_sync.sandbox.errors import Json, invalid
from itn_sync.sandbox.scalars import mask_paths

_FIELD = "update_mask"
_ENUMS = frozenset({"state", "workType", "submissionModificationMode"})


def specified(body: Json) -> Json:
    """The body without enums that say nothing (`COURSE_WORK_STATE_UNSPECIFIED`)."""
    return {
        name: value
        for name, value in body.items()
        if name not in _ENUMS or not value.endswith("_UNSPECIFIED")
    }


def masked_fields(call: Call, allowed: frozenset[str], clearable: frozenset[str]) -> Json:
    """What the mask changes: field → new value, None to clear it.

    snake_case and camelCase names are taken. Raises 400 for no mask, a name that is not `allowed`,
    and a field that cannot be empty (not `clearable`) without a value in the body.
    """
    names = mask_paths(call.params.get("updateMask", ""))
    if not names:
        raise invalid("The update mask is required and must not be empty.", _FIELD)
    refused = [name for name in names if name not in allowed]
    if refused:
        raise invalid(f"The update mask has fields that cannot be updated: {refused[0]}.", _FIELD)
    body = specified(call.body)
    changes = {name: body.get(name) for name in names}
    for name, value in changes.items():
        if value in (None, "") and name not in clearable:
            raise invalid(f"The field {name} is in the update mask and must not be empty.", name)
    return changes
