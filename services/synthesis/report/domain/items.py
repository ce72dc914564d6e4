"""Items of the reporting standards for which authors write, by the key of their text."""

RAMESES: dict[str, str] = {
    f"rameses-{number}": name
    for number, name in enumerate(
        (
            "Title",
            "Abstract",
            "Rationale for review",
            "Objectives and focus of review",
            "Changes in the review process",
            "Rationale for using realist synthesis",
            "Scoping the literature",
            "Searching processes",
            "Selection and appraisal of documents",
            "Data extraction",
            "Analysis and synthesis processes",
            "Document flow diagram",
            "Document characteristics",
            "Main findings",
            "Summary of findings",
            "Strengths, limitations and future research directions",
            "Comparison with existing literature",
            "Conclusion and recommendations",
            "Funding",
        ),
        start=1,
    )
}
"""RAMESES publication standards, Wong et al., BMC Medicine 2013;11:21."""
LIVING: dict[str, str] = {
    "lsr-L1": "Living mode parameters",
    "lsr-L2": "Changes to methods",
    "lsr-L3": "Changes to results",
    "lsr-L4": "Authors and roles",
}
"""What PRISMA-LSR adds for living reviews, BMJ 2024;387:e079183."""
PRISMA_S: dict[str, str] = {
    f"prisma-s-{number}": name
    for number, name in enumerate(
        (
            "Database name",
            "Multi-database searching",
            "Study registries",
            "Online resources and browsing",
            "Citation searching",
            "Contacts",
            "Other methods",
            "Full search strategies",
            "Limits and restrictions",
            "Search filters",
            "Prior work",
            "Updates",
            "Dates of searches",
            "Peer review",
            "Total records",
            "Deduplication",
        ),
        start=1,
    )
}
"""PRISMA-S, Rethlefsen et al., Systematic Reviews 2021;10:39."""
STANDARDS = {"RAMESES": RAMESES, "PRISMA-LSR": LIVING, "PRISMA-S": PRISMA_S}
ITEMS: dict[str, str] = {**RAMESES, **LIVING, **PRISMA_S}
