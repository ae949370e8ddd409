"""The contract: the discovery documents that google-api-python-client ships."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cache, cached_property
from importlib import resources

from itn_sync.sandbox.errors import Json

APIS = {"forms": "v1", "classroom": "v1", "sheets": "v4", "drive": "v3", "gmail": "v1"}


@dataclass(frozen=True)
class Method:
    """One API method as its document describes it."""

    id: str
    api: str
    http_method: str
    path: str
    params: Json = field(hash=False)
    request: str
    response: str
    scopes: frozenset[str]
    upload_paths: tuple[str, ...] = ()
    media_download: bool = False

    @cached_property
    def defaults(self) -> Json:
        """What absent parameters are worth, typed (`{"alt": "json", "maxResults": 100}`)."""
        return {
            name: _typed(spec["type"], spec["default"])
            for name, spec in self.params.items()
            if "default" in spec
        }

    @property
    def reads_only(self) -> bool:
        """True when the method cannot change state (a GET)."""
        return self.http_method == "GET"


def _typed(kind: str, text: str) -> bool | int | str:
    if kind == "boolean":
        return text == "true"
    return int(text) if kind == "integer" else text


@cache
def document(api: str) -> Json:
    """The whole discovery document of `api` (`sheets`, `gmail`…)."""
    folder = resources.files("googleapiclient.discovery_cache.documents")
    text = folder.joinpath(f"{api}.{APIS[api]}.json").read_text("utf-8")
    loaded: Json = json.loads(text)
    return loaded


@cache
def names_scope(text: str) -> bool:
    """Whether the document of any Google API, beyond the five here, names that OAuth scope."""
    if not re.fullmatch(r"https://[\w./-]+", text):
        return False
    folder = resources.files("googleapiclient.discovery_cache.documents")
    quoted = f'"{text}":'.encode()  # as a key: `auth.oauth2.scopes` maps scopes to descriptions
    files = (file for file in folder.iterdir() if file.name.endswith(".json"))
    return any(quoted in file.read_bytes() for file in files)


def schema(api: str, name: str) -> Json:
    """The named schema of `api`."""
    found: Json = document(api)["schemas"][name]
    return found


@cache
def methods() -> dict[str, Method]:
    """Every method of the five APIs by id."""
    return {m.id: m for api in APIS for m in _methods_of(api, document(api), document(api))}


def method(method_id: str) -> Method:
    """The method with that id; KeyError if no document has it."""
    return methods()[method_id]


def _methods_of(api: str, root: Json, node: Json) -> Iterator[Method]:
    for raw in node.get("methods", {}).values():
        yield _read_method(api, root, raw)
    for child in node.get("resources", {}).values():
        yield from _methods_of(api, root, child)


def _read_method(api: str, root: Json, raw: Json) -> Method:
    protocols = raw.get("mediaUpload", {}).get("protocols", {})
    return Method(
        id=raw["id"],
        api=api,
        http_method=raw["httpMethod"],
        path="/" + root["servicePath"] + raw["path"],
        params=root["parameters"] | raw.get("parameters", {}),
        request=raw.get("request", {}).get("$ref", ""),
        response=raw.get("response", {}).get("$ref", ""),
        scopes=frozenset(raw.get("scopes", ())),
        upload_paths=tuple(p["path"] for p in protocols.values()),
        media_download=raw.get("supportsMediaDownload", False),
    )


def path_pattern(template: str) -> re.Pattern[str]:
    """A regular expression for `/v4/spreadsheets/{spreadsheetId}/values/{range}:append`.

    Matched against the still percent-encoded path, so an encoded slash or colon stays inside its
    parameter.
    """
    parts = re.split(r"\{\+?(\w+)\}", template)
    literal = [
        re.escape(part) if i % 2 == 0 else f"(?P<{part}>[^/]+?)" for i, part in enumerate(parts)
    ]
    return re.compile("".join(literal) + r"\Z")
