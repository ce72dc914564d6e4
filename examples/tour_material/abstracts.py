"""Words from which the invented titles and abstracts are put together, topic by topic."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Topic:
    """One line of invented research; `{place}`, `{n}`, `{months}` and `{share}` are filled in."""

    relevant: bool
    journal: str
    titles: tuple[str, ...]
    background: tuple[str, ...]
    methods: tuple[str, ...]
    results: tuple[str, ...]
    close: tuple[str, ...]


GROUPS = Topic(
    relevant=True,
    journal="Journal of Invented Rehabilitation",
    titles=(
        "Walking groups after cardiac rehabilitation in {place}: who stays and why",
        "Staying with a walking group: interviews with former cardiac patients in {place}",
        "A walking group for people with heart disease in {place}: mixed-methods evaluation",
        "Why former cardiac patients leave walking groups: a qualitative study in {place}",
        "Volunteer walk leaders with heart disease in {place}: a process evaluation",
        "Keeping people on their feet after cardiac rehabilitation: a realist evaluation in {place}",
        "Attendance at heart walks in {place}: a longitudinal study",
    ),
    background=(
        "Walking groups are offered after cardiac rehabilitation, but it is unclear why some people stay.",
        "Many people stop exercising soon after cardiac rehabilitation has ended.",
        "Little is known about what walk leaders do that keeps people with heart disease walking.",
    ),
    methods=(
        "We interviewed {n} walkers and their leaders and analysed what they said thematically.",
        "Attendance of {n} walkers was followed for {months} months and {share} walkers were interviewed.",
        "A realist evaluation drew on observation of walks and on interviews with {n} participants.",
    ),
    results=(
        "Participants who lived alone said that being expected brought them back.",
        "Those with little confidence in their heart stayed where the leader had been ill as well.",
        "A regular hour made the walk a habit, and {share} per cent were walking at the end.",
        "Care for a partner and a missing bus were the reasons most often given for stopping.",
        "Some felt too slow for the group and left within the first month.",
    ),
    close=(
        "Groups may work through recognition and routine rather than through advice.",
        "Leaders, times and routes should be chosen with the least confident walkers in mind.",
        "What keeps people walking differs with what they bring to the group.",
    ),
)
PEERS = Topic(
    relevant=True,
    journal="Peer Support Studies (Invented)",
    titles=(
        "Peer volunteers after a heart attack in {place}: what recognition does",
        "Telephone calls by peers and exercise after cardiac rehabilitation in {place}",
        "Habit and company: how people in {place} keep walking after heart surgery",
        "Indoor walking in winter for people with heart disease in {place}",
        "Nurse or peer? Who leads exercise groups after cardiac rehabilitation in {place}",
    ),
    background=(
        "Support by people who have had the same illness is thought to raise confidence.",
        "Physical activity declines in the months after a cardiac event.",
        "It is not known whether who leads a group matters to those who come.",
    ),
    methods=(
        "We compared {n} people who had a peer leader with people who had none over {months} months.",
        "Focus groups with {n} participants were held in three towns.",
        "Diaries of {n} walkers over {months} months were analysed together with attendance lists.",
    ),
    results=(
        "Participants described seeing somebody like themselves as the moment they began to try.",
        "A call after a missed meeting was followed by a return in {share} per cent of cases.",
        "Where walks moved indoors in winter, attendance did not fall.",
        "Peer leaders who were much fitter than the others discouraged some participants.",
    ),
    close=(
        "Peers may help through recognition, but only where participants see themselves in them.",
        "Being noticed seems to matter most to people who live alone.",
        "A fixed meeting that survives bad weather may protect the habit.",
    ),
)
DRUGS = Topic(
    relevant=False,
    journal="Annals of Invented Cardiology",
    titles=(
        "Early against late beta blockade after myocardial infarction in {place}: a randomised trial",
        "Adherence to statins two years after myocardial infarction: registry study from {place}",
        "Platelet inhibition in older people with stents: pooled analysis of {place} cohorts",
        "Anticoagulation after valve surgery in {place}: a before-and-after study",
    ),
    background=(
        "Guidelines recommend drug treatment after myocardial infarction, but its timing is debated.",
        "Adherence to secondary prevention falls over time.",
    ),
    methods=(
        "In this randomised trial {n} patients received treatment or placebo for {months} months.",
        "Prescriptions of {n} patients were linked with hospital discharge records.",
    ),
    results=(
        "The primary end point occurred in {share} of 1,000 patients with no difference between arms.",
        "Bleeding was more frequent in the older group.",
        "Ejection fraction at follow-up did not differ.",
    ),
    close=("Routine use cannot be recommended.", "Longer follow-up is needed."),
)
DEVICES = Topic(
    relevant=False,
    journal="Invented Devices and Health",
    titles=(
        "Accuracy of wrist-worn heart rate sensors during treadmill walking: laboratory study, {place}",
        "A tablet game for home exercise in stroke: feasibility in {place}",
        "Robot-assisted gait training after stroke in {place}: a controlled trial",
        "Battery life of implanted rhythm monitors: registry of {place}",
    ),
    background=(
        "Sensors are used to monitor exercise, and their accuracy varies.",
        "Gait training by machines promises more repetitions than therapists can give.",
    ),
    methods=(
        "{n} volunteers walked on a treadmill at three speeds with four devices.",
        "{n} people after stroke trained for {months} months with or without the device.",
    ),
    results=(
        "Mean absolute error was {share} beats per minute at the highest speed.",
        "Gait speed improved in both groups.",
    ),
    close=("Accuracy is sufficient for home use.", "The device is feasible; a trial is warranted."),
)
SCHOOLS = Topic(
    relevant=False,
    journal="Invented Public Health Reports",
    titles=(
        "Walking buses to primary schools in {place}: effects on children's activity",
        "Dog ownership and daily steps of adults in {place}",
        "Street lighting and walking after dark in {place}: a natural experiment",
        "Step counts of office workers in {place} during a workplace challenge",
    ),
    background=(
        "Daily walking is encouraged in healthy populations.",
        "Children who walk to school are more active over the day.",
    ),
    methods=(
        "Pedometers were worn by {n} participants for seven days at baseline and after {months} months.",
        "Survey data of {n} households were analysed with multilevel models.",
    ),
    results=(
        "Steps rose by {share} per cent in the intervention group and returned to baseline later.",
        "No association remained after adjustment for income.",
    ),
    close=("The programme reached families who were already active.", "Effects were short-lived."),
)
OTHER_ILLNESS = Topic(
    relevant=False,
    journal="Invented Journal of Long-term Conditions",
    titles=(
        "Pulmonary rehabilitation at home in {place}: a randomised trial",
        "Telehealth coaching in type 2 diabetes in {place}",
        "Exercise after hip fracture: an audit of services in {place}",
        "Peer coaches in diabetes self-management in {place}: a cluster trial",
        "Group exercise for people with Parkinson's disease in {place}",
    ),
    background=(
        "Exercise improves outcomes in long-term conditions, but few are referred.",
        "Self-management programmes are often led by health professionals.",
    ),
    methods=(
        "{n} patients were allocated to the programme or to usual care for {months} months.",
        "Records of {n} patients from twelve practices were audited.",
    ),
    results=(
        "Glycated haemoglobin fell by 0.{share} percentage points in both arms.",
        "Six-minute walking distance improved by {share} metres.",
        "One in three patients was never referred.",
    ),
    close=("Uptake remains the main obstacle.", "Costs were similar in both arms."),
)
REFERRAL = Topic(
    relevant=False,
    journal="Health Services in Invented Regions",
    titles=(
        "Referral to cardiac rehabilitation in {place}: an audit of discharge letters",
        "Costs of cardiac rehabilitation in {place}: an economic evaluation",
        "Exercise capacity at the end of cardiac rehabilitation in {place}: cohort study",
        "Sex differences in enrolment in cardiac rehabilitation in {place}",
    ),
    background=(
        "Fewer than half of those who are eligible enrol in cardiac rehabilitation.",
        "Exercise capacity predicts survival after cardiac rehabilitation.",
    ),
    methods=(
        "Discharge letters of {n} patients were audited over {months} months.",
        "Peak oxygen uptake of {n} patients was measured before and after the programme.",
    ),
    results=(
        "A referral was documented in {share} per cent of letters.",
        "Women enrolled less often than men after adjustment for age.",
        "Exercise capacity rose by {share} per cent.",
    ),
    close=("Automatic referral should be considered.", "What happens after the programme was not studied."),
)

TOPICS = (
    (GROUPS, 18), (PEERS, 12), (REFERRAL, 30), (OTHER_ILLNESS, 30), (DRUGS, 22), (DEVICES, 17), (SCHOOLS, 16),
)
"""Each topic with how many records are made of it."""

PLACES = (
    "Aldersea", "Brackwell", "Corvane", "Dunmarsh", "Elderby", "Fernhollow", "Gullsand", "Harrowmere",
    "Inverlock", "Juniper Bay", "Kestrel Moor", "Larkspur", "Mossgate", "Northwick Vale", "Oxbarrow",
    "Pinehaven", "Quillford", "Rooksby", "Silverstrand", "Thornlea", "Underhill", "Vesterby",
    "Willowmere", "Yarrowdale", "Zellan", "Amberholt", "Birchwater", "Cinderbrook", "Dovecote Hill",
    "Eastmarch",
)
SURNAMES = (
    "Abara", "Bergqvist", "Calloway", "Dimitrova", "Eriksdotter", "Faraday", "Gutenko", "Hasegawa",
    "Ibekwe", "Jankowska", "Kowalczyk", "Leclair", "Mbeki-Stone", "Novotna", "Oyelaran", "Pellegrini",
    "Quinnell", "Rasmusdatter", "Sandoval", "Tremblay", "Ueda", "Vandermeer", "Wickham", "Yilmaz",
    "Zamora", "Ashdown", "Blackwood", "Carrigan", "Delacroix", "Everhart", "Fontaine", "Greenhalgh-Moss",
    "Holloway", "Iversen", "Jessop", "Kirkbride", "Lindgren", "Marlowe", "Nightingale", "Ostrowski",
)
