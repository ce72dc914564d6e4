"""A project as another coding tool writes it: one interview, codes in a tree, two people."""

from services.extraction.exchange.domain.tree import Node
from services.extraction.exchange.domain.values import made_from
from services.extraction.exchange.formats.project import write_qdpx

TEXT = "The nurse rang every Tuesday 📞. Clients came back. They closed my file. No bus runs here."
TREE = {
    "Context": {"No bus": {}},
    "What staff give": {"Weekly call": {}, "Same person": {}},
    "Comes back": {},
    "File closed": {},
    "Tone": {"Good": {}, "Bad": {}},
}
CODED = (
    ("rang every Tuesday 📞", "Weekly call", "ann"),
    ("rang every Tuesday 📞", "Same person", "ben"),
    ("Clients came back", "Comes back", "ann"),
    ("Clients came back", "Good", "ann"),
    ("closed my file", "File closed", "ann"),
    ("closed my file", "Bad", "ann"),
    ("No bus runs here", "No bus", "ann"),
)


def guid(name):
    """The GUID of a thing by its name."""
    return made_from("test", name)


def _codes(tree):
    return [
        Node("Code", {"guid": guid(name), "name": name, "isCodable": "true"}, [*_codes(below)])
        for name, below in tree.items()
    ]


def _selection(n, quote, code, user, text):
    start = text.index(quote)
    made = {"creatingUser": guid(user), "creationDateTime": "2026-01-02T03:04:05Z"}
    coding = Node("Coding", {"guid": guid(f"coding {n}"), **made})
    coding.children = [Node("CodeRef", {"targetGUID": guid(code)})]
    place = {"startPosition": str(start), "endPosition": str(start + len(quote))}
    attributes = {"guid": guid(f"selection {n}"), "name": quote, **place, **made}
    return Node("PlainTextSelection", attributes, [coding])


def a_project(coded=CODED, text=TEXT, name="Calls"):
    """Bytes of a .qdpx: its codes with a set `Feelings`, its codings, a memo on a code."""
    source = Node("TextSource", {"guid": guid("source"), "name": "Interview P07"})
    source.children = [Node("PlainTextContent", {}, [], text)]
    source.children += [_selection(n, *one, text) for n, one in enumerate(coded)]
    tree = _codes(TREE)
    tree[2].children.append(Node("NoteRef", {"targetGUID": guid("note")}))
    note = Node("Note", {"guid": guid("note"), "name": "Memo"})
    note.children = [Node("PlainTextContent", {}, [], "Why do they come back?")]
    members = [Node("MemberCode", {"targetGUID": guid(code)}) for code in ("Good", "Bad")]
    parts = {
        "Users": [Node("User", {"guid": guid(one), "name": one}) for one in ("ann", "ben")],
        "CodeBook": [Node("Codes", {}, tree)],
        "Sources": [source],
        "Notes": [note],
        "Sets": [Node("Set", {"guid": guid("set"), "name": "Feelings"}, members)],
    }
    project = Node("Project", {"name": name, "origin": "Another tool"})
    project.children = [Node(tag, {}, children) for tag, children in parts.items()]
    return write_qdpx(project, {})
