"""Decisions made elsewhere come in as what they were: independent votes of named people."""

import json

import pytest

from tests.services.screening.screening_team import a_record, joined

RAYYAN = """title,doi,notes
Housing first,,"RAYYAN-INCLUSION: {""A."" => ""Included"", ""B.""=>""Excluded""} | RAYYAN-EXCLUSION-REASONS: wrong planet"
Unknown work,10.1/none,"RAYYAN-INCLUSION: {""A.""=>""Included""}"
Outreach,10.1/OUT,"RAYYAN-INCLUSION: {""A.""=>""Excluded"", ""B.""=>""Excluded""}"
"""  # noqa: E501
PATH = "/stages/title/imports?format=rayyan&people=A.=ann&people=B.=ben"


async def send(team, path, text, by="owner", status=200):
    """POST a raw body."""
    from datetime import UTC, datetime

    from shared.http.auth import Principal
    from tests.services.screening.screening_team import BASE, REVIEW

    roles = {"owner"} if by == "owner" else {"reviewer"}
    token = team._authenticator.sign(Principal(by, {REVIEW: frozenset(roles)}), datetime.now(UTC))
    answer = await team.client.post(
        BASE + path,
        content=text if isinstance(text, bytes) else text.encode(),
        headers={"authorization": f"Bearer {token}"},
    )
    assert answer.status_code == status, answer.text
    return answer.json()


async def test_a_rayyan_export_becomes_the_votes_of_its_people(team):
    await team.hear(
        a_record("h", title="Housing first"), a_record("o", title="Other", doi="10.1/out")
    )
    done = await send(team, PATH, RAYYAN)
    assert [(r["record"], r["state"]) for r in done["results"]] == [
        ("h", "recorded"), ("h", "recorded"), ("o", "recorded"), ("o", "recorded"),
    ]  # fmt: skip
    assert [u["title"] for u in done["unmatched"]] == ["Unknown work"]
    assert done["unknown_reasons"] == ["wrong planet"]
    before = len(await team.outbox())
    again = await send(team, PATH, RAYYAN)
    assert again["results"] == done["results"]
    assert len(await team.outbox()) == before
    votes = (await team.ask("GET", "/stages/title/decisions"))["items"]
    assert {(v["record"], v["person"], v["source"]) for v in votes} == {
        ("o", "ann", "rayyan"), ("o", "ben", "rayyan"),
    }  # fmt: skip


async def test_only_an_owner_brings_in_decisions_and_a_bad_file_says_why(team):
    await send(team, PATH, RAYYAN, by="ann", status=403)
    problem = await send(team, "/stages/title/imports?format=eppi", "no json", status=422)
    assert "JSON" in problem["detail"]
    await send(team, "/stages/title/imports?format=excel", "", status=422)


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "cp1252"])
async def test_an_export_is_read_in_the_encodings_that_programs_write(team, encoding):
    await team.hear(a_record("h", title="Wohnen für Menschen"))
    await team.hear(joined("A.", "reviewer"), joined("B.", "reviewer"))
    await team.ask("PUT", "/stages/title/criteria", {
        "criteria": [{"id": "c1", "text": "Wrong design"}, {"id": "c2", "text": "wrong population"}]
    })  # fmt: skip
    text = (
        'title;notes\nWohnen für Menschen;"RAYYAN-INCLUSION: {""A.""=>""Excluded"", '
        '""B.""=>""Excluded""} | RAYYAN-EXCLUSION-REASONS: wrong population,wrong design"\n'
    )
    done = await send(team, PATH, text.encode(encoding))
    assert [(r["record"], r["state"]) for r in done["results"]] == [
        ("h", "recorded"), ("h", "recorded"),
    ]  # fmt: skip
    assert done["unknown_reasons"] == []
    (item,) = (await team.ask("GET", "/stages/title/settlements"))["items"]
    assert (item["verdict"], item["reason"]) == ("exclude", "c1"), "the first that the stage lists"


async def test_names_that_are_nobodys_and_titles_that_fit_several_are_told(team):
    await team.hear(
        a_record("é", title="Évaluation d'un service"), a_record("t1", title="Editorial"),
        a_record("t2", title="Editorial"),
    )  # fmt: skip
    text = "Title,Vote,Reviewer\nÉVALUATION D’UN SERVICE,Yes,ann\nEditorial,No,ann\nNone,No,Zoë\n"
    text += "Évaluation d'un service,Yes,Zoë\n"
    done = await send(team, "/stages/title/imports?format=covidence", text)
    assert [(r["record"], r["state"]) for r in done["results"]] == [
        ("é", "recorded"), ("é", "absent"),
    ]  # fmt: skip
    assert done["results"][1]["refused"]["type"] == "/problems/not-on-the-team"
    assert (await team.standing("é"))[0] == "waiting"
    assert [(u["title"], u["several"]) for u in done["unmatched"]] == [
        ("Editorial", True), ("None", False),
    ]  # fmt: skip
    assert done["unknown_people"] == ["Zoë"]


async def test_an_eppi_report_with_two_code_sets_asks_which_is_meant(team):
    await team.hear(a_record("h", title="Housing first"))
    sets = [
        {"SetName": name, "Attributes": {"AttributesList": [
            {"AttributeId": number, "AttributeName": word, "AttributeType": word.title()}
        ]}}
        for number, (name, word) in enumerate((("Abstracts", "INCLUDE"), ("Texts", "EXCLUDE")))
    ]  # fmt: skip
    codes = [{"AttributeId": 0}, {"AttributeId": 1}]
    text = json.dumps(
        {"CodeSets": sets, "References": [{"Title": "Housing First", "Codes": codes}]}
    )
    path = "/stages/title/imports?format=eppi&person=ann"
    problem = await send(team, path, text, status=422)
    assert "code_set" in problem["detail"]
    done = await send(team, f"{path}&code_set=Abstracts", text)
    assert [(r["record"], r["changed"]) for r in done["results"]] == [("h", True)]
    bad = await send(team, path, b"PK\x03\x04nonsense", status=422)
    assert "export it again" in bad["detail"]
