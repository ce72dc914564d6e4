"""A fragment: one linked CMO statement coded from one passage.

Not stated is never absent: an outcome without a state is not stated; a context or mechanism
without one is present, because coding it says that it is there. Where a text does not state
that either, people say `not_stated`.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, fields, is_dataclass, replace
from hashlib import sha256
from typing import Any

from shared.events.extraction import Element, FragmentState, SourceRef

RESOURCE, RESPONSE = "mechanism_resource", "mechanism_response"
PRESENCE = ("present", "absent")
OCCURRENCE = ("occurred", "failed", "reversed")
STATES: dict[str, tuple[str, ...]] = {
    "context": PRESENCE,
    RESOURCE: PRESENCE,
    RESPONSE: PRESENCE,
    "outcome": OCCURRENCE,
}
"""The states that an element of each role may have; `reversed` (harm) counts as failed."""
SCHEMAS: dict[str, tuple[str, ...]] = {
    "CMO": (),
    "ICAMO": ("intervention", "actor"),
    "SCMO": ("strategy",),
}
"""Coding schemas of a review: the roles that each has besides context, mechanism and outcome."""
EXTRA_ROLES = frozenset(role for roles in SCHEMAS.values() for role in roles)
"""Roles that are coded and shown, and not counted by the synthesis."""
ROLES = EXTRA_ROLES | STATES.keys()

NOT_STATED = "not_stated"
EXPLICITNESS = ("stated", "inferred")
ATTRIBUTIONS = ("cited", "inferred", "summary")
DRAFT = "draft"
STATUSES = ("active", "withdrawn", DRAFT)
"""A draft is its coder's work in progress: not counted, and nobody else is told."""
RELATIONS = ("supports", "refines", "contradicts")
TARGETS = ("ccmoc", "argument")
KINDS = ("CMO", "CM", "MO", "CO", "RR", "single")


@dataclass(frozen=True, slots=True)
class FragmentProblem:
    """One thing that keeps a coded passage from being a fragment; `field` names where."""

    field: str
    sentence: str


def kind_of(elements: Iterable[Element]) -> str:
    """What a fragment links, by its roles: CMO, CM, MO, CO, RR (both mechanisms) or single."""
    roles = {element.role for element in elements}
    letters = "".join(
        letter
        for letter, present in (
            ("C", "context" in roles),
            ("M", bool(roles & {RESOURCE, RESPONSE})),
            ("O", "outcome" in roles),
        )
        if present
    )
    if len(letters) > 1:
        return letters
    return "RR" if roles == {RESOURCE, RESPONSE} else "single"


def with_default_states(state: FragmentState) -> FragmentState:
    """The fragment as it is kept: states left out are filled, `not_stated` becomes None."""
    elements = tuple(
        replace(e, state=_stated(e.role, e.state)) if e.role in ROLES else e for e in state.elements
    )
    return replace(state, elements=elements)


def problems(state: FragmentState) -> list[FragmentProblem]:
    """Everything that is wrong with a fragment in itself; empty: nothing.

    Whether its codes, theories and documents are known is asked when reading: they may
    arrive later.
    """
    found = _choice("status", state.status, STATUSES)
    found += _choice("explicitness", state.explicitness, EXPLICITNESS)
    for n, element in enumerate(state.elements):
        found += _element_problems(f"elements[{n}]", element)
    for n, source in enumerate(state.sources):
        found += _choice(f"sources[{n}].attribution", source.attribution, ATTRIBUTIONS)
    if state.duplicate_of == state.fragment_id:
        sentence = f"fragment '{state.fragment_id}' cannot repeat itself; name another or none"
        found.append(FragmentProblem("duplicate_of", sentence))
    for n, relation in enumerate(state.relations):
        found += _choice(f"relations[{n}].relation", relation.relation, RELATIONS)
        found += _choice(f"relations[{n}].kind", relation.kind, TARGETS)
    return found + _place_problems(state) + span_problems(state)


def content_hash(state: FragmentState) -> str:
    """Identity of a fragment's content: everything but the version number.

    Fields that later versions brought count only where they are used, so that content which
    was hashed before them keeps its hash.
    """
    return sha256(_said(replace(state, version=0, confidential=False)).encode()).hexdigest()


def _said(value: Any) -> str:
    """The `repr` of a state without what is left at its default of the later fields."""
    if isinstance(value, tuple):
        inner = ", ".join(map(_said, value))
        return f"({inner},)" if len(value) == 1 else f"({inner})"
    if not is_dataclass(value):
        return repr(value)
    pairs = [(f.name, getattr(value, f.name), f.default) for f in fields(value)]
    used = [(n, v) for n, v, default in pairs if (type(value), n) not in _LATER or v != default]
    return f"{type(value).__name__}({', '.join(f'{n}={_said(v)}' for n, v in used)})"


_LATER = frozenset(
    {(FragmentState, "rationale"), (FragmentState, "relations"), (FragmentState, "suggested_by")}
    | {(Element, "start"), (Element, "end")}
)


def next_version(
    given: int | None, wanted: str, history: Sequence[tuple[int, str]]
) -> tuple[int, bool]:
    """The version at which content with hash `wanted` stands, and whether it is new.

    `history` holds `(version, content hash)`, oldest first. The newest content sent again is
    no new version. With a version `given` (a bundle's), neither is content that the history
    holds at that version or later, so that loading a bundle twice changes nothing. Other
    content takes the version given, or the next where that one is taken.
    """
    newest, content = history[-1] if history else (0, "")
    if history and wanted == content:
        return newest, False
    if given is not None and any(v >= given and h == wanted for v, h in history):
        return newest, False
    return max(given or 0, newest + 1), True


def documents_of(state: FragmentState) -> tuple[str, ...]:
    """Ids of the documents that a fragment rests on (its passage and its sources), sorted."""
    named = {source.document_id for source in state.sources}
    return tuple(sorted(named | ({state.document_id} if state.document_id else set())))


def must_withhold(
    state: FragmentState, confidential: Mapping[str, bool], repeated: bool | None
) -> bool:
    """Whether a fragment's words must stay in this service.

    `confidential` says it of the known documents; one that is not known yet may turn out to
    be, so it is taken to be. `repeated` says whether the fragment that this one repeats
    (`duplicate_of`) is withheld; None: not known either.
    """
    if any(confidential.get(document, True) for document in documents_of(state)):
        return True
    return state.duplicate_of is not None and repeated is not False


def withheld(state: FragmentState) -> FragmentState:
    """The fragment without a word of anybody's text: ids, roles, codes and offsets only."""
    elements = tuple(replace(element, statement="") for element in state.elements)
    blank = replace(state, quote="", paraphrase="", memo="", rationale="", locator="")
    return replace(blank, elements=elements, confidential=True)


def counted(state: FragmentState) -> FragmentState:
    """The fragment with those elements alone whose roles the synthesis counts."""
    return replace(state, elements=tuple(e for e in state.elements if e.role in STATES))


def with_default_source(
    state: FragmentState, speakers: Sequence[Mapping[str, str | None]], case: str | None
) -> FragmentState:
    """The fragment with its document as its source, where it names none.

    `speakers` are who speaks in the passage (`participant`, `case`): each is a source of its
    own; `case` is the document's.
    """
    if state.sources or state.document_id is None:
        return state
    alone: Sequence[Mapping[str, str | None]] = [{"participant": None, "case": None}]
    sources = tuple(
        SourceRef(
            document_id=state.document_id,
            case_id=one["case"] or case,
            participant=one["participant"],
        )
        for one in speakers or alone
    )
    return replace(state, sources=sources)


def recoded(state: FragmentState, role: str, code: str, to: tuple[str, str]) -> FragmentState:
    """The fragment with `to` (role, code) wherever it is coded `role`, `code`.

    A state that the new role cannot have becomes "not stated".
    """
    elements = tuple(
        _recoded(e, *to) if (e.role, e.code_id) == (role, code) else e for e in state.elements
    )
    return replace(state, elements=elements)


def _recoded(element: Element, role: str, code: str) -> Element:
    fits = element.state in STATES.get(role, PRESENCE)
    return replace(element, role=role, code_id=code, state=element.state if fits else None)


def erased(state: FragmentState) -> FragmentState:
    """The fragment after its source was erased: withdrawn, and its texts gone for good."""
    return replace(withheld(state), status="withdrawn", confidential=state.confidential)


def changed_fields(before: FragmentState | None, after: FragmentState) -> tuple[str, ...]:
    """Names of the fields that differ, for the event's `changed`; empty for a new fragment."""
    if before is None:
        return ()
    names = FragmentState.__dataclass_fields__
    return tuple(n for n in names if n != "version" and getattr(before, n) != getattr(after, n))


def _stated(role: str, state: str | None) -> str | None:
    if state == NOT_STATED:
        return None
    return state or (None if role == "outcome" else "present")


def _element_problems(field: str, element: Element) -> list[FragmentProblem]:
    if element.role in EXTRA_ROLES:
        return _code_problems(field, element) + _extra_state_problems(field, element)
    if element.role not in STATES:
        return _choice(f"{field}.role", element.role, tuple(STATES))
    found = _code_problems(field, element)
    if element.state is not None:
        found += _choice(f"{field}.state", element.state, STATES[element.role])
    return found


def _code_problems(field: str, element: Element) -> list[FragmentProblem]:
    if element.code_id:
        return []
    return [FragmentProblem(f"{field}.code", "a code is missing; name one")]


def _extra_state_problems(field: str, element: Element) -> list[FragmentProblem]:
    if element.state is None:
        return []
    return _choice(f"{field}.state", element.state, PRESENCE)


def span_problems(state: FragmentState) -> list[FragmentProblem]:
    """Elements whose own span leaves the passage, or has but one end."""
    found = []
    for n, e in enumerate(state.elements):
        field = f"elements[{n}].start"
        if (e.start is None) != (e.end is None):
            found.append(FragmentProblem(field, "start and end belong together; send both"))
        elif e.start is not None and e.end is not None and not _inside(state, e.start, e.end):
            sentence = (
                f"the span {e.start} to {e.end} leaves the passage "
                f"({state.start} to {state.end}); select words inside it"
            )
            found.append(FragmentProblem(field, sentence))
    return found


def _inside(state: FragmentState, start: int, end: int) -> bool:
    if state.start is None or state.end is None:
        return False
    return state.start <= start < end <= state.end


def _place_problems(state: FragmentState) -> list[FragmentProblem]:
    """Offsets come in pairs, with the quote and the document that they point into."""
    if state.start is None and state.end is None:
        return []
    if state.start is None or state.end is None:
        return [FragmentProblem("start", "start and end belong together; send both or neither")]
    if state.document_id is None or not state.quote:
        sentence = "offsets need the document they point into and the quote; send all four"
        return [FragmentProblem("document", sentence)]
    if not 0 <= state.start < state.end:
        return [FragmentProblem("start", "offsets are code points, 0 <= start < end")]
    return []


def _choice(field: str, value: str, allowed: Sequence[str]) -> list[FragmentProblem]:
    if value in allowed:
        return []
    word = field.rpartition(".")[2]
    sentence = f"{word} '{value}' is unknown; use one of {', '.join(allowed)}"
    return [FragmentProblem(field, sentence)]
