"""Bundles for the pages of workbench: the same reading, loading and writing as on the command
line, with the rights of the person at the browser.
"""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import httpx

from runtime.bundle.limited import look_limited
from runtime.bundle.parse import read_bundle
from runtime.bundle.problems import BundleError, BundleProblem, Severity
from runtime.loading import export as exporting
from runtime.loading.client import Api, ApiError, for_people
from runtime.loading.examples import RECO, TOUR
from runtime.loading.ledger import Ledger
from runtime.loading.loader import Loader
from runtime.loading.progress import Silent
from shared.http.auth import Principal
from workbench.bundles.domain import Brought, Fault, Looked, Steps
from workbench.bundles.ports import CannotLoad

HERE = "here"
EXAMPLES = {
    "tour": (
        TOUR,
        "An invented review to learn with",
        "150 records, two reviewers who disagree, full texts, theories and one retraction; "
        "the tutorial uses it.",
    ),
    "reco": (
        RECO,
        "The RECO review",
        "The published realist review that Retroduct is modelled on: 11 programme theories "
        "and their coded evidence.",
    ),
}
STEPS = {
    "review": "Opening the review",
    "theories": "Stating theories",
    "codebooks": "Writing codebooks",
    "records": "Adding records",
    "sources": "Adding documents",
    "decisions": "Recording decisions",
    "fragments": "Coding fragments",
    "arguments": "Stating arguments",
    "people's word": "Noting judgements",
    "events": "Following what happened since",
}


@dataclass(frozen=True, slots=True)
class BrowserBundles:
    """Fulfils `workbench.bundles.ports.Bundles`; `client_as` calls the services as somebody."""

    home: Path
    client_as: Callable[[Principal], httpx.AsyncClient]

    def examples(self) -> Sequence[tuple[str, str, str]]:
        """Examples that lie beside the program."""
        return [
            (name, title, says)
            for name, (folder, title, says) in EXAMPLES.items()
            if folder.is_dir()
        ]

    def example(self, name: str) -> Path | None:
        """The folder of an example."""
        folder = EXAMPLES[name][0] if name in EXAMPLES else None
        return folder if folder is not None and folder.is_dir() else None

    def look(self, folder: Path, as_id: str | None) -> Looked:
        """Read a bundle without loading it, in a process with limits; blocks."""
        found = look_limited(folder, as_id)
        faults = tuple(_fault(problem, folder) for problem in found.problems)
        return Looked(review_id=found.review_id, title=found.title, faults=faults)

    async def load(
        self,
        folder: Path,
        person: Principal,
        steps: Steps,
        *,
        as_id: str | None,
        keep_good: bool,
        at_rest: Callable[[], Awaitable[bool]],
    ) -> Brought:
        """Load a bundle; what is there already stays. Raises `CannotLoad`."""
        reading = read_bundle(folder, review_id=as_id)
        async with self.client_as(person) as http:
            try:
                bundle = reading.good_part() if keep_good else reading.whole()
                ledger = Ledger(self.home, bundle.review.id, HERE)
                api = Api(http, at_rest=at_rest)
                loaded = await Loader(bundle, api, ledger, _InWords(steps)).load()
            except (ApiError, BundleError) as error:
                raise CannotLoad(for_people(str(error))) from error
        return Brought(
            records=loaded.records_added,
            fragments=loaded.fragments_changed,
            events=loaded.events_applied,
            already=loaded.already,
            notes=tuple(for_people(sentence) for sentence in loaded.refused),
        )

    async def export(self, review_id: str, person: Principal, folder: Path) -> None:
        """Write a review as a bundle. Raises `CannotLoad`."""
        async with self.client_as(person) as http:
            try:
                await exporting.export(Api(http), review_id, folder, Silent())
            except ApiError as error:
                raise CannotLoad(for_people(str(error))) from error


@dataclass(frozen=True, slots=True)
class _InWords:
    """Tells a load's steps in the words of its page."""

    steps: Steps

    def step(self, name: str, total: int) -> None:
        """A step of `total` things begins."""
        words = STEPS.get(name, name)
        if self.steps.words != words:
            self.steps.step(words, total)

    def advance(self, number: int = 1) -> None:
        """So many more things of the step are done."""
        self.steps.advance(number)


def _fault(problem: BundleProblem, folder: Path) -> Fault:
    """A problem in the words of a page; the folder is called the bundle."""
    file = "the bundle" if problem.file == str(folder) else problem.file
    what = f"{problem.field} {problem.what}" if problem.field else problem.what
    keeps = problem.severity is Severity.ERROR
    return Fault(file=file, what=what, remedy=problem.remedy, line=problem.line, keeps=keeps)
