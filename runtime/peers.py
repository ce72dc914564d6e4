"""How workbench reaches its peers: in process, or over HTTP."""

from collections.abc import Generator, Mapping, Sequence

import httpx

from shared.decoding import decoder
from shared.http.auth import LOCAL, Authenticator, Principal
from shared.http.problems import Unavailable
from shared.kernel.service import Running
from shared.ops.backlog import Backlog
from workbench.bundles.ports import Backups, Bundles

_decoder = decoder(Backlog)


class SignedFor(httpx.Auth):
    """Signs each request for one person (the local owner), unless it names somebody already."""

    def __init__(self, authenticator: Authenticator, person: Principal = LOCAL) -> None:
        self._authenticator = authenticator
        self._person = person

    def auth_flow(self, request: httpx.Request) -> Generator[httpx.Request, httpx.Response]:
        """The request, signed."""
        if "authorization" not in request.headers:
            token = self._authenticator.sign_call(self._person)
            request.headers["authorization"] = f"Bearer {token}"
        yield request


class InProcessPeers:
    """All services run here; requests go through the application itself."""

    def __init__(self, runnings: Mapping[str, Running], client: httpx.AsyncClient) -> None:
        self._runnings = runnings
        self.client = client
        self.bundles: Bundles | None = None
        self.backups: Backups | None = None

    async def backlog(self) -> Sequence[Backlog]:
        """The figures of every service."""
        return [await running.backlog() for running in self._runnings.values()]


class HttpPeers:
    """Each service runs somewhere else, at the base URL of the settings."""

    def __init__(
        self,
        urls: Mapping[str, str],
        own: Running,
        client: httpx.AsyncClient,
        authenticator: Authenticator,
    ) -> None:
        self._urls = urls
        self._own = own
        self.client = client
        self.bundles: Bundles | None = None
        self.backups: Backups | None = None
        self._authenticator = authenticator

    async def backlog(self) -> Sequence[Backlog]:
        """The figures of every service; raises `Unavailable` naming the one that is silent."""
        own = self._own.service.name
        gathered = [await self._own.backlog()]
        for name, url in self._urls.items():
            if name != own:
                gathered.append(await self._ask(name, url))
        return gathered

    async def _ask(self, name: str, url: str) -> Backlog:
        try:
            machine = self._authenticator.sign_call(
                Principal(self._own.service.name, everywhere=True)
            )
            head = {"authorization": f"Bearer {machine}"}
            answer = await self.client.get(f"{url.rstrip('/')}/api/{name}/pending", headers=head)
            answer.raise_for_status()
        except httpx.HTTPError as error:
            raise Unavailable(f"Service {name} at {url} does not answer ({error}).") from error
        return _decoder.decode(answer.content)


class Router(httpx.AsyncBaseTransport):
    """Sends `/api/<service>/...` to the service's base URL, everything else to workbench."""

    def __init__(self, urls: Mapping[str, str]) -> None:
        self._urls = {name: httpx.URL(url) for name, url in urls.items()}
        self._transport = httpx.AsyncHTTPTransport(retries=1)

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """Send the request to the application of the service that its path names."""
        parts = request.url.path.split("/")
        name = parts[2] if len(parts) > 2 and parts[2] in self._urls else "workbench"
        base = self._urls[name]
        request.url = request.url.copy_with(scheme=base.scheme, host=base.host, port=base.port)
        request.headers["host"] = base.netloc.decode()
        return await self._transport.handle_async_request(request)

    async def aclose(self) -> None:
        """Close the clients."""
        await self._transport.aclose()
