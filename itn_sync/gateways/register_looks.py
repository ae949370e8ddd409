"""How a register looks: widths, colours of the marks, the choice of marks, the first page.

Source: https://developers.google.com/workspace/sheets/api/reference/rest/v4/spreadsheets/cells
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from itn_sync.domain.units import OURS, Counts, Mark
from itn_sync.gateways.cells import Json, literal

GUIDE_TITLE = "Mode d'emploi"

_WIDTHS = (90, 150, 120, 150)
_SESSION_WIDTH = 72
_COURSE_HEIGHT = 40
_HEADING, _KEPT, _GONE = "#e8eaed", "#f6f6f6", "#e6e6e6"
_LEFT_TEXT = "#777777"
_GUIDE_WIDTHS = (140, 620)
_GUIDE = (
    "Un onglet par UE, une ligne par étudiant, une colonne par séance.",
    "Pour chaque séance, noter une marque par étudiant. Une case vide n'est ni une présence ni une "
    "absence.",
    "Séance en plus : insérer une colonne ; noter sa date, son cours et ses périodes en haut.",
    "Étudiant en plus : il est ajouté dès qu'il est dans la classe Google Classroom de l'UE.",
    "Les lignes peuvent être triées ; les onglets peuvent être renommés.",
    "La colonne D est tenue à jour automatiquement.",
)


def help_text(marks: Sequence[Mark]) -> str:
    """What a teacher sees beside a cell."""
    return "\n".join(f"{mark.code} : {mark.name}" for mark in marks)


def dressed(sheet: int, marks: Sequence[Mark]) -> Iterator[Json]:
    """Widths, looks and rules of a whole tab; headings come with their own look."""
    for index, width in enumerate(_WIDTHS):
        yield _width(sheet, index, index + 1, width, hidden=index == OURS.id_column)
    yield _width(sheet, OURS.first_session, None, _SESSION_WIDTH)
    yield _height(sheet, OURS.course_row, _COURSE_HEIGHT)
    area = {"sheetId": sheet, "startRowIndex": OURS.first_row}
    situation = {"startColumnIndex": OURS.first_session - 1, "endColumnIndex": OURS.first_session}
    look = {"backgroundColorStyle": _rgb(_KEPT), "textFormat": {"italic": True}}
    yield _repeated(area | situation, {"userEnteredFormat": look}, "userEnteredFormat")
    sessions = area | {"startColumnIndex": OURS.first_session}
    cell = {
        "userEnteredFormat": {
            "horizontalAlignment": "CENTER",
            "numberFormat": {"type": "TEXT", "pattern": "@"},
        },
        "dataValidation": _choice(marks),
    }
    yield _repeated(sessions, cell, "userEnteredFormat,dataValidation")
    yield from _coloured(sheet, sessions, marks)


def _choice(marks: Sequence[Mark]) -> Json:
    """Not strict: `R2` is a mark too."""
    values = [{"userEnteredValue": mark.code} for mark in marks]
    return {
        "condition": {"type": "ONE_OF_LIST", "values": values},
        "inputMessage": help_text(marks),
        "strict": False,
        "showCustomUi": True,
    }


def _coloured(sheet: int, sessions: Json, marks: Sequence[Mark]) -> Iterator[Json]:
    """A rule per mark, those of whole words first; then the rows of those who left."""
    by_start = [mark for mark in marks if mark.counts is Counts.LATE]
    exact = [mark for mark in marks if mark.counts is not Counts.LATE]
    rules = [_rule("TEXT_EQ", mark) for mark in exact]
    rules += [_rule("TEXT_STARTS_WITH", mark) for mark in by_start]
    for index, rule in enumerate(rules):
        yield _conditional(index, sessions, rule)
    left = f'=$D{OURS.first_row + 1}<>""'
    gone = {
        "condition": {"type": "CUSTOM_FORMULA", "values": [{"userEnteredValue": left}]},
        "format": {
            "backgroundColorStyle": _rgb(_GONE),
            "textFormat": {"foregroundColorStyle": _rgb(_LEFT_TEXT)},
        },
    }
    rows = {"sheetId": sheet, "startRowIndex": OURS.first_row, "startColumnIndex": 0}
    yield _conditional(len(rules), rows, gone)


def _rule(kind: str, mark: Mark) -> Json:
    return {
        "condition": {"type": kind, "values": [{"userEnteredValue": mark.code}]},
        "format": {"backgroundColorStyle": _rgb(mark.colour)},
    }


def _conditional(index: int, area: Json, rule: Json) -> Json:
    added = {"ranges": [area], "booleanRule": rule}
    return {"addConditionalFormatRule": {"rule": added, "index": index}}


def heading_look(row: int, column: int) -> Json:
    """A heading cell: dates as 07/09, courses small and wrapped."""
    is_session = column >= OURS.first_session
    text: Json = {"bold": not is_session}
    look: Json = {
        "backgroundColorStyle": _rgb(_HEADING),
        "verticalAlignment": "MIDDLE",
        "horizontalAlignment": "CENTER" if is_session else "LEFT",
    }
    if row == OURS.course_row:
        look["wrapStrategy"] = "WRAP"
    if is_session and row == OURS.course_row:
        text["fontSize"] = 7
    if is_session and row == OURS.date_row:
        look["numberFormat"] = {"type": "DATE", "pattern": "dd/mm"}
    if row == OURS.periods_row:
        look["borders"] = {"bottom": {"style": "SOLID", "colorStyle": _rgb(_LEFT_TEXT)}}
    return look | {"textFormat": text}


def guide_requests(sheet: int, marks: Sequence[Mark]) -> Iterator[Json]:
    """Google's own empty tab becomes the page that says how to fill the others in."""
    properties = {"sheetId": sheet, "title": GUIDE_TITLE}
    yield {"updateSheetProperties": {"properties": properties, "fields": "title"}}
    for index, width in enumerate(_GUIDE_WIDTHS):
        yield _width(sheet, index, index + 1, width)
    rows = [[_bold(GUIDE_TITLE)], *([_plain(line)] for line in _GUIDE)]
    rows += [[], [_bold("Marque"), _bold("Sens")]]
    rows += [[_plain(mark.code, mark.colour), _plain(mark.name)] for mark in marks]
    yield {
        "updateCells": {
            "start": {"sheetId": sheet, "rowIndex": 0, "columnIndex": 0},
            "rows": [{"values": row} for row in rows],
            "fields": "userEnteredValue,userEnteredFormat",
        }
    }


def _bold(text: str) -> Json:
    return _plain(text) | {"userEnteredFormat": {"textFormat": {"bold": True}}}


def _plain(text: str, colour: str = "") -> Json:
    look = {"userEnteredFormat": {"backgroundColorStyle": _rgb(colour)}} if colour else {}
    return {"userEnteredValue": literal(text)} | look


def _width(sheet: int, start: int, end: int | None, pixels: int, *, hidden: bool = False) -> Json:
    span: Json = {"sheetId": sheet, "dimension": "COLUMNS", "startIndex": start}
    return _sized(span if end is None else span | {"endIndex": end}, pixels, hidden=hidden)


def _height(sheet: int, row: int, pixels: int) -> Json:
    span = {"sheetId": sheet, "dimension": "ROWS", "startIndex": row, "endIndex": row + 1}
    return _sized(span, pixels, hidden=False)


def _sized(span: Json, pixels: int, *, hidden: bool) -> Json:
    return {
        "updateDimensionProperties": {
            "range": span,
            "properties": {"pixelSize": pixels, "hiddenByUser": hidden},
            "fields": "pixelSize,hiddenByUser",
        }
    }


def _repeated(area: Json, cell: Json, fields: str) -> Json:
    return {"repeatCell": {"range": area, "cell": cell, "fields": fields}}


def _rgb(colour: str) -> Json:
    parts = zip(("red", "green", "blue"), (1, 3, 5), strict=True)
    return {"rgbColor": {name: int(colour[at : at + 2], 16) / 255 for name, at in parts}}
