"""The numbered steps of a page of the documentation, done in a browser by keys alone.

A step is an item of a numbered list. It says what to do in a few fixed forms (`FORMS`); whatever
else stands in bold, in code or as a key in a step is refused, so that no step says a thing that
nobody did.
"""

import asyncio
import re
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from playwright.async_api import Error, expect

from tests.support.reference import ROOT

FORMS = (
    ("open", r"[Oo]pen <http://localhost:8000(?P<open>/[^>]*)>"),
    ("narrow", r"[Oo]n a phone, first follow \*\*(?P<narrow>.+?)\*\*"),
    ("follow", r"[Ff]ollow \*\*(?P<follow>.+?)\*\*"),
    ("press", r"[Pp]ress \*\*(?P<press>.+?)\*\*"),
    ("key", r"[Pp]ress <kbd>(?P<key>.+?)</kbd>(?:\+<kbd>(?P<with>.+?)</kbd>)?"),
    ("go", r"[Gg]o by <kbd>(?P<go>.+?)</kbd> to `(?P<go_to>.+?)`"),
    ("write", r"[Ww]rite `(?P<write>.+?)` (?:in|under) \*\*(?P<write_in>.+?)\*\*"),
    ("choose", r"[Cc]hoose `(?P<choose>.+?)` (?:in|under) \*\*(?P<choose_in>.+?)\*\*"),
    ("give", r"[Gg]ive `(?P<give>.+?)` to \*\*(?P<give_to>.+?)\*\*"),
    ("tick", r"[Tt]ick \*\*(?P<tick>.+?)\*\*"),
    ("unfold", r"[Uu]nfold \*\*(?P<unfold>.+?)\*\*"),
    ("decide", r"[Dd]ecide as the column \*\*(?P<decide>.+?)\*\* says"),
    ("see", r"[Yy]ou read \*(?P<see>[^*].*?)\*(?!\*)"),
    ("picture", r"!\[(?P<words>[^\]]*)\]\((?P<picture>[^)]+)\)"),
)
FORM = re.compile("|".join(pattern for _, pattern in FORMS))
SLOW = 60_000
"""Milliseconds for what services do between two pages."""
BRIEF = 3_000
"""Milliseconds after which something is looked for again."""
NO_MOUSE = """for (const type of ['pointerdown', 'mousedown', 'touchstart'])
  addEventListener(type, (event) => { event.stopImmediatePropagation(); event.preventDefault();
    console.error('a mouse was used'); }, { capture: true, passive: false });"""


@dataclass(frozen=True)
class Step:
    """One thing to do: the name of its form, and the words in it."""

    form: str
    words: dict[str, str]

    def __str__(self):
        return f"{self.form}: {', '.join(map(str, self.words.values()))}"


def steps_of(page):
    """The steps of a documentation page, in order; refuses what no form takes."""
    return steps_in((ROOT / page).read_text())


def steps_in(text):
    """The steps of a text in Markdown, in order; refuses what no form takes."""
    found = []
    for item in _items(text):
        if left := re.findall(r"\*\*.+?\*\*|`.+?`|<kbd>.+?</kbd>", FORM.sub("", item)):
            raise ValueError(f"nobody does {', '.join(left)} in “{item}”")
        for match in FORM.finditer(item):
            words = {k: v for k, v in match.groupdict().items() if v}
            form = next(name for name, _ in FORMS if name in words)
            column = _column(text, words["decide"]) if form == "decide" else {}
            found.append(Step(form, words | {"column": column} if column else words))
    return found


def _column(text, name):
    """What a table says in its column of this name, by its first column."""
    rows = [[cell.strip() for cell in line.strip("|").split("|")] for line in text.splitlines()]
    head = next(row for row in rows if name in row)
    table = rows[rows.index(head) + 2 :]
    kept = table[: next(i for i, row in enumerate(table) if len(row) != len(head))]
    return {row[0]: re.findall(r"<kbd>(.+?)</kbd>", row[head.index(name)]) for row in kept}


def _items(text):
    """The items of numbered lists, and lines that show a picture."""
    for block in re.split(r"\n(?=\d+\. |!\[|#|\n)", text):
        if re.match(r"\d+\. |!\[", block):
            yield " ".join(block.split())


class Doing:
    """Does steps in a page; `picture` is called with the path and the words of each picture."""

    def __init__(self, page, url, *, after=None, picture=None):
        self.page = page
        self.url = url
        self.after = after
        self.picture = picture
        self._inside = None
        self._leaving = asyncio.Event()
        self._arrived = asyncio.Event()
        page.on("request", self._asked)
        page.on("domcontentloaded", lambda _page: self._arrived.set())

    async def do(self, steps):
        """Do all steps, one after the other; says at which it failed."""
        for number, step in enumerate(steps, 1):
            try:
                await getattr(self, f"_{step.form}")(step.words)
                if self.after and step.form != "picture":
                    await self.after(step)
            except BaseException as fault:
                fault.add_note(f"step {number}: {step}, on {self.page.url}")
                raise

    def _asked(self, request):
        if request.is_navigation_request():
            self._leaving.set()

    async def _open(self, words):
        self._inside = None
        await self.page.goto(self.url + words["open"])

    async def _follow(self, words):
        await self._enter(lambda: self._one("link", words["follow"]))

    async def _narrow(self, words):
        """Open what only a narrow page folds away; does nothing where it is not folded."""
        link = self.page.locator("main").get_by_role("link", name=words["narrow"], exact=True)
        if await link.filter(visible=True).count():
            await self._enter(lambda: _first_seen(link))

    async def _press(self, words):
        await self._enter(lambda: self._one("button", words["press"]))

    async def _key(self, words):
        key = "+".join(words[name] for name in ("key", "with") if name in words)
        await self._keys(key)

    async def _go(self, words):
        """Press a key until the passage that is selected begins with these words."""
        passage = self.page.get_by_label("Passage", exact=True)
        for _ in range(100):
            await self._keys(words["go"])
            if (await passage.input_value()).startswith(words["go_to"]):
                return
        await expect(passage).to_have_value(words["go_to"])

    async def _write(self, words):
        field = await self._reach(lambda: self._field(words["write_in"]))
        await self.page.keyboard.press("Control+a")
        await self.page.keyboard.insert_text(words["write"])
        await expect(field).to_have_value(words["write"])

    async def _choose(self, words):
        field = await self._reach(lambda: self._field(words["choose_in"]))
        await self.page.keyboard.type(words["choose"])
        await expect(field.locator("option:checked")).to_contain_text(words["choose"])

    async def _give(self, words):
        field = await self._field(words["give_to"])
        await field.set_input_files(ROOT / words["give"])

    async def _tick(self, words):
        box = await self._reach(lambda: self._field(words["tick"]))
        await self.page.keyboard.press("Space")
        await expect(box).to_be_checked()

    async def _unfold(self, words):
        begins = re.compile(rf"^\s*{re.escape(words['unfold'])}")
        found = self.page.locator("main summary", has_text=begins)
        summary = await self._reach(lambda: _first_seen(found))
        if not await summary.evaluate("(one) => one.parentElement.open"):
            await self._keys("Enter")
        self._inside = summary.locator("..")

    async def _decide(self, words):
        """Press the keys that a table gives for each record, until the queue is empty."""
        shown = self.page.locator("main h1")
        for _ in words["column"]:
            title = await shown.text_content(timeout=SLOW)
            keys = next(keys for name, keys in words["column"].items() if title.startswith(name))
            for key in keys:
                await self._keys(key)
            await expect(shown).not_to_have_text(title, timeout=SLOW)
        await expect(shown).to_have_text("This queue is screened", timeout=SLOW)

    async def _see(self, words):
        text = self.page.get_by_text(words["see"]).or_(
            self.page.get_by_role("heading", name=words["see"])
        )
        await expect(text.filter(visible=True).first).to_be_visible(timeout=SLOW)

    async def _picture(self, words):
        if self.picture:
            await self.picture(Path(words["picture"]).name, words["words"])

    async def _one(self, role, name):
        """The link or button of this name: in what was unfolded, in the page, around it.

        A number may stand beside the name: what waits there.
        """
        whole = re.compile(rf"^\s*{re.escape(name)}(\s*[\d,]+( waiting for you)?)?\s*$")
        return await self._found(
            lambda home, exact: home.get_by_role(role, name=whole if exact else name), body=True
        )

    async def _field(self, label):
        whole = re.compile(rf"^\s*{re.escape(label)}( required)?\s*$")
        fields = self.page.locator("input, select, textarea")
        return await self._found(
            lambda home, exact: home.get_by_label(whole if exact else label).and_(fields)
        )

    async def _found(self, finding, *, body=False):
        """In what was unfolded, else by the whole name in the page or around it, else by a part."""
        homes = [self.page.locator("main"), *([self.page.locator("body")] if body else [])]
        places = [(home, exact) for exact in (True, False) for home in homes]
        if self._inside:
            places = [(self._inside, True), (self._inside, False), *places]
        for home, exact in places:
            found = finding(home, exact).filter(visible=True)
            if await found.count():
                return found.first
        return finding(homes[-1], False).first

    async def _reach(self, find):
        """Move the focus to what `find` finds, as somebody without a mouse does; gives it.

        It is looked for again while it cannot be reached: a page that is live may have drawn it
        anew, or written a number beside its name.
        """
        end = asyncio.get_running_loop().time() + SLOW / 1000
        while True:
            element = await find()
            try:
                await element.focus(timeout=BRIEF)
                await expect(element).to_be_focused(timeout=BRIEF)
            except (Error, AssertionError):
                if asyncio.get_running_loop().time() > end:
                    raise
            else:
                return element

    async def _enter(self, find):
        await self._reach(find)
        await self._keys("Enter")

    async def _keys(self, key):
        """Press a key; where it leads to another page, wait until that is there."""
        self._leaving.clear()
        self._arrived.clear()
        await self.page.keyboard.press(key)
        with suppress(Error):  # the page may go while it is asked
            await self.page.evaluate("new Promise((done) => setTimeout(done, 50))")
        if self._leaving.is_set():
            self._inside = None
            await asyncio.wait_for(self._arrived.wait(), SLOW / 1000)
        await self.page.wait_for_load_state()


async def _first_seen(found):
    """The first visible one of many; the first where none is (yet)."""
    seen = found.filter(visible=True)
    return seen.first if await seen.count() else found.first
