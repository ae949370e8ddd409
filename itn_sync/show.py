"""A plan and a report for people (rich) and for programs (JSON); confidential by construction.

A confidential cell has no text form, so nothing here can show one.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import asdict
from typing import Any

from rich.console import Console, Group, RenderableType
from rich.markup import escape
from rich.table import Table
from rich.text import Text

from itn_sync.domain.actions import KeepRegister, SendMail, WriteDocument
from itn_sync.domain.codes import reference
from itn_sync.domain.plan import Plan, RowChange
from itn_sync.domain.privacy import Confidential
from itn_sync.domain.seen import Cell, Deed, DeedState
from itn_sync.domain.tracking import TAB_BY_KEY
from itn_sync.report import Report, Tell

_SHOWN = 25
"""How many lines of a tab or kind people get to read; JSON has them all."""

_Line = tuple[str, str, str]
"""The sign of what is done, what it is done to, why."""


def plan_json(plan: Plan) -> dict[str, Any]:
    """The whole plan as plain data."""
    return {
        "fingerprint": plan.fingerprint,
        "empty": plan.is_empty,
        "refused": plan.refused or None,
        "unsafe": list(plan.unsafe),
        "held": list(plan.held),
        "rows": [_row_json(change) for change in plan.rows],
        "registers": [_register_json(kept) for kept in plan.registers],
        "mails": [_mail_json(mail) for mail in plan.mails],
        "waiting": [_mail_json(mail) | {"waits": mail.waits} for mail in plan.waiting],
        "documents": [_document_json(document) for document in plan.documents],
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
        "draft": mail.by_hand,
        "why": mail.why,
        "plan": mail.plan,
    }


def _document_json(document: WriteDocument) -> dict[str, Any]:
    return {
        "reference": reference(document.key),
        "key": document.key,
        "document": document.template,
        "title": document.title,
        "for": document.recipient,
        "why": document.why,
        "plan": document.plan,
    }


def _register_json(kept: KeepRegister) -> dict[str, Any]:
    return {
        "unit": kept.unit,
        "added": [person for person, _, _ in kept.added],
        "situations": dict(kept.situations),
        "why": kept.why,
    }


def report_json(report: Report) -> dict[str, Any]:
    """What was done, as plain data."""
    return {"complete": report.is_complete} | asdict(report)


def show_report(report: Report, out: Console, err: Console) -> None:
    """What was done, and on `err` what was not."""
    if _did_anything(report):
        out.print(
            f"Done: {report.rows_created} rows created, {report.rows_changed} corrected, "
            f"{report.mails_sent} mails sent{_beside_mails(report)}."
        )
    else:
        complete = "Nothing to do: the Workspace is as it should be."
        out.print(complete if report.is_complete else "Nothing was done.")
    if report.later:
        out.print(f"{len(report.later)} mails wait for office hours: `Envois` says until when.")
    if report.held:
        err.print(_held(report.held), style="yellow", markup=False, soft_wrap=True)
    for ref in report.waiting:
        err.print(f"Waits for the next run: {ref}", markup=False)
    for failure in report.failures:
        err.print(f"Failed: {failure}", markup=False)


def _did_anything(report: Report) -> bool:
    deeds = report.mails_sent or report.drafts_left or report.documents_made
    return bool(report.rows_created or report.rows_changed or deeds or report.registers_kept)


def _beside_mails(report: Report) -> str:
    drafts = f", {report.drafts_left} drafts left for people" if report.drafts_left else ""
    documents = f", {report.documents_made} documents made" if report.documents_made else ""
    registers = f", {report.registers_kept} registers kept" if report.registers_kept else ""
    return drafts + documents + registers


def show_plan(plan: Plan, console: Console) -> None:
    """The plan as people read it, with the reason of each thing."""
    console.print(_plan_view(plan))


def _plan_view(plan: Plan) -> RenderableType:
    if plan.is_empty and not plan.waiting and not plan.unsafe and not plan.refused:
        return Group(Text("Nothing to do: the Workspace is as it should be."), *_warnings(plan))
    by_tab: dict[str, list[_Line]] = {}
    for change in plan.rows:
        by_tab.setdefault(change.tab, []).append(_row_line(change))
    lines = _lines(
        *by_tab.values(),
        [("~", f"register {kept.unit}", kept.why) for kept in plan.registers],
        [_mail_line(mail) for mail in plan.mails],
        [_waiting_line(mail) for mail in plan.waiting],
        [("#", document.title, document.why) for document in plan.documents],
    )
    summary = f"{_counted(plan)} · fingerprint {plan.fingerprint}"
    return Group(lines, Text(summary, style="bold"), *_warnings(plan))


def _counted(plan: Plan) -> str:
    created = sum(change.creates for change in plan.rows)
    return (
        f"{created} rows to create, {len(plan.rows) - created} to update, "
        f"{len(plan.mails)} mails to send{_beside_sent(plan)}, "
        f"{len(plan.waiting)} that wait for office hours, "
        f"{len(plan.not_sent)} that cannot be sent"
    )


def _beside_sent(plan: Plan) -> str:
    """What is named only where there is some: most runs have none."""
    drafts = sum(mail.by_hand for mail in plan.mails)
    counts = (
        f" ({drafts} left as drafts)" if drafts else "",
        f", {len(plan.documents)} documents to make" if plan.documents else "",
        f", {len(plan.registers)} registers to keep" if plan.registers else "",
    )
    return "".join(counts)


def _lines(*kinds: list[_Line]) -> Table:
    table = Table(box=None, show_header=False, padding=(0, 1, 0, 0), pad_edge=False)
    table.add_column(no_wrap=True)
    table.add_column(no_wrap=True, max_width=40)
    table.add_column(ratio=1)
    for lines in kinds:
        for what, which, why in lines[:_SHOWN]:
            table.add_row(what, escape(which), escape(why))
        if len(lines) > _SHOWN:
            table.add_row("…", f"{len(lines) - _SHOWN} more (--json lists all)", "")
    return table


def _row_line(change: RowChange) -> _Line:
    sign = "+" if change.creates else "~"
    return sign, f"{TAB_BY_KEY[change.tab].title} {change.id}", change.why


def _mail_line(mail: SendMail) -> _Line:
    how = " (draft)" if mail.by_hand else ""
    return "@", f"{mail.recipient}{how}", mail.why


def _waiting_line(mail: SendMail) -> tuple[str, str, str]:
    return "…", mail.recipient, f"{mail.why} ({mail.waits})"


def _warnings(plan: Plan) -> Iterable[Text]:
    if plan.refused:
        yield Text(f"Refused: {plan.refused}", style="bold red")
    for alarm in plan.unsafe:
        yield Text(f"Unsafe: {alarm}. Look at the plan; --force does it all the same.", style="red")
    if plan.held:
        yield Text(_held(plan.held), style="yellow")


def _held(refs: Sequence[str]) -> str:
    return (
        f"Held, for a person to look for in the sent mail: {', '.join(refs)}. "
        "Then: itn-sync settle REFERENCE --sent, or --again."
    )


def show_rebuilt(restored: int, deeds: Iterable[Deed], console: Console) -> None:
    """What a rebuilt ledger knows again, and what of it is unsure."""
    unsure = [deed for deed in deeds if deed.state is DeedState.HELD]
    console.print(f"{restored} deeds written into the ledger, {len(unsure)} of them held.")
    for deed in unsure:
        console.print(f"  {deed.reference}: {deed.reason}", markup=False)


def coverage_json(methods: Sequence[tuple[str, bool]]) -> dict[str, Any]:
    """The sandbox's methods, and whether each has behaviour, as plain data."""
    return {"methods": [{"id": name, "behaviour": done} for name, done in methods]}


def show_coverage(methods: Sequence[tuple[str, bool]], console: Console) -> None:
    """The sandbox's methods one a line; 501 is what one without behaviour answers."""
    for name, done in methods:
        console.print(f"{'yes' if done else '501'}  {name}", highlight=False, soft_wrap=True)
    console.print(f"{sum(done for _, done in methods)} of {len(methods)} methods have behaviour")


@contextmanager
def progress(console: Console, *, quiet: bool = False) -> Iterator[Tell]:
    """What a run is doing, on one line that goes when it ends."""
    if quiet:
        yield lambda _: None
        return
    with console.status("Reading the Workspace…") as status:
        yield lambda event: status.update(escape(str(event)))
