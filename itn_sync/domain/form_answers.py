"""A raw response read through `config/forms.toml`: by field, confidential answers apart (S32)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from itn_sync.domain.forms import (
    FREE_KINDS,
    FormMapping,
    Question,
    RawResponse,
    ShownForm,
    ShownQuestion,
    plain,
)
from itn_sync.domain.privacy import Confidential, mentions_health
from itn_sync.domain.seen import Answer, Problem, Response
from itn_sync.domain.serials import french_date, school_day_of
from itn_sync.domain.storable import LONGEST_CELL, Storable, storable

WITHHELD = "(réponse non recopiée : elle semble parler de santé ; à lire dans Google Forms)"
WITHHELD_FOR_NOW = (
    "(réponse non recopiée : la question confidentielle a disparu du formulaire ; "
    "à lire dans Google Forms)"
)
DELETED_QUESTION = "Question supprimée"


def read_response(
    mapping: FormMapping, shown: ShownForm, raw: RawResponse
) -> tuple[Response, tuple[Problem, ...]]:
    """The response by field name, and what a person must know about storing it.

    Answers to questions without a field go to `others` with their title; those which may tell
    about somebody's health stay in Google Forms. Problems have the scope `response/<key>`.
    """
    reading = _Reading(mapping, shown, raw)
    others = tuple(reading.others())
    response = Response(
        form=mapping.key,
        id=raw.id,
        created=raw.created,
        submitted=raw.submitted,
        answers=reading.answers(),
        confidential=reading.confidential(),
        others=others,
        respondent_email=storable(raw.respondent_email).text,
    )
    return response, tuple(reading.problems(others))


class _Reading:
    """One response beside its form; values cleaned once, what that cost remembered."""

    def __init__(self, mapping: FormMapping, shown: ShownForm, raw: RawResponse) -> None:
        self._mapping = mapping
        self._shown = {question.id: question for question in shown.questions}
        self._raw = raw
        self._values = {id: tuple(map(storable, given)) for id, given in raw.answers.items()}
        self._lost = [q for q in mapping.questions if q.confidential and q.id not in self._shown]

    def answers(self) -> dict[str, tuple[str, ...]]:
        """Open answers by field, as the values that their options mean; () where unanswered."""
        return {
            name: tuple(self._field_values(questions))
            for name, questions in self._by_field(confidential=False).items()
        }

    def confidential(self) -> dict[str, Confidential]:
        """Confidential answers by field."""
        return {
            name: Confidential("\n".join(values))
            for name, questions in self._by_field(confidential=True).items()
            if (values := tuple(self._field_values(questions)))
        }

    def _by_field(self, *, confidential: bool) -> dict[str, list[Question]]:
        found: dict[str, list[Question]] = {}
        for question in self._mapping.questions:
            if question.confidential is confidential:
                found.setdefault(question.field, []).append(question)
        return found

    def _field_values(self, questions: list[Question]) -> Iterator[str]:
        for question in questions:
            values = _meant(question, self._texts(question.id))
            if len(questions) == 1:
                yield from values
            elif values:
                yield f"{self._row_label(question)} : {', '.join(values)}"

    def _texts(self, question_id: str) -> tuple[str, ...]:
        return tuple(value.text for value in self._values.get(question_id, ()) if value.text)

    def _row_label(self, question: Question) -> str:
        """`Lundi` of `Vos disponibilités – Lundi`."""
        return self._title(question.id, question.title).rpartition(" – ")[2]

    def _title(self, question_id: str, fallback: str) -> str:
        today = self._shown.get(question_id)
        return plain(storable(today.title).text) if today else fallback

    def others(self) -> Iterator[Answer]:
        """Answers to questions without a field, in the form's order, then to deleted ones."""
        mapped = {question.id for question in self._mapping.questions}
        order = [*self._shown, *(id for id in self._raw.answers if id not in self._shown)]
        for question_id in order:
            texts = self._texts(question_id)
            if texts and question_id not in mapped:
                title = self._title(question_id, DELETED_QUESTION)
                yield Answer(title, self._shareable(self._shown.get(question_id), title, texts))

    def _shareable(
        self, today: ShownQuestion | None, title: str, texts: tuple[str, ...]
    ) -> tuple[str, ...]:
        if any(map(mentions_health, (title, *texts))):
            return (WITHHELD,)
        if self._lost and _may_be_free_text(today, texts):
            return (WITHHELD_FOR_NOW,)
        return texts

    def problems(self, others: tuple[Answer, ...]) -> Iterator[Problem]:
        """What could not be stored as typed, and what waits for a lost confidential question."""
        for question_id, values in self._values.items():
            yield from self._storing_problems(question_id, values)
        if any(answer.values == (WITHHELD_FOR_NOW,) for answer in others):
            yield self._problem(
                "withheld",
                f"La question confidentielle «{self._lost[0].title}» n'est plus dans le "
                "formulaire : les réponses libres sans champ ne sont pas recopiées.",
                "La remettre dans Google Forms et adapter son id dans config/forms.toml.",
            )

    def _storing_problems(
        self, question_id: str, values: tuple[Storable, ...]
    ) -> Iterator[Problem]:
        ours = {question.id: question.title for question in self._mapping.questions}
        title = self._title(question_id, ours.get(question_id, DELETED_QUESTION))
        if any(value.had_controls for value in values):
            yield self._problem(
                f"controls/{question_id}",
                f"La réponse à «{title}» contenait des caractères invisibles ; ils ont été "
                "retirés.",
                "Relire la réponse ; s'il le faut, demander à l'étudiant de la modifier.",
            )
        if any(value.was_cut for value in values):
            yield self._problem(
                f"cut/{question_id}",
                f"La réponse à «{title}» dépasse {LONGEST_CELL} caractères ; la suite n'est "
                "pas recopiée.",
                "Lire la réponse entière dans Google Forms.",
            )

    def _problem(self, name: str, what: str, mend: str) -> Problem:
        scope = f"response/{self._mapping.key}/{self._raw.id}"
        day = french_date(school_day_of(self._raw.created))
        where = f"Réponse du {day} au formulaire «{self._mapping.label}»"
        return Problem(f"{scope}/{name}", scope, where, what, mend)


def _meant(question: Question, texts: tuple[str, ...]) -> tuple[str, ...]:
    meanings: Mapping[str, str] = {plain(o): meaning for o, meaning in question.meanings.items()}
    return tuple(meanings.get(plain(text), text) for text in texts)


def _may_be_free_text(today: ShownQuestion | None, texts: tuple[str, ...]) -> bool:
    """True for what a student may have written, not ticked ("Autre" is written)."""
    if today is None or today.kind in FREE_KINDS:
        return True
    return today.has_other and any(text not in today.options for text in texts)
