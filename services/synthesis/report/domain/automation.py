"""What the tool did by itself in this review, counted from the log."""

from collections.abc import Iterator

from services.synthesis.report.domain.assistance import assistance
from services.synthesis.report.domain.blocks import Block, Heading, NoticeBlock, Paragraph, table
from services.synthesis.report.domain.material import Material

SEARCHED = "search.search_finished"
DEEDS = (
    (SEARCHED, "Searches and imports carried out", "as people defined them"),
    ("search.record_merged", "Duplicates merged", "by stated rules, each with its reason; people "
     "can take every merge back"),
    ("search.record_flagged", "Notices of retraction and the like raised", "taken from the "
     "sources; a retracted report counts no more"),
    ("search.rescreen_suggested", "Excluded records offered again", "people decide"),
    ("screening.records_ranked", "Orders of the screening queue computed", "a ranking orders the "
     "queue and excludes nothing"),
    ("screening.stopping_assessed", "Stopping rules evaluated", "people decide to stop"),
    ("synthesis.ccmoc_conjectured", "Configurations put together", "a conjecture, until people "
     "have checked it"),
    ("synthesis.ccmoc_revised", "Configurations counted anew", "after a change of the evidence"),
    ("synthesis.gap_found", "Gaps put on the search agenda", "people approve a search"),
    ("synthesis.argument_evidence_changed", "Evidence of arguments weighed anew", "people amend "
     "or retire an argument"),
)  # fmt: skip


def automation(material: Material) -> Iterator[Block]:
    """Counts by deed, and what no machine did."""
    yield Heading(2, "Disclosure of automation")
    if "workbench" in material.told.silent:
        yield NoticeBlock("The workbench did not answer: counts of the log are missing; ask again.")
    excluded = sum(stage.automation for stage in material.flow.stages)
    looks, events = len(material.looks), dict(material.told.events)
    if looks:
        events[SEARCHED] = max(0, events.get(SEARCHED, 0) - looks)
    rows = [(said, events[kind], role) for kind, said, role in DEEDS if events.get(kind)]
    if looks:
        rows.append(("Looks at what became of known records", looks, "no search: they bring none"))
    rows.append(("Records excluded by no person", excluded, "counted apart in the flow of records"))
    columns = ("What was done by the tool", "How often", "Part in the review")
    yield table("Automation, counted from the log of this review", columns, rows)
    yield Paragraph(
        "No text of this report but numbers and stated sentences about them was written by the "
        "tool. Codes, groups, wordings, arguments, judgements and the authors' texts are people's."
    )
    yield from assistance(material)
