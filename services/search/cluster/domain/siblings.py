"""How much says that a record is a sibling of a pearl: a report of the same study.

The scores are those of the method text: same trial 1.0; same grant and a shared
author 0.8; same collective name 0.8; same ORCID and the project's acronym 0.7; two
authors and the same address 0.5. They rank proposals: what is a study, people say.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from services.search.cluster.domain.kinship import addresses_of, folded, orcids_of, people_of
from services.search.library.domain.record import Bibliography

ENOUGH = 0.7
"""From this score on a sibling is proposed."""


@dataclass(frozen=True, slots=True, order=True)
class Sibling:
    """A proposed sibling: `why` names the strongest evidence."""

    score: float
    why: str
    pearl: str = ""
    record: str = ""


def siblings(
    pearls: Mapping[str, Bibliography], found: Mapping[str, Bibliography], acronym: str = ""
) -> list[Sibling]:
    """Proposed siblings of each pearl among `found` (by record id), the strongest first."""
    proposed = []
    for pearl, ours in pearls.items():
        for record, theirs in found.items():
            score, why = likeness(ours, theirs, acronym)
            if record not in pearls and score >= ENOUGH:
                proposed.append(Sibling(score, why, pearl, record))
    return sorted(proposed, key=lambda one: (-one.score, one.pearl, one.record))


def likeness(pearl: Bibliography, other: Bibliography, acronym: str = "") -> tuple[float, str]:
    """The score from 0 to 1, and the evidence for it in words (empty at 0)."""
    if trials := trial_numbers(pearl) & trial_numbers(other):
        return 1.0, f"the same trial ({min(trials)})"
    names = people_of(pearl).keys() & people_of(other).keys()
    orcids = orcids_of(pearl) & orcids_of(other)
    grants = folded(grant_numbers(pearl)) & folded(grant_numbers(other))
    if grants and (names or orcids):
        return 0.8, f"the same grant ({min(grants)}) and an author in common"
    if groups := folded(groups_of(pearl)) & folded(groups_of(other)):
        return 0.8, f"the same group ({min(groups)})"
    if orcids and mentions(other, acronym):
        return 0.7, f"the same author by ORCID ({min(orcids)}) and '{acronym}'"
    if len(names) > 1 and _same_address(pearl, other, names):
        return 0.5, f"{len(names)} authors in common at the same address"
    return 0.0, ""


def trial_numbers(bibliography: Bibliography) -> set[str]:
    """Registry numbers without the registry's name, in upper case."""
    return {one.rpartition("/")[2].strip().upper() for one in bibliography.trial_ids} - {""}


def grant_numbers(bibliography: Bibliography) -> tuple[str, ...]:
    """The numbers of grants (`number/acronym/agency/country`); an agency alone is none."""
    numbers = (one.partition("/")[0].strip() for one in bibliography.grants)
    return tuple(dict.fromkeys(one for one in numbers if any(c.isdecimal() for c in one)))


def groups_of(bibliography: Bibliography) -> tuple[str, ...]:
    """Collective authors, each once."""
    return tuple(dict.fromkeys(a.collective for a in bibliography.authors if a.collective))


def mentions(bibliography: Bibliography, acronym: str) -> bool:
    """Whether title or abstract have the acronym as a word, as it is written."""
    if not acronym:
        return False
    word = re.compile(rf"(?<!\w){re.escape(acronym)}(?!\w)")
    return bool(word.search(bibliography.title) or word.search(bibliography.abstract))


def _same_address(pearl: Bibliography, other: Bibliography, names: Iterable[str]) -> bool:
    ours, theirs = people_of(pearl), people_of(other)
    return any(addresses_of(ours[name]) & addresses_of(theirs[name]) for name in names)
