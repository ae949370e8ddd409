"""Who may open the registers: the teachers of their UEs and those who look after them (S55)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from itn_sync.domain.units import Roster, Unit
from itn_sync.founding.registers import keepers
from itn_sync.gateways.drive import Files, Sharing
from itn_sync.gateways.errors import GatewayError, Missing
from itn_sync.inspection.attendance import spreadsheets_of
from itn_sync.inspection.findings import Finding, error, fine, warning
from itn_sync.settings import Settings

_CLOSE = "in Drive, «Partager», set the general access to «Limité»"


def register_sharing(
    files: Files, settings: Settings, rosters: Mapping[str, Roster]
) -> Iterator[Finding]:
    """Everybody who may open a register and should not, or should and may not.

    `rosters` are those that could be read; without them a teacher may be unknown.
    """
    worker = settings.workspace.accounts.sheets
    for spreadsheet, units in spreadsheets_of(settings).items():
        where = f"registers of {units[0].section}/{units[0].site} ({spreadsheet})"
        try:
            standing, found = files.standing(spreadsheet), files.sharing(spreadsheet)
        except Missing:
            continue  # told where it is read
        except GatewayError as failure:
            mend = f"in Drive, «Partager»: make {worker} an editor"
            yield error("sharing", where, f"who may open it cannot be read: {failure}", mend)
            continue
        ours = [unit for unit in units if unit.key not in settings.own_registers]
        findings = list(_looked_at(where, found, units, settings, rosters))
        if standing.trashed:
            findings.append(error("register", where, "it is in the bin", "restore it in Drive"))
        if ours and not standing.editable:
            mend = f"in Drive, «Partager»: make {worker} an editor"
            what = f"{worker} may read it but not write"
            findings.append(error("register", where, what, mend))
        yield from findings or [fine("sharing", where, "open to its teachers, no others")]


def _looked_at(
    where: str,
    found: Sharing,
    units: Sequence[Unit],
    settings: Settings,
    rosters: Mapping[str, Roster],
) -> Iterator[Finding]:
    if found.by_link:
        yield error("sharing", where, "it is open to whoever has the link", _CLOSE)
    for domain in sorted(found.domains):
        yield error("sharing", where, f"it is open to everybody at {domain}", _CLOSE)
    teachers = {address for unit in units for address in unit.teachers}
    rostered = [rosters[unit.key] for unit in units if unit.key in rosters]
    teachers |= {one.email for roster in rostered for one in roster.teachers if one.email}
    for address in sorted(found.addresses - teachers - _known(settings)):
        what = f"{address} may open it and is neither its teacher nor of config/school.toml"
        yield warning("sharing", where, what, "take the share back, or name them as a teacher")
    looking_after = {
        address for unit in units for address in keepers((unit.section, unit.site), settings.school)
    }
    own = all(unit.key in settings.own_registers for unit in units)
    if not own and (missing := sorted((teachers | looking_after) - found.addresses)):
        what = f"no access of their own: {', '.join(missing)}"
        yield warning("sharing", where, what, "run itn-sync attendance create")


def _known(settings: Settings) -> set[str]:
    workspace = settings.workspace
    persons = (person.email for person in settings.school.persons)
    return {address.lower() for address in (*persons, *vars(workspace.accounts).values())}
