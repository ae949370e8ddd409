"""Short codes that people can read aloud: case numbers and mail references.

They are made of the fact, never of time: the same request always gets the same number, whatever
was interrupted in between.
"""

from __future__ import annotations

from base64 import b32encode
from hashlib import sha256

from itn_sync.domain.school import Kind

_LETTERS = str.maketrans("ABCDEFGHIJKLMNOPQRSTUVWXYZ234567", "0123456789ABCDEFGHJKMNPQRSTVWXYZ")

CASE_PREFIX = {
    Kind.VA: "VA",
    Kind.AR: "AR",
    Kind.DIGITAL: "NUM",
    Kind.PLANNING: "PLA",
    Kind.QUESTION: "QUE",
}


def case_number(kind: Kind, registration_key: str) -> str:
    """`VA-7K3Q2M9X`: 40 bits, so that two cases of a school never meet in practice."""
    return f"{CASE_PREFIX[kind]}-{_code(f'{registration_key}/{kind}', 8)}"


def contact_number(said: str) -> str:
    """`ACC-7K3Q2M9X`: of a contact at the desk, by what was first noted of it."""
    return f"ACC-{_code(said, 8)}"


def kind_of(number: str) -> Kind:
    """The kind of request that a case number tells; KeyError for any other text."""
    prefix = number.partition("-")[0]
    return {known: kind for kind, known in CASE_PREFIX.items()}[prefix]


def reference(deed_key: str) -> str:
    """`MSG-7K3Q2M9X`: the one-word reference that a mail shows and people can search for."""
    return f"MSG-{_code(deed_key, 8)}"


def student_number(fact: str) -> str:
    """`ETU-7K3Q2M9X`: of a person, by the first fact that the school knew of them."""
    return f"ETU-{_code(fact, 8)}"


def _code(text: str, length: int) -> str:
    return b32encode(sha256(text.encode()).digest()).decode().translate(_LETTERS)[:length]
