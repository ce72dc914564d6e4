"""The page of an address at which nothing is; programs that ask for JSON get a problem."""

from fastapi import APIRouter
from starlette.convertors import Convertor, register_url_convertor

from shared.http.auth import PrincipalDep
from shared.http.problems import NotFound
from shared.kernel.service import Context
from workbench.web.session import pages_router


class _OfPages(Convertor[str]):
    """Every path but those of interfaces, files and the description of the interface."""

    regex = r"(?!(?:api|static|health|ready|metrics|docs|redoc|openapi\.json)(?:/|$)).*"

    def convert(self, value: str) -> str:
        """The path as it is."""
        return value

    def to_string(self, value: str) -> str:
        """The path as it is."""
        return value


def routes(ctx: Context) -> APIRouter:
    """What answers where no page does; it comes after all of them."""
    del ctx
    register_url_convertor("of_pages", _OfPages())
    router = pages_router()

    @router.get("/{path:of_pages}", include_in_schema=False)
    async def unknown(path: str, principal: PrincipalDep) -> None:
        """Say that nothing is here, and where to go on."""
        raise NotFound(f"Nothing is at /{path}. It may have moved, or be mistyped.")

    return router
