"""Codebooks as a tree of codes, and the codings of fragments on it."""

from collections import defaultdict
from dataclasses import dataclass, field
from typing import Any

from services.extraction.exchange.domain.content import NO_THEORY, ROLE_LABELS, Content
from services.extraction.exchange.domain.tree import Node
from services.extraction.exchange.domain.values import is_valid, made_from
from shared.events.extraction import CodeDefinition, Element, FragmentState, GroupState

Place = tuple[str, str, str]
"""Theory (empty: none), role and code."""


def code_guid(*parts: str) -> str:
    """The identifier of a node of the tree until it gets that of its content."""
    return made_from("own code", *parts)


@dataclass(slots=True)
class CodeTree:
    """The topmost nodes, what the contents notes say of the nodes, and where each code is."""

    roots: list[Node] = field(default_factory=list)
    entries: dict[str, dict[str, Any]] = field(default_factory=dict)
    guids: dict[Place, str] = field(default_factory=dict)
    definitions: dict[str, CodeDefinition] = field(default_factory=dict)
    plain: Any = None

    def codings(self, fragment: FragmentState) -> list[Node]:
        """One coding per element and theory of a fragment."""
        return [
            self._coding(fragment, n, element, theory)
            for n, element in enumerate(fragment.elements)
            for theory in fragment.theories or ("",)
        ]

    def by_role(self, fragment: FragmentState) -> dict[str, list[str]]:
        """Identifiers of the codings for the first theory of a fragment, by role."""
        found: dict[str, list[str]] = defaultdict(list)
        for n, element in enumerate(fragment.elements):
            theory = (fragment.theories or ("",))[0]
            found[element.role].append(_coding_guid(fragment, n, theory))
        return found

    def guid_of_memo(self, kind: str, key: str) -> str | None:
        """The node that a memo on a theory, or on a code, belongs to."""
        if kind == "theory":
            return code_guid(key)
        if kind == "code":
            return next((g for (_, _, code), g in self.guids.items() if code == key), None)
        return None

    def _coding(self, fragment: FragmentState, n: int, element: Element, theory: str) -> Node:
        attributes = {"guid": _coding_guid(fragment, n, theory)}
        if fragment.coder:
            attributes["creatingUser"] = made_from("own", "person", fragment.coder)
        if is_valid("time", fragment.coded_at):
            attributes["creationDateTime"] = fragment.coded_at
        target = self.guids[(theory, element.role, element.code_id)]
        return Node("Coding", attributes, [Node("CodeRef", {"targetGUID": target})])


def _coding_guid(fragment: FragmentState, n: int, theory: str) -> str:
    return made_from("own coding", fragment.fragment_id, str(n), theory)


def code_tree(content: Content, plain: Any) -> CodeTree:
    """Theory, role, group, code; codes that are in no group stand beside the groups."""
    tree = CodeTree(definitions=content.codes, plain=plain)
    used: dict[str, dict[str, set[str]]] = defaultdict(lambda: defaultdict(set))
    for fragment in content.fragments.values():
        for theory in fragment.theories or ("",):
            for element in fragment.elements:
                used[theory][element.role].add(element.code_id)
    _add_unused(content, used)
    for theory in sorted(used.keys() | content.codebooks.keys()):
        groups = content.codebooks.get(theory, ())
        tree.roots.append(_theory(theory, content.theories.get(theory, ""), groups, used, tree))
        tree.entries[code_guid(theory)] = {"kind": "theory", "theory": theory}
        if theory in content.codebooks:
            tree.entries[code_guid(theory)]["groups"] = plain(groups)
    return tree


def _add_unused(content: Content, used: dict[str, dict[str, set[str]]]) -> None:
    """Codes that no fragment and no group has yet stand in the tree of no theory."""
    placed = {c.code_id for groups in content.codebooks.values() for g in groups for c in g.codes}
    placed |= {code for roles in used.values() for codes in roles.values() for code in codes}
    for code in content.codes.values():
        if code.code_id not in placed:
            used[""][code.role].add(code.code_id)


def _theory(
    theory: str,
    name: str,
    groups: tuple[GroupState, ...],
    used: dict[str, dict[str, set[str]]],
    tree: CodeTree,
) -> Node:
    label = f"{theory}: {name}" if name and name != theory else theory or NO_THEORY
    root = Node("Code", {"guid": code_guid(theory), "name": label, "isCodable": "false"})
    for role, title in ROLE_LABELS.items():
        here = [group for group in groups if group.role == role]
        loose = used[theory][role] - {code.code_id for group in here for code in group.codes}
        if here or loose:
            guid = code_guid(theory, role)
            node = Node("Code", {"guid": guid, "name": title, "isCodable": "false"})
            tree.entries[guid] = {"kind": "role", "theory": theory, "role": role}
            node.children = [_group(theory, group, tree) for group in here]
            node.children += [_code(theory, role, c, c, "", tree) for c in sorted(loose)]
            root.children.append(node)
    return root


def _group(theory: str, group: GroupState, tree: CodeTree) -> Node:
    guid = code_guid(theory, group.role, "group", group.group_id)
    attributes = {"guid": guid, "name": group.label or group.group_id, "isCodable": "false"}
    node = Node("Code", attributes, _described(_about_group(group)))
    node.children += [
        _code(theory, group.role, c.code_id, c.label or c.code_id, _about_sense(c.sense), tree)
        for c in group.codes
    ]
    entry = {"kind": "group", "theory": theory, "role": group.role, "group": group.group_id}
    tree.entries[guid] = entry
    return node


def _code(theory: str, role: str, code: str, label: str, about: str, tree: CodeTree) -> Node:
    guid = code_guid(theory, role, "code", code)
    tree.guids[(theory, role, code)] = guid
    entry = {"kind": "code", "theory": theory, "role": role, "code": code}
    tree.entries[guid] = entry
    known = tree.definitions.get(code)
    if known is not None:
        tree.entries[guid] = {**entry, "definition": tree.plain(known)}
        label, about = known.label if label == code else label, known.description or about
    attributes = {"guid": guid, "name": label, "isCodable": "true"}
    return Node("Code", attributes, _described(about))


def _described(words: str) -> list[Node]:
    return [Node("Description", {}, [], words)] if words else []


def _about_group(group: GroupState) -> str:
    said = [word for word in (group.level, group.valence) if word]
    said += ["two-valued"] if group.two_valued else []
    return "; ".join(said)


def _about_sense(sense: str) -> str:
    return "opposite sense in its group" if sense == "opposite" else ""
