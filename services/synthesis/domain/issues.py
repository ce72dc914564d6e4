"""What has no place in a CCMOC and must not be dropped in silence (section 7, `--issues`)."""

from collections.abc import Iterable
from typing import Any

from services.synthesis.domain.presence import Codex, compiled, read
from services.synthesis.domain.recompute import fragments_by_theory
from services.synthesis.domain.rows import SourceReader, kind_of
from services.synthesis.domain.values import OUTCOME, Codebook, Fragment, Review
from shared.review.studies import cycles, siblings

Issues = dict[str, list[Any]]


def issues_of(review: Review) -> Issues:
    """Every irregularity of a review, by kind; each list sorted, empty where there is none.

    Fragments are listed while they are active. An outcome that is named without a state, and a
    sense that an import rule set, are listed as what they are: undecided by people.
    """
    sources = SourceReader(review.fragments, review.sources, review.links)
    active = [item for item in review.fragments.values() if sources.active(item)]
    known = set(review.theories)
    found: Issues = {
        "contradictory_groups": [],
        "no_mechanism_stated": [],
        "unknown_codes": [],
        "outcome_not_stated": [],
        "fragments_without_a_theory": sorted(item.id for item in active if not item.theories),
        "unknown_theories": sorted(
            {theory for item in active for theory in item.theories if theory not in known}
        ),
        "link_cycles": _link_cycles(review),
        "senses_by_import_rule": [],
        "theories_without_evidence": [],
    }
    members = fragments_by_theory(active)
    for theory in review.theories:
        codebook = review.codebooks.get(theory) or Codebook()
        _of_theory(found, theory, codebook, members.get(theory, []))
    return {kind: sorted(items, key=str) for kind, items in found.items()}


def _link_cycles(review: Review) -> list[dict[str, list[str] | list[list[str]]]]:
    """Linked sets in which a link could be taken away and all would stay one study."""
    sets = siblings(review.links)
    return [
        {"studies": sets[study], "links": [list(link) for link in links]}
        for study, links in cycles(review.links).items()
    ]


def _of_theory(
    found: Issues, theory: str, codebook: Codebook, fragments: Iterable[Fragment]
) -> None:
    codex = compiled(codebook)
    listed = list(fragments)
    if not listed:
        found["theories_without_evidence"].append(theory)
    for fragment in listed:
        _of_fragment(found, theory, codex, fragment)
    found["senses_by_import_rule"] += [
        {"theory": theory, "role": group.role, "group": group.id, "code": member.code}
        for group in codebook.groups
        for member in group.members
        if member.by_import_rule
    ]


def _of_fragment(found: Issues, theory: str, codex: Codex, fragment: Fragment) -> None:
    place = {"theory": theory, "fragment": fragment.id}
    for unit in sorted(read(fragment.elements, codex).contradictory):
        found["contradictory_groups"].append({**place, "role": unit.role, "group": unit.group})
    if kind_of(fragment.elements) == "CO":
        found["no_mechanism_stated"].append(place)
    for element in fragment.elements:
        code = {"role": element.role, "code": element.code}
        if element.code is None or (element.role, element.code) not in codex.memberships:
            found["unknown_codes"].append({**place, **code})
        if element.role == OUTCOME and element.state == "not_stated":
            found["outcome_not_stated"].append({**place, **code})
