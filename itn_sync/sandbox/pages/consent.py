"""Where a person gives an application access, as at accounts.google.com.

Source: https://developers.google.com/identity/protocols/oauth2/native-app
"""

from __future__ import annotations

from collections.abc import Mapping
from urllib.parse import urlencode, urlsplit

from werkzeug import Response
from werkzeug.utils import redirect

from itn_sync.sandbox.drive.people import display_name
from itn_sync.sandbox.oauth_grants import (
    Asking,
    UnaskableError,
    consented,
    full_scope,
    grant_code,
    read_asking,
)
from itn_sync.sandbox.pages.scope_words import in_words
from itn_sync.sandbox.pages.visit import Visit, render
from itn_sync.sandbox.world import State, get_setting, now

_WRONG = {
    "invalid_client": "Cette application n’est pas connue ici.",
    "invalid_scope": "L’application demande un accès qui n’existe pas.",
    "redirect_uri_mismatch": "L’application veut recevoir la réponse à une adresse non permise.",
    "unsupported_response_type": "L’application demande une réponse d’un genre inconnu.",
}
_MALFORMED = "La demande de l’application est incomplète ou mal formée."


def ask(visit: Visit) -> Response:
    """The consent page; with `prompt=none` the answer at once, without a page."""
    query = visit.request.args.to_dict()
    try:
        with visit.transaction(write=True) as state:
            asking = read_asking(state, query)
            if "none" in asking.prompt:
                return _without_asking(state, asking)
            people, domain = _people(state, asking), str(get_setting(state, "domain", ""))
    except UnaskableError as error:
        return _error_page(error)
    return _page(asking, query, people, domain)


def decide(visit: Visit) -> Response:
    """The person's answer goes to the application: a code, or `access_denied`."""
    form = visit.request.form
    query = {name: value for name, value in form.to_dict().items() if not name.startswith("_")}
    try:
        with visit.transaction(write=True) as state:
            asking = read_asking(state, query)
            user = (form.get("_other", "").strip() or form.get("_user", "")).lower()
            chosen = frozenset(map(full_scope, form.getlist("_scope"))) & frozenset(asking.scopes)
            if form.get("_decision") != "allow" or not chosen:
                return _answer(asking, {"error": "access_denied"})
            if not _has_account(state, user):
                people, domain = _people(state, asking), str(get_setting(state, "domain", ""))
                return _page(asking, query, people, domain, unknown=user)
            return _accepted(state, asking, user, chosen)
    except UnaskableError as error:
        return _error_page(error)


def _accepted(state: State, asking: Asking, user: str, chosen: frozenset[str]) -> Response:
    code, granted = grant_code(state, asking, user, chosen, now(state))
    parts = {"code": code, "scope": " ".join(granted), "authuser": "0"}
    if user.endswith(f"@{get_setting(state, 'domain', '')}"):
        parts["hd"] = user.rpartition("@")[2]
    return _answer(asking, parts | {"prompt": "consent"})


def _without_asking(state: State, asking: Asking) -> Response:
    """Yes where the named person has agreed to all of it before, else why not."""
    user = asking.login_hint
    if not _has_account(state, user):
        return _answer(asking, {"error": "login_required"})
    if not frozenset(asking.scopes) <= consented(state, asking.client.id, user):
        return _answer(asking, {"error": "consent_required"})
    return _accepted(state, asking, user, frozenset(asking.scopes))


def _answer(asking: Asking, parts: Mapping[str, str]) -> Response:
    sent = ({"state": asking.state} if asking.state else {}) | dict(parts)
    joint = "&" if urlsplit(asking.redirect_uri).query else "?"
    answer = redirect(f"{asking.redirect_uri}{joint}{urlencode(sent)}")
    return Response(status=answer.status_code, headers={"Location": answer.headers["Location"]})


def _has_account(state: State, user: str) -> bool:
    """Every address of the domain is somebody's; outside it nobody has an account here."""
    local, _, domain = user.rpartition("@")
    return bool(local) and domain == get_setting(state, "domain", "")


def _people(state: State, asking: Asking) -> list[tuple[str, str]]:
    """Whoever has an account and a name, the one that the application hints at first."""
    rows = state.execute("SELECT email FROM person ORDER BY name").fetchall()
    hinted = [asking.login_hint] if _has_account(state, asking.login_hint) else []
    known = [row["email"] for row in rows if _has_account(state, row["email"])]
    return [(one, display_name(state, one)) for one in dict.fromkeys([*hinted, *known])]


def _page(
    asking: Asking,
    query: Mapping[str, str],
    people: list[tuple[str, str]],
    domain: str,
    *,
    unknown: str = "",
) -> Response:
    address = urlsplit(asking.redirect_uri)
    return render(
        "consent.html",
        status=400 if unknown else 200,
        form_targets=f"{address.scheme}://{address.netloc}",
        client=asking.client,
        query=query,
        people=people,
        domain=domain,
        scopes=[(scope, in_words(scope)) for scope in asking.scopes],
        unknown=unknown,
    )


def _error_page(error: UnaskableError) -> Response:
    return render(
        "problem.html",
        status=error.status,
        title="Accès bloqué",
        text=_WRONG.get(error.error, _MALFORMED),
        detail=f"Erreur {error.status} : {error.error}. {error.detail}",
    )
