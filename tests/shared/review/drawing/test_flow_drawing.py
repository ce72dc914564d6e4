"""The flow diagram is well-formed and no word leaves its box."""

import re
import xml.etree.ElementTree as ET
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.events.workbench import Stage
from shared.review.drawing.flow import NARROW, WIDE, draw
from shared.review.drawing.standalone import standalone
from shared.review.drawing.text_metrics import width, wrapped
from shared.review.paths import Path, Source, StageState
from shared.review.prisma import flow_of

SVG = "{http://www.w3.org/2000/svg}"


def a_flow(*, sources=3, reasons=3, long=False):
    word = "A long name that says everything about the database and its platform" if long else "db"
    found = [
        a_source(f"{word} {n}", source_records=1204, records=1000, removed=4)
        for n in range(sources)
    ]
    paths = {
        Path("database", (("title", StageState("exclude", f"{word} reason {n}")),)): 100
        for n in range(reasons)
    }
    paths[Path("database", (("title", StageState("include")),))] = 500
    stages = (Stage(name="title"), Stage(name="full_text", source="title"))
    return flow_of(stages, found, paths)


def a_source(source, *, arm="database", source_records=1, records=1, removed=0):
    return Source(
        arm=arm, source=source, source_records=source_records, records=records, removed=removed
    )


def boxes_and_lines(svg):
    root = ET.fromstring(svg.replace("<svg ", '<svg xmlns="http://www.w3.org/2000/svg" ', 1))
    boxes = [
        tuple(float(r.get(k)) for k in ("x", "y", "width", "height"))
        for r in root.iter(f"{SVG}rect")
        if r.get("class").split()[0] in ("f-box", "f-out")
    ]
    lines = [
        (float(t.get("x")), float(t.get("y")), t.text)
        for t in root.iter(f"{SVG}text")
        if t.get("x")
    ]
    return root, boxes, lines


@pytest.mark.parametrize("layout", [WIDE, NARROW], ids=lambda layout: layout.name)
@pytest.mark.parametrize("flow", [a_flow(), a_flow(long=True), a_flow(sources=14, reasons=9)])
def test_no_word_leaves_its_box(flow, layout):
    root, boxes, lines = boxes_and_lines(draw(flow, layout))
    assert lines
    for x, y, text in lines:
        home = [b for b in boxes if b[0] <= x <= b[0] + b[2] and b[1] <= y <= b[1] + b[3]]
        assert len(home) == 1, f"'{text}' lies in no box"
        assert x + width(text, 13) <= home[0][0] + home[0][2], f"'{text}' is too wide"
    assert float(root.get("width")) >= max(b[0] + b[2] for b in boxes)
    assert float(root.get("height")) >= max(b[1] + b[3] for b in boxes)


@pytest.mark.parametrize("layout", [WIDE, NARROW], ids=lambda layout: layout.name)
def test_boxes_do_not_overlap(layout):
    _, boxes, _ = boxes_and_lines(draw(a_flow(sources=14, reasons=9, long=True), layout))
    for n, (ax, ay, aw, ah) in enumerate(boxes):
        for bx, by, bw, bh in boxes[n + 1 :]:
            assert ax + aw <= bx or bx + bw <= ax or ay + ah <= by or by + bh <= ay


def test_names_of_sources_cannot_break_out_of_the_drawing():
    _, _, lines = boxes_and_lines(draw(flow_of((), [a_source("<script>&'\"")], {})))
    assert any("<script>&'\"" in text for _, _, text in lines)


def test_the_drawing_colours_by_classes_only_so_that_the_strict_policy_holds():
    assert not re.search(r"style=|fill=|stroke=", draw(a_flow()))


def test_more_than_nine_sources_are_summed_up():
    assert "5 more sources (n\u00a0=\u00a06,020)" in draw(a_flow(sources=14))


@given(st.text(max_size=300), st.integers(60, 400))
def test_wrapping_loses_no_word_and_keeps_to_the_room(text, room):
    lines = wrapped(text, 13, room)
    assert "".join(lines).replace(" ", "") == text.replace(" ", "")
    assert all(width(line, 13) <= room for line in lines)


def test_a_number_stays_with_its_sign():
    assert wrapped("Duplicates (n\u00a0=\u00a01,204)", 13, 90) == [
        "Duplicates",
        "(n\u00a0=\u00a01,204)",
    ]


def test_the_drawing_says_how_many_reports_were_sought_and_not_retrieved():
    svg = draw(a_flow())
    assert "Reports sought for retrieval (n\u00a0=\u00a0500)" in svg
    assert "Reports not retrieved (n\u00a0=\u00a00)" in svg


def test_every_band_is_named():
    svg = draw(a_flow(sources=1, reasons=0))
    assert all(f">{band}</text>" in svg for band in ("Identification", "Screening", "Included"))


def test_the_narrow_drawing_fits_a_phone_and_holds_the_same_words():
    flow = a_flow()
    assert NARROW.width <= 358
    wide, narrow = (boxes_and_lines(draw(flow, layout))[2] for layout in (WIDE, NARROW))
    assert sorted(" ".join(w for *_, w in wide).split()) == sorted(
        " ".join(w for *_, w in narrow).split()
    )


def test_what_came_by_other_methods_says_so():
    found = [a_source("citations", arm="other", source_records=3), a_source("pubmed")]
    svg = draw(flow_of((), found, {}))
    assert "Other methods (n\u00a0=\u00a03)" in svg
    assert "Databases and registers (n\u00a0=\u00a01)" in svg


def test_a_report_that_was_retracted_after_inclusion_stands_beside_the_included():
    drawing = draw(replace(a_flow(), included_reports=2, retracted_reports=1))
    assert "Retracted after inclusion (n\u00a0=\u00a01)" in drawing
    assert "Retracted" not in draw(a_flow())


def test_what_waits_says_how_much_of_it_is_in_conflict_or_put_off():
    paths = {
        Path("database", (("title", StageState("conflict")),)): 2,
        Path("database", (("title", StageState("maybe")),)): 3,
        Path("database"): 4,
    }
    svg = draw(
        flow_of((Stage(name="title"),), [a_source("db", source_records=9, records=9)], paths)
    )
    shown = ("Waiting (n = 9)", "In conflict (n = 2)", "Maybe (n = 3)", "at title (n = 0)")
    assert all(words.replace(" = ", "\u00a0=\u00a0") in svg for words in shown)


def test_a_drawing_outside_the_pages_has_a_title_and_colours_of_its_own():
    root = ET.fromstring(standalone(draw(a_flow()), "Flow & more"))
    assert root.find(f"{SVG}title").text == "Flow & more"
    style = root.find(f"{SVG}style").text
    classes = {c for e in root.iter() for c in e.get("class", "").split()}
    assert {c for c in classes if c[:2] == "f-"} <= set(re.findall(r"[.](f-[a-z]+)", style))
