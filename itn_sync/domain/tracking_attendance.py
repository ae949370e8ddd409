"""The tabs of attendance: who the students are, what they missed, who is warned (F11–F14)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from itertools import cycle

from itn_sync.domain.states_attendance import (
    DECISIONS,
    ENROLLED,
    FOLLOW_UPS,
    GONE,
    IGNORED,
    INVITED,
    LETTER,
    OUTRUN,
    REGULARISED,
    SAME_PERSON,
    SENT,
    SETTLING,
    TAKEN_BACK,
    TO_DECIDE,
    TO_SEND,
    VERIFIED,
)
from itn_sync.domain.tabs import Book, Colour, Column, Format, Owner, Tab

_GREY, _GREEN, _YELLOW = "#eeeeee", "#e3f1e3", "#fff8d6"
_ORANGE, _RED, _BLUE = "#fdeccf", "#f9dcd9", "#dfeaf7"
_FOUR_LINES = 82

STUDENTS = Tab(
    "etudiants",
    "Étudiants",
    71_007,
    Book.TRACKING,
    (
        Column("id", "Identifiant", width=60, hidden=True),
        Column("last_name", "Nom", width=120),
        Column("first_name", "Prénom", width=105),
        Column("status", "Statut", width=115),
        Column("gap", "Écart et remède", width=340),
        Column("verified", "Inscription vérifiée", Owner.PEOPLE, choices=VERIFIED, width=110),
        Column("section", "Section", width=165),
        Column("site", "Implantation", width=120),
        Column("units", "UE", width=300),
        Column("namesake", "Même personne ?", width=300),
        Column("same", "Confirmé", Owner.PEOPLE, choices=SAME_PERSON, width=100),
        Column("email", "E-mail", width=280),
        Column("since", "Depuis le", format=Format.DATE, width=100),
        Column("left_on", "Parti le", format=Format.DATE, width=100),
        Column("registrations", "Inscriptions", width=115),
        Column("notes", "Remarques (rien de médical)", Owner.PEOPLE, width=220),
        Column("person", "Personne", width=60, hidden=True),
        Column("user_id", "Compte Classroom", width=60, hidden=True),
        Column("unit_keys", "Clés des UE", width=60, hidden=True),
    ),
    (
        Colour("status", ENROLLED, _GREEN),
        Colour("status", INVITED, _BLUE),
        Colour("status", GONE, _GREY, struck=True),
    ),
    row_height=_FOUR_LINES,
    frozen_columns=3,
)

ABSENCES = Tab(
    "absences",
    "Absences",
    71_008,
    Book.TRACKING,
    (
        Column("id", "Identifiant", width=60, hidden=True),
        Column("student", "Étudiant", width=155),
        Column("unit", "UE", width=170),
        Column("standing", "Situation", width=120),
        Column("rate", "Taux", width=75),
        Column("unexcused", "Injustifiées", width=110),
        Column("excused", "Justifiées", width=100),
        Column("base", "Périodes de l'UE", width=95),
        Column("why", "Explication", width=340),
        Column("risk", "Risque, et pourquoi", width=200),
        Column("missed", "Dates et périodes", width=330),
        Column("trend", "Tendance (4 semaines)", width=125),
        Column("remaining", "Encore avant l'étape suivante", width=210),
        Column("courses", "Par cours", width=260),
        Column("section", "Section", width=170),
        Column("site", "Implantation", width=120),
        Column("level", "Niveau", width=100),
        Column("notes", "Remarques (rien de médical)", Owner.PEOPLE, width=220),
    ),
    (
        Colour("standing", "Préavis", _YELLOW),
        Colour("standing", "Avertissement", _ORANGE),
        Colour("standing", "Limite légale", _RED),
        Colour("standing", "Abandon", _GREY, struck=True),
    ),
    row_height=_FOUR_LINES,
    frozen_columns=2,
)

WARNINGS = Tab(
    "avertissements",
    "Avertissements",
    71_009,
    Book.TRACKING,
    (
        Column("id", "Numéro", width=115),
        Column("state", "État", width=145),
        Column("student", "Étudiant", width=155),
        Column("unit", "UE", width=145),
        Column("step", "Étape", width=165),
        Column("rate", "Taux", width=70),
        Column("decision", "Décision", Owner.PEOPLE, choices=DECISIONS, width=105),
        Column("motive", "Motif (si Ignorer)", Owner.PEOPLE, width=120),
        Column("reason", "Explication", width=300),
        Column("evidence", "Dates et périodes", width=330),
        Column("mail", "Message tel qu'il partirait", width=420),
        Column("email", "Destinataire", width=270),
        Column("reached_on", "Constaté le", format=Format.DATETIME, width=130),
        Column("sent_on", "Envoyé le", format=Format.DATETIME, width=130),
        Column("regularised_on", "Régularisé le", format=Format.DATE, width=115),
        Column("new_rate", "Nouveau taux", width=100),
        Column("letter", "Courrier", width=220),
        Column("posted", "Posté le", Owner.PEOPLE, Format.DATE, width=95),
        Column("outcome", "Suite", Owner.PEOPLE, choices=FOLLOW_UPS, width=140),
        Column("section", "Section", width=165),
        Column("site", "Implantation", width=120),
        Column("notes", "Remarques (rien de médical)", Owner.PEOPLE, width=220),
        Column("round", "Fois", format=Format.NUMBER, width=60, hidden=True),
        Column("decision_then", "Décision d'avant", width=60, hidden=True),
        Column("bounced", "Adresse refusée", width=60, hidden=True),
        Column("key", "Clé", width=60, hidden=True),
        Column("person", "Personne", width=60, hidden=True),
    ),
    (
        Colour("state", TO_DECIDE, _ORANGE),
        Colour("state", SETTLING, _YELLOW),
        Colour("state", TO_SEND, _BLUE),
        Colour("state", SENT, _GREEN),
        Colour("state", LETTER, _GREEN),
        Colour("state", REGULARISED, _BLUE),
        Colour("state", IGNORED, _GREY),
        Colour("state", TAKEN_BACK, _GREY, struck=True),
        Colour("state", OUTRUN, _GREY, struck=True),
    ),
    row_height=_FOUR_LINES,
    frozen_columns=3,
)

ATTENDANCE_TABS = (STUDENTS, ABSENCES, WARNINGS)

_SECTION_COLOURS = ("#e8f0fe", "#e6f4ea", "#fef7e0", "#fce8e6", "#f3e8fd", "#e4f7fb", "#f1f3f4")


def coloured_by_section(tab: Tab, sections: Sequence[str]) -> Tab:
    """`tab` with a light colour for each section, by the names that people read."""
    shades = zip(sections, cycle(_SECTION_COLOURS), strict=False)
    colours = (Colour("section", name, shade) for name, shade in shades)
    return replace(tab, colours=(*tab.colours, *colours))
