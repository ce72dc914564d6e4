"""REFI-QDA's XML: read tolerantly into a tidy tree, written in the order of the standard."""

from collections.abc import Iterable, Mapping
from typing import cast

from lxml import etree

from services.extraction.exchange.domain.grammar import RULES, Rule, in_order
from services.extraction.exchange.domain.losses import Losses
from services.extraction.exchange.domain.tree import CannotExchange, Node
from services.extraction.exchange.domain.values import made_from, tidied
from services.extraction.exchange.formats.nesting import parts_of
from services.extraction.exchange.formats.parsing import parsed
from shared.text import clean

PROJECT, CODEBOOK = "urn:QDA-XML:project:1.0", "urn:QDA-XML:codebook:1.0"
_OTHER_NAMES = {
    ("Project", "creatingUser"): "creatingUserGUID",
    ("Project", "modifyingUser"): "modifyingUserGUID",
    ("MemberCode", "guid"): "targetGUID",
}
_OTHER_NAMES |= {
    (tag, name): name.removesuffix("GUID")
    for tag, rule in RULES.items()
    if "creatingUser" in rule.attributes
    for name in ("creatingUserGUID", "modifyingUserGUID")
}
_DEFAULTS = {
    ("Code", "isCodable"): "true",
    ("Variable", "typeOfVariable"): "Text",
    ("Code", "name"): "",
    ("Set", "name"): "",
    ("Project", "name"): "",
    ("Variable", "name"): "",
}
_XSI = "{http://www.w3.org/2001/XMLSchema-instance}"


def read_xml(data: bytes, losses: Losses) -> Node:
    """The tidy tree of a project or a codebook (as a project that holds only that).

    Raises `CannotExchange` for what is no XML (with line and column), has a document type, or
    is something else.
    """
    root = parsed(data, losses)
    tag = etree.QName(root).localname
    namespace = etree.QName(root).namespace or ""
    if tag not in ("Project", "CodeBook"):
        raise CannotExchange(f"This is XML, but no REFI-QDA: it begins with <{tag[:60]}>.")
    if namespace not in (PROJECT, CODEBOOK):
        losses.add(f"namespace '{namespace[:80]}' is read as version 1.0")
    project = _Tidying(losses).tidy(root) if tag == "Project" else _of_codebook(root, losses)
    if project is None:
        raise CannotExchange("The file holds no project.")
    return project


def _of_codebook(root: etree._Element, losses: Losses) -> Node:
    """A codebook file as a project: its codes, and its sets beside them."""
    tidying = _Tidying(losses)
    named = {etree.QName(part).localname: part for part in list(parts_of(root, losses))}
    for name in named.keys() - {"Codes", "Sets"}:
        losses.add("parts that are not in the standard were left out", name)
    found = {name: tidying.tidy(part) for name, part in named.items() if name in ("Codes", "Sets")}
    codes, sets = found.get("Codes"), found.get("Sets")
    if codes is None:
        raise CannotExchange("The codebook holds no codes.")
    project = Node("Project", {"name": ""}, [Node("CodeBook", {}, [codes])])
    if "origin" in root.attrib:
        project.attributes["origin"] = clean(str(root.attrib["origin"]))
    if sets is not None:
        project.children.append(sets)
    return project


class _Tidying:
    """Makes elements what the standard says they are, and says what was not."""

    def __init__(self, losses: Losses) -> None:
        self._losses = losses
        self._links: list[tuple[str, str]] = []

    def tidy(self, element: etree._Element) -> Node | None:
        """The element with all of its parts, or None where it cannot be kept."""
        tag = etree.QName(element).localname
        rule = RULES[tag]
        node = Node(tag, self._attributes(element, tag, rule))
        if rule.value:
            return self._value(element, tag, rule)
        self._add_children(node, element, rule)
        lacks = [need for need in sorted(rule.needed) if node.first(need) is None]
        lacks += sorted(rule.required - node.attributes.keys())
        if lacks or (tag == "Sources" and not node.children):
            self._say_left_out(node, tag, (lacks or ["sources"])[0], is_empty=not len(element))
            return None
        return node

    def _say_left_out(self, node: Node, tag: str, lack: str, *, is_empty: bool) -> None:
        if is_empty and tag in _CONTAINERS:
            self._losses.add("empty parts, which the schema forbids, were left out", tag)
        else:
            self._losses.add(f"{tag} without {lack} was left out", node.name)

    def _attributes(self, element: etree._Element, tag: str, rule: Rule) -> dict[str, str]:
        found: dict[str, str] = {}
        for given, raw in element.attrib.items():
            if str(given).startswith(_XSI):
                continue
            bare = _bare_name(element, str(given))
            name = _OTHER_NAMES.get((tag, bare), bare)
            kind = rule.attributes.get(name)
            value = None if kind is None else tidied(kind, clean(str(raw)))
            if kind is None:
                self._losses.add(
                    f"{tag}: attribute {name[:60]} is not in the standard", _name(element)
                )
            elif value is None:
                self._losses.add(f"{tag}: {name} {str(raw)[:40]!r} has no meaning", _name(element))
            else:
                self._say_if_strange(tag, kind, str(raw), value)
                found[name] = value
        return self._completed(found, element, tag, rule)

    def _say_if_strange(self, tag: str, kind: str, raw: str, value: str) -> None:
        if kind == "guid" and value != raw.strip().lower():
            braced = raw.strip("{} ").lower() == value
            self._losses.add(
                "identifiers in braces" if braced else "identifiers that are no GUIDs", tag
            )
        elif kind in ("int", "bool", "colour") and value != raw:
            self._losses.add(f"{kind} values written in another form", f"{tag} {raw[:20]}")

    def _completed(
        self, found: dict[str, str], element: etree._Element, tag: str, rule: Rule
    ) -> dict[str, str]:
        """With what must be there: a GUID from its place, a default; coordinates become 0.

        What an element refers to cannot be made up.
        """
        for name in sorted(rule.required - found.keys()):
            if rule.attributes[name] == "guid" and name != "guid":
                continue
            if name == "guid":
                path = element.getroottree().getpath(element)
                found[name] = made_from("place", path)
            else:
                found[name] = _DEFAULTS.get((tag, name), "0")
            self._losses.add(f"{tag} without {name}", _name(element))
        return found

    def _value(self, element: etree._Element, tag: str, rule: Rule) -> Node | None:
        """An element that holds a value; what is not of its kind is kept as text.

        A text with offsets is left as it is: they count its own signs.
        """
        raw = "".join(str(part) for part in element.itertext())
        text = raw if tag == "PlainTextContent" else clean(raw)
        value = tidied(rule.value, text)
        if value is not None:
            return Node(tag, {}, [], value)
        if not text.strip():
            self._losses.add("values that say nothing were left out", tag)
            return None
        self._losses.add(f"{tag} {text[:40]!r} is not of its kind and was kept as text")
        return Node("TextValue", {}, [], text)

    def _add_children(self, node: Node, element: etree._Element, rule: Rule) -> None:
        for part in list(parts_of(element, self._losses)):
            tag = etree.QName(part).localname
            if tag not in rule.children or tag not in RULES:
                self._keep_elsewhere(node, part, tag)
                continue
            if tag in rule.single and node.first(tag) is not None:
                self._losses.add(f"{node.tag}: a second {tag} was left out", node.name)
                continue
            child = self.tidy(part)
            if child is not None and child.tag != tag and node.first(child.tag) is not None:
                self._losses.add(f"{node.tag}: a second {child.tag} was left out", node.name)
            elif child is not None:
                node.children.append(child)
        ordered = in_order(node)
        if [id(child) for child in ordered] != [id(child) for child in node.children]:
            self._losses.add("parts in another order than the schema's", node.tag)
            node.children = ordered
        if node.tag == "Project":
            self._place_links(node)

    def _keep_elsewhere(self, node: Node, part: etree._Element, tag: str) -> None:
        """A memo on a thing that can have none becomes a link; the rest is left out."""
        target = tidied("guid", str(part.attrib.get("targetGUID", "")))
        if tag == "NoteRef" and node.guid and target:
            self._links.append((target, node.guid))
            self._losses.add(
                f"memos on a {node.tag}, which has no place for them, are links", node.name
            )
        else:
            self._losses.add(
                f"{node.tag}: parts that are not in the standard were left out", tag[:60]
            )

    def _place_links(self, project: Node) -> None:
        links = [
            Node(
                "Link",
                {
                    "guid": made_from("memo link", note, thing),
                    "direction": "OneWay",
                    "originGUID": note,
                    "targetGUID": thing,
                },
            )
            for note, thing in self._links
        ]
        if links and project.first("Links") is None:
            project.children.append(Node("Links"))
            project.children = in_order(project)
        if links:
            part = project.first("Links")
            assert part is not None
            part.children += links


_CONTAINERS = {tag for tag in RULES if tag.endswith("s")} | {"CodeBook"}


def _bare_name(element: etree._Element, name: str) -> str:
    """An attribute's name; one with the namespace of its element means the same without."""
    space = etree.QName(element).namespace
    return name.removeprefix(f"{{{space}}}") if space else name


def _name(element: etree._Element) -> str:
    return clean(str(element.attrib.get("name", "")))[:80]


def write_project(project: Node) -> bytes:
    """The `project.qde` of a tree: the same tree gives the same bytes."""
    return _bytes(_element(project, PROJECT))


def write_codebook(project: Node) -> bytes:
    """The codebook file of a tree: its codes and the sets of codes. Raises `CannotExchange`."""
    book, sets = project.first("CodeBook"), project.first("Sets")
    if book is None:
        raise CannotExchange("There are no codes to write; make a codebook first.")
    origin = {k: v for k, v in project.attributes.items() if k == "origin"}
    root = etree.Element(f"{{{CODEBOOK}}}CodeBook", origin, nsmap=_default(CODEBOOK))
    codes = book.children[0]
    root.append(_element(Node("Codes", {}, [_bare(code) for code in codes.children]), CODEBOOK))
    kept = [one for one in (sets.children if sets else ()) if one.first("MemberCode")]
    if kept:
        part = etree.SubElement(root, f"{{{CODEBOOK}}}Sets")
        part.extend([_element(_set_of_codes(one), CODEBOOK) for one in kept])
    return _bytes(root)


def _bare(code: Node) -> Node:
    return Node("Code", code.attributes, [
        _bare(child) if child.tag == "Code" else child
        for child in code.all("Description", "Code")
    ])  # fmt: skip


def _set_of_codes(one: Node) -> Node:
    members = [Node("MemberCode", {"guid": target}) for target in one.targets("MemberCode")]
    return Node("Set", one.attributes, [*one.all("Description"), *members])


def _element(node: Node, namespace: str) -> etree._Element:
    element = etree.Element(f"{{{namespace}}}{node.tag}", nsmap=_default(namespace))
    for name in _attribute_order(node.attributes):
        element.set(name, node.attributes[name])
    if node.text:
        element.text = node.text
    element.extend([_element(child, namespace) for child in node.children])
    return element


def _default(namespace: str) -> Mapping[str, str]:
    """The map that makes a namespace the one without prefix."""
    return cast(Mapping[str, str], {None: namespace})


def _attribute_order(names: Iterable[str]) -> list[str]:
    return sorted(names, key=lambda name: (name != "guid", name != "name", name))


def _bytes(root: etree._Element) -> bytes:
    etree.indent(root)
    return etree.tostring(root, encoding="UTF-8", xml_declaration=True)
