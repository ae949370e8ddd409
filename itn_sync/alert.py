"""One mail a day to the admin while the sync itself is in trouble (issue 4, «The schedule»).

It is a deed like any other mail: written down before it is sent, so it goes out once.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import closing, contextmanager
from datetime import datetime, timedelta
from typing import Any

from itn_sync.access import SEND_MAIL, enter, resource
from itn_sync.delivery import Outcome, PostOffice
from itn_sync.domain.actions import SendMail
from itn_sync.domain.codes import reference
from itn_sync.domain.seen import SETTLED, Deed
from itn_sync.domain.serials import SCHOOL_TIME, school_day_of
from itn_sync.domain.told import alert_key, is_to_admin
from itn_sync.gateways.errors import CredentialsRefused, GatewayError
from itn_sync.gateways.gmail import Mailbox, OutgoingMail
from itn_sync.ledger import LeaseHeldError, Ledger
from itn_sync.ledger_runs import Run, Trouble
from itn_sync.messages import Messages, TemplateError
from itn_sync.settings import Settings


def alerts(deeds: Mapping[str, Deed]) -> dict[str, Deed]:
    """The alerts among all deeds, oldest first."""
    return {key: deeds[key] for key in sorted(deeds) if is_to_admin(key)}


def tell_admin(
    settings: Settings, trouble: Trouble, last_good: Run | None, clock: Callable[[], datetime]
) -> str:
    """See to it that the admin gets today's mail; what became of it, for the log.

    It never raises for what is wrong with Google or with the mail: the log and `status` tell.
    """
    key = alert_key(school_day_of(clock()))
    if not settings.service.admin:
        return "nobody is told: [admin] email is not set in config/workspace.toml"
    with closing(Ledger(settings.workspace.ledger_url)) as ledger:
        earlier = alerts(ledger.deeds())
        if key in earlier and earlier[key].state in SETTLED:
            return f"{reference(key)} is {earlier[key].state} already: one a day"
        unsent = tuple(k for k, deed in earlier.items() if k != key and deed.state not in SETTLED)
        mail = _mail(key, settings, trouble, last_good, unsent)
        return _delivered(mail, settings, ledger, clock)


def take_back(settings: Settings, clock: Callable[[], datetime]) -> None:
    """The trouble is over: an alert that has not gone out yet is pointless.

    Raises LeaseHeldError and GatewayErrors: the next good run tries again.
    """
    with closing(Ledger(settings.workspace.ledger_url)) as ledger:
        unsent = [k for k, deed in alerts(ledger.deeds()).items() if deed.state not in SETTLED]
        if unsent:
            with ledger.lease(), _office(settings, ledger, clock) as office:
                for key in unsent:
                    office.supersede(key)


def _delivered(
    mail: SendMail, settings: Settings, ledger: Ledger, clock: Callable[[], datetime]
) -> str:
    ref = reference(mail.key)
    try:
        with ledger.lease():
            return f"{ref} {_attempt(mail, settings, ledger, clock)}"
    except LeaseHeldError:
        return f"{ref} waits: another run is at work"


def _attempt(
    mail: SendMail, settings: Settings, ledger: Ledger, clock: Callable[[], datetime]
) -> str:
    """One attempt; what stops it is noted for `status` as well."""
    try:
        with _office(settings, ledger, clock) as office:
            outcome = office.deliver(mail, lambda one: _composed(one, settings))
    except (GatewayError, TemplateError) as error:
        ledger.begin(mail.key, reference(mail.key), clock())
        ledger.note(mail.key, f"n'a pas pu partir : {_french(error)}")
        return f"could not go out: {error}"
    deed = ledger.deeds()[mail.key]
    return "is sent" if outcome is Outcome.SENT else f"is {deed.state}: {deed.reason}"


def _french(error: GatewayError | TemplateError) -> str:
    match error:
        case CredentialsRefused():
            return "accès refusé"
        case GatewayError():
            return error.french
        case _:
            return "modèle à corriger"


@contextmanager
def _office(
    settings: Settings, ledger: Ledger, clock: Callable[[], datetime]
) -> Iterator[PostOffice]:
    """The mailbox alone: the other credentials may be what is broken."""
    workspace = settings.workspace
    with enter(settings) as google:
        yield PostOffice(
            Mailbox(resource(google, workspace, SEND_MAIL)),
            ledger,
            clock,
            late=timedelta(seconds=settings.rules.late_request_seconds),
            reserved_allowed=not workspace.is_google,
        )


def _mail(
    key: str,
    settings: Settings,
    trouble: Trouble,
    last_good: Run | None,
    unsent: tuple[str, ...],
) -> SendMail:
    newest, oldest = trouble.runs[0], trouble.runs[-1]
    context = {
        "cause": newest.cause.value,
        "detail": newest.detail or newest.ending.value,
        "failures": len(trouble.runs),
        "since": _moment(oldest.started),
        "last_success": _moment(last_good.started) if last_good else "",
        "home": str(settings.home),
        "school_name": settings.school.name,
        "reference": reference(key),
    }
    return SendMail(
        key=key,
        recipient=settings.service.admin,
        recipient_name="",
        template="alert",
        context=context,
        why=f"{len(trouble.runs)} passages de suite en échec",
        supersedes=unsent,
    )


def _composed(mail: SendMail, settings: Settings) -> OutgoingMail:
    """From the mailbox's own address: an alias may be what is broken."""
    context: Mapping[str, Any] = mail.context
    words = Messages(settings.template_folders).render(mail.template, context)
    return OutgoingMail(
        sender=settings.workspace.accounts.mailer,
        sender_name="itn-sync",
        to=mail.recipient,
        to_name="",
        subject=words.subject,
        text=words.text,
        html=words.html,
        key=mail.key,
        reference=reference(mail.key),
    )


def _moment(instant: datetime) -> str:
    return f"{instant.astimezone(SCHOOL_TIME):%d/%m/%Y à %H:%M}"
