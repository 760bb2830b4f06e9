"""What people wrote: short plain sentences, put together so that no two families read the same."""

from random import Random

DONE = [
    "Met {parent} at home.",
    "Home visit after the school run.",
    "Saw {parent} at school, in the family room.",
    "Met {parent} and {child} together.",
    "Walked to school with {parent} and {child}.",
    "Visit at home, both children there.",
    "{parent} came to the children's centre.",
    "Sat down with {parent} over the week's chart.",
    "Home visit. Gran was there too.",
    "Met in the library, as {parent} wished.",
    "Saw {child} alone for twenty minutes, then {parent}.",
    "Went through the morning step by step with {parent}.",
    "Visited early, to see how the morning goes.",
    "Met {parent} before {her} shift.",
    "Second half of the hour with {child} alone.",
    "Visit at home, television off this time.",
    "Looked at the attendance print-out together.",
    "Met at school with the class teacher for the last ten minutes.",
    "{parent} had written a list of what is hardest.",
    "Talked on the doorstep first, then inside.",
    "Home visit, kept short because the baby was unwell.",
    "Saw the new bedroom that {child} has now.",
    "Met {parent} after the parents' group.",
    "Drove out together to look at the bus route.",
    "Visit moved to the afternoon, went well.",
]
SEEN = [
    "Bedtime is still after ten on most nights.",
    "{child} says the first lesson is the worst.",
    "Mornings were calmer on four days of five.",
    "{parent} feels more sure of saying no.",
    "{child} has been up for breakfast all week.",
    "There is worry about money this month.",
    "{child} gets stomach aches on Sunday nights.",
    "The falling-out with a friend seems to be over.",
    "{parent} sleeps badly and is often late, too.",
    "The alarm clock is now out of reach, and it works.",
    "{child} was proud to show the certificate from {school}.",
    "The reading mornings have helped.",
    "Two days were missed for a cold.",
    "{parent} finds it hard to ring the school.",
    "Things went wrong after half term.",
    "{child} talked about the move up to the next class.",
    "The younger ones copy what {child} does.",
    "The weekends away are unsettled and it shows on Mondays.",
    "{parent} has begun a course on Wednesdays.",
    "{school} has noticed that {child} arrives on time.",
    "The house was tidy and warm.",
    "There was shouting on Tuesday, and then a talk.",
    "{child} would like to go back to football.",
    "The phone stays downstairs at night now.",
    "{parent} was in tears, and glad to have said it.",
]
AGREED = [
    "Agreed: lights out at half past eight.",
    "Agreed to try the star chart for two weeks.",
    "Next time we plan the weekend.",
    "{parent} will ring {school} on Monday.",
    "I will ask {school} about a quiet start to the day.",
    "Agreed one praise a day, written down.",
    "We try clothes laid out the evening before.",
    "Left a bus timetable.",
    "I will find out about free school meals.",
    "Agreed that grandad walks along on Thursdays.",
    "Next time with {child} alone.",
    "{parent} will see the doctor about {her} sleep.",
    "Will look at the homework club together.",
    "Wrote down three things that go well.",
    "Agreed to leave the house at twenty past eight.",
    "Told {parent} about the drop-in on Fridays.",
    "{parent} chose what to work on next.",
    "We look at the chart again next week.",
    "Agreed who does what in the morning.",
    "I will speak with the teacher before the review.",
    "Gave the leaflet about routines.",
    "Will bring the forms next time.",
    "Nothing new agreed; carry on with what works.",
    "{child} set the goal: five days in a row.",
    "Agreed to meet at school next time.",
]
MISSED = [
    "Nobody came to the door. Left a card.",
    "{parent} rang: {she} could not come.",
    "Not in. Rang later and spoke for a minute.",
    "Waited at school, {parent} did not come.",
    "Called off by text an hour before.",
    "Went to the house, a neighbour said they were out.",
    "{parent} had mixed up the days.",
    "Could not meet: the baby was in hospital overnight.",
]
OTHER = {
    "phone_call": [
        "Rang to see how the week went.",
        "{parent} rang, worried about a letter from {school}.",
        "Short call to move the next visit.",
        "Called the office at {school} about the two days last week.",
        "{parent} wanted to tell that {child} went in every day.",
        "Rang about the course; a place is free.",
        "Left a message and was rung back.",
        "Talked about what to say to {school}.",
        "Call with the school nurse, {parent} had agreed to it.",
        "Rang to remind about tomorrow.",
    ],
    "text_message": [
        "Sent the time of the next visit.",
        "Text to say well done for the week.",
        "{parent} wrote that they will be late.",
        "Reminder of tomorrow's visit.",
        "Asked how this morning went.",
    ],
    "letter": [
        "Wrote after two missed visits, with a new time.",
        "Sent the notes of the meeting at school.",
        "Letter with the dates of the course.",
    ],
    "school_meeting": [
        "Met the head of year. They offer a later start on two days.",
        "Review at {school}. Attendance is better than in the spring.",
        "Met the class teacher and {parent}. Agreed a card for {child} to carry.",
        "Talked with the learning mentor about break times.",
        "{school} will ring {parent} on the first day of an absence.",
        "Meeting about the move to the next school.",
    ],
    "family_meeting": [
        "Review with {parent}, {school} and the school nurse. Plan kept for six weeks.",
        "Meeting about the family. Housing will write to {parent}.",
        "All agreed that mornings have changed. One need left: sleep.",
    ],
    "chance_meeting": [
        "Met {parent} outside the shop. All well.",
        "Saw {child} at the holiday scheme, in good spirits.",
        "Met at the school gate, a quick word.",
    ],
}
REASONS = {
    "attendance": [
        "{child} misses a day most weeks, often Mondays.",
        "Attendance has slipped since the autumn.",
        "{child} is late or away after weekends with the other parent.",
        "Many single days off with headaches.",
        "{parent} says {she} cannot get {child} out of bed.",
        "Two or three days off each month, no clear reason.",
        "Absence has crept up since the family moved house.",
        "{child} says school is boring and stays at home.",
        "Illness at first, and now a habit.",
        "{parent} is unwell and {child} stays to help.",
        "The older brother left school and {child} follows him.",
        "Since the new baby came, the mornings have gone wrong.",
    ],
    "forecast": [
        "Attendance was good until last month. Now {child} stays away.",
        "A sudden change after half term.",
        "{child} has stopped coming on days with games.",
        "Something has happened with friends. Away six days in three weeks.",
    ],
    "exclusion": [
        "{child} was sent home for fighting.",
        "Excluded after swearing at a teacher.",
        "Excluded for a day. {parent} asks for help with anger.",
        "Behaviour is worse since the summer, and now an exclusion.",
        "{child} threw a chair. {parent} was in tears on the phone.",
    ],
}
ASKED = [
    "{parent} would like somebody to talk to about mornings.",
    "{parent} has asked for help.",
    "The family has agreed to this.",
    "We have tried a chart and letters home.",
    "{parent} does not find it easy to come into school.",
    "We would be glad of a home visit.",
    "The school nurse knows the family.",
    "No other service is involved that we know of.",
    "A calm start to the day would help most.",
]
FORECAST = [
    "Away for six days in the last three weeks, and {parent} says {child} refuses to dress.",
    "The family is moving at the end of the month and {child} already stays at home.",
    "A grandparent died. {child} has stopped sleeping and misses mornings.",
    "Fell out with the whole friendship group. Every Monday since then was missed.",
    "{parent} starts night shifts next week and nobody will be there in the morning.",
    "Last year it began the same way, and went down to 70 % within a term.",
]
SUMMARIES = [
    "Warm family, worn out by the mornings. Wants help with routines.",
    "{parent} is alone with the children and has little rest.",
    "School is the main worry. At home there is love and little structure.",
    "{child} is bright, often tired, and slow to trust.",
    "Needs a plan for evenings and mornings, and somebody to keep it going.",
    "{parent} asks for ideas on how to say no and mean it.",
    "Money and housing press on the family. School comes second to that.",
    "The family copes well, apart from getting to school.",
]
FOCUS = [
    "Getting to school on time every day",
    "A calm bedtime and a calm morning",
    "Saying no without shouting",
    "Fewer days off after weekends",
    "A better word between home and school",
    "{child} back in all lessons",
    "Sleep, breakfast, bus",
    "A plan for days when {parent} is unwell",
]
CLOSING = {
    "needs_met": [
        "{parent} says {she} can carry on alone.",
        "The routines hold. {school} sees the change.",
        "Goals met, ended with a walk to school together.",
        "{child} has had four full weeks. {parent} knows where to ring.",
    ],
    "referred_on": [
        "The main worry lies elsewhere; the family goes on there.",
        "Handed over in a joint visit.",
        "{parent} agreed to the new service and has its number.",
    ],
    "disengaged": [
        "Three visits missed, two letters sent. The family knows it may come back.",
        "{parent} does not want more visits for now.",
        "No answer since the middle of the work.",
    ],
    "moved_away": (
        "The family moved out of the county.|Moved to stay with relatives up north. The new school was told.",
    ),
}
DISCUSSED = {
    "close": (
        "Work is done. Close.|Goals reached, agreed to end.|Enough progress. End with a visit to say goodbye.|Agreed to close."
    ),
    "extend": (
        "Six sessions are not enough here. Go on for three more.|Change has begun late. Go on until half term.|Keep going, look again in four weeks."
    ),
    "refer_on": ("Needs more than we can give. Refer on.|Specialist help is needed. Refer, and hand over well."),
}
SUPERVISED = [
    "Went through all open cases. Workload is right.",
    "Talked about lone visits and the diary.",
    "Two hard visits this month; talked them over.",
    "Looked at attendance of each child and what helps.",
    "Recording is up to date.",
    "Spoke about the course in the spring.",
    "Leave planned, cover agreed.",
    "Looked at which cases can end before the holidays.",
]
EXCEPTIONS = [
    "She knows the family from the toddler group.",
    "The advisor for this area is related to the family.",
    "Both advisors here have full caseloads.",
    "The children go to school in her area.",
    "The family asked for a worker from another town.",
]


def note(random: Random, names: dict[str, str]) -> str:
    """What a worker wrote after a visit: two or three sentences."""
    parts = [random.choice(DONE), random.choice(SEEN), random.choice(AGREED)]
    if random.random() < 0.25:
        parts.insert(2, random.choice(SEEN))
    return _told(dict.fromkeys(parts), names)


def said(random: Random, pool: str | list[str] | tuple[str, ...], names: dict[str, str]) -> str:
    """One of the sentences, about these people."""
    return _told([random.choice(pool.split("|") if isinstance(pool, str) else pool)], names)


def why(random: Random, route: str, names: dict[str, str]) -> str:
    """Why a school refers: what it sees, and what the family asks."""
    first = random.choice(REASONS.get(route, REASONS["attendance"]))
    return _told([first, *random.sample(ASKED, random.choice((1, 1, 2)))], names)


def _told(parts: "dict[str, None] | list[str]", names: dict[str, str]) -> str:
    return " ".join(parts).format(**names)
