"""What forbids an automatic merge, whatever else agrees.

A veto holds between two records and, in `components`, between the clusters
they are in. `Veto.PROPOSE` leaves the pair to a person; `Veto.APART` does not
even ask.
"""

from enum import Enum
from typing import NamedTuple

from services.search.library.domain.dedup.agreement import FieldAgreement, Titles
from services.search.library.domain.dedup.features import Features
from services.search.library.domain.dedup.rules import living
from services.search.library.domain.dedup.spelling import exchanged, slipped


class Kind(Enum):
    """How far a veto goes."""

    APART = "apart"
    ASK = "ask"


class Veto(NamedTuple):
    """A veto and its reason in plain words."""

    kind: Kind
    reason: str


def veto(a: Features, b: Features, e: FieldAgreement) -> Veto | None:
    """The first veto that holds between two records, or None; symmetric."""
    if _living(a, b, e) and (e.doi is False or e.years or e.volume is False or e.issue is False):
        return Veto(Kind.ASK, "two versions of one living review")
    if e.doi is False:
        return Veto(_if_same_place(e), "the DOIs differ")
    if e.pmid is False:
        return Veto(_if_same_place(e), "the PubMed numbers differ")
    if e.registration is False:
        return Veto(_if_same_place(e), "the registry numbers differ")
    for rule in (_notice, _part, _version, _number, _word, _meeting, _supplement, _identity):
        if found := rule(a, b, e):
            return found
    return None


def _if_same_place(e: FieldAgreement) -> Kind:
    """Two identifiers for one printed place may be one paper registered twice."""
    if e.title < Titles.NEAR or e.years != 0 or False in (e.pages, e.volume, e.issue, e.journal):
        return Kind.APART
    return Kind.ASK if e.pages or (e.volume and e.issue) else Kind.APART


def _notice(a: Features, b: Features, e: FieldAgreement) -> Veto | None:
    """Erratum, retraction, reply, comment or protocol against the work itself."""
    if a.notice == b.notice or (e.title is Titles.EQUAL and e.pages):
        return None
    named = " and ".join(sorted(filter(None, (a.notice, b.notice))))
    return Veto(Kind.APART, f"only one is a {named}" if not (a.notice and b.notice) else named)


def _part(a: Features, b: Features, e: FieldAgreement) -> Veto | None:
    """Part I against Part II, or a part against the whole."""
    if a.parts == b.parts:
        return None
    if a.parts and b.parts:
        return Veto(Kind.APART, "the titles name different parts")
    if e.pages and e.volume and e.years == 0:
        return None
    return Veto(Kind.ASK, "only one title names a part")


def _version(a: Features, b: Features, e: FieldAgreement) -> Veto | None:
    """Cochrane reviews keep title and number through every update; the issue tells them apart."""
    if e.identified or not (_cochrane(a) and _cochrane(b)):
        return None
    if e.years or e.issue is False:
        kind = Kind.ASK if _living(a, b, e) else Kind.APART
        return Veto(kind, "two versions of one Cochrane review")
    return None


def _living(a: Features, b: Features, e: FieldAgreement) -> bool:
    """Do both titles say that the review lives, and the same people sign it?"""
    signed = (e.authors or 0) >= 0.6 and e.title >= Titles.NEAR
    return signed and living(a, b)


def _cochrane(f: Features) -> bool:
    return f.journal.startswith("cochrane database") or f.first.startswith("cd")


def _number(a: Features, b: Features, e: FieldAgreement) -> Veto | None:
    """Titles alike but for a number: doses, years, phases."""
    one, other = a.digits.replace(".", ""), b.digits.replace(".", "")
    if one == other or one.startswith(other) or other.startswith(one) or e.identified:
        return None
    if e.pages and e.volume and not (a.meeting or b.meeting):
        return None
    return Veto(Kind.ASK if e.pages else Kind.APART, "the titles carry different numbers")


def _word(a: Features, b: Features, e: FieldAgreement) -> Veto | None:
    """Titles alike but for a word, on other pages: another drug, not another spelling.

    One letter of a long word may be a slip, and a word that one title has more may be missing.
    """
    if e.title is not Titles.NEAR or e.pages is not False or e.identified:
        return None
    if slipped(a.title, b.title) or not exchanged(a.title, b.title):
        return None
    return Veto(Kind.APART, "the titles differ in a word, and the pages differ")


def _meeting(a: Features, b: Features, e: FieldAgreement) -> Veto | None:
    """A conference abstract against the article that came of it.

    The one that is not marked may be an abstract too: in the same issue, in a
    supplement, or on a single page. An article takes more.
    """
    if a.meeting == b.meeting or e.pages or e.identified:
        return None
    plain = b if a.meeting else a
    if e.pages is None and e.volume is not False and e.issue is not False and e.years == 0:
        if (e.volume and e.issue) or plain.supplement or plain.first == plain.last != "":
            return None
        if _bare_twin(a, b, e):
            return None
        return Veto(Kind.ASK if e.journal or e.volume else Kind.APART, _ABSTRACT)
    twice = e.title is Titles.EQUAL and e.journal and e.volume and e.years == 0
    return Veto(Kind.ASK if twice else Kind.APART, _ABSTRACT)


def _bare_twin(a: Features, b: Features, e: FieldAgreement) -> bool:
    """Nothing but one mark tells them apart: no pages or issue where the article would have some.

    One volume, or none in both; the same people, title, journal and year.
    """
    plain = b if a.meeting else a
    alike = e.title is Titles.EQUAL and bool(e.journal) and (e.authors or 0) > 0.99
    bare = not (plain.first or plain.issue) and bool(e.volume or not (a.volume or b.volume))
    return alike and bare


_ABSTRACT = "only one is marked as a conference abstract"


def _supplement(a: Features, b: Features, e: FieldAgreement) -> Veto | None:
    """A supplement's abstract against the article of a regular issue, when pages cannot tell."""
    if a.supplement == b.supplement or e.pages is not None or e.identified:
        return None
    plain = b if a.supplement else a
    if plain.meeting or plain.first == plain.last or not plain.issue:
        return None
    return Veto(Kind.ASK, "only one is in a supplement")


def _identity(a: Features, b: Features, e: FieldAgreement) -> Veto | None:
    """Nothing to go by: no title in one of them and no shared identifier."""
    if (a.title and b.title) or e.identified:
        return None
    return Veto(Kind.ASK, "one has no title")
