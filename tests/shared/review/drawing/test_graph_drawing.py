"""A theory's configurations as a drawing: well-formed, no word outside its box, lines that link."""

import xml.etree.ElementTree as ET

from shared.review.drawing.graph import MOST, DrawnConfiguration, draw_graph, drawn
from shared.review.drawing.text_metrics import width

SVG = "{http://www.w3.org/2000/svg}"
LONG = "Formalised, structured, sustained network opportunities for everyone who works there"


def a_configuration(
    id, *, context=LONG, resource="Team & <training>", response="Trust", n=1, **more
):
    return DrawnConfiguration(
        id=id,
        rank=1,
        studies=n,
        contexts=(context,) if context else (),
        role="response" if response else "resource",
        part=response or resource,
        partner=resource if response else None,
        outcome="Engagement",
        **more,
    )


def parsed(*configurations):
    svg = draw_graph(configurations, "PT1 & more")
    return ET.fromstring(svg.replace("<svg ", '<svg xmlns="http://www.w3.org/2000/svg" ', 1))


def nodes(root):
    return [g for g in root.iter(f"{SVG}g") if g.get("class").startswith("g-node")]


def test_no_word_leaves_its_box_and_nothing_breaks_out_of_the_drawing():
    root = parsed(a_configuration("a"), a_configuration("b", context=LONG + " again"))
    assert len(nodes(root)) == 5
    for node in nodes(root):
        box = node.find(f"{SVG}rect")
        left, wide = float(box.get("x")), float(box.get("width"))
        top, high = float(box.get("y")), float(box.get("height"))
        for text in node.iter(f"{SVG}text"):
            assert float(text.get("x")) + width(text.text, 13) <= left + wide
            assert top < float(text.get("y")) < top + high
        assert left + wide <= float(root.get("width"))
        assert top + high <= float(root.get("height"))


def test_a_line_is_as_wide_as_the_studies_behind_it():
    root = parsed(a_configuration("a", n=1), a_configuration("b", n=9))
    widths = {
        float(p.get("stroke-width")) for p in root.iter(f"{SVG}path") if p.get("stroke-width")
    }
    assert widths == {7.3}


def test_an_empty_column_is_stepped_over():
    root = parsed(a_configuration("a", context="", resource=None))
    edges = [p for p in root.iter(f"{SVG}path") if p.get("class") == "g-edge"]
    assert (len(nodes(root)), len(edges)) == (2, 1)


def test_the_strongest_are_drawn_when_there_are_many():
    many = [a_configuration(f"c{n:02}", n=n) for n in range(40)]
    assert [c.studies for c in drawn(many)] == list(range(39, 39 - MOST, -1))


def test_a_theory_without_configurations_has_a_drawing():
    assert nodes(parsed()) == []


def edges(root):
    return [p for p in root.iter(f"{SVG}path") if "g-edge" in p.get("class", "")]


def rows_of_column(root, x):
    """Top and bottom of the boxes of a column."""
    boxes = [node.find(f"{SVG}rect") for node in nodes(root)]
    return [
        (float(b.get("y")), float(b.get("y")) + float(b.get("height")))
        for b in boxes
        if float(b.get("x")) == x
    ]


def test_a_line_that_bypasses_the_response_passes_between_the_boxes_of_its_column():
    root = parsed(
        a_configuration("a", n=3, context=""),
        a_configuration("b", n=2, context="", response=None),
        a_configuration("c", n=1, context="", response="Hope"),
    )
    (across,) = [p for p in edges(root) if "g-bypass" in p.get("class")]
    x, y = across.get("d").split("h")[0][1:].split()
    boxes = rows_of_column(root, float(x))
    assert len(boxes) == 2
    assert all(not top <= float(y) <= bottom for top, bottom in boxes)


def test_what_only_fails_is_dotted_and_what_no_statement_links_is_dashed():
    root = parsed(
        a_configuration("a", context="", resource=None, n=0, failing=2),
        a_configuration("b", context="", resource="Joined", response="Hope", stated=False),
    )
    styles = sorted(p.get("class") for p in edges(root))
    assert styles == ["g-edge", "g-edge g-dashed", "g-edge g-fails"]


def test_a_context_is_linked_with_the_part_that_it_was_stated_with():
    root = parsed(a_configuration("a", context="Open door", resource="Team"))
    assert len([p for p in edges(root) if "g-bypass" in p.get("class")]) == 1


def test_what_nobody_reports_with_success_or_failure_is_not_drawn():
    assert nodes(parsed(a_configuration("a", n=0))) == []
