"""Hostile and broken files are refused with a sentence, and nothing is read from outside."""

import zipfile
from io import BytesIO

import pytest

from services.extraction.exchange.domain.tree import CannotExchange, section
from services.extraction.exchange.formats import archive as archive_module
from services.extraction.exchange.formats.project import read_bytes, write_qdpx

HEAD = '<Project xmlns="urn:QDA-XML:project:1.0" name="P">'
EMPTY = f"{HEAD}</Project>"


def packed(xml=EMPTY, **files):
    out = BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("project.qde", xml)
        for name, content in files.items():
            archive.writestr(name, content)
    return out.getvalue()


def packed_as(name):
    return packed(**{name: "x"})


@pytest.mark.parametrize(
    "name", ["../evil.txt", "sources/../../evil", "/etc/evil", "a\\..\\b", "C:\\x"]
)
def test_a_path_that_leaves_the_archive_is_refused(name):
    with pytest.raises(CannotExchange, match="leaves its folder"):
        read_bytes(packed_as(name))


def test_a_document_type_is_refused():
    bomb = f'<!DOCTYPE p [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;&a;">]>{HEAD}&b;</Project>'
    for xml in (bomb, bomb.encode("utf-16")):
        with pytest.raises(CannotExchange, match=r"DOCTYPE|broken"):
            read_bytes(packed(xml))


def test_an_external_entity_is_never_read(tmp_path):
    secret = tmp_path / "secret"
    secret.write_text("TOP SECRET")
    xml = f'<!DOCTYPE p [<!ENTITY a SYSTEM "file://{secret}">]>{HEAD}<Description>&a;</Description></Project>'
    with pytest.raises(CannotExchange) as refusal:
        read_bytes(packed(xml))
    assert "SECRET" not in str(refusal.value)


def test_what_unpacks_to_too_much_is_refused(monkeypatch):
    monkeypatch.setattr(archive_module, "MOST_BYTES", 1 << 20)
    xml = EMPTY.replace("</Project>", " " * (2 << 20) + "</Project>")
    with pytest.raises(CannotExchange, match="MB"):
        read_bytes(packed(xml))


def test_an_archive_that_lies_about_its_sizes_is_bounded_all_the_same(monkeypatch):
    big = bytearray(packed(EMPTY.replace("</Project>", " " * 5000 + "</Project>")))
    for head, at in ((b"PK\x01\x02", 24), (b"PK\x03\x04", 22)):
        start = big.find(head)
        big[start + at : start + at + 4] = (100).to_bytes(4, "little")
    with pytest.raises(CannotExchange):
        read_bytes(bytes(big))


@pytest.mark.parametrize("data", [b"", b"PK\x03\x04rubbish", b"\x00" * 100, b"<a/>", b"<Project"])
def test_what_is_no_project_is_refused(data):
    with pytest.raises(CannotExchange):
        read_bytes(data)


def test_an_archive_without_project_is_refused():
    out = BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("readme.txt", "x")
    with pytest.raises(CannotExchange, match=r"no \.qde"):
        read_bytes(out.getvalue())


def test_strange_parts_are_left_out_and_said():
    xml = (
        f'{HEAD}<Magic power="9"/><CodeBook><Codes>'
        '<Code name="A" color="reddish" guid="{AAAAAAAA-0000-0000-0000-000000000001}" hue="3"/>'
        "</Codes></CodeBook><Cases><Case guid='AAAAAAAA-0000-0000-0000-000000000002' name='K'>"
        "<NoteRef targetGUID='AAAAAAAA-0000-0000-0000-000000000003'/></Case></Cases>"
        "<Notes><Note guid='AAAAAAAA-0000-0000-0000-000000000003'>"
        "<PlainTextContent>m</PlainTextContent></Note></Notes></Project>"
    )
    found = read_bytes(packed(xml))
    said = "; ".join(found.losses)
    for word in ("Magic", "color", "hue", "isCodable", "braces", "memos on a Case"):
        assert word in said, word
    link = section(found.project, "Links")[0]
    assert link.attributes["targetGUID"] == section(found.project, "Cases")[0].guid


SOURCE = (
    '<Sources><TextSource guid="AAAAAAAA-0000-0000-0000-000000000009" name="T">'
    "<PlainTextContent>Some words here</PlainTextContent>{}</TextSource></Sources>"
)
SELECTION = (
    '<PlainTextSelection guid="AAAAAAAA-0000-0000-0000-000000000008" startPosition="{}" '
    'endPosition="4" creatingUser="{}"><NoteRef/></PlainTextSelection>'
)


def test_what_refers_to_nothing_or_to_what_comes_later_is_read_again_the_same():
    later, user = "AAAAAAAA-0000-0000-0000-000000000003", "AAAAAAAA-0000-0000-0000-00000000000A"
    parts = SELECTION.format(0, later) + SELECTION.format(0, user) + SELECTION.format("x", user)
    note = f"<Notes><Note guid='{later}'><PlainTextContent>m</PlainTextContent></Note></Notes>"
    found = read_bytes(packed(f"{HEAD}{SOURCE.format(parts)}{note}</Project>"))
    said = "; ".join(found.losses)
    assert "NoteRef without targetGUID was left out" in said
    assert "the same identifier stands at two things" in said
    file = write_qdpx(found.project, found.files)
    again = read_bytes(file)
    assert again.project == found.project
    assert write_qdpx(again.project, again.files) == file


def test_an_archive_whose_bytes_are_damaged_says_which_file():
    data = bytearray(packed("".join(map(chr, range(0x3041, 0x3097)))))
    start = data.index(b"project.qde") + len(b"project.qde")
    data[start : start + 20] = b"\xff" * 20
    with pytest.raises(CannotExchange, match=r"'project.qde' in the archive is damaged"):
        read_bytes(bytes(data))
