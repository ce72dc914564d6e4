"""One delivery over the network: no redirect, no private address, no answer beyond its bound."""

import asyncio
import socket
from collections.abc import Awaitable, Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from email.utils import parsedate_to_datetime
from ipaddress import ip_address
from urllib.parse import urlsplit

import httpx

from shared.http.certificates import trusted
from workbench.webhooks.domain import ReceiverAnswer, is_public

TIMEOUT_SECONDS = 15.0
ANSWER_BYTES = 1_000
"""So much of an answer is read, for the log."""
Resolve = Callable[[str, int], Awaitable[list[str]]]


async def resolve(host: str, port: int) -> list[str]:
    """The addresses of a host, as this machine looks them up. Raises `OSError`."""
    loop = asyncio.get_running_loop()
    found = await loop.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return [str(info[4][0]) for info in found]


@dataclass(frozen=True, slots=True, kw_only=True)
class Sender:
    """Sends deliveries. `private` allows addresses of private networks and this machine.

    The name is looked up once, and the connection goes to the address that was looked at, so that
    a name which answers differently the second time leads nowhere else.
    """

    now: Callable[[], datetime]
    private: bool = False
    proxy: str | None = None
    resolve: Resolve = resolve
    timeout: float = TIMEOUT_SECONDS

    async def send(self, url: str, headers: Mapping[str, str], body: str) -> ReceiverAnswer:
        """Post a body and read the answer's beginning; whatever goes wrong is an answer too."""
        try:
            async with asyncio.timeout(self.timeout):
                return await self._post(url, headers, body)
        except TimeoutError:
            return ReceiverAnswer(None, f"no answer within {self.timeout:.0f} seconds")
        except (httpx.HTTPError, httpx.InvalidURL) as error:
            return ReceiverAnswer(None, f"no connection: {type(error).__name__}")
        except (OSError, ValueError) as error:
            return ReceiverAnswer(None, str(error) or type(error).__name__)

    async def _post(self, url: str, headers: Mapping[str, str], body: str) -> ReceiverAnswer:
        parts = urlsplit(url)
        host = parts.hostname or ""
        port = parts.port or (443 if parts.scheme == "https" else 80)
        address = None if self.proxy else await self._address(host, port)
        target = httpx.URL(url) if address is None else httpx.URL(url).copy_with(host=address)
        sent = {**headers, "host": parts.netloc, "content-type": "application/json"}
        async with (
            httpx.AsyncClient(
                timeout=self.timeout, follow_redirects=False, proxy=self.proxy, trust_env=False,
                verify=trusted(),
            ) as client,
            client.stream(
                "POST", target, headers=sent, content=body.encode(),
                extensions={"sni_hostname": host},
            ) as response,
        ):  # fmt: skip
            return ReceiverAnswer(
                response.status_code, await _beginning(response), self._wait(response)
            )

    async def _address(self, host: str, port: int) -> str:
        """The address to connect to. Raises `ValueError` where one of the host's is private."""
        found = await self.resolve(host, port)
        if not self.private and not all(is_public(ip_address(a.split("%")[0])) for a in found):
            raise ValueError("its address lies in a private network, which is not allowed here")
        return found[0]

    def _wait(self, response: httpx.Response) -> float | None:
        """Seconds that the receiver asks to wait for, where it says so in a way that is known."""
        said = response.headers.get("retry-after", "")
        with suppress(ValueError, TypeError, OverflowError):
            if said.isdecimal():
                return float(min(int(said[:9]), 86_400))
            return max(0.0, (parsedate_to_datetime(said) - self.now()).total_seconds())
        return None


async def _beginning(response: httpx.Response) -> str:
    """The first characters of an answer, as text; the rest is not read."""
    read = b""
    async for part in response.aiter_raw(ANSWER_BYTES):
        read += part
        if len(read) >= ANSWER_BYTES:
            break
    return read[:ANSWER_BYTES].decode("utf-8", "replace")
