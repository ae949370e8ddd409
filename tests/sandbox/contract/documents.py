"""The five discovery documents, read here anew: the judge shares no code with the judged.

Source: https://developers.google.com/discovery/v1/reference/apis
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cache
from importlib import resources
from typing import Any
from urllib.parse import quote

Json = dict[str, Any]

_FILES = ("classroom.v1", "drive.v3", "forms.v1", "gmail.v1", "sheets.v4")
_SHIPPED = resources.files("googleapiclient.discovery_cache.documents")
LEGACY = frozenset({"drive", "gmail"})


@dataclass(frozen=True)
class Operation:
    """One method of one document."""

    id: str
    api: str
    verb: str
    path: str
    params: Json = field(hash=False)
    common: Json = field(hash=False)
    request: str
    response: str
    scopes: tuple[str, ...]
    upload_paths: Json = field(hash=False)

    def address(self, values: Json) -> tuple[str, list[tuple[str, str]]]:
        """The path and the query of a call with these parameters (lists are repeated)."""
        path = filled(self.path, values)
        query = [
            (name, _text(one))
            for name, value in values.items()
            if f"{{{name}}}" not in self.path and f"{{+{name}}}" not in self.path
            for one in (value if isinstance(value, list) else [value])
        ]
        return path, query

    def located(self, place: str) -> Json:
        """The method's own parameters in `path` or `query`."""
        return {name: spec for name, spec in self.params.items() if spec["location"] == place}

    @property
    def pages(self) -> bool:
        """Whether it answers a list in pages."""
        answers = schemas(self.api).get(self.response, {}).get("properties", {})
        return "pageToken" in self.params and "nextPageToken" in answers


def filled(template: str, values: Json) -> str:
    """A path with its parameters, each percent-encoded whole."""
    return re.sub(r"\{\+?(\w+)\}", lambda m: quote(str(values[m[1]]), safe=""), template)


def _text(value: object) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


@cache
def operations() -> dict[str, Operation]:
    """Every method of the five documents, by id."""
    found = (operation for document in _documents() for operation in _listed(document, document))
    return {operation.id: operation for operation in found}


@cache
def schemas(api: str) -> Json:
    """The schemas of `api` by name."""
    found: Json = next(d["schemas"] for d in _documents() if d["name"] == api)
    return found


@cache
def all_scopes() -> tuple[str, ...]:
    """Every scope that the documents name."""
    return tuple(sorted({s for d in _documents() for s in d["auth"]["oauth2"]["scopes"]}))


@cache
def _documents() -> list[Json]:
    return [json.loads(_SHIPPED.joinpath(f"{name}.json").read_text("utf-8")) for name in _FILES]


def _listed(document: Json, node: Json) -> Iterator[Operation]:
    for raw in node.get("methods", {}).values():
        yield Operation(
            raw["id"],
            document["name"],
            raw["httpMethod"],
            document["servicePath"] + raw["path"],
            raw.get("parameters", {}),
            document["parameters"],
            raw.get("request", {}).get("$ref", ""),
            raw.get("response", {}).get("$ref", ""),
            tuple(raw.get("scopes", ())),
            {
                kind: protocol["path"]
                for kind, protocol in raw.get("mediaUpload", {}).get("protocols", {}).items()
            },
        )
    for child in node.get("resources", {}).values():
        yield from _listed(document, child)
