"""The classes of the demo school, looked at by teachers, students and strangers."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any
from urllib.parse import quote

import pytest
import requests
from googleapiclient.discovery import build_from_document
from playwright.sync_api import Page, expect

from itn_sync.sandbox.discovery_pages import relocated
from itn_sync.sandbox.server import RunningSandbox, serve
from tests.browsers import barriers, fits
from tests.sandbox.classrooms import refusal
from tests.sandbox.conftest import credentials, scopes_of

CLASS, ELSEWHERE = "710000000101", "710000000104"
TEACHER, STUDENT = "helene.dardinelle@ecole.example", "elise.bodartin@etudiant.example"
COLLEAGUE = "samuel.beauvoisinet@ecole.example"
DOCUMENT = "1DipFrancaisCessNamurDemo0000000000000000101"
DRAFT = "à compléter avec la direction"


@pytest.fixture(scope="module")
def school(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningSandbox]:
    with serve(tmp_path_factory.mktemp("school"), school="demo") as running:
        yield running


def look(school: RunningSandbox, path: str, user: str = "", status: int = 200) -> str:
    """The page as `user` gets it."""
    answer = requests.get(f"{school.url}{path}", params={"user": user}, timeout=20)
    assert answer.status_code == status, answer.text
    return answer.text


def announce(school: RunningSandbox, user: str, text: str, **more: str) -> requests.Response:
    form = {"user": user, "text": text, "action": "publier", **more}
    address = f"{school.url}classroom/c/{CLASS}/annonces"
    return requests.post(address, data=form, timeout=20)


def test_a_person_finds_their_own_classes(school: RunningSandbox) -> None:
    mine = look(school, "classroom", STUDENT)
    assert "Namur, local 12" in mine
    assert "Namur, local 21" not in mine
    assert "Namur, local 21" in look(school, "classroom", "admin@ecole.example")
    assert "Aucune classe ouverte" in look(school, "classroom", "direction@ecole.example")


def test_drafts_are_shown_to_teachers_only(school: RunningSandbox) -> None:
    assert DRAFT in look(school, f"classroom/c/{CLASS}", TEACHER)
    seen = look(school, f"classroom/c/{CLASS}", STUDENT)
    assert DRAFT not in seen
    assert "La remédiation en mathématiques" in seen


def test_the_work_is_sorted_by_topic(school: RunningSandbox) -> None:
    page = look(school, f"classroom/c/{CLASS}/travaux", STUDENT)
    french, maths = page.index(">Français<"), page.index(">Mathématiques<")
    assert french < page.index("Lire un texte d&#39;opinion") < maths
    assert maths < page.index("Fractions et pourcentages")
    assert "20 points · À faire" in page
    assert "Épreuve intégrée" not in page, "an empty topic"
    teachers = look(school, f"classroom/c/{CLASS}/travaux", TEACHER)
    assert "Épreuve intégrée" in teachers
    assert "0 sur 5 l’ont remis" in teachers


def test_attachments_lead_to_the_file_and_out_to_the_web(school: RunningSandbox) -> None:
    page = look(school, f"classroom/c/{CLASS}/travaux", STUDENT)
    links = re.findall(r'href="([^"]+)"', page)
    [document] = [link for link in links if DOCUMENT in link]
    assert document.startswith(school.url)
    opened = requests.get(document, timeout=20)
    assert opened.status_code == 200
    assert "Acquis d'apprentissage" in opened.text.replace("&#39;", "'")
    assert "https://exercices.ecole.example/mathematiques/fractions" in links


def test_teachers_see_everybody_and_students_their_teachers(school: RunningSandbox) -> None:
    everybody = look(school, f"classroom/c/{CLASS}/personnes", TEACHER)
    assert "cessnam" in everybody
    assert "Ophélie Petitgrandin" in everybody
    mine = look(school, f"classroom/c/{CLASS}/personnes", STUDENT)
    main = mine[mine.index("<main") :]
    assert "Samuel Beauvoisinet" in main
    assert "cessnam" not in main
    assert "Ophélie Petitgrandin" not in main


def test_a_stranger_finds_the_door_closed_and_may_be_somebody_else(
    school: RunningSandbox,
) -> None:
    page = look(school, f"classroom/c/{ELSEWHERE}", STUDENT, status=403)
    assert "n’y enseigne pas" in page
    assert "Aïcha Benslimanou" in page, "somebody to be instead"
    look(school, "classroom/c/1", TEACHER, status=404)
    look(school, "classroom/c/@@", TEACHER, status=404)
    look(school, f"classroom/c/{CLASS}/z/12", TEACHER, status=404)


def classroom(school: RunningSandbox, user: str) -> Any:
    chosen = credentials(school.credentials, user, scopes_of("classroom"))
    return build_from_document(relocated("classroom", school.url), credentials=chosen)


def test_the_links_of_the_api_lead_to_the_pages(school: RunningSandbox) -> None:
    with classroom(school, TEACHER) as client:
        course = client.courses().get(id=CLASS).execute()
        materials = client.courses().courseWorkMaterials().list(courseId=CLASS).execute()
        told = client.courses().announcements().list(courseId=CLASS).execute()
        work = client.courses().courseWork().list(courseId=CLASS).execute()
    posts = [materials["courseWorkMaterial"][0], told["announcements"][0], work["courseWork"][0]]
    assert "CESS Namur" in requests.get(course["alternateLink"], timeout=20).text
    for post in posts:
        page = requests.get(post["alternateLink"], timeout=20)
        assert page.status_code == 200
        assert (post.get("title") or post["text"][:20]).split("'")[0] in page.text


def test_an_announcement_reaches_the_class_and_its_mailboxes(school: RunningSandbox) -> None:
    sent = announce(school, COLLEAGUE, "Le cours de jeudi est annulé.\r\nÀ mardi !")
    assert re.search(rf"\?user={re.escape(quote(COLLEAGUE))}#p\d+$", sent.url)
    assert "Le cours de jeudi est annulé.\nÀ mardi !" in look(
        school, f"classroom/c/{CLASS}", STUDENT
    )
    assert "Nouvelle annonce" in look(school, f"mail/{STUDENT}")


def test_what_people_announce_belongs_to_no_application(school: RunningSandbox) -> None:
    """Facts §4.2: only the project that made a post changes it, and a person's is Classroom."""
    post = announce(school, TEACHER, "Écrit à la main").url.rpartition("#p")[2]
    with classroom(school, TEACHER) as client:
        posts = client.courses().announcements()
        code, status, _ = refusal(posts.delete(courseId=CLASS, id=post))
    assert (code, status) == (403, "PERMISSION_DENIED")


def test_a_draft_of_a_teacher_stays_between_teachers(school: RunningSandbox) -> None:
    announce(school, TEACHER, "Pas encore pour les étudiants", action="brouillon")
    assert "Pas encore pour" in look(school, f"classroom/c/{CLASS}", COLLEAGUE)
    assert "Pas encore pour" not in look(school, f"classroom/c/{CLASS}", STUDENT)


def test_an_announcement_that_is_refused_says_why_and_loses_nothing(
    school: RunningSandbox,
) -> None:
    empty = announce(school, TEACHER, "  ")
    assert empty.status_code == 400
    assert "L’annonce est vide" in empty.text
    long = announce(school, TEACHER, "Bonsoir" + "x" * 30_000)
    assert "trop longue" in long.text
    assert "Bonsoirxxx" in long.text
    stranger = announce(school, STUDENT, "Je suis le prof")
    assert "Seuls les enseignants" in stranger.text
    assert "Je suis le prof" not in look(school, f"classroom/c/{CLASS}", TEACHER)


def test_an_archived_class_is_read_and_not_written(school: RunningSandbox) -> None:
    archived = {"id": "710000000199", "name": "CESS 2025", "owner": TEACHER}
    content = {"classroom": [archived | {"courseState": "ARCHIVED"}]}
    requests.post(f"{school.url}sandbox/v1/import", json=content, timeout=20).raise_for_status()
    assert "Classes archivées" in look(school, "classroom", TEACHER)
    page = look(school, "classroom/c/710000000199", TEACHER)
    assert "Classe archivée" in page
    assert "Écrire une annonce" not in page
    form = {"user": TEACHER, "text": "Trop tard"}
    address = f"{school.url}classroom/c/710000000199/annonces"
    assert "La classe n’est pas active" in requests.post(address, data=form, timeout=20).text


def test_a_guest_accepts_or_declines_on_the_list_of_classes(school: RunningSandbox) -> None:
    guest = "referent.numerique@ecole.example"
    with classroom(school, TEACHER) as client:
        for role, action in (("STUDENT", "refuser"), ("TEACHER", "rejoindre")):
            body = {"courseId": CLASS, "userId": guest, "role": role}
            asked = client.invitations().create(body=body).execute()
            assert "On vous invite" in look(school, "classroom", guest)
            address = f"{school.url}classroom/invitations/{quote(asked['id'])}"
            form = {"user": guest, "action": action}
            assert "On vous invite" not in requests.post(address, data=form, timeout=20).text
    assert "Namur, local 12" in look(school, "classroom", guest)
    assert "Référent numérique" in look(school, f"classroom/c/{CLASS}/personnes", TEACHER)


def test_what_people_write_is_text_on_the_page(school: RunningSandbox) -> None:
    announce(school, TEACHER, "<script>alert('x')</script> مرحبا")
    page = look(school, f"classroom/c/{CLASS}", STUDENT)
    assert "<script>alert" not in page
    assert "&lt;script&gt;" in page


def assert_well_made(page: Page) -> None:
    """axe finds nothing, and nothing makes the page scroll sideways."""
    assert barriers(page) == []
    assert fits(page)


class TestInABrowser:
    """What a teacher and a student do with keyboard and mouse."""

    pytestmark = pytest.mark.browser

    @pytest.mark.parametrize("user", [TEACHER, STUDENT])
    @pytest.mark.parametrize("path", ["", "/travaux", "/personnes"])
    def test_every_page_of_a_class_is_accessible(
        self, school: RunningSandbox, screen: Page, path: str, user: str
    ) -> None:
        screen.goto(f"{school.url}classroom/c/{CLASS}{path}?user={user}")
        assert_well_made(screen)

    def test_the_list_and_the_closed_door_are_accessible(
        self, school: RunningSandbox, screen: Page
    ) -> None:
        with classroom(school, "admin@ecole.example") as client:
            body = {"courseId": ELSEWHERE, "userId": STUDENT, "role": "STUDENT"}
            asked = client.invitations().create(body=body).execute()
        for path in (f"classroom?user={STUDENT}", f"classroom/c/{ELSEWHERE}?user={STUDENT}"):
            screen.goto(f"{school.url}{path}")
            assert_well_made(screen)
        with classroom(school, "admin@ecole.example") as client:
            client.invitations().delete(id=asked["id"]).execute()

    def test_a_teacher_announces_and_a_student_reads_it(
        self, school: RunningSandbox, screen: Page
    ) -> None:
        screen.goto(f"{school.url}classroom?user={TEACHER}")
        screen.get_by_role("link", name="CESS Namur", exact=True).click()
        text = f"Réunion lundi à 18 h ({screen.viewport_size})"
        screen.get_by_label("Écrire une annonce à la classe").fill(text)
        screen.get_by_role("button", name="Publier").press("Enter")
        expect(screen.get_by_text(text)).to_be_visible()
        screen.wait_for_load_state()
        screen.get_by_label("Vous êtes").select_option(STUDENT)
        expect(screen.get_by_text(text)).to_be_visible()
        expect(screen.get_by_label("Écrire une annonce à la classe")).to_have_count(0)

    def test_a_student_opens_a_document_of_the_class(
        self, school: RunningSandbox, screen: Page
    ) -> None:
        screen.goto(f"{school.url}classroom/c/{CLASS}?user={STUDENT}")
        screen.get_by_role("link", name="Travaux et supports").click()
        screen.get_by_role("link", name="Français (CESS)").click()
        expect(screen.get_by_role("heading", name="Évaluation")).to_be_visible()
