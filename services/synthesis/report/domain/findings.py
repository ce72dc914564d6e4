"""The findings chapter: theory by theory, with the evidence for and against."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from services.synthesis.report.domain import missing, theory_work
from services.synthesis.report.domain.blocks import (
    Block,
    Heading,
    NoticeBlock,
    Paragraph,
    table,
    with_rows,
)
from services.synthesis.report.domain.cases import cases, open_cases
from services.synthesis.report.domain.coded import coded
from services.synthesis.report.domain.held import arguments
from services.synthesis.report.domain.inference import Inference
from services.synthesis.report.domain.material import JudgedConfiguration, Material, TheoryPart
from services.synthesis.report.domain.pictures import configuration_figure
from services.synthesis.report.domain.sentences import in_words
from services.synthesis.report.domain.sketch import sketch_figure
from services.synthesis.report.domain.wording import wording
from shared.review.verdict_words import VERDICTS, context_words

NOTHING = Inference()
KINDS = ("CMO", "CM", "MO", "CO", "RR", "single")
SLOTS = ("Context", "Resource", "Response", "Outcome")


def summary(material: Material) -> Iterator[Block]:
    """Dyads and triads per theory, and what leads in each."""
    yield Heading(2, "Evidence per programme theory")
    yield table(
        "Fragments per programme theory: triads, dyads and single codes",
        ("Theory", "Fragments", *KINDS, "Studies"),
        [
            (part.title, part.fragments, *(part.kinds.get(k, 0) for k in KINDS), part.studies)
            for part in material.theories
        ],
    )
    rows = [
        (
            part.title,
            *_named(part, standing),
            standing.body["role"],
            _share(standing),
            ", ".join(filter(None, (standing.words, standing.together))),
        )
        for part in material.theories
        for standing in part.leading()
    ]
    made = table(
        "What to look at first in each theory: the first configuration of its first outcome",
        ("Theory", *SLOTS, "Counted", "Studies for, of all", "State"),
        rows,
    )
    yield from with_rows(made, "No configuration is conjectured yet.")


def _named(part: TheoryPart, standing: JudgedConfiguration) -> tuple[str, str, str, str]:
    """Context, resource, response, outcome: what is counted, and what fills the slots beside it."""
    body = standing.body
    contexts = "; ".join(_slot_context(part, body, group) for group in body["slots"]["contexts"])
    counted, beside = part.label(body["mechanism"]), part.partner(body)
    first, second = (beside, counted) if body["role"] == "response" else (counted, beside)
    said = contexts or part.from_theory(body["id"], "context") or "not stated"
    return said, first, second, part.happened(body)


def _slot_context(part: TheoryPart, body: Mapping[str, Any], group: str) -> str:
    item = next(item for item in body["contexts"] if item["group"] == group)
    return f"{part.label(group)} ({context_words(item)})"


def _share(standing: JudgedConfiguration) -> str:
    positive, both = standing.body["supporting_share"]
    more = ", most reported, fails more often than it occurs" if _fails_more(standing.body) else ""
    return f"{positive} of {both}{more}"


def theory(part: TheoryPart, inference: Inference = NOTHING) -> Iterator[Block]:
    """One theory in the order of the RECO chapter; `inference` is that of the review."""
    yield Heading(2, part.title, chapter=True)
    yield from wording(part)
    yield from theory_work.way_to(part, inference)
    yield from arguments(part)
    yield from missing.notes(part, NOTES)
    sketch = sketch_figure(part.title, part.notes, _numbers(part))
    if sketch is not None:
        yield sketch
    yield from coded(part)
    yield Heading(3, "Outcomes and conjectured configurations")
    yield from _outcomes(part)
    yield from in_words(part, part.leading())
    yield from _configurations(part)
    yield from _contexts(part)
    yield from cases(part)
    yield from open_cases(part)
    yield from theory_work.substantive(part, inference)
    yield from missing.refutation(part)
    yield from missing.missing(part)


def _numbers(part: TheoryPart) -> dict[str, str]:
    """Active fragments and how the chapter calls them."""
    return {name: f"fragment {passage.number}" for name, passage in part.passages.items()}


NOTES = {
    "slot": ("Slots filled from theory, without a fragment", ("role", "words", "source")),
    "statement": ("Statements merged from configurations", ("words", "reason")),
}


def _outcomes(part: TheoryPart) -> Iterator[Block]:
    made = table(
        "Outcomes in the order in which they were taken up (distal ones are not ranked)",
        ("Rank", "Outcome", "Studies", "with a mechanism", "Participants", "Sites"),
        [
            (
                f"{item['rank']}{' (pinned)' if item['pinned'] else ''}",
                part.label(item["outcome"]),
                item["reporting"],
                item["linking"],
                item["participants"],
                item["sites"],
            )
            for item in part.ranking
            if item["reporting"]
        ],
    )
    yield from with_rows(made, "No outcome of this theory is reported by an active study.")
    yield from _pinned(part)
    if part.standings and part.standings[0].body["near_tie"]:
        yield NoticeBlock(
            "The first two outcomes are reported by almost as many studies: a near tie."
        )


def _pinned(part: TheoryPart) -> Iterator[Block]:
    """What people pinned and why; a pin on what no fragment states changes nothing here."""
    if part.pin and part.pin["outcome"]:
        stated = any(item["outcome"] == part.pin["outcome"] for item in part.ranking)
        why = part.pin["reason"] or "no reason was given"
        named = f"'{part.label(part.pin['outcome'])}': {why}"
        yield Paragraph(f"Pinned{'' if stated else ', without evidence'}: {named}.")


def _configurations(part: TheoryPart) -> Iterator[Block]:
    if not part.standings:
        yield Paragraph("No configuration is conjectured: no fragment links a mechanism to it.")
        return
    bodies = [standing.body for standing in part.standings]
    yield configuration_figure(part.title, bodies, part.labels, part.undesired)
    yield table(
        "Conjectured configurations. Studies for, against and not fired are counted once, "
        "whatever they contribute; inferred ones stand apart and are never added",
        (
            *SLOTS,
            "Counted",
            "For",
            "Against",
            "Not fired",
            "Inferred for / against",
            "Coverage",
            "State",
        ),
        [
            (
                *_named(part, standing),
                standing.body["role"],
                *(len(standing.body["studies"][cell]) for cell in CELLS),
                _inferred(standing.body),
                "{} of {}".format(*standing.body["coverage"]),
                _state(standing),
            )
            for standing in part.ordered()
        ],
    )
    near = [part.short(s.body) for s in part.ordered() if _fails_more(s.body)]
    if near:
        yield NoticeBlock(f"Most reported, fails more often than it occurs: {'; '.join(near)}.")


CELLS = ("positive", "contradicting", "not_fired")


def _fails_more(body: Mapping[str, Any]) -> bool:
    positive, both = body["supporting_share"]
    return bool(positive) and both > 2 * positive


def _inferred(body: Mapping[str, Any]) -> str:
    """Studies that somebody concluded a statement rests on: apart, never added."""
    studies = body["studies"]
    return f"{len(studies['inferred_positive'])} / {len(studies['inferred_contradicting'])}"


def _state(standing: JudgedConfiguration) -> str:
    marks = []
    if standing.body["leading"]:
        marks.append("first to look at")
    if standing.body["leading_ties"]:
        marks.append("tied")
    if standing.body["unreplicated"]:
        marks.append(_one_study(standing.body))
    if standing.together:
        marks.append(standing.together)
    return ", ".join([standing.words, *marks])


def _one_study(body: Mapping[str, Any]) -> str:
    """A body that nobody has repeated: by one study, or by one on each side."""
    apart = len({*body["studies"]["positive"], *body["studies"]["contradicting"]}) > 1
    return "one study for, another against" if apart else "one study at most"


ORDER = tuple(VERDICTS)


def _contexts(part: TheoryPart) -> Iterator[Block]:
    """Contexts of what stands first in each outcome, by verdict."""
    rows = [
        (ORDER.index(item["verdict"]), _context(part, standing.body, item))
        for standing in part.ordered()
        if standing.body["leading"]
        for item in standing.body["contexts"]
    ]
    if rows:
        yield table(
            "Contexts by verdict, of the first configuration of each outcome",
            (
                "Verdict",
                "Context",
                "Configuration",
                "With success",
                "With failure",
                "Absent with success",
                "Absent with failure",
                "Stated with the mechanism only",
            ),
            [cells for _, cells in sorted(rows)],
        )
    joined = [
        (*_conjunction(part, item), part.short(standing.body))
        for standing in part.ordered()
        if standing.body["leading"]
        for item in standing.body["conjunctions"]
    ]
    if joined:
        columns = ("Contexts together", "Verdict", "With success", "With failure", "Configuration")
        yield table("Conjunctions of undecided contexts", columns, joined)


def _context(part: TheoryPart, body: Mapping[str, Any], item: Mapping[str, Any]) -> tuple[str, ...]:
    cells = ("positive", "negative", "positive_absent", "negative_absent", "trigger")
    return (
        context_words(item),
        part.label(item["group"]),
        part.short(body),
        *(_studies(part, item[name]) for name in cells),
    )


def _conjunction(part: TheoryPart, item: Mapping[str, Any]) -> tuple[str, str, str, str]:
    named = " and ".join(part.label(group) for group in item["groups"])
    sides = (_studies(part, item[name]) for name in ("positive", "negative"))
    first, second = sides
    return named, context_words(item), first, second


def _studies(part: TheoryPart, names: Sequence[str]) -> str:
    said = dict.fromkeys(map(part.names.study, names))
    return f"{len(names)}: {', '.join(said)}" if names else "0"
