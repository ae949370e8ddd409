"""What is new in a form: since last time by default, now and then everything."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from hashlib import sha256

from itn_sync.domain.form_answers import read_response
from itn_sync.domain.form_structure import structure_problems
from itn_sync.domain.forms import FormMapping, RawResponse, ShownForm
from itn_sync.domain.reception import FORM as DESK
from itn_sync.domain.reception import contact_responses, to_read
from itn_sync.domain.seen import Problem, Response, Table
from itn_sync.domain.serials import school_day_of
from itn_sync.domain.tracking import RECEPTION
from itn_sync.gateways.errors import CredentialsRefused, GatewayError
from itn_sync.gateways.forms import Forms, Responses
from itn_sync.ledger import Ledger
from itn_sync.ledger_rows import FormMemory
from itn_sync.settings import Settings


@dataclass(frozen=True)
class Harvest:
    """What one form gave: its new responses, whether all were listed, and what was wrong."""

    form: str
    responses: tuple[Response, ...] = ()
    listed: frozenset[str] | None = None
    problems: tuple[Problem, ...] = ()
    observed: frozenset[str] = frozenset()
    failure: str = ""
    """Why the form could not be read, for the admin (English)."""


@dataclass(frozen=True)
class Reader:
    """Reads the forms of one run; `full` asks for every answer again."""

    forms: Forms
    ledger: Ledger
    settings: Settings
    now: datetime
    full: bool

    def harvest(self, mapping: FormMapping) -> Harvest:
        """What `mapping`'s form has to tell; one call when that is nothing new.

        Raises CredentialsRefused; any other failure is a problem of that form alone.
        """
        memory = self.ledger.form(mapping.key)
        whole = self.full or memory is None or self._is_full_listing_due(memory)
        since = None if whole or memory is None else self._since(memory)
        try:
            answers = self.forms.responses(mapping.form_id, since)
            fresh = tuple(r for r in answers.read if whole or _is_new(r, memory))
            if not (fresh or answers.unreadable or whole):
                return Harvest(mapping.key)
            shown = self.forms.structure(mapping.form_id)
        except CredentialsRefused:
            raise
        except GatewayError as error:
            failure = f"form {mapping.key} could not be read: {error}"
            return Harvest(mapping.key, problems=(_unreadable(mapping, error),), failure=failure)
        return _gathered(mapping, shown, fresh, answers, whole=whole)

    def desk(self, tables: Mapping[str, Table]) -> Harvest:
        """What the desk noted in `Accueil`, which is read whole whenever it could be read."""
        contacts = tables.get(RECEPTION.key)
        if contacts is None:
            return Harvest(DESK)
        memory = self.ledger.form(DESK)
        responses = tuple(contact_responses(tables, school_day_of(self.now)))
        if not self.full and memory and memory.settings == settings_mark(self.settings):
            responses = tuple(to_read(responses, memory.settled, tables))
        return Harvest(DESK, responses, frozenset(contacts.rows))

    def _is_full_listing_due(self, memory: FormMemory) -> bool:
        """Now and then everything is read again: only so is a deleted answer noticed."""
        age = self.now - memory.listed_at
        overdue = age >= timedelta(hours=self.settings.rules.full_list_every_hours)
        return overdue or memory.settings != settings_mark(self.settings)

    def _since(self, memory: FormMemory) -> datetime | None:
        """A while before what is settled: order and clocks of the source are not ours."""
        if memory.read_until is None:
            return None
        return memory.read_until - timedelta(minutes=self.settings.rules.overlap_minutes)


def _is_new(response: RawResponse, memory: FormMemory | None) -> bool:
    settled = memory.settled.get(response.id) if memory else None
    return settled is None or response.submitted > settled


def _gathered(
    mapping: FormMapping,
    shown: ShownForm,
    fresh: Sequence[RawResponse],
    answers: Responses,
    *,
    whole: bool,
) -> Harvest:
    problems = [*structure_problems(mapping, shown), *_malformed(mapping, answers.unreadable)]
    responses = []
    for raw in fresh:
        response, gaps = read_response(mapping, shown, raw)
        responses.append(response)
        problems += gaps
    listed = frozenset(r.id for r in answers.read) | frozenset(answers.unreadable)
    scopes = {f"form/{mapping.key}"} | {f"response/{r.key}" for r in responses}
    return Harvest(
        mapping.key,
        tuple(sorted(responses, key=lambda r: (r.created, r.id))),
        listed if whole else None,
        tuple(problems),
        frozenset(scopes),
    )


def settings_mark(settings: Settings) -> str:
    """Changes when the school's settings do: old answers may then mean something else."""
    said = {
        "school": asdict(settings.school),
        "forms": [asdict(form) for form in settings.forms],
        "deadlines": dict(settings.rules.first_contact_school_days),
    }
    return sha256(json.dumps(said, default=_plain, sort_keys=True).encode()).hexdigest()[:16]


def _plain(value: object) -> object:
    """Sets have no order of their own; dates and the like read as text."""
    return sorted(map(str, value)) if isinstance(value, frozenset) else str(value)


def _unreadable(mapping: FormMapping, error: GatewayError) -> Problem:
    return Problem(
        key=f"reach/form/{mapping.key}",
        scope="reach",
        where=f"Formulaire «{mapping.label}»",
        what=f"Le formulaire n'a pas pu être lu ({error.french}).",
        mend="Vérifier «form_id» dans config/forms.toml et le partage du formulaire.",
    )


def _malformed(mapping: FormMapping, ids: Sequence[str]) -> list[Problem]:
    return [
        Problem(
            key=f"response/{mapping.key}/{response_id}/unreadable",
            scope=f"response/{mapping.key}/{response_id}",
            where=f"Formulaire «{mapping.label}», réponse {response_id}",
            what="Cette réponse n'a pas pu être lue.",
            mend="L'ouvrir dans Google Forms et prévenir l'administrateur.",
        )
        for response_id in ids
    ]
