"""CellData as clients read it: what was entered, what it comes to, and how it looks.

Source: https://developers.google.com/workspace/sheets/api/reference/rest/v4/spreadsheets/cells
"""

from __future__ import annotations

from itn_sync.sandbox.errors import Json
from itn_sync.sandbox.sheets.attributes import Attrs
from itn_sync.sandbox.sheets.cells import DEFAULT_FORMAT, extended
from itn_sync.sandbox.sheets.formula_text import link_of
from itn_sync.sandbox.sheets.grid import Value
from itn_sync.sandbox.sheets.masks import Mask, covers
from itn_sync.sandbox.sheets.render import Renderer

LOOK: Json = DEFAULT_FORMAT | {
    "textFormat": DEFAULT_FORMAT["textFormat"] | {"fontFamily": "Arial"},
    "hyperlinkDisplayType": "PLAIN_TEXT",
}
_BLUE = {"red": 0.06666667, "green": 0.33333334, "blue": 0.8}


class CellTeller:
    """Makes the CellData resources of one tab; only what `mask` asks for is computed."""

    def __init__(self, renderer: Renderer, attrs: Attrs, sheet_id: int, mask: Mask) -> None:
        self._renderer = renderer
        self._attrs = attrs
        self._sheet_id = sheet_id
        self._mask = mask
        self._show = renderer.shower(sheet_id, "FORMATTED_VALUE", "")
        self._entered = covers(mask, "userEnteredValue")
        self._effective = covers(mask, "effectiveValue")
        self._formatted = covers(mask, "formattedValue")
        self._looks: dict[tuple[int, bool], Json] = {}

    def data(self, value: Value, key: int) -> Json:
        """The CellData of a cell, not to be changed; `{}` for one that holds nothing."""
        filled = value is not None
        look = self._looks.get((key, filled))
        if look is None:
            look = self._looks[key, filled] = self._look(key, filled=filled)
        if not filled:
            return look
        if isinstance(value, dict):
            return self._computed(value, key) | look | self._of_formula(value, key, look)
        return self._literal(value, key) | look

    def _literal(self, value: Value, key: int) -> Json:
        data: Json = {}
        if self._entered:
            data["userEnteredValue"] = extended(value)
        if self._effective:
            data["effectiveValue"] = extended(value)
        if self._formatted:
            data["formattedValue"] = value if type(value) is str else self._show(value, key)
        return data

    def _computed(self, value: Value, key: int) -> Json:
        data: Json = {"userEnteredValue": extended(value)} if self._entered else {}
        effective = self._renderer.effective(value, self._sheet_id)
        if effective is None or effective == "":
            return data  # a formula that comes to nothing has no value to show
        if self._effective:
            data["effectiveValue"] = extended(effective)
        if self._formatted:
            data["formattedValue"] = self._show(value, key)
        return data

    def _of_formula(self, value: Value, key: int, look: Json) -> Json:
        """What a formula brings: the address it links to, the format that its function implies."""
        data: Json = {}
        link = link_of(value["f"])
        if link and covers(self._mask, "hyperlink"):
            data["hyperlink"] = link
        if "effectiveFormat" in look:
            number_format = self._renderer.number_format(value, key, self._sheet_id)
            brought = {"numberFormat": number_format} if number_format else {}
            data["effectiveFormat"] = _linked(look["effectiveFormat"] | brought, link)
        return data

    def _look(self, key: int, *, filled: bool) -> Json:
        kept = self._attrs.get(key)
        data = {name: value for name, value in kept.items() if covers(self._mask, name)}
        own = kept.get("userEnteredFormat", {})
        link = own.get("textFormat", {}).get("link", {}).get("uri")
        if (own or filled) and covers(self._mask, "effectiveFormat"):
            data["effectiveFormat"] = _linked(over(LOOK, own), link)
        if link and covers(self._mask, "hyperlink"):
            data["hyperlink"] = link
        return data


def _linked(look: Json, link: str | None) -> Json:
    """The look of a cell that is a link: blue and underlined unless its format says otherwise."""
    if not link:
        return look
    text = look["textFormat"]
    if not text["foregroundColor"]:
        text = text | {"foregroundColor": _BLUE, "foregroundColorStyle": {"rgbColor": _BLUE}}
    text = text | {"underline": True, "link": {"uri": link}}
    return look | {"textFormat": text, "hyperlinkDisplayType": "LINKED"}


def over(base: Json, top: Json) -> Json:
    """A CellFormat over another one: what it says takes the place of what was said, colours
    whole."""
    result = dict(base)
    for name, value in top.items():
        below = result.get(name)
        both = isinstance(value, dict) and isinstance(below, dict)
        result[name] = over(below or {}, value) if both and "olor" not in name else value
    return result
