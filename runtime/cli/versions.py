"""Commands that freeze a version of a review and tell two apart: freeze, diff, versions."""

from collections.abc import Mapping
from typing import Annotated, Any

import typer

from runtime.cli.output import console, print_json, print_listing, quiet
from runtime.cli.session import JsonOption, ReviewOption, UrlOption, reach, run
from runtime.loading.client import segment
from shared.review.numbers import counted

KINDS = {"ccmoc": "Configuration", "argument": "Argument", "theory": "Theory"}


def freeze(
    number: Annotated[str, typer.Argument(help="Number of the version, such as 1.0.")],
    reason: Annotated[str, typer.Option(help="What triggered it.")] = "",
    review: ReviewOption = None,
    url: UrlOption = None,
    json: JsonOption = False,
) -> None:
    """Freeze what stands now as a version; the same again changes nothing."""

    async def work() -> Any:
        async with reach(url) as session:
            path = f"/api/synthesis/reviews/{segment(await session.review_id(review))}/versions"
            return await session.api.post(path, {"number": number, "reason": reason})

    made = run(work())
    if json:
        print_json(made)
        return
    theories = counted(made["theories"], "theory", "theories")
    said = f"{counted(made['ccmocs'], 'configuration')}, {theories}"
    console().print(f"Version {made['number']} holds {said}.", markup=False)


def versions(review: ReviewOption = None, url: UrlOption = None, json: JsonOption = False) -> None:
    """List the frozen versions."""

    async def work() -> Any:
        async with reach(url) as session:
            path = f"/api/synthesis/reviews/{segment(await session.review_id(review))}/versions"
            return (await session.api.get(path))["items"]

    print_listing(run(work()), ("number", "at", "reason", "#ccmocs"), as_json=json)


def diff(
    old: Annotated[str, typer.Argument(help="A version, an ISO moment, or now.")],
    new: Annotated[str, typer.Argument(help="A version, an ISO moment, or now.")] = "now",
    review: ReviewOption = None,
    url: UrlOption = None,
    json: JsonOption = False,
) -> None:
    """Say what changed between two versions: configurations, arguments, wordings, and why."""

    async def work() -> Any:
        async with reach(url) as session:
            at = f"/api/synthesis/reviews/{segment(await session.review_id(review))}"
            return await session.api.get(f"{at}/versions/diff", **{"from": old, "to": new})

    found = run(work())
    if json:
        print_json(found)
        return
    out = console()
    if not found["items"]:
        out.print(f"Nothing changed from {old} to {new}.", markup=False)
    for item in found["items"]:
        out.print("\n".join(quiet(line) for line in lines_of(item)), markup=False, soft_wrap=True)


def lines_of(item: Mapping[str, Any]) -> list[str]:
    """A change on paper: what, by label; what changed; because of which events."""
    head = f"{item['theory']}  {KINDS[item['what']]}: {item['name']}"
    words = item["words"]
    if item["what"] != "ccmoc":
        words = [f"{', '.join(item['kinds']).capitalize()}.", *words]
    lines = [head, *(f"    {sentence}" for sentence in words)]
    return lines + [f"    because: {cause}" for cause in item["causes"]]
