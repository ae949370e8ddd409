"""What the documents promise exists: links, commands, files, functions, keys."""

from __future__ import annotations

import ast
import re
import shlex
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any, get_args

import pytest
from pydantic import BaseModel
from typer.main import get_command

from itn_sync import __version__, cli
from itn_sync.access import ALL_RIGHTS
from itn_sync.config_shapes import FormsFile, GoogleFile, RulesFile, SchoolFile, WorkspaceFile
from itn_sync.config_units import UnitsFile
from itn_sync.domain import states, states_attendance
from itn_sync.domain.forms import FIELDS, KINDS
from itn_sync.domain.school import KIND_LABEL, Kind, Role
from itn_sync.domain.seen import DeedState
from itn_sync.domain.steps import STEP_SHOWN
from itn_sync.domain.tracking import TABS
from itn_sync.sandbox.control import PREFIX
from itn_sync.sandbox.coverage import coverage
from itn_sync.sandbox.server import serve

ROOT = Path(__file__).parent.parent
DOCUMENTS = ["README.md", "CHANGELOG.md", *(f"docs/{p.name}" for p in (ROOT / "docs").glob("*.md"))]
ARCHITECTURE = ROOT / "docs" / "architecture.md"
CONFIGURATION = ROOT / "docs" / "configuration.md"
SANDBOX = ROOT / "docs" / "sandbox.md"

LINK = re.compile(r"\]\(([^)\s]+)\)")
QUOTED = re.compile(r"`([^`\n]+)`")
NAMED = re.compile(r"«\s?(.+?)\s?»")
GUIDES = sorted(f"docs/{path.name}" for path in (ROOT / "docs").glob("guide-*.md"))
SCHOOL_GUIDES = ["docs/guide-referent.md", "docs/guide-secretariat.md"]
READERS_OWN = {"toutes sauf le CV", "Mes dossiers", "toutes"}
"""What the guides tell people to write, in words of their own."""

SHAPES: dict[str, type[BaseModel]] = {
    "school.toml": SchoolFile,
    "forms.toml": FormsFile,
    "rules.toml": RulesFile,
    "workspace.toml": WorkspaceFile,
    "google.toml": GoogleFile,
    "units.toml": UnitsFile,
}

EXPLAINED_ELSEWHERE: dict[type[BaseModel], set[str]] = {
    WorkspaceFile: {"late_request_seconds"},
    GoogleFile: {"reader", "sheets", "principal"},
    UnitsFile: {"own"},  # [[register]]
}


def text_of(document: str) -> str:
    return (ROOT / document).read_text("utf-8")


def blocks(text: str, language: str) -> list[str]:
    return re.findall(rf"^```{language}\n(.*?)^```", text, re.DOTALL | re.MULTILINE)


@pytest.mark.parametrize("document", DOCUMENTS)
def test_every_link_leads_somewhere(document: str) -> None:
    links = [link for link in LINK.findall(text_of(document)) if "://" not in link]
    folder = (ROOT / document).parent
    assert [link for link in links if not (folder / link.split("#")[0]).exists()] == []


@pytest.mark.parametrize("picture", sorted((ROOT / "docs" / "images").glob("*.png")), ids=str)
def test_pictures_are_small_and_shown(picture: Path) -> None:
    assert picture.stat().st_size < 200_000
    assert f"images/{picture.name}" in "".join(map(text_of, DOCUMENTS))


def commands_in(document: str) -> Iterator[list[str]]:
    """The words after `itn-sync` wherever a document shows a command."""
    text = text_of(document)
    lines = "\n".join(blocks(text, "sh")).splitlines() + QUOTED.findall(text)
    for line in lines:
        if found := re.match(r"\s*(?:sudo -u itn-sync )?(?:\S*/)?itn-sync (.+)", line):
            yield shlex.split(found[1], comments=True)


@pytest.mark.parametrize("document", DOCUMENTS)
def test_every_command_and_option_exists(document: str) -> None:
    program: Any = get_command(cli.app)
    for words in commands_in(document):
        command = program.commands[words[0]]
        if hasattr(command, "commands"):
            command = command.commands[words[1]]
        known = {option for parameter in command.params for option in parameter.opts}
        assert {word for word in words if word.startswith("--")} <= known, words


def plainly_spaced(text: str) -> str:
    return text.replace("\u00a0", " ")


@pytest.mark.parametrize("guide", SCHOOL_GUIDES)
def test_what_a_guide_names_is_what_people_see(guide: str) -> None:
    named = set(NAMED.findall(plainly_spaced(text_of(guide)))) - READERS_OWN
    ours = {name for name in named if "›" not in name}  # a path of Google's own menus
    assert len(ours) > 20
    subjects = "".join(
        plainly_spaced(path.read_text("utf-8")) for path in ROOT.glob("templates/*/subject.txt")
    )
    books = text_of("itn_sync/founding/premises.py") + text_of("itn_sync/documents.py")
    unknown = ours - words_of_the_sheets()
    assert {name for name in unknown if name not in subjects and f'"{name}"' not in books} == set()


def words_of_the_sheets() -> set[str]:
    """Titles of tabs, headings (also without what follows «(» or «:»), choices, states."""
    words: set[str] = set()
    for tab in TABS:
        words.add(tab.title)
        for column in tab.columns:
            heading = plainly_spaced(column.heading)
            words |= {heading, heading.partition(" : ")[0], heading.partition(" (")[0]}
            words |= set(column.choices)
        words |= {colour.value for colour in tab.colours}
    words |= {*KIND_LABEL.values(), *STEP_SHOWN.values()}
    said = (*vars(states).values(), *vars(states_attendance).values())
    return words | {word for word in said if isinstance(word, str)}


@pytest.mark.parametrize("guide", GUIDES)
def test_guillemets_keep_to_their_words(guide: str) -> None:
    spaced = re.findall(r"«[^\u00a0].{0,20}|.{0,20}[^\u00a0]»", text_of(guide))
    assert spaced == []


def test_what_the_admin_pastes_into_the_settings_fits_them() -> None:
    known = set().union(*(keys_of(one) for _, one in examples()))
    pasted = blocks(text_of("docs/guide-admin.md"), "toml")
    assert pasted
    assert set().union(*(keys_of(tomllib.loads(block)) for block in pasted)) <= known


def test_the_readme_names_every_command() -> None:
    program: Any = get_command(cli.app)
    assert {words[0] for words in commands_in("README.md")} == set(program.commands)


def test_the_readme_tells_the_exit_codes() -> None:
    told = {int(code) for code in re.findall(r"^\| (\d) \|", text_of("README.md"), re.MULTILINE)}
    assert told == {0, cli.NOT_ALL, cli.BAD_SETTINGS, cli.BUSY}


def test_the_readme_names_targets_of_the_makefile() -> None:
    targets = set(re.findall(r"^([a-z]+):", text_of("Makefile"), re.MULTILINE))
    assert set(re.findall(r"`?make ([a-z]+)", text_of("README.md"))) <= targets


def test_the_changelog_tells_of_this_version() -> None:
    assert f"## [{__version__}]" in text_of("CHANGELOG.md")


def test_every_path_of_the_architecture_exists() -> None:
    named = {one.split("::")[0] for one in QUOTED.findall(ARCHITECTURE.read_text("utf-8"))}
    paths = {one for one in named if re.fullmatch(r"[\w./-]+(\.py|\.toml|/)", one)}
    assert len(paths) > 30
    places = (ROOT, ROOT / "itn_sync")
    assert [p for p in sorted(paths) if not any((place / p).exists() for place in places)] == []


def test_every_function_of_the_architecture_exists() -> None:
    named = re.findall(r"`([\w/]+\.py)::([\w.]+)`", ARCHITECTURE.read_text("utf-8"))
    assert len(named) > 30
    assert [one for one in named if not defines(*one)] == []


def defines(file: str, name: str) -> bool:
    """True when the module has that function or class, or that `Class.method`."""
    body: Any = ast.parse((ROOT / "itn_sync" / file).read_text("utf-8")).body
    for part in name.split("."):
        found = [node for node in body if getattr(node, "name", "") == part]
        if not found:
            return False
        body = found[0].body
    return True


def test_every_state_of_a_deed_is_drawn() -> None:
    (drawing,) = re.findall(
        r"stateDiagram-v2\n(.*?)```", ARCHITECTURE.read_text("utf-8"), re.DOTALL
    )
    drawn = set(re.findall(r"(\w+) -->", drawing)) | set(re.findall(r"--> (\w+)", drawing))
    assert drawn == {state.value for state in DeedState}


def test_the_example_of_each_file_fits_it() -> None:
    for shape, example in examples():
        shape.model_validate(example)


def test_every_key_of_every_file_is_explained() -> None:
    for shape, example in examples():
        assert keys_of(example) >= wanted_keys(shape), shape.__name__


def examples() -> Iterator[tuple[type[BaseModel], dict[str, Any]]]:
    for section in CONFIGURATION.read_text("utf-8").split("\n## ")[1:]:
        if shape := SHAPES.get(section.splitlines()[0]):
            yield shape, tomllib.loads(blocks(section, "toml")[0])


def keys_of(value: Any) -> set[str]:
    if isinstance(value, list):
        return set().union(*map(keys_of, value))
    return set(value).union(*map(keys_of, value.values())) if isinstance(value, dict) else set()


def wanted_keys(shape: type[BaseModel]) -> set[str]:
    """The keys of a shape, without those that the section of another file explains."""
    found = set(shape.model_fields)
    for field in shape.model_fields.values():
        for kind in (field.annotation, *get_args(field.annotation)):
            if isinstance(kind, type) and issubclass(kind, BaseModel):
                found |= wanted_keys(kind)
    return found - EXPLAINED_ELSEWHERE.get(shape, set())


def test_every_word_that_a_file_may_use_is_listed() -> None:
    listed = set(QUOTED.findall(CONFIGURATION.read_text("utf-8")))
    assert {*KINDS, *FIELDS, *(role.value for role in Role)} <= listed
    rules = next(example for shape, example in examples() if shape is RulesFile)
    assert set(rules["first_contact_school_days"]) == {kind.value for kind in Kind}


def test_the_scopes_to_delegate_are_those_that_the_worker_asks_for() -> None:
    listed = set(
        re.findall(r"`(https://www\.googleapis\.com/auth/[\w.]+)`", text_of_configuration())
    )
    assert listed == {scope for right in ALL_RIGHTS for scope in right.scopes}


def text_of_configuration() -> str:
    return CONFIGURATION.read_text("utf-8")


def test_every_message_is_listed() -> None:
    folders = {p.name for p in (ROOT / "templates").iterdir() if not p.name.startswith("_")}
    wordings = text_of_configuration().split("## Wordings")[1]
    assert folders == set(re.findall(r"^\| `(\w+)` \|", wordings, re.MULTILINE))


def test_the_sandbox_says_how_much_it_does() -> None:
    counts: dict[str, list[int]] = {}
    for method, done in coverage():
        count = counts.setdefault(method.split(".")[0], [0, 0])
        count[0] += done
        count[1] += 1
    told = re.findall(r"^\| (\w+) v\d \| (\d+) of (\d+)", SANDBOX.read_text("utf-8"), re.MULTILINE)
    assert {name.lower(): [int(some), int(all)] for name, some, all in told} == {
        name: count for name, count in counts.items() if count[0]
    }


def test_the_readme_shows_how_another_program_uses_the_sandbox(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (sample,) = blocks(text_of("README.md"), "python")
    with serve(tmp_path, school="demo") as running:
        sample = sample.replace("http://127.0.0.1:8020/", running.url)
        sample = sample.replace("sandbox/service-account.json", str(running.credentials))
        exec(compile(sample, "README.md", "exec"), {})  # noqa: S102  (our own document)
    assert capsys.readouterr().out == "Formulaire d'inscription 2026-2027\n"


def test_every_control_endpoint_is_listed() -> None:
    source = text_of("itn_sync/sandbox/control.py")
    known = set(re.findall(r'^    \("([A-Z]+)", "([a-z-]+)"\):', source, re.MULTILINE))
    section = SANDBOX.read_text("utf-8").split("## Control")[1].split("###")[0]
    listed = {
        (verb, cell.split("`")[-2].split()[-1].split("/")[0])
        for cell in re.findall(r"^\| (`.+?`) \|", section, re.MULTILINE)
        for verb in re.findall(r"GET|PUT|POST|DELETE", cell)
    }
    assert PREFIX in SANDBOX.read_text("utf-8")
    assert listed == known
