"""The basic filter of a tab: its criteria, and the values that they can choose from."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from unicodedata import combining, normalize

from itn_sync.sandbox.errors import Json
from itn_sync.sandbox.pages.sheet_reading import Reader, column_of


def criteria_of(tab: Json) -> dict[int, Json]:
    """The FilterCriteria of the tab's basic filter by column, however they were told."""
    basic = tab.get("basicFilter", {})
    told = {int(column): criteria for column, criteria in basic.get("criteria", {}).items()}
    for spec in basic.get("filterSpecs", ()):
        told[spec.get("columnIndex", 0)] = spec.get("filterCriteria", {})
    return {column: criteria for column, criteria in sorted(told.items()) if criteria}


def values_of(reader: Reader, tab: Json, column: int) -> list[Json]:
    """Each text of a column of the filter with how often it is there and whether it is shown."""
    area = tab.get("basicFilter", {}).get("range", {})
    ranged = column_of(tab, area, column)
    (texts,) = reader.columns([ranged], "FORMATTED_VALUE") if ranged else ([],)
    counts = Counter(map(str, texts))
    hides = set(criteria_of(tab).get(column, {}).get("hiddenValues", ()))
    return [
        {"text": text, "count": count, "shown": text not in hides}
        for text, count in sorted(counts.items(), key=_by_text)
    ] + [{"text": text, "count": 0, "shown": False} for text in sorted(hides - set(counts))]


def _by_text(item: tuple[str, int]) -> tuple[bool, str]:
    """As in a dictionary: accents and capitals aside; the empty text last."""
    bare = (sign for sign in normalize("NFD", item[0]) if not combining(sign))
    return not item[0], "".join(bare).casefold()


def with_hidden(tab: Json, column: int, hidden: list[str]) -> Json:
    """The tab's basic filter, hiding these values of one column; the others stay as they are."""
    kept = {c: one for c, one in criteria_of(tab).items() if c != column}
    if hidden:
        kept[column] = {"hiddenValues": hidden}
    basic = tab.get("basicFilter", {})
    return {"range": basic.get("range", {}), "filterSpecs": list(_specs(kept))} | (
        {"sortSpecs": basic["sortSpecs"]} if basic.get("sortSpecs") else {}
    )


def _specs(criteria: dict[int, Json]) -> Iterator[Json]:
    for column, one in criteria.items():
        yield {"columnIndex": column, "filterCriteria": one}
