"""Forms to start from: the domains of EPOC's data collection checklist, and RECO's mapping form.

Cochrane Effective Practice and Organisation of Care (EPOC), Data collection form, 2017;
Hughes et al., Health Technology Assessment 2024;28(67), the literature mapping.
"""

from collections.abc import Mapping, Sequence

from services.extraction.forms.domain.fields import Field

UNCLEAR = ("yes", "no", "unclear")


def _field(name: str, label: str, kind: str = "text", *choices: str, help: str = "") -> Field:
    return Field(id=name, label=label, kind=kind, choices=choices, help=help)


EPOC: Sequence[Field] = (
    _field("citation", "Citation"),
    _field(
        "design",
        "Study design",
        "choice",
        "randomised trial",
        "non-randomised trial",
        "controlled before-after study",
        "interrupted time series",
        "repeated measures study",
        "qualitative study",
        "mixed methods",
        "other",
    ),
    _field("country", "Country"),
    _field("setting", "Setting and reimbursement system"),
    _field("participants", "Participants: providers and patients"),
    _field("participants_number", "Number of participants", "number"),
    _field("unit", "Unit of allocation and of analysis"),
    _field(
        "intervention",
        "Type of intervention (EPOC taxonomy)",
        "multi_choice",
        "delivery arrangements",
        "financial arrangements",
        "governance arrangements",
        "implementation strategies",
    ),
    _field("content", "Content, deliverer, timing and dose of the intervention"),
    _field("comparison", "Comparison"),
    Field(
        id="outcomes",
        label="Main outcomes",
        kind="table",
        columns=(
            _field("outcome", "Outcome"),
            _field("measured", "How and when measured"),
            _field("result", "Result"),
            _field("arm", "Arm or subgroup", help="one row for each arm"),
        ),
    ),
    _field("bias_sequence", "Random sequence generation adequate", "choice", *UNCLEAR),
    _field("bias_allocation", "Allocation concealed", "choice", *UNCLEAR),
    _field("bias_baseline", "Baseline outcomes and characteristics alike", "choice", *UNCLEAR),
    _field("bias_missing", "Incomplete outcome data addressed", "choice", *UNCLEAR),
    _field("bias_blinding", "Outcomes assessed blindly", "choice", *UNCLEAR),
    _field("bias_contamination", "Protected against contamination", "choice", *UNCLEAR),
    _field("bias_reporting", "Free of selective reporting", "choice", *UNCLEAR),
    _field("funding", "Funding and conflicts of interest"),
)
RECO: Sequence[Field] = (
    _field("year", "Year of publication", "number"),
    _field("country", "Country or countries"),
    _field(
        "kind",
        "Type of source",
        "choice",
        "primary study",
        "review",
        "policy or guidance",
        "opinion or commentary",
        "other",
    ),
    _field(
        "design",
        "Method",
        "multi_choice",
        "quantitative",
        "qualitative",
        "mixed methods",
        "review",
        "none",
    ),
    _field("population", "Population and health condition"),
    _field("setting", "Setting and service"),
    _field("intervention", "Intervention or programme, and its components"),
    _field("theory", "Theory or framework that is named"),
    Field(
        id="cmo",
        label="Contexts, mechanisms and outcomes",
        kind="table",
        columns=(
            _field("context", "Context"),
            _field("mechanism", "Mechanism: resource and response"),
            _field("outcome", "Outcome"),
            _field("page", "Page"),
        ),
    ),
    _field("involvement", "Service users or carers took part in the research", "choice", *UNCLEAR),
    _field("relevance", "Relevance to the programme theories", "choice", "low", "moderate", "high"),
    _field("notes", "Notes"),
)
TEMPLATES: Mapping[str, tuple[str, Sequence[Field]]] = {
    "epoc": ("EPOC data collection", EPOC),
    "reco_mapping": ("RECO literature mapping", RECO),
}
"""Each template's title and fields, by its name."""
