"""Strategies over HTTP: versions, translations, runs elsewhere, the validation set, printing."""

import pytest

RIS = "".join(
    f"TY  - JOUR\nTI  - {title}\nAU  - Doe, J\nPY  - 2020\nER  - \n\n"
    for title in ("Smoking in primary care", "Smokers who quit", "Asthma in children at school")
)
BLOCKS = [
    {"name": "Smoking", "broad": ["smok*", '"Smoking"[mh]']},
    {"name": "Setting", "broad": ["primary care"]},
]


@pytest.fixture
async def known(library):
    """The ids of three records by title."""
    await library.upload(RIS)
    return {each["title"]: each["record_id"] for each in await library.records()}


async def write(library, known, **changes):
    body = {"name": "Main", "concepts": BLOCKS, "known": sorted(known.values())} | changes
    return await library.call("PUT", "/strategies/main", json=body)


async def test_a_change_is_a_version_with_its_reason_and_a_repeat_is_none(library, known):
    first = await write(library, known)
    again = await write(library, known)
    second = await write(library, known, breadth="both", reason="more of both")

    assert (first["version"], again["version"], second["version"]) == (1, 1, 2)
    versions = (await library.call("GET", "/strategies/main/versions"))["items"]
    assert [(each["version"], each["reason"]) for each in versions] == [
        (2, "more of both"),
        (1, ""),
    ]
    said = await library.events("strategy_revised")
    assert [(each["version"], each["changed"]) for each in said] == [
        (1, ["blocks"]),
        (2, ["blocks"]),
    ]
    assert said[0]["blocks"][0]["query"] == '(smok*[tiab] OR "Smoking"[mh])'


async def test_translations_are_given_for_all_platforms_or_for_those_asked(library, known):
    await write(library, known)

    every = (await library.call("GET", "/strategies/main/translations"))["items"]
    one = await library.call(
        "GET", "/strategies/main/translations", params={"platform": "ovid/embase"}
    )

    assert len(every) == 8
    assert one["items"][0]["lines"][-1]["text"] == "1 and 2"
    assert any("Emtree" in note for note in one["items"][0]["notes"])
    await library.call(
        "GET", "/strategies/main/translations", params={"platform": "lilacs"}, expect=422
    )


async def test_the_validation_set_says_which_block_loses_which(library, known):
    await write(library, known)

    found = await library.call("GET", "/strategies/main/validation")

    assert (found["known"], found["found"]) == (3, 1)
    lost = {each["title"]: each["lost_by"] for each in found["records"]}
    assert lost["Smokers who quit"] == ["Setting"]
    assert lost["Asthma in children at school"] == ["Smoking", "Setting"]
    assert found["blocks"] == [
        {"concept": "Smoking", "lost": 1, "lost_alone": 0},
        {"concept": "Setting", "lost": 2, "lost_alone": 1},
    ]


async def test_a_run_elsewhere_is_recorded_once_printed_and_told(library, known):
    await write(library, known)
    run = {
        "run_id": "embase-1",
        "platform": "Ovid",
        "database": "Embase",
        "ran_on": "2026-03-01",
        "hits": 812,
        "export_file": "embase.ris",
    }

    for _ in range(2):
        await library.call("POST", "/strategies/main/runs", json=run, expect=201)
    await library.call("POST", "/strategies/main/runs", json={**run, "hits": 9}, expect=409)

    runs = (await library.call("GET", "/strategies/main/runs"))["items"]
    assert [(each["hits"], each["version"]) for each in runs] == [(812, 1)]
    text = (await library.call("GET", "/strategies/main/print"))["markdown"]
    assert "Run on 2026-03-01: 812 records, exported to embase.ris." in text
    assert text.count("Not run yet.") == 7
    assert "look up what Emtree calls it" in text
    said = await library.events("strategy_revised")
    assert said[-1]["changed"] == ["runs"]
    assert said[-1]["runs"][0]["hits"] == 812


@pytest.mark.parametrize(
    "changes",
    [
        {"concepts": [{"name": "One"}]},
        {"concepts": [{"name": "One", "broad": ["a", "AND"]}]},
        {"concepts": [BLOCKS[0], BLOCKS[0]]},
        {"known": ["nobody"]},
        {"concepts": [{"name": "One", "broad": ["x" * 600]}]},
    ],
    ids=["no terms", "no alternation", "two of one name", "no such record", "endless term"],
)
async def test_what_cannot_be_read_is_refused_with_a_sentence(library, known, changes):
    body = {"name": "Main", "concepts": BLOCKS, "known": []} | changes

    refused = await library.call("PUT", "/strategies/main", json=body, expect=422)

    assert refused["detail"]


async def test_lists_without_end_are_refused(library, known):
    deep = "smoking"
    for _ in range(40):
        deep = [deep]

    body = {"concepts": [{"name": "One", "broad": deep}]}
    refused = await library.call("PUT", "/strategies/main", json=body, expect=422)

    assert "levels" in refused["detail"]
