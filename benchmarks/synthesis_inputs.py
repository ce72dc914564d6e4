"""From the plain dicts of a review bundle to the inputs of the synthesis engine."""

from collections.abc import Iterable, Mapping
from typing import Any, cast

from runtime.bundle.reco_rules import (
    Valences,
    made_source,
    outcome_level,
    theory_id,
    theory_ids,
    with_sources,
    with_states,
)
from services.synthesis.engine.values import (
    HOLDS,
    ROLES,
    Argument,
    Citation,
    Codebook,
    Element,
    Fragment,
    Group,
    Judgement,
    Membership,
    Parameters,
    PartRole,
    Pin,
    Prediction,
    Role,
    Source,
    Term,
    Unit,
)

Record = Mapping[str, Any]


def fragment_of(item: Record, valences: Valences) -> Fragment:
    """A line of `fragments.jsonl`, import rules applied to what it leaves open."""
    filled = with_sources(with_states(item, valences))
    return Fragment(
        id=str(item["id"]),
        theories=tuple(theory_ids(item)),
        elements=tuple(_element(element) for element in filled["elements"]),
        citations=tuple(_citation(source) for source in filled["sources"]),
        version=int(item.get("version") or 1),
        active=item.get("status", "active") == "active",
        duplicate_of=item.get("duplicate_of") or None,
    )


def _element(item: Record) -> Element:
    return Element(
        role=item["role"],
        code=item.get("code_id") or None,
        state=item["state"],
        of_group=bool(item.get("of_group")),
        wished=bool(item.get("wished")),
    )


def _citation(item: Record | str) -> Citation:
    if isinstance(item, str):
        return Citation(item)
    return Citation(
        source=str(item["key"]),
        attribution=item.get("attribution") or "cited",
        case=item.get("case") or None,
        participant=item.get("participant") or None,
    )


def source_of(item: Record) -> Source:
    """A line of `sources.jsonl`: its own study where none is named, included unless it says no."""
    return Source(
        key=str(item["key"]),
        study=str(item.get("study") or item["key"]),
        case=item.get("case") or None,
        record=item.get("record") or None,
        included=item.get("included") is not False,
        retracted=retracted(item.get("flags") or ()),
        withdrawn=item.get("status", "active") == "withdrawn",
    )


def sources_made(item: Record) -> Iterable[Source]:
    """Sources of people and works that a fragment with an `origin` alone speaks for."""
    if item.get("sources") is None:
        for source in with_sources(item)["sources"]:
            yield source_of(made_source(source["key"]))


def retracted(flags: Iterable[Record | str]) -> bool:
    """Whether flags, in order, leave a record retracted; concern and correction do not."""
    state = False
    for flag in flags:
        kind = flag if isinstance(flag, str) else str(flag.get("flag") or flag.get("kind"))
        if kind.startswith("retract"):
            state = True
        elif kind.startswith("reinstate"):
            state = False
    return state


def codebook_of(roles: Mapping[str, Iterable[Record]], version: int = 1) -> Codebook:
    """The groups of one theory as `codebook.json` lists them, per role."""
    return Codebook(
        tuple(_group(role, group) for role in ROLES for group in roles.get(role) or ()), version
    )


def _group(role: Role, item: Record) -> Group:
    opposite = item.get("opposite_of") or ()
    outcome = role == "outcome"
    return Group(
        role=role,
        id=str(item.get("group_id") or item["id"]),
        members=tuple(_member(code) for code in item.get("codes") or ()),
        opposite_of=(opposite,) if isinstance(opposite, str) else tuple(opposite),
        two_valued=bool(item.get("two_valued")),
        level=cast(Any, outcome_level(item.get("level"))) if outcome else "unset",
        valence=item.get("valence") or "unset" if outcome else "unset",
        label=str(item.get("label") or ""),
    )


def _member(item: Record) -> Membership:
    return Membership(
        code=str(item.get("code_id") or item["id"]),
        sense=item.get("sense") or "same",
        by_import_rule=bool(item.get("sense_by")),
    )


def by_role(groups: Any, known: Codebook) -> Mapping[str, list[Record]]:
    """Groups of a changed codebook: per role, or one list in which each says its role.

    A group of such a list that says none keeps the role that it had.
    """
    if isinstance(groups, Mapping):
        return groups
    roles = {group.id: group.role for group in known.groups}
    found: dict[str, list[Record]] = {}
    for group in groups:
        role = group.get("role") or roles.get(str(group.get("group_id") or group["id"]), "context")
        found.setdefault(role, []).append(group)
    return found


def theory_key(item: Record) -> str:
    """The key of a theory in `theories.json`: its `id`, or PT and its number."""
    return theory_id(item.get("id") or item["number"])


def pin_of(item: Record) -> Pin:
    """A pinned outcome group and why."""
    return Pin(str(item["outcome"]), str(item.get("reason") or ""))


def parameters_of(item: Record) -> Parameters:
    """The stated thresholds; the method's own where one is not stated."""
    known = Parameters.__dataclass_fields__
    return Parameters(
        **{name: value for name, value in item.items() if name in known and value is not None}
    )


def judgement_of(item: Record) -> Judgement:
    """One person's judgement; a judgement on a pair goes to the part that it was counted by."""
    role, mechanism = item.get("role"), item.get("mechanism")
    if not (role and mechanism):
        role = "response" if item.get("response") else "resource"
        mechanism = item.get(role)
    verdict = str(item["verdict"]).strip().lower().replace(" ", "_").replace("-", "_")
    part: PartRole = "response" if str(role).endswith("response") else "resource"
    return Judgement(
        theory=theory_id(item["theory"]),
        outcome=str(item["outcome"]),
        role=part,
        mechanism=str(mechanism),
        fragment=str(item["fragment"]),
        person=str(item["person"]),
        acting_as=item["as"],
        verdict=cast(Any, verdict),
        fragment_version=item.get("fragment_version"),
    )


def argument_of(item: Record) -> Argument:
    """An argument as `theories.json` or `argument_stated` holds it."""
    return Argument(
        id=str(item["id"]),
        theory=theory_id(item["theory"]),
        outcome=str(item["outcome"]),
        occurs=item.get("outcome_state", "occurred") in HOLDS,
        contexts=tuple(term_of({"role": "context", **said}) for said in item.get("contexts") or ()),
        resource=item.get("resource") or None,
        response=item.get("response") or None,
        predictions=tuple(
            Prediction(
                id=str(said["id"]),
                given=tuple(term_of(term) for term in said.get("given") or ()),
                expected=term_of(said["expected"]),
                words=str(said.get("words") or ""),
            )
            for said in item.get("predictions") or ()
        ),
        version=int(item.get("version") or 1),
    )


def term_of(item: Record) -> Term:
    """A group of a role with the sign of a state."""
    return Term(Unit(item["role"], str(item["group"])), item["state"] in HOLDS)
