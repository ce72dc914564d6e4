"""How the review was done: flow, documents, searches, checklists, what changed."""

from collections.abc import Iterator, Mapping

from services.synthesis.report.domain.blocks import (
    Block,
    Bullets,
    Heading,
    Notice,
    Paragraph,
    table,
    with_rows,
)
from services.synthesis.report.domain.material import Material
from services.synthesis.report.domain.pictures import flow_figure

WRITE = "people must write this"
RAMESES: tuple[tuple[int, str], ...] = (
    (1, "Title"),
    (2, "Abstract"),
    (3, "Rationale for review"),
    (4, "Objectives and focus of review"),
    (5, "Changes in the review process"),
    (6, "Rationale for using realist synthesis"),
    (7, "Scoping the literature"),
    (8, "Searching processes"),
    (9, "Selection and appraisal of documents"),
    (10, "Data extraction"),
    (11, "Analysis and synthesis processes"),
    (12, "Document flow diagram"),
    (13, "Document characteristics"),
    (14, "Main findings"),
    (15, "Summary of findings"),
    (16, "Strengths, limitations and future research directions"),
    (17, "Comparison with existing literature"),
    (18, "Conclusion and recommendations"),
    (19, "Funding"),
)


def flow(material: Material) -> Iterator[Block]:
    """The flow diagram, its numbers, and any sum that does not come out."""
    yield Heading(2, "Flow of records")
    yield flow_figure(material.flow)
    yield table(
        "Screening, stage by stage",
        ("Stage", "Path", "Records", "Included", "Excluded", "Waiting"),
        [
            (
                item.stage,
                "main" if item.main else "side branch",
                item.pool,
                item.include,
                item.exclude,
                item.waiting,
            )
            for item in material.flow.stages
        ],
    )
    for fault in material.flow.faults:
        yield Notice(f"The numbers do not add up: {fault}")


def documents(material: Material) -> Iterator[Block]:
    """Every source of evidence with its study, fragments and flags."""
    yield Heading(2, "Document characteristics")
    made = table(
        "Sources of evidence",
        ("Source", "Kind", "Study", "Year", "Fragments", "Theories", "Counts"),
        [
            (
                item.title or item.key,
                item.kind,
                item.study,
                item.year,
                item.fragments,
                " ".join(item.theories),
                "yes" if item.active else f"no{_because(item.flags)}",
            )
            for item in material.sources
        ],
    )
    yield from with_rows(made, "No source of evidence has been added yet.")


def _because(flags: object) -> str:
    names = ", ".join(flags) if isinstance(flags, list | tuple) else ""
    return f" ({names})" if names else ""


def searches(material: Material) -> Iterator[Block]:
    """What was searched, when, and what came of it."""
    made = table(
        "Searches and imports as they were run",
        ("When", "Source", "Arm", "Kind", "Source records", "New records", "Merged"),
        [
            (
                str(item.get("at", ""))[:10],
                item.get("source"),
                item.get("arm"),
                item.get("kind"),
                item.get("source_records"),
                item.get("added"),
                item.get("merged"),
            )
            for item in material.searches
        ],
    )
    if made.rows:
        yield Heading(2, "Searches")
        yield made


def appraisals(material: Material) -> Iterator[Block]:
    """Comments on relevance, richness and rigour; never summed, never a weight."""
    rows = [
        (item["fragment_id"], item["relevance"], item["richness"], item["rigour"], item["comment"])
        for item in material.appraisals
    ]
    if rows:
        yield Heading(2, "Appraisal")
        columns = ("Fragment", "Relevance", "Richness", "Rigour", "Comment")
        yield table("Appraisal of fragments", columns, rows)


def saturation(material: Material) -> Iterator[Block]:
    """What the latest sources of each theory still added."""
    rows = [
        (part.id, len(part.saturation), last["pairs"], sum(s["new_pairs"] for s in tail))
        for part in material.theories
        if part.saturation
        for tail in [part.saturation[-5:]]
        for last in [part.saturation[-1]]
    ]
    if rows:
        yield Heading(2, "Theoretical sufficiency")
        yield table(
            "Linked pairs of groups, in the order in which sources were coded",
            ("Theory", "Sources", "Linked pairs", "of these from the last five sources"),
            rows,
        )


def changes(material: Material) -> Iterator[Block]:
    """What moved since the last frozen version, or lately."""
    yield Heading(2, "What changed")
    if material.triggers:
        yield Bullets(tuple(str(item["words"]) for item in material.triggers))
    made = table(
        "Changes of configurations since the last version",
        ("Theory", "Configuration", "Change", "In words"),
        [
            (item["theory"], item["name"], ", ".join(item["kinds"]), " ".join(item["words"]))
            for item in material.changes
        ],
    )
    yield from with_rows(made, "No version was frozen yet, or nothing changed since.")


def rameses(material: Material) -> Iterator[Block]:
    """The 19 items of the RAMESES publication standards: what is here, what people must write."""
    filled = _filled(material)
    yield Heading(2, "RAMESES publication standards")
    yield table(
        "RAMESES items (Wong et al. 2013)",
        ("Item", "", "Where or what"),
        [(number, name, filled.get(number, WRITE)) for number, name in RAMESES],
    )


def _filled(material: Material) -> Mapping[int, str]:
    versions, flow = len(material.versions), material.flow
    refined = sum(max(0, len(part.history) - 1) for part in material.theories)
    fragments = sum(part.fragments for part in material.theories)
    configurations = sum(len(part.standings) for part in material.theories)
    return {
        1: material.title,
        4: material.question or WRITE,
        5: f"{refined} refinements of theories, {versions} versions: see 'What changed'",
        8: f"{len(material.searches)} searches and imports: see 'Searches'",
        9: f"{len(flow.stages)} stages: see 'Flow of records'; appraisal is per fragment",
        10: f"{fragments} fragments coded, each with its source: see the theories",
        11: f"{configurations} configurations counted over studies; {WRITE} beyond that",
        12: "see 'Flow of records'",
        13: f"{len(material.sources)} sources: see 'Document characteristics'",
        14: f"evidence in the theories' tables; {WRITE}",
    }


def living(material: Material) -> Iterator[Block]:
    """The items that PRISMA-LSR adds for living reviews."""
    last = material.versions[-1] if material.versions else None
    number = f"version {last['number']} ({str(last['at'])[:10]})" if last else "no version yet"
    runs = sorted({str(item.get("source")) for item in material.searches})
    rows = [
        ("L1", "Living mode parameters", f"sources searched: {', '.join(runs) or 'none'}; {WRITE}"),
        ("L2", "Changes to methods", f"{material.amendments} amendments on record; {WRITE}"),
        ("L3", "Changes to results", f"since {number}: {len(material.changes)} configurations"),
        ("L4", "Authors and roles", WRITE),
    ]
    yield Heading(2, "PRISMA-LSR")
    yield table("Items for living systematic reviews", ("Item", "", "Where or what"), rows)


def issues(material: Material) -> Iterator[Block]:
    """Irregularities, counted; none is dropped in silence."""
    rows = [(kind.replace("_", " "), count) for kind, count in material.issues.items() if count]
    yield Heading(2, "Irregularities of the evidence")
    made = table("What has no place in a configuration", ("Kind", "How many"), rows)
    yield from with_rows(made, "None.")


def opening(material: Material) -> Iterator[Block]:
    """Title, version, question, and what a reader must not overlook."""
    last = material.versions[-1]["number"] if material.versions else "not frozen yet"
    yield Heading(1, f"{material.title}: a living realist review")
    yield Paragraph(f"Version {last}; written {material.written_at[:16].replace('T', ' ')} UTC.")
    if material.question:
        yield Paragraph(material.question)
    if material.registration:
        yield Paragraph(f"Protocol: {material.registration}.")
    for name in material.retracted:
        yield Notice(f"Retracted: {name}. Its evidence is kept and counts no more.")
    yield Notice(
        "Configurations are conjectures computed from coded fragments. Those marked "
        "'conjectured, unchecked' have been checked by nobody; none is a causal claim."
    )
