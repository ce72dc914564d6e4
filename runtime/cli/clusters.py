"""Commands that read CLUSTER searching: steps, rounds."""

from typing import Annotated, Any

import typer

from runtime.cli.output import print_json, print_listing
from runtime.cli.reading import LimitOption, listing
from runtime.cli.session import JsonOption, ReviewOption, UrlOption, run


def steps(
    state: Annotated[
        str, typer.Option(help="proposed, approved, done, dismissed or closed.")
    ] = "proposed",
    review: ReviewOption = None,
    url: UrlOption = None,
    json: JsonOption = False,
) -> None:
    """List the steps of CLUSTER searching: what the evidence does not explain."""
    found = run(listing(url, review, "search", "steps", state=state))
    rows = found if json else [{**each, **each["detail"]} for each in found]
    print_listing(rows, ("step_id", "theory_id", "kind", "detail"), as_json=json)


def rounds(
    step: Annotated[str | None, typer.Option(help="Only of this step.")] = None,
    limit: LimitOption = 50,
    review: ReviewOption = None,
    url: UrlOption = None,
    json: JsonOption = False,
) -> None:
    """List rounds of CLUSTER searching with the yield of each of their steps."""
    found = run(listing(url, review, "search", "rounds", step_id=step, limit=limit))
    if json:
        print_json(found)
        return
    columns = ("step_id", "#round", "state", "step", "#retrieved", "#new", "#included", "#beyond")
    print_listing([row for each in found for row in lines_of(each)], columns, as_json=False)


def lines_of(found: dict[str, Any]) -> list[dict[str, Any]]:
    """A line for each step of a round, and one for the whole."""
    named = {"step_id": found["step_id"], "round": found["number"], "state": found["state"]}
    parts = [{**one, "step": f"{one['number']} {one['step']}"} for one in found["steps"]]
    return [{**one, **named} for one in [*parts, {**found["total"], "step": "all"}]]
