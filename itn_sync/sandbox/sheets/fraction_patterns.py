"""A number shown as a fraction: `# ?/?`, `?/8`.

Source: https://developers.google.com/workspace/sheets/api/guides/formats (the `/` token)
"""

from __future__ import annotations

import re
from fractions import Fraction

FRACTION = re.compile(r"(?P<whole>[#0?]+ +)?(?P<top>[#0?]+)/(?P<under>\d*[1-9]\d*|[#0?]+)")


def fraction_text(value: float, pattern: re.Match[str]) -> str:
    """The number by a match of FRACTION: the nearest with so many digits under the line, or over
    the denominator that the pattern names."""
    sign, size = ("-" if value < 0 else ""), abs(Fraction(value))
    under = pattern["under"]
    if under.isdigit() and under.strip("0"):
        denominator = int(under)
        near = Fraction(round(size * denominator), denominator)
    else:
        near = size.limit_denominator(10 ** len(under) - 1)
        denominator = near.denominator
    top = near.numerator * denominator // near.denominator
    if pattern["whole"] is None:
        return f"{sign}{top}/{denominator}"
    whole, top = divmod(top, denominator)
    if not top:
        return f"{sign if whole else ''}{whole}"
    parts = [str(whole)] if whole or "0" in pattern["whole"] else []
    return sign + " ".join([*parts, f"{top}/{denominator}"])
