"""What became of a published article: retracted, doubted, corrected, reinstated.

Read from the links and publication types of PubMed
(https://www.nlm.nih.gov/bsd/policy/errata.html). `RetractionOf` marks the
notice: the notice is never taken for the paper that it retracts.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

from services.search.library.domain.record import Bibliography, Link

FlagKind = Literal["retraction", "concern", "correction", "reinstatement"]
State = Literal["retracted", "not_retracted", "unknown"]

FLAG_OF_LINK: dict[str, FlagKind] = {
    "RetractionIn": "retraction",
    "RetractedandRepublishedIn": "retraction",
    "ExpressionOfConcernIn": "concern",
    "ErratumIn": "correction",
    "CorrectedandRepublishedIn": "correction",
    "PartialRetractionIn": "correction",
}
"""NLM counts partial retractions as errata since October 2016."""
NOTICE_LINKS = frozenset(
    {"RetractionOf", "ExpressionOfConcernFor", "ErratumFor", "PartialRetractionOf"}
)
NOTICE_TYPES = frozenset({"Retraction of Publication", "Retraction Notice", "Published Erratum"})
RETRACTED_TYPES = frozenset({"Retracted Publication"})
RETRACTED_TITLE = re.compile(r"^\W*(RETRACTED(?: ARTICLE)?|WITHDRAWN|REMOVED)\s*[:.]")
GRAVITY: dict[FlagKind, int] = {
    "retraction": 3,
    "concern": 2,
    "correction": 1,
    "reinstatement": 0,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class RetractionFlag:
    """One standing statement about an article.

    `notice` is the PMID of the notice, or `doi:` and its DOI, if the source has one, and
    `citation` where it was printed. `replaced` says that the article was published anew there.
    """

    kind: FlagKind
    notice: str = ""
    citation: str = ""
    replaced: bool = False

    @property
    def key(self) -> tuple[str, str]:
        """What makes two flags the same statement: its kind and its notice."""
        return self.kind, self.notice or self.citation


@dataclass(frozen=True, slots=True, kw_only=True)
class RetractionAnswer:
    """What one source said when it was asked of an article (`doi:…` or `pmid:…`).

    `known` is false where the source could not say: that is "unknown", never "not retracted";
    `why` tells the reason.
    """

    source: str
    article: str
    known: bool = False
    flags: tuple[RetractionFlag, ...] = ()
    why: str = ""

    @property
    def state(self) -> State:
        """Whether the source holds the article for retracted."""
        if is_retracted(self.flags):
            return "retracted"
        return "not_retracted" if self.known else "unknown"


def union_of(states: Iterable[State]) -> State:
    """What sources say together: one that says "retracted" is enough; "not retracted" needs one
    that knows the article, and silence is "unknown".
    """
    said = set(states)
    if "retracted" in said:
        return "retracted"
    return "not_retracted" if "not_retracted" in said else "unknown"


def is_notice(bibliography: Bibliography) -> bool:
    """Whether the article is itself a notice of retraction, concern or correction."""
    linked = any(link.kind in NOTICE_LINKS for link in bibliography.links)
    return linked or not NOTICE_TYPES.isdisjoint(bibliography.publication_types)


def flags_of(bibliography: Bibliography) -> tuple[RetractionFlag, ...]:
    """Flags that stand against the article itself, the gravest first, each once.

    A retraction without a linked notice (only the publication type, or a title
    that begins `RETRACTED:` or `WITHDRAWN:`) is a flag with an empty notice.
    """
    found = {flag.key: flag for flag in map(_flag, bibliography.links) if flag}
    retracted = any(flag.kind == "retraction" for flag in found.values())
    if not retracted and _says_retracted(bibliography):
        flag = RetractionFlag(kind="retraction", citation=_evidence(bibliography))
        found[flag.key] = flag
    return tuple(sorted(found.values(), key=lambda flag: (-GRAVITY[flag.kind], flag.key)))


def _flag(link: Link) -> RetractionFlag | None:
    kind = FLAG_OF_LINK.get(link.kind)
    if kind is None:
        return None
    return RetractionFlag(
        kind=kind,
        notice=link.pmid or "",
        citation=link.citation,
        replaced=link.kind in ("RetractedandRepublishedIn", "CorrectedandRepublishedIn"),
    )


def _says_retracted(bibliography: Bibliography) -> bool:
    if is_notice(bibliography):
        return False
    typed = not RETRACTED_TYPES.isdisjoint(bibliography.publication_types)
    return typed or RETRACTED_TITLE.match(bibliography.title) is not None


def _evidence(bibliography: Bibliography) -> str:
    if RETRACTED_TYPES.isdisjoint(bibliography.publication_types):
        return "title"
    return "publication type Retracted Publication"


def what_happened(
    before: Iterable[RetractionFlag], after: Iterable[RetractionFlag]
) -> tuple[RetractionFlag, ...]:
    """What to announce when the flags of an article went from `before` to `after`.

    A new flag is announced once. Where the last retraction (or, with none, the
    last concern) has gone, that is a reinstatement. A notice that becomes
    known for a retraction already announced without one is announced again,
    so that people can cite it. A correction that goes is no news.
    """
    old, new = tuple(before), tuple(after)
    known = {flag.key for flag in old}
    fresh = tuple(flag for flag in new if flag.key not in known)
    for kind in ("retraction", "concern"):
        gone = [flag for flag in old if flag.kind == kind]
        if gone and not any(GRAVITY[flag.kind] >= GRAVITY[gone[0].kind] for flag in new):
            last = gone[0]
            return (
                *fresh,
                RetractionFlag(kind="reinstatement", notice=last.notice, citation=last.citation),
            )
    return fresh


def is_retracted(flags: Iterable[RetractionFlag]) -> bool:
    """Whether the article is to be left out of all analyses."""
    return any(flag.kind == "retraction" for flag in flags)
