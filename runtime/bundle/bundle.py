"""A review bundle, read and made whole: what the loader loads."""

from dataclasses import dataclass, field
from pathlib import Path

from runtime.bundle.model.arguments import Argument
from runtime.bundle.model.events import BundleEvent
from runtime.bundle.model.evidence import Fragment, Source, TheoryCodebook
from runtime.bundle.model.extraction import ExtractionFile
from runtime.bundle.model.inference import Idea, LineageLink, Memo, SubstantiveTheory
from runtime.bundle.model.review import DecisionRow, RecordRow, ReviewFile
from runtime.bundle.model.searching import SearchingFile
from runtime.bundle.model.theories import AuthorText, Judgement, Parameters, Theory
from runtime.bundle.problems import BundleError, BundleProblem, Problems


@dataclass(frozen=True, slots=True)
class Bundle:
    """A bundle after the import rules: every fragment has theories, states and sources.

    `made` says what the bundle left out and the reader filled in; `digest` is the hash of all
    files but events.jsonl, so that a loader knows the bundle again.
    """

    root: Path
    review: ReviewFile
    theories: tuple[Theory, ...] = ()
    parameters: Parameters | None = None
    judgements: tuple[Judgement, ...] = ()
    arguments: tuple[Argument, ...] = ()
    ideas: tuple[Idea, ...] = ()
    lineage: tuple[LineageLink, ...] = ()
    substantive_theories: tuple[SubstantiveTheory, ...] = ()
    memos: tuple[Memo, ...] = ()
    texts: tuple[AuthorText, ...] = ()
    codebook: dict[str, TheoryCodebook] = field(default_factory=dict)
    fragments: tuple[Fragment, ...] = ()
    sources: tuple[Source, ...] = ()
    records: tuple[RecordRow, ...] = ()
    record_files: tuple[Path, ...] = ()
    decisions: tuple[DecisionRow, ...] = ()
    events: tuple[BundleEvent, ...] = ()
    extraction: ExtractionFile = field(default_factory=ExtractionFile)
    searching: SearchingFile = field(default_factory=SearchingFile)
    made: tuple[str, ...] = ()
    digest: str = ""


@dataclass(frozen=True, slots=True)
class Reading:
    """What a reading gave: the good part of a bundle (None: nothing to load) and the problems."""

    bundle: Bundle | None
    problems: Problems

    def whole(self) -> Bundle:
        """The bundle, when nothing in it is wrong; else `BundleError` with every problem."""
        return self._or_error(self.problems.errors)

    def good_part(self) -> Bundle:
        """What is good in it; `BundleError` only when nothing is."""
        return self._or_error(() if self.bundle else self.problems.errors)

    def _or_error(self, errors: tuple[BundleProblem, ...]) -> Bundle:
        if self.bundle is None or errors:
            raise BundleError(errors)
        return self.bundle
