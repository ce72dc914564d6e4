"""Three arguments for the example review, with what they predict.

They are stated for the example, in the words of its codebook; the report itself states none in this
form. What the cases say of them is counted, not written here.
"""


def _term(role, group, state):
    return {"role": role, "group": group, "state": state}


STATED = "stated for the example"
ARGUMENTS = [
    {
        "id": "first contact",
        "theory": 1,
        "version": 1,
        "contexts": [{"group": "PT1-C1", "state": "present"}],
        "resource": "PT1-S1",
        "outcome": "PT1-O2",
        "warrant": "Who is met by people that expected them has no reason to leave.",
        "rivals": ["those who come back were the more motivated from the start"],
        "because": STATED,
        "predictions": [
            {
                "id": "expecting",
                "given": [_term("context", "PT1-C1", "present")],
                "expected": _term("mechanism_resource", "PT1-S1", "present"),
                "words": "where staff expect these clients, the first contact is a good one",
            },
            {
                "id": "without",
                "given": [_term("mechanism_resource", "PT1-S1", "absent")],
                "expected": _term("outcome", "PT1-O2", "failed"),
                "words": "without a good first contact people do not stay",
            },
        ],
    },
    {
        "id": "pathways",
        "theory": 3,
        "version": 1,
        "contexts": [{"group": "PT3-C3", "state": "present"}],
        "resource": "PT3-S1",
        "outcome": "PT3-O1",
        "warrant": "A protocol settles who does what, so that nobody has to defend a boundary.",
        "rivals": ["a well-funded service has both protocols and consistent care"],
        "because": STATED,
        "predictions": [
            {
                "id": "supported",
                "given": [_term("mechanism_resource", "PT3-S1", "present")],
                "expected": _term("mechanism_response", "PT3-P1", "present"),
                "words": "with clear protocols staff feel supported",
            },
            {
                "id": "hard to navigate",
                "given": [_term("mechanism_resource", "PT3-S5", "present")],
                "expected": _term("outcome", "PT3-O2", "failed"),
                "words": "where services are hard to navigate, people do not seek help",
            },
        ],
    },
    {
        "id": "vision",
        "theory": 6,
        "version": 1,
        "contexts": [{"group": "PT6-C2", "state": "present"}],
        "resource": "PT6-S1",
        "outcome": "PT6-O3",
        "warrant": "What leaders keep asking about stays a priority when they are not there.",
        "rivals": ["pathways", "committed staff do it whatever leaders say"],
        "because": STATED,
        "predictions": [
            {
                "id": "uncommitted",
                "given": [_term("context", "PT6-C2", "absent")],
                "expected": _term("outcome", "PT6-O3", "failed"),
                "words": "without committed leaders clients do not profit",
            }
        ],
    },
]
