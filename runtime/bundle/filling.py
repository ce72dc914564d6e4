"""What a bundle may leave out, made by rule: review, theories, sources, states, senses, votes."""

from pathlib import Path
from typing import Any

from runtime.bundle import reco_rules
from runtime.bundle.bundle import Bundle
from runtime.bundle.checks import theories_of
from runtime.bundle.codebook_checks import groups_of
from runtime.bundle.model.events import BundleEvent, CodebookEvent, FragmentEvent
from runtime.bundle.model.evidence import Fragment, Source, TheoryCodebook
from runtime.bundle.model.review import CriterionEntry, DecisionRow, Member, ReviewFile, StageEntry
from runtime.bundle.model.theories import Theory
from runtime.bundle.raw import RawBundle

IMPORTER = Member(person="importer", name="Bundle importer", roles=("owner", "reviewer", "coder"))
LAST_STAGE = "full_text"
NOT_INCLUDED = CriterionEntry(id="not-included", text="Not included, as the sources file states")


INFERENCE = ("lineage", "substantive_theories", "memos")


STATED = ("parameters", "judgements", "arguments")
"""What is taken from the file of theories as it is."""


def whole(raw: RawBundle, root: Path, digest: str) -> Bundle:
    """The bundle with every gap filled and the import rules applied."""
    valences = reco_rules.valences_of(_plain(raw.codebook))
    fragments = tuple(filled_fragment(fragment, valences) for _, fragment in raw.fragments)
    listed = tuple(source for _, source in raw.sources)
    review, review_made = _review(raw)
    theories = _theories(raw, fragments)
    events = tuple(_filled_event(event, valences) for _, event in raw.events)
    later = tuple(event.fragment for event in events if isinstance(event, FragmentEvent))
    sources = _sources((*fragments, *later), listed)
    decisions, told = tuple(row for _, row in raw.decisions), raw.theories
    voted, review = _votes(review, sources, {row.record for row in decisions}, raw.has_decisions)
    made = [
        *review_made,
        *_told(len(theories) - len(raw.theories.theories), "theory", "theories"),
        *_told(len(sources) - len(listed), "source", "sources"),
        *_told(len(voted), "decision", "decisions"),
    ]
    return Bundle(
        root=root,
        review=review,
        theories=theories,
        ideas=(*told.draft_ideas, *told.ideas),
        **{name: getattr(told, name) for name in (*STATED, *INFERENCE, "texts")},
        codebook=senses(raw.codebook, [fragment for _, fragment in raw.fragments]),
        fragments=fragments,
        sources=sources,
        records=tuple(row for _, row in raw.records),
        record_files=raw.record_files,
        decisions=(*decisions, *voted),
        events=events,
        extraction=raw.extraction,
        searching=raw.searching,
        made=tuple(made),
        digest=digest,
    )


def filled_fragment(
    fragment: Fragment, valences: reco_rules.Valences = reco_rules.NO_VALENCES
) -> Fragment:
    """The fragment with theories, states and sources (rules of `reco_rules`)."""
    plain = fragment.model_dump(exclude_none=True)
    filled = reco_rules.with_sources(reco_rules.with_states(plain, valences))
    filled["theories"] = theories_of(fragment)
    return Fragment.model_validate(filled)


def senses(
    codebook: dict[str, TheoryCodebook], fragments: list[Fragment]
) -> dict[str, TheoryCodebook]:
    """The codebook with a sense for every code and levels in the method's words."""
    plain = _plain(codebook)
    raws = [fragment.model_dump(exclude_none=True) for fragment in fragments]
    filled = reco_rules.with_senses(plain, raws)["programme_theories"]
    return {theory: TheoryCodebook.model_validate(book) for theory, book in filled.items()}


def _plain(codebook: dict[str, TheoryCodebook]) -> dict[str, Any]:
    return {
        "programme_theories": {
            theory: book.model_dump(exclude_none=True, exclude=set(book.model_extra or ()))
            for theory, book in codebook.items()
        }
    }


def _filled_event(event: BundleEvent, valences: reco_rules.Valences) -> BundleEvent:
    if isinstance(event, FragmentEvent) and event.fragment.elements:
        return event.model_copy(update={"fragment": filled_fragment(event.fragment, valences)})
    if isinstance(event, CodebookEvent):
        theory = reco_rules.theory_id(event.theory)
        groups = senses({theory: event.groups}, [])[theory]
        return event.model_copy(update={"theory": theory, "groups": groups})
    return event


def _told(number: int, one: str, many: str) -> list[str]:
    return [f"{number} {one if number == 1 else many}"] if number else []


def _review(raw: RawBundle) -> tuple[ReviewFile, list[str]]:
    """The review with at least one person and, where records are decided on, one stage."""
    review = raw.review
    made = [] if raw.has_review else ["review.yaml"]
    changes: dict[str, Any] = {}
    if not review.title:
        changes["title"] = review.id
    if not review.team:
        people = dict.fromkeys(row.person for _, row in raw.decisions)
        voters = tuple(Member(person=p) for p in people if p and p != IMPORTER.person)
        changes["team"] = (IMPORTER, *voters)
    if not review.stages:
        changes["stages"] = _stages(raw)
    return review.model_copy(update=changes), made


def _stages(raw: RawBundle) -> tuple[StageEntry, ...]:
    """The stages that the decisions name, in their order and each from the one before."""
    names = list(dict.fromkeys(row.stage for _, row in raw.decisions)) or [LAST_STAGE]
    before = [None, *names[:-1]]
    return tuple(
        StageEntry(name=name, source=source) for name, source in zip(names, before, strict=True)
    )


def _theories(raw: RawBundle, fragments: tuple[Fragment, ...]) -> tuple[Theory, ...]:
    """The stated theories, then one for every key that only codebook or fragments name."""
    by_key = {theory.key: theory for theory in raw.theories.theories}
    named = {*raw.codebook, *(str(t) for f in fragments for t in f.theories or ())}
    for key in sorted(named - by_key.keys()):
        number = key.removeprefix("PT")
        by_key[key] = Theory(id=key, number=int(number) if number.isdecimal() else None, name=key)
    return tuple(by_key.values())


def _sources(fragments: tuple[Fragment, ...], listed: tuple[Source, ...]) -> tuple[Source, ...]:
    cited = [f.model_dump(include={"sources"}) for f in fragments]
    known = {source.key: source for source in listed}
    keys = [{"key": key} for key in known]
    made = reco_rules.sources_for(cited, keys)[len(keys) :]
    documents = {f.document for f in fragments if f.document} - known.keys()
    extra = sorted(documents - {source["key"] for source in made})
    return (
        *listed,
        *(Source.model_validate(source) for source in made),
        *(Source(key=key, study=key) for key in extra),
    )


def _votes(
    review: ReviewFile, sources: tuple[Source, ...], decided: set[str], has_decisions: bool
) -> tuple[list[DecisionRow], ReviewFile]:
    """Decisions that the sources state where decisions.csv says nothing of their record."""
    stated: dict[str, bool] = {}
    for source in sources:
        included = source.included if has_decisions else source.included is not False
        if source.record and source.record not in decided and included is not None:
            stated[source.record] = stated.get(source.record, True) and included
    rows = [row for record, yes in stated.items() for row in _path_votes(review, record, yes)]
    if all(stated.values()):
        return rows, review
    criteria = (*review.criteria, NOT_INCLUDED)
    return rows, review.model_copy(update={"criteria": criteria})


def _path_votes(review: ReviewFile, record: str, included: bool) -> list[DecisionRow]:
    rows = []
    path = review.main_path()
    for stage in path:
        out = stage == path[-1] and not included
        rows += [
            DecisionRow(
                record=record,
                stage=stage,
                person=person,
                verdict="exclude" if out else "include",
                reason=NOT_INCLUDED.id if out else None,
            )
            for person in voters(review, stage)
        ]
    return rows


def voters(review: ReviewFile, stage: str) -> list[str]:
    """As many of the team as the stage's policy can ask for."""
    policy = next(entry.policy for entry in review.stages if entry.name == stage)
    able = [m.person for m in review.team if {"owner", "reviewer"} & set(m.roles)]
    return (able or [review.team[0].person])[: 1 if policy.kind == "single" else 2]


def groups_by_theory(bundle: Bundle) -> dict[str, list[tuple[str, Any]]]:
    """Every theory's groups with their roles (empty where the codebook has none)."""
    return {
        theory.key: list(groups_of(bundle.codebook.get(theory.key, TheoryCodebook())))
        for theory in bundle.theories
    }
