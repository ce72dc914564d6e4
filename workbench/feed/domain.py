"""Events in words, for people who watch a review live."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

Data = Mapping[str, Any]
CHAIN = ("mechanism", "outcome")
HELD = ("resource", "response", "outcome")


@dataclass(frozen=True, slots=True)
class Names:
    """People's words for ids: `groups` theory → group → label, `ccmocs` id → its groups by role."""

    groups: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    ccmocs: Mapping[str, Data] = field(default_factory=dict)


NONE = Names()
_CODE_WORDS = {"merged": "merged into another", "retired": "retired"}


def say(event_type: str, data: Data, names: Names = NONE) -> str:
    """One sentence about an event; the bare name for events without a sentence."""
    sentence = _SENTENCES.get(event_type)
    if sentence is None:
        return event_type.split(".", 1)[-1].replace("_", " ")
    return sentence(_named(data, names))


def _named(data: Data, names: Names) -> Data:
    """The event with labels in place of the ids of its theory's groups."""
    held = data.get("argument")
    theory = held.get("theory_id") if isinstance(held, Mapping) else data.get("theory_id")
    labels = names.groups.get(str(theory), {})
    body = data.get("body") or names.ccmocs.get(str(data.get("ccmoc_id"))) or {}
    said: dict[str, Any] = {"body": {role: _label(body.get(role), labels) for role in CHAIN}}
    if data.get("outcome"):
        said["outcome"] = _label(data["outcome"], labels)
    if isinstance(held, Mapping):
        said["argument"] = {**held, **{part: _label(held.get(part), labels) for part in HELD}}
    if data.get("detail"):
        said["detail"] = re.sub(
            r"'([^']+)'", lambda found: f"'{_label(found[1], labels)}'", data["detail"]
        )
    return {**data, **said}


def _label(group: str | None, labels: Mapping[str, str]) -> str | None:
    return labels.get(group, group) if group else None


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
        chain = " → ".join(data["body"][part] for part in CHAIN if data["body"][part])
        return f"{data['theory_id']}: {chain or 'a configuration'} {verb}"

    return sentence


def _judged(data: Data) -> str:
    again = ", to be checked again" if data.get("recheck") else ""
    return _ccmoc(f"is now {str(data['state']).replace('_', ' ')}{again}")(data)


def _argument_stated(data: Data) -> str:
    """What people did with an argument, and why."""
    held = data["argument"]
    chain = " → ".join(held[part] for part in HELD if held.get(part))
    if held.get("status") == "retired":
        done = "retired"
    elif "status" in (data.get("changed") or ()):
        done = "held again"
    else:
        done = "stated" if held["version"] == 1 else "amended"
    why = f" ({held['because']})" if held.get("because") else ""
    return f"{held['theory_id']}: argument {done}: {chain}{why}"


def _evidence_changed(data: Data) -> str:
    """The argument, and which cases came and went."""
    moves = " ".join(data.get("moves") or ()) or "its evidence changed."
    return f"{data['theory_id']}: argument {data.get('argument') or 'held'}: {moves}"


def _refuted(data: Data) -> str:
    """Which prediction of which argument, and in which cases."""
    said = data.get("words") or data["prediction"]
    held = f" of the argument {data['argument']}" if data.get("argument") else ""
    cases = ", ".join(data["cases"])
    return f"{data['theory_id']}: prediction refuted{held}: {said}; not so in {cases}"


def _idea(data: Data) -> str:
    """What people did with an if-then idea, and why."""
    idea, changed = data["idea"], data.get("changed") or ()
    done = "noted" if idea["version"] == 1 else "worded anew"
    if "status" in changed:
        done = "taken up again" if idea["status"] == "open" else str(idea["status"])
    elif "theories" in changed and "text" not in changed:
        done = f"sorted into {', '.join(idea['theories']) or 'no theory'}"
    why = f" ({idea['because']})" if idea.get("because") else ""
    return f"Idea {done}: {idea['text']}{why}"


def _lineage(data: Data) -> str:
    """Which theory came out of which, and why."""
    link = data["link"]
    why = f" ({link['because']})" if link.get("because") else ""
    if link.get("status") == "withdrawn":
        return f"No longer linked: {link['earlier']} and {link['later']}{why}"
    if link["kind"] == "split_from":
        return f"{link['later']} was split from {link['earlier']}{why}"
    verb = "was merged into" if link["kind"] == "merged_into" else "became"
    return f"{link['earlier']} {verb} {link['later']}{why}"


def _form_answered(answer: Data) -> str:
    """What was done with a form for a document."""
    if answer["state"] == "draft":
        return "Answers to a form taken up again for a document"
    if answer["person_id"] is None:
        return "Answers to a form agreed on for a document"
    return "Form done for a document"


def _cluster_round(data: Data) -> str:
    """A round in one line, with what it brought (early events do not say)."""
    ended = "finished" if data.get("succeeded", True) else "failed"
    totals = data.get("rounds") or ()
    brought = f": {totals[-1]['new']} new records" if totals else ""
    return f"CLUSTER round {data['round']} {ended}{brought}"


def _relation(data: Data) -> str:
    """What two records are to each other."""
    kinds = {"sibling": "reports of one study", "kinship": "related studies"}
    said = kinds.get(data["kind"], "related")
    said = said if data.get("confirmed", True) else f"not {said}"
    return f"{said[:1].upper()}{said[1:]}: {' and '.join(data.get('labels') or ('two records',))}"


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
    "kernel.export_taken": lambda d: f"Exported: {d['export_id']}",
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
    "search.cluster_round_finished": _cluster_round,
    "search.relation_decided": _relation,
    "search.strategy_revised": lambda d: (
        f"Search strategy {d['name']}: "
        f"{d.get('reason') or 'no reason given'} (version {d['version']})"
    ),
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
    "extraction.report_sought": lambda _: "The report of an included record is sought",
    "extraction.report_not_retrieved": lambda d: f"Report not retrieved: {d['reason']}",
    "extraction.source_withdrawn": lambda d: f"Source withdrawn: {d['document']['document_id']}",
    "extraction.study_linked": lambda d: f"Studies linked: {' and '.join(d['studies'])}",
    "extraction.study_unlinked": lambda d: f"Studies taken apart: {' and '.join(d['studies'])}",
    "extraction.codebook_changed": lambda d: (
        f"Codebook of {d['theory_id']} at version {d['version']}"
    ),
    "extraction.code_changed": lambda d: (
        f"Code '{d['code']['label']}' {_CODE_WORDS.get(d['code']['status'], 'worded')}"
    ),
    "extraction.fragment_coded": _fragment("coded"),
    "extraction.fragment_amended": _fragment("amended"),
    "extraction.fragment_withdrawn": _fragment("withdrawn"),
    "extraction.fragment_appraised": lambda d: f"Fragment {d['fragment_id']} appraised",
    "extraction.coding_round_opened": lambda d: (
        f"Blind coding round opened for {len(d['round']['coders'])} coders"
    ),
    "extraction.coding_round_revealed": lambda d: (
        f"Coding round revealed{': ' + d['reason'] if d.get('reason') else ' to its coders'}"
    ),
    "extraction.document_appraised": lambda _: "Document appraised as evidence",
    "extraction.study_cases_changed": lambda d: f"Cases of a study: {len(d['cases'])}",
    "extraction.form_changed": lambda d: f"Form: {d['form']['title'] or 'without a title'}",
    "extraction.form_answered": lambda d: _form_answered(d["answer"]),
    "extraction.coding_curated": lambda _: "One set of fragments agreed on for a document",
    "extraction.source_erased": lambda d: f"Source erased: {d['document']['document_id']}",
    "extraction.suggestions_asked": lambda d: (
        f"Suggestions asked of {d['run']['model']} at {d['run']['host']} "
        f"on {d['run']['documents']} documents"
    ),
    "extraction.suggestions_made": lambda d: (
        f"{d['run']['suggested']} passages suggested by {d['run']['model']}; they wait for people"
    ),
    "extraction.suggestion_judged": lambda d: f"Suggestion of a machine {d['verdict']}",
    "synthesis.theory_stated": lambda d: f"Theory stated: {d['theory']['name']}",
    "synthesis.theory_refined": lambda d: f"Theory refined: {d['theory']['name']}",
    "synthesis.theory_retired": lambda d: f"Theory retired: {d['theory']['name']}",
    "synthesis.idea_stated": _idea,
    "synthesis.lineage_stated": _lineage,
    "synthesis.substantive_theory_appraised": lambda d: (
        f"Substantive theory {d['substantive_theory']['decision']}: "
        f"{d['substantive_theory']['name']}"
    ),
    "synthesis.memo_written": lambda d: (
        f"Memo {'withdrawn' if d.get('status') == 'withdrawn' else 'written'} by {d['person_id']}"
    ),
    "synthesis.pin_set": lambda d: (
        f"{d['theory_id']}: outcome pinned to {d['outcome']}"
        if d["outcome"]
        else f"{d['theory_id']}: outcome no longer pinned"
    ),
    "synthesis.ccmoc_conjectured": _ccmoc("conjectured"),
    "synthesis.ccmoc_revised": _ccmoc("revised"),
    "synthesis.ccmoc_lapsed": _ccmoc("lost its evidence"),
    "synthesis.ccmoc_judged": _judged,
    "synthesis.argument_stated": _argument_stated,
    "synthesis.argument_evidence_changed": _evidence_changed,
    "synthesis.prediction_refuted": _refuted,
    "synthesis.gap_found": lambda d: f"{d['theory_id']}: {d['detail']}",
    "synthesis.author_text_written": lambda d: (
        f"Report text written: {d['text']['item'].replace('-', ' ')}, "
        f"version {d['text']['version']}"
    ),
    "synthesis.version_frozen": lambda d: f"Version {d['number']} frozen",
}
