"""Projects of odd archives and odd spellings are read right, and what is left out is said."""

from io import BytesIO
from unicodedata import normalize
from zipfile import ZipFile

import pytest

from services.extraction.exchange.domain.mapping import mapped
from services.extraction.exchange.domain.tree import CannotExchange, section
from services.extraction.exchange.domain.values import made_from
from services.extraction.exchange.formats.project import read_bytes, write_qdpx

SPACE = 'xmlns="urn:QDA-XML:project:1.0"'


def guid(name):
    return made_from("odd", name)


def project(inside, name="Odd"):
    return f'<?xml version="1.0"?><Project {SPACE} name="{name}">{inside}</Project>'


def source(name, path="", text="", span=None):
    content = f"<PlainTextContent>{text}</PlainTextContent>" if text else ""
    place = f' plainTextPath="{path}"' if path else ""
    said = "" if span is None else selection(*span)
    return f'<TextSource guid="{guid(name)}" name="{name}"{place}>{content}{said}</TextSource>'


def selection(start, end, name):
    ends = f'startPosition="{start}" endPosition="{end}"'
    return f'<PlainTextSelection guid="{guid(name)}" name="{name}" {ends}/>'


def qdpx(**files):
    out = BytesIO()
    with ZipFile(out, "w") as archive:
        for name, data in files.items():
            archive.writestr(name, data)
    return out.getvalue()


def texts(found):
    return {one.name: one.words("PlainTextContent") for one in section(found.project, "Sources")}


def quoted(found):
    """The words at each selection's place by what it is called."""
    return {
        one.name: source.words("PlainTextContent")[
            int(one.attributes["startPosition"]) : int(one.attributes["endPosition"])
        ]
        for source in section(found.project, "Sources")
        for one in source.all("PlainTextSelection")
    }


def test_offsets_in_a_text_of_decomposed_letters_are_translated():
    text = normalize("NFD", "Zoë and the café naïve people")
    start = text.index("people")
    inside = source("one", text=text, span=(start, start + 6, "people"))
    found = read_bytes(qdpx(**{"project.qde": project(f"<Sources>{inside}</Sources>")}))
    assert quoted(found) == {"people": "people"}


def test_two_files_of_one_name_in_two_folders_are_two_texts():
    inside = source("one", "internal://a/t.txt") + source("two", "internal://b/t.txt")
    files = {"sources/a/t.txt": "Alpha", "sources/b/t.txt": "Beta"}
    found = read_bytes(qdpx(**{"project.qde": project(f"<Sources>{inside}</Sources>")}, **files))
    assert texts(found) == {"one": "Alpha", "two": "Beta"}


@pytest.mark.parametrize(
    ("path", "entry"),
    [
        ("internal://My%20talk.txt", "sources/My talk.txt"),
        ("internal://T.txt", "Sources\\t.TXT"),
        ("internal://t.txt", "Trial/sources/t.txt"),
        ("internal://sources/t.txt", "sources/t.txt"),
        ("t.txt", "t.txt"),
    ],
)
def test_a_text_is_found_however_its_path_is_spelled(path, entry):
    xml = project(f"<Sources>{source('one', path)}</Sources>")
    name = "Trial/project.qde" if entry.startswith("Trial") else "project.qde"
    assert texts(read_bytes(qdpx(**{name: xml, entry: "Alpha"}))) == {"one": "Alpha"}


def test_what_a_mac_keeps_beside_files_is_no_project():
    files = {"__MACOSX/._project.qde": b"\0\1", "trial/project.qde": project("")}
    assert read_bytes(qdpx(**files)).project.name == "Odd"


def test_a_second_project_in_an_archive_is_said_to_be_left_out():
    found = read_bytes(qdpx(**{"a/project.qde": project(""), "b/project.qde": project("", "Two")}))
    assert any("b/project.qde" in loss for loss in found.losses)


CASE = """<Variables><Variable guid="{0}" name="Age" typeOfVariable="Integer"/></Variables>
<Cases><Case guid="{1}" name="P07"><VariableValue><VariableRef targetGUID="{0}"/>
<IntegerValue>{2}</IntegerValue></VariableValue></Case></Cases>"""


def values(said):
    inside = CASE.format(guid("age"), guid("case"), said)
    found = read_bytes(qdpx(**{"project.qde": project(inside)}))
    again = read_bytes(write_qdpx(found.project, found.files))
    assert again.project.children == found.project.children
    (case,) = section(found.project, "Cases")
    return [(part.tag, part.text) for part in case.children[0].children[1:]], found.losses


def test_a_value_of_the_wrong_kind_is_kept_as_text_and_none_is_made_up():
    assert values("40")[0] == [("IntegerValue", "40")]
    kept, losses = values("about forty")
    assert kept == [("TextValue", "about forty")]
    assert any("about forty" in loss for loss in losses)
    assert values("")[0] == []


@pytest.mark.parametrize(
    ("said", "kept"),
    [
        ("2021-05-06 10:00", "2021-05-06T10:00:00"),
        ("2021-05-06T10:00:01+0200", "2021-05-06T10:00:01+02:00"),
        ("2021-05-06T10:00Z", "2021-05-06T10:00:00Z"),
    ],
)
def test_moments_in_other_spellings_keep_their_meaning(said, kept):
    inside = f'<Notes><Note guid="{guid("n")}" creationDateTime="{said}"/></Notes>'
    found = read_bytes(qdpx(**{"project.qde": project(inside)}))
    assert section(found.project, "Notes")[0].attributes["creationDateTime"] == kept


def test_a_text_of_more_than_ten_megabytes_within_the_xml_is_read():
    xml = project(f"<Sources>{source('one', text='word ' * 2_100_000)}</Sources>")
    assert len(texts(read_bytes(qdpx(**{"project.qde": xml})))["one"]) == 5 * 2_100_000


def test_codes_too_deep_in_each_other_are_refused_with_a_reason():
    code = f'<Code guid="{guid("c")}" name="c" isCodable="true">'
    inside = f"<CodeBook><Codes>{code * 200}{'</Code>' * 200}</Codes></CodeBook>"
    with pytest.raises(CannotExchange, match="150 deep"):
        read_bytes(qdpx(**{"project.qde": project(inside)}))


def test_a_project_with_people_alone_is_kept_as_it_came():
    inside = f'<Users><User guid="{guid("ann")}" name="Ann"/></Users>'
    found = read_bytes(qdpx(**{"project.qde": project(inside)}))
    assert mapped(found.project, {}, {}).left_over == found.project


def test_sources_in_folders_and_sets_in_sets_stand_beside_each_other_and_that_is_said():
    folder = f'<Folder name="Talks">{source("one", text="Alpha")}</Folder>'
    nested = f"<Sources>{source('two', text='Beta')}</Sources>"
    inner = (
        f'<Set guid="{guid("inner")}" name="Inner"><MemberSource targetGUID="{guid("one")}"/></Set>'
    )
    sets = f'<Sets><Set guid="{guid("outer")}" name="Outer">{inner}</Set></Sets>'
    inside = f"<Sources>{folder}{nested}</Sources>{sets}"
    found = read_bytes(qdpx(**{"project.qde": project(inside)}))
    assert texts(found) == {"one": "Alpha", "two": "Beta"}
    kept = section(found.project, "Sets")
    assert [(one.name, len(one.targets("MemberSource"))) for one in kept] == [
        ("Outer", 0),
        ("Inner", 1),
    ]
    said = "; ".join(found.losses)
    assert all(name in said for name in ("Talks", "Outer"))
    assert "left out" not in said


def test_xml_that_says_utf_16_and_is_utf_8_is_read():
    said = project(f"<Sources>{source('Été', text='Alpha')}</Sources>")
    lying = said.replace('"1.0"?', '"1.0" encoding="utf-16"?').encode()
    assert texts(read_bytes(qdpx(**{"project.qde": lying}))) == {"Été": "Alpha"}


def test_a_relative_path_is_read_where_the_archive_holds_that_file():
    inside = source("one", "relative:///one.txt") + source("two", "relative:///../two.txt")
    files = {"one.txt": "Alpha", "sources/elsewhere/two.txt": "Beta"}
    found = read_bytes(qdpx(**{"project.qde": project(f"<Sources>{inside}</Sources>")}, **files))
    assert texts(found) == {"one": "Alpha", "two": ""}
    assert any(loss.startswith("the text is not in the file") for loss in found.losses)


@pytest.mark.parametrize("name", ["a.qdc", "a.qdpx"])
def test_an_empty_file_is_called_empty(name):
    with pytest.raises(CannotExchange, match="empty"):
        read_bytes(b"", name)


@pytest.mark.parametrize("said", ["", ' encoding="UTF-8"'])
def test_xml_in_windows_1252_that_says_it_is_in_utf_8_is_read_and_named(said):
    tree = project(f"<Sources>{source('Café', text='Über die Brücke')}</Sources>")
    wrong = tree.replace('version="1.0"?', f'version="1.0"{said}?').encode("cp1252")
    found = read_bytes(qdpx(**{"project.qde": wrong}))
    assert texts(found) == {"Café": "Über die Brücke"}
    assert any("read as Windows-1252" in one for one in found.losses)
    half = tree.encode().replace("Über".encode(), "Über".encode("cp1252"))
    with pytest.raises(CannotExchange, match="broken at line"):
        read_bytes(qdpx(**{"project.qde": half}))
