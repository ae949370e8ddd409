"""The pages of Docs, uploaded files and folders, as a browser gets them and in a real one."""

from __future__ import annotations

import base64
import zlib
from struct import pack
from typing import Any
from urllib.parse import urlsplit

import pytest
import requests
from playwright.sync_api import Page

from itn_sync.sandbox.server import RunningSandbox
from tests.browsers import barriers, fits
from tests.sandbox.conftest import Service
from tests.sandbox.drive_http import DOCUMENT, FOLDER, SPREADSHEET
from tests.sandbox.pages_school import READER, SECRETARIAT, WORKER, fill, page

DOC, FILE, DIR = "1DocumentPages", "1FichierPages", "1DossierPages"
HTML = (
    "<h1>Procès-verbal</h1><p>Présents : <b>tous</b>.</p>"
    "<table><tr><th>UE</th><th>Avis</th></tr><tr><td>Math</td><td>Favorable</td></tr></table>"
)


def picture() -> bytes:
    """A PNG of four pixels."""

    def part(name: bytes, data: bytes) -> bytes:
        return pack(">I", len(data)) + name + data + pack(">I", zlib.crc32(name + data))

    head, rows = (
        pack(">IIBBBBB", 2, 2, 8, 2, 0, 0, 0),
        zlib.compress((b"\0" + b"\x2c\x5f\x6f" * 2) * 2),
    )
    return b"\x89PNG\r\n\x1a\n" + part(b"IHDR", head) + part(b"IDAT", rows) + part(b"IEND", b"")


def stored(name: str, kind: str, content: bytes = b"", file_id: str = FILE, **more: Any) -> Any:
    return {
        "id": file_id,
        "name": name,
        "mimeType": kind,
        "owner": WORKER,
        "content": base64.b64encode(content).decode(),
        "permissions": [{"role": "commenter", "emailAddress": SECRETARIAT}],
        **more,
    }


@pytest.fixture
def doc(sandbox: RunningSandbox) -> str:
    fill(sandbox, files=[stored("Procès-verbal", DOCUMENT, file_id=DOC, html=HTML)])
    return f"document/d/{DOC}/edit"


def shown(sandbox: RunningSandbox, name: str, kind: str, content: bytes) -> requests.Response:
    """The page of an uploaded file."""
    fill(sandbox, files=[stored(name, kind, content)])
    return page(sandbox, f"file/d/{FILE}/view")


def downloaded(sandbox: RunningSandbox, export: str = "download") -> requests.Response:
    return page(sandbox, f"uc?id={FILE}&export={export}")


def test_a_doc_is_read_by_who_has_access(sandbox: RunningSandbox, doc: str) -> None:
    answer = page(sandbox, doc)
    assert answer.status_code == 200
    assert "<h1>Procès-verbal</h1><p>Présents : <b>tous</b>.</p>" in answer.text
    assert "vous pouvez le commenter" in answer.text
    assert f'value="{SECRETARIAT}" selected' in answer.text
    assert "propriétaire" in page(sandbox, f"{doc}?user={WORKER}").text


def test_somebody_without_access_is_told_so_and_may_become_another(
    sandbox: RunningSandbox, doc: str
) -> None:
    answer = page(sandbox, f"{doc}?user={READER}")
    assert answer.status_code == 403
    assert "Présents" not in answer.text
    assert "n’est pas partagé avec" in answer.text
    assert f'value="{SECRETARIAT}"' in answer.text


def test_an_unknown_file_is_a_french_404(sandbox: RunningSandbox) -> None:
    for path in ("document/d/x/edit", "file/d/x/view", "drive/folders/x", "uc?id=x", "open?id=x"):
        answer = page(sandbox, path)
        assert answer.status_code == 404, path
        assert "Page introuvable" in answer.text


@pytest.mark.parametrize(
    ("extension", "kind", "begins"),
    [
        ("txt", "text/plain; charset=utf-8", "\ufeffProcès-verbal".encode()),
        ("md", "text/markdown; charset=utf-8", b"# Proc"),
        ("html", "text/html; charset=utf-8", b"<html>"),
        ("docx", "application/vnd.openxmlformats-officedocument.wordprocessingml.document", b"PK"),
    ],
)
def test_a_doc_is_taken_away(
    sandbox: RunningSandbox, doc: str, extension: str, kind: str, begins: bytes
) -> None:
    assert f"export?format={extension}&amp;user=" in page(sandbox, doc).text
    answer = page(sandbox, f"document/d/{DOC}/export?format={extension}")
    assert (answer.status_code, answer.headers["Content-Type"]) == (200, kind)
    assert answer.content.startswith(begins)
    assert answer.headers["Content-Disposition"].startswith("attachment")
    assert (
        page(sandbox, f"document/d/{DOC}/export?format={extension}&user={READER}").status_code
        == 403
    )


def test_a_doc_that_may_not_be_copied_is_read_and_not_taken_away(
    sandbox: RunningSandbox, doc: str, service: Service
) -> None:
    body = {"copyRequiresWriterPermission": True}
    service("drive").files().update(fileId=DOC, body=body).execute()
    text = page(sandbox, doc).text
    assert "Présents" in text
    assert "n’autorise pas la copie" in text
    assert page(sandbox, f"document/d/{DOC}/export?format=txt").status_code == 403


def test_a_format_that_is_not_made_is_said(sandbox: RunningSandbox, doc: str) -> None:
    assert page(sandbox, f"document/d/{DOC}/export?format=pdf").status_code == 501
    assert page(sandbox, f"document/d/{DOC}/export?format=inconnu").status_code == 404
    assert doc


def test_what_people_say_about_a_doc_is_below_it(
    sandbox: RunningSandbox, doc: str, service: Service
) -> None:
    drive = service("drive", user=SECRETARIAT)
    body = {"content": "<b>Qui ?</b>", "quotedFileContent": {"value": "Présents"}}
    made = drive.comments().create(fileId=DOC, body=body, fields="id").execute()["id"]
    drive.replies().create(fileId=DOC, commentId=made, body={"action": "resolve"}).execute()
    text = page(sandbox, doc).text
    assert "&lt;b&gt;Qui ?&lt;/b&gt;" in text
    assert "<strong>résolu</strong>" in text
    assert "a marqué comme résolu" in text


def test_uploaded_html_is_shown_as_text_and_saved_never_run(sandbox: RunningSandbox) -> None:
    answer = shown(sandbox, "piege.html", "text/html", b"<script>alert(1)</script>")
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in answer.text
    assert "<script>alert" not in answer.text
    for export in ("view", "download"):
        saved = downloaded(sandbox, export)
        assert saved.headers["Content-Disposition"].startswith("attachment")
        assert saved.headers["Content-Security-Policy"].startswith("sandbox")
        assert saved.headers["X-Content-Type-Options"] == "nosniff"


def test_a_picture_is_shown_and_a_drawing_that_could_run_is_not(sandbox: RunningSandbox) -> None:
    text = shown(sandbox, "plan.png", "image/png", picture()).text
    assert f"/uc?id={FILE}" in text
    seen = downloaded(sandbox, "view")
    assert (seen.content, seen.headers["Content-Type"]) == (picture(), "image/png")
    assert seen.headers["Content-Disposition"].startswith("inline")
    fill(sandbox, files=[stored("p.svg", "image/svg+xml", b"<svg onload='x()'/>", "1svg")])
    saved = page(sandbox, "uc?id=1svg&export=view")
    assert saved.headers["Content-Disposition"].startswith("attachment")


def test_a_pdf_opens_beside_and_another_kind_is_only_saved(sandbox: RunningSandbox) -> None:
    text = shown(sandbox, "attestation.pdf", "application/pdf", b"%PDF-1.7").text
    assert "Ouvrir le PDF" in text
    assert downloaded(sandbox, "view").headers["Content-Type"] == "application/pdf"
    fill(sandbox, files=[stored("a.bin", "application/octet-stream", b"\0", "1bin")])
    assert "Pas d’aperçu" in page(sandbox, "file/d/1bin/view").text


def test_a_download_is_named_as_the_file(sandbox: RunningSandbox) -> None:
    shown(sandbox, "Relevé d'été.txt", "text/plain", b"a")
    header = downloaded(sandbox).headers["Content-Disposition"]
    assert header == "attachment; filename*=UTF-8''Relev%C3%A9%20d%27%C3%A9t%C3%A9.txt"
    assert page(sandbox, f"uc?id={FILE}&export=download&user={READER}").status_code == 403


def test_links_of_files_lead_to_their_pages(
    sandbox: RunningSandbox, doc: str, service: Service
) -> None:
    """webViewLink, webContentLink and iconLink, on the sandbox's own root."""
    fill(sandbox, files=[stored("a.txt", "text/plain", b"a")])
    drive = service("drive")
    fields = "webViewLink,webContentLink,iconLink"
    sheet = drive.files().create(body={"name": "S", "mimeType": SPREADSHEET}).execute()["id"]
    for file_id in (DOC, FILE, sheet):
        links = drive.files().get(fileId=file_id, fields=fields).execute()
        for link in links.values():
            assert link.startswith(sandbox.url)
            assert requests.get(link, timeout=10).status_code == 200, link
    assert doc


def test_any_id_leads_to_its_own_page(sandbox: RunningSandbox, doc: str) -> None:
    for path in (f"open?id={DOC}", f"file/d/{DOC}/view"):
        answer = page(sandbox, path)
        assert urlsplit(answer.url).path == f"/{doc}"


def test_a_folder_lists_what_this_person_sees(sandbox: RunningSandbox) -> None:
    inside = stored("a.txt", "text/plain", b"a", parents=[DIR])
    fill(sandbox, files=[stored("Conseils", FOLDER, file_id=DIR), inside])
    answer = page(sandbox, f"drive/folders/{DIR}")
    assert "1 élément " in answer.text
    assert f"/file/d/{FILE}/view?user={SECRETARIAT.replace('@', '%40')}" in answer.text


def sound(screen: Page) -> None:
    """The page is accessible and needs no sideways scrolling."""
    assert barriers(screen) == []
    assert fits(screen)


@pytest.mark.browser
def test_the_pages_are_sound_in_a_browser(
    sandbox: RunningSandbox, doc: str, screen: Page, service: Service
) -> None:
    drive = service("drive", user=SECRETARIAT)
    body = {"content": "Qui était là ?", "quotedFileContent": {"value": "Présents"}}
    drive.comments().create(fileId=DOC, body=body, fields="id").execute()
    fill(
        sandbox,
        files=[
            stored("Conseils", FOLDER, file_id=DIR),
            stored("plan.png", "image/png", picture(), parents=[DIR]),
            stored("note.txt", "text/plain", b"Un mot.\n" * 40, "1note", parents=[DIR]),
        ],
    )
    for path in (
        doc,
        f"file/d/{FILE}/view",
        "file/d/1note/view",
        f"drive/folders/{DIR}",
        f"{doc}?user=personne%40ecole.example",
    ):
        screen.goto(sandbox.url + path)
        assert screen.get_by_role("heading", level=1).first.is_visible()
        sound(screen)


@pytest.mark.browser
def test_choosing_another_person_shows_the_doc_as_theirs(
    sandbox: RunningSandbox, doc: str, screen: Page
) -> None:
    screen.goto(sandbox.url + doc)
    screen.get_by_text("vous pouvez le commenter").wait_for()
    screen.get_by_label("Vous êtes").select_option(WORKER)
    screen.get_by_text("propriétaire").wait_for()
