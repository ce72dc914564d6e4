"""The pages of the workbench in one table: areas in the top bar, their pages in the second bar.

A page that is to stand in the bars is one line here. The current one is found by its path, so
templates say nothing of it.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from urllib.parse import quote


@dataclass(frozen=True, slots=True)
class SubPage:
    """One page of an area.

    `path` is what follows the review's address (or the whole path, outside a review); `also` are
    further beginnings of paths that lie on it; `counts` names the number of things that wait
    there for who looks (see `waiting`); `owners` is true of what only owners may open.
    """

    words: str
    path: str
    also: tuple[str, ...] = ()
    counts: str = ""
    owners: bool = False

    def is_on(self, path: str) -> int:
        """How much of a path belongs to this page, in characters; -1 for nothing."""
        found = [len(own) for own in (self.path, *self.also) if path == own or _below(path, own)]
        return max(found, default=-1)


@dataclass(frozen=True, slots=True)
class Area:
    """An entry of the top bar with its pages; `in_bar` is false where menus lead to it."""

    key: str
    words: str
    pages: tuple[SubPage, ...]
    in_bar: bool = True


AREAS = (
    Area(
        "overview",
        "Overview",
        (
            SubPage("Home", ""),
            SubPage("Flow", "/flow"),
            SubPage("Activity", "/activity"),
            SubPage("Coverage", "/coverage"),
        ),
    ),
    Area(
        "find",
        "Find",
        (
            SubPage("Library", "/library", also=("/records",)),
            SubPage("Imports", "/imports"),
            SubPage("Duplicates", "/duplicates", counts="proposals"),
            SubPage("Notices", "/notices"),
            SubPage("Strategy", "/strategies"),
            SubPage("Schedules and runs", "/searches"),
            SubPage("Sources", "/sources"),
            SubPage("CLUSTER", "/steps", also=("/cluster",), counts="steps"),
        ),
    ),
    Area(
        "screen",
        "Screen",
        (
            SubPage("Queue", "/screening", counts="queue"),
            SubPage("Conflicts", "/conflicts", counts="conflicts"),
            SubPage("Decided", "/decided"),
            SubPage("Reconsider", "/reconsider", counts="reconsider"),
            SubPage("Retrieval", "/retrieval", counts="to_get"),
            SubPage("Setup", "/setup"),
        ),
    ),
    Area(
        "code",
        "Code",
        (
            SubPage(
                "Documents",
                "/coding",
                also=("/uploads", "/confirmations", "/pages-of", "/document-new", "/appraisal-of"),
                counts="uploads",
            ),
            SubPage("Fragments", "/fragments"),
            SubPage("Codebook", "/codebook", also=("/codes",)),
            SubPage("Forms", "/forms", also=("/form-answers",)),
            SubPage("Memos", "/memos"),
            SubPage("Studies", "/studies"),
            SubPage("Two coders", "/coding-rounds"),
            SubPage("Other tools", "/projects"),
            SubPage("Suggestions", "/suggestions"),
            SubPage("To put right", "/coding-issues"),
        ),
    ),
    Area(
        "theorise",
        "Theorise",
        (
            SubPage("Theories", "/synthesis", also=("/theories", "/ccmocs")),
            SubPage("Arguments", "/arguments"),
            SubPage("To check", "/to-check", counts="to_check"),
            SubPage("Substantive theories", "/substantive-theories"),
            SubPage("Inference log", "/inference-log"),
        ),
    ),
    Area(
        "publish",
        "Publish",
        (
            SubPage("Report", "/report"),
            SubPage("Versions", "/versions"),
            SubPage("Export", "/exports"),
        ),
    ),
    Area(
        "settings",
        "Settings",
        (
            SubPage("Question and protocol", "/settings"),
            SubPage("Team", "/settings/team"),
            SubPage("Parameters", "/settings/parameters"),
            SubPage("Coding and assistance", "/settings/coding"),
            SubPage("Public status", "/settings/status", owners=True),
            SubPage("Webhooks", "/settings/webhooks", owners=True),
        ),
        in_bar=False,
    ),
)
"""Inside a review; paths follow `/reviews/<its key>`."""

SITE: tuple[Area, ...] = (
    Area("load", "Load a bundle", (SubPage("Load a bundle", "/load"),), in_bar=False),
    Area("me", "Name, password, tokens", (SubPage("You", "/me"),), in_bar=False),
    Area("events", "Events for dashboards", (SubPage("Events", "/events"),), in_bar=False),
    Area(
        "admin",
        "Administration",
        (
            SubPage("Health and jobs", "/admin"),
            SubPage("People", "/admin/people"),
            SubPage("Tokens", "/admin/tokens"),
            SubPage("Backups", "/admin/backups"),
        ),
        in_bar=False,
    ),
)
"""Outside any review; paths are whole."""


@dataclass(frozen=True, slots=True)
class Bars:
    """What the bars show: areas, the current one, and its current page."""

    areas: tuple[Area, ...]
    area: Area | None = None
    page: SubPage | None = None
    base: str = ""

    def in_bar(self) -> Iterator[Area]:
        """The areas of the top bar."""
        return (area for area in self.areas if area.in_bar)

    def site(self) -> tuple[Area, ...]:
        """Where the person menu leads."""
        return SITE

    def address(self, page: SubPage) -> str:
        """Where a page is."""
        return self.base + page.path


def bars_of(path: str, review_id: str | None) -> Bars:
    """The bars of a page; `path` is that of the request."""
    base = f"/reviews/{quote(review_id, safe='')}" if review_id else ""
    bars = Bars(AREAS if review_id else SITE, base=base)
    below = path.removeprefix(f"/reviews/{review_id}") if review_id else path
    longest, best = -1, bars
    for area in bars.areas:
        for page in area.pages:
            found = page.is_on(below)
            if found > longest:
                longest, best = found, replace(bars, area=area, page=page)
    return best


def _below(path: str, own: str) -> bool:
    return bool(own) and path.startswith(f"{own}/")
