"""How facts are counted, where a reader of the figure could not guess it: which weeks of a stretch, which contacts.

Figures, readings and the reference say these sentences; what they say is what the record sets do.
"""

from fingerpost.language.facts import Counted

AT_CLOSURE, AFTER_CLOSURE = ("follow_up_place", "ends_at_closure"), ("follow_up_place", "starts_at_closure")

BEFORE_CASE = (
    Counted(
        "Before: the last {baseline_span} that had ended before the case was opened, their Friday before that day. The week under "
        "way on that day does not count."
    ),
)
AFTER_CASE = (
    Counted(
        "After: the last {follow_up_span} that had ended before the case was closed, their Friday before that day. The week in "
        "which it was closed does not count, not even where that was on its Friday.",
        AT_CLOSURE,
    ),
    Counted("After: the {follow_up_span} that follow the week in which the case was closed.", AFTER_CLOSURE),
)
EXCLUDED_BEFORE = (
    Counted(
        "An exclusion counts as before the case if it began in the last {baseline_span} that had ended before the case was "
        "opened, or since then and before that day. An earlier one does not count."
    ),
)
EXCLUDED_AFTER = (
    Counted(
        "An exclusion counts as after the case if it began after the day on which the case was closed, up to the Friday of the "
        "last of the {follow_up_span} that follow that week."
    ),
)
EXCLUDED_SINCE = (
    Counted(
        "An exclusion counts as since the opening if it began on the day on which the case was opened or later, up to the "
        "Friday of the last of the {follow_up_span} that follow the week of closing."
    ),
)
EQUAL_SPAN = (Counted("The equal span before has as many days, and ends on the day before the case was opened."),)
POOLED = (Counted("The absence of a family is that of all its children on the case, taken together."),)
HOURS = (
    Counted(
        "Hours of casework are those of contacts on a case at which somebody was seen or reached, of every kind that the contract "
        "names: {contacts}. A contact that the family missed gives no hours."
    ),
    Counted("Hours of a group are those of its sessions that were held, once for everybody who led it."),
)
STRETCH = (
    Counted(
        "Attendance is looked at over the last {attendance_weeks} that had ended before the day of the decision, their Friday "
        "before that day. The week under way does not count."
    ),
)
EXCLUDED_OF_LATE = (
    Counted("Exclusions are looked for in this time before the day of the decision: {exclusion_window}."),
)
