"""Codings of several codes: the standard has one code a coding, some tools write more."""

from services.extraction.exchange.domain.tree import counts
from services.extraction.exchange.formats.project import read_bytes
from tests.services.extraction.exchange.test_exchange_odd_files import guid, project
from tests.services.extraction.exchange.test_exchange_odd_xml import code, listed
from tests.services.extraction.exchange.test_exchange_preview import mapped
from tests.services.extraction.exchange.test_exchange_review import accept, upload

SAID = "codings of several codes became a coding for each code"
TEXT = "She stayed because the door was open."


def coding(*codes, named=True, before=""):
    name = f'guid="{guid("coding")}"' if named else ""
    refs = "".join(f'<CodeRef targetGUID="{guid(one)}"/>' for one in codes)
    return f"<Coding {name}>{before}{refs}</Coding>"


def coded(inside):
    """A project in which one selection has this coding."""
    book = f"<CodeBook>{listed(code('Door') + code('Stays'))}</CodeBook>"
    place = f'guid="{guid("selection")}" name="s" startPosition="0" endPosition="{len(TEXT)}"'
    selection = f"<PlainTextSelection {place}>{inside}</PlainTextSelection>"
    text = f"<PlainTextContent>{TEXT}</PlainTextContent>"
    source = f'<TextSource guid="{guid("source")}" name="Talk">{text}{selection}</TextSource>'
    return project(f"{book}<Sources>{source}</Sources>").encode()


def codings(found):
    return [node for node in found.project.walk() if node.tag == "Coding"]


def coded_as(found):
    """Names of the codes of each coding."""
    names = {node.guid: node.name for node in found.project.walk() if node.tag == "Code"}
    return [[names[code] for code in one.targets("CodeRef")] for one in codings(found)]


def test_a_coding_of_two_codes_becomes_two_and_that_is_told():
    for named in (True, False):
        found = read_bytes(coded(coding("Door", "Stays", named=named)))
        made = codings(found)
        assert coded_as(found) == [["Door"], ["Stays"]]
        assert len({one.guid for one in made}) == 2
        assert SAID in str(found.losses)
        assert not any("second CodeRef" in one for one in found.losses)
        again = read_bytes(coded(coding("Door", "Stays", named=named)))
        assert again.project == found.project, "identifiers are the same each time"


def test_the_same_code_twice_is_one_and_a_first_code_that_names_nothing_is_none():
    found = read_bytes(coded(coding("Door", "Door")))
    assert coded_as(found) == [["Door"]]
    assert "CodeRef" not in str(found.losses)
    assert SAID not in str(found.losses)
    found = read_bytes(coded(coding("Door", before="<CodeRef/>")))
    assert coded_as(found) == [["Door"]]
    assert counts(found.project)["codings"] == 1


async def test_both_codes_come_into_one_fragment(extraction):
    uploaded = await upload(extraction, coded(coding("Door", "Stays")))
    assert any(SAID in one for one in uploaded["losses"])
    await mapped(extraction, uploaded, {"Door": "context", "Stays": "outcome"})
    await accept(extraction, uploaded)
    (fragment,) = (await extraction.ask("GET", "/fragments"))["items"]
    assert [one["role"] for one in fragment["elements"]] == ["context", "outcome"]
    assert fragment["quote"] == TEXT
