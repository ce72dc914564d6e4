"""A receiver of webhooks on this machine: a real HTTP server that answers as it is told."""

import asyncio
from contextlib import asynccontextmanager


class Receiver:
    """Keeps (headers, body) of what it was sent; `answers` are raw responses, the last for ever."""

    def __init__(self, *answers):
        self.answers = list(answers) or ["204 No Content"]
        self.got = []
        self.url = ""
        self.serving = set()

    async def serve(self, reader, writer):
        """Read one request and answer it."""
        self.serving.add(asyncio.current_task())
        try:
            head = (await reader.readuntil(b"\r\n\r\n")).decode()
            headers = {
                name.lower(): value.strip()
                for name, _, value in (line.partition(":") for line in head.split("\r\n")[1:])
                if name
            }
            body = await reader.readexactly(int(headers.get("content-length", 0)))
            self.got.append((headers, body.decode()))
            answer = self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]
            if answer is None:
                await asyncio.sleep(60)
            status, _, rest = answer.partition("\n")
            writer.write(f"HTTP/1.1 {status}\r\n{rest}content-length: 0\r\n\r\n".encode())
            await writer.drain()
        except (asyncio.IncompleteReadError, ConnectionError):
            pass
        finally:
            writer.close()


@asynccontextmanager
async def receiving(*answers):
    """A receiver that listens on a port of its own."""
    receiver = Receiver(*answers)
    server = await asyncio.start_server(receiver.serve, "127.0.0.1", 0)
    receiver.url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}/hook"
    try:
        yield receiver
    finally:
        server.close()
        for task in receiver.serving:
            task.cancel()
        await asyncio.gather(*receiver.serving, return_exceptions=True)
