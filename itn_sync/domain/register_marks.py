"""One cell of a register: what is noted of a student for a session (circulaire 9593, S126)."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction

from itn_sync.domain.names import fold
from itn_sync.domain.units import Counts, Mark, Periods, Session, Value

_MISSED = frozenset({Counts.UNEXCUSED, Counts.LATE, Counts.EXCUSED, Counts.CERTIFIED})
_SHORT = 6
_NUMBERED = re.compile(r"(.*?)\s*(\d{1,4}(?:[.,]\d{1,3})?)$")


@dataclass(frozen=True, slots=True)
class Entry:
    """What is noted of a student for one session."""

    session: Session
    order: tuple[int, str]
    """What the session is known and sorted by: its day and its course."""
    mark: Mark
    counts: Counts
    periods: Periods
    """How many periods it is about: those of the session, or those that a late student missed."""
    is_missed: bool
    row: int = -1
    column: int = -1
    """The cell, 0-based; known for what was missed."""

    def at(self, row: int, column: int) -> Entry:
        """The same, with its cell; spelled out because every absence passes here."""
        return Entry(
            self.session,
            self.order,
            self.mark,
            self.counts,
            self.periods,
            self.is_missed,
            row,
            column,
        )

    @property
    def says(self) -> tuple[str, Periods]:
        """Two entries that say the same are no conflict."""
        return self.mark.code, self.periods


@dataclass(frozen=True, slots=True)
class Doubt:
    """A cell that counts for nothing until a person mends it."""

    what: str
    mend: str


class Reader:
    """Reads the cells of one session; each text is understood once."""

    def __init__(self, session: Session, marks: Mapping[str, Mark], today: date) -> None:
        self.session = session
        self._order = order_of(session)
        self._marks = marks
        self._ahead = session.day > today
        self._known: dict[Value, Entry | Doubt] = {}
        self.get = self._known.get

    @property
    def is_recorded(self) -> bool:
        """True once somebody was noted as present or absent; a dispense is known beforehand."""
        known = (found for found in self._known.values() if isinstance(found, Entry))
        return any(entry.counts not in {Counts.OUT, Counts.LEFT} for entry in known)

    def learn(self, value: Value) -> Entry | Doubt:
        """What a text that was not met yet in this column means."""
        found = self._understood(value)
        self._known[value] = found
        return found

    def _understood(self, value: Value) -> Entry | Doubt:
        text = _typed(value)
        mark = self._marks.get(text) or self._marks.get(fold_mark(text))
        if mark is not None and mark.counts is not Counts.LATE:
            return self._entry(mark, self.session.periods)
        name, number = _split(text)
        late = self._marks.get(fold_mark(name))
        if late is None or late.counts is not Counts.LATE:
            return Doubt(
                f"La marque{_quoted(text)} n'est pas connue.", "Choisir une marque de la liste."
            )
        if number is None or not 0 < number <= self.session.periods:
            return Doubt(
                f"La marque{_quoted(text)} ne dit pas combien de périodes ont été manquées.",
                f"Noter {late.code}1, {late.code}2…, au plus les périodes de la séance.",
            )
        return self._entry(late, number)

    def _entry(self, mark: Mark, periods: Periods) -> Entry | Doubt:
        if self._ahead and mark.counts in {Counts.UNEXCUSED, Counts.LATE}:
            return Doubt(
                "Une absence est notée pour une séance à venir.",
                "Vérifier la date de la séance, ou effacer la marque.",
            )
        is_missed = mark.counts in _MISSED
        return Entry(self.session, self._order, mark, mark.counts, periods, is_missed)


def order_of(session: Session) -> tuple[int, str]:
    """By day, then by course."""
    return session.day.toordinal(), fold(session.course)


def marks_by_text(marks: Sequence[Mark], own: Mapping[str, str]) -> dict[str, Mark]:
    """Marks by what is typed for them: `own` are a school's own marks → the codes of `marks`."""
    by_code = {form: mark for mark in marks for form in (fold_mark(mark.code), mark.code)}
    theirs = {form: by_code[own[typed]] for typed in own for form in (fold_mark(typed), typed)}
    return theirs or by_code


def fold_mark(text: str) -> str:
    """How marks are compared: ` cm ` is CM; signs such as `|` are themselves."""
    return fold(text) or text.strip()


def shown(periods: Periods) -> str:
    """`4`, `2,5`: as Belgians write it, two decimals at most."""
    if periods == int(periods):
        return str(int(periods))
    return f"{float(periods):.2f}".rstrip("0").replace(".", ",")


def _typed(value: Value) -> str:
    """What a person typed: Sheets gives 1 as 1.0."""
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value).strip()


def _quoted(text: str) -> str:
    """A short text as it stands; a longer one may say why somebody was ill, and is not repeated."""
    return f" «{text}»" if len(text) <= _SHORT else ""


def _split(text: str) -> tuple[str, Periods | None]:
    """`R 1,5` → `R` and one and a half."""
    found = _NUMBERED.match(text)
    if not found:
        return text, None
    return found[1], exact(found[2].replace(",", "."))


def exact(number: str | float) -> Periods:
    """A number of periods without rounding: 1.1 is eleven tenths."""
    value = Fraction(str(number)).limit_denominator(1000)
    return int(value) if value.denominator == 1 else value
