"""A wire that can be cut: a TCP proxy on 127.0.0.1 in front of a real server."""

import asyncio
from contextlib import asynccontextmanager, suppress


class Wire:
    """Forwards connections to `host:port` until it is cut, and again after it is mended."""

    def __init__(self, host, port):
        self._target = (host, port)
        self._writers = set()
        self._tasks = set()
        self._whole = True
        self._flows = asyncio.Event()
        self._flows.set()
        self.port = 0
        self.connections = 0

    async def open(self):
        self._server = await asyncio.start_server(self._accept, "127.0.0.1", 0)
        self.port = self._server.sockets[0].getsockname()[1]

    async def _accept(self, reader, writer):
        if not self._whole:
            writer.close()
            return
        self.connections += 1
        try:
            there_reader, there_writer = await asyncio.open_connection(*self._target)
        except OSError:
            writer.close()
            return
        if not self._whole:  # cut while it was connecting
            for one in (writer, there_writer):
                one.transport.abort()
            return
        self._writers |= {writer, there_writer}
        for source, sink in ((reader, there_writer), (there_reader, writer)):
            task = asyncio.create_task(self._pump(source, sink))
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)

    async def _pump(self, source, sink):
        with suppress(OSError):
            while data := await source.read(65536):
                await self._flows.wait()
                sink.write(data)
                await sink.drain()
        sink.close()

    def cut(self):
        """Drop every connection and refuse new ones."""
        self._whole = False
        for writer in self._writers:
            writer.transport.abort()
        self._writers.clear()

    def mend(self):
        """Let connections through again."""
        self._whole = True

    def swallow(self):
        """Take everything and pass nothing on, closing nothing: a black hole."""
        self._flows.clear()

    def flow(self):
        """Pass on what was held back, and all that comes."""
        self._flows.set()

    async def close(self):
        self.cut()
        self.flow()
        self._server.close()
        await self._server.wait_closed()
        for task in list(self._tasks):
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        self.cut()
        await asyncio.sleep(0)  # a transport is closed by the loop's next turn


@asynccontextmanager
async def a_wire(host, port):
    """A wire that is removed at the end."""
    wire = Wire(host, port)
    await wire.open()
    try:
        yield wire
    finally:
        await wire.close()
