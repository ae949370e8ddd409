"""`classroom.userProfiles`: what a person may know of another, by the scopes of the token.

Source: schema `UserProfile`: the address needs `profile.emails`, the picture `profile.photos`.
"""

from __future__ import annotations

from itn_sync.sandbox.call import Call, behaviour
from itn_sync.sandbox.classroom.access import in_domain, is_admin, user_id, user_of
from itn_sync.sandbox.drive.people import display_name
from itn_sync.sandbox.errors import ApiError, Json, forbidden
from itn_sync.sandbox.world import State

_SCOPE = "https://www.googleapis.com/auth/classroom.profile."
_SHARED_CLASS = """
    SELECT 1 FROM classroom_member mine JOIN classroom_member theirs ON mine.course = theirs.course
    WHERE mine.user = ? AND theirs.user = ? AND 'teacher' IN (mine.role, theirs.role)
"""


@behaviour("classroom.userProfiles.get")
def get(call: Call) -> Json:
    """One's own profile, a teacher's or student's of one's classes, or, as administrator, any.

    403 for everybody else and for an identifier of nobody, as the method says.
    """
    try:
        address = user_of(call.state, call.params["userId"], call.user)
    except ApiError:
        raise forbidden() from None
    own = address == call.user
    if not own and not is_admin(call.state, call.user) and not _share_a_class(call, address):
        raise forbidden()
    profile = profile_of(call, address)
    if (own or is_admin(call.state, call.user)) and in_domain(call.state, address):
        profile["permissions"] = [{"permission": "CREATE_COURSE"}]
    return profile


def _share_a_class(call: Call, address: str) -> bool:
    """Whether one of the two teaches a class of the other."""
    return call.state.execute(_SHARED_CLASS, (call.user, address)).fetchone() is not None


def profile_of(call: Call, address: str) -> Json:
    """The UserProfile of an address, with what the caller's scopes show."""
    number = user_id(call.state, address)
    given, family = names_of(call.state, address)
    name = {"givenName": given, "familyName": family, "fullName": f"{given} {family}".strip()}
    profile: Json = {"id": number, "name": {part: text for part, text in name.items() if text}}
    if f"{_SCOPE}emails" in call.scopes:
        profile["emailAddress"] = address
    if f"{_SCOPE}photos" in call.scopes:
        profile["photoUrl"] = "//lh3.googleusercontent.com/a/default-user"
    return profile


def names_of(state: State, address: str) -> tuple[str, str]:
    """First and last name: those imported with the class, else those shown for the address."""
    row = state.execute(
        "SELECT given, family FROM classroom_user WHERE address = ?", (address,)
    ).fetchone()
    if row and (row["given"] or row["family"]):
        return row["given"], row["family"]
    given, _, family = display_name(state, address).partition(" ")
    return given, family


def put_names(state: State, address: str, given: str, family: str) -> None:
    """Keep the names of an account, as its own domain has them."""
    state.execute(
        "UPDATE classroom_user SET given = ?, family = ? WHERE id = ?",
        (given, family, user_id(state, address)),
    )
