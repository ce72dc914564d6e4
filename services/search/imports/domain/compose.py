"""From a record's tagged values to a `Bibliography`, the same for every format.

A dialect says which tags fill which field, best first. The first value of a
single field wins, further different ones and all tags without a field go to
`extra`: nothing is dropped.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial

from services.search.imports.domain import fields
from services.search.imports.domain.fields import Content, Extra, Tags
from services.search.imports.domain.fields import Values as Values
from services.search.library.domain import values
from services.search.library.domain.record import Author, Bibliography


@dataclass(frozen=True, slots=True, kw_only=True)
class Dialect:
    """Which tags of one format fill which field of `Bibliography`, best first.

    `own_id` are tags with the database's own number; `doi_notes` are notes in which some
    write nothing but the DOI, `pmid_notes` those that say `PUBMED 123`; `kinds` maps the format's
    types of reference (lower case) to ours; of those, `usual` say no more than ours.
    """

    kind: tuple[str, ...] = ()
    title: tuple[str, ...] = ()
    abstract: tuple[str, ...] = ()
    authors: tuple[str, ...] = ()
    collectives: tuple[str, ...] = ()
    year: tuple[str, ...] = ()
    journal: tuple[str, ...] = ()
    volume: tuple[str, ...] = ()
    issue: tuple[str, ...] = ()
    pages: tuple[str, ...] = ()
    start_page: tuple[str, ...] = ()
    end_page: tuple[str, ...] = ()
    publisher: tuple[str, ...] = ()
    language: tuple[str, ...] = ()
    doi: tuple[str, ...] = ()
    doi_notes: tuple[str, ...] = ()
    pmid: tuple[str, ...] = ()
    pmid_notes: tuple[str, ...] = ()
    pmcid: tuple[str, ...] = ()
    issns: tuple[str, ...] = ()
    keywords: tuple[str, ...] = ()
    mesh: tuple[str, ...] = ()
    publication_types: tuple[str, ...] = ()
    trial_ids: tuple[str, ...] = ()
    grants: tuple[str, ...] = ()
    references: tuple[str, ...] = ()
    urls: tuple[str, ...] = ()
    own_id: tuple[str, ...] = ()
    kinds: Mapping[str, str]
    usual: frozenset[str] = frozenset()


Step = Callable[[Values, Content, Extra], None]


@dataclass(frozen=True, slots=True)
class _Plan:
    """What records with one set of tags need: their people's tags, and a step a field they have."""

    dialect: Dialect
    own_id: tuple[str, ...]
    authors: tuple[str, ...]
    collectives: tuple[str, ...]
    steps: tuple[Step, ...]


_MOST_PLANS = 2000
_plans: dict[tuple[int | str, ...], _Plan] = {}


def _plan(found: Values, dialect: Dialect) -> _Plan:
    """The plan for a record's tags; the records of a file share a few.

    A tag that a record has not cannot fill a field, so it is not looked for.
    """
    key: tuple[int | str, ...] = (
        id(dialect),
        *found,
    )  # the plan keeps the dialect, so no other gets its id
    return _plans.get(key) or _new_plan(key, found, dialect)


def _new_plan(key: tuple[int | str, ...], found: Values, dialect: Dialect) -> _Plan:
    if len(_plans) >= _MOST_PLANS:
        _plans.clear()
    plan = _plans[key] = _made_plan(found, dialect)
    return plan


def _made_plan(found: Values, dialect: Dialect) -> _Plan:
    def having(name: str) -> Tags:
        return tuple(tag for tag in getattr(dialect, name) if tag in found)

    steps: list[Step] = []

    def add(name: str, read: Callable[..., None], *settings: object) -> None:
        if tags := having(name):
            steps.append(partial(read, *settings, tags))

    add("kind", fields.kind, dialect.kinds, dialect.usual)
    texts = tuple((name, tags) for name in _TEXTS if (tags := having(name)))
    steps.append(partial(fields.texts, texts))
    add("year", fields.year)
    starts, ends = having("start_page"), having("end_page")
    if starts or ends:
        steps.append(partial(fields.page_range, starts, ends))
    add("keywords", fields.keywords)
    for name in _MANY:
        add(name, fields.many, name)
    add("doi", fields.identifier, "doi", values.doi_of)
    add("doi_notes", fields.noted_doi)
    add("pmid", fields.identifier, "pmid", values.pmid_of)
    add("pmid_notes", fields.noted_pmid)
    add("pmcid", fields.identifier, "pmcid", values.pmcid_of)
    add("issns", fields.serials)
    if having("urls"):
        steps.append(fields.identified_by_address)
    people = having("authors"), having("collectives")
    return _Plan(dialect, having("own_id"), *people, tuple(steps))


_TEXTS = ("title", "abstract", "journal", "volume", "issue", "pages", "publisher", "language")
_MANY = ("mesh", "publication_types", "trial_ids", "grants", "references", "urls")


def compose(found: Values, dialect: Dialect, authors: tuple[Author, ...] = ()) -> Bibliography:
    """The bibliography of one record.

    `found` (tag to its non-empty values in file order) is used up. `authors`,
    when a reader could relate addresses and ORCIDs to people, replaces the tags.
    """
    return _composed(_plan(found, dialect), found, authors)


def identified(found: Values, dialect: Dialect) -> tuple[str | None, Bibliography]:
    """`own_id_of` and `compose` at once, for a reader of many records."""
    plan = _plan(found, dialect)
    own_id = _own_id(plan.own_id, found) if plan.own_id else None
    return own_id, _composed(plan, found, ())


def _composed(plan: _Plan, found: Values, authors: tuple[Author, ...]) -> Bibliography:
    extra: Extra = []
    content: Content = {}
    for step in plan.steps:
        step(found, content, extra)
    content["authors"] = authors or fields.authors(plan.authors, plan.collectives, found)
    if found:
        for tag, rest in found.items():
            for value in rest:
                extra.append((tag, value))
    if extra:
        content["extra"] = tuple(extra)
    return Bibliography.of(content)


def own_id_of(found: Values, dialect: Dialect) -> str | None:
    """The database's own number for this record, when it looks like one.

    A reference manager's running number (`ID - 12`) identifies nothing outside
    its file, so a number needs six characters and two digits.
    """
    return _own_id(dialect.own_id, found)


def _own_id(tags: Tags, found: Values) -> str | None:
    for tag in tags:
        for value in found.get(tag, ()):
            if 6 <= len(value) <= 80 and sum(map(str.isdecimal, value)) >= 2 and " " not in value:
                return value
    return None
