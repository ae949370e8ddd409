"""The invented mails of `mail preview` and `check` are filled in as the real ones are."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from typing import Any

import pytest

from itn_sync.config_files import packaged
from itn_sync.domain.actions import SendMail
from itn_sync.domain.school import Assignment, Kind, Person, Role
from itn_sync.domain.serials import date_serial
from itn_sync.messages import Messages
from itn_sync.samples import document_samples, samples
from tests.school import ASSIGNMENTS, TODAY, Paper, a_response, a_school, number

KNOWN = samples("École", "Coralie Référence", "coordination@ecole.example")
DOCUMENTS = document_samples("École", "Coralie Référence", "coordination@ecole.example")
EVERY_SAMPLE = [(name, place) for name, contexts in KNOWN.items() for place in range(len(contexts))]
TOLD_BY_THE_SERVICE = {"alert"}
"""Messages that no rule wants: they are about the program itself."""
ABOUT_ABSENCES = {"absence_warning", "absence_notice", "absence_alert", "register_reminder"}
"""Their rules need a register."""

LINKS = {"reference": "", "row_link": "", "confidential_link": ""}
DIRECTION = Assignment(
    Role.DIRECTION, (Person("dir", "Diane Direction", "direction@ecole.example"),)
)
SCHOOL = a_school(*ASSIGNMENTS, DIRECTION)


def real_mails() -> Iterator[SendMail]:
    """What the rules send in the life of a few requests."""
    for ending in (closed, edited, withdrawn, handed_over):
        paper = Paper(SCHOOL)
        first = a_response("r1", Kind.VA, Kind.QUESTION)
        paper.run(first)
        ending(paper)
        yield from paper.sent


def closed(paper: Paper) -> None:
    """Nobody calls for weeks; then somebody does, and closes the case."""
    for days in range(1, 28):
        paper.run(today=TODAY + timedelta(days=days))
    day = TODAY + timedelta(days=28)
    paper.type("dossiers", number(Kind.VA), contacted=date_serial(day))
    paper.run(today=day)
    paper.type("dossiers", number(Kind.VA), status="Clos", follow_up="Dispense accordée.")
    for days in (0, 3, 4, 5):
        paper.run(today=day + timedelta(days=days))


def edited(paper: Paper) -> None:
    """The student changes the answer."""
    paper.run(a_response("r1", Kind.VA, edited=later(), section="CESS"))


def withdrawn(paper: Paper) -> None:
    """The student takes the request back."""
    paper.run(a_response("r1", edited=later()))


def handed_over(paper: Paper) -> None:
    """The student chooses another site, where another secretariat answers."""
    paper.run(a_response("r1", Kind.VA, Kind.QUESTION, edited=later(), site="Bruxelles"))


def later() -> datetime:
    """An hour after the first answer."""
    return a_response().created + timedelta(hours=1)


def shape(value: object) -> object:
    """The keys of a context, and of what it holds."""
    if isinstance(value, Mapping):
        return {key: shape(inner) for key, inner in value.items()}
    if isinstance(value, list):
        return [shape(inner) for inner in value[:1] if isinstance(inner, Mapping)]
    return None


def shapes() -> dict[str, list[object]]:
    """The shapes of the contexts of real mails, by message; nothing in a list tells no shape."""
    found: dict[str, list[object]] = {}
    for mail in real_mails():
        found.setdefault(mail.template, []).append(shape({**mail.context, **LINKS}))
    return found


REAL = shapes()


def test_every_message_has_a_sample() -> None:
    folders = {path.name for path in packaged("templates").iterdir() if path.is_dir()}
    assert folders - {"_commun"} == set(KNOWN) | set(DOCUMENTS)
    assert set(KNOWN) - TOLD_BY_THE_SERVICE - ABOUT_ABSENCES == set(REAL)


@pytest.mark.parametrize("name", sorted(REAL))
def test_a_sample_has_what_a_real_mail_has(name: str) -> None:
    usual = shape(KNOWN[name][0])
    for real in REAL[name]:
        assert without_lists(usual) == without_lists(real)
        assert all(part in lists(usual) for part in lists(real))


def without_lists(found: Any) -> object:
    """A shape, whatever is listed in it."""
    return {key: None if isinstance(value, list) else value for key, value in found.items()}


def lists(found: Any) -> list[object]:
    """The shapes of what is listed, where anything is."""
    return [(key, value) for key, value in found.items() if isinstance(value, list) and value]


@pytest.mark.parametrize(("name", "place"), EVERY_SAMPLE)
def test_every_sample_can_be_written(name: str, place: int) -> None:
    message = Messages([packaged("templates")]).render(name, KNOWN[name][place])
    assert "École" in message.text
    assert message.subject


@pytest.mark.parametrize("name", sorted(DOCUMENTS))
def test_every_document_can_be_written(name: str) -> None:
    for context in DOCUMENTS[name]:
        html = Messages([packaged("templates")]).document(name, context)
        assert "École" in html
        assert "MSG-7K3Q2M9X" in html
