"""`Avertissements` shows each mail as it would go, in its own words (F14, peers row 55)."""

from __future__ import annotations

from dataclasses import replace

from itn_sync.domain.actions import SendMail, WriteRow
from itn_sync.domain.codes import reference
from itn_sync.domain.intake import Wanted
from itn_sync.domain.tracking_attendance import WARNINGS
from itn_sync.messages import Messages, TemplateError


def with_previews(wanted: Wanted, messages: Messages) -> Wanted:
    """`wanted` with the words of every warning that has not gone out in its row."""
    rows = tuple(_shown(row, wanted, messages) for row in wanted.rows)
    return replace(wanted, rows=rows)


def _shown(row: WriteRow, wanted: Wanted, messages: Messages) -> WriteRow:
    mail = wanted.previews.get(row.id) if row.tab == WARNINGS.key else None
    if mail is None:
        return row
    return replace(row, cells={**row.cells, "mail": _words(mail, messages)})


def _words(mail: SendMail, messages: Messages) -> str:
    """Subject and text; a wording that cannot be filled in says so, and stops nothing else."""
    said = {"reference": reference(mail.key), "row_link": "", "confidential_link": ""}
    try:
        words = messages.render(mail.template, {**mail.context, **said})
    except TemplateError as error:
        return f"Le modèle {mail.template} ne convient pas : {error}"
    return f"{words.subject}\n\n{words.text}"
