"""Exports of other tools that would stop the service are refused with a sentence."""

import pytest

from tests.services.screening.external.test_screening_imports import PATH, RAYYAN, send
from tests.services.search.imports.small_attacks import ATTACKS

NOTES = 'title,notes\nHousing first,"RAYYAN-INCLUSION: {{""A.""=>""Included""}} | {}"\n'


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("a row far below", "more than"),
        ("wide rows", "more than"),
        ("a zip bomb", "unfolds"),
        ("a zip of an odd version", "damaged"),
        ("a number of 5,000 digits", "cannot be opened"),
    ],
)
async def test_a_small_attack_is_refused_and_the_next_import_is_read(team, name, said):
    problem = await send(team, PATH, ATTACKS[name](), status=422)

    assert said in problem["detail"]
    assert (await send(team, PATH, RAYYAN))["unmatched"]


async def test_json_without_end_is_refused(team):
    path = "/stages/title/imports?format=eppi"
    problem = await send(team, path, "[" * 200_000, status=422)

    assert problem["detail"].startswith("The file cannot be read")


@pytest.mark.parametrize(
    "repeated", ["RAYYAN-EXCLUSION-REASONS:" + " " * 50_000 + "x", 'USER-NOTES: ""a""=>[' * 3_000]
)
async def test_notes_of_repeated_signs_are_read_in_proportion(team, repeated):
    done = await send(team, PATH, NOTES.format(repeated))

    assert [one["title"] for one in done["unmatched"]] == ["Housing first"]
