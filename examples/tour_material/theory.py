"""The invented review: its theories, codebook, arguments and coded fragments."""

THEORIES = [
    {
        "number": 1,
        "name": "Somebody like me walks ahead",
        "initial": "If walks are led by former patients, people go on walking, because they get good advice.",
        "refinements": [
            {"change": "Recognition takes the place of advice",
             "why": "Walkers spoke of seeing somebody like themselves; nobody spoke of advice"},
            {"change": "Being ill is not enough: the walker must see a person like himself",
             "why": "The village trial: leaders who were much fitter discouraged people"},
        ],
        "final": {
            "context": ["People leave rehabilitation with little confidence in their heart"],
            "mechanism_resource": ["The walk is led by somebody who has had the same illness"],
            "mechanism_response": ["They recognise their own story and believe that they can do it too"],
            "outcome": ["They dare to exert themselves", "They are still walking after six months"],
        },
    },
    {
        "number": 2,
        "name": "The walk has its place in the week",
        "initial": "If walks are offered often, people will find one that suits them and go on walking.",
        "refinements": [
            {"change": "One fixed hour instead of many walks to choose from",
             "why": "Groups that changed their time dissolved"},
        ],
        "final": {
            "context": ["The meeting point can be reached in any week of the year"],
            "mechanism_resource": ["The group meets at the same hour and place every week"],
            "mechanism_response": ["The walk becomes a habit that needs no decision"],
            "outcome": ["They come when it rains", "They are still walking after six months"],
        },
    },
]

GROUPS = {
    "PT1": {
        "context": [
            ("PT1-C1", "Little confidence after the event", [
                ("PT1-C:afraid", "afraid of exertion", "same"),
                ("PT1-C:confident", "confident on leaving hospital", "opposite")]),
            ("PT1-C2", "Lives alone", [("PT1-C:alone", "lives alone", "same")]),
        ],
        "mechanism_resource": [
            ("PT1-S1", "Leader who has had the same illness", [("PT1-S:peer", "peer leads the walk", "same")]),
            ("PT1-S2", "Nurse leads the walk", [("PT1-S:nurse", "nurse leads the walk", "same")]),
            ("PT1-S3", "Somebody telephones after a missed walk", [("PT1-S:call", "call after absence", "same")]),
        ],
        "mechanism_response": [
            ("PT1-R1", "Recognition: if she can, I can", [("PT1-R:recognition", "sees somebody like oneself", "same")]),
            ("PT1-R2", "Feels expected and missed", [("PT1-R:missed", "feels missed", "same")]),
        ],
        "outcome": [
            ("PT1-O1", "Still walking after six months", [
                ("PT1-O:walking", "walks after six months", "same"),
                ("PT1-O:stopped", "stopped walking", "opposite")]),
        ],
    },
    "PT2": {
        "context": [
            ("PT2-C1", "The meeting point can be reached", [
                ("PT2-C:bus", "bus or short way", "same"), ("PT2-C:nobus", "no transport", "opposite")]),
            ("PT2-C2", "Cares for somebody at home", [("PT2-C:carer", "cares for a partner", "same")]),
            ("PT2-C3", "Icy and dark months", [("PT2-C:winter", "winter", "same")]),
        ],
        "mechanism_resource": [
            ("PT2-S1", "Same hour every week", [
                ("PT2-S:fixed", "fixed hour", "same"), ("PT2-S:changing", "changing times", "opposite")]),
            ("PT2-S2", "Indoor place in bad weather", [("PT2-S:indoor", "walks indoors", "same")]),
        ],
        "mechanism_response": [("PT2-R1", "The walk becomes a habit", [("PT2-R:habit", "habit", "same")])],
        "outcome": [
            ("PT2-O1", "Still walking after six months", [
                ("PT2-O:walking", "walks after six months", "same"),
                ("PT2-O:stopped", "stopped walking", "opposite")]),
        ],
    },
}
"""Theory → role → (group, label, codes as (id, label, sense))."""

ARGUMENTS = [
    {"id": "recognition", "theory": "PT1", "version": 1,
     "contexts": [{"group": "PT1-C1", "state": "present"}],
     "resource": "PT1-S1", "response": "PT1-R1", "outcome": "PT1-O1", "outcome_state": "occurred",
     "warrant": "People judge what they can do by watching others whom they take to be like themselves.",
     "rivals": ["Leaders who have been ill simply walk more slowly, and slow walks keep people."],
     "predictions": [
         {"id": "no-recognition", "words": "Where walkers do not recognise themselves in the peer, they stop.",
          "given": [{"role": "mechanism_resource", "group": "PT1-S1", "state": "present"},
                    {"role": "mechanism_response", "group": "PT1-R1", "state": "absent"}],
          "expected": {"role": "outcome", "group": "PT1-O1", "state": "failed"}},
         {"id": "alone-peer", "words": "Living alone makes no difference to recognition.",
          "given": [{"role": "context", "group": "PT1-C2", "state": "present"},
                    {"role": "mechanism_resource", "group": "PT1-S1", "state": "present"}],
          "expected": {"role": "mechanism_response", "group": "PT1-R1", "state": "present"}},
         {"id": "ill-leader", "words": "Where somebody leads who has had the same illness, people go on walking.",
          "given": [{"role": "mechanism_resource", "group": "PT1-S1", "state": "present"}],
          "expected": {"role": "outcome", "group": "PT1-O1", "state": "occurred"}}],
     "because": "Nine walking groups described it in the same way."},
    {"id": "habit", "theory": "PT2", "version": 1,
     "contexts": [{"group": "PT2-C1", "state": "present"}],
     "resource": "PT2-S1", "response": "PT2-R1", "outcome": "PT2-O1", "outcome_state": "occurred",
     "warrant": "What is repeated in a stable setting is done without deciding.",
     "rivals": ["People who like order choose groups with fixed hours."],
     "predictions": [
         {"id": "no-bus", "words": "Without transport no habit forms, whatever the hour.",
          "given": [{"role": "mechanism_resource", "group": "PT2-S1", "state": "present"},
                    {"role": "context", "group": "PT2-C1", "state": "absent"}],
          "expected": {"role": "mechanism_response", "group": "PT2-R1", "state": "absent"}}],
     "because": "Groups that changed their hours dissolved."},
]

C1, C1_NOT, ALONE = "context PT1-C:afraid", "context PT1-C:confident", "context PT1-C:alone"
PEER, NURSE, CALL = "resource PT1-S:peer", "resource PT1-S:nurse", "resource PT1-S:call"
SEES, SEES_NOT, MISSED = "response PT1-R:recognition", "response PT1-R:recognition absent", "response PT1-R:missed"
MISSED_NOT, CALL_NOT = "response PT1-R:missed absent", "resource PT1-S:call absent"
WALKS, STOPS = "outcome PT1-O:walking occurred", "outcome PT1-O:walking failed"
BUS, NO_BUS, CARER, WINTER = "context PT2-C:bus", "context PT2-C:nobus", "context PT2-C:carer", "context PT2-C:winter"
FIXED, CHANGING, INDOOR = "resource PT2-S:fixed", "resource PT2-S:changing", "resource PT2-S:indoor"
HABIT, NO_HABIT = "response PT2-R:habit", "response PT2-R:habit absent"
WALKS2, STOPS2 = "outcome PT2-O:walking occurred", "outcome PT2-O:walking failed"

FRAGMENTS = [
    ("Hartwell 2019", "AB", "Seeing a leader who had been through the same operation, they began to believe that they could do it as well. Of the fourteen walkers who started with low confidence, eleven were still walking with a group after six months.", [C1, PEER, SEES, WALKS], "walkers with little confidence"),
    ("Hartwell 2019", "AB", "Walkers who were already confident when they left the hospital enjoyed the company but did not need it. They named fitness and fresh air, not the leader, as their reason for coming.", [C1_NOT, PEER, SEES_NOT], "confident walkers"),
    ("Hartwell 2019", "CD", "For walkers who lived alone the group was the reason to leave the house. They felt missed when they did not come, because somebody telephoned. That feeling of being expected brought them back after a cold or a holiday.", [ALONE, CALL, MISSED, WALKS], "walkers who lived alone"),
    ("Hartwell 2019", "CD", "Groups that met at the same hour and the same corner every week became part of the week.", [FIXED, HABIT], "groups with a fixed hour"),
    ("Hartwell 2019", "CD", "Once the walk had become a habit, rain and visitors no longer kept people at home, and most were still walking at the end of the year.", [HABIT, WALKS2], "groups with a fixed hour"),
    ("Hartwell 2019", "AB", "Two groups changed their day from month to month to suit the leader. Their walkers had to ask each time when the next walk was, and both groups had dissolved by spring.", [CHANGING, NO_HABIT, STOPS2], "groups with changing hours"),
    ("Hartwell 2019", "AB", "People who cared for a partner found even a fixed hour hard to keep. Three carers told us that they missed every second walk, and that after a while they no longer counted themselves as members.", [CARER, FIXED, NO_HABIT, STOPS2], "carers"),
    ("Okonjo 2021", "AB", "In the four practices without a bus service hardly anybody came more than twice: without transport to the meeting point the fixed walk could not become part of anybody's week, and people stopped.", [NO_BUS, FIXED, NO_HABIT, STOPS2], "practices without a bus"),
    ("Okonjo 2021", "AB", "Participants said that the same hour each week made the walk a habit, and two thirds were walking regularly at six months.", [BUS, FIXED, HABIT, WALKS2], "practices with a bus"),
    ("Okonjo 2021", "CD", "Even so, in two villages participants did not recognise themselves in the leader. \"He is a marathon runner, he is nothing like me,\" said one. They felt slow and in the way, and stopped coming.", [PEER, SEES_NOT, STOPS], "villages with a very fit leader"),
    ("Okonjo 2021", "CD", "Where the leader had walked slowly at first and said so, participants with little confidence said that they felt understood and went on.", [C1, PEER, SEES, WALKS], "villages with a slow leader"),
    ("Okonjo 2021", "CD", "Walkers there who lived alone told us that nobody noticed whether they walked, and few of them did after six months.", [ALONE, CALL_NOT, MISSED_NOT, STOPS], "leaflet arm"),
    ("Marchetti 2020", "AB", "When volunteers took over after the first month, walkers recognised their own story in the volunteer's and stayed; where the nurse remained, half had left by the sixth month.", [C1, PEER, SEES, WALKS], "volunteer after the first month"),
    ("Marchetti 2020", "AB", "They did not speak of recognition, and those who began with little confidence had mostly stopped by six months.", [C1, NURSE, SEES_NOT, STOPS], "nurse throughout"),
    ("Marchetti 2020", "CD", "Walkers who lived alone valued telephone calls after a missed walk above everything else. \"If I don't turn up, Rosa rings. So I turn up,\" said one.", [ALONE, CALL, MISSED, WALKS], "walkers who lived alone"),
    ("Marchetti 2020", "CD", "Walkers in paid work kept coming where the walk was in the evening and always in the evening; it had become routine.", [FIXED, HABIT, WALKS2], "evening walks"),
    ("Marchetti 2020", "CD", "Where times followed the nurses' shifts no routine formed, and walkers in paid work were the first to stop.", [CHANGING, NO_HABIT, STOPS2], "walks by the nurses' shifts"),
    ("Lindqvist 2022", "AB", "One group moved its walk to a shopping arcade at the same hour. The routine held: eighteen of twenty walkers came all winter.", [WINTER, INDOOR, HABIT, WALKS2], "arcade group"),
    ("Lindqvist 2022", "AB", "The two other groups were called off week by week when it was slippery. Walkers lost the habit and most did not return in April.", [WINTER, CHANGING, NO_HABIT, STOPS2], "groups that were called off"),
    ("Lindqvist 2022", "CD", "New walkers with little confidence attached themselves to her. They said that what she could do they would be able to do in time, and all six were still walking in April.", [C1, PEER, SEES, WALKS], "arcade group"),
    ("Lindqvist 2022", "AB", "These carers kept coming; the walk had become their routine too, because it no longer had to be defended against the care at home.", [CARER, INDOOR, HABIT, WALKS2], "carers of the arcade group"),
    ("Lindqvist 2022", "CD", "One man with little confidence never took to the leader. He found her story frightening rather than encouraging, felt no recognition, and stopped in November.", [C1, PEER, SEES_NOT, STOPS], "the man who left in November"),
]
"""(document, coder, quote, elements as "role code [state]", case where a study has several)."""

BRANDT = [
    ("AB", "People with little confidence who walked with a peer recognised themselves and were nearly all walking after a year.", [C1, PEER, SEES, WALKS]),
    ("AB", "A telephone call after absence made those who lived alone feel missed, and they returned.", [ALONE, CALL, MISSED, WALKS]),
]
"""(coder, paraphrase, elements) of the trial that is retracted later; only its abstract was read."""
