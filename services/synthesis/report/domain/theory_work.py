"""Theory work of the whole review, told once: ideas, lineage, substantive theories, the log."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from services.synthesis.inference.domain import (
    ENTRY_KINDS,
    LINEAGE_WORDS,
    about_in_words,
    further_links,
    speaks_for_itself,
)
from services.synthesis.report.domain.blocks import (
    Block,
    Bullets,
    Figure,
    Heading,
    NoticeBlock,
    Paragraph,
    table,
    with_rows,
)
from services.synthesis.report.domain.inference import Inference, labels
from services.synthesis.report.domain.material import Material, TheoryPart
from shared.review.drawing.lineage import DrawnIdea, DrawnLink, draw_lineage
from shared.review.drawing.network import PAPER
from shared.review.drawing.standalone import standalone

Item = Mapping[str, Any]
CRITERIA = ("level", "fit", "simplicity", "compatibility")
NO_SOURCE = "not said"


def origins(material: Material) -> Iterator[Block]:
    """How the theories came to be: the drawing, every idea with its standing, every link."""
    inference = material.inference
    yield Heading(2, "How the theories came to be")
    if not inference.ideas and not inference.lineage:
        yield Paragraph("Nobody has noted an if-then idea or linked a theory with an earlier one.")
        return
    yield from _drawing(material)
    yield from _ideas(inference.ideas)
    rows = [
        (*_ends(link), link["because"] or "no reason was given", labels(link["moved_by"]))
        for link in inference.lineage
    ]
    if rows:
        columns = ("Earlier theory", "", "Later theory", "Why", "Moved by")
        yield table("Lineage: which theory came out of which", columns, rows)


def _ends(link: Item) -> tuple[str, str, str]:
    return link["earlier"]["label"], LINEAGE_WORDS[link["kind"]], link["later"]["label"]


def _drawing(material: Material) -> Iterator[Block]:
    titles = {part.id: part.title for part in material.theories}
    ideas = [
        DrawnIdea(item["id"], _called(item), tuple(t["id"] for t in item["theories"]))
        for item in material.inference.ideas
        if item["status"] == "open"
    ]
    links = [
        DrawnLink(link["earlier"]["id"], link["later"]["id"], link["kind"] == "split_from")
        for link in material.inference.lineage
    ]
    svg = draw_lineage(titles, ideas, links, PAPER)
    if svg:
        said = "How the theories came to be"
        splits = ". Dashed lines are splits" if any(link.split for link in links) else ""
        yield Figure(
            f"{said}: if-then ideas, and theories that came out of others{splits}",
            standalone(svg, said),
            _told(material.inference),
        )


def _told(inference: Inference) -> str:
    ideas = [
        f"{_called(item)} → {labels(item['theories'])}"
        for item in inference.ideas
        if item["status"] == "open" and item["theories"]
    ]
    return ". ".join([*ideas, *(" ".join(_ends(link)) for link in inference.lineage)]) + "."


def _called(idea: Item) -> str:
    return f"{idea['number']}. {idea['text']}" if idea["number"] is not None else str(idea["text"])


def _ideas(ideas: Sequence[Item]) -> Iterator[Block]:
    made = table(
        "If-then ideas, and what became of them",
        ("No.", "Idea", "Comes from", "What became of it", "Why"),
        [
            (
                item["number"],
                item["text"],
                labels(item["sources"]),
                _became(item),
                item["because"],
            )
            for item in ideas
        ],
    )
    yield from with_rows(made, "Nobody has noted an if-then idea.")


def _became(idea: Item) -> str:
    """Where an idea stands, with the reason's subject: dropped and merged ideas are told too."""
    if idea["status"] == "merged":
        return f"merged into: {idea['merged_into']['label']}"
    if idea["status"] == "dropped":
        return "dropped"
    into = labels(idea["theories"])
    return f"sorted into {into}" if into else "not sorted yet"


def considered(material: Material) -> Iterator[Block]:
    """The substantive theories of the review: appraised once, and what rests on each."""
    yield Heading(2, "Substantive theories considered")
    items = material.inference.substantive_theories
    if not items:
        yield Paragraph("No substantive theory was taken up yet.")
        return
    yield table(
        "Substantive theories, appraised by the criteria of Shearn et al. 2017",
        ("Theory", "What it says", *(n.capitalize() for n in CRITERIA), "Decision", "Why"),
        [
            (
                _cited(item),
                item["summary"],
                *(item[name] or "not appraised" for name in CRITERIA),
                _decided(item),
                item["because"],
            )
            for item in items
        ],
    )
    rows = [
        (item["name"], labels(item["theories"]) or "none", labels(item["arguments"]) or "none")
        for item in items
    ]
    columns = ("Theory", "Informs the programme theories", "Warrants the arguments")
    yield table("What rests on each substantive theory", columns, rows)


def _cited(item: Item) -> str:
    return f"{item['name']} ({item['citation']})" if item["citation"] else str(item["name"])


def _decided(item: Item) -> str:
    return f"{item['decision']} for the {item['phase']} theories"


def way_to(part: TheoryPart, inference: Inference) -> Iterator[Block]:
    """The ideas that a theory became of, and the theories that it came out of or went into."""
    told = [f"If-then idea {_called(item)}" for item in inference.ideas_of(part.id)]
    told += map(_linked, inference.came_from(part.id))
    for title, lines in (
        ("Where it comes from:", told),
        ("What became of it:", list(map(_linked, inference.went_into(part.id)))),
    ):
        if lines:
            yield Paragraph(title)
            yield Bullets(tuple(lines))


def _linked(link: Item) -> str:
    because = link["because"] or "no reason was given"
    moved = f" Moved by: {labels(link['moved_by'])}." if link["moved_by"] else ""
    return f"{' '.join(_ends(link))}: {because}.{moved}"


def substantive(part: TheoryPart, inference: Inference) -> Iterator[Block]:
    """The substantive theories behind a theory and the warrants that rest on them."""
    yield Heading(3, "Substantive theory")
    arguments = {item.id: item.words for item in part.arguments}
    found = inference.informing(part.id, list(arguments))
    if not found:
        yield Paragraph("No substantive theory is linked with this theory yet.")
        return
    yield table(
        f"Substantive theory behind {part.title}",
        ("Theory", "Decision", "Fit", "Warrants here"),
        [
            (
                _cited(item),
                _decided(item),
                item["fit"] or "not appraised",
                "; ".join(arguments[a["id"]] for a in item["arguments"] if a["id"] in arguments),
            )
            for item in found
        ],
    )


def log(material: Material) -> Iterator[Block]:
    """Everything that people noted, worded and decided, memos included, with why."""
    yield Heading(2, "Inference log")
    if material.inference.lacks_memos:
        yield NoticeBlock(
            "Extraction did not answer: the memos of coding are missing in this log; ask again."
        )
    made = table(
        "Inference log: what people noted, worded and decided, oldest first",
        ("Date", "By", "What", "About", "Words", "Why", "Links"),
        [_entry(entry) for entry in material.inference.log],
    )
    yield from with_rows(made, "Nothing was noted, worded or decided yet.")


def _entry(entry: Item) -> tuple[str, ...]:
    return (
        entry["at"][:10],
        entry.get("by", ""),
        f"{ENTRY_KINDS[entry['kind']]} {entry['done']}",
        "" if speaks_for_itself(entry) else about_in_words(entry),
        entry["words"],
        entry["reason"],
        labels(further_links(entry)),
    )
