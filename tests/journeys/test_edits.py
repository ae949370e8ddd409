"""A student changes the answer: the right people learn of it, once (S34, S115)."""

from __future__ import annotations

from tests.rehearsal import REFERENT_AR, REFERENT_VA, Rehearsal

BRUSSELS_SECRETARIAT = "secretariat.bruxelles@ecole.example"
NAMUR_SECRETARIAT = "secretariat.namur@ecole.example"


def student(name: str) -> str:
    return f"{name.lower()}@etudiant.example"


def subjects(school: Rehearsal, address: str) -> list[str]:
    """Subjects of what a person got, oldest first."""
    return [mail["subject"] for mail in reversed(school.inbox(address))]


def test_a_new_phone_number_is_told_once_to_the_owner(school: Rehearsal) -> None:
    school.answer("Delvaux", va="Oui", phone="081 00 00 01")
    school.run()
    school.edit("Delvaux", va="Oui", phone="081 00 00 02")
    school.run()
    school.run()
    school.run("--full")
    (case,) = school.rows("Dossiers")
    assert case["Téléphone"] == "081 00 00 02"
    assert "081 00 00 01 → 081 00 00 02" in case["Dernière modification"]
    assert len(school.inbox(REFERENT_VA)) == 2
    assert "081 00 00 02" in school.inbox(REFERENT_VA)[0]["text"]
    assert len(school.inbox(student("Delvaux"))) == 1  # nothing that was understood changed
    assert set(school.sent().values()) == {1}


def test_an_edit_that_changes_nothing_sends_nothing(school: Rehearsal) -> None:
    school.answer("Delvaux", va="Oui")
    school.run()
    school.edit("Delvaux", va="Oui")
    assert school.run()["mails_sent"] == 0
    assert school.plan()["empty"]


def test_another_site_hands_the_case_over(school: Rehearsal) -> None:
    school.answer("Delvaux", planning="Oui", site="Namur")
    school.run()
    school.edit("Delvaux", planning="Oui", site="Bruxelles")
    school.run()
    school.run()
    (case,) = school.rows("Dossiers")
    assert case["E-mail du référent"] == BRUSSELS_SECRETARIAT
    assert len(school.inbox(BRUSSELS_SECRETARIAT)) == 1
    assert len(school.inbox(NAMUR_SECRETARIAT)) == 2  # opened, then handed over
    acknowledgements = school.inbox(student("Delvaux"))
    assert len(acknowledgements) == 2
    assert "Bruxelles" in acknowledgements[0]["text"]


def test_changed_accommodation_details_are_announced_without_being_said(school: Rehearsal) -> None:
    school.answer("Delvaux", ar="Oui", ar_details="Agrandissement secret")
    school.run()
    school.edit("Delvaux", ar="Oui", ar_details="Tiers-temps secret")
    school.run()
    school.run()
    (row,) = school.rows("AR")
    assert row["Ce que dit la demande"] == "Tiers-temps secret"
    assert len(school.inbox(REFERENT_AR)) == 2
    assert "secret" not in school.inbox(REFERENT_AR)[0]["text"]
    assert "confidentielles ont changé" in school.inbox(REFERENT_AR)[0]["text"]


def test_a_withdrawn_request_closes_its_case(school: Rehearsal) -> None:
    school.answer("Delvaux", va="Oui", digital="Oui")
    school.run()
    school.edit("Delvaux", va="Non", digital="Oui")
    school.run()
    states = {row["Demande"]: row["État de la demande"] for row in school.rows("Dossiers")}
    assert sorted(states.values()) == ["Active", "Retirée"]
    assert len(school.inbox(REFERENT_VA)) == 2
    assert len(school.inbox(student("Delvaux"))) == 2
    assert school.plan("--full")["empty"]


def test_va_then_ar_then_va_tells_each_turn_once(school: Rehearsal) -> None:
    school.answer("Delvaux", va="Oui")
    school.run()
    school.edit("Delvaux", va="Non", ar="Oui", ar_details="Un ordinateur")
    school.run()
    school.edit("Delvaux", va="Oui", ar="Non")
    school.run()
    school.run("--full")
    states = {row["Demande"]: row["État de la demande"] for row in school.rows("Dossiers")}
    assert len(states) == 2
    assert [row["État de la demande"] for row in school.rows("AR")] == ["Retirée"]
    assert len(school.inbox(REFERENT_VA)) == 3  # opened, withdrawn, asked again
    assert len(school.inbox(REFERENT_AR)) == 2  # opened, withdrawn
    assert len(school.inbox(student("Delvaux"))) == 3
    assert set(school.sent().values()) == {1}


def test_a_request_withdrawn_before_it_was_told_tells_nobody(school: Rehearsal) -> None:
    school.answer("Delvaux", va="Oui")
    school.fault(
        {"method": "gmail.users.drafts.create", "status": 403, "reason": "dailyLimitExceeded"}
    )
    assert school.worker("run").exit_code == 1
    school.fault()
    school.edit("Delvaux", va="Non")
    school.run()
    assert school.inbox(REFERENT_VA) == []
    assert len(school.inbox(student("Delvaux"))) == 1


def test_an_answer_deleted_in_forms_is_marked_at_the_next_full_reading(school: Rehearsal) -> None:
    registration = school.answer("Delvaux", va="Oui")
    school.answer("Mertens", va="Oui")
    school.run()
    school.delete_answer(registration)
    school.run()
    assert {row["État"] for row in school.rows("Inscriptions")} == {"Active"}
    school.run("--full")
    assert school.row("Inscriptions", "Nom", "Delvaux")["État"] == "Supprimée du formulaire"
    assert school.row("Inscriptions", "Nom", "Mertens")["État"] == "Active"
    assert school.plan("--full")["empty"]


def test_the_same_person_twice_is_flagged_not_merged(school: Rehearsal) -> None:
    """Same address; or same name and birth date but for case, accents and particles."""
    born = "1990-01-02"
    school.answer("Lefevre", email="zoe@etudiant.example", first_name="Zoé", birth_date=born)
    school.run()
    school.answer("LEFÈVRE", email="zoe.l@etudiant.example", first_name="Zoe", birth_date=born)
    school.answer("Autre", email="ZOE@etudiant.example", birth_date="1980-05-05")
    school.answer("Homonyme", email="h@etudiant.example", birth_date="1970-05-05")
    school.run()
    flags = {row["Nom"]: row["Doublon possible"] for row in school.rows("Inscriptions")}
    assert flags["Lefevre"]
    assert flags["LEFÈVRE"]
    assert flags["Autre"]
    assert not flags["Homonyme"]
    assert len(school.rows("Inscriptions")) == 4
    assert school.plan("--full")["empty"]
