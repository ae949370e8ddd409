"""The tabs that people work in, each defined once: columns in order, with key and owner.

A new column is one line here. The worker writes **worker** columns and reads **people**'s.
"""

from __future__ import annotations

from itn_sync.domain.report_tabs import ANOMALIES, MAILS
from itn_sync.domain.states import (
    AT_COUNCIL,
    ATTEMPTS,
    CHANNELS,
    CLOSED,
    DECISIONS,
    DELETED,
    DESK_CHANNELS,
    LATE,
    NO_CONSENT,
    PAUSED,
    RESULTS,
    SOON,
    STATUSES,
    TAKEN_IN,
    TO_CONTACT,
    UNANSWERED,
    VERY_LATE,
    WITHDRAWN,
)
from itn_sync.domain.tabs import Book, Colour, Column, Format, Owner, Tab
from itn_sync.domain.tracking_attendance import ATTENDANCE_TABS

_GREY, _GREEN, _YELLOW = "#eeeeee", "#e3f1e3", "#fff8d6"
_ORANGE, _RED, _BLUE = "#fdeccf", "#f9dcd9", "#dfeaf7"

REGISTRATIONS = Tab(
    "inscriptions",
    "Inscriptions",
    71_001,
    Book.TRACKING,
    (
        Column("id", "Identifiant", width=60, hidden=True),
        Column("submitted", "Reçue le", format=Format.DATETIME, width=130),
        Column("state", "État", width=110),
        Column("last_name", "Nom", width=130),
        Column("first_name", "Prénom", width=120),
        Column("email", "E-mail", width=200),
        Column("phone", "Téléphone", width=120),
        Column("birth_date", "Date de naissance", format=Format.DATE, width=110),
        Column("site", "Implantation", width=110),
        Column("section", "Section", width=180),
        Column("titles", "Titres déjà obtenus", width=160),
        Column("requests", "Demandes", width=220),
        Column("duplicate", "Doublon possible", width=220),
        Column("heard_from", "Nous a connus par", width=160),
        Column("question", "Question", width=220),
        Column("others", "Autres réponses", width=240),
        Column("consent", "Accord", width=80),
        Column("changes", "Dernière modification", width=220),
        Column("version", "Version", format=Format.NUMBER, width=60, hidden=True),
        Column("notes", "Remarques", Owner.PEOPLE, width=240),
    ),
    (
        Colour("state", DELETED, _GREY, struck=True),
        Colour("state", NO_CONSENT, _ORANGE),
    ),
)

CASES = Tab(
    "dossiers",
    "Dossiers",
    71_002,
    Book.TRACKING,
    (
        Column("id", "Dossier", width=120),
        Column("student", "Étudiant", width=160),
        Column("kind", "Demande", width=180),
        Column("site", "Implantation", width=105),
        Column("section", "Section", width=150),
        Column("due", "Premier contact avant le", format=Format.DATE, width=115),
        Column("owner", "Référent", width=150),
        Column("status", "Statut", Owner.PEOPLE, choices=STATUSES, width=125),
        Column("contacted", "Premier contact le", Owner.PEOPLE, Format.DATE, width=115),
        Column("next_step", "Prochaine étape", width=260),
        *(
            column
            for n, (day, channel) in enumerate(ATTEMPTS, 1)
            for column in (
                Column(day, f"Essai {n} le", Owner.PEOPLE, Format.DATE, width=100),
                Column(channel, f"Essai {n} par", Owner.PEOPLE, choices=CHANNELS, width=110),
            )
        ),
        Column("follow_up", "Suite donnée", Owner.PEOPLE, width=220),
        Column("handed_to", "Transmettre à", Owner.PEOPLE, width=160),
        Column("refused", "Refus : motif", Owner.PEOPLE, width=200),
        Column("evidence", "Pièces reçues", Owner.PEOPLE, width=180),
        Column("missing", "Pièces manquantes", width=200),
        Column("council", "Décision du CE", width=220),
        Column("closed", "Clos le", format=Format.DATE, width=100),
        Column("notes", "Remarques", Owner.PEOPLE, width=240),
        Column("phone", "Téléphone", width=130),
        Column("email", "E-mail", width=220),
        Column("details", "Précisions", width=280),
        Column("opened", "Demande du", format=Format.DATE, width=100),
        Column("state", "État de la demande", width=100),
        Column("changes", "Dernière modification", width=240),
        Column("origin", "Origine", width=180),
        Column("owner_email", "E-mail du référent", width=220),
        Column("owner_why", "Pourquoi ce référent", width=240),
        Column("registration", "Inscription", width=60, hidden=True),
        Column("submitted", "Soumise le", format=Format.DATETIME, width=130, hidden=True),
        Column("version", "Version", format=Format.NUMBER, width=60, hidden=True),
        Column("departures", "Référents précédents", width=160, hidden=True),
        Column("delay", "Délai", width=100, hidden=True),
        Column("opening", "Ouverture", format=Format.NUMBER, width=60, hidden=True),
        Column("status_then", "Statut d'avant", width=60, hidden=True),
        Column("handed_then", "Transmis à", width=60, hidden=True),
        Column("refused_then", "Refus suivi", width=60, hidden=True),
    ),
    (
        Colour("state", WITHDRAWN, _GREY, struck=True),
        Colour("status", CLOSED, _GREY),
        Colour("status", TO_CONTACT, _ORANGE),
        Colour("status", "Contacté", _GREEN),
        Colour("status", "En cours", _GREEN),
        Colour("status", AT_COUNCIL, _BLUE),
        Colour("delay", SOON, _YELLOW, paints="due"),
        Colour("delay", LATE, _ORANGE, paints="due"),
        Colour("delay", VERY_LATE, _RED, paints="due"),
        Colour("delay", PAUSED, _BLUE, paints="due"),
        Colour("delay", UNANSWERED, _GREY, paints="due"),
    ),
)

COUNCILS = Tab(
    "transferts_ce",
    "Transferts CE",
    71_005,
    Book.TRACKING,
    (
        Column("id", "Dossier", width=120),
        Column("student", "Étudiant", width=170),
        Column("kind", "Demande", width=190),
        Column("site", "Implantation", width=105),
        Column("section", "Section", width=170),
        Column("passed_on", "Transmis le", format=Format.DATE, width=100),
        Column("details", "Éléments utiles au conseil", width=320),
        Column("titles", "Titres déjà obtenus", width=180),
        Column("missing", "Pièces manquantes", width=200),
        Column("owner", "Référent", width=150),
        Column("decision", "Décision", Owner.PEOPLE, choices=DECISIONS, width=150),
        Column("reasons", "Motivation", Owner.PEOPLE, width=320),
        Column("notified", "Notifiée le", Owner.PEOPLE, Format.DATE, width=100),
        Column("notes", "Remarques", Owner.PEOPLE, width=240),
    ),
    (
        Colour("decision", "Accordée", _GREEN),
        Colour("decision", "Accordée en partie", _GREEN),
        Colour("decision", "Refusée", _RED),
        Colour("decision", "Reportée", _ORANGE),
    ),
)

RECEPTION = Tab(
    "accueil",
    "Accueil",
    71_006,
    Book.TRACKING,
    (
        Column("id", "Identifiant", width=60, hidden=True),
        Column("state", "État", width=190),
        Column("date", "Date", Owner.PEOPLE, Format.DATE, width=95),
        Column("channel", "Canal", Owner.PEOPLE, choices=DESK_CHANNELS, width=110),
        Column("last_name", "Nom", Owner.PEOPLE, width=120),
        Column("first_name", "Prénom", Owner.PEOPLE, width=110),
        Column("email", "E-mail", Owner.PEOPLE, width=180),
        Column("phone", "Téléphone", Owner.PEOPLE, width=110),
        Column("site", "Implantation", Owner.PEOPLE, width=105),
        Column("section", "Section", Owner.PEOPLE, width=140),
        Column(
            "requests",
            "Demandes : VA, AR, Numérique, Planning (AR : jamais de précisions ici)",
            Owner.PEOPLE,
            width=200,
        ),
        Column("question", "Question (rien de médical)", Owner.PEOPLE, width=200),
        Column("result", "Résultat", Owner.PEOPLE, choices=RESULTS, width=130),
        Column("consent", "Accord donné", Owner.PEOPLE, choices=("Oui", "Non"), width=80),
        Column("notes", "Remarques (rien de médical)", Owner.PEOPLE, width=200),
        Column("submitted", "Changée le", format=Format.DATETIME, width=130, hidden=True),
        Column("content", "Empreinte", width=60, hidden=True),
    ),
    (Colour("state", TAKEN_IN, _GREEN),),
)

ACCOMMODATIONS = Tab(
    "ar",
    "AR",
    71_101,
    Book.CONFIDENTIAL,
    (
        Column("id", "Dossier", width=120),
        Column("state", "État de la demande", width=100),
        Column("student", "Étudiant", width=170),
        Column("email", "E-mail", width=200),
        Column("phone", "Téléphone", width=120),
        Column("site", "Implantation", width=110),
        Column("section", "Section", width=180),
        Column("opened", "Demande du", format=Format.DATE, width=100),
        Column("request", "Ce que dit la demande", width=420, confidential=True),
        Column("evidence_seen", "Document probant vu le", Owner.PEOPLE, Format.DATE, width=120),
        Column("decision", "Décision", Owner.PEOPLE, width=220),
        Column("measures", "Mesures", Owner.PEOPLE, width=300),
        Column("notes", "Remarques", Owner.PEOPLE, width=300),
    ),
    (Colour("state", WITHDRAWN, _GREY, struck=True),),
)

TABS = (
    REGISTRATIONS,
    CASES,
    COUNCILS,
    RECEPTION,
    ANOMALIES,
    MAILS,
    *ATTENDANCE_TABS,
    ACCOMMODATIONS,
)
TAB_BY_KEY = {tab.key: tab for tab in TABS}
