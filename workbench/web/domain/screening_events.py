"""Which events a page of screening follows: none of them names a vote, or who voted."""

SCREENING = (
    "search.record_added",
    "search.record_amended",
    "search.record_merged",
    "search.record_split",
    "search.record_flagged",
    "search.import_reversed",
    "screening.criteria_changed",
    "screening.conflict_opened",
    "screening.record_settled",
    "screening.settlement_reopened",
    "screening.records_ranked",
    "screening.stopping_assessed",
    "workbench.review_amended",
)
"""Types after which queue, counts or conflicts may differ. Day counts of decisions are not among
them: a page that moved with each would tell when others vote."""
