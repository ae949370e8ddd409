"""A plan and a report for people (rich) and for programs (JSON); confidential by construction.

A confidential cell has no text form, so nothing here can show one.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from rich.console import Console, Group, RenderableType
from rich.markup import escape
from rich.table import Table
from rich.text import Text

from itn_sync.domain.actions import SendMail
from itn_sync.domain.codes import reference
from itn_sync.domain.plan import Plan, RowChange
from itn_sync.domain.privacy import Confidential
from itn_sync.domain.seen import Cell
from itn_sync.domain.tracking import TAB_BY_KEY

_SHOWN = 25
"""How many lines of a kind people get to read; JSON has them all."""


def plan_json(plan: Plan) -> dict[str, Any]:
    """The whole plan as plain data."""
    return {
        "fingerprint": plan.fingerprint,
        "empty": plan.is_empty,
        "refused": plan.refused or None,
        "unsafe": list(plan.unsafe),
        "held": list(plan.held),
        "rows": [_row_json(change) for change in plan.rows],
        "mails": [_mail_json(mail) for mail in plan.mails],
        "not_sent": [
            {"message": n.template, "why": n.why, "reason": n.reason} for n in plan.not_sent
        ],
    }


def _row_json(change: RowChange) -> dict[str, Any]:
    return {
        "tab": change.tab,
        "id": change.id,
        "action": "create" if change.creates else "update",
        "cells": {key: _cell(value) for key, value in change.cells.items()},
        "before": None if change.before is None else _cells(change.before),
        "why": change.why,
        "plan": change.plan,
    }


def _cells(cells: Mapping[str, Cell]) -> dict[str, Any]:
    return {key: _cell(value) for key, value in cells.items()}


def _cell(value: Cell) -> str | float | bool | None:
    return repr(value) if isinstance(value, Confidential) else value


def _mail_json(mail: SendMail) -> dict[str, Any]:
    return {
        "reference": reference(mail.key),
        "key": mail.key,
        "message": mail.template,
        "to": mail.recipient,
        "why": mail.why,
        "plan": mail.plan,
    }


def show_plan(plan: Plan, console: Console) -> None:
    """The plan as people read it, with the reason of each thing."""
    console.print(_plan_view(plan))


def _plan_view(plan: Plan) -> RenderableType:
    if plan.is_empty and not plan.unsafe and not plan.refused:
        return Group(Text("Nothing to do: the Workspace is as it should be."), *_warnings(plan))
    parts: list[RenderableType] = []
    if plan.rows:
        parts.append(_rows_table(plan.rows))
    if plan.mails:
        parts.append(_mails_table(plan.mails))
    summary = f"{_counted(plan)} · fingerprint {plan.fingerprint}"
    return Group(*parts, Text(summary, style="bold"), *_warnings(plan))


def _counted(plan: Plan) -> str:
    created = sum(change.creates for change in plan.rows)
    return (
        f"{created} rows to create, {len(plan.rows) - created} to update, "
        f"{len(plan.mails)} mails to send, {len(plan.not_sent)} that cannot be sent"
    )


def _rows_table(rows: tuple[RowChange, ...]) -> Table:
    table = Table(title="Rows", title_justify="left", expand=True)
    table.add_column("Tab", no_wrap=True)
    table.add_column("Row", no_wrap=True, max_width=24)
    table.add_column("", no_wrap=True)
    table.add_column("Why", ratio=1)
    for change in rows[:_SHOWN]:
        what = "new" if change.creates else ", ".join(change.cells)
        title = TAB_BY_KEY[change.tab].title
        table.add_row(title, escape(change.id), what, escape(change.why))
    _add_rest(table, len(rows))
    return table


def _mails_table(mails: tuple[SendMail, ...]) -> Table:
    table = Table(title="Mails", title_justify="left", expand=True)
    table.add_column("Ref.", no_wrap=True)
    table.add_column("Message", no_wrap=True)
    table.add_column("To", max_width=36)
    table.add_column("Why", ratio=1)
    for mail in mails[:_SHOWN]:
        ref = reference(mail.key)
        table.add_row(ref, mail.template, escape(mail.recipient), escape(mail.why))
    _add_rest(table, len(mails))
    return table


def _add_rest(table: Table, total: int) -> None:
    if total > _SHOWN:
        rest = [""] * (len(table.columns) - 2)
        table.add_row("…", f"{total - _SHOWN} more (--json lists all)", *rest)


def _warnings(plan: Plan) -> Iterable[Text]:
    if plan.refused:
        yield Text(f"Refused: {plan.refused}", style="bold red")
    for alarm in plan.unsafe:
        yield Text(f"Unsafe: {alarm}. Look at the plan; --force does it all the same.", style="red")
    if plan.held:
        refs = ", ".join(plan.held)
        yield Text(f"Held, for a person to check in the sent mail: {refs}", style="yellow")
