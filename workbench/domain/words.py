"""Events in words, for people who watch a review live."""

from collections.abc import Callable, Mapping
from typing import Any

Data = Mapping[str, Any]


def say(event_type: str, data: Data) -> str:
    """One sentence about an event; the bare name for events without a sentence."""
    sentence = _SENTENCES.get(event_type)
    return sentence(data) if sentence else event_type.split(".", 1)[-1].replace("_", " ")


def _record(data: Data) -> str:
    record = data["record"]
    return str(record.get("title") or record.get("label") or "untitled record")


def _stage(name: str) -> str:
    return name.replace("_", " ")


def _settled(data: Data) -> str:
    reason = f" ({data['reason']})" if data.get("reason") else ""
    return f"Record settled: {data['verdict']}{reason} at {_stage(data['stage'])}"


def _ccmoc(verb: str) -> Callable[[Data], str]:
    def sentence(data: Data) -> str:
        body = data.get("body") or {}
        parts = [body.get("resource"), body.get("response"), body.get("outcome")]
        chain = " → ".join(p for p in parts if p)
        return f"{data['theory_id']}: {chain or 'configuration'} {verb}"

    return sentence


def _fragment(verb: str) -> Callable[[Data], str]:
    def sentence(data: Data) -> str:
        fragment = data["fragment"]
        about = ", ".join(fragment.get("theories") or ())
        return f"{about + ': f' if about else 'F'}ragment {fragment['fragment_id']} {verb}"

    return sentence


_SENTENCES: dict[str, Callable[[Data], str]] = {
    "workbench.review_opened": lambda d: f"Review opened: {d['review']['title']}",
    "workbench.review_amended": lambda d: f"Review amended: {d.get('reason') or 'no reason given'}",
    "workbench.member_joined": lambda d: f"{d['person_id']} joined as {', '.join(d['roles'])}",
    "workbench.member_left": lambda d: f"{d['person_id']} left",
    "search.record_added": lambda d: f"Record added: {_record(d)}",
    "search.record_amended": lambda d: f"Record amended: {_record(d)}",
    "search.record_merged": lambda d: f"Records merged into: {_record(d)}",
    "search.record_split": lambda d: f"Merge undone: {_record(d)}",
    "search.record_flagged": lambda d: f"{str(d['flag']).capitalize()}: {_record(d)}",
    "search.search_finished": lambda d: (
        f"{str(d['kind']).capitalize()} finished: {d['added']} new records from {d['source']}"
    ),
    "search.import_reversed": lambda d: f"Import reversed: {d['records']} records",
    "search.rescreen_suggested": lambda d: f"Offered for screening again: {d['reason']}",
    "search.cluster_round_finished": lambda d: f"CLUSTER round {d['round']} finished",
    "screening.stopping_assessed": lambda d: (
        f"Stopping at {_stage(d['stage'])}: "
        f"{'may stop' if d['may_stop'] else 'read on'}, {d['waiting']} waiting"
    ),
    "screening.criteria_changed": lambda d: f"Criteria changed at {_stage(d['stage'])}",
    "screening.decision_made": lambda d: (
        f"{d['decisions']} decisions today at {_stage(d['stage'])}"
    ),
    "screening.conflict_opened": lambda d: f"Conflict opened at {_stage(d['stage'])}",
    "screening.record_settled": _settled,
    "screening.settlement_reopened": lambda d: f"Settlement reopened at {_stage(d['stage'])}",
    "screening.records_ranked": lambda d: (
        f"{d['records']} records ranked at {_stage(d['stage'])}, from {d['trained_on']} settlements"
    ),
    "extraction.document_added": lambda d: f"Document added: {d['document']['document_id']}",
    "extraction.report_sought": lambda d: f"Report sought: {d['record_id']}",
    "extraction.report_not_retrieved": lambda d: f"Report not retrieved: {d['reason']}",
    "extraction.source_withdrawn": lambda d: f"Source withdrawn: {d['document']['document_id']}",
    "extraction.study_linked": lambda d: f"Studies linked: {' and '.join(d['studies'])}",
    "extraction.study_unlinked": lambda d: f"Studies taken apart: {' and '.join(d['studies'])}",
    "extraction.codebook_changed": lambda d: (
        f"Codebook of {d['theory_id']} at version {d['version']}"
    ),
    "extraction.fragment_coded": _fragment("coded"),
    "extraction.fragment_amended": _fragment("amended"),
    "extraction.fragment_withdrawn": _fragment("withdrawn"),
    "extraction.fragment_appraised": lambda d: f"Fragment {d['fragment_id']} appraised",
    "extraction.source_erased": lambda d: f"Source erased: {d['document']['document_id']}",
    "synthesis.theory_stated": lambda d: f"Theory stated: {d['theory']['name']}",
    "synthesis.theory_refined": lambda d: f"Theory refined: {d['theory']['name']}",
    "synthesis.theory_retired": lambda d: f"Theory retired: {d['theory']['name']}",
    "synthesis.pin_set": lambda d: (
        f"{d['theory_id']}: outcome pinned to {d['outcome']}"
        if d["outcome"]
        else f"{d['theory_id']}: outcome no longer pinned"
    ),
    "synthesis.ccmoc_conjectured": _ccmoc("conjectured"),
    "synthesis.ccmoc_revised": _ccmoc("revised"),
    "synthesis.ccmoc_lapsed": lambda d: f"{d['theory_id']}: a configuration lost its evidence",
    "synthesis.ccmoc_judged": lambda d: f"{d['theory_id']}: a configuration is now {d['state']}",
    "synthesis.gap_found": lambda d: f"{d['theory_id']}: {d['detail']}",
    "synthesis.version_frozen": lambda d: f"Version {d['number']} frozen",
}
