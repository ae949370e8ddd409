"""Letters and certificates as Google Docs, each made once: intention, making, outcome.

A document that was begun and whose outcome nobody heard is looked for by its mark; only when a
late request can no longer land is an absent one made again.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from itn_sync.domain.actions import WriteDocument
from itn_sync.domain.codes import reference
from itn_sync.domain.seen import SETTLED, DeedState
from itn_sync.domain.serials import school_day_of
from itn_sync.gateways.documents import Binder
from itn_sync.gateways.errors import (
    CredentialsRefused,
    GatewayError,
    Missing,
    OutcomeUnknown,
    Refused,
    Unavailable,
)
from itn_sync.ledger import Ledger
from itn_sync.marks import mark_of
from itn_sync.messages import Messages, TemplateError
from itn_sync.report import DocumentMade, Note, Report, Tell

FOLDERS = {"letters": "Courriers"}
"""The folders that are made when config names none, by key of `[folders]`."""

_PATIENCE = timedelta(minutes=2)
"""How long a run waits until a lost request cannot land any more; longer is the next run's."""

_IN_VAIN = 5


def link_to(file_id: str, root: str = "https://docs.google.com/") -> str:
    """The address that opens a document."""
    return f"{root}document/d/{file_id}/edit"


@dataclass
class Registrar:
    """Writes the documents of one run, and every step down before taking it."""

    binder: Binder
    ledger: Ledger
    messages: Messages
    folders: Mapping[str, str]
    """The folders that config names, by key; others are made."""
    readers: Collection[str]
    """Who may open a folder that is made: whoever prints and posts."""
    clock: Callable[[], datetime]
    late: timedelta
    """How long a request whose answer was lost may still have an effect."""
    sleep: Callable[[float], None]
    report: Report
    tell: Tell
    link_root: str = "https://docs.google.com/"
    _places: dict[str, str] = field(default_factory=dict)
    _unanswered: int = 0

    def write(self, documents: tuple[WriteDocument, ...]) -> set[str]:
        """Make every document; the keys of those that a later run must see to."""
        unsettled = {document.key for document in documents}
        self._attempt(documents, unsettled)
        if unsettled and self._waited_for_late_answers(unsettled):
            self._attempt(tuple(d for d in documents if d.key in unsettled), unsettled)
        self.report.waiting += [reference(key) for key in sorted(unsettled)]
        return unsettled

    def _attempt(self, documents: tuple[WriteDocument, ...], unsettled: set[str]) -> None:
        for document in documents:
            if self._unanswered >= _IN_VAIN:
                self.tell(Note("Drive does not answer: the rest waits for the next run"))
                return
            if self._is_settled(document):
                unsettled.discard(document.key)

    def _is_settled(self, document: WriteDocument) -> bool:
        """One document; what goes wrong with it stops no other."""
        try:
            return self._written(document)
        except CredentialsRefused:
            raise
        except (GatewayError, TemplateError) as error:
            self._unanswered += isinstance(error, Unavailable | OutcomeUnknown)
            self.report.failures.append(f"document {reference(document.key)}: {error}")
            return False

    def _written(self, document: WriteDocument) -> bool:
        trace = self.ledger.trace(document.key)
        if trace is None:
            return self._made(document)
        if trace.deed.state in SETTLED:
            return True
        if file_id := self.binder.found(mark_of(document.key)):
            return self._done(document, file_id)
        is_late = self.clock() - trace.deed.at >= self.late
        return self._made(document) if is_late else False

    def _made(self, document: WriteDocument) -> bool:
        """Everything that may fail harmlessly comes before the intention."""
        key, now = document.key, self.clock()
        said = {"reference": reference(key), "made_on": school_day_of(now)}
        html = self.messages.document(document.template, {**document.context, **said})
        folder = self._folder(document.folder)
        self.ledger.begin(key, reference(key), now)
        try:
            file_id = self.binder.make(mark_of(key), document.title, html, folder)
        except Missing:
            raise  # the folder that config names: a person mends it, the next run goes on
        except CredentialsRefused:
            raise
        except Refused as refusal:
            reason = f"refusé par Drive : {refusal.french}"
            self.ledger.settle(key, DeedState.FAILED, reason, self.clock())
            return True
        except (Unavailable, OutcomeUnknown) as trouble:
            self._unanswered += 1
            self.ledger.note(key, f"en attente : {trouble.french}")
            return False
        return self._done(document, file_id)

    def _done(self, document: WriteDocument, file_id: str) -> bool:
        self._unanswered = 0
        link = link_to(file_id, self.link_root)
        self.ledger.done(document.key, message_id=file_id, at=self.clock(), reason=link)
        self.report.documents_made += 1
        self.tell(DocumentMade(document, link))
        return True

    def _folder(self, key: str) -> str:
        """The folder of config, or the one that is ours, shared once a run with its readers."""
        if key not in self._places:
            named = self.folders.get(key, "")
            self._places[key] = named or self._own_folder(key)
        return self._places[key]

    def _own_folder(self, key: str) -> str:
        folder = self.binder.folder(f"folder/{key}", FOLDERS[key])
        for address, why in self.binder.share(folder, self.readers).items():
            self.tell(Note(f"folder {FOLDERS[key]} cannot be shared with {address}: {why}"))
        return folder

    def _waited_for_late_answers(self, unsettled: set[str]) -> bool:
        """Wait until a lost request can no longer land; True when there is one to look at."""
        begun = self.ledger.traces(DeedState.BEGUN)
        asked_at = [trace.deed.at for trace in begun if trace.deed.key in unsettled]
        if not asked_at or self.late > _PATIENCE:
            return False
        rest = max(asked_at) + self.late - self.clock()
        self.sleep(max(0.0, rest.total_seconds()))
        return True
