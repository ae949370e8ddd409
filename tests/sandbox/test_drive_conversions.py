"""Uploads that become Docs and Sheets, and what these are exported as (facts 6).

Sources: https://developers.google.com/workspace/drive/api/guides/manage-uploads#import-docs and
https://developers.google.com/workspace/drive/api/guides/ref-export-formats
"""

from __future__ import annotations

import csv
from io import BytesIO, StringIO
from typing import Any
from zipfile import ZIP_DEFLATED, ZipFile

import pytest
from docx import Document
from hypothesis import given
from hypothesis import strategies as st
from openpyxl import Workbook, load_workbook
from openpyxl.styles import Font, PatternFill
from openpyxl.worksheet.datavalidation import DataValidation

from itn_sync.sandbox.drive.doc_html import sanitized
from itn_sync.sandbox.drive.doc_readers import document_html
from itn_sync.sandbox.drive.doc_writers import plain_text
from tests.sandbox.conftest import Service, Session
from tests.sandbox.drive_http import (
    DOCUMENT,
    DOCX,
    FOLDER,
    SPREADSHEET,
    XLSX,
    exported,
    http_refused,
    media,
    uploaded,
)

HTML = (
    "<html><head><title>T</title><style>p{color:red}</style></head><body>"
    "<h1>Procès-verbal</h1><p>Présents : <b>Mme Exemple</b>, M. Modèle.</p>"
    "<ul><li>Accueil</li><li>Valorisation</li></ul><ol><li>un</li><li>deux</li></ol>"
    "<table><tr><th>UE</th><th>Avis</th></tr><tr><td>Mathématiques</td><td>Favorable</td></tr>"
    "</table></body></html>"
)
TEXT = (
    "\ufeffProcès-verbal\r\nPrésents : Mme Exemple, M. Modèle.\r\n* Accueil\r\n* Valorisation\r\n"
    "1. un\r\n2. deux\r\nUE\tAvis\r\nMathématiques\tFavorable"
)


@pytest.fixture
def drive(service: Service) -> Any:
    return service("drive")


def test_a_page_becomes_a_doc_and_leaves_as_text_html_markdown_and_word(drive: Any) -> None:
    doc = uploaded(drive, HTML, "text/html", DOCUMENT)
    assert drive.files().get(fileId=doc).execute()["mimeType"] == DOCUMENT
    assert exported(drive, doc, "text/plain").decode() == TEXT
    assert "<h1>Procès-verbal</h1>" in exported(drive, doc, "text/html").decode()
    markdown = exported(drive, doc, "text/markdown").decode()
    assert markdown.startswith("# Procès-verbal\n\nPrésents : **Mme Exemple**")
    assert "| Mathématiques | Favorable |" in markdown
    word = Document(BytesIO(exported(drive, doc, DOCX)))
    assert word.paragraphs[0].text == "Procès-verbal"
    assert word.paragraphs[0].style is not None
    assert word.paragraphs[0].style.name == "Heading 1"
    assert word.tables[0].cell(1, 1).text == "Favorable"
    with ZipFile(BytesIO(exported(drive, doc, "application/zip"))) as archive:
        assert b"Mme Exemple" in archive.read(archive.namelist()[0])


def test_plain_text_comes_back_line_by_line_behind_a_mark(drive: Any) -> None:
    """googleapis/google-api-nodejs-client#2404."""
    doc = uploaded(drive, "foo\n\nbar & <b>", "text/plain", DOCUMENT)
    assert exported(drive, doc, "text/plain") == "\ufefffoo\r\n\r\nbar & <b>".encode()


def test_markdown_becomes_a_doc(drive: Any) -> None:
    doc = uploaded(drive, "# Plan\n\n- [ITN](https://itn.example)\n", "text/markdown", DOCUMENT)
    page = exported(drive, doc, "text/html").decode()
    assert "<h1>Plan</h1>" in page
    assert '<a href="https://itn.example" rel="noopener noreferrer">ITN</a>' in page


def test_a_word_document_becomes_a_doc(drive: Any) -> None:
    word = Document()
    word.add_heading("Décision", 1)
    word.add_paragraph("Dispense accordée").runs[0].bold = True
    target = BytesIO()
    word.save(target)
    doc = uploaded(drive, target.getvalue(), DOCX, DOCUMENT)
    assert exported(drive, doc, "text/markdown") == "# Décision\n\n**Dispense accordée**\n".encode()
    with http_refused(400, text="not of the type it claims"):
        uploaded(drive, b"no archive", DOCX, DOCUMENT)


def test_a_new_upload_replaces_what_a_doc_says_and_keeps_its_id(drive: Any) -> None:
    doc = uploaded(drive, "version un", "text/plain", DOCUMENT)
    before = drive.files().get(fileId=doc, fields="version").execute()["version"]
    drive.files().update(fileId=doc, media_body=media("<p>version deux</p>", "text/html")).execute()
    assert exported(drive, doc, "text/plain").decode() == "\ufeffversion deux"
    after = drive.files().get(fileId=doc, fields="version,mimeType").execute()
    assert int(after["version"]) > int(before)
    assert after["mimeType"] == DOCUMENT


def test_a_doc_runs_and_loads_nothing(drive: Any) -> None:
    nasty = (
        '<p onclick="x()">a</p><script>alert(1)</script><img src="https://suivi.example/p.gif">'
        '<a href="javascript:alert(1)">b</a><a href="data:text/html,x">c</a>'
        '<iframe src="x">d</iframe>'
        '<p style="background:url(https://suivi.example/q.gif);position:fixed;color:#123456">e</p>'
        '<link rel="stylesheet" href="https://suivi.example/s.css"><form action="/x"><input></form>'
    )
    doc = uploaded(drive, nasty, "text/html", DOCUMENT)
    page = exported(drive, doc, "text/html").decode()
    for danger in ("script", "onclick", "javascript", "suivi.example", "data:", "fixed", "<form"):
        assert danger not in page
    assert "color:#123456" in page
    assert exported(drive, doc, "text/plain").decode().splitlines()[0] == "\ufeffa"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16", "cp1252"])
def test_a_page_is_read_in_its_own_alphabet(drive: Any, encoding: str) -> None:
    page = f'<meta charset="{encoding}"><p>é</p>'
    doc = uploaded(drive, page.encode(encoding), "text/html", DOCUMENT)
    assert exported(drive, doc, "text/plain").decode() == "\ufeffé"


def test_a_document_nested_beyond_reason_is_refused(drive: Any) -> None:
    with http_refused(400):
        uploaded(drive, "<div>" * 5000, "text/html", DOCUMENT)


def test_a_picture_that_word_cannot_hold_stays_out_of_the_word_document(drive: Any) -> None:
    webp = '<p>a<img src="data:image/webp;base64,UklGRgAAAABXRUJQ"></p>'
    doc = uploaded(drive, webp, "text/html", DOCUMENT)
    assert "image/webp" in exported(drive, doc, "text/html").decode()
    word = Document(BytesIO(exported(drive, doc, DOCX)))
    assert [paragraph.text for paragraph in word.paragraphs if paragraph.text] == ["a"]


@pytest.mark.parametrize(("kind", "target"), [(DOCX, DOCUMENT), (XLSX, SPREADSHEET)])
def test_an_archive_that_is_no_document_is_a_400(drive: Any, kind: str, target: str) -> None:
    archive = BytesIO()
    with ZipFile(archive, "w") as opened:
        opened.writestr("[Content_Types].xml", "<nonsense")
    for content in (archive.getvalue(), archive.getvalue()[:20], b""):
        with http_refused(400, text="not of the type it claims"):
            uploaded(drive, content, kind, target)


def test_an_archive_that_unpacks_without_end_is_a_400(drive: Any) -> None:
    archive = BytesIO()
    with ZipFile(archive, "w", ZIP_DEFLATED) as opened:
        opened.writestr("word/document.xml", b" " * (101 * 2**20))
    with http_refused(400, text="not of the type it claims"):
        uploaded(drive, archive.getvalue(), DOCX, DOCUMENT)


def test_a_workbook_whose_one_cell_is_at_the_far_end_is_a_400(drive: Any) -> None:
    book, file = Workbook(), BytesIO()
    book.worksheets[0]["XFD1048576"] = "loin"
    book.save(file)
    with http_refused(400, text="not of the type it claims"):
        uploaded(drive, file.getvalue(), XLSX, SPREADSHEET)


@given(st.text(alphabet="<>/=\"' abcimgscriptsrconerror:;&#\n", max_size=80))
def test_no_markup_gets_a_script_or_a_handler_through(markup: str) -> None:
    clean = sanitized(f"<div>{markup}</div>")
    assert "<script" not in clean.lower()
    assert sanitized(clean) == clean


_LINES = st.text(st.characters(categories=("L", "N", "P")), min_size=1)


@given(st.lists(_LINES, max_size=5))
def test_lines_of_text_survive_a_doc(lines: list[str]) -> None:
    text = "\n".join(lines)
    assert plain_text(document_html(text.encode(), "text/plain")) == text


def test_a_csv_becomes_a_sheet_with_numbers_and_dates(drive: Any, service: Service) -> None:
    """The tab bears the file's name, as Drive names it."""
    body = "Nom,Note,Date,Total\nÉlise,12,01/09/2026,=B2*2\n"
    sheet = uploaded(drive, body, "text/csv", SPREADSHEET, name="notes.csv")
    sheets = service("sheets").spreadsheets()
    assert [
        tab["properties"]["title"] for tab in sheets.get(spreadsheetId=sheet).execute()["sheets"]
    ] == ["notes"]
    values = sheets.values().get(
        spreadsheetId=sheet, range="notes", valueRenderOption="UNFORMATTED_VALUE"
    )
    assert values.execute()["values"][1] == ["Élise", 12, 46266, 24]
    lines = exported(drive, sheet, "text/csv").decode()
    assert lines == "Nom,Note,Date,Total\r\nÉlise,12,01/09/2026,24"
    assert exported(drive, sheet, "text/tab-separated-values").decode().startswith("Nom\tNote\t")


@pytest.mark.parametrize("separator", [",", ";", "\t"])
def test_a_csv_may_be_separated_as_spreadsheets_write_it_here(drive: Any, separator: str) -> None:
    body = separator.join(['"Nom, prénom"', "Note"]) + "\r\n" + separator.join(["Exemple", "oui"])
    sheet = uploaded(drive, body.encode("cp1252"), "text/csv; charset=windows-1252", SPREADSHEET)
    assert exported(drive, sheet, "text/csv").decode() == '"Nom, prénom",Note\r\nExemple,oui'


def test_a_new_csv_replaces_every_tab(drive: Any, service: Service) -> None:
    sheet = uploaded(drive, "a,b\n1,2\n3,4\n", "text/csv", SPREADSHEET, name="un.csv")
    drive.files().update(
        fileId=sheet, media_body=media("x\ty\n", "text/tab-separated-values")
    ).execute()
    book = service("sheets").spreadsheets().get(spreadsheetId=sheet).execute()
    assert len(book["sheets"]) == 1
    assert exported(drive, sheet, "text/csv") == b"x,y"


def test_csv_quotes_and_pads_what_a_tab_shows(drive: Any, service: Service) -> None:
    values = [["a,b", 'dit "oui"', "deux\nlignes"], ["", ""], ["fin"]]
    sheets = service("sheets").spreadsheets()
    sheet = sheets.create(body={"properties": {"title": "S"}}).execute()["spreadsheetId"]
    sheets.values().update(
        spreadsheetId=sheet, range="A1", valueInputOption="RAW", body={"values": values}
    ).execute()
    told = list(csv.reader(StringIO(exported(drive, sheet, "text/csv").decode(), newline="")))
    assert told == [values[0], ["", "", ""], ["fin", "", ""]]
    tsv = exported(drive, sheet, "text/tab-separated-values").decode()
    assert tsv.splitlines()[0] == 'a,b\tdit "oui"\tdeux lignes'


def _workbook() -> bytes:
    book = Workbook()
    first = book.worksheets[0]
    first.title = "Inscriptions"
    first.append(["Nom", "Taux"])
    first.append(["Élise", 0.125])
    first.append(["=1+1", "=B2*2"])
    first["A1"].font = Font(bold=True)
    first["A1"].fill = PatternFill("solid", fgColor="FFE3EEF0")
    first["B2"].number_format = "0.0%"
    first.freeze_panes = "A2"
    first.column_dimensions["A"].width = 30
    first.merge_cells("A4:B4")
    choices = DataValidation(type="list", formula1='"CESS,CAP"')
    choices.add("C2:C9")
    first.add_data_validation(choices)
    book.create_sheet("Cachée").sheet_state = "hidden"
    target = BytesIO()
    book.save(target)
    return target.getvalue()


def test_a_workbook_becomes_a_sheet_with_tabs_and_formats(drive: Any, service: Service) -> None:
    sheet = uploaded(drive, _workbook(), XLSX, SPREADSHEET)
    book = service("sheets").spreadsheets().get(spreadsheetId=sheet, includeGridData=True).execute()
    first, hidden = book["sheets"]
    assert hidden["properties"]["hidden"]
    assert first["properties"]["gridProperties"]["frozenRowCount"] == 1
    assert first["merges"][0]["endColumnIndex"] == 2
    heading = first["data"][0]["rowData"][0]["values"][0]
    assert heading["userEnteredFormat"]["textFormat"]["bold"]
    rate = first["data"][0]["rowData"][1]["values"][1]
    assert rate["formattedValue"] == "12,5%"
    assert first["data"][0]["columnMetadata"][0]["pixelSize"] == 210


def test_a_sheet_leaves_as_a_workbook_with_its_formats(drive: Any) -> None:
    sheet = uploaded(drive, _workbook(), XLSX, SPREADSHEET)
    book = load_workbook(BytesIO(exported(drive, sheet, XLSX)))
    first = book["Inscriptions"]
    assert [cell.value for cell in first[2]] == ["Élise", 0.125]
    assert first["B3"].value == "=B2*2"
    assert first["A1"].font.b
    assert first["A1"].fill.fgColor.rgb == "FFE3EEF0"
    assert first["B2"].number_format == "0.0%"
    assert (first.freeze_panes, first.column_dimensions["A"].width) == ("A2", 30)
    assert [str(area) for area in first.merged_cells.ranges] == ["A4:B4"]
    assert book["Cachée"].sheet_state == "hidden"
    (choices,) = first.data_validations.dataValidation
    assert (choices.formula1, str(choices.sqref)) == ('"CESS,CAP"', "C2:C9")


def test_a_text_that_looks_like_a_formula_is_none_in_the_workbook(
    drive: Any, service: Service
) -> None:
    sheets = service("sheets").spreadsheets()
    sheet = sheets.create(body={}).execute()["spreadsheetId"]
    sheets.values().update(
        spreadsheetId=sheet, range="A1", valueInputOption="RAW", body={"values": [["=cmd|x"]]}
    ).execute()
    cell = load_workbook(BytesIO(exported(drive, sheet, XLSX))).worksheets[0]["A1"]
    assert (cell.value, cell.data_type) == ("=cmd|x", "s")


def test_what_neither_google_nor_the_sandbox_converts_is_said_differently(drive: Any) -> None:
    """`conversionUnsupportedConversionPath`: googleworkspace/php-samples#147."""
    with http_refused(400, "conversionUnsupportedConversionPath"):
        uploaded(drive, b"PK", "application/x-made-up", DOCUMENT)
    with http_refused(400, "conversionUnsupportedConversionPath"):
        uploaded(drive, "a,b", "text/csv", DOCUMENT)
    with http_refused(501, text="application/pdf"):
        uploaded(drive, b"%PDF-", "application/pdf", DOCUMENT)


def test_an_export_that_cannot_be_is_refused_as_google_does(drive: Any, session: Session) -> None:
    """`convertTo`: transloadit/uppy#2187; PDF is Google's to make, not the sandbox's."""
    doc = uploaded(drive, "a", "text/plain", DOCUMENT)
    with http_refused(501, text="application/pdf"):
        exported(drive, doc, "application/pdf")
    with http_refused(400, "badRequest", "The requested conversion is not supported."):
        exported(drive, doc, "image/png")
    with http_refused(403, "fileNotExportable"):
        exported(drive, uploaded(drive, "a", "text/plain"), "text/html")
    with http_refused(403, "fileNotDownloadable"):
        drive.files().get_media(fileId=doc).execute()
    assert session().get(f"drive/v3/files/{doc}/export").status_code == 400, "mimeType is required"


def test_more_than_ten_megabytes_are_not_exported(drive: Any) -> None:
    """googleapis/google-api-dotnet-client#990."""
    doc = uploaded(drive, "mot " * 2_600_000, "text/plain", DOCUMENT)
    with http_refused(403, "exportSizeLimitExceeded", "This file is too large to be exported."):
        exported(drive, doc, "text/plain")


def test_about_and_every_file_tell_the_formats(drive: Any, session: Session) -> None:
    about = drive.about().get(fields="importFormats,exportFormats").execute()
    assert about["importFormats"]["text/markdown"] == [DOCUMENT]
    assert about["importFormats"][XLSX] == [SPREADSHEET]
    assert DOCX in about["exportFormats"][DOCUMENT]
    doc = uploaded(drive, "a", "text/plain", DOCUMENT)
    links = drive.files().get(fileId=doc, fields="exportLinks").execute()["exportLinks"]
    assert set(links) == set(about["exportFormats"][DOCUMENT])
    assert session().get(links["text/plain"]).content == "\ufeffa".encode()


def test_a_type_without_name_is_guessed_from_the_file_s_name(drive: Any) -> None:
    octets = "application/octet-stream"
    file = uploaded(drive, "a;b", octets, name="liste.csv")
    assert drive.files().get(fileId=file).execute()["mimeType"] == "text/csv"
    sheet = uploaded(drive, "a,b", octets, SPREADSHEET, name="liste.csv")
    assert exported(drive, sheet, "text/csv") == b"a,b"


def test_a_copied_doc_says_the_same_and_lives_on_its_own(drive: Any) -> None:
    doc = uploaded(drive, "un", "text/plain", DOCUMENT, appProperties={"itn": "7"})
    made = drive.files().copy(
        fileId=doc, body={"properties": {"a": "b"}}, fields="id,name,appProperties,properties"
    )
    copy = made.execute()
    assert copy["name"] == "Copy of Essai"
    assert (copy["appProperties"], copy["properties"]) == ({"itn": "7"}, {"a": "b"})
    drive.files().update(fileId=doc, media_body=media("deux")).execute()
    assert exported(drive, copy["id"], "text/plain").decode() == "\ufeffun"


def test_a_copy_may_convert(drive: Any) -> None:
    file = uploaded(drive, "# Titre", "text/markdown")
    doc = drive.files().copy(fileId=file, body={"mimeType": DOCUMENT}).execute()
    assert exported(drive, doc["id"], "text/markdown") == b"# Titre\n"
    with http_refused(400, "badRequest"):
        drive.files().copy(fileId=doc["id"], body={"mimeType": SPREADSHEET}).execute()


def test_a_download_operation_leads_to_the_bytes_for_a_day(drive: Any, session: Session) -> None:
    """Facts 6: files.download is a long-running operation, valid for 24 hours."""
    doc = uploaded(drive, "a", "text/plain", DOCUMENT)
    operation = drive.files().download(fileId=doc, mimeType="text/html").execute()
    assert operation["done"]
    assert drive.operations().get(name=operation["name"]).execute() == operation
    assert b"<p>a</p>" in session().get(operation["response"]["downloadUri"]).content
    file = uploaded(drive, "brut", "text/plain")
    operation = drive.files().download(fileId=file).execute()
    assert session().get(operation["response"]["downloadUri"]).content == b"brut"
    folder = drive.files().create(body={"name": "F", "mimeType": FOLDER}).execute()["id"]
    with http_refused(403, "cannotDownloadFile"):
        drive.files().download(fileId=folder).execute()
    with http_refused(404):
        drive.operations().get(name="inconnue").execute()


def test_a_doc_is_found_by_what_it_says(drive: Any) -> None:
    doc = uploaded(drive, HTML, "text/html", DOCUMENT)
    uploaded(drive, "autre chose", "text/plain", DOCUMENT)
    found = drive.files().list(q="fullText contains 'Valorisation'").execute()["files"]
    assert [file["id"] for file in found] == [doc]
