"""The school's things in the Workspace: made once, shared as config says, written into config.

Each id is written down as soon as the thing exists; what was made and not written down is found
again by its mark.
"""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterator
from dataclasses import dataclass, replace
from typing import Any

from itn_sync.access import FOUND, resource, session
from itn_sync.config_files import find
from itn_sync.domain.forms import FormMapping, plain
from itn_sync.domain.school import School
from itn_sync.domain.secrecy import followers
from itn_sync.domain.tabs import Book
from itn_sync.founding.blanks import is_blank
from itn_sync.founding.items import drafted, filling
from itn_sync.founding.pages import read_page, write_page
from itn_sync.gateways.forms import Forms
from itn_sync.gateways.founding import (
    Cabinet,
    FileKind,
    FormMaker,
    count_as_in_belgium,
)
from itn_sync.gateways.google import Google
from itn_sync.gateways.session import Session
from itn_sync.mapping import meanings_of
from itn_sync.settings import Settings

REFUSED = "refused"
"""How the line of what was not done begins."""

_TITLE = {
    Book.TRACKING: "Suivi des étudiants",
    Book.CONFIDENTIAL: "Aménagements raisonnables – confidentiel",
}


@dataclass(frozen=True)
class Founder:
    """Who makes the things of one school: the account that keeps its spreadsheets."""

    settings: Settings
    cabinet: Cabinet
    forms: FormMaker
    reading: Forms
    session: Session

    def found(self) -> Iterator[str]:
        """Make what is missing, telling of each thing. Raises GatewayErrors; may be run again.

        The confidential spreadsheet stays out of the folder: whoever the folder is shared with one
        day would read it.
        """
        school = self.settings.school
        folder = yield from school_folder(self.cabinet, school)
        yield from self._book(Book.TRACKING, folder, followers(school))
        readers = frozenset(self.settings.workspace.confidential_readers)
        yield from self._book(Book.CONFIDENTIAL, "", readers)
        for mapping in self.settings.forms:
            yield from self._form(mapping, folder)

    def _book(self, book: Book, folder: str, readers: frozenset[str]) -> Iterator[str]:
        named, mark = self.settings.workspace.spreadsheets[book], str(book)
        ours = self.cabinet.found(mark)
        if not is_blank(named) and named != ours:
            yield f"kept     spreadsheet {book}: {named} (named in config/workspace.toml)"
            return
        if not ours:
            ours = self.cabinet.make(mark, FileKind.SPREADSHEET, _TITLE[book], folder)
            yield f"made     spreadsheet «{_TITLE[book]}»: {ours}"
        if named != ours:
            self._write_down("workspace.toml", lambda page: _name_book(page, book, ours))
            yield f"written  config/workspace.toml, [spreadsheets].{book}"
        count_as_in_belgium(self.session, ours)
        yield from self._shared(str(book), ours, readers)

    def _form(self, mapping: FormMapping, folder: str) -> Iterator[str]:
        mark, named = f"form/{mapping.key}", mapping.form_id
        ours = self.cabinet.found(mark)
        if not is_blank(named) and named != ours:
            yield f"kept     form {mapping.key}: {named} (named in config/forms.toml)"
            return
        if not ours:
            ours = self.forms.make(mapping.label)
            self.cabinet.adopt(ours, mark, folder)
            yield f"made     form «{mapping.label}»: {ours}"
        draft = drafted(mapping, self.settings.school)
        if self.forms.fill(ours, list(filling(draft))):
            yield f"made     {len(draft.items)} items of the form"
        self.forms.publish(ours)
        self.cabinet.let_anyone_answer(ours)
        if named != ours:
            yield from self._map(mapping, ours)
        yield from self._shared(
            mapping.key, ours, frozenset({self.settings.workspace.accounts.reader})
        )

    def _map(self, mapping: FormMapping, form_id: str) -> Iterator[str]:
        """The ids that Google gave to the questions, by title."""
        ids = {plain(q.title): q.id for q in self.reading.structure(form_id).questions}
        school = self.settings.school
        self._write_down(
            "forms.toml", lambda page: _name_form(page, mapping.key, form_id, ids, school)
        )
        yield f"written  config/forms.toml, form {mapping.key} and its {len(ids)} questions"
        for question in mapping.questions:
            if plain(question.title) not in ids:
                yield (
                    f"by hand  add the question «{question.title}» ({question.kind}) in Google "
                    f"Forms, then `itn-sync forms inspect {form_id}` shows its lines for forms.toml"
                )

    def _shared(self, name: str, file_id: str, readers: frozenset[str]) -> Iterator[str]:
        for address, why in self.cabinet.share(file_id, readers).items():
            yield (
                f"{REFUSED}  {name} cannot be shared with {address} ({why}): correct the address "
                "in config/, then run this again"
            )

    def _write_down(self, name: str, edit: Callable[[Any], None]) -> None:
        write_down(self.settings, name, edit)


def school_folder(cabinet: Cabinet, school: School) -> Generator[str, None, str]:
    """The id of the folder for the school's things, made if need be."""
    folder = cabinet.found("folder")
    if not folder:
        name = f"Accompagnement – {school.name}"
        folder = cabinet.make("folder", FileKind.FOLDER, name)
        yield f"made     folder «{name}»"
    return folder


def write_down(settings: Settings, name: str, edit: Callable[[Any], None]) -> None:
    """Change a configuration file; a school that used the packaged one gets its own."""
    own = settings.home / "config" / name
    page = read_page(find(settings.home, name))
    edit(page)
    own.parent.mkdir(parents=True, exist_ok=True)
    write_page(own, page)


def founder(settings: Settings, google: Google) -> Founder:
    """Whoever keeps the spreadsheets makes everything, and owns it."""
    workspace = settings.workspace
    forms = resource(google, workspace, replace(FOUND, api="forms"))
    return Founder(
        settings,
        Cabinet(resource(google, workspace, FOUND)),
        FormMaker(forms),
        Forms(forms),
        session(google, workspace, FOUND),
    )


def _name_book(page: Any, book: Book, spreadsheet_id: str) -> None:
    page["spreadsheets"][str(book)] = spreadsheet_id


def _name_form(page: Any, key: str, form_id: str, ids: dict[str, str], school: School) -> None:
    """Only questions that are in the form stay; sites and sections mean the school's own."""
    form = next(form for form in page["form"] if form["key"] == key)
    form["form_id"] = form_id
    questions = form["question"]
    for place in reversed(range(len(questions))):
        question = questions[place]
        found = ids.get(plain(question["title"]))
        if found is None:
            del questions[place]
            continue
        question["id"] = found
        if options := _names(question["field"], school):
            question["meanings"] = meanings_of(question["field"], options, school)


def _names(field: str, school: School) -> tuple[str, ...]:
    """What students choose from, where that is the school's to say."""
    if field == "site":
        return tuple(site.name for site in school.sites)
    return tuple(section.name for section in school.sections) if field == "section" else ()
