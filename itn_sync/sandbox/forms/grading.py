"""Grades of a quiz: what Forms computes by itself from the answer key."""

from __future__ import annotations

from collections.abc import Mapping

from itn_sync.sandbox.errors import Json
from itn_sync.sandbox.forms.edits import is_quiz
from itn_sync.sandbox.forms.store import Question, all_questions


def graded(document: Json, response: Json) -> Json:
    """The response with a grade per answer and a total; unchanged if the form is no quiz."""
    response = {key: value for key, value in response.items() if key != "totalScore"}
    keyed = {q.id: q for q in all_questions(document["items"]) if "grading" in q.question}
    if not is_quiz(document) or not keyed:
        return response
    answers = {
        question_id: _with_grade(keyed.get(question_id), answer)
        for question_id, answer in response.get("answers", {}).items()
    }
    total = sum(answer.get("grade", {}).get("score", 0) for answer in answers.values())
    return response | {"answers": answers, "totalScore": total}


def _with_grade(question: Question | None, answer: Json) -> Json:
    if question is None or "correctAnswers" not in question.question["grading"]:
        return answer
    grading = question.question["grading"]
    right = _is_right(question, grading["correctAnswers"], answer)
    if not right:
        return answer | {"grade": _feedback({}, grading.get("whenWrong"))}
    grade = {"score": grading.get("pointValue", 0), "correct": True}
    return answer | {"grade": _feedback(grade, grading.get("whenRight"))}


def _feedback(grade: Json, feedback: Json | None) -> Json:
    return grade | ({"feedback": feedback} if feedback else {})


def _is_right(question: Question, key: Mapping[str, list[Json]], answer: Json) -> bool:
    expected = {correct.get("value", "") for correct in key.get("answers", ())}
    given = {value["value"] for value in answer.get("textAnswers", {}).get("answers", ())}
    if question.choice.get("type") == "CHECKBOX":
        return given == expected
    return bool(given) and given <= expected
