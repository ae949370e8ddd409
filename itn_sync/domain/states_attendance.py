"""What the choices and states of the attendance tabs are called, as people read and pick them."""

from __future__ import annotations

ENROLLED, INVITED, GONE, ONLY_REGISTERED, ONLY_IN_REGISTER = (
    "Inscrit",
    "Invité",
    "Retiré",
    "Pas sur Classroom",
    "Registre seul",
)
YES, NO = "Oui", "Non"
VERIFIED = (YES,)
SAME_PERSON = (YES, NO)

SEND, WAIT, IGNORE = "Envoyer", "Attendre", "Ignorer"
DECISIONS = (SEND, WAIT, IGNORE)
FOLLOW_UPS = ("Justifié depuis", "Rencontre", "Contrat", "Réorientation", "Sans réponse")

(
    TO_DECIDE,
    SETTLING,
    POSTPONED,
    TO_SEND,
    DRAFT,
    SENT,
    LETTER,
    IGNORED,
    TAKEN_BACK,
    REGULARISED,
    OUTRUN,
    HELD,
    FAILED,
) = (
    "À décider",
    "Vérification en cours",
    "En attente",
    "À envoyer",
    "Brouillon à envoyer",
    "Envoyé",
    "Courrier",
    "Ignoré",
    "Retiré",
    "Régularisé",
    "Dépassé",
    "À vérifier",
    "Non envoyé",
)
OVER = frozenset({TAKEN_BACK, REGULARISED})
"""States from which a step that is reached anew begins anew."""
