"""Requests that name what another review holds: where routes take ids, and bodies around them.

Which names are ids, and of what, stands in `foreign_ids.tsv`; `-` says that a name is no id of a
review's things. Routes come from the application, parameters and bodies from its OpenAPI document,
fields of pages from their templates.
"""

import csv
import inspect
import re
import sys
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from urllib.parse import quote

from fastapi.routing import APIRoute

from tests.support.reference import ROOT
from tests.trust.test_every_route import ENDLESS, least

TABLE = Path(__file__).with_name("foreign_ids.tsv")
TEMPLATES = ROOT / "workbench" / "web" / "templates"
NONE = "-"
FIELD = re.compile(r'\bname="([a-z_]+)"')
DEED = re.compile(r'name="(?:deed|do|what|verdict|form)" value="([a-z-]+)"|hidden\("([a-z-]+)"')
ORDER = ("GET", "POST", "PATCH", "DELETE", "PUT")
"""What makes things under a name that is sent comes last: then the name is the review's own."""


@dataclass(frozen=True)
class Slot:
    """A place of a request that takes an id of this kind."""

    method: str
    path: str
    where: str
    name: str
    kind: str
    way: tuple = ()
    deed: str = ""

    def __str__(self):
        return f"{self.method} {self.path} {self.where} {self.name} {self.deed}".strip()


@cache
def table():
    """Lines of the table: by name, pairs of a kind and of what the route holds."""
    found = {}
    with TABLE.open(encoding="utf-8") as lines:
        for row in csv.DictReader(lines, delimiter="\t"):
            found.setdefault(row["name"], []).append((row["kind"], row["of routes that hold"]))
    return found


def kind_of(name, route):
    """The kind of id that a name is on this route; None where no line says."""
    lines = table().get(name, ())
    return next((kind for kind, held in lines if (held or "") in route), None)


class Routes:
    """Every place of an application that takes a text, and which of them take ids."""

    def __init__(self, app):
        self.app, self.described, self.unknown = app, app.openapi(), set()
        self.schemas = self.described["components"]["schemas"]

    def slots(self):
        """Places that take ids, what makes things last; `unknown` gathers names without a line."""
        found = [slot for route in unfolded(self.app.routes) for slot in self._of(*route)]
        return sorted(found, key=lambda one: (one.where == "path", ORDER.index(one.method)))

    def reviews(self):
        """Every route of a review, but the one without an end; its place is the review's id."""
        routes = sorted((m, p) for m, p, _ in unfolded(self.app.routes) if "{review_id}" in p)
        return [Slot(m, p, "path", "review_id", "review") for m, p in routes if p != ENDLESS]

    def _of(self, method, path, endpoint):
        operation = self.operation(method, path)
        named = [("path", name) for name in re.findall(r"\{([a-z_]+)(?::\w+)?\}", path)]
        for one in operation.get("parameters", ()):
            if one["in"] == "query" and list(leaves(one["schema"], self.schemas, one["name"])):
                named.append(("query", one["name"]))
        for where, name in named:
            yield from self._slot(method, path, where, name)
        body = self.body(operation)
        for way, name in leaves(body, self.schemas, "body") if body else ():
            yield from self._slot(method, path, "body", name, way)
        if method == "POST" and "/api/" not in path:
            yield from self._forms(method, path, endpoint)

    def _slot(self, method, path, where, name, way=()):
        kind = kind_of(name, path)
        if kind is None:
            self.unknown.add(f"{name}\t{path}")
        elif kind != NONE:
            yield Slot(method, path, where, name, kind, way)

    def _forms(self, method, path, endpoint):
        said = inspect.getsource(sys.modules[endpoint.__module__])
        ids = [(n, kind_of(n, path) or NONE) for n in re.findall(r"\{([a-z_]+)(?::\w+)?\}", path)]
        for deed in sorted({one for one in deeds() if f'"{one}"' in said}) or [""]:
            yield Slot(method, path, "form", "", "", (), deed)
            for name, kind in ids:
                if kind != NONE:
                    yield Slot(method, path, "page", name, kind, (), deed)

    def operation(self, method, path):
        """What the document says of a route; nothing of a page."""
        return self.described["paths"].get(plain_path(path), {}).get(method.lower(), {})

    @staticmethod
    def body(operation):
        """The schema of a JSON body."""
        content = operation.get("requestBody", {}).get("content", {})
        return content.get("application/json", {}).get("schema")

    def request(self, slot, own, put):
        """Path, query and body with ids of the own review but for one, which is `put`."""
        operation = self.operation(slot.method, slot.path)
        there = put if slot.where == "path" else None
        path = self.path_of(slot, own, there)
        query = {
            p["name"]: own.get(kind_of(p["name"], slot.path) or NONE)
            or least(p["schema"], self.described)
            for p in operation.get("parameters", ())
            if p["in"] == "query" and p.get("required")
        }
        if slot.where == "query":
            query[slot.name] = put
        more = {"params": query}
        body = self.body(operation)
        if body:
            way = slot.way if slot.where == "body" else None
            maker = Maker(self, slot.path, own, put)
            more["json"] = maker.made(body, way, "body")
        return path, more

    def form(self, slot, own, foreign):
        """The path and every field of pages; where `slot` is of a page, the path names what is
        foreign and the fields what is one's own, else it is the other way round.
        """
        said = own if slot.where == "page" else foreign
        data = {name: said.get(kind_of(name, slot.path) or NONE, "1") for name in fields()}
        for name in ("deed", "do", "what"):
            data[name] = slot.deed
        data["seen"] = ""  # whatever changed meanwhile, so that the second is taken as the first
        return self.path_of(slot, own, foreign.get(slot.kind)), {"data": data}

    @staticmethod
    def path_of(slot, own, put):
        """The path with ids of the own review, but for `put` where the slot is in the path."""

        def filled(found):
            name = found[1]
            if slot.where in ("path", "page") and name == slot.name:
                return address(put)
            kind = "review" if name == "review_id" else kind_of(name, slot.path)
            return address(own[kind]) if kind in own else OTHERS.get(name, "1")

        return re.sub(r"\{([a-z_]+)(?::\w+)?\}", filled, slot.path)


OTHERS = {"kind": "slot", "form": "csv", "item": "background", "what": "notes", "name": "yellow"}


def address(key):
    """A key in a path."""
    return quote(key, safe="")


class Maker:
    """Makes bodies: the least of a schema, with ids of the own review, and one thing more."""

    def __init__(self, routes, path, own, put):
        self.routes, self.path, self.own, self.put = routes, path, own, put

    def made(self, schema, way, name):
        """A value of the schema; `way` leads to where the other id is put, None: nowhere."""
        if "$ref" in schema:
            schema = self.routes.schemas[schema["$ref"].rsplit("/", 1)[-1]]
            return self.made(schema, way, name)
        for union in ("anyOf", "oneOf", "allOf"):
            if union in schema:
                at = way[0][1] if way else 0
                return self.made(schema[union][at], way[1:] if way else way, name)
        if way == ():
            return self.put
        if schema.get("type") == "object" and "properties" in schema:
            return self._object(schema, way)
        if schema.get("type") == "array":
            return [self.made(schema["items"], way[1:] if way else way, name)]
        kind = kind_of(name, self.path)
        text = schema.get("type") == "string" and "enum" not in schema and "const" not in schema
        if text and kind in self.own:
            return self.own[kind]
        return least(schema, self.routes.described)

    def _object(self, schema, way):
        inside = schema["properties"]
        asked = {*schema.get("required", ()), *([way[0]] if way else ())}
        return {
            name: self.made(inside[name], way[1:] if way and way[0] == name else None, name)
            for name in sorted(asked)
        }


def leaves(schema, schemas, name, seen=()):
    """Ways through a schema to each text of its own, with the name of the property."""
    known = schema.get("$ref", "").rsplit("/", 1)[-1]
    if known:
        if known not in seen:
            yield from leaves(schemas[known], schemas, name, (*seen, known))
        return
    for step, inside, inner_name in _inside(schema, name):
        for way, inner in leaves(inside, schemas, inner_name, seen):
            yield (step, *way), inner
    if schema.get("type") == "string" and not {"enum", "const", "format"} & schema.keys():
        yield (), name


def _inside(schema, name):
    """Steps from a schema to the ones within it, each with the name of the property."""
    for union in ("anyOf", "oneOf", "allOf"):
        yield from ((("|", at), one, name) for at, one in enumerate(schema.get(union, ())))
    yield from ((inner, one, inner) for inner, one in schema.get("properties", {}).items())
    if isinstance(schema.get("items"), dict):
        yield "[]", schema["items"], name


def plain_path(path):
    """The path as the OpenAPI document has it."""
    return re.sub(r"\{([a-z_]+):\w+\}", r"{\1}", path)


@cache
def _templates():
    return "\n".join(one.read_text(encoding="utf-8") for one in sorted(TEMPLATES.rglob("*.html")))


@cache
def fields():
    """Names of fields of every page."""
    return sorted({*FIELD.findall(_templates()), "proposal", "group", "act"})


@cache
def deeds():
    """What forms of pages say that they do."""
    return sorted({one for pair in DEED.findall(_templates()) for one in pair if one})


def unfolded(routes):
    """Every route with each of its methods and what answers it."""
    for route in routes:
        if isinstance(route, APIRoute):
            yield from ((m, route.path, route.endpoint) for m in sorted(route.methods - {"HEAD"}))
        elif hasattr(route, "effective_route_contexts"):
            for one in route.effective_route_contexts():
                yield from ((m, one.path, one.endpoint) for m in sorted(one.methods - {"HEAD"}))
