"""Four invented full texts. Nothing here was measured, said or published anywhere."""

HARTWELL = """\
Invented example. This study does not exist.

Walking on: a process evaluation of peer-led walking groups after cardiac rehabilitation

Background
Most people who finish cardiac rehabilitation stop exercising within half a year. Two hospitals in an invented county therefore trained former patients as walk leaders and offered everybody who left the programme a place in a local group.

Methods
We followed nine groups for twelve months. We observed forty walks, interviewed thirty-one walkers and nine walk leaders, and counted who came.

Findings
Confidence after the event
At the end of rehabilitation many walkers did not trust their body. "I was afraid that my heart would stop on the first hill," one man told us, and others spoke in the same way. Those who came with little confidence said that it was the leader who changed that. Seeing a leader who had been through the same operation, they began to believe that they could do it as well. Of the fourteen walkers who started with low confidence, eleven were still walking with a group after six months.

Walkers who were already confident when they left the hospital enjoyed the company but did not need it. They named fitness and fresh air, not the leader, as their reason for coming.

A place in the week
Groups that met at the same hour and the same corner every week became part of the week. "Tuesday is the walk, as Sunday is the roast," said a woman of seventy-four. Once the walk had become a habit, rain and visitors no longer kept people at home, and most were still walking at the end of the year. Two groups changed their day from month to month to suit the leader. Their walkers had to ask each time when the next walk was, and both groups had dissolved by spring.

People who cared for a partner found even a fixed hour hard to keep. Three carers told us that they missed every second walk, and that after a while they no longer counted themselves as members.

Living alone
For walkers who lived alone the group was the reason to leave the house. They felt missed when they did not come, because somebody telephoned. That feeling of being expected brought them back after a cold or a holiday.

Conclusion
A walk leader who has had the same illness appears to work through recognition, and most for those with little confidence. A fixed time and place works through habit. Neither is enough for people who care for somebody at home.
"""

OKONJO = """\
Invented example. This study does not exist.

Peer-led walking in villages: a cluster trial with nested interviews

Background
Walking groups have been studied in towns. We asked whether they keep people active in villages, where neighbours live far apart.

Methods
Sixteen practices were allocated to peer-led walking groups or to a leaflet. The outcome was walking at least three times a week after six months. Twenty-two participants and six walk leaders were interviewed.

Results
After six months 41 per cent of the walking arm and 39 per cent of the leaflet arm walked at least three times a week, a difference that chance explains. In the four practices without a bus service hardly anybody came more than twice: without transport to the meeting point the fixed walk could not become part of anybody's week, and people stopped.

In the practices that could be reached by bus the pattern was another. Participants said that the same hour each week made the walk a habit, and two thirds were walking regularly at six months.

The leaders had all had a heart attack themselves. Even so, in two villages participants did not recognise themselves in the leader. "He is a marathon runner, he is nothing like me," said one. They felt slow and in the way, and stopped coming. Where the leader had walked slowly at first and said so, participants with little confidence said that they felt understood and went on.

Practices in the leaflet arm had no leader and no group. Walkers there who lived alone told us that nobody noticed whether they walked, and few of them did after six months.

Discussion
Peer leadership did not help by itself. Having been ill is not the same as being like the walker; what counts is whether the walker sees a person like himself.
"""

MARCHETTI = """\
Invented example. This study does not exist.

Nurse or neighbour? A realist evaluation of who should lead a walk

Introduction
Walks after cardiac rehabilitation are led by nurses in one half of an invented region and by trained volunteers with heart disease in the other. We asked for whom which arrangement works.

Methods
Realist interviews with twenty-four walkers, eight nurses and ten volunteers; attendance lists of two years.

Findings
People who had been told that their heart was weak wanted a nurse in the first month. With a nurse beside them they felt safe, and they came. Later the same people said that the nurse made them feel like patients. When volunteers took over after the first month, walkers recognised their own story in the volunteer's and stayed; where the nurse remained, half had left by the sixth month.

In groups led by nurses throughout, walkers spoke of being supervised. They did not speak of recognition, and those who began with little confidence had mostly stopped by six months.

Walkers who lived alone valued telephone calls after a missed walk above everything else. "If I don't turn up, Rosa rings. So I turn up," said one. It did not matter to them whether nurse or volunteer made the call.

A fixed time mattered in both arrangements. Walkers in paid work kept coming where the walk was in the evening and always in the evening; it had become routine. Where times followed the nurses' shifts no routine formed, and walkers in paid work were the first to stop.

Conclusion
Safety first, recognition afterwards: a nurse for the first weeks and a peer from then on may serve those with little confidence best.
"""

LINDQVIST = """\
Invented example. This study does not exist.

Ice and dark: an ethnography of walking groups in a northern winter

Setting
Three walking groups of former cardiac patients in an invented northern town were accompanied from October to April.

What we saw
In the dark months pavements were icy, and walkers spoke of falling more than of their hearts. One group moved its walk to a shopping arcade at the same hour. The routine held: eighteen of twenty walkers came all winter. The two other groups were called off week by week when it was slippery. Walkers lost the habit and most did not return in April.

The leader of the arcade group had had bypass surgery two years before. New walkers with little confidence attached themselves to her. They said that what she could do they would be able to do in time, and all six were still walking in April.

Not everybody who cared for a partner was lost. In the arcade carers brought their partners along, who sat in the café. These carers kept coming; the walk had become their routine too, because it no longer had to be defended against the care at home.

One man with little confidence never took to the leader. He found her story frightening rather than encouraging, felt no recognition, and stopped in November.

What it may mean
The fixed hour matters more than the fixed route. A safe indoor place keeps the hour when the weather does not.
"""

WEIR = """\
Invented example. This study does not exist.

What people in villages wrote down after cardiac rehabilitation: a diary study

Background
Sixteen practices took part in a trial of walking groups. We asked some of their patients to keep a diary for half a year, and read what they wrote about their days.

Methods
Thirty-four diaries were collected and read by two of us. Nineteen came from practices with a walking group.

Findings
Most pages speak of weather, of children who telephone, and of sleep. The walk is there once a week, in few words.

Those who lived alone wrote of the woman who led the walk as the others did: she had lain on the same ward, and if she could climb the hill, so could they. They were still walking with her when the diaries ended after half a year.

Conclusion
Living alone made the days longer. It did not change what people saw in the woman who walked ahead.
"""

TEXTS = {
    "Hartwell 2019": HARTWELL,
    "Marchetti 2020": MARCHETTI,
    "Okonjo 2021": OKONJO,
    "Lindqvist 2022": LINDQVIST,
}
"""Key of the record → its whole text."""
SIBLING_TEXT = WEIR
"""The text of the report that CLUSTER searching finds again in the tutorial."""
