"""The tabs in which the worker tells people what became of mails, and what they must mend."""

from __future__ import annotations

from itn_sync.domain.states import HELD, MADE, MENDED, NOT_SENT, OPEN, SENT, TO_SEND, WAITING
from itn_sync.domain.tabs import Book, Colour, Column, Format, Owner, Tab

_GREY, _GREEN, _YELLOW = "#eeeeee", "#e3f1e3", "#fff8d6"
_ORANGE, _RED, _BLUE = "#fdeccf", "#f9dcd9", "#dfeaf7"

ANOMALIES = Tab(
    "anomalies",
    "Anomalies",
    71_003,
    Book.TRACKING,
    (
        Column("id", "Identifiant", width=60, hidden=True),
        Column("state", "État", width=100),
        Column("seen_on", "Vue le", format=Format.DATE, width=100),
        Column("where", "Où", width=260),
        Column("what", "Quoi", width=360),
        Column("mend", "Comment corriger", width=360),
        Column("mended_on", "Corrigée le", format=Format.DATE, width=100),
        Column("notes", "Remarques", Owner.PEOPLE, width=240),
    ),
    (Colour("state", OPEN, _ORANGE), Colour("state", MENDED, _GREY, struck=True)),
    hides=("state", MENDED),
)

MAILS = Tab(
    "envois",
    "Envois",
    71_004,
    Book.TRACKING,
    (
        Column("id", "Identifiant", width=60, hidden=True),
        Column("reference", "Référence", width=130),
        Column("message", "Message", width=190),
        Column("recipient", "Destinataire", width=250),
        Column("why", "Pourquoi", width=360),
        Column("state", "État", width=110),
        Column("at", "Le", format=Format.DATETIME, width=130),
        Column("reason", "Explication", width=360),
        Column("notes", "Remarques", Owner.PEOPLE, width=240),
    ),
    (
        Colour("state", SENT, _GREEN),
        Colour("state", WAITING, _BLUE),
        Colour("state", TO_SEND, _YELLOW),
        Colour("state", MADE, _GREEN),
        Colour("state", NOT_SENT, _ORANGE),
        Colour("state", HELD, _RED),
    ),
)
