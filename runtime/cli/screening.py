"""Commands of the work itself: search, queue, decide."""

from typing import Annotated, Any
from uuid import uuid4

import typer

from runtime.cli.output import console, print_json, print_listing
from runtime.cli.session import JsonOption, ReviewOption, UrlOption, reach, run
from runtime.loading.client import segment

A_MOMENT = 3.0
"""Seconds to wait for a record that a service has not heard of; a person is waiting too."""

StageOption = Annotated[str, typer.Option("--stage", "-s", help="Name of the stage.")]


def search(
    query: Annotated[str, typer.Argument(help="PubMed query.")],
    name: Annotated[str, typer.Option(help="Id under which the search is kept.")] = "pubmed",
    review: ReviewOption = None,
    url: UrlOption = None,
    json: JsonOption = False,
) -> None:
    """Run a PubMed search (RETRODUCT_NETWORK=true allows it to reach the network)."""

    async def work() -> Any:
        async with reach(url) as session:
            review_id = await session.review_id(review)
            base = f"/api/search/reviews/{segment(review_id)}/searches/{segment(name)}"
            await session.api.put(base, {"name": name, "database": "pubmed", "query": query})
            run_started = await session.api.post(f"{base}/runs", {"run_id": uuid4().hex})
            await session.api.wait_until_settled(review_id)
            runs = await session.api.listed(f"{base}/runs")
            return next((r for r in runs if r.get("run_id") == run_started["run_id"]), run_started)

    answer = run(work())
    if json:
        print_json(answer)
    else:
        _tell_run(answer)
    if answer["state"] == "failed":
        raise typer.Exit(1)


def _tell_run(answer: dict[str, Any]) -> None:
    """What a run found, and its troubles, a line each."""
    out = console()
    counted = ("found", "added", "merged", "seen")
    numbers = ", ".join(f"{answer[name]} {name}" for name in counted if name in answer)
    out.print(f"Search {answer['state']}: {numbers}.", markup=False)
    for trouble in (answer.get("report") or {}).get("troubles", ()):
        out.print(trouble["why"], markup=False, soft_wrap=True)


def queue(
    stage: StageOption,
    limit: Annotated[
        int, typer.Option("--limit", "-n", min=1, max=1000, help="At most so many.")
    ] = 20,
    review: ReviewOption = None,
    url: UrlOption = None,
    json: JsonOption = False,
) -> None:
    """Show the records that wait at a stage, most promising first."""

    async def work() -> list[dict[str, Any]]:
        async with reach(url) as session:
            review_id = await session.review_id(review)
            path = f"/api/screening/reviews/{segment(review_id)}/stages/{segment(stage)}/queue"
            page = await session.api.get(path, limit=limit)
            items: list[dict[str, Any]] = page["items"]
            return items

    print_listing(run(work()), ("record", "title", "#year", "#score"), as_json=json)


def decide(
    record: Annotated[str, typer.Argument(help="Id of the record.")],
    verdict: Annotated[str, typer.Argument(help="include, exclude or maybe.")],
    stage: StageOption,
    reason: Annotated[str | None, typer.Option(help="Id of the criterion it fails.")] = None,
    note: Annotated[str | None, typer.Option(help="A word to the team.")] = None,
    theory: Annotated[list[str] | None, typer.Option(help="A theory that it speaks to.")] = None,
    person: Annotated[str | None, typer.Option(help="Who decided, if not you.")] = None,
    review: ReviewOption = None,
    url: UrlOption = None,
    json: JsonOption = False,
) -> None:
    """Decide on a record at a stage."""
    said = {"reason": reason, "note": note, "theories": theory, "person": person}
    body = {"record": record, "verdict": verdict, **{k: v for k, v in said.items() if v}}

    async def work() -> dict[str, Any]:
        async with reach(url) as session:
            review_id = await session.review_id(review)
            session.api.patience = A_MOMENT
            path = f"/api/screening/reviews/{segment(review_id)}/stages/{segment(stage)}/decisions"
            answer = await session.api.post(path, {"decisions": [body]})
            await session.api.wait_until_settled(review_id)
            result: dict[str, Any] = answer["results"][0]
            return result

    result = run(work())
    if json:
        print_json(result)
    else:
        console().print(f"{result['record']}: {result['state']}", markup=False)
