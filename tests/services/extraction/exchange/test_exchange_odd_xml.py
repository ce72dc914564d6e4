"""XML that departs from the standard or from XML itself is read, and what was odd is said."""

import pytest

from services.extraction.exchange.domain.tree import CannotExchange, counts
from services.extraction.exchange.formats.project import read_bytes
from tests.services.extraction.exchange.test_exchange_odd_files import SPACE, guid, project

WRAPPED = "CodeBook: codes without the element Codes around them"
GROUPED = "Codes: what stands in groups was put beside the others: {}"


def code(name, inside=""):
    return f'<Code guid="{guid(name)}" name="{name}" isCodable="true">{inside}</Code>'


def listed(codes, tag="Codes"):
    return f"<{tag}>{codes}</{tag}>"


def described(words):
    one = code("a", f"<Description>{words}</Description>")
    return project(f"<CodeBook>{listed(one)}</CodeBook>")


def description(found):
    return next(node.text for node in found.project.walk() if node.tag == "Description")


@pytest.mark.parametrize(
    ("codes", "said"),
    [
        (code("a", code("b")), WRAPPED),
        (listed(listed(code("a", code("b")), "CodeGroup")), GROUPED.format("CodeGroup")),
        (listed(code("a", listed(code("b")))), GROUPED.format("Codes")),
    ],
)
@pytest.mark.parametrize("in_project", [True, False])
def test_codes_in_no_list_or_in_groups_of_their_own_are_read(codes, said, in_project):
    book = f'<CodeBook xmlns="urn:QDA-XML:codebook:1.0">{codes}</CodeBook>'
    found = read_bytes((project(f"<CodeBook>{codes}</CodeBook>") if in_project else book).encode())
    assert counts(found.project)["codes"] == 2
    assert said in found.losses


def test_attributes_in_the_namespace_of_their_element_are_read():
    plain = described("words")
    qualified = plain.replace("<", "<q:").replace("<q:/", "</q:").replace("<q:?", "<?")
    for name in ("guid", "name", "isCodable"):
        qualified = qualified.replace(f" {name}=", f" q:{name}=")
    qualified = qualified.replace(SPACE, SPACE.replace("xmlns", "xmlns:q"))
    one, other = read_bytes(plain.encode()), read_bytes(qualified.encode())
    assert (one.project, one.losses) == (other.project, other.losses)


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("a\x0bb", "ab"),
        ("a&#11;b", "ab"),
        ("&#55357;&#56832;!", "😀!"),
        ("&#xD83D;&#xDE00;!", "😀!"),
    ],
)
def test_signs_that_xml_forbids_are_left_out_and_halves_of_one_are_put_together(written, read):
    found = read_bytes(described(written).encode())
    assert description(found) == read
    assert "signs that XML forbids were left out" in found.losses


def test_what_stands_behind_the_end_is_refused_unless_it_is_empty():
    assert description(read_bytes(described("x").encode() + b"\n\x00\x00")) == "x"
    with pytest.raises(CannotExchange, match="line 1"):
        read_bytes(described("x").encode() + b"more")
