"""What extraction and synthesis say of records that CLUSTER searching brought or offered again."""

from collections.abc import Sequence

from services.search.cluster.store import evidence
from services.search.library.store import reviews
from shared.db import Tx
from shared.events import Received
from shared.events.extraction import (
    DocumentAdded,
    FragmentAmended,
    FragmentAppraised,
    FragmentCoded,
    FragmentState,
    FragmentWithdrawn,
    SourceErased,
    SourceWithdrawn,
)
from shared.events.synthesis import (
    ArgumentEvidenceChanged,
    CcmocConjectured,
    CcmocLapsed,
    CcmocRevised,
    PredictionRefuted,
)

CHALLENGED = "argument_challenged"
"""The kind of a step that asks about an argument whose prediction was refuted."""


async def on_documents(
    told: Sequence[Received[DocumentAdded | SourceWithdrawn | SourceErased]], tx: Tx
) -> None:
    """Which record a document reports, and of which study and case it is."""
    rows = [
        {
            "review_id": one.review_id,
            "document_id": one.event.document.document_id,
            "version": one.subject_version,
            "record_id": one.event.document.record_id,
            "study_id": one.event.document.study_id,
            "case_id": one.event.document.case_id,
        }
        for one in told
    ]
    await evidence.keep_documents(tx, rows)


async def on_fragments(
    told: Sequence[Received[FragmentCoded | FragmentAmended | FragmentWithdrawn]], tx: Tx
) -> None:
    """Which document and cases a fragment is coded from, and the event that told of it."""
    rows, causes = [], []
    for one in told:
        fragment = one.event.fragment
        rows.append(
            {
                "review_id": one.review_id,
                "fragment_id": fragment.fragment_id,
                "version": one.subject_version,
                "document_id": _document(fragment),
                "status": fragment.status,
                "theories": list(fragment.theories),
                "said": _said(fragment),
                "cases": sorted({one.case_id for one in fragment.sources if one.case_id}) or None,
            }
        )
        causes.append(
            {
                "review_id": one.review_id,
                "event_id": one.id,
                "fragment_id": fragment.fragment_id,
            }
        )
    await evidence.keep_fragments(tx, rows, causes)


def _document(fragment: FragmentState) -> str:
    """The document that a passage stands in, else the first source that it cites."""
    named = [each.document_id for each in fragment.sources if each.attribution == "cited"]
    return fragment.document_id or next(iter(named), "")


def _said(fragment: FragmentState) -> str:
    """What a fragment says, for the words of theories; nothing of a confidential source."""
    if fragment.confidential or fragment.status != "active":
        return ""
    words = (fragment.quote, fragment.paraphrase, *(each.statement for each in fragment.elements))
    return "\n".join(dict.fromkeys(one for one in words if one))


async def on_appraised(told: Sequence[Received[FragmentAppraised]], tx: Tx) -> None:
    """How rich people hold a fragment's evidence to be."""
    rows = [
        {
            "review_id": one.review_id,
            "appraisal_id": one.event.appraisal_id,
            "version": one.subject_version,
            "fragment_id": one.event.fragment_id,
            "richness": one.event.richness,
        }
        for one in told
    ]
    await evidence.keep_appraisals(tx, rows)


async def on_ccmocs_changed(
    told: Sequence[Received[CcmocConjectured | CcmocRevised | CcmocLapsed]], tx: Tx
) -> None:
    """Which events moved a configuration."""
    await evidence.keep_changes(
        tx,
        [
            _change(one.review_id, cause, "ccmoc", one.event.ccmoc_id)
            for one in told
            for cause in dict.fromkeys(one.event.caused_by)
        ],
    )


async def on_arguments_changed(told: Sequence[Received[ArgumentEvidenceChanged]], tx: Tx) -> None:
    """Which events moved what speaks for and against an argument."""
    await evidence.keep_changes(
        tx,
        [
            _change(one.review_id, cause, "argument", one.event.argument_id)
            for one in told
            for cause in dict.fromkeys(one.event.caused_by)
        ],
    )


def _change(review_id: str, cause: str, kind: str, subject: str) -> dict[str, str]:
    return {"review_id": review_id, "event_id": cause, "kind": kind, "subject": subject}


async def on_predictions_refuted(told: Sequence[Received[PredictionRefuted]], tx: Tx) -> None:
    """A challenged argument is a proposal to search around the cases that speak against it."""
    for one in told:
        refuted = one.event
        detail = {
            "kind": CHALLENGED,
            "detail": f"{refuted.argument or 'An argument'} is challenged: "
            f"{refuted.words or 'a prediction was refuted'}",
            "argument_id": refuted.argument_id,
            "documents": list(refuted.cases),
        }
        await reviews.keep_step(
            tx,
            one.review_id,
            refuted.refutation_id,
            one.subject_version,
            refuted.theory_id,
            detail,
            "proposed" if refuted.cases else "closed",
        )
