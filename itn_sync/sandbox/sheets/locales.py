"""What a spreadsheet's locale decides: decimal mark, order of a date, names of months, booleans.

Facts come from CLDR through Babel. Source: SpreadsheetProperties.locale.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

from babel import Locale, UnknownLocaleError

from itn_sync.sandbox.errors import Json, invalid

_CURRENCIES = {"fr": "€", "nl": "€", "de": "€", "it": "€", "es": "€"}


@dataclass(frozen=True)
class Rules:
    """The conventions of one locale; `date_order` is `dmy`, `mdy` or `ymd`."""

    decimal: str
    group: str
    date_order: str
    months: tuple[str, ...]
    short_months: tuple[str, ...]
    days: tuple[str, ...]
    short_days: tuple[str, ...]
    true: str
    false: str
    currency: str
    currency_first: bool

    @property
    def is_french(self) -> bool:
        """Whether people write French words and letters: VRAI, `jj/mm/aaaa`."""
        return self.true == "VRAI"

    @property
    def date_pattern(self) -> str:
        """The default pattern of a date."""
        patterns = {"dmy": "dd/mm/yyyy", "mdy": "m/d/yyyy", "ymd": "yyyy-mm-dd"}
        return patterns[self.date_order]

    @property
    def currency_pattern(self) -> str:
        """The default pattern of an amount of money."""
        sign = f'"{self.currency}"'
        return f"{sign}#,##0.00" if self.currency_first else f"#,##0.00 {sign}"

    def default_pattern(self, kind: str) -> str:
        """The pattern that a NumberFormat without one means."""
        return {
            "NUMBER": "#,##0.00",
            "PERCENT": "0.00%",
            "CURRENCY": self.currency_pattern,
            "DATE": self.date_pattern,
            "TIME": "hh:mm:ss",
            "DATE_TIME": f"{self.date_pattern} hh:mm:ss",
            "SCIENTIFIC": "0.00E+00",
            "TEXT": "@",
        }.get(kind, "")


@cache
def rules(code: str) -> Rules:
    """The conventions of `fr_BE`, `en_US`, `de`…; raises 400 for a locale that does not exist."""
    try:
        locale = Locale.parse(code)
    except (ValueError, UnknownLocaleError) as error:
        raise invalid(f"Unsupported locale: {code}") from error
    short = locale.date_formats["short"].pattern
    french = locale.language == "fr"
    return Rules(
        decimal=locale.number_symbols["latn"]["decimal"],
        group=locale.number_symbols["latn"]["group"],
        date_order="".join(sorted("dmy", key=short.lower().index)),
        months=_names(locale.months["format"]["wide"]),
        short_months=_names(locale.months["format"]["abbreviated"]),
        days=_names(locale.days["format"]["wide"]),
        short_days=_names(locale.days["format"]["abbreviated"]),
        true="VRAI" if french else "TRUE",
        false="FAUX" if french else "FALSE",
        currency=_CURRENCIES.get(locale.language, "$"),
        currency_first=locale.language not in _CURRENCIES,
    )


def _names(by_number: Json) -> tuple[str, ...]:
    return tuple(by_number[number] for number in sorted(by_number))
