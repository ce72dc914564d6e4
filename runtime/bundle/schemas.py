"""JSON Schemas of the bundle's files, made from the models (`python -m runtime.bundle.schemas`)."""

import json
import sys
from pathlib import Path
from typing import Any

from pydantic import TypeAdapter

from runtime.bundle.model.events import EVENT
from runtime.bundle.model.evidence import CodebookFile, Fragment, Source
from runtime.bundle.model.extraction import ExtractionFile
from runtime.bundle.model.review import DecisionRow, RecordRow, ReviewFile
from runtime.bundle.model.searching import SearchingFile
from runtime.bundle.model.theories import TheoriesFile

SCHEMAS: dict[str, tuple[TypeAdapter[Any], str]] = {
    "review.schema.json": (TypeAdapter(ReviewFile), "review.yaml"),
    "theories.schema.json": (TypeAdapter(TheoriesFile), "theories.json"),
    "codebook.schema.json": (TypeAdapter(CodebookFile), "codebook.json"),
    "fragment.schema.json": (TypeAdapter(Fragment), "each line of fragments.jsonl"),
    "source.schema.json": (TypeAdapter(Source), "each line of sources.jsonl"),
    "extraction.schema.json": (TypeAdapter(ExtractionFile), "extraction.json"),
    "searching.schema.json": (TypeAdapter(SearchingFile), "searching.json"),
    "event.schema.json": (EVENT, "each line of events.jsonl"),
    "decision.schema.json": (TypeAdapter(DecisionRow), "each row of decisions.csv"),
    "record.schema.json": (TypeAdapter(RecordRow), "each row of records/*.csv with a column key"),
}


def rendered() -> dict[str, str]:
    """File name → text of every schema."""
    return {name: _text(adapter, what) for name, (adapter, what) in SCHEMAS.items()}


def _text(adapter: TypeAdapter[Any], what: str) -> str:
    schema = adapter.json_schema(by_alias=True, mode="validation")
    head = {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$comment": f"Describes {what} of a review bundle. Made from the models; do not edit.",
    }
    return json.dumps({**head, **schema}, indent=1, ensure_ascii=False, sort_keys=False) + "\n"


def write(folder: Path) -> None:
    """Write every schema into `folder`."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, text in rendered().items():
        (folder / name).write_text(text, encoding="utf-8")


if __name__ == "__main__":
    write(Path(sys.argv[1] if len(sys.argv) > 1 else "examples/schemas"))
