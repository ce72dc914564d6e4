"""Projects and codebooks of coding tools are read with what is odd in them, and written valid."""

import csv
import json
from collections import Counter
from io import BytesIO
from zipfile import ZipFile

import pytest
from lxml import etree

from services.extraction.exchange.domain.grammar import problems
from services.extraction.exchange.domain.tree import (
    SELECTIONS,
    CannotExchange,
    codes_of,
    counts,
    section,
)
from services.extraction.exchange.formats.project import (
    QDC,
    read_bytes,
    write_qdc,
    write_qdpx,
)
from services.extraction.exchange.formats.xml import write_project
from services.extraction.texts.domain import normalise
from tests.support.reference import reference


def rows():
    with reference("qda/MANIFEST.tsv").open(encoding="utf-8") as lines:
        found = list(csv.DictReader(lines, delimiter="\t"))
    return [row for row in found if row["file"].endswith((".qdc", ".qdpx"))]


def data(name):
    return reference(f"qda/{name}").read_bytes()


def read(name):
    return read_bytes(data(name), name)


def written(found):
    return write_qdc(found.project) if found.kind == QDC else write_qdpx(found.project, found.files)


def xml_of(kind, file):
    if kind == QDC:
        return file
    with ZipFile(BytesIO(file)) as archive:
        return archive.read("project.qde")


def test_every_file_has_what_its_manifest_says():
    for row in rows():
        if row["codes"] == "-":
            with pytest.raises(CannotExchange):
                read(row["file"])
            continue
        found = counts(read(row["file"]).project)
        assert {k: str(n) for k, n in found.items()} == {k: row[k] for k in found}, row["file"]


def test_every_export_is_valid_stable_and_read_again_the_same():
    schemas = {
        kind: etree.XMLSchema(etree.parse(str(reference(f"qda/schema/{name}.xsd"))))
        for kind, name in (("qdc", "Codebook"), ("qdpx", "Project"))
    }
    for row in (row for row in rows() if row["codes"] != "-"):
        found = read(row["file"])
        file = written(found)
        assert schemas[found.kind].validate(etree.fromstring(xml_of(found.kind, file)))
        again = read_bytes(file, row["file"])
        found.project.attributes["name"] = again.project.name
        assert (again.project, again.files) == (found.project, found.files), row["file"]
        assert written(again) == file


SPOILS = {
    "no isCodable": lambda project: codes_of(project)[0].attributes.pop("isCodable"),
    "a colour in words": lambda project: codes_of(project)[0].attributes.update(color="red"),
    "another order": lambda project: project.children.reverse(),
    "no sources": lambda project: section(project, "Sources").clear(),
}


@pytest.mark.parametrize("spoil", SPOILS.values(), ids=SPOILS.keys())
def test_own_rules_and_the_published_schema_agree_on_what_is_valid(spoil):
    schema = etree.XMLSchema(etree.parse(str(reference("qda/schema/Project.xsd"))))
    project = read("handmade/d0_control.qdpx").project
    assert not list(problems(project))
    assert schema.validate(etree.fromstring(write_project(project)))
    spoil(project)
    assert list(problems(project))
    assert not schema.validate(etree.fromstring(write_project(project)))


def test_two_exports_with_other_guids_are_the_same_project():
    for pair in ("d3_export", "d7_all_six"):
        a, b = (read(f"handmade/{pair}_{letter}.qdpx") for letter in "ab")
        assert a.project == b.project
        assert written(a) == written(b)


def test_what_is_odd_is_said_by_name():
    said = {
        row["file"]: "; ".join(read(row["file"]).losses) for row in rows() if row["codes"] != "-"
    }
    assert not said["handmade/d0_control.qdpx"]
    assert "descriptions of selections" in said["handmade/d2_memo_as_description.qdpx"]
    assert "Ward round.MP4" in said["handmade/d4_home_path.qdpx"]
    assert "robinhale" not in said["handmade/d4_home_path.qdpx"]
    assert "21s" in said["handmade/d5_zero_length.qdpx"]
    assert "colour" in said["handmade/d6_no_colours.qdpx"]
    assert "outside the text" in said["handmade/s1_nvivo_empty_text.qdpx"]
    assert "namespace" in said["handmade/s3_colon_namespace.qdc"]
    assert "braces" in said["handmade/s4_braced_guids.qdpx"]
    assert "no GUIDs: Code (44 times)" in said["tools/refi_tools_example_codebook.qdc"]


def test_a_home_folder_never_leaves_in_an_export():
    assert b"robinhale" not in xml_of("qdpx", written(read("handmade/d4_home_path.qdpx")))


def test_a_broken_export_says_line_and_column():
    with pytest.raises(CannotExchange, match="line 201, column"):
        read("tools/qualcoder382_all_media_crlf.qdpx")


def quotations(found):
    """`(source, quotation, code, person)` of every coded passage of a text."""
    names = {n.guid: n.name for n in found.project.walk() if n.tag in ("Code", "User")}
    for source in section(found.project, "Sources"):
        if source.tag != "TextSource":
            continue
        text = source.words("PlainTextContent")
        for one in source.all("PlainTextSelection"):
            place = slice(int(one.attributes["startPosition"]), int(one.attributes["endPosition"]))
            for coding in one.all("Coding"):
                code, person = coding.targets("CodeRef")[0], coding.attributes["creatingUser"]
                yield text[place], names[code], names[person]


@pytest.mark.parametrize("file", ["qualcoder382_text", "qualcoder4_text_lf", "aqda050_project"])
def test_the_quotations_of_own_projects_are_those_they_were_made_from(file):
    codings = json.loads(data("expected_own.json"))["codings"]
    truth = Counter((normalise(c["quote"]), c["code"][-1], c["coder"]) for c in codings)
    assert Counter(quotations(read(f"tools/{file}.qdpx"))) == truth


def test_offsets_that_count_carriage_returns_are_translated():
    found = read("handmade/s2_maxqda_crlf_counted.qdpx")
    control = Counter(q for q, *_ in quotations(read("handmade/d0_control.qdpx")))
    assert Counter(q for q, *_ in quotations(found)) == control
    assert all(
        one.name == text
        for source in section(found.project, "Sources")
        for one, text in zip(
            [n for n in source.walk() if n.tag in SELECTIONS], control.elements(), strict=False
        )
        if text == one.name
    )
