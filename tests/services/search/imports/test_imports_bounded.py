"""Small uploads that would stop the service are refused or told, within seconds."""

import io
import time

import pytest

from services.search.imports.domain.result import ImportRefused, Rejection, Repair
from services.search.imports.formats.bounds import LONGEST
from services.search.imports.formats.reader import read_import
from services.search.imports.jobs.reading import Limits, read_pages
from services.search.library.domain.record import SourceRecord
from shared.ops import limited_process
from tests.services.search.imports.small_attacks import ATTACKS

MOST_CPU_S = 5.0
REFUSED = (
    "nested abbreviations",
    "a row far below",
    "a column far to the right",
    "wide rows",
    "many strings",
    "a zip bomb",
    "a gzip bomb",
    "a zip of an odd version",
    "a number of 5,000 digits",
)
RIS = "TY  - JOUR\nTI  - Housing first and recovery\nPY  - 2020\nER  - \n"


@pytest.mark.parametrize("name", sorted(ATTACKS))
def test_a_small_attack_costs_seconds_and_is_refused_or_read(name: str) -> None:
    octets = ATTACKS[name]()
    begun = time.process_time()
    try:
        events = list(read_import(io.BytesIO(octets), "attack").events)
        refusal = ""
    except ImportRefused as error:
        events, refusal = [], error.why

    told = refusal or any(isinstance(event, Rejection) for event in events)
    assert bool(told) == (name in REFUSED)
    assert time.process_time() - begun < MOST_CPU_S


async def test_a_refused_import_says_where_and_why_and_is_over(library) -> None:
    for name in ("a row far below", "a number of 5,000 digits", "a zip of an odd version"):
        problem = await library.call("POST", "/imports", content=ATTACKS[name](), expect=422)
        assert problem["title"] == "The file cannot be imported"
        assert problem["line"] >= 1

    rows = (await library.call("GET", "/imports"))["items"]
    assert [row["state"] for row in rows] == ["refused"] * 3
    assert all(row["rejections"][0]["why"] == row["reason"] for row in rows)


async def test_a_year_in_superscript_is_told_and_costs_nothing_else(library) -> None:
    result = await library.upload(RIS.replace("2020", "20²4"))

    assert (result["state"], result["records"]) == ("done", 1)
    assert [one["what"] for one in result["repairs"]] == [
        "'20²4' is no year; it is kept, and the year is unknown"
    ]


async def test_a_reader_that_breaks_refuses_the_import(library, monkeypatch) -> None:
    def broken(*_arguments: object) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr("services.search.imports.jobs.uploads.read_pages", broken)
    with pytest.raises(ZeroDivisionError):
        await library.upload(RIS)

    (row,) = (await library.call("GET", "/imports"))["items"]
    assert row["state"] == "refused"
    assert "ZeroDivisionError" in row["reason"]
    monkeypatch.undo()
    assert (await library.upload(RIS))["state"] == "done"


def test_a_limit_that_is_hit_is_a_refusal_and_what_came_before_stays(tmp_path, monkeypatch) -> None:
    # A process that has read a large file holds free memory: the limit counts from there.
    monkeypatch.setattr(limited_process, "_pool", limited_process._Pool())
    path = tmp_path / "long.ris"
    path.write_text(RIS * 600 + "TY  - JOUR\nAB  - " + "x" * 3_900_000 + "\nER  - \n" * 2)

    with path.open("rb") as spool:
        pages = list(read_pages(spool, "rev", "x", Limits(memory_mb=2)))

    assert "memory" in pages[-1].refused
    assert pages[-1].line >= 1


def test_texts_beyond_their_bounds_are_cut_and_told() -> None:
    longest = LONGEST["abstract"]
    text = f"TY  - JOUR\nTI  - A title\nAB  - {'word ' * 30_000}\nAU  - {'x' * 9_000}\nER  - \n"

    *told, record = read_import(io.BytesIO(text.encode()), "x").events

    assert isinstance(record, SourceRecord)
    assert len(record.bibliography.abstract) == longest
    assert all(isinstance(one, Repair) for one in told)
    assert [one.what.split(",")[0][:40] for one in told] == [
        "the abstract is longer than 100",
        "a name is longer than 2",
    ]


@pytest.mark.parametrize(
    "value",
    [
        "title = {a}" + "\n" * 40_000 + "x",
        "title" + " " * 40_000 + "x",
        "title = {\\'" + "\n" * 40_000 + "1}",
        "author = {{" + "," * 40_000 + "}}",
        "doi = {10.1000/" + ")" * 40_000 + "}",
        "author = {A. " + "a" * 40_000 + "!}",
        "journal = {" + "(" * 40_000 + "}",
    ],
)
def test_a_repeated_sign_in_bibtex_takes_time_in_proportion(value: str) -> None:
    begun = time.process_time()
    list(read_import(io.BytesIO(f"@article{{k,\n{value},\n}}\n".encode()), "x").events)

    assert time.process_time() - begun < 1.5
