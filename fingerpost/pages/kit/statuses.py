"""The words and colours of the status tags. Templates name a status; what it looks like is settled here, once."""

GREY, BLUE, TEAL, GREEN, YELLOW, ORANGE, RED, PURPLE = (
    "grey",
    "blue",
    "teal",
    "green",
    "yellow",
    "orange",
    "red",
    "purple",
)

_TAGS: dict[str, tuple[str, str]] = {
    # answers
    "yes": ("Yes", GREEN),
    "no": ("No", RED),
    "not_known": ("Not known", YELLOW),
    "pending": ("Too early to say", GREY),
    # figures against their targets
    "met": ("Met", GREEN),
    "not_met": ("Not met", RED),
    "no_target": ("No target", GREY),
    "no_data": ("No data", GREY),
    # readings and clauses
    "proposed": ("Reading proposed, not agreed", YELLOW),
    "agreed": ("Agreed", GREEN),
    "enforced": ("Enforced", BLUE),
    "measured": ("Measured", TEAL),
    "evidenced": ("Evidenced", PURPLE),
    "narrative": ("Narrative", ORANGE),
    "context": ("Context", GREY),
    # time
    "due": ("Due", BLUE),
    "due_soon": ("Due soon", YELLOW),
    "overdue": ("Overdue", RED),
    "done": ("Done", GREEN),
    "not_started": ("Not started", GREY),
    "in_progress": ("In progress", BLUE),
    # what will be missed before it is missed
    "missed": ("Missed", RED),
    "at_risk": ("At risk", ORANGE),
    "coming": ("Coming up", BLUE),
    # requests and cases
    "new": ("New", BLUE),
    "waiting": ("Waiting", YELLOW),
    "awaiting_assessment": ("Awaiting assessment", YELLOW),
    "allocated": ("Allocated", TEAL),
    "open": ("Open", BLUE),
    "closed": ("Closed", GREY),
    "declined": ("Declined", RED),
    "restricted": ("Restricted", PURPLE),
    # what is sent to the commissioner
    "draft": ("Draft", GREY),
    "submitted": ("Submitted", BLUE),
    "accepted": ("Accepted", GREEN),
    "restated": ("Restated", ORANGE),
    # feedback
    "feedback_asked": ("Asked", BLUE),
    "feedback_answered": ("Answered", GREEN),
    "feedback_declined": ("Declined", GREY),
    "feedback_not_reached": ("Not reached", YELLOW),
    "resolved": ("Resolved", GREEN),
    # stories for a return
    "study_draft": ("Draft", GREY),
    "study_offered": ("Awaiting approval", YELLOW),
    "study_sent_back": ("Sent back", ORANGE),
    "study_approved": ("Approved", GREEN),
    "study_taken_out": ("Withdrawn", GREY),
    # meetings
    "meeting_held": ("Held", GREEN),
    "meeting_planned": ("Planned", BLUE),
    "meeting_due": ("Due", YELLOW),
    "meeting_missed": ("Missed", RED),
    "meeting_to_come": ("To come", GREY),
    # lists in
    "matched": ("Matched", GREEN),
    "unmatched": ("Not matched", YELLOW),
    "error": ("Error", RED),
    "applied": ("Applied", GREEN),
    "undone": ("Undone", GREY),
}


def register(code: str, text: str, colour: str) -> None:
    """Add a status, or give one other words. Colours are those of this module."""
    _TAGS[code] = (text, colour)


def tag_of(code: object, text: str = "") -> tuple[str, str]:
    """Words and colour of a status; an unknown code is shown in grey, its underscores as spaces."""
    words, colour = _TAGS.get(str(code), (str(code).replace("_", " ").capitalize(), GREY))
    return text or words, colour
