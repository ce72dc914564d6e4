"""What may stand where in a REFI-QDA project, version 1.0, as a table.

The reader tidies by it, the writer orders by it, and `problems` says where a tree breaks it.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from services.extraction.exchange.domain.tree import Node
from services.extraction.exchange.domain.values import is_valid


@dataclass(frozen=True, slots=True)
class Rule:
    """An element: attributes with the kind of their value, children in their order."""

    attributes: dict[str, str]
    required: frozenset[str]
    children: tuple[str, ...]
    single: frozenset[str]
    needed: frozenset[str]
    value: str


def _rule(attributes: str = "", children: str = "", value: str = "") -> Rule:
    """`name:kind` (`!` required) and tags (`?` at most one, `!` exactly one, `+` at least one)."""
    named = dict(word.rstrip("!").split(":") for word in attributes.split())
    tags = children.split()
    return Rule(
        named,
        frozenset(w.split(":")[0] for w in attributes.split() if w.endswith("!")),
        tuple(tag.rstrip("?!+") for tag in tags),
        frozenset(tag.rstrip("?!") for tag in tags if tag[-1] in "?!"),
        frozenset(tag.rstrip("!+") for tag in tags if tag[-1] in "!+"),
        value,
    )


_MADE = "creatingUser:guid creationDateTime:time modifyingUser:guid modifiedDateTime:time"
_TEXT = f"guid:guid! name:text richTextPath:text plainTextPath:text {_MADE}"
_MEDIA = f"guid:guid! name:text path:text currentPath:text {_MADE}"
_BOX = "firstX:int! firstY:int! secondX:int! secondY:int!"
_SAID = "Description? Coding NoteRef"
_TAIL = "Coding NoteRef VariableValue"
_SPAN = f"guid:guid! name:text begin:int! end:int! {_MADE}"
_TEXT_SOURCE = _rule(_TEXT, f"Description? PlainTextContent? PlainTextSelection {_TAIL}")
_VALUES = {
    "TextValue": "text",
    "BooleanValue": "bool",
    "IntegerValue": "int",
    "FloatValue": "decimal",
    "DateValue": "date",
    "DateTimeValue": "time",
}
_REFERENCES = (
    "NoteRef", "CodeRef", "SourceRef", "SelectionRef", "VariableRef",
    "MemberCode", "MemberSource", "MemberNote",
)  # fmt: skip

RULES: dict[str, Rule] = {
    "Project": _rule(
        "name:text! origin:text creatingUserGUID:guid creationDateTime:time"
        " modifyingUserGUID:guid modifiedDateTime:time basePath:text",
        "Users? CodeBook? Variables? Cases? Sources? Notes? Links? Sets? Graphs? Description?"
        " NoteRef",
    ),
    "Users": _rule("", "User+"),
    "User": _rule("guid:guid! name:text id:text"),
    "CodeBook": _rule("", "Codes!"),
    "Codes": _rule("", "Code+"),
    "Code": _rule(
        "guid:guid! name:text! isCodable:bool! color:colour", "Description? NoteRef Code"
    ),
    "Variables": _rule("", "Variable+"),
    "Variable": _rule("guid:guid! name:text! typeOfVariable:variable!", "Description?"),
    "Cases": _rule("", "Case+"),
    "Case": _rule(
        "guid:guid! name:text", "Description? CodeRef VariableValue SourceRef SelectionRef"
    ),
    "VariableValue": _rule("", f"VariableRef! {' '.join(f'{tag}?' for tag in _VALUES)}"),
    "Sources": _rule("", "TextSource PictureSource PDFSource AudioSource VideoSource"),
    "TextSource": _TEXT_SOURCE,
    "Note": _TEXT_SOURCE,
    "Representation": _TEXT_SOURCE,
    "TextDescription": _TEXT_SOURCE,
    "PlainTextSelection": _rule(
        f"guid:guid! name:text startPosition:int! endPosition:int! {_MADE}", _SAID
    ),
    "PictureSource": _rule(_MEDIA, f"Description? TextDescription? PictureSelection {_TAIL}"),
    "PictureSelection": _rule(f"guid:guid! name:text {_BOX} {_MADE}", _SAID),
    "PDFSource": _rule(_MEDIA, f"Description? PDFSelection Representation? {_TAIL}"),
    "PDFSelection": _rule(
        f"guid:guid! name:text page:int! {_BOX} {_MADE}",
        "Description? Representation? Coding NoteRef",
    ),
    "AudioSource": _rule(_MEDIA, f"Description? Transcript AudioSelection {_TAIL}"),
    "AudioSelection": _rule(_SPAN, _SAID),
    "VideoSource": _rule(_MEDIA, f"Description? Transcript VideoSelection {_TAIL}"),
    "VideoSelection": _rule(_SPAN, _SAID),
    "Transcript": _rule(
        _TEXT, "Description? PlainTextContent? SyncPoint TranscriptSelection NoteRef"
    ),
    "TranscriptSelection": _rule(
        f"guid:guid! name:text fromSyncPoint:guid toSyncPoint:guid {_MADE}", _SAID
    ),
    "SyncPoint": _rule("guid:guid! timeStamp:int position:int"),
    "Coding": _rule("guid:guid! creatingUser:guid creationDateTime:time", "CodeRef! NoteRef"),
    "Notes": _rule("", "Note+"),
    "Links": _rule("", "Link+"),
    "Link": _rule(
        "guid:guid! name:text direction:direction color:colour originGUID:guid targetGUID:guid",
        "NoteRef",
    ),
    "Sets": _rule("", "Set+"),
    "Set": _rule("guid:guid! name:text!", "Description? MemberCode MemberSource MemberNote"),
    "Graphs": _rule("", "Graph+"),
    "Graph": _rule("guid:guid! name:text", "Vertex Edge"),
    "Vertex": _rule(
        "guid:guid! representedGUID:guid name:text firstX:int! firstY:int! secondX:int"
        " secondY:int shape:shape color:colour"
    ),
    "Edge": _rule(
        "guid:guid! representedGUID:guid name:text sourceVertex:guid! targetVertex:guid!"
        " color:colour direction:direction lineStyle:line"
    ),
    "Description": _rule(value="text"),
    "PlainTextContent": _rule(value="text"),
    **{tag: _rule(value=kind) for tag, kind in _VALUES.items()},
    **{tag: _rule("targetGUID:guid!") for tag in _REFERENCES},
}
UNORDERED = frozenset({"Sources"})
"""Elements whose children may come in any order."""


def in_order(node: Node) -> list[Node]:
    """The children in the order of the standard."""
    rule = RULES[node.tag]
    if node.tag in UNORDERED:
        return node.children
    return sorted(node.children, key=lambda child: rule.children.index(child.tag))


def problems(node: Node, path: str = "") -> Iterator[str]:
    """Every place at which a tree breaks the rules, as a sentence; none: it is valid."""
    rule, here = RULES[node.tag], f"{path}/{node.tag}"
    for name in sorted(rule.required - node.attributes.keys()):
        yield f"{here} has no {name}"
    for name, value in node.attributes.items():
        if name not in rule.attributes or not is_valid(rule.attributes[name], value):
            yield f"{here} has {name} {value!r}"
    if rule.value and not is_valid(rule.value, node.text):
        yield f"{here} holds {node.text[:40]!r}"
    yield from _misplaced(node, rule, here)
    for child in node.children:
        if child.tag in rule.children:
            yield from problems(child, here)


def _misplaced(node: Node, rule: Rule, here: str) -> Iterator[str]:
    tags = [child.tag for child in node.children]
    strange = sorted(set(tags) - set(rule.children))
    yield from (f"{here} holds {tag}" for tag in strange)
    if not strange and [child.tag for child in in_order(node)] != tags:
        yield f"{here} holds its parts in another order"
    yield from (f"{here} holds {tag} twice" for tag in sorted(rule.single) if tags.count(tag) > 1)
    yield from (f"{here} holds no {tag}" for tag in sorted(rule.needed) if tag not in tags)
    if node.tag == "Sources" and not tags:
        yield f"{here} is empty"
