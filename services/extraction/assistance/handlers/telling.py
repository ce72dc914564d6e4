"""What is said of assistance in events: what was asked of a model, and what became of it."""

from typing import Any

from services.extraction.assistance.domain import runs
from shared.db import Tx
from shared.events.assistance import (
    AssistanceRunState,
    SuggestionJudged,
    SuggestionsAsked,
    SuggestionsMade,
)

Row = dict[str, Any]


def state_of(row: Row) -> AssistanceRunState:
    """A run as others hear of it; no word of a text, and no reason of a service, is in it."""
    return AssistanceRunState(
        run_id=row["run_id"],
        state=row["state"],
        coder=row["coder"],
        model=row["model"],
        host=row["host"],
        documents=len(row["documents"]),
        asked=sum(one["done"] > 0 for one in row["documents"]),
        left_out=sum(one["state"] == runs.LEFT_OUT for one in row["documents"]),
        suggested=row["suggested"],
        dropped=sum(row["dropped"].values()),
        tokens=row["tokens"],
    )


def say_asked(tx: Tx, row: Row) -> None:
    """A person asked for suggestions."""
    tx.emit(SuggestionsAsked(review_id=row["review_id"], run=state_of(row)))


def say_made(tx: Tx, row: Row) -> None:
    """The run ended, or stopped, with so many suggestions."""
    tx.emit(SuggestionsMade(review_id=row["review_id"], run=state_of(row)))


def say_judged(tx: Tx, row: Row) -> None:
    """A person accepted or rejected a suggestion, or undid that; why stays here."""
    tx.emit(
        SuggestionJudged(
            review_id=row["review_id"],
            suggestion_id=row["suggestion_id"],
            run_id=row["run_id"],
            document_id=row["document_id"],
            verdict=row["state"],
            fragment_id=None if row["state"] == runs.PENDING else row["fragment_id"],
        )
    )
