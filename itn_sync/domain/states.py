"""What the choices and states of the tabs are called, as people read and pick them."""

from __future__ import annotations

ACTIVE, WITHDRAWN, DELETED, NO_CONSENT = (
    "Active",
    "Retirée",
    "Supprimée du formulaire",
    "Sans accord",
)
TO_CONTACT, AT_COUNCIL, CLOSED = "À contacter", "Transmis au CE", "Clos"
STATUSES = (TO_CONTACT, "Contacté", "En cours", AT_COUNCIL, CLOSED)
ON_TIME, SOON, LATE, VERY_LATE, PAUSED, UNANSWERED = (
    "À temps",
    "Bientôt",
    "En retard",
    "Très en retard",
    "En pause",
    "Sans réponse",
)
DECISIONS = ("Accordée", "Accordée en partie", "Refusée", "Reportée")
CHANNELS = ("Téléphone", "E-mail", "En personne", "Visioconférence", "Courrier")
DESK_CHANNELS = ("Au bureau", "Téléphone", "E-mail", "Salon ou visite", "Autre")
RESULTS = ("Renseigné", "Rendez-vous fixé", "Inscription prévue", "Réorienté")
ATTEMPTS = tuple((f"attempt_{n}", f"channel_{n}") for n in (1, 2, 3))
"""The columns of `Dossiers` where people note a try to reach the student: its day, its means."""
TAKEN_IN, CONTACT_ONLY = "Reprise comme inscription", "Simple contact"
TYPED_OVER = "À vérifier : autre personne"
OPEN, MENDED = "À corriger", "Corrigée"
WAITING, SENT, NOT_SENT, HELD, BY_HAND, REPLACED, TO_SEND, MADE = (
    "En attente",
    "Envoyé",
    "Non envoyé",
    "À vérifier",
    "Repris à la main",
    "Remplacé",
    "Brouillon à envoyer",
    "Document fait",
)
