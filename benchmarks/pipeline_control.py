"""The raw control: aio-pika alone, without outbox, inbox or database.

1,000-byte payloads, a quorum queue, persistent messages; published in
`gather(100)` with confirms, consumed with prefetch 200 and one ack a message.
"""

import asyncio
import time

import aio_pika

from benchmarks.pipeline_clock import Timing, cpu_seconds

PAYLOAD = b"x" * 1000


async def publish(url: str, queue_name: str, count: int) -> Timing:
    """Publish `count` messages; the queue is made here."""
    connection = await aio_pika.connect(url)
    channel = await connection.channel(publisher_confirms=True)
    await channel.declare_queue(queue_name, durable=True, arguments={"x-queue-type": "quorum"})
    exchange = channel.default_exchange
    start, cpu = time.perf_counter(), cpu_seconds()
    for _ in range(count // 100):
        await asyncio.gather(
            *(
                exchange.publish(
                    aio_pika.Message(PAYLOAD, delivery_mode=aio_pika.DeliveryMode.PERSISTENT),
                    queue_name,
                )
                for _ in range(100)
            )
        )
    timing = Timing(count, time.perf_counter() - start, cpu_seconds() - cpu)
    await connection.close()
    return timing


async def consume(url: str, queue_name: str, count: int) -> Timing:
    """Consume `count` messages and remove the queue."""
    connection = await aio_pika.connect(url)
    channel = await connection.channel()
    await channel.set_qos(prefetch_count=200)
    queue = await channel.get_queue(queue_name)
    done: asyncio.Future[None] = asyncio.get_running_loop().create_future()
    seen = 0

    async def on_message(message: aio_pika.abc.AbstractIncomingMessage) -> None:
        nonlocal seen
        await message.ack()
        seen += 1
        if seen == count:
            done.set_result(None)

    start, cpu = time.perf_counter(), cpu_seconds()
    await queue.consume(on_message)
    await done
    timing = Timing(count, time.perf_counter() - start, cpu_seconds() - cpu)
    await channel.queue_delete(queue_name)
    await connection.close()
    return timing
