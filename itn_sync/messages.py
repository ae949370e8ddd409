"""Messages in French, one folder of templates each: `subject.txt`, `body.txt`, `body.html`.

Values are inserted as data and never read as templates. No rule lives here.
"""

from __future__ import annotations

import re
import textwrap
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from traceback import walk_tb
from urllib.parse import quote

from babel.dates import format_date
from babel.lists import format_list
from jinja2 import FileSystemLoader, StrictUndefined, TemplateNotFound, TemplateSyntaxError
from jinja2.sandbox import SandboxedEnvironment

from itn_sync.domain.privacy import Confidential

LONGEST_SUBJECT = 150
_MEND = "correct the template"
_WIDTH = 76
_CONTROLS = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff]")
"""Unicode's Cc and Cs, but for tab and line feed."""
_BULLET = re.compile(r"\s*(?:[-–•]\s+)?")


class TemplateError(Exception):
    """A template cannot be rendered; says which file, which line and what to mend."""


@dataclass(frozen=True)
class Rendered:
    """A message ready to go: one line of subject, and the same text twice."""

    subject: str
    text: str
    html: str


class Messages:
    """The messages of `folders`: a file of an earlier folder hides the same one of a later."""

    def __init__(self, folders: Sequence[Path]) -> None:
        self._templates = _Sandbox(
            loader=FileSystemLoader([str(folder) for folder in folders]),
            undefined=StrictUndefined,
            autoescape=lambda name: bool(name) and str(name).endswith(".html"),
            trim_blocks=True,
            lstrip_blocks=True,
            keep_trailing_newline=True,
            finalize=lambda value: "" if value is None else value,
        )
        self._templates.filters |= {
            "date_fr": date_fr,
            "jour_fr": jour_fr,
            "liste_fr": liste_fr,
            "mailto": mailto,
            "periodes": periodes,
            "insecable": insecable,
        }

    def render(self, template: str, context: Mapping[str, object]) -> Rendered:
        """The message `template` (a folder's name) saying `context`; raises TemplateError."""
        return Rendered(
            subject=_one_line(self._rendered(f"{template}/subject.txt", context)),
            text=_wrapped(_printable(self._rendered(f"{template}/body.txt", context))),
            html=_printable(self._rendered(f"{template}/body.html", context)),
        )

    def document(self, template: str, context: Mapping[str, object]) -> str:
        """The document `template` (a folder's name) saying `context`, as HTML."""
        return _printable(self._rendered(f"{template}/document.html", context))

    def _rendered(self, file: str, context: Mapping[str, object]) -> str:
        try:
            return self._templates.get_template(file).render(context)
        except TemplateSyntaxError as error:
            place = f"{error.filename or file}:{error.lineno}"
            raise TemplateError(f"{place}: {error.message}; {_MEND}") from error
        except TemplateNotFound as error:
            what = f"there is no template {error.name}; add that file or correct its name"
            raise TemplateError(f"{_place(error, file)}: {what}") from error
        except Exception as error:  # whatever a school's own template does wrong ends here
            raise TemplateError(f"{_place(error, file)}: {error}; {_MEND}") from error


class _Sandbox(SandboxedEnvironment):
    def is_safe_attribute(self, obj: object, attr: str, value: object) -> bool:
        """Nothing of a Confidential text may be reached from a template."""
        return not isinstance(obj, Confidential) and super().is_safe_attribute(obj, attr, value)


def date_fr(day: date) -> str:
    """`lundi 23 novembre 2026`; the first of a month is `1er`."""
    written = format_date(day, "EEEE d MMMM y", locale="fr_BE")
    return re.sub(r" 1 ", " 1er ", written, count=1)


def jour_fr(day: date) -> str:
    """`23/11/2026`."""
    return format_date(day, "dd/MM/y", locale="fr_BE")


def liste_fr(things: Iterable[object]) -> str:
    """`a, b et c`."""
    return format_list([str(thing) for thing in things], locale="fr_BE")


def periodes(number: str) -> str:
    """`1,5 période`, `2 périodes`, never parted; the number is written as Belgians do."""
    plural = "s" if float(number.replace(",", ".")) >= 2 else ""
    return insecable(f"{number} période{plural}")


def insecable(text: str) -> str:
    """`12,5 %` that no line break parts."""
    return text.replace(" ", "\N{NO-BREAK SPACE}")


def mailto(address: str) -> str:
    """The link that writes to `address`, whatever somebody typed as one."""
    return f"mailto:{quote(address, safe='@')}"


def _place(error: Exception, file: str) -> str:
    """The template and line where it failed, which Jinja2 writes into the traceback."""
    frames = [
        (frame.f_code.co_filename, line)
        for frame, line in walk_tb(error.__traceback__)
        if frame.f_code.co_filename.endswith((".txt", ".html"))
    ]
    return f"{frames[-1][0]}:{frames[-1][1]}" if frames else file


def _printable(text: str) -> str:
    return _CONTROLS.sub("", text)


def _one_line(text: str) -> str:
    line = " ".join(_printable(" ".join(text.split())).split())
    return line if len(line) <= LONGEST_SUBJECT else f"{line[: LONGEST_SUBJECT - 1].rstrip()}…"


def _wrapped(text: str) -> str:
    """Paragraphs folded at 76 characters, addresses whole, at most one blank line in a row."""
    folded = "\n".join(line for long in text.split("\n") for line in _folded(long.rstrip()))
    return re.sub(r"\n{3,}", "\n\n", folded).strip() + "\n"


def _folded(line: str) -> Iterator[str]:
    hang = " " * len((_BULLET.match(line) or [""])[0])
    lines = textwrap.wrap(
        line, _WIDTH, subsequent_indent=hang, break_long_words=False, break_on_hyphens=False
    )
    yield from lines or [""]
