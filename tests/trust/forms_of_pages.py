"""Forms as pages show them: every page that links lead to, and every form on it."""

import re
from dataclasses import dataclass
from html import unescape
from urllib.parse import urljoin, urlsplit

from lxml import html

from tests.services.test_every_route_asks_who import routes_of

AT_MOST = 2
"""Pages of one route that are looked at; the rest of a kind show the same forms."""
RUNS = re.compile(r"^[\s\x00-\x20]*(javascript|vbscript|data:text/html)", re.IGNORECASE)


SHAPES = ("{}[]", "{}.0", "{}[0][x]", "{}0", "{}_0", "{}\u0663")
"""How other frameworks write lists and objects as names of fields, and numbers after a name."""


@dataclass(frozen=True)
class Form:
    """A form of a page: its route, what it says it does, its fields as the browser sends them."""

    route: str
    deed: str
    action: str
    page: str
    fields: tuple
    """Names with a kind (text, hidden, choice, box, file) and the value as shown."""

    @property
    def name(self):
        """What a line of the table calls it."""
        return f"{self.route} {self.deed}".strip()

    def filled(self):
        """What a browser would send, untouched: pairs of name and value."""
        return [(name, value) for name, kind, value in self.fields if kind != "file"]

    def texts(self):
        """Names of the fields that people type into."""
        return [name for name, kind, _ in self.fields if kind == "text"]


def misnamed(pairs, most=12):
    """The fields of a form under names that no page gives: what was done, and pairs to send."""
    for shape in SHAPES:
        yield shape, [*pairs, *((shape.format(name), value) for name, value in pairs)]
    yield "other numbers", [(re.sub(r"\d+", r"0\g<0>", name), value) for name, value in pairs]
    yield "twice", [*pairs, *pairs]
    for name in list(dict.fromkeys(name for name, _ in pairs))[:most]:
        yield f"without {name}", [pair for pair in pairs if pair[0] != name]


class Site:
    """The pages of an installation as one person sees them."""

    def __init__(self, app, client, head):
        self.client, self.head = client, head
        self.posts = _patterns(app, "POST")
        self.gets = _patterns(app, "GET")

    async def crawl(self, *starts):
        """Every form that is on a page to which links lead, the first of each name."""
        waiting, seen, often, forms = list(starts), set(), {}, {}
        while waiting:
            where = waiting.pop(0)
            route = route_of(self.gets, where)
            if where in seen or route is None or often.get(route, 0) >= AT_MOST:
                continue
            seen.add(where)
            often[route] = often.get(route, 0) + 1
            page = await self.page(where)
            if page is None:
                continue
            for form in self.forms(where, page):
                forms.setdefault(form.name, form)
            waiting += self.links(where, page)
        return forms, sorted(seen)

    async def page(self, where):
        """The tree of a page; None where it is none."""
        answer = await self.client.get(where, headers=self.head, follow_redirects=True)
        if "html" not in answer.headers.get("content-type", ""):
            return None
        assert answer.status_code < 500, (where, answer.text[:500])
        return html.document_fromstring(answer.content, parser=html.HTMLParser(encoding="utf-8"))

    @staticmethod
    def links(where, page):
        """Addresses within the installation that a page leads to."""
        for one in page.iter("a"):
            there = urlsplit(urljoin(where, one.get("href", "")))
            if not there.netloc and not there.path.startswith(("/api/", "/static/")):
                yield there.path + (f"?{there.query}" if there.query else "")

    def forms(self, where, page):
        """The forms of a page that change something, once for each button that says what."""
        for one in page.iter("form"):
            if one.get("method", "get").lower() != "post":
                continue
            action = urljoin(where, one.get("action") or where)
            route = route_of(self.posts, action)
            fields = tuple(_fields(one))
            buttons = [
                (b.get("name"), b.get("value", "")) for b in one.iter("button") if b.get("name")
            ]
            for button in buttons or [None]:
                sent = (*fields, (button[0], "hidden", button[1])) if button else fields
                yield Form(route, _deed(sent), action, where, sent)


def _fields(form):
    for one in form.iter("input", "textarea", "select"):
        name, kind = one.get("name"), one.get("type", "text")
        if not name:
            continue
        if one.tag == "select":
            chosen = one.xpath(".//option[@selected]") or one.xpath(".//option")[:1]
            yield name, "choice", chosen[0].get("value", chosen[0].text or "") if chosen else ""
        elif one.tag == "textarea":
            yield name, "text", one.text or ""
        elif kind in ("checkbox", "radio"):
            yield name, "box", one.get("value", "on")
        else:
            plain = kind if kind in ("hidden", "file", "password") else "text"
            yield name, plain, one.get("value", "")


def _deed(fields):
    said = {name: value for name, kind, value in fields if kind == "hidden"}
    return next((said[name] for name in ("deed", "do", "what", "verdict") if name in said), "")


def _patterns(app, method):
    found = []
    for path, known in routes_of(app):
        if known == method and not path.startswith(("/api/", "/{path")):
            parts = re.split(r"\{\w+(:path)?\}", path)
            holes = re.findall(r"\{\w+(:path)?\}", path)
            pattern = re.escape(parts[0])
            for hole, rest in zip(holes, parts[2::2], strict=True):
                pattern += (r".+" if hole else r"[^/]+") + re.escape(rest)
            found.append((re.compile(pattern), path))
    return sorted(found, key=lambda one: (":path" in one[1], one[1].count("{"), one[1]))


def route_of(patterns, where):
    """The route that answers at an address; None where none does."""
    path = urlsplit(where).path
    return next((route for pattern, route in patterns if pattern.fullmatch(path)), None)


def executable(text):
    """Whatever in a page or drawing would run or load something that was typed."""
    tree = html.document_fromstring(text, parser=html.HTMLParser(encoding="utf-8"))
    found = []
    for one in tree.iter():
        if not isinstance(one.tag, str):
            continue
        if "hstl" in one.tag:
            found.append(f"<{one.tag}>")
        if one.tag in ("script", "style") and "hstl" in (one.text or ""):
            found.append(f"{one.tag}: {one.text[:80]}")
        for name, value in one.attrib.items():
            if "hstl" in name or name.startswith("on") or (RUNS.match(unescape(value))):
                found.append(f"{one.tag} {name}={value[:80]}")
            if name in ("src", "srcdoc", "style") and "hstl" in value:
                found.append(f"{one.tag} {name}={value[:80]}")
    return found
