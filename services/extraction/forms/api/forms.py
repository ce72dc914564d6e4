"""Routes of forms: templates, the forms themselves, answers, comparison, consensus."""

from fastapi import APIRouter

from services.extraction.forms import store
from services.extraction.forms.domain.fields import Field
from services.extraction.forms.domain.templates import TEMPLATES
from services.extraction.forms.handlers import answers as handlers
from services.extraction.forms.handlers.forms import known_form, put_form
from services.extraction.forms.schemas import (
    AgreementOut,
    AnswersIn,
    AnswersOut,
    ComparisonOut,
    DoneOut,
    Everybody,
    FormIn,
    FormOut,
    TemplateOut,
    answers_out,
    done_out,
    form_out,
)
from services.extraction.rights import CODER, reader_of
from shared.db.rows import plain
from shared.http.auth import PrincipalDep
from shared.http.bounds import Key, Name
from shared.http.problems import Invalid
from shared.kernel.service import Context


def routes(ctx: Context) -> APIRouter:
    """Forms of a review."""
    router = APIRouter(prefix="/reviews/{review_id}")
    _add_forms(router, ctx)
    _add_answers(router, ctx)
    _add_comparison(router, ctx)
    return router


def _add_forms(router: APIRouter, ctx: Context) -> None:
    @router.get("/form-templates")
    async def templates(review_id: Key, principal: PrincipalDep) -> list[TemplateOut]:
        """Forms to start from: EPOC's domains, RECO's mapping form."""
        principal.require_member(review_id)
        return [
            TemplateOut(name=name, title=title, fields=plain(tuple(fields)))
            for name, (title, fields) in TEMPLATES.items()
        ]

    @router.get("/forms")
    async def list_forms(review_id: Key, principal: PrincipalDep) -> list[FormOut]:
        """The review's forms, by id."""
        principal.require_member(review_id)
        return [
            form_out(row) for row in await ctx.db.read(lambda tx: store.forms_of(tx, review_id))
        ]

    @router.get("/forms/{form_id}")
    async def get_form(review_id: Key, form_id: Key, principal: PrincipalDep) -> FormOut:
        """One form at its newest version."""
        principal.require_member(review_id)
        return form_out(await ctx.db.read(lambda tx: known_form(review_id, form_id, tx)))

    @router.put("/forms/{form_id}")
    async def put(review_id: Key, form_id: Key, principal: PrincipalDep, body: FormIn) -> FormOut:
        """Build a form, or change it: other content is a new version."""
        principal.require(review_id, CODER)
        title, fields = _content(body)
        row = await ctx.db.write(
            lambda tx: put_form(review_id, form_id, title, body.stage, body.status, fields, tx)
        )
        return form_out(row)


def _content(body: FormIn) -> tuple[str, tuple[Field, ...]]:
    """Title and fields, from the template where the body leaves them out."""
    if body.template is not None and body.template not in TEMPLATES:
        known = ", ".join(TEMPLATES)
        raise Invalid(f"No template is called so; use one of {known}.", field="template")
    title, fields = TEMPLATES[body.template] if body.template else ("", ())
    if body.fields is not None:
        fields = tuple(one.said() for one in body.fields)
    title = body.title or title
    if not title.strip():
        raise Invalid("A form needs a title.", field="title")
    return title, tuple(fields)


def _add_answers(router: APIRouter, ctx: Context) -> None:
    @router.get("/forms/{form_id}/answers")
    async def get_answers(
        review_id: Key,
        form_id: Key,
        principal: PrincipalDep,
        document: Name | None = None,
        everybody: Everybody = False,
    ) -> list[AnswersOut]:
        """Your answers, and others' of documents that you have done yourself."""
        reader = reader_of(principal, review_id, everybody=everybody)
        rows = await (ctx.db.write if everybody else ctx.db.read)(
            lambda tx: handlers.answers_to(
                review_id, form_id, reader, tx, everybodys=everybody, document=document
            )
        )
        return [answers_out(row) for row in rows]

    @router.get("/forms/{form_id}/progress")
    async def progress(review_id: Key, form_id: Key, principal: PrincipalDep) -> list[DoneOut]:
        """Who has done the form for which documents; no answers."""
        principal.require(review_id, CODER)
        found = await ctx.db.read(lambda tx: handlers.progress(review_id, form_id, tx))
        return [done_out(document, person) for document, person in found]

    @router.put("/forms/{form_id}/answers")
    async def put_answers(
        review_id: Key, form_id: Key, principal: PrincipalDep, body: AnswersIn
    ) -> AnswersOut:
        """Answer the form for a document; each person for themselves."""
        principal.require(review_id, CODER)
        person = principal.acting_for(review_id, body.person)
        row = await ctx.db.write(
            lambda tx: handlers.answer_form(review_id, form_id, person, body.said(), tx)
        )
        return answers_out(row)


def _add_comparison(router: APIRouter, ctx: Context) -> None:
    @router.get("/forms/{form_id}/comparison")
    async def compare(
        review_id: Key,
        form_id: Key,
        principal: PrincipalDep,
        document: Key,
        everybody: Everybody = False,
    ) -> ComparisonOut:
        """The extractors' answers for a document side by side, once yours are done."""
        reader = reader_of(principal, review_id, everybody=everybody)
        found = await (ctx.db.write if everybody else ctx.db.read)(
            lambda tx: handlers.compare(
                review_id, form_id, document, reader, tx, everybodys=everybody
            )
        )
        return ComparisonOut(**found)

    @router.get("/forms/{form_id}/agreement")
    async def agreement(
        review_id: Key, form_id: Key, principal: PrincipalDep
    ) -> list[AgreementOut]:
        """How far extractors agree on each field; Cohen's kappa for choices."""
        principal.require(review_id, CODER)
        found = await ctx.db.read(lambda tx: handlers.agreement(review_id, form_id, tx))
        return [AgreementOut(**one) for one in found]

    @router.put("/forms/{form_id}/consensus")
    async def agree(
        review_id: Key, form_id: Key, principal: PrincipalDep, body: AnswersIn
    ) -> AnswersOut:
        """What the team agreed on for a document; everybody's own answers stay beside it."""
        principal.require(review_id, CODER, "resolver")
        row = await ctx.db.write(lambda tx: handlers.agree(review_id, form_id, body.said(), tx))
        return answers_out(row)
