"""OAuth scopes in the words of the person who is asked for them."""

from __future__ import annotations

_ROOT = "https://www.googleapis.com/auth/"
_SEE, _CHANGE = "Voir", "Voir, créer, modifier et supprimer"

_WORDS = {
    "openid": "Savoir qui vous êtes",
    "email": "Voir votre adresse e-mail",
    "profile": "Voir votre nom",
    "userinfo.email": "Voir votre adresse e-mail",
    "userinfo.profile": "Voir votre nom",
    "https://mail.google.com/": "Lire, écrire, envoyer et supprimer définitivement tous vos mails",
    "https://spreadsheets.google.com/feeds": f"{_CHANGE} vos feuilles de calcul",
    "spreadsheets": f"{_CHANGE} vos feuilles de calcul",
    "spreadsheets.readonly": f"{_SEE} vos feuilles de calcul",
    "drive": f"{_CHANGE} tous vos fichiers Drive",
    "drive.readonly": f"{_SEE} et télécharger tous vos fichiers Drive",
    "drive.file": f"{_CHANGE} les seuls fichiers Drive que vous ouvrez avec cette application",
    "drive.appdata": "Garder dans votre Drive ses propres données de réglage",
    "drive.metadata": "Voir et modifier les informations sur vos fichiers, sans leur contenu",
    "drive.metadata.readonly": f"{_SEE} les informations sur vos fichiers, sans leur contenu",
    "drive.apps.readonly": f"{_SEE} les applications reliées à votre Drive",
    "drive.meet.readonly": f"{_SEE} les fichiers Drive de vos réunions",
    "drive.photos.readonly": f"{_SEE} vos photos",
    "drive.scripts": "Modifier ce que font vos scripts",
    "forms.body": f"{_CHANGE} vos formulaires",
    "forms.body.readonly": f"{_SEE} vos formulaires",
    "forms.responses.readonly": f"{_SEE} les réponses à vos formulaires",
    "gmail.modify": "Lire, écrire, classer et envoyer vos mails, sans suppression définitive",
    "gmail.readonly": "Lire vos mails et vos réglages",
    "gmail.metadata": f"{_SEE} l’en-tête de vos mails, sans leur texte",
    "gmail.compose": "Gérer vos brouillons et envoyer des mails",
    "gmail.send": "Envoyer des mails en votre nom",
    "gmail.insert": "Ajouter des mails à votre boîte",
    "gmail.labels": "Voir et modifier vos libellés",
    "gmail.settings.basic": "Voir et modifier vos réglages et filtres de mail",
    "gmail.settings.sharing": "Gérer qui peut lire ou écrire à votre place",
    "classroom.courses": f"{_CHANGE} vos classes",
    "classroom.courses.readonly": f"{_SEE} vos classes",
    "classroom.rosters": "Gérer les participants de vos classes",
    "classroom.rosters.readonly": f"{_SEE} les participants de vos classes",
    "classroom.profile.emails": f"{_SEE} l’adresse des participants de vos classes",
    "classroom.profile.photos": f"{_SEE} la photo des participants de vos classes",
    "classroom.announcements": "Voir et gérer les annonces de vos classes",
    "classroom.announcements.readonly": f"{_SEE} les annonces de vos classes",
    "classroom.topics": f"{_CHANGE} les thèmes de vos classes",
    "classroom.topics.readonly": f"{_SEE} les thèmes de vos classes",
    "classroom.coursework.me": f"{_SEE} et rendre vos travaux, et en voir les notes",
    "classroom.coursework.me.readonly": f"{_SEE} vos travaux et leurs notes",
    "classroom.coursework.students": "Gérer les travaux de vos classes et leurs notes",
    "classroom.coursework.students.readonly": f"{_SEE} les travaux de vos classes et leurs notes",
    "classroom.courseworkmaterials": f"{_CHANGE} les supports de vos classes",
    "classroom.courseworkmaterials.readonly": f"{_SEE} les supports de vos classes",
    "classroom.student-submissions.me.readonly": f"{_SEE} vos travaux et leurs notes",
    "classroom.student-submissions.students.readonly": f"{_SEE} les travaux rendus et leurs notes",
    "classroom.guardianlinks.me.readonly": f"{_SEE} vos responsables légaux",
    "classroom.guardianlinks.students": "Gérer les responsables légaux de vos élèves",
    "classroom.guardianlinks.students.readonly": f"{_SEE} les responsables légaux de vos élèves",
    "classroom.push-notifications": "Être prévenue de ce qui change dans vos classes",
    "classroom.addons.student": "Montrer ses modules dans vos travaux",
    "classroom.addons.teacher": "Ajouter ses modules à vos classes",
    "gmail.addons.current.action.compose": "Écrire un brouillon quand vous utilisez son module",
    "gmail.addons.current.message.action": "Lire le mail ouvert quand vous utilisez son module",
    "gmail.addons.current.message.metadata": "Voir l’en-tête du mail ouvert",
    "gmail.addons.current.message.readonly": "Lire le mail ouvert",
}


def in_words(scope: str) -> str:
    """What an application may do with the scope; its name where no words are known."""
    name = scope.removeprefix(_ROOT)
    return _WORDS.get(name, f"Utiliser «{name}»")
