"""`itn-sync letters`: what the secretariat prints and posts (S126)."""

from __future__ import annotations

from io import BytesIO
from pathlib import Path
from typing import Any, cast

import mammoth
import pytest
from playwright.sync_api import Browser
from typer.testing import CliRunner, Result

from itn_sync.cli import app
from itn_sync.config_files import packaged
from itn_sync.domain.seen import DeedState, Row, Table
from itn_sync.gateways.errors import Unavailable
from itn_sync.letters import Letter, export_letters, posted
from itn_sync.samples import document_samples
from itn_sync.sandbox.seed import WORKER
from tests.posting import Desk, a_document, desk
from tests.rehearsal import Rehearsal

SIGNED = ("ITN Promotion sociale", "Secrétariat CESS", "secretariat@ecole.example")
SAMPLES = document_samples(*SIGNED)
LEA, TOM = "letter/warning/math1/ETU-1/10", "letter/warning/math1/ETU-2/10"


@pytest.fixture
def registry(school: Rehearsal, tmp_path: Path) -> Desk:
    """Two letters and a certificate, made with the shipped words."""
    place = desk(tmp_path / "desk", school.sandbox.url, school.sandbox.credentials)
    for name in SAMPLES:
        folder = place.home / "templates" / name
        folder.mkdir()
        (folder / "document.html").write_text(
            (packaged("templates") / name / "document.html").read_text("utf-8"), "utf-8"
        )
    place.write(
        a_letter(LEA, "Courrier – Léa Été – Maths"),
        a_letter(TOM, "Courrier / Tom : «Maths»", place=1),
        a_document(
            "attestation/ETU-1/20260901/20261201/20261201",
            template="attestation",
            title="Attestation",
            context=SAMPLES["attestation"][0],
        ),
    )
    return place


def a_letter(key: str, title: str, place: int = 0) -> Any:
    return a_document(
        key, template="absence_letter", title=title, context=SAMPLES["absence_letter"][place]
    )


def letters(place: Desk, out: Path, *options: str) -> Result:
    """`itn-sync letters`, inside this process."""
    words = ["letters", "--home", str(place.home), "--out", str(out), *options]
    return CliRunner().invoke(app, words, env=dict(place.environ))


def test_each_letter_is_a_word_file_and_all_are_one_page_to_print(
    registry: Desk, tmp_path: Path
) -> None:
    out = tmp_path / "out"
    result = letters(registry, out)
    assert result.exit_code == 0, result.output
    names = ["001 Courrier – Léa Été – Maths.docx", "002 Courrier Tom Maths.docx", "courriers.html"]
    assert sorted(path.name for path in out.iterdir()) == names
    for name in names:
        assert str(out / name) in result.stdout
    text = mammoth.extract_raw_text(BytesIO((out / names[0]).read_bytes())).value
    assert "Vos absences injustifiées" in text
    assert "Attestation" not in (out / "courriers.html").read_text("utf-8")


def test_what_a_person_corrected_or_renamed_is_what_is_printed(
    school: Rehearsal, registry: Desk, tmp_path: Path
) -> None:
    file_id = registry.trace(LEA).message_id
    school.call(WORKER, "PATCH", f"drive/v3/files/{file_id}", name="Léa, corrigé")
    letters(registry, tmp_path / "out")
    assert (tmp_path / "out" / "001 Léa, corrigé.docx").exists()


def test_what_was_thrown_away_is_left_out_and_told(
    school: Rehearsal, registry: Desk, tmp_path: Path
) -> None:
    first, second = (registry.trace(key).message_id for key in (LEA, TOM))
    school.call(WORKER, "PATCH", f"drive/v3/files/{first}", trashed=True)
    school.call(WORKER, "DELETE", f"drive/v3/files/{second}")
    result = letters(registry, tmp_path / "out")
    assert result.exit_code == 0
    assert result.stdout.count("was thrown away in Drive") == 2
    assert "No letter is to be posted." in result.stdout
    assert not (tmp_path / "out").exists()


def test_one_that_cannot_be_exported_stops_no_other(
    school: Rehearsal, registry: Desk, tmp_path: Path
) -> None:
    fault = {"method": "drive.files.export", "status": 403, "reason": "exportSizeLimitExceeded"}
    school.fault(fault | {"times": 1})
    result = letters(registry, tmp_path / "out")
    assert result.exit_code == 1
    assert "could not be exported" in result.stderr
    assert len(list((tmp_path / "out").glob("*.docx"))) == 1


def test_a_letter_of_a_rebuilt_ledger_is_found_by_its_mark(registry: Desk, tmp_path: Path) -> None:
    with registry.ledger() as ledger:
        deed = ledger.deeds()[LEA]
        ledger.forget(LEA)
        ledger.restore({LEA: deed})
    assert registry.trace(LEA).deed.state is DeedState.DONE
    letters(registry, tmp_path / "out")
    assert len(list((tmp_path / "out").glob("*.docx"))) == 2


def test_a_place_where_nothing_can_be_written_is_named(registry: Desk, tmp_path: Path) -> None:
    (tmp_path / "out").write_text("a file")
    result = letters(registry, tmp_path / "out")
    assert result.exit_code == 1
    assert "cannot be written there" in result.stderr


def test_the_letters_that_people_noted_as_posted_are_known() -> None:
    link = "https://docs.google.com/document/d/1Lea/edit"
    rows = {
        "1": Row("1", {"letter": link, "posted": 46_000.0}),
        "2": Row("2", {"letter": "https://docs.google.com/document/d/1Tom/edit"}),
    }
    assert posted({"avertissements": Table(rows)}) == {link}
    assert posted({}) == frozenset()


class GoogleLike:
    """What Google's export looks like: the same class names in every document."""

    def taken(self, file_id: str, mime_type: str) -> bytes:
        """Two documents, the second in red."""
        if mime_type != "text/html":
            return b"docx"
        if file_id == "out":
            raise Unavailable(503, "backendError", "still failing")
        colour = "#ff0000" if file_id == "2" else "#000000"
        style = (
            "@import url(https://fonts.example/css?kit=a;b);"
            f".c0{{color:{colour}}}p{{margin:0}}.c9{{max-width:451pt;padding:72pt}}"
        )
        return (
            f'<html><head><style type="text/css">{style}</style></head>'
            f'<body class="c9 doc-content"><p class="c0">Lettre {file_id}</p>'
            "<script>alert(1)</script></body></html>"
        ).encode()


@pytest.fixture
def together(tmp_path: Path) -> Path:
    """Two letters in one page."""
    both = [Letter("Une", "1"), Letter("Deux", "2"), Letter("Perdue", "out")]
    told = list(export_letters(cast(Any, GoogleLike()), both, tmp_path))
    assert [one.wrong for one in told] == [False, False, True, False]
    return tmp_path / "courriers.html"


@pytest.mark.browser
def test_each_letter_begins_a_page_and_keeps_its_own_styles(
    browser: Browser, together: Path
) -> None:
    page = browser.new_page()
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.goto(together.as_uri())
    colours = page.evaluate(
        "[...document.querySelectorAll('p')].map(p => getComputedStyle(p).color)"
    )
    assert colours == ["rgb(0, 0, 0)", "rgb(255, 0, 0)"]
    assert [url for url in asked if not url.startswith("file:")] == []
    pdf = page.pdf(format="A4", prefer_css_page_size=True)
    assert pdf.count(b"/Type /Page\n") == 2
    page.close()


@pytest.mark.browser
@pytest.mark.parametrize("place", range(len(SAMPLES["absence_letter"])))
def test_a_letter_fits_on_one_page(
    browser: Browser, school: Rehearsal, tmp_path: Path, place: int
) -> None:
    """As it comes back out of Drive, however much it says."""
    where = desk(tmp_path / "desk", school.sandbox.url, school.sandbox.credentials)
    folder = where.home / "templates" / "absence_letter"
    folder.mkdir()
    shipped = packaged("templates") / "absence_letter" / "document.html"
    (folder / "document.html").write_text(shipped.read_text("utf-8"), "utf-8")
    where.write(a_letter(LEA, "Courrier", place))
    letters(where, tmp_path / "out")
    page = browser.new_page()
    page.goto((tmp_path / "out" / "courriers.html").as_uri())
    assert page.pdf(prefer_css_page_size=True).count(b"/Type /Page\n") == 1
    page.close()
