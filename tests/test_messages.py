"""Messages: right French, one line of subject, values as data, errors that name the line (F31)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from itn_sync.config_files import packaged
from itn_sync.domain.privacy import Confidential, mentions_health
from itn_sync.messages import Messages, Rendered, TemplateError, date_fr, jour_fr, liste_fr

SIGNATURE = {
    "school_name": "ITN Promotion sociale",
    "contact_name": "Personne de référence",
    "contact_email": "coordination@ecole.example",
    "reference": "MSG-7K3Q2M9X",
}
CASE: dict[str, Any] = {
    "number": "VA-7K3Q2M9X",
    "kind": "va",
    "kind_label": "Valorisation des acquis (VA)",
    "student": "Élodie Exemple",
    "email": "elodie@etudiant.example",
    "phone": "+32470000000",
    "site": "Namur",
    "section": "CESS",
    "details": "UE Mathématiques 1\nUE Français",
    "opened": date(2026, 11, 23),
    "due": date(2026, 12, 1),
    "overdue": False,
}
TO_OWNER: dict[str, Any] = SIGNATURE | {
    "case": CASE,
    "owner_name": "Référente VA",
    "owner_why": "Référent VA",
    "row_link": "https://docs.example/d/1/edit#gid=71002&range=A12",
    "changes": ["Section : CAP → CESS"],
    "new_owner_name": "Second référent VA",
}
AR: dict[str, Any] = TO_OWNER | {
    "case": CASE
    | {"number": "AR-7K3Q2M9X", "kind_label": "Aménagement raisonnable (AR)", "details": ""},
    "confidential_link": "https://docs.example/d/2/edit#gid=71101",
}
REQUEST: dict[str, Any] = {
    "kind_label": "Valorisation des acquis (VA)",
    "number": "VA-7K3Q2M9X",
    "owner_name": "Référente VA",
    "owner_email": "referent.va@ecole.example",
    "due": date(2026, 12, 1),
    "overdue": False,
    "details": "UE Mathématiques 1",
}
TO_STUDENT: dict[str, Any] = SIGNATURE | {
    "first_name": "Élodie",
    "site": "Namur",
    "section": "CESS",
    "section_info": "Les cours se donnent en soirée.",
    "requests": [REQUEST],
    "question": "Puis-je commencer en janvier ?",
    "changed": False,
}
OWNER_MESSAGES = ("case_opened", "case_changed", "case_withdrawn", "case_handed_over")
SAMPLES = [
    *((name, TO_OWNER) for name in OWNER_MESSAGES),
    *((name, AR) for name in OWNER_MESSAGES),
    ("acknowledgement", TO_STUDENT),
    ("acknowledgement", TO_STUDENT | {"changed": True, "requests": [], "question": ""}),
]

shipped = Messages([packaged("templates")])


def words(text: str) -> str:
    return " ".join(text.split())


class Page(HTMLParser):
    """The text, links and tags of a page."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.text, self.links = "", list[str]()
        self.tags, self.open = set[str](), list[str]()
        self.lang: str | None = None
        self.feed(html)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        values = dict(attrs)
        self.lang = values.get("lang", self.lang)
        self.links += [str(values[name]) for name in ("href", "src") if name in values]
        if tag not in {"meta", "br"}:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.text += data


@pytest.mark.parametrize(("template", "context"), SAMPLES)
def test_every_message_says_the_same_in_text_and_in_html(
    template: str, context: Mapping[str, Any]
) -> None:
    message = shipped.render(template, context)
    page = Page(message.html)
    assert page.open == []
    for fact in ("ITN Promotion sociale", "coordination@ecole.example", "Réf. MSG-7K3Q2M9X"):
        assert fact in words(message.text)
        assert fact in words(page.text)
    assert "\n" not in message.subject
    assert message.subject == message.subject.strip() != ""
    assert max(map(len, (line for line in message.text.split("\n") if "//" not in line))) <= 76


@pytest.mark.parametrize(("template", "context"), SAMPLES)
def test_html_is_french_without_tables_scripts_or_outside_resources(
    template: str, context: Mapping[str, Any]
) -> None:
    page = Page(shipped.render(template, context).html)
    assert page.lang == "fr"
    assert not page.tags & {"table", "script", "img", "link", "style", "iframe", "form"}
    assert all(link.startswith(("mailto:", "https://docs.example/")) for link in page.links)


@pytest.mark.parametrize("template", OWNER_MESSAGES)
def test_a_subject_is_the_same_whatever_the_student_asks_and_names_nobody(template: str) -> None:
    subject = shipped.render(template, AR).subject
    assert subject == shipped.render(template, TO_OWNER).subject
    assert "7K3Q2M9X" in subject
    assert not mentions_health(subject)
    assert not any(word in subject for word in ("AR", "Aménagement", "Élodie", "Exemple"))


def test_the_owner_reads_what_to_do_by_when_and_why_them() -> None:
    message = shipped.render("case_opened", TO_OWNER)
    for said in (message.text, Page(message.html).text):
        assert "au plus tard le mardi 1er décembre 2026" in words(said)
        assert "Pourquoi vous ? Référent VA." in words(said)
        assert "UE Mathématiques 1" in said
    assert "https://docs.example/d/1/edit#gid=71002&range=A12" in message.text
    assert "https://docs.example/d/1/edit#gid=71002&range=A12" in Page(message.html).links


def test_the_details_of_an_ar_request_are_only_pointed_at() -> None:
    context = AR | {"case": AR["case"] | {"details": "je suis dyslexique"}}
    for template in OWNER_MESSAGES:
        message = shipped.render(template, context)
        assert "dyslexique" not in message.text + message.html
    unlinked = TO_OWNER | {"case": context["case"] | {"kind": "ar"}}
    assert "dyslexique" not in shipped.render("case_opened", unlinked).text
    assert "https://docs.example/d/2/edit#gid=71101" in shipped.render("case_opened", AR).text


def test_the_owner_reads_what_changed_and_the_former_owner_who_takes_over() -> None:
    assert "- Section : CAP → CESS" in shipped.render("case_changed", TO_OWNER).text
    assert "Second référent VA" in shipped.render("case_handed_over", TO_OWNER).text


def test_the_former_owner_is_told_that_nobody_has_taken_over_yet() -> None:
    message = shipped.render("case_handed_over", TO_OWNER | {"new_owner_name": ""})
    for said in (message.text, Page(message.html).text):
        assert "Le dossier n'a pas encore de nouveau référent." in words(said)
        assert "Désormais" not in said


def test_the_student_reads_who_calls_by_when_and_how_the_section_works() -> None:
    message = shipped.render("acknowledgement", TO_STUDENT)
    for said in (message.text, Page(message.html).text):
        assert (
            "Référente VA (referent.va@ecole.example) prendra contact avec vous "
            "au plus tard le mardi 1er décembre 2026." in words(said)
        )
        assert "Les cours se donnent en soirée." in words(said)
        assert "Puis-je commencer en janvier ?" in words(said)
    assert message.subject == "Votre inscription est bien reçue – ITN Promotion sociale"


def test_a_deadline_that_has_passed_is_not_promised() -> None:
    late = TO_OWNER | {"case": CASE | {"overdue": True}}
    asked = TO_STUDENT | {"requests": [REQUEST | {"overdue": True}]}
    for name, context in (
        ("case_opened", late),
        ("case_changed", late),
        ("acknowledgement", asked),
    ):
        message = shipped.render(name, context)
        for said in (message.text, Page(message.html).text):
            assert "dès que possible" in words(said)
            assert "décembre" not in said


def test_a_question_that_is_a_request_is_not_said_twice() -> None:
    asked = REQUEST | {"kind_label": "Question", "details": TO_STUDENT["question"]}
    message = shipped.render("acknowledgement", TO_STUDENT | {"requests": [asked]})
    assert words(message.text).count("Puis-je commencer en janvier ?") == 1


def test_a_student_who_asked_nothing_reads_so_and_whom_to_ask() -> None:
    message = shipped.render("acknowledgement", TO_STUDENT | {"requests": [], "question": ""})
    assert "Vous n'avez pas demandé d'accompagnement particulier" in message.text


def test_a_changed_registration_says_so() -> None:
    message = shipped.render("acknowledgement", TO_STUDENT | {"changed": True})
    assert "mise à jour" in message.subject
    assert "remplace le précédent" in message.text


def test_what_a_student_typed_stays_what_they_typed() -> None:
    name = "{{ 7*7 }} {% raise %} <script>alert(1)</script> & co"
    message = shipped.render("acknowledgement", TO_STUDENT | {"first_name": name})
    assert "{{ 7*7 }} {% raise %} <script>" in words(message.text)
    assert "script" not in Page(message.html).tags
    assert words(name) in words(Page(message.html).text)


def test_an_address_cannot_break_out_of_its_link() -> None:
    evil = 'a"onclick="x?bcc=b@c.test@d.test'
    message = shipped.render("case_opened", TO_OWNER | {"case": CASE | {"email": evil}})
    assert any("%22onclick%3D%22x%3Fbcc" in link for link in Page(message.html).links)


@given(st.text(st.characters()))
def test_any_name_gives_one_line_of_subject_and_a_printable_body(text: str) -> None:
    context = TO_OWNER | {"case": CASE | {"site": text, "student": text}}
    message = shipped.render("case_opened", context)
    assert len(message.subject) <= 150
    assert len(message.subject.splitlines()) == 1
    assert (message.text + message.html).encode()
    assert "\0" not in message.text + message.html + message.subject


def template(folder: Path, text: str, *, name: str = "hello", html: str = "") -> Messages:
    (folder / name).mkdir(parents=True, exist_ok=True)
    (folder / name / "subject.txt").write_text("Bonjour\nà vous\n", encoding="utf-8")
    (folder / name / "body.txt").write_text(text, encoding="utf-8")
    (folder / name / "body.html").write_text(html, encoding="utf-8")
    return Messages([folder, packaged("templates")])


def test_a_missing_variable_names_file_line_and_variable(tmp_path: Path) -> None:
    messages = template(tmp_path, "Bonjour\n\n{{ owner_nam }}")
    with pytest.raises(TemplateError, match=r"hello/body\.txt:3: 'owner_nam' .*; correct"):
        messages.render("hello", {"owner_name": "A"})


def test_a_syntax_error_names_file_and_line(tmp_path: Path) -> None:
    messages = template(tmp_path, "Bonjour\n{% if %}")
    with pytest.raises(TemplateError, match=r"hello/body\.txt:2: .*; correct"):
        messages.render("hello", {})


def test_an_unknown_message_is_named() -> None:
    with pytest.raises(TemplateError, match=r"there is no template no_such/subject\.txt; add"):
        shipped.render("no_such", {})


def test_a_date_that_is_none_is_named(tmp_path: Path) -> None:
    with pytest.raises(TemplateError, match=r"hello/body\.txt:1: .*; correct"):
        template(tmp_path, "{{ day|date_fr }}").render("hello", {"day": "demain"})


@pytest.mark.parametrize(
    "way", ["{{ s }}", "{{ s.reveal() }}", "{{ s._text }}", "{{ s|attr('_text') }}"]
)
def test_a_template_cannot_show_a_confidential_text(tmp_path: Path, way: str) -> None:
    messages = template(tmp_path, way)
    try:
        shown = messages.render("hello", {"s": Confidential("dyslexie")}).text
    except TemplateError as error:
        shown = str(error)
    assert "dyslexie" not in shown


def test_a_template_cannot_reach_python(tmp_path: Path) -> None:
    with pytest.raises(TemplateError):
        template(tmp_path, "{{ ''.__class__.__mro__[1].__subclasses__() }}").render("hello", {})


def test_a_school_rewords_one_file_and_keeps_the_others(tmp_path: Path) -> None:
    own = tmp_path / "case_opened"
    own.mkdir()
    (own / "subject.txt").write_text("À vous de jouer", encoding="utf-8")
    messages = Messages([tmp_path, packaged("templates")])
    message = messages.render("case_opened", TO_OWNER)
    assert message.subject == "À vous de jouer"
    assert message.text == shipped.render("case_opened", TO_OWNER).text


def test_long_lines_fold_under_their_bullet_and_links_stay_whole(tmp_path: Path) -> None:
    link = f"https://docs.example/{'a' * 90}"
    message = template(tmp_path, f"- {'mot ' * 30}\n{link}\n\n\n\nFin").render("hello", {})
    lines = message.text.split("\n")
    assert lines[1].startswith("  mot")
    assert link in lines
    assert message.text.endswith(f"{link}\n\nFin\n")
    assert message == Rendered("Bonjour à vous", message.text, "")


def test_dates_and_lists_read_as_in_belgium() -> None:
    assert date_fr(date(2026, 11, 23)) == "lundi 23 novembre 2026"
    assert date_fr(date(2026, 9, 1)) == "mardi 1er septembre 2026"
    assert jour_fr(date(2026, 9, 1)) == "01/09/2026"
    assert [liste_fr(things) for things in ([], ["a"], ["a", "b"], ["a", "b", "c"])] == [
        "",
        "a",
        "a et b",
        "a, b et c",
    ]
