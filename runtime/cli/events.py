"""`retroduct events`: what the services tell each other."""

import asyncio
from typing import Annotated, Any

import typer

from runtime.cli.output import console, print_json, print_json_line, print_listing, table
from runtime.cli.session import JsonOption, ReviewOption, Session, UrlOption, reach, run
from runtime.cli.trace import lines_of, trace_record
from runtime.loading.client import ApiError, segment
from shared.ops.settings import SERVICES
from shared.review.numbers import counted

app = typer.Typer(help="What the services tell each other.", no_args_is_help=True)

ServiceOption = Annotated[str | None, typer.Option("--service", help="Only of this service.")]
POLL = 1.0


@app.command()
def tail(
    after: Annotated[int, typer.Option(help="Position to begin after.")] = 0,
    follow: Annotated[bool, typer.Option("--follow", "-f", help="Stay and wait for more.")] = False,
    review: ReviewOption = None,
    url: UrlOption = None,
    json: JsonOption = False,
) -> None:
    """Print a review's events in the order of its feed."""
    run(_tail(after, url, review, follow=follow, as_json=json))


async def _tail(
    after: int, url: str | None, review: str | None, *, follow: bool, as_json: bool
) -> None:
    async with reach(url) as session:
        path = f"/api/reviews/{segment(await session.review_id(review))}/activity"
        while True:
            items = (await session.api.get(path, after=after, limit=500))["items"]
            for item in items:
                after = max(after, int(item["position"]))
                _print_event(item, as_json=as_json)
            if items:
                continue
            if not follow:
                return
            await asyncio.sleep(POLL)


def _print_event(item: dict[str, Any], *, as_json: bool) -> None:
    if as_json:
        print_json_line(item)
        return
    line = f"{item['position']:>7}  {item['at'][:19]}  {item['type']}  {item['words']}"
    console().print(line, markup=False, soft_wrap=True)


async def _ask_all(session: Session, service: str | None, what: str) -> list[dict[str, Any]]:
    """One question to every service (or the one named), the answers' items in one list."""
    found: list[dict[str, Any]] = []
    for name in [service] if service else SERVICES:
        answer = await session.api.get(f"/api/{name}/{what}")
        found += [{"service": name, **item} for item in answer["items"]]
    return found


@app.command()
def trace(
    subject: Annotated[str, typer.Argument(help="A record's id, or `fragment/PT1-L-001`.")],
    url: UrlOption = None,
    json: JsonOption = False,
) -> None:
    """Print a record's way from its search to the CCMOCs; of anything else, its events."""
    run(_trace(subject, url, as_json=json))


async def _trace(subject: str, url: str | None, *, as_json: bool) -> None:
    async with reach(url) as session:
        way = await trace_record(session.api, subject)
        found = [] if way else await _ask_all(session, None, f"trace/{segment(subject)}")
    if way is not None and as_json:
        print_json(way.document())
    elif way is not None:
        for line in lines_of(way):
            console().print(line, markup=False, soft_wrap=True)
    elif not found and not as_json:
        console().print(
            f"No event is about '{subject}'; write a subject as events tail --json shows it.",
            markup=False,
        )
    else:
        found.sort(key=lambda item: str(item["at"]))
        print_listing(found, ("at", "type", "subject", "#version"), as_json=as_json)


@app.command()
def dead(service: ServiceOption = None, url: UrlOption = None, json: JsonOption = False) -> None:
    """List events and jobs that were given up, with the reason."""

    async def work() -> list[dict[str, Any]]:
        async with reach(url) as session:
            return await _ask_all(session, service, "dead")

    found = run(work())
    if not found and not json:
        console().print("Nothing is dead.")
        return
    print_listing(found, ("service", "kind", "type", "id", "#attempts", "reason"), as_json=json)


@app.command()
def retry(
    ids: Annotated[list[str] | None, typer.Argument(help="Ids; without any, all.")] = None,
    service: ServiceOption = None,
    url: UrlOption = None,
) -> None:
    """Give dead events another round of attempts."""

    async def work() -> int:
        async with reach(url) as session:
            again = 0
            for name in [service] if service else SERVICES:
                again += (await session.api.post(f"/api/{name}/dead/retry", ids))["retried"]
            return again

    again = run(work())
    if ids and again < len(ids):
        raise ApiError(
            f"{again} of {len(ids)} events will be tried again; the others are not dead here "
            "('retroduct events dead' lists those that are)"
        )
    console().print(f"{counted(again, 'event')} will be tried again.")


@app.command()
def replay(
    to: Annotated[str, typer.Option("--to", help="The service that is sent history.")],
    type_: Annotated[list[str] | None, typer.Option("--type", help="Only of this type.")] = None,
    review: Annotated[str | None, typer.Option(help="Only of this review.")] = None,
    since: Annotated[int, typer.Option(help="Only after this position.")] = 0,
    number: Annotated[
        int, typer.Option(help="Number of the replay; a new one is handled anew.")
    ] = 1,
    url: UrlOption = None,
) -> None:
    """Send history again to one service."""
    _check_service(to)
    wish = {"to": to, "types": type_ or [], "review": review, "since": since, "number": number}

    async def work() -> None:
        async with reach(url) as session:
            for publisher in SERVICES:
                if publisher != to:
                    await session.api.post(f"/api/{publisher}/replays", wish)
            if session.system is not None:
                await session.system.drain(seconds=600)

    run(work())
    console().print(f"History is sent again to {to}.")


def _check_service(name: str) -> None:
    if name not in SERVICES:
        raise typer.BadParameter(f"no service is called '{name}'; there are {', '.join(SERVICES)}")


@app.command()
def counts(review: ReviewOption = None, url: UrlOption = None, json: JsonOption = False) -> None:
    """Count a review's events per type."""

    async def work() -> dict[str, int]:
        async with reach(url) as session:
            path = f"/api/reviews/{segment(await session.review_id(review))}/event-counts"
            found: dict[str, int] = await session.api.get(path)
            return found

    found = run(work())
    if json:
        print_json(found)
    else:
        console().print(table("", ("event", "#count"), sorted(found.items())))
