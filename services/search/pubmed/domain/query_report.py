"""What PubMed made of a query, in words for the people who wrote it.

A mistyped field tag does not fail: PubMed leaves it out and finds far too
much. A query that cannot be read and one that finds nothing look alike. Both
are told apart here, before and after the query is sent.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Literal

from services.search.pubmed.domain.answers import SearchMessage, SearchOutcome

FIELD = re.compile(r"\[([^\[\]]*)\]")
QUOTED = re.compile(r'"[^"]*"')
TERM = re.compile(r'"[^"]*"\[[^\]]*\]|[^\s()"]+\[[^\]]*\]|"[^"]*"|[^\s()]+')
SHORT_STEM = re.compile(r"(?<![\w-])\w{1,3}\*")
LOWER_OPERATOR = re.compile(r"\s(?:and|or|not)\s")
DATES = re.compile(
    r'\s+AND\s+\(?"?\d{4}/\d\d/\d\d"?(?:\[[^\]]*\])?\s*:\s*"?\d{4}/\d\d/\d\d"?\[[^\]]*\]\)?'
)
OPERATORS = frozenset({"AND", "OR", "NOT"})

FIELDS = {
    "ad": "affiliation",
    "aid": "article identifier",
    "all": "all fields",
    "au": "author",
    "1au": "author - first",
    "lastau": "author - last",
    "auid": "author - identifier",
    "cn": "author - corporate",
    "fau": "author - full",
    "ir": "investigator",
    "fir": "investigator - full",
    "bk": "book",
    "cois": "conflict of interest statements",
    "crdt": "date - create",
    "dcom": "date - completion",
    "edat": "date - entry",
    "mhda": "date - mesh",
    "lr": "date - modification",
    "dp": "date - publication",
    "rn": "ec/rn number",
    "ed": "editor",
    "sb": "filter",
    "gr": "grants and funding",
    "isbn": "isbn",
    "ip": "issue",
    "ta": "journal",
    "la": "language",
    "lid": "location id",
    "majr": "mesh major topic",
    "mh": "mesh terms",
    "sh": "mesh subheading",
    "jid": "nlm unique id",
    "ot": "other term",
    "pg": "pagination",
    "ps": "personal name as subject",
    "pa": "pharmacological action",
    "pl": "place of publication",
    "pt": "publication type",
    "pubn": "publisher",
    "si": "secondary source id",
    "nm": "supplementary concept",
    "tw": "text word",
    "ti": "title",
    "tiab": "title/abstract",
    "tt": "transliterated title",
    "uid": "pmid",
    "vi": "volume",
}
"""PubMed's field tags and full names (https://pubmed.ncbi.nlm.nih.gov/help/#search-tags)."""
ALIASES = (
    {"mesh", "subheading", "grant", "grant number", "text words", "subset", "doi", "pmcid"}
    | {"pdat", "mdat", "epdat", "ppdat", "is", "issn", "jour", "lang", "ptyp", "first author"}
    | {
        "last author",
        "corporate author",
        "title/abstract/keyword",
        "stat",
        "owner",
        "book accession",
    }
)
KNOWN = FIELDS.keys() | set(FIELDS.values()) | ALIASES

Weight = Literal["error", "warning", "note"]


@dataclass(frozen=True, slots=True)
class Remark:
    """One sentence for people about a query; an `error` makes its result useless."""

    weight: Weight
    sentence: str


def check(query: str) -> tuple[Remark, ...]:
    """What can be told about `query` before it is sent to PubMed."""
    return tuple(_check(query))


def _check(query: str) -> Iterator[Remark]:
    if not query.strip():
        yield Remark("error", "The query is empty; write at least one term.")
        return
    if query.count('"') % 2:
        yield Remark("error", "A quotation mark is not closed; PubMed would ignore them all.")
    bare = QUOTED.sub("", query)
    if not _balanced(bare):
        yield Remark("error", "The parentheses do not match; PubMed would repair them by guess.")
    for tag in FIELD.findall(bare):
        if not known_field(tag):
            yield Remark("warning", _unknown(tag))
    for stem in SHORT_STEM.findall(bare):
        yield Remark(
            "warning", f"'{stem}' is too short to be truncated: PubMed needs four letters."
        )
    if LOWER_OPERATOR.search(f" {FIELD.sub('', bare)} "):
        yield Remark("warning", "Write AND, OR and NOT in capitals; PubMed may read them as words.")


def known_field(tag: str) -> bool:
    """Whether PubMed has a field of this name (`tiab`, `Title/Abstract`, `tiab:~3`)."""
    name = tag.strip().lower().split(":", 1)[0]
    return name in KNOWN


def _unknown(tag: str) -> str:
    return (
        f"PubMed has no field '[{tag}]': it leaves the tag out and searches the words in all "
        "fields, which finds far more. Correct the tag, for example to [tiab]."
    )


def _balanced(bare: str) -> bool:
    depth = 0
    for sign in bare:
        depth += {"(": 1, ")": -1}.get(sign, 0)
        if depth < 0:
            return False
    return depth == 0


def remarks(query: str, outcome: SearchOutcome) -> tuple[Remark, ...]:
    """What people should know about a search that ran: PubMed's own warnings and ours."""
    told = [_told(notice) for notice in outcome.notices]
    if outcome.drift:
        told.append(_drifted(outcome.drift))
    told += check(query)
    if outcome.count == 0 and not any(each.weight == "error" for each in told):
        told.append(Remark("note", "The query is well formed and found nothing."))
    return tuple(dict.fromkeys(told))


def is_unusable(told: Iterable[Remark]) -> bool:
    """Whether a result with these remarks says nothing: a syntax error, not "zero hits"."""
    return any(each.weight == "error" for each in told)


def _told(notice: SearchMessage) -> Remark:
    match notice.kind:
        case "FieldNotFound":
            return Remark("warning", _unknown(notice.text.strip("[]")))
        case "PhraseNotFound":
            return Remark("warning", f"'{notice.text}' was found nowhere; check its spelling.")
        case "QuotedPhraseNotFound":
            return Remark(
                "warning",
                f"The phrase {notice.text} is not in PubMed's phrase index; "
                "PubMed searched its words one by one instead.",
            )
        case "PhraseIgnored":
            return Remark("note", f"PubMed ignored '{notice.text}'.")
        case _:
            return Remark("note", f"PubMed says: {notice.text}")


def _drifted(drift: int) -> Remark:
    more = "more" if drift > 0 else "fewer"
    return Remark(
        "note",
        f"PubMed's index moved during the search: it now counts {abs(drift)} {more} "
        "than were gathered. The next run looks back 30 days and takes them in.",
    )


@dataclass(frozen=True, slots=True)
class TranslationDiff:
    """Terms that PubMed searched in this run and not in the last, and the reverse."""

    added: tuple[str, ...]
    removed: tuple[str, ...]

    def __bool__(self) -> bool:
        return bool(self.added or self.removed)


def translation_diff(previous: str, current: str) -> TranslationDiff:
    """How PubMed's reading of the same query changed, e.g. with a new MeSH year.

    Limits by date differ in every run and are left out.
    """
    old, new = _terms(previous), _terms(current)
    return TranslationDiff(
        added=tuple(term for term in new if term not in old),
        removed=tuple(term for term in old if term not in new),
    )


def _terms(translation: str) -> dict[str, None]:
    undated = DATES.sub("", translation)
    return dict.fromkeys(term for term in TERM.findall(undated) if term not in OPERATORS)
