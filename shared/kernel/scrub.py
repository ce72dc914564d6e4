"""What was erased is written over where the database keeps it, once the erasing is committed."""

from typing import Any

from shared.kernel.jobs import Job
from shared.kernel.tx import Tx

JOB = "scrub"


async def ask(tx: Tx) -> None:
    """Have the database written anew without what this use case deletes."""
    await tx.enqueue(JOB, key="all", payload={})


async def scrub(_job: Job, context: Any) -> None:
    """The job: nothing deleted stays in pages or in the write-ahead log of the database's file."""
    await context.db.scrub()
