"""Cell formats as CSS classes of one page: the policy allows no `style` attribute."""

from __future__ import annotations

from itn_sync.sandbox.errors import Json

_ALIGN = {"LEFT": "left", "CENTER": "center", "RIGHT": "right"}


class Styles:
    """Gives each look a class; `css` defines those that were used."""

    def __init__(self) -> None:
        self._classes: dict[str, str] = {}

    @property
    def css(self) -> str:
        """The rules of all classes given so far."""
        return "\n".join(f".grid .{name}{{{look}}}" for look, name in self._classes.items())

    def width(self, pixels: int) -> str:
        """The class of a column that wide."""
        return self._class(f"width:{pixels}px")

    def cell(self, data: Json, conditional: Json) -> str:
        """The class of a cell with that CellData, under that conditional format; may be empty."""
        own = data.get("userEnteredFormat", {})
        look = ";".join([*_paint(own, conditional), *_text(own, conditional), *_place(own, data)])
        return self._class(look) if look else ""

    def _class(self, look: str) -> str:
        return self._classes.setdefault(look, f"s{len(self._classes)}")


def _paint(own: Json, over: Json) -> list[str]:
    background = _colour(over, "backgroundColor") or _colour(own, "backgroundColor")
    ink = _colour(over.get("textFormat", {}), "foregroundColor") or _colour(
        own.get("textFormat", {}), "foregroundColor"
    )
    return [
        *([f"background:{background}"] if background else []),
        *([f"color:{ink}"] if ink else []),
    ]


def _colour(cell_format: Json, name: str) -> str:
    """`rgb(…)` of a Color, whose absent parts are 0; empty where the format does not say."""
    found = cell_format.get(f"{name}Style", {}).get("rgbColor", cell_format.get(name))
    if found is None:
        return ""
    parts = (round(float(found.get(part, 0)) * 255) for part in ("red", "green", "blue"))
    return f"rgb({','.join(map(str, parts))})"


def _text(own: Json, over: Json) -> list[str]:
    text = {**own.get("textFormat", {}), **over.get("textFormat", {})}
    lines = [
        css
        for name, css in (("strikethrough", "line-through"), ("underline", "underline"))
        if text.get(name)
    ]
    return [
        *(["font-weight:600"] if text.get("bold") else []),
        *(["font-style:italic"] if text.get("italic") else []),
        *([f"text-decoration:{' '.join(lines)}"] if lines else []),
    ]


def _place(own: Json, data: Json) -> list[str]:
    number = "numberValue" in data.get("effectiveValue", {})
    align = _ALIGN.get(own.get("horizontalAlignment", ""), "right" if number else "")
    wraps = own.get("wrapStrategy") == "WRAP"
    return [
        *([f"text-align:{align}"] if align else []),
        *(["white-space:pre-wrap"] if wraps else []),
    ]
