"""Use cases of the public status: switching it, and reading it."""

from urllib.parse import quote

from shared.http.problems import NotFound
from shared.kernel.tx import Tx
from workbench.feed import store as feed_store
from workbench.feed.handlers import views
from workbench.people import store as people
from workbench.reviews.handlers.reviews import known_review
from workbench.status.domain import Status
from workbench.status.store import status as store

NONE = "There is no status here. Ask the review's team for the right address."


def path_of(review_id: str) -> str:
    """Where everybody finds a review's status; it stays the same."""
    return f"/status/{quote(review_id, safe='')}"


async def show(tx: Tx, review_id: str, *, shown: bool) -> None:
    """Show a review's status to everybody, or to nobody. Raises `NotFound`."""
    await known_review(tx, review_id)
    await store.show(tx, review_id, shown=shown)
    what = "public_status_shown" if shown else "public_status_hidden"
    await people.note_act(tx, what, review_id, review_id)


async def status_of(tx: Tx, review_id: str) -> Status:
    """A review's status. Raises `NotFound`, the same for a review that is not shown or not there.

    Records wait where a stage of the main path has not settled them; evidence is a document of
    which nothing was coded.
    """
    if not await store.is_shown(tx, review_id):
        raise NotFound(NONE)
    flow = await views.flow(tx, review_id)
    return Status(
        searched=await feed_store.last_search(tx, review_id),
        records=sum(stage.open + stage.conflict for stage in flow.stages if stage.main),
        evidence=await store.count_uncoded(tx, review_id),
        theories=await store.count_rechecks(tx, review_id),
    )
