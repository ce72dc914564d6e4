"""Events in words, for people who watch a review live; no sentence holds a key of anything."""

from shared.review.numbers import counted
from shared.review.source_names import source_name
from workbench.feed.domain.names import DOCUMENT, NONE, Data, FeedLabels
from workbench.feed.domain.synthesis import SENTENCES as OF_SYNTHESIS
from workbench.feed.domain.synthesis import Sentence

_CODE_WORDS = {"merged": "merged into another", "retired": "retired"}


def say(event_type: str, data: Data, names: FeedLabels = NONE) -> str:
    """One sentence about an event; the bare name for events without a sentence."""
    sentence = _SENTENCES.get(event_type)
    if sentence is None:
        return event_type.split(".", 1)[-1].replace("_", " ")
    return sentence(data, names)


def _record(verb: str) -> Sentence:
    def sentence(data: Data, _names: FeedLabels) -> str:
        record = data["record"]
        return f"{verb}: {record.get('title') or record.get('label') or 'untitled record'}"

    return sentence


def _flagged(data: Data, names: FeedLabels) -> str:
    return _record(str(data["flag"]).capitalize())(data, names)


def _stage(name: str) -> str:
    return name.replace("_", " ")


def _settled(data: Data, names: FeedLabels) -> str:
    words = names.reason(data["stage"], data["reason"]) if data.get("reason") else ""
    reason = f" ({words})" if words else ""
    return f"Record settled: {data['verdict']}{reason} at {_stage(data['stage'])}"


def _cluster_round(data: Data, _names: FeedLabels) -> str:
    """A round in one line, with what it brought (early events do not say)."""
    ended = "finished" if data.get("succeeded", True) else "failed"
    totals = data.get("rounds") or ()
    brought = f": {counted(totals[-1]['new'], 'new record')}" if totals else ""
    return f"CLUSTER round {data['round']} {ended}{brought}"


def _cluster_step(data: Data, names: FeedLabels) -> str:
    """What people decided on what the evidence leaves open."""
    about = f": {data['about']}" if data.get("about") else ""
    step = f"step of CLUSTER searching {data['state']}"
    return f"{names.theory(data['theory_id'])}: {step}{about}{_why(data)}"


def _cluster_queries(data: Data, names: FeedLabels) -> str:
    """What became of the queries of a round before they were asked."""
    sources = [source_name(one) for one in data.get("sources") or ()]
    asked = counted(data.get("queries", 0), "query", "queries")
    where = f" to {', '.join(sources)}" if sources else ""
    return (
        f"{names.theory(data['theory_id'])}: CLUSTER round {data['round']} {data['state']}, "
        f"{asked}{where}{_why(data)}"
    )


def _why(data: Data) -> str:
    return f" ({data['reason']})" if data.get("reason") else ""


def _search_finished(data: Data, _names: FeedLabels) -> str:
    """A search, an import, or a look at what became of articles."""
    source = source_name(data["source"])
    failed = not data.get("succeeded", True)
    why = f": {data['warnings'][-1]}" if failed and data.get("warnings") else ""
    if str(data["search_id"]).startswith("retractions:"):
        asked = f", {counted(data.get('seen', 0), 'record', 'records')} asked about"
        return f"Look for retractions at {source} {'failed' if failed else 'finished'}{asked}{why}"
    if data["kind"] == "refetch":
        ended = "failed" if failed else "finished"
        return f"Look at what became of known records {ended}: {source}{why}"
    kind = str(data["kind"]).capitalize()
    if failed:
        return f"{kind} failed: {source}{why}"
    return f"{kind} finished: {counted(data['added'], 'new record')} from {source}"


def _relation(data: Data, _names: FeedLabels) -> str:
    """What two records are to each other."""
    kinds = {"sibling": "reports of one study", "kinship": "related studies"}
    said = kinds.get(data["kind"], "related")
    said = said if data.get("confirmed", True) else f"not {said}"
    return f"{said[:1].upper()}{said[1:]}: {' and '.join(data.get('labels') or ('two records',))}"


def _lexicon(data: Data, names: FeedLabels) -> str:
    """Which words people look for, of which theory."""
    known = counted(len(data["words"]), "entry", "entries")
    why = f": {data['reason']}" if data.get("reason") else ""
    return f"Words of {names.theory(data['theory_id'])}: {known}{why} (version {data['version']})"


def _contact(data: Data, _names: FeedLabels) -> str:
    """What became of a message to an author."""
    states = {
        "to_write": "to write", "sent": "sent", "answered": "answered", "no_answer": "no answer",
    }  # fmt: skip
    state = states.get(data["state"], "")
    return f"Message to {data['author']} about {data['label']}: {state}"


def _form_answered(data: Data, _names: FeedLabels) -> str:
    """What was done with a form for a document."""
    answer = data["answer"]
    if answer["state"] == "draft":
        return "Answers to a form taken up again for a document"
    if answer["person_id"] is None:
        return "Answers to a form agreed on for a document"
    return "Form done for a document"


def _export(data: Data, _names: FeedLabels) -> str:
    """Out of which service a file was taken; its path says more than people want to read."""
    service = str(data["export_id"]).partition("/")[0]
    known = service in {"search", "screening", "extraction", "synthesis", "workbench"}
    return f"A file was taken out of {service}" if known else "A file was taken out"


def _judged(verdict: str) -> str:
    waits = verdict == "pending"
    return f"Suggestion of a machine {'waits for a person again' if waits else verdict}"


def _document(verb: str) -> Sentence:
    def sentence(data: Data, names: FeedLabels) -> str:
        document = data["document"]
        title = document.get("title") or names.documents.get(str(document["document_id"]))
        return f"{verb}: {title or DOCUMENT}"

    return sentence


def _studies(done: str) -> Sentence:
    def sentence(data: Data, names: FeedLabels) -> str:
        found = names.named_studies(data["studies"])
        listed = " and ".join(found) or counted(len(data["studies"]), "study", "studies")
        return f"{done}: {listed}"

    return sentence


def _fragment(verb: str) -> Sentence:
    def sentence(data: Data, names: FeedLabels) -> str:
        fragment = data["fragment"]
        about = ", ".join(names.named_theories(fragment.get("theories")))
        place = names.documents.get(str(fragment.get("document_id")))
        where = f" in {place}" if place else ""
        return f"{about + ': f' if about else 'F'}ragment {verb}{where}"

    return sentence


_SENTENCES: dict[str, Sentence] = {
    "workbench.review_opened": lambda d, _: f"Review opened: {d['review']['title']}",
    "workbench.review_amended": lambda d, _: (
        f"Review amended: {d.get('reason') or 'no reason given'}"
    ),
    "workbench.member_joined": lambda d, n: (
        f"{n.person(d['person_id'])} joined as {', '.join(d['roles'])}"
    ),
    "workbench.member_left": lambda d, n: f"{n.person(d['person_id'])} left",
    "kernel.export_taken": _export,
    "search.record_added": _record("Record added"),
    "search.record_amended": _record("Record amended"),
    "search.record_merged": _record("Records merged into"),
    "search.record_split": _record("Merge undone"),
    "search.record_flagged": _flagged,
    "search.search_finished": _search_finished,
    "search.import_reversed": lambda d, _: f"Import reversed: {counted(d['records'], 'record')}",
    "search.rescreen_suggested": lambda d, _: f"Offered for screening again: {d['reason']}",
    "search.cluster_round_finished": _cluster_round,
    "search.cluster_step_decided": _cluster_step,
    "search.cluster_round_decided": _cluster_queries,
    "search.relation_decided": _relation,
    "search.lexicon_changed": _lexicon,
    "search.contact_changed": _contact,
    "search.strategy_revised": lambda d, _: (
        f"Search strategy {d['name']}: "
        f"{d.get('reason') or 'no reason given'} (version {d['version']})"
    ),
    "screening.stopping_assessed": lambda d, _: (
        f"Stopping at {_stage(d['stage'])}: "
        f"{'may stop' if d['may_stop'] else 'read on'}, {d['waiting']} waiting"
    ),
    "screening.criteria_changed": lambda d, _: f"Criteria changed at {_stage(d['stage'])}",
    "screening.decision_made": lambda d, _: (
        f"{counted(d['decisions'], 'decision')} today at {_stage(d['stage'])}"
    ),
    "screening.conflict_opened": lambda d, _: f"Conflict opened at {_stage(d['stage'])}",
    "screening.record_settled": _settled,
    "screening.settlement_reopened": lambda d, _: f"Settlement reopened at {_stage(d['stage'])}",
    "screening.records_ranked": lambda d, _: (
        f"{counted(d['records'], 'record')} ranked at {_stage(d['stage'])}, from "
        f"{counted(d['trained_on'], 'settlement')}"
    ),
    "extraction.document_added": _document("Document added"),
    "extraction.document_assigned": lambda d, n: (
        f"Document {'given to a coder' if d['person_id'] else 'given back'}: "
        f"{n.documents.get(str(d['document_id'])) or DOCUMENT}"
    ),
    "extraction.participants_changed": lambda d, _: (
        f"Participants of a source: {len(d['participants'])}"
    ),
    "extraction.report_sought": lambda _, __: "The report of an included record is sought",
    "extraction.report_not_retrieved": lambda d, _: f"Report not retrieved: {d['reason']}",
    "extraction.source_withdrawn": _document("Source withdrawn"),
    "extraction.source_erased": _document("Source erased"),
    "extraction.study_linked": _studies("Studies linked"),
    "extraction.study_unlinked": _studies("Studies taken apart"),
    "extraction.codebook_changed": lambda d, n: (
        f"{n.theory(d['theory_id'])}: codebook at version {d['version']}"
    ),
    "extraction.code_changed": lambda d, _: (
        f"Code '{d['code']['label']}' {_CODE_WORDS.get(d['code']['status'], 'worded')}"
    ),
    "extraction.fragment_coded": _fragment("coded"),
    "extraction.fragment_amended": _fragment("amended"),
    "extraction.fragment_withdrawn": _fragment("withdrawn"),
    "extraction.fragment_appraised": lambda _, __: "A fragment was appraised",
    "extraction.coding_round_opened": lambda d, _: (
        f"Blind coding round opened for {len(d['round']['coders'])} coders"
    ),
    "extraction.coding_round_revealed": lambda d, _: (
        f"Coding round revealed{': ' + d['reason'] if d.get('reason') else ' to its coders'}"
    ),
    "extraction.document_appraised": lambda _, __: "Document appraised as evidence",
    "extraction.study_cases_changed": lambda d, _: f"Cases of a study: {len(d['cases'])}",
    "extraction.form_changed": lambda d, _: f"Form: {d['form']['title'] or 'without a title'}",
    "extraction.form_answered": _form_answered,
    "extraction.suggestions_asked": lambda d, _: (
        f"Suggestions asked of {d['run']['model']} at {d['run']['host']} "
        f"on {counted(d['run']['documents'], 'document')}"
    ),
    "extraction.suggestions_made": lambda d, _: (
        f"{counted(d['run']['suggested'], 'passage')} suggested by {d['run']['model']}, waiting "
        "for people"
    ),
    "extraction.suggestion_judged": lambda d, _: _judged(d["verdict"]),
    "extraction.coding_curated": lambda _, __: "One set of fragments agreed on for a document",
    **OF_SYNTHESIS,
}
