"""Static files under an address that holds the hash of their content, so they never go stale.

The fonts Public Sans and Newsreader lie there with their licences (SIL Open Font License).
"""

from functools import cache
from hashlib import sha256
from pathlib import Path

from fastapi import APIRouter, Response

from shared.http.problems import NotFound

HERE = Path(__file__).parent / "static"
TYPES = {
    ".css": "text/css; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".svg": "image/svg+xml",
    ".ttf": "font/ttf",
    ".txt": "text/plain; charset=utf-8",
}
FOR_EVER = "public, max-age=31536000, immutable"


@cache
def contents() -> dict[str, bytes]:
    """Every static file by name."""
    return {path.name: path.read_bytes() for path in sorted(HERE.iterdir()) if path.is_file()}


@cache
def version() -> str:
    """The hash of all static files together."""
    digest = sha256()
    for name, body in sorted(contents().items()):
        digest.update(name.encode())
        digest.update(body)
    return digest.hexdigest()[:16]


def routes() -> APIRouter:
    """Serve the static files."""
    router = APIRouter()

    @router.get("/static/{hashed}/{name}")
    async def static(hashed: str, name: str) -> Response:
        """One file; an old hash still gets today's file, but is not kept."""
        body = contents().get(name)
        if body is None:
            raise NotFound(f"There is no static file '{name}'.")
        caching = FOR_EVER if hashed == version() else "no-cache"
        kind = TYPES.get(Path(name).suffix, "application/octet-stream")
        return Response(body, media_type=kind, headers={"cache-control": caching})

    return router
