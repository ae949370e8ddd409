"""A form response read as a registration: who, where, which requests (S14-S17, S38)."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime

from itn_sync.domain.privacy import Confidential, mentions_health
from itn_sync.domain.school import KIND_LABEL, Kind, School, Section, Site
from itn_sync.domain.seen import Problem, Response
from itn_sync.domain.serials import french_date, school_day_of

ProblemMaker = Callable[[str, str, str], Problem]

YES, NO = "oui", "non"
WITHHELD = "(texte non recopié : il semble parler de santé ; à lire dans la réponse d'origine)"

_REQUESTED_BY = {
    Kind.VA: "va",
    Kind.AR: "ar",
    Kind.DIGITAL: "digital",
    Kind.PLANNING: "planning",
}
_MODIFY = "Demander à l'étudiant de modifier sa réponse au formulaire (lui seul le peut)."
_UNKNOWN_NAME = (
    "Ajouter cet autre nom à «aliases» dans config/school.toml, ou demander à l'étudiant de "
    "modifier sa réponse."
)
_ADDRESS = re.compile(r"[^@\s<>,;:\"()\[\]]+@[^@\s<>,;:\"()\[\]]+\.[^@\s.<>,;:\"()\[\]]{2,}")


@dataclass(frozen=True)
class Registration:
    """What the form says, in the school's words; unknown things are None or ""."""

    key: str
    form: str
    created: datetime
    submitted: datetime
    first_name: str
    last_name: str
    email: str
    phone: str
    birth_date: date | None
    site: Site | None
    section: Section | None
    site_text: str
    section_text: str
    titles: str
    heard_from: str
    question: str
    others: str
    consent: bool
    kinds: tuple[Kind, ...]
    details: Mapping[Kind, str]
    accommodation: Confidential = field(default=Confidential(""))
    unclear: tuple[Kind, ...] = ()
    """Requests whose question was answered by neither yes nor no."""

    @property
    def student(self) -> str:
        """`Prénom Nom`, or whatever there is."""
        return f"{self.first_name} {self.last_name}".strip() or "(sans nom)"

    @property
    def place(self) -> tuple[str, str]:
        """Site and section keys, "" when unknown: what routing looks at."""
        return (self.site.key if self.site else "", self.section.key if self.section else "")

    @property
    def can_be_written_to(self) -> bool:
        """True when the address has the shape of one."""
        return bool(_ADDRESS.fullmatch(self.email))

    @property
    def requests(self) -> str:
        """The kinds asked for, as people read them."""
        return ", ".join(KIND_LABEL[kind] for kind in self.kinds)


def read_registration(response: Response, school: School) -> Registration:
    """The registration in `response`; a gap is left as a gap, `gaps` names it."""
    kinds, consent = _kinds(response), _consents(response)
    return Registration(
        key=response.key,
        form=response.form,
        created=response.created,
        submitted=response.submitted,
        first_name=_one_line(response.text("first_name")),
        last_name=_one_line(response.text("last_name")),
        email=_one_line(response.text("email") or response.respondent_email).lower(),
        phone=_shareable(_one_line(response.text("phone"))),
        birth_date=_date(response.text("birth_date")),
        site=school.site(response.text("site")),
        section=school.section(response.text("section")),
        site_text=_shareable(_one_line(response.text("site"))),
        section_text=_shareable(_one_line(response.text("section"))),
        titles=_shareable(response.text("titles")),
        heard_from=_shareable(response.text("heard_from")),
        question=_shareable(response.text("question")),
        others=_others(response),
        consent=consent,
        kinds=kinds if consent else (),
        details={kind: _details(response, kind) for kind in kinds},
        accommodation=response.confidential.get("ar_details", Confidential("")),
        unclear=tuple(_unclear(response)),
    )


def _kinds(response: Response) -> tuple[Kind, ...]:
    asked = [k for k, name in _REQUESTED_BY.items() if YES in response.answers.get(name, ())]
    if response.text("question").strip():
        asked.append(Kind.QUESTION)
    return tuple(asked)


def _unclear(response: Response) -> Iterator[Kind]:
    """An option that the school added to its form without saying what it means."""
    for kind, name in _REQUESTED_BY.items():
        if set(response.answers.get(name, ())) - {YES, NO}:
            yield kind


def _consents(response: Response) -> bool:
    """A form that does not ask is taken as agreed: the question is the school's to put.

    A box left blank is an answer, `()`, and not a yes.
    """
    return "consent" not in response.answers or YES in response.answers["consent"]


def _details(response: Response, kind: Kind) -> str:
    match kind:
        case Kind.VA:
            return _shareable(response.text("va_details"))
        case Kind.DIGITAL:
            ease = response.text("digital_ease")
            return f"Aisance : {ease} sur 5" if ease else ""
        case Kind.PLANNING:
            return response.text("availability")
        case Kind.QUESTION:
            return _shareable(response.text("question"))
        case _:  # an AR, and whatever nobody has yet said may be shown
            return "Voir la feuille confidentielle"


def _shareable(text: str) -> str:
    return WITHHELD if mentions_health(text) else text


def _others(response: Response) -> str:
    return "\n".join(f"{a.title} : {', '.join(a.values)}" for a in response.others)


def _one_line(text: str) -> str:
    return " ".join(text.split())


def _date(text: str) -> date | None:
    try:
        return date.fromisoformat(text.strip())
    except ValueError:
        return None


def gaps(registration: Registration, school: School, today: date) -> Iterator[Problem]:
    """What a person must mend in one registration; it is taken in all the same."""
    scope = f"response/{registration.key}"
    day = french_date(school_day_of(registration.created))
    where = f"Inscription de {registration.student} du {day}"

    def problem(name: str, what: str, mend: str) -> Problem:
        return Problem(f"{scope}/{name}", scope, where, what, mend)

    if not (registration.first_name and registration.last_name):
        yield problem("name", "Le nom ou le prénom manque.", _MODIFY)
    if not registration.can_be_written_to:
        yield problem(
            "email",
            f"L'adresse e-mail «{registration.email}» n'en est pas une : aucun accusé de "
            "réception ne part.",
            "Téléphoner à l'étudiant : lui seul peut modifier sa réponse au formulaire.",
        )
    if not registration.consent:
        yield problem(
            "consent",
            "L'étudiant n'a pas marqué son accord : aucun dossier n'est ouvert.",
            "Prendre contact avec l'étudiant ; s'il est d'accord, il modifie sa réponse.",
        )
    if _implausible(registration.birth_date, today):
        yield problem(
            "birth_date",
            "La date de naissance manque ou n'est pas plausible.",
            _MODIFY,
        )
    yield from _request_gaps(registration, problem)
    yield from _place_gaps(registration, school, problem)


def _request_gaps(registration: Registration, problem: ProblemMaker) -> Iterator[Problem]:
    for kind in registration.unclear:
        yield problem(
            f"unclear/{kind}",
            f"La réponse à la question «{KIND_LABEL[kind]}» n'est ni oui ni non : elle n'ouvre "
            "pas de dossier.",
            "Donner un sens à ce choix sous «meanings» dans config/forms.toml, ou prendre "
            "contact avec l'étudiant.",
        )
    if registration.consent and registration.accommodation and Kind.AR not in registration.kinds:
        yield problem(
            "ar_details",
            "Une réponse confidentielle accompagne une inscription sans demande d'aménagement : "
            "elle n'est recopiée nulle part.",
            "La personne de référence la lit dans Google Forms et prend contact avec l'étudiant.",
        )


def _implausible(birth_date: date | None, today: date) -> bool:
    return birth_date is None or not 14 <= (today - birth_date).days / 365.25 <= 100


def _place_gaps(
    registration: Registration, school: School, problem: ProblemMaker
) -> Iterator[Problem]:
    known_sites = ", ".join(site.name for site in school.sites)
    site, section = registration.site, registration.section
    if site is None:
        yield problem(
            "site",
            f"L'implantation «{registration.site_text}» n'est pas connue ({known_sites}).",
            _UNKNOWN_NAME,
        )
    if section is None:
        yield problem(
            "section",
            f"La section «{registration.section_text}» n'est pas connue.",
            _UNKNOWN_NAME,
        )
    if site and section and site.key not in section.sites:
        yield problem(
            "place",
            f"La section {section.name} n'est pas organisée à {site.name}.",
            _MODIFY,
        )
