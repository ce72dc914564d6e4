"""Every text, list and whole number of every request declares its most, in the OpenAPI document."""

import json
from collections.abc import Iterator
from typing import Any

import pytest
from pydantic import BaseModel, TypeAdapter, ValidationError

from services.screening.decisions.schemas import models
from shared.http import bounds
from shared.http.bounds import DEEPEST, LONGEST, Json, JsonObject, Key, ManyOf, Terms
from tests.support.reference import ROOT

OF_THEMSELVES = ("enum", "const", "contentMediaType")
FORMATS = ("date-time", "date", "binary")


def described() -> dict[str, Any]:
    text = (ROOT / "docs" / "reference" / "openapi.json").read_text(encoding="utf-8")
    document: dict[str, Any] = json.loads(text)
    return document


def operations(document: dict[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    for path, methods in document["paths"].items():
        for method, operation in methods.items():
            yield f"{method.upper()} {path}", operation


def requests(document: dict[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    """Every schema that a request is checked by, and its name."""
    for route, operation in operations(document):
        for parameter in operation.get("parameters", ()):
            yield f"{route} {parameter['in']} '{parameter['name']}'", parameter["schema"]
        for kind, media in operation.get("requestBody", {}).get("content", {}).items():
            if "schema" in media:
                yield f"{route} {kind}", media["schema"]


class Walk:
    """Looks through schemas, each once; `found` names what has no bound."""

    def __init__(self, document: dict[str, Any]) -> None:
        self.schemas = document["components"]["schemas"]
        self.found: list[str] = []
        self.looked_at = 0
        self._seen: set[str] = set()

    def look(self, schema: dict[str, Any], name: str) -> None:
        self.looked_at += 1
        if "$ref" in schema:
            self._named(schema["$ref"].rpartition("/")[2])
        elif schema.get("maxItems") != 0:
            self._inside(schema, name)

    def _named(self, known: str) -> None:
        if known not in self._seen:
            self._seen.add(known)
            self.look(self.schemas[known], known)

    def _inside(self, schema: dict[str, Any], name: str) -> None:
        several = [one for kind in ("anyOf", "oneOf", "allOf") for one in schema.get(kind, ())]
        for one in several:
            self.look(one, name)
        if not several and not self._bounded(schema):
            self.found.append(f"{name} ({schema.get('type', 'anything')})")
        for key, one in schema.get("properties", {}).items():
            self.look(one, f"{name}.{key}")
        for inner in ("items", "additionalProperties"):
            if isinstance(schema.get(inner), dict):
                self.look(schema[inner], f"{name}[]")

    @staticmethod
    def _bounded(schema: dict[str, Any]) -> bool:
        if any(mark in schema for mark in OF_THEMSELVES) or schema.get("format") in FORMATS:
            return True
        match schema.get("type"):
            case "string":
                return "maxLength" in schema
            case "array":
                return "maxItems" in schema
            case "integer":
                return bool({"maximum", "exclusiveMaximum"} & schema.keys())
            case "object":
                open_ended = schema.get("additionalProperties") not in (None, False)
                return "properties" in schema or (open_ended and "maxProperties" in schema)
            case kind:
                return kind in ("boolean", "number", "null")


def test_every_text_list_and_number_of_a_request_has_a_declared_most():
    document = described()
    walk = Walk(document)
    for name, schema in requests(document):
        walk.look(schema, name)
    assert walk.looked_at > 1000
    assert not walk.found, "\n".join(["give each a type of shared.http.bounds:", *walk.found])


@pytest.mark.parametrize(
    "schema",
    [
        {"type": "string"},
        {"type": "array", "items": {"type": "string", "maxLength": 1}},
        {"type": "array", "maxItems": 1, "items": {"type": "string"}},
        {"type": "integer", "minimum": 0},
        {"anyOf": [{"type": "null"}, {"type": "string", "minLength": 1}]},
        {"type": "object", "additionalProperties": {"type": "boolean"}},
        {"type": "object", "properties": {"a": {"type": "string"}}},
        {"type": "object", "additionalProperties": True},
        {},
    ],
)
def test_what_has_no_bound_is_found(schema: dict[str, Any]):
    walk = Walk({"components": {"schemas": {}}})
    walk.look(schema, "it")
    assert len(walk.found) == 1


class Taken(BaseModel):
    """A body with values whose form only their reader knows."""

    protocol: Json = None
    answers: JsonObject = {}
    broad: Terms = None
    many: ManyOf[Key] = []


def nested(levels: int) -> Any:
    value: Any = "fern"
    for _ in range(levels):
        value = [value]
    return value


def test_a_value_of_any_form_is_cleaned_and_kept():
    value = {"a\x00": ["b\x1b", 1, 1.5, True, None, {"c": nested(DEEPEST - 3)}]}
    taken = Taken.model_validate({"protocol": value, "answers": value, "broad": ["a", ["OR", "b"]]})
    assert taken.protocol == {"a": ["b", 1, 1.5, True, None, {"c": nested(DEEPEST - 3)}]}
    assert taken.answers == taken.protocol
    assert taken.broad == ["a", ["OR", "b"]]


@pytest.mark.parametrize("field", ["protocol", "broad"])
@pytest.mark.parametrize(
    "value", [nested(DEEPEST + 1), nested(900), ["a" * (LONGEST + 1)], [float("nan")]]
)
def test_a_value_of_any_form_has_bounds_of_depth_and_length(field: str, value: Any):
    with pytest.raises(ValidationError) as refused:
        Taken.model_validate({field: value})
    assert refused.value.error_count() == 1


def test_a_million_faults_cost_no_more_than_the_first():
    with pytest.raises(ValidationError) as refused:
        Taken.model_validate({"many": [1] * 50_000})
    assert refused.value.error_count() == 1


@pytest.mark.parametrize("value", [-5, {"a": "b"}, ["a", ["b", 1]], ["a"] * 2000])
def test_search_terms_are_texts_in_lists(value: Any):
    with pytest.raises(ValidationError, match="search terms are a text"):
        Taken.model_validate({"broad": value})


EDGES = ("0001-01-01T00:00:00+23:00", "9999-12-31T23:59:59-23:00")


@pytest.mark.parametrize("at", EDGES)
@pytest.mark.parametrize("moment", [bounds.Moment, models.Moment])
def test_a_moment_beyond_the_calendar_of_utc_is_refused(moment: Any, at: str):
    with pytest.raises(ValidationError, match="outside the years 1 to 9999"):
        TypeAdapter(moment).validate_python(at)


def test_every_moment_that_is_sent_is_bounded():
    sent = [path for folder in ("services", "workbench") for path in (ROOT / folder).rglob("*.py")]
    assert not [path for path in sent if "AwareDatetime" in path.read_text(encoding="utf-8")]
