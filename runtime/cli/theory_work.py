"""Commands of theory work: the inference log, and what is to check."""

from typing import Annotated, Any

import typer

from runtime.cli.output import console, print_json, table
from runtime.cli.reading import listing
from runtime.cli.session import JsonOption, ReviewOption, UrlOption, reach, run
from runtime.loading.client import segment


def inference_log(
    review: ReviewOption = None, url: UrlOption = None, json: JsonOption = False
) -> None:
    """List what people noted, worded and decided, with reasons, oldest first."""
    found = run(listing(url, review, "synthesis", "inference-log"))
    if json:
        print_json(found)
        return
    out = console()
    if not found:
        out.print("Nothing is written yet: note an idea or a memo under Theorise.")
        return
    columns = ("when", "who", "what", "about", "words", "why")
    out.print(table("Inference log", columns, [_entry(item) for item in found]))


def _entry(item: dict[str, Any]) -> tuple[str, ...]:
    kind = item["kind"].replace("_", " ")
    when = item["at"][:16].replace("T", " ")
    what, who = f"{kind} {item['done']}", item["name"] or item["person"] or ""
    about = "; ".join(subject["label"] for subject in item["subjects"])
    about += f": “{item['quote']}”" if item.get("quote") else ""
    return when, who, what, about, item["words"], item["reason"]


def to_check(
    limit: Annotated[int, typer.Option(min=1, max=1000, help="At most so many.")] = 20,
    review: ReviewOption = None,
    url: UrlOption = None,
    json: JsonOption = False,
) -> None:
    """List what waits to be checked by you, over all theories: what moves most comes first."""
    found = run(_queue(url, review, limit))
    if json:
        print_json(found)
        return
    out = console()
    rows = [_again(item) for item in found["recheck"]] + [_link(item) for item in found["links"]]
    if not rows:
        out.print("Nothing waits for you.")
        return
    out.print(table("To check", ("theory", "configuration", "what", "why"), rows))


def _again(item: dict[str, Any]) -> tuple[str, ...]:
    return item["theory"], item["label"], "check again", " ".join(item["words"])


def _link(item: dict[str, Any]) -> tuple[str, ...]:
    why = " ".join((item["words"], *item["moves"]))
    return item["theory"], item["label"], f"judge as {item['judge_as']}", why


async def _queue(url: str | None, review: str | None, limit: int) -> dict[str, Any]:
    async with reach(url) as session:
        review_id = await session.review_id(review)
        path = f"/api/synthesis/reviews/{segment(review_id)}/to-check"
        found: dict[str, Any] = await session.api.get(path, limit=limit)
        return found
