"""Commands that read search strategies: list, print, translate."""

from typing import Annotated

import typer

from runtime.cli.output import print_json, print_listing
from runtime.cli.reading import listing
from runtime.cli.session import JsonOption, ReviewOption, UrlOption, reach, run
from runtime.loading.client import segment


def strategies(
    strategy: Annotated[str | None, typer.Argument(help="Print this one (PRISMA-S).")] = None,
    platform: Annotated[
        str | None, typer.Option(help="Only its lines for this platform, as 'ovid/embase'.")
    ] = None,
    review: ReviewOption = None,
    url: UrlOption = None,
    json: JsonOption = False,
) -> None:
    """List search strategies, print one, or give its lines for one platform."""
    if strategy is None:
        found = run(listing(url, review, "search", "strategies"))
        print_listing(found, ("strategy_id", "#version", "name"), as_json=json)
        return
    if platform is None:
        said = run(_printed(url, review, strategy))
        print_json(said) if json else typer.echo(said["markdown"])
        return
    path = f"strategies/{segment(strategy)}/translations"
    lines = run(listing(url, review, "search", path, platform=platform))[0]["lines"]
    rows = [{**line, "note": " ".join(line["notes"])} for line in lines]
    print_listing(lines if json else rows, ("#number", "text", "note"), as_json=json)


async def _printed(url: str | None, review: str | None, strategy: str) -> dict[str, str]:
    async with reach(url) as session:
        review_id = await session.review_id(review)
        path = f"/api/search/reviews/{segment(review_id)}/strategies/{segment(strategy)}/print"
        found: dict[str, str] = await session.api.get(path)
        return found
