"""Asking a service for suggestions, part by part, outside of any transaction.

Every reply is kept before the next part is asked for, so that a run goes on where it stopped.
"""

from dataclasses import replace

from services.extraction.assistance import store
from services.extraction.assistance.adapters import ChatCompletions, host_of
from services.extraction.assistance.handlers.asking import stop_run, wait_for
from services.extraction.assistance.handlers.keeping import keep_reply
from services.extraction.assistance.handlers.questions import Question, next_question
from services.extraction.assistance.handlers.secrets import SecretExamples
from services.extraction.assistance.ports import NeedsAPerson, Suggester, TryLater
from shared.actors import machine
from shared.db import Tx, who
from shared.http.auth import loops_back
from shared.http.problems import Conflict
from shared.kernel.jobs import Job
from shared.kernel.service import Context
from shared.ops.settings import Settings


class AssistanceIsOff(Conflict):
    """Nobody has named a service that suggests."""

    title = "Nothing is suggested here"


def why_off(settings: Settings) -> str:
    """What has to be set before anything is asked; empty where nothing has."""
    if not (settings.assistance_url and settings.assistance_model):
        return (
            "Suggestions are off. Set RETRODUCT_ASSISTANCE_URL and RETRODUCT_ASSISTANCE_MODEL "
            "to a service that speaks the interface of OpenAI."
        )
    host = host_of(settings.assistance_url).partition(":")[0]
    if not settings.network and not loops_back(host):
        return "Suggestions are off. Set RETRODUCT_NETWORK=true to let texts go to the service."
    return ""


def require_on(settings: Settings) -> None:
    """Raise `AssistanceIsOff`, saying what to set."""
    if reason := why_off(settings):
        raise AssistanceIsOff(reason)


async def suggest_passages(job: Job, ctx: Context) -> None:
    """Ask for every part of a run that is open, in the name of the machine."""
    review_id, run_id = str(job.payload["review_id"]), str(job.payload["run_id"])
    run = await ctx.db.read(lambda tx: store.run_row(tx, review_id, run_id))
    if run is None:
        return
    who.set(replace(who.get(), actor=run["coder"]))
    reason = why_off(ctx.settings) or _other_service(run["model"], run["host"], ctx.settings)
    if reason:
        await ctx.db.write(lambda tx: stop_run(review_id, run_id, reason, tx))
        return
    service, secrets = ChatCompletions(ctx.settings), SecretExamples()
    while asked := await ctx.db.write(lambda tx: next_question(review_id, run_id, secrets, tx)):
        if not await _ask(ctx, service, review_id, run_id, asked):
            return


def _other_service(model: str, host: str, settings: Settings) -> str:
    if (model, host) == (settings.assistance_model, host_of(settings.assistance_url)):
        return ""
    return (
        f"This run was asked of {model} at {host}; the settings name another service now. Ask in "
        "a new run."
    )


async def _ask(
    ctx: Context, service: Suggester, review_id: str, run_id: str, asked: Question
) -> bool:
    """Ask for one part and keep the reply; False where the run goes on later, or not by itself."""
    try:
        reply = await service.ask(asked.messages, asked.schema)
    except TryLater as error:
        reason, seconds = error.reason, error.seconds
        await ctx.db.write(lambda tx: wait_for(review_id, run_id, reason, seconds, tx))
        return False
    except NeedsAPerson as error:
        said = error.reason
        await ctx.db.write(lambda tx: stop_run(review_id, run_id, said, tx))
        return False

    async def keep(tx: Tx) -> None:
        await keep_reply(review_id, run_id, asked, reply, tx)

    await ctx.db.write(keep)
    return True


def actor_of(settings: Settings) -> str:
    """The machine as an actor, by the name that the settings give it."""
    return machine(settings.assistance_name)
