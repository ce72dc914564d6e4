"""Ids of another review are as if there were nothing, at every route that takes one.

An owner of one review names what another review holds, in path, query, body and forms of pages,
and is answered what they are answered when they name what is nowhere; nothing of the other review
is told, and nothing in it changes.
"""

import re
import sqlite3
from contextlib import closing

import httpx
import pytest
import pytest_asyncio

from tests.support.apps import open_system
from tests.support.people import member_head
from tests.support.schemas import on_sqlite
from tests.trust.foreign import NONE, Routes, fields, kind_of, table
from tests.trust.laid_reviews import lay
from tests.trust.transcripts import plain
from tests.trust.whole_review import EVERYWHERE

OURS, THEIRS = "ours", "prunes"
OUR_WORD, THEIR_WORD = "mirabelle", "zwetschge"
SOURCES = {
    "act": ("extraction", "acts", "act_id"),
    "ccmoc": ("synthesis", "ccmocs", "ccmoc_id"),
    "import": ("search", "imports", "id"),
    "project": ("extraction", "exchange_projects", "project_id"),
    "proposal": ("search", "proposals", "id"),
    "source": ("search", "source_records", "id"),
    "upload": ("extraction", "uploads", "upload_id"),
    "webhook": ("workbench", "webhooks", "webhook_id"),
}
"""Where ids stand that nobody chooses."""
CHOSEN = {
    "argument": "argument", "case": "case", "code": "codeO", "contact": "contact",
    "document": "d0", "elsewhere": "elsewhere", "form": "form", "fragment": "f0",
    "group": "groupO", "highlight": "set", "idea": "idea", "memo": "memo", "note": "note",
    "participant": "P7", "person": "coder", "ran": "ran", "round": "round", "run": "run",
    "search": "search", "stage": "title", "step": "gap", "strategy": "strategy",
    "substantive": "subst", "suggestion": "suggestion", "theory": "T1",
}  # fmt: skip

FORMS = ("form", "page")
ONCE = re.compile(
    r"POST (/load/\{load_id\} form  forget|(/reviews/\{review_id\})?/(document-)?new form "
    r"|.*/webhooks/\{webhook_id\} form  delete|.*/steps/\{step_id\}/rounds body)"
)
"""Forms about one's own things that cannot be answered twice alike: what goes, and what is made
under a name of its own.
"""


def rows(home, review):
    """Every row of a review, by service and table."""
    found = {}
    for path in sorted(home.glob("*.sqlite")):
        with closing(sqlite3.connect(path)) as file:
            tables = file.execute("SELECT name FROM sqlite_master WHERE type = 'table'").fetchall()
            for (name,) in tables:
                columns = [row[1] for row in file.execute(f'PRAGMA table_info("{name}")')]
                if "review_id" in columns:
                    said = file.execute(f'SELECT * FROM "{name}" WHERE review_id = ?', [review])
                    found[path.stem, name] = sorted(map(repr, said))
    return found


def ids_of(home, whole):
    """One id of every kind that a review holds."""
    found = {kind: whole.key(name) for kind, name in CHOSEN.items()}
    for kind, (service, name, column) in SOURCES.items():
        with closing(sqlite3.connect(home / f"{service}.sqlite")) as file:
            query = f"SELECT {column} FROM {name} WHERE review_id = ? ORDER BY 1"
            found[kind] = file.execute(query, [whole.review]).fetchone()[0]
    found |= {"review": whole.review, "record": whole.records[0], "token": whole.token}
    found |= {"version": str(ord(whole.at)), "about": f"document/{whole.key('d0')}"}
    return found | {"load": whole.load}


def nowhere(kind, key):
    """A key of the same form that nothing has."""
    if kind == "version":
        return "77"
    if kind == "about":
        return key.replace("/b-", "/z-")
    if kind == "review":
        return "nowhere"
    if key.startswith("b-"):
        return f"z-{key[2:]}"
    return key.translate(str.maketrans("0123456789abcdef", "123456789abcdef0"))


DIGESTS = re.compile(r' data-v="\w+"')
"""Of parts of a page, whose addresses hold what was sent."""
COUNTS = re.compile(r'"(version|number)":\d+|"changed":(true|false)')
"""What says how often one's own thing was changed."""


class World:
    """Two reviews, and the owner of the one, who is nothing in the other."""

    def __init__(self, system, client, head):
        self.system, self.client, self.head = system, client, head
        self.home = system.settings.home
        self.routes = Routes(system.app)
        self.slots = self.routes.slots()

    def know(self, own, theirs):
        """Take the ids of both reviews, and make those that nothing has."""
        self.own, self.theirs = own, theirs
        self.none = {kind: nowhere(kind, key) for kind, key in theirs.items()}
        keys = sorted({*theirs.values(), *self.none.values()}, key=len, reverse=True)
        self.sent = re.compile(rf"(?<!\w)({'|'.join(map(re.escape, keys))})(?!\w)")

    async def answered(self, method, path, more):
        """Status and text of an answer, without the ids that may have been sent."""
        answer = await self.client.request(method, path, headers=self.head, **more)
        text = answer.text + str(answer.headers.get("location", ""))
        assert THEIR_WORD not in text.casefold(), (method, path, more, text[:2000])
        assert answer.status_code < 500 or answer.status_code == 503, (method, path, text[:500])
        text = self.sent.sub("<sent>", text.replace("%2F", "/"))
        return answer.status_code, COUNTS.sub("", DIGESTS.sub("", plain(text)))

    async def same(self, slots, request):
        """Fail where an answer about what is theirs is another than about what is nowhere, or
        anything of theirs has changed; `request` makes one from a place and ids.
        """
        before, found = rows(self.home, THEIRS), []
        for slot in slots:
            sent = [request(slot, ids) for ids in (self.theirs, self.none)]
            answers = [await self.answered(slot.method, *one) for one in sent]
            if not ONCE.match(str(slot)):
                found.append(parted(slot, *answers))
        await self.system.drain()
        wrong = [one for one in found if one]
        assert wrong == [], "\n".join(map(str, wrong))
        after = rows(self.home, THEIRS)
        assert {name: after[name] for name in before if after[name] != before[name]} == {}


@pytest_asyncio.fixture
async def world(tmp_path, monkeypatch):
    monkeypatch.setattr("workbench.webhooks.api._allowed", lambda _ctx: EVERYWHERE)
    home = tmp_path / "home"
    ours, theirs = await lay(home, (OURS, "a", OUR_WORD), (THEIRS, "b", THEIR_WORD))
    async with open_system(on_sqlite(home)) as system:
        head = await member_head(system, OURS, "a-owner", "owner")
        await system.drain()
        transport = httpx.ASGITransport(app=system.app, client=("203.0.113.9", 1))
        async with httpx.AsyncClient(
            transport=transport, base_url="http://far.example", timeout=60
        ) as client:
            found = World(system, client, head)
            found.know(ids_of(home, ours), ids_of(home, theirs))
            yield found


def parted(slot, first, second):
    """What differs between two answers, where they do."""
    if first == second:
        return None
    pairs = enumerate(zip(first[1], second[1], strict=False))
    at = max(60, next((n for n, (a, b) in pairs if a != b), 0))
    return (
        str(slot),
        first[0],
        second[0],
        first[1][at - 60 : at + 90],
        second[1][at - 60 : at + 90],
    )


@pytest.mark.slow
async def test_what_another_review_holds_is_as_if_it_were_nowhere(world):
    slots = [one for one in world.slots if one.where not in FORMS]
    assert len(slots) > 400
    await world.same(slots, lambda slot, ids: world.routes.request(slot, world.own, ids[slot.kind]))


@pytest.mark.slow
async def test_forms_of_pages_reach_nothing_of_another_review(world):
    slots = [one for one in world.slots if one.where in FORMS]
    assert len(slots) > 300
    await world.same(slots, lambda slot, ids: world.routes.form(slot, world.own, ids))


@pytest.mark.slow
async def test_a_review_of_others_is_as_if_it_were_nowhere(world):
    slots = world.routes.reviews()
    assert len(slots) > 300
    await world.same(slots, lambda slot, ids: world.routes.request(slot, ids, ids["review"]))


@pytest.mark.slow
async def test_an_id_of_every_kind_is_tried(world):
    kinds = {kind for lines in table().values() for kind, _ in lines} - {NONE}
    assert kinds == world.theirs.keys()
    tried = {slot.kind for slot in world.slots if slot.kind}
    assert kinds - tried == {"act"} - tried


async def test_every_name_that_a_route_or_a_form_takes_has_a_line(sqlite_system):
    routes = Routes(sqlite_system.app)
    assert len(routes.slots()) > 600
    assert sorted(routes.unknown) == [], "write lines for these into foreign_ids.tsv"
    assert [name for name in fields() if name not in table()] == []
    assert kind_of("a name of no line", "/api/reviews") is None
