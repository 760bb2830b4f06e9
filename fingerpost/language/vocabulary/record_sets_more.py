"""Further record sets: feedback and requests, mothers and babies, staff, schools, residents."""

from fingerpost.language.vocabulary import how_counted as how
from fingerpost.language.vocabulary.record_sets import LAST, OVER, PERSON, code, day, flag, number, record_set

REPLY = frozenset({"replied", "declined", "not_asked"})
EXCLUDED_FOR = frozenset(
    (
        *("PP", "PA", "VP", "VA", "BU", "RA", "SM", "DA", "DM", "TH", "DB", "OT", "OW", "LG", "DS", "MT", "PH"),
        *("BW", "TB", "SB", "MB", "AB", "DR", "AR", "SR", "VR", "LD", "CB", "MP", "OS"),
    )
)
"""Reasons of the department's lists, the earlier and the later one."""

FEEDING = frozenset({"full", "partial", "none"})

WAIT = "score_wait"

PAIRED_SCORES = record_set(
    "paired_scores",
    "one person's first score on a topic of an instrument, with the latest later one",
    (
        code("topic", "Topic"),
        code("source", "Where it was measured"),
        code("person_kind", "Kind of person", codes=PERSON),
        flag("completed", "Finished the course", needs=("completed_share",)),
        day("follow_up_on", "Day of the second score, done or due"),
        number("score_before", "First score", "points"),
        number("score_after", "Second score", "points", final_after=WAIT),
        number("change", "Change", "points", final_after=WAIT),
        code(
            "change_band",
            "Change, by the instrument's stated error",
            codes=frozenset({"improved", "sustained", "fell"}),
            final_after=WAIT,
        ),
    ),
    units="person family parent case",
    by="theme",
    areas=True,
    called=("pair of scores", "pairs of scores"),
)

FEEDBACK = record_set(
    "feedback",
    "one person due to be asked on one occasion",
    (
        day("asked_on", "Day of asking"),
        flag("asked", "Was asked"),
        flag("person_known", "Counts as one of the people asked"),
        flag("replied", "Replied"),
        flag("positive_comment", "Made a positive comment"),
        number("rating", "Rating, 1 to 5", "points"),
        code("respondent_kind", "Kind of respondent", codes=frozenset({"child", "parent"})),
    ),
    units="reply person",
    by="session line activity_type age_band level",
    areas=True,
    called=("asking", "askings"),
)

REFERRALS = record_set(
    "referrals",
    "one referral or request for support received",
    (
        day("received_on", "Day it was received"),
        day("decided_on", "Day of the latest decision"),
        code("line", "Service line"),
        code("purpose", "Purpose"),
        code("came_by", "Came by"),
        code("outcome", "Outcome"),
        flag("hearing_check", "Asks for a hearing check"),
        flag("right_service_first_time", "Went to the right service first time"),
        flag("assessed", "Was assessed"),
        number("wait_days", "Days waited", "days"),
    ),
    units="referral child pregnancy family",
    by="source hospital age_band route agency",
    areas=True,
    called=("referral", "referrals"),
)

ENQUIRIES = record_set(
    "enquiries",
    "one request for information or advice",
    (day("asked_on", "Day of asking"), code("route", "Route")),
    units="enquiry family",
    by="question_kind theme outcome",
    called=("enquiry", "enquiries"),
)

LIBRARY_USE = record_set(
    "library_use",
    "one loan, reservation or visit",
    (day("used_on", "Day"), code("kind", "Kind", codes=frozenset({"loan", "reservation", "visit"}))),
    units="family loan",
    by="approved_group",
)

MAILINGS = record_set(
    "mailings",
    "one recipient of one issue",
    (day("sent_on", "Day it was sent"), code("kind", "Kind")),
    units="issue household person",
    by="issue channel",
)

MATERNITIES = record_set(
    "maternities",
    "one woman's pregnancy, known by booking or birth notice",
    (
        day("booked_notice_on", "Day the booking was notified"),
        day("birth_notice_on", "Day the birth was notified"),
        flag("resident", "Lives in the service's area"),
        flag("offered", "Was offered the service"),
        flag("accepted", "Accepted the service"),
        flag("fab_offered", "Was offered a buddy"),
        flag("fab_accepted", "Accepted a buddy"),
        flag("fab_assigned", "Has a buddy assigned"),
        number("delivered_contacts", "Contacts delivered", "contacts", timing=LAST),
    ),
    units="mother",
    by="hospital quintile age_band ethnicity",
    areas=True,
)

DISCHARGES = record_set(
    "discharges",
    "one notice of discharge, or of a home birth",
    (
        day("notified_on", "Day of the notice"),
        flag("first_attempt_in_time", "Contact was attempted in time", by_clock="first_attempt_at"),
        flag("first_contact_in_time", "Contact was made in time", by_clock="first_contact_at"),
    ),
    units="mother",
    by="birth_place day_type",
    areas=True,
)

MILESTONES = record_set(
    "milestones",
    "one point a mother or baby should reach",
    (
        code("kind", "Kind"),
        day("reached_on", "Day it is due"),
        flag("done", "Done"),
        flag("fab_accepted", "Accepted a buddy"),
        flag("breastfeeding_support", "Had breastfeeding support"),
        code("feeding", "Feeding", codes=FEEDING),
        code("feeding_at_support_start", "Feeding when support began", codes=FEEDING),
    ),
    units="mother baby",
    by="result level quintile age_band ethnicity",
    areas=True,
    called=("milestone", "milestones"),
)

STAFF_AND_VOLUNTEERS = record_set(
    "staff_and_volunteers",
    "one person's service as volunteer or paid worker",
    (
        code("role", "Role"),
        flag("is_parent", "Is a parent"),
        flag("registered_parent", "Is a registered parent"),
        code("stage", "Stage", timing=LAST),
        flag("trained", "Is trained", timing=LAST),
        flag("mecc_trained", "Is trained in brief advice", timing=LAST),
        flag("cluster_supported", "Is supported by the cluster", timing=LAST),
        flag("dbs_in_date", "Criminal record check is in date", timing=LAST),
        flag("requirements_complete", "Holds every requirement", timing=LAST),
        number("days_since_activity", "Days since the last activity", "days", timing=LAST),
        day("recruited_on", "Day of recruitment"),
        day("activated_on", "Day of becoming active"),
        day("training_completed_on", "Day training was completed"),
        code("satisfaction_reply", "Reply to the satisfaction survey", timing=OVER, codes=REPLY),
    ),
    units="person parent",
    by="missing_item",
    areas=True,
    interval=True,
)

ENTITLEMENTS = record_set(
    "entitlements",
    "one child's entitlement under one scheme",
    (
        code("scheme", "Scheme"),
        flag("entitled", "Is entitled", timing=OVER),
        flag("received", "Receives it", timing=OVER),
    ),
    units="child family",
    by="child_age reason_not_received",
    areas=True,
    interval=True,
    called=("entitlement", "entitlements"),
)

PUPILS = record_set(
    "pupils",
    "one pupil on roll at a school",
    (
        number("sessions_possible", "Half-days possible", "half-days", timing=OVER),
        number("sessions_attended", "Half-days attended", "half-days", timing=OVER),
        number("weeks_known", "School weeks on record", "school weeks", timing=OVER),
        number("absence_rate", "Absence", "percent", timing=OVER),
        flag("in_service_area", "Goes to school in the service's area"),
    ),
    units="pupil",
    by="school_phase sen supported vulnerable_group",
    areas=True,
    interval=True,
    called=("pupil", "pupils"),
)

EXCLUSIONS = record_set(
    "exclusions",
    "one exclusion",
    (
        code("kind", "Kind", codes=frozenset({"fixed_term", "permanent"})),
        code("reason", "Reason", codes=EXCLUDED_FOR),
        day("started_on", "First day"),
        day("case_final_on", "First day on which the case's exclusions have been followed up"),
        day("case_closed_on", "Day the child's case was closed"),
        number("days", "Days lost", "days"),
        code(
            "case_span",
            "Place beside the case",
            codes=frozenset({"before", "during", "after", "none"}),
            counted=how.EXCLUDED_BEFORE + how.EXCLUDED_AFTER,
        ),
    ),
    units="exclusion pupil",
    by="school school_phase sen",
    areas=True,
    called=("exclusion", "exclusions"),
)

YOUNG_PEOPLE = record_set(
    "young_people",
    "one resident young person of academic age 16 to 18",
    (
        code("activity", "Activity", timing=LAST, codes=frozenset({"neet", "eet"})),
        flag("in_learning", "In learning", timing=LAST),
        number("adjusted_neet", "Weight as out of work and learning", "weight", timing=LAST),
        number("adjusted_known", "Weight as known", "weight", timing=LAST),
    ),
    units="person",
    by="age vulnerable_group",
    areas=True,
    interval=True,
    called=("young person", "young people"),
)

STATUS_EVENTS = record_set(
    "status_events",
    "one dated change in a person's legal or protected status",
    (code("kind", "Kind"), day("happened_on", "Day")),
    units="person",
    by="sex previous_early_help",
    areas=True,
)

POPULATION = record_set(
    "population",
    "one published or entered count of residents",
    (number("residents", "Residents", "people"), code("age_band", "Age"), code("group", "Group")),
    units="",
    areas=True,
    interval=True,
)

REQUIREMENTS_HELD = record_set(
    "requirements_held",
    "one spell of an organisation's standing under one requirement",
    (code("kind", "Kind"), code("grade", "Grade"), flag("registered", "Is registered")),
    units="organisation",
    by="kind",
    interval=True,
)

SETS = (
    PAIRED_SCORES,
    FEEDBACK,
    REFERRALS,
    ENQUIRIES,
    LIBRARY_USE,
    MAILINGS,
    MATERNITIES,
    DISCHARGES,
    MILESTONES,
    STAFF_AND_VOLUNTEERS,
    ENTITLEMENTS,
    PUPILS,
    EXCLUSIONS,
    YOUNG_PEOPLE,
    STATUS_EVENTS,
    POPULATION,
    REQUIREMENTS_HELD,
)
