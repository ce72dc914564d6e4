"""Reports: numbers that add up, texts that cannot break a page, pictures that can be read."""

import csv
from io import BytesIO, StringIO
from pathlib import Path as FilePath
from xml.etree import ElementTree as ET

import docx

from benchmarks.synthesis_bundle import read_inputs
from services.synthesis.engine import evidences, recompute
from services.synthesis.report.adapters.docx import docx_bytes
from services.synthesis.report.domain import html, markdown
from services.synthesis.report.domain.blocks import (
    Bullets,
    Document,
    Facts,
    Figure,
    Heading,
    NoticeBlock,
    Paragraph,
    Paraphrase,
    Quote,
    Table,
)
from services.synthesis.report.domain.pictures import configuration_figure, flow_figure
from services.synthesis.report.domain.sketch import sketch_figure
from services.synthesis.report.domain.truth_table import truth_table
from shared.events.workbench import Stage
from shared.review.paths import Path, Source, StageState
from shared.review.prisma import Flow, flow_of

CASES = FilePath(__file__).resolve().parents[3] / "cases"
STAGES = (
    Stage(name="title"),
    Stage(name="mapping", source="title", main=False),
    Stage(name="full_text", source="title"),
)
SOURCES = (
    Source(arm="database", source="pubmed", source_records=4, records=2, removed=0),
    Source(arm="other", source="citations", source_records=1, records=1, removed=0),
)


def a_flow(*, retracted: bool = False) -> Flow:
    include, exclude = StageState("include"), StageState("exclude", "not a study")
    whole = (
        ("full_text", include),
        ("mapping", StageState("exclude", "abroad")),
        ("title", include),
    )
    paths = {
        Path("database", whole, retracted=retracted): 1,
        Path("database", (("title", exclude),)): 1,
        Path("other"): 1,
    }
    return flow_of(STAGES, SOURCES, paths, studies=1)


def test_the_words_beside_the_flow_name_retracted_reports() -> None:
    figure = flow_figure(a_flow(retracted=True))
    assert "retracted and do not count: 1" in figure.words
    assert "Retracted after inclusion" in figure.svg


def test_pictures_are_well_formed_and_told_in_words() -> None:
    figure = flow_figure(a_flow())
    assert ET.fromstring(figure.svg).tag.endswith("svg")
    assert "5 source records were identified, 2 were duplicates" in figure.words
    bodies = recompute(read_inputs(CASES / "01-toy").review())
    labels = {"NWD": "No wrong door & <one> face", "TRUST": "Trust"}
    graph = configuration_figure("PT1", bodies, labels)
    assert ET.fromstring(graph.svg).find("{http://www.w3.org/2000/svg}title") is not None
    assert graph.words == (
        "No wrong door & <one> face → Trust → ENG (Trust: 3 studies, with all parts); "
        "HC → STRAIN → fails: ENG (STRAIN: 1 study, with all parts)."
    )


DRAWING = '<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"></svg>'
EVIL = "<script>alert(1)</script> & | *x* [y](z) `c`"
WHOLE = Document(
    EVIL,
    (
        Heading(1, EVIL),
        Heading(2, "Second"),
        Paragraph(EVIL),
        NoticeBlock(EVIL),
        Bullets((EVIL,)),
        Quote(EVIL, EVIL),
        Facts(EVIL, ((EVIL, EVIL),)),
        Table(EVIL, (EVIL,), ((EVIL,),)),
        Figure(EVIL, DRAWING, EVIL),
        Paraphrase(EVIL, EVIL),
    ),
)


def test_a_side_branch_stands_beside_its_feeder_and_not_in_the_main_path() -> None:
    svg = flow_figure(a_flow()).svg
    assert "Side branch mapping: 0 of 1 included" in svg
    assert "Screened at mapping" not in svg


def test_no_text_can_become_markup() -> None:
    page = html.page(WHOLE)
    assert "<script" not in page
    assert page.count("&lt;script&gt;") >= 11
    words = markdown.text(WHOLE)
    assert "<script" not in words.replace("\\<script", "")
    assert "\\|" in words


def test_a_document_survives_as_docx_even_with_control_characters() -> None:
    content = docx_bytes(Document("T", (*WHOLE.blocks, Paragraph("a\x0bb"))))
    read = docx.Document(BytesIO(content))
    assert any(paragraph.text == "ab" for paragraph in read.paragraphs)
    assert read.tables[1].rows[1].cells[0].text == EVIL


def test_a_truth_table_keeps_not_stated_apart_from_absent() -> None:
    review = read_inputs(CASES / "01-toy").review()
    evidence = next(iter(evidences(review, ["PT1"])))
    rows = list(csv.DictReader(StringIO(truth_table(evidence, "ENG"))))
    by_case = {row["case"]: row for row in rows}
    assert by_case["s3/a"]["context:NWD"] == "0"
    assert by_case["s4"]["context:NWD"] == ""
    assert by_case["s1"]["context:NWD"] == "1"
    assert [row["ENG"] for row in rows] == ["1", "1", "0", "1", "0"]


def test_a_case_that_looks_like_a_formula_is_disarmed() -> None:
    case = read_inputs(CASES / "01-toy")
    case.apply(
        {
            "event": "fragment_coded",
            "fragment": {
                "id": "x",
                "theory": 1,
                "elements": [
                    {"role": "mechanism_response", "code_id": "trust", "state": "present"},
                    {"role": "outcome", "code_id": "engagement", "state": "occurred"},
                ],
                "sources": [{"key": "=HYPERLINK(1)"}],
            },
        }
    )
    evidence = next(iter(evidences(case.review(), ["PT1"])))
    assert "\r\n'=HYPERLINK(1)," in truth_table(evidence, "ENG")


def test_a_sketch_tells_which_links_have_evidence() -> None:
    notes = [
        {"kind": "node", "id": "n1", "label": "Open door", "role": "context"},
        {"kind": "node", "id": "n2", "label": "Trust", "role": "response"},
        {"kind": "link", "id": "l1", "from": "n1", "to": "n2", "evidence": ["f1", "gone"]},
        {"kind": "link", "id": "l2", "from": "n2", "to": "n1", "evidence": ["gone"]},
        {"kind": "link", "id": "l3", "from": "n2", "to": "nowhere", "evidence": []},
    ]
    figure = sketch_figure("PT1", notes, {"f1": "fragment 1"})
    assert figure is not None
    assert ET.fromstring(figure.svg) is not None
    assert figure.words == (
        "Open door → Trust rests on fragment 1; Trust → Open door has no active evidence."
    )
    assert sketch_figure("PT1", [], {}) is None
