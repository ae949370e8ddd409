"""The discovery service: the shipped documents, pointing at this server."""

from __future__ import annotations

from itn_sync.sandbox.discovery import APIS, document
from itn_sync.sandbox.errors import Json, not_found
from itn_sync.sandbox.exchange import Request, Response, json_response

_DIRECTORY = "/discovery/v1/apis"
_REST = "/$discovery/rest"


def answer_discovery(request: Request) -> Response | None:
    """A document or the directory of them; None when the path is neither."""
    path = request.path.replace("%24", "$")
    if request.http_method != "GET":
        return None
    if path == _DIRECTORY:
        return json_response(_directory(request.root_url))
    if path == _REST:
        return _document(request.root_url, _chosen_api(request), request.parameter("version"))
    steps = path.removeprefix(f"{_DIRECTORY}/").split("/")
    if path.startswith(f"{_DIRECTORY}/") and len(steps) == 3 and steps[2] == "rest":
        return _document(request.root_url, steps[0], steps[1])
    return None


def relocated(api: str, root_url: str) -> Json:
    """The document of `api` with every address under `root_url`."""
    original = document(api)
    base = root_url + original["servicePath"]
    return original | {
        "rootUrl": root_url,
        "baseUrl": base,
        "basePath": f"/{original['servicePath']}",
        "mtlsRootUrl": root_url,
        "endpoints": [],
    }


def _document(root_url: str, api: str, version: str) -> Response:
    if api not in APIS or version not in ("", APIS[api]):
        error = not_found(f"The sandbox has no API {api} {version}.")
        return json_response(error.envelope("drive"), error.code)
    return json_response(relocated(api, root_url))


def _chosen_api(request: Request) -> str:
    """`?api=`, else the first label of the host, else the only API of that version."""
    host = request.headers.get("host", "").partition(".")[0].lower()
    asked = request.parameter("api") or (host if host in APIS else "")
    of_version = [api for api, known in APIS.items() if known == request.parameter("version")]
    return asked or (of_version[0] if len(of_version) == 1 else "")


def _directory(root_url: str) -> Json:
    items = [
        {
            "kind": "discovery#directoryItem",
            "id": f"{api}:{version}",
            "name": api,
            "version": version,
            "title": document(api)["title"],
            "discoveryRestUrl": f"{root_url}discovery/v1/apis/{api}/{version}/rest",
            "preferred": True,
        }
        for api, version in APIS.items()
    ]
    return {"kind": "discovery#directoryList", "discoveryVersion": "v1", "items": items}
