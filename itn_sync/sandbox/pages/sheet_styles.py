"""Cell formats as CSS declarations, which the page's script sets on its cells."""

from __future__ import annotations

from collections.abc import Iterator

from itn_sync.sandbox.errors import Json

_WHITE, _BLACK = "rgb(255,255,255)", "rgb(0,0,0)"
_ALIGN = {"LEFT": "left", "CENTER": "center", "RIGHT": "right"}
_VERTICAL = {"TOP": "start", "MIDDLE": "center", "BOTTOM": "end"}
_LINES = {
    "SOLID": "1px solid",
    "SOLID_MEDIUM": "2px solid",
    "SOLID_THICK": "3px solid",
    "DASHED": "1px dashed",
    "DOTTED": "1px dotted",
    "DOUBLE": "3px double",
}


def look_of(data: Json, band: str) -> str:
    """The CSS of a cell with that CellData: its effective format, over an alternating colour.

    What every cell has by itself (white, black, 10 points) is left to the page's style sheet.
    """
    own, seen = data.get("userEnteredFormat", {}), data.get("effectiveFormat", {})
    parts = (*_paint(own, seen, band), *_text(seen.get("textFormat", {})), *_place(own, data))
    return ";".join((*parts, *_borders(own.get("borders", {}))))


def _paint(own: Json, seen: Json, band: str) -> Iterator[str]:
    background = colour_of(seen, "backgroundColor")
    if background == _WHITE and not colour_of(own, "backgroundColor"):
        background = band
    ink = colour_of(seen.get("textFormat", {}), "foregroundColor")
    if background or band:
        yield f"background:{background or band}"
    if ink not in {"", _BLACK}:
        yield f"color:{ink}"


def colour_of(holder: Json, name: str) -> str:
    """`rgb(…)` of a Color, whose absent parts are 0; empty where `holder` does not say."""
    found = holder.get(f"{name}Style", {}).get("rgbColor", holder.get(name))
    if found is None:
        return ""
    parts = (round(float(found.get(part, 0)) * 255) for part in ("red", "green", "blue"))
    return f"rgb({','.join(map(str, parts))})"


def _text(text: Json) -> Iterator[str]:
    lines = [
        css
        for name, css in (("strikethrough", "line-through"), ("underline", "underline"))
        if text.get(name)
    ]
    if text.get("bold"):
        yield "font-weight:600"
    if text.get("italic"):
        yield "font-style:italic"
    if lines:
        yield f"text-decoration:{' '.join(lines)}"
    if text.get("fontSize", 10) != 10:
        yield f"font-size:{float(text['fontSize']) / 10:.3g}em"


def _place(own: Json, data: Json) -> Iterator[str]:
    kind = next(iter(data.get("effectiveValue", {})), "")
    natural = {"numberValue": "right", "boolValue": "center", "errorValue": "center"}
    align = _ALIGN.get(own.get("horizontalAlignment", ""), natural.get(kind, ""))
    vertical = _VERTICAL.get(own.get("verticalAlignment", ""), "")
    wrap = own.get("wrapStrategy")
    if align:
        yield f"text-align:{align}"
    if vertical:
        yield f"align-content:{vertical}"
    if wrap == "WRAP":
        yield "white-space:pre-wrap"
    if wrap == "CLIP":
        yield "text-overflow:clip"


def _borders(borders: Json) -> Iterator[str]:
    for side in ("top", "right", "bottom", "left"):
        border = borders.get(side, {})
        if border.get("style") in _LINES:
            colour = colour_of(border, "color") or "#000"
            yield f"border-{side}:{_LINES[border['style']]} {colour}"
