"""Starting the demo over: its own files are deleted, another review's never."""

import asyncio
import shutil

from runtime import embedded
from runtime.cli.session import running_here
from runtime.loading.client import Api
from shared.http.problems import Invalid
from shared.ops.settings import SERVICES, Settings


async def start_over(settings: Settings, reviews: set[str]) -> None:
    """Delete the SQLite files, ledgers and reports of these reviews under the home folder.

    Raises `Invalid` where that would delete more than the demo: another review, a database on a
    server, or files in use.
    """
    if settings.database_url or settings.database_urls:
        raise Invalid("The demo's data lie in a database server; drop its schemas there yourself.")
    if running_here(settings.home):
        raise Invalid(f"Retroduct runs on '{settings.home}'; stop it before the demo starts over.")
    if not (settings.home / "workbench.sqlite").exists():
        return
    others = await _other_reviews(settings, reviews)
    if others:
        raise Invalid(
            f"'{settings.home}' also holds {', '.join(others)}; "
            "set RETRODUCT_HOME to another folder for the demo."
        )
    await asyncio.to_thread(_delete, settings, reviews)


async def _other_reviews(settings: Settings, reviews: set[str]) -> list[str]:
    async with embedded.open_system(settings) as system, system.client() as http:
        found = await Api(http).listed("/api/reviews")
    return sorted(item["id"] for item in found if item["id"] not in reviews)


def _delete(settings: Settings, reviews: set[str]) -> None:
    for service in SERVICES:
        for path in settings.home.glob(f"{service}.sqlite*"):
            path.unlink()
    shutil.rmtree(settings.home / "loads", ignore_errors=True)
    for path in (found for review in reviews for found in settings.home.glob(f"{review}-*")):
        if path.is_file():
            path.unlink()
