"""The pieces a request needs: which are missing, and asking the student for them once (S163).

People tick them off in «Pièces reçues», in their own words. For an AR only the confidential sheet
says whether the document was seen.
"""

from __future__ import annotations

from collections.abc import Iterator

from itn_sync.domain.actions import NotSent, SendMail, taken_back
from itn_sync.domain.case_words import case_context
from itn_sync.domain.codes import kind_of
from itn_sync.domain.ground import Ground
from itn_sync.domain.pace import is_in_touch, opening_of, status_of
from itn_sync.domain.pieces import received_pieces
from itn_sync.domain.school import Kind
from itn_sync.domain.seen import Row
from itn_sync.domain.states import ACTIVE, CLOSED
from itn_sync.domain.told import again, evidence_key
from itn_sync.domain.tracking import ACCOMMODATIONS, CASES


def missing_pieces(case: Row, ground: Ground) -> tuple[str, ...]:
    """What the request still needs; nothing for a case that is over."""
    if case.text("state") != ACTIVE or status_of(case) == CLOSED:
        return ()
    wanted = ground.evidence.get(kind_of(case.id), ())
    if kind_of(case.id) is Kind.AR:
        return wanted if _unseen(case, ground) else ()
    received = received_pieces(case.text("evidence"), wanted)
    return tuple(piece for piece in wanted if piece not in received)


def _unseen(case: Row, ground: Ground) -> bool:
    """False in doubt: nobody is asked for what may be there."""
    row = ground.seen.table(ACCOMMODATIONS.key).rows.get(case.id)
    return row is not None and not row.number_in("evidence_seen")


def shown_pieces(case: Row, ground: Ground) -> str:
    """«Pièces manquantes» in `Dossiers`, one a line; nothing of an AR."""
    if kind_of(case.id) is Kind.AR:
        return ""
    return "\n".join(missing_pieces(case, ground))


def evidence_notices(case: Row, ground: Ground) -> Iterator[SendMail | NotSent]:
    """The one mail that asks the student, once somebody has been in touch with them.

    One that was begun is taken back when the pieces arrive first.
    """
    pieces = missing_pieces(case, ground)
    key = again(evidence_key(case.id, opening_of(case)), ground.seen)
    begun = key in ground.seen.deeds
    if not pieces:
        why = f"{case.text('student')} : plus rien à demander"
        reason = "les pièces sont arrivées, ou le dossier est clos"
        yield from taken_back(key, ground.seen, template="case_evidence", why=why, reason=reason)
    if not (pieces and is_in_touch(case, ground.today) and "@" in case.text("email")):
        return
    if begun or ground.is_office_hour:
        yield SendMail(
            key=key,
            recipient=case.text("email"),
            recipient_name=case.text("student"),
            template="case_evidence",
            context=case_context(case, ground) | {"pieces": pieces},
            why=f"{case.text('student')} : pièces manquantes",
            row=(CASES.key, case.id),
            plan="S163",
        )
