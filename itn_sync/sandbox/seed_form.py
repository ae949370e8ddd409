"""The demo school's registration form, as Forms API resources.

Question ids are part of the demo's contract: a worker's configuration maps them to fields.
"""

from __future__ import annotations

from itn_sync.sandbox.errors import Json

REGISTRATION_FORM = "1InscriptionItnPromotionSocialeDemo000000001"
TITLE_COPIES_FOLDER = "1CopiesDeTitresDemo0000000000000000000000001"

SITES = ("Namur", "Bruxelles")
SECTIONS = ("CESS", "CAP", "Électricien-automaticien", "Conseiller en technopédagogie")
TITLES = (
    "Aucun",
    "CE1D",
    "CESI",
    "CESS",
    "Certificat de qualification (CQ6)",
    "Bachelier",
    "Master",
)
CHANNELS = (
    "Salon SIEP",
    "Salon Réorientation",
    "PromSocDay",
    "Site web",
    "Réseaux sociaux",
    "Cours ouverts",
    "Bouche-à-oreille",
)
WEEKDAYS = ("Lundi", "Mardi", "Mercredi", "Jeudi", "Vendredi")
CONSENT = "J'accepte que l'école traite ces données pour mon inscription et mon accompagnement."

_ORGANISATION = """\
CESS (Namur) : cours en soirée et, selon les unités, l'après-midi ; remédiation en mathématiques \
proposée ; une épreuve intégrée clôt la section.

CAP (Namur et Bruxelles) : deux ans avec le CESS, trois ans sans ; stages en école.

Électricien-automaticien (Bruxelles) : cours pratiques en atelier ; présence exigée aux \
laboratoires.

Conseiller en technopédagogie (Namur) : enseignement partiellement à distance ; un ordinateur et \
une connexion sont nécessaires.

Les titres demandés, les exigences et les modalités d'évaluation se trouvent dans le document \
d'information de chaque unité d'enseignement ; le secrétariat y répond volontiers."""

_DESCRIPTION = (
    "Merci de prendre quelques minutes pour remplir ce formulaire. "
    "Vous recevrez un accusé de réception et, selon vos demandes, une personne vous contactera."
)


def registration_form(owner: str, editor: str, responses: list[Json]) -> Json:
    """The import item of the form: resource fields, who may edit it, and its responses."""
    return {
        "id": REGISTRATION_FORM,
        "title": "Formulaire d'inscription 2026-2027",
        "documentTitle": "Formulaire d'inscription 2026-2027",
        "description": _DESCRIPTION,
        "owner": owner,
        "settings": {"emailCollectionType": "DO_NOT_COLLECT"},
        "permissions": [{"role": "writer", "type": "user", "emailAddress": editor}],
        "items": [item | {"itemId": f"2b{n:06x}"} for n, item in enumerate(_items(), start=1)],
        "responses": responses,
    }


def _items() -> list[Json]:
    return [*_about_the_school(), *_identity(), *_wishes(), *_needs(), *_closing()]


def _about_the_school() -> list[Json]:
    return [_text("Organisation et exigences des sections", _ORGANISATION)]


def _identity() -> list[Json]:
    return [
        _section("Qui êtes-vous ?"),
        _question("1a000001", "Nom", _line(), required=True),
        _question("1a000002", "Prénom", _line(), required=True),
        _question("1a000003", "Adresse e-mail", _line(), required=True),
        _question("1a000004", "Téléphone", _line()),
        _question("1a000005", "Date de naissance", _date(), required=True),
    ]


def _wishes() -> list[Json]:
    return [
        _section("Votre inscription"),
        _question("1a000006", "Implantation", _choice("RADIO", SITES), required=True),
        _question("1a000007", "Section", _choice("DROP_DOWN", SECTIONS), required=True),
        _question("1a000008", "Titres déjà obtenus", _choice("CHECKBOX", TITLES, other=True)),
        _question(
            "1a00001b",
            "Copie de votre dernier titre (facultatif)",
            {
                "fileUploadQuestion": {
                    "folderId": TITLE_COPIES_FOLDER,
                    "types": ["PDF", "IMAGE"],
                    "maxFiles": 1,
                    "maxFileSize": "10485760",
                }
            },
        ),
    ]


def _needs() -> list[Json]:
    return [
        _section(
            "Votre accompagnement",
            "Chaque demande est transmise à la personne qui s'en occupe ; elle vous contactera.",
        ),
        _yes_no("1a000009", "Souhaitez-vous une valorisation des acquis (VA) ?"),
        _question("1a00000a", "Sur quelles UE ou quels acquis porte votre demande ?", _paragraph()),
        _yes_no("1a00000b", "Souhaitez-vous un aménagement raisonnable (AR) ?"),
        _question(
            "1a00000c",
            "De quel aménagement avez-vous besoin ? "
            "(réponse confidentielle, lue par la seule personne de référence)",
            _paragraph(),
        ),
        _yes_no("1a00000d", "Souhaitez-vous une aide pour utiliser les outils numériques ?"),
        _question("1a00000e", "Votre aisance avec les outils numériques", _ease()),
        _yes_no("1a00000f", "Souhaitez-vous un planning de formation sur mesure ?"),
        _availability(),
    ]


def _closing() -> list[Json]:
    return [
        _section("Pour finir"),
        _question(
            "1a000016",
            "Comment nous avez-vous connus ?",
            _choice("CHECKBOX", CHANNELS, other=True),
        ),
        _question("1a000017", "Avez-vous une question ?", _paragraph()),
        _question("1a000019", "À quelle heure peut-on vous joindre ?", {"timeQuestion": {}}),
        _question(
            "1a00001a",
            "Votre avis sur ce formulaire",
            {"ratingQuestion": {"ratingScaleLevel": 5, "iconType": "STAR"}},
        ),
        _question("1a000018", "Consentement", _choice("CHECKBOX", (CONSENT,)), required=True),
    ]


def _text(title: str, description: str) -> Json:
    return {"title": title, "description": description, "textItem": {}}


def _section(title: str, description: str = "") -> Json:
    return {"title": title, "description": description, "pageBreakItem": {}}


def _question(question_id: str, title: str, kind: Json, *, required: bool = False) -> Json:
    question = {"questionId": question_id, "required": required, **kind}
    return {"title": title, "questionItem": {"question": question}}


def _yes_no(question_id: str, title: str) -> Json:
    return _question(question_id, title, _choice("RADIO", ("Oui", "Non")), required=True)


def _line() -> Json:
    return {"textQuestion": {"paragraph": False}}


def _paragraph() -> Json:
    return {"textQuestion": {"paragraph": True}}


def _date() -> Json:
    return {"dateQuestion": {"includeTime": False, "includeYear": True}}


def _ease() -> Json:
    labels = {"lowLabel": "Pas du tout à l'aise", "highLabel": "Très à l'aise"}
    return {"scaleQuestion": {"low": 1, "high": 5, **labels}}


def _choice(kind: str, options: tuple[str, ...], *, other: bool = False) -> Json:
    listed: list[Json] = [{"value": option} for option in options]
    return {"choiceQuestion": {"type": kind, "options": listed + [{"isOther": True}] * other}}


def _availability() -> Json:
    columns = {"type": "CHECKBOX", "options": [{"value": "Après-midi"}, {"value": "Soirée"}]}
    rows = [
        {"questionId": f"1a0000{n:02x}", "required": False, "rowQuestion": {"title": day}}
        for n, day in enumerate(WEEKDAYS, start=0x11)
    ]
    return {
        "title": "Vos disponibilités",
        "questionGroupItem": {"questions": rows, "grid": {"columns": columns}},
    }
