"""Identifiers in one spelling, whatever dialect a database writes them in."""

import html
import re
from collections.abc import Iterable
from urllib.parse import unquote

from services.search.library.domain.record import Bibliography

_DOI = re.compile(r"10\.\d{4,9}/\S+")
_CUT = re.compile(r"^10\.\d+/(?:s\d{4}|[^/()<>]*[(<][^)>]*)$")
_NEXT = re.compile(r"[;,|]\s*(?:doi:\s*)?(?:https?://\S*?)?10\.\d{4}.*$", re.DOTALL)
_VIEW = re.compile(r"/(?:abstract|full|fulltext|e?pdf|html|meta|summary)$")
_END = " .,;:'\"<>"
_PMID = re.compile(r"\d{1,9}")
_REGISTRY = re.compile(
    r"clinical ?trials?\.gov|clinical ?trials? ?regist|ictrp|trialsearch\.who|isrctn|anzctr|chictr|"
    r"drks|ctri\.nic|umin|jrct|euctr",
    re.IGNORECASE,
)
_TRIAL = re.compile(
    r"\b(?:NCT\d{8}|ISRCTN\d{8}|ACTRN\d{14}|ChiCTR[A-Z-]*\d{8,10}|DRKS\d{8}|JPRN-\w{4,15}|"
    r"UMIN\d{9}|jRCT\w?\d{9,10}|CTRI/\d{4}/\d\d/\d{6}|EUCTR\d{4}-\d{6}-\d\d|IRCT\w{10,16}|"
    r"KCT\d{7}|PACTR\d{15}|TCTR\d{11}|NTR\d{3,4})\b",
    re.IGNORECASE,
)
_ISSN = re.compile(r"\b\d{4}-?\d{3}[\dxX]\b")


def doi(raw: str | None) -> str:
    """The DOI inside `raw`, lower case, or "".

    Resolver prefixes, `doi:`, labels before it (`ARTN 106 10.1186/...`),
    percent-encoding, `/pdf`, a second DOI, trailing punctuation and unbalanced
    closing brackets go. A
    DOI visibly cut off (`10.1016/s0022`, an open bracket) identifies nothing.
    """
    if not raw:
        return ""
    text = unquote(raw[:2000]) if "%" in raw else raw[:2000]
    found = _DOI.search(text)
    if found is None:
        return ""
    value = _VIEW.sub("", _NEXT.sub("", html.unescape(found.group().lower())).rstrip(_END))
    while value.endswith((")", "]")) and _unbalanced(value):
        value = value[:-1].rstrip(_END)
    return "" if _CUT.match(value) else value


_SUFFIX = re.compile(r"pub\d+|abstract|full|pdf|epdf|x|html|meta|issn\d+|isbn\d+|[a-z]{3,12}\d?")


def folded_doi(raw: str | None) -> str:
    """The DOI in `raw` without the punctuation after its prefix, which databases change."""
    prefix, slash, rest = doi(raw).partition("/")
    return f"{prefix}/{re.sub(r'[^a-z0-9]', '', rest)}" if slash else ""


def same_doi(one: str, other: str) -> bool | None:
    """Do two folded DOIs agree? None if one is missing, or is the other with a suffix."""
    if not one or not other:
        return None
    if one == other:
        return True
    short, long = (one, other) if len(one) < len(other) else (other, one)
    if long.startswith(short) and _SUFFIX.fullmatch(long, len(short)):
        return None
    return False


def _unbalanced(value: str) -> bool:
    return value.count(")") > value.count("(") or value.count("]") > value.count("[")


def pmid(raw: str | None) -> str:
    """The PubMed number as digits without leading zeros, or ""."""
    found = _PMID.search(raw) if raw else None
    return found.group().lstrip("0") if found else ""


def registration(source: Bibliography) -> str:
    """The number of the register's entry that `source` is, "" for a work about a trial.

    An entry has no DOI, PubMed number, volume or pages, and a register or nothing
    where a journal stands. Two entries may have one title, never one number.
    """
    if source.doi or source.pmid or source.volume or source.pages:
        return ""
    places = (source.journal, *source.urls)
    if source.journal and not any(map(_REGISTRY.search, places)):
        return ""
    told = (*places, *source.trial_ids, *(author.name for author in source.authors[:1]))
    found = {number.upper() for text in told for number in _TRIAL.findall(text)}
    return found.pop() if len(found) == 1 else ""


def issns(raw: Iterable[str]) -> tuple[str, ...]:
    """ISSNs as eight characters without hyphen, sorted, each once."""
    found = {m.replace("-", "").lower() for text in raw if text for m in _ISSN.findall(text)}
    return tuple(sorted(found))


def isbns(raw: Iterable[str]) -> tuple[str, ...]:
    """ISBNs as their nine significant digits (ISBN-10 and -13 become equal), sorted."""
    found: set[str] = set()
    for text in filter(None, raw):
        for part in re.split(r"[;,\s]+", text):
            digits = re.sub(r"[^0-9xX]", "", part)
            if len(digits) == 13 and digits[:3] in {"978", "979"}:
                found.add(digits[3:12])
            elif len(digits) == 10:
                found.add(digits[:9])
    return tuple(sorted(found))
