"""`classroom.courses.aliases`: names for a class, in the domain (`d:`) or in one project (`p:`).

Source: guide «Manage course aliases»: administrators alone make domain aliases.
"""

from __future__ import annotations

from itn_sync.sandbox.call import Call, behaviour
from itn_sync.sandbox.classroom.access import (
    STAFF,
    in_domain,
    is_admin,
    require_course,
    school_domain,
)
from itn_sync.sandbox.errors import (
    ApiError,
    Json,
    failed_precondition,
    forbidden,
    invalid,
    not_found,
)
from itn_sync.sandbox.paging import listed

_LONGEST = 256


@behaviour("classroom.courses.aliases.create")
def create(call: Call) -> Json:
    """Give the class another name; 409 where it is taken."""
    course = require_course(call, roles=STAFF)
    alias = call.body.get("alias", "")
    require_free(call, alias)
    put(call, course["id"], alias)
    return {"alias": alias}


@behaviour("classroom.courses.aliases.list")
def list_aliases(call: Call) -> Json:
    """The names of the class in the domain and in the caller's project."""
    course = require_course(call)
    rows = call.state.execute(
        "SELECT alias FROM classroom_alias WHERE course = ? AND scope IN (?, ?) ORDER BY alias",
        (course["id"], call.project, _domain_of(call)),
    ).fetchall()
    return listed("aliases", rows, call, lambda row: {"alias": row["alias"]})


@behaviour("classroom.courses.aliases.delete")
def delete(call: Call) -> Json:
    """Take a name from the class; 404 where it does not have it."""
    course = require_course(call, roles=STAFF)
    alias = call.params["alias"]
    scope = _scope(call, alias)
    gone = call.state.execute(
        "DELETE FROM classroom_alias WHERE alias = ? AND scope = ? AND course = ?",
        (alias, scope, course["id"]),
    )
    if not gone.rowcount:
        raise not_found()
    return {}


def require_free(call: Call, alias: str) -> None:
    """Raise 400 for what is no alias, 403 for one the caller may not make, 409 for a taken one."""
    if len(alias) > _LONGEST:
        raise invalid(f"Alias must be no longer than {_LONGEST} characters.", "alias")
    query = "SELECT 1 FROM classroom_alias WHERE alias = ? AND scope = ?"
    if call.state.execute(query, (alias, _scope(call, alias))).fetchone():
        raise ApiError(409, "Requested entity already exists")


def put(call: Call, course_id: str, alias: str) -> None:
    """Keep a free alias."""
    values = (alias, _scope(call, alias), course_id)
    call.state.execute("INSERT INTO classroom_alias VALUES (?, ?, ?)", values)


def _scope(call: Call, alias: str) -> str:
    """The namespace the alias is written in, if the caller may write there."""
    if alias.startswith("p:") and alias != "p:":
        return call.project
    if not alias.startswith("d:") or alias == "d:":
        raise invalid("Alias must begin with 'd:' or 'p:'.", "alias")
    if not in_domain(call.state, call.user):
        raise failed_precondition("A domain-scoped alias needs an account of the domain.")
    if not is_admin(call.state, call.user):
        raise forbidden()
    return school_domain(call.state)


def _domain_of(call: Call) -> str:
    return school_domain(call.state) if in_domain(call.state, call.user) else ""
