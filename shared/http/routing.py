"""Which router a path belongs to: an application of several services looks no further.

FastAPI tries the routes of one included router after the other, each by a pattern, and those of a
router within a router once more at every level. Here a service's routes stand in one list, and are
tried only for paths that can be theirs.
"""

from collections.abc import Callable, Iterator, Sequence
from typing import Any

from fastapi import APIRouter
from starlette.routing import BaseRoute, Match
from starlette.types import Scope

from shared.ops.settings import SERVICES

API = "/api/"


def service_of(path: str) -> str:
    """The service whose interface a path names: `/api/<service>/...`; "" for any other path."""
    named = path.removeprefix(API).partition("/")[0] if path.startswith(API) else ""
    return named if named in SERVICES else ""


class RoutesOf(APIRouter):
    """The routes of a router, and of those within it, for the paths that can be theirs."""

    def __init__(self, router: APIRouter, can_be: Callable[[str], bool]) -> None:
        super().__init__(routes=list(_flat(router.routes)))
        self._can_be = can_be

    def matches(self, scope: Scope) -> tuple[Match, Scope]:
        """As FastAPI finds it; nothing where the path is another's."""
        if not self._can_be(scope["path"]):
            return Match.NONE, {}
        return super().matches(scope)


def _flat(routes: Sequence[BaseRoute]) -> Iterator[BaseRoute]:
    """The routes, with those of a router that was included as it is in its place."""
    for route in routes:
        within: Any = getattr(route, "original_router", None)
        context: Any = getattr(route, "include_context", None)
        if within is not None and not (context.prefix or context.tags or context.dependencies):
            yield from _flat(within.routes)
        else:
            yield route
