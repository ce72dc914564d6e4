"""Whatever is typed into any form or text of a request: it is kept as text, or refused in words.

Forms come from the pages that links lead to; each has a line in `hostile_forms.tsv`. Afterwards
every page, report, export, drawing and event is read, and nothing in them runs.
"""

import asyncio
import csv
import json
import re
from pathlib import Path

import httpx
import pytest
import pytest_asyncio

from runtime.peers import SignedFor
from tests.support.apps import open_system
from tests.support.receiver import receiving
from tests.support.schemas import on_sqlite
from tests.trust.foreign import Routes, Slot, fields, leaves, unfolded
from tests.trust.forms_of_pages import Form, Site, executable, misnamed
from tests.trust.laid_reviews import lay
from tests.trust.reading import KINDS, TABLES, kind_of, wrong_in
from tests.trust.test_every_route import ENDLESS
from tests.trust.test_foreign_ids import ids_of
from tests.trust.whole_review import EVERYWHERE
from workbench.webhooks.adapters import Sender

pytestmark = pytest.mark.slow
TABLE = Path(__file__).with_name("hostile_forms.tsv")
TYPED = (
    "=hstl \"><hstl-a hstlb=1>'><img src=x onerror=hstl()></textarea></title></script>"
    "<script>hstl()</script>{{7*7}}${7*7} javascript:hstl() \x00\x07\x1b\x0b\u202e\u200b\ufffe "
    "é\u0301"
)
LONG = "hstl " * 20_000
UNREADABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff\ufffe\uffff]")
"""What no receiver of a webhook should have to read."""
NUMBERS = ("NaN", "1e999", "-1", "٣", "9" * 400, "9" * 5_000)
LAST = ("retire", "delete", "leave", "reverse", "withdraw", "discard", "drop", "secret", "end")
"""What takes things away is sent after everything was looked at."""
OURS, WORD = "ours", "mirabelle"


class World:
    """One whole review, its owner, and the forms that the owner's pages show."""

    def __init__(self, system, client, own):
        self.system, self.client, self.own = system, client, own
        self.site = Site(system.app, client, {})
        self.routes = Routes(system.app)
        self.faults = []

    async def tell(self, url):
        """Have a receiver told of what happens in the review."""
        workbench = self.system.services["workbench"]
        sender = Sender(now=workbench.db.clock.now, private=True)
        workbench.context.resources.sender = sender
        workbench.settings.webhook_private = True
        made = await self.client.post(f"/api/reviews/{OURS}/webhooks", json={"url": url})
        self.told = made.json()["id"]

    async def hook(self):
        """How the webhook of that receiver stands."""
        listed = (await self.client.get(f"/api/reviews/{OURS}/webhooks")).json()["items"]
        return next(one for one in listed if one["id"] == self.told)

    async def find(self):
        """Forms by name: of pages, and one for each route that no page shows just now."""
        found, self.pages = await self.site.crawl("/", f"/reviews/{OURS}")
        reached = {form.route for form in found.values()}
        for _, path in self.site.posts:
            if path not in reached and path not in ("/sign-out", "/sign-in"):
                at = self.routes.path_of(Slot("POST", path, "form", "", ""), self.own, None)
                every = tuple((name, "text", "") for name in fields())
                form = Form(path, "unseen", at, at, every)
                found[form.name] = form
        self.forms = found
        return found

    async def send(self, form, pairs, said, files=None):
        """Send a form; note what is wrong with the answer."""
        data = {}
        for name, value in pairs:
            data.setdefault(name, []).append(value)
        try:
            answer = await self.client.post(form.action, data=data, files=files)
        except httpx.RemoteProtocolError as error:
            self.faults.append((form.name, said, 0, str(error)))
            return None
        wrong = self.wrong_with(answer)
        if wrong:
            self.faults.append((form.name, said, answer.status_code, wrong))
        return answer

    def texts(self):
        """Every place of a request of the services that takes a text."""
        for method, path, _ in unfolded(self.system.app.routes):
            operation = self.routes.operation(method, path)
            if "{review_id}" not in path or path == ENDLESS:
                continue
            for one in operation.get("parameters", ()):
                text = list(leaves(one["schema"], self.routes.schemas, one["name"]))
                if text and one["name"] != "review_id":
                    yield Slot(method, path, one["in"], one["name"], "")
            body = self.routes.body(operation)
            for way, name in leaves(body, self.routes.schemas, "body") if body else ():
                yield Slot(method, path, "body", name, "", way)

    async def read(self):
        """What is wrong with each page, report, export and list, with its kind."""
        paths = dict.fromkeys(self.pages)
        for method, path, _ in unfolded(self.system.app.routes):
            if method == "GET" and path != ENDLESS:
                paths[self.routes.path_of(Slot("GET", path, "", "", ""), self.own, None)] = None
        exchange = f"/api/extraction/reviews/{OURS}/exchange"
        paths |= dict.fromkeys(f"{exchange}/{name}" for name in TABLES)
        found = []
        for path in paths:
            answer = await self.client.get(path, follow_redirects=True)
            wrong = wrong_in(answer)
            found.append((kind_of(answer), [(path, one) for one in wrong]))
        return found

    @staticmethod
    def wrong_with(answer):
        """What is wrong with an answer to a form; nothing where it is as it should be."""
        kind = answer.headers.get("content-type", "")
        later = ("/problems/not-known-yet", "This service has not heard of")
        if answer.status_code >= 500 and not any(words in answer.text for words in later):
            return answer.text[-300:]
        if "html" in kind and executable(answer.text):
            return str(executable(answer.text)[:3])
        if answer.status_code >= 400 and not answer.text.strip():
            return "refused without a word"
        return ""


def as_served(system):
    """A client of the local owner who is answered what a server answers, faults included."""
    here = ("127.0.0.1", 0)
    transport = httpx.ASGITransport(app=system.app, client=here, raise_app_exceptions=False)
    sign = SignedFor(system.authenticator)
    return httpx.AsyncClient(
        transport=transport, base_url="http://localhost", auth=sign, timeout=60
    )


@pytest_asyncio.fixture
async def world(tmp_path, monkeypatch):
    monkeypatch.setattr("workbench.webhooks.api._allowed", lambda _ctx: EVERYWHERE)
    home = tmp_path / "home"
    (ours,) = await lay(home, (OURS, "a", WORD))
    async with open_system(on_sqlite(home)) as system, as_served(system) as client:
        found = World(system, client, ids_of(home, ours))
        await found.find()
        yield found


def lines():
    """Names of forms in the table."""
    with TABLE.open(encoding="utf-8") as rows:
        return [row["form"] for row in csv.DictReader(rows, delimiter="\t")]


def is_last(form):
    """Whether a form takes away what others need."""
    return form.deed in LAST or form.route.endswith(("/reverse", "/put-aside"))


def typed(form, text):
    """The form with this text in every field that people type into."""
    kinds = ("text", "password")
    return [(name, text if kind in kinds else value) for name, kind, value in form.fields]


def marked(form):
    """The form with the hostile text in every field that people type into, each with a mark."""
    return [
        (name, f"{TYPED} m{at}k" if kind in ("text", "password") else value)
        for at, (name, kind, value) in enumerate(form.fields)
    ]


async def test_every_form_has_a_line(world):
    assert sorted(world.forms.keys() - set(lines())) == [], "write lines into hostile_forms.tsv"
    gone = {line.split(" ")[0] for line in lines()} - {route for _, route in world.site.posts}
    assert sorted(gone) == [], "these routes are gone"


async def test_no_form_takes_what_it_should_not_or_fails(world):
    for form in world.forms.values():
        await world.send(form, [], "nothing")
        for number in NUMBERS[:2] if form.deed == "unseen" else NUMBERS:
            await world.send(form, typed(form, number), number[:9])
        await world.send(form, typed(form, LONG), "long")
        tampered = [
            (name, value if name in ("deed", "do", "what") else TYPED)
            for name, _, value in form.fields
        ]
        await world.send(form, tampered, "tampered")
        files = {name: ("x.txt", b"hstl", "text/plain") for name, _, _ in form.fields[:5]}
        await world.send(form, [], "files", files=files or None)
    assert world.faults == []


async def test_no_form_fails_by_names_of_fields_that_no_page_gives(world):
    for form in sorted(world.forms.values(), key=is_last):
        for what, pairs in misnamed(typed(form, "hstl"), 0 if form.deed == "unseen" else 12):
            await world.send(form, pairs, what)
    assert world.faults == []


async def deliveries(world, receiver):
    """Every text in what a receiver was sent, once nothing waits for it any more, by delivery."""
    for _ in range(1200):
        if not (await world.hook())["waiting"]:
            break
        await asyncio.sleep(0.1)
    return [list(strings(json.loads(body))) for _, body in receiver.got]


def strings(value):
    """Every text in a value of JSON."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, list | dict):
        for one in value.values() if isinstance(value, dict) else value:
            yield from strings(one)


async def test_what_is_typed_runs_nowhere_and_is_kept_where_it_is_refused(world):
    async with receiving() as receiver:
        await world.tell(receiver.url)
        lost, forms = await send_all(world)
        told = await deliveries(world, receiver)
    assert len(told) > 20
    assert any("<hstl-a" in text for texts in told for text in texts)
    assert [text for texts in told for text in texts if UNREADABLE.search(text)] == []
    for form in (one for one in forms if is_last(one)):
        lost += lost_by(form, await world.send(form, marked(form), "typed"))
    assert world.faults == []
    assert lost == []


async def send_all(world):
    """Send every form that takes nothing away, read all; gives what was lost, and the forms."""
    lost, forms = [], sorted(world.forms.values(), key=is_last)
    for form in (one for one in forms if not is_last(one)):
        pairs = marked(form)
        answer = await world.send(form, pairs * 2 if form.deed == "unseen" else pairs, "typed")
        lost += lost_by(form, answer)
    await world.system.drain()
    assert world.faults == []
    assert lost == []
    read = await world.read()
    assert {kind for kind, _ in read} >= KINDS
    assert [wrong for _, found in read for wrong in found] == []
    return lost, forms


async def test_no_text_of_a_request_runs_anywhere_or_fails(world):
    failed = []
    for slot in world.texts():
        path, more = world.routes.request(slot, world.own, TYPED)
        answer = await world.client.request(slot.method, path, **more)
        if World.wrong_with(answer):
            failed.append((str(slot), answer.status_code, World.wrong_with(answer)))
    await world.system.drain()
    assert failed == []
    assert [wrong for _, found in await world.read() for wrong in found] == []


def lost_by(form, answer):
    """What a page that refuses a form has lost of it: the sentence, or a text that was typed."""
    if answer is None or answer.status_code < 400 or form.deed == "unseen" or not form.texts():
        return []
    if "html" not in answer.headers.get("content-type", ""):
        return [(form.name, answer.status_code, answer.text[:200])]
    wrong = [] if 'role="alert"' in answer.text else ["a sentence"]
    wrong += [
        name
        for at, (name, kind, _) in enumerate(form.fields)
        if kind == "text" and f"m{at}k" not in answer.text
    ]
    return [(form.name, answer.status_code, answer.text.count("alert"), wrong)] if wrong else []
