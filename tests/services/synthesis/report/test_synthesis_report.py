"""Reports: numbers that add up, texts that cannot break a page, pictures that can be read."""

import csv
from io import BytesIO, StringIO
from pathlib import Path
from xml.etree import ElementTree as ET

import docx

from benchmarks.synthesis_case import read_case
from services.synthesis.domain.recompute import evidences, recompute
from services.synthesis.projections.domain.flow import FlowRecord, FlowStage, flow_of
from services.synthesis.report.adapters.docx import docx_bytes
from services.synthesis.report.domain import html, markdown
from services.synthesis.report.domain.blocks import (
    Bullets,
    Document,
    Facts,
    Figure,
    Heading,
    Notice,
    Paragraph,
    Quote,
    Table,
)
from services.synthesis.report.domain.pictures import configuration_figure, flow_figure
from services.synthesis.report.domain.sketch import sketch_figure
from services.synthesis.report.domain.truth_table import truth_table

CASES = Path(__file__).resolve().parents[3] / "cases_of_algorithm_1"
STAGES = (
    FlowStage("title", None, True),
    FlowStage("mapping", "title", False),
    FlowStage("full_text", "title", True),
)
RECORDS = (
    FlowRecord("r1", (("database", "pubmed"), ("database", "embase"))),
    FlowRecord("r2", (("database", "pubmed"),)),
    FlowRecord("r3", (("other", "citations"), ("database", "pubmed"))),
)
VERDICTS = {
    "title": {"r1": ("include", None), "r2": ("exclude", "not a study")},
    "mapping": {"r1": ("exclude", "abroad")},
    "full_text": {"r1": ("include", None), "r2": ("include", None)},
}
DOCUMENTS = (("r1", "trial"), ("r1", "trial"), ("r2", "other"))


def a_flow():
    return flow_of(RECORDS, STAGES, VERDICTS, {}, DOCUMENTS)


def test_identified_less_duplicates_is_what_is_in_play() -> None:
    flow = a_flow()
    assert (flow.sources, flow.duplicates, flow.records) == (5, 2, 3)
    assert flow.by_arm == (("database", 2), ("other", 1))
    assert flow.faults == ()


def test_a_stage_gets_what_its_feeder_includes_and_shows_its_backlog() -> None:
    title, mapping, full_text = a_flow().stages
    assert (title.pool, title.included, title.excluded, title.waiting) == (3, 1, 1, 1)
    assert title.reasons == (("not a study", 1),)
    assert (mapping.main, mapping.pool, mapping.excluded) == (False, 1, 1)
    assert (full_text.pool, full_text.included) == (1, 1)
    assert a_flow().sought == 1


def test_studies_and_reports_are_those_included_at_the_end_and_not_retracted() -> None:
    assert (a_flow().studies, a_flow().reports) == (1, 1)
    gone = (FlowRecord("r1", (("database", "pubmed"),), retracted=True), *RECORDS[1:])
    flow = flow_of(gone, STAGES, VERDICTS, {}, DOCUMENTS)
    assert (flow.studies, flow.reports, flow.retracted) == (0, 0, 1)
    assert "retracted and do not count: 1" in flow_figure(flow).words


def test_more_missing_than_sought_is_said() -> None:
    flow = flow_of(RECORDS, STAGES, VERDICTS, {"r1": "paywall", "r2": "lost"})
    assert flow.faults == ("2 reports were not retrieved, but only 1 were sought.",)


def test_pictures_are_well_formed_and_told_in_words() -> None:
    figure = flow_figure(a_flow())
    assert ET.fromstring(figure.svg).tag.endswith("svg")
    assert "5 source records were identified, 2 were duplicates" in figure.words
    bodies = recompute(read_case(CASES / "01-toy").review())
    labels = {"NWD": "No wrong door & <one> face", "TRUST": "Trust"}
    graph = configuration_figure("PT1", bodies, labels)
    assert ET.fromstring(graph.svg).find("{http://www.w3.org/2000/svg}title") is not None
    assert graph.words == "No wrong door & <one> face → Trust → ENG (3 studies)."


EVIL = "<script>alert(1)</script> & | *x* [y](z) `c`"
WHOLE = Document(
    EVIL,
    (
        Heading(1, EVIL),
        Heading(2, "Second"),
        Paragraph(EVIL),
        Notice(EVIL),
        Bullets((EVIL,)),
        Quote(EVIL, EVIL),
        Facts(EVIL, ((EVIL, EVIL),)),
        Table(EVIL, (EVIL,), ((EVIL,),)),
        Figure(EVIL, "<svg></svg>", EVIL),
    ),
)


def test_a_side_branch_stands_beside_its_feeder_and_not_in_the_main_path() -> None:
    svg = flow_figure(a_flow()).svg
    assert "Side branch mapping: 0 of 1" in svg
    assert "screened at mapping" not in svg


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
    review = read_case(CASES / "01-toy").review()
    evidence = next(iter(evidences(review, ["PT1"])))
    rows = list(csv.DictReader(StringIO(truth_table(evidence, "ENG"))))
    by_case = {row["case"]: row for row in rows}
    assert by_case["s3/a"]["context:NWD"] == "0"
    assert by_case["s4"]["context:NWD"] == ""
    assert by_case["s1"]["context:NWD"] == "1"
    assert [row["ENG"] for row in rows] == ["1", "1", "0", "1", "0"]


def test_a_case_that_looks_like_a_formula_is_disarmed() -> None:
    case = read_case(CASES / "01-toy")
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
    figure = sketch_figure("PT1", notes, {"f1": True})
    assert figure is not None
    assert ET.fromstring(figure.svg) is not None
    assert figure.words == (
        "Open door → Trust rests on f1; Trust → Open door has no active evidence."
    )
    assert sketch_figure("PT1", [], {}) is None
