"""What a mapping cannot carry over, and what stays as it came: each said once, with names."""

from collections.abc import Iterable, Mapping
from itertools import chain

from services.extraction.exchange.domain.content import Content
from services.extraction.exchange.domain.losses import Losses
from services.extraction.exchange.domain.parts import imported_person
from services.extraction.exchange.domain.tree import SELECTIONS, SOURCES, Node, codes_of, section
from services.extraction.exchange.domain.valence import Said

_NO_THEORY = "codes without a theory are coded, and count in none until a codebook has them"
_NO_PLACE = "passages outside a text come as their names, with their place in words"
_CASES = "sources in several cases come without a case"
_PEOPLE = "people whom nobody named come as people of that tool"
_DISPUTED = "groups that are desired in one passage and undesired in another get no valence"
_MEMOS = "memos on several things come with the last of them"
_STAYING = {
    **dict.fromkeys(SOURCES, "sources"),
    **dict.fromkeys(SELECTIONS, "passages"),
    "Note": "memos",
    "Case": "cases",
    "Set": "sets",
    "Variable": "variables",
    "Link": "links",
    "Graph": "graphs",
}


def losses_of_mapping(
    project: Node,
    content: Content,
    said_of: Mapping[str, Said],
    people: Iterable[str],
    disputed: Iterable[str],
) -> list[str]:
    """What of a project its mapping cannot carry over.

    `said_of` is the mapping by code, `people` the users whom it names, `disputed` groups whose
    passages do not agree on their valence.
    """
    names = {node.guid: node.name for node in project.walk() if node.guid}
    losses = Losses()
    for sentence, things in (
        (_NO_THEORY, _without_theory(content, said_of)),
        (_NO_PLACE, [f.document_id or "" for f in content.fragments.values() if f.start is None]),
        (_CASES, [one for one in _in_several_cases(project) if one in content.documents]),
        (_PEOPLE, _unnamed(project, content, set(people))),
        (_DISPUTED, disputed),
        (_MEMOS, [one for one in _on_several_things(project) if one in content.memos]),
    ):
        for thing in things:
            losses.add(sentence, names.get(thing, thing))
    return losses.sentences()


def _without_theory(content: Content, said_of: Mapping[str, Said]) -> list[str]:
    used = {e.code_id for f in content.fragments.values() for e in f.elements}
    return [code for code, said in said_of.items() if code in used and not said.theory]


def _unnamed(project: Node, content: Content, named: set[str]) -> list[str]:
    """Users who coded or noted what comes, and who are nobody in the review."""
    coders = {fragment.coder for fragment in content.fragments.values()}
    coders |= {memo.person_id for memo in content.memos.values()}
    users = [user.guid for user in section(project, "Users")]
    return [user for user in users if user not in named and imported_person(user) in coders]


def _in_several_cases(project: Node) -> list[str]:
    return _twice(case.targets("SourceRef") for case in section(project, "Cases"))


def _on_several_things(project: Node) -> list[str]:
    return _twice(set(node.targets("NoteRef")) for node in project.walk())


def _twice(lists: Iterable[Iterable[str]]) -> list[str]:
    seen: dict[str, int] = {}
    for one in chain.from_iterable(lists):
        seen[one] = seen.get(one, 0) + 1
    return [one for one, times in seen.items() if times > 1]


def staying(left_over: Node | None) -> list[str]:
    """What of a project stays as it came and goes out with every export, by kind and name."""
    losses = Losses()
    if left_over is None:
        return []
    for code in codes_of(left_over):
        for node in code.walk():
            if node.tag == "Code":
                losses.add("codes", node.name)
    for node in left_over.walk():
        if node.tag in _STAYING:
            losses.add(_STAYING[node.tag], _name(node))
    return losses.sentences()


def _name(node: Node) -> str:
    words = node.name or node.words("PlainTextContent") or node.words()
    return " ".join(words.split())[:60]
