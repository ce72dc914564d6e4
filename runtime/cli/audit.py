"""`retroduct audit`: who did what in a review."""

from typing import Annotated, Any

import typer

from runtime.cli.output import print_listing
from runtime.cli.session import JsonOption, ReviewOption, UrlOption, reach, run
from runtime.loading.client import segment


def audit(
    review: ReviewOption = None,
    as_csv: Annotated[bool, typer.Option("--csv", help="Print the whole log as CSV.")] = False,
    url: UrlOption = None,
    json: JsonOption = False,
) -> None:
    """Who did what, and when, tokens, members and exports included; for owners of the review."""
    found = run(_ask(url, review, as_csv=as_csv))
    if isinstance(found, str):
        print(found, end="")
    else:
        print_listing(found, ("at", "by", "kind", "words", "about"), as_json=json)


async def _ask(url: str | None, review: str | None, *, as_csv: bool) -> str | list[dict[str, Any]]:
    async with reach(url) as session:
        path = f"/api/reviews/{segment(await session.review_id(review))}/audit"
        if as_csv:
            return await session.api.text(f"{path}.csv")
        return await session.api.listed(path)
