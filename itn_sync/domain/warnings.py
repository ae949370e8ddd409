"""`Avertissements`: the steps that students' absences reached, and what goes out (S126, S55, S64).

One row per student, UE and step; a step that is reached is told once per school year. What becomes
of a row is decided in `warning_state.fate_of`; here its facts are gathered and its cells written.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime

from itn_sync.domain.absence_mails import (
    TEMPLATE,
    Subject,
    Told,
    letter_of,
    mail_of,
    step_key,
    told_about,
)
from itn_sync.domain.absence_words import missed_lines, percent, rate_sentence, step_shown
from itn_sync.domain.actions import NotSent, SendMail, WriteDocument, WriteRow
from itn_sync.domain.codes import warning_number
from itn_sync.domain.ground import Ground
from itn_sync.domain.names import fold
from itn_sync.domain.seen import SETTLED, Cell, Deed, DeedState, Problem, Row
from itn_sync.domain.serials import date_serial, instant_serial, serial_instant
from itn_sync.domain.states_attendance import DECISIONS, LETTER, OVER, REGULARISED, SEND, TO_DECIDE
from itn_sync.domain.steps import STEP_SHOWN, Step, StepKind, is_below, steps_reached
from itn_sync.domain.students import bad_address
from itn_sync.domain.told import is_letter, letter_key, turned
from itn_sync.domain.tracking_attendance import WARNINGS
from itn_sync.domain.warning_state import Action, Facts, Fate, Mode, fate_of

_STALE = "la décision d'avant ne vaut plus : vider la case, puis choisir au passage suivant"
_STAFF = {StepKind.NOTICE: "Secrétariat", StepKind.LIMIT: "Direction"}
_DECISION_BY_NAME = {fold(decision): decision for decision in DECISIONS}
_AGAIN = frozenset({DeedState.SUPERSEDED})
_AGAIN_IF_ASKED = _AGAIN | {DeedState.WITHDRAWN}


@dataclass(frozen=True)
class Warned:
    """What one step of one student comes to."""

    row: WriteRow
    notice: SendMail | NotSent | None = None
    document: WriteDocument | None = None
    problem: Problem | None = None
    """An address that does not take mail."""
    mail: SendMail | None = None
    """The mail as it would go, for the row to show while nothing has gone."""


def warnings_of(subject: Subject, rows: Mapping[str, Row], ground: Ground) -> Iterator[Warned]:
    """Every step of a student in a UE that is reached, or was in an earlier run.

    `rows` are those of `Avertissements` that concern this student and UE, by id.
    """
    reached = steps_reached(subject.steps, subject.rate, ground.absences.rule)
    if not (reached or rows):
        return
    told = {step: tuple(told_about(step, subject, ground)) for step in subject.steps}
    for step in subject.steps:
        base = step_key(step, subject)
        number = warning_number(base)
        row = rows.get(number, Row(number, {}))
        case = _Case(subject, step, base, row, ground, reached, told)
        if number in rows or (step in reached and not (subject.gone or case.is_outrun)):
            yield case.warned()


@dataclass(frozen=True)
class _Case:
    """One step of one student, with its row and what is reached beside it."""

    subject: Subject
    step: Step
    base: str
    row: Row
    """As it is; blank where it has none."""
    ground: Ground
    reached: tuple[Step, ...]
    told: Mapping[Step, tuple[Deed, ...]]
    """What went out about each step of this student in the UE."""

    @property
    def _is_warning(self) -> bool:
        return self.step.kind is StepKind.WARNING

    @property
    def decision(self) -> str:
        """What people chose for these absences; what they chose for earlier ones is over."""
        chosen = self.row.text("decision")
        return "" if self._is_of_before else _DECISION_BY_NAME.get(fold(chosen), "")

    @property
    def _is_of_before(self) -> bool:
        chosen = self.row.text("decision")
        return bool(chosen) and chosen == self.row.text("decision_then")

    def warned(self) -> Warned:
        key, turn = self._key()
        fate = fate_of(self._facts(key))
        told = Told(self.step, key, self.row.id, self._follows(key), fate.action is Action.DRAFT)
        mail = mail_of(self.subject, told, self.ground)
        return Warned(
            row=self._row(fate, key, turn),
            notice=self._notice(fate, mail, key),
            document=self._letter(fate, told),
            problem=self._bad_address(fate, key),
            mail=mail if self._shows_mail(key) and isinstance(mail, SendMail) else None,
        )

    def _notice(self, fate: Fate, mail: SendMail | NotSent, key: str) -> SendMail | NotSent | None:
        if fate.action in {Action.MAIL, Action.DRAFT}:
            return mail
        deed = self._deed(key)
        if fate.action is not Action.NOTHING and deed and deed.state not in SETTLED:
            template, why = TEMPLATE[self.step.kind], self.subject.sentence
            return NotSent(key, "", template, why, reason=fate.why, supersedes=(key,))
        return None

    def _letter(self, fate: Fate, told: Told) -> WriteDocument | None:
        if fate.action is not Action.LETTER:
            return None
        return letter_of(self.subject, told, self.ground)

    def _bad_address(self, fate: Fate, key: str) -> Problem | None:
        """A letter is only a way round: somebody should ask for an address that works."""
        student, refused = self.subject.student, self._bounced(key)
        by_letter = fate.action is Action.LETTER or fate.state == LETTER
        has_another = "@" in student.email and student.email.lower() != refused.lower()
        if self.subject.gone or not by_letter or has_another:
            return None
        return bad_address(student, refused if student.email else "")

    def _facts(self, key: str) -> Facts:
        subject, is_warning = self.subject, self._is_warning
        mail, letter = self._deed(key), self._deed(letter_key(key))
        return Facts(
            reached=self._is_at_step(),
            now=self.ground.now,
            to_student=is_warning,
            outrun=self.is_outrun,
            gone=subject.gone,
            mode=self.ground.absences.mode_of(subject.unit.section) if is_warning else Mode.AUTO,
            decision=self.decision,
            motive=self.row.text("motive"),
            has_address=not is_warning or "@" in subject.student.email,
            bounced=is_warning and bool(self._bounced(key)),
            reached_on=self._reached_on(),
            settling=self.ground.absences.settling,
            mail=mail.state if mail else None,
            letter=letter.state if letter else None,
        )

    def _is_at_step(self) -> bool:
        """At it, or above it: a higher step of the kind stands for the lower ones."""
        return self.step in self.reached or is_below(self.step, self.reached)

    @property
    def is_outrun(self) -> bool:
        """Something higher is reached, or was told before: nobody is warned downwards."""
        told = (step for step, deeds in self.told.items() if deeds)
        return is_below(self.step, (*self.reached, *told))

    def _key(self) -> tuple[str, int]:
        """The key of this telling: a new one only after one that surely never left."""
        turn = max(1, int(self.row.number_in("round")))
        was_over = self.row.text("state") == REGULARISED and self.step in self.reached
        turn += was_over and self.ground.absences.again
        open_again = _AGAIN_IF_ASKED if self.decision == SEND else _AGAIN
        while self._is_void(turned(self.base, turn), open_again):
            turn += 1
        return turned(self.base, turn), turn

    def _is_void(self, key: str, open_again: frozenset[DeedState]) -> bool:
        """True for a mail that surely never left, in whose place no letter was begun."""
        deed = self._deed(key)
        return deed is not None and deed.state in open_again and not self._deed(letter_key(key))

    def _follows(self, key: str) -> str:
        """The latest mail that told this student of this UE."""
        if not self._is_warning:
            return ""
        warned = (deeds for step, deeds in self.told.items() if step.kind is self.step.kind)
        mails = [d for deeds in warned for d in deeds if d.key != key and not is_letter(d.key)]
        return max(mails, key=lambda d: d.at).key if mails else ""

    def _reached_on(self) -> datetime | None:
        """When a run first saw the step reached; None in that very run."""
        if self.row.text("state") in OVER:
            return None
        noted = self.row.number_in("reached_on")
        return serial_instant(noted) if noted else None

    def _shows_mail(self, key: str) -> bool:
        deed = self._deed(key)
        return deed is None or deed.state not in {DeedState.DONE, DeedState.SENDING, DeedState.HELD}

    def _bounced(self, key: str) -> str:
        return self.ground.seen.bounced.get(key, "") or self.row.text("bounced")

    def _deed(self, key: str) -> Deed | None:
        return self.ground.seen.deeds.get(key)

    def _row(self, fate: Fate, key: str, turn: int) -> WriteRow:
        subject, unit = self.subject, self.subject.unit
        cells: dict[str, Cell] = {
            "id": self.row.id,
            "state": fate.state,
            "student": subject.student.name,
            "section": self.ground.school.section_name(unit.section),
            "site": self.ground.school.site_name(unit.site),
            "unit": unit.name,
            "step": f"{STEP_SHOWN[self.step.kind]} – {step_shown(self.step)}",
            "reason": self._explained(fate),
            "reached_on": self._reached_cell(fate),
            "round": float(turn),
            "decision_then": self._decision_then(fate),
            "bounced": self._bounced(key),
            "key": key,
            "person": subject.student.person,
            **self._outcome(fate, key),
        }
        if self._shows_mail(key):
            cells["rate"] = percent(subject.rate.share)
            cells["evidence"] = missed_lines(subject.rate.missed)
            cells["email"] = _STAFF.get(self.step.kind, subject.student.email)
        why = f"{subject.sentence} : seuil de {step_shown(self.step)}"
        blank: dict[str, Cell] = {"decision": ""}
        return WriteRow(WARNINGS.key, self.row.id, cells, why=why, plan="S126", initial=blank)

    def _explained(self, fate: Fate) -> str:
        sentence = rate_sentence(self.subject.rate, self.subject.unit)
        why = _STALE if self._is_of_before and fate.state == TO_DECIDE else fate.why
        return f"{sentence} : {why}." if why else f"{sentence}."

    def _decision_then(self, fate: Fate) -> str:
        """A decision that is over, until people empty its cell or choose another."""
        over = fate.state in OVER or self._is_of_before
        return self.row.text("decision") if over else ""

    def _reached_cell(self, fate: Fate) -> float:
        """When it was reached; what is over keeps the day on which it began."""
        noted = self.row.number_in("reached_on")
        if fate.state in OVER and noted:
            return noted
        return instant_serial(self._reached_on() or self.ground.now)

    def _outcome(self, fate: Fate, key: str) -> dict[str, Cell]:
        mail, letter = self._deed(key), self._deed(letter_key(key))
        over = fate.state == REGULARISED
        noted = self.row.number_in("regularised_on")
        gone = next((d for d in (mail, letter) if d and d.state is DeedState.DONE), None)
        return {
            "sent_on": instant_serial(gone.at) if gone else None,
            "regularised_on": (noted or date_serial(self.ground.today)) if over else None,
            "new_rate": percent(self.subject.rate.share) if over else "",
            "letter": letter.reason if letter and letter.state is DeedState.DONE else "",
        }
