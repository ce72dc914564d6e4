"""Commands that bring projects of coding tools in, and the review out as one."""

from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Annotated, Any, TypeVar

import typer

from runtime.cli.output import console, print_json, table
from runtime.cli.session import JsonOption, ReviewOption, Session, UrlOption, reach, run
from runtime.loading.client import segment

T = TypeVar("T")
app = typer.Typer(
    help="Projects of coding tools (REFI-QDA .qdpx and .qdc), in and out.", no_args_is_help=True
)
FORMS = (".qdpx", ".qdc", ".csv", ".jsonl")


def _in_review(
    url: str | None, review: str | None, work: Callable[[Session, str], Awaitable[T]]
) -> T:
    """Carry out work at the exchange routes of the review that is meant."""

    async def connected() -> T:
        async with reach(url) as session:
            review_id = await session.review_id(review)
            base = f"/api/extraction/reviews/{segment(review_id)}/exchange"
            done = await work(session, base)
            await session.api.wait_until_settled(review_id)
            return done

    return run(connected())


@app.command("import")
def import_(
    file: Annotated[Path, typer.Argument(exists=True, dir_okay=False, help="A .qdpx or .qdc.")],
    accept: Annotated[
        bool, typer.Option("--accept", help="Make it part of the review at once.")
    ] = False,
    review: ReviewOption = None,
    url: UrlOption = None,
    json: JsonOption = False,
) -> None:
    """Import a project; it waits to be mapped and accepted, unless --accept."""
    content = file.read_bytes()

    async def work(session: Session, base: str) -> dict[str, Any]:
        params = {"filename": file.name}
        answer: dict[str, Any] = await session.api.call(
            "POST", f"{base}/projects", content=content, params=params
        )
        if accept:
            await session.api.post(f"{base}/projects/{answer['id']}/accept", {})
            answer = await session.api.get(f"{base}/projects/{answer['id']}")
        return answer

    answer = _in_review(url, review, work)
    if json:
        print_json(answer)
        return
    out = console()
    counts = ", ".join(f"{n} {name}" for name, n in answer["counts"].items() if n)
    out.print(f"{answer['name']} ({answer['kind']}): {counts or 'nothing left beside the review'}.")
    for sentence in answer["losses"]:
        out.print(f"  {sentence}", highlight=False)
    if answer["state"] == "waiting":
        out.print(f"Waiting: retroduct projects accept {answer['id']}")


@app.command()
def accept(
    project: Annotated[str, typer.Argument(help="Id of the project, as the list shows it.")],
    remove: Annotated[
        bool, typer.Option("--remove", help="Withdraw what an export that returns has not.")
    ] = False,
    review: ReviewOption = None,
    url: UrlOption = None,
    json: JsonOption = False,
) -> None:
    """Make a waiting project part of the review."""

    async def work(session: Session, base: str) -> dict[str, Any]:
        path = f"{base}/projects/{segment(project)}/accept"
        answer: dict[str, Any] = await session.api.post(path, {"remove": remove})
        return answer

    answer = _in_review(url, review, work)
    if json:
        print_json(answer)
        return
    for one in answer["changes"]:
        console().print(f"{one['what']} {one['kind']}: {one['label']}", highlight=False)
    if not answer["changes"]:
        console().print("Nothing of the review changed.")


@app.command()
def export(
    file: Annotated[
        Path, typer.Argument(dir_okay=False, help="Where to: .qdpx, .qdc, .csv or .jsonl.")
    ],
    confidential: Annotated[
        bool, typer.Option("--confidential", help="With words of confidential sources.")
    ] = False,
    review: ReviewOption = None,
    url: UrlOption = None,
) -> None:
    """Write the review as a project or codebook, or its fragments as a table."""
    if file.suffix not in FORMS:
        raise typer.BadParameter(f"name a file that ends in {', '.join(FORMS)}")
    name = "review" if file.suffix in (".qdpx", ".qdc") else "fragments"

    async def work(session: Session, base: str) -> tuple[bytes, list[str]]:
        params = {"confidential": confidential}
        data = await session.api.fetch(f"{base}/{name}{file.suffix}", **params)
        losses = await session.api.get(f"{base}/losses", **params)
        return data, losses["losses"]

    data, losses = _in_review(url, review, work)
    file.write_bytes(data)
    for sentence in losses:
        console().print(f"  {sentence}", highlight=False)
    console().print(f"{file}: {len(data)} bytes.")


@app.command("list")
def list_(review: ReviewOption = None, url: UrlOption = None, json: JsonOption = False) -> None:
    """List the projects that were imported."""

    async def work(session: Session, base: str) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = await session.api.get(f"{base}/projects")
        return found

    found = _in_review(url, review, work)
    if json:
        print_json(found)
        return
    rows = [(one["id"], one["name"], one["origin"], one["state"]) for one in found]
    console().print(table("Projects", ("id", "name", "from", "state"), rows))
