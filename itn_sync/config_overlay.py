"""Where the Workspace is: workspace.toml, overlaid by google.toml, overlaid by the environment."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

from pydantic import BaseModel

from itn_sync.config_credentials import Credential, credentials_of
from itn_sync.config_files import ConfigError, ConfigFile, Mistake, check, read
from itn_sync.config_shapes import GoogleFile, GoogleShape, WorkspaceFile
from itn_sync.config_types import GOOGLE

Shape = TypeVar("Shape", bound=BaseModel)
Read = tuple[ConfigFile, Shape]

_VARIABLES = {"root_url": "ITN_SYNC_ROOT_URL", "credentials": "ITN_SYNC_CREDENTIALS"}


@dataclass(frozen=True)
class Entrance:
    """The Workspace's root address and how the worker is let in."""

    root_url: str
    credentials: Path
    credentials_by_need: Mapping[str, Credential]
    late_request_seconds: int | None


def read_shape(mistakes: list[Mistake], path: Path, shape: type[Shape]) -> Read[Shape] | None:
    """The file at `path` and what it says; None when that went into `mistakes`."""
    try:
        file = read(path)
        return file, check(file, shape)
    except ConfigError as error:
        mistakes.extend(error.mistakes)
        return None


def entrance_of(
    mistakes: list[Mistake],
    home: Path,
    environ: Mapping[str, str],
    workspace: Read[WorkspaceFile] | None,
) -> Entrance:
    """What workspace.toml, google.toml and the environment say together."""
    layers = [_from(home / "config", workspace[1].google)] if workspace else []
    if overlay := _overlay(mistakes, home, environ):
        layers.append(_from(overlay[0].path.parent, overlay[1].google))
    if spoken := from_environment(mistakes, environ, GoogleShape, _VARIABLES):
        layers.append(_from(home, spoken))
    said = {name: value for layer in layers for name, value in layer if value is not None}
    google = GoogleShape.model_construct(**said)
    return Entrance(
        root_url=google.root_url or GOOGLE,
        credentials=google.credentials or Path(),
        credentials_by_need=_by_need(home, google, workspace, overlay),
        late_request_seconds=google.late_request_seconds,
    )


def from_environment(
    mistakes: list[Mistake],
    environ: Mapping[str, str],
    shape: type[Shape],
    names: Mapping[str, str],
) -> Shape | None:
    """What the environment says of a `shape`; `names` has the variable of each of its keys."""
    said = {key: environ[name] for key, name in names.items() if environ.get(name)}
    try:
        return check(ConfigFile(Path("environment"), "", said), shape) if said else None
    except ConfigError as error:
        mistakes.extend(_renamed(error, names))
        return None


def _overlay(
    mistakes: list[Mistake], home: Path, environ: Mapping[str, str]
) -> Read[GoogleFile] | None:
    named = environ.get("ITN_SYNC_GOOGLE", "")
    path = home / (named or "google.toml")
    return read_shape(mistakes, path, GoogleFile) if named or path.is_file() else None


def _by_need(
    home: Path,
    google: GoogleShape,
    workspace: Read[WorkspaceFile] | None,
    overlay: Read[GoogleFile] | None,
) -> Mapping[str, Credential]:
    """Those of workspace.toml belong to its Workspace: another root address has its own."""
    found: dict[str, Credential] = {}
    if workspace and google.root_url == workspace[1].google.root_url:
        found |= credentials_of(workspace[1].credentials, home / "config", home)
    if overlay:
        found |= credentials_of(overlay[1].credentials, overlay[0].path.parent, home)
    return found


def _renamed(error: ConfigError, names: Mapping[str, str]) -> Iterator[Mistake]:
    for mistake in error.mistakes:
        yield Mistake(mistake.file, 0, names[mistake.key], mistake.what, mistake.mend)


def _from(folder: Path, google: GoogleShape) -> GoogleShape:
    """A relative path starts at the folder of the file that names it."""
    if google.credentials is None:
        return google
    return google.model_copy(update={"credentials": folder / google.credentials.expanduser()})
