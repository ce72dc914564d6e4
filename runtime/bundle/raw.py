"""The files of a bundle as read: good rows with their lines, nothing filled in."""

from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TypeVar

from runtime.bundle.model.events import BundleEvent
from runtime.bundle.model.evidence import Fragment, Source, TheoryCodebook
from runtime.bundle.model.extraction import ExtractionFile
from runtime.bundle.model.review import DecisionRow, RecordRow, ReviewFile
from runtime.bundle.model.searching import SearchingFile
from runtime.bundle.model.theories import TheoriesFile

M = TypeVar("M")

Lines = list[tuple[int | None, M]]


@dataclass
class RawBundle:
    """What the files say. Rows found double or dangling are taken out by `checks.check`."""

    review: ReviewFile
    has_review: bool
    theories: TheoriesFile
    codebook: dict[str, TheoryCodebook]
    fragments: Lines[Fragment]
    sources: Lines[Source]
    records: Lines[RecordRow]
    record_files: tuple[Path, ...]
    decisions: Lines[DecisionRow]
    has_decisions: bool
    events: Lines[BundleEvent]
    extraction: ExtractionFile
    searching: SearchingFile

    @cached_property
    def record_keys(self) -> frozenset[str]:
        """Keys of the records that record tables and sources name."""
        named = {source.record for _, source in self.sources if source.record}
        return frozenset(named | {row.key for _, row in self.records})
