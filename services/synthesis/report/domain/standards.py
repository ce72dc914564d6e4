"""RAMESES and PRISMA-LSR: what the report holds of each item, and what the authors wrote."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from services.synthesis.report.domain.blocks import Block, Heading, Paragraph, table
from services.synthesis.report.domain.items import LIVING, RAMESES
from services.synthesis.report.domain.material import AuthorText, Material
from shared.review.numbers import counted
from shared.review.prisma import Flow
from shared.review.source_names import is_known, source_name

WRITE = "the authors must write this"


def text_of(material: Material, item: str) -> AuthorText | None:
    """What the authors wrote for an item, or None."""
    return next((one for one in material.texts if one.item == item and one.text), None)


def rameses(material: Material) -> Iterator[Block]:
    """The 19 items of the RAMESES publication standards with the authors' texts."""
    yield Heading(2, "RAMESES publication standards")
    yield from _items(material, RAMESES, _filled(material), "RAMESES items (Wong et al. 2013)")


def living(material: Material) -> Iterator[Block]:
    """The items that PRISMA-LSR adds for living reviews, with the authors' texts."""
    yield Heading(2, "PRISMA-LSR")
    title = "Items for living systematic reviews (PRISMA-LSR 2024)"
    yield from _items(material, LIVING, _living(material), title)


def _items(
    material: Material, items: Mapping[str, str], filled: Mapping[str, str], title: str
) -> Iterator[Block]:
    """The table of all items, then what the authors wrote, item by item."""
    rows = [
        (
            _number(key),
            name,
            filled.get(key, ""),
            _written(text_of(material, key)) or ("" if key in filled else WRITE),
        )
        for key, name in items.items()
    ]
    yield table(title, ("Item", "", "In this report", "Authors' text"), rows)
    yield from written(material, items)


def written(material: Material, items: Mapping[str, str]) -> Iterator[Block]:
    """What the authors wrote, item by item; the abstract stands at the front of the report."""
    for key, name in items.items():
        text = text_of(material, key)
        if text is not None and key != "rameses-2":
            yield Heading(3, f"{_number(key)} {name}")
            yield from (Paragraph(part) for part in text.text.split("\n") if part.strip())


def _number(key: str) -> str:
    return key.rsplit("-", 1)[1]


def _written(text: AuthorText | None) -> str:
    return f"version {text.version}, {text.at[:10]}" if text else ""


def _filled(material: Material) -> dict[str, str]:
    versions, flow = len(material.versions), material.flow
    refined = sum(max(0, len(part.history) - 1) for part in material.theories)
    fragments = sum(part.fragments for part in material.theories)
    configurations = sum(len(part.standings) for part in material.theories)
    amended = sum(1 for item in material.told.amendments if item["version"] > 1)
    searches = counted(len(material.searches), "search or import", "searches and imports")
    said = {
        1: material.title,
        4: material.question,
        5: f"{counted(amended, 'amendment')}, {counted(refined, 'refinement')} of theories, "
        f"{counted(versions, 'version')}: see "
        "'Amendments' and 'Changes since the last version'",
        8: f"{searches}: see 'Search strategies as run'",
        9: f"{counted(len(flow.stages), 'stage')}: see 'Flow of records' and 'Appraisal'",
        10: f"{counted(fragments, 'fragment')} coded, each with its source: see the theories",
        11: f"{counted(configurations, 'configuration')} counted over studies: see the theories",
        12: "see 'Flow of records'",
        13: f"{counted(len(material.sources), 'source')}: see 'Document characteristics'",
        14: "the theories, each with its arguments and cases",
    }
    return {f"rameses-{number}": words for number, words in said.items() if words}


def living_mode(searches: Sequence[Mapping[str, Any]], flow: Flow) -> str:
    """The databases, what came otherwise, and what is searched again by itself, and when."""
    asked = [str(item.get("database") or "") for item in searches]
    brought = [one.source for one in flow.sources if one.arm == "database"]
    sources = [one for one in dict.fromkeys([*asked, *brought]) if one]
    databases = sorted({source_name(one) for one in sources if is_known(one)})
    untold = [source_name(one) for one in sources if not is_known(one)]
    others = [source_name(one.source) for one in flow.sources if one.arm != "database"]
    schedules = [
        f"{item.get('name') or source_name(str(item.get('database') or ''))}: {item['schedule']}"
        for item in searches
        if item.get("schedule")
    ]
    said = [f"databases: {', '.join(databases) or 'none told'}"]
    if untold:
        said.append(f"files whose database nobody told: {', '.join(untold)}")
    if others:
        said.append(f"other sources: {', '.join(dict.fromkeys(others))}")
    return "; ".join([*said, f"schedules: {', '.join(schedules) or 'none set'}"])


def _living(material: Material) -> dict[str, str]:
    last = material.versions[-1] if material.versions else None
    since = "no version was frozen yet"
    if last:
        changes = counted(len(material.changes), "change")
        since = f"{changes} since version {last['number']} ({str(last['at'])[:10]})"
    amended = sum(1 for item in material.told.amendments if item["version"] > 1)
    people = [f"{m['name']} ({', '.join(m['roles'])})" for m in material.told.team]
    said = {
        "lsr-L1": living_mode(material.told.searches, material.flow),
        "lsr-L2": f"{counted(amended, 'amendment')}, with dates and reasons: see 'Amendments'",
        "lsr-L3": f"{since}: see 'Changes since the last version'",
        "lsr-L4": "; ".join(people),
    }
    return {key: words for key, words in said.items() if words}
