"""The command that lists the arguments that people hold, with what speaks for and against them."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Annotated, Any

import typer

from runtime.cli.output import console, print_json, table
from runtime.cli.reading import listing
from runtime.cli.session import JsonOption, ReviewOption, UrlOption, run
from services.synthesis.engine.arguments import ARGUMENT_ORDER, FULLNESS, SIDES

FIELDS = (*ARGUMENT_ORDER, "hash")
"""The evidence of an argument in the order of the method's section 9."""
INNER = {
    **dict.fromkeys(SIDES, FULLNESS),
    "predictions": ("id", "observed", "refuted"),
    "studies": SIDES,
}


def evidence_of(body: Mapping[str, Any]) -> dict[str, Any]:
    """The body of section 9, its keys in one order whatever the database made of it."""
    return {name: _in_order(name, body[name]) for name in FIELDS}


def _in_order(name: str, value: Any) -> Any:
    if isinstance(value, list):
        return [_in_order(name, part) for part in value]
    if isinstance(value, dict):
        return {key: value[key] for key in INNER[name]}
    return value


def shown_rows(items: Iterable[Mapping[str, Any]], *, ids: bool) -> list[Sequence[Any]]:
    """One row per argument: how many cases stand in each list.

    Groups are said by label; with `ids` the argument is told by its id alone.
    """
    rows: list[Sequence[Any]] = []
    for item in items:
        said = item["id"] if ids else f"{item['id']}: {item['in_words']['argument']}"
        body = item["evidence"]
        rows.append((item["theory"], said, *(_numbers(body) if body else ("",) * 6)))
    return rows


def _numbers(body: Mapping[str, Any]) -> tuple[Any, ...]:
    predictions = [
        sum(bool(item[name]) for item in body["predictions"]) for name in ("observed", "refuted")
    ]
    return (
        "/".join(str(len(body["supports"][how])) for how in FULLNESS),
        "/".join(str(len(body["challenges"][how])) for how in FULLNESS),
        len(body["boundary"]),
        len(body["exceptions"]),
        len(body["not_fired"]),
        "/".join(str(number) for number in (*predictions, len(body["predictions"]))),
    )


def arguments(
    theory: Annotated[str | None, typer.Option(help="Only of this theory.")] = None,
    ids: Annotated[
        bool, typer.Option("--ids", help="Tell arguments by id, without their words.")
    ] = False,
    review: ReviewOption = None,
    url: UrlOption = None,
    json: JsonOption = False,
) -> None:
    """List the arguments that people hold, with the cases for and against them."""
    found = run(listing(url, review, "synthesis", "arguments", theory=theory))
    if json:
        print_json([evidence_of(item["evidence"]) for item in found if item["evidence"]])
        return
    out = console()
    if not found:
        out.print("No argument is held yet: state one on the page of its theory.")
        return
    columns = (
        "theory",
        "argument",
        "#in keeping",
        "#against",
        "#boundary",
        "#exceptions",
        "#not fired",
        "#predictions",
    )
    out.print(table("Cases: full/partial/bare", columns, shown_rows(found, ids=ids)))
    out.print("Predictions: observed/refuted/all.")
